"""OGC API - Features: collections, what can be asked of them, and their items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from api import formats, html, params, schemas
from api.crs import SUPPORTED_CRS, parse_crs
from api.item_query import ItemPage, item_parameters, query_items
from api.links import about, address, representations
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
    choose,
    language_of,
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
from api.responses import Reply
from api.snapshot import Snapshot
from api.table import FeatureTable
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


def snapshot_of(request: Request) -> Snapshot:
    """Return the record that is served now; one request uses one."""
    snapshot: Snapshot = request.app.state.current.snapshot
    return snapshot


def table_of(snapshot: Snapshot, request: Request) -> FeatureTable:
    """Return the collection of the address; `UnknownId` names those that exist."""
    name = request.path_params["collectionId"]
    if name not in snapshot.tables:
        raise UnknownId("collection", name, snapshot.tables)
    return snapshot.tables[name]


def reply(
    request: Request,
    body: bytes,
    chosen: Representation,
    given: Mapping[str, str],
    snapshot: Snapshot,
    *,
    lang: str = "",
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Return an answer tagged by the record, the question and the format."""
    more = {"content-security-policy": html.POLICY} if chosen is HTML else {}
    more |= headers or {}
    if lang:
        more["content-language"] = lang
    return Reply(
        body,
        chosen.media_type,
        about=about(request, given, chosen, lang),
        digest=snapshot.digest,
        max_age=request.app.state.settings.cache_seconds,
        vary="Accept, Accept-Encoding" + (", Accept-Language" if chosen is HTML else ""),
        headers=more,
    )


@router.route("/collections", methods=_GET)
def collections(request: Request) -> Response:
    """List the collections."""
    given = params.parse_query(request, "f", "lang")
    snapshot, chosen = snapshot_of(request), choose(request, given, METADATA)
    lang = params.parse_language(given, snapshot.languages)
    listed = [described(request, table, lang) for table in snapshot.tables.values()]
    links = representations(request, given, chosen, METADATA)
    if chosen is HTML:
        lang = language_of(request, lang, snapshot.languages)
        body = html.collections(html.HtmlPage(request, snapshot, lang, links))
        return reply(request, body, chosen, given, snapshot, lang=lang)
    body = dumps({"collections": listed, "crs": list(SUPPORTED_CRS), "links": links})
    return reply(request, body, chosen, given, snapshot, lang=lang)


@router.route("/collections/{collectionId}", methods=_GET)
def one_collection(request: Request) -> Response:
    """Describe one collection."""
    given = params.parse_query(request, "f", "lang")
    snapshot, chosen = snapshot_of(request), choose(request, given, METADATA)
    table = table_of(snapshot, request)
    lang = params.parse_language(given, snapshot.languages)
    found = described(request, table, lang)
    if chosen is HTML:
        lang = language_of(request, lang, snapshot.languages)
        links = representations(request, given, chosen, METADATA)
        body = html.collection(html.HtmlPage(request, snapshot, lang, links), table, found)
        return reply(request, body, chosen, given, snapshot, lang=lang)
    found["links"] = [
        *representations(request, given, chosen, METADATA),
        *(one for one in found["links"] if one["rel"] != "self"),
    ]
    return reply(request, dumps(found), chosen, given, snapshot, lang=lang)


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
    given = params.parse_query(request, "f", "lang", "profile")
    offers = (SCHEMA, HTML)
    snapshot, chosen = snapshot_of(request), choose(request, given, offers)
    table = table_of(snapshot, request)
    lang = params.parse_language(given, snapshot.languages)
    where = address(request, f"/collections/{table.id}/queryables")
    profile = parse_profile(given, *DOMAINS)
    body = schemas.queryables(table, where, lang, actual=profile == DOMAINS[1])
    if chosen is HTML:
        lang = language_of(request, lang, snapshot.languages)
        links = representations(request, given, chosen, offers)
        html_page = html.HtmlPage(request, snapshot, lang, links)
        described = html.queryables(html_page, table, body["properties"])
        return reply(request, described, chosen, given, snapshot, lang=lang)
    headers = link_header(profile)
    return reply(request, dumps(body), chosen, given, snapshot, lang=lang, headers=headers)


@router.route("/collections/{collectionId}/schema", methods=_GET)
def schema(request: Request) -> Response:
    """Say what a feature of a collection is."""
    given = params.parse_query(request, "f", "lang", "profile")
    snapshot, chosen = snapshot_of(request), choose(request, given, (SCHEMA,))
    table, lang = table_of(snapshot, request), params.parse_language(given, snapshot.languages)
    profile = parse_profile(given, *DOMAINS)
    where, actual = schema_address(request, table), profile == DOMAINS[1]
    body = schemas.features(table, where, lang, actual=actual)
    headers = link_header(profile)
    return reply(request, dumps(body), chosen, given, snapshot, lang=lang, headers=headers)


def schema_address(request: Request, table: FeatureTable) -> str:
    """Return the address of the schema of a collection's features."""
    return address(request, f"/collections/{table.id}/schema")


@router.route("/collections/{collectionId}/items", methods=_GET)
async def items(request: Request) -> Response:
    """Return features of a collection, a page at a time."""
    snapshot, settings = snapshot_of(request), request.app.state.settings
    table = table_of(snapshot, request)
    given = params.parse_query(request, *item_parameters(table))
    chosen = profiled(choose(request, given, ITEMS), given)
    if chosen is GEOJSON and given.keys() <= _PLAIN:
        page = query_items(snapshot, table.id, given, settings)
        # To join what is serialised takes less time than to hand it to a thread.
        if len(page.numbers) <= settings.default_limit and page.serialised:
            return _item_page(request, snapshot, page, chosen, given)

    def make() -> Response:
        whole = chosen.name in _DRIVERS
        page = query_items(snapshot, table.id, given, settings, everything=whole)
        return _item_page(request, snapshot, page, chosen, given)

    return await run_in_threadpool(make)


