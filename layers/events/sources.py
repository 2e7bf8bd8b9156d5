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
from layers.events.columns import Columns, Kept, detect_columns, is_tags, unique_names
from layers.events.dialect import LINE, first_line, separator_of, told_separator
from layers.events.encoding import HEAD, TextStream, known_encoding
from layers.events.errors import EventsError, OwnTable, as_events_error, short
from layers.events.scalars import DAY_ORDERS
from layers.events.tables import TABLES, Table, read_table
from layers.events.text import Layout, RawRows, Rows, cut, raw_rows, validated, whole_columns
from layers.events.values import is_text, shown_value

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
_DAMAGED = "breaks off or is damaged"
_READ_ERRORS = (OSError, EOFError, lzma.LZMAError, zipfile.BadZipFile, zlib.error, ValueError)
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

    def rows(self, size: int = _BATCH) -> Iterator[Rows]:
        """Yield the events of the row group, so many rows at a time."""
        row, names = self.first_row, list(self.columns.names)
        with _remote_errors(self.path), ExitStack() as stack:
            try:
                # As dictionaries, or one long text would be written out once a row.
                file = pq.ParquetFile(
                    _open(self.path, stack), pre_buffer=True, read_dictionary=self.texts
                )
                for batch in file.iter_batches(size, [self.group], names, use_threads=False):
                    raw = _raw_rows(pa.Table.from_batches([batch]), row)
                    yield validated(raw, self.columns, self.path)
                    row += batch.num_rows
            except (pa.ArrowInvalid, OSError) as error:
                message = f"{self.path}: is damaged after row {row - 1} ({short(error)})"
                raise EventsError(message) from None


@dataclass(frozen=True, slots=True)
class LoadedChunk:
    """Some rows of a file that are in memory: whole lines of text, or rows of a table."""

    path: str
    columns: Columns
    size_bytes: int
    raw: Callable[[], RawRows]

    def rows(self) -> Iterator[Rows]:
        """Yield the events of the rows."""
        yield validated(self.raw(), self.columns, self.path)


def _raw_rows(table: pa.Table, first_row: int, *, blank_is_none: bool = False) -> RawRows:
    """Return rows that have numbers in place of lines, shown by the names of their columns."""
    columns = whole_columns(table)

    def text(row: int) -> str:
        shown = {name: shown_value(held, row - first_row) for name, held in columns.items()}
        if blank_is_none and set(shown.values()) == {"None"}:
            return ""
        return ", ".join(f"{name}={value}" for name, value in shown.items())

    return RawRows(columns, np.arange(table.num_rows) + first_row, [], text)


Chunk = ParquetChunk | LoadedChunk


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
                found += _remote_files(path)
        else:
            found += _local_files(path)
    return found


def _local_files(path: str) -> list[str]:
    local = Path(path)
    if local.is_file():
        return [path]
    if not local.exists():
        raise EventsError(f"{path}: there is no such file")
    if not local.is_dir():
        message = f"{path}: is a pipe or a device; write what comes out of it to a file first"
        raise EventsError(message)
    inside = (file for file in local.rglob("*") if _is_events(file.relative_to(local)))
    if found := sorted(str(file) for file in inside if file.is_file()):
        return found
    raise EventsError(f"{path}: holds no event file ({', '.join((*_TEXT, *PARQUET, *TABLES))})")


def _remote_files(address: str) -> list[str]:
    fsspec = _fsspec()
    system, path = fsspec.core.url_to_fs(address)
    if not system.isdir(path):
        return [address]
    names = ((name, Path(name.removeprefix(path).lstrip("/"))) for name in system.find(path))
    if found := sorted(name for name, inside in names if _is_events(inside)):
        return [system.unstrip_protocol(name) for name in found]
    raise EventsError(f"{address}: holds no event file")


def _is_events(inside: Path) -> bool:
    """Tell whether a file of a folder, named from there on, may hold events."""
    if _hidden(inside) or inside.name.startswith("_"):
        return False
    if inside.suffix.lower() in _COMPRESSED:
        return inside.with_suffix("").suffix.lower() in _TEXT
    return inside.suffix.lower() in (*_TEXT, *PARQUET, *TABLES)


def _hidden(inside: Path) -> bool:
    """Tell whether a name is one that systems leave behind, as .DS_Store and __MACOSX."""
    return any(part.startswith((".", "__MACOSX")) for part in inside.parts)


def _fsspec() -> Any:
    try:
        import fsspec
    except ImportError:
        message = "addresses need fsspec: install the extra 'cluster'"
        raise EventsError(message) from None
    return fsspec


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
            return wanted.chosen(file, _parquet(file, stack).schema_arrow.names)
        if _suffix(file) in TABLES:
            return wanted.chosen(file, _table(file, options).names)
        return _layout(_stream(file, stack, options)[0], file, wanted)[0].columns


