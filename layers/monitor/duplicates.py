"""Rows that stand twice, in one file or in several: monthly and yearly files beside each other.

An event is the same where id, day and place are: what shares its id with another event of the file,
as incidents of one campaign, counts. The first in the order of the files is kept. Files without a
column of ids say nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from layers.events.columns import Columns
from layers.events.scalars import MISSING
from layers.events.sources import AS_IT_IS, Chunk, ParquetChunk, ReadOptions, iter_chunks
from layers.monitor.grid import Ints


def repeated_lines(
    files: Iterable[str], columns: Columns | None, *, options: ReadOptions = AS_IT_IS
) -> Mapping[str, Ints]:
    """Return by file the lines of events that stood before, here or in a file before.

    Where every id is its own, as nearly always, nothing but the ids is read.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    files = list(files)
    ids = pa.chunked_array(
        [array for chunk in iter_chunks(files, columns, options=options) for array in _ids(chunk)],
        pa.string(),
    )
    if len(pc.unique(ids)) == len(ids):
        return {}
    seen: set[tuple[object, ...]] = set()
    found: dict[str, list[int]] = {}
    for chunk in iter_chunks(files, columns, options=options):
        for rows in chunk.rows():
            if "id" not in rows.events.schema.names:
                continue
            where = [rows.events.column(name).to_pylist() for name in ("day", "lon", "lat")]
            names = _texts(rows.events.column("id")).to_pylist()
            for line, *event in zip(np.asarray(rows.lines()).tolist(), names, *where, strict=True):
                if (key := tuple(event)) in seen:
                    found.setdefault(chunk.path, []).append(line)
                elif event[0] is not None:
                    seen.add(key)
    return {file: np.array(lines, np.int64) for file, lines in found.items()}


def _ids(chunk: Chunk) -> Iterator[Any]:
    """Yield the ids of a piece, of rows too that cannot be counted."""
    columns = chunk.layout.columns if hasattr(chunk, "layout") else chunk.columns
    if columns.id is None:
        return
    arrays: Iterable[Any] = (
        (rows.events.column("id") for rows in chunk.rows())
        if isinstance(chunk, ParquetChunk)
        else [chunk.raw().columns[columns.id]]
    )
    for array in arrays:
        yield _texts(array).drop_null()


def _texts(array: Any) -> Any:
    """Return ids as texts, null where there is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    texts = array.cast(pa.string())
    missing = pc.is_in(pc.utf8_lower(pc.utf8_trim_whitespace(texts)), pa.array(sorted(MISSING)))
    return pc.if_else(missing, pa.scalar(None, pa.string()), texts)
