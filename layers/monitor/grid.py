"""A grid over many shapes that says of most points at once which shapes hold them.

A cell lies wholly inside a shape, wholly outside, or on its edge; only points in edge cells
are tested against the shape itself. A cell is a power of two of a degree wide, so the cell of
a point is exact in floating point: no point falls between two cells or into the wrong one.
The answer is that of ``shapely.covers``: a point exactly on an edge or a vertex is inside.

Coordinates are WGS84 degrees, longitude first.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Ints = NDArray[np.integer]
Floats = NDArray[np.float64]

# A 64th of a degree is 1.7 km of latitude: between 0.005 and 0.04 degrees speed hardly changes.
FINEST = 64
# At most so many cells over all shapes; large zones get larger cells.
MOST_CELLS = 3_000_000
_TILE = 6  # a tile is 64 x 64 cells
_EAST, _NORTH = 256, 128  # what makes every longitude and latitude positive
_OFFSETS = np.array([_EAST, _NORTH])
_ROW = 32
_NEAR = 1e-9  # degrees; far more than rounding moves a piece of an edge
_CHUNK = 1 << 17  # so many points at a time stay in the processor's cache

IN_OUTER, IN_INNER = 1, 2
_TEST_OUTER, _TEST_INNER = 4, 8


def _state(outer: int, inner: int) -> int:
    """Return the state of a cell, each shape of which covers it (1), crosses it (2) or both."""
    if inner & 1:
        return IN_INNER
    known = IN_OUTER if outer & 1 else _TEST_OUTER if outer else 0
    return known | (_TEST_INNER if inner else 0)


# The inner shape may stick out of the outer one by what rounding moved it.
_STATES = np.array([_state(bits & 3, bits >> 2) for bits in range(16)], np.uint8)


@dataclass(frozen=True, slots=True)
class Nest:
    """The shapes that stand for one thing: inside is who is inside any of them.

    ``inner`` lies within ``outer``. More than one where a thing had several shapes at once.
    """

    inner: tuple[BaseGeometry, ...]
    outer: tuple[BaseGeometry, ...]


class Grid:
    """The cells of some nests; `locate` finds the nests that hold points."""

    def __init__(self, nests: Sequence[Nest], *, most_cells: int = MOST_CELLS) -> None:
        self.nests = tuple(nests)
        self.scale = _scale(self.nests, most_cells)
        self._prepare()
        self._rows = _EAST * 2 * self.scale >> _TILE or 1
        self._columns = _NORTH * 2 * self.scale >> _TILE or 1
        keys, nest, state = self._cells()
        order = np.lexsort((nest, keys))
        keys, self._nest, self._state = keys[order], nest[order], state[order]
        tile, cell = keys >> 2 * _TILE, keys & (1 << 2 * _TILE) - 1
        used = np.unique(tile)
        self._tiles = np.zeros(self._rows * self._columns, np.int32)
        self._tiles[used] = np.arange(1, len(used) + 1)
        own, first = np.unique(
            self._tiles[tile].astype(np.int64) << 2 * _TILE | cell, return_index=True
        )
        self._lists = np.zeros((len(used) + 1) << 2 * _TILE, np.int32)
        self._lists[own] = np.arange(1, len(own) + 1)
        # List 0 is empty; list n holds the entries from its start to that of n + 1.
        self._starts = np.concatenate([[0], first, [len(keys)]]).astype(np.int32)

    def __getstate__(self) -> dict[str, object]:
        return {key: held for key, held in self.__dict__.items() if key not in ("_inner", "_outer")}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._prepare()  # pickling loses what GEOS prepared

    def locate(self, lon: Floats, lat: Floats) -> tuple[Ints, Ints, NDArray[np.uint8]]:
        """Return point, nest and `IN_INNER` or `IN_OUTER` of every point in a nest.

        Points come in their order. Coordinates must be finite and on the globe.
        """
        found = [
            self._locate(lon[start : start + _CHUNK], lat[start : start + _CHUNK], start)
            for start in range(0, len(lon), _CHUNK)
        ]
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.uint8)
        point, nest, state = (np.concatenate(column) for column in zip(*found, strict=True))
        unsure = np.flatnonzero(state > IN_INNER)
        if len(unsure):
            at = point[unsure]
            state[unsure] = self._tested(nest[unsure], state[unsure], lon[at], lat[at])
            held = state > 0
            point, nest, state = point[held], nest[held], state[held]
        return point, nest, state

    def _locate(self, lon: Floats, lat: Floats, start: int) -> tuple[Ints, Ints, NDArray[np.uint8]]:
        column = np.floor(lon * self.scale).astype(np.int32)
        column += _EAST * self.scale
        row = np.floor(lat * self.scale).astype(np.int32)
        row += _NORTH * self.scale
        cell = self._tiles[(column >> _TILE) * self._columns + (row >> _TILE)]
        cell <<= 2 * _TILE
        column &= (1 << _TILE) - 1
        column <<= _TILE
        row &= (1 << _TILE) - 1
        cell |= column
        cell |= row
        lists = self._lists[cell]
        point = np.flatnonzero(lists)
        lists = lists[point]
        entry = self._starts[lists]
        length = self._starts[lists + 1] - entry
        if len(length) and length.max() > 1:
            before = np.cumsum(length) - length
            entry = np.repeat(entry - before, length) + np.arange(length.sum())
            point = np.repeat(point, length)
        return point + start, self._nest[entry], self._state[entry]

    def _tested(
        self, nest: Ints, state: NDArray[np.uint8], lon: Floats, lat: Floats
    ) -> NDArray[np.uint8]:
        """Return the state of points in edge cells: `IN_INNER`, `IN_OUTER` or 0."""
        order = np.argsort(nest, kind="stable")  # so that a shape's own index stays at hand
        nest, state, lon, lat = nest[order], state[order], lon[order], lat[order]
        result = state & np.uint8(3)
        for flag, rounds, means in (
            (_TEST_INNER, self._inner, IN_INNER),
            (_TEST_OUTER, self._outer, IN_OUTER),
        ):
            for geometries in rounds:
                asked = np.flatnonzero((state & flag > 0) & (result < means))
                own = geometries[nest[asked]]  # no shape holds no point
                result[asked[shapely.intersects_xy(own, lon[asked], lat[asked])]] = means
        back = np.empty_like(result)
        back[order] = result
        return back

    def _prepare(self) -> None:
        """Prepare every shape, and use it once, because GEOS fills its index on first use."""
        for nest in self.nests:
            for geometry in (*nest.inner, *nest.outer):
                shapely.prepare(geometry)
                west, south, east, north = geometry.bounds
                # A point beyond the bounds would be answered without the index.
                shapely.intersects_xy(geometry, (west + east) / 2, (south + north) / 2)
        self._inner = _rounds([nest.inner for nest in self.nests])
        self._outer = _rounds([nest.outer for nest in self.nests])

    def _cells(self) -> tuple[Ints, Ints, NDArray[np.uint8]]:
        """Return cell (tile and place in it), nest and state of every cell that counts."""
        different = {id(g): g for nest in self.nests for g in (*nest.inner, *nest.outer)}
        with ThreadPoolExecutor() as pool:  # GEOS works outside Python's lock
            done = dict(zip(different, pool.map(self._cells_of, different.values()), strict=True))
        keys: list[Ints] = [np.zeros(0, np.int64)]
        nests: list[Ints] = [np.zeros(0, np.int32)]
        states: list[NDArray[np.uint8]] = [np.zeros(0, np.uint8)]
        for number, nest in enumerate(self.nests):
            own = [
                (cells, bit << shift)
                for geometries, shift in ((nest.outer, 0), (nest.inner, 2))
                for geometry in geometries
                for cells, bit in zip(done[id(geometry)], (1, 2), strict=True)
            ]
            every = np.concatenate([cells for cells, _ in own] or keys[:1])
            bits = np.repeat([bit for _, bit in own], [len(cells) for cells, _ in own])
            order = np.argsort(every, kind="stable")
            cells, first = np.unique(every[order], return_index=True)
            state = _STATES[np.bitwise_or.reduceat(bits[order], first)] if len(cells) else states[0]
            keys.append(cells)
            nests.append(np.full(len(cells), number, np.int32))
            states.append(state)
        return np.concatenate(keys), np.concatenate(nests), np.concatenate(states)

    def _cells_of(self, geometry: BaseGeometry) -> tuple[Ints, Ints]:
        """Return the keys of the cells wholly inside a shape and of those that may hold its edge.

        The edge is cut into pieces of at most a quarter of a cell; the cells of a piece are
        those of its box. Between two edge cells of a row all cells are inside or all outside.
        """
        low, high = _pieces(geometry, self.scale)
        corners = np.meshgrid([0, 1], [0, 1])
        both = np.stack([low, high]) + _OFFSETS * self.scale
        x, y = (both[side.ravel(), :, axis].ravel() for axis, side in enumerate(corners))
        edge = np.unique(y << _ROW | x)
        row, column = edge >> _ROW, edge & (1 << _ROW) - 1
        gap = np.flatnonzero((np.diff(row) == 0) & (np.diff(column) > 1))
        middle = np.column_stack([column[gap] + 1.5, row[gap] + 0.5]) / self.scale - _OFFSETS
        gap = gap[shapely.intersects_xy(geometry, middle[:, 0], middle[:, 1])]
        wide = column[gap + 1] - column[gap] - 1
        first = np.repeat(column[gap] + 1 - (np.cumsum(wide) - wide), wide)
        inside = self._keys(first + np.arange(wide.sum()), np.repeat(row[gap], wide))
        return inside, self._keys(column, row)

    def _keys(self, x: Ints, y: Ints) -> Ints:
        tile = (x >> _TILE) * self._columns + (y >> _TILE)
        low = (1 << _TILE) - 1
        return tile.astype(np.int64) << 2 * _TILE | (x & low) << _TILE | y & low


def _rounds(shapes: Sequence[tuple[BaseGeometry, ...]]) -> list[NDArray[np.object_]]:
    """Return the first shape of every nest, then the second, and so on; None where it has none."""
    rounds = []
    for number in range(max(map(len, shapes), default=0)):
        geometries = np.empty(len(shapes), object)
        geometries[:] = [own[number] if number < len(own) else None for own in shapes]
        rounds.append(geometries)
    return rounds


def _pieces(geometry: BaseGeometry, scale: int) -> tuple[Ints, Ints]:
    """Return the first and the last cell (x, y) of the pieces that a shape's edge is cut into."""
    parts = shapely.get_parts(geometry)
    areas = shapely.get_dimensions(parts) == 2
    lines = np.concatenate([shapely.get_rings(parts[areas]), parts[~areas]])
    points, line = shapely.get_coordinates(lines, return_index=True)
    joined = line[:-1] == line[1:]
    start, end = points[:-1][joined], points[1:][joined]
    alone = points[shapely.get_dimensions(lines)[line] == 0]
    start, end = np.concatenate([start, alone]), np.concatenate([end, alone])
    steps = np.maximum(np.ceil(np.abs(end - start).max(axis=1) * scale * 4).astype(np.int64), 1)
    own = np.repeat(np.arange(len(steps)), steps)
    step = np.arange(len(own)) - np.repeat(np.cumsum(steps) - steps, steps)
    along = (end - start)[own] / steps[own, None]
    here, there = (start[own] + along * (step + more)[:, None] for more in (0, 1))
    low = np.floor((np.minimum(here, there) - _NEAR) * scale)
    high = np.floor((np.maximum(here, there) + _NEAR) * scale)
    return low.astype(np.int64), high.astype(np.int64)


def _scale(nests: Sequence[Nest], most_cells: int) -> int:
    """Return how many cells a degree has: `FINEST`, or fewer where that were too many."""
    geometries = {id(g): g for nest in nests for g in (*nest.inner, *nest.outer)}
    squares = sum(geometry.area for geometry in geometries.values())
    scale = FINEST
    while scale > 1 and squares * scale**2 > most_cells:
        scale //= 2
    return scale
