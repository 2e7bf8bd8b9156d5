"""Turn a table of counts into what a plot draws: a panel a zone, bars, stretches of status.

Days are ordinals and every span is half-open, ``[first, after)``, as in `layers.record.dates`. No
drawing happens here: what is said in a picture can be tested without one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, pairwise
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from layers.build.rows import TRACKS, BuiltAtlas, ZonePeriod, iter_rows, rows_by_zone
from layers.errors import UnknownId
from layers.i18n import choose_language
from layers.monitor.calendar import period_days, period_of, period_span
from layers.monitor.periods import ANY, EPOCH, NOT_IN_FORCE
from layers.monitor.report import BEYOND_RECORD, UNION_ID
from layers.query.selection import Selection
from layers.record.dates import parse_day

# A span of fewer bars than this says nothing of time around it, and its bars are slabs.
_LEAST_BARS = 12
_LONG = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
# A bar this many times as high as the next is cut, with its number written on it.
_OUTLIER, _LEAST_CUT = 5, 20
_NEARLY_ALL = 0.9


@dataclass(frozen=True, slots=True)
class Bar:
    """The events of one zone in one stretch of time, each in one of four counts.

    ``out_of_force`` are those within any shape that the zone ever has, on days when it is not in
    force: without them violence would seem to begin with an agreement.
    """

    first: int
    after: int
    full: int
    some: int
    imprecise: int
    out_of_force: int = 0

    @property
    def total(self) -> int:
        """Return the height of the bar."""
        return self.full + self.some + self.imprecise + self.out_of_force


@dataclass(frozen=True, slots=True)
class StatusSpan:
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
    status_spans: tuple[StatusSpan, ...]

    def sum(self, count: str) -> int:
        """Return one of the four counts of all bars together."""
        return sum(getattr(bar, count) for bar in self.bars)

    @property
    def coarse(self) -> bool:
        """Tell whether nearly all events are known too imprecisely: bars of them say nothing."""
        imprecise = self.sum("imprecise")
        told = self.sum("full") + self.sum("some")
        return imprecise > 0 and imprecise >= _NEARLY_ALL * (told + imprecise)

    @property
    def drawn(self) -> tuple[Bar, ...]:
        """Return the bars to draw: of a coarse zone without what is too imprecise."""
        if not self.coarse:
            return self.bars
        bars = (replace(bar, imprecise=0) for bar in self.bars)
        return tuple(bar for bar in bars if bar.total)

    @property
    def clip_height(self) -> int:
        """Return the height at which bars are cut: above it stands at most one in twenty."""
        heights = sorted((bar.total for bar in self.drawn), reverse=True)
        for cut, (high, low) in enumerate(pairwise(heights)):
            if 20 * cut >= len(heights):
                break
            if high >= max(_LEAST_CUT, _OUTLIER * low):
                return low
        return heights[0] if heights else 0


@dataclass(frozen=True, slots=True)
class SmallMultiples:
    """All panels in the order of the layers, and the time that they share."""

    panels: tuple[Panel, ...]
    first: int
    after: int
    record_first: int
    record_after: int
    in_no_zone: int
    """Events of the record's days that certainly lie in no zone."""
    unknown_precision: int
    """Events of those days of which no zone can be told: their file says not how precise it is."""
    beyond: int
    """Events of days for which the record does not speak; they have no bars."""
    by: str
    """What one bar stands for: day, week, month, quarter or year."""


def small_multiples(
    counts: Any, built: BuiltAtlas, *, selection: Selection | None = None, lang: str | None = None
) -> SmallMultiples:
    """Return the panels of a table of `layers.monitor.report` (Arrow or pandas) of a view.

    A zone has a panel where it was in force, and so could be counted in, on a day for which
    events were read, or where events lie inside before or after. The time shown is that of all
    events on days of the record.
    """
    rows, beyond = _totals(counts)
    periods = {text: _ends(text) for text in rows["period"]}
    by = _unit(next(iter(periods), "2020-01"))
    atlas = built.record.atlas
    known = _days_of(parse_day(atlas.record_from), parse_day(atlas.record_to))
    first, after = _span(list(periods.values()) or [known], by)
    zones = rows[rows["zone_id"] != ""]
    told = zones[zones["in_force"] | (zones["inside"] + zones["some"] > 0)]
    bars = {zone: _bars(zones[zones["zone_id"] == zone], periods) for zone in set(told["zone_id"])}
    of_all = rows[rows["zone_id"] == ""]
    nowhere = int(of_all["outside"].sum()), int(of_all["unknown"].sum())
    shown = (selection or Selection()).rows(built)
    lang = choose_language(lang, built.record.interface_languages)
    names = {key: zone.names[lang] for key, zone in built.record.zones.items()}
    panels = tuple(_panels(shown, bars, (first, after), known, names))
    return SmallMultiples(panels, first, after, *known, *nowhere, beyond, by)


