"""What zones draw on a map, which a name had better not lie over."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers.printing.boxes import Bounds, Box

Sums = NDArray[np.float64]
# A cell is about a letter's stem wide at 5 points: boxes of names are far larger.
_CELL = 4.0


class LabelObstacles:
    """The lines and areas of zones in a frame, counted in cells of a grid.

    Each count is kept as a summed-area table (Crow 1984): what lies under a box is told by the
    four numbers at its corners, however many zones crowd there. Boxes are in points and are
    taken to the nearest cell.

    Parameters
    ----------
    frame
        Where names may stand.
    shapes
        Areas and lines of zones, in points.

    """

    def __init__(self, frame: Box, shapes: Sequence[BaseGeometry]) -> None:
        self._corner = np.array([frame.left, frame.top])
        self._count = np.ceil(np.array([frame.width, frame.height]) / _CELL).astype(int)
        areas = [shape for shape in shapes if shape.geom_type.endswith("Polygon")]
        lines = [s.boundary if s.geom_type.endswith("Polygon") else s for s in shapes]
        self._lengths = _summed(self._line_lengths(lines))
        self._covers = _summed(self._coverage(areas))

    def line_length_under(self, boxes: Bounds) -> NDArray[np.float64]:
        """Return for each box the length of lines under it, in points."""
        return self._within(self._lengths, boxes)[0]

    def overlap(self, boxes: Bounds) -> NDArray[np.float64]:
        """Return for each box how many areas lie over it on average."""
        found, cells = self._within(self._covers, boxes)
        return found / np.maximum(cells, 1)

    def _within(self, sums: Sums, boxes: Bounds) -> tuple[NDArray[np.float64], NDArray[np.int_]]:
        """Return for each box the sum over its cells, and how many they are."""
        low = np.rint((boxes[:, :2] - self._corner) / _CELL).astype(int)
        high = np.rint((boxes[:, 2:] - self._corner) / _CELL).astype(int)
        (x0, y0), (x1, y1) = low.clip(0, self._count).T, high.clip(0, self._count).T
        found = sums[x1, y1] - sums[x0, y1] - sums[x1, y0] + sums[x0, y0]
        return found, (x1 - x0) * (y1 - y0)

    def _line_lengths(self, lines: Sequence[BaseGeometry]) -> Sums:
        """Return the length of lines in each cell, in pieces of at most half a cell."""
        parts = shapely.segmentize(shapely.get_parts(np.asarray(lines, dtype=object)), _CELL / 2)
        coords, line = shapely.get_coordinates(parts, return_index=True)
        same = line[1:] == line[:-1]
        start, end = coords[:-1][same], coords[1:][same]
        x, y = ((start + end) / 2 - self._corner).T / _CELL
        cells = [np.arange(count + 1) for count in self._count]
        weights = np.hypot(*(end - start).T)
        lengths: Sums = np.histogram2d(x, y, bins=cells, weights=weights)[0]
        return lengths

    def _coverage(self, areas: Sequence[BaseGeometry]) -> Sums:
        """Return how many areas lie over the middle of each cell."""
        covers = np.zeros(self._count)
        for area in areas:
            sides = (np.array(area.bounds).reshape(2, 2) - self._corner) / _CELL
            x0, y0 = np.floor(sides[0]).astype(int).clip(0, self._count)
            x1, y1 = np.ceil(sides[1]).astype(int).clip(0, self._count)
            x, y = np.meshgrid(np.arange(x0, x1), np.arange(y0, y1), indexing="ij")
            shapely.prepare(area)
            middles = [(x + 0.5) * _CELL + self._corner[0], (y + 0.5) * _CELL + self._corner[1]]
            covers[x0:x1, y0:y1] += shapely.contains_xy(area, *middles)
        return covers


def _summed(cells: NDArray[np.float64]) -> Sums:
    return np.pad(cells.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
