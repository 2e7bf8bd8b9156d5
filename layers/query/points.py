"""Ask about many points at once; each answer is that of `layers.query.filters.at`.

What is costly for one point is shared: the rows of a day, an index over the points for each
shape, and one call of the geodesic inverse for all distances to a shape.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.crs import GEOD
from geo.measure import distance_m
from layers.build.rows import BuiltAtlas, ZonePeriod
from layers.errors import QueryError
from layers.query import filters as query
from layers.query.filters import Answer
from layers.record.dates import parse_day

_ORDER = {"inside_all": 0, "inside_some": 1, "outside": 2}
_FEW = 3


@dataclass(frozen=True, slots=True)
class Question:
    """A point (degrees, WGS84), a day and what was known by another."""

    lon: float
    lat: float
    on: date | None = None
    by: date | None = None


def at_many(built: BuiltAtlas, questions: Sequence[Question]) -> list[list[Answer] | QueryError]:
    """Return for each question its answers, or what is wrong with it, in the same order."""
    if not questions:
        return []
    results = _checked(built, questions)
    sound = [number for number, result in enumerate(results) if isinstance(result, list)]
    lon = np.array([questions[number].lon for number in sound])
    lat = np.array([questions[number].lat for number in sound])
    shapes = _shapes(built, lon, lat)
    rows_by: dict[date | None, dict[str, ZonePeriod]] = {}
    for position, number in enumerate(sound):
        asked = questions[number]
        if asked.by not in rows_by:
            known = query.known_by(built, built.rows, asked.by)
            rows_by[asked.by] = {row.id: row for row in known}
        results[number] = _answers(rows_by[asked.by], shapes[position], asked.on)
    return results


_Hit = tuple[str, str, float | None]
"""ZonePeriod, relation, distance to the edge."""


def _answers(rows: dict[str, ZonePeriod], hits: list[_Hit], on: date | None) -> list[Answer]:
    found = []
    for name, relation, far in hits:
        row = rows.get(name)
        if row is None:
            continue
        holds = row.validity.holds(on) if on is not None else None
        if on is None or holds is not None:
            found.append(Answer(row, holds, relation, far))
    return sorted(found, key=lambda answer: _ORDER[answer.relation])


def _checked(built: BuiltAtlas, questions: Sequence[Question]) -> list[list[Answer] | QueryError]:
    """Return for each question what is wrong with it, or room for its answers."""
    extent = shapely.Polygon(built.record.atlas.extent)
    shapely.prepare(extent)
    spots = shapely.points([(asked.lon, asked.lat) for asked in questions])
    inside = shapely.covers(extent, spots)
    days = {asked.on: _beyond(built, asked.on) for asked in questions}
    found: list[list[Answer] | QueryError] = []
    for asked, within in zip(questions, inside, strict=True):
        fault = days[asked.on]
        if not within:
            fault = _misplaced(built, asked) or fault
        found.append(fault or [])
    return found


def _beyond(built: BuiltAtlas, on: date | None) -> QueryError | None:
    try:
        query.check_day(built.record, on)
    except QueryError as error:
        return error
    return None


def _misplaced(built: BuiltAtlas, asked: Question) -> QueryError | None:
    try:
        query.check_point(built.record, asked.lon, asked.lat)
    except QueryError as error:
        return error
    return None


def _shapes(
    built: BuiltAtlas, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> list[list[_Hit]]:
    """Return for each point the rows whose shapes hold it, in the order of the rows."""
    tree = shapely.STRtree([shapely.Point(x, y) for x, y in zip(lon, lat, strict=True)])
    hits: list[list[_Hit]] = [[] for _ in range(len(lon))]
    done: dict[int, list[tuple[int, str, float | None]]] = {}
    for row in built.rows:
        drawn = built.drawn[row.id]
        key = id(drawn)
        if key not in done:
            done[key] = list(_of_shape(drawn.inner, drawn.outer, drawn.nominal, tree, lon, lat))
        for position, relation, far in done[key]:
            hits[position].append((row.id, relation, far))
    return hits


def _of_shape(
    inner: BaseGeometry | None,
    outer: BaseGeometry | None,
    nominal: BaseGeometry | None,
    tree: shapely.STRtree,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
) -> Iterable[tuple[int, str, float | None]]:
    certain = set() if inner is None else set(tree.query(inner, predicate="covers").tolist())
    possible = set() if outer is None else set(tree.query(outer, predicate="covers").tolist())
    held = sorted(certain | possible)
    if not held:
        return
    numbers = np.array(held)
    far = distances_m(lon[numbers], lat[numbers], nominal)
    for position, metres in zip(held, far, strict=True):
        relation = "inside_all" if position in certain else "inside_some"
        yield position, relation, None if math.isnan(metres) else float(metres)


def distances_m(
    lon: NDArray[np.float64], lat: NDArray[np.float64], geometry: BaseGeometry | None
) -> NDArray[np.float64]:
    """Return `geo.measure.distance_m` of many points to one geometry, NaN where there is none.

    A planar index in degrees, longitudes shrunk by the cosine of the latitude, finds for each
    point the few edges that can be nearest; only these are measured, in the azimuthal plane
    centred on the point, whose coordinates are geodesic distance and azimuth.
    """
    if geometry is None or geometry.is_empty:
        return np.full(len(lon), np.nan)
    cut = geometry.bounds[0] <= -180 or geometry.bounds[2] >= 180
    if len(lon) <= _FEW or cut:
        return np.array([distance_m(x, y, geometry) for x, y in zip(lon, lat, strict=True)])
    starts, ends = _segments(geometry)
    south = min(float(lat.min()), float(starts[:, 1].min()), float(ends[:, 1].min()))
    north = max(float(lat.max()), float(starts[:, 1].max()), float(ends[:, 1].max()))
    cosines = [math.cos(math.radians(min(abs(y), 89.0))) for y in (south, north)]
    if south < 0 < north:
        cosines.append(1.0)
    shrink = np.array([sum(cosines) / len(cosines), 1.0])
    points = shapely.points(np.column_stack([lon, lat]) * shrink)
    pieces: Any = shapely.linestrings(np.stack([starts * shrink, ends * shrink], axis=1))
    tree = shapely.STRtree(pieces)
    near, apart = tree.query_nearest(points, return_distance=True, all_matches=False)
    reach = np.zeros(len(points))
    reach[near[0]] = apart
    # How much the plane can be wrong: the cosine at its worst, the curve of the Earth, a metre.
    reach = reach * (max(cosines) / min(cosines)) ** 2 * 1.05 + 1e-5
    which, edge = tree.query(points, predicate="dwithin", distance=reach)
    metres = _measured(lon[which], lat[which], starts[edge], ends[edge])
    nearest = np.full(len(points), np.inf)
    np.minimum.at(nearest, which, metres)
    return nearest


def _segments(geometry: BaseGeometry) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return start and end of every edge; of a point, the same twice."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    lines = [part if part.geom_type != "Polygon" else shapely.boundary(part) for part in parts]
    starts, ends = [], []
    for line in shapely.get_parts(lines):
        coords = shapely.get_coordinates(line)
        starts.append(coords if len(coords) == 1 else coords[:-1])
        ends.append(coords if len(coords) == 1 else coords[1:])
    return np.concatenate(starts), np.concatenate(ends)


def _measured(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the distance of each point to its edge, in the plane centred on the point."""
    a, b = _plane(lon, lat, starts), _plane(lon, lat, ends)
    along = b - a
    length = (along**2).sum(axis=1)
    share = np.divide(-(a * along).sum(axis=1), length, out=np.zeros(len(a)), where=length > 0)
    foot = a + along * np.clip(share, 0.0, 1.0)[:, None]
    metres: NDArray[np.float64] = np.hypot(foot[:, 0], foot[:, 1])
    return metres


def _plane(
    lon: NDArray[np.float64], lat: NDArray[np.float64], spots: NDArray[np.float64]
) -> NDArray[np.float64]:
    azimuth, _, far = GEOD.inv(lon, lat, spots[:, 0], spots[:, 1])
    angle = np.radians(np.asarray(azimuth))
    plane: NDArray[np.float64] = np.column_stack([np.sin(angle), np.cos(angle)])
    plane *= np.asarray(far)[:, None]
    return plane


def question(lon: float, lat: float, on: str | None, known_by: str | None) -> Question:
    """Return a question from texts; `QueryError` names the part that is wrong."""
    return Question(lon, lat, _day("on", on), _day("known_by", known_by))


def _day(name: str, text: str | None) -> date | None:
    if text is None or text == "":
        return None
    try:
        return parse_day(text)
    except ValueError as error:
        raise QueryError(name, text, str(error)) from None
