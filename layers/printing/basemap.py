"""The base map under the zones: sea, land, water, borders, roads, and what their files name."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from layers.printing.canvas import Canvas
from layers.printing.projection import MapFrame
from layers.record.basemap_files import basemap_files
from layers.record.files import read_seed
from layers.record.model import Record
from layers.style.colors import BORDER, COAST, GROUND, HOME, LAND, PAPER, RIVER, ROAD, RULE_2, SEA

# Soft white bands along the coast: width in px, opacity.
_BANDS = ((26, 0.3), (15, 0.26), (7, 0.3))
_PARTS = ("land", "lakes", "rivers", "coast", "governorates", "borders", "roads")
# An edge of the land file is a cut and no coast if so much of it is straight, in degrees.
_CUT = 0.02
_WORLD = (-540.0, -90.0, 540.0, 90.0)


@dataclass(frozen=True, slots=True)
class Feature:
    """A piece of the base map, in degrees, with its names and whether it is the atlas's own."""

    shape: BaseGeometry
    names: Mapping[str, str | None]
    home: bool


@dataclass(frozen=True, slots=True, eq=False)
class PrintedBasemap:
    """All of a record's base map, and whose data it is."""

    parts: dict[str, tuple[Feature, ...]]
    credits: tuple[tuple[str, str], ...]
    """The source and the licence of each file."""
    sea: BaseGeometry | None
    """Where there is water if there is no land: what lies beyond is not known."""


def basemap_of(record: Record) -> PrintedBasemap:
    """Return the base map of a record, read once for as long as the record is the same."""
    return _read(record.root, record.sha256)


@functools.lru_cache(maxsize=4)
def _read(root: Path, _: str) -> PrintedBasemap:
    parts: dict[str, tuple[Feature, ...]] = {}
    owed: dict[tuple[str, str], None] = {}
    for path in basemap_files(root):
        file = json.loads(read_seed(root, path))
        parts[path.stem] = tuple(_feature(one) for one in file["features"] if one["geometry"])
        owed[file.get("source", ""), file.get("licence", "")] = None
    return PrintedBasemap(parts, tuple(owed), _sea(parts.get("land", ())))


def _feature(one: dict[str, Any]) -> Feature:
    about = one.get("properties") or {}
    shape = shapely.geometry.shape(one["geometry"])
    if not shape.is_valid:
        shape = shapely.make_valid(shape)
    names = {key[5:]: name for key, name in about.items() if key.startswith("name_")}
    # A file without a home country has its land in one tone, the tone of the atlas's own.
    return Feature(shape, names, bool(about.get("home", "home" not in about)))


def _sea(land: tuple[Feature, ...]) -> BaseGeometry | None:
    """Return the box within which no land means water: up to where the land file was cut."""
    if not land:
        return None
    whole = shapely.union_all([one.shape for one in land])
    west, south, east, north = whole.bounds
    corners = [(west, north), (west, south), (east, south), (east, north), (west, north)]
    sides = [shapely.LineString(side) for side in itertools.pairwise(corners)]
    cut = [whole.boundary.intersection(side).length > _CUT for side in sides]
    # A coast may run along a parallel by itself; a window that cuts, cuts on several sides.
    known = whole.bounds if sum(cut) > 1 else _WORLD
    return shapely.box(*np.where(cut, known, _WORLD))


def projected(
    basemap: PrintedBasemap, part: str, frame: MapFrame
) -> list[tuple[Feature, BaseGeometry | None]]:
    """Return the features of one file and what a frame shows of them."""
    return [(one, frame.project(one.shape)) for one in basemap.parts.get(part, ())]


def draw(canvas: Canvas, frame: MapFrame, basemap: PrintedBasemap, *, unit: float) -> None:
    """Draw the base map in a frame; ``unit`` is a pixel of the screen in points."""
    whole = frame.box.polygon()
    shapes = {part: projected(basemap, part, frame) for part in _PARTS}
    land = shapes["land"]
    shapes["shores"] = shapes["coast"] or [(one, shape and shape.boundary) for one, shape in land]

    def lines(part: str, color: str, width: float, **look: Any) -> None:
        for _, shape in shapes[part]:
            canvas.shape(shape, line=color, width=width * unit, **look)

    # Without land the ground is one tone; beyond the cut of the data lies paper, not sea.
    canvas.shape(whole, fill=GROUND if basemap.sea is None else SEA)
    for wide, alpha in _BANDS:
        lines("shores", PAPER, wide, line_alpha=alpha)
    for one, shape in land:
        tone = HOME if one.home else LAND
        canvas.shape(shape, fill=tone, line=tone, width=0.6 * unit)
    lines("rivers", RIVER, 1.2)
    lines("lakes", COAST, 0.7, fill=SEA)
    lines("shores", COAST, 1)
    lines("governorates", RULE_2, 0.8, dash=[3 * unit, 3 * unit])
    lines("borders", PAPER, 3, line_alpha=0.9)
    lines("borders", BORDER, 1.2, dash=[part * unit for part in (9, 3, 2, 3)])
    lines("roads", ROAD, 1.6)
    if basemap.sea is not None:
        known = frame.project(shapely.segmentize(basemap.sea, 1.0))
        beyond = whole.difference(known) if known is not None else whole
        canvas.shape(beyond, fill=GROUND, line=RULE_2, width=unit)
