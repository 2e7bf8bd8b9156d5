"""What a zone rests on: its sources, numbered in the order of first use, and their claims."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from layers.build.rows import ZonePeriod
from layers.query.states import chronological
from layers.record.model import Claim, Source
from layers.web.site.site import Site


@dataclass(slots=True)
class CitedSource:
    """A source of a zone, its number on the page, and the claims taken from it."""

    number: int
    source: Source
    claims: list[Claim] = field(default_factory=list)


def cite_sources(site: Site, zone_id: str, rows: Sequence[ZonePeriod]) -> dict[str, CitedSource]:
    """Return the sources of a zone in order of first use, as the map page numbers them."""
    record = site.record
    keys: dict[str, None] = {}
    for row, _ in chronological(rows):
        keys.update(dict.fromkeys([*row.claim_ids, *row.end_claim_ids]))
    for dispute in site.disputes.get(zone_id, []):
        keys.update(dict.fromkeys(dispute.claims))
    found: dict[str, CitedSource] = {}
    for key in keys:
        source = record.sources[record.source_of[key]]
        cited = found.setdefault(source.id, CitedSource(len(found) + 1, source))
        cited.claims.append(record.claims[key])
    return found


def cited_numbers(site: Site, cited: dict[str, CitedSource], claims: Iterable[str]) -> list[int]:
    """Return the numbers of the sources of claims, in order."""
    sources = {site.record.source_of[key] for key in claims}
    return sorted(cited[name].number for name in sources if name in cited)
