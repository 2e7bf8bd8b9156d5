"""Rows that stand twice, in one file or in several: monthly and yearly files beside each other.

An event is the same where its id is; the first in the order of the files counts. Files without a
column of ids say nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from layers.events.columns import Columns
from layers.events.sources import AS_IT_IS, Chunk, ParquetChunk, ReadOptions, iter_chunks
from layers.monitor.grid import Ints


def repeated_lines(
    files: Iterable[str], columns: Columns | None, *, options: ReadOptions = AS_IT_IS
) -> Mapping[str, Ints]:
    """Return by file the lines of events whose id stood before, here or in a file before.

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
    seen: set[str] = set()
    found: dict[str, list[int]] = {}
    for chunk in iter_chunks(files, columns, options=options):
        for rows in chunk.rows():
            if "id" not in rows.events.schema.names:
                continue
            lines = np.asarray(rows.lines()).tolist()
            for line, one in zip(lines, _texts(rows.events.column("id")).to_pylist(), strict=True):
                if one in seen:
                    found.setdefault(chunk.path, []).append(line)
                elif one:
                    seen.add(one)
    return {file: np.array(lines, np.int64) for file, lines in found.items()}


def _ids(chunk: Chunk) -> Iterator[Any]:
    """Yield the ids of a piece, of rows too that cannot be counted."""
    import pyarrow.compute as pc

    columns = chunk.layout.columns if hasattr(chunk, "layout") else chunk.columns
    if columns.id is None:
        return
    arrays: Iterable[Any] = (
        (rows.events.column("id") for rows in chunk.rows())
        if isinstance(chunk, ParquetChunk)
        else [chunk.raw().columns[columns.id]]
    )
    for array in arrays:
        texts = _texts(array)
        yield texts.filter(pc.and_kleene(texts.is_valid(), pc.not_equal(texts, "")))


def _texts(array: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    return array.cast(pa.string())
