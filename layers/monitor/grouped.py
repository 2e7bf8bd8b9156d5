"""Count events of zones by group in stretches of days that one names, and say which lines they are.

This is what a report is made of: a week, the week before it, and all since an agreement.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from layers.build.rows import BuiltAtlas
from layers.errors import QueryError
from layers.events.columns import Columns
from layers.events.sources import AS_IT_IS, SCHEMES, ReadOptions
from layers.monitor.cells import ALL_ZONES, UNION, days_in_force
from layers.monitor.grid import Ints
from layers.monitor.index import ZoneIndex
from layers.monitor.mapping import UNMAPPED
from layers.monitor.mapping import Mapping as Headings
from layers.monitor.options import cutoff_of
from layers.monitor.periods import ANY, NOT_IN_FORCE
from layers.monitor.report import UNION_ID, heading_name, totals
from layers.monitor.run import Result, monitor
from layers.monitor.table_rows import Label, TableRows, table_rows
from layers.monitor.tabulation import Tabulation, day_number, groups_of
from layers.query.selection import Selection

Span = tuple[date, date]
Counted = tuple[str, str, str]
"""A zone, a track and a status on it; of any status both are empty."""
Key = tuple[Counted, Label]
Numbers = Mapping[str, int | float]


@dataclass(frozen=True, slots=True)
class GroupedCounts:
    """Counts of zones by group.

    ``cells`` has, by zone and labels, the numbers of each span by the names of the table's columns,
    with ``days``: those of the span on which the zone was in force. A zone's labels are empty texts
    where all groups are taken together. The zone ``union`` is those chosen taken as one on the days
    on which any is in force; the empty id is all of them on all days of the record, where
    ``outside`` are the events in none.
    """

    cells: Mapping[tuple[str, Label], Mapping[str, Numbers]]
    by_status: Mapping[Counted, Mapping[str, Numbers]]
    """By zone, track and status, and the span: what `cells` has for all statuses together."""
    headings: Mapping[str, Mapping[str, Mapping[str, str]]]
    totals: Mapping[str, Any]
    result: Result
    """The run; its lines are those behind the numbers of one span, as `layers.monitor.lines`."""


def grouped_counts(
    events: Iterable[str | Path],
    built: BuiltAtlas,
    *,
    spans: Mapping[str, Span],
    groups: Sequence[str] = (),
    mappings: Mapping[str, Headings] | None = None,
    selection: Selection | None = None,
    columns: Columns | None = None,
    cutoff: str | None = None,
    timezone: str | None = None,
    sums: Sequence[str] = (),
    distinct: Sequence[str] = (),
    weight: str | None = None,
    union: bool = False,
    lines: str | None = None,
    noted: str | None = None,
    rejects: Path | None = None,
    excel: bool = False,
    threads: int | None = None,
    progress: Callable[[int, int, int], None] | None = None,
    schemes: Iterable[str] = SCHEMES,
    options: ReadOptions = AS_IT_IS,
) -> GroupedCounts:
    """Count the events of files in spans of days, each named, first and last day in.

    Spans may overlap. With ``cutoff`` their days are those of a report. ``lines`` names the span
    of which the lines of all events are kept, ``noted`` the one that words under no heading and
    rows without an hour are counted in, in place of all that was read. The rest is as
    `Tabulation` and `layers.monitor.run.monitor` have it.
    """
    days = {name: (day_number(a), day_number(b) + 1) for name, (a, b) in spans.items()}
    if not days or any(first >= after for first, after in days.values()):
        raise QueryError("spans", None, "name a span at least, each with its first and last day")
    cuts = sorted({day for both in days.values() for day in both})
    tabulation = Tabulation(
        cutoff=cutoff_of(cutoff, timezone, built),
        groups=groups_of(groups, mappings),
        sums=tuple(sums),
        distinct=tuple(distinct),
        weight=weight,
        union=union,
        cuts=tuple(cuts),
        noted=None if noted is None else days[noted],
    )
    result = monitor(
        events, built, selection=selection, columns=columns, by=tabulation, threads=threads,
        progress=progress, line_span=None if lines is None else days[lines],
        schemes=tuple(schemes),
        options=options, rejects=rejects, excel=excel,
    )  # fmt: skip
    counts, index = result.counts, result.index
    counted = _counted(index, union=union)
    found: dict[str, dict[Key, dict[str, int | float]]] = {}
    zero: dict[str, dict[Counted, dict[str, int | float]]] = {}
    for name, span in days.items():
        held = np.array([span[0] <= cut < span[1] for cut in cuts])
        rows = table_rows(counts.in_periods(_chosen(held)), index, tabulation)
        found[name] = _numbers(rows, counted)
        every = np.array([*counted])
        in_force = days_in_force(every, np.zeros_like(every), index, partial(_same, span)).tolist()
        zero[name] = {
            one: {**dict.fromkeys(rows.columns, 0), "days": number}
            for one, number in zip(counted.values(), in_force, strict=True)
        }
    wholes = ((one, ("",) * len(groups)) for one in counted.values())
    cells = {
        key: {name: zero[name][key[0]] | found[name].get(key, {}) for name in days}
        for key in dict.fromkeys([*chain.from_iterable(found.values()), *wholes])
    }
    gaps = np.array([not any(a <= cut < b for a, b in days.values()) for cut in cuts])
    return GroupedCounts(
        {(one[0], label): own for (one, label), own in cells.items() if not one[2]},
        {one: own for (one, _), own in cells.items() if one[2]},
        {
            group.name: _headings(
                mapping, {label[place] for label in counts.labels if label}, index
            )
            for place, group in enumerate(tabulation.groups)
            if (mapping := group.headings) is not None
        },
        _totals(result, gaps, tabulation),
        result,
    )


def _chosen(held: np.ndarray[Any, np.dtype[np.bool_]]) -> Callable[[Ints], Ints]:
    """Return what makes the stretches that are ``held`` period 0, and leaves out the others."""
    return lambda number: np.where(held[np.maximum(number - 1, 0)] & (number > 0), 0, -1)


def _same(span: tuple[int, int], _: int) -> tuple[int, int]:
    return span


def _counted(index: ZoneIndex, *, union: bool) -> dict[int, Counted]:
    """Return what a report tells of each series."""
    zones = len(index.series)
    counted = {
        place: (one.zone_id, *(("", "") if one.status == ANY else (one.track, one.status)))
        for place, one in enumerate(index.series)
        if one.status != NOT_IN_FORCE
    }
    if union:
        counted[zones + UNION] = (UNION_ID, "", "")
    return {**counted, zones + ALL_ZONES: ("", "", "")}


def _numbers(rows: TableRows, counted: Mapping[int, Counted]) -> dict[Key, dict[str, int | float]]:
    """Return the numbers of each row that is told; a status is, of all groups together."""
    columns = zip(*(numbers.tolist() for numbers in rows.columns.values()), strict=True)
    where = zip(rows.cells.series.tolist(), rows.cells.group.tolist(), columns, strict=True)
    return {
        (counted[series], label): dict(zip(rows.columns, numbers, strict=True))
        for series, group, numbers in where
        if series in counted and not (any(label := rows.labels[group]) and counted[series][2])
    }


def _headings(
    mapping: Headings, labels: Container[str], index: ZoneIndex
) -> dict[str, dict[str, str]]:
    """Return the words of the headings of a mapping that occur, in the mapping's order."""
    order = [*(label for label in mapping.headings if label in labels), UNMAPPED]
    return {
        label: {lang: heading_name(mapping, label, lang) for lang in index.languages}
        for label in order
    }


def _totals(
    result: Result, gaps: np.ndarray[Any, np.dtype[np.bool_]], tabulation: Tabulation
) -> dict[str, Any]:
    """Return what was read and where it went; days in no span are out of the period."""
    said = totals(result.counts, result.index, by=tabulation, rejected=result.rejected)
    between = result.counts.in_periods(_chosen(gaps))
    for name, number in totals(between, result.index, by=tabulation).items():
        if name in ("beyond_record", "counted"):
            said[name] -= number
            said["out_of_period"] += number
    said.pop("zones")
    said["repeated"] = result.repeated
    return said
