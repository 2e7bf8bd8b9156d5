"""Count the events of files in the zones of an atlas, on all cores of this machine.

`monitor` is the whole; `done` is one piece of it, which may run on another machine. The
result is the same for any number of threads and however files are cut.
"""

from __future__ import annotations

import contextlib
import csv
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layers.build import Layers, Reading
from layers.export.folders import new_file
from layers.export.view import View
from layers.monitor import report
from layers.monitor.columns import Columns
from layers.monitor.count import Counts, count
from layers.monitor.index import ZoneIndex
from layers.monitor.sources import Work, files_of, reaches_of, weight_of, works
from layers.monitor.text import Reject, Rows

if TYPE_CHECKING:
    import pyarrow as pa

Far = Callable[[Sequence[str], Columns | None, ZoneIndex, str], Iterator["Done"]]
REJECT_COLUMNS = ("file", "line", "reason", "row")


@dataclass(frozen=True, slots=True)
class Done:
    """What one piece came to: counts, how many rows were rejected, and the first of these.

    Two are added with ``+``; what ``rejects`` holds is then in the order of the addition.
    """

    counts: Counts
    rejected: int
    rejects: tuple[Reject, ...] = ()
    weight: int = 0

    def __add__(self, other: Done) -> Done:
        return Done(
            self.counts + other.counts,
            self.rejected + other.rejected,
            self.rejects + other.rejects,
            self.weight + other.weight,
        )


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to, with what is needed to say it."""

    counts: Counts
    rejected: int
    index: ZoneIndex
    by: str

    @property
    def table(self) -> pa.Table:
        """Return the table of counts; `layers.monitor.report` says what its columns mean."""
        return report.table(self.counts, self.index, by=self.by)

    @property
    def header(self) -> dict[str, Any]:
        """Return what was counted in and the totals, as the JSON has them beside the rows."""
        totals = report.totals(self.counts, self.index, rejected=self.rejected)
        return {**report.facts(self.index, by=self.by), "totals": totals}

    def write(self, path: Path) -> None:
        """Write the table as CSV, Parquet or JSON, by the ending of the name."""
        report.write(path, self.table, header=self.header)

    @property
    def rejected_share(self) -> float:
        """Return which part of the rows read was rejected, 0 to 1."""
        read = report.totals(self.counts, self.index, rejected=self.rejected)["read"]
        return self.rejected / read if read else 0.0


def done(
    work: Work,
    index: ZoneIndex,
    *,
    by: str = "month",
    seen: Callable[[Work, Rows], None] | None = None,
) -> Done:
    """Return what a piece comes to; ``seen`` is shown its rows. Needs nothing but its arguments."""
    total = Done(Counts.none(), 0)
    for rows in work.rows():
        if seen is not None:
            seen(work, rows)
        total += Done(count(rows.events, index, by=by), len(rows.rejects), rows.rejects)
    return total + Done(Counts.none(), 0, (), work.weight)


def monitor(
    events: Iterable[str | Path],
    layers: Layers,
    *,
    view: View | None = None,
    reading: Reading | None = None,
    columns: Columns | None = None,
    by: str = "month",
    threads: int | None = None,
    far: Far | None = None,
    rejects: Path | None = None,
    progress: Callable[[int, int, int], None] | None = None,
) -> Result:
    """Count the events of files and folders in the zones of a view.

    ``reading`` None counts what is inside in every reading and in some. ``columns`` None tells
    them from each file's header. ``rejects`` is a CSV file to list the rows in that could not
    be read. ``far`` does the work elsewhere, in place of ``threads`` (`layers.monitor.cluster`).
    ``progress`` is told weight done, weight of all (0: unknown) and rows so far.
    """
    files = files_of(events)
    index = ZoneIndex.of(layers, view, reading=reading, reaches_m=reaches_of(files, columns))
    counts, rejected, weight, rows = Counts.none(), 0, 0, 0
    whole = weight_of(files)
    with contextlib.ExitStack() as stack:
        listing = stack.enter_context(reject_list(rejects)) if rejects else None
        if far is None:
            pieces = _all_done(works(files, columns), index, by, threads)
        else:
            pieces = far(files, columns, index, by)
        for piece in pieces:
            counts += piece.counts
            rejected += piece.rejected
            weight += piece.weight
            if listing is not None:
                listing(piece.rejects)
            if progress is not None:
                rows += int(piece.counts.parts(2)[3].sum()) + piece.rejected
                progress(weight, whole, rows)
    return Result(counts, rejected, index, by)


@contextlib.contextmanager
def reject_list(path: Path) -> Iterator[Callable[[Iterable[Reject]], None]]:
    """Give a function that lists rejected rows in a CSV file, put in its place at the end."""
    with new_file(path) as fresh, fresh.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(REJECT_COLUMNS)

        def write(rejects: Iterable[Reject]) -> None:
            writer.writerows((one.file, one.line, one.reason, one.row) for one in rejects)

        yield write


def _all_done(
    pieces: Iterator[Work], index: ZoneIndex, by: str, threads: int | None
) -> Iterator[Done]:
    """Yield what each piece comes to, in order, some of them worked on at once."""
    number = threads or os.cpu_count() or 1
    if number == 1:
        yield from (done(piece, index, by=by) for piece in pieces)
        return
    with ThreadPoolExecutor(number, "monitor") as pool:
        waiting: deque[Future[Done]] = deque()
        try:
            for piece in pieces:
                waiting.append(pool.submit(done, piece, index, by=by))
                if len(waiting) > number + 1:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
