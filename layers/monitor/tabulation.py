"""How events are tabulated: by which periods, in which groups, and what is added up.

A `Tabulation` is plain data. It goes to every thread and worker with the zones, so a result does
not depend on how the work was cut.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from layers.errors import QueryError
from layers.events.columns import Columns
from layers.monitor.calendar import BY, WEEK_STARTS, period_of, period_span, period_text
from layers.monitor.mapping import Mapping
from layers.monitor.periods import EPOCH

MAX_GROUPS = 3
_CLOCKS = ("time", "event_time", "event time", "hour", "الوقت", "الساعة", "час")
_CUTOFF = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?:([+-])([01]\d):?([0-5]\d)|(Z))?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Group:
    """What events are grouped by: a column of a file, under headings if there is a mapping."""

    name: str
    mapping: Mapping | None = None

    @property
    def headings(self) -> Mapping | None:
        """Return the mapping that gives the group its headings, None where words stay as they are.

        That is the group's own, else the ready-made one of its name.
        """
        return self.mapping or Mapping.ready_made(self.name)

    def column_in(self, header: Sequence[str]) -> tuple[str, Mapping | None]:
        """Return the column of a header that has the group's words, and what maps them.

        A column of the group's own name is taken as it is. Where there is none, the ready-made
        mapping of that name tells which column to read.
        """
        if self.mapping is None and (own := spelt_in(header, self.name)) is not None:
            return own, None
        mapping = self.headings
        if mapping is None:
            raise _missing("group", self.name, header)
        column = mapping.column_of(header)
        if column is None:
            named = ", ".join(map(repr, mapping.columns))
            raise QueryError(
                "group", self.name, f"{self.name!r} is read from one of {named}; there are "
                f"{', '.join(header[:40])}"
            )  # fmt: skip
        return column, mapping


@dataclass(frozen=True, slots=True)
class Cutoff:
    """The hour at which a report's day ends: an event after it belongs to the next day.

    ``offset_s`` is what the hour's own clock is ahead of UTC, None where it is that of the zone.
    """

    second: int
    offset_s: int | None
    zone: str | None

    @classmethod
    def parse(cls, text: str, zone: str | None) -> Cutoff:
        """Return the cut-off that ``19:30`` or ``19:30+03:00`` says; ``zone`` is its IANA zone."""
        match = _CUTOFF.match(text.strip())
        if match is None:
            raise QueryError("cutoff", text, f"{text!r} is no hour: write 19:30 or 19:30+03:00")
        hour, minute, sign, hours, minutes, utc = match.groups()
        offset = 0 if utc else None
        if sign:
            offset = (int(hours) * 60 + int(minutes)) * 60 * (-1 if sign == "-" else 1)
        if zone is not None:
            check_timezone(zone)
        elif offset is None:
            raise QueryError(
                "cutoff", text, "say by which clock: 19:30+03:00, or 19:30 with a timezone"
            )
        return cls((int(hour) * 60 + int(minute)) * 60, offset, zone)


def check_timezone(zone: str) -> None:
    """Refuse what is no name of a time zone."""
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError):  # its own error is a KeyError
        raise QueryError("timezone", zone, f"{zone!r} is no time zone, as Europe/Athens") from None


@dataclass(frozen=True, slots=True)
class Tabulation:
    """How events are counted.

    ``first``, ``last`` and ``since`` are days (`layers.monitor.calendar`): the first and the last
    day counted, and the one from which running totals are added up. ``cuts``, in place of ``by``,
    are the first days of stretches of any length; days before the first are left out, and so
    are those from the last on. ``weight`` is the column that says for how many events a row
    stands. ``noted`` is a span, first day and day after: rows of other days are in no note.
    """

    by: str = "month"
    week_starts: str = "monday"
    first: int | None = None
    last: int | None = None
    since: int | None = None
    cutoff: Cutoff | None = None
    groups: tuple[Group, ...] = ()
    sums: tuple[str, ...] = ()
    distinct: tuple[str, ...] = ()
    weight: str | None = None
    union: bool = False
    cuts: tuple[int, ...] = field(default=())
    noted: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be counted by."""
        if self.by not in BY:
            raise QueryError("by", self.by, f"{self.by!r} is none of {', '.join(BY)}")
        if self.week_starts not in WEEK_STARTS:
            raise QueryError(
                "week_starts", self.week_starts,
                f"{self.week_starts!r} is none of {', '.join(WEEK_STARTS)}",
            )  # fmt: skip
        names = [group.name.casefold() for group in self.groups]
        if len(names) > MAX_GROUPS or len(set(names)) < len(names):
            raise QueryError("group", ",".join(names), f"name up to {MAX_GROUPS} groups, each once")
        if self.first is not None and self.last is not None and self.first > self.last:
            raise QueryError("from", day_text(self.first), "lies after the last day")

    @classmethod
    def of(cls, by: str | Tabulation) -> Tabulation:
        """Return a tabulation, of a period the one that counts events by it."""
        return by if isinstance(by, Tabulation) else cls(by)

    @property
    def measures(self) -> tuple[str, ...]:
        """Return the columns whose numbers are added up, the weight first."""
        return (*([] if self.weight is None else [self.weight]), *self.sums)

    @property
    def main(self) -> int:
        """Return which numbers are the events: the rows of a file, or their weight."""
        return 0 if self.weight is None else 1

    @property
    def dimensions(self) -> tuple[Group, ...]:
        """Return what events are kept apart by: the groups, then what is counted as distinct."""
        return (*self.groups, *(Group(name) for name in self.distinct))

    @property
    def plain(self) -> bool:
        """Tell whether nothing of an event counts but place and day."""
        return not (self.dimensions or self.measures or self.cutoff)

    def kept(self, header: Sequence[str], columns: Columns) -> tuple[str, ...]:
        """Return the columns of a file to read besides, as `layers.events.columns.Kept` says."""
        names = [group.column_in(header)[0] for group in self.groups]
        weight = () if self.weight is None else (self.weight,)
        for option, wanted in (("sum", self.sums), ("distinct", self.distinct), ("weight", weight)):
            for name in wanted:
                if (own := spelt_in(header, name)) is None:
                    raise _missing(option, name, header)
                names.append(own)
        if self.cutoff is not None:
            names.append(columns.date)
            if (clock := clock_in(header)) is not None:
                names.append(clock)
        return tuple(dict.fromkeys(names))

    # Periods have numbers. Where totals run from a day, the period that it lies in is cut there.

    def numbers_of(self, days: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the number of what each day is counted under."""
        if self.cuts:
            return np.searchsorted(np.array(self.cuts), days, side="right").astype(np.int64)
        number = period_of(days, self.by, self.week_starts)
        return number if self.since is None else number * 2 + (days >= self.since)

    def counts_day(self, days: NDArray[np.integer]) -> NDArray[np.bool_] | None:
        """Tell which days are counted at all; None for every one."""
        first, last = self.first, self.last
        if self.cuts:
            first, last = self.cuts[0], self.cuts[-1] - 1
        if first is None and last is None:
            return None
        counted: NDArray[np.bool_] = (days >= (-np.inf if first is None else first)) & (
            days <= (np.inf if last is None else last)
        )
        return counted

    def text(self, number: int) -> str:
        """Return a period as text."""
        return period_text(number, self.by, self.week_starts)

    def span(self, number: int) -> tuple[int, int]:
        """Return the first day of a period that is counted and the day after its last."""
        first, after = period_span(number, self.by, self.week_starts)
        if self.first is not None:
            first = max(first, self.first)
        if self.last is not None:
            after = min(after, self.last + 1)
        return first, after

    def as_dict(self) -> dict[str, object]:
        """Return what a table says of how it was counted; what was not asked is left out."""
        zone = self.cutoff
        said: dict[str, object | None] = {
            "by": self.by,
            "week_starts": self.week_starts if self.by == "week" else None,
            "from": None if self.first is None else day_text(self.first),
            "to": None if self.last is None else day_text(self.last),
            "since": None if self.since is None else day_text(self.since),
            "cutoff": zone and _clock(zone),
            "timezone": zone and zone.zone,
            "group": [group.name for group in self.groups] or None,
            "sum": list(self.sums) or None,
            "distinct": list(self.distinct) or None,
            "weight": self.weight,
        }
        return {name: value for name, value in said.items() if value is not None}


def day_number(day: date) -> int:
    """Return a day as a whole number counted from 1970-01-01."""
    return day.toordinal() - EPOCH


def day_text(day: int) -> str:
    """Return such a number as a day."""
    return date.fromordinal(day + EPOCH).isoformat()


def groups_of(names: Sequence[str], mappings: Map[str, Mapping] | None = None) -> tuple[Group, ...]:
    """Return groups by name; `QueryError` for a mapping of a name that is no group."""
    known = dict(mappings or {})
    for name in known:
        if name not in names:
            raise QueryError("mapping", name, f"{name!r} is none of the groups; name it with group")
    return tuple(Group(name, known.get(name)) for name in names)


def spelt_in(header: Sequence[str], name: str) -> str | None:
    """Return a column as a header spells it, None where there is none of that name."""
    wanted = name.strip().casefold()
    return next((one for one in header if one.strip().casefold() == wanted), None)


def clock_in(header: Sequence[str]) -> str | None:
    """Return the column that has the hour beside the day, None where there is none."""
    return next((one for one in header if one.strip().casefold() in _CLOCKS), None)


def _missing(option: str, name: str, header: Sequence[str]) -> QueryError:
    there = ", ".join(header[:40])
    return QueryError(option, name, f"there is no column {name!r}; there are {there}")


def _clock(cutoff: Cutoff) -> str:
    text = f"{cutoff.second // 3600:02d}:{cutoff.second // 60 % 60:02d}"
    if cutoff.offset_s is None:
        return text
    minutes = abs(cutoff.offset_s) // 60
    return f"{text}{'-' if cutoff.offset_s < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
