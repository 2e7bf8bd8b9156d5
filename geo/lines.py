"""Lines whose stretches are not equally sure, and how they are made from places.

Coordinates are WGS84 longitude, latitude in degrees; uncertainties are metres.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from geo.crs import GEOD, GRID_M, Coords, LocalPlane, ahead, densify, unwrap
from geo.errors import GeometryError

# How far a place may lie from the trace that it is to cut, beyond what both may be off.
MAX_CUT_DISTANCE_M = 5_000.0
# What part of its uncertainty a line that is too rough to be drawn is simplified by.
SIMPLIFIED_BY = 10
# Two ends this close count as one point: below the fifth decimal of a degree.
SAME_M = 2.0


@dataclass(frozen=True, slots=True)
class Place:
    """A named point: degrees, and how far off it may be in metres."""

    id: str
    lon: float
    lat: float
    uncertainty_m: float


@dataclass(frozen=True, slots=True)
class Pair:
    """The last place held on one side and the first on the other.

    ``bulge_km``: set where no pair is sourced between this one and the next; ``margin_km``: the
    least by which the midpoint may be off, where who held the two is not proven.
    """

    first: Place
    second: Place
    bulge_km: float | None = None
    margin_km: float | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """What a trace file holds: stretches of a line or polygons, and their uncertainty.

    ``stretches`` are (n, 2) in degrees, of a polygon the corners of its rings; where the file
    holds ``polygons``, they stand beside them, one each, with their ``names``.
    """

    id: str
    stretches: tuple[Coords, ...]
    uncertainty_m: tuple[float, ...]
    polygons: tuple[BaseGeometry, ...] = ()
    names: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A polyline with the uncertainty of each segment and of its two ends.

    ``coords`` (n, 2) degrees, ``uncertainty_m`` (n - 1,) of each segment, ``unsourced`` (n - 1,)
    marks segments that bridge a stretch without a source; edges are geodesics.
    """

    coords: Coords
    uncertainty_m: NDArray[np.float64]
    end_uncertainty_m: tuple[float, float]
    unsourced: NDArray[np.bool_]

    @property
    def closed(self) -> bool:
        """Tell whether the line ends where it begins."""
        return len(self.coords) > 3 and bool(np.array_equal(self.coords[0], self.coords[-1]))

    @property
    def schematic(self) -> bool:
        """Tell whether more than half of the length has no source."""
        if not self.unsourced.any():
            return False
        lengths = _lengths(self.coords)
        return bool(lengths[self.unsourced].sum() * 2 > lengths.sum())

    @property
    def max_uncertainty_m(self) -> float:
        """Return how far off the line may be where it is least sure."""
        return float(max(self.uncertainty_m.max(), *self.end_uncertainty_m))

    def stretches(self) -> Iterator[tuple[int, int]]:
        """Yield the first and the last point of each stretch of one uncertainty."""
        changes = np.flatnonzero(np.diff(self.uncertainty_m)) + 1
        return itertools.pairwise([0, *changes.tolist(), len(self.uncertainty_m)])

    def dense(self) -> Line:
        """Return the line with points on its geodesics, at most 1 km apart."""
        return self.redrawn(*densify(self.coords))

    def redrawn(self, coords: Coords, owner: slice | NDArray[np.intp]) -> Line:
        """Return the line through other points, ``owner`` the segment that each new one is of."""
        return replace(
            self,
            coords=coords,
            uncertainty_m=self.uncertainty_m[owner],
            unsourced=self.unsourced[owner],
        )

    def simplified(self) -> Line:
        """Return the line with fewer vertices, off by a tenth of its uncertainty, which grows so.

        Each stretch of one uncertainty keeps its ends.
        """
        xy = LocalPlane.around(self.coords).forward(self.coords)
        numbered = np.column_stack([xy, np.arange(len(xy))])  # its height says which point it is
        kept = [np.zeros(1)]
        for first, after in self.stretches():
            drawn = shapely.LineString(numbered[first : after + 1])
            off = self.uncertainty_m[first] / SIMPLIFIED_BY
            few = shapely.simplify(drawn, off, preserve_topology=False)
            kept.append(shapely.get_coordinates(few, include_z=True)[1:, 2])
        keep = np.concatenate(kept).astype(int)
        thin, grown = self.redrawn(self.coords[keep], keep[1:] - 1), 1 + 1 / SIMPLIFIED_BY
        ends = self.end_uncertainty_m[0] * grown, self.end_uncertainty_m[1] * grown
        return replace(thin, uncertainty_m=thin.uncertainty_m * grown, end_uncertainty_m=ends)

    def reversed(self) -> Line:
        """Return the line run the other way."""
        back = slice(None, None, -1)
        turned = self.redrawn(self.coords[back], back)
        return replace(turned, end_uncertainty_m=self.end_uncertainty_m[::-1])


