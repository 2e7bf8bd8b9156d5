"""The state of each zone on a day, and the days on which one changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from geopandas import GeoDataFrame

from layers.build.rows import BuiltAtlas, ZonePeriod, iter_rows, rows_by_zone
from layers.query.filters import disputed
from layers.record.model import STATUS_RANK

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ZoneState:
    """A zone on a day: its rows that hold, and the one that a map draws."""

    zone_id: str
    rows: tuple[ZonePeriod, ...]
    lead: ZonePeriod
    holds: str
    """Whether the leading row holds for certain or possibly: ``certain`` or ``possible``."""
    disputed: bool
    is_after_last_report: bool
    """True where nothing is known after a mere last report."""


def zone_states_on(
    built: BuiltAtlas,
    day: date,
    *,
    rows: GeoDataFrame | None = None,
    zones: Iterable[str] | None = None,
) -> dict[str, ZoneState]:
    """Return the state of each zone that holds on a day, in the order of the rows.

    Parameters
    ----------
    built
        The atlas.
    day
        The day asked for.
    rows
        Rows that the answer is about; all of the atlas where none are given.
    zones
        Zones that the answer is about; all where none are given.
    """
    by_zone = built.by_zone if rows is None else rows_by_zone(iter_rows(rows))
    wanted = by_zone if zones is None else set(zones)
    states = {}
    for zone_id in (name for name in by_zone if name in wanted):
        mine = tuple(row for row in by_zone[zone_id] if row.validity.holds(day))
        if not mine:
            continue
        lead = min(mine, key=lambda row: row_priority(row, day))
        states[zone_id] = ZoneState(
            zone_id=zone_id,
            rows=mine,
            lead=lead,
            holds=lead.validity.holds(day) or "possible",
            disputed=disputed(built, lead),
            is_after_last_report=is_after_last_report(lead, built.by_zone[zone_id]),
        )
    return states


def row_priority(row: ZonePeriod, day: date) -> int:
    """Rank a row: practice before paper, certain before possible, then the stronger status.

    The map page ranks the same way (`layers/web/js/leading.js`), so both draw the same row.
    """
    certain = row.validity.holds(day) == "certain"
    return (0 if row.track == "practice" else 100) + _strength(row.status, certain=certain)


def _strength(status: str, *, certain: bool) -> int:
    return (0 if certain else 10) + STATUS_RANK.index(status)


def change_dates(built: BuiltAtlas) -> dict[date, list[str]]:
    """Return each day of the record on which a zone changes, with the zones, in order of time.

    Something of a zone starts, is over, becomes certain or no longer is. The zones of a day
    come in the order of the rows.
    """
    first, last = built.record.atlas.days
    found: dict[date, dict[str, None]] = {}
    for row in built.rows:
        starts = (row.valid_from, row.certain_from)
        ends = (row.valid_to, row.certain_to)
        for day in (*starts, *(end and end + _DAY for end in ends)):
            if day is not None and first <= day <= last:
                found.setdefault(day, {})[row.zone_id] = None
    return {day: list(zones) for day, zones in sorted(found.items())}


def strongest_day(built: BuiltAtlas, rows: Sequence[ZonePeriod]) -> date | None:
    """Return a day on which a zone held at its strongest and surest, within the record."""
    if not rows:
        return None
    first, last = built.record.atlas.days
    best = min(rows, key=lambda row: _strength(row.status, certain=row.certain_from is not None))
    return min(last, max(first, best.certain_from or best.valid_from))


def chronological(rows: Sequence[ZonePeriod]) -> list[tuple[ZonePeriod, bool]]:
    """Return the rows of a zone in order of time; True marks what follows a mere last report."""
    ordered = sorted(rows, key=lambda row: (row.valid_from, row.track, row.id))
    return [(row, is_after_last_report(row, ordered)) for row in ordered]


def is_after_last_report(row: ZonePeriod, rows: Iterable[ZonePeriod]) -> bool:
    """Tell whether a row of status unknown follows a mere last report among its zone's rows."""
    return row.status == "unknown" and any(
        other.track == row.track
        and other.end_reason == "last_report_only"
        and other.valid_from <= row.valid_from
        for other in rows
    )
