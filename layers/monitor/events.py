"""Write events back with the zones they fell in, and how far they are from the nearest edge.

Columns: ``file, line`` (of Parquet, the row), ``id`` where one is named, ``lon, lat, date``,
then for the day of the event ``zones`` (ids joined with ``;``), ``relations`` in the same
order (`inside_all`, `inside_some`, `too_imprecise`; `inside` with one reading) and, if asked
for, ``distance_m`` and ``nearest_zone``. Other columns of the source are left out: what the
terms of a provider forbid to pass on stays in its file, and ``file`` and ``line`` lead there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from geo.crs import GEOD, LocalPlane
from layers.atomic import new_file
from layers.build.rows import BuiltAtlas, iter_rows
from layers.errors import ExportError
from layers.events.text import Rows
from layers.events.values import NO_PLACE
from layers.monitor.grid import Floats
from layers.monitor.hits import INSIDE_ALL, INSIDE_SOME, TOO_IMPRECISE, Events, in_series
from layers.monitor.index import ZoneIndex
from layers.monitor.periods import ANY, epochs_in_force
from layers.monitor.sheets import BYTE_ORDER_MARK, without_formulas

ENDINGS = (".csv", ".parquet")


def annotated(
    file: str, rows: Rows, index: ZoneIndex, edges: Edges | None = None
) -> pa.RecordBatch:
    """Return the events of a piece with their zones; ``edges`` adds the distances."""
    batch = rows.events
    events = Events.of(batch)
    size = len(events.day)
    columns: dict[str, Any] = {
        "file": pa.array([file] * size, pa.string()),
        "line": pa.array(np.asarray(rows.lines(), np.int64)),
    }
    if "id" in batch.schema.names:
        columns["id"] = _as_text(batch.column("id"))
    placed = np.ones(size, bool) if events.accuracy is None else events.accuracy != NO_PLACE
    for name in ("lon", "lat"):
        columns[name] = pa.array(np.asarray(batch.column(name)), mask=~placed)
    columns["date"] = batch.column("day")
    words = {TOO_IMPRECISE: "too_imprecise", INSIDE_SOME: "inside_some", INSIDE_ALL: "inside_all"}
    if index.reading is not None:
        words |= {INSIDE_SOME: "inside", INSIDE_ALL: "inside"}
    zones: list[list[str]] = [[] for _ in range(size)]
    relations: list[list[str]] = [[] for _ in range(size)]
    series_of = index.series
    hits = (part.tolist() for part in in_series(events, index))
    for event, series, relation in zip(*hits, strict=True):
        if series_of[series].status == ANY and not series_of[series].track:
            zones[event].append(series_of[series].zone_id)
            relations[event].append(words[relation])
    columns["zones"] = pa.array([";".join(one) for one in zones], pa.string())
    columns["relations"] = pa.array([";".join(one) for one in relations], pa.string())
    if edges is not None:
        metres, nearest = edges.nearest(events.lon, events.lat, events.first)
        metres[~placed] = np.nan
        nearest = [name if there else None for name, there in zip(nearest, placed, strict=True)]
        columns["distance_m"] = pa.array(np.round(metres, 1), from_pandas=True)
        columns["nearest_zone"] = pa.array(nearest, pa.string())
    return pa.record_batch(columns)


class Edges:
    """The nominal edges of zones on the days when they are in force.

    The nearest edge is found in the azimuthal equidistant plane of all edges, whose scale is
    wrong by at most (r/R)^2/6 at r from its centre (0.15 % at 600 km); the distance to the
    point found on it is geodesic. To a zone that is a point or a line it is to the thing itself.
    """

    def __init__(self, built: BuiltAtlas, index: ZoneIndex) -> None:
        self._times = index.times
        chosen = {series.zone_id for series in index.series}
        rows = list(iter_rows(built.frame[built.frame["zone_id"].isin(chosen)]))
        starts, ends, owners = [], [], []
        held: dict[tuple[str, int], NDArray[np.bool_]] = {}
        for row in rows:
            if row.nominal is None:
                continue
            key, epochs = (row.zone_id, id(row.nominal)), epochs_in_force(row, self._times.starts)
            if key in held:
                held[key] |= epochs
                continue
            for line in _lines(row.nominal):
                coords = shapely.get_coordinates(line)
                first, last = (coords, coords) if len(coords) == 1 else (coords[:-1], coords[1:])
                starts.append(first)
                ends.append(last)
                owners.append(np.full(len(first), len(held)))
            held[key] = epochs
        self._zones, self._holds = [zone for zone, _ in held], np.array([*held.values()])
        self.any = bool(starts)
        if self.any:
            self._plane = LocalPlane.around(*starts)
            a, b = (self._plane.forward(np.concatenate(part)) for part in (starts, ends))
            self._segments: Any = shapely.linestrings(np.stack([a, b], axis=1))
            self._owner = np.concatenate(owners)

    def nearest(
        self, lon: Floats, lat: Floats, day: NDArray[np.int32]
    ) -> tuple[Floats, list[str | None]]:
        """Return metres to the nearest edge and whose it is; NaN and None where none holds."""
        metres = np.full(len(lon), np.nan)
        names: list[str | None] = [None] * len(lon)
        if not self.any or not len(lon):
            return metres, names
        epoch = self._times.epoch_of(day)
        xy = self._plane.forward(np.column_stack([lon, lat]))
        points: Any = shapely.points(xy)
        for one in np.unique(epoch).tolist():
            usable = np.flatnonzero(self._holds[self._owner, one])
            if not len(usable):
                continue
            rows = np.flatnonzero(epoch == one)
            segments = self._segments[usable]
            which = shapely.STRtree(segments).nearest(points[rows])
            line = shapely.shortest_line(points[rows], segments[which])
            foot = self._plane.inverse(shapely.get_coordinates(shapely.get_point(line, 1)))
            far = GEOD.inv(lon[rows], lat[rows], foot[:, 0], foot[:, 1])[2]
            metres[rows] = np.asarray(far)
            for row, owner in zip(rows.tolist(), self._owner[usable[which]].tolist(), strict=True):
                names[row] = self._zones[owner]
        return metres, names


def _lines(geometry: Any) -> Any:
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return shapely.get_parts(
        [shapely.boundary(part) if part.geom_type == "Polygon" else part for part in parts]
    )


@contextlib.contextmanager
def event_list(path: Path, *, excel: bool = False) -> Iterator[Callable[[pa.RecordBatch], None]]:
    """Give a function that appends batches to a CSV or Parquet file, put in place at the end."""
    if path.suffix.lower() not in ENDINGS:
        raise ExportError(f"{path}: name a file that ends in {' or '.join(ENDINGS)}")
    writer: Any = None
    with new_file(path) as fresh, contextlib.ExitStack() as stack:

        def write(batch: pa.RecordBatch) -> None:
            nonlocal writer
            if writer is None:
                if path.suffix.lower() == ".csv":
                    options = pc.WriteOptions(quoting_style="needed", quoting_header="none")
                    sink = stack.enter_context(fresh.open("wb"))
                    sink.write(BYTE_ORDER_MARK if excel else b"")
                    writer = pc.CSVWriter(sink, batch.schema, write_options=options)
                else:
                    writer = pq.ParquetWriter(fresh, batch.schema, compression="zstd")
                stack.enter_context(writer)
            writer.write(without_formulas(batch) if path.suffix.lower() == ".csv" else batch)

        yield write
        if writer is None:
            fresh.touch()


def _as_text(array: Any) -> Any:
    if pa.types.is_binary(array.type) or pa.types.is_dictionary(array.type):
        values = [
            None if one is None else one.decode("utf-8", "replace") if isinstance(one, bytes)
            else str(one) for one in array.to_pylist()
        ]  # fmt: skip
        return pa.array(values, pa.string())
    return array.cast(pa.string())
