"""Turn a table of counts into what a plot draws: a panel a zone, bars, stretches of status.

Days are ordinals and every span is half-open, ``[first, after)``, as in `layers.dates`. No
drawing happens here: what is said in a picture can be tested without one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from layers.build import TRACKS, Layers, Row
from layers.dates import parse_day, parse_edtf
from layers.errors import QueryError

_QUARTER = re.compile(r"(\d{4})-Q([1-4])\Z", re.ASCII)
# A span of fewer bars than this says nothing of time around it, and its bars are slabs.
_LEAST_BARS = 12
# A bar this many times as high as the next is cut, with its number written on it.
_OUTLIER, _LEAST_CUT = 5, 20


@dataclass(frozen=True, slots=True)
class Bar:
    """The events of one zone in one stretch of time, each in one of three counts."""

    first: int
    after: int
    full: int
    some: int
    imprecise: int

    @property
    def total(self) -> int:
        """Return the height of the bar."""
        return self.full + self.some + self.imprecise


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one track in which a zone keeps its status; ``certain`` in every reading.

    ``lane`` of ``lanes``: where sources disagree on a day, each has a lane of its own.
    """

    track: str
    status: str
    first: int
    after: int
    certain: bool
    lane: int
    lanes: int


@dataclass(frozen=True, slots=True)
class Panel:
    """One zone: its names, its bars in time's order and its stretches."""

    zone_id: str
    name: str
    zone_type: str
    bars: tuple[Bar, ...]
    stretches: tuple[Stretch, ...]

    @property
    def full(self) -> int:
        """Return how many events lie inside in every reading."""
        return sum(bar.full for bar in self.bars)

    @property
    def some(self) -> int:
        """Return how many events lie inside in some readings only."""
        return sum(bar.some for bar in self.bars)

    @property
    def imprecise(self) -> int:
        """Return how many events are known too imprecisely to tell."""
        return sum(bar.imprecise for bar in self.bars)

    @property
    def top(self) -> int:
        """Return the height at which bars are cut: above it stands at most one in twenty."""
        heights = sorted((bar.total for bar in self.bars), reverse=True)
        for cut, (high, low) in enumerate(pairwise(heights)):
            if 20 * cut >= len(heights):
                break
            if high >= max(_LEAST_CUT, _OUTLIER * low):
                return low
        return heights[0] if heights else 0


@dataclass(frozen=True, slots=True)
class Series:
    """All panels in the order of the layers, and the time that they share."""

    panels: tuple[Panel, ...]
    first: int
    after: int
    record_first: int
    record_after: int
    nowhere: int
    by: str
    """What one bar stands for: day, month, quarter or year."""


def series_of(counts: Any, layers: Layers, *, lang: str = "en") -> Series:
    """Return the series of a counts table (Arrow or pandas; see `layers/monitor/README.md`).

    A zone has a panel where an event was counted in it, or where it has a shape and one of its
    periods meets the time shown. That time is the one in which events were counted.
    """
    rows = list(_totals(counts))
    by = _unit(text for _, text, _ in rows)
    found: dict[str, list[Bar]] = {}
    nowhere = 0
    for zone, text, (full, some, imprecise) in rows:
        if not zone:
            nowhere += full + some + imprecise
        elif full or some or imprecise:
            found.setdefault(zone, []).append(Bar(*period_days(text), full, some, imprecise))
    record = layers.record.atlas
    known = (parse_day(record.record_from).toordinal(), parse_day(record.record_to).toordinal() + 1)
    first, after = _span(found.values(), (text for _, text, _ in rows), known, by)
    panels = tuple(_panels(layers, found, (first, after), known, lang))
    return Series(panels, first, after, *known, nowhere, by)


