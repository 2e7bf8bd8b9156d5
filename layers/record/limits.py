"""The budget of a record: what is counted before anything is compared or drawn.

The limits stand in `layers.settings.Limits`, each with its ``TAMAS_...`` variable.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geo.quantities import Interval
from geo.recipes import (
    AreaOp,
    ContactLineOp,
    PathOp,
    PolygonOp,
    Recipe,
    RingPiece,
    UnitsOp,
    parts,
)
from layers.errors import SeedError
from layers.record.model import Record
from layers.settings import Limits, variable


def limit_message(count: float, what: str, limits: Limits, name: str) -> str:
    """Return how a fault says that something is too much, and what would allow it."""
    most = getattr(limits, name)
    return f"{count:,g} {what}, at most {most:,} are read: make it less, or set {variable(name)}"


def values_in(data: Any, most: int) -> tuple[int, list[str]]:
    """Return how many values stand in data, and the texts; it ends at more than ``most``."""
    count, waiting = 0, [data]
    texts: list[str] = []
    while waiting and count <= most:
        one = waiting.pop()
        count += 1
        if isinstance(one, str):
            texts.append(one)
        elif isinstance(one, dict | list):
            if len(one) > most:
                count += len(one)
            else:
                waiting.extend(one.values() if isinstance(one, dict) else one)
    return count, texts


def over_limits(record: Record, limits: Limits) -> Iterator[SeedError]:
    """Yield a fault for everything in a record of which there is too much."""

    def over(
        count: float, name: str, what: str, path: str, entry: str, field: str
    ) -> Iterator[SeedError]:
        if count > getattr(limits, name):
            yield SeedError(path, entry, field, limit_message(count, what, limits, name))

    rows = sum(len(zone.periods) for zone in record.zones.values())
    yield from over(rows, "max_rows", "periods of all zones", "zones/", "", "periods")
    for name in ("claims", "places", "sources", "actors", "disputes", "systems", "unknowns"):
        yield from over(len(getattr(record, name)), "max_entries", name, name, "", "")
    duties = sum(len(agreement.clauses) for agreement in record.agreements.values())
    yield from over(duties, "max_entries", "clauses", "clauses/", "", "")
    ring = len(record.atlas.extent)
    yield from over(ring, "max_trace_vertices", "corners", "atlas.yaml", record.atlas.id, "extent")
    for name in record.traces:
        vertices, path = _trace_vertices(record, name), f"traces/{name}.geojson"
        yield from over(vertices, "max_trace_vertices", "vertices", path, "", "geometry")
    for shape in record.shapes.values():
        for name, count, what in _recipe_counts(record, shape.recipe):
            yield from over(count, name, what, f"shapes/{shape.id}.yaml", shape.id, "recipe")
    for zone in record.zones.values():
        where = f"zones/{zone.id}.yaml", zone.id
        yield from over(len(zone.periods), "max_periods", "periods", *where, "periods")
        for number, period in enumerate([None, *zone.periods]):
            recipe = period.recipe if period else zone.recipe
            field = f"periods[{number}].recipe" if period else "recipe"
            for name, count, what in _recipe_counts(record, recipe) if recipe else ():
                yield from over(count, name, what, *where, field)


def _recipe_counts(record: Record, recipe: Recipe) -> Iterator[tuple[str, float, str]]:
    every = list(parts(recipe))
    yield "max_recipe_parts", len(every), "parts"
    for part in every:
        if isinstance(part, Interval):
            yield "max_width_km", part.high, "kilometres"
        elif isinstance(part, AreaOp):
            corners = sum(_vertices(record, piece) for piece in part.ring)
            yield "max_trace_vertices", corners, "vertices of a ring"
        elif isinstance(part, PathOp | ContactLineOp | PolygonOp | UnitsOp):
            yield "max_trace_vertices", _vertices(record, part), "vertices"


def _vertices(record: Record, piece: RingPiece | PolygonOp | UnitsOp) -> int:
    """Return how many vertices a part of a recipe brings, whole traces counted whole."""
    match piece:
        case PathOp():
            stated = len(piece.places or piece.coordinates or ())
            return stated + _trace_vertices(record, piece.trace)
        case PolygonOp():
            return len(piece.coordinates or ()) + _trace_vertices(record, piece.trace)
        case UnitsOp():
            return _trace_vertices(record, piece.trace)
        case ContactLineOp():
            return len(record.pairs.get(piece.pairs, ()))
        case _:
            return 1


def _trace_vertices(record: Record, name: str | None) -> int:
    trace = record.traces.get(name or "")
    return sum(map(len, trace.trace.stretches)) if trace else 0
