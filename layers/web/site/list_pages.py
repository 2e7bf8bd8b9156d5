"""Pages that list: zones by layer, and sources."""

from __future__ import annotations

from collections.abc import Sequence

from layers.build.rows import ZonePeriod
from layers.query import listing
from layers.query.filters import disputed
from layers.query.states import chronological
from layers.web.site.renderer import PageRenderer, SitePage


def zone_list(renderer: PageRenderer) -> SitePage:
    """Return the list of zones, layer by layer, with the statuses that each has had."""
    record, built, t = renderer.record, renderer.site.built, renderer.t
    lines = [
        (record.zones[name], _statuses(renderer, rows)) for name, rows in built.by_zone.items()
    ]
    groups = [
        (layer, [line for line in lines if line[0].layer == layer.id])
        for layer in record.layers.values()
    ]
    patterns = renderer.patterns((row, disputed(built, row)) for row in built.rows)
    return renderer.page(
        "zones", "zones/index.html", t("zones"), t("zones_lead"), groups=groups, patterns=patterns
    )


def _statuses(renderer: PageRenderer, rows: Sequence[ZonePeriod]) -> str:
    """Return the statuses that a zone has had, each once, and the days that they span."""
    words = renderer.words
    said = dict.fromkeys(
        words.lowercase_initial(words.status(row.status, row.zone_type, after=after))
        for row, after in chronological(rows)
    )
    ends = [row.valid_to for row in rows]
    last = None if None in ends else max(end for end in ends if end)
    span = words.date_range(min(row.valid_from for row in rows), last)
    return words.join([*said, span])


def source_list(renderer: PageRenderer) -> SitePage:
    """Return every source with what is known of it and the zones that rest on it."""
    record, t = renderer.record, renderer.t
    zones: dict[str, dict[str, None]] = {key: {} for key in record.sources}
    counts = dict.fromkeys(record.sources, 0)
    for key, names in listing.zones_of_claims(record).items():
        zones[record.source_of[key]].update(dict.fromkeys(names))
        counts[record.source_of[key]] += 1
    listed = [(source, counts[key], list(zones[key])) for key, source in record.sources.items()]
    return renderer.page("sources", "sources.html", t("sources"), t("sources_lead"), sources=listed)
