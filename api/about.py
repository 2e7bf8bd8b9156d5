"""What the service says of itself: landing page, conformance, data set, health, documentation."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Request, Response

from api import html, openapi, params
from api.links import address, base
from api.negotiate import HTML, JSON, JSONLD, METADATA, OPENAPI
from api.pages import map_page
from api.resource import ResourceRequest
from api.snapshot import Snapshot
from layers.formats.dataset_metadata import atlas_dataset
from layers.formats.features import CONFORMS, dumps
from layers.formats.ogc import Link, landing_page, link
from layers.query import filters as query

router = APIRouter()
_GET = ["GET", "HEAD"]
_LANDING = (JSON, HTML, JSONLD)
_F1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
_F3 = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/"
_CQL = "http://www.opengis.net/spec/cql2/1.0/conf/"
CONFORMANCE = (
    *(f"{_F1}{name}" for name in ("core", "geojson", "html", "oas30")),
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    *(f"{_F3}{name}" for name in ("queryables", "filter", "features-filter")),
    *(
        f"{_CQL}{name}"
        for name in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "accent-insensitive-comparison",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            "spatial-functions",
            "temporal-functions",
            "array-functions",
            "property-property",
        )
    ),
    *CONFORMS,
)


@router.route("/", methods=_GET)
def root(request: Request) -> Response:
    """Show the map to people and the landing page to programs."""
    # Whoever takes anything is a program: OWSLib and GDAL start here. A day or a language in the
    # address is the map's.
    is_page = {"on", "lang", "gesture"} & request.query_params.keys()
    offers = (HTML, JSON, JSONLD) if is_page else _LANDING
    asked = ResourceRequest(request, offers, ("on", "lang", "f", "gesture"))
    given, snapshot = asked.given, asked.snapshot
    query.check_day(snapshot.built.record, params.optional_day(given, "on"))
    params.parse_language(given, snapshot.languages)
    params.parse_choice(given, "gesture", params.GESTURES, "cooperative")
    if asked.chosen is HTML:
        return map_page(given, snapshot.pages, snapshot.digest, dataset(request, snapshot))
    asked.given, asked.offers = {k: v for k, v in given.items() if k in ("lang", "f")}, _LANDING
    return _landing(asked)


@router.route("/api", methods=_GET)
def landing(request: Request) -> Response:
    """Show what the service offers, to people and to programs."""
    return _landing(ResourceRequest(request, _LANDING, ("lang", "f")))


def _landing(asked: ResourceRequest) -> Response:
    request, snapshot, lang = asked.request, asked.snapshot, asked.lang
    links = [*asked.links(), *_onward(request)]
    if asked.chosen is JSONLD:
        return asked.reply(dumps(dataset(request, snapshot)))
    if asked.chosen is HTML:
        body = html.landing(asked.page(links), dataset(request, snapshot))
        return asked.reply(body, lang=lang)
    record = snapshot.built.record
    boxes = [snapshot.tables[name].extent for name in record.layers]
    return asked.reply(dumps(landing_page(record.atlas, boxes, links, lang=lang)), lang=lang)


def _onward(request: Request) -> list[Link]:
    rels = "http://www.opengis.net/def/rel/ogc/1.0/"
    return [
        link(address(request, "/openapi.json"), "service-desc", OPENAPI.media_type, "OpenAPI"),
        link(address(request, "/docs"), "service-doc", "text/html", "Documentation"),
        link(address(request, "/conformance"), "conformance", "application/json", "Conformance"),
        link(address(request, "/conformance"), f"{rels}conformance", "application/json"),
        link(address(request, "/collections"), "data", "application/json", "Collections"),
        link(address(request, "/collections"), f"{rels}data", "application/json"),
        link(address(request, "/"), "preview", "text/html", "The map"),
        link(address(request, "/health"), "status", "application/json", "Health"),
    ]


def dataset(request: Request, snapshot: Snapshot) -> dict[str, Any]:
    """Return the atlas as a schema.org Dataset."""
    record, home = snapshot.built.record, f"{base(request)}/"
    downloads = [
        {
            "name": f"{table.title.default} ({ending})",
            "encodingFormat": media_type,
            "contentUrl": address(request, f"/collections/{table.id}/items", {"f": name}),
        }
        for table in snapshot.tables.values()
        for ending, name, media_type in (
            ("GeoJSON", "json", "application/geo+json"),
            ("GeoPackage", "gpkg", "application/geopackage+sqlite3"),
        )
    ]
    return atlas_dataset(record, url=home, downloads=downloads, identifier=record.sha256) | {
        "@id": home
    }


@router.route("/conformance", methods=_GET)
def conformance(request: Request) -> Response:
    """List the conformance classes that hold."""
    asked = ResourceRequest(request, METADATA, ("f", "lang"))
    lang = asked.lang
    if asked.chosen is HTML:
        return asked.reply(html.conformance(asked.page(asked.links()), CONFORMANCE), lang=lang)
    return asked.reply(dumps({"conformsTo": CONFORMANCE}))


@router.route("/openapi.json", methods=_GET)
def openapi_document(request: Request) -> Response:
    """Return the OpenAPI 3.0 document."""
    asked = ResourceRequest(request, (OPENAPI,), ("f",))
    return asked.reply(dumps(_openapi(request, asked.snapshot)))


def _openapi(request: Request, snapshot: Snapshot) -> dict[str, Any]:
    record, settings = snapshot.built.record, request.app.state.settings
    return openapi.document(base(request), record, settings, snapshot.tables.values())


@router.route("/docs", methods=_GET)
def docs(request: Request) -> Response:
    """Show every resource with a form to try it."""
    asked = ResourceRequest(request, (HTML,), ("f", "lang"))
    body = html.docs(asked.page(), _openapi(request, asked.snapshot))
    return asked.reply(body, lang=asked.lang)


@router.route("/health", methods=_GET)
def health(request: Request) -> Response:
    """Say which record is served, and whether the one on disk is another."""
    ResourceRequest(request, (JSON,), ("f",))
    current = request.app.state.current
    snapshot, fault = current.snapshot, current.fault
    body = {
        "status": "ok" if fault is None else "stale",
        "version": version("tamas"),
        "record": {
            "id": snapshot.built.record.atlas.id,
            "edition": snapshot.built.record.atlas.edition,
            "sha256": snapshot.built.record.sha256,
            "rows": len(snapshot.built.frame),
            "loaded_at": snapshot.loaded_at,
        },
        "fault": None if fault is None else {"at": fault.at, "message": fault.message},
        "kept": {"answers": len(current.cache), "bytes": current.cache.currsize},
    }
    return Response(
        dumps(body), media_type="application/json", headers={"cache-control": "no-store"}
    )


@router.route("/try/{path:path}", methods=_GET, include_in_schema=False)
def submit_form(request: Request) -> Response:
    """Pass a form's question on without the fields that were left empty."""
    path = request.path_params["path"]
    given = {name: value for name, value in request.query_params.items() if value}
    return Response(status_code=303, headers={"location": address(request, f"/{path}", given)})
