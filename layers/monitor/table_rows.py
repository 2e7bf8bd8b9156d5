"""The rows of a table of counts, and its number columns: counts, running totals, sums, places.

Every number column is made of cells: the plain ones of the events (or of the weight), those of a
sum of its measure. Running totals add the cells of all periods up to the row's; distinct values
are cells that are not empty, counted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.monitor.cells import NO_SHAPE, OUTCOMES, Cells, Where, cells
from layers.monitor.count import Counts
from layers.monitor.grid import places_of
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

Label = tuple[str, ...]
Numbers = NDArray[np.integer] | NDArray[np.floating]
Columns = dict[str, Numbers]
OF_ALL_ZONES = {"unknown_precision": UNKNOWN_PRECISION, "not_placeable": NOT_PLACEABLE}
"""What an event is whatever the zone: the same for all of a day."""
UNTOLD = {"too_imprecise": TOO_IMPRECISE, **OF_ALL_ZONES, "no_shape": NO_SHAPE}
"""What is neither inside nor outside, and why."""
RELATIONS = {"inside_all": INSIDE_ALL, "inside_some": INSIDE_SOME, **UNTOLD}


def placed_columns(index: ZoneIndex) -> dict[str, list[int]]:
    """Return the columns of which there are running totals, and what each is the sum of."""
    columns = {name: [relation] for name, relation in RELATIONS.items()}
    if index.reading is None:
        return columns
    return {"inside": columns.pop("inside_all") + columns.pop("inside_some"), **columns}


def number_columns(index: ZoneIndex) -> tuple[str, ...]:
    """Return the names of the columns that add up: they depend on the reading."""
    return (*placed_columns(index), "outside", "events")


@dataclass(frozen=True, slots=True)
class TableRows:
    """Rows, the labels that ``cells.group`` counts, and number columns by name.

    The first of the labels is that of all groups together: empty texts.
    """

    cells: Cells
    labels: tuple[Label, ...]
    columns: Columns


def table_rows(counts: Counts, index: ZoneIndex, tabulation: Tabulation) -> TableRows:
    """Return the rows of counts: in each period of a zone all groups together, then each group."""
    groups = len(tabulation.groups)
    together = ("",) * groups
    views: list[Callable[[Label], Label]] = [lambda _: together]
    if groups:
        views.append(lambda label: label[:groups])
    found = partial(cells, index=index, union=tabulation.union, every=False)
    now, running = counts, []
    if tabulation.since is not None:
        now = counts.in_periods(lambda number: number // 2)
        later = counts.in_periods(lambda number: np.where(number % 2 == 1, number // 2, -1))
        running = [found(later.regrouped(view)) for view in views]
    rows = cells(now.regrouped(views[0]), index, union=tabulation.union)
    labels: tuple[Label, ...] = (together,)
    if groups:
        own = now.regrouped(views[1])
        labels = (together, *own.labels)
        rows = _stacked(rows, found(own, also=_carried(running[1], rows) if running else None))
    columns = outcome_columns(rows, index, tabulation.main)
    where = (rows.series, rows.group, rows.period)
    for first, one in enumerate(running):  # the groups are numbered behind all together
        numbers = outcome_columns(one, index, tabulation.main)
        for name in placed_columns(index):
            sums = _sums(
                (one.series, one.group + first, one.period), numbers[name], where, running=True
            )
            columns[f"since_{name}"] = columns.get(f"since_{name}", 0) + sums
    for measure, name in enumerate(tabulation.sums, tabulation.main + 1):
        for outcome, numbers_ in outcome_columns(rows, index, measure).items():
            columns[f"sum_{name}_{outcome}"] = numbers_
    for place, name in enumerate(tabulation.distinct, groups):
        for view in views:
            own = now.regrouped(_and_value(view, place))
            for outcome, told in _distinct(own, found(own), labels, where, index).items():
                key = f"distinct_{name}_{outcome}"
                columns[key] = columns.get(key, 0) + told
    return TableRows(rows, labels, columns)


def _carried(since: Cells, whole: Cells) -> Where:
    """Return the rows of all periods in which a series still has what a group had before."""
    had = pd.DataFrame({"series": since.series, "group": since.group, "first": since.period})
    had = had[since.of(range(OUTSIDE + 1, OUTCOMES)) != 0].drop_duplicates(["series", "group"])
    periods = pd.DataFrame({"series": whole.series, "period": whole.period})
    rows = had.merge(periods, on="series").query("period >= first")
    return rows["series"].to_numpy(), rows["period"].to_numpy(), rows["group"].to_numpy()


def _stacked(whole: Cells, groups: Cells) -> Cells:
    """Return the rows of both in order, all groups together before each."""
    both = (whole, replace(groups, group=groups.group + 1))
    series, period, group, events = (
        np.concatenate([getattr(own, name) for own in both])
        for name in ("series", "period", "group", "events")
    )
    order = np.lexsort((group, period, series))
    numbers = {
        one: np.concatenate([
            own.numbers.get(one, np.zeros_like(own.events)) for own in both
        ])[order]
        for one in {**whole.numbers, **groups.numbers}
    }  # fmt: skip
    return Cells(series[order], period[order], group[order], numbers, events[order])


def outcome_columns(found: Cells, index: ZoneIndex, measure: int = 0) -> Columns:
    """Return the columns that add up, of one measure."""
    columns: Columns = {name: found.of(outcomes, measure)
               for name, outcomes in placed_columns(index).items()}  # fmt: skip
    columns["outside"] = found.outside(measure)
    columns["events"] = found.events[:, measure]
    if measure:
        whole = not any((numbers % SCALE).any() for numbers in columns.values())
        return {name: numbers // SCALE if whole else numbers / SCALE
                for name, numbers in columns.items()}  # fmt: skip
    return columns


def _and_value(view: Callable[[Label], Label], place: int) -> Callable[[Label], Label]:
    return lambda label: (*view(label), label[place])


def _distinct(
    counts: Counts, found: Cells, labels: tuple[Label, ...], where: Where, index: ZoneIndex
) -> Columns:
    """Return how many different values the events of each row have, the last of their labels."""
    group = places_of([label[:-1] for label in counts.labels], labels)[found.group]
    named = np.array([label[-1] != NONE for label in counts.labels], bool)[found.group]
    own = (found.series, group, found.period)
    return {
        name: _sums(own, (named & (found.of(outcomes) > 0)).astype(np.int64), where)
        for name, outcomes in placed_columns(index).items()
    }


def _sums(found: Where, numbers: Numbers, rows: Where, *, running: bool = False) -> Numbers:
    """Return for each row what its series and group have in its period, or in all up to it.

    Both are told by series, group and period.
    """
    shape = tuple(
        int(max(one.max(initial=0), other.max(initial=0))) + 1
        for one, other in zip(found, rows, strict=True)
    )
    keys, last = (np.ravel_multi_index(one, shape) for one in (found, rows))
    order = np.argsort(keys, kind="stable")
    until = np.concatenate([[0], np.cumsum(numbers[order])])
    first = last - rows[2] if running else last
    begin, end = np.searchsorted(keys[order], first), np.searchsorted(keys[order], last, "right")
    sums: Numbers = until[end] - until[begin]
    return sums
