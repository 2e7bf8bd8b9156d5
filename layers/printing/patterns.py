"""The symbology drawn by matplotlib: fills, boxes of a legend and markers, as lines and shapes.

Colour says what kind, pattern says what state, strength says how sure. All stays sharp at any
size of print.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import shapely
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from matplotlib.path import Path
from shapely.geometry.base import BaseGeometry

from layers.printing.boxes import Box
from layers.printing.canvas import Canvas
from layers.printing.job import MappedZone
from layers.style.colors import INK_2, PAPER
from layers.style.symbology import (
    MARKER_SIZE,
    SMALL_TILE,
    TINT,
    Pattern,
    State,
    Symbol,
    Symbology,
)

# Share of the strength with which a pattern lies over what is merely possible.
FAINT = 0.36


def dash_in_points(state: State, unit: float) -> tuple[float, ...]:
    """Return the dash of a state's line in points; ``unit`` is a pixel of the screen."""
    return tuple(max(part * unit, 0.01) for part in state.dash)


def hatch(pattern: Pattern, area: BaseGeometry, scale: float) -> BaseGeometry | None:
    """Return the marks of a pattern that lie within an area, both in points.

    ``scale`` is the size of the pattern's pixel. Marks of neighbouring areas continue each
    other, because all tiles are counted from the corner of the page.
    """
    if area.is_empty or not scale > 0:
        return None
    step = np.array([pattern.width, pattern.height])
    low, high = np.array(area.bounds).reshape(2, 2) / scale / step
    across = np.arange(np.floor(low[0]) - 1, np.ceil(high[0]) + 1)
    down = np.arange(np.floor(low[1]) - 1, np.ceil(high[1]) + 1)
    corners = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 1, 2) * step
    lines = svg_path(pattern.d).to_polygons(closed_only=False)
    marks = np.concatenate([shapely.linestrings((corners + line) * scale) for line in lines])
    shapely.prepare(area)
    marks = marks[shapely.intersects(area, marks)]
    whole = shapely.contains(area, marks)
    parts = shapely.get_parts(shapely.intersection(marks[~whole], area))
    cut = parts[(shapely.get_type_id(parts) == 1) & (shapely.length(parts) > 0.2)]
    found = np.concatenate([marks[whole], cut])
    if not len(found):
        return None
    merged: BaseGeometry = shapely.line_merge(shapely.MultiLineString(list(found)))
    return merged


def fill(
    canvas: Canvas,
    symbol: Symbol,
    area: BaseGeometry,
    *,
    disputed: bool,
    scale: float,
    strength: float = 1.0,
    tint: BaseGeometry | None = None,
) -> None:
    """Fill an area with the tint and the patterns of its state; ``tint`` in place of it."""
    color, flat = symbol.kind.line, symbol.state.flat
    if flat:
        canvas.shape(tint or area, fill=color, fill_alpha=flat * strength)
    for pattern, share in symbol.fills(disputed=disputed):
        canvas.shape(
            hatch(pattern, area, scale),
            line=color, width=pattern.stroke * scale, cap=pattern.cap,
            line_alpha=share * strength,
        )  # fmt: skip


def legend_patch(canvas: Canvas, symbol: Symbol, box: Box, *, disputed: bool, unit: float) -> None:
    """Draw a small box with the very line and pattern of a status."""
    state, shape = symbol.state, box.polygon()
    canvas.shape(shape, fill=PAPER)
    fill(canvas, symbol, shape, disputed=disputed, scale=unit * SMALL_TILE)
    canvas.shape(
        shape, line=symbol.kind.line, width=state.legend_width * unit, cap=state.cap,
        dash=[part * unit for part in state.legend_dash],
    )  # fmt: skip


def marker(
    canvas: Canvas, symbol: Symbol, x: float, y: float, *, unit: float, casing: float = 0.0
) -> None:
    """Draw the marker of a kind with its middle at a point; ``casing`` points of white around."""
    color = symbol.kind.line
    move = (unit, x - MARKER_SIZE[0] / 2 * unit, y - MARKER_SIZE[1] / 2 * unit)
    for path in symbol.marker:
        pen, outline = path.pen, svg_path(path.d)
        if casing:
            wide = pen.width * unit + 2 * casing
            canvas.shape(outline, line=PAPER, width=wide, cap="round", move=move)
        canvas.shape(
            outline,
            fill={"none": None, "paper": PAPER}.get(pen.fill, color),
            fill_alpha=TINT if pen.fill == "tint" else 1.0,
            line=color,
            width=pen.width * unit,
            cap=pen.cap,
            dash=[part * unit for part in path.dash],
            move=move,
        )


def entry_symbol(canvas: Canvas, box: Box, zone: MappedZone, *, unit: float) -> None:
    """Draw an entry's sign at the start of a box, and its pattern at the end."""
    high = box.middle[1]
    start, turn = (box.right, -1) if canvas.rtl else (box.left, 1)
    marker(canvas, zone.symbol, start + turn * 11 * unit, high, unit=unit)
    if zone.is_place or zone.shape is None:
        return
    near, far = sorted((start + turn * 26.5 * unit, start + turn * 53.5 * unit))
    patch = Box(near, high - 7.5 * unit, far, high + 7.5 * unit)
    legend_patch(canvas, zone.symbol, patch, disputed=zone.disputed, unit=unit)


def key_symbol(
    canvas: Canvas, style: Symbology, box: Box, what: str, kind: str, *, unit: float
) -> None:
    """Draw what a line of the key explains; areas are shown in a kind's colour."""
    color = style.kind(kind).line
    x, y = box.middle
    if what == "certainty":
        canvas.shape(box.polygon(), fill=color, fill_alpha=0.12, line=color, width=0.7 * unit)
        canvas.shape(box.grown(-4 * unit).polygon(), fill=color, fill_alpha=0.4)
        canvas.shape(box.grown(-2.4 * unit).polygon(), line=color, width=1.6 * unit)
    elif what == "variant":
        line = shapely.LineString([(box.left, y), (box.right, y)])
        canvas.shape(line, line=INK_2, width=1.6 * unit)
    elif what == "dispute":
        legend_patch(canvas, style.symbol("label", "announced"), box, disputed=True, unit=unit)
    else:
        marker(canvas, style.symbol("foreign_base", "in_effect"), x, y, unit=unit)


@functools.cache
def svg_path(d: str) -> Path:
    """Return SVG path data as a path."""
    pen = RecordingPen()
    parse_path(d, pen)
    vertices: list[tuple[float, float]] = []
    codes: list[Any] = []
    kinds = {
        "moveTo": [Path.MOVETO],
        "lineTo": [Path.LINETO],
        "curveTo": [Path.CURVE4] * 3,
        "qCurveTo": [Path.CURVE3] * 2,
    }
    for name, points in pen.value:
        if name == "closePath":
            vertices.append(vertices[-1])
            codes.append(Path.CLOSEPOLY)
        elif name != "endPath":
            vertices += [(float(x), float(y)) for x, y in points]
            codes += kinds[name]
    return Path(vertices, codes)
