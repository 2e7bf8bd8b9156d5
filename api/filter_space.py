"""Spatial operators of CQL2 over an index of a collection's shapes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from api.columns import Mask
from api.crs import CRS
from api.table import FeatureTable
from layers.build.rows import Reading
from layers.errors import QueryError

# The index is asked from the literal's side: it lies within what contains it.
SPATIAL: dict[str, Any] = {
    "s_intersects": "intersects",
    "s_disjoint": "intersects",
    "s_within": "contains",
    "s_contains": "within",
    "s_touches": "touches",
    "s_crosses": "crosses",
    "s_overlaps": "overlaps",
    "s_equals": "intersects",
}
_OF_ITSELF = frozenset({"s_intersects", "s_within", "s_contains", "s_equals"})
_MIRRORED = {"s_within": "s_contains", "s_contains": "s_within"}


def spatial(
    table: FeatureTable, reading: Reading, crs: CRS, op: str, args: list[Any]
) -> tuple[Mask, Mask]:
    """Return where a spatial relation holds, and where there is no shape to tell by."""
    (first, second), ours = args, [_is_geometry(arg) for arg in args]
    if ours == [False, True]:
        op, first, second = _MIRRORED.get(op, op), second, first
    shapes, empty = table.shapes[reading], table.shapeless[reading]
    held = np.zeros(len(table), bool)
    try:
        if not any(ours):
            return held | _relate(op, geometry(first, crs), geometry(second, crs)), held
        if all(ours):
            return ~held if op in _OF_ITSELF else held, empty
        literal = geometry(second, crs)
        found = table.trees[reading].query(literal, predicate=SPATIAL[op]).tolist()
        if op == "s_equals":
            found = [number for number in found if _relate(op, shapes[number], literal)]
    except shapely.GEOSException as error:
        raise _bad(f"{op} cannot be told of this geometry ({error})") from None
    held[found] = True
    return (~held if op == "s_disjoint" else held), empty


def _relate(op: str, one: BaseGeometry | None, other: BaseGeometry) -> bool:
    """Return whether a relation holds between two shapes: GEOS has a function of its name."""
    return bool(getattr(shapely, op.removeprefix("s_"))(one, other))


def geometry(node: Any, crs: CRS) -> BaseGeometry:
    """Return a literal geometry or box in CRS84."""
    if not isinstance(node, dict):
        raise _bad("a geometry must be a literal, as POINT(36.6 35.8)")
    if isinstance(node.get("bbox"), list):
        return window([_finite(value) for value in node["bbox"]], crs, "filter")
    try:
        shape = shapely.geometry.shape(node)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, shapely.GEOSException):
        raise _bad(f"{str(node.get('type', 'this'))[:40]!r} is no geometry") from None
    if not np.isfinite(shapely.get_coordinates(shape)).all() or shape.is_empty:
        raise _bad("a geometry has a coordinate that is no finite number, or none at all")
    shape = crs.inverse(shape)
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise _bad("a geometry lies beyond its reference system")
    west, south, east, north = shape.bounds
    if max(-west, east) > 180 or max(-south, north) > 90:
        raise _bad("a geometry lies beyond 180 degrees of longitude or 90 of latitude")
    if not shape.is_valid:
        raise _bad(f"a geometry is not valid: {shapely.is_valid_reason(shape)}")
    return shape


def window(numbers: list[float], crs: CRS, parameter: str) -> BaseGeometry:
    """Return a box of 4 or 6 numbers in CRS84; its west may lie east of its east."""
    if len(numbers) not in (4, 6):
        raise QueryError(parameter, len(numbers), "a box has 4 or 6 numbers")
    half = len(numbers) // 2
    (x1, y1, *low), (x2, y2, *high) = numbers[:half], numbers[half:]
    if low > high:
        raise QueryError(parameter, "", "the lower height comes before the upper")
    if crs.swapped:
        x1, y1, x2, y2 = y1, x1, y2, x2
    if y1 > y2:
        raise QueryError(parameter, "", "south lies north of north")
    if crs.degrees:
        return _degrees(x1, y1, x2, y2, parameter)
    if x1 > x2:
        raise QueryError(parameter, "", "west lies east of east")
    corners = _box(x1, y1, x2, y2)
    width = max(x2 - x1, y2 - y1)
    # An edge that is straight there is a curve here.
    dense = shapely.segmentize(corners, width / 32) if width else corners
    moved = crs.inverse(dense)
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        raise QueryError(parameter, "", "lies beyond its reference system")
    return moved


def _degrees(x1: float, y1: float, x2: float, y2: float, parameter: str) -> BaseGeometry:
    if max(abs(x1), abs(x2)) > 180 or max(abs(y1), abs(y2)) > 90:
        raise QueryError(parameter, "", "lies beyond 180 degrees of longitude or 90 of latitude")
    if x1 <= x2:
        return _box(x1, y1, x2, y2)
    return shapely.union_all([_box(x1, y1, 180.0, y2), _box(-180.0, y1, x2, y2)])


def _box(x1: float, y1: float, x2: float, y2: float) -> BaseGeometry:
    """Return a box; one without width or height is a line or a point, which a polygon is not."""
    if (x1, y1) == (x2, y2):
        return shapely.Point(x1, y1)
    if x1 == x2 or y1 == y2:
        return shapely.LineString([(x1, y1), (x2, y2)])
    return shapely.box(x1, y1, x2, y2)


def _is_geometry(node: Any) -> bool:
    if not (isinstance(node, dict) and "property" in node):
        return False
    if node["property"] != "geometry":
        raise _bad(f"{str(node['property'])[:40]!r} is no geometry; the property is geometry")
    return True


def _finite(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _bad("a box takes finite numbers")
    return float(value)


def _bad(message: str) -> QueryError:
    return QueryError("filter", "", message)
