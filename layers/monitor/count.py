"""Count events in zones: a pure function from a batch of Arrow columns to whole numbers.

Counts of two batches are added with ``+``, in any order, so a result does not depend on how
the events were cut. `layers.monitor.report` makes the table of them.

Columns of a batch:

``lon`` ``lat``   degrees, WGS84, finite and on the globe
``day``           ``date32``: the day in whose month (quarter, ...) the event is counted
``first`` ``last``  ``date32``, optional: the days between which it happened, both in
``accuracy``      ``uint8``, optional: its place in `ZoneIndex.positional_accuracy_m`, or
                  `layers.monitor.hits.UNKNOWN` or `NO_PLACE`, whose longitude and latitude count
                  for nothing
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layers.events.values import UNKNOWN
from layers.monitor.grid import CACHE_BLOCK, Ints, places_of, sum_by_key, unique_inverse
from layers.monitor.hits import (
    INSIDE_ALL,
    UNKNOWN_PRECISION,
    Events,
    Relations,
    in_force,
    in_groups,
    over_epochs,
    relations,
)
from layers.monitor.index import ZoneIndex
from layers.monitor.measures import NOTHING, Notes, measure
from layers.monitor.tabulation import Tabulation

if TYPE_CHECKING:
    import pyarrow as pa

# A key: two bits of what it is, 32 of which one, 24 of the period, 3 of the kind.
SEGMENT, SERIES, TOTAL = range(3)
_RELATION_BITS, _BIN_BITS, _ID_BITS = 3, 24, 32
_KINDS = INSIDE_ALL + 1  # of what an event of known place is to a zone
# A table of cells may be so large for few events.
_SMALL = 1 << 14
# So many keys of pieces wait before they are added up, or as many as there are.
_WAITING = 1 << 19
# So many events with days in several epochs are counted at a time: each may be in many zones.
_PART = 1 << 18


@dataclass(frozen=True, slots=True)
class Counts:
    """How many events fell where: keys in order, the group of each, and its numbers.

    ``numbers`` has a row a key; its first column counts rows of the file, the others are those
    of `Tabulation.measures` in thousandths. ``group`` is the place of a key's labels in ``labels``.
    """

    keys: Ints
    numbers: Ints
    group: Ints
    labels: tuple[tuple[str, ...], ...] = ((),)
    notes: Notes = NOTHING

    @classmethod
    def none(cls, measures: int = 0) -> Counts:
        """Return the counts of no events."""
        nothing = np.zeros(0, np.int64)
        return cls(nothing, np.zeros((0, 1 + measures), np.int64), nothing, ())

    @classmethod
    def of(cls, keys: Ints, numbers: Ints, group: Ints | None = None) -> Counts:
        """Return counts from keys that may repeat."""
        if group is None or not group.any():
            keys, numbers = sum_by_key(keys, numbers)
            return cls(keys, numbers, np.zeros(len(keys), np.int64))
        # A key comes with many groups, one after the other: it is looked up once for all of them.
        starts = np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))
        different, which = np.unique(keys[starts], return_inverse=True)
        groups = int(group.max()) + 1
        place: Ints = np.repeat(which * groups, np.diff(starts, append=len(keys)))
        place += group
        place, numbers = sum_by_key(place, numbers)
        which, group = np.divmod(place, groups)
        return cls(different[which], numbers, group)

    @classmethod
    def sum(cls, parts: Sequence[Counts]) -> Counts:
        """Return the counts of several batches together."""
        some = [part for part in parts if len(part.keys)] or list(parts[:1])
        notes = functools.reduce(Notes.__add__, [part.notes for part in parts])
        labels = some[0].labels
        if len(some) == 1:
            return replace(some[0], notes=notes)
        groups = [part.group for part in some]
        if any(part.labels != labels for part in some):
            labels = tuple(sorted({label for part in some for label in part.labels}))
            groups = [places_of(part.labels, labels)[part.group] for part in some]
        found = cls.of(
            np.concatenate([part.keys for part in some]),
            np.concatenate([part.numbers for part in some]),
            np.concatenate(groups),
        )
        return replace(found, labels=labels, notes=notes)

    def __add__(self, other: Counts) -> Counts:
        return Counts.sum([self, other])

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Counts)
            and np.array_equal(self.keys, other.keys)
            and np.array_equal(self.numbers, other.numbers)
            and self.notes == other.notes
            and [self.labels[one] for one in self.group.tolist()]
            == [other.labels[one] for one in other.group.tolist()]
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def events(self) -> int:
        """Return how many events were read, those beyond the record or the period among them."""
        return int(self.numbers[decode(self.keys, TOTAL)[2], 0].sum()) + self.notes.out_of_period

    @property
    def periods(self) -> Ints:
        """Return the number of each key's period."""
        periods: Ints = self.keys >> _RELATION_BITS & (1 << _BIN_BITS) - 1
        return periods

    def regrouped(self, of: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Counts:
        """Return the counts with other labels; groups that get the same become one."""
        named = tuple(map(of, self.labels))
        if named == self.labels:
            return self
        labels = tuple(sorted(set(named)))
        group = places_of(named, labels)[self.group]
        return replace(Counts.of(self.keys, self.numbers, group), labels=labels, notes=self.notes)

    def in_periods(self, of: Callable[[Ints], Ints]) -> Counts:
        """Return the counts with periods of other numbers; those of -1 are left out."""
        period = of(self.periods)
        keep = period >= 0
        rest = self.keys & ~(((1 << _BIN_BITS) - 1) << _RELATION_BITS)
        keys = (rest | np.maximum(period, 0) << _RELATION_BITS)[keep]
        found = Counts.of(keys, self.numbers[keep], self.group[keep])
        return replace(found, labels=self.labels, notes=self.notes)


def decode(keys: Ints, what: int) -> tuple[Ints, Ints, Ints]:
    """Return which and kind of the keys of one sort, and where those are."""
    mine = np.flatnonzero(keys >> (_ID_BITS + _BIN_BITS + _RELATION_BITS) == what)
    keys = keys[mine]
    which = keys >> (_BIN_BITS + _RELATION_BITS) & (1 << _ID_BITS) - 1
    return which, keys & (1 << _RELATION_BITS) - 1, mine


class Sum:
    """Adds counts up, many at a time: what is large is put in order seldom."""

    def __init__(self) -> None:
        self._total: Counts | None = None
        self._parts: list[Counts] = []

    def add(self, counts: Counts) -> None:
        """Add the counts of a piece."""
        self._parts.append(counts)
        waiting = sum(len(part.keys) for part in self._parts)
        if waiting > max(_WAITING, 0 if self._total is None else len(self._total.keys)):
            self.total()

    def total(self) -> Counts:
        """Return all that was added."""
        parts = self._parts if self._total is None else [self._total, *self._parts]
        self._total, self._parts = (Counts.sum(parts) if parts else Counts.none()), []
        return self._total


def count(batch: pa.RecordBatch, index: ZoneIndex, *, by: str | Tabulation = "month") -> Counts:
    """Return how the events of a batch fall on the zones of an index.

    ``by`` is a period, or in full a `Tabulation`. Each event is counted once a series. One that
    may have happened beyond a zone or on days when the series did not hold is too imprecise for
    it (`TOO_IMPRECISE`). One without a place, or of unknown precision, is in the totals alone.
    """
    tabulation = Tabulation.of(by)
    measured = measure(batch, tabulation)
    events = Events.of(measured.batch, measured.group, measured.numbers)
    parts = [Counts.none(len(tabulation.measures))]
    if events.accuracy is not None and (untold := events.accuracy >= UNKNOWN).any():
        relation = events.accuracy[untold] - np.uint8(UNKNOWN - UNKNOWN_PRECISION)
        none, events = events.split(untold)
        parts.append(_totals(none, index, tabulation, relation))
    if events.group is None and events.numbers is None and len(events.day):
        found, rest = count_by_cell(events, index, tabulation)
        parts.append(found)
        events = events.take(rest)
    parts.append(count_one_by_one(events, index, tabulation))
    return replace(Counts.sum(parts), labels=measured.labels, notes=measured.notes)


def count_by_cell(events: Events, index: ZoneIndex, tabulation: Tabulation) -> tuple[Counts, Ints]:
    """Count the events of which cell and day alone tell all, and return which those are not.

    They are counted in a table of lists of groups of shapes and slots, where that is not large for
    the events that there are, and what a list means is looked up once for all events in it.
    """
    slot, epoch, period = _slots(events, index, tabulation)
    size, wide = len(events.day), len(epoch)
    found, rest = [Counts.none()], np.ones(size, bool)
    across = None if events.of_one_day else _across(events, index)
    for number, grid in enumerate(index.grids[:1] if events.accuracy is None else index.grids):
        own = None if events.accuracy is None else np.flatnonzero(events.accuracy == number)
        if (cells := (grid.untested_lists + 1) * wide) > max(_SMALL, 2 * size):
            continue
        table = np.zeros(cells, np.int64)
        for start in range(0, size if own is None else len(own), CACHE_BLOCK):
            # Looked up and counted while it is in the processor's cache.
            part: Any = slice(start, start + CACHE_BLOCK)
            rows = part if own is None else own[part]
            lists = np.minimum(
                grid.cell_lists(events.lon[rows], events.lat[rows]), grid.untested_lists
            )
            if across is not None:
                lists[across[rows]] = grid.untested_lists
            rest[rows] = lists == grid.untested_lists
            place = lists.astype(np.int64)
            place *= wide
            place += slot[rows]
            table += np.bincount(place, minlength=cells)
        of_lists = table.reshape(-1, wide)[:-1]
        if of_lists.any():
            found.append(_counts_of_table(of_lists, epoch, period, index, number))
    return Counts.sum(found), np.flatnonzero(rest)


def _counts_of_table(
    table: Ints, epoch: Ints, period: Ints, index: ZoneIndex, accuracy: int
) -> Counts:
    """Return counts from a table of how many events are in each list, and in which slot."""
    grid, times = index.grids[accuracy], index.times
    lists = np.flatnonzero(table.any(axis=1))
    table = table[lists]
    own, entry = grid.entries(lists)
    group, relation = grid.group[entry].astype(np.int64), relations(grid.state[entry], accuracy)
    best = np.zeros((len(lists), times.epochs), np.uint8)
    np.maximum.at(best, own, relation[:, None] * times.in_force[times.segment[group]])
    best = best[:, epoch]
    totals = np.stack([np.where(best == one, table, 0).sum(axis=0) for one in range(_KINDS)])
    of, slot = np.nonzero(totals)
    pair = epoch[slot] * times.epochs + epoch[slot]
    keys, numbers = [_key(TOTAL, pair, period[slot], of)], [totals[of, slot]]
    alike, which = unique_inverse(group << _RELATION_BITS | relation)
    sums = np.zeros((len(alike), len(epoch)), np.int64)
    np.add.at(sums, which, table[own])
    segment = times.segment[alike >> _RELATION_BITS][:, epoch]
    at, slot = np.nonzero((sums > 0) & (segment > 0))
    of = alike[at] & (1 << _RELATION_BITS) - 1
    keys.append(_key(SEGMENT, segment[at, slot], period[slot], of))
    numbers.append(sums[at, slot])
    return Counts.of(np.concatenate(keys), np.concatenate(numbers)[:, None])


def count_one_by_one(events: Events, index: ZoneIndex, tabulation: Tabulation) -> Counts:
    """Count events each on its own: exact whatever their places, days and groups."""
    parts = [Counts.none(len(tabulation.measures))]
    if len(events.day) and not events.of_one_day:
        wide, events = events.split(_across(events, index))
        cuts = (slice(start, start + _PART) for start in range(0, len(wide.day), _PART))
        parts += [_count_across_epochs(wide.take(cut), index, tabulation) for cut in cuts]
    if len(events.day):
        parts.append(_count_in_one_epoch(events, index, tabulation))
    return Counts.sum(parts)


def _count_in_one_epoch(events: Events, index: ZoneIndex, tabulation: Tabulation) -> Counts:
    """Count events whose days all lie in one epoch."""
    times = index.times
    slot_of, epoch, period = _slots(events, index, tabulation)
    low = int(period.min())
    wide = int(period.max()) - low + 1
    # The segment and period of every group of shapes and slot: few that differ.
    spots, spot_of = unique_inverse(
        (times.segment[:, epoch] * np.int64(wide) + (period - low)).ravel()
    )
    segment = spots // wide
    point, shape, relation = in_groups(events, index)
    spot = spot_of.take(shape * len(epoch) + slot_of.take(point))
    best = np.zeros(len(slot_of), np.uint8)
    np.maximum.at(best, point, relation * times.in_force[segment].take(spot))
    slot, kind, groups, often = _tallied(slot_of, best, events, slice(None))
    totals = _key(TOTAL, epoch[slot] * (times.epochs + 1), period[slot], kind)
    held = np.flatnonzero(segment.take(spot))  # 0 is of no series
    spot, kind, group, numbers = _tallied(spot[held], relation[held], events, point[held])
    keys = _key(SEGMENT, segment[spot], spots[spot] % wide + low, kind)
    # In the order of the keys, so that they need not be put in order again.
    return Counts(
        np.concatenate([keys, totals]),
        np.concatenate([numbers, often]),
        np.concatenate([group, groups]),
    )


def _tallied(
    place: Ints, kind: Relations, events: Events, rows: Ints | slice
) -> tuple[Ints, Ints, Ints, Ints]:
    """Return places that have events, in order, with kind, group and the numbers of each."""
    key: Ints = (place.astype(np.int64) * _KINDS + kind) * events.groups
    if events.group is not None:
        key += events.group[rows]
    key, numbers = sum_by_key(key, _numbers_of(events, rows))
    key, group = np.divmod(key, events.groups)
    return key // _KINDS, key % _KINDS, group, numbers


def _count_across_epochs(events: Events, index: ZoneIndex, tabulation: Tabulation) -> Counts:
    """Count events on the days of which something begins or ends."""
    first, last = events.epochs(index)
    event, series, relation = over_epochs(events, in_groups(events, index), first, last, index)
    best = np.zeros(len(events.day), np.uint8)
    forces = in_force(index)[series]
    np.maximum.at(best, event, relation * forces)
    # Where a series lacks a shape on one of its days, nothing is known of the event as a whole.
    keep = ~index.times.lacks(series, first[event], last[event])
    event, series, relation = event[keep], series[keep], relation[keep]
    period = _of_days(events.day, tabulation.numbers_of)[event]
    group = None if events.group is None else events.group[event]
    found = Counts.of(_key(SERIES, series, period, relation), _numbers_of(events, event), group)
    return found + _totals(events, index, tabulation, best)


def _totals(
    events: Events, index: ZoneIndex, tabulation: Tabulation, relation: Relations
) -> Counts:
    """Count every event once, by its epochs and its best relation to any zone in force."""
    first, last = events.epochs(index)
    period = _of_days(events.day, tabulation.numbers_of)
    keys = _key(TOTAL, first * index.times.epochs + last, period, relation)
    return Counts.of(keys, _numbers_of(events, slice(None)), events.group)


def _across(events: Events, index: ZoneIndex) -> NDArray[np.bool_]:
    """Tell which events have days in several epochs."""
    first, last = events.epochs(index)
    different: NDArray[np.bool_] = first != last
    return different


def _slots(events: Events, index: ZoneIndex, tabulation: Tabulation) -> tuple[Ints, Ints, Ints]:
    """Number the pairs of epoch and period that events have by their days.

    Return the number of every event's pair, then epoch and period of each pair. The epoch is that
    of an event's first day.
    """
    if events.of_one_day:
        days, low = _days(events.day)
        slot, epoch, period = _pairs(index.times.epoch_of(days), tabulation.numbers_of(days))
        return slot[events.day - low], epoch, period
    periods = _of_days(events.day, tabulation.numbers_of)
    return _pairs(_of_days(events.first, index.times.epoch_of), periods)


def _pairs(epochs: Ints, periods: Ints) -> tuple[Ints, Ints, Ints]:
    low = periods.min()
    wide = periods.max() - low + 1
    pairs, number = unique_inverse(epochs * wide + (periods - low))
    return number.astype(np.int32), pairs // wide, pairs % wide + low


def _of_days(column: NDArray[np.int32], of: Callable[[Any], Ints]) -> Ints:
    """Return what a function says of the days of a column: it is asked once a day."""
    days, low = _days(column)
    return of(days)[column - low]


def _days(column: NDArray[np.int32]) -> tuple[Ints, int]:
    """Return every day from the first to the last of a column, and the first."""
    low = int(column.min())
    return np.arange(low, int(column.max()) + 1), low


def _numbers_of(events: Events, rows: Any) -> Ints:
    """Return the numbers of some events, a row each."""
    ones = np.ones((len(events.day[rows]), 1), np.int64)
    return ones if events.numbers is None else np.hstack([ones, events.numbers[:, rows].T])


def _key(what: int, which: Any, period: Any, relation: Any) -> NDArray[np.int64]:
    key = np.asarray(which, np.int64) | np.int64(what) << _ID_BITS
    key = key << _BIN_BITS | np.asarray(period, np.int64)
    return key << _RELATION_BITS | np.asarray(relation, np.int64)
