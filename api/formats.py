"""Write a page of features: GeoJSON, JSON-FG, CSV, GeoPackage, FlatGeobuf."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from api.crs import CRS84
from api.item_query import ItemPage, shapes_of
from api.table import FeatureTable
from layers.formats import csv_ as comma
from layers.formats import gdal
from layers.formats import geojson as json_features
from layers.formats.columns import cell
from layers.formats.ogc import Link
from layers.record.model import Record

CONFORMS = json_features.CONFORMS
_SORTED = orjson.OPT_SORT_KEYS


def geojson(record: Record, page: ItemPage, links: Sequence[Link]) -> bytes:
    """Return the page as a GeoJSON feature collection, joined from what is serialised."""
    features = page.table.fragments(page.numbers, page.reading, page.crs, page.lang)
    return _joined(_head(record, page, links), features)


def jsonfg(record: Record, page: ItemPage, links: Sequence[Link]) -> bytes:
    """Return the page as a JSON-FG feature collection."""
    parts = [
        page.table.fg_fragment(number, page.reading, page.crs, page.lang) for number in page.numbers
    ]
    head = {**_head(record, page, links), **_fg_head(page.table, page.crs.uri)}
    return _joined(head, b",".join(parts))


def one(
    table: FeatureTable, fragment: bytes, links: Sequence[Link], *, fg: bool, crs: str = CRS84.uri
) -> bytes:
    """Return one feature with its links."""
    more: dict[str, Any] = {"links": links}
    if fg:
        more |= json_features.fg_head(crs)
        more["featureSchema"] = json_features.schema(table.id)
    return fragment[:-1] + b"," + orjson.dumps(more, option=_SORTED)[1:] + b"\n"


def _fg_head(table: FeatureTable, crs: str) -> dict[str, Any]:
    return {
        **json_features.fg_head(crs),
        "featureType": table.feature_type,
        "featureSchema": json_features.schema(table.id),
    }


def _head(record: Record, page: ItemPage, links: Sequence[Link]) -> dict[str, Any]:
    table = page.table
    return {
        "type": "FeatureCollection",
        "name": table.id,
        "title": table.title.as_dict(),
        "reading": page.reading,
        "record": {
            "id": record.atlas.id,
            "edition": record.atlas.edition,
            "sha256": record.sha256,
            "licence": record.atlas.licence,
            "scope": record.atlas.scope.as_dict(),
        },
        "attribution": attribution(table, page.numbers),
        "links": links,
        "numberMatched": page.matched,
        "numberReturned": len(page.numbers),
    }


def attribution(table: FeatureTable, numbers: Sequence[int]) -> list[str]:
    """Return the sources of the data of these features, each once."""
    column = table.columns.get("attribution")
    if column is not None:
        texts = {column.values[number] for number in numbers}
        return sorted({part for text in texts for part in text.split("; ") if part})
    licence = table.columns.get("licence")
    if licence is None:
        return []
    sources = table.columns["source"].values
    return sorted({f"{sources[number]} ({licence.values[number]})" for number in numbers})


def _joined(head: Mapping[str, Any], features: bytes) -> bytes:
    start = orjson.dumps(head, option=_SORTED)[:-1]
    return b"".join((start, b',"features":[', features, b"]}\n"))


def comma_separated(page: ItemPage) -> bytes:
    """Return the page as CSV: columns, then the shape as WKT; lists joined with semicolons."""
    out = io.StringIO()
    rows = [page.table.properties(number, page.lang) for number in page.numbers]
    names = list(page.table.columns)
    names += [key for key in (rows[0] if rows else {}) if key not in names]
    shapes = (page.crs.forward(shape) if shape is not None else None for shape in shapes_of(page))
    records = (
        [*(cell(row.get(name)) for name in names), comma.to_wkt(shape)]
        for row, shape in zip(rows, shapes, strict=True)
    )
    comma.write_records(out, [*names, "geometry"], records)
    return out.getvalue().encode()


def download(page: ItemPage, driver: str, ending: str) -> bytes:
    """Return features as a GIS file, in the reference system asked for."""
    import geopandas  # half a second that only downloads need

    rows = [page.table.properties(number, page.lang) for number in page.numbers]
    columns = {
        name: [cell(row.get(name)) if isinstance(row.get(name), list) else row.get(name)
               for row in rows]
        for name in (rows[0] if rows else page.table.columns)
        if name != "id"
    }  # fmt: skip
    ids = [page.table.ids[number] for number in page.numbers]
    shapes = shapes_of(page)
    frame = geopandas.GeoDataFrame({"id": ids, **columns}, geometry=shapes, crs="OGC:CRS84")
    frame = frame.set_crs("EPSG:4326", allow_override=True)
    if page.crs.name not in ("OGC:CRS84", "EPSG:4326"):
        frame = frame.to_crs(page.crs.name)
    more: dict[str, Any] = {}
    if ending == "fgb":
        more["SPATIAL_INDEX"] = gdal.index_of(shapes)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{page.table.id}.{ending}"
        frame.to_file(path, driver=driver, layer=page.table.id, engine="pyogrio", **more)
        return path.read_bytes()
