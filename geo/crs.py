"""Projections and their error.

All geometry enters and leaves as WGS84 longitude, latitude in degrees (OGC:CRS84 order).
Constructions happen in a local azimuthal equidistant plane in metres. Around its centre the
scale error at distance r is at most (r/R)^2/6 across the radius (Snyder 1987, Map
Projections: A Working Manual, p. 191 ff.): 2e-5 at 70 km, so 0.4 m on a depth of 20 km.

An edge between two given vertices is the geodesic between them, so lines are densified on
the ellipsoid before projection: a chord drawn 100 km long in a plane can be more than
100 m off it. `STEP_M` keeps what a straight edge in degrees deviates below 0.04 m at 60°.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry

GEOD = Geod(ellps="WGS84")
STEP_M = 1000.0
# What leaves a plane is rounded to this; nothing shorter counts as a length.
GRID_M = 0.01

Coords = NDArray[np.float64]


def densify(coords: Coords) -> tuple[Coords, NDArray[np.intp]]:
    """Insert points on the geodesics between vertices, at most `STEP_M` apart.

    Returns the points, shape (m, 2) in degrees, and for each of the m - 1 segments the index
    of the given segment that it lies on. Longitudes stay continuous across 180°.

    >>> points, owner = densify(np.array([[0.0, 0.0], [0.0, 0.02]]))
    >>> len(points), owner.tolist()
    (4, [0, 0, 0])
    """
    lon, lat = coords[:, 0], coords[:, 1]
    azimuths, _, lengths = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
    counts = np.maximum(1, np.ceil(lengths / STEP_M)).astype(int)
    owner = np.repeat(np.arange(len(counts)), counts)
    offset = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    points = ahead(lon[owner], lat[owner], azimuths[owner], offset * (lengths / counts)[owner])
    points[offset == 0] = coords[owner[offset == 0]]
    return np.vstack([points, coords[-1:]]), owner


def ahead(lon: ArrayLike, lat: ArrayLike, azimuth: ArrayLike, metres: ArrayLike) -> Coords:
    """Return the points so many metres from others along geodesics, shape (n, 2) in degrees.

    Azimuths are degrees clockwise from north; longitudes stay within 180° of the first point's.

    >>> ahead(179.0, 0.0, 90.0, [0.0, 222_639.0]).round(3).tolist()
    [[179.0, 0.0], [181.0, 0.0]]
    """
    lon, lat, azimuth, metres = np.broadcast_arrays(*np.atleast_1d(lon, lat, azimuth, metres))
    x, y, _ = GEOD.fwd(lon, lat, azimuth, metres)
    return np.column_stack([unwrap(x, lon), y])


def unwrap(lon: NDArray[np.float64], near: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return longitudes moved by whole turns to within 180° of ``near`` (degrees)."""
    turned: NDArray[np.float64] = near + (lon - near + 180.0) % 360.0 - 180.0
    # The arithmetic costs a last bit: keep the exact value where no turn was needed.
    return np.where(np.abs(turned - lon) < 1.0, lon, turned)


class LocalPlane:
    """An azimuthal equidistant plane in metres, centred on ``lon``, ``lat`` (degrees)."""

    def __init__(self, lon: float, lat: float) -> None:
        self.lon, self.lat = float(lon), float(lat)
        self._there, self._back = transformers("aeqd", self.lon, self.lat)

    @classmethod
    def around(cls, *coords: Coords) -> LocalPlane:
        """Return the plane centred on the middle of the coordinates' bounding box."""
        every = np.vstack(coords)
        low, high = every.min(axis=0), every.max(axis=0)
        # Rounded, so that the same place gives the same plane and the same bytes.
        return cls(*np.round((low + high) / 2, 3))

    def forward(self, coords: Coords) -> Coords:
        """Project degrees to metres, shape (n, 2)."""
        x, y = self._there.transform(coords[:, 0], coords[:, 1])
        return np.column_stack([x, y])

    def inverse(self, coords: Coords) -> Coords:
        """Return metres to degrees, shape (n, 2), longitudes within 180° of the centre."""
        lon, lat = self._back.transform(coords[:, 0], coords[:, 1])
        return np.column_stack([unwrap(lon, self.lon), lat])

    def project(self, geometry: BaseGeometry) -> BaseGeometry:
        """Project a geometry from degrees to metres, vertex by vertex."""
        return shapely.transform(geometry, self.forward)

    def unproject(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry to degrees, with edges of at most `STEP_M`."""
        if geometry.is_empty:
            return geometry
        # Overlays leave slivers of the last bit, which would cross over in degrees.
        dense = shapely.segmentize(shapely.set_precision(geometry, GRID_M), STEP_M)
        moved = shapely.transform(dense, self.inverse)
        if moved.is_valid:
            return moved
        # Edges a few centimetres apart in the plane may still cross in degrees.
        return shapely.make_valid(moved, method="structure", keep_collapsed=False)


@functools.lru_cache(maxsize=256)
def transformers(projection: str, lon: float, lat: float) -> tuple[Transformer, Transformer]:
    """Return the ways from WGS84 degrees (longitude first) to metres around a point, and back.

    ``projection`` is PROJ's name of one with a centre, as ``aeqd`` or ``laea``.
    """
    # Written out, because looking both systems up takes ten times as long as all the rest.
    local = f"proj={projection} lat_0={lat!r} lon_0={lon!r} ellps=WGS84"
    there = f"proj=pipeline step proj=unitconvert xy_in=deg xy_out=rad step {local}"
    back = f"proj=pipeline step inv {local} step proj=unitconvert xy_in=rad xy_out=deg"
    return Transformer.from_pipeline(there), Transformer.from_pipeline(back)


def split_antimeridian(geometry: BaseGeometry) -> BaseGeometry:
    """Cut a geometry at ±180° and bring all longitudes into -180..180 (RFC 7946, 3.1.9).

    >>> split_antimeridian(shapely.box(179, 0, 181, 1)).bounds
    (-180.0, 0.0, 180.0, 1.0)
    """
    if geometry.is_empty or (geometry.bounds[0] >= -180 and geometry.bounds[2] <= 180):
        return geometry
    parts: list[Any] = []
    for turn in (-360.0, 0.0, 360.0):
        window = shapely.box(-180 + turn, -90, 180 + turn, 90)
        for whole in shapely.get_parts(geometry):
            part = shapely.intersection(whole, window)
            # What merely touches the window's edge lies in the next one.
            if shapely.get_dimensions(part) == shapely.get_dimensions(whole):
                parts.append(shifted(part, -turn))
    return shapely.union_all(parts)


def shifted(geometry: BaseGeometry, degrees: float) -> BaseGeometry:
    """Return a geometry moved east by so many degrees."""
    by = np.array([degrees, 0.0])
    return shapely.transform(geometry, lambda coords: coords + by)
