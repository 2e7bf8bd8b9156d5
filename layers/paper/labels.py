"""Where names go, so that none lies over another, over a town's sign or over the furniture.

Boxes are in points. A name that finds no room is left out: the list names every zone, and a
town without a name has no sign either.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from layers.paper.page import Box

# Trial order beside a point: at its end, its start, above, below.
_BESIDE = ((1, 0), (-1, 0), (0, -1), (0, 1))
_DIRECTIONS = 24
_DISTANCES = (5.0, 11.0, 19.0, 30.0, 45.0, 64.0, 90.0)


class Room:
    """What is free on a map: a frame, less what has been taken."""

    def __init__(self, frame: Box, *, padding: float = 2.0) -> None:
        self.frame, self.padding = frame, padding
        self.taken: list[Box] = []
        self.names: list[Box] = []
        self.leaders: list[BaseGeometry] = []

    def free(self, box: Box) -> bool:
        """Tell whether nothing lies where a box would."""
        return self.frame.grown(-self.padding).holds(box) and not any(map(box.meets, self.taken))

    def take(self, box: Box) -> None:
        """Keep a box from what comes later."""
        self.taken.append(box)

    def leave(self, box: Box) -> None:
        """Give back a box that was taken."""
        self.taken.remove(box)

    def name(self, box: Box) -> None:
        """Take a box for a name, with a little air around it."""
        self.names.append(box)
        self.taken.append(Box(box.left - 1.6, box.top - 0.6, box.right + 1.6, box.bottom + 0.6))

    def crossings(self, box: Box, line: BaseGeometry | None) -> int:
        """Count the leaders that a name would lie over, and the names that its own would."""
        shape = box.shape()
        over = sum(shape.intersects(leader) for leader in self.leaders)
        if line is not None:
            over += sum(line.intersects(name.shape()) for name in self.names)
            over += sum(line.intersects(leader) for leader in self.leaders)
        return over

    def first(self, boxes: Iterable[Box]) -> Box | None:
        """Return the first of the boxes that is free, and take it as a name's."""
        found = next((box for box in boxes if self.free(box)), None)
        if found is not None:
            self.name(found)
        return found

    def best(self, boxes: Iterable[Box], cost: Callable[[Box], float], most: float) -> Box | None:
        """Return the free box that costs least and less than ``most``, and take it."""
        found: tuple[float, Box] | None = None
        for box in boxes:
            if self.free(box) and (price := cost(box)) < (found[0] if found else most):
                found = (price, box)
        if found is None:
            return None
        self.name(found[1])
        return found[1]


def beside(x: float, y: float, width: float, height: float, gap: float, *, rtl: bool) -> list[Box]:
    """Return boxes at the end, at the start, above and below a point."""
    boxes = []
    for dx, dy in _BESIDE:
        side = -dx if rtl else dx
        left = x + side * gap if side > 0 else x - width + side * gap if side < 0 else x - width / 2
        top = y + gap * 0.8 if dy > 0 else y - height - gap * 0.8 if dy < 0 else y - height / 2
        boxes.append(Box(left, top, left + width, top + height))
    return boxes


def aslant(x: float, y: float, width: float, height: float, gap: float) -> list[Box]:
    """Return boxes at the four corners of a point."""
    return [
        Box(left, top, left + width, top + height)
        for left in (x + gap, x - gap - width)
        for top in (y - gap - height, y + gap)
    ]


def around(area: BaseGeometry, width: float, height: float) -> Iterator[Box]:
    """Yield boxes within an area, and about it farther and farther out."""
    spots = list(_inside(area))
    for x, y in spots:
        yield Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    left, top, right, bottom = area.bounds
    middle = ((left + right) / 2, (top + bottom) / 2)
    half = (max((right - left) / 2, 0.1), max((bottom - top) / 2, 0.1))
    for far in _DISTANCES:
        for step in range(_DIRECTIONS):
            angle = 2 * math.pi * step / _DIRECTIONS
            cos, sin = math.cos(angle), math.sin(angle)
            # On the box around the area, moved out until the name's own box is clear of it.
            stretch = min(half[0] / max(abs(cos), 1e-9), half[1] / max(abs(sin), 1e-9))
            x = middle[0] + cos * (stretch + far) + (width / 2) * _sign(cos)
            y = middle[1] + sin * (stretch + far) + (height / 2) * _sign(sin)
            yield Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _sign(value: float) -> float:
    return 0.0 if abs(value) < 0.26 else math.copysign(1.0, value)


def _inside(area: BaseGeometry) -> Iterator[tuple[float, float]]:
    """Yield points well inside an area: the middle of its largest circle, and of its parts."""
    if not area.geom_type.endswith("Polygon"):
        return
    parts = sorted(shapely.get_parts(area), key=lambda part: -part.area)[:3]
    for part in parts:
        if part.area < 1:
            continue
        circle = shapely.maximum_inscribed_circle(part, tolerance=1.0)
        x, y = shapely.get_coordinates(circle)[0]
        yield float(x), float(y)
        for share in (0.25, 0.5, 0.75):
            spot = _across(part, share)
            if spot is not None:
                yield spot


def _across(part: BaseGeometry, share: float) -> tuple[float, float] | None:
    """Return the middle of the widest stretch of a level line through an area."""
    left, top, right, bottom = part.bounds
    y = top + (bottom - top) * share
    cut = part.intersection(shapely.LineString([(left - 1, y), (right + 1, y)]))
    lines = [line for line in shapely.get_parts(cut) if line.geom_type == "LineString"]
    if not lines:
        return None
    widest = max(lines, key=lambda line: line.length)
    return float(widest.centroid.x), y


class Busy:
    """The lines and areas of zones, which a name had better not lie over."""

    def __init__(self, areas: Sequence[BaseGeometry]) -> None:
        self._areas = list(areas)
        lines = [area.boundary if _is_area(area) else area for area in self._areas]
        self._lines = shapely.STRtree(_segments(lines)) if lines else None
        self._cover = shapely.STRtree(self._areas) if self._areas else None

    def crossed(self, box: Box) -> float:
        """Return the length of zones' lines under a box, in points."""
        if self._lines is None:
            return 0.0
        shape = box.shape()
        hits = self._lines.geometries.take(self._lines.query(shape))
        return float(shapely.length(shapely.intersection(hits, shape)).sum()) if len(hits) else 0.0

    def covered(self, box: Box, own: BaseGeometry) -> float:
        """Return the share of a box that lies over zones other than its own."""
        if self._cover is None:
            return 0.0
        shape = box.shape()
        hits = [self._areas[at] for at in self._cover.query(shape)]
        over = sum(hit.intersection(shape).area for hit in hits if hit is not own and _is_area(hit))
        return float(over / max(shape.area, 1e-9))


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


def leader(box: Box, area: BaseGeometry, *, least: float) -> BaseGeometry | None:
    """Return the line from a name to its shape, None where it stands near enough."""
    line = shapely.shortest_line(box.grown(1.0).shape(), area)
    return line if line is not None and line.length > least else None
