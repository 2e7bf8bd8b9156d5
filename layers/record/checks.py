"""Cross-checks: what ties the records of the seeds folder together.

Each check yields every fault it finds; none raises. Shapes are not drawn here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import combinations

import shapely

from geo.recipes import (
    AreaOp,
    ContactLineOp,
    CornerOp,
    OffsetOp,
    PathOp,
    Recipe,
    RingPiece,
    ZoneOp,
    mentions,
    parts,
)
from layers.errors import DanglingReference, SeedError
from layers.record.clause_checks import clause_faults, tally_faults
from layers.record.dates import Validity, certain_overlap, meets, parse_day, parse_edtf, validity
from layers.record.kinds import DEFAULT_KINDS
from layers.record.locations import (
    check_coordinates,
    check_pairs,
    check_places,
    check_traces,
    swapped_places,
)
from layers.record.model import OF_RECORD, Claim, Period, Record, Zone
from layers.record.references import dangling


def cross_check(record: Record) -> Iterator[SeedError]:
    """Yield every fault between records, in the order of the files, each once.

    A place that many recipes name is wrong once.
    """
    told: set[tuple[str, str, str]] = set()
    for fault in _faults(record):
        where = fault.path, fault.record, fault.field
        if fault.path == "places.csv" and where in told:
            continue
        told.add(where)
        yield fault


def _faults(record: Record) -> Iterator[SeedError]:
    yield from _atlas(record)
    yield from _kinds(record)
    yield from _actors(record)
    yield from _claims(record)
    yield from check_places(record)
    yield from check_pairs(record)
    yield from check_traces(record)
    for shape in record.shapes.values():
        yield from _recipe(record, f"shapes/{shape.id}.yaml", shape.id, "recipe", shape.recipe)
    for zone in record.zones.values():
        yield from _zone(record, zone)
    yield from _disputes(record)
    yield from _lists(record)
    yield from clause_faults(record)
    yield from tally_faults(record)


def period_validity(period: Period) -> Validity:
    """Return when a period held; ValueError says what is wrong with its dates."""
    start = parse_edtf(period.from_.date)
    end = parse_edtf(period.to.date) if period.to else None
    last = parse_day(period.no_later_than) if period.no_later_than else None
    return validity(start, end, last)


def asserters(record: Record, period: Period) -> tuple[str, ...]:
    """Return who asserts a period: as declared, else whoever asserts its first claims."""
    if period.asserted_by:
        return tuple(sorted(set(period.asserted_by)))
    claims = (record.claims.get(key) for key in period.from_.claims)
    return tuple(sorted({claim.asserted_by for claim in claims if claim}))


def _atlas(record: Record) -> Iterator[SeedError]:
    atlas = record.atlas
    (first, last), edition = atlas.days, parse_day(atlas.edition)
    if last < first:
        yield SeedError("atlas.yaml", atlas.id, "record_to", "lies before record_from")
    if atlas.opens_on and not first <= parse_day(atlas.opens_on) <= last:
        yield SeedError("atlas.yaml", atlas.id, "opens_on", "lies beyond the record")
    if edition < last + timedelta(days=atlas.embargo_days):
        message = f"must lie {atlas.embargo_days} days (the embargo) after record_to"
        yield SeedError("atlas.yaml", atlas.id, "edition", message)
    extent = shapely.Polygon(atlas.extent)
    if not extent.is_valid:
        yield SeedError("atlas.yaml", atlas.id, "extent", "the ring crosses itself")


def _kinds(record: Record) -> Iterator[SeedError]:
    """Check that a new kind is whole, and that layers and zones take kinds that there are."""
    for key, kind in record.kinds.items():
        for field in () if key in DEFAULT_KINDS else ("names", "line", "text", "marker"):
            if getattr(kind, field) is None:
                message = "is missing; a kind that is not one of the default kinds needs it"
                yield SeedError("kinds.yaml", key, field, message)
    known = list(dict.fromkeys([*DEFAULT_KINDS, *record.kinds]))
    for layer in record.layers.values():
        if layer.style not in known:
            yield DanglingReference("layers.yaml", layer.id, "style", "kind", layer.style, known)
    for zone in record.zones.values():
        if zone.type not in known:
            yield DanglingReference(
                f"zones/{zone.id}.yaml", zone.id, "type", "kind", zone.type, known
            )


def _actors(record: Record) -> Iterator[SeedError]:
    for actor in record.actors.values():
        yield from dangling("actors.yaml", actor.id, "of", "actor", actor.of, record.actors)


def _claims(record: Record) -> Iterator[SeedError]:
    for key, claim in record.claims.items():
        source = record.source_of[key]
        path = f"claims/{source}.yaml"
        yield from dangling(path, key, "source", "source", source, record.sources)
        spots = [item.place for item in claim.places]
        yield from dangling(path, key, "places", "place", spots, record.places)
        yield from dangling(path, key, "actors", "actor", claim.actors, record.actors)
        said = claim.asserted_by
        yield from dangling(path, key, "asserted_by", "actor", said, record.actors)
        yield from _holds(record, path, claim)
        if claim.where is None and claim.locator is None:
            message = "say where it stands: 'where' with start, end and quote_sha256, or 'locator'"
            yield SeedError(path, key, "where", message)
        if claim.where is not None and claim.where.end <= claim.where.start:
            yield SeedError(path, key, "where", "end must be greater than start (half-open span)")
        if (claim.reviewed_by is None) != (claim.reviewed_on is None):
            yield SeedError(path, key, "reviewed_by", "give both reviewed_by and reviewed_on")


def _holds(record: Record, path: str, claim: Claim) -> Iterator[SeedError]:
    for number, hold in enumerate(claim.holds, start=1):
        field = f"holds[{number}]"
        if (hold.place is None) == (hold.zone is None):
            yield SeedError(path, claim.id, field, "give either 'place' or 'zone'")
        yield from dangling(path, claim.id, field, "place", hold.place, record.places)
        yield from dangling(path, claim.id, field, "zone", hold.zone, record.zones)
        kind = "actor" if hold.side == "held_by" else "zone"
        known: Iterable[str] = record.actors if kind == "actor" else record.zones
        yield from dangling(path, claim.id, field, kind, hold.of, known)


def _zone(record: Record, zone: Zone) -> Iterator[SeedError]:
    path = f"zones/{zone.id}.yaml"
    yield from dangling(path, zone.id, "layer", "layer", zone.layer, record.layers)
    yield from dangling(path, zone.id, "variant_of", "zone", zone.variant_of, record.zones)
    if zone.held_by:
        holders = [*zone.held_by.inside, *zone.held_by.outside]
        yield from dangling(path, zone.id, "held_by", "actor", holders, record.actors)
    yield from _recipe(record, path, zone.id, "recipe", zone.recipe)
    held: list[tuple[int, Period, Validity]] = []
    for number, period in enumerate(zone.periods, start=1):
        field = f"periods[{number}]"
        yield from _period(record, path, zone.id, field, period)
        try:
            held.append((number, period, period_validity(period)))
        except ValueError as error:
            yield SeedError(path, zone.id, field, str(error))
    yield from _overlaps(record, path, zone, held)
    yield from _after_last_report(path, zone, held)


def _period(
    record: Record, path: str, zone: str, field: str, period: Period
) -> Iterator[SeedError]:
    starts = period.from_.claims
    yield from dangling(path, zone, f"{field}.from.claims", "claim", starts, record.claims)
    ends = period.to.claims if period.to else ()
    yield from dangling(path, zone, f"{field}.to.claims", "claim", ends, record.claims)
    said = period.asserted_by
    yield from dangling(path, zone, f"{field}.asserted_by", "actor", said, record.actors)
    if period.no_later_than and (period.status != "unknown" or period.to):
        message = "goes with status unknown and no 'to'; a known end is a 'to' with its claims"
        yield SeedError(path, zone, f"{field}.no_later_than", message)
    if period.recipe is not None:
        yield from _recipe(record, path, zone, f"{field}.recipe", period.recipe)


def _recipe(
    record: Record, path: str, zone: str, field: str, recipe: Recipe
) -> Iterator[SeedError]:
    known: Mapping[str, Iterable[str]] = {
        "place": record.places,
        "trace": record.traces,
        "pairs": record.pairs,
        "zone": record.zones,
        "shape": record.shapes,
    }
    for kind, name in mentions(recipe):
        yield from dangling(path, zone, field, kind, name, known[kind])
    yield from check_coordinates(record, path, zone, field, recipe)
    for part in parts(recipe):
        if isinstance(part, ZoneOp):
            try:
                parse_day(part.on)
            except ValueError as error:
                yield SeedError(path, zone, f"{field}.on", str(error))
        elif isinstance(part, PathOp) and part.places:
            yield from swapped_places(record, path, part.places)
        elif isinstance(part, AreaOp):
            corners = [name for piece in part.ring for name in _corners(record, piece)]
            # A ring has no ends: its last corners are neighbours of its first.
            yield from swapped_places(record, path, [*corners[-2:], *corners, *corners[:2]])


def _corners(record: Record, piece: RingPiece) -> Iterator[str]:
    """Yield the places that a piece of a ring names, in its order; of pairs the outer ones."""
    match piece:
        case PathOp():
            yield from piece.places or [name for name in (piece.from_, piece.to) if name]
        case OffsetOp(place=str(name)):
            yield name
        case ContactLineOp():
            rows = record.pairs.get(piece.pairs, ())
            yield from (row.first for row in (*rows[:1], *rows[-1:]))
        case CornerOp():
            yield piece.place
        case _:
            pass


def _overlaps(
    record: Record, path: str, zone: Zone, held: Sequence[tuple[int, Period, Validity]]
) -> Iterator[SeedError]:
    for (one, first, a), (two, second, b) in combinations(held, 2):
        if first.track != second.track or not certain_overlap(a, b):
            continue
        shared = set(asserters(record, first)) & set(asserters(record, second))
        if shared:
            message = (
                f"overlaps periods[{one}] on track {first.track} as asserted by "
                f"{', '.join(sorted(shared))}; let one end the day before the other begins"
            )
            yield SeedError(path, zone.id, f"periods[{two}]", message)


def _after_last_report(
    path: str, zone: Zone, held: Sequence[tuple[int, Period, Validity]]
) -> Iterator[SeedError]:
    """A last report is no end: what came after is unknown, and that is a period too."""
    for number, period, valid in held:
        if period.to is None or period.to.reason != "last_report_only" or not valid.valid_to:
            continue
        day = valid.valid_to + timedelta(days=1)
        if not any(
            other is not period and other.track == period.track and meets(when, day, day)
            for _, other, when in held
        ):
            message = (
                f"ends with the last report; add a {period.track} period of status unknown from "
                f"{day}, with 'no_later_than' where a later day is sure"
            )
            yield SeedError(path, zone.id, f"periods[{number}].to", message)


def _disputes(record: Record) -> Iterator[SeedError]:
    for dispute in record.disputes.values():
        path, key = "disputes.yaml", dispute.id
        yield from dangling(path, key, "zones", "zone", dispute.zones, record.zones)
        for number, side in enumerate(dispute.sides, start=1):
            field = f"sides[{number}].claims"
            yield from dangling(path, key, field, "claim", side.claims, record.claims)


def _lists(record: Record) -> Iterator[SeedError]:
    for name in record.layers:
        if name in OF_RECORD:
            message = "is the name of a collection of the service; choose another"
            yield SeedError("layers.yaml", name, "id", message)
    for path, items in (("systems.yaml", record.systems), ("unknowns.yaml", record.unknowns)):
        for key, item in items.items():
            yield from dangling(path, key, "zones", "zone", item.zones, record.zones)
            yield from dangling(path, key, "claims", "claim", item.claims, record.claims)
    numbers: dict[int, str] = {}
    for key, system in record.systems.items():
        if (other := numbers.setdefault(system.number, key)) != key:
            message = f"{system.number} is also the number of {other!r}; give each its own"
            yield SeedError("systems.yaml", key, "number", message)
