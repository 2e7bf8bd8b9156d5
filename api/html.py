"""The service's pages for people, in each language: what the templates show, and no markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from fastapi import Request
from markupsafe import Markup

from api.item_query import ItemPage
from api.links import address, route
from api.params import TRACKER
from api.snapshot import Snapshot
from api.table import FeatureTable
from layers.build.rows import READINGS, Reading
from layers.formats.ogc import CLAIMS, CLAUSES, PLACES, TALLIES, Link
from layers.i18n import Translator, language, translator
from layers.record.model import OF_RECORD, Record
from layers.style import static_svg
from layers.style.colors import INK_2
from layers.style.symbology import symbology
from layers.web.templates import environment

# No script at all: a block of linked data is data and not run. Forms ask this service alone.
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors *"
)
_CARD, _PANEL = 420, 720
_TAGS = ("features", "questions", "about")
Trail = Sequence[tuple[str, str]]


class HtmlPage:
    """One page in one language: what every template is given, and the pictures of shapes."""

    def __init__(
        self, request: Request, snapshot: Snapshot, lang: str, links: Sequence[Link] = ()
    ) -> None:
        self.request, self.snapshot, self.links = request, snapshot, links
        self.record, self.lang = snapshot.built.record, lang
        self.words: Translator = translator(lang, self.record)
        self.t = self.words.gettext

    def href(self, path: str) -> str:
        """Return the address of a data page in the language of this one."""
        return address(self.request, path, {"lang": self.lang, "f": "html"})

    def render(
        self, template: str, title: str, *, trail: Trail = (), named: bool = False, **values: Any
    ) -> bytes:
        """Return the page of a template; ``trail`` pairs paths and texts of the pages above it.

        ``named`` says that the title is a name of the record, in a language of its own.
        """
        # Every text of a record is in the same languages, so what marks one marks them all.
        own = self.words.marks(self.record.atlas.title)
        page = environment("api").get_template(f"{template}.html.j2")
        return page.render(
            title=title,
            title_marks=own if named else {},
            own=own,
            trail=trail,
            links=self.links,
            words=self.words,
            t=self.t,
            href=self.href,
            url=lambda path: address(self.request, path),
            atlas=self.record.atlas,
            digest=self.record.sha256[:16],
            stylesheet=address(self.request, f"/assets/{next(iter(self.snapshot.assets))}"),
            languages=list(self._languages()),
            **{"dataset": None, **values},
        ).encode()

    def render_below(self, template: str, title: str, **values: Any) -> bytes:
        """Return a page right below that of the data; its title is a word of the interface."""
        return self.render(template, self.t(title), trail=self.above()[:1], **values)

    def _languages(self) -> Iterator[tuple[Any, str]]:
        """Yield every other language with the address of this page in it."""
        asked = self.request.query_params.items()
        here = {key: text for key, text in asked if key != "lang" and not TRACKER.match(key)}
        for other in self.snapshot.languages:
            if other != self.lang:
                given = {**here, "f": "html", "lang": other}
                yield language(other), address(self.request, route(self.request), given)

    def above(self, *tables: FeatureTable) -> Trail:
        """Return the pages above those of collections, and of some that lie above this one."""
        named = [(f"/collections/{one.id}", one.title[self.lang]) for one in tables]
        return [("/api", self.t("data_page")), ("/collections", self.t("api.collections")), *named]

    def name(self, table: FeatureTable, number: int) -> str:
        """Return what a feature is called."""
        more = table.localised[self.lang][number]
        return str(more.get("name") or more.get("summary") or table.ids[number])

    def picture(
        self, table: FeatureTable, numbers: Iterable[int], reading: Reading, title: str, *,
        width: int = _PANEL, linked: bool = True,
    ) -> Markup:  # fmt: skip
        """Return a drawing of features; nothing where none has a shape."""
        kinds, look = table.columns.get("zone_type"), symbology(self.record)
        shapes = []
        for number in numbers:
            shape = table.shapes[reading][number]
            if shape is None:
                continue
            colour = look.kind(kinds.values[number]).line if kinds else INK_2
            where = self.href(f"/collections/{table.id}/items/{table.ids[number]}")
            name = str(table.localised[self.lang][number].get("name", ""))
            shapes.append(static_svg.Shape(shape, colour, *((where, name) if linked else ())))
        if not shapes:
            return Markup("")
        lon, lat = zip(*self.record.atlas.extent, strict=True)
        extent = (min(lon), min(lat), max(lon), max(lat))
        return static_svg.draw(
            shapes,
            static_svg.frame_around([shape.geometry for shape in shapes], extent),
            self.snapshot.basemap,
            self.record.places.values(),
            lang=self.lang,
            label=self.t("api.picture", name=title),
            width=width,
        )

    def cards(self) -> list[dict[str, Any]]:
        """Return what a card says of each collection."""
        return [
            {
                "path": f"/collections/{table.id}",
                "title": table.title,
                "summary": table.summary,
                "count": len(table),
                "picture": self.picture(
                    table, range(len(table)), "nominal", table.title[self.lang],
                    width=_CARD, linked=False,
                ),
            }
            for table in self.snapshot.tables.values()
        ]  # fmt: skip


def collection(page: HtmlPage, table: FeatureTable, found: Mapping[str, Any]) -> bytes:
    """Return the page of one collection, whose document is ``found``."""
    title = table.title[page.lang]
    first, last = table.interval or (None, None)
    return page.render(
        "collection",
        title,
        named=True,
        trail=page.above(),
        collection=table,
        path=f"/collections/{table.id}",
        picture=page.picture(table, range(len(table)), "nominal", title),
        files=list(_downloads(found["links"])),
        crs=found["crs"],
        interval=(first and first[:10], last and last[:10]),
        has_map=table.id not in OF_RECORD,
    )


def _downloads(links: Iterable[Link]) -> Iterator[tuple[str, str, str]]:
    """Yield word, format and address of each link to data."""
    for one in links:
        if one["rel"] in ("items", "enclosure") and "html" not in one["type"]:
            what, _, form = one["title"].partition(" as ")
            yield f"api.as.{what.lower()}", form, one["href"]


def queryables(
    page: HtmlPage, table: FeatureTable, properties: Mapping[str, Mapping[str, Any]]
) -> bytes:
    """Return the page of what a filter can ask of a collection."""
    told = {
        name: {"format": one.get("format"), "type": one.get("type")}
        for name, one in properties.items()
    }
    trail = page.above(table)
    return page.render("queryables", page.t("api.queryables"), trail=trail, properties=told)


def items(page: HtmlPage, selected: ItemPage, given: Mapping[str, str]) -> bytes:
    """Return a page of features: picture, question, table, other pages and formats."""
    table = selected.table
    heads = ["name", "api.kind"]
    if table.id not in OF_RECORD:
        heads += ["api.track", "api.status"]
    if table.id == CLAUSES:
        heads += ["api.status"]
    return page.render(
        "items",
        page.t("data_items"),
        trail=page.above(table),
        path=f"/collections/{table.id}",
        picture=page.picture(
            table, selected.numbers, selected.view.reading, table.title[page.lang]
        ),
        fields=_fields(table, given),
        heads=[*heads, "days"] if table.has_time else heads,
        rows=[_row(page, table, number) for number in selected.numbers],
        first=selected.offset + 1,
        matched=selected.matched,
    )


def _fields(table: FeatureTable, given: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the fields of the question that a collection can be asked."""
    if table.id == PLACES:
        return None
    of_record = table.id in OF_RECORD
    dates = [("on", "api.on_day"), ("known_by", "api.known_by")][of_record:]
    return {
        "dates": [(name, key, given.get(name, "")) for name, key in dates],
        "readings": () if of_record else READINGS,
        "reading": given.get("reading", "nominal"),
    }


