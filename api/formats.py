"""Write a page of features: GeoJSON, JSON-FG, CSV, GeoPackage, FlatGeobuf."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import shapely

from api.crs import CRS84
from api.links import Link
from api.select import Selection, shapes_of
from api.table import Table
from layers.record import Record

CONFORMS = (
    "http://www.opengis.net/spec/json-fg-1/1.0/conf/core",
    "http://www.opengis.net/spec/json-fg-1/1.0/conf/types-schemas",
)
_SORTED = orjson.OPT_SORT_KEYS


def geojson(record: Record, selection: Selection, links: Sequence[Link]) -> bytes:
    """Return the page as a GeoJSON feature collection, joined from what is serialised."""
    features = selection.table.fragments(
        selection.numbers, selection.reading, selection.system, selection.lang
    )
    return _joined(_head(record, selection, links), features)


def jsonfg(record: Record, selection: Selection, links: Sequence[Link]) -> bytes:
    """Return the page as a JSON-FG feature collection."""
    parts = [
        selection.table.fg_fragment(number, selection.reading, selection.system, selection.lang)
        for number in selection.numbers
    ]
    head = {**_head(record, selection, links), **_fg_head(selection.table, selection.system.uri)}
    return _joined(head, b",".join(parts))


def one(
    table: Table, fragment: bytes, links: Sequence[Link], *, fg: bool, system: str = CRS84.uri
) -> bytes:
    """Return one feature with its links."""
    more: dict[str, Any] = {"links": links}
    if fg:
        more |= {"conformsTo": list(CONFORMS), "coordRefSys": system}
        more["featureSchema"] = _schema(table)
    return fragment[:-1] + b"," + orjson.dumps(more, option=_SORTED)[1:] + b"\n"


def _fg_head(table: Table, system: str) -> dict[str, Any]:
    return {
        "conformsTo": list(CONFORMS),
        "coordRefSys": system,
        "featureType": table.feature_type,
        "featureSchema": _schema(table),
    }


def _schema(table: Table) -> str:
    return f"urn:tamas:collection:{table.id}"


def _head(record: Record, selection: Selection, links: Sequence[Link]) -> dict[str, Any]:
    table = selection.table
    return {
        "type": "FeatureCollection",
        "name": table.id,
        "title": {"en": table.title.en, "ar": table.title.ar},
        "reading": selection.reading,
        "record": {
            "id": record.atlas.id,
            "edition": record.atlas.edition,
            "sha256": record.sha256,
            "licence": record.atlas.licence,
            "scope": {"en": record.atlas.scope.en, "ar": record.atlas.scope.ar},
        },
        "attribution": attribution(table, selection.numbers),
        "links": links,
        "numberMatched": selection.matched,
        "numberReturned": len(selection.numbers),
    }


def attribution(table: Table, numbers: Sequence[int]) -> list[str]:
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


def comma_separated(selection: Selection) -> bytes:
    """Return the page as CSV: columns, then the shape as WKT; lists joined with semicolons."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    rows = [selection.table.properties(number, selection.lang) for number in selection.numbers]
    names = list(selection.table.columns)
    names += [key for key in (rows[0] if rows else {}) if key not in names]
    writer.writerow([*names, "geometry"])
    for row, shape in zip(rows, shapes_of(selection), strict=True):
        moved = selection.system.forward(shape) if shape is not None else None
        text = "" if moved is None else shapely.to_wkt(moved, rounding_precision=5)
        writer.writerow([*(_cell(row.get(name)) for name in names), text])
    return out.getvalue().encode()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        plain = (
            item if isinstance(item, str) else f"{item['role']}:{item['place']}" for item in value
        )
        return ";".join(plain)
    return value


def download(selection: Selection, driver: str, ending: str) -> bytes:
    """Return features as a GIS file, in the reference system asked for."""
    import geopandas  # half a second that only downloads need

    rows = [selection.table.properties(number, selection.lang) for number in selection.numbers]
    columns = {
        name: [_cell(row.get(name)) if isinstance(row.get(name), list) else row.get(name)
               for row in rows]
        for name in (rows[0] if rows else selection.table.columns)
        if name != "id"
    }  # fmt: skip
    ids = [selection.table.ids[number] for number in selection.numbers]
    shapes = shapes_of(selection)
    frame = geopandas.GeoDataFrame({"id": ids, **columns}, geometry=shapes, crs="OGC:CRS84")
    frame = frame.set_crs("EPSG:4326", allow_override=True)
    if selection.system.name not in ("OGC:CRS84", "EPSG:4326"):
        frame = frame.to_crs(selection.system.name)
    more: dict[str, Any] = {}
    if ending == "fgb":  # its index cannot hold a feature without a shape
        more["SPATIAL_INDEX"] = "NO" if any(shape is None for shape in shapes) else "YES"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{selection.table.id}.{ending}"
        frame.to_file(path, driver=driver, layer=selection.table.id, engine="pyogrio", **more)
        return path.read_bytes()
