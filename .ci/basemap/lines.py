"""Lines in the plane: adding vertices, joining, and how far two lie from each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry import LineString, MultiLineString

METRES = np.array([111_320.0 * 0.8205, 110_941.0])
"""Metres to a degree of longitude and of latitude at 35 N, WGS84."""
GEOD = Geod(ellps="WGS84")


def densify(line: np.ndarray, step_m: float) -> np.ndarray:
    """Add vertices on the straight edges, at most ``step_m`` apart."""
    out = [line[:1]]
    for a, b in pairwise(line):
        n = max(1, int(np.ceil(np.hypot(*((b - a) * METRES)) / step_m)))
        out.append(a + (b - a) * np.arange(1, n + 1)[:, None] / n)
    return np.vstack(out)


def join(lines: Sequence[np.ndarray], start: tuple[float, float]) -> np.ndarray:
    """Chain lines that share ends into one, beginning at the end nearest to ``start``."""
    merged = shapely.line_merge(MultiLineString([LineString(x) for x in lines]))
    if merged.geom_type != "LineString":
        raise SystemExit(f"{len(merged.geoms)} separate lines where one was expected")
    line = shapely.get_coordinates(merged)
    return line if np.hypot(*(line[0] - start)) <= np.hypot(*(line[-1] - start)) else line[::-1]


def distances(points: np.ndarray, to: np.ndarray) -> np.ndarray:
    """Return the geodesic distance in metres of each point from the nearest point of a line."""
    there = LineString(to * METRES)
    at = shapely.line_interpolate_point(
        there, shapely.line_locate_point(there, shapely.points(points * METRES))
    )
    near = shapely.get_coordinates(at) / METRES
    return np.asarray(GEOD.inv(points[:, 0], points[:, 1], near[:, 0], near[:, 1])[2])


class Found(NamedTuple):
    """Distances in metres, to the nearest 10: median, 95th percentile, largest."""

    median: int
    most: int
    largest: int

    def __str__(self) -> str:
        return f"median {self.median} m, 95 % within {self.most} m, largest {self.largest} m"


def found(d: np.ndarray) -> Found:
    """Return what many distances come to."""
    return Found(*(round(float(x) / 10) * 10 for x in np.percentile(d, [50, 95, 100])))


def compare(a: np.ndarray, b: np.ndarray) -> Found:
    """Return how far two lines lie from each other, both ways, sampled every 250 m."""
    return found(np.concatenate([distances(densify(a, 250.0), b), distances(densify(b, 250.0), a)]))
