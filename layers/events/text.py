"""Cut CSV and TSV into whole rows and read them, with the line of every row that is broken.

pyarrow's own parser places the rows. Before, `cut` looks where quotes are open at the end of a
line, which takes some compiled passes over the bytes and, for each such line, one match of a
pattern: a quoted field may go over lines if its quote closes just before a separator or the end of
a line and its row has the right number of fields. Otherwise its line alone is broken, and is left
out, so that an open quote never swallows the rows after it. Line numbers are worked out when they
are asked for: for rejects, and for events written back.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
from numpy.typing import NDArray

from layers.events.columns import Columns
from layers.events.scalars import MISSING
from layers.events.values import REASONS, parse_events

_LONGEST_RECORD = 4 << 20  # over lines: a note of many pages
NULLS = sorted({form for text in MISSING for form in (text, text.upper(), text.title())})
_PART = 1 << 16
SHOWN = 2000  # so many characters of a broken row are written to the list of them
OPEN_QUOTE = "a quote does not close"
_QUOTE, _LF, _CR = b'"\n\r'


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that cannot be counted: the line it begins on (else its row), and why."""

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


@dataclass(frozen=True)
class Piece:
    """Whole rows of a file, with how many lines they are.

    ``rows`` are the lines at which rows begin, counted from 0; ``broken`` those left out because
    a quote does not close.
    """

    data: bytes
    lines: int
    rows: NDArray[np.int64]
    broken: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    def text(self, line: int, reason: str = "") -> str:
        """Return the text of the row that begins on a line, of an open quote that line alone."""
        after = line + 1
        if reason != OPEN_QUOTE:
            after = int(self._begins[np.searchsorted(self._begins, after)])
        begin, end = self._ends_before(line), self._ends_before(after)
        return self.data[begin:end].decode("utf-8", "replace").rstrip("\r\n")

    def without_broken(self) -> bytes:
        """Return the data without the lines in which a quote does not close."""
        parts, at = [], 0
        for line in self.broken.tolist():
            parts.append(self.data[at : self._ends_before(line)])
            at = self._ends_before(line + 1)
        return b"".join([*parts, self.data[at:]])

    def _ends_before(self, line: int) -> int:
        return int(self._ends[line - 1]) if line else 0

    @functools.cached_property
    def _begins(self) -> NDArray[np.int64]:
        """Lines at which a row or a broken line begins, and where all of them end."""
        return np.sort(np.concatenate([self.rows, self.broken, [self.lines]]))

    @functools.cached_property
    def _ends(self) -> NDArray[np.int64]:
        """The ends of the lines, looked up when the first is asked for."""
        ends = _line_ends(self.data) + 1
        return ends if len(ends) == self.lines else np.append(ends, len(self.data))


@dataclass(frozen=True, slots=True)
class RawRows:
    """Columns as they were read, the line of each row, and the rows that are none."""

    columns: dict[str, pa.Array]
    lines: NDArray[np.int64]
    rejects: list[Reject]
    text: Callable[[int], str]
    """Returns the text of the row that begins on a line."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of an event file: those to count, their lines, and those that cannot be."""

    events: pa.RecordBatch
    rejects: tuple[Reject, ...]
    lines: Callable[[], Any]
    """Returns for each event its line; most runs never ask."""
    repeated: tuple[Reject, ...] = ()
    """Events left out because they were there before (`layers.events.repeats`)."""


def lines_in(data: bytes) -> int:
    """Return how many lines there are, one without its end too."""
    every = np.frombuffer(data, np.uint8)
    # Part by part, so that what is compared stays in the processor's cache.
    parts = (every[start : start + _PART] for start in range(0, len(every), _PART))
    ends = sum(int(np.count_nonzero(part == _LF)) for part in parts)
    if b"\r" in data:
        ends += data.count(b"\r") - data.count(b"\r\n")
    return ends + (not data.endswith((b"\n", b"\r")) and bool(data))


