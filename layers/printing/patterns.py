"""Colour says what kind, pattern says what state, strength says how sure: as on the screen.

Colours and states are the page's own (`layers.web.page.tokens.json`); the marks of patterns and
signs stand in `signs.json`, and a test holds them against the page's script. All is drawn as
lines and shapes, so that it stays sharp at any size of print.
"""

from __future__ import annotations

import functools
import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from layers.printing.boxes import Box
from layers.printing.canvas import PAPER, Canvas
from layers.style.tokens import tokens

if TYPE_CHECKING:
    from matplotlib.path import Path

# Share of the strength with which a pattern lies over what is merely possible.
FAINT = 0.36
CHEVRONS = 0.65
SMALL_TILE = 0.7
# Pens of the signs: width in px of a 22 x 16 field, and how the shape is filled.
_PENS: dict[str, dict[str, Any]] = {
    "line": {"width": 1.5},
    "thick": {"width": 2},
    "heavy": {"width": 3.2, "cap": "butt"},
    "dot": {"width": 5},
    "disc": {"width": 1.7, "paper": True},
    "solid": {"width": 0, "alpha": 1.0},
    "fill": {"width": 1.6, "alpha": 0.25},
}
SIGN_SIZE = (22.0, 16.0)


@functools.cache
def marks() -> dict[str, Any]:
    """Return the marks of patterns and signs."""
    text = files("layers.style").joinpath("signs.json").read_text(encoding="utf-8")
    marks: dict[str, Any] = json.loads(text)
    return marks


def kind(zone_type: str) -> dict[str, str]:
    """Return line colour, text colour and grammatical gender of a kind."""
    kinds = tokens()["kinds"]
    found: dict[str, str] = kinds.get(zone_type, kinds["label"])
    return found


def state(status: str) -> dict[str, Any]:
    """Return width, dash, cap, flat tint and pattern of a status."""
    states = tokens()["states"]
    found: dict[str, Any] = states.get(status, states["unknown"])
    return found


def is_place(zone_type: str) -> bool:
    """Tell whether a kind is a place and not an extent."""
    return zone_type in marks()["places"]


def dashes(status: str, unit: float) -> tuple[float, ...] | None:
    """Return the dash of a status's line in points; ``unit`` is a pixel of the screen."""
    dash = state(status)["dash"]
    if dash is None:
        return None
    return tuple(max(float(part) * unit, 0.01) for part in dash.split())


def hatch(pattern: str, area: BaseGeometry, scale: float) -> BaseGeometry | None:
    """Return the marks of a pattern that lie within an area, both in points.

    ``scale`` is the size of the pattern's pixel. Marks of neighbouring areas continue each
    other, because all tiles are counted from the corner of the page.
    """
    if area.is_empty or not scale > 0:
        return None
    shapely.prepare(area)
    left, top, right, bottom = (edge / scale for edge in area.bounds)
    if pattern == "dots":
        spots = np.vstack([_grid(left, top, right, bottom, 8, 8, at) for at in ((2, 2), (6, 6))])
        return _points(spots * scale, area)
    if pattern == "crosses":
        middle = _grid(left, top, right, bottom, 12, 12, (6, 6)) * scale
        middle = middle[shapely.contains_xy(area, middle[:, 0], middle[:, 1])]
        arms = np.array([[[-2, -2], [2, 2]], [[2, -2], [-2, 2]]]) * scale
        return _segments((middle[:, None, None, :] + arms[None]).reshape(-1, 2, 2))
    lines = list(_lines(pattern, left, top, right, bottom))
    if not lines:
        return None
    drawn = shapely.linestrings([np.asarray(line) * scale for line in lines])
    cut = shapely.intersection(np.asarray(drawn), area)
    parts = [p for p in shapely.get_parts(cut) if p.geom_type == "LineString" and p.length > 0.2]
    return shapely.multilinestrings(parts) if parts else None


def _points(spots: np.ndarray[Any, Any], area: BaseGeometry) -> BaseGeometry | None:
    """Return the spots within an area as lines too short to see but for their round ends."""
    inside = spots[shapely.contains_xy(area, spots[:, 0], spots[:, 1])]
    return _segments(np.stack([inside, inside + np.array([0.01, 0.0])], axis=1))


def _segments(ends: np.ndarray[Any, Any]) -> BaseGeometry | None:
    """Return segments, given as an array of shape (n, 2, 2), as one geometry."""
    return shapely.MultiLineString(list(ends)) if len(ends) else None


def _grid(
    left: float, top: float, right: float, bottom: float, wide: int, high: int, at: tuple[int, int]
) -> np.ndarray[Any, Any]:
    across = np.arange(np.floor(left / wide), np.ceil(right / wide) + 1) * wide + at[0]
    down = np.arange(np.floor(top / high), np.ceil(bottom / high) + 1) * high + at[1]
    x, y = np.meshgrid(across, down)
    return np.column_stack([x.ravel(), y.ravel()]).astype(float)


