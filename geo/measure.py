"""Lengths, areas and distances on the WGS84 ellipsoid.

Geometries are in degrees, longitude first; results are metres or square metres.
Geodesics after Karney 2013, Algorithms for geodesics, doi:10.1007/s00190-012-0578-z.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.crs import GEOD, Coords, LocalPlane, shifted
from geo.lines import segments

# Up to so many points, measuring one by one is quicker than an index.
_FEW = 3


def length_m(geometry: BaseGeometry) -> float:
    """Return the geodesic length of lines in metres; 0 for points and areas.

    >>> round(length_m(shapely.LineString([(0, 0), (0, 1)])))
    110574
    """
    lines = [part for part in shapely.get_parts(geometry) if part.geom_type == "LineString"]
    return float(sum(GEOD.geometry_length(line) for line in lines))


def area_m2(geometry: BaseGeometry) -> float:
    """Return the area of polygons in square metres, edges taken as geodesics.

    >>> round(area_m2(shapely.box(0, 0, 1, 1)) / 1e6)
    12309
    """
    areas = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    # A hole only counts against its area where it runs the other way round.
    turned = [shapely.orient_polygons(area) for area in areas]
    return float(sum(abs(GEOD.geometry_area_perimeter(area)[0]) for area in turned))


def distance_m(lon: float, lat: float, geometry: BaseGeometry | None) -> float | None:
    """Return the geodesic distance from a point to the edge of a geometry, in metres.

    The edge of an area is its outline, so the distance is unsigned inside and out; for
    points and lines it is the distance to them. None where there is no geometry. In the
    azimuthal equidistant plane centred on the point every distance from it is true, so the
    only error is that of edges of at most 1 km taken as straight: below 0.1 m.

    >>> round(distance_m(0, 0, shapely.Point(0, 1)))
    110574
    """
    if geometry is None or geometry.is_empty:
        return None
    plane = LocalPlane(lon, lat)
    spot = shapely.Point(0.0, 0.0)
    return float(min(shapely.distance(plane.project(edge), spot) for edge in _edges(geometry)))


def distances_m(
    lon: NDArray[np.float64], lat: NDArray[np.float64], geometry: BaseGeometry | None
) -> NDArray[np.float64]:
    """Return `distance_m` of many points to one geometry, NaN where there is none.

    A planar index in degrees, longitudes shrunk by the cosine of the latitude, finds for each
    point the few edges that can be nearest; only these are measured, in the azimuthal plane
    centred on the point, whose coordinates are geodesic distance and azimuth.

    >>> line = shapely.LineString([(0, 1), (1, 1)])
    >>> distances_m(np.array([0.0, 0.5]), np.zeros(2), line).round(-3).tolist()
    [111000.0, 111000.0]
    """
    if geometry is None or geometry.is_empty:
        return np.full(len(lon), np.nan)
    cut = geometry.bounds[0] <= -180 or geometry.bounds[2] >= 180
    if len(lon) <= _FEW or cut:
        return np.array([distance_m(x, y, geometry) for x, y in zip(lon, lat, strict=True)])
    starts, ends = _segments(geometry)
    south = min(float(lat.min()), float(starts[:, 1].min()), float(ends[:, 1].min()))
    north = max(float(lat.max()), float(starts[:, 1].max()), float(ends[:, 1].max()))
    cosines = [math.cos(math.radians(min(abs(y), 89.0))) for y in (south, north)]
    if south < 0 < north:
        cosines.append(1.0)
    shrink = np.array([sum(cosines) / len(cosines), 1.0])
    points = shapely.points(np.column_stack([lon, lat]) * shrink)
    pieces: Any = shapely.linestrings(np.stack([starts * shrink, ends * shrink], axis=1))
    tree = shapely.STRtree(pieces)
    near, apart = tree.query_nearest(points, return_distance=True, all_matches=False)
    search_radius = np.zeros(len(points))
    search_radius[near[0]] = apart
    # How much the plane can be wrong: the cosine at its worst, the curve of the Earth, a metre.
    search_radius = search_radius * (max(cosines) / min(cosines)) ** 2 * 1.05 + 1e-5
    which, edge = tree.query(points, predicate="dwithin", distance=search_radius)
    metres = _measured(lon[which], lat[which], starts[edge], ends[edge])
    nearest = np.full(len(points), np.inf)
    np.minimum.at(nearest, which, metres)
    return nearest


def _segments(geometry: BaseGeometry) -> tuple[Coords, Coords]:
    """Return start and end of every edge; of a point, the same twice."""
    edges = shapely.get_parts(_edges(geometry))
    points = shapely.get_dimensions(edges) == 0
    spots = shapely.get_coordinates(edges[points])
    starts, ends = segments(edges[~points])
    return np.vstack([spots, starts]), np.vstack([spots, ends])


def _measured(
    lon: NDArray[np.float64], lat: NDArray[np.float64], starts: Coords, ends: Coords
) -> NDArray[np.float64]:
    """Return the distance of each point to its edge, in the plane centred on the point."""
    a, b = _plane(lon, lat, starts), _plane(lon, lat, ends)
    along = b - a
    length = (along**2).sum(axis=1)
    share = np.divide(-(a * along).sum(axis=1), length, out=np.zeros(len(a)), where=length > 0)
    metres: NDArray[np.float64] = np.hypot(*(a + along * np.clip(share, 0.0, 1.0)[:, None]).T)
    return metres


def _plane(lon: NDArray[np.float64], lat: NDArray[np.float64], spots: Coords) -> Coords:
    azimuth, _, far = GEOD.inv(lon, lat, spots[:, 0], spots[:, 1])
    angle = np.radians(azimuth)
    plane: Coords = np.column_stack([np.sin(angle), np.cos(angle)]) * far[:, None]
    return plane


def _edges(geometry: BaseGeometry) -> list[BaseGeometry]:
    """Return points, lines and the outlines of areas; where ±180° cuts an area is no edge."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    areas = [part for part in parts if part.geom_type == "Polygon"]
    if len(areas) > 1 and geometry.bounds[0] == -180.0 and geometry.bounds[2] == 180.0:
        turned = [shifted(a, 360.0) if a.bounds[2] <= 0 else a for a in areas]
        areas = list(shapely.get_parts(shapely.union_all(turned)))
    rest = [part for part in parts if part.geom_type != "Polygon"]
    return [*rest, *(shapely.boundary(area) for area in areas)]
