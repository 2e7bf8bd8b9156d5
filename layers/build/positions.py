"""Compare the shapes with what claims say of sides.

A claim's ``holds`` put a place, or the whole of a zone, inside or outside a zone, or on ground
that somebody held. `findings` tells of each that the shapes of its day do not bear out:

- *contradiction*: inside, yet beyond the possible shape; outside, yet within the certain one;
- *doubt*: it disagrees with the nominal shape alone, or by no more than the place may be off;
- *untested*: no shape was drawn for that day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import shapely
from shapely.geometry.base import BaseGeometry

from geo.measure import area_m2, distance_m
from layers.build.rows import BuiltAtlas, ZonePeriod
from layers.record.dates import meets, parse_day
from layers.record.model import GazetteerPlace, Hold

FindingKind = Literal["doubt", "contradiction", "untested"]
SEVERITY: tuple[FindingKind, ...] = ("doubt", "contradiction", "untested")
# Edges are rounded to a metre: so near is on the line, and two shapes that merely touch have so
# much in common.
EDGE_M, SLIVER_M2 = 2.0, 500_000.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One ``hold`` that the shapes do not bear out."""

    claim_id: str
    number: int
    kind: FindingKind
    says: str
    off: str
    """By how much: kilometres for a place, square kilometres for a zone."""
    reason: str | None
    """Why the shape is drawn so all the same, as the record gives it."""

    def __str__(self) -> str:
        """Write the finding in a line."""
        why = self.reason or "no reason is recorded"
        return f"{self.claim_id}: holds[{self.number}]: {self.kind}: {self.says}{self.off}; {why}"

    def as_dict(self) -> dict[str, str | int | None]:
        """Return the finding as JSON has it."""
        return {
            "claim_id": self.claim_id,
            "hold": self.number,
            "kind": self.kind,
            "says": self.says,
            "off": self.off.removeprefix(", "),
            "reason": self.reason,
        }


def findings(built: BuiltAtlas) -> Iterator[Finding]:
    """Yield what the shapes do not bear out, in the order of the claims."""
    for key, claim in built.record.claims.items():
        for number, hold in enumerate(claim.holds, start=1):
            found = _tested(built, hold)
            if found is not None:
                kind, off = found
                yield Finding(key, number, kind, _says(hold), off, hold.doubt)


def _says(hold: Hold) -> str:
    day = f" on {hold.on}" if hold.on else ""
    side = "held by" if hold.side == "held_by" else hold.side
    return f"{hold.place or hold.zone} {side} {hold.of}{day}"


TestOutcome = tuple[FindingKind, str] | None


def _tested(built: BuiltAtlas, hold: Hold) -> TestOutcome:
    """Return what is wrong with a hold, None where it agrees with one of the shapes."""
    results: list[TestOutcome] = []
    for zone, inside in _targets(built, hold):
        for drawn in _drawn(built, zone, hold.on):
            if hold.place is not None:
                results.append(_place(built.record.places[hold.place], inside, drawn))
            elif hold.zone is not None:
                own = _drawn(built, hold.zone, hold.on)
                results += [_zone(one, inside, drawn) for one in own]
    if not results:
        return "untested", ""
    return min(results, key=lambda found: 0 if found is None else 1 + SEVERITY.index(found[0]))


def _targets(built: BuiltAtlas, hold: Hold) -> Iterator[tuple[str, bool]]:
    """Yield each zone that a hold is tested against, and whether it says inside."""
    if hold.side != "held_by":
        yield hold.of, hold.side == "inside"
        return
    for zone in built.record.zones.values():
        if zone.held_by and hold.of in zone.held_by.inside:
            yield zone.id, True
        elif zone.held_by and hold.of in zone.held_by.outside:
            yield zone.id, False


def _drawn(built: BuiltAtlas, zone: str, on: str | None) -> list[ZonePeriod]:
    """Return the rows of a zone on a day: in practice, where there are any, else on paper."""
    rows = [row for row in built.by_zone.get(zone, ()) if row.outer is not None]
    if on is not None:
        day = parse_day(on)
        rows = [row for row in rows if meets(row.validity, day, day)]
    return [row for row in rows if row.track == "practice"] or rows


def _place(place: GazetteerPlace, inside: bool, drawn: ZonePeriod) -> TestOutcome:
    spot = shapely.Point(place.lon, place.lat)
    certain = drawn.outer if inside else drawn.inner
    if certain is not None and certain.covers(spot) != inside:
        off = distance_m(place.lon, place.lat, certain) or 0.0
        kind: FindingKind = "contradiction" if off > place.uncertainty_m else "doubt"
        return kind, f", {off / 1000:.1f} km from the {'possible' if inside else 'certain'} shape"
    nominal = drawn.nominal
    if nominal is None or shapely.get_dimensions(nominal) < 2:
        return None
    off = distance_m(place.lon, place.lat, nominal) or 0.0
    if off <= EDGE_M:
        return "doubt", ", on the line as drawn"
    if nominal.covers(spot) != inside:
        return "doubt", f", {off / 1000:.1f} km on the other side of the line as drawn"
    return None


def _zone(own: ZonePeriod, inside: bool, other: ZonePeriod) -> TestOutcome:
    """Compare two zones: one wholly in the other, or with nothing in common."""
    certain = own.inner, other.outer if inside else other.inner
    compared: dict[FindingKind, tuple[BaseGeometry | None, BaseGeometry | None]] = {
        "contradiction": certain, "doubt": (own.nominal, other.nominal),
    }  # fmt: skip
    for kind, (first, second) in compared.items():
        if first is None or second is None:
            continue
        wrong = first.difference(second) if inside else first.intersection(second)
        if (area := area_m2(wrong)) > SLIVER_M2:
            return kind, f", {area / 1e6:.0f} km2 of it"
    return None
