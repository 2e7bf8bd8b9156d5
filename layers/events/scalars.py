"""What one value means: a number or a day, however people and programs write it.

Digits of any of the three kinds that Arabic is written with, marks of direction and blanks around
them change no meaning. A decimal comma is one where it stands alone, since no coordinate has
thousands. Days written with numbers alone are read where only one reading is a day.
"""

from __future__ import annotations

import functools
import math
import re
from datetime import date, timedelta

EPOCH = date(1970, 1, 1).toordinal()
MISSING = frozenset({"", "na", "n/a", "nan", "-nan", "null", "none", "nat", "-", "#n/a"})
NUMBER = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\s*$"
# The first and last day that a date can be; Arrow reads and holds others too, as year 0.
FIRST_DAY, LAST_DAY = (day.toordinal() - EPOCH for day in (date.min, date.max))
NO_DAY, BAD_DAY, AMBIGUOUS_DAY = -(2**31), -(2**31) + 1, -(2**31) + 2
DAY_ORDERS = ("dmy", "mdy")

_PLAIN = {
    **dict.fromkeys(map(ord, "\u200b\u200e\u200f\u061c\ufeff"), None),
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], None),
    **{0x660 + digit: str(digit) for digit in range(10)},
    **{0x6F0 + digit: str(digit) for digit in range(10)},
    0x66B: ".", 0x2212: "-", 0xA0: " ", 0x202F: " ", 0x60C: ",",
}  # fmt: skip
_NUMBER = re.compile(NUMBER, re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d{1,3},\d+\Z", re.ASCII)
_ENDLESS = frozenset({"inf", "infinity"})
_ENGLISH = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = {name: number for number, whole in enumerate(_ENGLISH, 1) for name in (whole, whole[:3])}
_MONTHS["sept"] = 9
_ZONE = r"(?:\s*(?:Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?"
_TIME = rf"(?:(?:T|\s+)\d{{1,2}}:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s*[AaPp][Mm])?{_ZONE})?\Z"
_UNAMBIGUOUS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"(?P<year>\d{{4}})([-/.])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}}){_TIME}",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:\.0)?\Z",
        rf"(?P<day>\d{{1,2}})[ -](?P<month>[A-Za-z]{{3,9}})\.?[ -](?P<year>\d{{4}}|\d\d){_TIME}",
        rf"(?P<month>[A-Za-z]{{3,9}})\.? (?P<day>\d{{1,2}}),? (?P<year>\d{{4}}){_TIME}",
    )
)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d\d){_TIME}", re.ASCII)
# A spreadsheet's count of days: 5 digits, which no other date has, from 1954 to 2119.
_SERIAL = re.compile(r"([2-7]\d{4})(?:\.\d+)?\Z", re.ASCII)
_SERIAL_0 = date(1899, 12, 30)


def plain(text: str) -> str:
    """Return a text without marks of direction, its digits those of ASCII, blanks cut off."""
    return text.strip() if text.isascii() else text.translate(_PLAIN).strip()


def number_of(text: str) -> float:
    """Return the number that a text is, infinite for ``inf``; NaN where it is none."""
    text = plain(text)
    if _DECIMAL_COMMA.match(text):
        text = text.replace(",", ".")
    if _NUMBER.match(text):
        return float(text)
    return math.inf if text.casefold().lstrip("+-") in _ENDLESS else math.nan


@functools.lru_cache(maxsize=1 << 16)
def day_of(text: str, order: str | None = None) -> int:
    """Return the day that a text names, counted from 1970-01-01.

    2020-03-05 and 2020/3/5 with or without a time, 20200305, 5 March 2020, 5-Mar-20, March 5,
    2020, a spreadsheet's 43895. Numbers with the year last are read as ``order`` says (``dmy``,
    ``mdy``), and without where they are a day in one order alone; else `AMBIGUOUS_DAY`. `BAD_DAY`
    for no day of the calendar, `NO_DAY` for nothing.
    """
    text = plain(text)
    if text.casefold() in MISSING:
        return NO_DAY
    for pattern in _UNAMBIGUOUS:
        if match := pattern.match(text):
            return _number(match["year"], match["month"], match["day"])
    if match := _SERIAL.match(text):
        return (_SERIAL_0 + timedelta(int(match[1]))).toordinal() - EPOCH
    if match := _YEAR_LAST.match(text):
        return _year_last(match[1], match[3], match[4], order)
    return BAD_DAY


def _year_last(one: str, other: str, year: str, order: str | None) -> int:
    days = {"dmy": _number(year, other, one), "mdy": _number(year, one, other)}
    if order is not None:
        return days[order]
    if len(year) == 2:  # any of the three may be the year
        return AMBIGUOUS_DAY
    possible = {day for day in days.values() if day != BAD_DAY}
    return AMBIGUOUS_DAY if len(possible) == 2 else possible.pop() if possible else BAD_DAY


def _number(year: str, month: str, day: str) -> int:
    whole = int(year)
    if len(year) == 2:  # as POSIX has it
        whole += 2000 if whole < 69 else 1900
    number = int(month) if month.isdigit() else _MONTHS.get(month.casefold(), 0)
    try:
        return date(whole, number, int(day)).toordinal() - EPOCH
    except ValueError:
        return BAD_DAY
