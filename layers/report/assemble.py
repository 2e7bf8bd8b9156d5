"""Count once, and gather what the record says: from event files to a `Report`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from layers.build.rows import BuiltAtlas, iter_rows
from layers.errors import QueryError
from layers.monitor.columns import Columns
from layers.monitor.grouped import GroupedCounts, GroupedEvent, grouped_counts
from layers.monitor.mapping import Mapping as Headings
from layers.monitor.sources import SCHEMES, find_files
from layers.monitor.tabulation import period_days
from layers.query.changes import diff
from layers.query.selection import Selection
from layers.query.states import change_dates
from layers.record.dates import parse_day
from layers.report.model import (
    OUTCOMES,
    UNION,
    UNMAPPED,
    Days,
    EventFile,
    Highest,
    Labels,
    Line,
    MapEvent,
    Numbers,
    Outcome,
    Report,
    StatusChange,
    ZoneCounts,
)
from layers.report.periods import Compare, compared, earlier

_DAY = timedelta(days=1)
_EARLIER = 104
_MOST_PLACES = 4000
_MEASURES: dict[Outcome, str] = {
    "surely": "inside_all",
    "possibly": "inside_some",
    "not_placeable": "too_imprecise",
}
PERIOD, PREVIOUS, SINCE = "period", "previous", "since"


@dataclass(frozen=True, slots=True)
class Question:
    """What a report is asked about.

    Attributes
    ----------
    events
        Files, folders and addresses, as `layers.monitor.run.monitor` takes them.
    period
        As text: 2020-W11, 2020-03, 2020-Q1, 2020, 2020-03-05, 2020-03-01/2020-03-10.
    compare
        With the period before, or the same one a year earlier.
    since
        From which day running totals are added up: a day, or a zone, whose first day on paper.
    zones
        Ids of zones; empty for all areas in force in the period.
    groups
        The leading one first; a column, or the name of one of ``mappings``.
    places
        The column whose different values are counted as places.
    """

    events: Sequence[str | Path]
    period: str
    compare: Compare = "previous"
    since: str | None = None
    zones: tuple[str, ...] = ()
    groups: tuple[str, ...] = ("kind", "party")
    mappings: Mapping[str, Headings] = field(default_factory=dict)
    columns: Columns | None = None
    cutoff: str | None = None
    timezone: str | None = None
    places: str | None = None
    known_by: date | None = None
    schemes: tuple[str, ...] = SCHEMES


def make_report(
    built: BuiltAtlas,
    question: Question,
    *,
    progress: Callable[[int, int, int], None] | None = None,
) -> Report:
    """Return the report that a question asks for.

    Raises
    ------
    QueryError
        For a period that cannot be read or lies beyond the record, or another option.
    UnknownId
        For a zone that the record does not have.
    """
    period = _period(built, question.period)
    previous = compared(period, question.compare)
    since = _since(built, question.since, period)
    zones = question.zones or _areas_in_force(built, period)
    files = find_files(question.events, schemes=question.schemes)
    before = list(earlier(period, most=_EARLIER, from_day=_record_from(built)))
    spans = {PERIOD: period, PREVIOUS: previous, **{str(n): one for n, one in enumerate(before)}}
    asked = {name: (one.first, one.last) for name, one in spans.items()}
    if since is not None:
        asked[SINCE] = (since, period.last)
    counts = grouped_counts(
        files,
        built,
        spans=asked,
        groups=question.groups,
        mappings=question.mappings,
        selection=Selection(zones=tuple(zones), known_by=question.known_by),
        columns=question.columns,
        cutoff=question.cutoff,
        timezone=question.timezone,
        distinct=() if question.places is None else (question.places,),
        union=len(zones) > 1,
        lines=PERIOD,
        progress=progress,
    )
    ids = [*zones, UNION] if len(zones) > 1 else list(zones)
    gathered = _Gathered(counts, question, before)
    return Report(
        built=built,
        period=period,
        previous=previous,
        since=since,
        cutoff=question.cutoff,
        groups=question.groups[::-1],
        headings=counts.headings,
        zones=tuple(gathered.zone(one) for one in ids),
        changes=tuple(_changes(built, period, zones, question.known_by)),
        events=tuple(_map_events(gathered, ids)),
        unmapped=counts.unmapped,
        totals=counts.totals,
        files=tuple(_digests(files)),
        places=question.places,
    )


def _record_from(built: BuiltAtlas) -> date:
    return parse_day(built.record.atlas.record_from)


def _period(built: BuiltAtlas, text: str) -> Days:
    """Return a period within the record; what lies beyond it is refused, never a row of zeros."""
    days = Days(text, *period_days(text))
    first, last = built.record.atlas.record_from, built.record.atlas.record_to
    if days.first < parse_day(first) or days.last > parse_day(last):
        raise QueryError(
            "period",
            text,
            f"{text} ({days.first} to {days.last}) is beyond the record, which speaks for {first} "
            f"to {last}: nothing can be said of it, not even that there was nothing",
        )
    return days


def _since(built: BuiltAtlas, text: str | None, period: Days) -> date | None:
    """Return the day that running totals begin with: one that is given, or a zone's first."""
    if text is None:
        return None
    if text in built.record.zones:
        rows = built.of_zone(text)
        paper = rows[rows["track"] == "paper"]
        day: date = (paper if len(paper) else rows)["valid_from"].min().date()
    else:
        try:
            day = parse_day(text)
        except ValueError:
            message = f"{text!r} is neither a day, as 2020-03-05, nor a zone"
            raise QueryError("since", text, message) from None
    if day > period.last:
        raise QueryError("since", text, f"{day} lies after the period")
    return day