def line(
    coords: Coords,
    uncertainty_m: Sequence[float] | NDArray[np.float64],
    *,
    end_uncertainty_m: tuple[float, float] | None = None,
    unsourced: Sequence[bool] | None = None,
) -> Line:
    """Return a line, without segments of no length; two different points are needed."""
    values = np.asarray(uncertainty_m, dtype=float)
    flags = np.zeros(len(values), bool) if unsourced is None else np.asarray(unsourced, bool)
    moves = np.any(coords[1:] != coords[:-1], axis=1)
    if not moves.any():
        raise GeometryError("a line needs two different points")
    keep = np.concatenate([[True], moves])
    ends = end_uncertainty_m or (float(values[moves][0]), float(values[moves][-1]))
    return Line(coords[keep], values[moves], ends, flags[moves])


def corner(place: Place) -> Line:
    """Return a place as a piece of a ring: one point, no length."""
    spot, off = np.array([[place.lon, place.lat]]), place.uncertainty_m
    return Line(spot, np.empty(0), (off, off), np.empty(0, bool))


def chain(places: Sequence[Place], *, uncertainty_m: float | None = None) -> Line:
    """Return the line from place to place; a leg is as unsure as the worse of its ends."""
    coords = np.array([[p.lon, p.lat] for p in places], dtype=float)
    own = [p.uncertainty_m for p in places]
    legs = [uncertainty_m or max(a, b) for a, b in itertools.pairwise(own)]
    return line(coords, legs, end_uncertainty_m=(own[0], own[-1]))


def stated(coordinates: Sequence[tuple[float, float]] | Coords, uncertainty_m: float) -> Line:
    """Return the line through coordinates that a text states, in degrees, longitude first."""
    coords = np.array(coordinates, dtype=float)
    coords[:, 0] = unwrap(coords[:, 0], coords[0, 0])
    return line(coords, [uncertainty_m] * (len(coords) - 1))


def trace_line(trace: Trace) -> Line:
    """Return a trace's stretches joined end to end in order; a gap is an error."""
    if trace.polygons:
        raise GeometryError(
            f"trace {trace.id!r} holds polygons and is no line: take it with 'op: polygon', or "
            "some of it by name with 'op: units'"
        )
    first, *others = trace.stretches
    if others and not _touches(first[-1], others[0]) and _touches(first[0], others[0]):
        first = first[::-1]
    coords = [first]
    for number, stretch in enumerate(others, start=2):
        end, piece = coords[-1][-1], stretch
        if _distance(end, piece[0]) > SAME_M and _distance(end, piece[-1]) <= SAME_M:
            piece = piece[::-1]
        if (gap := _distance(end, piece[0])) > SAME_M:
            raise GeometryError(
                f"trace {trace.id!r}: stretch {number} starts {gap / 1000:.3f} km from the end "
                f"of stretch {number - 1}; join them end to end, in order"
            )
        coords.append(piece[1:])
    counts = [len(stretch) - 1 for stretch in trace.stretches]
    return line(np.vstack(coords), np.repeat(trace.uncertainty_m, counts))


