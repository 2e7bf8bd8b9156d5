"""The two sides of a line: a point lies on that side on which it sees its nearest point."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.buffers import EMPTY, planar_flat_cap_buffer, variable_width_buffer
from geo.crs import GRID_M, Coords, LocalPlane
from geo.errors import GeometryError
from geo.lines import Line

Side = Literal["left", "right"]
Width = Callable[[float], float]
"""A width in metres where a line is off by so many metres."""
# A line is carried on so far beyond its ends to cut what is drawn about it in two.
_BEYOND_M = 2.0
# What lies so near to a line lies on it.
_ON_LINE_M = 1e-5


def split(xy: Coords, around: BaseGeometry) -> dict[Side, BaseGeometry]:
    """Return what lies to the left and to the right of a line, of a shape about it.

    Parameters
    ----------
    xy
        The line, shape (n, 2), in metres.
    around
        All points within some distance of it that are not beyond its ends.

    Raises
    ------
    GeometryError
        Where the line turns back so near to its end that its two sides are one.

    """
    if around.is_empty:
        return {"left": EMPTY, "right": EMPTY}
    line = shapely.LineString(xy)
    shapely.prepare(line)
    net = shapely.union_all([shapely.boundary(around), shapely.LineString(_carried_on(xy))])
    sides: dict[Side, list[BaseGeometry]] = {"left": [], "right": []}
    for face in shapely.get_parts(shapely.polygonize([*shapely.get_parts(net)])):
        if not around.contains(shapely.point_on_surface(face)):
            continue
        left, right = _beside(face, line)
        if min(left, right) > _BEYOND_M:
            raise GeometryError(
                "the line turns back so near to its end that its left and its right are one; end "
                "it elsewhere, or give both sides the same distance"
            )
        if left or right:
            sides["left" if left > right else "right"].append(face)
    return {side: shapely.union_all(faces) if faces else EMPTY for side, faces in sides.items()}


def beside(
    route: Line, within: Mapping[Side, Width], without: Mapping[Side, Width] | None = None
) -> BaseGeometry:
    """Return what lies within a width on each side of a line, and not within another."""
    dense = route.dense()
    plane = LocalPlane.around(dense.coords)
    widest = planar_flat_cap_buffer(plane, dense, lambda u: max(w(u) for w in within.values()))
    sides = split(plane.forward(dense.coords), widest)
    for side, width in within.items():
        near = variable_width_buffer(plane, dense, width)
        if without:
            near = shapely.difference(near, variable_width_buffer(plane, dense, without[side]))
        sides[side] = shapely.intersection(sides[side], near)
    return plane.unproject(shapely.union(sides["left"], sides["right"], grid_size=GRID_M))


def side_of(line: shapely.LineString, spot: shapely.Point, step: float) -> Side | None:
    """Return the side of a line on which a point lies, None on the line itself.

    ``step`` is a length along the line that counts as none, in its own unit.
    """
    offset = left_offset(line, spot, step)
    return None if offset == 0 else "left" if offset > 0 else "right"


def left_offset(line: shapely.LineString, spot: shapely.Point, step: float) -> float:
    """Return how far a point lies to the left of a line at its nearest point."""
    at = line.project(spot)
    foot = shapely.get_coordinates(line.interpolate(at))[0]
    off = shapely.get_coordinates(spot)[0] - foot
    return float(np.dot(left_normal(line, at, step), off))


def left_normal(line: shapely.LineString, at: float, step: float) -> Coords:
    """Return the unit vector to the left of a line at a distance along it."""
    near = [line.interpolate(min(max(at + by, 0.0), line.length)) for by in (-step, step)]
    along = np.diff(shapely.get_coordinates(near), axis=0)[0]
    return np.array([-along[1], along[0]]) / float(np.hypot(*along))


def _carried_on(xy: Coords) -> Coords:
    """Return a line carried on straight beyond both ends; a closed one has none."""
    if np.array_equal(xy[0], xy[-1]):
        return xy
    out = [tip - before for tip, before in ((xy[0], xy[1]), (xy[-1], xy[-2]))]
    first, last = (step / np.hypot(*step) * _BEYOND_M for step in out)
    return np.vstack([xy[0] + first, xy, xy[-1] + last])


def _beside(face: BaseGeometry, line: shapely.LineString) -> tuple[float, float]:
    """Return what length of a line has a face on its left, and what length on its right."""
    coords, ring = shapely.get_coordinates(
        shapely.get_rings(shapely.orient_polygons(face)), return_index=True
    )
    same = ring[1:] == ring[:-1]
    start, end = coords[:-1][same], coords[1:][same]
    on_line = shapely.distance(shapely.points((start + end) / 2), line) < _ON_LINE_M
    start, end = start[on_line], end[on_line]
    length = np.hypot(*(end - start).T)
    steps = [shapely.line_locate_point(line, shapely.points(points)) for points in (start, end)]
    # A ring keeps its inside on its left; a step over a closed line's seam goes the short way.
    ahead = (steps[1] > steps[0]) == (np.abs(steps[1] - steps[0]) < 2 * length + _BEYOND_M)
    return float(length[ahead].sum()), float(length[~ahead].sum())
