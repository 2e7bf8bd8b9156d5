"""Periods of days: months, quarters, years, days, and weeks that begin on a day of one's choice.

Days are whole numbers counted from 1970-01-01, as Arrow's ``date32``. A period has a number, so
that periods can be counted in arrays, and a text: ``2020-03-05``, ``2020-W11``, ``2020-03``,
``2020-Q1``, ``2020``. ISO 8601 numbers the weeks that begin on Monday and no others; those that
begin on another day are written by their first and last day, ``2020-03-07/2020-03-13``.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from layers.errors import QueryError
from layers.monitor.periods import EPOCH
from layers.record.dates import parse_edtf

BY = ("day", "week", "month", "quarter", "year")
WEEK_STARTS = {"monday": 0, "saturday": 5, "sunday": 6}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_MONDAY = date(1, 1, 1).toordinal()  # the first day that a date can be is a Monday
_QUARTER = re.compile(r"(\d{4})-Q([1-4])\Z", re.ASCII)
_WEEK = re.compile(r"(\d{4})-W(\d\d)\Z", re.ASCII)


def period_of(days: NDArray[np.integer], by: str, week_starts: str = "monday") -> NDArray[np.int64]:
    """Return the number of the period that holds each day."""
    if by == "day":
        return days.astype(np.int64) + EPOCH
    if by == "week":
        return (days.astype(np.int64) + (EPOCH - _MONDAY - WEEK_STARTS[week_starts])) // 7 + 1
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return months // _MONTHS[by]


def period_span(number: int, by: str, week_starts: str = "monday") -> tuple[int, int]:
    """Return the first day of a period and the day after its last."""
    if by == "day":
        return number - EPOCH, number - EPOCH + 1
    if by == "week":
        first = (number - 1) * 7 + WEEK_STARTS[week_starts] + _MONDAY - EPOCH
        return first, first + 7
    ends = (np.array([number, number + 1]) * _MONTHS[by] - 1970 * 12).astype("datetime64[M]")
    first, after = ends.astype("datetime64[D]").astype(np.int64).tolist()
    return first, after


def period_text(number: int, by: str, week_starts: str = "monday") -> str:
    """Return a period as text."""
    first, after = period_span(number, by, week_starts)
    if by == "day":
        return _iso(first)
    if by == "week" and week_starts != "monday":
        return f"{_iso(first)}/{_iso(after - 1)}"
    if by == "week":
        year, week, _ = date.fromordinal(first + EPOCH).isocalendar()
        return f"{year:04d}-W{week:02d}"
    if by == "month":
        return f"{number // 12:04d}-{number % 12 + 1:02d}"
    return f"{number // 4:04d}-Q{number % 4 + 1}" if by == "quarter" else f"{number:04d}"


def period_days(text: str) -> tuple[date, date]:
    """Return the first and the last day of a period written as text; `QueryError` for none.

    Any stretch of days in EDTF will do, as ``2020-03-05/2020-03-31``.
    """
    try:
        if quarter := _QUARTER.match(text):
            year, month = int(quarter[1]), 3 * int(quarter[2])
            after = date(year + month // 12, month % 12 + 1, 1)
            return date(year, month - 2, 1), after - timedelta(days=1)
        if week := _WEEK.match(text):
            first = date.fromisocalendar(int(week[1]), int(week[2]), 1)
            return first, first + timedelta(days=6)
        read = parse_edtf(text)
    except ValueError:
        message = f"{text!r} is no period: write 2020-W11, 2020-Q1, 2020-03, 2020, or FIRST/LAST"
        raise QueryError("period", text, message) from None
    if read.earliest is None or read.latest is None:
        raise QueryError(
            "period", text, "is no stretch of time: write 2020, 2020-Q1, 2020-03 or 2020-W11"
        )
    return read.earliest, read.latest


def _iso(day: int) -> str:
    return str(np.datetime64(day, "D"))
