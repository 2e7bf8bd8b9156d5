"""Where names go, so that none lies over another, over a town's sign or over the furniture.

Boxes are in points. A name that finds no room is left out: the list names every zone, or
counts those that it has no room for, and a town without a name has no sign either.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers.printing.boxes import Bounds, Box, bounds

Sums = NDArray[np.float64]
# A cell of the grid of obstacles is about a letter's stem wide at 5 points: boxes of names are far
# larger.
_CELL = 4.0
# Trial order beside a point: at its end, its start, above, below.
_SIDES = ((1, 0), (-1, 0), (0, -1), (0, 1))
# A zone's name costs: a point of lines under it, an area under it, a point away from its shape,
# standing at a distance at all, standing half over an edge.
_CROSSED, _COVERED, _APART, _FAR, _HALF = 0.2, 7.0, 0.22, 3.0, 14.0
# Cosine and sine of the directions in which names are tried.
_WAYS = np.array([(math.cos(step * math.pi / 12), math.sin(step * math.pi / 12))
                  for step in range(24)])  # fmt: skip
_DISTANCES = (5.0, 11.0, 19.0, 30.0, 45.0, 64.0, 90.0)


class CollisionIndex:
    """What is free on a map: a frame, less what has been reserved.

    Boxes are compared as arrays, because each name tries many places.
    """

    def __init__(self, frame: Box, *, padding: float = 2.0) -> None:
        self.frame, self.padding = frame, padding
        self.names: list[Box] = []
        self.leaders: list[BaseGeometry] = []
        self._reserved: list[Box] = []

    def collides(self, boxes: Bounds) -> NDArray[np.bool_]:
        """Tell for each box whether it shares more than an edge with what is reserved."""
        one, other = boxes[:, None, :], bounds(self._reserved)[None, :, :]
        over = (one[..., :2] < other[..., 2:]) & (other[..., :2] < one[..., 2:])
        return np.asarray(np.all(over, axis=2).any(axis=1))

    def is_free(self, boxes: Bounds) -> NDArray[np.bool_]:
        """Tell for each box whether it lies within the frame and over nothing."""
        frame = self.frame.grown(-self.padding)
        within = (boxes[:, 0] >= frame.left) & (boxes[:, 1] >= frame.top)
        within &= (boxes[:, 2] <= frame.right) & (boxes[:, 3] <= frame.bottom)
        return within & ~self.collides(boxes)

    def reserve(self, box: Box) -> None:
        """Keep a box from what comes later."""
        self._reserved.append(box)

    def release(self, box: Box) -> None:
        """Give back a box that was reserved."""
        self._reserved.remove(box)

    def place(self, box: Box) -> None:
        """Reserve a box for a name, with a little air around it."""
        self.names.append(box)
        self.reserve(Box(box.left - 1.6, box.top - 0.6, box.right + 1.6, box.bottom + 0.6))

    def crossings(self, boxes: Bounds, lines: NDArray[np.object_]) -> NDArray[np.int_]:
        """Count for each box the leaders that it lies over, and what its own leader crosses."""
        shapes = shapely.box(*boxes.T)
        found = np.zeros(len(boxes), dtype=int)
        for leader in self.leaders:
            found += shapely.intersects(shapes, leader)
            found += shapely.intersects(lines, leader)
        for name in self.names:
            found += shapely.intersects(lines, name.polygon())
        return found

    def first(self, boxes: Iterable[Box]) -> Box | None:
        """Place a name in the first of the boxes that is free, and return it."""
        for box in boxes:
            if self.is_free(bounds([box]))[0]:
                self.place(box)
                return box
        return None

    def cheapest(self, boxes: Bounds, costs: NDArray[np.float64], *, most: float) -> Box | None:
        """Place a name in the box that costs least and less than ``most``, and return it."""
        if not len(boxes) or not costs.min() < most:
            return None
        box = Box(*boxes[int(costs.argmin())].tolist())
        self.place(box)
        return box


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


def side_candidates(
    x: float, y: float, width: float, height: float, gap: float, *, rtl: bool
) -> list[Box]:
    """Return boxes at the end, at the start, above and below a point."""
    boxes = []
    for dx, dy in _SIDES:
        side = -dx if rtl else dx
        left = x + side * gap if side > 0 else x - width + side * gap if side < 0 else x - width / 2
        top = y + gap * 0.8 if dy > 0 else y - height - gap * 0.8 if dy < 0 else y - height / 2
        boxes.append(Box(left, top, left + width, top + height))
    return boxes


def corner_candidates(x: float, y: float, width: float, height: float, gap: float) -> list[Box]:
    """Return boxes at the four corners of a point."""
    return [
        Box(left, top, left + width, top + height)
        for left in (x + gap, x - gap - width)
        for top in (y - gap - height, y + gap)
    ]


def area_candidates(area: BaseGeometry, width: float, height: float) -> Bounds:
    """Return boxes within an area, and about it farther and farther out."""
    spots = np.array(list(_inside(area))).reshape(-1, 2)
    left, top, right, bottom = area.bounds
    middle = np.array([(left + right) / 2, (top + bottom) / 2])
    half = np.array([max((right - left) / 2, 0.1), max((bottom - top) / 2, 0.1)])
    # On the box around the area, moved out until the name's own box is clear of it.
    stretch = (half / np.maximum(np.abs(_WAYS), 1e-9)).min(axis=1)
    far = np.array(_DISTANCES)[:, None, None]
    size = np.array([width, height])
    moved = middle + _WAYS * (stretch[:, None] + far) + (size / 2) * _signs(_WAYS)
    centres = np.concatenate([spots, moved.reshape(-1, 2)])
    return np.hstack([centres - size / 2, centres + size / 2])


def _signs(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.abs(values) < 0.26, 0.0, np.copysign(1.0, values))


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


def leaders(boxes: Bounds, area: BaseGeometry, *, least: float) -> NDArray[np.object_]:
    """Return the line from each name to its shape, None where it stands near enough."""
    sides = boxes + np.array([-1.0, -1.0, 1.0, 1.0])
    lines = np.asarray(shapely.shortest_line(shapely.box(*sides.T), area), dtype=object)
    lines[~(shapely.length(lines) > least)] = None
    return lines


def area_costs(boxes: Bounds, area: BaseGeometry, obstacles: LabelObstacles) -> NDArray[np.float64]:
    """Return what each place for a zone's name costs, without crossings of leaders."""
    shapes = shapely.box(*boxes.T)
    apart = shapely.distance(shapes, area)
    half = apart == 0
    if area.geom_type.endswith("Polygon"):
        shapely.prepare(area)
        half &= ~shapely.contains(area, shapes)
    costs: NDArray[np.float64] = (
        half * _HALF
        + apart * _APART
        + (apart > 9) * _FAR
        + obstacles.line_length_under(boxes) * _CROSSED
        + np.minimum(obstacles.overlap(boxes), 3) * _COVERED
    )
    return costs


def inner_candidates(area: BaseGeometry, width: float, height: float) -> Bounds:
    """Return boxes over an area, from its middle outwards."""
    left, top, right, bottom = area.bounds
    if not isinstance(area, shapely.Polygon | shapely.MultiPolygon):
        return np.empty((0, 4))
    x0, y0 = shapely.get_coordinates(shapely.maximum_inscribed_circle(area, tolerance=2.0))[0]
    spots = [
        (left + (right - left) * i / 14, top + (bottom - top) * j / 14)
        for i in range(1, 14)
        for j in range(1, 14)
    ]
    spots.sort(key=lambda spot: math.hypot(spot[0] - x0, (spot[1] - y0) * 1.5))
    middles = np.array([(x0, y0), *spots])
    half = np.array([width, height]) / 2
    return np.hstack([middles - half, middles + half])
