"""Where the axes of a plot have their marks: whole counts, and days that people name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from layers.printing.fonts import width

SIZE = 7.0
# From the finest: every so many days, months or years.
_EVERY = (
    *(("day", step) for step in (1, 2, 7, 14)),
    *(("month", step) for step in (1, 2, 3, 6)),
    *(("year", step) for step in (1, 2, 5, 10, 20, 50, 100, 500)),
)


def count_steps(top: int) -> list[int]:
    """Return at most four whole numbers from 0 up to ``top``.

    >>> count_steps(7), count_steps(1), count_steps(340)
    ([0, 2, 4, 6], [0, 1], [0, 100, 200, 300])
    """
    scale = 1
    while True:
        for step in (scale, 2 * scale, 5 * scale):
            if top // step <= 3:
                return [step * at for at in range(max(1, top) // step + 1)]
        scale *= 10


def time_ticks(
    first: int, after: int, across: float, words: Mapping[str, Any], lang: str
) -> list[tuple[int, str]]:
    """Return days and their names, the finest that leave each name its room.

    ``first`` and ``after`` are ordinals, ``across`` the length between them in points.
    """
    ticks: list[tuple[int, str]] = []
    for unit, step in _EVERY:
        if (after - first) / {"day": 1, "month": 31, "year": 366}[unit] / step > across / 12:
            continue
        ticks = list(_ticks(unit, step, first, after, words))
        places = [(day - first) / (after - first) * across for day, _ in ticks] + [across + 99]
        rooms = (later - here for here, later in pairwise(places))
        if all(
            width(text, SIZE, lang=lang) + 7 <= room
            for (_, text), room in zip(ticks, rooms, strict=True)
        ):
            return ticks
    return ticks


def _ticks(
    unit: str, step: int, first: int, after: int, words: Mapping[str, Any]
) -> Iterator[tuple[int, str]]:
    start, months = date.fromordinal(first), words["months_short"]
    if unit == "day":
        for ordinal in range(first, after, step):
            day = date.fromordinal(ordinal)
            text = f"{day.day} {months[day.month - 1]}"
            yield ordinal, f"{text} {day.year}" if ordinal == first else text
    elif unit == "month":
        for number in range(12 * start.year, 12 * (date.fromordinal(after - 1).year + 1), step):
            day = date(number // 12, number % 12 + 1, 1)
            if first <= day.toordinal() < after:
                yield day.toordinal(), f"{months[day.month - 1]} {day.year}"
    else:
        last = date.fromordinal(after - 1).year
        for year in range(start.year - start.year % step, last + 1, step):
            if year >= 1 and first <= date(year, 1, 1).toordinal() < after:
                yield date(year, 1, 1).toordinal(), str(year)
