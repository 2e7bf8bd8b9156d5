"""Evaluate a recipe: look up what it names and build its three shapes.

An `Inputs` object answers the names; it may stand on seed files or on a test's dictionary.
Longitudes are taken within 180° of ``Inputs.lon``, so that shapes across the antimeridian
stay in one piece until `geo.crs.split_antimeridian`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from geo import lines, shapes
from geo.budget import Budget
from geo.buffers import quad_segs
from geo.crs import unwrap
from geo.errors import GeometryError
from geo.lines import Line, Pair, Place, Trace
from geo.recipes import (
    AreaOp,
    BandOp,
    ContactLineOp,
    CorridorOp,
    DifferenceOp,
    DiscOp,
    FuzzyOp,
    GapOp,
    IntersectionOp,
    Interval,
    LabelOp,
    NowhereOp,
    PathOp,
    PointOp,
    Recipe,
    RingPiece,
    StripOp,
    UnionOp,
    ZoneOp,
)
from geo.shapes import Shapes


class Inputs(Protocol):
    """What recipes name: each method raises KeyError for an unknown id."""

    lon: float

    def place(self, name: str) -> Place:
        """Return a place in degrees."""

    def trace(self, name: str) -> Trace:
        """Return a trace in degrees."""

    def pairs(self, name: str) -> Sequence[Pair]:
        """Return pairs of places in the order of their line."""

    def zone(self, op: ZoneOp) -> Recipe:
        """Return the recipe by which a zone was drawn on a day."""


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
        if key in self._open:
            raise GeometryError("the recipe goes in a circle: a zone is drawn from itself")
        self._budget.nest(len(self._open) + 1)
        self._open.append(key)
        try:
            self._done[key] = self._build(recipe)
        finally:
            self._open.pop()
        return self._done[key]

    def _build(self, recipe: Recipe) -> Shapes:
        match recipe:
            case PointOp():
                return shapes.point(self._place(recipe.place))
            case LabelOp():
                return shapes.label(self._place(recipe.place))
            case NowhereOp():
                return shapes.nowhere()
            case DiscOp():
                self._budget.spend(12 * quad_segs(recipe.radius_km.high * 1000.0))
                return shapes.disc_shapes(self._place(recipe.center), _metres(recipe.radius_km))
            case PathOp() | ContactLineOp():
                return shapes.path(self._swollen(self._line(recipe)))
            case CorridorOp():
                route = self._swollen(self._line(recipe.path), recipe.half_width_km)
                return shapes.corridor(route, _metres(recipe.half_width_km))
            case AreaOp():
                return self._area(recipe)
            case StripOp():
                return self._strip(recipe)
            case BandOp():
                ends = (self._place(recipe.from_), self._place(recipe.to))
                towards = self._place(recipe.towards)
                border = self._swollen(self._line(recipe.border), recipe.depth_km)
                return shapes.band(border, towards, _metres(recipe.depth_km), ends)
            case UnionOp():
                return shapes.union(self._members(recipe.of))
            case IntersectionOp():
                return shapes.intersection(self._members(recipe.of))
            case DifferenceOp():
                return shapes.difference(*self._members([recipe.of, recipe.minus]))
            case ZoneOp():
                return self(self._inputs.zone(recipe))
            case FuzzyOp():
                return shapes.fuzzy(self(recipe.of))

    def _members(self, recipes: Sequence[Recipe]) -> list[Shapes]:
        """Return shapes that are to be laid over each other, where that can be paid."""
        members = [self(recipe) for recipe in recipes]
        for reading in ("nominal", "outer"):  # an inner shape has fewer edges than its outer one
            self._budget.overlay([getattr(member, reading) for member in members])
        return members

    def _swollen(self, line: Line, by: Interval | None = None) -> Line:
        """Return a line that can be drawn with its uncertainty and a width beside it."""
        width = by.high * 1000.0 if by else 0.0
        return self._budget.line(line, width + float(line.uncertainty_m.max(initial=0.0)))

    def _area(self, recipe: AreaOp) -> Shapes:
        return shapes.area(
            [self._piece(piece) for piece in recipe.ring],
            bulges_m=[p.bulge_km * 1000 if isinstance(p, GapOp) else 0.0 for p in recipe.ring],
            names=[getattr(piece, "edge", None) for piece in recipe.ring],
        )

    def _strip(self, recipe: StripOp) -> Shapes:
        whole = self(recipe.area)
        edge = whole.edges.get(recipe.edge)
        if edge is None or len(edge.coords) < 2:
            known = ", ".join(sorted(whole.edges)) or "none"
            raise GeometryError(
                f"the area has no edge named {recipe.edge!r} (known: {known}); name a piece of its "
                "ring with 'edge:'"
            )
        near = self._swollen(edge, recipe.depth_km)
        self._budget.overlay([whole.nominal, whole.outer])
        return shapes.strip(whole, near, _metres(recipe.depth_km))

    def _piece(self, piece: RingPiece) -> Line | None:
        match piece:
            case GapOp():
                return None
            case PathOp() | ContactLineOp():
                return self._swollen(self._line(piece))
            case _:
                return lines.corner(self._place(piece.place))

    def _line(self, recipe: PathOp | ContactLineOp) -> Line:
        key = recipe.model_dump_json(exclude={"edge"})
        if key not in self._lines:
            self._lines[key] = self._new_line(recipe)
        return self._lines[key]

    def _new_line(self, recipe: PathOp | ContactLineOp) -> Line:
        if isinstance(recipe, ContactLineOp):
            pairs = [
                replace(pair, first=self._near(pair.first), second=self._near(pair.second))
                for pair in self._inputs.pairs(recipe.pairs)
            ]
            return lines.contact_line(pairs)
        if recipe.places is not None:
            uncertainty_m = recipe.uncertainty_km * 1000 if recipe.uncertainty_km else None
            return lines.chain(
                [self._place(name) for name in recipe.places], uncertainty_m=uncertainty_m
            )
        trace = self._inputs.trace(recipe.trace or "")
        lon = self._inputs.lon
        moved = tuple(np.column_stack([unwrap(s[:, 0], lon), s[:, 1]]) for s in trace.stretches)
        ends = [self._place(name) if name else None for name in (recipe.from_, recipe.to)]
        return lines.cut(lines.trace_line(replace(trace, stretches=moved)), *ends)

    def _place(self, name: str) -> Place:
        return self._near(self._inputs.place(name))

    def _near(self, place: Place) -> Place:
        lon = float(unwrap(np.array([place.lon]), self._inputs.lon)[0])
        return place if lon == place.lon else replace(place, lon=lon)


def _metres(distance: Interval) -> tuple[float, float]:
    return distance.low * 1000.0, distance.high * 1000.0
