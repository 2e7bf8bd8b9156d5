"""What zones draw on a map, which a name had better not lie over."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers.printing.canvas import Box, Sides

# Cells along the longer side of what the lines cover.
_CELLS = 200
# So many lines or areas are cut at once: where there are more, the first tell enough.
_AT_ONCE = 64


class Busy:
    """The lines and areas of zones, which a name had better not lie over.

    Where zones crowd, thousands lie under a name: each answer may stop at ``most``, and a grid
    tells for many boxes at once how much at least lies under each.
    """

    def __init__(self, areas: Sequence[BaseGeometry]) -> None:
        lines = [area.boundary if _is_area(area) else area for area in areas]
        self._lines = shapely.STRtree(_segments(lines))
        self._areas = shapely.STRtree([area for area in areas if _is_area(area)])
        self._grid = _Grid(lines)

    def crossed(self, box: Box, most: float = math.inf) -> float:
        """Return the length of zones' lines under a box, in points; from ``most`` on any of it."""
        shape, found = box.shape(), 0.0
        hits = self._lines.query(shape)
        for start in range(0, len(hits), _AT_ONCE):
            lines = self._lines.geometries.take(hits[start : start + _AT_ONCE])
            found += float(shapely.length(shapely.intersection(lines, shape)).sum())
            if found >= most:
                break
        return found

    def least_crossed(self, boxes: Sides) -> NDArray[np.float64]:
        """Return for each box a length in points that is never more than `crossed`."""
        return self._grid.least(boxes)

    def covered(self, box: Box, most: float = math.inf) -> float:
        """Return how often areas lie over a box, as a sum of shares; from ``most`` on any of it."""
        shape, found = box.shape(), 0.0
        whole = max(shape.area, 1e-9)
        hits = self._areas.query(shape)
        for start in range(0, len(hits), _AT_ONCE):
            areas = self._areas.geometries.take(hits[start : start + _AT_ONCE])
            found += float(shapely.area(shapely.intersection(areas, shape)).sum()) / whole
            if found >= most:
                break
        return found


class _Grid:
    """The length of lines in each cell of a grid, as a summed-area table (Crow 1984).

    What lies in a box of cells is told by the four numbers at its corners.
    """

    def __init__(self, lines: Sequence[BaseGeometry]) -> None:
        self._sums = np.zeros((1, 1))
        self._corner, self._cell = np.zeros(2), 1.0
        parts = shapely.get_parts(np.asarray(lines, dtype=object))
        parts = parts[shapely.length(parts) > 0]
        if not len(parts):
            return
        west, south, east, north = shapely.total_bounds(parts)
        self._corner = np.array([west, south])
        self._cell = max(east - west, north - south) / _CELLS
        coords, line = shapely.get_coordinates(
            shapely.segmentize(parts, self._cell / 2), return_index=True
        )
        near = line[1:] == line[:-1]
        ends = (coords[:-1][near], coords[1:][near])
        middles = ((ends[0] + ends[1]) / 2 - self._corner) // self._cell
        at = middles.astype(int).clip(0, _CELLS - 1)
        flat = np.bincount(
            at[:, 0] * _CELLS + at[:, 1],
            weights=np.hypot(*(ends[1] - ends[0]).T),
            minlength=_CELLS * _CELLS,
        )
        self._sums = np.zeros((_CELLS + 1, _CELLS + 1))
        self._sums[1:, 1:] = flat.reshape(_CELLS, _CELLS).cumsum(axis=0).cumsum(axis=1)

    def least(self, boxes: Sides) -> NDArray[np.float64]:
        """Return the length of lines that surely lie within each box.

        A piece is at most half a cell long and counted where its middle lies, so what cells
        hold lies within a quarter of a cell around them.
        """
        if len(self._sums) == 1:
            return np.zeros(len(boxes))
        low = np.ceil((boxes[:, :2] - self._corner) / self._cell + 0.25)
        high = np.floor((boxes[:, 2:] - self._corner) / self._cell - 0.25)
        x0, y0 = low.astype(int).clip(0, _CELLS).T
        x1, y1 = np.maximum(high, low).astype(int).clip(0, _CELLS).T
        s = self._sums
        within = s[x1, y1] - s[x0, y1] - s[x1, y0] + s[x0, y0]
        # Sums of many numbers have errors of their own.
        found: NDArray[np.float64] = np.maximum(within - 1e-9 * s[-1, -1] - 1e-6, 0.0)
        return found


def _is_area(shape: BaseGeometry) -> bool:
    return bool(shape.geom_type.endswith("Polygon"))


def _segments(lines: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Return lines in short pieces, so that a search finds few of them."""
    pieces: list[BaseGeometry] = []
    for line in lines:
        for part in shapely.get_parts(line):
            coords = shapely.get_coordinates(part)
            if len(coords) < 2:
                continue
            for start in range(0, len(coords) - 1, 16):
                piece = coords[start : start + 17]
                if len(piece) > 1 and np.ptp(piece, axis=0).any():
                    pieces.append(shapely.LineString(piece))
    return pieces
