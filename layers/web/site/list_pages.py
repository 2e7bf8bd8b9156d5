"""Pages that list: zones by layer, disputes, what was not established, sources."""

from __future__ import annotations

from collections.abc import Sequence

from layers.build.rows import ZonePeriod
from layers.query import listing
from layers.query.filters import disputed
from layers.query.states import chronological
from layers.web.site.page import SitePage
from layers.web.site.renderer import PageRenderer


def zone_list(
    renderer: PageRenderer, zones: Sequence[tuple[str, tuple[ZonePeriod, ...]]]
) -> SitePage:
    """Return the list of zones, layer by layer, with the statuses that each has had."""
    record, built = renderer.site.record, renderer.site.built
    groups = []
    for layer in record.layers.values():
        mine = [(record.zones[name], rows) for name, rows in zones]
        lines = [(zone, _statuses(renderer, rows)) for zone, rows in mine if zone.layer == layer.id]
        groups.append((layer, lines))
    patterns = renderer.patterns((row, disputed(built, row)) for row in built.rows)
    return renderer.page(
        "zones", "zones/index.html", "zones", "zones_lead", groups=groups, patterns=patterns
    )


def _statuses(renderer: PageRenderer, rows: Sequence[ZonePeriod]) -> str:
    """Return the statuses that a zone has had, each once, and the days that they span."""
    words = renderer.words
    said = dict.fromkeys(
        words.lowercase_initial(words.status(row.status, row.zone_type, after=after))
        for row, after in chronological(rows)
    )
    if not rows:
        return ""
    ends = [row.valid_to for row in rows]
    last = None if None in ends else max(end for end in ends if end)
    span = words.date_range(min(row.valid_from for row in rows), last)
    return words.join([*said, span])


def dispute_list(renderer: PageRenderer) -> SitePage:
    """Return the disputes, each with its sides in equal columns."""
    return renderer.page("disputes", "disputes.html", "disputes", "disputes_lead")


def unknown_list(renderer: PageRenderer) -> SitePage:
    """Return what could not be established, and how each thing that sources name is shown."""
    return renderer.page("unknowns", "unknowns.html", "unknowns_page", "unknowns_lead")


def source_list(renderer: PageRenderer) -> SitePage:
    """Return every source with what is known of it and the zones that rest on it."""
    record = renderer.site.record
    zones: dict[str, dict[str, None]] = {key: {} for key in record.sources}
    counts = dict.fromkeys(record.sources, 0)
    for key, names in listing.zones_of_claims(record).items():
        zones[record.source_of[key]].update(dict.fromkeys(names))
        counts[record.source_of[key]] += 1
    listed = [(source, counts[key], list(zones[key])) for key, source in record.sources.items()]
    return renderer.page("sources", "sources.html", "sources", "sources_lead", sources=listed)