def cut(whole: Line, start: Place | None, end: Place | None) -> Line:
    """Return the part of a line between the points nearest to two places."""
    if start is None and end is None:
        return whole
    if whole.closed:
        raise GeometryError("a closed trace cannot be cut by two places: there are two ways round")
    dense = whole.dense()
    plane = LocalPlane.around(dense.coords)
    xy = plane.forward(dense.coords)
    drawn = shapely.LineString(xy)
    ends = [
        default if place is None else _along(dense, drawn, plane, place)
        for place, default in ((start, 0.0), (end, drawn.length))
    ]
    low, high = sorted(ends)
    if high - low < SAME_M:
        raise GeometryError("the two places cut the trace at the same point")
    part = _between(dense, xy, plane, low, high)
    part = part if ends[0] <= ends[1] else part.reversed()
    own = (
        part.end_uncertainty_m[0] if start is None else start.uncertainty_m,
        part.end_uncertainty_m[1] if end is None else end.uncertainty_m,
    )
    return replace(part, end_uncertainty_m=own)


def _along(dense: Line, drawn: BaseGeometry, plane: LocalPlane, place: Place) -> float:
    spot = shapely.Point(plane.forward(np.array([[place.lon, place.lat]]))[0])
    max_distance_m = MAX_CUT_DISTANCE_M + place.uncertainty_m + float(dense.uncertainty_m.max())
    if (off := drawn.distance(spot)) > max_distance_m:
        raise GeometryError(
            f"place {place.id!r} lies {off / 1000:.1f} km from the trace that it is to cut; "
            f"at most {max_distance_m / 1000:.1f} km would do"
        )
    return float(drawn.project(spot))


def _between(dense: Line, xy: Coords, plane: LocalPlane, low: float, high: float) -> Line:
    """Return the part between two distances along the projected line, in metres."""
    at = metres_along(xy)
    inside = (at > low + 1e-6) & (at < high - 1e-6)
    ends = np.column_stack([np.interp([low, high], at, xy[:, i]) for i in (0, 1)])
    coords = np.vstack([ends[:1], xy[inside], ends[1:]])
    middles = np.concatenate([[low], at[inside], [high]])
    degrees = plane.inverse(coords)
    degrees[1:-1] = dense.coords[inside]
    part = dense.redrawn(degrees, segments_at(at, (middles[:-1] + middles[1:]) / 2))
    first, last = part.uncertainty_m[[0, -1]].tolist()
    return replace(part, end_uncertainty_m=(first, last))


def segments(lines: NDArray[Any]) -> tuple[Coords, Coords]:
    """Return the start and the end of every segment of lines or rings, shapes (n, 2)."""
    coords, owner = shapely.get_coordinates(lines, return_index=True)
    same = owner[1:] == owner[:-1]
    return coords[:-1][same], coords[1:][same]


def metres_along(xy: Coords) -> NDArray[np.float64]:
    """Return how far along a line in a plane each of its points lies."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])


def segments_at(at: NDArray[np.float64], metres: ArrayLike) -> NDArray[np.intp]:
    """Return the segment on which each distance along a line lies whose points lie ``at``."""
    return np.clip(np.searchsorted(at, metres, side="right") - 1, 0, len(at) - 2)


def trimmed(whole: Line, start_m: float, end_m: float) -> Line | None:
    """Return the line without its first and last metres, None where nothing is left."""
    dense = whole.dense()
    plane = LocalPlane.around(dense.coords)
    xy = plane.forward(dense.coords)
    length = float(np.hypot(*np.diff(xy, axis=0).T).sum())
    if start_m + end_m >= length - SAME_M:
        return None
    return _between(dense, xy, plane, start_m, length - end_m)


def extended(whole: Line, start_m: float, end_m: float) -> Line:
    """Return the line carried on straight beyond its ends by so many metres."""
    head = _straight_on(whole.coords[0], whole.coords[1], start_m)
    tail = _straight_on(whole.coords[-1], whole.coords[-2], end_m)
    more = len(head), len(tail)
    return replace(
        whole,
        coords=np.vstack([head, whole.coords, tail]),
        uncertainty_m=np.pad(whole.uncertainty_m, more, mode="edge"),
        unsourced=np.pad(whole.unsourced, more),
    )


def _straight_on(tip: Coords, before: Coords, metres: float) -> Coords:
    """Return the point beyond a line's tip, shape (1, 2); none for no length."""
    if metres < GRID_M:
        return np.empty((0, 2))
    # The azimuth back from the neighbour at the tip: straight on, not at the neighbour.
    back = GEOD.inv(before[0], before[1], tip[0], tip[1])[1]
    return ahead(tip[0], tip[1], back + 180.0, metres)