def sample(file: str, columns: Columns | None, options: ReadOptions = AS_IT_IS) -> pa.RecordBatch:
    """Return some of the first events of a file."""
    with _remote_errors(file):
        for chunk in iter_chunks([file], columns, block=HEAD, options=options):
            few = chunk.rows(_HEAD_ROWS) if isinstance(chunk, ParquetChunk) else chunk.rows()
            return next(few).events
    none = pa.array([], pa.float64())
    return pa.record_batch({"lon": none, "lat": none})


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The columns that are named, those to hand on besides, and what is said of files."""

    columns: Columns | None
    kept: Kept | None
    options: ReadOptions

    def chosen(
        self,
        file: str,
        names: Sequence[str],
        tags: Sequence[str] = (),
        numbered: Columns | None = None,
    ) -> Columns:
        """Return the columns of a header; what is wrong with them names the file."""
        columns = numbered or self.columns
        _check_names(file, names)
        if any(own.issubset(names) for own in _OWN):
            raise OwnTable(f"{file}: was written by tamas and holds no events")
        try:
            found = detect_columns(names, tags) if columns is None else columns.resolve(names)
            return replace(found.keeping(names, self.kept), day_order=self.options.dates)
        except QueryError as error:
            raise QueryError(error.parameter, error.value, f"{file}: {error.message}") from None


def _tables(file: str, wanted: _Wanted) -> Iterator[LoadedChunk]:
    """Yield the rows of a table; where no column has anything is no row."""
    read = _table(file, wanted.options)
    found = wanted.chosen(file, read.names)
    row, size = read.first_row, 0 if "://" in file else Path(file).stat().st_size
    for table in read.batches(found.names):
        raw = functools.partial(_raw_rows, table, row, blank_is_none=True)
        yield LoadedChunk(file, found, size, raw)
        row, size = row + table.num_rows, 0


def _table(file: str, options: ReadOptions) -> Table:
    """Return the table of a file; one on the disk is read once for its head and its rows."""
    if "://" in file or not Path(file).is_file():
        return _last_table.__wrapped__(file, options, ())
    found = Path(file).stat()
    return _last_table(file, options, (found.st_ino, found.st_size, found.st_mtime_ns))


@functools.lru_cache(maxsize=1)
def _last_table(file: str, options: ReadOptions, _: tuple[int, ...]) -> Table:
    with ExitStack() as stack:
        return read_table(file, _open(file, stack), options.sheet, options.encoding)


def _groups(file: str, wanted: _Wanted) -> Iterator[ParquetChunk]:
    with ExitStack() as stack:
        parquet = _parquet(file, stack)
        fields = parquet.schema_arrow
        found = wanted.chosen(file, fields.names)
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
    with as_events_error(f"{file}: is no Parquet file", pa.ArrowInvalid, OSError):
        return pq.ParquetFile(_open(file, stack))


def _stream(file: str, stack: ExitStack, options: ReadOptions) -> tuple[Any, Any]:
    """Return the text of a file as UTF-8 to read from, and the file."""
    source = _open(file, stack)
    packed = _decompress(file, source, stack)
    with as_events_error(f"{file}: {_DAMAGED}", *_READ_ERRORS):
        return TextStream(packed, options.encoding), source


def _blocks(file: str, wanted: _Wanted, block: int) -> Iterator[LoadedChunk]:
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
                raw = functools.partial(raw_rows, piece, line, layout, file)
                yield LoadedChunk(file, layout.columns, at - read_until, raw)
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
    names = tuple(header_cells(first, separator, file))
    if columns is not None and (columns.widths is not None or columns.headerless):
        numbers = tuple(map(str, range(len(names))))
        found = wanted.chosen(file, numbers, numbered=_by_number(file, columns, len(names)))
        return Layout(numbers, found, separator), head, line
    names = unique_names(names)
    row, after = _first_cells(rest, separator)
    tags = row if is_tags(row) else []
    found = replace(wanted.chosen(file, names, tags), widths=None)
    if tags:  # HXL's
        rest, line = after, line + 1
        row, _ = _first_cells(after, separator)
    at = names.index(found.date)
    iso = at < len(row) and re.fullmatch(r"\d{4}-\d\d-\d\d", row[at].strip()) is not None
    return Layout(names, found, separator, iso), rest, line + 1


def _first_cells(data: bytes, separator: str) -> tuple[list[str], bytes]:
    line, after = first_line(data)
    return next(csv.reader([line.decode("utf-8", "replace")], delimiter=separator), []), after


def header_cells(first: bytes, separator: str, file: str) -> list[str]:
    """Return the cells of the first line."""
    try:
        text = first.decode("utf-8")
    except UnicodeDecodeError:
        message = f"{file}: its encoding cannot be told; name it, as --encoding windows-1252"
        raise EventsError(message) from None
    if len(first) > _LONGEST_HEADER or text.count(separator) >= MAX_COLUMNS:
        _check_names(file, text.split(separator))
    with as_events_error(f"{file}: its first line is no header", csv.Error):
        return next(csv.reader([text], delimiter=separator))


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
    with as_events_error(f"{file}: {_DAMAGED}", *_READ_ERRORS):
        data: bytes = stream.read(size)
    return data


def _decompress(file: str, source: Any, stack: ExitStack) -> Any:
    """Return the text of an open file as bytes to read from."""
    kind = Path(file).suffix.lower()
    if kind == ".zip":
        with as_events_error(f"{file}: is no zip file", zipfile.BadZipFile):
            packed = stack.enter_context(zipfile.ZipFile(source))
        files = [one for one in packed.namelist() if not one.endswith("/")]
        members = [one for one in files if not _hidden(Path(one))]
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
        why = "there is no such file" if missing else short(error)
        raise EventsError(f"{file}: cannot be read ({why})") from None


def _suffix(file: str) -> str:
    return Path(file).suffix.lower()
