"""OGC API - Features: collections, what can be asked of them, and their items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from api import formats, html, params, profiles, schemas
from api.crs import SUPPORTED_CRS, parse_crs
from api.item_query import ITEM_PARAMETERS, ItemPage, item_parameters, query_items
from api.links import address, base, route
from api.negotiate import (
    CSV,
    FGB,
    GEOJSON,
    GPKG,
    HTML,
    JSON,
    JSONFG,
    METADATA,
    SCHEMA,
    Representation,
)
from api.resource import ResourceRequest, Resources, snapshot_of
from api.snapshot import Snapshot
from api.table import FeatureTable, View
from layers.build.rows import READINGS
from layers.errors import UnknownId
from layers.formats import ogc
from layers.formats.features import dumps
from layers.formats.ogc import Link, link
from layers.record.model import OF_RECORD

router = Resources("features")
_COLLECTION = "/collections/{collectionId}"
_RELS = "http://www.opengis.net/def/rel/ogc/1.0/"
# What is answered without a search; a known day has tables of its own, made when asked for.
_PLAIN = frozenset({"f", "lang", "limit", "offset", "crs", "datetime", "on", "reading"})
_ITEM = (GEOJSON, HTML, JSONFG)
_ITEMS = (*_ITEM, CSV, GPKG, FGB)
_DRIVERS = {GPKG.name: "GPKG", FGB.name: "FlatGeobuf"}


def _table_of(snapshot: Snapshot, request: Request) -> FeatureTable:
    """Return the collection of the address; `UnknownId` names those that exist."""
    name = request.path_params["collectionId"]
    if name not in snapshot.tables:
        raise UnknownId("collection", name, snapshot.tables)
    return snapshot.tables[name]


@router.resource("/collections", "getCollections", ("f", "lang"), METADATA, "collections")
def collections(asked: ResourceRequest) -> Any:
    """List the collections."""
    links = asked.links()
    if asked.chosen is HTML:
        page = asked.page(links)
        cards = page.cards()
        return asked.reply(page.render_below("collections", "api.collections", collections=cards))
    listed = [_described(asked, table) for table in asked.snapshot.tables.values()]
    return {"collections": listed, "crs": list(SUPPORTED_CRS), "links": links}


@router.resource(_COLLECTION, "describeCollection", ("f", "lang"), METADATA, "collection")
def one_collection(asked: ResourceRequest) -> Any:
    """Describe a collection."""
    table = _table_of(asked.snapshot, asked.request)
    found, links = _described(asked, table), asked.links()
    if asked.chosen is HTML:
        return asked.reply(html.collection(asked.page(links), table, found))
    found["links"] = [*links, *(one for one in found["links"] if one["rel"] != "self")]
    return found


def _described(asked: ResourceRequest, table: FeatureTable) -> dict[str, Any]:
    """Return what the specification asks for of a collection, its title in a language."""
    return ogc.collection(
        table.id,
        table.title,
        table.summary,
        bbox=table.extent,
        interval=table.interval,
        links=_collection_links(asked.request, table),
        crs=tuple(SUPPORTED_CRS),
        lang=asked.lang,
    )


def _collection_links(request: Request, table: FeatureTable) -> list[Link]:
    here = address(request, f"/collections/{table.id}")

    def data(rel: str, word: str, *offers: Representation) -> Iterator[Link]:
        for one in offers:
            title = f"{word} as {one.title}"
            yield link(f"{here}/items?f={one.name}", rel, one.media_type, title)

    made = [
        link(here, "self", JSON.media_type, table.title.default),
        *data("items", "Items", GEOJSON, HTML, JSONFG, CSV),
        *data("enclosure", "All", GPKG, FGB),
        link(f"{here}/queryables", f"{_RELS}queryables", SCHEMA.media_type, "Queryables"),
        link(f"{here}/schema", f"{_RELS}schema", SCHEMA.media_type, "Schema"),
    ]
    if table.id not in OF_RECORD:
        made.append(link(f"{here}/folium", "preview", HTML.media_type, "Map"))
    return made


_SCHEMA = ("f", "lang", "profile")


@router.resource(f"{_COLLECTION}/queryables", "getQueryables", _SCHEMA, (SCHEMA, HTML))
def queryables(asked: ResourceRequest) -> Response:
    """What a filter can ask."""
    return _schema(asked, schemas.queryables)


@router.resource(f"{_COLLECTION}/schema", "getSchema", _SCHEMA, (SCHEMA,))
def schema(asked: ResourceRequest) -> Response:
    """What a feature is."""
    return _schema(asked, schemas.features)


def _schema(asked: ResourceRequest, made: schemas.Make) -> Response:
    table, lang = _table_of(asked.snapshot, asked.request), asked.lang
    profile = profiles.parse_profile(asked.given, *profiles.DOMAINS)
    where = address(asked.request, route(asked.request))
    body = made(table, where, lang, actual=profile == profiles.DOMAINS[1])
    if asked.chosen is HTML:
        return asked.reply(html.queryables(asked.page(asked.links()), table, body["properties"]))
    return asked.reply(dumps(body), headers=profiles.link_header(profile))


def _schema_address(request: Request, table: FeatureTable) -> str:
    """Return the address of the schema of a collection's features."""
    return address(request, f"/collections/{table.id}/schema")


