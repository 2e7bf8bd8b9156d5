"""Pages that list: zones by layer, disputes, what was not established, sources."""

from __future__ import annotations

from collections.abc import Sequence

from layers.build.rows import ZonePeriod
from layers.query import listing
from layers.query.filters import disputed
from layers.query.states import in_time
from layers.web.site import evidence, look
from layers.web.site.evidence import outside, part
from layers.web.site.frame import Page, Writer, text_page
from layers.web.site.maps import patterns_of
from layers.web.site.markup import NOTHING, Html, bdi, between, el, join
from layers.web.site.zone_pages import zone_path


def zone_list(writer: Writer, zones: Sequence[tuple[str, tuple[ZonePeriod, ...]]]) -> Page:
    """Return the list of zones, layer by layer, with the statuses that each has had."""
    words, record, here = writer.speech, writer.site.record, "zones/index.html"
    layers = writer.site.built
    rows = dict(zones)
    groups = []
    for layer in record.layers.values():
        names = [name for name, _ in zones if record.zones[name].layer == layer.id]
        entries = [_zone(writer, here, name, rows[name]) for name in names]
        groups.append(
            part(
                words.pick(layer.title), layer.id, el("p", words.pick(layer.summary)),
                el("ul", entries, class_="entries"), aside=words.number(len(names)),
            )
        )  # fmt: skip
    patterns = patterns_of((row, disputed(layers, row)) for row in layers.rows)
    return text_page(writer, here, "zones", "zones_lead", join(patterns, groups))


def _zone(writer: Writer, here: str, name: str, rows: Sequence[ZonePeriod]) -> Html:
    words, zone = writer.speech, writer.site.record.zones[name]
    boxes: dict[Html, None] = {}
    said: dict[str, None] = {}
    for row, after in in_time(rows):
        boxes[look.badge(row.zone_type, row.status)] = None
        said[words.inner(words.status(row.status, row.zone_type, after=after))] = None
    ends = [row.valid_to for row in rows]
    last = None if None in ends else max((end for end in ends if end), default=None)
    span = words.range(min(row.valid_from for row in rows), last) if rows else ""
    return el(
        "li",
        look.sign(zone.type),
        el(
            "div",
            writer.anchor(
                zone_path(name), here, bdi(words.pick(zone.names), writer.lang),
                class_=f"entry-name kind-{zone.type}",
            ),
            el("p", words.listed([*said, span] if span else said), class_="entry-state"),
            class_="entry-words",
        ),
        class_="entry",
    )  # fmt: skip


def zone_links(writer: Writer, here: str, zones: Sequence[str]) -> Html:
    """Return a line of links to zones."""
    words, record = writer.speech, writer.site.record
    if not zones:
        return NOTHING
    links = [
        writer.anchor(zone_path(name), here, bdi(words.pick(record.zones[name].names), writer.lang))
        for name in zones
    ]
    return el("p", words.say("concerns"), " ", between(words.comma, links), class_="quiet")


def dispute_list(writer: Writer) -> Page:
    """Return the disputes, each with its sides in equal columns."""
    words, here = writer.speech, "disputes.html"
    made = [
        el(
            "section",
            el("h2", words.pick(item.title), id=item.id),
            evidence.dispute(writer, here, item),
            zone_links(writer, here, item.zones),
            class_="dispute part",
        )
        for item in writer.site.record.disputes.values()
    ]
    body = join(made) if made else el("p", words.say("no_disputes"), class_="note")
    return text_page(writer, here, "disputes", "disputes_lead", body)


def unknown_list(writer: Writer) -> Page:
    """Return what could not be established, and how each thing that sources name is shown."""
    words, here = writer.speech, "unknowns.html"
    made = [
        el(
            "section",
            el("h2", words.pick(item.question), id=item.id),
            el("p", words.pick(item.found)),
            zone_links(writer, here, item.zones),
            _claims(writer, here, item.claims),
            class_="part",
        )
        for item in writer.site.record.unknowns.values()
    ]
    body = join(made) if made else el("p", words.say("no_unknowns"), class_="note")
    body = join(body, _coverage(writer, here))
    return text_page(writer, here, "unknowns_page", "unknowns_lead", body)


def _claims(writer: Writer, here: str, claims: Sequence[str]) -> Html:
    if not claims:
        return NOTHING
    record, words = writer.site.record, writer.speech
    listed = [
        el("li", el("p", bdi(words.pick(record.claims[key].summary), writer.lang)),
           el("p", evidence.told(writer, here, key), class_="quiet"))
        for key in claims
    ]  # fmt: skip
    return join(
        el("p", words.say("claims_behind"), class_="quiet"), el("ul", listed, class_="claims")
    )


def _coverage(writer: Writer, here: str) -> Html:
    words = writer.speech
    found = listing.coverage(writer.site.record)
    if not found:
        return NOTHING
    rows = [
        el(
            "tr",
            el("th", one[f"name_{writer.lang}"], scope="row"),
            el("td", words.say(f"as_{one['drawn_as']}")),
            el("td", one[f"reason_{writer.lang}"], zone_links(writer, here, one["zones"])),
        )
        for one in found
    ]
    heads = [el("th", words.say(key), scope="col") for key in ("name", "drawn_as", "drawn_why")]
    return part(
        words.say("coverage"), "coverage", el("p", words.say("coverage_lead")),
        el("div", el("table", el("thead", el("tr", heads)), el("tbody", rows)), class_="scroll",
           tabindex=0, role="group", aria_labelledby="coverage"),
    )  # fmt: skip


def source_list(writer: Writer) -> Page:
    """Return every source with what is known of it and the zones that rest on it."""
    here = "sources.html"
    record = writer.site.record
    zones: dict[str, dict[str, None]] = {key: {} for key in record.sources}
    counts = dict.fromkeys(record.sources, 0)
    for key, names in listing.zones_of_claims(record).items():
        zones[record.source_of[key]].update(dict.fromkeys(names))
        counts[record.source_of[key]] += 1
    listed = [_source(writer, here, key, counts[key], list(zones[key])) for key in record.sources]
    return text_page(
        writer, here, "sources", "sources_lead", el("ol", listed, class_="sources all")
    )


def _source(writer: Writer, here: str, key: str, claims: int, zones: Sequence[str]) -> Html:
    words, source = writer.speech, writer.site.record.sources[key]
    return el(
        "li",
        evidence.source_lines(writer, source, here),
        el("p", bdi(words.pick(source.note), writer.lang)) if source.note else None,
        el("p", outside(source.archive_url, words.say("archived"))) if source.archive_url else None,
        el("p", words.say("licence_of", licence=source.licence), words.semicolon,
           words.count("claims_taken", claims), class_="quiet"),
        el("p", words.say("text_digest"), " ", el("bdi", source.sha256, class_="digest"),
           class_="quiet")
        if source.sha256 else None,
        zone_links(writer, here, zones),
        class_="source-words", id=key,
    )  # fmt: skip
