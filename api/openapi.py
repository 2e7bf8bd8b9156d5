"""The OpenAPI 3.0 document, made from how resources are declared and the table of parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

from api import negotiate
from api.batch import XLSX
from api.negotiate import Representation
from api.params import PARAMS, Param, enum
from api.profiles import DOMAINS, JSON, REFERENCES
from api.resource import Operation
from api.table import FeatureTable
from layers.record.model import Record
from layers.settings import Settings

_IN_PATH = {"collectionId": "Id of a collection.", "featureId": "Id of a feature."}
TAGS = ("about", "features", "questions")

# What an answer leads to: operation, and the parameters for it that stand in request or answer.
_SAME = {"collectionId": "$request.path.collectionId"}
_FIRST = {"collectionId": "$response.body#/collections/0/id"}
_LINKS: dict[str, dict[str, dict[str, str]]] = {
    "/collections": {"describeCollection": _FIRST, "getFeatures": _FIRST},
    "/collections/{collectionId}": {
        "getQueryables": _SAME, "getSchema": _SAME, "getFeatures": _SAME,
    },
    "/collections/{collectionId}/items": {
        "getFeature": {**_SAME, "featureId": "$response.body#/features/0/id"},
        "getFeatures": {**_SAME, "offset": "$response.body#/numberReturned"},
    },
}  # fmt: skip
_NEEDED = {"/diff": frozenset({"from", "to"})}
_REF = "#/components/"


def document(
    server: str,
    record: Record,
    settings: Settings,
    tables: Iterable[FeatureTable],
    operations: Iterable[Operation],
) -> dict[str, Any]:
    """Return the whole document, without a reference beyond itself."""
    atlas = record.atlas
    queryables = _queryables(tables)
    paths = {one.path: {"get": _get(one)} for one in operations}
    items = paths["/collections/{collectionId}/items"]["get"]
    items["parameters"] += [_reference(key) for key in queryables]
    paths["/at"]["post"] = _post_at(settings)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": atlas.title.default,
            "version": version("tamas"),
            "description": f"{atlas.scope.default}\n\n{atlas.borders.default}",
            "license": {"name": atlas.licence},
            "contact": {"name": "Corrections"},
        },
        "servers": [{"url": server or "/"}],
        "tags": [{"name": name} for name in TAGS],
        "paths": paths,
        "components": {
            "parameters": _shared(settings, record.interface_languages) | queryables,
            "responses": _problems(),
            "schemas": _schemas(),
        },
    }


def _get(operation: Operation) -> dict[str, Any]:
    path, tag, name, summary, names, offers, schema = operation
    in_path = [_reference(key) for key in _IN_PATH if f"{{{key}}}" in path]
    content = {offer.media_type: {"schema": _content_schema(offer, schema)} for offer in offers}
    answers: dict[str, Any] = {"200": {"description": "The answer.", "content": content}}
    if path in _LINKS:
        answers["200"]["links"] = {
            to: {"operationId": to, "parameters": given} for to, given in _LINKS[path].items()
        }
    if path == "/":
        answers["303"] = {"description": "The map on the day that was asked for."}
    answers["304"] = {"description": "What the reader has is still right."}
    return {
        "tags": [tag],
        "operationId": name,
        "summary": summary,
        "parameters": [*in_path, *(_parameter(each, path, offers) for each in names)],
        "responses": answers
        | _common(found=bool(in_path) or path in ("/claims", "/clauses", "/tallies")),
    }


def _content_schema(offer: Representation, schema: str) -> dict[str, Any]:
    if offer.name in ("html", "csv"):
        return {"type": "string"}
    if offer.name in ("gpkg", "fgb"):
        return {"type": "string", "format": "binary"}
    if offer.name in ("jsonfg", "jsonld") or schema == "object":
        return {"type": "object"}
    return {"$ref": f"{_REF}schemas/{schema}"}


def _common(*, found: bool) -> dict[str, Any]:
    names = {"400": "invalid", "406": "format", "414": "long", "503": "busy"}
    if found:
        names["404"] = "missing"
    return {code: {"$ref": f"{_REF}responses/{name}"} for code, name in names.items()}


def _reference(parameter: str) -> dict[str, Any]:
    return {"$ref": f"{_REF}parameters/{parameter}"}


def _parameter(name: str, path: str, offers: tuple[Representation, ...]) -> dict[str, Any]:
    """Return a reference to a parameter, or itself where this operation has it in its own way."""
    param = PARAMS[name]
    if name == "f":
        return _described(param, schema={"enum": [offer.name for offer in offers]})
    if name == "limit" and path == "/search":
        # More than the most is no error, here as in OGC's Features: no maximum is stated.
        return _described(param, schema={"default": 10})
    if name == "profile":
        known = DOMAINS if negotiate.SCHEMA in offers else (*REFERENCES, *JSON)
        items = {"type": "string", "enum": list(known)}
        return _described(param, schema={"items": items, "default": [known[0]]})
    if name in _NEEDED.get(path, ()):
        return {**_described(param), "required": True}
    return _reference(name)


def _shared(settings: Settings, languages: Iterable[str]) -> dict[str, Any]:
    """Return every parameter that operations share, by its name: clients look for them here."""
    limit = {"default": settings.default_limit, "maximum": settings.max_limit}
    return {
        **{
            name: _described(Param(name, says, required=True)) | {"in": "path"}
            for name, says in _IN_PATH.items()
        },
        **{name: _described(param) for name, param in PARAMS.items()
           if name not in ("f", "profile")},
        "limit": _described(PARAMS["limit"], schema=limit),
        "lang": _described(PARAMS["lang"], schema={"enum": list(languages)}),
    }  # fmt: skip


def _queryables(tables: Iterable[FeatureTable]) -> dict[str, Any]:
    """Return a parameter for each simple property of any collection, by a key of its own."""
    columns = {
        column.name: column for table in tables for column in table.columns.values()
        if column.simple
    }  # fmt: skip
    says = "Only items with this value, in collections that have the property."
    return {
        f"property-{name}": _described(Param(name, says, column.schema(), explode=False))
        for name, column in columns.items()
    }


def _described(param: Param, schema: Mapping[str, Any] | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": param.name,
        "in": "query",
        "description": param.says,
        "required": param.required,
        "schema": {**param.schema, **(schema or {})},
    }
    return made if param.explode is None else made | {"style": "form", "explode": param.explode}


def _post_at(settings: Settings) -> dict[str, Any]:
    form = Param("f", "json: one document; ndjson: one answer a line.", enum("json", "ndjson"))
    points = {"$ref": f"{_REF}schemas/points"}
    return {
        "tags": ["questions"],
        "operationId": "postAt",
        "summary": f"Up to {settings.max_points} points with their days, answered in their order",
        "parameters": [_reference("on"), _reference("known_by"), _described(form)],
        "requestBody": {
            "required": True,
            "content": {
                "application/geo+json": {"schema": points},
                "text/csv": {
                    "schema": {"type": "string"},
                    "example": "lon,lat,on\n36.61,35.80,2020-04-01\n",
                },
                XLSX: {"schema": {"type": "string", "format": "binary"}},
            },
        },
        "responses": {
            "200": {
                "description": "One answer a point; one that cannot be asked says why.",
                "content": {
                    "application/json": {"schema": {"$ref": f"{_REF}schemas/answers"}},
                    "application/x-ndjson": {"schema": {"type": "string"}},
                },
            },
            **_common(found=False),
            "413": {"$ref": f"{_REF}responses/large"},
            "415": {"$ref": f"{_REF}responses/type"},
        },
    }


def _problems() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": f"{_REF}schemas/problem"}}}
    says = {
        "invalid": "A parameter is unknown or cannot be understood; it is named.",
        "missing": "There is no such collection or feature.",
        "format": "No format that Accept names is offered.",
        "long": "The query string is too long.",
        "large": "The body is too large or has too many points.",
        "type": "The body is neither GeoJSON nor CSV.",
        "busy": "The answer took too long.",
    }
    made: dict[str, Any] = {
        name: {"description": text, "content": content} for name, text in says.items()
    }
    made["missing"]["content"] = {**content, "text/html": {"schema": {"type": "string"}}}
    return made


def _schemas() -> dict[str, Any]:
    text, number = {"type": "string"}, {"type": "number"}
    links = {"type": "array", "items": {"$ref": f"{_REF}schemas/link"}}
    days = {"type": "string", "nullable": True}
    zones = {"type": "array", "items": {"type": "object"}}

    def of(required: list[str], **properties: Any) -> dict[str, Any]:
        return {"type": "object", "required": required, "properties": properties}

    feature = of(
        ["type", "geometry", "properties"],
        type={"type": "string", "enum": ["Feature"]},
        id=text,
        geometry={"type": "object", "nullable": True},
        properties={"type": "object", "nullable": True},
        time={"type": "object", "nullable": True},
        links=links,
    )
    collection = of(["id", "links"], id=text, title=text, links=links,
                    extent={"type": "object"}, crs={"type": "array", "items": text})  # fmt: skip
    of_features = {"type": "array", "items": {"$ref": f"{_REF}schemas/feature"}}
    of_collections = {"type": "array", "items": {"$ref": f"{_REF}schemas/collection"}}
    answer = of(["lon", "lat", "zones"], lon=number, lat=number, on=days, known_by=days,
                zones=zones)  # fmt: skip
    return {
        "link": of(["href", "rel"], href=text, rel=text, type=text, title=text, hreflang=text),
        "problem": of(
            ["type", "title", "status", "detail"],
            type=text,
            title=text,
            status={"type": "integer"},
            detail=text,
            parameter=days,
        ),
        "landing": of(["title", "links"], title=text, description=text, links=links),
        "conformance": of(["conformsTo"], conformsTo={"type": "array", "items": text}),
        "collections": of(["collections", "links"], collections=of_collections, links=links),
        "collection": collection,
        "feature": feature,
        "featureCollection": of(
            ["type", "features"],
            type={"type": "string", "enum": ["FeatureCollection"]},
            features=of_features,
            links=links,
            numberMatched={"type": "integer", "minimum": 0},
            numberReturned={"type": "integer", "minimum": 0},
        ),
        "at": answer,
        "answers": of(["answers"], answers={"type": "array", "items": {"type": "object"}}),
        "points": of(
            ["type", "features"],
            type={"type": "string", "enum": ["FeatureCollection"]},
            features={"type": "array", "items": {}},  # one that is no feature is told so
        ),
        "diff": of(
            ["from", "to", "zones", "deadlines_passed"],
            **{"from": text, "to": text},
            zones=zones,
            deadlines_passed=zones,
        ),
        "clauses": of(["on", "clauses"], on=text, clauses=zones),
        "list": {"type": "array", "items": {"type": "object"}},
        "health": of(
            ["status", "record"],
            status={"type": "string", "enum": ["ok", "stale"]},
            record={"type": "object"},
        ),
    }
