"""Zones on anybody's Folium map: a layer, a day for all layers, a legend, a ground.

They are made as Folium's own plugins are and stand beside them: `folium.LayerControl`, heat maps,
clusters, other tiles. Their script, style and words go into a document once, however many there
are; two maps of one page share nothing else.
"""

from layers.web.folium_elements.basemap import Basemap
from layers.web.folium_elements.controls import PeriodSlider, ZoneLegend
from layers.web.folium_elements.event_layer import EventLayer
from layers.web.folium_elements.zone_layer import ZoneLayer
from layers.web.folium_elements.zone_map import zone_map

__all__ = ["Basemap", "EventLayer", "PeriodSlider", "ZoneLayer", "ZoneLegend", "zone_map"]
