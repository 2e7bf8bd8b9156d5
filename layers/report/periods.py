"""The period before a period, or the same one a year earlier."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

import pandas as pd

from layers.report.model import Days

Compare = Literal["previous", "year"]
_DAY, _YEAR = timedelta(days=1), pd.DateOffset(years=1)
_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)


def compared(period: Days, compare: Compare) -> Days:
    """Return what a period is compared with: the one before it, or the same of a year before.

    A week of a year before is 52 weeks earlier, so that it has the same days of the week.
    """
    if compare == "previous":
        return before(period)
    if len(period) == 7 and _WEEK.fullmatch(period.text):
        return _days(period.first - 52 * 7 * _DAY, period.last - 52 * 7 * _DAY)
    return _days(*((pd.Timestamp(day) - _YEAR).date() for day in (period.first, period.last)))


def before(period: Days) -> Days:
    """Return the period that ends on the day before, of months where the period is of months."""
    last = period.first - _DAY
    if months := whole_months(period):
        return _days((pd.Period(period.first, "M") - months).start_time.date(), last)
    return _days(last - (len(period) - 1) * _DAY, last)


def earlier(period: Days, *, most: int, from_day: date) -> Iterator[Days]:
    """Yield the periods before, the latest first, none of which begins before a day."""
    for _ in range(most):
        period = before(period)
        if period.first < from_day:
            return
        yield period


def whole_months(period: Days) -> int:
    """Return of how many calendar months a period is, 0 where it is of other days."""
    if period.first.day != 1 or (period.last + _DAY).day != 1:
        return 0
    first, last = period.first, period.last
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _days(first: date, last: date) -> Days:
    return Days(f"{first}/{last}", first, last)
