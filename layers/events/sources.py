"""Find event files and cut them into pieces of work, each read on its own.

A file is Parquet, a workbook, a GeoPackage, Shapefile, Stata's or JSON by its ending, else CSV or
TSV; text may be compressed (gz, zst, bz2, xz, lz4, or a zip with one file in it). Parquet is cut by
row groups, named and not carried, so that another machine can read them; text is cut at the ends
of rows. Of these two and of the GeoPackage memory does not grow with a file.

An address may stand for a path if fsspec is installed (the extra ``cluster``). It is read over
the network, so only addresses of `SCHEMES` are, and others where they are named.
"""

from __future__ import annotations

import bz2
import csv
import functools
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from layers.errors import QueryError, TamasError
from layers.events.columns import Columns, Kept, detect_columns, is_tags
from layers.events.dialect import LINE, first_line, separator_of, told_separator
from layers.events.encoding import HEAD, TextStream, known_encoding
from layers.events.errors import EventsError, OwnTable, short
from layers.events.scalars import DAY_ORDERS
from layers.events.tables import TABLES, Table, read_table
from layers.events.text import (
    SHOWN,
    Layout,
    Piece,
    RawRows,
    Reject,
    Rows,
    cut,
    raw_rows,
    validated,
)
from layers.events.values import REASONS, is_text, parse_events, shown_value

PARQUET = (".parquet", ".pq", ".geoparquet")
_TEXT = (".csv", ".tsv", ".tab", ".txt")
_COMPRESSED = (".gz", ".zst", ".bz2", ".xz", ".lz4", ".zip")
SCHEMES = ("file", "s3", "gs", "az", "memory")
"""Where events are read from without being asked whether that is meant."""
MAX_COLUMNS, MAX_NAME = 2000, 200
# Tables that this program writes: nobody's events, whatever folder they lie in.
_OWN = (
    {"zone_id", "track", "status", "period", "events"},
    {"file", "line", "zones", "relations"},
    {"file", "line", "reason", "row"},
    {"zone_id", "surely", "possibly", "not_placeable"},
)
BLOCK = 8 << 20
_LONGEST_HEADER = 1 << 18
# What packs a thousandfold is no table of events: real ones pack thirtyfold at the most.
_BOMB_RATIO, _BOMB_BYTES = 1000, 64 << 20
_LONGEST_LINE = 64 << 20
_HEAD_ROWS = 2000
_BATCH = 1 << 20  # a row group as most write them: what is made once a batch hardly counts


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a file may need said of it: its encoding, its sheet or layer, day or month first."""

    encoding: str | None = None
    sheet: str | None = None
    dates: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is none of these."""
        if self.encoding is not None:
            known_encoding(self.encoding)
        if self.dates not in (None, *DAY_ORDERS):
            raise QueryError("dates", self.dates, f"{self.dates!r} is none of dmy, mdy")


AS_IT_IS = ReadOptions()


@dataclass(frozen=True, slots=True)
class ParquetChunk:
    """One row group of a Parquet file: a path and two numbers."""

    path: str
    group: int
    first_row: int
    columns: Columns
    size_bytes: int
    texts: tuple[str, ...] = ()
    """Those of the columns that hold texts."""

    def rows(self) -> Iterator[Rows]:
        """Yield the events of the row group."""
        return self._rows(_BATCH)

    def head(self) -> Rows:
        """Return some of the first."""
        return next(self._rows(_HEAD_ROWS))

    def _rows(self, size: int) -> Iterator[Rows]:
        row = self.first_row
        names = list(self.columns.names)
        with _remote_errors(self.path), ExitStack() as stack:
            try:
                # As dictionaries, or one long text would be written out once a row.
                file = pq.ParquetFile(
                    _open(self.path, stack), pre_buffer=True, read_dictionary=self.texts
                )
                for batch in file.iter_batches(size, [self.group], names, use_threads=False):
                    yield self._validated(batch, row)
                    row += batch.num_rows
            except (pa.ArrowInvalid, OSError) as error:
                message = f"{self.path}: is damaged after row {row - 1} ({_short(error)})"
                raise EventsError(message) from None

    def _validated(self, batch: pa.RecordBatch, row: int) -> Rows:
        raw = {name: batch.column(name) for name in batch.schema.names}
        events, reason = parse_events(raw, self.columns)
        rejects = []
        for at in np.flatnonzero(reason).tolist():
            shown = ", ".join(f"{name}={shown_value(column, at)}" for name, column in raw.items())
            rejects.append(Reject(self.path, row + at, REASONS[reason[at]], shown[:SHOWN]))
        return Rows(events, tuple(rejects), lambda: row + np.flatnonzero(reason == 0))


