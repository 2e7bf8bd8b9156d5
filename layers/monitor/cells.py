"""From counts to the cells of a table: the series, the period and the group of each row.

Behind the series of the zones come three that are of no zone: the union of the zones on the
days on which one of them is in force, all zones in force on any day of the record, and the days
beyond the record, on which nothing is classed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.monitor.count import SEGMENT, SERIES, TOTAL, Counts, decode
from layers.monitor.grid import Ints, expand_ranges, sorted_unique, sum_by_key, unique_inverse
from layers.monitor.hits import (
    NOT_PLACEABLE,
    OUTSIDE,
    UNKNOWN_PRECISION,
    expand_lists,
    in_force,
)
from layers.monitor.index import ZoneIndex

NO_SHAPE = NOT_PLACEABLE + 1
"""What an event is to a zone that has no outline on one of its days."""
OUTCOMES = NO_SHAPE + 1
UNION, ALL_ZONES, BEYOND = range(3)
"""The series of no zone, counted from the last of the zones."""
_OF_NO_ZONE = 3
Where = tuple[Ints, Ints, Ints]
"""Series, period and group of rows."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows in order of series, period and group.

    ``numbers[outcome][row, measure]`` are the events by what they are to the series, of each
    outcome but outside that occurs; ``events[row, measure]`` are all of the row's period and group
    on days when it held.
    """

    series: Ints
    period: Ints
    group: Ints
    numbers: Mapping[int, Ints]
    events: Ints

    def of(self, outcomes: Sequence[int], measure: int = 0) -> Ints:
        """Return for each row how many events have one of some outcomes."""
        found = [self.numbers[one][:, measure] for one in outcomes if one in self.numbers]
        return functools.reduce(np.add, found or [np.zeros(len(self.series), np.int64)])

    def outside(self, measure: int = 0) -> Ints:
        """Return for each row how many events are certainly outside."""
        return self.events[:, measure] - self.of(range(OUTSIDE + 1, OUTCOMES), measure)


@dataclass(frozen=True, slots=True)
class _Totals:
    """Every event once: in which pair of epochs, in which column (period and group), how often."""

    pair: Ints
    column: Ints
    relation: Ints
    at: Ints
    """Where among the counts."""
    numbers: Ints
    on: NDArray[np.bool_]
    """Which series hold on a day of each pair: [pair, series]."""
    lacking: NDArray[np.bool_]
    """Which of them have no shape on one of its days."""


def cells(
    counts: Counts,
    index: ZoneIndex,
    *,
    every: bool = True,
    union: bool = False,
    also: Where | None = None,
) -> Cells:
    """Return the cells of counts.

    With ``every`` there is a row for each series and each period on which it held and events
    were read; else for those alone in which something is not outside, and for ``also``: series,
    period and group of rows to have whatever is in them. Of all zones together and of the days
    beyond the record there are always all rows.
    """
    periods, period = unique_inverse(counts.periods)
    groups = max(1, len(counts.labels))
    wide = max(1, len(periods) * groups)
    columns = period * np.int64(groups) + counts.group
    totals = _totals(counts, index, columns, union=union)
    key, at, sign = _outcomes(counts, totals, index, columns, wide)
    key, numbers = sum_by_key(key, counts.numbers[at] * sign[:, None])
    kept = numbers.any(axis=1)
    key, numbers = key[kept], numbers[kept]
    wanted = [key // OUTCOMES, *_rows_of_no_zone(totals, index, wide)]
    if every:
        _, series, column = _expanded(totals, totals.on)
        wanted.append(series * wide + column)
    if also is not None:
        series, of_period, group = also
        known = np.isin(of_period, periods)
        column = np.searchsorted(periods, of_period) * groups + group
        wanted.append((series * wide + column)[known])
    rows = sorted_unique(np.concatenate(wanted))
    events = _events(rows, totals, wide)
    row, outcome = np.searchsorted(rows, key // OUTCOMES), key % OUTCOMES
    found = {one: np.zeros_like(events) for one in np.unique(outcome).tolist()}
    for one, own in found.items():
        own[row[outcome == one]] = numbers[outcome == one]
    column = rows % wide
    return Cells(rows // wide, periods[column // groups], column % groups, found, events)


def _totals(counts: Counts, index: ZoneIndex, columns: Ints, *, union: bool) -> _Totals:
    """Return every event once, with what holds on its days."""
    which, relation, at = decode(counts.keys, TOTAL)
    pairs, pair = np.unique(which, return_inverse=True)
    epochs, zones = index.times.epochs, len(index.series)
    on = np.zeros((len(pairs), zones + _OF_NO_ZONE), bool)
    lacking = np.zeros_like(on)
    for number, ends in enumerate(pairs.tolist()):
        first, last = divmod(ends, epochs)
        if first == last and first in (0, epochs - 1):
            on[number, zones + BEYOND] = True
            continue
        held, force = _series_on(first, last, index), in_force(index)
        lacks = np.any(index.times.lacking[:, first : last + 1], axis=1)
        on[number, :zones], lacking[number, :zones] = held, held & lacks
        on[number, zones + ALL_ZONES] = True
        on[number, zones + UNION] = union and (held & force).any()
        lacking[number, zones:] = on[number, zones:] & (lacks & force).any()
    return _Totals(pair, columns[at], relation, at, counts.numbers[at], on, lacking)


def _series_on(first: int, last: int, index: ZoneIndex) -> NDArray[np.bool_]:
    """Tell which series hold in some epochs, those out of force if none of their zone is in it."""
    held: NDArray[np.bool_] = np.any(index.times.holds[:, first : last + 1], axis=1)
    if first != last:
        zones = np.array([one.zone for one in index.series])
        touching = np.isin(zones, zones[held & in_force(index)])
        held &= ~(index.out_of_force() & touching)
    return held


def _outcomes(
    counts: Counts, totals: _Totals, index: ZoneIndex, columns: Ints, wide: int
) -> tuple[Ints, Ints, Ints]:
    """Return keys of row and outcome, the place of a count for each, and 1 to add it or -1."""
    parts: list[tuple[Ints, Ints, Ints]] = []

    def add(series: Ints | int, outcome: Ints | int, at: Ints, sign: int = 1) -> None:
        key = (np.int64(wide) * series + columns[at]) * OUTCOMES + outcome
        parts.append((key, at, np.full(len(at), sign)))

    segment, relation, at = decode(counts.keys, SEGMENT)
    again, series = expand_lists(segment, index.times.series_of)
    add(series, relation[again], at[again])
    again, series = expand_lists(segment, index.times.partly)
    add(series, NO_SHAPE, at[again], -1)
    add(*decode(counts.keys, SERIES))

    zones = len(index.series)
    of_zones = np.arange(zones + _OF_NO_ZONE) < zones
    # A zone without a shape has the outcome of that for every event, other zones that of an
    # unknown place for the events that have one.
    again, series, _ = _expanded(totals, totals.lacking & of_zones)
    add(series, NO_SHAPE, totals.at[again])
    unknown = totals.relation >= UNKNOWN_PRECISION
    again, series, _ = _expanded(totals, totals.on & ~totals.lacking & of_zones, unknown)
    add(series, totals.relation[again], totals.at[again])
    for series_ in (zones + UNION, zones + ALL_ZONES):
        mine = np.flatnonzero(totals.on[totals.pair, series_])
        lacks = totals.lacking[totals.pair[mine], series_]
        outcome = totals.relation[mine].copy()
        outcome[(outcome == OUTSIDE) & lacks] = NO_SHAPE
        told = outcome != OUTSIDE
        add(series_, outcome[told], totals.at[mine[told]])
    key, at, sign = (np.concatenate(part) for part in zip(*parts, strict=True))
    return key, at, sign


def _rows_of_no_zone(totals: _Totals, index: ZoneIndex, wide: int) -> list[Ints]:
    """Return the rows of all zones together and of the days beyond the record."""
    zones = len(index.series)
    return [
        sorted_unique(totals.column[totals.on[totals.pair, series]]) + series * wide
        for series in (zones + ALL_ZONES, zones + BEYOND)
    ]


def _events(rows: Ints, totals: _Totals, wide: int) -> Ints:
    """Return for each row all events of its column on days when its series held."""
    size = len(totals.on) + 1
    alike, numbers = sum_by_key(totals.column * size + totals.pair, totals.numbers)
    before = np.zeros((len(alike) + 1, numbers.shape[1]), totals.numbers.dtype)
    before[1:] = np.cumsum(numbers, axis=0)
    # A series holds in a few stretches of pairs: the events before the end of each are added,
    # those before its beginning taken off.
    none = np.zeros((1, totals.on.shape[1]), np.int8)
    turns = np.diff(totals.on.astype(np.int8), axis=0, prepend=none, append=none)
    events = np.zeros((len(rows), numbers.shape[1]), before.dtype)
    begins = np.searchsorted(rows, np.arange(turns.shape[1] + 1) * wide)
    for series in np.flatnonzero(np.diff(begins)).tolist():
        part = slice(begins[series], begins[series + 1])
        column = (rows[part] - series * wide) * size
        for pair in np.flatnonzero(turns[:, series]).tolist():
            events[part] -= turns[pair, series] * before[np.searchsorted(alike, column + pair)]
    return events


def _expanded(
    totals: _Totals, which: NDArray[np.bool_], only: NDArray[np.bool_] | None = None
) -> tuple[Ints, Ints, Ints]:
    """Return totals, series and columns: each total with every series ``which`` has of its pair."""
    total = np.arange(len(totals.pair)) if only is None else np.flatnonzero(only)
    _, series = np.nonzero(which)
    many = which.sum(axis=1)
    start = np.cumsum(many) - many
    pair = totals.pair[total]
    again, at = expand_ranges(start[pair], many[pair])
    return total[again], series[at], totals.column[total[again]]


def days_in_force(
    series: Ints, period: Ints, index: ZoneIndex, span: Callable[[int], tuple[int, int]]
) -> Ints:
    """Return for each row, by its series and period, the days on which the series held in it.

    ``span`` gives the first day of a period and the day after its last.
    """
    # The groups of a series and period follow each other: they are told once for all.
    turn = (np.diff(series, prepend=-1) != 0) | (np.diff(period, prepend=-1) != 0)
    begins = np.flatnonzero(turn)
    many = np.diff(begins, append=len(series))
    series = series[begins]
    periods, which = np.unique(period[begins], return_inverse=True)
    spans = np.array([span(one) for one in periods.tolist()], np.int64).reshape(-1, 2)
    first, after = spans[which].T
    holds, zones, starts = index.times.holds, len(index.series), index.times.starts
    record = np.ones((1, holds.shape[1]), bool)
    record[0, [0, -1]] = False
    any_zone = holds[in_force(index)].any(axis=0, keepdims=True)
    held = np.vstack([holds, any_zone, record, record])  # in the order of the series of no zone
    length = np.concatenate([[0], np.diff(starts), [0]])
    before = np.zeros((len(held), held.shape[1] + 1), np.int64)
    np.cumsum(held * length, axis=1, out=before[:, 1:])

    def until(day: Ints) -> Ints:
        """Return the days before one on which each row's series held."""
        day = np.clip(day, starts[0], starts[-1])
        epoch = np.searchsorted(starts, day, side="right")
        part: Ints = (day - starts[epoch - 1]) * held[series, epoch]
        return before[series, epoch] + part

    days = until(after) - until(first)
    beyond = series == zones + BEYOND
    days[beyond] = (after - first)[beyond] - days[beyond]
    return np.repeat(days, many)
