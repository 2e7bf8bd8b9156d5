"""What the record says of points: which rows hold each, on a day or ever.

Points are WGS84 longitude, latitude in degrees; distances are geodesic, in metres. One point
is a batch of one: what is costly (the index over shapes, the rows known by a day, the geodesic
inverse) is shared by all points of a batch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.measure import distances_m
from layers.build.rows import BuiltAtlas, ZonePeriod, iter_rows
from layers.errors import QueryError
from layers.query import filters
from layers.record.model import Record

# Less than any degree of latitude on the ellipsoid has (110.57 km at the equator), and more than
# an edge of a kilometre bulges beyond the box around its ends.
_KM_PER_DEGREE, _SLACK_KM = 110.0, 0.1
_FARTHEST_KM = 20_000
RELATIONS = ("inside_all", "inside_some", "outside")

Numbers = NDArray[np.intp]
Amounts = NDArray[np.float64]


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
            "name_en": self.row.name_en,
            "name_ar": self.row.name_ar,
            "track": self.row.track,
            "status": self.row.status,
            "holds": self.holds,
            "relation": self.relation,
            "distance_to_edge_m": None if far is None else round(far, 1),
            "claim_ids": list(self.row.claim_ids),
        }


@dataclass(frozen=True, slots=True)
class _Hits:
    """Points and rows that have to do with each other: a pair at each position."""

    point: Numbers
    row: Numbers
    relation: NDArray[np.int8]
    metres: Amounts


class PointIndex:
    """The shapes of an atlas, indexed and prepared for questions about points."""

    def __init__(self, built: BuiltAtlas) -> None:
        self.built = built
        self._inner, self._nominal, self._outer = (
            np.asarray(built.frame[name].array) for name in ("inner", "nominal", "outer")
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

    def query(self, lon: Amounts, lat: Amounts, within_km: float | None) -> _Hits:
        """Return the rows that hold each point or lie within a distance of it."""
        point, row = self._near(lon, lat, within_km)
        spots = shapely.points(lon[point], lat[point])
        relation = np.where(
            shapely.covers(self._inner[row], spots),
            0,
            np.where(shapely.covers(self._outer[row], spots), 1, 2),
        )
        if within_km is None:
            kept = relation < 2
            point, row, relation = point[kept], row[kept], relation[kept]
        metres = _distances(lon, lat, point, self._nominal[row])
        if within_km is not None:
            far = metres.copy()
            lost = np.isnan(far)
            far[lost] = _distances(lon, lat, point[lost], self._outer[row[lost]])
            kept = (relation < 2) | (far <= within_km * 1000)
            point, row, relation, metres = point[kept], row[kept], relation[kept], metres[kept]
        return _Hits(point, row, relation.astype(np.int8), metres)

    def _near(self, lon: Amounts, lat: Amounts, within_km: float | None) -> tuple[Numbers, Numbers]:
        """Return pairs of a point and a row whose box holds it or lies so near, in order."""
        if within_km is None:
            windows = np.asarray(shapely.points(lon, lat))[:, None]
        else:
            up = (within_km + _SLACK_KM) / _KM_PER_DEGREE
            highest = np.abs(lat) + up
            # So near to a pole, a distance can reach any longitude.
            across = np.where(
                highest > 85, 180.0, up / np.cos(np.radians(np.minimum(highest, 85.0)))
            )
            turns = lon[:, None] + np.array([-360.0, 0.0, 360.0])
            windows = shapely.box(
                turns - across[:, None], (lat - up)[:, None],
                turns + across[:, None], (lat + up)[:, None],
            )  # fmt: skip
        window, row = self._tree.query(windows.ravel())
        pairs = np.column_stack([window // windows.shape[1], row])
        if within_km is not None:  # a shape over the antimeridian meets several windows
            pairs = np.unique(pairs, axis=0)
        return pairs[:, 0], pairs[:, 1]


def query_point(
    built: BuiltAtlas,
    lon: float,
    lat: float,
    *,
    on: date | None = None,
    known_by: date | None = None,
    within_km: float | None = None,
    index: PointIndex | None = None,
) -> list[PointAnswer]:
    """Return what the record says of one point, as `query_points` does.

    Raises
    ------
    QueryError
        For a point beyond the atlas's extent, a day beyond the record, or a distance that
        is none.
    """
    asked = PointQuery(lon, lat, on, known_by)
    (result,) = query_points(built, [asked], within_km=within_km, index=index)
    if isinstance(result, QueryError):
        raise result
    return result


def query_points(
    built: BuiltAtlas,
    queries: Sequence[PointQuery],
    *,
    within_km: float | None = None,
    index: PointIndex | None = None,
) -> list[list[PointAnswer] | QueryError]:
    """Return what the record says of points, in their order: rows that hold each.

    Parameters
    ----------
    built
        The atlas that is asked.
    queries
        Points in degrees (WGS84), each with its days.
    within_km
        Also rows that do not hold a point, but lie so near to it (kilometres, geodesic).
    index
        The index of the same atlas, where it was made before.

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
    faults = _faults(built.record, queries)
    sound = [number for number, fault in enumerate(faults) if fault is None]
    lon = np.array([queries[number].lon for number in sound])
    lat = np.array([queries[number].lat for number in sound])
    hits = (index or PointIndex(built)).query(lon, lat, within_km)
    answers = dict(zip(sound, _answers(built, [queries[n] for n in sound], hits), strict=True))
    return [fault or answers[number] for number, fault in enumerate(faults)]


def _answers(
    built: BuiltAtlas, queries: Sequence[PointQuery], hits: _Hits
) -> Iterator[list[PointAnswer]]:
    """Yield the answers of each point: its hits that were known by a day and hold on one."""
    found = built.frame.iloc[np.unique(hits.row)]
    rows: dict[date | None, dict[Any, ZonePeriod]] = {}
    for day in {asked.known_by for asked in queries}:
        known = filters.known_by(found, built.record, day)
        rows[day] = dict(zip(known.index, iter_rows(known), strict=True))
    order = np.lexsort((hits.row, hits.relation, hits.point))
    starts = np.searchsorted(hits.point[order], np.arange(len(queries) + 1))
    for asked, start, after in zip(queries, starts[:-1], starts[1:], strict=True):
        mine = []
        for at in order[start:after].tolist():
            row = rows[asked.known_by].get(built.frame.index[hits.row[at]])
            holds = row.validity.holds(asked.on) if row is not None and asked.on else None
            if row is None or (asked.on and not holds):
                continue
            far = float(hits.metres[at])
            relation = RELATIONS[hits.relation[at]]
            mine.append(PointAnswer(row, holds, relation, None if math.isnan(far) else far))
        yield mine


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
