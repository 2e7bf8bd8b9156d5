"""Lengths, areas and distances on the WGS84 ellipsoid.

Geometries are in degrees, longitude first; results are metres or square metres.
Geodesics after Karney 2013, Algorithms for geodesics, doi:10.1007/s00190-012-0578-z.
"""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import GEOD, Coords, LocalPlane


def length_m(geometry: BaseGeometry) -> float:
    """Return the geodesic length of lines in metres; 0 for points and areas."""
    lines = [part for part in shapely.get_parts(geometry) if part.geom_type == "LineString"]
    return float(sum(GEOD.geometry_length(line) for line in lines))


def area_m2(geometry: BaseGeometry) -> float:
    """Return the area of polygons in square metres, edges taken as geodesics."""
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
    """
    if geometry is None or geometry.is_empty:
        return None
    plane = LocalPlane(lon, lat)
    spot = shapely.Point(0.0, 0.0)
    return float(min(shapely.distance(plane.project(edge), spot) for edge in _edges(geometry)))


def _edges(geometry: BaseGeometry) -> list[BaseGeometry]:
    """Return points, lines and the outlines of areas; where ±180° cuts an area is no edge."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    areas = [part for part in parts if part.geom_type == "Polygon"]
    if len(areas) > 1 and geometry.bounds[0] == -180.0 and geometry.bounds[2] == 180.0:
        turned = [shapely.transform(a, _eastwards) if a.bounds[2] <= 0 else a for a in areas]
        areas = list(shapely.get_parts(shapely.union_all(turned)))
    rest = [part for part in parts if part.geom_type != "Polygon"]
    return [*rest, *(shapely.boundary(area) for area in areas)]


def _eastwards(coords: Coords) -> Coords:
    turned: Coords = coords + np.array([360.0, 0.0])
    return turned
