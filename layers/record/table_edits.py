"""Change a table of the record where its rows change: every other row keeps its bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from layers.events.dialect import LINE_END, dialect_of, end_of

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TableText:
    """A table as it stands in its file: each row with its text."""

    separator: str
    header: tuple[str, ...]
    head: str
    rows: tuple[tuple[Row, str], ...]

    def __str__(self) -> str:
        return self.head + "".join(text for _, text in self.rows)


def table_text(text: str, columns: Sequence[str]) -> TableText:
    """Return the rows of a table with their text; one that is empty gets these columns."""
    text = text or f"{','.join(columns)}\n"
    dialect = dialect_of(text)
    raw = _raw(text.removeprefix(dialect.before), dialect.separator)
    names, head = next(raw)
    header = tuple(name.strip() for name in names)
    rows = [(dict(zip(header, cells, strict=False)), line) for cells, line in raw if any(cells)]
    return TableText(dialect.separator, header, dialect.before + head, tuple(rows))


def with_rows(table: TableText, rows: Sequence[Row]) -> TableText:
    """Return a table with other rows, those that stand in it as they are written there."""
    if [_key(table, row) for row in rows] == [_key(table, row) for row, _ in table.rows]:
        return table
    end = end_of(table.head)
    old = {_key(table, row): text for row, text in table.rows}
    made = []
    for row in rows:
        cells = (row.get(name) or "" for name in table.header)
        text = old.get(_key(table, row)) or csv_line(cells, table.separator, end)
        made.append((row, text if text.endswith(("\r", "\n")) else text + end))
    head = table.head if table.head.endswith(("\r", "\n")) else table.head + end
    return TableText(table.separator, table.header, head, tuple(made))


def line_numbers(table: TableText) -> list[int]:
    """Return the number of each row's last line, as readers of CSV count."""
    numbers, at = [], len(LINE_END.findall(table.head))
    for _, text in table.rows:
        at += len(LINE_END.findall(text))
        numbers.append(at)
    return numbers


def _key(table: TableText, row: Row) -> tuple[str, ...]:
    return tuple((row.get(name) or "").strip() for name in table.header)


def csv_line(cells: Iterable[str], separator: str, end: str) -> str:
    """Return a row as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end).writerow(cells)
    return out.getvalue()


def _raw(text: str, separator: str) -> Iterator[tuple[list[str], str]]:
    """Yield the cells of each row and the lines that they stand in."""
    lines: list[str] = []

    def fed() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            lines.append(line)
            yield line

    for cells in csv.reader(fed(), delimiter=separator):
        yield cells, "".join(lines)
        lines.clear()
