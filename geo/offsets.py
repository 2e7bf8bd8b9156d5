"""Lines moved to one side by a distance, and points at a distance and bearing from a place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from geo.buffers import ARC_ERROR_M, planar_flat_cap_buffer
from geo.crs import GEOD, Coords, LocalPlane, ahead
from geo.errors import GeometryError
from geo.lines import Line, Place, metres_along, segments_at
from geo.sides import Side, side_of, split


def offset_place(
    place: Place, distance: tuple[float, float], bearing: tuple[float, float]
) -> Place:
    """Return the point at a distance and bearing from a place.

    It is the middle of what the two intervals leave open, and off by what reaches farthest of
    that, besides what the place itself is off by.

    Parameters
    ----------
    place
        Where the distance is measured from.
    distance
        Metres, [low, high].
    bearing
        Degrees clockwise from north: the first end, and how many degrees it is wide.

    >>> south = offset_place(Place("here", 0.0, 0.0, 100.0), (41_000.0, 41_000.0), (180.0, 0.0))
    >>> round(south.lat, 3), south.uncertainty_m
    (-0.371, 100.0)
    """
    start, width = bearing
    lon, lat = ahead(place.lon, place.lat, start + width / 2, sum(distance) / 2)[0].tolist()
    turns = start + np.linspace(0.0, width, 37)
    reach = np.vstack([ahead(place.lon, place.lat, turns, metres) for metres in distance])
    full = np.ones(len(reach))
    far = GEOD.inv(lon * full, lat * full, reach[:, 0], reach[:, 1])[2]
    off = float(np.max(far)) if width or distance[0] != distance[1] else 0.0
    return Place(place.id, lon, lat, place.uncertainty_m + off)


def offset_line(route: Line, distance: tuple[float, float], side: Side) -> Line:
    """Return a line moved to one side: all points at a distance whose nearest is no end's.

    It runs as the line does and rounds its corners. An interval is taken at its middle, and its
    half adds to how far off the line may be.

    Raises
    ------
    GeometryError
        Where nothing, or nothing in one piece, lies so far to that side.

    """
    metres, half = sum(distance) / 2, (distance[1] - distance[0]) / 2
    dense = route.dense()
    plane = LocalPlane.around(dense.coords)
    xy = plane.forward(dense.coords)
    beside = split(xy, planar_flat_cap_buffer(plane, dense, lambda _: metres))[side]
    drawn = shapely.LineString(xy)
    runs = [
        run
        for ring in shapely.get_rings(shapely.get_parts(beside))
        for run in _far(shapely.get_coordinates(ring)[:-1], drawn, metres - 2 * ARC_ERROR_M)
        if np.array_equal(run[0], run[-1]) == route.closed
    ]
    if len(runs) != 1:
        left = "nothing" if not runs else f"{len(runs)} pieces"
        raise GeometryError(
            f"the line moved {metres / 1000:g} km to the {side} leaves {left}: it turns too "
            "sharply for that; move it less, or a stretch of it"
        )
    moved = _along(runs[0], drawn, closed=route.closed)
    middles = shapely.points((moved[1:] + moved[:-1]) / 2)
    owner = segments_at(metres_along(xy), shapely.line_locate_point(drawn, middles))
    found = dense.redrawn(plane.inverse(moved), owner)
    first, last = route.end_uncertainty_m
    ends = first + half, last + half
    return replace(found, uncertainty_m=found.uncertainty_m + half, end_uncertainty_m=ends)


def side_towards(route: Line, place: Place) -> Side:
    """Return the side of a line on which a place lies."""
    dense = route.dense()
    spot = np.array([[place.lon, place.lat]])
    plane = LocalPlane.around(dense.coords, spot)
    line = shapely.LineString(plane.forward(dense.coords))
    side = side_of(line, shapely.Point(plane.forward(spot)[0]), 1e-3)
    if side is None:
        raise GeometryError(f"place {place.id!r} lies on the line: it names no side of it")
    return side


def _far(ring: Coords, line: shapely.LineString, metres: float) -> list[Coords]:
    """Return the runs of a ring's vertices that lie so far from a line; a whole ring is closed."""
    far = shapely.distance(shapely.points(ring), line) >= metres
    if far.all():
        return [np.vstack([ring, ring[:1]])]
    start = int(np.flatnonzero(~far)[0])
    ring, far = np.roll(ring, -start, axis=0), np.roll(far, -start)
    bounds = np.flatnonzero(np.diff(np.concatenate([far, [False]]).astype(int)))
    pairs = zip(bounds[::2], bounds[1::2], strict=True)
    return [ring[first + 1 : last + 1] for first, last in pairs if last - first > 1]


def _along(run: Coords, line: shapely.LineString, *, closed: bool) -> Coords:
    """Return a moved line in the direction of the one that it was moved from."""
    if closed:
        same = shapely.is_ccw(shapely.LinearRing(run)) == shapely.is_ccw(shapely.LinearRing(line))
    else:
        first, last = (line.project(shapely.Point(end)) for end in (run[0], run[-1]))
        same = first < last
    return run if same else run[::-1]
