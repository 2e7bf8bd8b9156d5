"""Draw every zone in every period: a record comes in, its frame of rows goes out."""
