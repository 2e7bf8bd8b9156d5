"""Evaluate a recipe: look up what it names and build its three shapes.

An `Inputs` object answers the names; it may stand on seed files or on a test's dictionary.
Longitudes are taken within 180° of ``Inputs.lon``, so that shapes across the antimeridian
stay in one piece until `geo.crs.split_antimeridian`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

import numpy as np
import shapely

from geo import lines, recipes, shapes
from geo.budget import Budget
from geo.buffers import quad_segs
from geo.crs import Coords, unwrap
from geo.errors import GeometryError
from geo.lines import Line, Pair, Place, Trace
from geo.offsets import offset_line, offset_place, side_towards
from geo.quantities import Interval
from geo.recipes import Recipe
from geo.shapes import Shapes
from geo.sides import runs_past


class Inputs(Protocol):
    """What recipes name: each method raises KeyError for an unknown id."""

    lon: float

    def place(self, name: str) -> Place:
        """Return a place in degrees."""

    def trace(self, name: str) -> Trace:
        """Return a trace in degrees."""

    def pairs(self, name: str) -> Sequence[Pair]:
        """Return pairs of places in the order of their line."""

    def zone(self, op: recipes.ZoneOp) -> Recipe:
        """Return the recipe by which a zone was drawn on a day."""

    def shape(self, name: str) -> Recipe:
        """Return a recipe that zones share."""


class Evaluator:
    """Evaluates recipes on one set of inputs, each distinct recipe once, within a budget."""

    def __init__(self, inputs: Inputs, budget: Budget | None = None) -> None:
        self._inputs = inputs
        self._budget = budget or Budget()
        self._done: dict[str, Shapes] = {}
        self._lines: dict[str, Line] = {}
        self._open: list[str] = []

    def __call__(self, recipe: Recipe) -> Shapes:
        """Return the three shapes of a recipe; `GeometryError` says why there are none."""
        key = recipe.model_dump_json()
        if key in self._done:
            return self._done[key]
        with self._within(key):
            self._done[key] = self._build(recipe)
        return self._done[key]

    @contextmanager
    def _within(self, key: str) -> Iterator[None]:
        """Hold a recipe open while what it stands on is evaluated."""
        if key in self._open:
            raise GeometryError("the recipe goes in a circle: it is drawn from itself")
        self._budget.nest(len(self._open) + 1)
        self._open.append(key)
        try:
            yield
        finally:
            self._open.pop()

    def _build(self, recipe: Recipe) -> Shapes:
        match recipe:
            case recipes.PointOp():
                return shapes.point(self._place(recipe.place))
            case recipes.LabelOp():
                return shapes.label(self._place(recipe.place))
            case recipes.NowhereOp():
                return shapes.nowhere()
            case recipes.DiscOp():
                self._budget.spend(12 * quad_segs(recipe.radius_km.high * 1000.0))
                return shapes.disc_shapes(self._place(recipe.center), _metres(recipe.radius_km))
            case recipes.RectangleOp():
                center, length = self._place(recipe.center), _metres(recipe.length_km)
                return shapes.rectangle(center, length, _metres(recipe.width_km), recipe.bearing)
            case recipes.OffsetOp(place=str()):
                return shapes.point(self._place(recipe))
            case recipes.PathOp() | recipes.ContactLineOp() | recipes.OffsetOp():
                return shapes.path(self._swollen(self._line(recipe)))
            case recipes.CorridorOp():
                return self._corridor(recipe)
            case recipes.AreaOp() | recipes.PolygonOp() | recipes.UnitsOp():
                return self._area(recipe)
            case recipes.StripOp():
                return self._strip(recipe)
            case recipes.BandOp():
                return self._band(recipe)
            case recipes.UnionOp():
                return shapes.union(self._members(recipe.of))
            case recipes.IntersectionOp():
                return shapes.intersection(self._members(recipe.of))
            case recipes.DifferenceOp():
                return shapes.difference(*self._members([recipe.of, recipe.minus]))
            case recipes.ZoneOp():
                return self(self._inputs.zone(recipe))
            case recipes.ShapeOp():
                return self(self._inputs.shape(recipe.id))
            case recipes.FuzzyOp():
                return shapes.fuzzy(self(recipe.of))

    def _members(self, laid: Sequence[Recipe]) -> list[Shapes]:
        """Return shapes that are to be laid over each other, where that can be paid."""
        members = [self(recipe) for recipe in laid]
        for reading in ("nominal", "outer"):  # an inner shape has fewer edges than its outer one
            self._budget.overlay([getattr(member, reading) for member in members])
        return members

    def _swollen(self, line: Line, by: Interval | None = None) -> Line:
        """Return a line that can be drawn with its uncertainty and a width beside it."""
        width = by.high * 1000.0 if by else 0.0
        return self._budget.line(line, width + float(line.uncertainty_m.max(initial=0.0)))

    def _corridor(self, recipe: recipes.CorridorOp) -> Shapes:
        line = self._line(recipe.path)
        if recipe.half_width_km is not None:
            route = self._swollen(line, recipe.half_width_km)
            return shapes.corridor(route, _metres(recipe.half_width_km))
        depths = [depth for depth in (recipe.left_km, recipe.right_km) if depth is not None]
        route = self._swollen(line, max(depths, key=lambda depth: depth.high))
        return shapes.sided_corridor(route, _metres(recipe.left_km), _metres(recipe.right_km))

    def _band(self, recipe: recipes.BandOp) -> Shapes:
        ends = (self._place(recipe.from_), self._place(recipe.to))
        towards, depth = self._place(recipe.towards), _metres(recipe.depth_km)
        border = self._line(recipe.border)
        if recipe.cut == "meridians" or (recipe.cut is None and runs_past(border, *ends)):
            return shapes.band(self._swollen(border, recipe.depth_km), towards, depth, ends)
        try:
            stretch = self._swollen(lines.cut(border, *ends), recipe.depth_km)
        except GeometryError as error:
            if recipe.cut is None:
                error = GeometryError(f"the border does not run past both meridians, and {error}")
            raise error from None
        left = side_towards(stretch, towards) == "left"
        return shapes.sided_corridor(stretch, *((depth, _NONE) if left else (_NONE, depth)))

    def _area(self, recipe: recipes.AreaOp | recipes.PolygonOp | recipes.UnitsOp) -> Shapes:
        match recipe:
            case recipes.AreaOp():
                bulges = [getattr(piece, "bulge_km", 0.0) * 1000 for piece in recipe.ring]
                names = [getattr(piece, "edge", None) for piece in recipe.ring]
                pieces = [self._piece(piece) for piece in recipe.ring]
                return shapes.area(pieces, bulges_m=bulges, names=names)
            case recipes.UnitsOp():
                return self._units(self._inputs.trace(recipe.trace), recipe.of)
            case recipes.PolygonOp(trace=str(name)):
                trace = self._inputs.trace(name)
                if trace.polygons:
                    return self._units(trace, None)
                ring = self._traced(name)
            case _:
                corners, margin_m = recipe.coordinates or [], (recipe.uncertainty_km or 0.0) * 1000
                ring = self._stated([*corners, *corners[:1]], margin_m)
        return shapes.area([self._swollen(ring)], bulges_m=[0.0], names=[None])

    def _units(self, trace: Trace, names: Sequence[str] | None) -> Shapes:
        """Return polygons of a trace, those of some names or all."""
        known = sorted({name for name in trace.names if name})
        for name in names or ():
            if name not in known:
                listed = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")
                raise GeometryError(
                    f"trace {trace.id!r} has no polygon named {name!r} (known: {listed or 'none'})"
                )
        members = [
            (shapely.transform(polygon, self._near), uncertainty_m)
            for polygon, name, uncertainty_m in zip(
                trace.polygons, trace.names, trace.uncertainty_m, strict=True
            )
            if names is None or name in names
        ]
        for polygon, uncertainty_m in members:
            for ring in shapely.get_rings(shapely.get_parts(polygon)):
                coords = shapely.get_coordinates(ring)
                self._swollen(lines.line(coords, [uncertainty_m] * (len(coords) - 1)))
        return shapes.units(members)

    def _strip(self, recipe: recipes.StripOp) -> Shapes:
        whole = self(recipe.area)
        edge = whole.edges.get(recipe.edge) if isinstance(recipe.edge, str) else None
        if not isinstance(recipe.edge, str):
            edge = self._line(recipe.edge)
        if edge is None or len(edge.coords) < 2:
            known = ", ".join(sorted(whole.edges)) or "none"
            raise GeometryError(
                f"the area has no edge named {recipe.edge!r} (known: {known}); name a piece of its "
                "ring with 'edge:'"
            )
        near = self._swollen(edge, recipe.depth_km)
        self._budget.overlay([whole.nominal, whole.outer])
        return shapes.strip(whole, near, _metres(recipe.depth_km))

    def _piece(self, piece: recipes.RingPiece) -> Line | None:
        match piece:
            case recipes.GapOp():
                return None
            case recipes.CornerOp():
                return lines.corner(self._place(piece.place))
            case recipes.OffsetOp(place=str()):
                return lines.corner(self._place(piece))
            case _:
                return self._swollen(self._line(piece))

    def _line(self, recipe: recipes.LineRecipe) -> Line:
        key = recipe.model_dump_json(exclude={"edge"})
        if key not in self._lines:
            with self._within(f"line {key}"):
                self._lines[key] = self._new_line(recipe)
        return self._lines[key]

    def _new_line(self, recipe: recipes.LineRecipe) -> Line:
        match recipe:
            case recipes.ShapeOp():
                shared = self._inputs.shape(recipe.id)
                if not isinstance(shared, recipes.LineKind):
                    raise GeometryError(
                        f"shape {recipe.id!r} is no line, which is asked for here: its 'op' must "
                        "be path, contact_line or offset"
                    )
                return self._line(shared)
            case recipes.OffsetOp():
                return self._offset(recipe)
            case recipes.ContactLineOp():
                near, pairs = self._near_place, self._inputs.pairs(recipe.pairs)
                return lines.contact_line(
                    [replace(one, first=near(one.first), second=near(one.second)) for one in pairs]
                )
        margin_m = recipe.uncertainty_km * 1000 if recipe.uncertainty_km else None
        if recipe.places is not None:
            return lines.chain(
                [self._place(name) for name in recipe.places], uncertainty_m=margin_m
            )
        if recipe.coordinates is not None:
            return self._stated(recipe.coordinates, margin_m or 0.0)
        ends = [self._place(name) if name else None for name in (recipe.from_, recipe.to)]
        return lines.cut(self._traced(recipe.trace or ""), *ends)

    def _offset(self, recipe: recipes.OffsetOp) -> Line:
        if recipe.line is None:
            raise GeometryError("an offset from a place is a point, and a line is asked for here")
        line, distance = self._line(recipe.line), _metres(recipe.distance_km)
        side = recipe.side or side_towards(line, self._place(recipe.towards or ""))
        return offset_line(self._swollen(line, recipe.distance_km), distance, side)

    def _stated(self, coordinates: Sequence[tuple[float, float]], margin_m: float) -> Line:
        return lines.stated(self._near(np.array(coordinates, dtype=float)), margin_m)

    def _traced(self, name: str) -> Line:
        trace = self._inputs.trace(name)
        return lines.trace_line(replace(trace, stretches=tuple(map(self._near, trace.stretches))))

    def _place(self, spot: str | recipes.OffsetOp) -> Place:
        if isinstance(spot, str):
            return self._near_place(self._inputs.place(spot))
        if spot.place is None or spot.bearing is None:
            raise GeometryError("an offset from a line is a line, and a point is asked for here")
        bearing = spot.bearing.low, spot.bearing.width
        return offset_place(self._place(spot.place), _metres(spot.distance_km), bearing)

    def _near_place(self, place: Place) -> Place:
        return replace(place, lon=float(self._near(np.array([[place.lon, place.lat]]))[0, 0]))

    def _near(self, coords: Coords) -> Coords:
        return np.column_stack([unwrap(coords[:, 0], self._inputs.lon), coords[:, 1]])


_NONE = (0.0, 0.0)


def _metres(distance: Interval | None) -> tuple[float, float]:
    return (distance.low * 1000.0, distance.high * 1000.0) if distance else _NONE
