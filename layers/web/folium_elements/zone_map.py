"""An atlas, or a part of it, as one Folium map."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import folium
import shapely
from folium import LayerControl, Map
from geopandas import GeoDataFrame

from layers.build.rows import READINGS, BuiltAtlas, best_shapes, iter_rows
from layers.i18n import choose_language, translator
from layers.query.filters import check_day, disputed
from layers.query.selection import Selection
from layers.web.folium_elements.basemap import Basemap
from layers.web.folium_elements.controls import PeriodSlider, ZoneLegend
from layers.web.folium_elements.zone_data import zone_attrs
from layers.web.folium_elements.zone_layer import ZoneLayer


def zone_map(
    built: BuiltAtlas,
    *,
    on: date | None = None,
    known_by: date | None = None,
    layers: Iterable[str] | None = None,
    lang: str | None = None,
    tiles: str | folium.TileLayer | None = None,
    link: str | None = None,
    offline: bool = False,
) -> Map:
    """Return a map of an atlas: its layers, a slider over its days, and a legend.

    `layers.Atlas.map` says it in full. The day to open on is, where none is given, the one that the
    record names, else the one on which most holds.
    """
    record = built.record
    lang = choose_language(lang, record.interface_languages)
    words = translator(lang, record)
    check_day(record, on)
    chosen = Selection(known_by=known_by, layers=None if layers is None else tuple(layers))
    zones = prepared(built, chosen.rows(built))
    corner = "topright" if words.direction == "rtl" else "topleft"
    made = Map(location=[0, 0], zoom_start=2, tiles=tiles, zoom_control=corner, zoom_snap=0.25)
    if tiles is None:
        Basemap(record, lang=lang, offline=offline).add_to(made)
    held = [name for name in record.layers if name in set(zones["layer"])]
    for name in held:
        of_layer = zones[zones["layer"] == name]
        title = words.pick(record.layers[name].title)
        ZoneLayer(of_layer, lang=lang, name=title, link=link, offline=offline).add_to(made)
    PeriodSlider(
        on or record.atlas.opens_on,
        lang=lang,
        first=record.atlas.record_from,
        last=record.atlas.record_to,
    ).add_to(made)
    ZoneLegend(lang=lang).add_to(made)
    if len(held) > 1:
        LayerControl(position="topleft").add_to(made)
    west, south, east, north = _extent(built, zones)
    made.fit_bounds([[south, west], [north, east]], padding=(24, 24))
    return made


def prepared(built: BuiltAtlas, rows: GeoDataFrame) -> GeoDataFrame:
    """Return rows with all that a `ZoneLayer` shows of them.

    What lies far from the atlas, as the venues of talks, has no shape: it would shrink the map.
    """
    extent = shapely.Polygon(built.record.atlas.extent)
    zones = rows.assign(disputed=[disputed(built, row) for row in iter_rows(rows)])
    far = ~best_shapes(rows).intersects(extent)
    for reading in READINGS:
        zones.loc[far, reading] = None
    zones.attrs = zone_attrs(built.record, rows)
    return zones


def _extent(built: BuiltAtlas, zones: GeoDataFrame) -> tuple[float, ...]:
    """Return west, south, east, north of what is drawn, of the atlas where nothing is."""
    drawn = best_shapes(zones).dropna()
    if drawn.empty:
        return shapely.Polygon(built.record.atlas.extent).bounds
    return tuple(drawn.total_bounds)
