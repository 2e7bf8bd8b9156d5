"""OGC API - Features: collections, what can be asked of them, and their items."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from api import formats, html, params, schemas
from api.crs import SUPPORTED_CRS, parse_crs
from api.item_query import ItemPage, item_parameters, query_items
from api.links import address
from api.negotiate import (
    CSV,
    FGB,
    GEOJSON,
    GPKG,
    HTML,
    ITEM,
    ITEMS,
    JSON,
    JSONFG,
    METADATA,
    SCHEMA,
    Representation,
)
from api.profiles import (
    DOMAINS,
    REFERENCES,
    link_header,
    parse_profile,
    profile_links,
    profiled,
    references,
)
from api.resource import ResourceRequest, snapshot_of
from api.snapshot import Snapshot
from api.table import FeatureTable, View
from layers.build.rows import READINGS
from layers.errors import UnknownId
from layers.formats import ogc
from layers.formats.features import dumps
from layers.formats.ogc import Link, link
from layers.record.model import OF_RECORD

router = APIRouter()
_GET = ["GET", "HEAD"]
_RELS = "http://www.opengis.net/def/rel/ogc/1.0/"
# What is answered without a search; a known day has tables of its own, made when asked for.
_PLAIN = frozenset({"f", "lang", "limit", "offset", "crs", "datetime", "on", "reading"})
_DRIVERS = {GPKG.name: "GPKG", FGB.name: "FlatGeobuf"}


def table_of(snapshot: Snapshot, request: Request) -> FeatureTable:
    """Return the collection of the address; `UnknownId` names those that exist."""
    name = request.path_params["collectionId"]
    if name not in snapshot.tables:
        raise UnknownId("collection", name, snapshot.tables)
    return snapshot.tables[name]


@router.route("/collections", methods=_GET)
def collections(request: Request) -> Response:
    """List the collections."""
    asked = ResourceRequest(request, METADATA, ("f", "lang"))
    lang, links = asked.lang, asked.links()
    if asked.chosen is HTML:
        return asked.reply(html.collections(asked.page(links)), lang=lang)
    listed = [described(request, table, lang) for table in asked.snapshot.tables.values()]
    body = dumps({"collections": listed, "crs": list(SUPPORTED_CRS), "links": links})
    return asked.reply(body, lang=lang)


@router.route("/collections/{collectionId}", methods=_GET)
def one_collection(request: Request) -> Response:
    """Describe one collection."""
    asked = ResourceRequest(request, METADATA, ("f", "lang"))
    table = table_of(asked.snapshot, request)
    found, links = described(request, table, asked.lang), asked.links()
    if asked.chosen is HTML:
        return asked.reply(html.collection(asked.page(links), table, found), lang=asked.lang)
    found["links"] = [*links, *(one for one in found["links"] if one["rel"] != "self")]
    return asked.reply(dumps(found), lang=asked.lang)


def described(request: Request, table: FeatureTable, lang: str) -> dict[str, Any]:
    """Return what the specification asks for of a collection, its title in a language."""
    return ogc.collection(
        table.id,
        table.title,
        table.summary,
        bbox=table.extent,
        interval=table.interval,
        links=_collection_links(request, table, f"/collections/{table.id}"),
        crs=tuple(SUPPORTED_CRS),
        lang=lang,
    )


def _collection_links(request: Request, table: FeatureTable, path: str) -> list[Link]:
    items = address(request, f"{path}/items")
    return [
        link(address(request, path), "self", JSON.media_type, table.title.default),
        *(
            link(f"{items}?f={each.name}", "items", each.media_type, f"Items as {each.title}")
            for each in (GEOJSON, HTML, JSONFG, CSV)
        ),
        *(
            link(f"{items}?f={each.name}", "enclosure", each.media_type, f"All as {each.title}")
            for each in (GPKG, FGB)
        ),
        link(
            address(request, f"{path}/queryables"),
            f"{_RELS}queryables",
            SCHEMA.media_type,
            "Queryables",
        ),
        link(schema_address(request, table), f"{_RELS}schema", SCHEMA.media_type, "Schema"),
        *(
            [link(address(request, f"{path}/folium"), "preview", HTML.media_type, "Map")]
            if table.id not in OF_RECORD
            else []
        ),
    ]


@router.route("/collections/{collectionId}/queryables", methods=_GET)
def queryables(request: Request) -> Response:
    """Say what a filter can ask of a collection."""
    asked = ResourceRequest(request, (SCHEMA, HTML), ("f", "lang", "profile"))
    table, lang = table_of(asked.snapshot, request), asked.lang
    where = address(request, f"/collections/{table.id}/queryables")
    profile = parse_profile(asked.given, *DOMAINS)
    body = schemas.queryables(table, where, lang, actual=profile == DOMAINS[1])
    if asked.chosen is HTML:
        page = html.queryables(asked.page(asked.links()), table, body["properties"])
        return asked.reply(page, lang=lang)
    return asked.reply(dumps(body), lang=lang, headers=link_header(profile))


@router.route("/collections/{collectionId}/schema", methods=_GET)
def schema(request: Request) -> Response:
    """Say what a feature of a collection is."""
    asked = ResourceRequest(request, (SCHEMA,), ("f", "lang", "profile"))
    table, lang = table_of(asked.snapshot, request), asked.lang
    profile = parse_profile(asked.given, *DOMAINS)
    where, actual = schema_address(request, table), profile == DOMAINS[1]
    body = schemas.features(table, where, lang, actual=actual)
    return asked.reply(dumps(body), lang=lang, headers=link_header(profile))


def schema_address(request: Request, table: FeatureTable) -> str:
    """Return the address of the schema of a collection's features."""
    return address(request, f"/collections/{table.id}/schema")


