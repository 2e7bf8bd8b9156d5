"""Count once, and gather what the record says: from event files to a `Report`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from layers.build.rows import BuiltAtlas
from layers.errors import QueryError
from layers.events.survey import Survey
from layers.monitor.grouped import GroupedCounts, grouped_counts
from layers.query.changes import diff
from layers.query.selection import Selection
from layers.query.states import change_dates, zone_states_on
from layers.record.dates import parse_day
from layers.report.event_lines import EventLines, file_lines
from layers.report.gather import (
    LATER,
    MEASURES,
    PERIOD,
    PREVIOUS,
    SINCE,
    GatheredCounts,
    number_of,
)
from layers.report.model import (
    OUTCOMES,
    UNION,
    Days,
    EventFile,
    MapEvent,
    Report,
    StatusChange,
)
from layers.report.periods import compared, earlier
from layers.report.question import (
    Question,
    areas_in_force,
    asked_period,
    asked_since,
    record_from,
)

Progress = Callable[[int, int, int], None]
"""Told the bytes done, the bytes of all (0: unknown), and rows."""
_DAY = timedelta(days=1)
_EARLIER = 104
_MOST_PLACES = 4000
UNSAID = {
    "precision": "no column says how far off places are: all are taken as exact, also what is "
    "known to its district alone; a column within_m (metres) would say it",
    "id": "no column of ids: a row that stands twice counts twice",
}
LINES = "lines"
"""The span of which the lines are kept: the period, and all that it is compared with."""


def make_report(
    built: BuiltAtlas,
    question: Question,
    *,
    rejects: Path | None = None,
    excel: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Return the report that a question asks for; ``rejects`` lists the rows that cannot be read.

    Raises
    ------
    QueryError
        For a period that cannot be read or lies beyond the record, or another option.
    UnknownId
        For a zone that the record does not have.
    """
    if not question.groups:
        raise QueryError("group", None, "name one at least")
    period = asked_period(built, question.period)
    previous = compared(period, question.compare)
    since = asked_since(built, question.since, period)
    zones = question.zones or areas_in_force(built, period)
    selection = Selection(zones=tuple(zones), known_by=question.known_by)
    selection.check(built.record)
    before = list(earlier(period, most=_EARLIER, from_day=record_from(built)))
    spans = {PERIOD: period, PREVIOUS: previous}
    if since is not None:
        spans[SINCE] = Days(since.isoformat(), since, period.last)
    asked = {**spans, **{str(n): days for n, days in enumerate(before)}}
    asked[LINES] = Days("", min(one.first for one in spans.values()), period.last)
    record_to = parse_day(built.record.atlas.record_to)
    if period.last < record_to:
        asked[LATER] = Days("", period.last + _DAY, record_to)
    counts = grouped_counts(
        question.events,
        built,
        spans={name: (days.first, days.last) for name, days in asked.items()},
        groups=question.groups,
        mappings=question.mappings,
        selection=selection,
        columns=question.columns,
        cutoff=question.cutoff,
        timezone=question.timezone,
        distinct=() if question.places is None else (question.places,),
        union=len(zones) > 1,
        lines=LINES,
        noted=PERIOD,
        schemes=question.schemes,
        options=question.options,
        rejects=rejects,
        excel=excel,
        progress=progress,
    )
    found = counts.result.survey
    ids = [*zones, UNION] if len(zones) > 1 else list(zones)
    states = zone_states_on(built, period.last, rows=selection.rows(built))
    drawn = {(one.zone_id, one.lead.track, one.lead.status) for one in states.values()}
    gathered = GatheredCounts(counts, question, spans=spans, before=before, drawn=drawn)
    rows = gathered.rows()
    scope = counts.cells[(ids[-1], ("",) * len(question.groups))]
    return Report(
        built=built,
        period=period,
        previous=previous,
        since=since,
        cutoff=question.cutoff,
        groups=question.groups[::-1],
        headings=gathered.headings,
        zones=tuple(gathered.zone(one, headline=one == ids[-1]) for one in ids),
        changes=tuple(_changes(built, period, zones, question.known_by)),
        events=tuple(_map_events(gathered.events, ids, period)),
        unmapped=counts.result.counts.notes.unmapped,
        rows=rows,
        exceeds_max_rejects=rows.rejected * 100
        > (rows.read - rows.repeated) * question.max_rejects,
        without_place=number_of(scope, PERIOD, "not_placeable"),
        unknown_precision=number_of(scope, PERIOD, "unknown_precision"),
        without_time=counts.totals.get("without_time", 0),
        files=tuple(_digests(found.files)),
        places=question.places,
        begins=gathered.begins(),
        unsaid=tuple(name for name in UNSAID if any(_without(found, name))),
        notices=(*found.notices, *_taken(found), *_not_counted(counts, question)),
    )


