"""Count events that are at hand, as a DataFrame or in files; the counts are a DataFrame."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from geopandas import GeoDataFrame

from layers.build.rows import BuiltAtlas, Reading
from layers.errors import AtlasWarning, QueryError
from layers.monitor.calendar import BY
from layers.monitor.columns import Columns, detect_columns, parse_columns
from layers.monitor.count import Counts, count
from layers.monitor.index import ZoneIndex
from layers.monitor.run import Result, monitor
from layers.monitor.values import REASONS, parse_events
from layers.query.point_frame import degrees
from layers.query.selection import Selection

if TYPE_CHECKING:
    import pyarrow as pa

Events = pd.DataFrame | str | Path | Iterable[str | Path]
_BATCH = 1 << 20


def count_events(
    built: BuiltAtlas,
    events: Events,
    *,
    by: str,
    selection: Selection,
    reading: Reading | None,
    columns: str | Mapping[str, str] | None,
) -> pd.DataFrame:
    """Return counts of events; `layers.Atlas.count` says it in full."""
    if by not in BY:
        raise QueryError("by", by, f"{by!r} is none of {', '.join(BY)}")
    if isinstance(events, pd.DataFrame):
        if isinstance(events, GeoDataFrame) and isinstance(columns, Mapping):
            columns = {"lat": "latitude", "lon": "longitude", **columns}
        table, named = _table(events, parse_columns(columns))
        index = ZoneIndex.of(
            built, selection, reading=reading, positional_accuracy_m=named.positional_accuracy_m
        )
        result, why = _counted(table, named, index, by)
    else:
        files = [events] if isinstance(events, str | Path) else events
        chosen = parse_columns(columns)
        result = monitor(files, built, selection=selection, reading=reading, columns=chosen, by=by)
        why = "'tamas monitor --rejects FILE' lists them"
    read = result.header["totals"]["read"]
    if result.rejected:
        head = f"of {read:,} events {result.rejected:,} cannot be read and are not counted"
        warnings.warn(f"{head}: {why}", AtlasWarning, stacklevel=3)
    counts: pd.DataFrame = result.table.to_pandas()
    counts.attrs.update(result.header)
    return counts


def _counted(table: pa.Table, columns: Columns, index: ZoneIndex, by: str) -> tuple[Result, str]:
    """Return the counts of a table, and why rows of it could not be read."""

    def piece(batch: pa.RecordBatch) -> tuple[Counts, Counter[str]]:
        raw = {name: batch.column(name) for name in batch.schema.names}
        events, reason = parse_events(raw, columns)
        why = Counter(REASONS[number] for number in reason[reason > 0].tolist())
        return count(events, index, by=by), why

    total, reasons = Counts.none(), Counter[str]()
    with ThreadPoolExecutor() as pool:
        for counts, why in pool.map(piece, table.to_batches(max_chunksize=_BATCH)):
            total, reasons = total + counts, reasons + why
    told = ", ".join(f"{number:,} {reason}" for reason, number in reasons.most_common())
    return Result(total, reasons.total(), index, by), told


def _table(events: pd.DataFrame, columns: Columns | None) -> tuple[pa.Table, Columns]:
    """Return what is counted of a frame as an Arrow table, and the names of its columns.

    The points of a GeoDataFrame become columns of degrees.
    """
    import pyarrow as pa

    frame = pd.DataFrame(events)
    if isinstance(events, GeoDataFrame):
        spots = degrees(events, "events")
        frame = frame.assign(longitude=spots.x, latitude=spots.y)
    frame = frame.set_axis([str(name) for name in frame.columns], axis="columns")
    header = list(frame.columns)
    found = detect_columns(header) if columns is None else columns.resolve(header)
    arrays: dict[Any, Any] = {}
    for name in found.names:
        try:
            arrays[name] = pa.array(frame[name], from_pandas=True)
        except pa.ArrowException:  # numbers beside texts
            arrays[name] = pa.array(frame[name].astype(str))
    return pa.table(arrays), found
