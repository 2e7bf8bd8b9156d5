"""The two sides of a line, and of a border between two meridians.

A point lies on that side on which it sees its nearest point.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.buffers import EMPTY, planar_flat_cap_buffer, variable_width_buffer
from geo.crs import GEOD, GRID_M, STEP_M, Coords, LocalPlane, ahead
from geo.errors import GeometryError
from geo.lines import Line, Place, segments

Side = Literal["left", "right"]
Width = Callable[[float], float]
"""A width in metres where a line is off by so many metres."""
# A line is carried on so far beyond its ends to cut what is drawn about it in two.
_BEYOND_M = 2.0
# What lies so near to a line lies on it.
_ON_LINE_M = 1e-5
# A length along a border that counts as none, in degrees.
_STEP = 1e-6


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
    sides: dict[Side, list[BaseGeometry]] = {"left": [], "right": []}
    for face in _faces(around, shapely.LineString(_carried_on(xy))):
        left, right = _beside(face, line)
        if min(left, right) > _BEYOND_M:
            raise GeometryError(
                "the line turns back so near to its end that its left and its right are one; end "
                "it elsewhere, or give both sides the same distance"
            )
        if left or right:
            sides["left" if left > right else "right"].append(face)
    return {side: shapely.union_all(faces) if faces else EMPTY for side, faces in sides.items()}


def _faces(shape: BaseGeometry, line: BaseGeometry) -> Iterator[BaseGeometry]:
    """Yield the parts into which a line cuts a shape."""
    net = shapely.union_all([shapely.boundary(shape), line])
    for face in shapely.get_parts(shapely.polygonize([*shapely.get_parts(net)])):
        if shape.contains(shapely.point_on_surface(face)):
            yield face


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
    start, end = segments(shapely.get_rings(shapely.orient_polygons(face)))
    on_line = shapely.distance(shapely.points((start + end) / 2), line) < _ON_LINE_M
    start, end = start[on_line], end[on_line]
    length = np.hypot(*(end - start).T)
    steps = [shapely.line_locate_point(line, shapely.points(points)) for points in (start, end)]
    # A ring keeps its inside on its left; a step over a closed line's seam goes the short way.
    ahead = (steps[1] > steps[0]) == (np.abs(steps[1] - steps[0]) < 2 * length + _BEYOND_M)
    return float(length[ahead].sum()), float(length[~ahead].sum())


def runs_past(border: Line, one: Place, other: Place) -> bool:
    """Tell whether a border runs past the meridians of two places that lie east and west.

    They lie so where they are farther apart along a parallel than along a meridian.
    """
    azimuth = GEOD.inv(one.lon, one.lat, other.lon, other.lat)[0]
    west, east = sorted((one, other), key=lambda place: place.lon)
    window = between_meridians(west, east, 1.0)
    low, high = border.coords[:, 0].min(), border.coords[:, 0].max()
    past = not window.is_empty and low <= window.bounds[0] and window.bounds[2] <= high
    return past and abs(math.sin(math.radians(azimuth))) >= math.sqrt(0.5)


def border_side(
    dense: Line, near: BaseGeometry, towards: Place, window: BaseGeometry
) -> BaseGeometry:
    """Return the part of ``near`` that lies on a place's side of a border."""
    border = shapely.LineString(dense.coords)
    low, high = border.bounds[0], border.bounds[2]
    if window.bounds[0] < low or window.bounds[2] > high:
        raise GeometryError("the border does not run past both meridians: give a longer stretch")
    region = shapely.intersection(near, window)
    sides: dict[bool, list[BaseGeometry]] = {True: [], False: []}
    for face in _faces(region, shapely.intersection(border, window)):
        sides[_left_of(border, face)].append(face)
    left, right = map(shapely.union_all, sides.values())
    if left.is_empty or right.is_empty:
        raise GeometryError("the border does not divide the band: its two sides are one")
    # By the border, not by the nearer side: from beyond a meridian the wrong one may be nearer.
    turn = left_offset(border, shapely.Point(towards.lon, towards.lat), _STEP)
    if turn == 0:
        raise GeometryError(f"place {towards.id!r} lies on the border: it names no side of it")
    return left if turn > 0 else right


def _left_of(border: shapely.LineString, part: BaseGeometry) -> bool:
    """Tell whether a face of the band lies to the left of the border.

    By the edge that the two share; where a border leaves the window and comes back, a face may
    share none, and its nearest point on the border decides.
    """
    shared = shapely.line_merge(shapely.intersection(shapely.boundary(part), border))
    lines = [g for g in shapely.get_parts(shared) if g.geom_type == "LineString"]
    if not lines:
        return left_offset(border, shapely.point_on_surface(part), _STEP) > 0
    longest = max(lines, key=lambda g: g.length)
    middle = longest.interpolate(0.5, normalized=True)
    normal = left_normal(border, border.project(middle), _STEP)
    return bool(part.contains(shapely.Point(np.array([middle.x, middle.y]) + normal * 1e-6)))


def stretch_near(dense: Line, window: BaseGeometry, max_distance_m: float) -> Line:
    """Return the one stretch of a line that holds all of it within reach of some meridians.

    A border may be far longer than its band: a plane centred on the whole would be off, and
    most of the work would go into what is then cut away.
    """
    lon, lat = dense.coords[:, 0], np.abs(dense.coords[:, 1]).max()
    pad = math.degrees(1.1 * (max_distance_m + STEP_M) / 6.35e6) / math.cos(
        math.radians(min(lat + 1, 89))
    )
    within = (lon >= window.bounds[0] - pad) & (lon <= window.bounds[2] + pad)
    if not within.any():
        return dense
    first, last = np.flatnonzero(within)[[0, -1]]
    start = max(first - 1, 0)
    return dense.redrawn(dense.coords[start : last + 2], slice(start, last + 1))


def between_meridians(west: Place, east: Place, grow: float) -> BaseGeometry:
    """Return all latitudes between two places' meridians, moved ``grow`` times their error."""
    bounds = []
    for place, sign in ((west, -1.0), (east, 1.0)):
        azimuth = 90.0 * sign * (1 if grow >= 0 else -1)
        moved = float(ahead(place.lon, place.lat, azimuth, place.uncertainty_m)[0, 0])
        bounds.append(moved if grow else place.lon)
    if bounds[0] >= bounds[1]:
        return EMPTY
    return shapely.box(bounds[0], -90.0, bounds[1], 90.0)
