"""The lines of the files behind each number of a report."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from layers.monitor.grouped import OUTCOMES as RELATIONS
from layers.monitor.grouped import GroupedCounts
from layers.monitor.periods import ANY
from layers.monitor.tabulation import day_number
from layers.report.model import UNION, Days, Labels

FileLine = tuple[str, int]


class EventLines:
    """Lines by zone, what an event is to it, and group; grouped once, since numbers are many."""

    def __init__(self, counts: GroupedCounts) -> None:
        table = counts.table
        if table is None:
            raise ValueError("the counts were made without lines")
        frame = table.to_pandas()
        self._files = frame["file"].to_numpy()
        self._lines = frame["line"].to_numpy()
        self._days = frame["day"].to_numpy()
        labels = [name for name in frame.columns if name.startswith("label ")]
        whole = ["series", "relation"]
        self._all: Mapping[tuple[object, ...], np.ndarray] = frame.groupby(whole).indices
        self._by_group = frame.groupby([*whole, *labels]).indices if labels else {}
        self._series = {
            one.zone_id: place for place, one in enumerate(counts.index.series) if one.status == ANY
        } | {UNION: -1}

    def of(
        self, zone_id: str, labels: Labels, outcome: str, days: Days, most: int | None = None
    ) -> list[FileLine]:
        """Return file and line of the events behind a number, in order, at most so many.

        ``labels`` that are empty stand for all groups together.
        """
        key = (self._series[zone_id], RELATIONS[outcome])
        found = self._by_group.get((*key, *labels)) if any(labels) else self._all.get(key)
        if found is None:
            return []
        day = self._days[found]
        held = (day >= day_number(days.first)) & (day <= day_number(days.last))
        at = found[held][:most]
        return list(zip(self._files[at].tolist(), self._lines[at].tolist(), strict=True))
