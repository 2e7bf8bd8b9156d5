"""From points in groups of shapes to events in series: what a hit means on the event's days.

An event of one day, or of days between which nothing begins or ends, has the relation of its
place. One whose days lie in several epochs is inside for a series only if it is so on each of
its days; where it is inside on some of them, or the series holds on some only, it is too
imprecise. If its zone is in force on one of its days, it does not count among the days when
the zone is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from layers.events.values import UNKNOWN
from layers.monitor.grid import IN_INNER, Floats, Ints, expand_ranges
from layers.monitor.index import ZoneIndex
from layers.monitor.periods import ANY

OUTSIDE, TOO_IMPRECISE, INSIDE_SOME, INSIDE_ALL, UNKNOWN_PRECISION, NOT_PLACEABLE = range(6)
Relations = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Events:
    """The columns of a batch as arrays; the three are the same where each event has one day."""

    lon: Floats
    lat: Floats
    day: NDArray[np.int32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    accuracy: NDArray[np.uint8] | None
    group: Ints | None = None
    """The number of each event's group (`layers.monitor.measures`), None where there is one."""
    numbers: Ints | None = None
    """What each event adds to every measure, a row a measure; None where only events count."""

    @classmethod
    def of(
        cls,
        batch: pa.RecordBatch,
        group: Ints | None = None,
        numbers: Ints | None = None,
    ) -> Events:
        """Return the columns of a batch; ValueError where coordinates are off the globe."""
        names = set(batch.schema.names)
        lon, lat = (_array(batch, name, np.float64) for name in ("lon", "lat"))
        if len(lon) and not (
            lon.min() >= -180 and lon.max() <= 180 and lat.min() >= -90 and lat.max() <= 90
        ):
            raise ValueError("lon and lat must be finite degrees, -180..180 and -90..90")
        day = _array(batch, "day", np.int32)
        first = _array(batch, "first", np.int32) if "first" in names else day
        last = _array(batch, "last", np.int32) if "last" in names else first
        if first is not day or last is not day:
            if (first > last).any():
                raise ValueError("an event's last day lies before its first")
            if np.array_equal(first, day) and np.array_equal(last, day):
                first = last = day
        accuracy = _array(batch, "accuracy", np.uint8) if "accuracy" in names else None
        return cls(lon, lat, day, first, last, accuracy, group, numbers)

    def take(self, rows: Ints | slice) -> Events:
        """Return some of the events, in the order of their positions."""
        day = self.day[rows]
        first = day if self.first is self.day else self.first[rows]
        last = first if self.last is self.first else self.last[rows]
        accuracy = None if self.accuracy is None else self.accuracy[rows]
        group = None if self.group is None else self.group[rows]
        numbers = None if self.numbers is None else self.numbers[:, rows]
        return Events(self.lon[rows], self.lat[rows], day, first, last, accuracy, group, numbers)

    def split(self, which: NDArray[np.bool_]) -> tuple[Events, Events]:
        """Return the events told, and the others."""
        return self.take(np.flatnonzero(which)), self.take(np.flatnonzero(~which))

    @property
    def groups(self) -> int:
        """Return how many groups there are."""
        return 1 if self.group is None else int(self.group.max(initial=0)) + 1

    def epochs(self, index: ZoneIndex) -> tuple[Ints, Ints]:
        """Return the epochs of the first and the last day of every event."""
        first, last = map(index.times.epoch_of, (self.first, self.last))
        return first, last

    @property
    def of_one_day(self) -> bool:
        """Tell whether every event happened on the day it is counted under."""
        return self.first is self.day and self.last is self.day


def in_groups(events: Events, index: ZoneIndex) -> tuple[Ints, Ints, Relations]:
    """Return event, group and relation of all events that are or may be in a group of shapes."""
    if events.accuracy is None:
        point, group, state = index.grids[0].locate(events.lon, events.lat)
        return point, group, state + np.uint8(1)
    known = events.accuracy[events.accuracy < UNKNOWN]
    if len(known) and known.max() >= len(index.grids):
        raise ValueError("accuracy must be a position in the index's positional_accuracy_m")
    found = []
    for number, grid in enumerate(index.grids):
        own = np.flatnonzero(events.accuracy == number)
        point, group, state = grid.locate(events.lon[own], events.lat[own])
        found.append((own[point], group, relations(state, number)))
    point, group, relation = (np.concatenate(column) for column in zip(*found, strict=True))
    return point, group, relation


