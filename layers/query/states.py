"""What holds on a day, zone by zone, and the days on which that changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from layers.build.rows import BuiltAtlas, ZonePeriod
from layers.query import filters as query
from layers.query.filters import disputed
from layers.record.dates import parse_day
from layers.style.tokens import tokens

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Held:
    """A zone on a day: its rows that hold, and the one that a map draws."""

    zone_id: str
    rows: tuple[ZonePeriod, ...]
    lead: ZonePeriod
    holds: str
    disputed: bool
    after: bool
    """True where nothing is known after a mere last report."""


def held_of(built: BuiltAtlas, day: date, zones: Iterable[str]) -> dict[str, Held]:
    """Return what holds on a day of some zones, in the order they are given."""
    made = {}
    for zone_id in zones:
        mine = built.by_zone.get(zone_id, ())
        holding = query.holding(mine, day)
        if not holding:
            continue
        lead = min(holding, key=lambda row: weight(row, day))
        holds = lead.validity.holds(day) or "possible"
        made[zone_id] = Held(
            zone_id, holding, lead, holds, disputed(built, lead), follows(lead, mine)
        )
    return made


def weight(row: ZonePeriod, day: date) -> int:
    """Rank a row: practice before paper, certain before possible, then the stronger status.

    The map page ranks the same way (``js/record.js``), so both draw the same row.
    """
    rank = tokens()["rank"].index(row.status)
    certain = row.validity.holds(day) == "certain"
    return (0 if row.track == "practice" else 100) + (0 if certain else 10) + int(rank)


def changes(built: BuiltAtlas) -> list[date]:
    """Return every day of the record on which something starts, is over, or becomes certain."""
    return list(turning(built))


def turning(built: BuiltAtlas) -> dict[date, list[str]]:
    """Return the zones that each such day touches, in the order of the record, by day."""
    atlas = built.record.atlas
    first, last = parse_day(atlas.record_from), parse_day(atlas.record_to)
    found: dict[date, list[str]] = {}
    for name, rows in built.by_zone.items():
        days: set[date] = set()
        for row in rows:
            days |= {day for day in (row.valid_from, row.certain_from) if day is not None}
            days |= {day + _DAY for day in (row.valid_to, row.certain_to) if day is not None}
        for day in days:
            if first <= day <= last:
                found.setdefault(day, []).append(name)
    return dict(sorted(found.items()))


def day_of(built: BuiltAtlas, rows: Sequence[ZonePeriod]) -> date | None:
    """Return a day on which a zone held at its strongest and surest, within the record."""
    atlas = built.record.atlas
    first, last = parse_day(atlas.record_from), parse_day(atlas.record_to)
    ranks = tokens()["rank"]
    best: tuple[int, date] | None = None
    for row in rows:
        sure = row.certain_from
        weighed = (0 if sure else 10) + ranks.index(row.status)
        if best is None or weighed < best[0]:
            best = (weighed, sure or row.valid_from)
    return min(last, max(first, best[1])) if best else None


def in_time(rows: Sequence[ZonePeriod]) -> list[tuple[ZonePeriod, bool]]:
    """Return the rows of a zone in order of time; True marks what follows a mere last report."""
    ordered = sorted(rows, key=lambda row: (row.valid_from, row.track, row.id))
    return [(row, follows(row, ordered)) for row in ordered]


def follows(row: ZonePeriod, rows: Sequence[ZonePeriod]) -> bool:
    """Tell whether a row of status unknown follows a mere last report among its zone's rows."""
    return row.status == "unknown" and any(
        other.track == row.track
        and other.end_reason == "last_report_only"
        and other.valid_from <= row.valid_from
        for other in rows
    )


def by_zone(built: BuiltAtlas) -> Iterator[tuple[str, tuple[ZonePeriod, ...]]]:
    """Yield each zone with its rows, in the order of the record; one without rows has none."""
    for layer in built.record.layers:
        for zone in built.record.zones.values():
            if zone.layer == layer:
                yield zone.id, built.by_zone.get(zone.id, ())