def _item_page(
    request: Request,
    snapshot: Snapshot,
    page: ItemPage,
    chosen: Representation,
    given: Mapping[str, str],
) -> Response:
    links = _page_links(request, given, chosen, page)
    lang = page.lang
    if chosen is HTML:
        lang = language_of(request, lang, snapshot.languages)
        body = html.items(html.HtmlPage(request, snapshot, lang, links), page, given)
    else:
        body = _written(request, snapshot, page, chosen, links, given)
    return reply(
        request, body, chosen, given, snapshot,
        lang=lang, headers=_item_headers(page, chosen, links),
    )  # fmt: skip


def _written(
    request: Request,
    snapshot: Snapshot,
    page: ItemPage,
    chosen: Representation,
    links: list[Link],
    given: Mapping[str, str],
) -> bytes:
    record = snapshot.built.record
    if chosen is CSV:
        return formats.comma_separated(page)
    if chosen.name in _DRIVERS:
        return formats.download(record, page, _DRIVERS[chosen.name])
    profile = parse_profile(given, *REFERENCES)
    refer = references(request, snapshot, profile, page.lang) if page.table.references else None
    links = [*links, *_profiles(page.table, chosen, profile)]
    if chosen is JSONFG:
        schema = schema_address(request, page.table)
        return formats.jsonfg(record, page, links, schema, refer)
    return formats.geojson(record, page, links, refer)


def _profiles(table: FeatureTable, chosen: Representation, profile: str) -> list[Link]:
    """Return links to the profiles of a JSON answer."""
    of_json = JSONFG.name if chosen is JSONFG else "rfc7946"
    return profile_links(of_json, *([profile] if table.references else []))


def _item_headers(page: ItemPage, chosen: Representation, links: list[Link]) -> dict[str, str]:
    headers = {}
    if chosen is not HTML:
        headers["content-crs"] = f"<{page.crs.uri}>"
    if chosen in (CSV, GPKG, FGB):
        name = f"{page.table.id}.{chosen.name}"
        headers["content-disposition"] = f'attachment; filename="{name}"'
        # A file has no room for links, so that a reader finds the next page here.
        onward = [one for one in links if one["rel"] in ("next", "prev")]
        if onward:
            headers["link"] = ", ".join(f'<{one["href"]}>; rel="{one["rel"]}"' for one in onward)
    return headers


def _page_links(
    request: Request, given: Mapping[str, str], chosen: Representation, page: ItemPage
) -> list[Link]:
    path = f"/collections/{page.table.id}"
    made = representations(request, given, chosen, ITEMS)
    steps = {"limit": str(page.limit), "f": chosen.name}
    after = page.offset + page.limit
    if after < page.matched:
        href = address(request, f"{path}/items", {**given, **steps, "offset": str(after)})
        made.append(link(href, "next", chosen.media_type, "Next page"))
    if page.offset > 0:
        end = min(page.offset, page.matched)
        before = max(0, end - page.limit)
        steps |= {"offset": str(before), "limit": str(max(1, end - before))}
        href = address(request, f"{path}/items", {**given, **steps})
        made.append(link(href, "prev", chosen.media_type, "Previous page"))
    made.append(link(address(request, path), "collection", JSON.media_type, "The collection"))
    return made


@router.route("/collections/{collectionId}/items/{featureId:path}", methods=_GET)
def one_item(request: Request) -> Response:
    """Return one feature by its id."""
    snapshot = snapshot_of(request)
    table = table_of(snapshot, request)
    item_id = request.path_params["featureId"]
    known = [one for one in item_parameters(table) if one in _ITEM_PARAMETERS]
    given = params.parse_query(request, *known)
    chosen = profiled(choose(request, given, ITEM), given)
    lang, where = (
        params.parse_language(given, snapshot.languages),
        parse_crs("crs", given.get("crs")),
    )
    reading = params.parse_reading(given)
    table = snapshot.known(table.id, params.optional_day(given, "known_by"))
    number = table.index.get(item_id)
    if number is None:
        raise UnknownId("item", item_id, table.ids)
    links = [
        *representations(request, given, chosen, ITEM),
        link(
            address(request, f"/collections/{table.id}"), "collection", JSON.media_type,
            table.title.default,
        ),
    ]  # fmt: skip
    if chosen is HTML:
        lang = language_of(request, lang, snapshot.languages)
        body = html.item(html.HtmlPage(request, snapshot, lang, links), table, number, reading)
        return reply(request, body, chosen, given, snapshot, lang=lang)
    fg = chosen is JSONFG
    write = table.fg_fragment if fg else table.fragment
    schema = schema_address(request, table) if fg else ""
    profile = parse_profile(given, *REFERENCES)
    links += _profiles(table, chosen, profile)
    refer = references(request, snapshot, profile, lang) if table.references else None
    written = write(number, reading, where, lang, None, refer)
    body = formats.one(written, links, schema=schema, crs=where.uri)
    headers = {"content-crs": f"<{where.uri}>"}
    return reply(request, body, chosen, given, snapshot, lang=lang, headers=headers)


_ITEM_PARAMETERS = frozenset({"f", "lang", "crs", "profile", "known_by", "reading"})
