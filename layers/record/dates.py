"""All time algebra: days, EDTF level 1 dates, periods and what is known by a day.

Days are calendar days and every interval is closed: a period's last day is in.

EDTF is the Extended Date/Time Format of ISO 8601-2:2019, level 1 (Library of Congress
specification of 2019-02-04). ``~`` (approximate), ``?`` (uncertain) and ``%`` (both) widen
the widest reading by one unit of the date's precision on each side; EDTF itself leaves the
width open.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

# Ordinals of an open end, the second after it.
BEGINNING = date.min.toordinal()
FOREVER = date.max.toordinal() + 1

_DAY = re.compile(r"^(\d{4})-(\d{2})-(\d{2})\Z", re.ASCII)
_SIMPLE = re.compile(
    r"^(?P<year>\d{4}|\d{3}X|\d{2}XX|Y\d+)"
    r"(?:-(?P<month>\d{2}|XX)(?:-(?P<day>\d{2}|XX))?)?"
    r"(?P<doubt>[~?%])?\Z",
    re.ASCII,
)
# The first month of level 1 seasons, 21 (spring) to 24 (winter) of the northern hemisphere.
_SEASONS = {"21": 3, "22": 6, "23": 9, "24": 12}


@dataclass(frozen=True, slots=True)
class Edtf:
    """An EDTF date: the days it may mean.

    ``earliest`` and ``latest`` are the first and last day of the widest reading, None where
    the text leaves that side open (``..``) or unknown (empty).
    """

    text: str
    earliest: date | None
    latest: date | None

    def meets(self, first: date | None, last: date | None) -> bool:
        """Tell whether its widest reading meets ``first``..``last`` (None: unbounded)."""
        return _overlap(self.earliest, self.latest, first, last)


@dataclass(frozen=True, slots=True)
class Validity:
    """When a period held: the widest and the narrowest reading, all days inclusive.

    ``valid_to`` None: no end is recorded. ``certain_from`` None: on no day is it certain.
    """

    valid_from: date
    valid_to: date | None
    certain_from: date | None
    certain_to: date | None

    def holds(self, day: date) -> str | None:
        """Return 'certain', 'possible' or None for one full day."""
        if not meets(self, day, day):
            return None
        certain = self.certain_from and _overlap(self.certain_from, self.certain_to, day, day)
        return "certain" if certain else "possible"


def parse_day(text: str) -> date:
    """Return a full day from ``YYYY-MM-DD``; ValueError says what is wrong."""
    match = _DAY.match(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{text!r} is no full day: write YYYY-MM-DD, as 2020-03-05")
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError as error:
        raise ValueError(f"{text!r} is no day of the calendar ({error})") from None


def parse_edtf(text: str) -> Edtf:
    """Return an EDTF level 1 date or interval; ValueError says what is wrong."""
    if not isinstance(text, str) or not text:
        raise ValueError(f"{text!r} is no EDTF date: write 2020-03-05, 2020-03 or 2020")
    return _parsed(text)


@lru_cache(maxsize=4096)  # a record says the same days again and again
def _parsed(text: str) -> Edtf:
    if "/" not in text:
        return Edtf(text, *_simple(text))
    parts = text.split("/")
    if len(parts) != 2 or all(part in ("", "..") for part in parts):
        raise ValueError(f"{text!r} is no EDTF interval: write start/end, as 2016/2017-05-18")
    start, end = ((None, None) if part in ("", "..") else _simple(part) for part in parts)
    if start[0] and end[1] and end[1] < start[0]:
        raise ValueError(f"{text!r} ends before it starts")
    return Edtf(text, start[0], end[1])


def _simple(text: str) -> tuple[date, date]:
    """Return the first and the last day that a date may mean."""
    match = _SIMPLE.match(text)
    if match is None:
        raise ValueError(
            f"{text!r} is no EDTF level 1 date: write 2020-03-05, 2020-03, 2020, 2016~ or a/b"
        )
    year, month, day, doubt = match.group("year", "month", "day", "doubt")
    if year.startswith("Y"):
        raise ValueError(f"{text!r}: years of more than four digits are not supported")
    if "X" in year and month is not None:
        raise ValueError(f"{text!r}: a month needs a full year at EDTF level 1")
    if month == "XX" and day not in (None, "XX"):
        raise ValueError(f"{text!r}: a day needs a month at EDTF level 1")
    if month in _SEASONS and day is not None:
        raise ValueError(f"{text!r}: a season has no day")
    try:
        first, after = _bounds(year, month, day, is_sure=doubt is None)
        return date.fromordinal(first), date.fromordinal(after - 1)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is no date of the calendar ({error})") from None


def _bounds(year: str, month: str | None, day: str | None, *, is_sure: bool) -> tuple[int, int]:
    """Return ordinals: of the first day, and of the one after the last.

    What is not sure may lie one unit of the date's precision earlier or later.
    """
    low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if month is None or month == "XX":
        start, length = low * 12, (high - low + 1) * 12
    elif month in _SEASONS:
        start, length = low * 12 + _SEASONS[month] - 1, 3
    else:
        first = date(low, int(month), 1 if day in (None, "XX") else int(day))
        if day not in (None, "XX"):
            margin = 0 if is_sure else 1
            return first.toordinal() - margin, first.toordinal() + 1 + margin
        start, length = low * 12 + first.month - 1, 1
    margin = 0 if is_sure else length
    return _first_day(start - margin), _first_day(start + length + margin)


def _first_day(months: int) -> int:
    """Return the ordinal of the first day after so many months since the year 0."""
    year, month = divmod(months, 12)
    return FOREVER if months == 12 * 10_000 else date(year, month + 1, 1).toordinal()


def validity(start: Edtf, end: Edtf | None, no_later_than: date | None = None) -> Validity:
    """Return when a period held, from the readings of its start and its last day.

    Widest: from the earliest start to the latest end. Narrowest: from the latest start to
    the earliest end, None where that is empty. An open start or a start after the end
    raises ValueError.
    """
    if start.earliest is None:
        raise ValueError(f"{start.text!r} has no earliest day: a period needs one")
    latest_end = end.latest if end else no_later_than
    if latest_end is not None and latest_end < start.earliest:
        shown = end.text if end else str(no_later_than)
        raise ValueError(f"it ends ({shown}) before it starts ({start.text})")
    certain_from = start.latest
    certain_to = end.earliest if end else no_later_than
    unsure_end = end is not None and end.earliest is None
    if certain_from is None or unsure_end or (certain_to and certain_to < certain_from):
        certain_from = certain_to = None
    return Validity(start.earliest, latest_end, certain_from, certain_to)


def certain_overlap(one: Validity, other: Validity) -> bool:
    """Tell whether two periods overlap however their dates are read."""
    if one.certain_from is None or other.certain_from is None:
        return False
    return _overlap(one.certain_from, one.certain_to, other.certain_from, other.certain_to)


def meets(one: Validity, first: date | None, last: date | None) -> bool:
    """Tell whether a period's widest reading meets ``first``..``last`` (None: unbounded)."""
    return _overlap(one.valid_from, one.valid_to, first, last)


