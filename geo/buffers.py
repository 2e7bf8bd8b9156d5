"""Buffers on the ellipsoid: discs, swollen lines, and the land beside a path.

Drawn in a local azimuthal equidistant plane (`geo.crs`), from lines already densified along
their geodesics, so the polygons that stand for arcs are the largest error: `ARC_ERROR_M`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import Coords, LocalPlane, ahead
from geo.errors import GeometryError
from geo.lines import Line

EMPTY: BaseGeometry = shapely.Polygon()
# Sagitta of the polygons that stand for arcs; what rounding to five decimals adds is 0.8 m.
ARC_ERROR_M = 0.5
# How far the boundary between what is nearest to a path's tip and what is nearest to the rest
# of it may be off, and the least spacing of the points that stand for the rest.
NEAREST_ERROR_M = 0.25
NEAREST_STEP_M = 1.0
MAX_STAND_INS = 200_000


def disc(lon: float, lat: float, radius_m: float) -> BaseGeometry:
    """Return the polygon of all points within a geodesic radius; empty for no radius."""
    if radius_m <= 0:
        return EMPTY
    vertices = 4 * quad_segs(radius_m)
    azimuth = -np.arange(vertices) * (360.0 / vertices)
    return shapely.Polygon(ahead(lon, lat, azimuth, radius_m))


def variable_width_buffer(
    plane: LocalPlane, dense: Line, width: Callable[[float], float]
) -> BaseGeometry:
    """Return, in the plane, all points within a width of a line that depends on its error."""
    xy = plane.forward(dense.coords)
    parts = []
    for first, after in dense.stretches():
        width_m = width(float(dense.uncertainty_m[first]))
        if width_m > 0:
            drawn = shapely.LineString(xy[first : after + 1])
            parts.append(shapely.buffer(drawn, width_m, quad_segs=quad_segs(width_m)))
    return shapely.union_all(parts) if parts else EMPTY


def quad_segs(radius_m: float) -> int:
    """Return how many segments a quarter circle needs for `ARC_ERROR_M` of sagitta."""
    if radius_m <= ARC_ERROR_M:
        return 8
    step = 2 * math.acos(1 - ARC_ERROR_M / radius_m)
    return max(8, math.ceil(math.pi / 2 / step))


def buffer(dense: Line, width: Callable[[float], float]) -> BaseGeometry:
    """Return all points within a width of a line that depends on its error."""
    plane = LocalPlane.around(dense.coords)
    return plane.unproject(variable_width_buffer(plane, dense, width))


def flat_cap_buffer(dense: Line, width: Callable[[float], float]) -> BaseGeometry:
    """Return all points within a width whose nearest point is not beyond an end."""
    plane = LocalPlane.around(dense.coords)
    return plane.unproject(planar_flat_cap_buffer(plane, dense, width))


def planar_flat_cap_buffer(
    plane: LocalPlane, dense: Line, width: Callable[[float], float]
) -> BaseGeometry:
    """Return, in the plane, all points within a width whose nearest point is not beyond an end."""
    buffered = variable_width_buffer(plane, dense, width)
    if buffered.is_empty or dense.closed:
        return buffered
    xy = plane.forward(dense.coords)
    max_distance_m = 1.05 * max(map(width, np.unique(dense.uncertainty_m).tolist())) + 1.0
    beyond = [_beyond_end(xy, max_distance_m), _beyond_end(xy[::-1], max_distance_m)]
    return shapely.difference(buffered, shapely.union_all(beyond))


def _beyond_end(xy: Coords, max_distance_m: float) -> BaseGeometry:
    """Return the points nearest to a path's first point and beyond it (plane, metres)."""
    tip = xy[0]
    out = (tip - xy[1]) / np.hypot(*(tip - xy[1]))
    side = np.array([-out[1], out[0]])
    corners = np.array([side, side + out, out - side, -side])
    beyond = shapely.Polygon(tip + max_distance_m * corners)
    cells = shapely.voronoi_polygons(
        shapely.MultiPoint(_voronoi_sites(xy, 3 * max_distance_m)),
        extend_to=beyond.buffer(max_distance_m),
    )
    spot = shapely.Point(tip)
    own = [cell for cell in shapely.get_parts(cells) if cell.intersects(spot)]
    return shapely.intersection(beyond, shapely.union_all(own)) if own else beyond


def _voronoi_sites(xy: Coords, max_distance_m: float) -> Coords:
    """Return points that stand for a path where its tip is weighed against the rest of it.

    What is as near to the tip as to a point t from it lies t/2 or more from both, so points
    spaced s there overstate its distance by at most s^2/(4 t).
    """
    tip = xy[0]
    pieces = np.stack([xy[1:-1], xy[2:]], axis=1)
    done = [xy[:2]]
    while len(pieces):
        away = shapely.distance(shapely.linestrings(pieces), shapely.Point(tip))
        length = np.hypot(*(pieces[:, 1] - pieces[:, 0]).T)
        fine = length <= np.maximum(NEAREST_STEP_M, 2 * np.sqrt(NEAREST_ERROR_M * away))
        within = away <= max_distance_m
        done.append(pieces[fine & within].reshape(-1, 2))
        rest = pieces[~fine & within]
        if sum(map(len, done)) + len(rest) > MAX_STAND_INS:
            raise GeometryError(
                f"the path keeps so near to its end that more than {MAX_STAND_INS:,} points of it "
                "would have to be weighed against that; end it elsewhere"
            )
        middle = rest.mean(axis=1)
        halves = (rest[:, 0], middle), (middle, rest[:, 1])
        pieces = np.vstack([np.stack(half, axis=1) for half in halves])
    return np.unique(np.vstack(done), axis=0)
