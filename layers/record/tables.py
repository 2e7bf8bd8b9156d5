"""CSV as spreadsheets save it: what changes no meaning is read, the rest is told once.

What parts cells and ends lines is told as it is for events; any order of the columns, quotes
everywhere, other digits and direction marks in numbers, and empty cells after the last column or
row are all the same table. A decimal comma is not: 1,500 may be one and a half or fifteen hundred.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from layers.errors import SeedError
from layers.events.dialect import LINE_END, dialect_of
from layers.events.scalars import plain

_DECIMAL_COMMA = re.compile(r"^[+-]?\d+,\d+$")


@dataclass(frozen=True, slots=True)
class CsvTable:
    """The rows of a table by column, each with its line in the file; None for an empty cell."""

    separator: str = ","
    header: tuple[str, ...] = ()
    rows: list[tuple[int, dict[str, str | None]]] = field(default_factory=list)
    faults: list[SeedError] = field(default_factory=list)


def read_table(text: str, name: str, columns: Sequence[str], numbers: Sequence[str]) -> CsvTable:
    """Return the table of a file that has these columns, of which some hold numbers."""
    dialect = dialect_of(text)
    separator, before = dialect.separator, len(LINE_END.findall(dialect.before))
    table = CsvTable(separator)
    rest = io.StringIO(text.removeprefix(dialect.before), newline="")
    reader = csv.reader(rest, delimiter=separator, strict=True)
    try:
        first = next(reader)
        header = _trimmed(first, 0)
        if fault := _wrong_header(header, columns):
            return CsvTable(separator, faults=[SeedError(name, f"line {before + 1}", "", fault)])
        table = CsvTable(separator, tuple(header))
        for cells in reader:
            if not any(cell.strip() for cell in cells):  # as spreadsheets leave at the end
                continue
            if len(cells) == len(first):  # one cell too many is no empty column of the table
                cells = _trimmed(cells, len(header))
            if len(cells) != len(header):
                message = f"has {len(cells)} fields, not {len(header)}; quote cells with commas"
                table.faults.append(
                    SeedError(name, f"line {before + reader.line_num}", "", message)
                )
                continue
            row = {
                key: (plain(cell) if key in numbers else cell) or None
                for key, cell in zip(header, cells, strict=True)
            }
            table.rows.append((before + reader.line_num, row))
    except csv.Error as error:
        line = f"line {before + reader.line_num}"
        table.faults.append(SeedError(name, line, "", f"is no CSV ({error})"))
    commas = list(_decimal_commas(table, name, numbers))
    return CsvTable(separator, table.header, [], commas) if commas else table


def _trimmed(cells: list[str], least: int) -> list[str]:
    """Return the cells without empty ones beyond the last column."""
    while len(cells) > least and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _wrong_header(header: Sequence[str], columns: Sequence[str]) -> str | None:
    """Say what is wrong with a header; None where it names each column once, in any order."""
    if sorted(header) == sorted(columns):
        return None
    missing = [name for name in columns if name not in header]
    strange = [name or "(empty)" for name in header if name not in columns]
    said = f"the columns must be {','.join(columns)}"
    if missing:
        said += f"; missing: {', '.join(missing)}"
    if strange:
        said += f"; not known: {', '.join(strange[:5])}"
    if not missing and not strange:
        said += "; one stands twice"
    return said


def _decimal_commas(table: CsvTable, name: str, numbers: Sequence[str]) -> Iterator[SeedError]:
    """Yield one fault a file: a locale writes all of its numbers alike."""
    for line, row in table.rows:
        for column in numbers:
            if _DECIMAL_COMMA.match(row[column] or ""):
                message = (
                    f"{row[column]} has a decimal comma; save all numbers with a decimal point "
                    "(in the settings of the cells, or of the export)"
                )
                yield SeedError(name, f"line {line}", column, message)
                return
