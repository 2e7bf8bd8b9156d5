"""Rows chosen from a frame: known by a day, holding on a day, in a box.

Each takes a GeoDataFrame of rows (`layers.build.rows`) and gives one, in the same order and
under the same index.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from layers.build.rows import BuiltAtlas, ZonePeriod, best_shapes
from layers.errors import QueryError
from layers.record.dates import parse_day
from layers.record.model import Record

Day = str | date | np.datetime64
"""How a day may be given: as 2020-04-01 or a date; of a moment, its day counts."""


def optional_day(parameter: str, given: Day | None) -> date | None:
    """Return the day that a parameter gives, None where it was left out."""
    return None if given is None else required_day(parameter, given)


def required_day(parameter: str, given: Day) -> date:
    """Return the day that a parameter gives."""
    try:
        value: Any = None if pd.isna(given) is True else given
        if isinstance(given, np.datetime64):
            value = given.astype("datetime64[D]").item()
        if isinstance(value, datetime):  # also pandas's Timestamp
            return value.date()
        return value if isinstance(value, date) else parse_day(value)
    except ValueError as error:
        raise QueryError(parameter, given, str(error)) from None


def check_day(record: Record, on: date | None, parameter: str = "on") -> None:
    """Refuse a day for which the record does not speak; it never extrapolates."""
    first, last = record.atlas.days
    if on is not None and not first <= on <= last:
        raise QueryError(
            parameter,
            on.isoformat(),
            f"{on} is beyond the record, which speaks for {first} to {last}",
        )


def known_by(rows: GeoDataFrame, record: Record, day: date | None) -> GeoDataFrame:
    """Return rows as a reader could know them by the end of a day.

    A period exists if a claim of its start had been stated; its end is open unless a claim of
    its end had been. Claims stated later are left out of the row. None: all is known.
    """
    if day is None:
        return rows
    known = rows[rows["stated_on"] <= np.datetime64(day, "s")].copy()
    stated = record.stated_by(day)
    had_end = known["end_claim_ids"].map(bool)
    for name in ("claim_ids", "start_claim_ids", "end_claim_ids"):
        known[name] = _only(known[name], stated)
    spoken = {key for key, dispute in record.disputes.items() if dispute.is_spoken(stated)}
    known["dispute_ids"] = _only(known["dispute_ids"], spoken)
    known["source_ids"] = known["claim_ids"].map(
        lambda ids: list(dict.fromkeys(record.source_of[key] for key in ids))
    )
    opened = had_end & ~known["end_claim_ids"].map(bool)
    known.loc[opened, ["valid_to", "certain_to", "end_reason"]] = None
    return known


def during(rows: GeoDataFrame, first: date | None, last: date | None) -> GeoDataFrame:
    """Return the rows that hold on some day from ``first`` to ``last`` (None: unbounded)."""
    held = np.ones(len(rows), bool)
    if first is not None:  # a comparison with what is missing, an open end, is False
        held &= ~(rows["valid_to"] < np.datetime64(first, "s")).to_numpy()
    if last is not None:
        held &= (rows["valid_from"] <= np.datetime64(last, "s")).to_numpy()
    return rows[held]


def holding(rows: GeoDataFrame, on: date | None) -> GeoDataFrame:
    """Return the rows that hold on a day, certainly or possibly; all for None."""
    return during(rows, on, on)


def in_box(rows: GeoDataFrame, box: Sequence[float]) -> GeoDataFrame:
    """Return the rows whose nominal, else outer, shape meets a box.

    Parameters
    ----------
    rows
        Rows in EPSG:4326.
    box
        West, south, east, north in degrees; a west side beyond the east side goes over the
        antimeridian.
    """
    west, south, east, north = box
    halves = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    window = shapely.union_all([shapely.box(a, south, b, north) for a, b in halves])
    return rows[best_shapes(rows).intersects(window)]


def disputed(built: BuiltAtlas, row: ZonePeriod) -> bool:
    """Tell whether a row rests on a claim of a side in a dispute about its status."""
    disputes = (built.record.disputes[key] for key in row.dispute_ids)
    contested = {key for one in disputes if one.about == "status" for key in one.claims}
    return not contested.isdisjoint(row.start_claim_ids)


def _only(lists: pd.Series[Any], kept: Container[str]) -> pd.Series[Any]:
    """Return lists of ids without those that are not kept."""
    return lists.map(lambda ids: [key for key in ids if key in kept])
