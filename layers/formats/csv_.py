"""CSV: UTF-8 with the shape as well-known text, and its dictionary beside it.

The dictionary is CSVW (CSV on the Web), which names types, list separators and meanings for
programs, under the name where they look for it; a CSV of its own says the same to people.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from layers.formats.attribution import credit_lines, licence_url
from layers.formats.columns import Column, Sheet, cell, columns_of, table_names
from layers.formats.content import DECIMALS, Content
from layers.i18n import explained, language

SHAPE_NAME = "wkt"
"""GDAL and QGIS take a column of this name for the shape without being told."""
# No layer can take this name, for no id holds an underscore.
DICTIONARY = "data_dictionary.csv"
CSVW_OF_FOLDER = "csv-metadata.json"
CSVW_OF_FILE = "-metadata.json"
_CSVW = "http://www.w3.org/ns/csvw"
_TYPES = {
    "string": "string",
    "strings": "string",
    "date": {"base": "date", "format": "yyyy-MM-dd"},
    "number": "double",
    "integer": "integer",
    "boolean": {"base": "boolean", "format": "true|false"},
}


def write_csv(content: Content, path: Path) -> None:
    """Write rows as CSV, their shape as well-known text in the last column."""
    columns = content.row_columns
    names = [column.name for column in columns]
    rows = (_cells(columns, row) for row in content.records())
    if not content.excel:
        names.append(SHAPE_NAME)
        shapes = map(to_wkt, content.shapes)
        rows = ([*row, shape] for row, shape in zip(rows, shapes, strict=True))
    _write_table(path, names, rows, excel=content.excel)


def write_sheet(sheet: Sheet, path: Path, *, excel: bool = False) -> None:
    """Write a table without shapes as CSV."""
    names = [column.name for column in sheet.columns]
    _write_table(path, names, (_cells(sheet.columns, row) for row in sheet.rows), excel=excel)


def write_dictionary(path: Path, languages: tuple[str, ...], *, excel: bool = False) -> None:
    """Write what each column of each table means, in each language that has words."""
    spoken = dict.fromkeys(language(tag).spoken for tag in languages)
    names = ["table", "column", "type", "separator", *(f"meaning_{lang}" for lang in spoken)]
    rows = (
        [table, one.name, one.kind, separator_of(one), *one.says.as_dict().values()]
        for table in table_names()
        for one in described_columns(table, languages, shapes=not excel)
    )
    _write_table(path, names, rows, excel=excel)


def _write_table(
    path: Path, names: Sequence[str], rows: Iterable[Sequence[Any]], *, excel: bool
) -> None:
    with path.open("w", encoding="utf-8-sig" if excel else "utf-8", newline="") as out:
        write_records(out, names, rows)


def write_records(out: IO[str], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a head and rows as RFC 4180 has it."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows(rows)


def to_wkt(geometry: BaseGeometry | None) -> str:
    """Return a shape as well-known text with five decimals, nothing for none."""
    return "" if geometry is None else shapely.to_wkt(geometry, rounding_precision=DECIMALS)


def csvw(content: Content, files: Mapping[str, str]) -> bytes:
    """Return the CSVW dictionary of CSV files beside it: the name of each and its table."""
    atlas = content.built.record.atlas
    tables = [
        {"url": quote(name), "tableSchema": _schema(content, table)}
        for name, table in files.items()
    ]
    group = tables[0] if len(tables) == 1 else {"tables": tables}
    head = {
        "@context": [_CSVW, {"@language": atlas.languages[0]}],
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True},
        "dc:title": content.title.default,
        "dc:description": atlas.scope.default,
        "dc:license": licence_url(atlas.licence) or atlas.licence,
        "dc:rights": "; ".join(credit_lines(content.credits, atlas.languages[0])),
        "dc:identifier": f"sha256:{content.built.record.sha256}",
    }
    return orjson.dumps({**head, **group}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def separator_of(column: Column) -> str:
    """Return what stands between the parts of a column's lists, nothing for no list."""
    return column.separator if column.kind == "strings" else ""


def _schema(content: Content, table: str) -> dict[str, Any]:
    columns = described_columns(table, content.languages, shapes=not content.excel)
    key = {"primaryKey": "id"} if columns[0].name == "id" else {}
    return {"columns": [_described(column) for column in columns], **key}


def described_columns(
    table: str, languages: tuple[str, ...], *, shapes: bool = True
) -> tuple[Column, ...]:
    """Return the columns of a table as CSV has them: rows end with their shape."""
    columns = columns_of(table, languages)
    if table != "rows" or not shapes:
        return columns
    return (*columns, Column(SHAPE_NAME, "string", explained("formats.shape", languages)))


def _described(column: Column) -> dict[str, Any]:
    described = {
        "name": column.name,
        "titles": column.name,
        "datatype": _TYPES[column.kind],
        "dc:description": column.says.json_ld(),
    }
    return described | ({"separator": column.separator} if separator_of(column) else {})


def _cells(columns: Sequence[Column], row: Mapping[str, Any]) -> list[Any]:
    return [cell(row[column.name], column.separator) for column in columns]
