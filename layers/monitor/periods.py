"""What is counted on which day: the series of every zone, and the shapes that stand for them.

A zone has a series for each track and status, one for *any* status, and one for the days of
the record on which no period of it holds. Days are cut into epochs, within which nothing
begins or ends; in an epoch each series that holds is stood for by one group of shapes. Days
are whole numbers counted from 1970-01-01, as Arrow's ``date32``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers.build.rows import TRACKS, Reading, ZonePeriod, iter_rows, rows_by_zone
from layers.monitor.grid import Ints, ShapeGroup
from layers.record.dates import parse_day
from layers.record.model import Record

EPOCH = date(1970, 1, 1).toordinal()
ANY, NOT_IN_FORCE = "any", "not_in_force"

_Key = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Series:
    """One line of counts: a zone and what held of it. ``track`` is empty for the last two.

    ``status`` is a status of the record, `ANY` (each event once, though paper and practice
    both hold) or `NOT_IN_FORCE` (days of the record on which no period of the zone holds).
    """

    zone: int
    zone_id: str
    names: Mapping[str, str]
    layer: str
    track: str
    status: str


@dataclass(frozen=True, slots=True)
class Timetable:
    """Series against epochs.

    ``starts`` is the first day of every epoch but the first, which reaches back for ever. In
    the first and the last epoch the record does not speak. ``holds[series, epoch]`` tells
    where a series holds; ``segment[group, epoch]`` names the list of series that the group
    stands for then, 0 for none; ``series_of[segment]`` is that list, and ``in_force[segment]``
    tells whether it is of a zone in force.
    """

    series: tuple[Series, ...]
    groups: tuple[ShapeGroup, ...]
    starts: NDArray[np.int64]
    holds: NDArray[np.bool_]
    segment: NDArray[np.int32]
    series_of: tuple[tuple[int, ...], ...]
    in_force: NDArray[np.bool_]
    lacking: NDArray[np.bool_]
    """Whether a period of a series that holds in an epoch has no shape: [series, epoch]."""
    partly: tuple[tuple[int, ...], ...]
    """For each segment those of its series that are lacking: another period has a shape."""
    shapeless: tuple[str, ...]
    """Zones without any shape in the reading: no event can be inside of them."""

    @property
    def epochs(self) -> int:
        """Return how many epochs there are."""
        return len(self.starts) + 1

    def epoch_of(self, days: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the epoch of each day."""
        return np.searchsorted(self.starts, days, side="right")

    def lacks(self, series: Ints, first: Ints, last: Ints) -> NDArray[np.bool_]:
        """Tell which series lack a shape in one of the epochs from ``first`` to ``last``."""
        before = np.zeros((len(self.series), self.epochs + 1), np.int64)
        np.cumsum(self.lacking, axis=1, out=before[:, 1:])
        found: NDArray[np.bool_] = before[series, last + 1] > before[series, first]
        return found


def timetable(record: Record, frame: GeoDataFrame, *, reading: Reading | None) -> Timetable:
    """Return the series of rows; ``reading`` None means certain (inner) and possible (outer)."""
    rows = list(iter_rows(frame))
    first = _number(parse_day(record.atlas.record_from))
    after = _number(parse_day(record.atlas.record_to)) + 1
    cuts = {day for row in rows for day in _span(row, after)}
    starts = np.array(sorted({first, after, *(day for day in cuts if first < day < after)}))
    builder = _TimetableBuilder(starts, reading)
    shapeless = [zone_id for zone_id, own in rows_by_zone(rows).items() if not builder.add(own)]
    return builder.build(tuple(shapeless))


