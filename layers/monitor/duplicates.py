"""Rows that stand twice, in one file or in several: monthly and yearly files beside each other.

An event is the same where its id is; the first in the order of the files counts. Files without a
column of ids say nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from layers.monitor.columns import Columns
from layers.monitor.grid import Ints
from layers.monitor.sources import iter_chunks

# Two hashes of 64 bits: a hundred million ids meet by chance less often than a disk errs.
_KEYS = ("tamas-duplicates", "duplicates-tamas")


def repeated_lines(files: Iterable[str], columns: Columns | None) -> Mapping[str, Ints]:
    """Return by file the lines of rows whose id stood before, here or in a file before."""
    names: list[str] = []
    owners: list[Ints] = []
    lines: list[Ints] = []
    hashes: list[Any] = []
    for file in files:
        names.append(file)
        for chunk in iter_chunks([file], columns):
            for rows in chunk.rows():
                if "id" not in rows.events.schema.names:
                    continue
                found, known = _hashed(rows.events.column("id"))
                hashes.append(found)
                lines.append(np.asarray(rows.lines(), np.int64)[known])
                owners.append(np.full(len(found), len(names) - 1, np.int64))
    if not hashes:
        return {}
    every, line, owner = np.concatenate(hashes), np.concatenate(lines), np.concatenate(owners)
    order = np.lexsort((every[:, 1], every[:, 0]))  # stable: those alike stay in order
    again = np.zeros(len(every), bool)
    again[order[1:]] = (every[order[1:]] == every[order[:-1]]).all(axis=1)
    return {
        name: line[again & (owner == number)]
        for number, name in enumerate(names)
        if (again & (owner == number)).any()
    }


def _hashed(ids: Any) -> tuple[Any, Any]:
    """Return two hashes of each id that is there, and which are there."""
    import pyarrow as pa
    from pandas.util import hash_array

    if pa.types.is_dictionary(ids.type):
        ids = ids.dictionary_decode()
    texts = ids.cast(pa.string()).to_numpy(zero_copy_only=False)
    known = np.array([text is not None and text != "" for text in texts], bool)
    own = texts[known].astype(object)
    both = [hash_array(own, hash_key=key, categorize=False) for key in _KEYS]
    return np.stack(both, axis=1), known
