"""A page for each zone: what it is, its statuses, its shape, its disputes, its sources."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from layers.build.rows import READINGS, ZonePeriod
from layers.query.filters import disputed
from layers.query.states import day_of, held_of
from layers.record.model import Zone
from layers.web.site import evidence, look
from layers.web.site.evidence import part
from layers.web.site.frame import Page, Writer
from layers.web.site.maps import Maps, patterns_of
from layers.web.site.markup import NOTHING, Html, bdi, between, el, join


def zone_path(zone_id: str) -> str:
    """Return the path of a zone's page."""
    return f"zones/{zone_id}.html"


def zone_page(
    writer: Writer, maps: Maps, zone: Zone, rows: Sequence[ZonePeriod], days: frozenset[date]
) -> Page:
    """Return the page of a zone; ``days`` are those that have a page."""
    words, here = writer.speech, zone_path(zone.id)
    cited = evidence.evidence(writer, zone.id, rows)
    layers = writer.site.built
    said = writer.site.explained(zone.id)
    body = join(
        patterns_of((row, disputed(layers, row)) for row in rows),
        _head(writer, here, zone),
        _picture(writer, maps, rows),
        _links(writer, here, zone, rows),
        evidence.ladder(writer, here, rows, cited, days) if rows else None,
        _shape(writer, maps, zone, said, rows),
        _disputes(writer, here, zone, cited),
        _unknowns(writer, here, zone),
        evidence.sources(writer, here, cited) if cited else None,
    )
    return Page(
        path=here,
        title=words.pick(zone.names),
        description=words.pick(zone.summary),
        body=body,
        trail=(("index.html", words.say("to_map")), ("zones/index.html", words.say("zones"))),
        cited=True,
    )


def _head(writer: Writer, here: str, zone: Zone) -> Html:
    words = writer.speech
    other = words.other
    return join(
        el("p", look.sign(zone.type), " ", el("span", words.kind(zone.type)),
           class_=f"zone-kind kind-{zone.type}"),
        el("p", zone.names.as_dict()[other], class_="zone-other", lang=other,
           dir="rtl" if other == "ar" else "ltr"),
        el("p", words.pick(zone.summary), class_="lead"),
        _related(writer, here, zone),
    )  # fmt: skip


def _related(writer: Writer, here: str, zone: Zone) -> Html:
    words, zones = writer.speech, writer.site.record.zones

    def link(other: Zone) -> Html:
        return writer.anchor(zone_path(other.id), here, bdi(words.pick(other.names), writer.lang))

    base = zones[zone.variant_of] if zone.variant_of else None
    variants = writer.site.variants.get(zone.id)
    return join(
        el("p", words.say("variant_of"), " ", link(base), class_="quiet") if base else None,
        el("p", words.say("variants"), between(words.comma, map(link, variants)), class_="quiet")
        if variants else None,
    )  # fmt: skip


def _picture(writer: Writer, maps: Maps, rows: Sequence[ZonePeriod]) -> Html:
    """Return the map of the day on which the zone was surest, with a caption that says so."""
    words = writer.speech
    day = day_of(writer.site.built, rows)
    name = rows[0].zone_id if rows else ""
    mine = held_of(writer.site.built, day, [name]).get(name) if day else None
    if day is None or mine is None or not maps.drawn(mine.lead):
        return el("p", words.say("no_place"), class_="note")
    row, when = mine.lead, words.day(day)
    name = words.pick(writer.site.record.zones[row.zone_id].names)
    drawn = maps.draw(
        [row], lang=writer.lang, label=words.say("picture_zone", name=name, date=when)
    )
    status = words.status(row.status, row.zone_type)
    caption = words.say("caption_zone", status=status, date=when)
    return el("figure", drawn, el("figcaption", caption))


def _links(writer: Writer, here: str, zone: Zone, rows: Sequence[ZonePeriod]) -> Html:
    words = writer.speech
    day = day_of(writer.site.built, rows)
    on = f"on={day}&" if day else ""
    to_map = writer.to(f"index.html#{on}lang={writer.lang}&zone={zone.id}", here)
    items = writer.shared(f"collections/{zone.layer}/items.json", here)
    return el(
        "p",
        el("a", words.say("to_map_zone"), class_="chip strong", href=to_map),
        el("a", words.say("data_of_zone"), class_="chip", href=items),
        class_="chips",
    )


def _shape(
    writer: Writer, maps: Maps, zone: Zone, said: dict[str, Any], rows: Sequence[ZonePeriod]
) -> Html:
    words = writer.speech
    shapes = said["shapes"]
    named = {row.id: row for row in rows}
    return part(
        words.say("shape"), "shape",
        el("p", words.pick(zone.clause), class_="clause"),
        el("p", words.pick(zone.drawn)) if zone.drawn else None,
        el("p", el("b", words.say(f"confidence.{zone.confidence}")), " ",
           words.pick(zone.confidence_reason)),
        [
            _one_shape(writer, maps, shape, number if len(shapes) > 1 else 0,
                       [named[name] for name in shape["rows"]])
            for number, shape in enumerate(shapes, start=1)
        ],
    )  # fmt: skip


