"""Read a workbook as a desk sends it back: rows by sheet, each fault with its cell.

What spreadsheets do to a table on their own is taken as it was meant where that can be told: spaces
at the ends, numbers for texts, whole dates, empty rows, columns in another order. What cannot be
told is a fault; what is not of the workbook is left out and said.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from layers.errors import ExportError, SeedError
from layers.events.workbook import Bounds, all_sheet_rows
from layers.exchange.columns import Cell, WorkbookColumn
from layers.exchange.sheets import MADE_FROM, WorkbookSheet

_BOUNDS = Bounds(unpacked=1 << 28, cells=5_000_000)
_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")


@dataclass(frozen=True, slots=True)
class GivenRow:
    """A row of a sheet: its number there, and its cells by header; None for an empty one."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class GivenSheet:
    """A sheet as it was given: where each of its columns stands, and its rows."""

    sheet: WorkbookSheet
    letters: Mapping[str, str]
    rows: tuple[GivenRow, ...]

    def cell(self, number: int, header: str) -> str:
        """Return the name of a cell, as ``claims!D17``; of a column that is not there, the row."""
        return f"{self.sheet.name}!{self.letters.get(header, 'A')}{number}"


@dataclass(slots=True)
class GivenWorkbook:
    """The sheets of a workbook, by name, with what is wrong in them and what was left out.

    Attributes
    ----------
    made_from
        The digest of each record by sheet and id, as it was when the workbook was made.
    kept
        The records of the workbook that stay as the record has them by now.

    """

    sheets: dict[str, GivenSheet] = field(default_factory=dict)
    made_from: dict[tuple[str, str], str] = field(default_factory=dict)
    kept: set[tuple[str, str]] = field(default_factory=set)
    faults: list[SeedError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_workbook(path: Path, sheets: Sequence[WorkbookSheet]) -> GivenWorkbook:
    """Return what stands in a workbook; a file that is none raises a `TamasError`."""
    try:
        with path.open("rb") as source:
            found = all_sheet_rows(str(path), source, _BOUNDS)
    except OSError as error:
        raise ExportError(f"{path}: cannot be read ({error.strerror or error})") from None
    given = GivenWorkbook()
    known = {sheet.name: sheet for sheet in sheets}
    for name, rows in found.items():
        if (sheet := known.get(name.strip().lower())) is not None:
            _read(given, sheet, rows)
        elif name == MADE_FROM:
            given.made_from = {
                (str(row[0]), str(row[1])): str(row[2]) for row in rows if len(row) > 2
            }
        else:
            given.notes.append(f"{name}: is no sheet of a record; left out")
    if not given.sheets and not given.faults:
        listed = ", ".join(known)
        raise ExportError(f"{path}: has none of the sheets {listed}; tamas new workbook makes one")
    return given


def _read(given: GivenWorkbook, sheet: WorkbookSheet, rows: list[list[Any]]) -> None:
    columns = {column.header.lower(): column for column in sheet.columns}
    letters: dict[str, str] = {}
    places: list[tuple[int, WorkbookColumn]] = []
    for at, value in enumerate(rows[0] if rows else ()):
        letter, said = xl_col_to_name(at), str(value).strip()
        where, column = f"{sheet.name}!{letter}1", columns.get(said.lower())
        if column is None:
            if said or any(row[at] not in ("", None) for row in rows):
                given.notes.append(f"{where}: {said!r} is no column of this sheet; left out")
        elif column.header in letters:
            given.faults.append(SeedError(where, "", "", f"{said} is a column twice; keep one"))
        else:
            letters[column.header] = letter
            places.append((at, column))
    needed = [column.header for column in sheet.keys if column.header != "row"]
    needed += ["id"] if any(column.header == "id" for column in sheet.fields) else []
    for header in needed:
        if header not in letters and len(rows) > 1:
            message = "is missing in the first row; it says where a row belongs"
            given.faults.append(SeedError(f"{sheet.name}!A1", "", header, message))
            return
    made = GivenSheet(sheet, letters, tuple(_rows(given, sheet, rows, places)))
    given.sheets[sheet.name] = made


def _rows(
    given: GivenWorkbook,
    sheet: WorkbookSheet,
    rows: list[list[Any]],
    places: list[tuple[int, WorkbookColumn]],
) -> Iterator[GivenRow]:
    for number, values in enumerate(rows[1:], start=2):
        cells: dict[str, Cell] = {}
        for at, column in places:
            try:
                cells[column.header] = _cell(values[at], column)
            except ValueError as error:
                where = f"{sheet.name}!{xl_col_to_name(at)}{number}"
                given.faults.append(SeedError(where, "", column.header, str(error)))
        if any(cell is not None for cell in cells.values()):
            yield GivenRow(number, cells)


def _cell(value: Any, column: WorkbookColumn) -> Cell:
    """Return a cell as it was meant; ValueError where a spreadsheet made something else of it."""
    if isinstance(value, str):
        if value in _ERRORS:
            raise ValueError(f"is an error of the spreadsheet ({value}); write the value anew")
        return value.strip() or None
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    whole = isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)
    if whole and column.kind == "date" and value.day > 1:
        return str(value.isoformat())
    hint = "; the month, or its first day?" if whole and column.kind == "date" else ""
    message = f"a spreadsheet made a date of it ({value}){hint}"
    raise ValueError(f"{message}: format the cell as text and write it anew")
