"""The rows of a table of counts, and its number columns: counts, running totals, sums, places.

Every number column is made of cells: the plain ones of the events (or of the weight), those of a
sum of its measure. Running totals add the cells of all periods up to the row's; distinct values
are cells that are not empty, counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.monitor.cells import NO_SHAPE, OUTCOMES, Cells, Where, cells
from layers.monitor.count import Counts
from layers.monitor.grid import Ints, expand_ranges
from layers.monitor.hits import (
    INSIDE_ALL,
    INSIDE_SOME,
    NOT_PLACEABLE,
    OUTSIDE,
    TOO_IMPRECISE,
    UNKNOWN_PRECISION,
)
from layers.monitor.index import ZoneIndex
from layers.monitor.measures import NONE, SCALE
from layers.monitor.tabulation import Tabulation

Numbers = NDArray[np.integer] | NDArray[np.floating]
Columns = dict[str, Numbers]
UNTOLD = ("too_imprecise", "unknown_precision", "not_placeable", "no_shape")
"""What is neither inside nor outside, and why."""
_UNTOLD = (TOO_IMPRECISE, UNKNOWN_PRECISION, NOT_PLACEABLE, NO_SHAPE)


def placed_columns(index: ZoneIndex) -> tuple[str, ...]:
    """Return the outcomes of which running totals and other measures are given."""
    inside = ("inside_all", "inside_some") if index.reading is None else ("inside",)
    return (*inside, *UNTOLD)


def number_columns(index: ZoneIndex) -> tuple[str, ...]:
    """Return the names of the columns that add up: they depend on the reading."""
    return (*placed_columns(index), "outside", "events")


@dataclass(frozen=True, slots=True)
class TableRows:
    """Rows, the labels that ``cells.group`` counts, and number columns by name.

    The first of the labels is that of all groups together: empty texts.
    """

    cells: Cells
    labels: tuple[tuple[str, ...], ...]
    columns: Columns


def table_rows(counts: Counts, index: ZoneIndex, tabulation: Tabulation) -> TableRows:
    """Return the rows of counts: in each period of a zone all groups together, then each group."""
    groups = len(tabulation.groups)
    own = counts.regrouped(lambda label: label[:groups])
    labels: tuple[tuple[str, ...], ...] = (("",) * groups, *(own.labels if groups else ()))
    parts = [counts.regrouped(lambda _: labels[0]), *([own] if groups else ())]
    rows = _joined(parts[0], None, index, tabulation)
    if groups:
        rows = _stacked(rows, _joined(own, rows, index, tabulation))
    columns = outcome_columns(rows, index, tabulation.main)
    at = {label: place for place, label in enumerate(labels)}
    where = (rows.series, rows.period, rows.group)
    if tabulation.since is not None:
        for part in parts:
            found = _running(_since(part), where, at, part.labels, index, tabulation)
            for name, numbers in found.items():
                key = f"since_{name}"
                columns[key] = columns[key] + numbers if key in columns else numbers
    first = 1 if tabulation.weight is None else 2
    for measure, name in enumerate(tabulation.sums, first):
        for outcome, numbers in outcome_columns(rows, index, measure).items():
            columns[f"sum_{name}_{outcome}"] = numbers
    for place, name in enumerate(tabulation.distinct, groups):
        for outcome, numbers in _distinct(counts, place, where, at, index, tabulation).items():
            columns[f"distinct_{name}_{outcome}"] = numbers
    return TableRows(rows, labels, columns)


def _joined(counts: Counts, whole: Cells | None, index: ZoneIndex, tabulation: Tabulation) -> Cells:
    """Return the cells of periods; of groups also those in which only a running total is left."""
    now = counts if tabulation.since is None else counts.in_periods(lambda number: number // 2)
    also = None
    if whole is not None and tabulation.since is not None:
        also = _carried(_cells_since(counts, index, tabulation), whole)
    return cells(now, index, every=whole is None, union=tabulation.union, also=also)


def _since(counts: Counts) -> Counts:
    """Return the counts of the days from which totals run."""
    return counts.in_periods(lambda number: np.where(number % 2 == 1, number // 2, -1))


def _cells_since(counts: Counts, index: ZoneIndex, tabulation: Tabulation) -> Cells:
    return cells(_since(counts), index, every=False, union=tabulation.union)


def _carried(since: Cells, whole: Cells) -> Where:
    """Return the rows of all periods in which a series still has what a group had before."""
    pairs, first = _firsts(since)
    series, group = pairs
    begin = np.searchsorted(whole.series, series, side="left")
    end = np.searchsorted(whole.series, series, side="right")
    own, at = expand_ranges(begin, end - begin)
    keep = whole.period[at] >= first[own]
    own, at = own[keep], at[keep]
    return series[own], whole.period[at], group[own]


def _firsts(found: Cells) -> tuple[tuple[Ints, Ints], Ints]:
    """Return the pairs of series and group that have events inside, and their first period."""
    held = np.flatnonzero(found.of(range(OUTSIDE + 1, OUTCOMES)))
    series, period, group = found.series[held], found.period[held], found.group[held]
    order = np.lexsort((period, group, series))
    series, period, group = series[order], period[order], group[order]
    fresh = np.ones(len(series), bool)
    fresh[1:] = (series[1:] != series[:-1]) | (group[1:] != group[:-1])
    return (series[fresh], group[fresh]), period[fresh]


def _stacked(whole: Cells, groups: Cells) -> Cells:
    """Return the rows of both in order, all groups together before each."""
    series, period, group, events = (
        np.concatenate(both)
        for both in (
            (whole.series, groups.series),
            (whole.period, groups.period),
            (whole.group, groups.group + 1),
            (whole.events, groups.events),
        )
    )
    late, wide = (int(one.max(initial=0)) + 1 for one in (period, group))
    order = np.argsort((series * late + period) * wide + group)
    numbers = {
        one: np.concatenate([
            own.numbers.get(one, np.zeros_like(own.events)) for own in (whole, groups)
        ])[order]
        for one in {**whole.numbers, **groups.numbers}
    }  # fmt: skip
    return Cells(series[order], period[order], group[order], numbers, events[order])


def outcome_columns(found: Cells, index: ZoneIndex, measure: int = 0) -> Columns:
    """Return the columns that add up, of one measure."""
    columns: Columns = {name: found.of(outcomes, measure)
               for name, outcomes in _outcomes(index).items()}  # fmt: skip
    columns["outside"] = found.outside(measure)
    columns["events"] = found.events[:, measure]
    if measure:
        whole = not any((numbers % SCALE).any() for numbers in columns.values())
        return {name: numbers // SCALE if whole else numbers / SCALE
                for name, numbers in columns.items()}  # fmt: skip
    return columns


def _outcomes(index: ZoneIndex) -> dict[str, list[int]]:
    """Return the outcomes that each of the placed columns is the sum of."""
    inside = [[INSIDE_ALL], [INSIDE_SOME]]
    if index.reading is not None:
        inside = [[INSIDE_ALL, INSIDE_SOME]]
    return dict(zip(placed_columns(index), [*inside, *([one] for one in _UNTOLD)], strict=True))


def _running(
    since: Counts,
    where: Where,
    at: dict[tuple[str, ...], int],
    labels: tuple[tuple[str, ...], ...],
    index: ZoneIndex,
    tabulation: Tabulation,
) -> Columns:
    """Return running totals for each row, 0 where ``labels`` are not those of the row."""
    found = cells(since, index, every=False, union=tabulation.union)
    columns = outcome_columns(found, index, tabulation.main)
    placed = placed_columns(index)
    return {
        name: _up_to(found, numbers, where, _places(at, labels))
        for name, numbers in columns.items()
        if name in placed
    }


def _up_to(found: Cells, numbers: Numbers, where: Where, place: Ints) -> Numbers:
    """Return for each row what its series and group have in the periods up to its own."""
    series, period, group = where
    if not len(found.series):
        return np.zeros(len(series), np.int64)
    own_group = place[found.group]
    order = np.lexsort((found.period, own_group, found.series))
    wide = int(max(group.max(initial=0), own_group.max())) + 1
    late = int(max(period.max(initial=0), found.period.max())) + 1

    def key(of_series: Ints, of_group: Ints, of_period: Ints) -> Ints:
        keyed: Ints = (of_series * wide + of_group) * late + of_period
        return keyed

    keys = key(found.series, own_group, found.period)[order]
    running: Any = np.zeros(len(numbers) + 1, numbers.dtype)
    np.cumsum(numbers[order], out=running[1:])
    until = np.searchsorted(keys, key(series, group, period), side="right")
    before = np.searchsorted(keys, key(series, group, np.zeros_like(period)), side="left")
    total: Numbers = running[until] - running[before]
    return total


def _places(at: dict[tuple[str, ...], int], labels: tuple[tuple[str, ...], ...]) -> Ints:
    return np.array([at[label] for label in labels], np.int64)


def _distinct(
    counts: Counts,
    place: int,
    where: Where,
    at: dict[tuple[str, ...], int],
    index: ZoneIndex,
    tabulation: Tabulation,
) -> dict[str, Ints]:
    """Return how many different values of a column the events of each row have, by outcome."""
    groups = len(tabulation.groups)
    columns: dict[str, Ints] = {
        name: np.zeros(len(where[0]), np.int64) for name in placed_columns(index)
    }
    views = [lambda label: (*("",) * groups, label[place])]
    if groups:
        views.append(lambda label: (*label[:groups], label[place]))
    for view in views:
        own = counts.regrouped(view)
        if tabulation.since is not None:
            own = own.in_periods(lambda number: number // 2)
        found = cells(own, index, every=False, union=tabulation.union)
        group = np.array([at[label[:-1]] for label in own.labels], np.int64)[found.group]
        named = np.array([label[-1] != NONE for label in own.labels], bool)[found.group]
        for name, outcomes in _outcomes(index).items():
            held = np.flatnonzero(named & (found.of(outcomes) > 0))
            columns[name] += _matches((found.series, found.period, group), held, where)
    return columns


def _matches(found: Where, held: Ints, where: Where) -> Ints:
    """Return for each row how many of some cells are of its series, period and group."""
    sizes = [int(max(one.max(initial=0), other.max(initial=0))) + 1
             for one, other in zip(found, where, strict=True)]  # fmt: skip

    def key(series: Ints, period: Ints, group: Ints) -> Ints:
        keyed: Ints = (series * sizes[1] + period) * sizes[2] + group
        return keyed

    keys = np.sort(key(*(part[held] for part in found)))
    wanted = key(*where)
    matched: Ints = np.searchsorted(keys, wanted, "right") - np.searchsorted(keys, wanted, "left")
    return matched
