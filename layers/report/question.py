"""What a report is asked about: files, a period, zones, groups, and what is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from layers.build.rows import BuiltAtlas
from layers.errors import QueryError
from layers.events.columns import Columns
from layers.events.errors import MAX_REJECTS
from layers.events.sources import AS_IT_IS, SCHEMES, ReadOptions
from layers.monitor.calendar import period_days
from layers.monitor.mapping import Mapping as Headings
from layers.monitor.options import since_of
from layers.query.filters import Day
from layers.record.dates import parse_day
from layers.report.model import Days
from layers.report.periods import Compare

GROUPS = ("kind", "party")


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
    max_rejects
        So many rows of a hundred may be unreadable before the report says that it is not to be
        signed.
    """

    events: Sequence[str | Path]
    period: str
    compare: Compare = "previous"
    since: Day | None = None
    zones: tuple[str, ...] = ()
    groups: tuple[str, ...] = GROUPS
    mappings: Mapping[str, Headings] = field(default_factory=dict)
    columns: Columns | None = None
    cutoff: str | None = None
    timezone: str | None = None
    places: str | None = None
    known_by: date | None = None
    max_rejects: float = MAX_REJECTS
    schemes: tuple[str, ...] = SCHEMES
    options: ReadOptions = AS_IT_IS


def record_from(built: BuiltAtlas) -> date:
    """Return the first day that the record speaks for."""
    return parse_day(built.record.atlas.record_from)


def asked_period(built: BuiltAtlas, text: str) -> Days:
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


def asked_since(built: BuiltAtlas, since: Day | None, period: Days) -> date | None:
    """Return the day that running totals begin with: one that is given, or a zone's first."""
    day = since_of(since, built)
    if day is not None and day > period.last:
        raise QueryError("since", str(since), f"{day} lies after the period")
    return day


def areas_in_force(built: BuiltAtlas, period: Days) -> tuple[str, ...]:
    """Return the zones with an area that are in force on a day of the period."""
    found = dict.fromkeys(
        row.zone_id
        for row in built.rows
        if row.nominal is not None
        and row.nominal.geom_type.endswith("Polygon")
        and period.meets(row)
    )
    if not found:
        raise QueryError("zone", None, "no zone with an area is in force in the period")
    return tuple(found)
