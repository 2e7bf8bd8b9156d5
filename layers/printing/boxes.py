"""Rectangles on a page, in points from its top left corner; y grows downwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

Bounds = NDArray[np.float64]
"""Many boxes: left, top, right, bottom in points, shape (n, 4)."""


class Box(NamedTuple):
    """A rectangle in points."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Return the width in points."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Return the height in points."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """Return the point in the middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def mirrored(self, width: float) -> Box:
        """Return the box at the same distance from the other side of a page."""
        return self._replace(left=width - self.right, right=width - self.left)

    def moved(self, dx: float, dy: float) -> Box:
        """Return the box at another place."""
        return Box(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def grown(self, by: float) -> Box:
        """Return the box with its sides moved outwards."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def contains(self, other: Box) -> bool:
        """Tell whether another box lies within."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def polygon(self) -> shapely.Polygon:
        """Return the box as a polygon in points."""
        return shapely.box(*self)


def around(x: float, y: float, half: float, half_height: float | None = None) -> Box:
    """Return the box with its middle at a point."""
    up = half if half_height is None else half_height
    return Box(x - half, y - up, x + half, y + up)


def bounds(boxes: Sequence[Box]) -> Bounds:
    """Return boxes as an array."""
    return np.array(boxes).reshape(-1, 4)
