"""The report's map in a page: zones as of the last day and the events, by the page's own parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import shapely
from branca.element import Figure
from folium import Map
from geopandas import GeoDataFrame
from markupsafe import Markup

from layers.build.rows import best_shapes
from layers.i18n import translator
from layers.query.selection import Selection
from layers.report.model import UNION, Report
from layers.web.folium_elements import Basemap, EventLayer, ZoneLayer, ZoneLegend
from layers.web.folium_elements.assets import SCRIPT, STYLE, replace_links
from layers.web.folium_elements.embedding import map_assets
from layers.web.folium_elements.zone_map import prepared
from layers.web.literal import number_elements

_ROOM = 0.12
_MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class ReportMaps:
    """The parts of a page with a map in each of some languages."""

    style: Markup
    head: Markup
    body: dict[str, Markup]
    script: Markup


def report_maps(report: Report, languages: Sequence[str]) -> ReportMaps:
    """Return a map in each language; all of it is in the page, and it asks nobody."""
    figure = Figure()
    maps = {lang: _map(report, lang) for lang in languages}
    for made in maps.values():
        figure.add_child(made)
    number_elements(figure)
    replace_links(figure, {"leaflet": "", "leaflet_css": "", STYLE: "", SCRIPT: ""})
    for child in figure._children.values():
        child.render()
    # Folium's own head forbids zooming the page and gives html and body a size.
    for name in ("meta_http", *(made.get_name() for made in maps.values())):
        figure.header._children.pop(name, None)
    shown = {lang: figure.html._children.pop(made.get_name()) for lang, made in maps.items()}
    css, js = (asset.body.decode() for asset in map_assets().values())
    data, script = figure.html.render(), figure.script.render()
    return ReportMaps(
        style=Markup(css),  # noqa: S704 - the house's own
        head=Markup(f"<script>{js}</script>{figure.header.render()}"),  # noqa: S704
        body={lang: Markup(part.render()) for lang, part in shown.items()},  # noqa: S704
        script=Markup(f"{data}<script>{script}</script>"),  # noqa: S704 - data are JSON of ours
    )


def _map(report: Report, lang: str) -> Map:
    built, rtl = report.built, translator(lang).direction == "rtl"
    zones = tuple(one.zone_id for one in report.zones if one.zone_id != UNION)
    rows = prepared(built, Selection(on=report.period.last, zones=zones).rows(built))
    # The wheel belongs to the page: who reads it would be caught by the map.
    made = Map(
        location=[0, 0], zoom_start=2, tiles=None, zoom_snap=0.25, scroll_wheel_zoom=False,
        zoom_control="topright" if rtl else "topleft", max_zoom=13, control_scale=False,
    )  # fmt: skip
    Basemap(built.record, lang=lang).add_to(made)
    if len(rows):
        ZoneLayer(rows, lang=lang).add_to(made)
    EventLayer(_events(report, lang), lang=lang).add_to(made)
    ZoneLegend(lang=lang, position="bottomleft" if rtl else "bottomright").add_to(made)
    listed = {one.zone_id for one in report.listed}
    west, south, east, north = _bounds(report, rows[rows["zone_id"].isin(listed)])
    made.fit_bounds([[south, west], [north, east]], padding=(20, 20))
    return made


def _events(report: Report, lang: str) -> list[dict[str, Any]]:
    events = []
    for one in report.events:
        lines = translator(lang).join(map(str, one.lines[:_MOST_LINES]))
        more = "…" if len(one.lines) > _MOST_LINES else ""
        events.append({**asdict(replace(one, lines=())), "lines": lines + more})
    return events


def _bounds(report: Report, rows: GeoDataFrame) -> tuple[float, ...]:
    """Return west, south, east, north of the rows and of the events, in degrees."""
    points = (shapely.Point(one.lon, one.lat) for one in report.events)
    shapes = [*best_shapes(rows).dropna(), *points]
    if not shapes:
        return shapely.Polygon(report.built.record.atlas.extent).bounds
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    return west - _ROOM, south - _ROOM, east + _ROOM, north + _ROOM
