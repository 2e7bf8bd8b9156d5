"""The map page, the static site, elements for Folium maps, and what pages share."""
