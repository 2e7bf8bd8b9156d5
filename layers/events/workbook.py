"""Read a sheet of an .xlsx workbook as texts, with python-calamine.

A workbook is a zip of XML, and its reader takes for granted that both are honest. So each part is
unpacked here first, up to a bound, the cells are counted, and the reader gets what was unpacked.
"""

from __future__ import annotations

import datetime
import functools
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineWorkbook, load_workbook

from layers.events.errors import EventsError, as_events_error

WORKBOOKS = (".xlsx", ".xlsm")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml\Z")
_USELESS = re.compile(
    r"xl/(?:media|drawings|charts|embeddings|theme|printerSettings)/|xl/vbaProject"
)
_CELL = re.compile(rb'\br="([A-Z]{1,3})(\d{1,9})"')
_LEAST_HEADER, _TITLES = 3, 20
# What the reader and the zip below it raise for a file that is none or is damaged.
_BROKEN = (CalamineError, zipfile.BadZipFile, zlib.error, OSError, EOFError, IndexError,
           RuntimeError, ValueError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most bytes that a workbook unpacks to, and the most cells of a sheet."""

    unpacked: int = 2 << 30
    cells: int = 60_000_000


def sheet_rows(file: str, source: BinaryIO, sheet: str | None, bounds: Bounds) -> list[list[Any]]:
    """Return the values of the first sheet, or of one by name, all rows from the first."""
    with _workbook(file, source, bounds) as book:
        names = book.sheet_names
        if sheet is not None and sheet not in names:
            raise EventsError(f"{file}: has no sheet {sheet!r}; there are {', '.join(names[:20])}")
        return _values(book, sheet or names[0])


def all_sheet_rows(file: str, source: BinaryIO, bounds: Bounds) -> dict[str, list[list[Any]]]:
    """Return the values of each sheet by its name, all rows from the first."""
    with _workbook(file, source, bounds) as book:
        return {name: _values(book, name) for name in book.sheet_names}


@contextmanager
def _workbook(file: str, source: BinaryIO, bounds: Bounds) -> Iterator[CalamineWorkbook]:
    with as_events_error(f"{file}: is no workbook that can be read", *_BROKEN):
        yield load_workbook(_unpacked(file, source, bounds))


def _values(book: CalamineWorkbook, sheet: str) -> list[list[Any]]:
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


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
    whole.seek(0)
    return whole


def _count_cells(file: str, data: bytes, bounds: Bounds) -> None:
    """Refuse a sheet whose first and last cell are too far apart: all between is kept."""
    cells = _CELL.findall(data)
    rows = max((int(number) for _, number in cells), default=0)
    last = max((letters for letters, _ in cells), key=lambda one: (len(one), one), default=b"")
    columns = functools.reduce(lambda before, letter: before * 26 + letter - 64, last, 0)
    if rows * columns > bounds.cells:
        message = f"{file}: a sheet reaches to row {rows:,} and column {columns:,}; "
        raise EventsError(f"{message}delete what lies beyond the table, or save it as CSV")
