"""Zones on anybody's Folium map: a layer, a day for all layers, a legend, a ground.

They are made as Folium's own plugins are and stand beside them: `folium.LayerControl`, heat maps,
clusters, other tiles. Their script, style and words go into the document once, however many there
are; two maps of one page share nothing else.
"""

from layers.web.folium_elements.controls import PeriodSlider, ZoneLegend
from layers.web.folium_elements.zone_layer import ZoneLayer

__all__ = ["PeriodSlider", "ZoneLayer", "ZoneLegend"]
