"""Coordinate reference systems that items come in and boxes and filters are given in.

Inside, everything is longitude, latitude (CRS84). Outside, axes come in the order that the
authority defines: EPSG:4326 is latitude first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from layers.errors import QueryError

OGC = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


@dataclass(frozen=True)
class CRS:
    """A reference system: its address, its name for pyproj and its decimals."""

    uri: str
    name: str
    decimals: int

    @cached_property
    def swapped(self) -> bool:
        """Tell whether the first axis runs north."""
        return pyproj.CRS(self.name).axis_info[0].direction == "north"

    @property
    def degrees(self) -> bool:
        """Tell whether its axes are degrees."""
        return self.decimals == 5

    def forward(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry of CRS84 in this system, axes in its order."""
        return _moved(geometry, CRS84.name, self.name)

    def inverse(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry of this system in CRS84."""
        return _moved(geometry, self.name, CRS84.name)


def _moved(geometry: BaseGeometry, start: str, end: str) -> BaseGeometry:
    if start == end:
        return geometry
    move = _transformer(start, end).transform
    return shapely.transform(geometry, lambda spots: np.column_stack(move(*spots.T)))


@cache
def _transformer(start: str, end: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(start, end)


SUPPORTED_CRS: dict[str, CRS] = {
    crs.uri: crs
    for crs in (
        CRS(OGC, "OGC:CRS84", 5),
        CRS(f"{EPSG}4326", "EPSG:4326", 5),
        CRS(f"{EPSG}3857", "EPSG:3857", 2),
        CRS(f"{EPSG}32637", "EPSG:32637", 2),
    )
}
CRS84 = SUPPORTED_CRS[OGC]


def parse_crs(parameter: str, text: str | None) -> CRS:
    """Return a reference system by its address (a safe CURIE such as [EPSG:3857] too)."""
    if text is None:
        return CRS84
    plain = text.strip("[]")
    for known in SUPPORTED_CRS.values():
        if text == known.uri or plain == known.name:
            return known
    raise QueryError(parameter, text, f"must be one of {', '.join(SUPPORTED_CRS)}")
