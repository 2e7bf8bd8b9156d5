"""Rows as GeoJSON features, a build of every layer with its manifest, and files of both kinds.

GeoJSON is RFC 7946 (WGS84, longitude first, right-hand rule, five decimals) with the
``time`` member of OGC JSON-FG beside each geometry. The same layers give the same bytes. JSON-FG
itself says of a file what it conforms to, and its features' type is their layer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import shapely
from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from layers.atomic import MANIFEST
from layers.build.rows import BuiltAtlas, Reading, ZonePeriod, iter_rows, to_json
from layers.formats.content import DECIMALS, Content
from layers.formats.ogc import CRS84
from layers.record.model import Record
from layers.record.texts import LocalizedText

CONFORMS = (
    "http://www.opengis.net/spec/json-fg-1/1.0/conf/core",
    "http://www.opengis.net/spec/json-fg-1/1.0/conf/types-schemas",
)


def feature(row: ZonePeriod, *, reading: Reading = "nominal") -> dict[str, Any]:
    """Return a row as a GeoJSON feature with the JSON-FG ``time`` member."""
    return {
        "type": "Feature",
        "id": row.id,
        "geometry": geometry_json(row.reading(reading)),
        "time": {"interval": [to_json(row.valid_from), to_json(row.valid_to) or ".."]},
        "properties": row.properties(),
    }


def collection(
    built: BuiltAtlas, layer: str, rows: GeoDataFrame, *, reading: Reading = "nominal"
) -> dict[str, Any]:
    """Return rows of a layer as a GeoJSON feature collection that names its record."""
    title = built.record.layers[layer].title
    return {
        **head(built.record, layer, title, rows["attribution"], reading=reading),
        "features": [feature(row, reading=reading) for row in iter_rows(rows)],
    }


def head(
    record: Record, name: str, title: LocalizedText, credited: Iterable[str], *, reading: Reading
) -> dict[str, Any]:
    """Return what a feature collection says of itself before its features.

    ``credited`` is the attribution of each feature, whose parts come once each.
    """
    return {
        "type": "FeatureCollection",
        "name": name,
        "title": title.as_dict(),
        "reading": reading,
        "record": {
            "id": record.atlas.id,
            "edition": record.atlas.edition,
            "sha256": record.sha256,
            "licence": record.atlas.licence,
            "scope": record.atlas.scope.as_dict(),
        },
        "attribution": sorted({part for text in credited for part in text.split("; ") if part}),
    }


def geometry_json(geometry: BaseGeometry | None, decimals: int = DECIMALS) -> dict[str, Any] | None:
    """Return a geometry as GeoJSON with rounded coordinates, None for none."""
    if geometry is None or geometry.is_empty:
        return None
    return {"type": geometry.geom_type, "coordinates": _coordinates(geometry, decimals)}


def dumps(data: Any) -> bytes:
    """Return canonical JSON: sorted keys, UTF-8, a final line feed."""
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def build_files(built: BuiltAtlas, *, reading: Reading = "nominal") -> dict[str, bytes]:
    """Return every file of a build by name: a GeoJSON a layer and the manifest."""
    files: dict[str, bytes] = {}
    listed: dict[str, dict[str, Any]] = {}
    for layer in built.record.layers:
        rows = built.of_layer(layer)
        name = f"{layer}.geojson"
        files[name] = dumps(collection(built, layer, rows, reading=reading))
        listed[name] = {"sha256": hashlib.sha256(files[name]).hexdigest(), "rows": len(rows)}
    files[MANIFEST] = dumps(
        {
            "files": listed,
            "seeds_sha256": built.record.sha256,
            "reading": reading,
            "versions": {name: version(name) for name in ("tamas", "shapely", "pyproj")},
        }
    )
    return files


def _coordinates(geometry: BaseGeometry, decimals: int) -> list[Any]:
    """Return rounded coordinates as GeoJSON nests them; a ring or a line is rounded at once."""
    if geometry.geom_type.startswith("Multi"):
        return [_coordinates(part, decimals) for part in shapely.get_parts(geometry)]
    if isinstance(geometry, shapely.Polygon):
        return [_coordinates(ring, decimals) for ring in (geometry.exterior, *geometry.interiors)]
    spots: list[Any] = np.round(shapely.get_coordinates(geometry), decimals).tolist()
    return spots[0] if geometry.geom_type == "Point" else spots


def write_geojson(content: Content, path: Path) -> None:
    """Write a GeoJSON feature collection, with the JSON-FG ``time`` beside each geometry."""
    path.write_bytes(dumps({**_head_of(content), "features": list(_features(content))}))


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
    whole = {**_head_of(content), **fg_head(CRS84), **types, "features": features}
    path.write_bytes(dumps(whole))


def fg_head(system: str) -> dict[str, Any]:
    """Return what makes a collection JSON-FG: what it conforms to and its reference system."""
    return {"conformsTo": list(CONFORMS), "coordRefSys": system}


def schema(name: str) -> str:
    """Return the identifier of the schema of a collection's features."""
    return f"urn:tamas:collection:{name}"


def _head_of(content: Content) -> dict[str, Any]:
    credited = content.rows["attribution"]
    return head(content.built.record, content.id, content.title, credited, reading=content.reading)


def _features(content: Content) -> Iterator[dict[str, Any]]:
    for row, values in zip(iter_rows(content.rows), content.records(), strict=True):
        properties = {name: to_json(value) for name, value in values.items()}
        yield {**feature(row, reading=content.reading), "properties": properties}
