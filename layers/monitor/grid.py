"""A grid over many shapes that says of most points at once which shapes hold them.

A cell lies wholly inside a shape, wholly outside, or on its edge; only points in edge cells
are tested against the shape itself. A cell is a power of two of a degree wide, so the cell of
a point is exact in floating point: no point falls between two cells or into the wrong one.
The answer is that of ``shapely.covers``: a point exactly on an edge or a vertex is inside.

A cell holds one number, that of the list of groups there are in it and how each covers it.
Cells that are alike share a list, so there are few lists, and those that need no test come
first: where a list is below `Grid.untested_lists`, the cell alone answers for the point.

Coordinates are WGS84 degrees, longitude first.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Ints = NDArray[np.integer]
Floats = NDArray[np.float64]
# Cells side by side in a tile: the tile's column, then row, first column and number of cells.
_CellRuns = tuple[Ints, Ints, Ints, Ints]

# A 256th of a degree is 430 m of latitude.
MAX_CELLS_PER_DEGREE = 256
# At most so many cells over all shapes; large zones get larger cells.
MAX_CELLS = 4_000_000
_TILE = 6  # a tile is 64 x 64 cells
_CELLS = 1 << 2 * _TILE
_CELL_MASK = (1 << _TILE) - 1
_EAST, _NORTH = 256, 128  # what makes every longitude and latitude positive
_OFFSETS = np.array([_EAST, _NORTH])
_ROW = 32
_TOLERANCE_DEG = 1e-9  # degrees; far more than rounding moves a piece of an edge
CACHE_BLOCK = 1 << 15  # so many points at a time stay in the processor's cache
_TABLE = 8  # so many places a key may a table have in which keys are added up

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
class ShapeGroup:
    """The shapes that stand for one thing: inside is who is inside any of them.

    ``inner`` lies within ``outer``. More than one where a thing had several shapes at once.
    """

    inner: tuple[BaseGeometry, ...]
    outer: tuple[BaseGeometry, ...]


class Grid:
    """The cells of some groups; `locate` finds the groups that hold points.

    List n holds the entries from ``starts[n]`` to ``starts[n + 1]`` of ``group`` and ``state``,
    by group; list 0 is empty. Lists below ``untested_lists`` need no test.
    """

    def __init__(self, groups: Sequence[ShapeGroup], *, max_cells: int = MAX_CELLS) -> None:
        self.groups = tuple(groups)
        self.scale = _cells_per_degree(self.groups, max_cells)
        self._prepare()
        self._find_cells()

    def __getstate__(self) -> dict[str, object]:
        return {key: held for key, held in self.__dict__.items() if key not in ("_inner", "_outer")}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self._prepare()  # pickling loses what GEOS prepared

    def cell_lists(self, lon: Floats, lat: Floats) -> Ints:
        """Return the list of every point's cell. Coordinates must be finite and on the globe."""
        found = np.empty(len(lon), self._lists.dtype)
        for start in range(0, len(lon), CACHE_BLOCK):
            part = slice(start, start + CACHE_BLOCK)
            found[part] = self._cell_lists(lon[part], lat[part])
        return found

    def locate(self, lon: Floats, lat: Floats) -> tuple[Ints, Ints, NDArray[np.uint8]]:
        """Return point, group and `IN_INNER` or `IN_OUTER` of every point in a group.

        Points come in their order. Coordinates must be finite and on the globe.
        """
        lists = self.cell_lists(lon, lat)
        point = np.flatnonzero(lists != 0)
        again, entry = self.entries(lists[point])
        point, group, state = point[again], self.group[entry], self.state[entry]
        unsure = np.flatnonzero(state > IN_INNER)
        if len(unsure):
            at = point[unsure]
            state[unsure] = self._test_exactly(group[unsure], state[unsure], lon[at], lat[at])
            held = state > 0
            point, group, state = point[held], group[held], state[held]
        return point, group, state

    def entries(self, lists: Ints) -> tuple[Ints, Ints]:
        """Return for every entry of some lists the position of its list, and the entry."""
        lists = lists.astype(np.int64)
        start = self.starts[lists]
        return expand_ranges(start, self.starts[lists + 1] - start)

    def _cell_lists(self, lon: Floats, lat: Floats) -> Ints:
        place, x = self._tile_and_cell(lon, 0)
        rows, y = self._tile_and_cell(lat, 1)
        place *= self._shape[1]
        place += rows
        cell = self._tiles.take(place)  # where the tile begins
        y <<= _TILE
        cell += y
        cell += x
        lists: Ints = self._lists.take(cell)
        return lists

    def _tile_and_cell(self, degrees: Floats, axis: int) -> tuple[Ints, Ints]:
        """Return the tile of every longitude (axis 0) or latitude (1), and the cell within."""
        moved = degrees * self.scale
        np.floor(moved, out=moved)
        cell = moved.astype(np.int32)
        tile = cell >> _TILE
        tile -= self._first[axis]
        # What lies before the first tile becomes a huge number, and so falls beyond the last.
        near = tile.view(np.uint32)
        np.minimum(near, np.uint32(self._shape[axis] - 1), out=near)
        cell &= _CELL_MASK
        return tile, cell

    def _test_exactly(
        self, group: Ints, state: NDArray[np.uint8], lon: Floats, lat: Floats
    ) -> NDArray[np.uint8]:
        """Return the state of points in edge cells: `IN_INNER`, `IN_OUTER` or 0."""
        order = np.argsort(group, kind="stable")  # so that a shape's own index stays at hand
        group, state, lon, lat = group[order], state[order], lon[order], lat[order]
        result = state & np.uint8(3)
        for flag, positions, means in (
            (_TEST_INNER, self._inner, IN_INNER),
            (_TEST_OUTER, self._outer, IN_OUTER),
        ):
            for geometries in positions:
                asked = np.flatnonzero((state & flag > 0) & (result < means))
                own = geometries[group[asked]]  # no shape holds no point
                result[asked[shapely.intersects_xy(own, lon[asked], lat[asked])]] = means
        back = np.empty_like(result)
        back[order] = result
        return back

    def _prepare(self) -> None:
        """Prepare every shape, and use it once, because GEOS fills its index on first use."""
        for group in self.groups:
            for geometry in (*group.inner, *group.outer):
                shapely.prepare(geometry)
                west, south, east, north = geometry.bounds
                # A point beyond the bounds would be answered without the index.
                shapely.intersects_xy(geometry, (west + east) / 2, (south + north) / 2)
        self._inner = _by_position([group.inner for group in self.groups])
        self._outer = _by_position([group.outer for group in self.groups])

    def _find_cells(self) -> None:
        """Find the cells of every shape, and number the lists of groups that they are in."""
        different = {id(g): g for group in self.groups for g in (*group.inner, *group.outer)}
        found = {key: self._cells_of(geometry) for key, geometry in different.items()}
        self._allocate_tiles([runs for both in found.values() for runs in both])
        places = {key: [self._cell_indices(runs) for runs in both] for key, both in found.items()}
        lists = np.zeros(int(self._tiles.max()) + _CELLS, np.int32)
        bits = np.zeros(len(lists), np.uint8)
        # A list is the list of its parent and one group more, in the state given.
        tree: list[NDArray[np.int64]] = [np.zeros((3, 1), np.int64)]
        size = 1
        for number, group in enumerate(self.groups):
            own = [
                (place, np.uint8(bit << shift))
                for geometries, shift in ((group.outer, 0), (group.inner, 2))
                for geometry in geometries
                for place, bit in zip(places[id(geometry)], (1, 2), strict=True)
            ]
            for place, bit in own:
                bits[place] |= bit
            cells = np.concatenate([np.zeros(0, np.int64), *(place for place, _ in own)])
            grown, which = unique_inverse(lists[cells].astype(np.int64) << 4 | _STATES[bits[cells]])
            lists[cells] = which + size
            bits[cells] = 0
            tree.append(np.stack([grown >> 4, np.full(len(grown), number), grown & 15]))
            size += len(grown)
        self._number_lists(lists, np.concatenate(tree, axis=1))

    def _allocate_tiles(self, every: Sequence[_CellRuns]) -> None:
        """Give each tile that a shape is in a place among the cells, all others the first."""
        at = [np.zeros((2, 0), np.int64), *((tile, row >> _TILE) for tile, row, _, _ in every)]
        x, y = (np.concatenate(axis) for axis in zip(*at, strict=True))
        self._first = west, south = (int(x.min()), int(y.min())) if len(x) else (0, 0)
        # One more each way, in which there is nothing, stands for all that is beyond.
        wide, high = int(x.max(initial=west)) - west + 2, int(y.max(initial=south)) - south + 2
        self._shape = (wide, high)
        self._tiles = np.zeros(wide * high, np.int32)
        self._tiles[(x - west) * high + y - south] = 1
        used = np.flatnonzero(self._tiles)
        self._tiles[used] = np.arange(1, len(used) + 1) * _CELLS

    def _cell_indices(self, runs: _CellRuns) -> Ints:
        """Return the place of every cell in some runs."""
        tile, row, first, length = runs
        at = (tile - self._first[0]) * self._shape[1] + (row >> _TILE) - self._first[1]
        start = self._tiles[at] + ((row & _CELL_MASK) << _TILE) + (first & _CELL_MASK)
        return expand_ranges(start, length)[1]

    def _number_lists(self, lists: Ints, tree: NDArray[np.int64]) -> None:
        """Number the lists that are in use, those without a test first, and write them out."""
        parent, group, state = tree
        used = np.flatnonzero(np.bincount(lists, minlength=len(parent)))
        owner, entry, at, step = [], [], used, np.arange(len(used))
        while len(at):
            step, at = step[at > 0], at[at > 0]
            owner.append(step)
            entry.append(at)
            at = parent[at]
        own, one = np.concatenate(owner), np.concatenate(entry)
        unsure = np.zeros(len(used), bool)
        unsure[own[state[one] > IN_INNER]] = True
        order = np.argsort(unsure, kind="stable")  # list 0 stays the first
        self.untested_lists = len(used) - int(unsure.sum())
        rank = np.empty(len(used), np.int64)
        rank[order] = np.arange(len(used))
        fresh: Ints = np.zeros(len(parent), np.uint16)
        fresh = fresh if len(used) < 1 << 16 else fresh.astype(np.int32)
        fresh[used] = rank
        self._lists = fresh[lists]
        sort = np.lexsort((group[one], rank[own]))
        self.group, self.state = (
            group[one][sort].astype(np.int32),
            state[one][sort].astype(np.uint8),
        )
        sizes = np.bincount(rank[own], minlength=len(used))
        self.starts = np.concatenate([[0], np.cumsum(sizes)])

    def _cells_of(self, geometry: BaseGeometry) -> tuple[_CellRuns, _CellRuns]:
        """Return the cells wholly inside a shape and those that may hold its edge.

        The edge is cut into pieces of at most half a cell; the cells of a piece are
        those of its box. Between two edge cells of a row all cells are inside or all outside.
        """
        low, high = (cell + _OFFSETS * self.scale for cell in _edge_pieces(geometry, self.scale))
        across = (low != high).any(axis=1)
        (west, south), (east, north) = low[across].T, high[across].T
        x, y = np.concatenate([low.T, [west, north], [east, south], high[across].T], axis=1)
        edge = y << _ROW | x
        edge = np.unique(edge[np.diff(edge, prepend=-1) != 0])
        row = (edge >> _ROW) - _NORTH * self.scale
        column = (edge & (1 << _ROW) - 1) - _EAST * self.scale
        gap = np.flatnonzero((np.diff(row) == 0) & (np.diff(column) > 1))
        middle = np.column_stack([column[gap] + 1.5, row[gap] + 0.5]) / self.scale
        gap = gap[shapely.intersects_xy(geometry, middle[:, 0], middle[:, 1])]
        inside = _split_at_tiles(row[gap], column[gap] + 1, column[gap + 1])
        return inside, (column >> _TILE, row, column, np.ones(len(row), np.int64))


