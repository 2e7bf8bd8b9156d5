"""Zones and places on a map: tint and pattern by state, strength by how sure, signs by kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from layers.printing import patterns as look
from layers.printing.canvas import PAPER, Box, Page
from layers.printing.held import Held
from layers.printing.labels import Room
from layers.printing.projection import Flat, Window

# How strongly to draw what merely may hold, and what stands behind a selection.
POSSIBLE, BACK_LINE, BACK_FILL = 0.6, 0.6, 0.3
# From this zoom on the tiles of patterns and the signs of small places have their full size.
CLOSE = 8.0
SMALL_SIGN, FULL_SIGN = 0.66, 1.05
_SMALL = frozenset({"post", "position", "incident", "label", "channel", "presence"})


@dataclass(frozen=True, slots=True)
class Mark:
    """What a window shows of one zone, in points."""

    held: Held
    area: BaseGeometry | None
    """The best shape as far as it is seen: an area or a line; None for a place."""
    spot: tuple[float, float] | None
    """Where its sign stands, for a place or a name without a boundary."""


def marks_in(flat: Flat, shown: Sequence[Held]) -> list[Mark]:
    """Return what a window shows of the zones, large ones first."""
    found = []
    window = flat.window
    frame = window.box.shape()
    for one in shown:
        if not one.mapped:
            continue
        area = None if one.is_point else flat.of(one.shape)
        if area is not None and area.intersection(frame).is_empty:
            area = None
        spot = None
        if area is None and one.spot is not None and (one.is_point or one.shape is None):
            x, y = window.at(*one.spot)
            spot = (x, y) if window.box.grown(-2).holds(Box(x, y, x, y)) else None
        if area is not None or spot is not None:
            found.append(Mark(one, area, spot))
    return sorted(found, key=lambda mark: -_size(mark))


def _size(mark: Mark) -> float:
    if mark.area is None:
        return 0.0
    left, top, right, bottom = mark.area.bounds
    return (right - left) * (bottom - top)


def draw(
    page: Page, flat: Flat, marks: Sequence[Mark], *, unit: float, chosen: Sequence[str] = ()
) -> None:
    """Draw zones, from large to small, then the signs of places."""
    scale = unit * (look.SMALL_TILE if flat.window.zoom(unit) < CLOSE else 1.0)
    for mark in marks:
        if mark.area is not None:
            back = bool(chosen) and mark.held.row.zone_id not in chosen
            _zone(page, flat, mark, unit=unit, scale=scale, back=back)
    for mark in marks:
        if mark.area is not None and mark.held.row.zone_id in chosen:
            _outline(page, mark, unit=unit)
    for mark in reversed(marks):
        if mark.spot is not None and _has_sign(mark.held):
            size = sign_size(mark.held, flat.window, unit)
            look.sign(
                page, mark.held.row.zone_type, *mark.spot, unit=size,
                status=mark.held.row.status, casing=0.9 * unit,
            )  # fmt: skip


def _has_sign(held: Held) -> bool:
    """Tell whether a place has a sign: a name without a boundary is a name alone."""
    return held.is_point and not (held.row.zone_type == "label" and held.shape is None)


def sign_size(held: Held, window: Window, unit: float) -> float:
    """Return the size of a pixel of a place's sign in points."""
    small = held.row.zone_type in _SMALL and window.zoom(unit) < CLOSE
    return unit * (SMALL_SIGN if small else FULL_SIGN)


def reserve(room: Room, window: Window, marks: Sequence[Mark], *, unit: float) -> None:
    """Keep names off the signs."""
    for mark in marks:
        if mark.spot is not None and _has_sign(mark.held):
            size = sign_size(mark.held, window, unit)
            x, y = mark.spot
            room.take(Box(x - 8 * size, y - 7 * size, x + 8 * size, y + 7 * size))


def _zone(page: Page, flat: Flat, mark: Mark, *, unit: float, scale: float, back: bool) -> None:
    held, row = mark.held, mark.held.row
    color, state = look.kind(row.zone_type)["line"], look.state(row.status)
    sure = 1.0 if held.sure else POSSIBLE
    # Another reading of a zone is a line over it: two full patterns would hide both.
    filled = 0.0 if row.variant_of is not None else sure * (BACK_FILL if back else 1.0)
    line = sure * (BACK_LINE if back else 1.0)
    outer, inner = flat.of(held.drawn.outer), flat.of(held.drawn.inner)
    areal = held.drawn.nominal is None or held.drawn.nominal.geom_type.endswith("Polygon")
    if outer is not None:
        if filled:
            rest = outer if inner is None or not areal else shapely.difference(outer, inner)
            look.fill(
                page, rest, row.zone_type, row.status, disputed=held.disputed, scale=scale,
                strength=look.FAINT * filled, tint=outer,
            )  # fmt: skip
        page.shape(outer, line=color, width=0.7 * unit, line_alpha=line)
    if inner is not None and areal and filled:
        look.fill(
            page, inner, row.zone_type, row.status, disputed=held.disputed, scale=scale,
            strength=filled,
        )  # fmt: skip
    nominal = flat.of(held.drawn.nominal)
    if nominal is None:
        return
    if not areal:
        page.shape(nominal, line=PAPER, width=6 * unit, cap="round", line_alpha=line)
    page.shape(
        nominal, line=color, width=(state["width"] if areal else 3) * unit, cap=state["cap"],
        dash=look.dashes(row.status, unit), line_alpha=line,
    )  # fmt: skip


def _outline(page: Page, mark: Mark, *, unit: float) -> None:
    """Lift a chosen zone from the others."""
    row = mark.held.row
    state = look.state(row.status)
    page.shape(mark.area, line=PAPER, width=6 * unit)
    page.shape(
        mark.area, line=look.kind(row.zone_type)["line"], width=3 * unit, cap=state["cap"],
        dash=look.dashes(row.status, unit),
    )  # fmt: skip