def _one_shape(
    writer: Writer, maps: Maps, shape: dict[str, Any], number: int, rows: Sequence[ZonePeriod]
) -> Html:
    """Return one of the shapes of a zone: its rule, margin, sizes and inputs."""
    words, row = writer.speech, rows[0]
    lines = [words.say(f"basis.{shape['geom_basis']}")]
    drawn = writer.site.built.drawn[row.id]
    if drawn.nominal is None and drawn.outer is None:
        lines.append(words.say("no_shape"))
    if row.geom_as_of:
        lines.append(words.say("drawn_for", date=words.day(row.geom_as_of)))
    if row.uncertainty_m:
        lines.append(words.say("margin", km=words.in_km(row.uncertainty_m)))
    label = words.say("shape_n", n=number)
    small = NOTHING
    if number and maps.drawn(row):
        small = el("figure", maps.draw([row], lang=writer.lang, label=label, width=420),
                   el("figcaption", words.say("caption_shape")), class_="small")  # fmt: skip
    recipe = json.dumps(shape["recipe"], ensure_ascii=False, indent=1, sort_keys=True)
    return el(
        "div",
        el("h3", label) if number else None,
        el("p", " ".join(lines)),
        small,
        _rows_of(writer, rows) if number else None,
        _sizes(writer, shape["sizes"]),
        _inputs(writer, shape["inputs"]),
        el("details", el("summary", words.say("recipe")), el("pre", recipe, dir="ltr")),
        class_="shape",
    )


def _rows_of(writer: Writer, rows: Sequence[ZonePeriod]) -> Html:
    words = writer.speech
    lines = [
        words.say(
            "row_line", track=words.say(f"track.{row.track}"),
            status=words.inner(words.status(row.status, row.zone_type)),
            range=words.range(row.valid_from, row.valid_to),
        )
        for row in rows
    ]  # fmt: skip
    return join(
        el("p", words.say("shape_for"), class_="quiet"),
        el("ul", [el("li", line) for line in lines], class_="lines"),
    )


def _sizes(writer: Writer, sizes: dict[str, dict[str, float | None]]) -> Html:
    """Return the three readings of a shape with their sizes; nothing for a shape without any."""
    words = writer.speech
    told = [(name, _size(writer, sizes[name])) for name in READINGS]
    if not any(size for _, size in told):
        return NOTHING
    cells = [
        el("tr", el("th", words.say(name), scope="row"),
           el("td", size or words.say("nothing_drawn")))
        for name, size in told
    ]  # fmt: skip
    return el("table", el("caption", words.say("readings")), el("tbody", cells), class_="facts")


def _size(writer: Writer, size: dict[str, float | None]) -> str:
    words = writer.speech
    if size["area_km2"]:
        digits = 0 if size["area_km2"] >= 100 else 1
        return words.say("area_km2", n=words.number(size["area_km2"], digits))
    if size["length_km"]:
        return words.say("long_km", n=words.number(size["length_km"], 1))
    return words.say("a_point") if size["area_km2"] is not None else ""


def _inputs(writer: Writer, inputs: Sequence[dict[str, Any]]) -> Html:
    if not inputs:
        return NOTHING
    return join(
        el("p", el("b", writer.speech.say("made_from"))),
        el("ul", [el("li", *_input(writer, item)) for item in inputs], class_="lines"),
    )


def _input(writer: Writer, item: dict[str, Any]) -> Iterator[str | Html]:
    """Yield what a shape was made from, its margin, and whose data it is."""
    words, record = writer.speech, writer.site.record
    if item["kind"] == "place":
        place = record.places[item["id"]]
        name = place.name(writer.lang)
        yield words.say("input_place", name=name, km=words.km(item["uncertainty_m"]))
    elif item["kind"] == "trace":
        margins = sorted(set(item["uncertainty_m"]))
        low, high = words.km(margins[0]), words.km(margins[-1])
        margin = low if low == high else words.say("margins", low=low, high=high)
        long = words.say("km", km=words.number(item["length_km"], 1))
        yield words.say("input_trace", name=item["id"], length=long, km=margin)
    else:
        gap = words.say("km", km=words.number(item["largest_gap_km"], 1))
        yield words.say("input_pairs", n=item["pairs"], name=item["id"], km=gap)
    publishers = (record.sources[name].publisher for name in item["sources"])
    names = words.listed(dict.fromkeys(words.pick(one) for one in publishers))
    yield el("span", " · ", bdi(names, writer.lang), class_="quiet")


def _disputes(writer: Writer, here: str, zone: Zone, cited: dict[str, evidence.Cited]) -> Html:
    found = evidence.disputes_of(writer, zone.id)
    if not found:
        return NOTHING
    words = writer.speech
    return part(
        words.say("disputes"), "disputes",
        [
            el(
                "div",
                el("h3", writer.anchor(f"disputes.html#{item.id}", here, words.pick(item.title))),
                evidence.dispute(writer, here, item, cited),
                class_="dispute",
            )
            for item in found
        ],
        aside=words.number(len(found)),
    )  # fmt: skip


def _unknowns(writer: Writer, here: str, zone: Zone) -> Html:
    words = writer.speech
    found = writer.site.unknowns.get(zone.id)
    if not found:
        return NOTHING
    listed = [
        join(
            el("dt", writer.anchor(f"unknowns.html#{one.id}", here, words.pick(one.question))),
            el("dd", words.pick(one.found)),
        )
        for one in found
    ]
    return part(words.say("unknown_here"), "unknowns", el("dl", listed))
