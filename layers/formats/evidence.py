"""The sheets of evidence: sources, claims, disputes and what else a reader joins to the rows.

An export of some rows carries what those rest on; a data release carries the whole record.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from layers.build.rows import iter_rows
from layers.formats.columns import Sheet, sheet
from layers.formats.content import Content
from layers.query import listing
from layers.record.model import Record
from layers.record.texts import LANGUAGES


def row_evidence(content: Content) -> tuple[Sheet, ...]:
    """Return sources, claims, their links to the rows, and disputes, of these rows alone."""
    record = content.built.record
    disputes = set(content.rows["dispute_ids"].explode().dropna())
    cited = set(content.rows["claim_ids"].explode())
    cited |= {
        key for name in disputes for side in record.disputes[name].sides for key in side.claims
    } & record.stated_by(content.known_by)
    sources = {record.source_of[key] for key in cited}
    sources |= {credit.source for credit in content.credits if credit.source}
    return (
        sheet("sources", (row for row in source_rows(record) if row["id"] in sources)),
        sheet("claims", (row for row in listing.claims(record) if row["id"] in cited)),
        sheet("row_claims", _links(content)),
        sheet("disputes", (row for row in dispute_rows(record) if row["id"] in disputes)),
        sheet(
            "dispute_sides",
            (
                {**row, "claims": [key for key in row["claims"] if key in cited]}
                for row in side_rows(record)
                if row["dispute_id"] in disputes
            ),
        ),
    )


def record_evidence(content: Content) -> tuple[Sheet, ...]:
    """Return every sheet of the whole record, and the links of these rows."""
    record = content.built.record
    return (
        sheet("sources", source_rows(record)),
        sheet("claims", listing.claims(record)),
        sheet("row_claims", _links(content)),
        sheet("disputes", dispute_rows(record)),
        sheet("dispute_sides", side_rows(record)),
        sheet("unknowns", (_flat(item.model_dump()) for item in record.unknowns.values())),
        sheet("actors", (_flat(item.model_dump()) for item in record.actors.values())),
        sheet("places", (item.model_dump() for item in record.places.values())),
    )


def nested_evidence(record: Record) -> dict[str, list[dict[str, Any]]]:
    """Return the record's lists as JSON has them, with texts in both languages inside."""
    return {
        "sources": listing.sources(record),
        "claims": listing.claims(record),
        "disputes": listing.disputes(record),
        "unknowns": listing.unknowns(record),
        "actors": [item.model_dump(mode="json") for item in record.actors.values()],
        "places": [item.model_dump(mode="json") for item in record.places.values()],
    }


def _links(content: Content) -> Iterator[dict[str, Any]]:
    for row in iter_rows(content.rows):
        for key in row.claim_ids:
            links = (("start", row.start_claim_ids), ("end", row.end_claim_ids))
            says = [name for name, keys in links if key in keys]
            yield {
                "row_id": row.id,
                "claim_id": key,
                "source_id": content.built.record.source_of[key],
                "says": says,
            }


def source_rows(record: Record) -> Iterator[dict[str, Any]]:
    """Yield every source as the sheet of sources has it."""
    for source in record.sources.values():
        flat = _flat(source.model_dump())
        yield {
            **flat,
            **_flat({"published_note": flat["published"]["note"]}),
            "published": flat["published"]["date"],
            "published_basis": flat["published"]["basis"],
            "reliability_source": flat["reliability"]["source"],
            "reliability_information": flat["reliability"]["information"],
        }


def dispute_rows(record: Record) -> Iterator[dict[str, Any]]:
    """Yield every dispute as the sheet of disputes has it."""
    return (_flat(item.model_dump()) for item in record.disputes.values())


def side_rows(record: Record) -> Iterator[dict[str, Any]]:
    """Yield every side of every dispute as the sheet of sides has it."""
    for dispute in record.disputes.values():
        for number, side in enumerate(dispute.sides, start=1):
            flat = _flat(side.model_dump())
            yield {"dispute_id": dispute.id, "side": number, **flat}


def _flat(item: dict[str, Any]) -> dict[str, Any]:
    """Return a record with each text as a column a language."""
    flat: dict[str, Any] = {}
    for name, value in item.items():
        if isinstance(value, dict) and set(value) == set(LANGUAGES):
            flat |= {f"{name}_{lang}": words for lang, words in value.items()}
        else:
            flat[name] = value
    return flat
