"""Count the events of files in the zones of an atlas, on all cores of this machine.

`monitor` is the whole; `process_chunk` is one piece of it, which may run on another machine. The
result is the same for any number of threads and however files are cut.
"""

from __future__ import annotations

import contextlib
import csv
import os
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import shapely

from layers.atomic import new_file, refuse_inputs, refuse_unwritable
from layers.build.rows import BuiltAtlas, Reading
from layers.characters import cell
from layers.events.columns import Columns
from layers.events.repeats import REASON as REPEATED
from layers.events.repeats import Repeats, Watched
from layers.events.sources import AS_IT_IS, SCHEMES, Chunk, ReadOptions, iter_chunks, total_bytes
from layers.events.survey import Survey, survey
from layers.events.text import Reject, Rows
from layers.monitor import report
from layers.monitor.count import Counts, Sum, count
from layers.monitor.events import Edges, annotated, event_list
from layers.monitor.index import ZoneIndex
from layers.monitor.lines import lines_behind
from layers.monitor.tabulation import Tabulation
from layers.query.selection import Selection

Executor = Callable[
    [Sequence[str], Columns | None, ZoneIndex, Tabulation, ReadOptions],
    Iterator["ChunkResult"],
]
_NOT_LOOKED = ("on workers an event that stands twice is counted twice, whatever its id",)
NOTHING_READ = Survey((), (), (), ())
REJECT_COLUMNS = ("file", "line", "reason", "row")


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """What a piece came to: counts, rejected rows, and events if they are to be written back.

    Two are added with ``+``; rejects and events are then in the order of the addition.
    """

    counts: Counts
    rejected: int
    rejects: tuple[Reject, ...] = ()
    events: tuple[pa.RecordBatch, ...] = ()
    size_bytes: int = 0
    repeated: int = 0

    def __add__(self, other: ChunkResult) -> ChunkResult:
        names = [field.name for field in fields(self)]
        return ChunkResult(*(getattr(self, name) + getattr(other, name) for name in names))


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to, with what is needed to say it."""

    counts: Counts
    rejected: int
    index: ZoneIndex
    by: Tabulation
    lines: pa.Table | None = None
    """The lines behind the numbers of one span, where they were asked for."""
    survey: Survey = NOTHING_READ
    repeated: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
    """Why rows could not be read, and how many for each reason."""

    @property
    def table(self) -> pa.Table:
        """Return the table of counts; `layers.monitor.report` says what its columns mean."""
        return report.table(self.counts, self.index, by=self.by)

    @property
    def header(self) -> dict[str, Any]:
        """Return what was counted in and the totals, as the JSON has them beside the rows."""
        totals = report.totals(self.counts, self.index, by=self.by, rejected=self.rejected)
        totals |= {"read": totals["read"] + self.repeated, "repeated": self.repeated}
        said: dict[str, Any] = {}
        if self.survey.files:
            said = {"files": list(self.survey.columns), "notices": list(self.survey.notices)}
        return {**report.provenance(self.index, by=self.by), **said, "totals": totals}

    def write(self, path: Path, *, excel: bool = False) -> None:
        """Write the table as CSV, Parquet or JSON, by the ending of the name."""
        report.write(path, self.table, header=self.header, excel=excel)

    @property
    def rejected_share(self) -> float:
        """Return which part of the rows read was rejected, 0 to 1."""
        read = self.counts.events + self.rejected
        return self.rejected / read if read else 0.0


def process_chunk(
    chunk: Chunk | Watched,
    index: ZoneIndex,
    *,
    by: str | Tabulation = "month",
    annotate: Callable[[str, Rows], pa.RecordBatch] | None = None,
) -> ChunkResult:
    """Return the result of a chunk from its arguments alone; ``annotate`` makes events to write."""
    total = ChunkResult(Counts.none(), 0, size_bytes=chunk.size_bytes)
    for rows in chunk.rows():
        events = () if annotate is None else (annotate(chunk.path, rows),)
        counts = count(rows.events, index, by=by)
        listed = (*rows.rejects, *rows.repeated)
        total += ChunkResult(counts, len(rows.rejects), listed, events, repeated=len(rows.repeated))
    return total


def monitor(
    events: Iterable[str | Path],
    built: BuiltAtlas,
    *,
    selection: Selection | None = None,
    reading: Reading | None = None,
    columns: Columns | None = None,
    by: str | Tabulation = "month",
    threads: int | None = None,
    executor: Executor | None = None,
    rejects: Path | None = None,
    events_out: Path | None = None,
    distance: bool = False,
    line_span: tuple[int, int] | None = None,
    progress: Callable[[int, int, int], None] | None = None,
    schemes: Collection[str] = SCHEMES,
    options: ReadOptions = AS_IT_IS,
    outputs: Sequence[Path | None] = (),
    excel: bool = False,
) -> Result:
    """Count the events of files and folders in the zones of a view.

    ``by`` is a period or, with groups and all else, a `Tabulation`.
    ``reading`` None counts what is inside in every reading and in some. ``columns`` None tells
    them from each file's header. ``rejects`` is a CSV file to list the rows in that could not
    be read, ``events_out`` a CSV or Parquet file to write the events to with their zones and,
    with ``distance``, how far they are from the nearest nominal edge. ``executor`` does the work
    elsewhere in place of ``threads`` (`layers.monitor.cluster`), and writes no events back. Of the
    days of ``line_span``, the first and the one after the last, `Result.lines` has the lines.
    An address in place of a path means network access, and is read where its scheme is one of
    ``schemes``. ``options`` say what files do not: encoding, sheet or layer, day or month first.
    ``excel`` writes CSV with the mark by which Excel knows UTF-8.
    ``outputs`` are files that are written later: like the others they may be no input.
    ``progress`` is told the bytes done, the bytes of all (0: unknown), and rows.
    """
    box = shapely.Polygon(built.record.atlas.extent).bounds
    tabulation = Tabulation.of(by)
    found = survey(events, columns, options=options, schemes=schemes, box=box)
    files = found.files
    refuse_inputs((rejects, events_out, *outputs), files)
    refuse_unwritable((rejects, events_out, *outputs))
    repeats = Repeats(len(files))
    index = ZoneIndex.of(
        built,
        selection,
        reading=reading,
        positional_accuracy_m=found.positional_accuracy_m,
    )
    whole, counts, read, done = total_bytes(files), Sum(), 0, ChunkResult(Counts.none(), 0)
    with contextlib.ExitStack() as stack:
        to_rejects = stack.enter_context(reject_list(rejects, excel=excel)) if rejects else None
        to_events = stack.enter_context(event_list(events_out, excel=excel)) if events_out else None
        edges = Edges(built, index) if distance else None
        lines: list[pa.RecordBatch] = []
        reasons: Counter[str] = Counter()

        note: Callable[[str, Rows], pa.RecordBatch] | None = None
        if to_events is not None:
            note = partial(annotated, index=index, edges=edges)
        elif line_span is not None:
            note = partial(lines_behind, index=index, tabulation=tabulation, span=line_span)
        if executor is not None:
            pieces = executor(files, columns, index, tabulation, options)
        else:
            chunks = iter_chunks(files, columns, kept=tabulation.kept, options=options)
            work = partial(process_chunk, index=index, by=tabulation, annotate=note)
            pieces = in_order(repeats.watched(chunks), work, threads or os.cpu_count() or 1)
        for piece in pieces:
            reasons.update(one.reason for one in piece.rejects if one.reason != REPEATED)
            if to_rejects is not None:
                to_rejects(piece.rejects)
            for batch in piece.events:
                (to_events or lines.append)(batch)
            counts.add(piece.counts)
            read += piece.counts.events + piece.rejected
            done += replace(piece, counts=done.counts, rejects=(), events=())
            if progress is not None:
                progress(done.size_bytes, whole, read)
    told = tuple(repeats.notices()) if executor is None else _NOT_LOOKED
    found = replace(found, notices=(*found.notices, *told))
    table = pa.Table.from_batches(lines).unify_dictionaries() if lines else None
    return Result(
        counts.total(), done.rejected, index, tabulation, table, found, done.repeated, reasons
    )


@contextlib.contextmanager
def reject_list(path: Path, *, excel: bool = False) -> Iterator[Callable[[Iterable[Reject]], None]]:
    """Give a function that lists rejected rows in a CSV file, put in its place at the end."""
    code = "utf-8-sig" if excel else "utf-8"
    with new_file(path) as fresh, fresh.open("w", encoding=code, newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(REJECT_COLUMNS)

        def write(rejects: Iterable[Reject]) -> None:
            writer.writerows(
                (cell(one.file), one.line, one.reason, cell(one.row)) for one in rejects
            )

        yield write


def in_order(
    pieces: Iterable[Watched], work: Callable[[Watched], ChunkResult], threads: int
) -> Iterator[ChunkResult]:
    """Yield what each piece comes to, in order, a few of them worked on at once."""
    if threads == 1:
        yield from map(work, pieces)
        return
    with ThreadPoolExecutor(threads, "monitor") as pool:
        waiting: deque[Future[ChunkResult]] = deque()
        try:
            for piece in pieces:
                waiting.append(pool.submit(work, piece))
                if len(waiting) > threads + 1:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
