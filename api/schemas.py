"""JSON Schemas of a collection: what a filter can ask, and what a feature is (Features, Part 5)."""

from __future__ import annotations

from typing import Any

from api.table import FeatureTable
from layers.formats.ogc import CLAIMS

_ROLES = {
    "id": "id",
    "valid_from": "primary-interval-start",
    "valid_to": "primary-interval-end",
    "date_from": "primary-interval-start",
    "date_to": "primary-interval-end",
}
_REFERENCE = {"x-ogc-role": "reference", "x-ogc-collectionId": CLAIMS}


def queryables(table: FeatureTable, where: str, lang: str) -> dict[str, Any]:
    """Return what a filter can ask; ``where`` is the address of the schema."""
    asked = {
        name: column.schema() for name, column in table.columns.items() if column.kind != "json"
    }
    geometry = {"title": "geometry", "format": "geometry-any"}
    return _schema(table, where, lang, {**asked, "geometry": geometry})


def features(table: FeatureTable, where: str, lang: str) -> dict[str, Any]:
    """Return what a feature is: its properties, their roles, and what they refer to."""
    properties = {name: column.schema() for name, column in table.columns.items()}
    for name, role in _ROLES.items():
        if name in properties:
            properties[name] |= {"x-ogc-role": role}
    for name in properties:
        if name.endswith("claim_ids"):
            properties[name] |= {"items": {"type": "string", **_REFERENCE}}
    geometry = {"title": "geometry", "format": "geometry-any", "x-ogc-role": "primary-geometry"}
    ordered = {**properties, "geometry": geometry}
    return _schema(
        table,
        where,
        lang,
        {name: {**one, "x-ogc-propertySeq": i} for i, (name, one) in enumerate(ordered.items(), 1)},
    )


def _schema(
    table: FeatureTable, where: str, lang: str, properties: dict[str, Any]
) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": where,
        "type": "object",
        "title": table.title[lang] if lang else table.title.default,
        "properties": properties,
        "additionalProperties": False,
    }
