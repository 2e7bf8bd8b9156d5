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
    expand_ranges,
    sum_by_key,
    unique_inverse,
)
from layers.monitor.hits import (
    INSIDE_ALL,
    INSIDE_SOME,
    TOO_IMPRECISE,
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
_RELATIONS = (1 << _RELATION_BITS) - 1
# Beyond so many possible keys they are sorted rather than counted in a table.
_TABLE = 1 << 22
# A table of lists of groups may be so large for few events; for many, twice as large as they are.
_SMALL = 1 << 14
# Events counted one by one at a time: each may be in many groups.
_PART = 1 << 17


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
        groups = 1 if group is None else int(group.max(initial=0)) + 1
        if groups == 1 or group is None:
            keys, numbers = sum_by_key(keys, numbers)
            return cls(keys, numbers, np.zeros(len(keys), np.int64))
        # Most keys have few bits of which one: what is left holds the group, so that one sort does.
        which = keys >> (_BIN_BITS + _RELATION_BITS) & (1 << _ID_BITS) - 1
        bits = int(which.max()).bit_length() + _BIN_BITS + _RELATION_BITS
        if (groups << bits + 2) < 1 << 63:
            what = keys >> (_ID_BITS + _BIN_BITS + _RELATION_BITS)
            packed = (what << bits | keys & (1 << bits) - 1) * groups + group
            own, numbers = sum_by_key(packed, numbers)
            short, group = own // groups, own % groups
            what = short >> bits << (_ID_BITS + _BIN_BITS + _RELATION_BITS)
            return cls(what | short & (1 << bits) - 1, numbers, group)
        different, place = np.unique(keys, return_inverse=True)
        own, numbers = sum_by_key(place * groups + group, numbers)
        return cls(different[own // groups], numbers, own % groups)

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
        if waiting > max(_SMALL, 0 if self._total is None else len(self._total.keys)):
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
    if events.accuracy is not None and len(untold := np.flatnonzero(events.accuracy >= UNKNOWN)):
        relation = events.accuracy[untold] - np.uint8(UNKNOWN - UNKNOWN_PRECISION)
        none = events.take(untold)
        last = None if none.of_one_day else index.times.epoch_of(none.last)
        parts.append(_totals(none, _Slots.of(none, index, tabulation), last, index, relation))
        events = events.take(np.flatnonzero(events.accuracy < UNKNOWN))
    if len(events.day):
        found, rest = count_by_cell(events, index, tabulation)
        parts.append(found)
        for start in range(0, len(rest), _PART):
            part = events.take(rest[start : start + _PART])
            parts.append(count_one_by_one(part, index, tabulation))
    total = Counts.sum(parts)
    return replace(total, labels=measured.labels, notes=measured.notes)


@dataclass(frozen=True, slots=True)
class _Slots:
    """What is told by an event's day and group alone: pairs of epoch and period, a group with each.

    ``of_events`` gives the slot of some events; ``within`` tells which happened within one
    epoch (None: all), the epoch of the others is that of their first day.
    """

    of_events: Callable[[Any], Ints]
    epoch: Ints
    period: Ints
    group: Ints
    within: NDArray[np.bool_] | None

    @classmethod
    def of(cls, events: Events, index: ZoneIndex, tabulation: Tabulation) -> _Slots:
        """Number the slots of events."""
        within = None
        if events.of_one_day:
            days, low = _days(events.day)
            number = tabulation.numbers_of(days)
            joint, epoch, period = _number_pairs(index.times.epoch_of(days), number)

            def of_events(part: Any) -> Ints:
                slot: Ints = joint.take(events.day[part] - low)
                return slot
        else:
            first, last = (_epochs(days, index) for days in (events.first, events.last))
            within = first == last
            slot, epoch, period = _number_pairs(first, tabulation.numbers_of(events.day))

            def of_events(part: Any) -> Ints:
                some: Ints = slot[part]
                return some

        if events.group is None:
            return cls(of_events, epoch, period, np.zeros(len(epoch), np.int64), within)
        groups = int(events.group.max(initial=0)) + 1
        slots = of_events(slice(None)).astype(np.int64) * groups + events.group
        different, which = unique_inverse(slots)
        at, group = different // groups, different % groups
        return cls(lambda part: which[part], epoch[at], period[at], group, within)

    @property
    def size(self) -> int:
        """Return how many slots there are."""
        return len(self.epoch)


def count_by_cell(events: Events, index: ZoneIndex, tabulation: Tabulation) -> tuple[Counts, Ints]:
    """Count the events of which cell and day alone tell all, and return which those are not.

    They are counted by list of groups of shapes and slot, and what a list means is looked up once
    for all events in it. A table of both is filled where it is not large for the events that
    there are, else the pairs that occur are put in order.
    """
    slots = _Slots.of(events, index, tabulation)
    size = len(events.day)
    found, rest = [Counts.none(len(tabulation.measures))], np.ones(size, bool)
    for number, grid in enumerate(index.grids[:1] if events.accuracy is None else index.grids):
        own = None if events.accuracy is None else np.flatnonzero(events.accuracy == number)
        many = size if own is None else len(own)
        cells = (grid.untested_lists + 1) * slots.size
        in_table = events.numbers is None and cells <= max(_SMALL, 2 * size)
        table = np.zeros(cells if in_table else 0, np.int64)
        places = np.zeros(0 if in_table else many, np.int64)
        for start in range(0, many, CACHE_BLOCK):
            # Looked up and counted while it is in the processor's cache.
            part: Any = slice(start, start + CACHE_BLOCK)
            rows = part if own is None else own[part]
            lists = np.minimum(
                grid.cell_lists(events.lon[rows], events.lat[rows]), grid.untested_lists
            )
            if slots.within is not None:
                lists[~slots.within[rows]] = grid.untested_lists
            rest[rows] = lists == grid.untested_lists
            place = lists.astype(np.int64)
            place *= slots.size
            place += slots.of_events(rows)
            if in_table:
                table += np.bincount(place, minlength=len(table))
            else:
                places[part] = place
        if in_table:
            of_lists = table.reshape(-1, slots.size)[:-1]
            if of_lists.any():
                found.append(_counts_of_table(of_lists, slots, index, number))
            continue
        told = np.flatnonzero(places < grid.untested_lists * slots.size)
        if len(told):
            rows = told if own is None else own[told]
            pairs = _tally(places[told], cells, events, rows)
            found.append(_counts_of_pairs(*pairs, slots, index, number))
    return Counts.sum(found), np.flatnonzero(rest)


def _best(lists: Ints, index: ZoneIndex, accuracy: int) -> tuple[Ints, Ints, Relations, Relations]:
    """Return what the entries of lists say, and the best relation of each list in each epoch.

    Of every entry the place of its list, its group of shapes and its relation.
    """
    grid, times = index.grids[accuracy], index.times
    own, entry = grid.entries(lists)
    group, relation = grid.group[entry].astype(np.int64), relations(grid.state[entry], accuracy)
    best = np.zeros((len(lists), times.epochs), np.uint8)
    np.maximum.at(best, own, relation[:, None] * times.in_force[times.segment[group]])
    return own, group, relation, best


def _counts_of_table(table: Ints, slots: _Slots, index: ZoneIndex, accuracy: int) -> Counts:
    """Return counts from a table of how many events are in each list, and in which slot."""
    times, epoch = index.times, slots.epoch
    lists = np.flatnonzero(table.any(axis=1))
    table = table[lists]
    own, group, relation, best = _best(lists, index, accuracy)
    best = best[:, epoch]
    totals = np.stack(
        [np.where(best == one, table, 0).sum(axis=0) for one in range(INSIDE_ALL + 1)]
    )
    of, slot = np.nonzero(totals)
    pair = epoch[slot] * times.epochs + epoch[slot]
    keys, numbers = [_key(TOTAL, pair, slots.period[slot], of)], [totals[of, slot]]
    groups = [slots.group[slot]]
    alike, which = unique_inverse(group << _RELATION_BITS | relation)
    sums = np.zeros((len(alike), len(epoch)), np.int64)
    np.add.at(sums, which, table[own])
    segment = times.segment[alike >> _RELATION_BITS][:, epoch]
    at, slot = np.nonzero((sums > 0) & (segment > 0))
    of = alike[at] & (1 << _RELATION_BITS) - 1
    keys.append(_key(SEGMENT, segment[at, slot], slots.period[slot], of))
    numbers.append(sums[at, slot])
    groups.append(slots.group[slot])
    return Counts.of(np.concatenate(keys), np.concatenate(numbers)[:, None], np.concatenate(groups))


def _counts_of_pairs(
    places: Ints, numbers: Ints, slots: _Slots, index: ZoneIndex, accuracy: int
) -> Counts:
    """Return counts from pairs of list and slot that occur, with their numbers."""
    times, slot = index.times, places % slots.size
    lists, at = unique_inverse((places // slots.size).astype(np.int64))
    own, group, relation, best = _best(lists, index, accuracy)
    epoch, groups = slots.epoch[slot], int(slots.group.max()) + 1
    low = int(slots.period.min())
    wide = int(slots.period.max()) - low + 1
    # In the order of the keys, so that they need not be put in order again.
    pair = np.cumsum(np.diff(slots.epoch * wide + slots.period, prepend=-1) != 0) - 1
    where = (pair[slot] << _RELATION_BITS | best[at, epoch]) * groups + slots.group[slot]
    place, often = _sum_places(where, (int(pair[-1]) + 1 << _RELATION_BITS) * groups, numbers)
    first = np.flatnonzero(np.diff(pair, prepend=-1))[place // groups >> _RELATION_BITS]
    ends = slots.epoch[first] * (times.epochs + 1)
    total = _key(TOTAL, ends, slots.period[first], place // groups & _RELATIONS)
    group_of_total = place % groups
    many = np.bincount(own, minlength=len(lists))
    again, entry = expand_ranges((np.cumsum(many) - many)[at], many[at])
    segment = times.segment[group[entry], epoch[again]]
    held = np.flatnonzero(segment)
    again, entry = again[held], entry[held]
    which: Ints = segment[held] * np.int64(wide) + slots.period[slot[again]] - low
    where = (which << _RELATION_BITS | relation[entry]) * groups + slots.group[slot[again]]
    size = (len(times.series_of) * wide << _RELATION_BITS) * groups
    place, inside = _sum_places(where, size, numbers[again])
    which = place // groups >> _RELATION_BITS
    keys = _key(SEGMENT, which // wide, which % wide + low, place // groups & _RELATIONS)
    return Counts(
        np.concatenate([keys, total]),
        np.concatenate([inside, often]),
        np.concatenate([place % groups, group_of_total]),
    )


def count_one_by_one(events: Events, index: ZoneIndex, tabulation: Tabulation) -> Counts:
    """Count events each on its own: exact whatever their places and days."""
    if not len(events.day):
        return Counts.none(len(tabulation.measures))
    point, shape, relation = in_groups(events, index)
    slots = _Slots.of(events, index, tabulation)
    best = np.zeros(len(events.day), np.uint8)
    if events.of_one_day:
        found = _count_in_one_epoch(events, (point, shape, relation), slots, index, best)
        return found + _totals(events, slots, None, index, best)
    first, last = index.times.epoch_of(events.first), index.times.epoch_of(events.last)
    across = (first != last)[point]
    near = tuple(part[~across] for part in (point, shape, relation))
    found = _count_in_one_epoch(events, near, slots, index, best)
    wide = (point[across], shape[across], relation[across])
    event, series, relation = over_epochs(events, wide, first, last, index)
    _raise_to(best, event[in_force(index)[series]], relation[in_force(index)[series]])
    # Where a series lacks a shape on one of its days, nothing is known of the event as a whole.
    keep = ~index.times.lacks(series, first[event], last[event])
    event, series, relation = event[keep], series[keep], relation[keep]
    slot = slots.of_events(event)
    keys = _key(SERIES, series, slots.period[slot], relation)
    found += Counts.of(keys, _numbers_of(events, event), slots.group[slot])
    return found + _totals(events, slots, last, index, best)


def _count_in_one_epoch(
    events: Events, hits: Any, slots: _Slots, index: ZoneIndex, best: Relations
) -> Counts:
    """Count hits of events whose days all lie in one epoch; note in ``best`` the best kind."""
    point, shape, relation = hits
    slot = slots.of_events(point)
    segment = index.times.segment[shape, slots.epoch[slot]].astype(np.int64)
    held = index.times.in_force[segment]
    _raise_to(best, point[held], relation[held])
    keep = np.flatnonzero(segment)
    place = segment[keep] * slots.size + slot[keep] << _RELATION_BITS | relation[keep]
    size = len(index.times.series_of) * slots.size << _RELATION_BITS
    places, numbers = _tally(place, size, events, point[keep])
    spot, of = places >> _RELATION_BITS, places & (1 << _RELATION_BITS) - 1
    slot = spot % slots.size
    keys = _key(SEGMENT, spot // slots.size, slots.period[slot], of)
    return Counts.of(keys, numbers, slots.group[slot])


def _totals(
    events: Events, slots: _Slots, last: Ints | None, index: ZoneIndex, best: Relations
) -> Counts:
    """Count every event once, by its best relation to any zone in force, and its epochs.

    ``last`` is the epoch of each event's last day, None where it is that of the first.
    """
    every = np.arange(len(events.day))
    place = slots.of_events(every).astype(np.int64)
    if last is not None:
        place = place * index.times.epochs + last
    place = place << _RELATION_BITS | best
    wide = 1 if last is None else index.times.epochs
    places, numbers = _tally(place, slots.size * wide << _RELATION_BITS, events, every)
    spot, of = places >> _RELATION_BITS, places & (1 << _RELATION_BITS) - 1
    slot = spot // wide
    end = slots.epoch[slot] if last is None else spot % wide
    keys = _key(TOTAL, slots.epoch[slot] * index.times.epochs + end, slots.period[slot], of)
    return Counts.of(keys, numbers, slots.group[slot])


def _raise_to(best: Relations, event: Ints, relation: Relations) -> None:
    """Raise the best kind of events to those given; an event may come more than once."""
    for one in (TOO_IMPRECISE, INSIDE_SOME, INSIDE_ALL):
        best[event[relation == one]] = one


def _epochs(column: NDArray[np.int32], index: ZoneIndex) -> Ints:
    days, low = _days(column)
    return index.times.epoch_of(days)[column - low]


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


def _tally(place: Ints, size: int, events: Events, rows: Ints) -> tuple[Ints, Ints]:
    """Return the different places, and how many events are in each with what they add."""
    if events.numbers is None:
        different, often = _value_counts(place, size)
        return different, often[:, None]
    different, which = np.unique(place, return_inverse=True)
    numbers = np.zeros((1 + len(events.numbers), len(different)), np.int64)
    numbers[0] = np.bincount(which, minlength=len(different))
    for total, own in zip(numbers[1:], events.numbers, strict=True):
        np.add.at(total, which, own[rows])
    return different, numbers.T


def _sum_places(place: Ints, size: int, numbers: Ints) -> tuple[Ints, Ints]:
    """Return the different places in order, and the sums of the rows of numbers of each."""
    if numbers.shape[1] > 1 or size > max(_TABLE, 16 * len(place)):
        return sum_by_key(place, numbers)
    table = np.bincount(place, numbers[:, 0], minlength=1)  # numbers of rows: exact as floats
    places = np.flatnonzero(table)
    return places, table[places].astype(np.int64)[:, None]


def _numbers_of(events: Events, rows: Ints) -> Ints:
    """Return the numbers of some events, a row each."""
    ones = np.ones((len(rows), 1), np.int64)
    return ones if events.numbers is None else np.hstack([ones, events.numbers[:, rows].T])


def _value_counts(place: Ints, size: int) -> tuple[Ints, Ints]:
    """Return the different places and how often each comes."""
    if size > max(_TABLE, 16 * len(place)):
        return np.unique(place, return_counts=True)
    table = np.bincount(place, minlength=1)
    keys = np.flatnonzero(table)
    return keys, table[keys]


def _key(what: int, which: Any, period: Any, relation: Any) -> NDArray[np.int64]:
    key = np.asarray(which, np.int64) | np.int64(what) << _ID_BITS
    key = key << _BIN_BITS | np.asarray(period, np.int64)
    return key << _RELATION_BITS | np.asarray(relation, np.int64)
