"""GeoJSON (RFC 7946) and OGC JSON-FG: one feature a row, with the record's head before them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from layers.build.rows import iter_rows, to_json
from layers.formats.content import Content
from layers.formats.features import attributed, dumps, feature, head

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMS = (
    "http://www.opengis.net/spec/json-fg-1/1.0/conf/core",
    "http://www.opengis.net/spec/json-fg-1/1.0/conf/types-schemas",
)


def write_geojson(content: Content, path: Path) -> None:
    """Write a GeoJSON feature collection, with the JSON-FG ``time`` beside each geometry."""
    path.write_bytes(dumps({**_head(content), "features": list(_features(content))}))


def write_jsonfg(content: Content, path: Path) -> None:
    """Write a JSON-FG feature collection; each feature's type is its layer."""
    features = [
        {**one, "featureType": one["properties"]["layer"], "place": None}
        for one in _features(content)
    ]
    # One type stands before the features, of several each feature names its own.
    types: dict[str, Any] = {"featureSchema": {name: schema(name) for name in content.by_layer}}
    if content.layer:
        types = {"featureType": content.layer, "featureSchema": schema(content.layer)}
    whole = {**_head(content), **fg_head(CRS84), **types, "features": features}
    path.write_bytes(dumps(whole))


def fg_head(system: str) -> dict[str, Any]:
    """Return what makes a collection JSON-FG: what it conforms to and its reference system."""
    return {"conformsTo": list(CONFORMS), "coordRefSys": system}


def schema(name: str) -> str:
    """Return the identifier of the schema of a collection's features."""
    return f"urn:tamas:collection:{name}"


def _head(content: Content) -> dict[str, Any]:
    said = attributed(content.rows["attribution"])
    return head(content.built.record, content.id, content.title, said, reading=content.reading)


def _features(content: Content) -> Iterator[dict[str, Any]]:
    for row, values in zip(iter_rows(content.rows), content.records(), strict=True):
        properties = {name: to_json(value) for name, value in values.items()}
        yield {**feature(row, reading=content.reading), "properties": properties}