def _areas_in_force(built: BuiltAtlas, period: Days) -> tuple[str, ...]:
    """Return the zones with an area that are in force on a day of the period."""
    found: dict[str, None] = {}
    for row in iter_rows(built.frame):
        shape = row.nominal if row.nominal is not None else row.outer
        areal = shape is not None and shape.geom_type.endswith("Polygon")
        if areal and row.valid_from <= period.last and (row.valid_to or date.max) >= period.first:
            found[row.zone_id] = None
    if not found:
        raise QueryError("zone", None, "no zone with an area is in force in the period")
    return tuple(found)


class _Gathered:
    """The counts of a run as the report's numbers."""

    def __init__(self, counts: GroupedCounts, question: Question, before: Sequence[Days]) -> None:
        self.counts = counts
        self.several = len(counts.columns) > 1
        self._before = before
        self._places = question.places
        self._leading = counts.headings.get(question.groups[0], {})
        self._orders = [list(counts.headings.get(name, {})) for name in question.groups]
        self._of_zone: dict[str, dict[Labels, Mapping[str, Mapping[str, int]]]] = {}
        for (zone_id, labels), spans in counts.cells.items():
            self._of_zone.setdefault(zone_id, {})[labels] = spans

    def zone(self, zone_id: str) -> ZoneCounts:
        """Return what was counted in a zone."""
        cells = self._of_zone[zone_id]
        whole = ("",) * len(self._orders)
        spans = cells[whole]
        labels = sorted((one for one in cells if one != whole), key=self._order)
        rows = {one: self._numbers(zone_id, one) for one in labels}
        kept = {one: numbers for one, numbers in rows.items() if _shown(numbers)}
        leading = list(dict.fromkeys([*self._headed(), *(one[0] for one in labels)]))
        subtotals = {label: self._subtotal(zone_id, label, rows) for label in leading}
        subtotals = {
            label: numbers
            for label, numbers in subtotals.items()
            if _shown(numbers) or label in self._headed()
        }
        for label in subtotals:
            if not any(one[0] == label for one in kept):
                kept[(label, *whole[1:])] = Numbers()
        total = self._numbers(zone_id, whole)
        highest = {"": self._highest(total, lambda _: True, cells)} | {
            label: self._highest(numbers, lambda one, label=label: one[0] == label, cells)
            for label, numbers in subtotals.items()
        }
        return ZoneCounts(
            zone_id,
            spans[PERIOD].get("days", 0),
            spans[PREVIOUS].get("days", 0),
            total,
            {one[::-1]: kept[one] for one in sorted(kept, key=self._row_order)},
            subtotals,
            {label: one for label, one in highest.items() if one is not None},
            spans[PERIOD].get("no_shape", 0),
        )

    def events(self, zone_id: str, labels: Labels, outcome: Outcome) -> Sequence[GroupedEvent]:
        """Return the events of the period behind a number, in the order of their lines."""
        return self.counts.events(zone_id, labels, _MEASURES[outcome])

    def line(self, event: GroupedEvent) -> Line:
        """Return where an event stands; a file is named where there are several."""
        return Line(Path(event.file).name if self.several else "", event.line)

    def _headed(self) -> list[str]:
        return [label for label in self._leading if label != UNMAPPED]

    def _numbers(self, zone_id: str, labels: Labels) -> Numbers:
        spans = self._of_zone[zone_id][labels]
        now = spans.get(PERIOD, {})
        lines = {
            name: tuple(self.line(one) for one in self.events(zone_id, labels, name))
            for name in OUTCOMES
        }
        return Numbers(
            **{name: now.get(measure, 0) for name, measure in _MEASURES.items()},
            previous=spans.get(PREVIOUS, {}).get("inside_all", 0),
            since=spans.get(SINCE, {}).get("inside_all", 0),
            places=now.get(f"distinct_{self._places}_inside_all", 0) if self._places else None,
            lines=lines,
        )

    def _subtotal(self, zone_id: str, label: str, rows: Mapping[Labels, Numbers]) -> Numbers:
        """Return a label of the leading group, whatever the others are."""
        own = {labels: numbers for labels, numbers in rows.items() if labels[0] == label}
        summed = {
            name: sum(getattr(numbers, name) for numbers in own.values())
            for name in (*OUTCOMES, "previous", "since")
        }
        places = None
        if self._places is not None:
            found = {
                event.distinct[0]
                for labels in own
                for event in self.events(zone_id, labels, "surely")
            }
            places = len(found)
        lines = {
            name: tuple(sorted(line for numbers in own.values() for line in numbers.lines[name]))
            for name in OUTCOMES
        }
        return Numbers(**summed, places=places, lines=lines)

    def _highest(
        self,
        numbers: Numbers,
        mine: Callable[[Labels], bool],
        cells: Mapping[Labels, Mapping[str, Mapping[str, int]]],
    ) -> Highest | None:
        """Return since when a number is the highest; None where it is not above the last."""
        whole = ("",) * len(self._orders)
        seen = [
            sum(
                spans.get(str(n), {}).get("inside_all", 0)
                for labels, spans in cells.items()
                if labels != whole and mine(labels)
            )
            for n in range(len(self._before))
        ]
        # Periods before the first event of the file say nothing.
        while seen and seen[-1] == 0:
            seen.pop()
        if len(seen) < 2 or numbers.surely <= seen[0]:
            return None
        for days, number in zip(self._before, seen, strict=False):
            if number >= numbers.surely:
                return Highest(days, number, self._before[len(seen) - 1].first)
        return Highest(None, 0, self._before[len(seen) - 1].first)

    def _order(self, labels: Labels) -> tuple[tuple[int, str], ...]:
        return tuple(
            (order.index(label) if label in order else len(order), label)
            for order, label in zip(self._orders, labels, strict=True)
        )

    def _row_order(self, labels: Labels) -> tuple[tuple[int, str], ...]:
        """Order rows as they are shown, the leading group last; what no row has comes first."""
        return tuple((-1, "") if not key[1] else key for key in self._order(labels)[::-1])


