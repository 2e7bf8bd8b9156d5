"""What is no fault of a record and yet looks like an oversight: read, drawn, and of no effect.

`hints` tells of places that lie on the wrong side of their own line, disputes that hatch nothing,
claims and shapes that nothing uses, and texts that are still to be written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from geo.measure import distance_m
from geo.recipes import Recipe, mentions
from layers.build.inputs import iter_inputs
from layers.build.rows import BuiltAtlas
from layers.record.model import Record
from layers.record.new_atlas import UNWRITTEN

# A zone lies on that side of a line of which it holds so many times more places.
_ONE_SIDED = 3


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to look at: file, record, and what about it."""

    path: str
    record: str
    message: str

    def __str__(self) -> str:
        """Write the hint in a line."""
        return f"{self.path}: {self.record}: {self.message}"

    def as_dict(self) -> dict[str, str]:
        """Return the hint as JSON has it."""
        return {"file": self.path, "record": self.record, "message": self.message}


def hints(built: BuiltAtlas) -> Iterator[Hint]:
    """Yield what looks like an oversight, in the order of the files."""
    yield from _unwritten(built.record)
    yield from _unused_claims(built.record)
    yield from _wrong_sides(built)
    yield from _unused_shapes(built.record)
    yield from _disputes_without_effect(built)


def _unwritten(record: Record) -> Iterator[Hint]:
    """Yield the texts that a new atlas starts with and that nobody has written yet."""
    atlas = record.atlas
    for field in ("scope", "borders", "corrections"):
        text = getattr(atlas, field).as_dict()
        if left := [lang for lang, words in text.items() if words.startswith(UNWRITTEN)]:
            message = f"{field} is still to be written ({', '.join(left)})"
            yield Hint("atlas.yaml", atlas.id, message)
    if atlas.licence.startswith(UNWRITTEN):
        yield Hint("atlas.yaml", atlas.id, "licence is still to be chosen")


def _unused_claims(record: Record) -> Iterator[Hint]:
    """Yield a hint for claims that nothing rests on and that count and place nothing, by source."""
    used: set[str] = set()
    for listed in (record.disputes, record.systems, record.unknowns):
        used.update(*(item.claims for item in listed.values()))
    for zone in record.zones.values():
        used.update(*(period.claims for period in zone.periods))
    for agreement in record.agreements.values():
        used.update(*(clause.cited for clause in agreement.clauses))
    for key, claim in record.claims.items():
        if key not in used and not claim.holds and not claim.tally:
            message = (
                "no zone, dispute, system, clause or unknown rests on it; let one, or take it out"
            )
            yield Hint(f"claims/{record.source_of[key]}.yaml", key, message)


def _unused_shapes(record: Record) -> Iterator[Hint]:
    recipes: list[Recipe] = [shape.recipe for shape in record.shapes.values()]
    for zone in record.zones.values():
        recipes += [zone.recipe, *(p.recipe for p in zone.periods if p.recipe is not None)]
    named = {name for recipe in recipes for kind, name in mentions(recipe) if kind == "shape"}
    for key in record.shapes:
        if key not in named:
            yield Hint(f"shapes/{key}.yaml", key, "nothing is drawn from it")


def _disputes_without_effect(built: BuiltAtlas) -> Iterator[Hint]:
    """Yield disputes about status whose claims begin no period of the zones that they name."""
    for dispute in built.record.disputes.values():
        if dispute.about != "status" or not dispute.zones:
            continue
        contested = set(dispute.claims)
        rows = [row for zone in dispute.zones for row in built.by_zone.get(zone, ())]
        if all(contested.isdisjoint(row.start_claim_ids) for row in rows):
            message = (
                f"is about status, and nothing of {', '.join(dispute.zones)} is hatched: no claim "
                "of its sides stands in the 'from' of a period of theirs; put one there"
            )
            yield Hint("disputes.yaml", dispute.id, message)


def _wrong_sides(built: BuiltAtlas) -> Iterator[Hint]:
    """Yield places of pairs that lie inside a zone of the other side, beyond their own margin.

    A zone is of one side where it holds most of that side's places, and nearly none of the other.
    """
    found: dict[tuple[str, int, str, str], dict[str, float]] = {}
    for row in built.rows:
        nominal = row.nominal
        if nominal is None or shapely.get_dimensions(nominal) < 2:
            continue
        for kind, name in iter_inputs(built.record, built.recipes[row.id]):
            if kind != "pairs":
                continue
            for number, place, side, metres in _strangers(built.record, nominal, name):
                zones = found.setdefault((name, number, place, side), {})
                zones[row.zone_id] = max(metres, zones.get(row.zone_id, 0.0))
    for (name, number, place, side), zones in found.items():
        listed = ", ".join(f"{zone} ({metres / 1000:.1f} km)" for zone, metres in zones.items())
        message = f"{place} is given to the {side} of the line and lies inside what is of the other"
        yield Hint(f"pairs/{name}.csv", f"pair {number}", f"{message}: {listed}")


def _strangers(
    record: Record, nominal: BaseGeometry, name: str
) -> Iterator[tuple[int, str, str, float]]:
    """Yield pair, place, side and depth in metres of what an area holds of the other side."""
    rows = record.pairs[name]
    sides = [[record.places[getattr(pair, side)] for pair in rows] for side in ("first", "second")]
    inside = [[nominal.covers(shapely.Point(p.lon, p.lat)) for p in places] for places in sides]
    for own, other in ((0, 1), (1, 0)):
        if not 0 < sum(inside[other]) * _ONE_SIDED <= sum(inside[own]):
            continue
        for number, (place, within) in enumerate(zip(sides[other], inside[other], strict=True), 1):
            edge = shapely.boundary(nominal)  # how far inside it lies, in metres
            deep = distance_m(place.lon, place.lat, edge) or 0.0 if within else 0.0
            if deep > place.uncertainty_m:
                yield number, place.id, "right" if other else "left", deep