@router.route("/collections/{collectionId}/items", methods=_GET)
async def items(request: Request) -> Response:
    """Return features of a collection, a page at a time."""
    settings = request.app.state.settings
    table = table_of(snapshot_of(request), request)
    asked = ResourceRequest(request, ITEMS, item_parameters(table))
    asked.chosen = profiled(asked.chosen, asked.given)
    if asked.chosen is GEOJSON and asked.given.keys() <= _PLAIN:
        page = query_items(asked.snapshot, table.id, asked.given, settings)
        few = len(page.numbers) <= settings.default_limit
        # To join what is serialised takes less time than to hand it to a thread.
        if few and table.serialised(page.numbers, page.view):
            return _item_page(asked, page)

    def make() -> Response:
        whole = asked.chosen.name in _DRIVERS
        page = query_items(asked.snapshot, table.id, asked.given, settings, everything=whole)
        return _item_page(asked, page)

    return await run_in_threadpool(make)


def _item_page(asked: ResourceRequest, page: ItemPage) -> Response:
    links = _page_links(asked, page)
    if asked.chosen is HTML:
        body = html.items(asked.page(links), page, asked.given)
    else:
        body = _written(asked, page, links)
    return asked.reply(body, lang=asked.lang, headers=_item_headers(page, asked.chosen, links))


def _written(asked: ResourceRequest, page: ItemPage, links: list[Link]) -> bytes:
    record, chosen = asked.snapshot.built.record, asked.chosen
    if chosen is CSV:
        return formats.comma_separated(page)
    if chosen.name in _DRIVERS:
        return formats.download(record, page, _DRIVERS[chosen.name])
    profile = parse_profile(asked.given, *REFERENCES)
    refer = references(asked, profile, page.table)
    links = [*links, *_profiles(page.table, chosen, profile)]
    if chosen is JSONFG:
        schema = schema_address(asked.request, page.table)
        return formats.jsonfg(record, page, links, schema, refer)
    return formats.geojson(record, page, links, refer)


def _profiles(table: FeatureTable, chosen: Representation, profile: str) -> list[Link]:
    """Return links to the profiles of a JSON answer."""
    of_json = JSONFG.name if chosen is JSONFG else "rfc7946"
    return profile_links(of_json, *([profile] if table.references else []))


def _item_headers(page: ItemPage, chosen: Representation, links: list[Link]) -> dict[str, str]:
    headers = {}
    if chosen is not HTML:
        headers["content-crs"] = f"<{page.view.crs.uri}>"
    if chosen in (CSV, GPKG, FGB):
        name = f"{page.table.id}.{chosen.name}"
        headers["content-disposition"] = f'attachment; filename="{name}"'
        # A file has no room for links, so that a reader finds the next page here.
        onward = [one for one in links if one["rel"] in ("next", "prev")]
        if onward:
            headers["link"] = ", ".join(f'<{one["href"]}>; rel="{one["rel"]}"' for one in onward)
    return headers


def _page_links(asked: ResourceRequest, page: ItemPage) -> list[Link]:
    made, path = asked.links(), f"/collections/{page.table.id}"
    steps = {"limit": str(page.limit), "f": asked.chosen.name}

    def step(rel: str, title: str, start: int, **more: str) -> None:
        given = {**asked.given, **steps, "offset": str(start), **more}
        href = address(asked.request, f"{path}/items", given)
        made.append(link(href, rel, asked.chosen.media_type, title))

    after = page.offset + page.limit
    if after < page.matched:
        step("next", "Next page", after)
    if page.offset > 0:
        end = min(page.offset, page.matched)
        before = max(0, end - page.limit)
        step("prev", "Previous page", before, limit=str(max(1, end - before)))
    collection = address(asked.request, path)
    return [*made, link(collection, "collection", JSON.media_type, "The collection")]


@router.route("/collections/{collectionId}/items/{featureId:path}", methods=_GET)
def one_item(request: Request) -> Response:
    """Return one feature by its id."""
    table = table_of(snapshot_of(request), request)
    item_id = request.path_params["featureId"]
    known = [one for one in item_parameters(table) if one in _ITEM_PARAMETERS]
    asked = ResourceRequest(request, ITEM, known)
    given, chosen = asked.given, profiled(asked.chosen, asked.given)
    asked.chosen = chosen
    lang, where = asked.lang, parse_crs("crs", given.get("crs"))
    reading = params.parse_choice(given, "reading", READINGS, "nominal")
    table = asked.snapshot.known(table.id, params.optional_day(given, "known_by"))
    number = table.index.get(item_id)
    if number is None:
        raise UnknownId("item", item_id, table.ids)
    up = address(request, f"/collections/{table.id}")
    links = [*asked.links(), link(up, "collection", JSON.media_type, table.title.default)]
    if chosen is HTML:
        return asked.reply(html.item(asked.page(links), table, number, reading), lang=lang)
    fg = chosen is JSONFG
    write = table.fg_fragment if fg else table.fragment
    schema = schema_address(request, table) if fg else ""
    profile = parse_profile(given, *REFERENCES)
    links += _profiles(table, chosen, profile)
    refer = references(asked, profile, table)
    written = write(number, View(reading, where, lang, refer=refer))
    body = formats.one(written, links, schema=schema, crs=where.uri)
    return asked.reply(body, lang=lang, headers={"content-crs": f"<{where.uri}>"})


_ITEM_PARAMETERS = frozenset({"f", "lang", "crs", "profile", "known_by", "reading"})
