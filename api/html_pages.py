"""The data pages for people: landing page, collections, items, one item; in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from fastapi import Request
from shapely.geometry.base import BaseGeometry

from api.html_frame import POLICY, anchor, formats, href, named, page, pick, rows, word, words
from api.links import Link, address, base
from api.select import Selection
from api.snapshot import Snapshot
from api.table import Table
from api.tables import CLAIMS, PLACES
from layers.build.rows import READINGS, Reading
from layers.style import static_svg as picture
from layers.style.tokens import tokens

_INK = "#434a52"
Trail = list[tuple[str, str]]


def policy(_: str) -> str:
    """Return the content security policy of the data pages."""
    return POLICY


def landing(
    request: Request, snapshot: Snapshot, links: Sequence[Link], data: dict[str, Any], lang: str
) -> bytes:
    """Return the page that says what there is to take and to ask."""
    root = escape(base(request) + "/")
    body = [
        f'<p class="lead">{word("data_lead", lang)}</p>',
        formats(links, lang),
        _cards(request, snapshot, lang),
        f"<h2>{word('connect', lang)}</h2>",
        f"<div class=panel><p>{word('connect_lead', lang)}</p>",
        f"<p><code>ogrinfo OAPIF:{root}</code></p></div>",
        '<p class="formats">',
        f'<a class="chip" href="{href(request, "/docs", lang)}">{word("docs", lang)}</a>',
        f'<a class="chip" href="{escape(address(request, "/openapi.json"))}">OpenAPI 3.0</a>',
        f'<a class="chip" href="{href(request, "/conformance", lang)}">',
        f"{word('conformance', lang)}</a></p>",
    ]
    record = snapshot.built.record
    title = word("data_title", lang)
    return page(request, record, lang, title, body, links=links, dataset=data)


def collections(
    request: Request,
    snapshot: Snapshot,
    listed: Sequence[Mapping[str, Any]],
    links: Sequence[Link],
    lang: str,
) -> bytes:
    """Return the page of all collections."""
    body = [word("count", lang, n=sum(len(t) for t in snapshot.tables.values()))] if listed else []
    body = [f"<p class=quiet>{''.join(body)}</p>", formats(links, lang)]
    body.append(_cards(request, snapshot, lang))
    title = word("collections", lang)
    trail: Trail = [("/api", word("data", lang))]
    return page(request, snapshot.built.record, lang, title, body, trail=trail, links=links)


def _cards(request: Request, snapshot: Snapshot, lang: str) -> str:
    cards = []
    for table in snapshot.tables.values():
        path = f"/collections/{table.id}"
        title = pick(table.title, lang)
        shapes = _shapes(request, table, range(len(table)), "nominal", lang, linked=False)
        drawn = _picture(snapshot, shapes, lang, title, 420) if shapes else ""
        cards.append(
            f'<article class="card">{drawn}'
            f"<h2>{anchor(request, path, lang, title)}</h2><p>{pick(table.summary, lang)}</p>"
            f'<p class="quiet">{word("count", lang, n=len(table))} · '
            f"{anchor(request, f'{path}/items', lang, word('open', lang))}</p></article>"
        )
    return f'<div class="cards">{"".join(cards)}</div>'


def collection(
    request: Request,
    snapshot: Snapshot,
    table: Table,
    found: Mapping[str, Any],
    links: Sequence[Link],
    lang: str,
) -> bytes:
    """Return the page of one collection."""
    title = pick(table.title, lang)
    path = f"/collections/{table.id}"
    shapes = _shapes(request, table, range(len(table)), "nominal", lang, linked=True)
    files = "".join(
        f'<a class="chip" href="{escape(one["href"])}">{_download(one["title"], lang)}</a>'
        for one in found["links"]
        if one["rel"] in ("items", "enclosure") and "html" not in one["type"]
    )
    facts = [
        (word("extent", lang), f"<bdi>{', '.join(map(str, table.extent or []))}</bdi>"),
        (word("interval", lang), _interval(table, lang)),
        (word("systems", lang), "<br>".join(f"<code>{escape(u)}</code>" for u in found["crs"])),
    ]
    body = [
        f'<p class="lead">{pick(table.summary, lang)}</p>',
        _panel(snapshot, shapes, lang, title),
        f'<p class="formats"><a class="chip" href="{href(request, f"{path}/items", lang)}">',
        f"{word('items', lang)} ({len(table)})</a>",
        f'<a class="chip" href="{href(request, f"{path}/queryables", lang)}">',
        f"{word('queryables', lang)}</a></p>",
        f'<p class="formats"><span>{word("download", lang)}</span>{files}</p>',
        rows(facts),
        formats(links, lang),
    ]
    return page(request, snapshot.built.record, lang, title, body, trail=_trail(lang), links=links)


def _download(title: str, lang: str) -> str:
    """Return the title of a link to data in the language of the page."""
    what, _, form = title.partition(" as ")
    return word(f"{what.lower()}_as", lang, form=form)


def _interval(table: Table, lang: str) -> str:
    first, last = table.interval or (None, None)
    return _span(first and first[:10], last and last[:10], lang)


def _span(first: str | None, last: str | None, lang: str) -> str:
    """Return days from first to last in words, which keep their order in both directions."""
    if first is None and last is None:
        return "–"
    if first == last:
        return f"<bdi>{first}</bdi>"
    key = "span" if first and last else "span_since" if first else "span_until"
    return words()[key][lang].format(first=f"<bdi>{first}</bdi>", last=f"<bdi>{last}</bdi>")


def queryables(
    request: Request,
    snapshot: Snapshot,
    table: Table,
    properties: Mapping[str, Mapping[str, Any]],
    links: Sequence[Link],
    lang: str,
) -> bytes:
    """Return the page of what a filter can ask of a collection."""
    title = word("queryables", lang)
    kinds = [
        (f"<code>{escape(name)}</code>", escape(str(one.get("format") or one.get("type"))))
        for name, one in properties.items()
    ]
    trail = [*_trail(lang), (f"/collections/{table.id}", pick(table.title, lang))]
    body = [formats(links, lang), rows(kinds)]
    return page(request, snapshot.built.record, lang, title, body, trail=trail, links=links)


def conformance(
    request: Request,
    snapshot: Snapshot,
    classes: Sequence[str],
    links: Sequence[Link],
    lang: str,
) -> bytes:
    """Return the page of conformance classes."""
    listed = "".join(f"<li><code>{escape(one)}</code></li>" for one in classes)
    body = [
        f'<p class="lead">{word("conformance_lead", lang)}</p>',
        formats(links, lang),
        f'<div class="panel"><ul class="plain">{listed}</ul></div>',
    ]
    trail: Trail = [("/api", word("data", lang))]
    title = word("conformance", lang)
    return page(request, snapshot.built.record, lang, title, body, trail=trail, links=links)


def items(
    request: Request,
    snapshot: Snapshot,
    selection: Selection,
    given: Mapping[str, str],
    links: Sequence[Link],
    lang: str,
) -> bytes:
    """Return a page of features: picture, question, table, other pages and formats."""
    table = selection.table
    shapes = _shapes(request, table, selection.numbers, selection.reading, lang, linked=True)
    title = pick(table.title, lang)
    first = selection.offset + 1
    count = word("nothing", lang)
    if selection.numbers:
        last = selection.offset + len(selection.numbers)
        count = word("showing", lang, first=first, last=last, n=selection.matched)
    body = [
        _panel(snapshot, shapes, lang, title),
        _form(request, table, given, lang),
        f'<p class="quiet">{count}</p>',
        _table(request, table, selection.numbers, lang),
        _pages(links, lang),
        formats(links, lang),
    ]
    trail = [*_trail(lang), (f"/collections/{table.id}", title)]
    record = snapshot.built.record
    return page(request, record, lang, word("items", lang), body, trail=trail, links=links)


def _form(request: Request, table: Table, given: Mapping[str, str], lang: str) -> str:
    if table.id == PLACES:
        return ""
    fields = ""
    for name in ("on", "known_by"):
        if name == "on" and table.id == CLAIMS:
            continue
        key = "on_day" if name == "on" else name
        value = escape(given.get(name, ""))
        fields += (
            f'<label>{word(key, lang)}<input type="date" name="{name}" value="{value}"></label>'
        )
    if table.id != CLAIMS:
        chosen = given.get("reading", "nominal")
        options = "".join(
            f'<option value="{name}"{" selected" if name == chosen else ""}>'
            f"{word(name, lang)}</option>"
            for name in READINGS
        )
        fields += f'<label>{word("reading", lang)}<select name="reading">{options}</select></label>'
    action = escape(address(request, f"/try/collections/{table.id}/items"))
    return (
        f'<form class="panel ask" method="get" action="{action}">{fields}'
        f'<input type="hidden" name="f" value="html"><input type="hidden" name="lang" '
        f'value="{lang}"><button class="dark">{word("show", lang)}</button></form>'
    )


def _table(request: Request, table: Table, numbers: Iterable[int], lang: str) -> str:
    heads = [word("name", lang), word("kind", lang)]
    if table.id not in (PLACES, CLAIMS):
        heads += [word("track", lang), word("status", lang)]
    if table.has_time:
        heads.append(word("days", lang))
    body = "".join(_row(request, table, number, lang) for number in numbers)
    head = "".join(f"<th>{text}</th>" for text in heads)
    return (
        f'<div class="scroll"><table class="features"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(request: Request, table: Table, number: int, lang: str) -> str:
    held = table.properties(number)
    path = f"/collections/{table.id}/items/{table.ids[number]}"
    cells = [anchor(request, path, lang, _name(table, number, lang))]
    if table.id in (PLACES, CLAIMS):
        cells.append(_kind("place" if table.id == PLACES else "claim", str(held["kind"]), lang))
    else:
        cells.append(named("kind", held["zone_type"], lang))
        cells += [
            word(held["track"], lang),
            named("status", held["status"], lang, held["zone_type"]),
        ]
    if table.has_time:
        cells.append(_days(table, number, lang))
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _kind(group: str, kind: str, lang: str) -> str:
    """Return what a place or claim is; a kind that only the record knows, as it stands there."""
    named_kind = f"{group}.{kind}"
    return word(named_kind, lang) if named_kind in words() else f"<bdi>{escape(kind)}</bdi>"


def _days(table: Table, number: int, lang: str) -> str:
    first, last = table.days[number] or (None, None)
    span = _span(str(first) if first else None, str(last) if last else None, lang)
    return f'<span class="day">{span}</span>'


def _name(table: Table, number: int, lang: str) -> str:
    more = table.localised[lang][number]
    return escape(str(more.get("name") or more.get("summary") or table.ids[number]))


def _pages(links: Sequence[Link], lang: str) -> str:
    steps = "".join(
        f'<a class="chip" rel="{one["rel"]}" href="{escape(one["href"])}">'
        f"{word(one['rel'], lang)}</a>"
        for one in links
        if one["rel"] in ("prev", "next")
    )
    return f'<p class="pages">{steps}</p>' if steps else ""


def item(
    request: Request,
    snapshot: Snapshot,
    table: Table,
    number: int,
    reading: Reading,
    links: Sequence[Link],
    lang: str,
) -> bytes:
    """Return the page of one feature, with its evidence."""
    shapes = _shapes(request, table, [number], reading, lang, linked=False)
    name = _name(table, number, lang)
    drawn = f'<p class="quiet">{word("no_shape", lang)}</p>'
    if shapes:
        drawn = _panel(snapshot, shapes, lang, name)
    held = table.properties(number, lang)
    facts = [(f"<code>{escape(key)}</code>", _value(held[key])) for key in held]
    body = [drawn, formats(links, lang), _evidence(request, snapshot, held, lang)]
    body += [f"<h2>{word('properties', lang)}</h2>", rows(facts)]
    trail = [*_trail(lang), (f"/collections/{table.id}", pick(table.title, lang))]
    return page(request, snapshot.built.record, lang, name, body, trail=trail, links=links)


def _evidence(request: Request, snapshot: Snapshot, held: Mapping[str, Any], lang: str) -> str:
    record = snapshot.built.record
    listed = []
    for key in held.get("claim_ids", []):
        claim = record.claims[key]
        source = record.sources[record.source_of[key]]
        path = f"/collections/{CLAIMS}/items/{key}"
        listed.append(
            f"<li>{anchor(request, path, lang, pick(claim.summary, lang))} "
            f"<span class=quiet>{pick(source.publisher, lang)}</span></li>"
        )
    if not listed:
        return ""
    return (
        f"<h2>{word('evidence', lang)}</h2>"
        f'<div class="panel"><ul class="plain">{"".join(listed)}</ul></div>'
    )


def _value(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, list):
        texts = (
            one if isinstance(one, str) else f"{one['place']} ({one['role']})" for one in value
        )
        return "<br>".join(f"<bdi>{escape(text)}</bdi>" for text in texts) or "–"
    return f"<bdi>{escape(str(value))}</bdi>"


def _trail(lang: str) -> Trail:
    return [("/api", word("data", lang)), ("/collections", word("collections", lang))]


def _shapes(
    request: Request,
    table: Table,
    numbers: Iterable[int],
    reading: Reading,
    lang: str,
    *,
    linked: bool,
) -> list[picture.Shape]:
    kinds = table.columns.get("zone_type")
    colours = tokens()["kinds"]
    made = []
    for number in numbers:
        shape = table.shapes[reading][number]
        if shape is None:
            continue
        colour = colours[kinds.values[number]]["line"] if kinds else _INK
        path = f"/collections/{table.id}/items/{table.ids[number]}"
        where = address(request, path, {"lang": lang, "f": "html"}) if linked else ""
        title = str(table.localised[lang][number].get("name", "")) if linked else ""
        made.append(picture.Shape(shape, colour, where, title))
    return made


def _panel(snapshot: Snapshot, shapes: Sequence[picture.Shape], lang: str, title: str) -> str:
    """Return the picture of a page in its box; nothing where nothing is drawn."""
    if not shapes:
        return ""
    return f'<div class="panel">{_picture(snapshot, shapes, lang, title, 720)}</div>'


def _picture(
    snapshot: Snapshot, shapes: Sequence[picture.Shape], lang: str, title: str, width: int
) -> str:
    record = snapshot.built.record
    lon, lat = zip(*record.atlas.extent, strict=True)
    extent = (min(lon), min(lat), max(lon), max(lat))
    drawn: list[BaseGeometry] = [shape.geometry for shape in shapes]
    return picture.draw(
        shapes,
        picture.around(drawn, extent),
        snapshot.ground,
        record.places.values(),
        lang=lang,
        label=word("picture", lang, name="") + title,
        width=width,
    )