def _totals(counts: Any) -> tuple[pd.DataFrame, int]:
    """Return the rows in which a zone, or all zones as one, has its totals; and those beyond."""
    table = counts.to_pandas() if hasattr(counts, "to_pandas") else counts
    columns = list(table)
    groups = table[columns[columns.index("period") + 1 : columns.index("days")]]
    grouped = groups.map(lambda label: isinstance(label, str) and label != "").any(axis=1)
    table = table[(table["track"] == "") & (table["zone_id"] != UNION_ID) & ~grouped]
    beyond = int(table.loc[table["status"] == BEYOND_RECORD, "events"].sum())
    table = table[table["status"].isin([ANY, NOT_IN_FORCE])]
    rows = {
        "zone_id": table["zone_id"].astype(str),
        "period": table["period"].astype(str),
        "in_force": table["status"] == ANY,
        "inside": table["inside_all" if "inside_all" in table else "inside"].astype(int),
        "some": table["inside_some"].astype(int) if "inside_some" in table else 0,
        "imprecise": table["too_imprecise"].astype(int),
        "unknown": table["unknown_precision"].astype(int),
        "outside": table["outside"].astype(int),
    }
    return pd.DataFrame(rows, index=table.index), beyond


def _bars(rows: pd.DataFrame, periods: Mapping[str, tuple[int, int]]) -> tuple[Bar, ...]:
    """Return the bars of a zone's rows, in time's order."""
    bars: dict[str, Bar] = {}
    row: Any  # of the columns that `_totals` names
    for row in rows.itertuples():
        bar = bars.get(row.period, Bar(*periods[row.period], 0, 0, 0))
        if row.in_force:
            bar = replace(bar, full=row.inside, some=row.some, imprecise=row.imprecise)
        else:
            bar = replace(bar, out_of_force=row.inside + row.some)
        bars[row.period] = bar
    return tuple(sorted((bar for bar in bars.values() if bar.total), key=lambda bar: bar.first))


def _ends(period: str) -> tuple[int, int]:
    return _days_of(*period_days(period))


def _unit(period: str) -> str:
    if period[5:6] in ("Q", "W") or "/" in period:
        return "quarter" if period[5:6] == "Q" else "week"
    return {4: "year", 7: "month", 10: "day"}.get(len(period), "month")


def _days_of(first: date, last: date) -> tuple[int, int]:
    return first.toordinal(), last.toordinal() + 1


def _span(days: Sequence[tuple[int, int]], by: str) -> tuple[int, int]:
    """Return the days to show: the file's, widened by whole bars where they are few."""
    first, after = min(first for first, _ in days), max(after for _, after in days)
    for turn in range(_LEAST_BARS):
        if (after - first) / _LONG[by] > _LEAST_BARS - 0.5:
            break
        if by == "week":
            first, after = (first - 7, after) if turn % 2 else (first, after + 7)
        elif turn % 2:
            first = _start(first - 1, by)
        else:
            after = _start(after + _LONG[by], by)
    return first, after


def _start(ordinal: int, by: str) -> int:
    """Return the first day of the day, month, quarter or year that holds a day."""
    number = period_of(np.array([ordinal - EPOCH]), by)[0]
    return period_span(int(number), by)[0] + EPOCH


def _panels(
    chosen: GeoDataFrame,
    found: Mapping[str, tuple[Bar, ...]],
    shown: tuple[int, int],
    known: tuple[int, int],
    names: Mapping[str, str],
) -> Iterator[Panel]:
    rows = rows_by_zone(iter_rows(chosen))
    if missing := sorted(found.keys() - rows.keys()):
        raise UnknownId("zone", missing[0], rows)
    for zone, own in rows.items():
        if zone in found:
            tracks = ([row for row in own if row.track == track] for track in TRACKS)
            spans = tuple(chain.from_iterable(_status_spans(one, shown, known) for one in tracks))
            yield Panel(zone, names[zone], own[0].zone_type, found[zone], spans)


def _status_spans(
    rows: Sequence[ZonePeriod], shown: tuple[int, int], known: tuple[int, int]
) -> Iterator[StatusSpan]:
    """Yield one track's rows, cut to what is shown and to what the record speaks for."""
    low, high = max(shown[0], known[0]), min(shown[1], known[1])
    ends: list[int] = []  # of each lane, the first free day
    placed: list[tuple[ZonePeriod, int]] = []
    for row in sorted(rows, key=lambda row: (row.valid_from, row.id)):
        first = row.valid_from.toordinal()
        # An earlier period may last until this one certainly holds, and still leave the lane free.
        sure = (row.certain_from or row.valid_from).toordinal()
        lane = next((at for at, free in enumerate(ends) if free <= sure), len(ends))
        ends[lane : lane + 1] = [_after(row.valid_to)]
        if _after(row.valid_to) > low and first < high:
            placed.append((row, lane))
    for row, lane in placed:
        for first, after, certain in _readings(row):
            if max(first, low) < min(after, high):
                span = (max(first, low), min(after, high))
                yield StatusSpan(row.track, row.status, *span, certain, lane, len(ends))


def _readings(row: ZonePeriod) -> Iterator[tuple[int, int, bool]]:
    first, after = row.valid_from.toordinal(), _after(row.valid_to)
    if row.certain_from is None:
        yield first, after, False
        return
    sure, unsure = row.certain_from.toordinal(), _after(row.certain_to)
    yield first, sure, False
    yield sure, unsure, True
    yield unsure, after, False


def _after(day: date | None) -> int:
    return date.max.toordinal() if day is None else day.toordinal() + 1
