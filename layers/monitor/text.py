"""Read a piece of a CSV or TSV file, with the line number of every row that is broken.

pyarrow parses a piece in one go. Where its rows are not the lines of the piece one for one, or
a number in it is none, the piece is read again with more care: as text, and where quotes are
open, line by line. A quoted field may go over lines if its quote closes just before a
separator or the end of a line and the row has the right number of fields; otherwise its first
line is the broken row, and reading goes on with the next line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layers.monitor.columns import Columns
from layers.monitor.values import MISSING, REASONS, parse_events

if TYPE_CHECKING:
    import pyarrow as pa

_LONGEST_RECORD = 1 << 16
_QUOTED = re.compile(rb'"(?:[^"]|"")*"')
# pyarrow ends a row at one too. Then a quoted field over lines could make up for the row too many.
_RETURN_ALONE = re.compile(rb"\r(?!\n)")
_NULLS = sorted({form for text in MISSING for form in (text, text.upper(), text.title())})
_PART = 1 << 16
SHOWN = 2000  # so many characters of a broken row are written to the list of them


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that cannot be counted: the line it begins on (of Parquet, its row), and why."""

    file: str
    line: int
    reason: str
    row: str


@dataclass(frozen=True, slots=True)
class Layout:
    """How the lines of a file are read: names of its fields and where the columns are."""

    names: tuple[str, ...]
    columns: Columns
    separator: str
    iso: bool = False
    """Whether the first day is written as 2020-03-05, and so probably the others."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of an event file: those to count, their lines, and those that cannot be."""

    events: pa.RecordBatch
    rejects: tuple[Reject, ...]
    lines: Callable[[], Any]
    """Returns for each event its line; most runs never ask."""

    def without(self, lines: NDArray[np.integer] | None) -> Rows:
        """Return the rows but for the events of some lines."""
        if lines is None:
            return self
        own = np.asarray(self.lines())
        kept = ~np.isin(own, lines)
        if kept.all():
            return self
        return Rows(self.events.filter(kept), self.rejects, lambda: own[kept])


class _Broken(Exception):
    """The rows of a piece are not its lines."""


def lines_in(data: bytes) -> int:
    """Return how many lines there are, one without its end too."""
    every = np.frombuffer(data, np.uint8)
    # Part by part, so that what is compared stays in the processor's cache.
    parts = (every[start : start + _PART] for start in range(0, len(every), _PART))
    ends = sum(int(np.count_nonzero(part == ord("\n"))) for part in parts)
    return ends + (not data.endswith(b"\n") and bool(data))


def parse_rows(data: bytes, first_line: int, lines: int, layout: Layout, file: str) -> Rows:
    """Return the rows of whole lines of a file, the first of which has a number."""
    import pyarrow as pa

    broken: list[tuple[int, str, str]] = []
    if not _is_utf8(data) or (b'"' in data and _RETURN_ALONE.search(data)):
        return _parse_records(data, first_line, layout, file)
    try:
        try:
            table = _parsed(data, layout, lines, broken, typed=True)
        except pa.ArrowInvalid:
            broken.clear()
            table = _parsed(data, layout, lines, broken, typed=False)
    except (_Broken, pa.ArrowInvalid):
        return _parse_records(data, first_line, layout, file)
    bad = {number for number, _, _ in broken}
    numbers = np.arange(first_line, first_line + lines)
    if bad:
        numbers = np.delete(numbers, [number - 1 for number in bad])
    rejects = [
        Reject(file, first_line + number - 1, reason, text[:SHOWN])
        for number, reason, text in broken
        if reason
    ]
    return _validated(table, numbers, rejects, layout, file, data.splitlines, first_line)


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _ends_in_quote(data: bytes, separator: bytes) -> bool:
    """Tell whether the last line leaves a quote open, which pyarrow does not mind."""
    if b'"' not in data:
        return False
    last = data[data.rstrip(b"\r\n").rfind(b"\n") + 1 :].rstrip(b"\r\n")
    if b'"' not in last:
        return False
    return _fields(_field(separator), separator, last, 0, len(last))[0] is None


def _parsed(
    data: bytes, layout: Layout, lines: int, broken: list[tuple[int, str, str]], *, typed: bool
) -> pa.Table:
    """Return the columns asked for; rows of another width go to ``broken``."""
    import pyarrow as pa
    import pyarrow.csv as pc

    columns = layout.columns
    width = len(layout.names)

    def note(row: Any) -> str:
        blank = not row.text.strip()
        reason = "" if blank else f"{row.actual_columns} fields instead of {width}"
        broken.append((row.number, reason, row.text))
        return "skip"

    kinds: dict[str, Any] = dict.fromkeys(columns.names, pa.dictionary(pa.int32(), pa.binary()))
    for name in (columns.lon, columns.lat):
        kinds[name] = pa.float64() if typed else pa.binary()
    if typed and layout.iso:
        kinds[columns.date] = pa.date32()
    if columns.id is not None:
        kinds[columns.id] = pa.binary()
    if not data or data.isspace() or _ends_in_quote(data, layout.separator.encode()):
        raise _Broken
    table = pc.read_csv(
        pa.BufferReader(data),
        pc.ReadOptions(
            use_threads=False, column_names=list(layout.names), block_size=len(data) + 1
        ),
        pc.ParseOptions(
            delimiter=layout.separator,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=note,
        ),
        pc.ConvertOptions(
            column_types=kinds, include_columns=list(columns.names), null_values=list(_NULLS)
        ),
    )
    if table.num_rows + len(broken) != lines:
        raise _Broken
    return table


