"""From degrees to the paper: its frame, its projection, its scale bar.

The projection is Lambert's azimuthal equal-area around the frame's own middle (Snyder 1987,
p. 182 ff.): north is up there, the scale is true there, and at the distance r its error is
r²/8R², 0.05 % at 400 km. Degrees are WGS84, longitude first.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.crs import transformers, unwrap
from layers.printing.boxes import Box

PointCoords = NDArray[np.float64]
# What is left out of a line on paper, in points: a tenth of the thinnest line that prints.
THINNED = 0.12
# How far beyond its frame a shape is kept, so that no edge made by the cut can be seen.
BEYOND = 14.0
# A frame is never narrower: a single place would fill the page with nothing.
LEAST_SPAN_M = 60_000.0
# Meridians that lean less than this at the corners lean too little to be seen.
NORTH_FROM_DEGREES = 5.0
_TILE_METRES = 156_543.03392
# Lengths that a scale bar may have, in units of a power of ten.
_ROUND = (1, 2, 5)


@dataclass(frozen=True)
class MapFrame:
    """A part of the earth in a box of the page; ``metres_per_point`` on the ground."""

    box: Box
    lon: float
    lat: float
    metres_per_point: float

    @functools.cached_property
    def degrees(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north of the frame and a little more."""
        box = self.box.grown(BEYOND)
        across, down = np.linspace(box.left, box.right, 25), np.linspace(box.top, box.bottom, 25)
        grid = np.stack(np.meshgrid(across, down), axis=-1)
        back = self.inverse(np.concatenate([grid[0], grid[-1], grid[:, 0], grid[:, -1]]))
        west, south = back.min(axis=0)
        east, north = back.max(axis=0)
        return float(west), float(south), float(east), float(north)

    def forward(self, coords: PointCoords) -> PointCoords:
        """Return degrees as points on the page, shape (n, 2)."""
        there, _ = transformers("laea", self.lon, self.lat)
        x, y = there.transform(unwrap(coords[:, 0], self.lon), coords[:, 1])
        right, up = np.asarray(x) / self.metres_per_point, np.asarray(y) / self.metres_per_point
        return np.column_stack([self.box.middle[0] + right, self.box.middle[1] - up])

    def inverse(self, coords: PointCoords) -> PointCoords:
        """Return points on the page as degrees, shape (n, 2)."""
        _, back = transformers("laea", self.lon, self.lat)
        x = (coords[:, 0] - self.box.middle[0]) * self.metres_per_point
        y = (self.box.middle[1] - coords[:, 1]) * self.metres_per_point
        lon, lat = back.transform(x, y)
        return np.column_stack([unwrap(np.asarray(lon), self.lon), lat])

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Return one place on the page."""
        x, y = self.forward(np.array([[lon, lat]]))[0]
        return float(x), float(y)

    def project(self, geometry: BaseGeometry | None) -> BaseGeometry | None:
        """Return what the frame shows of a geometry in degrees, in points and thinned."""
        return None if geometry is None or geometry.is_empty else _project(self, geometry)

    def tilt(self) -> float:
        """Return by how many degrees a meridian leans at most, in the frame's corners."""
        box = self.box
        corners = shapely.get_coordinates(box.polygon().exterior)
        spots = self.inverse(corners)
        above = self.forward(spots + np.array([0.0, 0.01]))
        lean = np.degrees(np.arctan2(above[:, 0] - corners[:, 0], corners[:, 1] - above[:, 1]))
        return float(np.abs(lean).max())

    def zoom(self, unit: float) -> float:
        """Return the web map's zoom level at which a pixel shows as much as ``unit`` points."""
        return math.log2(
            _TILE_METRES * math.cos(math.radians(self.lat)) / (self.metres_per_point * unit)
        )

    def scale_bar(self, most: float) -> tuple[float, float]:
        """Return kilometres and length in points of a round scale bar up to ``most`` points."""
        most_km = most * self.metres_per_point / 1000
        power = 10 ** math.floor(math.log10(most_km))
        km = max(n * power for n in _ROUND if n * power <= most_km)
        return km, km * 1000 / self.metres_per_point


# Base map, symbols, names and the choice of an inset ask for the same shapes in turn.
@functools.lru_cache(maxsize=4000)
def _project(frame: MapFrame, geometry: BaseGeometry) -> BaseGeometry | None:
    west, south, east, north = frame.degrees
    left, _, right, _ = geometry.bounds
    if left >= west - 360 and right <= east + 360 and right - left < 180:
        turn = round(((west + east) / 2 - (left + right) / 2) / 360) * 360.0
        if turn:
            geometry = shapely.transform(geometry, lambda c: c + np.array([turn, 0.0]))
    seen = shapely.intersection(geometry, shapely.box(west, south, east, north))
    if seen.is_empty:
        return None
    flat = shapely.transform(seen, frame.forward)
    thin = shapely.simplify(flat, THINNED, preserve_topology=True)
    if not thin.is_valid:
        thin = shapely.make_valid(thin)
    cut = shapely.intersection(thin, frame.box.grown(BEYOND).polygon())
    return None if cut.is_empty else cut


def fit_frame(
    box: Box, shapes: Iterable[BaseGeometry], *, near: float, margin: float = 0.06
) -> MapFrame:
    """Return the frame in which shapes in degrees fill a box, but for a margin at each side.

    ``near`` is a longitude that tells on which side of ±180° they lie; ``margin`` is a share
    of the box. Without shapes the frame has no place and `ValueError` is raised.
    """
    every = shapely.get_coordinates(list(shapes))
    if not len(every):
        raise ValueError("nothing to fit")
    every = np.column_stack([unwrap(every[:, 0], near), every[:, 1]])
    lon, lat = (every.min(axis=0) + every.max(axis=0)) / 2
    for _ in range(3):
        trial = MapFrame(Box(0, 0, 0, 0), round(float(lon), 4), round(float(lat), 4), 1.0)
        flat = trial.forward(every)
        low, high = flat.min(axis=0), flat.max(axis=0)
        span = high - low
        lon, lat = trial.inverse(((low + high) / 2)[None])[0]
    room = 1 - 2 * margin
    across, down = span / (box.width * room, box.height * room)
    metres = max(across, down, LEAST_SPAN_M / min(box.width, box.height))
    return MapFrame(box, round(float(lon), 4), round(float(lat), 4), round(float(metres), 3))


def frame_of_bbox(box: Box, west: float, south: float, east: float, north: float) -> MapFrame:
    """Return the frame that shows a box of degrees whole; east may lie beyond 180°."""
    if west > east:
        east += 360
    steps = np.linspace(0, 1, 9)
    edges: list[Any] = [
        shapely.LineString([(west + (east - west) * s, lat) for s in steps])
        for lat in (south, north)
    ]
    return fit_frame(box, edges, near=(west + east) / 2, margin=0.0)
