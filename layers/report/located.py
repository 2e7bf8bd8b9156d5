"""Where the events behind a number are: their lines read once more, for the map and for places."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from layers.monitor.columns import Columns, kept_name
from layers.monitor.sources import iter_chunks
from layers.report.event_lines import FileLine


@dataclass(frozen=True, slots=True)
class LocatedEvent:
    """A place in degrees (WGS84), how far off it may be in metres, and what it is called."""

    lon: float
    lat: float
    within_m: float
    place: str


def located_events(
    columns: Columns | None,
    wanted: Collection[FileLine],
    *,
    place: str | None,
) -> Mapping[FileLine, LocatedEvent]:
    """Return the events that stand in some lines; ``place`` is the column that names places."""
    lines: dict[str, list[int]] = {}
    for file, line in wanted:
        lines.setdefault(file, []).append(line)
    found: dict[FileLine, LocatedEvent] = {}

    def kept(header: Sequence[str], _: Columns) -> tuple[str, ...]:
        own = [name for name in header if name.strip().casefold() == (place or "").casefold()]
        return tuple(own[:1]) if place else ()

    for file, own in lines.items():
        numbers = np.unique(own)
        for chunk in iter_chunks([file], columns, kept=kept):
            for rows in chunk.rows():
                at = np.asarray(rows.lines())
                hits = np.flatnonzero(np.isin(at, numbers, assume_unique=False))
                if len(hits):
                    _take(rows.events, at, hits, file, chunk, found)
    return found


def _take(
    events: Any, at: Any, hits: Any, file: str, chunk: Any, found: dict[FileLine, LocatedEvent]
) -> None:
    """Put the events of some rows of a batch among those found."""
    columns: Columns = chunk.columns if hasattr(chunk, "columns") else chunk.layout.columns
    part = events.take(hits)
    lon, lat = (part.column(name).to_pylist() for name in ("lon", "lat"))
    within = [0.0] * len(hits)
    if "accuracy" in part.schema.names:
        radii = columns.positional_accuracy_m
        within = [
            radii[number] if number < len(radii) else 0.0
            for number in part.column("accuracy").to_pylist()
        ]
    places = [""] * len(hits)
    if columns.kept:
        places = [str(one or "") for one in part.column(kept_name(columns.kept[0])).to_pylist()]
    for number, *values in zip(at[hits].tolist(), lon, lat, within, places, strict=True):
        found[(file, number)] = LocatedEvent(*values)
