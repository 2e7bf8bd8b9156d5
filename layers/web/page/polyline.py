"""Coordinates as short text: whole steps of a grid, each as it differs from going straight on.

An encoded line holds, for each point, longitude then latitude, less what the step before would
have led to (arcs turn little from one step to the next); that difference is made unsigned
(its sign becomes the lowest bit) and written five bits a character, lowest first, the sixth bit
telling that more follow. ``layers/web/js/polyline.js`` takes it apart again. Against JSON
numbers this is a third of the size, and half of it when compressed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from layers.formats.features import geometry_json
from layers.record.basemap_files import basemap_files
from layers.record.files import read_seed

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
SHAPE_DIGITS = 5
# Decimals of the ground where its file does not say how accurate it is.
GROUND_DIGITS = 4
THINNED_DEGREES = 3e-5
METRES_PER_DEGREE = 111_320.0


def encode(geometry: Any, digits: int) -> Any:
    """Return a GeoJSON geometry with its lines as text; points and null stay as they are."""
    if geometry is None or geometry["type"] in {"Point", "MultiPoint", "GeometryCollection"}:
        return geometry
    return {
        "type": geometry["type"],
        "digits": digits,
        "polyline": _nested(geometry["coordinates"], 10**digits),
    }


def encode_collection(collection: dict[str, Any]) -> dict[str, Any]:
    """Return a feature collection with its geometries encoded as finely as it is accurate."""
    digits = ground_digits(collection.get("accuracy_m"))
    features = [
        {**feature, "geometry": encode(feature["geometry"], digits)}
        for feature in collection["features"]
    ]
    return {**collection, "features": features}


def encoded_basemap(root: Path) -> dict[str, Any]:
    """Return the lines and areas of a record's basemap by their files' stems, encoded."""
    return {
        path.stem: encode_collection(json.loads(read_seed(root, path)))
        for path in basemap_files(root)
        if path.stem != "towns"
    }


def ground_digits(accuracy_m: object) -> int:
    """Return the fewest decimals of a degree that move no point by a tenth of its accuracy.

    ``accuracy_m`` is what a base map's file says, in metres; what is no length tells nothing.
    """
    if not isinstance(accuracy_m, int | float) or not 0 < accuracy_m < math.inf:
        return GROUND_DIGITS
    furthest = METRES_PER_DEGREE / math.sqrt(2)  # half a step in both directions, in metres
    return min(max(math.ceil(math.log10(furthest * 10 / accuracy_m)), 0), SHAPE_DIGITS)


def encoded_shapes(
    shapes: Mapping[str, Mapping[str, BaseGeometry | None]],
) -> tuple[dict[str, dict[str, str | None]], dict[str, Any]]:
    """Return each shape as names of its readings' geometries, and each geometry once.

    Geometries are thinned and encoded; those of no points are null.
    """
    names: dict[bytes, str] = {}
    geometries: dict[str, Any] = {}

    def named(geometry: BaseGeometry | None) -> str | None:
        if geometry is None or geometry.is_empty:
            return None
        if geometry.wkb not in names:
            name = names[geometry.wkb] = f"g{len(names)}"
            thin = shapely.simplify(geometry, THINNED_DEGREES, preserve_topology=True)
            geometries[name] = encode(geometry_json(thin), SHAPE_DIGITS)
        return names[geometry.wkb]

    made = {
        key: {reading: named(geometry) for reading, geometry in shape.items()}
        for key, shape in shapes.items()
    }
    return made, geometries


def _nested(coordinates: Sequence[Any], scale: int) -> Any:
    """Return a line as text, and whatever holds lines as a list of the same."""
    if isinstance(coordinates[0][0], int | float):
        return _line(coordinates, scale)
    return [_nested(part, scale) for part in coordinates]


def _line(points: Iterable[Sequence[float]], scale: int) -> str:
    made: list[str] = []
    before = stride = (0, 0)
    for lon, lat in points:
        here = (round(lon * scale), round(lat * scale))
        moved = (here[0] - before[0], here[1] - before[1])
        for now, last in zip(moved, stride, strict=True):
            turn = now - last
            rest = turn * 2 if turn >= 0 else -turn * 2 - 1
            while rest >= 32:
                made.append(ALPHABET[32 + rest % 32])
                rest //= 32
            made.append(ALPHABET[rest])
        before, stride = here, moved
    return "".join(made)
