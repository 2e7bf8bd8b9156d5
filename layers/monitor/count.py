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
from layers.monitor.grid import (
    CACHE_BLOCK,
    Ints,
    count_by_key,
    sum_by_key,
    unique_inverse,
)
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
# A table may be so large for few events, or have so many places for each of many; beyond that
# what occurs is put in order.
_SMALL, _SPARSE = 1 << 14, 4
# So many keys of pieces wait before they are added up, or as many as there are.
_WAITING = 1 << 19
# Events counted one by one at a time: each may be in many zones.
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
            at = {label: place for place, label in enumerate(labels)}
            groups = [
                np.array([at[label] for label in part.labels], np.int64)[part.group]
                for part in some
            ]
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
        return int(self.decoded(TOTAL)[3].sum()) + self.notes.out_of_period

    def decoded(self, what: int) -> tuple[Ints, Ints, Ints, Ints]:
        """Return which, period, kind and number of the keys of one sort, whatever the groups."""
        which, period, relation, mine = decode(self.keys, what)
        return which, period, relation, self.numbers[mine, 0]

    def regrouped(self, of: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Counts:
        """Return the counts with other labels; groups that get the same become one."""
        named = [of(label) for label in self.labels]
        labels = tuple(sorted(set(named)))
        if tuple(named) == self.labels:
            return self
        at = {label: place for place, label in enumerate(labels)}
        group = np.array([at[label] for label in named], np.int64)[self.group]
        return replace(Counts.of(self.keys, self.numbers, group), labels=labels, notes=self.notes)

    def in_periods(self, of: Callable[[Ints], Ints]) -> Counts:
        """Return the counts with periods of other numbers; those of -1 are left out."""
        period = of(self.keys >> _RELATION_BITS & (1 << _BIN_BITS) - 1)
        keep = period >= 0
        rest = self.keys & ~(((1 << _BIN_BITS) - 1) << _RELATION_BITS)
        keys = (rest | np.maximum(period, 0) << _RELATION_BITS)[keep]
        found = Counts.of(keys, self.numbers[keep], self.group[keep])
        return replace(found, labels=self.labels, notes=self.notes)


def decode(keys: Ints, what: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Return which, period and kind of the keys of one sort, and where those are."""
    mine = np.flatnonzero(keys >> (_ID_BITS + _BIN_BITS + _RELATION_BITS) == what)
    keys = keys[mine]
    which = keys >> (_BIN_BITS + _RELATION_BITS) & (1 << _ID_BITS) - 1
    period = keys >> _RELATION_BITS & (1 << _BIN_BITS) - 1
    return which, period, keys & (1 << _RELATION_BITS) - 1, mine


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


def count(
    batch: pa.RecordBatch | pa.Table, index: ZoneIndex, *, by: str | Tabulation = "month"
) -> Counts:
    """Return how the events of a batch fall on the zones of an index.

    ``by`` is a period, or in full a `Tabulation`. Each event is counted once a series. One that
    may have happened beyond a zone or on days when the series did not hold is too imprecise for
    it (`TOO_IMPRECISE`). One without a place, or of unknown precision, is in the totals alone.
    """
    tabulation = Tabulation.of(by)
    measured = measure(batch, tabulation)
    events = Events.of(measured.batch)
    events = replace(events, group=measured.group, numbers=measured.numbers)
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


@dataclass(frozen=True, slots=True)
class _Slots:
    """What is told by an event's days alone: pairs of epoch and period.

    ``of_events`` gives the slot of some events, the epoch of which is that of their first day.
    """

    of_events: Callable[[Any], Ints]
    epoch: Ints
    period: Ints

    @classmethod
    def of(cls, events: Events, index: ZoneIndex, tabulation: Tabulation) -> _Slots:
        """Number the slots of events."""
        if events.of_one_day:
            days, low = _days(events.day)
            number = tabulation.numbers_of(days)
            joint, epoch, period = _number_pairs(index.times.epoch_of(days), number)
            return cls(lambda part: joint.take(events.day[part] - low), epoch, period)
        periods = _of_days(events.day, tabulation.numbers_of)
        slot, epoch, period = _number_pairs(_of_days(events.first, index.times.epoch_of), periods)
        return cls(lambda part: slot[part], epoch, period)

    @property
    def size(self) -> int:
        """Return how many slots there are."""
        return len(self.epoch)


class _Tally:
    """How many events are in each of ``size`` places, by their kind and group, with what they add.

    A table of all of these is filled where it is not large for the events that there are, else
    those that occur are put in order.
    """

    def __init__(self, size: int, events: Events) -> None:
        self._events, self._groups = events, events.groups
        size *= _KINDS * self._groups
        self._type = np.int32 if size < 1 << 31 else np.int64
        self._table: list[Ints] = []
        self._parts: list[tuple[Ints, Any]] = []
        if size <= max(_SMALL, _SPARSE * len(events.day)):
            self._table = [np.zeros(size, np.int64) for _ in range(1 + len(_measures(events)))]

    def add(self, place: Ints, kind: Relations, rows: Any) -> None:
        """Count the events of some rows."""
        place = place.astype(self._type)
        place *= _KINDS
        place += kind
        if self._events.group is not None:
            place *= self._groups
            place += self._events.group[rows]
        if not self._table:
            self._parts.append((place, rows))
            return
        np.add.at(self._table[0], place, 1)
        for total, own in zip(self._table[1:], _measures(self._events), strict=True):
            np.add.at(total, place, own[rows])

    def told(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Return places that have events, in order, with kind, group and the numbers of each."""
        place: Ints
        numbers: Ints
        if self._table:
            place = np.flatnonzero(self._table[0] > 0)
            numbers = np.stack([total[place] for total in self._table], axis=1)
        else:
            place = np.concatenate([place for place, _ in self._parts])
            if self._events.numbers is None:
                place, often = count_by_key(place)
                numbers = often[:, None]
            else:
                every = [_numbers_of(self._events, rows) for _, rows in self._parts]
                place, numbers = sum_by_key(place, np.concatenate(every))
        place, group = np.divmod(place, self._groups)
        return place // _KINDS, place % _KINDS, group, numbers


def count_by_cell(events: Events, index: ZoneIndex, tabulation: Tabulation) -> tuple[Counts, Ints]:
    """Count the events of which cell and day alone tell all, and return which those are not.

    They are counted in a table of lists of groups of shapes and slots, where that is not large for
    the events that there are, and what a list means is looked up once for all events in it.
    """
    slots = _Slots.of(events, index, tabulation)
    size = len(events.day)
    found, rest = [Counts.none()], np.ones(size, bool)
    across = None if events.of_one_day else _across(events, index)
    for number, grid in enumerate(index.grids[:1] if events.accuracy is None else index.grids):
        own = None if events.accuracy is None else np.flatnonzero(events.accuracy == number)
        if (cells := (grid.untested_lists + 1) * slots.size) > max(_SMALL, 2 * size):
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
            place *= slots.size
            place += slots.of_events(rows)
            table += np.bincount(place, minlength=cells)
        of_lists = table.reshape(-1, slots.size)[:-1]
        if of_lists.any():
            found.append(_counts_of_table(of_lists, slots, index, number))
    return Counts.sum(found), np.flatnonzero(rest)


def _counts_of_table(table: Ints, slots: _Slots, index: ZoneIndex, accuracy: int) -> Counts:
    """Return counts from a table of how many events are in each list, and in which slot."""
    grid, times, epoch = index.grids[accuracy], index.times, slots.epoch
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
    keys, numbers = [_key(TOTAL, pair, slots.period[slot], of)], [totals[of, slot]]
    alike, which = unique_inverse(group << _RELATION_BITS | relation)
    sums = np.zeros((len(alike), len(epoch)), np.int64)
    np.add.at(sums, which, table[own])
    segment = times.segment[alike >> _RELATION_BITS][:, epoch]
    at, slot = np.nonzero((sums > 0) & (segment > 0))
    of = alike[at] & (1 << _RELATION_BITS) - 1
    keys.append(_key(SEGMENT, segment[at, slot], slots.period[slot], of))
    numbers.append(sums[at, slot])
    return Counts.of(np.concatenate(keys), np.concatenate(numbers)[:, None])


def count_one_by_one(events: Events, index: ZoneIndex, tabulation: Tabulation) -> Counts:
    """Count events each on its own: exact whatever their places, days and groups."""
    parts = [Counts.none(len(tabulation.measures))]
    if len(events.day) and not events.of_one_day and (across := _across(events, index)).any():
        wide, events = events.split(across)
        for start in range(0, len(wide.day), _PART):
            part = wide.take(slice(start, start + _PART))
            parts.append(_count_across_epochs(part, index, tabulation))
    if len(events.day):
        parts.append(_count_in_one_epoch(events, index, tabulation))
    return Counts.sum(parts)


def _count_in_one_epoch(events: Events, index: ZoneIndex, tabulation: Tabulation) -> Counts:
    """Count events whose days all lie in one epoch."""
    times, slots = index.times, _Slots.of(events, index, tabulation)
    low = int(slots.period.min())
    wide = int(slots.period.max()) - low + 1
    # The segment and period of every group of shapes and slot: few that differ.
    spots, spot_of = unique_inverse(
        (times.segment[:, slots.epoch] * np.int64(wide) + (slots.period - low)).ravel()
    )
    segment, period = spots // wide, spots % wide + low
    force = times.in_force[segment]
    inside, total = _Tally(len(spots), events), _Tally(slots.size, events)
    for start in range(0, len(events.day), _PART):
        rows = slice(start, start + _PART)
        point, shape, relation = in_groups(events.take(rows), index)
        slot = slots.of_events(rows)
        spot = spot_of.take(shape * slots.size + slot.take(point))
        best = np.zeros(len(slot), np.uint8)
        np.maximum.at(best, point, relation * force.take(spot))
        total.add(slot, best, rows)
        inside.add(spot, relation, point + start)
    spot, kind, group, numbers = inside.told()
    held = slice(np.searchsorted(spot, np.searchsorted(segment, 1)), None)  # 0 is of no series
    spot, kind, group, numbers = spot[held], kind[held], group[held], numbers[held]
    keys = _key(SEGMENT, segment[spot], period[spot], kind)
    slot, kind, groups, often = total.told()
    totals = _key(TOTAL, slots.epoch[slot] * (times.epochs + 1), slots.period[slot], kind)
    # In the order of the keys, so that they need not be put in order again.
    return Counts(
        np.concatenate([keys, totals]),
        np.concatenate([numbers, often]),
        np.concatenate([group, groups]),
    )


def _count_across_epochs(events: Events, index: ZoneIndex, tabulation: Tabulation) -> Counts:
    """Count events on the days of which something begins or ends."""
    first, last = (_of_days(days, index.times.epoch_of) for days in (events.first, events.last))
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
    first, last = (_of_days(days, index.times.epoch_of) for days in (events.first, events.last))
    period = _of_days(events.day, tabulation.numbers_of)
    keys = _key(TOTAL, first * index.times.epochs + last, period, relation)
    return Counts.of(keys, _numbers_of(events, slice(None)), events.group)


def _across(events: Events, index: ZoneIndex) -> NDArray[np.bool_]:
    """Tell which events have days in several epochs."""
    first, last = (_of_days(days, index.times.epoch_of) for days in (events.first, events.last))
    different: NDArray[np.bool_] = first != last
    return different


def _of_days(column: NDArray[np.int32], of: Callable[[Any], Ints]) -> Ints:
    """Return what a function says of the days of a column: it is asked once a day."""
    days, low = _days(column)
    return of(days)[column - low]


def _days(column: NDArray[np.int32]) -> tuple[Ints, int]:
    """Return every day from the first to the last of a column, and the first."""
    low = int(column.min())
    return np.arange(low, int(column.max()) + 1), low


def _number_pairs(epochs: Ints, periods: Ints) -> tuple[Ints, Ints, Ints]:
    """Number the pairs of epoch and period; return the numbers, then epoch and period of each."""
    low = periods.min()
    wide = periods.max() - low + 1
    pairs, number = unique_inverse(epochs * wide + (periods - low))
    return number.astype(np.int32), pairs // wide, pairs % wide + low


def _measures(events: Events) -> Any:
    return () if events.numbers is None else events.numbers


def _numbers_of(events: Events, rows: Any) -> Ints:
    """Return the numbers of some events, a row each."""
    ones = np.ones((len(events.day[rows]), 1), np.int64)
    return ones if events.numbers is None else np.hstack([ones, events.numbers[:, rows].T])


def _key(what: int, which: Any, period: Any, relation: Any) -> NDArray[np.int64]:
    key = np.asarray(which, np.int64) | np.int64(what) << _ID_BITS
    key = key << _BIN_BITS | np.asarray(period, np.int64)
    return key << _RELATION_BITS | np.asarray(relation, np.int64)
