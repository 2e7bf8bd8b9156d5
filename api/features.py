"""Collections and their items as GeoJSON, in the shape of OGC API - Features."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from api.params import Built, KnownBy, On, ReadingName, only, reading
from layers import query
from layers.build import Layers, Row
from layers.errors import UnknownLayer
from layers.export import collection, dumps, feature

router = APIRouter(tags=["features"])
GEOJSON = "application/geo+json"


@router.get("/collections", dependencies=[only()])
def collections(request: Request, layers: Built) -> Response:
    """List the layers as collections."""
    listed = [_describe(request, layers, layer) for layer in layers.record.layers]
    return _json({"collections": listed, "links": [_link(request.url.path, "self")]})


@router.get("/collections/{layer}", dependencies=[only()])
def one_collection(request: Request, layers: Built, layer: str) -> Response:
    """Describe one layer."""
    query.layer_rows(layers, layer)
    return _json(_describe(request, layers, layer))


@router.get("/collections/{layer}/items", dependencies=[only("on", "known_by", "reading")])
def items(
    layers: Built,
    layer: str,
    on: On = None,
    known_by: KnownBy = None,
    shape: ReadingName = "nominal",
) -> Response:
    """Return the rows of a layer, on a day or all, as far as they were known by another."""
    rows = _asked(layers, query.layer_rows(layers, layer), on, known_by)
    body = collection(layers, layer, rows, reading=reading(shape))
    body["numberMatched"] = body["numberReturned"] = len(rows)
    return _json(body, GEOJSON)


@router.get("/collections/{layer}/items/{item}", dependencies=[only("reading")])
def one_item(layers: Built, layer: str, item: str, shape: ReadingName = "nominal") -> Response:
    """Return one row by its id."""
    rows = {row.id: row for row in query.layer_rows(layers, layer)}
    if item not in rows:
        raise UnknownLayer("item", item, rows)
    return _json(feature(layers, rows[item], reading=reading(shape)), GEOJSON)


def _asked(
    layers: Layers, rows: tuple[Row, ...], on: str | None, known_by: str | None
) -> tuple[Row, ...]:
    day = query.day("on", on)
    query.check_day(layers.record, day)
    return query.holding(query.known_by(layers, rows, query.day("known_by", known_by)), day)


def _describe(request: Request, layers: Layers, layer: str) -> dict[str, Any]:
    found = layers.record.layers[layer]
    base = f"{request.scope.get('root_path', '')}/collections/{layer}"
    return {
        "id": layer,
        "title": found.title.en,
        "title_ar": found.title.ar,
        "description": found.summary.en,
        "itemType": "feature",
        "links": [_link(base, "self"), _link(f"{base}/items", "items", GEOJSON)],
    }


def _link(href: str, rel: str, media_type: str = "application/json") -> dict[str, str]:
    return {"href": href, "rel": rel, "type": media_type}


def _json(body: Any, media_type: str = "application/json") -> Response:
    return Response(dumps(body), media_type=media_type)