@router.resource(f"{_COLLECTION}/folium", "getFoliumMap", ("on", "lang", "f"), (HTML,))
def folium_map(asked: ResourceRequest) -> Response:
    """The zones of a layer on a map (lists of the record have none)."""
    # Folium is loaded when a map is first asked for, and not by every start.
    from layers.web.folium_elements import zone_map
    from layers.web.folium_elements.embedding import embedded
    from layers.web.page.policy import policy_of

    lang, snapshot, request = asked.lang, asked.snapshot, asked.request
    name = request.path_params["collectionId"]
    if name not in asked.record.layers:
        raise UnknownId("layer", name, asked.record.layers)
    made = zone_map(
        snapshot.built,
        on=asked.day("on"),
        layers=[name],
        lang=lang,
        link=f"{base(request)}/collections/{{layer}}/items/{{id}}?f=html&lang={lang}",
    )
    parts = embedded(made, address(request, "/assets/"))
    page, table = asked.page(), snapshot.tables[name]
    title, trail = table.title[lang], page.above()
    body = page.render("folium", title, named=True, trail=trail, collection=table, map=parts)
    policy = policy_of(body.decode(), frame_ancestors="*", backgrounds=False)
    return asked.reply(body, headers={"content-security-policy": policy})


@router.resource(
    f"{_COLLECTION}/items",
    "getFeatures",
    ITEM_PARAMETERS,
    _ITEMS,
    "featureCollection",
    takes_request=True,
)
async def items(request: Request) -> Response:
    """Features of a collection, a page at a time (places have no time and one reading)."""
    settings = request.app.state.settings
    table = _table_of(snapshot_of(request), request)
    asked = ResourceRequest(request, item_parameters(table), _ITEMS)
    asked.chosen = profiles.profiled(asked.chosen, asked.given)
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
    return asked.reply(body, headers=_item_headers(page, asked.chosen, links))


def _written(asked: ResourceRequest, page: ItemPage, links: list[Link]) -> bytes:
    record, chosen = asked.record, asked.chosen
    if chosen is CSV:
        return formats.comma_separated(page)
    if chosen.name in _DRIVERS:
        return formats.download(record, page, _DRIVERS[chosen.name])
    profile = profiles.parse_profile(asked.given, *profiles.REFERENCES)
    refer = profiles.references(asked, profile, page.table)
    links = [*links, *_profiles(page.table, chosen, profile)]
    if chosen is JSONFG:
        schema = _schema_address(asked.request, page.table)
        return formats.jsonfg(record, page, links, schema, refer)
    return formats.geojson(record, page, links, refer)


def _profiles(table: FeatureTable, chosen: Representation, profile: str) -> list[Link]:
    """Return links to the profiles of a JSON answer."""
    of_json = JSONFG.name if chosen is JSONFG else "rfc7946"
    return profiles.profile_links(of_json, *([profile] if table.references else []))


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


_ITEM_PARAMETERS = ("f", "lang", "crs", "profile", "known_by", "reading")


@router.resource(
    f"{_COLLECTION}/items/{{featureId:path}}",
    "getFeature",
    _ITEM_PARAMETERS,
    _ITEM,
    "feature",
    takes_request=True,
)
def one_item(request: Request) -> Response:
    """One feature."""
    table = _table_of(snapshot_of(request), request)
    item_id = request.path_params["featureId"]
    known = [one for one in item_parameters(table) if one in _ITEM_PARAMETERS]
    asked = ResourceRequest(request, known, _ITEM)
    given, chosen = asked.given, profiles.profiled(asked.chosen, asked.given)
    asked.chosen = chosen
    lang, where = asked.lang, parse_crs("crs", given.get("crs"))
    reading = params.parse_choice(given, "reading", READINGS, "nominal")
    table = asked.snapshot.known(table.id, asked.day("known_by"))
    number = table.index.get(item_id)
    if number is None:
        raise UnknownId("item", item_id, table.ids)
    up = address(request, f"/collections/{table.id}")
    links = [*asked.links(), link(up, "collection", JSON.media_type, table.title.default)]
    if chosen is HTML:
        return asked.reply(html.item(asked.page(links), table, number, reading))
    fg = chosen is JSONFG
    write = table.fg_fragment if fg else table.fragment
    schema = _schema_address(request, table) if fg else ""
    profile = profiles.parse_profile(given, *profiles.REFERENCES)
    links += _profiles(table, chosen, profile)
    refer = profiles.references(asked, profile, table)
    written = write(number, View(reading, where, lang, refer=refer))
    body = formats.one(written, links, schema=schema, crs=where.uri)
    return asked.reply(body, headers={"content-crs": f"<{where.uri}>"})
