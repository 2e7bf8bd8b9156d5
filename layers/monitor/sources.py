"""Find event files and cut them into pieces of work, each read on its own.

A file is Parquet by its ending, else CSV or TSV; text may be compressed (gz, zst, bz2, xz,
lz4, or a zip with one file in it). Parquet is cut by row groups, named and not carried, so
that another machine can read them; text is cut at line ends. Memory does not grow with a file.

An address may stand for a path if fsspec is installed (the extra ``cluster``). It is read over
the network, so only addresses of `SCHEMES` are, and others where they are named.
"""

from __future__ import annotations

import bz2
import csv
import lzma
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from layers.errors import QueryError, TamasError
from layers.monitor.columns import Columns, Kept, detect_columns
from layers.monitor.text import SHOWN, Layout, Reject, Rows, lines_in, parse_rows
from layers.monitor.values import REASONS, is_text, parse_events, shown_value

if TYPE_CHECKING:
    import pyarrow as pa

PARQUET = (".parquet", ".pq", ".geoparquet")
_TEXT = (".csv", ".tsv", ".tab", ".txt")
_COMPRESSED = (".gz", ".zst", ".bz2", ".xz", ".lz4", ".zip")
SCHEMES = ("file", "s3", "gs", "az", "memory")
"""Where events are read from without being asked whether that is meant."""
MAX_COLUMNS, MAX_NAME = 2000, 200
BLOCK = 8 << 20
_LONGEST_HEADER = 1 << 18
# What packs a thousandfold is no table of events: real ones pack thirtyfold at the most.
_BOMB_RATIO, _BOMB_BYTES = 1000, 64 << 20
_LONGEST_LINE = 64 << 20
_BATCH = 1 << 20  # a row group as most write them: what is made once a batch hardly counts


class EventsError(TamasError):
    """An event file that cannot be opened or understood as a whole."""


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
        import pyarrow as pa
        import pyarrow.parquet as pq

        row = self.first_row
        names = list(self.columns.names)
        with _remote_errors(self.path), ExitStack() as stack:
            try:
                # As dictionaries, or one long text would be written out once a row.
                file = pq.ParquetFile(
                    _open(self.path, stack), pre_buffer=True, read_dictionary=self.texts
                )
                for batch in file.iter_batches(_BATCH, [self.group], names, use_threads=False):
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
    data: bytes
    first_line: int
    lines: int
    layout: Layout
    size_bytes: int

    def rows(self) -> Iterator[Rows]:
        """Yield the events of the lines."""
        yield parse_rows(self.data, self.first_line, self.lines, self.layout, self.path)


Chunk = ParquetChunk | TextChunk


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
            inside = sorted(str(file) for file in local.rglob("*") if _is_events(file.name))
            if not inside:
                raise EventsError(f"{path}: holds no event file ({', '.join(_TEXT + PARQUET)})")
            found += inside
        elif local.exists():
            found.append(path)
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
) -> Iterator[Chunk]:
    """Yield the pieces of files in order; those of text are read as they are asked for."""
    for file in files:
        with _remote_errors(file):
            if _suffix(file) in PARQUET:
                yield from _groups(file, columns, kept)
            else:
                yield from _blocks(file, columns, kept, block)


def positional_accuracies(files: Iterable[str], columns: Columns | None) -> tuple[float, ...]:
    """Return the distances that the precision codes of files stand for, 0 first."""
    accuracies = {0.0}
    for file in files:
        accuracies |= set((columns or _detect_columns(file)).positional_accuracy_m)
    return tuple(sorted(accuracies))


def _detect_columns(file: str) -> Columns:
    with _remote_errors(file), ExitStack() as stack:
        if _suffix(file) in PARQUET:
            import pyarrow.parquet as pq

            names = _parquet(file, stack, pq).schema_arrow.names
            _check_names(file, names)
            return detect_columns(names)
        return _layout(_decompress(file, _open(file, stack), stack), file, None, None)[0].columns


def _groups(file: str, columns: Columns | None, kept: Kept | None) -> Iterator[ParquetChunk]:
    import pyarrow.parquet as pq

    with ExitStack() as stack:
        parquet = _parquet(file, stack, pq)
        names = parquet.schema_arrow.names
        _check_names(file, names)
        found = detect_columns(names) if columns is None else columns.resolve(names)
        found = found.keeping(names, kept)
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


def _parquet(file: str, stack: ExitStack, pq: Any) -> Any:
    import pyarrow as pa

    try:
        return pq.ParquetFile(_open(file, stack))
    except (pa.ArrowInvalid, OSError) as error:
        raise EventsError(f"{file}: is no Parquet file ({_short(error)})") from None


def _blocks(
    file: str, columns: Columns | None, kept: Kept | None, block: int
) -> Iterator[TextChunk]:
    """Yield the lines of a text file in blocks cut where no quote is open."""
    with ExitStack() as stack:
        source = _open(file, stack)
        stream, read_until = _decompress(file, source, stack), 0
        layout, rest, line = _layout(stream, file, columns, kept)
        while True:
            more = _read(stream, block, file)
            data, rest = _split_at_line_end(rest, more)
            if data:
                at = source.tell()  # packed, it is how far the packed file was read
                lines = lines_in(data)
                yield TextChunk(file, data, line, lines, layout, at - read_until)
                read_until, line = at, line + lines
            if not more:
                return


