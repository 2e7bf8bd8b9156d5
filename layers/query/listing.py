"""The record as lists: claims, sources, disputes, systems, unknowns and the timeline.

Plain data for the command and the service; days are ISO text, ids are ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from layers.record.dates import Edtf, parse_edtf
from layers.record.model import Claim, Dispute, Record, Subject
from layers.record.references import chosen_ids
from layers.record.texts import LocalizedText

_OF_CLAIM = {"places", "actors", "date", "date_basis", "stated_on", "asserted_by", "hedged"}


def zones_of_claims(record: Record) -> dict[str, tuple[str, ...]]:
    """Return, for each claim, the zones that cite it, or whose disputes or systems do."""
    found: dict[str, dict[str, None]] = {key: {} for key in record.claims}
    for zone in record.zones.values():
        for period in zone.periods:
            for key in period.claims:
                found[key][zone.id] = None
    listed: list[Dispute | Subject] = [*record.disputes.values(), *record.systems.values()]
    for item in listed:
        for key in item.claims:
            found[key].update(dict.fromkeys(item.zones))
    return {key: tuple(zones) for key, zones in found.items()}


def claims(
    record: Record,
    *,
    layer: str | None = None,
    source: str | None = None,
    zone: str | None = None,
    known_by: date | None = None,
) -> list[dict[str, Any]]:
    """Return claims in the order of their sources, of a layer, source or zone, known by a day."""
    chosen_ids("layer", layer, record.layers)
    chosen_ids("source", source, record.sources)
    chosen_ids("zone", zone, record.zones)
    zones, stated = zones_of_claims(record), record.stated_by(known_by)
    return [
        _claim(record, claim, zones[key])
        for key, claim in record.claims.items()
        if key in stated
        if layer is None or layer in {record.zones[name].layer for name in zones[key]}
        if source in (None, record.source_of[key])
        if zone is None or zone in zones[key]
    ]


def _claim(record: Record, claim: Claim, zones: tuple[str, ...]) -> dict[str, Any]:
    source = record.sources[record.source_of[claim.id]]
    span, reading = claim.where, claim.second_reading
    note = reading.note if reading else None
    return {
        "id": claim.id,
        "source_id": source.id,
        "source_sha256": source.sha256,
        "start": span.start if span else None,
        "end": span.end if span else None,
        "quote_sha256": span.quote_sha256 if span else None,
        "locator": claim.locator,
        "kind": claim.kind,
        **by_language("summary", claim.summary, record),
        **claim.model_dump(include=_OF_CLAIM),
        "zone_ids": list(zones),
        "second_reading": reading.verdict if reading else None,
        "second_reading_on": reading.on if reading else None,
        **by_language("second_reading_note", note, record),
        "reviewed_by": claim.reviewed_by,
        "reviewed_on": claim.reviewed_on,
    }


def sources(record: Record) -> list[dict[str, Any]]:
    """Return every source with how many claims the record takes from it."""
    counts = dict.fromkeys(record.sources, 0)
    for name in record.source_of.values():
        counts[name] += 1
    return [
        {**source.model_dump(mode="json"), "claims": counts[source.id]}
        for source in record.sources.values()
    ]


def disputes(record: Record, known_by: date | None = None) -> list[dict[str, Any]]:
    """Return the disputes, with their claims; by a day, those of which two sides had spoken."""
    stated = record.stated_by(known_by)
    return [
        dispute.model_dump(mode="json")
        for dispute in record.disputes.values()
        if known_by is None or dispute.is_spoken(stated)
    ]


def unknowns(record: Record) -> list[dict[str, Any]]:
    """Return what could not be established."""
    return [item.model_dump(mode="json") for item in record.unknowns.values()]


def coverage(record: Record) -> list[dict[str, Any]]:
    """Return each system that the sources name: how the atlas represents it, and why."""
    return [
        {
            "number": system.number,
            "id": system.id,
            **by_language("name", system.name, record),
            "drawn_as": system.drawn_as,
            **by_language("reason", system.reason, record),
            "zones": system.zones,
            "claims": system.claims,
        }
        for system in sorted(record.systems.values(), key=lambda item: item.number)
    ]


def timeline(
    record: Record,
    *,
    first: date | None = None,
    last: date | None = None,
    known_by: date | None = None,
) -> list[dict[str, Any]]:
    """Return every dated claim that touches the days asked for, in order of date.

    A claim's date may be vague: it is listed where its widest reading meets the days.
    """
    zones, stated = zones_of_claims(record), record.stated_by(known_by)
    dated = [
        (_sort_key(when), key, _entry(record, claim, zones[key]))
        for key, claim in record.claims.items()
        if claim.date is not None and key in stated
        if (when := parse_edtf(claim.date)).meets(first, last)
    ]
    return [entry for _, _, entry in sorted(dated, key=lambda item: item[:2])]


def _entry(record: Record, claim: Claim, zones: tuple[str, ...]) -> dict[str, Any]:
    return {
        "date": claim.date,
        "date_basis": claim.date_basis,
        "kind": claim.kind,
        **by_language("summary", claim.summary, record),
        "asserted_by": claim.asserted_by,
        "hedged": claim.hedged,
        "stated_on": claim.stated_on,
        "claim_id": claim.id,
        "source_id": record.source_of[claim.id],
        "zone_ids": list(zones),
    }


def by_language(name: str, text: LocalizedText | None, record: Record) -> dict[str, str | None]:
    """Return a text as fields, one a language of the atlas: ``summary_en``; None for no text."""
    return {f"{name}_{lang}": text[lang] if text else None for lang in record.languages}


def in_first(text: Mapping[str, str]) -> str:
    """Return a text in the first language of the atlas."""
    return next(iter(text.values()))


def _sort_key(when: Edtf) -> tuple[date, date]:
    # What began nobody knows when stands at its end, among what was said of that time.
    return when.earliest or when.latest or date.max, when.latest or date.max


def dispute_lines(found: list[dict[str, Any]]) -> Iterator[str]:
    """Yield in lines what is disputed, by whom, and where."""
    for dispute in found:
        yield f"{dispute['id']}: {in_first(dispute['title'])}"
        yield from side_lines(dispute)
        yield f"  Zones: {', '.join(dispute['zones']) or 'none'}"


def side_lines(dispute: Mapping[str, Any]) -> Iterator[str]:
    """Yield in lines what each side of a dispute says, and what the map shows."""
    for side in dispute["sides"]:
        yield f"  - {in_first(side['says'])} ({', '.join(side['claims'])})"
    yield f"  On the map: {in_first(dispute['on_map'])}"


def unknown_lines(found: list[dict[str, Any]]) -> Iterator[str]:
    """Yield in lines what could not be established, and what was found."""
    for item in found:
        yield f"{item['id']}: {in_first(item['question'])}"
        yield f"  {in_first(item['found'])}"


def coverage_lines(found: list[dict[str, Any]], lang: str) -> Iterator[str]:
    """Yield in lines how each system is represented, then how many they are."""
    for item in found:
        zones, count = ", ".join(item["zones"]) or "no zone", len(item["claims"])
        yield f"{item['number']:>2} {item[f'name_{lang}']}: {item['drawn_as'].replace('_', ' ')}"
        yield f"   {item[f'reason_{lang}']}"
        yield f"   {zones}; {count} claim{'' if count == 1 else 's'}"
    yield f"{len(found)} systems"


def text_lines(items: list[dict[str, Any]], *names: str) -> Iterator[str]:
    """Yield one line an item: the named fields, the first padded."""
    width = max((len(str(item[names[0]])) for item in items), default=0)
    for item in items:
        rest = "  ".join(_short(item[name]) for name in names[1:])
        yield f"{item[names[0]]!s:<{width}}  {rest}".rstrip()


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return str(in_first(value))
    if isinstance(value, list):
        return ", ".join(_short(part) for part in value) or "-"
    return "-" if value is None else str(value)
