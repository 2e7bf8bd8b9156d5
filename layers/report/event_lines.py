"""The events behind each number of a report: their lines, and where they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import starmap
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from layers.monitor.grouped import GroupedCounts
from layers.monitor.periods import ANY
from layers.monitor.table_rows import RELATIONS
from layers.monitor.tabulation import day_number, day_text
from layers.report.model import UNION, Days, FileLine, Labels

_COLUMNS = ("file", "line", "series", "relation", "day", "lon", "lat", "accuracy")


class EventLines:
    """Events by zone, what they are to it, and group; grouped once, since numbers are many."""

    def __init__(self, counts: GroupedCounts, *, name_files: bool) -> None:
        read = counts.result.lines
        frame = pd.DataFrame(columns=_COLUMNS) if read is None else read.to_pandas()
        radii = pd.Series(counts.result.index.positional_accuracy_m)
        frame["within_m"] = radii.reindex(frame["accuracy"], fill_value=0.0).to_numpy()
        frame["place"] = frame["place"].fillna("") if "place" in frame else ""
        frame["name"] = frame["file"].map(lambda file: Path(file).name if name_files else "")
        self._frame, self._days = frame, frame["day"].to_numpy()
        labels = [name for name in frame.columns if name.startswith("label ")]
        whole = ["series", "relation"]
        self._all: Mapping[Any, Any] = frame.groupby(whole).indices
        self._by_group: Mapping[Any, Any] = frame.groupby([*whole, *labels]).indices
        self._series = {
            one.zone_id: place
            for place, one in enumerate(counts.result.index.series)
            if one.status == ANY
        } | {UNION: -1}

    @property
    def first_day(self) -> date | None:
        """Return the first day with an event, None where there is none."""
        return date.fromisoformat(day_text(int(self._days.min()))) if len(self._days) else None

    def events(self, zone_id: str, labels: Labels, outcome: str, days: Days) -> pd.DataFrame:
        """Return the events behind a number in the order of the files.

        Columns: ``file``, ``line``, ``lon``, ``lat`` (WGS84), ``within_m``, ``place``, and
        ``name``, the file's where there are several. ``labels`` that are empty stand for all
        groups together.
        """
        key = (self._series.get(zone_id), RELATIONS[outcome])
        found = self._by_group.get((*key, *labels)) if any(labels) else self._all.get(key)
        found = np.zeros(0, np.int64) if found is None else np.asarray(found)
        day = self._days[found]
        held = (day >= day_number(days.first)) & (day <= day_number(days.last))
        events: pd.DataFrame = self._frame.iloc[found[held]]
        return events

    def lines(
        self, zone_id: str, labels: Labels, outcome: str, days: Days, most: int | None = None
    ) -> tuple[FileLine, ...]:
        """Return where the events behind a number stand, at most so many."""
        return file_lines(self.events(zone_id, labels, outcome, days)[:most])


def file_lines(events: pd.DataFrame) -> tuple[FileLine, ...]:
    """Return where events stand."""
    columns = (events[name].tolist() for name in ("name", "line"))
    return tuple(starmap(FileLine, zip(*columns, strict=True)))