def _lines(
    pattern: str, left: float, top: float, right: float, bottom: float
) -> list[list[tuple[float, float]]]:
    """Return the lines of a pattern over a box, in pixels."""
    if pattern == "diagonals":
        sums = np.arange(np.floor((left + top) / 8), np.ceil((right + bottom) / 8) + 1) * 8
        return [[(s - bottom, bottom), (s - top, top)] for s in sums.tolist()]
    if pattern == "bars":
        firsts = np.arange(np.floor(left / 14), np.ceil(right / 14) + 1) * 14
        return [[(f + x, top), (f + x, bottom)] for f in firsts.tolist() for x in (4, 8)]
    first, last = int(np.floor(left / 24)), int(np.ceil(right / 24)) + 1
    rows = np.arange(np.floor(top / 22) - 1, np.ceil(bottom / 22) + 1) * 22
    wave = [(x, y) for n in range(first, last) for x, y in ((n * 24, 14), (n * 24 + 12, 6))]
    return [[(float(x), y + row) for x, y in wave] for row in rows.tolist()]


def fill(
    canvas: Canvas,
    area: BaseGeometry,
    zone_type: str,
    status: str,
    *,
    disputed: bool,
    scale: float,
    strength: float = 1.0,
    tint: BaseGeometry | None = None,
) -> None:
    """Fill an area with the tint and the patterns of its state; ``tint`` in place of it."""
    color = kind(zone_type)["line"]
    how = state(status)
    if how["flat"]:
        canvas.shape(tint or area, fill=color, fill_alpha=how["flat"] * strength)
    layers = [(how["pattern"], 1.0)] if how["pattern"] else []
    layers += [("chevrons", CHEVRONS)] if disputed else []
    for pattern, share in layers:
        mark = marks()["patterns"][pattern]
        canvas.shape(
            hatch(pattern, area, scale),
            line=color, width=mark["stroke"] * scale, cap=mark.get("cap", "butt"),
            line_alpha=share * strength,
        )  # fmt: skip


def legend_patch(
    canvas: Canvas, box: Box, zone_type: str, status: str, *, disputed: bool, unit: float
) -> None:
    """Draw a small box with the very line and pattern of a status."""
    color = kind(zone_type)["line"]
    canvas.shape(box.polygon(), fill=PAPER)
    fill(canvas, box.polygon(), zone_type, status, disputed=disputed, scale=unit * SMALL_TILE)
    how = state(status)
    dash = None
    if how["dash"]:
        dash = [0.01, 3.6 * unit] if how["cap"] == "round" else [5 * unit, 2.6 * unit]
    canvas.shape(
        box.polygon(), line=color, width=min(how["width"], 1.8) * unit, dash=dash, cap=how["cap"]
    )


def sign(
    canvas: Canvas,
    zone_type: str,
    x: float,
    y: float,
    *,
    unit: float,
    status: str = "in_effect",
    casing: float = 0.0,
) -> None:
    """Draw the sign of a kind with its middle at a point; hollow while it stands on paper."""
    color = kind(zone_type)["line"]
    hollow = status in marks()["hollow"]
    left, top = x - SIGN_SIZE[0] / 2 * unit, y - SIGN_SIZE[1] / 2 * unit
    for pen, d in marks()["signs"].get(zone_type, marks()["signs"]["label"]):
        if hollow and pen == "dot" and zone_type in ("foreign_base", "post"):
            continue
        how = _PENS[pen]
        dashed = status == "unknown" and how.get("paper")
        if casing:
            wide = how["width"] * unit + 2 * casing
            canvas.shape(_sign_path(d), line=PAPER, width=wide, cap="round", move=(unit, left, top))
        canvas.shape(
            _sign_path(d),
            fill=PAPER if how.get("paper") else color if "alpha" in how else None,
            fill_alpha=how.get("alpha", 1.0),
            line=color,
            width=how["width"] * unit,
            cap=how.get("cap", "round"),
            dash=[2 * unit, 2.2 * unit] if dashed else None,
            move=(unit, left, top),
        )


@functools.cache
def _sign_path(d: str) -> Path:
    """Return SVG path data as a path."""
    # fontTools has no types; it comes with matplotlib.
    from fontTools.pens.recordingPen import RecordingPen  # type: ignore[import-untyped]
    from fontTools.svgLib.path import parse_path  # type: ignore[import-untyped]
    from matplotlib.path import Path

    pen = RecordingPen()
    parse_path(d, pen)
    vertices: list[tuple[float, float]] = []
    codes: list[int] = []
    kinds = {
        "moveTo": (Path.MOVETO,),
        "lineTo": (Path.LINETO,),
        "curveTo": (Path.CURVE4,) * 3,
        "qCurveTo": (Path.CURVE3,) * 2,
    }
    for name, points in pen.value:
        if name == "closePath":
            vertices.append(vertices[-1])
            codes.append(int(Path.CLOSEPOLY))
        elif name != "endPath":
            vertices += [(float(x), float(y)) for x, y in points]
            codes += [int(code) for code in kinds[name]]
    return Path(vertices, codes)
