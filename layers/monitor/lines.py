"""Which lines of the files stand behind a number."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from layers.events.columns import kept_name
from layers.events.text import Rows
from layers.events.values import UNKNOWN
from layers.monitor.grid import Ints
from layers.monitor.hits import UNKNOWN_PRECISION, Events, Relations, in_force, in_series
from layers.monitor.index import ZoneIndex
from layers.monitor.measures import measure
from layers.monitor.tabulation import Tabulation, spelt_in


def lines_behind(
    file: str, rows: Rows, index: ZoneIndex, tabulation: Tabulation, span: tuple[int, int]
) -> pa.RecordBatch:
    """Return the lines of a piece that are or may be in a zone in force, on the days of a span.

    ``span`` is the first day and the day after the last. Columns: ``file``, ``line``, ``series``
    (the place in `ZoneIndex.series` of a zone's days in force, -1 for all zones together),
    ``relation`` (`layers.monitor.hits`), ``day`` (of the report, from 1970-01-01), ``lon``,
    ``lat``, ``accuracy``, ``place`` where a column of distinct values is named, and ``label 0``,
    ``label 1``, ... for the groups. What has no place, or is of unknown precision, is among those
    of all zones alone.
    """
    lines = pa.array(np.asarray(rows.lines(), np.int64))
    batch = rows.events.append_column("line", lines)
    # A report's day is at most two from the day as it is written: what is farther is not looked at.
    day = batch.column("day").view(pa.int32()).to_numpy()
    batch = batch.filter(pa.array((day >= span[0] - 2) & (day < span[1] + 2)))
    narrow = replace(tabulation, first=None, last=None, since=None, cuts=span, distinct=(), sums=())
    measured = measure(batch, narrow)
    event, series, relation = _hits(Events.of(measured.batch), index)
    at = pa.array(event)
    columns: dict[str, Any] = {
        "file": pa.array([file], pa.string()).dictionary_encode().take(
            pa.array(np.zeros(len(event), np.int32))
        ),
        "line": measured.batch.column("line").take(at),
        "series": pa.array(series.astype(np.int32)),
        "relation": pa.array(relation),
        **_of_events(measured.batch, tabulation, at),
    }  # fmt: skip
    for place in range(len(tabulation.groups)):
        labels = pa.array([label[place] for label in measured.labels], pa.string())
        group = measured.group if measured.group is not None else np.zeros(len(event), np.int64)
        columns[f"label {place}"] = labels.take(pa.array(group[event]))
    return pa.record_batch(columns)


def _of_events(batch: pa.RecordBatch, tabulation: Tabulation, at: pa.Array) -> dict[str, Any]:
    """Return day and place of each event, and what the column of distinct places calls it."""
    columns = {
        "day": batch.column("day").view(pa.int32()),
        "lon": batch.column("lon"),
        "lat": batch.column("lat"),
        "accuracy": pa.array(np.zeros(batch.num_rows, np.uint8)),
    }
    if "accuracy" in batch.schema.names:
        columns["accuracy"] = batch.column("accuracy")
    for name in tabulation.distinct[:1]:
        own = spelt_in(batch.schema.names, kept_name(name))
        columns["place"] = batch.column(own).cast(pa.string())
    return {name: column.take(at) for name, column in columns.items()}


def _hits(events: Events, index: ZoneIndex) -> tuple[Ints, Ints, Relations]:
    """Return event, series and relation, the zones' and then those of all zones together."""
    event, series, relation = in_series(events, index)
    first, last = events.epochs(index)
    lacks = index.times.lacks(series, first[event], last[event])
    keep = in_force(index)[series] & ~lacks
    event, series, relation = event[keep], series[keep], relation[keep]
    best = np.zeros(len(events.day), np.uint8)
    np.maximum.at(best, event, relation)
    if events.accuracy is not None:
        untold = events.accuracy >= UNKNOWN
        best[untold] = events.accuracy[untold] - np.uint8(UNKNOWN - UNKNOWN_PRECISION)
    together = np.flatnonzero(best)
    return (
        np.concatenate([event, together]),
        np.concatenate([series, np.full(len(together), -1)]),
        np.concatenate([relation, best[together]]),
    )
