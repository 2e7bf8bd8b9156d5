"""The report's map on paper: zones as of the last day, events over them."""

from __future__ import annotations

import math
from typing import Literal

import shapely

from layers.build.rows import BuiltAtlas
from layers.i18n import translator
from layers.printing import figure
from layers.printing.boxes import Box, around
from layers.printing.canvas import Canvas
from layers.printing.job import PrintJob, mapped_zones, page_size
from layers.printing.panel import MapPanel
from layers.printing.projection import MapFrame, fit_frame
from layers.query.selection import Selection
from layers.report.model import UNION, MapEvent, Outcome, Report
from layers.style.colors import INK, PAPER
from layers.style.symbology import symbology

WIDTH, HEIGHT = 493.0, 206.0
"""Points: the width of the text on A4."""
_UNIT, _CELL = 0.6, 17.0
_LEAST, _MOST = 3.6, 8.0
_DPI = 220
Sign = tuple[float, float, float, Outcome, int]
"""Middle and radius in points, what is known of the events, how many they are."""


def printed_map(report: Report, lang: str, form: Literal["svg", "png"]) -> bytes:
    """Return the map in a language, as SVG for a typesetter or as PNG for a word processor."""
    with figure.settings():
        job = _job(report, lang)
        canvas = Canvas(WIDTH, HEIGHT, lang=lang)
        frame = _frame(report, job)
        panel = MapPanel(canvas, frame, job, _UNIT)
        signs = _signs(frame, report.events)
        for x, y, radius, _, _ in signs:  # names keep off them
            panel.index.reserve(around(x, y, radius, radius))
        panel.draw()
        with canvas.clipped(frame.box), canvas.group("events"):
            _draw_areas(canvas, frame, report.events)
            for sign in signs:
                _draw_sign(canvas, *sign)
        if form == "png":
            canvas.figure.set_dpi(_DPI)
        return figure.saved(canvas.figure, form, title=job.title)


def _job(report: Report, lang: str) -> PrintJob:
    built: BuiltAtlas = report.built
    on = report.period.last
    zones = tuple(one.zone_id for one in report.zones if one.zone_id != UNION)
    words = translator(lang, built.record)
    selection = Selection(on=on, zones=zones)
    return PrintJob(
        built=built,
        selection=selection,
        words=words,
        size=page_size("a4p"),
        on=on,
        title=words.pick(built.record.atlas.title),
        chosen=(),
        shown=mapped_zones(built, selection.rows(built), on),
        style=symbology(built.record),
    )


def _frame(report: Report, job: PrintJob) -> MapFrame:
    """Return the frame around the zones that have events, around all where none has."""
    listed = {one.zone_id for one in report.listed}
    mapped = [(one.row.zone_id, one.shape) for one in job.shown if one.is_mapped]
    shapes = [shape for _, shape in mapped if shape is not None]
    near = [shape for zone_id, shape in mapped if shape is not None and zone_id in listed]
    points = [shapely.Point(one.lon, one.lat) for one in report.events]
    extent = shapely.Polygon(job.built.record.atlas.extent)
    around = [*near, *points] or shapes or [extent]
    return fit_frame(Box(0, 0, WIDTH, HEIGHT), around, near=extent.centroid.x, margin=0.06)


def _draw_areas(canvas: Canvas, frame: MapFrame, events: tuple[MapEvent, ...]) -> None:
    """Draw how far off coarse places may be: where areas overlap, what all of them cover."""
    places = dict.fromkeys((one.lon, one.lat, one.within_m) for one in events if one.within_m)
    areas = [
        shapely.Point(frame.at(lon, lat)).buffer(within / frame.metres_per_point, quad_segs=32)
        for lon, lat, within in places
    ]
    if areas:
        whole = shapely.union_all(areas)
        canvas.shape(whole, fill=INK, fill_alpha=0.05, line=INK, width=0.8, dash=(3, 2.5))


def _signs(frame: MapFrame, events: tuple[MapEvent, ...]) -> list[Sign]:
    """Return the events, those of one certainty near each other as one, none over another."""
    clusters: dict[tuple[int, int, Outcome], list[tuple[float, float, int]]] = {}
    for one in events:
        x, y = frame.at(one.lon, one.lat)
        key = (math.floor(x / _CELL), math.floor(y / _CELL), one.outcome)
        clusters.setdefault(key, []).append((x, y, one.count))
    placed: list[tuple[float, float, float]] = []
    signs = []
    for (_, _, outcome), found in sorted(clusters.items(), key=lambda item: -len(item[1])):
        count = sum(n for *_, n in found)
        x = sum(at * n for at, _, n in found) / count
        y = sum(at * n for _, at, n in found) / count
        placed.append(_free(placed, x, y, min(_MOST, _LEAST + math.log2(count))))
        signs.append((*placed[-1], outcome, count))
    return signs


def _free(
    placed: list[tuple[float, float, float]], x: float, y: float, radius: float
) -> tuple[float, float, float]:
    """Return the nearest spot at which a sign covers no other, as the page's map does."""
    for away in range(6):
        for turn in range(8 if away else 1):
            at_x = x + away * radius * math.cos(turn * math.pi / 4)
            at_y = y + away * radius * math.sin(turn * math.pi / 4)
            if all(math.hypot(a - at_x, b - at_y) > r + radius + 1 for a, b, r in placed):
                return at_x, at_y, radius
    return x, y, radius


def _draw_sign(
    canvas: Canvas, x: float, y: float, radius: float, outcome: Outcome, count: int
) -> None:
    spot = shapely.Point(x, y)
    canvas.shape(spot.buffer(radius + 1.1), fill=PAPER, fill_alpha=0.85)
    filled = outcome == "surely"
    canvas.shape(
        spot.buffer(radius - 0.5), fill=INK if filled else PAPER, line=INK, width=1.1,
        dash=(1.6, 1.2) if outcome == "not_placeable" else None,
    )  # fmt: skip
    if count > 1:
        color = PAPER if filled else INK
        canvas.text(x, y + 2.1, str(count), size=6, weight=600, color=color, align="middle")
