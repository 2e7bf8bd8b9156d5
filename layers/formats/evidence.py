"""The sheets of evidence: sources, claims, disputes and what else a reader joins to the rows.

An export of some rows carries what those rest on; a data release carries the whole record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from layers.build.rows import iter_rows
from layers.formats.columns import Sheet, sheet
from layers.formats.content import Content
from layers.query import listing
from layers.query.clauses import ClauseState, clause_states
from layers.query.tallies import tallies
from layers.record.base import Model
from layers.record.model import Record
from layers.record.texts import LocalizedText


def row_evidence(content: Content) -> tuple[Sheet, ...]:
    """Return sources, claims, their links to the rows, disputes, clauses and tallies of rows."""
    record = content.built.record
    zones, known_by = set(content.rows["zone_id"]), content.known_by
    states = clause_states(record, zones=zones, known_by=known_by)
    counts = tallies(record, zones=zones, known_by=known_by)
    disputes = set(content.rows["dispute_ids"].explode().dropna())
    cited = set(content.rows["claim_ids"].explode())
    told = {key for name in disputes for key in record.disputes[name].claims}
    cited |= told & record.stated_by(known_by)
    cited |= {key for state in states for key in state.cited}
    cited |= {count["id"] for count in counts}
    sources = {record.source_of[key] for key in cited}
    sources |= {credit.source for credit in content.credits if credit.source}
    sources |= {state.agreement.agreement for state in states}
    sources |= {count["agreement"] for count in counts if count["agreement"]}
    rows: dict[str, Iterable[dict[str, Any]]] = {
        "sources": (row for row in source_rows(record) if row["id"] in sources),
        "claims": (row for row in listing.claims(record) if row["id"] in cited),
        "row_claims": _links(content),
        "disputes": (row for row in dispute_rows(record) if row["id"] in disputes),
        "dispute_sides": (
            {**row, "claims": [key for key in row["claims"] if key in cited]}
            for row in side_rows(record)
            if row["dispute_id"] in disputes
        ),
        "clauses": clause_rows(states),
        "clause_reports": report_rows(states),
        "tallies": counts,
    }
    return tuple(sheet(name, listed, content.languages) for name, listed in rows.items())


def record_evidence(content: Content) -> tuple[Sheet, ...]:
    """Return every sheet of the whole record, and the links of these rows."""
    record = content.built.record
    rows: dict[str, Iterable[dict[str, Any]]] = {
        "sources": source_rows(record),
        "claims": listing.claims(record),
        "row_claims": _links(content),
        "disputes": dispute_rows(record),
        "dispute_sides": side_rows(record),
        "clauses": clause_rows(clause_states(record)),
        "clause_reports": report_rows(clause_states(record)),
        "tallies": tallies(record),
        "unknowns": map(_flat, record.unknowns.values()),
        "actors": map(_flat, record.actors.values()),
        "places": (item.model_dump() for item in record.places.values()),
    }
    return tuple(sheet(name, listed, content.languages) for name, listed in rows.items())


def nested_evidence(record: Record) -> dict[str, list[dict[str, Any]]]:
    """Return the record's lists as JSON has them, with texts in all languages inside."""
    return {
        "sources": listing.sources(record),
        "claims": listing.claims(record),
        "disputes": listing.disputes(record),
        "clauses": [one.as_dict() for one in clause_states(record)],
        "tallies": tallies(record),
        "unknowns": listing.unknowns(record),
        "actors": [item.model_dump(mode="json") for item in record.actors.values()],
        "places": [item.model_dump(mode="json") for item in record.places.values()],
    }


def clause_rows(found: Iterable[ClauseState]) -> Iterator[dict[str, Any]]:
    """Yield clauses as the sheet of clauses has them, what was reported as lists side by side."""
    for state in found:
        row, reports = state.as_dict(), state.reports
        yield {
            **row,
            "from_text": row["from"],
            "by_text": row["by"],
            "report_claim_ids": [one.claim_id for one in reports],
            "report_speakers": [one.speaker for one in reports],
            "report_outcomes": [one.outcome for one in reports],
            "report_dates": [one.when for one in reports],
        }


def report_rows(found: Iterable[ClauseState]) -> Iterator[dict[str, Any]]:
    """Yield what was reported of clauses."""
    for state in found:
        for report in state.reports:
            yield {"clause_id": state.clause.id, **report.as_dict()}


def _links(content: Content) -> Iterator[dict[str, Any]]:
    for row in iter_rows(content.rows):
        for key in row.claim_ids:
            links = (("start", row.start_claim_ids), ("end", row.end_claim_ids))
            yield {
                "row_id": row.id,
                "claim_id": key,
                "source_id": content.built.record.source_of[key],
                "says": [name for name, keys in links if key in keys],
            }


def source_rows(record: Record) -> Iterator[dict[str, Any]]:
    """Yield every source as the sheet of sources has it."""
    for source in record.sources.values():
        yield {
            **_flat(source),
            **(note.columns("published_note") if (note := source.published.note) else {}),
            "published": source.published.date,
            "published_basis": source.published.basis,
            "reliability_source": source.reliability.source,
            "reliability_information": source.reliability.information,
        }


def dispute_rows(record: Record) -> Iterator[dict[str, Any]]:
    """Yield every dispute as the sheet of disputes has it."""
    return (_flat(item) for item in record.disputes.values())


def side_rows(record: Record) -> Iterator[dict[str, Any]]:
    """Yield every side of every dispute as the sheet of sides has it."""
    for dispute in record.disputes.values():
        for number, side in enumerate(dispute.sides, start=1):
            yield {"dispute_id": dispute.id, "side": number, **_flat(side)}


def _flat(item: Model) -> dict[str, Any]:
    """Return a record with each text as a column a language."""
    flat: dict[str, Any] = {}
    for name, value in item:
        flat |= value.columns(name) if isinstance(value, LocalizedText) else {name: value}
    return flat
