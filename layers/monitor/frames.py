"""Count events that are at hand, as a DataFrame or in files; the counts are a DataFrame."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from geopandas import GeoDataFrame

from layers.build.rows import BuiltAtlas, Reading
from layers.errors import AtlasWarning, QueryError
from layers.monitor.columns import Columns, columns_of, in_header
from layers.monitor.count import BY
from layers.monitor.run import Result, monitor, monitor_table
from layers.query.point_frame import degrees
from layers.query.selection import Selection

if TYPE_CHECKING:
    import pyarrow as pa

Events = pd.DataFrame | str | Path | Iterable[str | Path]


def count_events(
    built: BuiltAtlas,
    events: Events,
    *,
    by: str,
    view: Selection,
    reading: Reading | None,
    columns: str | Mapping[str, str] | None,
) -> pd.DataFrame:
    """Return counts of events; `layers.Atlas.count` says it in full."""
    if by not in BY:
        raise QueryError("by", by, f"{by!r} is none of {', '.join(BY)}")
    reasons = Counter[str]()
    if isinstance(events, pd.DataFrame):
        if isinstance(events, GeoDataFrame) and isinstance(columns, Mapping):
            columns = {"lat": "latitude", "lon": "longitude", **columns}
        table, named = _table(events, columns_of(columns))
        result, rejects = monitor_table(table, named, built, view=view, reading=reading, by=by)
        reasons.update(one.reason for one in rejects)
    else:
        files = [events] if isinstance(events, str | Path) else events
        named_in = columns_of(columns)
        result = monitor(files, built, view=view, reading=reading, columns=named_in, by=by)
    if result.rejected:
        _warn(result, reasons)
    counts: pd.DataFrame = result.table.to_pandas()
    counts.attrs = result.header
    return counts


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
    found = in_header(columns, list(frame.columns))
    arrays: dict[Any, Any] = {}
    for name in found.names:
        try:
            arrays[name] = pa.array(frame[name], from_pandas=True)
        except pa.ArrowException:  # numbers beside texts
            arrays[name] = pa.array(frame[name].astype(str))
    return pa.table(arrays), found


def _warn(result: Result, reasons: Counter[str]) -> None:
    """Say how many rows could not be read, and why where that is known."""
    read = result.header["totals"]["read"]
    why = ", ".join(f"{count:,} {reason}" for reason, count in reasons.most_common())
    why = why or "'tamas monitor --rejects FILE' lists them"
    message = f"of {read:,} events {result.rejected:,} cannot be read and are not counted: {why}"
    warnings.warn(message, AtlasWarning, stacklevel=4)
