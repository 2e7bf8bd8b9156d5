"""Count events that are at hand, as a DataFrame or in files; the counts are a DataFrame."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from layers.build.rows import BuiltAtlas, Reading
from layers.errors import AtlasWarning
from layers.events.columns import Columns, detect_columns, parse_columns
from layers.events.sources import ReadOptions
from layers.events.values import REASONS, parse_events
from layers.monitor.calendar import period_days
from layers.monitor.count import Counts, Sum, count
from layers.monitor.index import ZoneIndex
from layers.monitor.run import Result, monitor
from layers.monitor.sheets import plain_texts
from layers.monitor.tabulation import Tabulation
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
    by: Tabulation,
    selection: Selection,
    reading: Reading | None,
    columns: str | Mapping[str, str] | None,
    options: ReadOptions,
) -> pd.DataFrame:
    """Return counts of events; `layers.Atlas.count` says it in full."""
    if isinstance(events, pd.DataFrame):
        if isinstance(events, GeoDataFrame) and isinstance(columns, Mapping):
            columns = {"lat": "latitude", "lon": "longitude", **columns}
        table, named = _table(events, parse_columns(columns), by)
        named = replace(named, day_order=options.dates)
        index = ZoneIndex.of(
            built, selection, reading=reading, positional_accuracy_m=named.positional_accuracy_m
        )
        result, why = _counted(table, named, index, by)
    else:
        files = [events] if isinstance(events, str | Path) else events
        chosen = parse_columns(columns)
        result = monitor(
            files, built, selection=selection, reading=reading, columns=chosen, by=by,
            options=options,
        )  # fmt: skip
        why = "'tamas monitor --rejects FILE' lists them"
    read = result.header["totals"]["read"]
    if result.rejected:
        head = f"of {read:,} events {result.rejected:,} cannot be read and are not counted"
        warnings.warn(f"{head}: {why}", AtlasWarning, stacklevel=3)
    counts = _typed(result.table)
    counts.attrs.update(result.header)
    return counts


def _typed(table: pa.Table) -> pd.DataFrame:
    """Return a table of counts as a frame: whole numbers that may be missing, and days as such."""
    import pyarrow as pa

    counts: pd.DataFrame = plain_texts(table).to_pandas(
        types_mapper={pa.int64(): pd.Int64Dtype()}.get
    )
    starts = {text: np.datetime64(period_days(text)[0], "s") for text in set(counts["period"])}
    days = counts["period"].map(starts).astype("datetime64[s]")
    counts.insert(list(counts.columns).index("period") + 1, "period_start", days)
    return counts


def _counted(
    table: pa.Table, columns: Columns, index: ZoneIndex, by: Tabulation
) -> tuple[Result, str]:
    """Return the counts of a table, and why rows of it could not be read."""

    def piece(batch: pa.RecordBatch) -> tuple[Counts, Counter[str]]:
        raw = {name: batch.column(name) for name in batch.schema.names}
        events, reason = parse_events(raw, columns)
        why = Counter(REASONS[number] for number in reason[reason > 0].tolist())
        return count(events, index, by=by), why

    total, reasons = Sum(), Counter[str]()
    with ThreadPoolExecutor() as pool:
        for counts, why in pool.map(piece, table.to_batches(max_chunksize=_BATCH)):
            total.add(counts)
            reasons += why
    told = ", ".join(f"{number:,} {reason}" for reason, number in reasons.most_common())
    return Result(total.total(), reasons.total(), index, by), told


def _table(
    events: pd.DataFrame, columns: Columns | None, by: Tabulation
) -> tuple[pa.Table, Columns]:
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
    found = found.keeping(header, by.kept)
    arrays: dict[Any, Any] = {}
    for name in found.names:
        try:
            arrays[name] = pa.array(frame[name], from_pandas=True)
        except pa.ArrowException:  # numbers beside texts
            arrays[name] = pa.array(frame[name].astype(str))
    return pa.table(arrays), found
