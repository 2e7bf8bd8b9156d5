"""What the record says of points: which rows hold each, on a day or ever.

Points are WGS84 longitude, latitude in degrees; distances are geodesic, in metres. One point
is a batch of one: what is costly (the index over shapes, the rows known by a day, the geodesic
inverse) is shared by all points of a batch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from geo.measure import distances_m
from layers.build.rows import BuiltAtlas, ZonePeriod, iter_rows, name_columns
from layers.errors import QueryError
from layers.query import filters
from layers.record.dates import Validity
from layers.record.model import Record

# Less than any degree of latitude on the ellipsoid has (110.57 km at the equator), and more than
# an edge of a kilometre bulges beyond the box around its ends.
_KM_PER_DEGREE, _SLACK_KM = 110.0, 0.1
_FARTHEST_KM = 20_000
RELATIONS = ("inside_all", "inside_some", "outside")
HOLDS = (None, "possible", "certain")

Numbers = NDArray[np.intp]
Amounts = NDArray[np.float64]
Points = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class PointQuery:
    """A point in degrees (WGS84), a day, and a day of what was known by it."""

    lon: float
    lat: float
    on: date | None = None
    known_by: date | None = None


@dataclass(frozen=True, slots=True)
class PointAnswer:
    """What one row says of a point on a day.

    ``relation`` is inside_all (in the inner shape), inside_some (in the outer) or outside; an
    edge counts as inside. ``distance_to_edge_m`` is unsigned, to the nominal edge (to the
    point or line itself for rows that are one), None where there is none.
    """

    row: ZonePeriod
    holds: str | None
    relation: str
    distance_to_edge_m: float | None

    def as_dict(self) -> dict[str, object]:
        """Return the answer as the command and the service give it."""
        far = self.distance_to_edge_m
        return {
            "id": self.row.id,
            "zone_id": self.row.zone_id,
            "layer": self.row.layer,
            **name_columns(self.row.names),
            "track": self.row.track,
            "status": self.row.status,
            "holds": self.holds,
            "relation": self.relation,
            "distance_to_edge_m": None if far is None else round(far, 1),
            "claim_ids": list(self.row.claim_ids),
        }


class PointMatches(NamedTuple):
    """Points and the rows that may hold them, as columns of one length, in order of the points.

    Of one point, rows that hold it in every reading come first.
    """

    rows: GeoDataFrame
    """The rows that the matches are about, as far as they were known."""
    point: Numbers
    """Position of the point among those asked."""
    row: Numbers
    """Position of the row in ``rows``."""
    relation: Numbers
    """Position in `RELATIONS`."""
    holds: Numbers
    """Position in `HOLDS`."""
    metres: Amounts
    """Distance to the nominal edge, NaN where there is none or it was not asked."""


class PointIndex:
    """The shapes of an atlas, indexed and prepared for questions about points."""

    def __init__(self, built: BuiltAtlas) -> None:
        self.built = built
        self._frame = built.frame.reset_index(drop=True)
        self._valid = _validity(self._frame)
        self._inner, self._nominal, self._outer = (
            np.asarray(self._frame[name].array) for name in ("inner", "nominal", "outer")
        )
        for shapes in (self._inner, self._outer):
            shapely.prepare(shapes)
            # What a prepared shape looks points up in is made by its first answer: here, before
            # threads share it.
            shapely.covers(shapes, shapely.point_on_surface(shapes))
        bounds = np.stack([shapely.bounds(s) for s in (self._inner, self._nominal, self._outer)])
        west, south = np.fmin.reduce(bounds[:, :, :2]).T
        east, north = np.fmax.reduce(bounds[:, :, 2:]).T
        self._tree = shapely.STRtree(shapely.box(west, south, east, north))

    def plain_rows(self, matches: PointMatches) -> Sequence[ZonePeriod]:
        """Return the rows that matches are about as plain Python values."""
        return self.built.rows if matches.rows is self._frame else list(iter_rows(matches.rows))

    def match(
        self,
        points: Points,
        days: NDArray[np.datetime64],
        *,
        known_by: date | None = None,
        within_km: float | None = None,
        distances: bool = True,
    ) -> PointMatches:
        """Return which rows hold points, each on its day.

        Parameters
        ----------
        points
            Points in degrees (WGS84), longitude first.
        days
            The day of each point (``datetime64[D]``), NaT for ever.
        known_by
            Only rows known by a day, as they were known then.
        within_km
            Also rows that do not hold a point, but lie so near to it (kilometres, geodesic).
        distances
            Whether to measure to the edges, which takes most of the time.
        """
        lon, lat = shapely.get_coordinates(points).T
        point, number, relation = self._relations(points, lon, lat, within_km)
        rows = self._frame
        if known_by is not None:
            rows = filters.known_by(rows.iloc[np.unique(number)], self.built.record, known_by)
            kept = np.isin(number, rows.index)
            point, number, relation = point[kept], number[kept], relation[kept]
        row = number if known_by is None else np.searchsorted(rows.index, number)
        valid = self._valid if known_by is None else _validity(rows)
        holds = _holds(valid[:, row], days[point])
        kept = (holds > 0) | np.isnat(days[point])
        metres = np.full(len(point), np.nan)
        if distances or within_km is not None:
            metres[kept] = _distances(lon, lat, point[kept], self._nominal[number[kept]])
        if within_km is not None:
            far, reach = kept & (relation == 2), metres.copy()
            bare = far & np.isnan(metres)
            reach[bare] = _distances(lon, lat, point[bare], self._outer[number[bare]])
            kept &= ~(far & ~(reach <= within_km * 1000))
        return PointMatches(rows, point[kept], row[kept], relation[kept], holds[kept], metres[kept])

    def _relations(
        self, points: Points, lon: Amounts, lat: Amounts, within_km: float | None
    ) -> tuple[Numbers, Numbers, Numbers]:
        """Return points, rows and how they lie to each other, for all that may matter.

        Where a distance is given, rows that lie outside but may be so near are among them.
        """
        tree = shapely.STRtree(points)
        size = len(self._inner)
        pairs = [
            point * size + row
            for shapes in (self._inner, self._outer)
            for row, point in [tree.query(shapes, predicate="covers")]
        ]
        if within_km is not None:
            pairs.append(self._near(lon, lat, within_km))
        relation = np.repeat(np.arange(len(pairs)), [len(part) for part in pairs])
        # A pair that comes in several is of the first.
        different, first = np.unique(np.concatenate(pairs), return_index=True)
        relation = relation[first]
        point, row = np.divmod(different, size)
        order = np.lexsort((row, relation, point))
        return point[order], row[order], relation[order]

    def _near(self, lon: Amounts, lat: Amounts, within_km: float) -> Numbers:
        """Return pairs of a point and a row whose box lies so near; each as one number."""
        up = (within_km + _SLACK_KM) / _KM_PER_DEGREE
        highest = np.abs(lat) + up
        # So near to a pole, a distance can reach any longitude.
        across = np.where(highest > 85, 180.0, up / np.cos(np.radians(np.minimum(highest, 85.0))))
        turns = lon[:, None] + np.array([-360.0, 0.0, 360.0])
        windows = shapely.box(
            turns - across[:, None], (lat - up)[:, None],
            turns + across[:, None], (lat + up)[:, None],
        )  # fmt: skip
        window, row = self._tree.query(windows.ravel())
        pairs: Numbers = window // windows.shape[1] * len(self._inner) + row
        return pairs


def query_point(
    index: PointIndex,
    lon: float,
    lat: float,
    *,
    on: filters.Day | None = None,
    known_by: filters.Day | None = None,
    within_km: float | None = None,
) -> list[PointAnswer]:
    """Return what the record says of one point, as `query_points` does.

    Raises
    ------
    QueryError
        For a point beyond the atlas's extent, a day beyond the record, or a distance that
        is none.
    """
    days = filters.optional_day("on", on), filters.optional_day("known_by", known_by)
    asked = PointQuery(lon, lat, *days)
    (result,) = query_points(index, [asked], within_km=within_km)
    if isinstance(result, QueryError):
        raise result
    return result


def query_points(
    index: PointIndex, queries: Sequence[PointQuery], *, within_km: float | None = None
) -> list[list[PointAnswer] | QueryError]:
    """Return what the record says of points, in their order: rows that hold each.

    Parameters
    ----------
    index
        The shapes of the atlas that is asked.
    queries
        Points in degrees (WGS84), each with its days.
    within_km
        Also rows that do not hold a point, but lie so near to it (kilometres, geodesic).

    Returns
    -------
    list
        For each point its answers, inside_all first, or what is wrong with the question.

    Raises
    ------
    QueryError
        For a ``within_km`` that is not from 0 to 20000.
    """
    if within_km is not None and not 0 <= within_km <= _FARTHEST_KM:
        raise QueryError("within", within_km, f"must be a distance in km from 0 to {_FARTHEST_KM}")
    if not queries:
        return []
    faults = _faults(index.built.record, queries)
    by_day: dict[date | None, list[int]] = {}
    for number, fault in enumerate(faults):
        if fault is None:
            by_day.setdefault(queries[number].known_by, []).append(number)
    answers: list[list[PointAnswer]] = [[] for _ in queries]
    for known_by, numbers in by_day.items():
        points: Any = shapely.points([(queries[n].lon, queries[n].lat) for n in numbers])
        days = np.array([queries[n].on for n in numbers], "datetime64[D]")
        found = index.match(points, days, known_by=known_by, within_km=within_km)
        rows = index.plain_rows(found)
        for point, row, relation, holds, metres in zip(
            *(column.tolist() for column in found[1:]), strict=True
        ):
            far = None if math.isnan(metres) else metres
            answer = PointAnswer(rows[row], HOLDS[holds], RELATIONS[relation], far)
            answers[numbers[point]].append(answer)
    return [fault or own for fault, own in zip(faults, answers, strict=True)]


def _validity(rows: GeoDataFrame) -> NDArray[np.datetime64]:
    """Return the dates of rows, in the order of a `Validity`."""
    return np.stack([rows[name].to_numpy("datetime64[D]") for name in Validity.__slots__])


def _holds(valid: NDArray[np.datetime64], days: NDArray[np.datetime64]) -> Numbers:
    """Return how validities hold on days, as positions in `HOLDS`; NaT compares as False.

    The same rule as `Validity.holds`, for many at once.
    """
    first, last, sure_first, sure_last = valid
    held, certain = (
        (start <= days) & ~(end < days) for start, end in ((first, last), (sure_first, sure_last))
    )
    return np.where(held, np.where(certain, 2, 1), 0)


def _distances(lon: Amounts, lat: Amounts, point: Numbers, shapes: NDArray[np.object_]) -> Amounts:
    """Return the distance of each point to its shape in metres, NaN where there is none.

    Rows share shapes: each point is measured to each shape once.
    """
    metres = np.full(len(point), np.nan)
    keys = np.fromiter(map(id, shapes), np.int64, len(shapes))
    for key in np.unique(keys):
        own = np.flatnonzero(keys == key)
        spots, back = np.unique(point[own], return_inverse=True)
        metres[own] = distances_m(lon[spots], lat[spots], shapes[own[0]])[back]
    return metres


def _faults(record: Record, queries: Sequence[PointQuery]) -> list[QueryError | None]:
    """Return for each question what is wrong with its point, else with its day."""
    spots = shapely.points([(asked.lon, asked.lat) for asked in queries])
    inside = shapely.covers(shapely.Polygon(record.atlas.extent), spots)
    days = {asked.on: _raised(filters.check_day, record, asked.on) for asked in queries}
    return [
        (None if within else _raised(check_point, record, asked.lon, asked.lat)) or days[asked.on]
        for asked, within in zip(queries, inside, strict=True)
    ]


def _raised(check: Callable[..., None], *given: Any) -> QueryError | None:
    try:
        check(*given)
    except QueryError as error:
        return error
    return None


def check_point(record: Record, lon: float, lat: float) -> None:
    """Refuse a point beyond the atlas's extent."""
    for name, value, limit in (("lon", lon, 180.0), ("lat", lat, 90.0)):
        if not math.isfinite(value) or abs(value) > limit:
            raise QueryError(name, value, f"must be degrees from -{limit:g} to {limit:g}")
    extent = shapely.Polygon(record.atlas.extent)
    if extent.covers(shapely.Point(lon, lat)):
        return
    hint = ""
    if abs(lon) <= 90 and extent.covers(shapely.Point(lat, lon)):
        hint = "; longitude comes first: lon and lat look swapped"
    raise QueryError("lon", lon, f"{lon:g}, {lat:g} lies beyond the atlas{hint}")
