"""What the service says of itself: landing page, conformance, data set, health, documentation."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from fastapi import Request, Response

from api import html, openapi, params
from api.links import address, base
from api.negotiate import GEOJSON, GPKG, HTML, JSON, JSONLD, METADATA, OPENAPI
from api.pages import map_page
from api.resource import ResourceRequest, Resources
from api.snapshot import Snapshot
from layers.formats.dataset_metadata import atlas_dataset
from layers.formats.features import CONFORMS, dumps
from layers.formats.ogc import Link, landing_page, link
from layers.query import filters as query

router = Resources("about")
_LANDING = (JSON, HTML, JSONLD)
_MAP = (HTML, JSON, JSONLD)
_ROOT = ("on", "lang", "f", "gesture")


def _classes(standard: str, *names: str) -> Iterator[str]:
    return (f"http://www.opengis.net/spec/{standard}/conf/{name}" for name in names)


CONFORMANCE = (
    *_classes("ogcapi-features-1/1.0", "core", "geojson", "html", "oas30"),
    *_classes("ogcapi-features-2/1.0", "crs"),
    *_classes("ogcapi-features-3/1.0", "queryables", "filter", "features-filter"),
    *_classes(
        "cql2/1.0",
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
    ),
    *CONFORMS,
)


@router.resource("/", "getLandingPage", _ROOT, _MAP, "landing", takes_request=True)
def root(request: Request) -> Response:
    """The map for people, the landing page for programs."""
    # Whoever takes anything is a program: OWSLib and GDAL start here. A day or a language in the
    # address is the map's.
    is_page = {"on", "lang", "gesture"} & request.query_params.keys()
    asked = ResourceRequest(request, _ROOT, _MAP if is_page else _LANDING)
    given, snapshot = asked.given, asked.snapshot
    query.check_day(snapshot.built.record, params.optional_day(given, "on"))
    params.parse_language(given, snapshot.languages)
    params.parse_choice(given, "gesture", params.GESTURES, "cooperative")
    if asked.chosen is HTML:
        return map_page(given, snapshot.pages, snapshot.digest, dataset(request, snapshot))
    asked.given, asked.offers = {k: v for k, v in given.items() if k in ("lang", "f")}, _LANDING
    return landing(asked)


@router.resource("/api", "getApiPage", ("lang", "f"), _LANDING, "landing")
def landing(asked: ResourceRequest) -> Response:
    """What the service offers."""
    request, snapshot, lang = asked.request, asked.snapshot, asked.lang
    links = [*asked.links(), *_onward(request)]
    if asked.chosen is JSONLD:
        return asked.reply(dumps(dataset(request, snapshot)), translated=False)
    if asked.chosen is HTML:
        page, data = asked.page(links), dataset(request, snapshot)
        title, cards = page.t("api.data_title"), page.cards()
        return asked.reply(page.render("landing", title, collections=cards, dataset=data))
    record = snapshot.built.record
    boxes = [snapshot.tables[name].extent for name in record.layers]
    return asked.reply(dumps(landing_page(record.atlas, boxes, links, lang=lang)))


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
            "name": f"{table.title.default} ({offer.title})",
            "encodingFormat": offer.media_type,
            "contentUrl": address(request, f"/collections/{table.id}/items", {"f": offer.name}),
        }
        for table in snapshot.tables.values()
        for offer in (GEOJSON, GPKG)
    ]
    return atlas_dataset(record, url=home, downloads=downloads, identifier=record.sha256) | {
        "@id": home
    }


@router.resource("/conformance", "getConformance", ("f", "lang"), METADATA, "conformance")
def conformance(asked: ResourceRequest) -> Response:
    """Conformance classes that hold."""
    if asked.chosen is HTML:
        page = asked.page(asked.links())
        return asked.reply(page.render_below("conformance", "api.conformance", classes=CONFORMANCE))
    return asked.reply(dumps({"conformsTo": CONFORMANCE}), translated=False)


@router.resource("/openapi.json", "getOpenApi", ("f",), (OPENAPI,))
def openapi_document(asked: ResourceRequest) -> Response:
    """This document."""  # noqa: D404  # the summary of the operation
    return asked.reply(dumps(_openapi(asked)))


def _openapi(asked: ResourceRequest) -> dict[str, Any]:
    state, tables = asked.request.app.state, asked.snapshot.tables.values()
    where = base(asked.request)
    return openapi.document(where, asked.record, state.settings, tables, state.operations)


@router.resource("/docs", "getDocs", ("f", "lang"), (HTML,))
def docs(asked: ResourceRequest) -> Response:
    """Every resource with a form to try it."""
    return asked.reply(html.docs(asked.page(), _openapi(asked)))


@router.resource("/health", "getHealth", ("f",), schema="health")
def health(asked: ResourceRequest) -> Response:
    """Which record is served."""
    current = asked.request.app.state.current
    snapshot, fault = asked.snapshot, current.fault
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
        "fault": fault,
        "kept": {"answers": len(current.cache), "bytes": current.cache.currsize},
    }
    return Response(
        dumps(body), media_type="application/json", headers={"cache-control": "no-store"}
    )


@router.route("/try/{path:path}")
def submit_form(request: Request) -> Response:
    """Pass a form's question on without the fields that were left empty."""
    path = request.path_params["path"]
    given = {name: value for name, value in request.query_params.items() if value}
    return Response(status_code=303, headers={"location": address(request, f"/{path}", given)})
