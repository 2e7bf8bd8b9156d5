"""Zones and places on a map: tint and pattern by state, strength by how sure, signs by kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from layers.printing import patterns
from layers.printing.boxes import Box, around
from layers.printing.canvas import Canvas
from layers.printing.job import MappedZone
from layers.printing.labels import CollisionIndex
from layers.printing.projection import MapFrame
from layers.style.colors import PAPER
from layers.style.symbology import SMALL_TILE

# How strongly to draw what merely may hold, and what stands behind a selection.
POSSIBLE, BACK_LINE, BACK_FILL = 0.6, 0.6, 0.3
# From this zoom on the tiles of patterns and the signs of small places have their full size.
CLOSE = 8.0
SMALL_SIGN, FULL_SIGN = 0.66, 1.05
_SMALL = frozenset({"post", "position", "incident", "label", "channel", "presence"})


@dataclass(frozen=True, slots=True)
class MapSymbol:
    """What a frame shows of one zone, in points."""

    zone: MappedZone
    area: BaseGeometry | None
    """The best shape as far as it is seen: an area or a line; None for a place."""
    point: tuple[float, float] | None
    """Where its sign stands, for a place or a name without a boundary."""


def map_symbols(frame: MapFrame, shown: Sequence[MappedZone]) -> list[MapSymbol]:
    """Return what a frame shows of the zones, large ones first."""
    found = []
    for one in shown:
        if not one.is_mapped:
            continue
        area = None if one.is_point else frame.project(one.shape)
        if area is not None and area.intersection(frame.box.polygon()).is_empty:
            area = None
        spot = None
        if area is None and one.point is not None and (one.is_point or one.shape is None):
            x, y = frame.at(*one.point)
            spot = (x, y) if frame.box.grown(-2).contains(Box(x, y, x, y)) else None
        if area is not None or spot is not None:
            found.append(MapSymbol(one, area, spot))
    return sorted(found, key=lambda symbol: -_size(symbol))


def _size(symbol: MapSymbol) -> float:
    if symbol.area is None:
        return 0.0
    left, top, right, bottom = symbol.area.bounds
    return (right - left) * (bottom - top)


def draw(
    canvas: Canvas,
    frame: MapFrame,
    symbols: Sequence[MapSymbol],
    *,
    unit: float,
    chosen: Sequence[str] = (),
) -> None:
    """Draw zones, from large to small, then the signs of places; a group for each."""
    scale = unit * (SMALL_TILE if frame.zoom(unit) < CLOSE else 1.0)
    with canvas.group("zones"):
        for symbol in symbols:
            zone = symbol.zone.row.zone_id
            if symbol.area is not None:
                back = bool(chosen) and zone not in chosen
                with canvas.group(f"zone-{zone}"):
                    _zone(canvas, frame, symbol.zone, unit=unit, scale=scale, back=back)
        for symbol in symbols:
            zone = symbol.zone.row.zone_id
            if symbol.area is not None and zone in chosen:
                with canvas.group(f"chosen-{zone}"):
                    _outline(canvas, symbol, unit=unit)
    with canvas.group("places"):
        for symbol in reversed(symbols):
            if symbol.point is not None and _has_marker(symbol.zone):
                size = marker_size(symbol.zone, frame, unit)
                look, casing = symbol.zone.symbol, 0.9 * unit
                with canvas.group(f"place-{symbol.zone.row.zone_id}"):
                    patterns.marker(canvas, look, *symbol.point, unit=size, casing=casing)


def _has_marker(zone: MappedZone) -> bool:
    """Tell whether a place has a sign: a name without a boundary is a name alone."""
    return zone.is_point and not (zone.row.zone_type == "label" and zone.shape is None)


def marker_size(zone: MappedZone, frame: MapFrame, unit: float) -> float:
    """Return the size of a pixel of a place's sign in points."""
    small = zone.row.zone_type in _SMALL and frame.zoom(unit) < CLOSE
    return unit * (SMALL_SIGN if small else FULL_SIGN)


def reserve(
    index: CollisionIndex, frame: MapFrame, symbols: Sequence[MapSymbol], *, unit: float
) -> None:
    """Keep names off the signs."""
    for symbol in symbols:
        if symbol.point is not None and _has_marker(symbol.zone):
            size = marker_size(symbol.zone, frame, unit)
            x, y = symbol.point
            index.reserve(around(x, y, 8 * size, 7 * size))


def _zone(
    canvas: Canvas, frame: MapFrame, zone: MappedZone, *, unit: float, scale: float, back: bool
) -> None:
    row, color, state = zone.row, zone.symbol.kind.line, zone.symbol.state
    certainty = 1.0 if zone.is_certain else POSSIBLE
    # Another reading of a zone is a line over it: two full patterns would hide both.
    filled = 0.0 if row.variant_of is not None else certainty * (BACK_FILL if back else 1.0)
    line = certainty * (BACK_LINE if back else 1.0)
    outer, inner = frame.project(row.outer), frame.project(row.inner)
    areal = zone.row.nominal is None or zone.row.nominal.geom_type.endswith("Polygon")
    if outer is not None:
        if filled:
            rest = outer if inner is None or not areal else shapely.difference(outer, inner)
            patterns.fill(
                canvas, zone.symbol, rest, disputed=zone.disputed, scale=scale,
                strength=patterns.FAINT * filled, tint=outer,
            )  # fmt: skip
        canvas.shape(outer, line=color, width=0.7 * unit, line_alpha=line)
    if inner is not None and areal and filled:
        patterns.fill(
            canvas, zone.symbol, inner, disputed=zone.disputed, scale=scale, strength=filled
        )
    nominal = frame.project(row.nominal)
    if nominal is None:
        return
    if not areal:
        canvas.shape(nominal, line=PAPER, width=6 * unit, cap="round", line_alpha=line)
    canvas.shape(
        nominal, line=color, width=(state.width if areal else 3) * unit, cap=state.cap,
        dash=patterns.dash_in_points(state, unit), line_alpha=line,
    )  # fmt: skip


def _outline(canvas: Canvas, symbol: MapSymbol, *, unit: float) -> None:
    """Lift a chosen zone from the others."""
    look = symbol.zone.symbol
    canvas.shape(symbol.area, line=PAPER, width=6 * unit)
    canvas.shape(
        symbol.area, line=look.kind.line, width=3 * unit, cap=look.state.cap,
        dash=patterns.dash_in_points(look.state, unit),
    )  # fmt: skip
