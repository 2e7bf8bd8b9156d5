"""Maps and figures for paper: vector pages, pictures and their letters, made by matplotlib."""
