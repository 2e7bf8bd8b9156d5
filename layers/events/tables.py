"""Tables that are no lines of text: workbooks, GeoPackage, Shapefile, Stata's, JSON.

Each is read by the reader that its field keeps and becomes columns of an Arrow table; what stands
in them is understood by `layers.events.values`, as that of any other file is. Points become the
columns ``longitude`` and ``latitude`` in degrees, whatever their reference system.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from pyogrio.errors import DataSourceError

from layers.events.columns import is_tags, unique_names
from layers.events.errors import EventsError, as_events_error
from layers.events.geojson import JSON_BYTES, LAT, LON, json_rows, transformer
from layers.events.workbook import WORKBOOKS, Bounds, as_text, header_row, sheet_rows

JSON = (".json", ".geojson")
_VECTOR = (".gpkg", ".shp", ".fgb")
_STATA = (".dta",)
TABLES = (*WORKBOOKS, *_VECTOR, *_STATA, *JSON)
_BATCH = 1 << 17


@dataclass(frozen=True, slots=True)
class Table:
    """The header of a table, HXL's tags below it, the number of its first row, and its rows."""

    names: tuple[str, ...]
    first_row: int
    batches: Callable[[Sequence[str]], Iterator[pa.Table]]
    """Yields some of the columns, so many rows at a time."""
    tags: tuple[str, ...] = ()


def read_table(
    file: str, source: BinaryIO, sheet: str | None = None, encoding: str | None = None
) -> Table:
    """Return the table of an open file; of a workbook the sheet, of a GeoPackage the layer."""
    kind = Path(file).suffix.lower()
    if kind in WORKBOOKS:
        return of_workbook(file, source, sheet, Bounds())
    if kind in JSON:
        return of_json(file, source.read(JSON_BYTES + 1), JSON_BYTES)
    if "://" in file:
        raise EventsError(f"{file}: is read from a disk alone; copy it here")
    return _stata(file) if kind in _STATA else _vector(file, sheet, encoding)


def of_workbook(file: str, source: BinaryIO, sheet: str | None, bounds: Bounds) -> Table:
    """Return the table of a sheet: its first row with some cells is the header."""
    rows = sheet_rows(file, source, sheet, bounds)
    at = header_row(rows)
    header = [as_text(value) or "" for value in rows[at]] if rows else []
    while header and not header[-1]:
        header.pop()
    if not header:
        raise EventsError(f"{file}: is empty")
    names = unique_names(header)
    tags = [as_text(value) or "" for value in rows[at + 1]] if len(rows) > at + 1 else []
    tagged = is_tags(tags)
    body = rows[at + 1 + tagged :]
    return Table(names, at + 2 + tagged, lambda chosen: _texts(body, names, chosen),
                 tuple(tags) if tagged else ())  # fmt: skip


def of_json(file: str, data: bytes | bytearray, most: int) -> Table:
    """Return the table of features, of ACLED's answer, or of a list of objects."""
    if len(data) > most:
        message = f"{file}: is longer than {most:,} bytes; make it a GeoPackage, CSV or Parquet"
        raise EventsError(message)
    names, rows = json_rows(file, data)
    return Table(names, 1, lambda chosen: _texts(rows, names, chosen))


def _texts(
    rows: Sequence[Sequence[Any]], names: Sequence[str], chosen: Sequence[str]
) -> Iterator[pa.Table]:
    places = {name: names.index(name) for name in chosen}
    for start in range(0, max(len(rows), 1), _BATCH):
        part = rows[start : start + _BATCH]
        columns = {name: [row[at] for row in part] for name, at in places.items()}
        yield pa.table({name: _array(values) for name, values in columns.items()})


def _array(values: list[Any]) -> pa.Array:
    """Return values as texts; days and broken numbers, if a column has nothing else, as such."""
    kinds = set(map(type, values))
    if kinds == {date} or (kinds == {float} and not all(one.is_integer() for one in values)):
        return pa.array(values)
    return pa.array(list(map(as_text, values)), pa.string())


def _stata(file: str) -> Table:
    read = functools.partial(pd.read_stata, file, iterator=True)

    def batches(chosen: Sequence[str]) -> Iterator[pa.Table]:
        with read(columns=list(chosen), chunksize=_BATCH) as reader:
            for frame in reader:
                texts = [name for name in chosen if frame[name].dtype in ("category", "object")]
                typed = frame.astype(dict.fromkeys(texts, "string"))
                yield pa.table({name: pa.array(typed[name], from_pandas=True) for name in chosen})

    broken = (ValueError, OSError, LookupError, struct.error)
    with as_events_error(f"{file}: is no Stata file that can be read", *broken), read() as reader:
        names = tuple(reader.variable_labels())
    return Table(names, 1, batches)


def _vector(file: str, layer: str | None, encoding: str | None) -> Table:
    with as_events_error(f"{file}: cannot be read", DataSourceError):
        layers = [str(name) for name, _ in pyogrio.list_layers(file)]
        if layer is not None and layer not in layers:
            raise EventsError(f"{file}: has no layer {layer!r}; there are {', '.join(layers[:20])}")
        layer = layer or (layers[0] if layers else None)
        info = pyogrio.read_info(file, layer=layer, encoding=encoding)
    kind = info["geometry_type"]
    if kind is not None and "Point" not in kind and kind != "Unknown":
        raise EventsError(f"{file}: holds {kind}, and events are points")
    fields = tuple(str(name) for name in info["fields"])
    names = fields
    if kind is not None:  # the points themselves, not columns that repeat them
        names = (*(name for name in fields if name.casefold() not in (LON, LAT)), LON, LAT)

    def batches(chosen: Sequence[str]) -> Iterator[pa.Table]:
        own = [name for name in chosen if name in fields and name in names]
        with pyogrio.open_arrow(
            file, layer=layer, columns=own, batch_size=_BATCH, encoding=encoding,
            read_geometry=kind is not None, use_pyarrow=True,
        ) as (meta, reader):  # fmt: skip
            to_degrees = transformer(file, meta["crs"]) if kind is not None else None
            for batch in reader:
                arrays: dict[str, Any] = {name: batch.column(name) for name in own}
                if kind is not None:
                    wkb = batch.column(meta["geometry_name"] or "wkb_geometry")
                    lon, lat = _spots(np.asarray(wkb.to_pandas()), to_degrees)
                    arrays |= {LON: pa.array(lon, from_pandas=True),
                               LAT: pa.array(lat, from_pandas=True)}  # fmt: skip
                yield pa.table({name: arrays[name] for name in chosen})

    return Table(names, 1, batches)


def _spots(wkb: Any, to_degrees: Any) -> tuple[Any, Any]:
    """Return longitudes and latitudes of points, NaN where there is none or more than one."""
    shapes: Any = shapely.from_wkb(wkb, on_invalid="ignore")
    alone = shapely.get_num_coordinates(shapes) == 1
    lon, lat = np.full(len(shapes), np.nan), np.full(len(shapes), np.nan)
    xy = shapely.get_coordinates(shapes[alone])
    lon[alone], lat[alone] = xy[:, 0], xy[:, 1]
    if to_degrees is not None:
        lon, lat = to_degrees.transform(lon, lat)
        lon, lat = np.where(np.isfinite(lon), lon, np.nan), np.where(np.isfinite(lat), lat, np.nan)
    return lon, lat
