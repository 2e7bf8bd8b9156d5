"""A file or a request body as points to ask the atlas about, row by row.

Needed are a longitude and a latitude, whatever a header calls them; ``on`` (or a date),
``known_by`` and ``id`` where they are there. What one row has is never more than texts and
numbers: it is understood when it is asked.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from layers.errors import QueryError
from layers.events.columns import ALIASES, HXL, find_parts, is_tags, key
from layers.events.dialect import first_line, separator_of, told_separator
from layers.events.encoding import TextStream
from layers.events.geojson import spot
from layers.events.sources import AS_IT_IS, ReadOptions, header_cells
from layers.events.tables import TABLES, Table, read_table
from layers.events.values import value_of

PARTS = ("id", "lon", "lat", "on", "known_by")
_NAMES = {
    "id": ALIASES["id"],
    "lon": ALIASES["lon"],
    "lat": ALIASES["lat"],
    "on": ("on", *ALIASES["date"]),
    "known_by": ("known_by",),
}
_TAGS = {"lon": HXL["lon"], "lat": HXL["lat"], "on": HXL["date"], "id": HXL["id"]}


@dataclass(frozen=True, slots=True)
class PointCells:
    """What a row says of a point, by `PARTS`, and the line it stands on; or what is wrong."""

    line: int
    cells: dict[str, Any]
    fault: str = ""
    where: str = "line"


def point_columns(header: Sequence[str], tags: Sequence[str] = ()) -> dict[str, int]:
    """Return where in a header each part of a point stands; QueryError without a place."""
    found = find_parts(header, tags, _NAMES, _TAGS)
    if lacking := [part for part in ("lon", "lat") if part not in found]:
        told = ", ".join(map(repr, header[:40]))
        message = f"the first line must name the columns lon and lat; {', '.join(lacking)} cannot "
        raise QueryError("body", "", f"{message}be told among {told}")
    return found


def text_points(source: BinaryIO, encoding: str | None, most_columns: int) -> Iterator[PointCells]:
    """Yield the points of CSV or TSV as they are asked for; the header is read at once."""
    stream = TextStream(source, encoding)
    if stream.encoding is None:
        raise QueryError("body", "", "is not UTF-8, and no other encoding can be told (--encoding)")
    data = b"".join(iter(lambda: stream.read(1 << 20), b""))
    told, data = told_separator(data)
    first, rest = first_line(data)
    separator = told or separator_of(first)
    if first.count(separator.encode()) >= most_columns:
        number = first.count(separator.encode()) + 1
        raise QueryError("body", "", f"has {number} columns; {most_columns} are enough")
    header = [name.strip() for name in header_cells(first, separator, "body")]
    text = io.StringIO(rest.decode("utf-8", "replace"), newline="")
    reader = csv.reader(text, delimiter=separator)
    before = 1 + (told is not None)
    return _points(header, ((reader.line_num + before, row) for row in _sound(reader)))


def _sound(reader: Any) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise QueryError("body", "", f"line {reader.line_num + 1}: {error}") from None


def table_points(table: Table) -> Iterator[PointCells]:
    """Yield the points of a workbook, a layer, a JSON list."""
    places = point_columns(table.names, table.tags)
    names = [table.names[at] for at in places.values()]

    def rows() -> Iterator[tuple[int, list[Any]]]:
        line = table.first_row
        for batch in table.batches(list(dict.fromkeys(names))):
            columns = [batch.column(name).to_pylist() for name in names]
            for row in zip(*columns, strict=True):
                yield line, [value_of(one) for one in row]
                line += 1

    return _points(list(places), rows())


def feature_points(line: int, feature: Any, to_degrees: Any) -> PointCells:
    """Return the point of a GeoJSON feature; ``to_degrees`` as `declared` has it."""
    held = feature if isinstance(feature, dict) else {}
    properties = held.get("properties")
    listed = properties if isinstance(properties, dict) else {}
    own = {key(name): value for name, value in listed.items()}
    cells = {part: own[name] for part in ("on", "known_by")
             for name in reversed(_NAMES[part]) if name in own}  # fmt: skip
    cells["id"] = own.get("id") if held.get("id") is None else held["id"]
    lon, lat = spot(held.get("geometry"))
    if lon is None or (isinstance(lon, str) and lon is lat):
        return PointCells(line, cells, "must be a Point", "geometry")
    if to_degrees is not None and isinstance(lon, float) and isinstance(lat, float):
        lon, lat = to_degrees.transform(lon, lat)
    return PointCells(line, cells | {"lon": lon, "lat": lat})


def file_points(path: str, options: ReadOptions = AS_IT_IS) -> Iterator[PointCells]:
    """Yield the points of a file of any kind that events are read from."""
    with Path(path).open("rb") as source:
        if Path(path).suffix.lower() in TABLES:
            yield from table_points(read_table(path, source, options.sheet, options.encoding))
        else:
            yield from text_points(source, options.encoding, 2000)


def _points(header: list[str], rows: Iterable[tuple[int, list[Any]]]) -> Iterator[PointCells]:
    """Yield a point for every row; HXL's tags and blank rows are none."""
    waiting = iter(rows)
    ahead = next(waiting, None)
    tags: list[str] = []
    if ahead is not None and is_tags(ahead[1]):
        tags, ahead = [str(cell) for cell in ahead[1]], None
    places = point_columns(header, tags)

    def points() -> Iterator[PointCells]:
        for line, row in chain([] if ahead is None else [ahead], waiting):
            if any(cell is not None and str(cell).strip() for cell in row):
                cells = {part: row[at] for part, at in places.items() if at < len(row)}
                wrong = len(row) != len(header)
                fault = f"has {len(row)} cells where the header has {len(header)}" if wrong else ""
                yield PointCells(line, cells, fault)

    return points()
