"""Fewer vertices: a line is thinned (Douglas and Peucker) by metres that differ along it.

In the equidistant cylindrical projection true at one latitude, in which an edge that is straight in
longitude and latitude, as GeoJSON has it, stays straight.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

# Full detail as far as this from what the map is about, a tenth of it from there on, in km.
_NEAR_KM, _FAR_KM, _COARSER = 60, 500, 9
# What is smaller than so many tolerances is a speck.
_SPECK = 4


def metres_per_degree(latitude: float) -> np.ndarray:
    """Return the metres of a degree of longitude and of latitude, WGS84, there."""
    phi = math.radians(latitude)
    root = math.sqrt(1 - 0.00669437999014 * math.sin(phi) ** 2)
    radius = math.radians(6_378_137.0)
    return np.array([radius * math.cos(phi) / root, radius * (1 - 0.00669437999014) / root**3])


@dataclass(frozen=True, slots=True, eq=False)
class Thinning:
    """How far thinning may move a line: ``detail_m`` near an area, ten times that far from it."""

    metres: np.ndarray
    near: BaseGeometry
    detail_m: float

    @classmethod
    def around(cls, area: BaseGeometry, latitude: float, detail_m: float) -> Thinning:
        """Return the thinning of what lies around an area, true to scale at a latitude."""
        metres = metres_per_degree(latitude)
        near = shapely.transform(area, lambda corners: corners * metres)
        shapely.prepare(near)
        return cls(metres, near, detail_m)

    def tolerance(self, points: np.ndarray) -> np.ndarray:
        """Return the metres at each point."""
        off = shapely.distance(self.near, shapely.points(points * self.metres)) / 1000
        share = np.clip((off - _NEAR_KM) / (_FAR_KM - _NEAR_KM), 0, 1)
        return np.asarray(self.detail_m * (1 + _COARSER * share))

    def line(self, line: np.ndarray, finer: float = 1.0) -> np.ndarray:
        """Return a line thinned, less where it would otherwise cross itself."""
        return thin_whole(line, self.tolerance(line) / finer, self.metres)

    def is_speck(self, ring: np.ndarray) -> bool:
        """Tell whether nobody would see what a ring encloses."""
        size = shapely.area(shapely.polygons(ring * self.metres)) if len(ring) > 3 else 0.0
        return bool(np.sqrt(size) < _SPECK * self.tolerance(ring[:1])[0])


def thin(line: np.ndarray, tolerance: np.ndarray, metres: np.ndarray) -> np.ndarray:
    """Drop vertices that lie within their own tolerance (metres) of the line that is left."""
    if np.array_equal(line[0], line[-1]) and len(line) > 3:
        far = int(np.argmax(np.hypot(*((line - line[0]) * metres).T)))
        head = thin(line[: far + 1], tolerance[: far + 1], metres)
        return np.vstack([head, thin(line[far:], tolerance[far:], metres)[1:]])
    plane, kept, todo = line * metres, {0, len(line) - 1}, [(0, len(line) - 1)]
    while todo:
        first, last = todo.pop()
        if last - first < 2:
            continue
        base, inner = plane[last] - plane[first], plane[first + 1 : last] - plane[first]
        along = np.clip(inner @ base / max(float(base @ base), 1e-9), 0.0, 1.0)
        off = np.hypot(*(inner - along[:, None] * base).T) / tolerance[first + 1 : last]
        worst = int(np.argmax(off))
        if off[worst] > 1.0:
            kept.add(first + 1 + worst)
            todo += [(first, first + 1 + worst), (first + 1 + worst, last)]
    return line[sorted(kept)]


def thin_whole(line: np.ndarray, tolerance: np.ndarray, metres: np.ndarray) -> np.ndarray:
    """Thin a line, less where it would otherwise cross itself."""
    for _ in range(12):
        if LineString(out := thin(line, tolerance, metres)).is_simple:
            return out
        tolerance = tolerance / 2
    return line