def relations(state: NDArray[np.uint8], accuracy: int) -> Relations:
    """Return what it means to be in a shape, for events of a precision."""
    found: Relations = np.where(
        state == IN_INNER, INSIDE_ALL, TOO_IMPRECISE if accuracy else INSIDE_SOME
    ).astype(np.uint8)
    return found


def in_series(events: Events, index: ZoneIndex) -> tuple[Ints, Ints, Relations]:
    """Return event, series and kind of every event that is or may be inside for a series."""
    point, group, relation = in_groups(events, index)
    first, last = events.epochs(index)
    across = (first != last)[point]
    at = ~across
    segment = index.times.segment[group[at], first[point[at]]]
    again, series = expand_lists(segment, index.times.series_of)
    wide = over_epochs(events, (point[across], group[across], relation[across]), first, last, index)
    pairs = ((point[at][again], series, relation[at][again]), wide)
    event, series, relation = (np.concatenate(column) for column in zip(*pairs, strict=True))
    order = np.lexsort((series, event))
    return event[order], series[order], relation[order]


def over_epochs(
    events: Events,
    hits: tuple[Ints, Ints, Relations],
    first: Ints,
    last: Ints,
    index: ZoneIndex,
) -> tuple[Ints, Ints, Relations]:
    """Return event, series and kind of hits whose events lie in epochs ``first`` to ``last``."""
    point, group, relation = hits
    times = index.times
    hit, epoch = expand_ranges(first[point], last[point] - first[point] + 1)
    ever = np.iinfo(np.int64)
    starts = np.concatenate([[ever.min], times.starts, [ever.max]])
    begin = np.maximum(starts[epoch], events.first[point][hit])
    end = np.minimum(starts[epoch + 1] - 1, events.last[point][hit])
    again, series = expand_lists(times.segment[group[hit], epoch], times.series_of)
    event, relations = point[hit][again], relation[hit][again]
    days = (end - begin + 1)[again]
    keep = ~_touches_in_force(series, first[event], last[event], index)
    pair, place = np.unique(event[keep] * len(times.series) + series[keep], return_inverse=True)
    sure, maybe = np.zeros(len(pair), np.int64), np.zeros(len(pair), np.int64)
    np.add.at(sure, place, (days * (relations == INSIDE_ALL))[keep])
    np.add.at(maybe, place, (days * (relations >= INSIDE_SOME))[keep])
    event, series = pair // len(times.series), pair % len(times.series)
    whole = events.last[event].astype(np.int64) - events.first[event] + 1
    result = np.where(
        sure == whole, INSIDE_ALL, np.where(maybe == whole, INSIDE_SOME, TOO_IMPRECISE)
    )
    return event, series, result.astype(np.uint8)


def expand_lists(segment: Ints, lists: tuple[tuple[int, ...], ...]) -> tuple[Ints, Ints]:
    """Return for each member of the list of every segment the segment's position, and it."""
    sizes = np.array([len(one) for one in lists], np.int64)
    again, at = expand_ranges((np.cumsum(sizes) - sizes)[segment], sizes[segment])
    return again, np.array([*chain.from_iterable(lists)], np.int64)[at]


def in_force(index: ZoneIndex) -> NDArray[np.bool_]:
    """Tell which series are those of a zone on all days on which it is in force."""
    return np.array([one.status == ANY for one in index.series], bool)


def _touches_in_force(series: Ints, first: Ints, last: Ints, index: ZoneIndex) -> NDArray[np.bool_]:
    """Tell which are series of idle days of a zone in force somewhere in these epochs."""
    if not index.out_of_force()[series].any():
        return np.zeros(len(series), bool)
    zones = np.array([one.zone for one in index.series])
    forces = in_force(index)
    force = np.zeros((zones.max() + 1, index.times.epochs + 1), np.int64)
    force[zones[forces], 1:] = np.cumsum(index.times.holds[forces], axis=1)
    zone = zones[series]
    touching: NDArray[np.bool_] = index.out_of_force()[series] & (
        force[zone, last + 1] > force[zone, first]
    )
    return touching


def _array(batch: Any, name: str, relation: type) -> Any:
    column = batch.column(name)
    if column.null_count:
        raise ValueError(f"{name} has nulls; leave such rows out before counting")
    if str(column.type) == "date32[day]":
        column = column.view("int32")
    return np.asarray(column.to_numpy(zero_copy_only=False), relation)