@dataclass(frozen=True, slots=True)
class TextChunk:
    """Some whole lines of a text file."""

    path: str
    piece: Piece
    first_line: int
    layout: Layout
    size_bytes: int

    def rows(self) -> Iterator[Rows]:
        """Yield the events of the lines."""
        raw = raw_rows(self.piece, self.first_line, self.layout, self.path)
        yield validated(raw, self.layout.columns, self.path)


@dataclass(frozen=True, slots=True)
class TableChunk:
    """Some rows of a table that was read whole."""

    path: str
    table: pa.Table
    first_row: int
    columns: Columns
    size_bytes: int

    def rows(self) -> Iterator[Rows]:
        """Yield the events of the rows; where no column has anything is no row."""
        whole = self.table.combine_chunks()
        columns = {
            name: whole.column(name).chunk(0) if whole.num_rows else
            pa.array([], whole.schema.field(name).type) for name in self.columns.names
        }  # fmt: skip
        first = self.first_row

        def text(line: int) -> str:
            shown = ((name, shown_value(held, line - first)) for name, held in columns.items())
            found = [f"{name}={value}" for name, value in shown]
            return "" if all(one.endswith("=None") for one in found) else ", ".join(found)

        raw = RawRows(columns, np.arange(whole.num_rows) + first, [], text)
        yield validated(raw, self.columns, self.path)


Chunk = ParquetChunk | TextChunk | TableChunk


def find_files(paths: Iterable[str | Path], *, schemes: Collection[str] = SCHEMES) -> list[str]:
    """Return event files: those named, and of a folder all that end like one, in order.

    An address means network access: those of other ``schemes`` are refused unseen.
    """
    found = []
    for path in map(str, paths):
        if "://" in path:
            for scheme in re.findall(r"[^:/]+(?=::|://)", path) or [""]:
                if scheme not in schemes:
                    message = f"{scheme}:// is not read ({', '.join(schemes)} are); "
                    raise QueryError("events", path, f"{message}name it with --scheme if meant")
            with _remote_errors(path):
                found += _remote(path)
            continue
        local = Path(path)
        if local.is_dir():
            inside = sorted(
                str(file)
                for file in local.rglob("*")
                if _is_events(file.name)
                and not _hidden(str(file.relative_to(local)))
                and file.is_file()
            )
            if not inside:
                raise EventsError(
                    f"{path}: holds no event file ({', '.join((*_TEXT, *PARQUET, *TABLES))})"
                )
            found += inside
        elif local.is_file():
            found.append(path)
        elif local.exists():
            message = f"{path}: is a pipe or a device; write what comes out of it to a file first"
            raise EventsError(message)
        else:
            raise EventsError(f"{path}: there is no such file")
    return found


def total_bytes(files: Iterable[str]) -> int:
    """Return the bytes of files on the disk, 0 for those elsewhere: what progress is told by."""
    return sum(Path(file).stat().st_size for file in files if "://" not in file)


def iter_chunks(
    files: Iterable[str],
    columns: Columns | None,
    *,
    kept: Kept | None = None,
    block: int = BLOCK,
    options: ReadOptions = AS_IT_IS,
) -> Iterator[Chunk]:
    """Yield the pieces of files in order; those of text are read as they are asked for."""
    wanted = _Wanted(columns, kept, options)
    for file in files:
        with _remote_errors(file):
            if _suffix(file) in PARQUET:
                yield from _groups(file, wanted)
            elif _suffix(file) in TABLES:
                yield from _tables(file, wanted)
            else:
                yield from _blocks(file, wanted, block)