def contact_line(pairs: Sequence[Pair]) -> Line:
    """Return the line through the midpoints of pairs, the first side to the left.

    A midpoint is off by half the gap between its two places and by the worse of their own
    uncertainties, and by its margin at the least; a segment is as unsure as the worse of its
    ends, and by its bulge where no pair is sourced. Raises `GeometryError` for a pair on the
    wrong sides.
    """
    if len(pairs) < 2:
        raise GeometryError("a contact line needs two pairs")
    first = np.array([[p.first.lon, p.first.lat] for p in pairs])
    second = np.array([[p.second.lon, p.second.lat] for p in pairs])
    azimuth, _, gap = GEOD.inv(first[:, 0], first[:, 1], second[:, 0], second[:, 1])
    half = gap / 2
    middle = ahead(first[:, 0], first[:, 1], azimuth, half)
    _check_sides(pairs, first, second, middle)
    own = half + [max(p.first.uncertainty_m, p.second.uncertainty_m) for p in pairs]
    own = np.maximum(own, [(p.margin_km or 0.0) * 1000 for p in pairs])
    bulge = np.array([(p.bulge_km or 0.0) * 1000 for p in pairs[:-1]])
    uncertainty_m = np.maximum(np.maximum(own[:-1], own[1:]), bulge)
    return line(
        middle,
        uncertainty_m,
        end_uncertainty_m=(float(own[0]), float(own[-1])),
        unsourced=list(bulge > 0),
    )


def _check_sides(pairs: Sequence[Pair], first: Coords, second: Coords, middle: Coords) -> None:
    """Refuse a pair that lies the wrong way round by both segments that meet at it.

    A pair that lies nearly along its line says nothing of sides, so only one turned by more
    than 30 degrees to the wrong side is refused.
    """
    plane = LocalPlane.around(middle)
    across = _unit(plane.forward(second) - plane.forward(first))
    steps = _unit(np.diff(plane.forward(middle), axis=0))
    before = np.vstack([steps[:1], steps])
    after = np.vstack([steps, steps[-1:]])
    # The sine of the angle by which the second place lies to the right, as it should.
    right = [step[:, 1] * across[:, 0] - step[:, 0] * across[:, 1] for step in (before, after)]
    for index in np.flatnonzero(np.maximum(*right) < -0.5):
        pair = pairs[int(index)]
        raise GeometryError(
            f"pair {int(index) + 1} ({pair.first.id}, {pair.second.id}) is on the wrong sides: "
            "the first place must lie to the left of the line as the rows go; swap the two, or "
            "move the row to its place in the order"
        )


def _unit(vectors: Coords) -> Coords:
    """Return vectors of length one; one of no length has no direction and stays zero."""
    result: Coords = vectors / np.maximum(np.hypot(*vectors.T), 1e-9)[:, None]
    return result


def _touches(end: Coords, stretch: Coords) -> bool:
    return min(_distance(end, stretch[0]), _distance(end, stretch[-1])) <= SAME_M


def _distance(one: Coords, other: Coords) -> float:
    return float(GEOD.inv(one[0], one[1], other[0], other[1])[2])


def _lengths(coords: Coords) -> NDArray[np.float64]:
    result = GEOD.inv(coords[:-1, 0], coords[:-1, 1], coords[1:, 0], coords[1:, 1])[2]
    return np.asarray(result, dtype=float)