# Where the words for a feature's kind are, and in which column it stands.
_KINDS = {
    PLACES: ("place_kind.", "kind"),
    CLAIMS: ("claim_kind.", "kind"),
    CLAUSES: ("duty.", "duty"),
    TALLIES: ("tally_unit.", "unit"),
}


def _row(page: HtmlPage, table: FeatureTable, number: int) -> dict[str, Any]:
    words, held = page.words, table.properties(number)
    if table.id in _KINDS:
        prefix, column = _KINDS[table.id]
        kind = str(held[column])
        key = prefix + kind
        # A kind that only the record knows stands as it does there.
        cells = [page.t(key) if words.has(key) else kind]
        if table.id == CLAUSES:
            cells.append(page.t(f"clause_state.{held['state']}"))
    else:
        zone_type = held["zone_type"]
        track = page.t(f"track.{held['track']}")
        cells = [words.kind(zone_type), track, words.status(held["status"], zone_type)]
    days = (table.days[number] or (None, None)) if table.has_time else None
    return {
        "path": f"/collections/{table.id}/items/{table.ids[number]}",
        "name": page.name(table, number),
        "cells": cells,
        "days": days and tuple(day and str(day) for day in days),
    }


def item(page: HtmlPage, table: FeatureTable, number: int, reading: Reading) -> bytes:
    """Return the page of one feature, with its evidence."""
    name = page.name(table, number)
    held = table.properties(number, page.lang)
    return page.render(
        "item",
        name,
        named=True,
        trail=page.above(table),
        picture=page.picture(table, [number], reading, name, linked=False),
        evidence=list(_evidence(page.record, held)),
        properties=held,
    )


def _evidence(record: Record, held: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield path, claim and source of all that a feature rests on."""
    for key in held.get("claim_ids", []):
        source = record.sources[record.source_of[key]]
        yield f"/collections/{CLAIMS}/items/{key}", record.claims[key], source


def docs(page: HtmlPage, document: Mapping[str, Any]) -> bytes:
    """Return the documentation: every resource with its parameters and a form to try it.

    Forms need no script, so the page loads nothing and works under the strictest policy.
    """
    groups = [
        (
            tag,
            [
                (path, verb, {**operation, "parameters": _parameters(document, operation)})
                for path, verbs in document["paths"].items()
                for verb, operation in verbs.items()
                if tag in operation["tags"]
            ],
        )
        for tag in _TAGS
    ]
    first = next(iter(page.snapshot.tables))
    return page.render_below("docs", "api.docs", groups=groups, first=first)


def _parameters(document: Mapping[str, Any], operation: Mapping[str, Any]) -> list[Any]:
    """Return the parameters of an operation, those that it shares looked up."""
    shared = document["components"]["parameters"]
    return [
        shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
        for one in operation["parameters"]
    ]
