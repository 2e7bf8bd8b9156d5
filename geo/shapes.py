"""Constructions: each recipe kind as a pure function, with its three shapes.

- ``nominal``: every interval at its upper end, positional uncertainty ignored;
- ``inner``: certain. Intervals at their lower end, shrunk by the uncertainty of the inputs;
- ``outer``: possible. Intervals at their upper end, grown by it.

inner lies in nominal, nominal in outer, always (the egg-yolk model of regions with
indeterminate boundaries: Cohn and Gotts 1996, in Burrough and Frank (eds), Geographic
Objects with Indeterminate Boundaries, 171-187).

Geometries are WGS84 longitude, latitude in degrees, distances metres on the ellipsoid.
**Bound**: for shapes up to 100 km in size between 60° S and 60° N a corridor's flank, a disc's
rim, a strip's and a band's depth lie within 5 m of the stated distance, edges between given
vertices being geodesics (asserted by ``tests/geo/test_shapes.py`` and
``tests/geo/test_sides.py`` against pyproj.Geod).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.buffers import EMPTY, buffer, disc, flat_cap_buffer, quad_segs
from geo.crs import GEOD, Coords, LocalPlane, ahead
from geo.errors import GeometryError
from geo.lines import Line, Place, extended, line, trimmed
from geo.sides import beside, between_meridians, border_side, stretch_near

Metres = tuple[float, float]
"""An interval of distances in metres, [low, high]."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """The three shapes of one recipe, in degrees, and what went into them.

    ``edges`` are the named edges of an area, from which a strip is measured; ``anchor`` is
    where a name is written when there is no shape.
    """

    nominal: BaseGeometry
    inner: BaseGeometry
    outer: BaseGeometry
    uncertainty_m: float
    edges: Mapping[str, Line] = field(default_factory=dict)
    schematic: bool = False
    anchor: Place | None = None


def _shapes(
    nominal: BaseGeometry,
    inner: BaseGeometry,
    outer: BaseGeometry,
    uncertainty_m: float,
    *,
    schematic: bool = False,
) -> Shapes:
    """Hold inner in nominal in outer, which rounding of arcs alone could break."""
    if not inner.is_empty:
        inner = _areas(shapely.intersection(inner, nominal))
    if not nominal.is_empty:
        outer = shapely.union(outer, nominal)
    return Shapes(nominal, inner, outer, float(uncertainty_m), schematic=schematic)


def point(place: Place) -> Shapes:
    """Return a place: nothing is surely inside, anywhere within its uncertainty may be."""
    outer = disc(place.lon, place.lat, place.uncertainty_m)
    return _shapes(shapely.Point(place.lon, place.lat), EMPTY, outer, place.uncertainty_m)


def label(place: Place) -> Shapes:
    """Return no shape at all, and the place to write the name at."""
    return Shapes(EMPTY, EMPTY, EMPTY, place.uncertainty_m, anchor=place)


def nowhere() -> Shapes:
    """Return no shape and no place to write a name at."""
    return Shapes(EMPTY, EMPTY, EMPTY, 0.0)


def disc_shapes(center: Place, radius: Metres) -> Shapes:
    """Return all points within a geodesic radius of a place.

    >>> shapes = disc_shapes(Place("somewhere", 0.0, 0.0, 500.0), (10_000.0, 10_000.0))
    >>> shapes.nominal.contains(shapes.inner), shapes.outer.contains(shapes.nominal)
    (True, True)
    """
    low, high = radius
    u = center.uncertainty_m
    nominal, inner, outer = (disc(center.lon, center.lat, r) for r in (high, low - u, high + u))
    return _shapes(nominal, inner, outer, u)


def path(route: Line) -> Shapes:
    """Return a line: nothing is surely on it, anywhere within its uncertainty may be."""
    dense = route.dense()
    ends = zip(dense.coords[[0, -1]], route.end_uncertainty_m, strict=True)
    discs = [disc(lon, lat, uncertainty_m) for (lon, lat), uncertainty_m in ends]
    outer = shapely.union_all([buffer(dense, lambda u: u), *discs])
    drawn, off = shapely.LineString(dense.coords), route.max_uncertainty_m
    return _shapes(drawn, EMPTY, outer, off, schematic=route.schematic)


def corridor(route: Line, half_width: Metres) -> Shapes:
    """Return all points within half a width of a path and not beyond its ends.

    A stretch of uncertainty u surely covers low - u and possibly high + u to each side; the
    ends move by their own uncertainty, and a closed path has none.
    """
    low, high = half_width
    shorter, longer = _moved_ends(route)
    nominal = flat_cap_buffer(route.dense(), lambda _: high)
    outer = flat_cap_buffer(longer.dense(), lambda u: high + u)
    inner = EMPTY
    if shorter is not None and not route.schematic:
        inner = flat_cap_buffer(shorter.dense(), lambda u: low - u)
    return _shapes(nominal, inner, outer, route.max_uncertainty_m, schematic=route.schematic)


def sided_corridor(route: Line, left: Metres, right: Metres) -> Shapes:
    """Return all points within one distance to the left of a line, another to its right.

    Not beyond its ends; a distance of no length is none. A point is surely in where the line,
    moved by its uncertainty to either side, leaves it within the lower end of its side's distance.
    """
    shorter, longer = _moved_ends(route)
    nominal = beside(route, {"left": lambda _: left[1], "right": lambda _: right[1]})
    outer = beside(longer, {"left": lambda u: left[1] + u, "right": lambda u: right[1] + u})
    inner = EMPTY
    if shorter is not None and not route.schematic:
        inner = beside(
            shorter,
            {"left": lambda u: left[0] - u, "right": lambda u: right[0] - u},
            without={"left": lambda u: u - right[0], "right": lambda u: u - left[0]},
        )
    return _shapes(nominal, inner, outer, route.max_uncertainty_m, schematic=route.schematic)


def _moved_ends(route: Line) -> tuple[Line | None, Line]:
    """Return a line shorter, and longer, by what its ends may be off; a closed one has none."""
    if route.closed:
        return route, route
    return trimmed(route, *route.end_uncertainty_m), extended(route, *route.end_uncertainty_m)


def rectangle(center: Place, length: Metres, width: Metres, bearing: float) -> Shapes:
    """Return all points within half a width of an axis through a place, not beyond its ends.

    Parameters
    ----------
    center
        The middle of the rectangle.
    length, width
        Metres, [low, high], along the bearing and across it.
    bearing
        Degrees clockwise from north.

    """
    u = center.uncertainty_m

    def drawn(long: float, wide: float) -> BaseGeometry:
        if min(long, wide) <= 0:
            return EMPTY
        back, front = ahead(center.lon, center.lat, [bearing + 180, bearing], long / 2)
        axis = line(np.array([back, [center.lon, center.lat], front]), [0.0, 0.0])
        return flat_cap_buffer(axis.dense(), lambda _: wide / 2)

    nominal = drawn(length[1], width[1])
    plane = LocalPlane(center.lon, center.lat)
    grown = shapely.buffer(plane.project(nominal), u, quad_segs=quad_segs(u))
    inner = drawn(length[0] - 2 * u, width[0] - 2 * u)
    return _shapes(nominal, inner, plane.unproject(grown), u)


def units(members: Sequence[tuple[BaseGeometry, float]]) -> Shapes:
    """Return polygons taken together; an outline is as unsure as the polygon that it is from.

    Parameters
    ----------
    members
        Polygons in degrees, whose edges are geodesics, each with its uncertainty in metres.

    """
    whole = shapely.union_all([polygon for polygon, _ in members])
    own = shapely.STRtree([shapely.boundary(polygon) for polygon, _ in members])
    every = np.array([uncertainty_m for _, uncertainty_m in members])
    polygons, edges = [], []
    for part in shapely.get_parts(whole):
        rings = [_ring_of(ring, own, every).dense() for ring in shapely.get_rings(part)]
        polygons.append(shapely.Polygon(rings[0].coords, [ring.coords for ring in rings[1:]]))
        edges += [buffer(ring, lambda u: u) for ring in rings]
    nominal, edge = shapely.orient_polygons(shapely.union_all(polygons)), shapely.union_all(edges)
    inner = _areas(shapely.difference(nominal, edge))
    return _shapes(nominal, inner, shapely.union(nominal, edge), float(every.max()))


def _ring_of(ring: BaseGeometry, own: shapely.STRtree, every: NDArray[np.float64]) -> Line:
    """Return a ring as a line, each edge as unsure as the worst of the polygons that it bounds."""
    coords = shapely.get_coordinates(ring)
    edge, of = own.query_nearest(shapely.points((coords[1:] + coords[:-1]) / 2))
    uncertainty_m = np.zeros(len(coords) - 1)
    np.maximum.at(uncertainty_m, edge, every[of])
    return line(coords, uncertainty_m)


def area(
    pieces: Sequence[Line | None], *, bulges_m: Sequence[float], names: Sequence[str | None]
) -> Shapes:
    """Return the inside of a ring of lines joined end to end in order.

    A piece None is a gap: the geodesic between its neighbours, as unsure as its bulge. Two
    neighbours may lie apart by their summed uncertainties, not more. Raises `GeometryError`
    for a wider gap and for a ring that crosses itself.
    """
    ring = _ring(pieces, bulges_m)
    dense = ring.dense()
    nominal = shapely.Polygon(dense.coords)
    if not nominal.is_valid:
        raise GeometryError(f"the ring crosses or touches itself: {_where(nominal)}")
    nominal = shapely.orient_polygons(nominal)
    edge = buffer(dense, lambda u: u)
    schematic = any(piece is not None and piece.schematic for piece in pieces)
    inner = EMPTY if schematic else _areas(shapely.difference(nominal, edge))
    outer, off = shapely.union(nominal, edge), ring.max_uncertainty_m
    edges = {
        name: piece
        for name, piece in zip(names, pieces, strict=True)
        if name is not None and piece is not None
    }
    return replace(_shapes(nominal, inner, outer, off, schematic=schematic), edges=edges)


def strip(whole: Shapes, edge: Line, depth: Metres) -> Shapes:
    """Return the points of an area within a depth of one of its edges.

    A point at distance d from the whole edge is surely in where u <= d <= low - u and the area
    surely holds it; it may be in where d <= high + u and the area may hold it.
    """
    near, sure, blurred, possible = _within(edge.dense(), depth)
    nominal, outer = _areas(near & whole.nominal), _areas(possible & whole.outer)
    schematic = whole.schematic or edge.schematic
    inner = EMPTY if schematic else _areas((sure & whole.inner) - blurred)
    off = max(whole.uncertainty_m, edge.max_uncertainty_m)
    return _shapes(nominal, inner, outer, off, schematic=schematic)


def _within(dense: Line, depth: Metres) -> list[BaseGeometry]:
    """Return what lies within a depth of a line, surely so, on the line as unsure, possibly so."""
    low, high = depth
    widths = (lambda _: high, lambda u: low - u, lambda u: u, lambda u: high + u)
    return [buffer(dense, width) for width in widths]


def band(border: Line, towards: Place, depth: Metres, ends: tuple[Place, Place]) -> Shapes:
    """Return points within a depth of a border on the side of a place, between two meridians.

    The distance is to the whole border; the border must run past both meridians.
    """
    dense = border.dense()
    west, east = sorted(ends, key=lambda place: place.lon)
    grow = between_meridians(west, east, 1.0)
    close = stretch_near(dense, grow, depth[1] + border.max_uncertainty_m)
    near, sure, blurred, possible = _within(close, depth)
    side = border_side(dense, possible | near, towards, grow)
    nominal = near & side & between_meridians(west, east, 0.0)
    inner = ((sure - blurred) & side) & between_meridians(west, east, -1.0)
    outer = ((possible & side) | blurred) & grow
    inner = EMPTY if border.schematic else _areas(inner)
    off = max(border.max_uncertainty_m, west.uncertainty_m, east.uncertainty_m)
    return _shapes(_areas(nominal), inner, _areas(outer), off, schematic=border.schematic)


def union(members: Sequence[Shapes]) -> Shapes:
    """Return what is in any of the shapes."""
    return _combine(members, shapely.union_all)


def intersection(members: Sequence[Shapes]) -> Shapes:
    """Return what is in all of the shapes; areas that merely touch have nothing in common."""
    least = min(int(shapely.get_dimensions(m.nominal)) for m in members)

    def common(shapes: list[BaseGeometry]) -> BaseGeometry:
        met = shapely.intersection_all(shapes)
        return EMPTY if int(shapely.get_dimensions(met)) < least else met

    return _combine(members, common)


def difference(whole: Shapes, minus: Shapes) -> Shapes:
    """Return what is in the first and not in the second: surely not where it may be."""
    return _shapes(
        _areas(shapely.difference(whole.nominal, minus.nominal)),
        _areas(shapely.difference(whole.inner, minus.outer)),
        _areas(shapely.difference(whole.outer, minus.inner)),
        max(whole.uncertainty_m, minus.uncertainty_m),
        schematic=whole.schematic or minus.schematic,
    )


def fuzzy(shape: Shapes) -> Shapes:
    """Return the outer shape alone: somewhere in there, nothing surely."""
    return replace(shape, nominal=EMPTY, inner=EMPTY, edges={})


def _combine(
    members: Sequence[Shapes], operation: Callable[[list[BaseGeometry]], BaseGeometry]
) -> Shapes:
    return _shapes(
        operation([m.nominal for m in members]),
        _areas(operation([m.inner for m in members])),
        operation([m.outer for m in members]),
        max(m.uncertainty_m for m in members),
        schematic=any(m.schematic for m in members),
    )


def _ring(pieces: Sequence[Line | None], bulges_m: Sequence[float]) -> Line:
    """Join pieces into one closed line, bridging what their uncertainty allows."""
    if all(piece is None for piece in pieces):
        raise GeometryError("a ring needs at least one line")
    coords: list[Coords] = []
    uncertainty_m: list[NDArray[np.float64]] = []
    count = len(pieces)
    for index, piece in enumerate(pieces):
        before, after = pieces[index - 1], pieces[(index + 1) % count]
        if piece is None:
            if before is None or after is None:
                raise GeometryError("two gaps follow each other in the ring: declare one bulge")
            uncertainty_m.append(np.array([bulges_m[index]]))
            continue
        coords.append(piece.coords)
        uncertainty_m.append(piece.uncertainty_m)
        if after is None:
            continue
        uncertainty_m.append(np.array([_bridge(piece, after, index, (index + 1) % count)]))
    joined = np.vstack([*coords, coords[0][:1]])
    widths = np.concatenate(uncertainty_m)
    if pieces[0] is None:
        widths = np.concatenate([widths[1:], widths[:1]])
    if np.any(joined[1:] != joined[:-1], axis=1).sum() < 3:
        raise GeometryError("the ring has fewer than three different points")
    return line(joined, widths, end_uncertainty_m=(0.0, 0.0))


def _bridge(piece: Line, after: Line, index: int, following: int) -> float:
    """Return the uncertainty of the join of two pieces, refusing one that is too wide.

    A place in the ring is a corner that somebody chose, so any distance to it is meant.
    """
    end, start = piece.coords[-1], after.coords[0]
    gap = float(GEOD.inv(end[0], end[1], start[0], start[1])[2])
    allowed = piece.end_uncertainty_m[1] + after.end_uncertainty_m[0]
    if gap > allowed and len(piece.coords) > 1 and len(after.coords) > 1:
        raise GeometryError(
            f"gap of {gap / 1000:.1f} km in the ring between piece {index + 1} and piece "
            f"{following + 1}, wider than their uncertainties together ({allowed / 1000:.1f} km); "
            "put a sourced place or a 'gap' with its bulge_km between them"
        )
    return max(piece.end_uncertainty_m[1], after.end_uncertainty_m[0])


def _areas(geometry: BaseGeometry) -> BaseGeometry:
    """Keep what has an area; points and lines where two shapes merely touch drop out."""
    if geometry.is_empty or geometry.geom_type != "GeometryCollection":
        return geometry
    parts = [g for g in shapely.get_parts(geometry) if g.geom_type == "Polygon"]
    return shapely.union_all(parts) if parts else EMPTY


def _where(geometry: BaseGeometry) -> str:
    return str(shapely.is_valid_reason(geometry)).replace("[", " near ").replace("]", "")
