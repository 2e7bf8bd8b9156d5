"""Rows as Arrow tables, and GeoParquet 1.1 made of them.

Column types are stated, never guessed from values: a layer in which nobody named an end has
the same types as any other, so that readers can put files together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry.base import BaseGeometry

from layers.formats.attribution import credit_lines
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


def write_parquet(content: Content, path: Path) -> None:
    """Write GeoParquet 1.1: WKB, a covering box a row, lists as lists, Zstandard."""
    import pyarrow.parquet as pq

    table = arrow_table(content.row_columns, content.columns, content.shapes, joined=False)
    table = table.append_column(BOX_NAME, _boxes(content.shapes))
    said = {b"geo": json.dumps(_geo(content.shapes), sort_keys=True).encode(), **_about(content)}
    pq.write_table(
        table.replace_schema_metadata(said), path, compression="zstd", write_statistics=True
    )


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
        found = [None if shape is None else shapely.to_wkb(shape) for shape in shapes]
        arrays[SHAPE_NAME] = pa.array(found, pa.binary())
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

    kind = pa.struct([(name, pa.float64()) for name in _CORNERS])
    return pa.array(
        [
            None if shape is None else dict(zip(_CORNERS, shape.bounds, strict=True))
            for shape in shapes
        ],
        kind,
    )


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


def _about(content: Content) -> dict[bytes, bytes]:
    """Return what the file says of itself beside its columns."""
    record = content.built.record
    said = {
        **content.title.members("title"),
        "edition": record.atlas.edition,
        "record_sha256": record.sha256,
        "reading": content.reading,
        "licence": record.atlas.licence,
        "attribution": "; ".join(credit_lines(content.credits, content.languages[0])),
        **record.atlas.scope.members("scope"),
    }
    return {name.encode(): text.encode() for name, text in said.items()}
