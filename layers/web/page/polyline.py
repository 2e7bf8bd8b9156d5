"""Coordinates as short text: whole steps of a grid, each as it differs from going straight on.

An encoded line holds, for each point, longitude then latitude, less what the step before would
have led to (arcs turn little from one step to the next); that difference is made unsigned
(its sign becomes the lowest bit) and written five bits a character, lowest first, the sixth bit
telling that more follow. The page takes it apart again in ``js/polyline.js``. Against JSON
numbers this is a third of the size, and half of it when compressed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
SHAPE_DIGITS = 5
# Decimals of the ground where its file does not say how accurate it is.
GROUND_DIGITS = 4
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


def ground_digits(accuracy_m: object) -> int:
    """Return the fewest decimals of a degree that move no point by a tenth of its accuracy.

    ``accuracy_m`` is what a base map's file says, in metres; what is no length tells nothing.
    """
    if not isinstance(accuracy_m, int | float) or not 0 < accuracy_m < math.inf:
        return GROUND_DIGITS
    furthest = METRES_PER_DEGREE / math.sqrt(2)  # half a step in both directions, in metres
    return min(max(math.ceil(math.log10(furthest * 10 / accuracy_m)), 0), SHAPE_DIGITS)


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