def unique_inverse(keys: Ints) -> tuple[Ints, Ints]:
    """Return the different keys in order, and for every key which of them it is."""
    size = int(keys.max(initial=-1)) + 1
    if size > max(1 << 16, 4 * len(keys)):
        return np.unique(keys, return_inverse=True)
    table = np.zeros(size, np.int32)
    table[keys] = 1
    different = np.flatnonzero(table)
    table[different] = np.arange(len(different))
    return different, table[keys]


def places_of(labels: Sequence[Hashable], among: Sequence[Hashable]) -> Ints:
    """Return the place that each label has among some."""
    at = {label: place for place, label in enumerate(among)}
    return np.array([at[label] for label in labels], np.int64)


def sum_by_key(keys: Ints, numbers: Ints) -> tuple[Ints, Ints]:
    """Return the different keys in order, and the sums of the rows of numbers of each.

    They are added up in a table where one of all keys is not large for those that there are.
    Keys that come in runs already in order are merged, which takes little more than looking.
    """
    size = int(keys.max(initial=-1)) + 1
    if size <= _TABLE * len(keys):
        table = np.zeros((numbers.shape[1], size), np.int64)
        for total, own in zip(table, numbers.T, strict=True):
            np.add.at(total, keys, own)
        held = np.zeros(size, bool)
        held[keys] = True
        found = np.flatnonzero(held)
        return found, table[:, found].T
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))
    if len(starts) == len(keys):
        return keys, numbers[order]
    sums = [np.add.reduceat(column[order], starts) for column in numbers.T]
    return keys[starts], np.stack(sums, axis=1)


