"""Tallies: what was counted under an agreement, each with its counter and unit, never added up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from layers.query.filters import Day, check_day, optional_day
from layers.query.listing import by_language
from layers.record.dates import parse_edtf
from layers.record.model import Claim, Record
from layers.record.references import chosen_ids
from layers.record.tallies import Tally


def tallies(
    record: Record,
    *,
    on: Day | None = None,
    known_by: Day | None = None,
    zones: Iterable[str] | None = None,
) -> list[dict[str, Any]]:
    """Return what was counted, in order of the last day counted and of the counter.

    ``on`` keeps counts whose days hold that day, ``known_by`` those that had been stated, ``zones``
    those whose area is one of these. Raises `QueryError` and `UnknownId`.
    """
    day, known = optional_day("on", on), optional_day("known_by", known_by)
    check_day(record, day)
    wanted = chosen_ids("zone", zones, record.zones)
    stated = record.stated_by(known)
    found = [
        _entry(record, claim, claim.tally)
        for key, claim in record.claims.items()
        if claim.tally is not None and key in stated
        if wanted is None or not wanted.isdisjoint(claim.tally.zones)
        if day is None or _holds(claim.tally, day)
    ]
    return sorted(found, key=lambda item: (item["last_day"], item["counter"], item["id"]))


def _days(tally: Tally) -> tuple[date, date]:
    first, last = parse_edtf(tally.from_).earliest, parse_edtf(tally.to).latest
    return first or date.min, last or date.max  # the check of tallies refuses open days


def _holds(tally: Tally, day: date) -> bool:
    first, last = _days(tally)
    return first <= day <= last


def _entry(record: Record, claim: Claim, tally: Tally) -> dict[str, Any]:
    first, last = _days(tally)
    least, most = tally.bounds
    return {
        "id": claim.id,
        **tally.model_dump(include={"agreement", "counter", "whose", "unit"}),
        **by_language("what", tally.what, record),
        "zones": list(tally.zones),
        "places": list(tally.places),
        "from": tally.from_,
        "to": tally.to,
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "running": tally.running,
        "least": least,
        "most": most,
        "parts": [f"{part.place or part.zone}:{part.number}" for part in tally.parts],
        "quote_sha256": tally.quote_sha256,
        **by_language("summary", claim.summary, record),
        "asserted_by": claim.asserted_by,
        "stated_on": claim.stated_on,
        "source_id": record.source_of[claim.id],
    }
