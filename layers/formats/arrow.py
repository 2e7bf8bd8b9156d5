"""Rows as Arrow tables, and what is made of them: GeoParquet 1.1, and by GDAL FlatGeobuf.

Column types are stated, never guessed from values: a layer in which nobody named an end has
the same types as any other, so that readers can put files together. The kind of shape of a
table is named too, because GDAL would guess it from the first.
"""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry.base import BaseGeometry

from layers.formats.attribution import provenance
from layers.formats.columns import Column, Sheet, cell
from layers.formats.content import Content

if TYPE_CHECKING:
    import pyarrow as pa

SHAPE_NAME = "geometry"
BOX_NAME = "bbox"
_CORNERS = ("xmin", "ymin", "xmax", "ymax")
# 'edges' is what the spec calls straight lines in degrees; the reference system is left out
# because its absence means OGC:CRS84, and PROJ's own text of it changes between releases.
_ENCODING = {"encoding": "WKB", "edges": "planar", "orientation": "counterclockwise"}
# What GDAL 3.6 and QGIS 3.22, in Debian stable of 2023, read without a warning.
_GPKG_VERSION = "1.3"
_ONE_AT_A_TIME = threading.Lock()
_MULTI: dict[str, Any] = {
    "Point": shapely.MultiPoint,
    "LineString": shapely.MultiLineString,
    "Polygon": shapely.MultiPolygon,
}


def write_parquet(content: Content, path: Path) -> None:
    """Write GeoParquet 1.1: WKB, a covering box a row, lists as lists, Zstandard."""
    import pyarrow.parquet as pq

    table = arrow_table(content.row_columns, content.columns, content.shapes, joined=False)
    table = table.append_column(BOX_NAME, _boxes(content.shapes))
    said = {"geo": json.dumps(_geo(content.shapes), sort_keys=True), **_about(content)}
    pq.write_table(table.replace_schema_metadata(said), path, compression="zstd")


def arrow_table(
    columns: Sequence[Column],
    values: Mapping[str, Sequence[Any]],
    shapes: Sequence[BaseGeometry | None] | None = None,
    *,
    joined: bool = True,
) -> pa.Table:
    """Return columns as a table of stated types, with shapes as WKB where there are any.

    ``joined`` writes lists as text, for formats that have none.
    """
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "date": pa.date32(),
        "number": pa.float64(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
        "strings": pa.string() if joined else pa.list_(pa.string()),
    }
    arrays = {
        one.name: pa.array(
            [_cell_value(value, one, joined) for value in values[one.name]], types[one.kind]
        )
        for one in columns
    }
    if shapes is not None:
        arrays[SHAPE_NAME] = pa.array(shapely.to_wkb(list(shapes)), pa.binary())
    return pa.table(arrays)


def sheet_table(sheet: Sheet) -> pa.Table:
    """Return a table without shapes, its lists joined."""
    return arrow_table(
        sheet.columns, {one.name: [row[one.name] for row in sheet.rows] for one in sheet.columns}
    )


def _cell_value(value: Any, column: Column, joined: bool) -> Any:
    if column.kind == "strings":
        return cell(value, column.separator) or None if joined else list(value or ())
    if column.kind == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    return value


def _boxes(shapes: Sequence[BaseGeometry | None]) -> pa.Array:
    import pyarrow as pa

    missing = pa.array(shapely.is_missing(shapes))
    edges = shapely.bounds(shapes).T
    return pa.StructArray.from_arrays(list(map(pa.array, edges)), _CORNERS, mask=missing)


def _geo(shapes: Sequence[BaseGeometry | None]) -> dict[str, Any]:
    drawn = [shape for shape in shapes if shape is not None]
    column: dict[str, Any] = {
        **_ENCODING,
        "geometry_types": sorted({shape.geom_type for shape in drawn}),
        "covering": {BOX_NAME: {name: [BOX_NAME, name] for name in _CORNERS}},
    }
    if drawn:
        column["bbox"] = [float(edge) for edge in shapely.total_bounds(drawn)]
    return {"version": "1.1.0", "primary_column": SHAPE_NAME, "columns": {SHAPE_NAME: column}}


def _about(content: Content) -> dict[str, str]:
    """Return what the file says of itself beside its columns."""
    return {
        **content.title.members("title"),
        **provenance(content.built, content.credits, content.reading),
        **content.built.record.atlas.scope.members("scope"),
    }


def write_flatgeobuf(content: Content, path: Path) -> None:
    """Write FlatGeobuf: with its spatial index where every row has a shape, else without.

    The index cannot hold a row without a shape, and it puts rows in an order of its own.
    """
    kind, shapes = promote_to_multi(content.shapes)
    table = arrow_table(content.row_columns, content.columns, shapes)
    scope = content.built.record.atlas.scope
    title = {"TITLE": content.title.default, "DESCRIPTION": scope.default}
    options = {"SPATIAL_INDEX": index_of(shapes), **title}
    # In memory first: on a full disk GDAL leaves a part of the file and says nothing.
    made = io.BytesIO()
    write_gdal(table, made, "FlatGeobuf", content.id, kind=kind, layer_options=options)
    path.write_bytes(made.getvalue())


def index_of(shapes: Sequence[BaseGeometry | None]) -> str:
    """Return FlatGeobuf's option: its index cannot hold a feature without a shape."""
    return "NO" if any(shape is None for shape in shapes) else "YES"


def write_gdal(
    table: pa.Table,
    path: Path | io.BytesIO,
    driver: str,
    name: str,
    *,
    kind: str | None,
    layer_options: Mapping[str, str] | None = None,
    crs: str = "EPSG:4326",
) -> None:
    """Write a table as a layer of a file, which gains it if it is there; kind None: no shapes."""
    import pyogrio

    shaped: dict[str, Any] = {}
    if kind is not None:
        shaped = {"geometry_name": SHAPE_NAME, "geometry_type": kind, "crs": crs}
    if driver == "GPKG" and not (isinstance(path, Path) and path.exists()):
        shaped["dataset_options"] = {"VERSION": _GPKG_VERSION}
    pyogrio.write_arrow(
        table, path, layer=name, driver=driver, layer_options=dict(layer_options or {}), **shaped
    )


def promote_to_multi(
    shapes: Sequence[BaseGeometry | None],
) -> tuple[str, list[BaseGeometry | None]]:
    """Return the one kind that all shapes can have, and them in it; else ``Unknown``.

    Desktop tools show a table of one kind as one layer; a polygon beside multipolygons becomes
    one of a single part.
    """
    kinds = {shape.geom_type for shape in shapes if shape is not None}
    if len(kinds) == 1:
        return kinds.pop(), list(shapes)
    for single, multi in _MULTI.items():
        if kinds == {single, f"Multi{single}"}:
            made = [multi([one]) if one and one.geom_type == single else one for one in shapes]
            return f"Multi{single}", made
    return "Unknown", list(shapes)


@contextmanager
def dated(day: str) -> Iterator[None]:
    """Have GDAL write a day in place of the clock, so that the same rows give the same bytes.

    It also need not wait for the disk after each table: who gave the path does, once. Both hold
    for the whole process, so one thread at a time writes under a day.
    """
    import pyogrio

    options = {"OGR_CURRENT_DATE": f"{day}T00:00:00.000Z", "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    with _ONE_AT_A_TIME:
        pyogrio.set_gdal_config_options(options)
        try:
            yield
        finally:
            pyogrio.set_gdal_config_options(dict.fromkeys(options))
