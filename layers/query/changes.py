"""Compare two days: what appeared, ended or changed, zone by zone, with its claims."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Literal

from layers.build.rows import TRACKS, BuiltAtlas, ZonePeriod, iter_rows, name_columns, rows_by_zone
from layers.query import filters

Change = Literal["appeared", "changed", "ended", "unchanged"]


def diff(
    built: BuiltAtlas,
    first: date,
    second: date,
    *,
    known_by: date | None = None,
    zones: Iterable[str] | None = None,
) -> list[dict[str, Any]]:
    """Return each zone that holds on either day, with what became of it between them.

    A zone appeared or ended as a whole; it changed where a status, asserter or shape on one of
    its tracks did. Changes inside the days between that undo each other are not listed. Of all
    zones, or of some. Raises `QueryError` for a day beyond the
    record.
    """
    for parameter, day in (("from", first), ("to", second)):
        filters.check_day(built.record, day, parameter)
    by_zone = built.by_zone
    if known_by is not None:
        by_zone = rows_by_zone(iter_rows(filters.known_by(built.frame, built.record, known_by)))
    wanted = by_zone if zones is None else set(zones)
    found = []
    for name in (name for name in by_zone if name in wanted):
        before, after = (_held(by_zone[name], day) for day in (first, second))
        if before or after:
            found.append(_zone(built, name, before, after))
    order = {"appeared": 0, "changed": 1, "ended": 2, "unchanged": 3}
    return sorted(found, key=lambda item: order[item["change"]])


def _held(rows: Sequence[ZonePeriod], day: date) -> tuple[ZonePeriod, ...]:
    return tuple(row for row in rows if row.validity.holds(day))


def _zone(
    built: BuiltAtlas, name: str, before: tuple[ZonePeriod, ...], after: tuple[ZonePeriod, ...]
) -> dict[str, Any]:
    kept = {row.id for row in before} & {row.id for row in after}
    gone = [row for row in before if row.id not in kept]
    come = [row for row in after if row.id not in kept]
    change: Change = "unchanged"
    if not before:
        change = "appeared"
    elif not after:
        change = "ended"
    elif gone or come:
        change = "changed"
    zone = built.record.zones[name]
    claims = [
        *(key for row in gone for key in row.end_claim_ids),
        *(key for row in come for key in row.start_claim_ids),
    ]
    return {
        "zone_id": name,
        "layer": zone.layer,
        **name_columns(zone.names.as_dict()),
        "change": change,
        "before": _states(before),
        "after": _states(after),
        "shape_changed": _shape(built, before) != _shape(built, after),
        "end_reasons": sorted({row.end_reason for row in gone if row.end_reason}),
        "claim_ids": list(dict.fromkeys(claims)),
    }


def _states(rows: tuple[ZonePeriod, ...]) -> dict[str, list[str]]:
    return {
        track: list(dict.fromkeys(row.status for row in rows if row.track == track))
        for track in TRACKS
        if any(row.track == track for row in rows)
    }


def _shape(built: BuiltAtlas, rows: tuple[ZonePeriod, ...]) -> list[str]:
    return sorted({built.recipes[row.id].model_dump_json() for row in rows})