def sorted_unique(values: Ints) -> Ints:
    """Return the different values in order; sorting them is faster than numpy's hashing."""
    values = np.sort(values)
    return values[np.flatnonzero(np.diff(values, prepend=values[:1] - 1))]


def expand_ranges(start: Ints, length: Ints) -> tuple[Ints, Ints]:
    """Return for each whole number of some ranges the position of its range, and the number."""
    own = np.repeat(np.arange(len(start)), length)
    number = np.arange(len(own))
    number += np.repeat(start - (np.cumsum(length) - length), length)
    return own, number


def _split_at_tiles(row: Ints, first: Ints, after: Ints) -> _CellRuns:
    """Cut cells side by side where tiles begin."""
    last = (after - 1) >> _TILE
    own, tile = expand_ranges(first >> _TILE, last - (first >> _TILE) + 1)
    start = np.maximum(first[own], tile << _TILE)
    return tile, row[own], start, np.minimum(after[own], (tile + 1) << _TILE) - start


def _by_position(shapes: Sequence[tuple[BaseGeometry, ...]]) -> list[NDArray[np.object_]]:
    """Return the first shape of every group, then the second, and so on; None where it has none."""
    positions = []
    for number in range(max(map(len, shapes), default=0)):
        geometries = np.empty(len(shapes), object)
        geometries[:] = [own[number] if number < len(own) else None for own in shapes]
        positions.append(geometries)
    return positions