def cut(data: bytes, layout: Layout, *, final: bool) -> tuple[Piece, int]:
    """Return the whole rows that bytes begin with, and how many bytes those are.

    What remains belongs to a row whose end is not there yet; ``final`` says that none comes.
    """
    if b'"' not in data:
        end = len(data) if final else _last_end(data)
        whole = data[:end]
        lines = lines_in(whole)
        return Piece(whole, lines, np.arange(lines)), end
    ends = _line_ends(data)
    if not final and len(ends) and ends[-1] == len(data) - 1 and data.endswith(b"\r"):
        ends = ends[:-1]  # the line feed of the pair may come yet
    if final and not data.endswith((b"\n", b"\r")):
        ends = np.append(ends, len(data))
    begins = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    inner, broken, held = _over_lines(data, begins, ends, layout, final=final)
    lines = len(begins) if held is None else held
    end = min(int(ends[lines - 1]) + 1, len(data)) if lines else 0
    starts = np.ones(lines, bool)
    starts[inner] = starts[broken] = False
    return Piece(data[:end], lines, np.flatnonzero(starts), np.array(broken, np.int64)), end


def _last_end(data: bytes) -> int:
    """Return where the last whole line ends."""
    # A carriage return at the very end may be half of a pair.
    return data.rfind(b"\n") + 1 or data.rfind(b"\r", 0, len(data) - 1) + 1


def _line_ends(data: bytes) -> NDArray[np.int64]:
    """Return where lines end: the place of each line feed, and of each return without one."""
    every = np.frombuffer(data, np.uint8)
    found = every == _LF
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        alone = every == _CR
        alone[:-1] &= every[1:] != _LF
        found |= alone
    return np.flatnonzero(found)


def _over_lines(
    data: bytes,
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    layout: Layout,
    *,
    final: bool,
) -> tuple[list[int], list[int], int | None]:
    """Return the lines within rows, those with an open quote, and where a row is not whole yet."""
    row, field = _patterns(layout.separator)
    inner: list[int] = []
    broken: list[int] = []
    at = 0
    for line in _suspects(data, begins, ends, layout.separator):
        begin = int(begins[line])
        if begin < at:
            continue
        found = row.match(data, begin, begin + _LONGEST_RECORD)
        stop = found.end() if found else begin
        closed = data[stop : stop + 1] in (b"\n", b"\r", b"")
        whole = closed and (final or stop <= ends[-1])
        if not whole and not final and begin + _LONGEST_RECORD > len(data):
            return inner, broken, line
        if not whole:
            broken.append(line)
        elif stop > ends[line]:
            fields = [one[0] for one in field.finditer(data, begin, stop)]
            if len(fields) != len(layout.names) or not all(map(_closed, fields)):
                broken.append(line)
                continue
            last = int(np.searchsorted(ends, stop))
            inner += range(line + 1, last + 1)
            at = stop
    return inner, broken, None


def _suspects(
    data: bytes, begins: NDArray[np.int64], ends: NDArray[np.int64], separator: str
) -> list[int]:
    """Return the lines in which quotes do more than enclose whole fields."""
    every = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(every == _QUOTE)
    first = np.searchsorted(quotes, begins)
    last = np.append(first[1:], np.searchsorted(quotes, ends[-1]) if len(ends) else 0)
    quotes = quotes[: last[-1] if len(last) else 0]
    line = np.repeat(np.arange(len(begins)), last - first)
    opens = (np.arange(len(quotes)) - first[line]) % 2 == 0
    # An opening quote stands after, a closing one before: a separator, a line's end, a quote.
    beside = np.where(opens, quotes - 1, quotes + 1)
    inside = (beside >= 0) & (beside < len(every))
    byte = np.where(inside, every[np.clip(beside, 0, len(every) - 1)], _LF)
    fits = np.isin(byte, [ord(separator), _LF, _CR, _QUOTE])
    odd = np.flatnonzero((last - first) % 2)
    found: list[int] = np.union1d(odd, line[~fits]).tolist()
    return found