def columns_of(file: str, columns: Columns | None, options: ReadOptions = AS_IT_IS) -> Columns:
    """Return which columns of a file are taken; no more of it is read than tells."""
    wanted = _Wanted(columns, None, options)
    with _remote_errors(file), ExitStack() as stack:
        if _suffix(file) in PARQUET:
            return wanted.chosen(file, _parquet(file, stack).schema_arrow.names, columns)
        if _suffix(file) in TABLES:
            return wanted.chosen(file, _table(file, options).names, columns)
        return _layout(_stream(file, stack, options)[0], file, wanted)[0].columns


def sample(file: str, columns: Columns | None, options: ReadOptions = AS_IT_IS) -> pa.RecordBatch:
    """Return some of the first events of a file."""
    with _remote_errors(file):
        for chunk in iter_chunks([file], columns, block=HEAD, options=options):
            batch = chunk.head() if isinstance(chunk, ParquetChunk) else next(chunk.rows())
            return batch.events
    none = pa.array([], pa.float64())
    return pa.record_batch({"lon": none, "lat": none})


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The columns that are named, those to hand on besides, and what is said of files."""

    columns: Columns | None
    kept: Kept | None
    options: ReadOptions

    def chosen(
        self, file: str, names: Sequence[str], columns: Columns | None, tags: Sequence[str] = ()
    ) -> Columns:
        """Return the columns of a header; what is wrong with them names the file."""
        _check_names(file, names)
        if any(own.issubset(names) for own in _OWN):
            raise OwnTable(f"{file}: was written by tamas and holds no events")
        try:
            found = detect_columns(names, tags) if columns is None else columns.resolve(names)
            return replace(found.keeping(names, self.kept), day_order=self.options.dates)
        except QueryError as error:
            raise QueryError(error.parameter, error.value, f"{file}: {error.message}") from None


def _tables(file: str, wanted: _Wanted) -> Iterator[TableChunk]:
    read = _table(file, wanted.options)
    found = wanted.chosen(file, read.names, wanted.columns)
    row, size = read.first_row, 0 if "://" in file else Path(file).stat().st_size
    for table in read.batches(found.names):
        yield TableChunk(file, table, row, found, size)
        row, size = row + table.num_rows, 0


def _table(file: str, options: ReadOptions) -> Table:
    """Return the table of a file; one on the disk is read once for its head and its rows."""
    if "://" in file or not Path(file).is_file():
        with ExitStack() as stack:
            return read_table(file, _open(file, stack), options.sheet, options.encoding)
    found = Path(file).stat()
    return _last_table(file, options, (found.st_ino, found.st_size, found.st_mtime_ns))


@functools.lru_cache(maxsize=1)
def _last_table(file: str, options: ReadOptions, _: tuple[int, ...]) -> Table:
    with ExitStack() as stack:
        return read_table(file, _open(file, stack), options.sheet, options.encoding)


def _groups(file: str, wanted: _Wanted) -> Iterator[ParquetChunk]:
    with ExitStack() as stack:
        parquet = _parquet(file, stack)
        names = parquet.schema_arrow.names
        found = wanted.chosen(file, names, wanted.columns)
        fields = parquet.schema_arrow
        texts = tuple(name for name in found.names if is_text(fields.field(name).type))
        row = 1
        for number in range(parquet.num_row_groups):
            group = parquet.metadata.row_group(number)
            chunks = [group.column(place) for place in range(group.num_columns)]
            for chunk in chunks:
                _check_packing(file, chunk)
            size = sum(chunk.total_compressed_size for chunk in chunks)
            yield ParquetChunk(file, number, row, found, size, texts)
            row += group.num_rows


def _parquet(file: str, stack: ExitStack) -> Any:
    try:
        return pq.ParquetFile(_open(file, stack))
    except (pa.ArrowInvalid, OSError) as error:
        raise EventsError(f"{file}: is no Parquet file ({_short(error)})") from None


def _stream(file: str, stack: ExitStack, options: ReadOptions) -> tuple[Any, Any]:
    """Return the text of a file as UTF-8 to read from, and the file."""
    source = _open(file, stack)
    packed = _decompress(file, source, stack)
    return _reading(file, lambda: TextStream(packed, options.encoding)), source


def _blocks(file: str, wanted: _Wanted, block: int) -> Iterator[TextChunk]:
    """Yield the lines of a text file in blocks of whole rows."""
    with ExitStack() as stack:
        stream, source = _stream(file, stack, wanted.options)
        layout, rest, line = _layout(stream, file, wanted)
        read_until, more = 0, b"-"
        while more:
            more = _read(stream, block, file)
            rest = b"".join((rest, more))
            final = not more
            piece, end = cut(rest, layout, final=final or len(rest) > _LONGEST_LINE)
            rest = rest[end:]
            if piece.data:
                at = source.tell()  # packed, it is how far the packed file was read
                yield TextChunk(file, piece, line, layout, at - read_until)
                read_until, line = at, line + piece.lines


def _layout(stream: Any, file: str, wanted: _Wanted) -> tuple[Layout, bytes, int]:
    """Return how a file is laid out, what was read of it beyond the header, and its line."""
    columns = wanted.columns
    head = _read(stream, HEAD, file)
    while not LINE.match(head) and (more := _read(stream, HEAD, file)):
        head += more
        if len(head) > _LONGEST_HEADER:
            raise EventsError(f"{file}: its first line has no end; is it text?")
    if not head.strip():
        raise EventsError(f"{file}: is empty")
    told, head = told_separator(head)
    line = 2 if told else 1
    separator = told or (columns.separator if columns else None)
    first, rest = first_line(head)
    separator = separator or separator_of(first)
    names = header_cells(first, separator, file)
    if columns is not None and (columns.widths is not None or columns.headerless):
        found = _by_number(file, columns, len(names))
        numbered = tuple(map(str, range(len(names))))
        found = wanted.chosen(file, numbered, found)
        return Layout(numbered, found, separator), head, line
    if len(set(names)) != len(names):
        names = [f"{name}#{at}" if name in names[:at] else name for at, name in enumerate(names)]
    second, after = first_line(rest)
    row = next(csv.reader([second.decode("utf-8", "replace")], delimiter=separator), [])
    tags = row if is_tags(row) else []
    found = replace(wanted.chosen(file, names, columns, tags), widths=None)
    if tags:  # HXL's
        rest, line = after, line + 1
        row = next(csv.reader([first_line(after)[0].decode("utf-8", "replace")],
                              delimiter=separator), [])  # fmt: skip
    at = names.index(found.date)
    iso = at < len(row) and re.fullmatch(r"\d{4}-\d\d-\d\d", row[at].strip()) is not None
    return Layout(tuple(names), found, separator, iso), rest, line + 1


def header_cells(first: bytes, separator: str, file: str) -> list[str]:
    """Return the cells of the first line."""
    try:
        text = first.decode("utf-8")
    except UnicodeDecodeError:
        message = f"{file}: its encoding cannot be told; name it, as --encoding windows-1252"
        raise EventsError(message) from None
    if len(first) > _LONGEST_HEADER or text.count(separator) >= MAX_COLUMNS:
        _check_names(file, text.split(separator))
    try:
        return next(csv.reader([text], delimiter=separator))
    except csv.Error as error:
        raise EventsError(f"{file}: its first line is no header ({error})") from None


def _by_number(file: str, columns: Columns, width: int) -> Columns:
    """Return the columns of a file without a header."""
    if columns.widths is None:
        return columns
    if width not in columns.widths:
        widths = ", ".join(map(str, columns.widths))
        raise EventsError(f"{file}: has {width} columns; these files have {widths}")
    return columns.widths[width]


def _check_names(file: str, names: Sequence[str]) -> None:
    """Refuse a header that no table of events has."""
    if len(names) > MAX_COLUMNS:
        message = f"{file}: has {len(names):,} columns; {MAX_COLUMNS:,} are read at the most"
        raise EventsError(f"{message}, so leave out what is not needed")
    if (longest := max(map(len, names), default=0)) > MAX_NAME:
        message = f"{file}: names a column with {longest:,} characters"
        raise EventsError(f"{message}; {MAX_NAME} are read at the most, so give it a shorter name")


def _check_packing(file: str, chunk: Any) -> None:
    """Refuse what a few bytes would fill the memory with."""
    size, packed = chunk.total_uncompressed_size, chunk.total_compressed_size
    if size > max(_BOMB_BYTES, packed * _BOMB_RATIO):
        message = f"{file}: column {chunk.path_in_schema!r} unpacks {packed:,} bytes to {size:,}"
        raise EventsError(f"{message}; write it again with shorter values")


def _read(stream: Any, size: int, file: str) -> bytes:
    data: bytes = _reading(file, lambda: stream.read(size))
    return data


def _reading(file: str, read: Callable[[], Any]) -> Any:
    try:
        return read()
    except (OSError, EOFError, lzma.LZMAError, zipfile.BadZipFile, zlib.error, ValueError) as error:
        raise EventsError(f"{file}: breaks off or is damaged ({_short(error)})") from None


def _decompress(file: str, source: Any, stack: ExitStack) -> Any:
    """Return the text of an open file as bytes to read from."""
    kind = Path(file).suffix.lower()
    if kind == ".zip":
        try:
            packed = stack.enter_context(zipfile.ZipFile(source))
        except zipfile.BadZipFile as error:
            raise EventsError(f"{file}: is no zip file ({error})") from None
        members = [one for one in packed.namelist() if not one.endswith("/") and not _hidden(one)]
        if len(members) != 1:
            raise EventsError(f"{file}: holds {len(members)} files; unpack it and name a folder")
        return stack.enter_context(packed.open(members[0]))
    if kind == ".xz":
        return stack.enter_context(lzma.open(source))
    if kind == ".bz2":
        return stack.enter_context(bz2.open(source))
    names = {".gz": "gzip", ".zst": "zstd", ".lz4": "lz4"}
    if kind in names:
        return stack.enter_context(pa.CompressedInputStream(pa.PythonFile(source), names[kind]))
    return source


def _open(file: str, stack: ExitStack) -> Any:
    if "://" in file:
        return stack.enter_context(_fsspec().open(file, "rb"))
    try:
        return stack.enter_context(Path(file).open("rb"))
    except OSError as error:
        raise EventsError(f"{file}: cannot be read ({error.strerror})") from None


@contextmanager
def _remote_errors(file: str) -> Iterator[None]:
    """Tell in one line what goes wrong with an address: each system fails in a way of its own."""
    try:
        yield
    except (TamasError, GeneratorExit):
        raise
    except Exception as error:
        if "://" not in file:
            raise
        missing = isinstance(error, FileNotFoundError)  # whose text is the path alone
        why = "there is no such file" if missing else _short(error)
        raise EventsError(f"{file}: cannot be read ({why})") from None


def _remote(address: str) -> list[str]:
    fsspec = _fsspec()
    system, path = fsspec.core.url_to_fs(address)
    if not system.isdir(path):
        return [address]
    names = sorted(
        name
        for name in system.find(path)
        if _is_events(name) and not _hidden(name.removeprefix(path).lstrip("/"))
    )
    if not names:
        raise EventsError(f"{address}: holds no event file")
    return [system.unstrip_protocol(name) for name in names]


def _fsspec() -> Any:
    try:
        import fsspec
    except ImportError:
        message = "addresses need fsspec: install the extra 'cluster'"
        raise EventsError(message) from None
    return fsspec


def _hidden(name: str) -> bool:
    """Tell whether a name is one that systems leave behind, as .DS_Store and __MACOSX."""
    return any(part.startswith((".", "__MACOSX")) for part in Path(name).parts)


def _suffix(file: str) -> str:
    return Path(file).suffix.lower()


def _is_events(name: str) -> bool:
    plain = Path(name)
    if plain.name.startswith((".", "_")):
        return False
    if plain.suffix.lower() in _COMPRESSED:
        plain = plain.with_suffix("")
        return plain.suffix.lower() in _TEXT
    return plain.suffix.lower() in (*_TEXT, *PARQUET, *TABLES)


def _short(error: BaseException) -> str:
    return short(error) or type(error).__name__
