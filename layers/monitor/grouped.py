"""Count events of zones by group in stretches of days that one names, and say which lines they are.

This is what a report is made of: a week, the week before it, and all since an agreement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from layers.build.rows import BuiltAtlas
from layers.errors import QueryError
from layers.events.columns import Columns
from layers.events.sources import AS_IT_IS, SCHEMES, ReadOptions
from layers.events.survey import Survey
from layers.monitor.cells import ALL_ZONES, UNION, Cells, days_in_force
from layers.monitor.count import Counts
from layers.monitor.grid import Ints
from layers.monitor.index import ZoneIndex
from layers.monitor.mapping import UNMAPPED
from layers.monitor.mapping import Mapping as Headings
from layers.monitor.options import cutoff_of
from layers.monitor.periods import ANY, NOT_IN_FORCE
from layers.monitor.report import UNION_ID, heading_name, headings_of, totals
from layers.monitor.run import Result, monitor
from layers.monitor.table_rows import TableRows, table_rows
from layers.monitor.tabulation import Tabulation, day_number, groups_of
from layers.query.selection import Selection

if TYPE_CHECKING:
    import pyarrow as pa

Span = tuple[date, date]
Key = tuple[str, tuple[str, ...]]
Counted = tuple[str, str, str]
"""A zone, a track and a status on it; of any status both are empty."""


@dataclass(frozen=True, slots=True)
class GroupedCounts:
    """Counts of zones by group.

    ``cells`` has, by zone and labels, the numbers of each span by the names of the table's columns,
    with ``days``: those of the span on which the zone was in force. A zone's labels are empty texts
    where all groups are taken together. The zone ``union`` is those chosen taken as one on the days
    on which any is in force; the empty id is all of them on all days of the record, where
    ``outside`` are the events in none.
    """

    cells: Mapping[Key, Mapping[str, Mapping[str, int | float]]]
    headings: Mapping[str, Mapping[str, Mapping[str, str]]]
    unmapped: Mapping[str, Mapping[str, int]]
    totals: Mapping[str, Any]
    index: ZoneIndex
    tabulation: Tabulation
    table: pa.Table | None
    """The lines behind the numbers of one span, as `layers.monitor.lines` has them."""
    reasons: Mapping[str, int]
    """Why rows could not be read, and how many for each reason."""
    by_status: Mapping[Counted, Mapping[str, Mapping[str, int | float]]]
    """By zone, track and status, and the span: what `cells` has for all statuses together."""
    survey: Survey


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
    cells: dict[tuple[Counted, tuple[str, ...]], dict[str, dict[str, int | float]]] = {}
    for name, span in days.items():
        held = np.array([cut >= span[0] and cut < span[1] for cut in cuts])
        own = result.counts.in_periods(_chosen(held))
        rows = table_rows(own, result.index, tabulation)
        _fill(cells, name, rows, span, result.index)
    _complete(cells, days, result.index, tabulation)
    labels = {place: sorted({label[place] for label in result.counts.labels if label})
              for place in range(len(groups))}  # fmt: skip
    gaps = np.array([not any(a <= cut < b for a, b in days.values()) for cut in cuts])
    return GroupedCounts(
        {(one[0], label): own for (one, label), own in cells.items() if not one[2]},
        {
            group.name: _headings(mapping, labels[place], result.index)
            for place, group in enumerate(tabulation.groups)
            if (mapping := headings_of(group)) is not None
        },
        result.counts.notes.unmapped,
        _totals(result, gaps, tabulation),
        result.index,
        tabulation,
        result.lines,
        result.reasons,
        {one: own for (one, _), own in cells.items() if one[2]},
        result.survey,
    )


def _chosen(held: np.ndarray[Any, np.dtype[np.bool_]]) -> Callable[[Ints], Ints]:
    """Return what makes the stretches that are ``held`` period 0, and leaves out the others."""
    return lambda number: np.where(held[np.maximum(number - 1, 0)] & (number > 0), 0, -1)


def _fill(
    cells: dict[tuple[Counted, tuple[str, ...]], dict[str, dict[str, int | float]]],
    name: str,
    rows: TableRows,
    span: tuple[int, int],
    index: ZoneIndex,
) -> None:
    """Put the numbers of a span where its zones' days in force are."""
    counted = _counted(index)
    days = days_in_force(rows.cells, index, lambda _: span).tolist()
    columns = {column: numbers.tolist() for column, numbers in rows.columns.items()}
    own = zip(rows.cells.series.tolist(), rows.cells.group.tolist(), strict=True)
    for row, (series, group) in enumerate(own):
        one, label = counted.get(series), rows.labels[group]
        # A status is told of all groups together.
        if one is not None and not (one[2] and any(label)):
            numbers = {column: values[row] for column, values in columns.items()}
            cells.setdefault((one, label), {})[name] = {**numbers, "days": days[row]}


def _counted(index: ZoneIndex) -> dict[int, Counted]:
    """Return what a report tells of each series."""
    zones = len(index.series)
    counted = {
        place: (one.zone_id, *(("", "") if one.status == ANY else (one.track, one.status)))
        for place, one in enumerate(index.series)
        if one.status != NOT_IN_FORCE
    }
    return counted | {zones + UNION: (UNION_ID, "", ""), zones + ALL_ZONES: ("", "", "")}


def _complete(
    cells: dict[tuple[Counted, tuple[str, ...]], dict[str, dict[str, int | float]]],
    spans: Mapping[str, tuple[int, int]],
    index: ZoneIndex,
    tabulation: Tabulation,
) -> None:
    """Give every zone a total, and every cell numbers of each span: 0 where nothing was read."""
    columns = table_rows(Counts.none(len(tabulation.measures)), index, tabulation).columns
    counted = _counted(index)
    if not tabulation.union:
        counted.pop(len(index.series) + UNION)
    none = ("",) * len(tabulation.groups)
    for one in counted.values():
        cells.setdefault((one, none), {})
    for name, span in spans.items():
        days = dict(zip(counted.values(), _days(list(counted), span, index), strict=True))
        for (one, _), own in cells.items():
            zero: dict[str, int | float] = {**dict.fromkeys(columns, 0), "days": days[one]}
            own[name] = own.pop(name, zero)  # in the order of the spans


def _days(series: list[int], span: tuple[int, int], index: ZoneIndex) -> list[int]:
    zero = np.zeros(len(series), np.int64)
    rows = Cells(np.array(series, np.int64), zero, zero, {}, zero[:, None])
    held: list[int] = days_in_force(rows, index, lambda _: span).tolist()
    return held


def _headings(
    mapping: Headings, labels: Sequence[str], index: ZoneIndex
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
