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

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layers.monitor.grid import CACHE_BLOCK, Ints, unique_inverse
from layers.monitor.hits import (
    INSIDE_ALL,
    INSIDE_SOME,
    TOO_IMPRECISE,
    UNKNOWN,
    UNKNOWN_PRECISION,
    Events,
    Relations,
    in_force,
    in_groups,
    over_epochs,
    relations,
)
from layers.monitor.index import ZoneIndex
from layers.monitor.periods import EPOCH

if TYPE_CHECKING:
    import pyarrow as pa

BY = ("day", "month", "quarter", "year")
# A key: two bits of what it is, 32 of which one, 24 of the period, 3 of the kind.
SEGMENT, SERIES, TOTAL = range(3)
_RELATION_BITS, _BIN_BITS, _ID_BITS = 3, 24, 32
# Beyond so many possible keys they are sorted rather than counted in a table.
_TABLE = 1 << 22
# A table of lists of groups may be so large for few events; for many, twice as large as they are.
_SMALL = 1 << 14
# Events counted one by one at a time: each may be in many groups.
_PART = 1 << 17


@dataclass(frozen=True, slots=True)
class Counts:
    """How many events fell where: sorted keys and a number each."""

    keys: NDArray[np.int64]
    numbers: NDArray[np.int64]

    @classmethod
    def none(cls) -> Counts:
        """Return the counts of no events."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64))

    @classmethod
    def of(cls, keys: NDArray[np.int64], numbers: Ints) -> Counts:
        """Return counts from keys that may repeat."""
        unique, place = np.unique(keys, return_inverse=True)
        summed = np.zeros(len(unique), np.int64)
        np.add.at(summed, place, numbers)
        return cls(unique, summed)

    def __add__(self, other: Counts) -> Counts:
        keys = np.concatenate([self.keys, other.keys])
        return Counts.of(keys, np.concatenate([self.numbers, other.numbers]))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Counts)
            and np.array_equal(self.keys, other.keys)
            and np.array_equal(self.numbers, other.numbers)
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def events(self) -> int:
        """Return how many events were counted, those beyond the record among them."""
        return int(self.decoded(TOTAL)[3].sum())

    def decoded(self, what: int) -> tuple[Ints, Ints, Ints, Ints]:
        """Return which, period, kind and number of the keys of one sort."""
        mine = self.keys >> (_ID_BITS + _BIN_BITS + _RELATION_BITS) == what
        keys, numbers = self.keys[mine], self.numbers[mine]
        which = keys >> (_BIN_BITS + _RELATION_BITS) & (1 << _ID_BITS) - 1
        period = keys >> _RELATION_BITS & (1 << _BIN_BITS) - 1
        return which, period, keys & (1 << _RELATION_BITS) - 1, numbers


def count(batch: pa.RecordBatch | pa.Table, index: ZoneIndex, *, by: str = "month") -> Counts:
    """Return how the events of a batch fall on the zones of an index.

    Each event is counted once a series. One that may have happened beyond a zone or on days
    when the series did not hold is too imprecise for it (`TOO_IMPRECISE`). One without a place,
    or of unknown precision, is in the totals alone.
    """
    events = Events.of(batch)
    if not len(events.day):
        return Counts.none()
    if events.accuracy is None or not len(untold := np.flatnonzero(events.accuracy >= UNKNOWN)):
        return _count_told(events, index, by)
    told = np.flatnonzero(events.accuracy < UNKNOWN)
    relation = events.accuracy[untold] - np.uint8(UNKNOWN - UNKNOWN_PRECISION)
    rest = events.take(untold)
    first, last = index.times.epoch_of(rest.first), index.times.epoch_of(rest.last)
    found = _totals(rest, first, last, index, by, relation)
    return found + _count_told(events.take(told), index, by)


def _count_told(events: Events, index: ZoneIndex, by: str) -> Counts:
    if not len(events.day):
        return Counts.none()
    found, rest = count_by_cell(events, index, by)
    rest = np.arange(len(events.day)) if rest is None else rest
    for start in range(0, len(rest), _PART):
        found += count_one_by_one(events.take(rest[start : start + _PART]), index, by)
    return found


def count_by_cell(events: Events, index: ZoneIndex, by: str) -> tuple[Counts, Ints | None]:
    """Count the events of which cell and day alone tell all, and return which those are not.

    They are counted in a table of lists of groups against pairs of epoch and period, and what a
    list means is looked up once for all events in it. None, for all, where the table would be
    large for the events that there are.
    """
    slots, epoch, period, within = _slots(events, index, by)
    size = len(events.day)
    if max(grid.untested_lists for grid in index.grids) * len(epoch) > max(_SMALL, 2 * size):
        return Counts.none(), None
    found, rest = Counts.none(), np.ones(size, bool)
    for number, grid in enumerate(index.grids[:1] if events.accuracy is None else index.grids):
        own = None if events.accuracy is None else np.flatnonzero(events.accuracy == number)
        table = np.zeros((grid.untested_lists + 1) * len(epoch), np.int64)
        for start in range(0, size if own is None else len(own), CACHE_BLOCK):
            # Looked up and counted while it is in the processor's cache.
            part: Any = slice(start, start + CACHE_BLOCK)
            part = part if own is None else own[part]
            lists = np.minimum(
                grid.cell_lists(events.lon[part], events.lat[part]), grid.untested_lists
            )
            if within is not None:
                lists[~within[part]] = grid.untested_lists
            rest[part] = lists == grid.untested_lists
            place = lists.astype(np.int64)
            place *= len(epoch)
            place += slots(part)
            table += np.bincount(place, minlength=len(table))
        table = table.reshape(grid.untested_lists + 1, len(epoch))[:-1]
        if table.any():
            found += _counts_of_table(table, epoch, period, index, number)
    return found, np.flatnonzero(rest)


def _counts_of_table(
    table: Ints, epoch: Ints, period: Ints, index: ZoneIndex, accuracy: int
) -> Counts:
    """Return counts from a table of how many events are in each list, and when.

    Its columns are pairs of epoch and period.
    """
    grid, times = index.grids[accuracy], index.times
    lists = np.flatnonzero(table.any(axis=1))
    table = table[lists]
    own, entry = grid.entries(lists)
    group, relation = grid.group[entry].astype(np.int64), relations(grid.state[entry], accuracy)
    best = np.zeros((len(lists), times.epochs), np.uint8)
    np.maximum.at(best, own, relation[:, None] * times.in_force[times.segment[group]])
    best = best[:, epoch]
    totals = np.stack(
        [np.where(best == one, table, 0).sum(axis=0) for one in range(INSIDE_ALL + 1)]
    )
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
    return Counts.of(np.concatenate(keys), np.concatenate(numbers))


def count_one_by_one(events: Events, index: ZoneIndex, by: str) -> Counts:
    """Count events each on its own: exact whatever their places and days."""
    if not len(events.day):
        return Counts.none()
    point, group, relation = in_groups(events, index)
    best = np.zeros(len(events.day), np.uint8)
    if events.of_one_day:
        found = _count_in_one_epoch(events, point, group, relation, index, by, best)
        return found + _totals_of_days(events, index, by, best)
    first, last = index.times.epoch_of(events.first), index.times.epoch_of(events.last)
    across = (first != last)[point]
    at = ~across
    found = _count_in_one_epoch(events, point[at], group[at], relation[at], index, by, best)
    wide = (point[across], group[across], relation[across])
    event, series, relation = over_epochs(events, wide, first, last, index)
    _raise_to(best, event[in_force(index)[series]], relation[in_force(index)[series]])
    # Where a series lacks a shape on one of its days, nothing is known of the event as a whole.
    keep = ~index.times.lacks(series, first[event], last[event])
    event, series, relation = event[keep], series[keep], relation[keep]
    keys = _key(SERIES, series, period_of(events.day[event], by), relation)
    found += Counts.of(keys, np.ones(len(keys), np.int64))
    return found + _totals(events, first, last, index, by, best)


def _count_in_one_epoch(
    events: Events,
    point: Ints,
    group: Ints,
    relation: Relations,
    index: ZoneIndex,
    by: str,
    best: Relations,
) -> Counts:
    """Count hits of events whose days all lie in one epoch; note in ``best`` the best kind."""
    times = index.times
    if not len(point):
        return Counts.none()
    if events.first is events.day:
        days, low = _days(events.day)
        joint, epoch, period = _number_pairs(times.epoch_of(days), period_of(days, by))
        joint = joint[events.day[point] - low]
    else:  # the day it is counted under may lie elsewhere than the days it happened on
        own = times.epoch_of(events.first[point])
        joint, epoch, period = _number_pairs(own, period_of(events.day[point], by))
    place = group.astype(np.int64)
    place *= len(epoch)
    place += joint
    segment = times.segment[:, epoch]
    held = times.in_force[segment].ravel()[place]
    _raise_to(best, point[held], relation[held])
    place <<= _RELATION_BITS
    place |= relation
    keys, numbers = _value_counts(place, segment.size << _RELATION_BITS)
    spot = keys >> _RELATION_BITS
    which = segment.ravel()[spot].astype(np.int64)
    keep = which > 0
    keys = _key(SEGMENT, which, period[spot % len(epoch)], keys & (1 << _RELATION_BITS) - 1)
    return Counts.of(keys[keep], numbers[keep])


def _totals_of_days(events: Events, index: ZoneIndex, by: str, best: Relations) -> Counts:
    """Count every event of one day once, by its best relation to any zone in force."""
    days, low = _days(events.day)
    joint, epoch, period = _number_pairs(index.times.epoch_of(days), period_of(days, by))
    place = joint[events.day - low]
    place <<= _RELATION_BITS
    place |= best
    keys, numbers = _value_counts(place, len(epoch) << _RELATION_BITS)
    spot, relation = keys >> _RELATION_BITS, keys & (1 << _RELATION_BITS) - 1
    pair = epoch[spot] * index.times.epochs + epoch[spot]
    return Counts.of(_key(TOTAL, pair, period[spot], relation), numbers)


def _totals(
    events: Events, first: Ints, last: Ints, index: ZoneIndex, by: str, best: Relations
) -> Counts:
    """Count every event once, by its best relation to any zone in force, and its epochs."""
    pair = first * index.times.epochs + last
    keys = _key(TOTAL, pair, period_of(events.day, by), best)
    return Counts(*np.unique(keys, return_counts=True))


def period_of(days: NDArray[np.integer], by: str) -> NDArray[np.int64]:
    """Return the number of the day, month, quarter or year that holds each day."""
    if by == "day":
        return days.astype(np.int64) + EPOCH
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return months // {"month": 1, "quarter": 3, "year": 12}[by]


def period_text(number: int, by: str) -> str:
    """Return a period as text: 2020-03-05, 2020-03, 2020-Q1 or 2020."""
    if by == "day":
        return str(np.datetime64(number - EPOCH, "D"))
    if by == "month":
        return f"{number // 12:04d}-{number % 12 + 1:02d}"
    if by == "quarter":
        return f"{number // 4:04d}-Q{number % 4 + 1}"
    return f"{number:04d}"


def _raise_to(best: Relations, event: Ints, relation: Relations) -> None:
    """Raise the best kind of events to those given; an event may come more than once."""
    for one in (TOO_IMPRECISE, INSIDE_SOME, INSIDE_ALL):
        best[event[relation == one]] = one


def _slots(
    events: Events, index: ZoneIndex, by: str
) -> tuple[Callable[[Any], Ints], Ints, Ints, NDArray[np.bool_] | None]:
    """Number the pairs of epoch and period.

    Return what gives the numbers of some events, epoch and period of each pair, and which
    events happened within one epoch (None: all).
    """
    if events.of_one_day:
        days, low = _days(events.day)
        joint, epoch, period = _number_pairs(index.times.epoch_of(days), period_of(days, by))
        return lambda part: joint.take(events.day[part] - low), epoch, period, None
    first, last = (_epochs(days, index) for days in (events.first, events.last))
    slot, epoch, period = _number_pairs(first, period_of(events.day, by))
    return lambda part: slot[part], epoch, period, first == last


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


def _value_counts(place: Ints, size: int) -> tuple[Ints, Ints]:
    """Return the different places and how often each comes."""
    if size > max(_TABLE, 2 * len(place)):
        return np.unique(place, return_counts=True)
    table = np.bincount(place, minlength=1)
    keys = np.flatnonzero(table)
    return keys, table[keys]


def _key(what: int, which: Any, period: Any, relation: Any) -> NDArray[np.int64]:
    key = np.asarray(which, np.int64) | np.int64(what) << _ID_BITS
    key = key << _BIN_BITS | np.asarray(period, np.int64)
    return key << _RELATION_BITS | np.asarray(relation, np.int64)