def _shown(numbers: Numbers) -> bool:
    return bool(numbers.any or numbers.previous or numbers.since)


def _changes(
    built: BuiltAtlas, period: Days, zones: Iterable[str], known_by: date | None
) -> Iterator[StatusChange]:
    """Yield what the record says changed in the zones, day by day."""
    chosen = set(zones)
    first = _record_from(built)
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


def _map_events(gathered: _Gathered, zones: Sequence[str]) -> Iterator[MapEvent]:
    """Yield the events of the period, each once, by place and by the best that is known of it."""
    best: dict[Line, tuple[Outcome, GroupedEvent]] = {}
    for outcome in OUTCOMES:
        for zone_id in zones:
            for event in gathered.events(zone_id, (), outcome):
                best.setdefault(gathered.line(event), (outcome, event))
    places: dict[tuple[float, float, Outcome, float], list[Line]] = {}
    digits = 6
    while True:
        places.clear()
        for line, (outcome, event) in best.items():
            within = event.within_m if outcome == "not_placeable" else 0.0
            key = (round(event.lon, digits), round(event.lat, digits), outcome, within)
            places.setdefault(key, []).append(line)
        if len(places) <= _MOST_PLACES or digits == 0:
            break
        digits -= 1
    for (lon, lat, outcome, within), lines in sorted(places.items()):
        yield MapEvent(lon, lat, outcome, within, len(lines), tuple(sorted(lines)))


def _digests(files: Iterable[str]) -> Iterator[EventFile]:
    """Yield the name and the SHA-256 of each file on this machine; of another its address."""
    for file in files:
        if "://" in file:
            yield EventFile(file, "")
            continue
        with Path(file).open("rb") as opened:
            yield EventFile(Path(file).name, hashlib.file_digest(opened, "sha256").hexdigest())
