"""Rows of a file or a request as questions about points, and their answers as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from layers.errors import QueryError
from layers.events.points import PointCells
from layers.events.scalars import AMBIGUOUS_DAY, BAD_DAY, EPOCH, NO_DAY, day_of, number_of
from layers.query.points import PointAnswer, PointIndex, PointQuery, query_points

Days = Mapping[str, date | None]
"""The days ``on`` and ``known_by`` of rows that have none of their own."""


@dataclass(frozen=True, slots=True)
class PointRow:
    """One row: where it stood, its name, what it asks or what is wrong with it."""

    line: int
    name: Any
    asked: PointQuery | QueryError


def point_row(one: PointCells, given: Days, order: str | None = None) -> PointRow:
    """Return what a row asks; ``given`` are the days of rows that have none of their own."""
    cells = one.cells
    name = cells.get("id")
    if name is not None and (isinstance(name, bool) or not isinstance(name, str | int | float)):
        return PointRow(one.line, None, QueryError("id", "", "must be a text or a number"))
    name = name.strip() or None if isinstance(name, str) else name
    if one.fault:
        return PointRow(one.line, name, QueryError(one.where, one.line, one.fault))
    try:
        on, known_by = (_day(part, cells.get(part), given, order) for part in ("on", "known_by"))
        lon, lat = (_number(part, cells.get(part)) for part in ("lon", "lat"))
        return PointRow(one.line, name, PointQuery(lon, lat, on, known_by))
    except QueryError as error:
        return PointRow(one.line, name, error)


def _day(part: str, value: Any, given: Days, order: str | None) -> date | None:
    text = "" if value is None else str(value)
    day = day_of(text, order) if len(text) <= 200 else BAD_DAY
    if day == NO_DAY:
        return given.get(part)
    if day == AMBIGUOUS_DAY:
        message = f"{text[:40]!r} may be read day or month first; write it as 2020-03-05"
        raise QueryError(part, text, message)
    if day == BAD_DAY:
        raise QueryError(part, text, f"{text[:40]!r} is no day; write it as 2020-03-05")
    return date.fromordinal(day + EPOCH)


def _number(part: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise QueryError(part, value, "must be a number")
    text = str(value)
    number = number_of(text) if len(text) <= 200 else math.nan
    if not math.isfinite(number):
        raise QueryError(part, text, f"{text[:40]!r} is no number")
    return number


def answers_of(index: PointIndex, rows: Sequence[PointRow]) -> Iterator[dict[str, Any]]:
    """Yield the answer to each row as the service gives it, or what is wrong with the row."""
    sound = [row.asked for row in rows if isinstance(row.asked, PointQuery)]
    results = iter(query_points(index, sound))
    for row in rows:
        result = row.asked if isinstance(row.asked, QueryError) else next(results)
        yield _answer(row, result)


def _answer(row: PointRow, result: list[PointAnswer] | QueryError) -> dict[str, Any]:
    head = {"line": row.line} if row.name is None else {"line": row.line, "id": row.name}
    if isinstance(result, QueryError) or isinstance(row.asked, QueryError):
        fault = result if isinstance(result, QueryError) else row.asked
        return {**head, "error": str(fault), "parameter": getattr(fault, "parameter", None)}
    asked = row.asked
    return {
        **head,
        "lon": asked.lon,
        "lat": asked.lat,
        "on": asked.on and asked.on.isoformat(),
        "known_by": asked.known_by and asked.known_by.isoformat(),
        "zones": [answer.as_dict() for answer in result],
    }