def period_days(text: str) -> tuple[int, int]:
    """Return the days of ``2020``, ``2020-Q1``, ``2020-03`` or ``2020-03-05``."""
    quarter = _QUARTER.match(text)
    if quarter:
        year, month = int(quarter[1]), 3 * int(quarter[2]) - 2
        later = date(year + month // 12, (month + 3) % 12, 1)
        return date(year, month, 1).toordinal(), later.toordinal()
    try:
        read = parse_edtf(text)
    except ValueError as error:
        raise QueryError("period", text, str(error)) from None
    if read.earliest is None or read.latest is None:
        raise QueryError("period", text, "is no stretch of time: write 2020, 2020-Q1 or 2020-03")
    return read.earliest.toordinal(), read.latest.toordinal() + 1


def _totals(counts: Any) -> Iterator[tuple[str, str, tuple[int, int, int]]]:
    """Yield zone, period and the three counts of the rows that hold a zone's totals."""
    names = ("zone_id", "track", "status", "period", "inside_all", "inside_some", "too_imprecise")
    columns = [_listed(counts, name) for name in names]
    for zone, track, status, period, *three in zip(*columns, strict=True):
        if not track and status in ("any", "", None):
            full, some, imprecise = (int(number or 0) for number in three)
            yield zone or "", period, (full, some, imprecise)


def _listed(counts: Any, name: str) -> list[Any]:
    column = counts[name]
    return column.to_pylist() if hasattr(column, "to_pylist") else list(column)


def _unit(periods: Iterable[str]) -> str:
    text = next(iter(periods), "2020-01")
    if _QUARTER.match(text):
        return "quarter"
    return {4: "year", 7: "month", 10: "day"}.get(len(text), "month")


def _span(
    bars: Iterable[Sequence[Bar]], periods: Iterable[str], known: tuple[int, int], by: str
) -> tuple[int, int]:
    """Return the days to show: those counted in zones, else in the file, else the record's."""
    days = [(bar.first, bar.after) for zone in bars for bar in zone]
    days = days or [period_days(text) for text in set(periods)] or [known]
    first, after = min(first for first, _ in days), max(after for _, after in days)
    bar = {"day": 1, "month": 30.44, "quarter": 91.31, "year": 365.24}[by]
    missing = _LEAST_BARS * bar - (after - first)
    if missing > 0:
        first, after = first - int(missing / 2), after + int(missing / 2)
    return max(1, first), min(after, date.max.toordinal())


def _panels(
    layers: Layers,
    found: Mapping[str, Sequence[Bar]],
    shown: tuple[int, int],
    known: tuple[int, int],
    lang: str,
) -> Iterator[Panel]:
    rows: dict[str, list[Row]] = {}
    for row in layers.rows:
        rows.setdefault(row.zone_id, []).append(row)
    for zone in dict.fromkeys([*rows, *sorted(found)]):
        bars = tuple(sorted(found.get(zone, ()), key=lambda bar: bar.first))
        own = rows.get(zone, [])
        drawn = any(layers.drawn[row.id].outer is not None for row in own)
        stretches = tuple(
            stretch
            for track in TRACKS
            for stretch in _stretches([row for row in own if row.track == track], shown, known)
        )
        if not bars and not (drawn and stretches):
            continue
        name = (own[0].name_ar if lang == "ar" else own[0].name_en) if own else zone
        yield Panel(zone, name, own[0].zone_type if own else "label", bars, stretches)


def _stretches(
    rows: Sequence[Row], shown: tuple[int, int], known: tuple[int, int]
) -> Iterator[Stretch]:
    """Yield one track's rows, cut to what is shown and to what the record speaks for."""
    low, high = max(shown[0], known[0]), min(shown[1], known[1])
    ends: list[int] = []  # of each lane, the first free day
    placed: list[tuple[Row, int]] = []
    for row in sorted(rows, key=lambda row: (row.valid_from, row.id)):
        first = row.valid_from.toordinal()
        lane = next((at for at, free in enumerate(ends) if free <= _sure(row)), len(ends))
        ends[lane : lane + 1] = [_after(row.valid_to)]
        if _after(row.valid_to) > low and first < high:
            placed.append((row, lane))
    for row, lane in placed:
        for first, after, certain in _readings(row):
            if max(first, low) < min(after, high):
                span = (max(first, low), min(after, high))
                yield Stretch(row.track, row.status, *span, certain, lane, len(ends))


def _readings(row: Row) -> Iterator[tuple[int, int, bool]]:
    first, after = row.valid_from.toordinal(), _after(row.valid_to)
    if row.certain_from is None:
        yield first, after, False
        return
    sure, unsure = row.certain_from.toordinal(), _after(row.certain_to)
    yield first, sure, False
    yield sure, unsure, True
    yield unsure, after, False


def _sure(row: Row) -> int:
    """Return the day until which an earlier period may last and still leave the lane free."""
    return (row.certain_from or row.valid_from).toordinal()


def _after(day: date | None) -> int:
    return date.max.toordinal() if day is None else day.toordinal() + 1
