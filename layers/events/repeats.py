"""Events that stand in files more than once: counted once where they have an id, told where not.

A folder often holds a year beside its months. An id is remembered by 8 bytes; each piece says its
own in the order of the files, whichever thread reads it, so that the first of two is the one that
counts, however the work was cut.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pandas.util import hash_array, hash_pandas_object

from layers.events.text import NULLS, Reject, Rows
from layers.events.values import filled, is_text, value_of

if TYPE_CHECKING:
    from layers.events.sources import Chunk

Hashes = NDArray[np.uint64]
REASON = "an event of this id was counted before"
# Without ids, files are compared by place and day up to so many events.
_MOST_COMPARED = 20_000_000
_LEAST_ALIKE, _SHARE_ALIKE = 10, 0.9


class Repeats:
    """What was seen of the events of a run."""

    def __init__(self, files: int) -> None:
        self._several = files > 1
        self._turn, self._changed = 0, threading.Condition()
        self._seen: list[Hashes] = []
        self._places: dict[str, list[tuple[NDArray[np.int32], Hashes]]] = {}
        self._compared = 0

    def watched(self, chunks: Iterable[Chunk]) -> Iterator[Watched]:
        """Yield pieces that leave out what earlier ones had."""
        for number, chunk in enumerate(chunks):
            yield Watched(chunk, number, self)

    def once(self, number: int, file: str, made: list[Rows]) -> list[Rows]:
        """Return rows without the events of which the id was seen; waits for earlier pieces."""
        hashed = [_ids(rows.events) for rows in made]
        with self._changed:
            self._changed.wait_for(lambda: self._turn == number)
            try:
                fresh = [None if ids is None else self._fresh(ids) for ids in hashed]
                for rows, ids in zip(made, hashed, strict=True):
                    if ids is None and self._several:
                        self._remember(file, rows.events)
            finally:
                self._turn += 1
                self._changed.notify_all()
        return [_without(file, rows, new) for rows, new in zip(made, fresh, strict=True)]

    def notices(self) -> Iterator[str]:
        """Yield for each file without ids what it seems to repeat of those before it."""
        days: list[NDArray[np.int32]] = []
        seen: list[Hashes] = []
        for file, parts in self._places.items():
            day, place = (np.concatenate(part) for part in zip(*parts, strict=True))
            place, first = np.unique(place, return_index=True)
            day = day[first]
            if seen:
                shared = np.isin(day, np.concatenate(days))
                alike = int(np.isin(place[shared], np.concatenate(seen)).sum())
                if alike >= max(_LEAST_ALIKE, _SHARE_ALIKE * shared.sum()):
                    told = f"{file}: {alike:,} of its events have the place and day of earlier ones"
                    yield f"{told} in other files; name an id, or each may be counted twice"
            days.append(np.unique(day))
            seen.append(place)

    def _fresh(self, ids: Hashes) -> NDArray[np.bool_]:
        """Tell which ids are new, and remember them; 0 is none and always new."""
        new = np.zeros(len(ids), bool)
        different, first = np.unique(ids, return_index=True)
        known = np.zeros(len(different), bool)
        for run in self._seen:
            at = np.minimum(np.searchsorted(run, different), len(run) - 1)
            known |= run[at] == different
        new[first[~known]] = True
        new |= ids == 0
        if len(kept := different[~known & (different != 0)]):
            self._seen.append(kept)
        while len(self._seen) > 1 and len(self._seen[-2]) <= 2 * len(self._seen[-1]):
            self._seen[-2:] = [np.sort(np.concatenate(self._seen[-2:]))]
        return new

    def _remember(self, file: str, events: pa.RecordBatch) -> None:
        self._compared += events.num_rows
        if self._compared > _MOST_COMPARED or not events.num_rows:
            return
        day = np.asarray(events.column("day").view("int32"))
        # 0 and -0 are one place.
        at = {name: np.asarray(events.column(name)) + 0.0 for name in ("lon", "lat")}
        place = hash_pandas_object(pd.DataFrame({**at, "day": day}), index=False)
        self._places.setdefault(file, []).append((day, np.asarray(place, np.uint64)))


@dataclass(frozen=True, slots=True)
class Watched:
    """A piece of a file that leaves out events which earlier pieces had."""

    chunk: Chunk
    number: int
    repeats: Repeats

    @property
    def path(self) -> str:
        """Return the file."""
        return self.chunk.path

    @property
    def size_bytes(self) -> int:
        """Return how much of the file it is."""
        return self.chunk.size_bytes

    def rows(self) -> Iterator[Rows]:
        """Yield the rows that are new."""
        made: list[Rows] = []
        try:
            made = list(self.chunk.rows())
        finally:
            made = self.repeats.once(self.number, self.path, made)
        yield from made


def _without(file: str, rows: Rows, fresh: NDArray[np.bool_] | None) -> Rows:
    """Return rows without repeats, which are listed."""
    if fresh is None or fresh.all():
        return rows
    lines, every = np.asarray(rows.lines()), np.flatnonzero(~fresh)
    ids = rows.events.column("id").take(pa.array(every)).to_pylist()
    repeated = tuple(
        Reject(file, int(line), REASON, str(value_of(one)))
        for line, one in zip(lines[every], ids, strict=True)
    )
    kept = rows.events.take(pa.array(np.flatnonzero(fresh)))
    return replace(rows, events=kept, lines=lambda: lines[fresh], repeated=repeated)


def _ids(events: pa.RecordBatch) -> Hashes | None:
    """Return 8 bytes for each id, 0 for none; None where there are no ids."""
    if "id" not in events.schema.names:
        return None
    array = events.column("id")
    own = array.dictionary if pa.types.is_dictionary(array.type) else array
    found = _hashes(own)
    found[np.isin(found, _hashes(pa.array(NULLS)))] = 0
    return found if own is array else np.append(found, np.uint64(0))[filled(array.indices, -1)]


def _hashes(array: pa.Array) -> Hashes:
    """Return a hash of each text, 0 for none; a text and its bytes have the same."""
    if pa.types.is_floating(array.type):  # 7.0 is the id 7
        array = pa.array([None if one is None else f"{one:.15g}" for one in array.to_pylist()])
    if not is_text(array.type):
        array = array.cast(pa.string())
    found = hash_array(array.to_numpy(zero_copy_only=False), categorize=False)
    return np.where(array.is_null(), np.uint64(0), np.maximum(found, np.uint64(1)))
