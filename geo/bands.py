"""The side of a border between two meridians, and the stretch of it that lies there."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.buffers import EMPTY
from geo.crs import GEOD, STEP_M, unwrap
from geo.errors import GeometryError
from geo.lines import Line, Place
from geo.sides import left_normal, left_offset

# A length along a border that counts as none, in degrees.
_STEP = 1e-6


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
    net = shapely.union_all([shapely.boundary(region), shapely.intersection(border, window)])
    sides: dict[bool, list[BaseGeometry]] = {True: [], False: []}
    for part in shapely.get_parts(shapely.polygonize([*shapely.get_parts(net)])):
        inside = shapely.point_on_surface(part)
        if region.contains(inside):
            sides[_left_of(border, part)].append(part)
    left, right = (shapely.union_all(sides[key]) for key in (True, False))
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
    part = slice(max(first - 1, 0), last + 2)
    held = slice(part.start, min(last + 1, len(dense.uncertainty_m)))
    return replace(
        dense,
        coords=dense.coords[part],
        uncertainty_m=dense.uncertainty_m[held],
        unsourced=dense.unsourced[held],
    )


def between_meridians(west: Place, east: Place, grow: float) -> BaseGeometry:
    """Return all latitudes between two places' meridians, moved ``grow`` times their error."""
    bounds = []
    for place, sign in ((west, -1.0), (east, 1.0)):
        lon, _, _ = GEOD.fwd(
            place.lon, place.lat, 90.0 * sign * (1 if grow >= 0 else -1), place.uncertainty_m
        )
        moved = float(unwrap(np.asarray([lon]), place.lon)[0])
        bounds.append(moved if grow else place.lon)
    if bounds[0] >= bounds[1]:
        return EMPTY
    return shapely.box(bounds[0], -90.0, bounds[1], 90.0)
