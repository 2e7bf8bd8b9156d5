"""JSON Schemas of a collection: what a filter can ask, and what a feature is (Features, Part 5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api.table import FeatureTable
from layers.formats.ogc import CLAIMS

_ROLES = {
    "id": "id",
    "valid_from": "primary-interval-start",
    "valid_to": "primary-interval-end",
    "from_day": "primary-interval-start",
    "by_day": "primary-interval-end",
    "first_day": "primary-interval-start",
    "last_day": "primary-interval-end",
    "date_from": "primary-interval-start",
    "date_to": "primary-interval-end",
}
Make = Callable[..., dict[str, Any]]
_REFERENCE = {"x-ogc-role": "reference", "x-ogc-collectionId": CLAIMS}


def queryables(table: FeatureTable, where: str, lang: str, *, actual: bool) -> dict[str, Any]:
    """Return what a filter can ask; ``where`` is the address of the schema.

    ``actual``: codes and kinds of geometry are those that features have, not all that they may.
    """
    asked = _properties(table, actual)
    asked = {name: one for name, one in asked.items() if table.columns[name].kind != "json"}
    return _schema(table, where, lang, {**asked, "geometry": _geometry(table, actual)})


def features(table: FeatureTable, where: str, lang: str, *, actual: bool) -> dict[str, Any]:
    """Return what a feature is: its properties, their roles, and what they refer to."""
    properties = _properties(table, actual)
    for name, role in _ROLES.items():
        if name in properties:
            properties[name] |= {"x-ogc-role": role}
    for name in table.references:
        properties[name] |= {"items": {"type": "string", **_REFERENCE}}
    properties["geometry"] = _geometry(table, actual) | {"x-ogc-role": "primary-geometry"}
    for place, one in enumerate(properties.values(), start=1):
        one["x-ogc-propertySeq"] = place
    return _schema(table, where, lang, properties)


def _properties(table: FeatureTable, actual: bool) -> dict[str, dict[str, Any]]:
    made = {name: column.schema() for name, column in table.columns.items()}
    for name, one in made.items():
        if actual and "enum" in one:
            held = set(table.columns[name].values)
            one["enum"] = [code for code in one["enum"] if code in held]
    return made


def _geometry(table: FeatureTable, actual: bool) -> dict[str, Any]:
    """Return the geometry's schema; a format of Part 5 has one type, or one with its multiple."""
    shapes = (shape for shapes in table.shapes.values() for shape in shapes if actual)
    kinds = {shape.geom_type.lower() for shape in shapes if shape is not None}
    single = {kind.removeprefix("multi") for kind in kinds}
    name = "any"
    if len(single) == 1:
        name = "-or-".join(sorted(kinds, key=lambda kind: kind.startswith("multi")))
    return {"title": "geometry", "format": f"geometry-{name}"}


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
