"""Read a sheet of an .xlsx workbook as texts, with python-calamine.

A workbook is a zip of XML, and its reader takes for granted that both are honest. So each part is
unpacked here first, up to a bound, the cells are counted, and the reader gets what was unpacked.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from python_calamine import CalamineError, load_workbook

from layers.events.errors import EventsError, short

WORKBOOKS = (".xlsx", ".xlsm")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml\Z")
_USELESS = re.compile(
    r"xl/(?:media|drawings|charts|embeddings|theme|printerSettings)/|xl/vbaProject"
)
_CELL = re.compile(rb'\br="([A-Z]{1,3})(\d{1,9})"')
_LEAST_HEADER, _TITLES = 3, 20


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most bytes that a workbook unpacks to, and the most cells of a sheet."""

    unpacked: int = 2 << 30
    cells: int = 60_000_000


def sheet_rows(file: str, source: BinaryIO, sheet: str | None, bounds: Bounds) -> list[list[Any]]:
    """Return the values of the first sheet, or of one by name, all rows from the first."""

    def chosen(names: list[str]) -> list[str]:
        if sheet is not None and sheet not in names:
            raise EventsError(f"{file}: has no sheet {sheet!r}; there are {', '.join(names[:20])}")
        return [sheet or names[0]]

    return next(iter(_rows(file, source, bounds, chosen).values()))


def all_sheet_rows(file: str, source: BinaryIO, bounds: Bounds) -> dict[str, list[list[Any]]]:
    """Return the values of each sheet by its name, all rows from the first."""
    return _rows(file, source, bounds, list)


def _rows(
    file: str, source: BinaryIO, bounds: Bounds, chosen: Callable[[list[str]], list[str]]
) -> dict[str, list[list[Any]]]:
    whole = _unpacked(file, source, bounds)
    try:
        book = load_workbook(whole)
        return {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in chosen(book.sheet_names)
        }
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise EventsError(f"{file}: is no workbook that can be read ({short(error)})") from None


def header_row(rows: Sequence[Sequence[Any]]) -> int:
    """Return which row is the header: the first with some cells, below a title."""
    filled = [sum(value != "" for value in row) for row in rows[:_TITLES]]
    return next((at for at, number in enumerate(filled) if number >= _LEAST_HEADER), 0)


def as_text(value: Any) -> str | None:
    """Return a cell as a CSV of it would have it; None for an empty one."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat(" ") if isinstance(value, datetime.datetime) else value.isoformat()
    return None if value is None else str(value)


def _unpacked(file: str, source: BinaryIO, bounds: Bounds) -> io.BytesIO:
    """Return a workbook with its parts as they are when unpacked, none of them compressed."""
    whole, left = io.BytesIO(), bounds.unpacked
    try:
        with zipfile.ZipFile(source) as packed, zipfile.ZipFile(whole, "w") as out:
            for part in packed.infolist():
                if part.is_dir() or _USELESS.match(part.filename):
                    continue
                if part.file_size > left:
                    raise EventsError(
                        f"{file}: unpacks to more than {bounds.unpacked:,} bytes; save it as CSV"
                    )
                data = packed.read(part)
                left -= len(data)
                if _SHEET.match(part.filename):
                    _count_cells(file, data, bounds)
                out.writestr(part.filename, data)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError,
            RuntimeError, ValueError) as error:  # fmt: skip
        raise EventsError(f"{file}: is no workbook that can be read ({short(error)})") from None
    whole.seek(0)
    return whole


def _count_cells(file: str, data: bytes, bounds: Bounds) -> None:
    """Refuse a sheet whose first and last cell are too far apart: all between is kept."""
    cells = _CELL.findall(data)
    rows, columns = max((int(number) for _, number in cells), default=0), 0
    for letters in {letters for letters, _ in cells}:
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        columns = max(columns, column)
    if rows * columns > bounds.cells:
        message = f"{file}: a sheet reaches to row {rows:,} and column {columns:,}; "
        raise EventsError(f"{message}delete what lies beyond the table, or save it as CSV")
