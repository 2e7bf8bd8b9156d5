"""Temporal operators of CQL2 over days; a day is an instant, an interval has both its ends in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from api.columns import Mask
from api.params import parse_interval
from api.table import FeatureTable
from layers.errors import QueryError
from layers.record.dates import BEGINNING, FOREVER

Span = tuple[Any, Any, Any]
"""First and last day as ordinals, and where they are unknown."""

_ONE_DAY = {"date", "timestamp", "property"}
_DAY_AND_T = re.compile(r"^\d{4}-\d{2}-\d{2}T\Z", re.ASCII)
TEMPORAL: dict[str, Callable[[Any, Any, Any, Any], Any]] = {
    "t_after": lambda a, _b, _c, d: a > d,
    "t_before": lambda _a, b, c, _d: b < c,
    "t_contains": lambda a, b, c, d: (a < c) & (b > d),
    "t_disjoint": lambda a, b, c, d: (b < c) | (a > d),
    "t_during": lambda a, b, c, d: (a > c) & (b < d),
    "t_equals": lambda a, b, c, d: (a == c) & (b == d),
    "t_finishedby": lambda a, b, c, d: (a < c) & (b == d),
    "t_finishes": lambda a, b, c, d: (a > c) & (b == d),
    "t_intersects": lambda a, b, c, d: (a <= d) & (b >= c),
    "t_meets": lambda _a, b, c, _d: b == c,
    "t_metby": lambda a, _b, _c, d: a == d,
    "t_overlappedby": lambda a, b, c, d: (a > c) & (a < d) & (b > d),
    "t_overlaps": lambda a, b, c, d: (a < c) & (b > c) & (b < d),
    "t_startedby": lambda a, b, c, d: (a == c) & (b > d),
    "t_starts": lambda a, b, c, d: (a == c) & (b < d),
}


def temporal(table: FeatureTable, op: str, args: list[Any]) -> tuple[Mask, Mask]:
    """Return where a temporal relation holds, and where it is unknown."""
    (a, b, one), (c, d, other) = (_span(table, arg) for arg in args)
    size = (len(table),)
    held = np.broadcast_to(np.asarray(TEMPORAL[op](a, b, c, d), bool), size)
    return held, np.broadcast_to(np.asarray(one) | np.asarray(other), size)


def instant(node: dict[str, Any]) -> int:
    """Return the day of a date or timestamp literal as an ordinal."""
    text = node.get("date", node.get("timestamp"))
    try:
        if not isinstance(text, str) or "/" in text:
            raise QueryError("filter", text, f"{str(text)[:40]!r} is no date")
        # GDAL writes a day with the T of a time that does not follow.
        first, last = parse_interval(text[:-1] if _DAY_AND_T.match(text) else text)
        if first != last:
            raise QueryError("filter", text, f"{text[:40]!r} is no one day")
    except QueryError as error:
        raise QueryError("filter", text, error.message) from None
    return first.toordinal() if first else BEGINNING


def _span(table: FeatureTable, node: Any) -> Span:
    ends = node.get("interval") if isinstance(node, dict) else None
    if isinstance(ends, list) and len(ends) == 2:
        first, unknown = _end(table, ends[0], BEGINNING)
        # A last day that is not there stands for an open end, as in valid_to.
        last, _ = _end(table, ends[1], FOREVER)
        return first, last, unknown
    if isinstance(node, str) or (isinstance(node, dict) and node.keys() & _ONE_DAY):
        days, unknown = _days(table, node)
        return days, days, unknown
    raise QueryError("filter", "", "temporal operators take a date, an interval or a date property")


def _end(table: FeatureTable, node: Any, bound: int) -> tuple[Any, Any]:
    if node == "..":
        return bound, False
    days, null = _days(table, node)
    return np.where(null, bound, days), null


def _days(table: FeatureTable, node: Any) -> tuple[Any, Any]:
    if isinstance(node, dict) and "property" in node:
        return _dates(table, str(node["property"]))
    return instant(node if isinstance(node, dict) else {"date": node}), False


def _dates(table: FeatureTable, name: str) -> tuple[Any, Mask]:
    column = table.columns.get(name)
    if column is None or column.kind != "date":
        known = [key for key, held in table.columns.items() if held.kind == "date"]
        message = f"{name[:40]!r} is no date property; known: {', '.join(known) or 'none'}"
        raise QueryError("filter", name, message)
    return column.array, column.null