def _overlap(
    first: date | None, last: date | None, other: date | None, other_last: date | None
) -> bool:
    """Tell whether days from one to another meet others; None is an unbounded end."""
    return (first or date.min) <= (other_last or date.max) and (other or date.min) <= (
        last or date.max
    )


_UNITS = ("hour", "day", "week", "month", "year")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_TERM = re.compile(
    rf"^(?:within )?(?P<count>\d{{1,4}}) (?P<unit>{'|'.join(_UNITS)})s? (?:of|from|after) "
    r"(?:(?P<signing>signing)|(?:(?P<hour>noon|[01]\d:[0-5]\d|2[0-3]:[0-5]\d) )?"
    rf"(?:(?P<iso>\d{{4}}-\d\d-\d\d)|(?P<day>\d{{1,2}}) (?P<month>{'|'.join(_MONTHS)}) "
    r"(?P<year>\d{4})))\Z",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Term:
    """A span of time that an agreement counts from its signing, or from a day and hour."""

    text: str
    count: int
    unit: str
    anchor: date | None
    """None: the day of signing."""
    minutes: int | None
    """Minutes of the anchor's day that are over; None where no hour is told."""

    def last_day(self, signed: date) -> date:
        """Return the day on which it ends; an end at midnight is the end of the day before."""
        start = self.anchor or signed
        if self.unit in ("month", "year"):
            months = self.count * (12 if self.unit == "year" else 1)
            year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
            return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
        if self.unit == "hour":
            # Where no hour is told, the whole of the first day may lie before.
            minutes = (1440 if self.minutes is None else self.minutes) + self.count * 60
            return start + timedelta(days=(minutes - 1) // 1440)
        return start + timedelta(days=self.count * (7 if self.unit == "week" else 1))


def parse_due(text: str) -> Edtf | Term:
    """Return an EDTF date or a term, as ``within 7 days of signing``."""
    if not isinstance(text, str) or " " not in text:
        return parse_edtf(text)
    match = _TERM.match(text)
    if match is None:
        raise ValueError(
            f"{text!r} is no date and no term: write 2018-10-10, 'within 7 days of signing' or "
            "'150 hours from noon 23 October 2019'"
        )
    told = match.groupdict()
    anchor, hour = None, told["hour"]
    if not told["signing"]:
        month = _MONTHS.index(told["month"]) + 1 if told["month"] else 0
        anchor = parse_day(told["iso"] or f"{told['year']}-{month:02}-{int(told['day']):02}")
    minutes = None
    if hour:
        minutes = 720 if hour == "noon" else int(hour[:2]) * 60 + int(hour[3:])
    return Term(text, int(told["count"]), told["unit"], anchor, minutes)


def due_days(text: str, signed: date) -> tuple[date | None, date | None]:
    """Return the first and the last day that a date or a term of an agreement may mean.

    A term ends on one day; a deadline has passed after the last day that it may mean.
    """
    due = parse_due(text)
    if isinstance(due, Edtf):
        return due.earliest, due.latest
    day = due.last_day(signed)
    return day, day