def _without(found: Survey, column: str) -> Iterator[str]:
    """Yield names of the desk's own files, those that are alike together, without a column."""
    for one in found.columns:
        if one["provider"] is None and column not in one["columns"]:
            yield ", ".join(Path(str(file)).name for file in one["files"][:3])


def _taken(found: Survey) -> Iterator[str]:
    """Yield what is taken for granted of files that do not say it."""
    for name, why in UNSAID.items():
        yield from (f"{names}: {why}" for names in _without(found, name))


def _not_counted(counts: GroupedCounts, question: Question) -> Iterator[str]:
    """Yield what a desk should look at in its file before it signs."""
    if counts.totals["rejected"]:
        why = "; ".join(f"{n:,}: {reason}" for reason, n in counts.result.reasons.items())
        yield (
            f"{counts.totals['rejected']:,} of {counts.totals['read']:,} rows could not be read "
            f"and are in no number: {why} (--rejects rejects.csv lists them)"
        )
    if n := counts.totals.get("without_time"):
        yield (
            f"rows of the period without a time: {n:,}; the cut-off {question.cutoff} moves none "
            "of them to the next day"
        )


def _changes(
    built: BuiltAtlas, period: Days, zones: Iterable[str], known_by: date | None
) -> Iterator[StatusChange]:
    """Yield what the record says changed in the zones, day by day."""
    chosen = set(zones)
    first = record_from(built)
    for day, changed in change_dates(built).items():
        own = chosen.intersection(changed)
        if not own or not period.first <= day <= period.last or day == first:
            continue
        for one in diff(built, day - _DAY, day, known_by=known_by, zones=own):
            if one["change"] != "unchanged":
                yield StatusChange(
                    day,
                    one["zone_id"],
                    one["change"],
                    one["before"],
                    one["after"],
                    one["shape_changed"],
                    tuple(one["claim_ids"]),
                )


def _map_events(lines: EventLines, zones: Sequence[str], period: Days) -> Iterator[MapEvent]:
    """Yield the events of the period, each once, by place and by the best that is known of it."""
    found = [
        lines.events(zone_id, (), MEASURES[outcome], period).assign(outcome=outcome)
        for outcome in OUTCOMES
        for zone_id in zones
    ]
    best = pd.concat(found).drop_duplicates(["file", "line"])
    best["within_m"] = best["within_m"].where(best["outcome"] == "not_placeable", 0.0)
    lines_of: list[Any] = list(file_lines(best))
    best = best.assign(lines=lines_of)
    at = ["lon", "lat", "outcome", "within_m"]
    for digits in range(6, -1, -1):
        spots = {name: [round(one, digits) for one in best[name]] for name in ("lon", "lat")}
        places = best.assign(**spots).groupby(at)["lines"].agg(sorted).reset_index()
        if len(places) <= _MOST_PLACES:
            break
    for lon, lat, outcome, within, own in places.itertuples(index=False, name=None):
        yield MapEvent(lon, lat, outcome, within, len(own), tuple(own))


def _digests(files: Iterable[str]) -> Iterator[EventFile]:
    """Yield the name and the SHA-256 of each file on this machine; of another its address."""
    for file in files:
        if "://" in file:
            yield EventFile(file, "")
            continue
        with Path(file).open("rb") as opened:
            yield EventFile(Path(file).name, hashlib.file_digest(opened, "sha256").hexdigest())