def _split_at_line_end(rest: bytes, more: bytes) -> tuple[bytes, bytes]:
    """Return the whole lines of what was left over and read, and what is left over now."""
    if b'"' not in more and b'"' not in rest and (cut := more.rfind(b"\n") + 1):
        return b"".join((rest, memoryview(more)[:cut])), more[cut:]  # copied once alone
    rest += more
    cut = len(rest) if not more else _last_line_end(rest)
    if cut == 0 and len(rest) > _LONGEST_LINE:
        cut = len(rest)
    return rest[:cut], rest[cut:]


def _last_line_end(data: bytes) -> int:
    """Return the end of the last line at which no quote is open, else of the last line."""
    last = end = data.rfind(b"\n") + 1
    open_quote = data.count(b'"', 0, end) % 2
    for _ in range(1000):
        if not open_quote or end == 0:
            break
        before = data.rfind(b"\n", 0, end - 1) + 1
        open_quote ^= data.count(b'"', before, end) % 2
        end = before
    return end or last


def _layout(
    stream: Any, file: str, columns: Columns | None, kept: Kept | None
) -> tuple[Layout, bytes, int]:
    """Return how a file is laid out, what was read of it beyond the header, and its line."""
    head = _read(stream, 1 << 16, file)
    while b"\n" not in head and (more := _read(stream, 1 << 16, file)):
        head += more
        if len(head) > _LONGEST_HEADER:
            raise EventsError(f"{file}: its first line has no end; is it text?")
    head = head.removeprefix(b"\xef\xbb\xbf")
    if not head.strip():
        raise EventsError(f"{file}: is empty")
    first = head[: head.find(b"\n") + 1 or len(head)]
    separator = columns.separator if columns and columns.separator else _separator(first)
    try:
        text = first.decode("utf-8")
    except UnicodeDecodeError:
        raise EventsError(f"{file}: its first line is not UTF-8 text") from None
    if len(first) > _LONGEST_HEADER or text.count(separator) >= MAX_COLUMNS:
        _check_names(file, text.split(separator))
    try:
        names = next(csv.reader([text.rstrip("\r\n")], delimiter=separator))
    except csv.Error as error:
        raise EventsError(f"{file}: its first line is no header ({error})") from None
    if columns is None or columns.widths is None:
        _check_names(file, names)
    if columns is not None and columns.widths is not None:
        width = len(names)
        if width not in columns.widths:
            widths = ", ".join(map(str, columns.widths))
            raise EventsError(f"{file}: has {width} columns; these files have {widths}")
        numbered = tuple(map(str, range(width)))
        found = columns.widths[width].keeping(numbered, kept)
        return Layout(numbered, found, separator), head, 1
    if len(set(names)) != len(names):
        names = [f"{name}#{at}" if name in names[:at] else name for at, name in enumerate(names)]
    found = detect_columns(names) if columns is None else columns.resolve(names)
    found = found.keeping(names, kept)
    rest = head[len(first) :]
    row = next(
        csv.reader([rest.split(b"\n", 1)[0].decode("utf-8", "replace")], delimiter=separator), []
    )
    at = names.index(found.date)
    iso = at < len(row) and re.fullmatch(r"\d{4}-\d\d-\d\d", row[at].strip()) is not None
    return Layout(tuple(names), replace(found, widths=None), separator, iso), rest, 2


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


def _separator(line: bytes) -> str:
    return max(",\t;|", key=lambda one: line.count(one.encode()))


def _read(stream: Any, size: int, file: str) -> bytes:
    try:
        data: bytes = stream.read(size)
    except (OSError, EOFError, lzma.LZMAError, zipfile.BadZipFile, ValueError) as error:
        raise EventsError(f"{file}: breaks off or is damaged ({_short(error)})") from None
    return data


def _decompress(file: str, source: Any, stack: ExitStack) -> Any:
    """Return the text of an open file as bytes to read from."""
    import pyarrow as pa

    kind = Path(file).suffix.lower()
    if kind == ".zip":
        try:
            packed = stack.enter_context(zipfile.ZipFile(source))
        except zipfile.BadZipFile as error:
            raise EventsError(f"{file}: is no zip file ({error})") from None
        members = [one for one in packed.namelist() if not one.endswith("/")]
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
        raise EventsError(f"{file}: cannot be read ({_short(error)})") from None


def _remote(address: str) -> list[str]:
    fsspec = _fsspec()
    system, path = fsspec.core.url_to_fs(address)
    if not system.isdir(path):
        return [address]
    names = sorted(name for name in system.find(path) if _is_events(name))
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


def _suffix(file: str) -> str:
    return Path(file).suffix.lower()


def _is_events(name: str) -> bool:
    plain = Path(name)
    if plain.name.startswith((".", "_")):
        return False
    if plain.suffix.lower() in _COMPRESSED:
        plain = plain.with_suffix("")
        return plain.suffix.lower() in _TEXT
    return plain.suffix.lower() in _TEXT + PARQUET


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