@functools.cache
def _patterns(separator: str) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Return the pattern of a row and of a field with what ends it."""
    stop = re.escape(separator.encode())
    # A quote opens a field at its start alone; what follows its close still belongs to it.
    text = rb'(?:"(?:[^"]++|"")*+"[^%b\r\n]*+|(?!")[^%b\r\n]*+)' % (stop, stop)
    row = re.compile(rb"%b(?:%b%b)*+" % (text, stop, text))
    return row, re.compile(rb"(?:(?<=%b)|\A|(?<=[\r\n]))%b(?=%b|[\r\n]|\Z)" % (stop, text, stop))


_WHOLLY_QUOTED = re.compile(rb'"(?:[^"]++|"")*+"')


def _closed(field: bytes) -> bool:
    """Tell whether a field over several lines ends with its closing quote."""
    return (b"\n" not in field and b"\r" not in field) or bool(_WHOLLY_QUOTED.fullmatch(field))


def validated(raw: RawRows, columns: Columns, file: str) -> Rows:
    """Return the rows whose values can be counted, the others among the rejects."""
    events, reason = parse_events(raw.columns, columns)
    rejects = list(raw.rejects)
    for row in np.flatnonzero(reason).tolist():
        line = int(raw.lines[row])
        if (text := raw.text(line)).strip():  # a blank line is no row
            rejects.append(Reject(file, line, REASONS[reason[row]], text[:SHOWN]))
    rejects.sort(key=lambda reject: reject.line)
    return Rows(events, tuple(rejects), lambda: raw.lines[reason == 0])


def raw_rows(
    piece: Piece, first_line: int, layout: Layout, file: str, *, typed: bool = True
) -> RawRows:
    """Return the columns of the rows of a piece, as numbers where all of them are some."""
    rows, data = piece.rows, piece.without_broken()
    try:
        table, wrong = _parsed(data, layout, typed=typed)
    except pa.ArrowInvalid:
        table, wrong = _parsed(data, layout, typed=False)
    reasons = [(int(rows[number - 1]), reason) for number, reason in wrong if reason]
    reasons += [(line, OPEN_QUOTE) for line in piece.broken.tolist()]
    lines = np.delete(rows, [number - 1 for number, _ in wrong])
    if len(lines) != table.num_rows:  # it would be a fault of ours, and rows must not vanish
        raise RuntimeError(f"{file}: rows from line {first_line} on are not where they were seen")
    rejects = [
        Reject(file, first_line + line, reason, piece.text(line, reason)[:SHOWN])
        for line, reason in reasons
    ]
    numbers = lines + first_line
    return RawRows(
        whole_columns(table), numbers, rejects, lambda line: piece.text(line - first_line)
    )


def whole_columns(table: pa.Table) -> dict[str, pa.Array]:
    """Return each column of a table in one piece."""
    whole = table.combine_chunks()
    return {
        name: column.chunk(0) if column.num_chunks else pa.array([], column.type)
        for name, column in zip(whole.column_names, whole.columns, strict=True)
    }


def _parsed(data: bytes, layout: Layout, *, typed: bool) -> tuple[pa.Table, list[tuple[int, str]]]:
    """Return the columns asked for, and the rows of another width, counted from 1, with why."""
    columns = layout.columns
    width = len(layout.names)
    wrong: list[tuple[int, str]] = []

    def note(row: Any) -> str:
        blank = not row.text.strip()
        reason = "" if blank else f"{row.actual_columns} fields instead of {width}"
        wrong.append((row.number, reason))
        return "skip"

    kinds: dict[str, Any] = dict.fromkeys(columns.names, pa.dictionary(pa.int32(), pa.binary()))
    for name in (columns.lon, columns.lat):
        kinds[name] = pa.float64() if typed else pa.binary()
    if typed and layout.iso:
        kinds[columns.date] = pa.date32()
    if columns.id is not None:
        kinds[columns.id] = pa.binary()
    if not data or data.isspace():  # which pyarrow calls no CSV
        blank = [(number, "") for number in range(1, lines_in(data) + 1)]
        return pa.table({name: pa.array([], kinds[name]) for name in columns.names}), blank
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
            column_types=kinds, include_columns=list(columns.names), null_values=NULLS
        ),
    )
    return table, wrong
