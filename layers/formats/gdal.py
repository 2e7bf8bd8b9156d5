"""Write tables through GDAL: FlatGeobuf, and the way in for GeoPackage.

The caller names the kind of shape of each table, because GDAL would guess it from the first.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry.base import BaseGeometry

from layers.formats.arrow import SHAPE_NAME, arrow_table
from layers.formats.content import Content

if TYPE_CHECKING:
    import pyarrow as pa

# What GDAL 3.6 and QGIS 3.22, in Debian stable of 2023, read without a warning.
_GPKG_VERSION = "1.3"
_ONE_AT_A_TIME = threading.Lock()
_MULTI: dict[str, Any] = {
    "Point": shapely.MultiPoint,
    "LineString": shapely.MultiLineString,
    "Polygon": shapely.MultiPolygon,
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