def _validated(
    table: pa.Table,
    numbers: Any,
    rejects: list[Reject],
    layout: Layout,
    file: str,
    texts: Any,
    first_line: int,
) -> Rows:
    """Return the rows whose values can be counted, the others among the rejects."""
    table = table.combine_chunks()
    raw = {name: table.column(name).chunk(0) if table.num_rows else _empty(table, name)
           for name in table.column_names}  # fmt: skip
    events, reason = parse_events(raw, layout.columns)
    unfit = np.flatnonzero(reason)
    if len(unfit):
        shown = texts()
        for row in unfit.tolist():
            line = int(numbers[row])
            text = shown[line - first_line].decode("utf-8", "replace")
            if text.strip():  # a blank line is no row
                rejects.append(Reject(file, line, REASONS[reason[row]], text[:SHOWN]))
    rejects.sort(key=lambda reject: reject.line)
    return Rows(events, tuple(rejects), lambda: numbers[reason == 0])


def _empty(table: pa.Table, name: str) -> pa.Array:
    import pyarrow as pa

    return pa.array([], table.schema.field(name).type)


def _parse_records(data: bytes, first_line: int, layout: Layout, file: str) -> Rows:
    """Read a piece record by record."""
    import pyarrow as pa

    width = len(layout.names)
    places = [layout.names.index(name) for name in layout.columns.names]
    values: list[list[bytes]] = [[] for _ in places]
    numbers: list[int] = []
    texts: dict[int, bytes] = {}
    rejects: list[Reject] = []
    for line, text, record in _records(data, layout.separator.encode(), width, first_line):
        if isinstance(record, str):
            shown = text.decode("utf-8", "replace").rstrip("\r\n")
            rejects.append(Reject(file, line, record, shown[:SHOWN]))
            continue
        for column, place in zip(values, places, strict=True):
            column.append(record[place])
        numbers.append(line)
        texts[line] = text.rstrip(b"\r\n")
    table = pa.table(
        {
            name: pa.array(column, pa.binary())
            for name, column in zip(layout.columns.names, values, strict=True)
        }
    )
    return _validated(table, np.array(numbers, int), rejects, layout, file, lambda: texts, 0)


def _records(
    data: bytes, separator: bytes, width: int, line: int
) -> Iterator[tuple[int, bytes, list[bytes] | str]]:
    """Yield line number, text, and the fields of each row or what is wrong with it."""
    field = _field(separator)
    at = 0
    while at < len(data):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        text = data[at:end]
        if not text.strip():
            at, line = end + 1, line + 1
            continue
        fields, stop = _fields(field, separator, data, at, min(len(data), at + _LONGEST_RECORD))
        over = data.count(b"\n", at, stop)
        if fields is not None and over and (len(fields) != width or not _closed(fields)):
            fields = None
        if fields is None:
            yield line, text, "a quote does not close"
            at, line = end + 1, line + 1
            continue
        whole = data[at:stop]
        if len(fields) != width:
            yield line, whole, f"{len(fields)} fields instead of {width}"
        else:
            yield line, whole, [_unquoted(one) for one in fields]
        at, line = stop + 1, line + over + 1


def _field(separator: bytes) -> re.Pattern[bytes]:
    stop = re.escape(separator)
    # A quote opens a field at its start alone; what follows its close still belongs to it.
    return re.compile(rb'"(?:[^"]|"")*"[^%b\n]*|[^"%b\n][^%b\n]*|' % (stop, stop, stop))


def _fields(
    field: re.Pattern[bytes], separator: bytes, data: bytes, at: int, limit: int
) -> tuple[list[bytes] | None, int]:
    """Return the raw fields of the record that begins at a place, and where it ends."""
    found = []
    while True:
        match = field.match(data, at, limit)
        at = match.end() if match else at
        found.append(match[0] if match else b"")
        following = data[at : at + 1]
        if following == separator:
            at += 1
        elif following in (b"\n", b""):
            return found, at
        else:
            return None, at


def _closed(fields: Sequence[bytes]) -> bool:
    """Tell whether every field over several lines ends with its closing quote."""
    return all(_QUOTED.fullmatch(one.rstrip(b"\r")) for one in fields if b"\n" in one)


def _unquoted(raw: bytes) -> bytes:
    raw = raw.rstrip(b"\r")
    if not raw.startswith(b'"'):
        return raw
    body, _, rest = raw[1:].replace(b'""', b"\0\0").rpartition(b'"')
    return (body.replace(b"\0\0", b'"')) + rest.replace(b"\0\0", b'""')