def _edge_pieces(geometry: BaseGeometry, scale: int) -> tuple[Ints, Ints]:
    """Return the first and the last cell (x, y) of the pieces that a shape's edge is cut into."""
    parts = shapely.get_parts(geometry)
    areas = shapely.get_dimensions(parts) == 2
    lines = np.concatenate([shapely.get_rings(parts[areas]), parts[~areas]])
    points, line = shapely.get_coordinates(lines, return_index=True)
    joined = line[:-1] == line[1:]
    start, end = points[:-1][joined], points[1:][joined]
    alone = points[shapely.get_dimensions(lines)[line] == 0]
    start, end = np.concatenate([start, alone]), np.concatenate([end, alone])
    steps = np.maximum(np.ceil(np.abs(end - start).max(axis=1) * scale * 2).astype(np.int64), 1)
    own, step = expand_ranges(np.zeros(len(steps), np.int64), steps)
    along = (end - start)[own] / steps[own, None]
    here, there = (start[own] + along * (step + more)[:, None] for more in (0, 1))
    low = np.floor((np.minimum(here, there) - _TOLERANCE_DEG) * scale)
    high = np.floor((np.maximum(here, there) + _TOLERANCE_DEG) * scale)
    return low.astype(np.int64), high.astype(np.int64)


def _cells_per_degree(groups: Sequence[ShapeGroup], max_cells: int) -> int:
    """Return how many cells a degree has: fewer than the most where those were too many."""
    geometries = {id(g): g for group in groups for g in (*group.inner, *group.outer)}
    squares = sum(geometry.area for geometry in geometries.values())
    scale = MAX_CELLS_PER_DEGREE
    while scale > 1 and squares * scale**2 > max_cells:
        scale //= 2
    return scale
