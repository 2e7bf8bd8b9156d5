"""The events behind each number of a report: their lines, and where they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from layers.monitor.grid import Ints
from layers.monitor.grouped import GroupedCounts
from layers.monitor.periods import ANY
from layers.monitor.table_rows import RELATIONS
from layers.monitor.tabulation import day_number, day_text
from layers.report.model import UNION, Days, Labels


@dataclass(frozen=True, slots=True)
class LocatedEvent:
    """An event by file and line, in degrees (WGS84), how far off it may be, its place's name."""

    file: str
    line: int
    lon: float
    lat: float
    within_m: float
    place: str


class EventLines:
    """Events by zone, what they are to it, and group; grouped once, since numbers are many."""

    def __init__(self, counts: GroupedCounts) -> None:
        if counts.result.lines is None:
            self._series: Mapping[str, int] = {}
            return
        frame = counts.result.lines.to_pandas()
        self._frame = frame
        self._days = frame["day"].to_numpy()
        self._radii = counts.result.index.positional_accuracy_m
        labels = [name for name in frame.columns if name.startswith("label ")]
        whole = ["series", "relation"]
        self._all: Mapping[tuple[object, ...], Ints] = frame.groupby(whole).indices
        self._by_group = frame.groupby([*whole, *labels]).indices if labels else {}
        self._series = {
            one.zone_id: place
            for place, one in enumerate(counts.result.index.series)
            if one.status == ANY
        } | {UNION: -1}

    @property
    def first_day(self) -> date | None:
        """Return the first day with an event, None where there is none."""
        found = self._series and len(self._days)
        return date.fromisoformat(day_text(int(self._days.min()))) if found else None

    def of(
        self, zone_id: str, labels: Labels, outcome: str, days: Days, most: int | None = None
    ) -> list[LocatedEvent]:
        """Return the events behind a number in the order of the files, at most so many.

        ``labels`` that are empty stand for all groups together.
        """
        if zone_id not in self._series:
            return []
        key = (self._series[zone_id], RELATIONS[outcome])
        found = self._by_group.get((*key, *labels)) if any(labels) else self._all.get(key)
        if found is None:
            return []
        day = self._days[found]
        held = (day >= day_number(days.first)) & (day <= day_number(days.last))
        return self._events(np.asarray(found)[held][:most])

    def _events(self, at: Ints) -> list[LocatedEvent]:
        rows = self._frame.iloc[at]
        known = len(self._radii)
        within = [self._radii[n] if n < known else 0.0 for n in rows["accuracy"].tolist()]
        places = rows["place"].fillna("").tolist() if "place" in rows else [""] * len(rows)
        columns = (rows[name].tolist() for name in ("file", "line", "lon", "lat"))
        return [LocatedEvent(*values) for values in zip(*columns, within, places, strict=True)]