class _TimetableBuilder:
    """Collect series, groups and who stands for whom, zone by zone."""

    def __init__(self, starts: NDArray[np.int64], reading: Reading | None) -> None:
        self._starts, self._reading = starts, reading
        self._series: list[Series] = []
        self._holds: list[NDArray[np.bool_]] = []
        self._lacking: list[NDArray[np.bool_]] = []
        self._groups: dict[_Key, tuple[ShapeGroup, list[tuple[int, int, int]]]] = {}
        self._zones = 0

    def add(self, rows: Sequence[ZonePeriod]) -> bool:
        """Add the series of one zone; False where it has no shape at all."""
        if not any(map(any, map(self._inner_outer, rows))):
            return False
        epochs = len(self._starts) + 1
        on = [epochs_in_force(row, self._starts) for row in rows]
        in_record = np.ones(epochs, bool)
        in_record[[0, -1]] = False
        alike: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, row in enumerate(rows):
            alike[row.track, row.status].append(number)

        def order(key: tuple[str, str]) -> tuple[int, date, str]:
            track, status = key
            return TRACKS.index(track), min(rows[n].valid_from for n in alike[key]), status

        by_status = {
            ("", ANY): list(range(len(rows))),
            **{key: alike[key] for key in sorted(alike, key=order)},
        }
        runs = _runs(np.vstack([*on, in_record]))
        for (track, status), numbers in by_status.items():
            held = np.any([on[number] for number in numbers], axis=0)
            series = self._new(rows[0], track, status, held)
            for run in runs:
                holding = [rows[n] for n in numbers if on[n][run[0]]]
                self._add_group(holding, run, series)
        out_of_force = in_record & ~np.any(on, axis=0)
        if out_of_force.any():
            series = self._new(rows[0], "", NOT_IN_FORCE, out_of_force)
            for run in runs:
                if out_of_force[run[0]]:
                    self._add_group(rows, run, series)
        self._zones += 1
        return True

    def build(self, shapeless: tuple[str, ...]) -> Timetable:
        """Return the timetable of all zones added."""
        epochs = len(self._starts) + 1
        segment = np.zeros((len(self._groups), epochs), np.int32)
        lists: dict[_Key, int] = {((), ()): 0}
        for group, (_, stands) in enumerate(self._groups.values()):
            cuts = sorted({cut for start, stop, _ in stands for cut in (start, stop)})
            for start, stop in pairwise(cuts):
                own = tuple(one for a, b, one in stands if a <= start and stop <= b)
                partly = tuple(one for one in own if self._lacking[one][start])
                segment[group, start:stop] = lists.setdefault((own, partly), len(lists))
        force = [any(self._series[one].status == ANY for one in own) for own, _ in lists]
        return Timetable(
            tuple(self._series),
            tuple(group for group, _ in self._groups.values()),
            self._starts,
            np.array(self._holds, bool).reshape(len(self._holds), epochs),
            segment,
            tuple(own for own, _ in lists),
            np.array(force, bool),
            np.array(self._lacking, bool).reshape(len(self._lacking), epochs),
            tuple(partly for _, partly in lists),
            shapeless,
        )

    def _new(self, row: ZonePeriod, track: str, status: str, held: NDArray[np.bool_]) -> int:
        self._series.append(Series(self._zones, row.zone_id, row.names, row.layer, track, status))
        self._holds.append(held)
        self._lacking.append(np.zeros(len(held), bool))
        return len(self._series) - 1

    def _add_group(self, rows: Sequence[ZonePeriod], run: tuple[int, int], series: int) -> None:
        """Let the shapes of some rows stand for a series in a run of epochs."""
        pairs = [self._inner_outer(row) for row in rows]
        inner = {id(g): g for g, _ in pairs if g is not None}
        outer = {id(g): g for _, g in pairs if g is not None}
        if (None, None) in pairs and self._series[series].status != NOT_IN_FORCE:
            self._lacking[series][slice(*run)] = True
        if not inner and not outer:
            return
        key = (tuple(sorted(inner)), tuple(sorted(outer)))
        fresh = ShapeGroup(tuple(inner.values()), tuple(outer.values()))
        self._groups.setdefault(key, (fresh, []))[1].append((*run, series))

    def _inner_outer(self, row: ZonePeriod) -> tuple[BaseGeometry | None, BaseGeometry | None]:
        if self._reading is not None:
            return row.reading(self._reading), None
        return row.inner, row.outer


def _runs(on: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return start and stop of every run of columns that are alike."""
    cuts = np.flatnonzero((on[:, 1:] != on[:, :-1]).any(axis=0)) + 1
    return list(pairwise([0, *cuts.tolist(), on.shape[1]]))


def epochs_in_force(row: ZonePeriod, starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return the epochs in which a row holds, certainly or possibly."""
    first, after = _span(row, int(starts[-1]))
    held = np.zeros(len(starts) + 1, bool)
    held[1:-1] = (starts[:-1] >= first) & (starts[:-1] < after)
    return held


def _span(row: ZonePeriod, open_end: int) -> tuple[int, int]:
    """Return the first day of a row's widest validity and the day after its last."""
    after = open_end if row.valid_to is None else _number(row.valid_to) + 1
    return _number(row.valid_from), after


def _number(day: date) -> int:
    return day.toordinal() - EPOCH
