"""A page for each zone: what it is, its statuses, its shape, its disputes, its sources."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from markupsafe import Markup

from layers.build.rows import READINGS, ZonePeriod
from layers.query.filters import disputed
from layers.query.recipe_steps import recipe_steps, step_lines
from layers.query.states import chronological, strongest_day, zone_states_on
from layers.record.model import Claim, Source, Zone
from layers.web.site.renderer import PageRenderer, SitePage, zone_path
from layers.web.site.site import Site

_READING_WORDS = {"inner": "relation.inside_all", "nominal": "nominal", "outer": "outer"}


@dataclass(slots=True)
class CitedSource:
    """A source of a zone, its number on the page, and the claims taken from it."""

    number: int
    source: Source
    claims: list[Claim] = field(default_factory=list)


def zone_page(renderer: PageRenderer, zone: Zone, rows: Sequence[ZonePeriod]) -> SitePage:
    """Return the page of a zone: what it is, its statuses, its shape, its disputes, its sources."""
    site, words = renderer.site, renderer.words
    cited = _cite_sources(site, zone.id, rows)
    day = strongest_day(site.built, rows)
    picture, caption = _picture(renderer, zone, day)
    on = f"on={day}&" if day else ""
    return renderer.page(
        "zone",
        zone_path(zone.id),
        words.pick(zone.names),
        words.pick(zone.summary),
        cited=True,
        zone=zone,
        patterns=renderer.patterns((row, disputed(site.built, row)) for row in rows),
        variant_of=site.record.zones[zone.variant_of] if zone.variant_of else None,
        variants=site.variants.get(zone.id, []),
        picture=picture,
        caption=caption,
        map_link=f"index.html#{on}lang={renderer.lang}&zone={zone.id}",
        history=chronological(rows),
        days=site.change_days,
        unsure_days=lambda row: list(_unsure_days(renderer, row)),
        shapes=list(_shapes(renderer, zone, rows)),
        agreed=site.clauses.get(zone.id, []),
        disputes=site.disputes.get(zone.id, []),
        unknowns=site.unknowns.get(zone.id, []),
        sources=list(cited.values()),
        cited_numbers=lambda claims: _cited_numbers(site, cited, claims),
    )


def _cite_sources(site: Site, zone_id: str, rows: Sequence[ZonePeriod]) -> dict[str, CitedSource]:
    """Return the sources of a zone in order of first use, as the map page numbers them."""
    record = site.record
    keys = [key for row, _ in chronological(rows) for key in (*row.claim_ids, *row.end_claim_ids)]
    keys += [key for dispute in site.disputes.get(zone_id, []) for key in dispute.claims]
    found: dict[str, CitedSource] = {}
    for key in dict.fromkeys(keys):
        source = record.sources[record.source_of[key]]
        cited = found.setdefault(source.id, CitedSource(len(found) + 1, source))
        cited.claims.append(record.claims[key])
    return found


def _cited_numbers(
    site: Site, cited: Mapping[str, CitedSource], claims: Iterable[str]
) -> list[int]:
    """Return the numbers of the sources of claims, in order."""
    sources = {site.record.source_of[key] for key in claims}
    return sorted(cited[name].number for name in sources if name in cited)


def _picture(renderer: PageRenderer, zone: Zone, day: date | None) -> tuple[Markup, str]:
    """Return the map of the day on which the zone was surest, with a caption that says so."""
    words, t, maps = renderer.words, renderer.t, renderer.site.maps
    mine = zone_states_on(renderer.site.built, day, zones=[zone.id]).get(zone.id) if day else None
    if day is None or mine is None or not maps.drawn(mine.lead):
        return Markup(), ""
    row, when = mine.lead, words.date(day)
    label = t("picture_zone", name=words.pick(zone.names), date=when)
    status = words.status(row.status, row.zone_type)
    drawn = maps.draw([row], lang=renderer.lang, label=label)
    return drawn, t("caption_zone", status=status, date=when)


def _unsure_days(renderer: PageRenderer, row: ZonePeriod) -> Iterator[str]:
    """Yield what is unsure of the days of a period."""
    words, t = renderer.words, renderer.t
    if row.certain_from is None:
        yield t("never_certain")
        return
    spans = [("starts_between", row.valid_from, row.certain_from)]
    if row.valid_to and row.certain_to:
        spans.append(("ends_between", row.certain_to, row.valid_to))
    for key, first, last in spans:
        if first != last:
            days = {"from": words.date(first, short=True), "to": words.date(last, short=True)}
            yield t(key, **days)


def _shapes(
    renderer: PageRenderer, zone: Zone, rows: Sequence[ZonePeriod]
) -> Iterator[dict[str, Any]]:
    """Yield each shape of a zone: its rule, margin, sizes and inputs."""
    record, built, maps = renderer.record, renderer.site.built, renderer.site.maps
    shapes = renderer.site.explained[zone.id]["shapes"]
    named = {row.id: row for row in rows}
    for number, shape in enumerate(shapes, start=1):
        mine = [named[name] for name in shape["rows"]]
        label = picture = ""
        if len(shapes) > 1:
            label = renderer.t("shape_n", n=number)
            if maps.drawn(mine[0]):
                picture = maps.draw(mine[:1], lang=renderer.lang, label=label, width=420)
        steps = recipe_steps(record, built.recipes[mine[0].id])
        yield {
            "label": label,
            "lines": list(_drawing_lines(renderer, shape, mine[0])),
            "steps": step_lines(record, steps, renderer.words),
            "picture": picture,
            "rows": [_row_line(renderer, row) for row in mine],
            "sizes": _sizes(renderer, shape["sizes"]),
            "inputs": [_input(renderer, item) for item in shape["inputs"]],
            "recipe": json.dumps(shape["recipe"], ensure_ascii=False, indent=1, sort_keys=True),
        }


def _drawing_lines(renderer: PageRenderer, shape: dict[str, Any], row: ZonePeriod) -> Iterator[str]:
    words, t = renderer.words, renderer.t
    yield t(f"basis.{shape['geom_basis']}")
    if row.shape is None:
        yield t("no_shape")
    if row.geom_as_of:
        yield t("drawn_for", date=words.date(row.geom_as_of))
    if row.uncertainty_m:
        yield t("margin", km=words.in_km(row.uncertainty_m))


def _row_line(renderer: PageRenderer, row: ZonePeriod) -> str:
    words, t = renderer.words, renderer.t
    return t(
        "row_line",
        track=t(f"track.{row.track}"),
        status=words.lowercase_initial(words.status(row.status, row.zone_type)),
        range=words.date_range(row.valid_from, row.valid_to),
    )


def _sizes(
    renderer: PageRenderer, sizes: dict[str, dict[str, float | None]]
) -> list[tuple[str, str]]:
    """Return the three readings of a shape with their sizes; nothing for a shape without any."""
    told = [(renderer.t(_READING_WORDS[name]), _size(renderer, sizes[name])) for name in READINGS]
    return told if any(size for _, size in told) else []


def _size(renderer: PageRenderer, size: dict[str, float | None]) -> str:
    words, t = renderer.words, renderer.t
    if size["area_km2"]:
        digits = 0 if size["area_km2"] >= 100 else 1
        return t("area_km2", n=words.number(size["area_km2"], digits))
    if size["length_km"]:
        return t("long_km", n=words.number(size["length_km"], 1))
    return t("a_point") if size["area_km2"] is not None else ""


def _input(renderer: PageRenderer, item: dict[str, Any]) -> tuple[str, str]:
    """Return what a shape was made from with its margin, and whose data it is."""
    words, t, record = renderer.words, renderer.t, renderer.record
    if item["kind"] == "place":
        name = record.places[item["id"]].name(renderer.lang)
        text = t("input_place", name=name, km=words.km(item["uncertainty_m"]))
    elif item["kind"] == "trace":
        margins = sorted(set(item["uncertainty_m"]))
        low, high = words.km(margins[0]), words.km(margins[-1])
        margin = low if low == high else t("margins", low=low, high=high)
        if polygons := item.get("polygons"):
            text = t("input_polygons", name=item["id"], n=words.number(polygons), km=margin)
        else:
            long = t("km", km=words.number(item["length_km"], 1))
            text = t("input_trace", name=item["id"], length=long, km=margin)
    else:
        gap = t("km", km=words.number(item["largest_gap_km"], 1))
        text = t("input_pairs", n=item["pairs"], name=item["id"], km=gap)
    publishers = (record.sources[name].publisher for name in item["sources"])
    return text, words.join(dict.fromkeys(words.pick(one) for one in publishers))
