"""Cross-checks: what ties the records of the seeds folder together.

Each check yields every fault it finds; none raises. Shapes are not drawn here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from layers.record.references import SeedEntry


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
    yield from _atlas(SeedEntry(record, "atlas.yaml", record.atlas.id))
    yield from _kinds(record)
    for actor in record.actors.values():
        yield from SeedEntry(record, "actors.yaml", actor.id).dangling("of", "actor", actor.of)
    for key, claim in record.claims.items():
        yield from _claim(SeedEntry(record, f"claims/{record.source_of[key]}.yaml", key), claim)
    yield from check_places(record)
    yield from check_pairs(record)
    yield from check_traces(record)
    for key, shape in record.shapes.items():
        yield from _recipe(SeedEntry(record, f"shapes/{key}.yaml", key), "recipe", shape.recipe)
    for key, zone in record.zones.items():
        yield from _zone(SeedEntry(record, f"zones/{key}.yaml", key), zone)
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


def _atlas(entry: SeedEntry) -> Iterator[SeedError]:
    atlas = entry.record.atlas
    (first, last), edition = atlas.days, parse_day(atlas.edition)
    if last < first:
        yield entry.fault("record_to", "lies before record_from")
    if atlas.opens_on and not first <= parse_day(atlas.opens_on) <= last:
        yield entry.fault("opens_on", "lies beyond the record")
    if edition < last + timedelta(days=atlas.embargo_days):
        message = f"must lie {atlas.embargo_days} days (the embargo) after record_to"
        yield entry.fault("edition", message)
    if not shapely.Polygon(atlas.extent).is_valid:
        yield entry.fault("extent", "the ring crosses itself")


def _kinds(record: Record) -> Iterator[SeedError]:
    """Check that a new kind is whole, and that layers and zones take kinds that there are."""
    for key, kind in record.kinds.items():
        for field in () if key in DEFAULT_KINDS else ("names", "line", "text", "marker"):
            if getattr(kind, field) is None:
                message = "is missing; a kind that is not one of the default kinds needs it"
                yield SeedError("kinds.yaml", key, field, message)
    known = list(dict.fromkeys([*DEFAULT_KINDS, *record.kinds]))
    taken = [
        *(("layers.yaml", key, "style", layer.style) for key, layer in record.layers.items()),
        *((f"zones/{key}.yaml", key, "type", zone.type) for key, zone in record.zones.items()),
    ]
    for path, key, field, name in taken:
        if name not in known:
            yield DanglingReference(path, key, field, "kind", name, known)


def _claim(entry: SeedEntry, claim: Claim) -> Iterator[SeedError]:
    yield from entry.dangling("source", "source", entry.record.source_of[claim.id])
    yield from entry.dangling("places", "place", [item.place for item in claim.places])
    yield from entry.dangling("actors", "actor", claim.actors)
    yield from entry.dangling("asserted_by", "actor", claim.asserted_by)
    for number, hold in enumerate(claim.holds, start=1):
        field = f"holds[{number}]"
        if (hold.place is None) == (hold.zone is None):
            yield entry.fault(field, "give either 'place' or 'zone'")
        yield from entry.dangling(field, "place", hold.place)
        yield from entry.dangling(field, "zone", hold.zone)
        yield from entry.dangling(field, "actor" if hold.side == "held_by" else "zone", hold.of)
    if claim.where is None and claim.locator is None:
        message = "say where it stands: 'where' with start, end and quote_sha256, or 'locator'"
        yield entry.fault("where", message)
    if claim.where is not None and claim.where.end <= claim.where.start:
        yield entry.fault("where", "end must be greater than start (half-open span)")
    if (claim.reviewed_by is None) != (claim.reviewed_on is None):
        yield entry.fault("reviewed_by", "give both reviewed_by and reviewed_on")


def _zone(entry: SeedEntry, zone: Zone) -> Iterator[SeedError]:
    yield from entry.dangling("layer", "layer", zone.layer)
    yield from entry.dangling("variant_of", "zone", zone.variant_of)
    if zone.held_by:
        holders = [*zone.held_by.inside, *zone.held_by.outside]
        yield from entry.dangling("held_by", "actor", holders)
    yield from _recipe(entry, "recipe", zone.recipe)
    held: list[tuple[int, Period, Validity]] = []
    for number, period in enumerate(zone.periods, start=1):
        field = f"periods[{number}]"
        yield from _period(entry, field, period)
        try:
            held.append((number, period, period_validity(period)))
        except ValueError as error:
            yield entry.fault(field, str(error))
    yield from _overlaps(entry, held)
    yield from _after_last_report(entry, held)


def _period(entry: SeedEntry, field: str, period: Period) -> Iterator[SeedError]:
    yield from entry.dangling(f"{field}.from.claims", "claim", period.from_.claims)
    ends = period.to.claims if period.to else ()
    yield from entry.dangling(f"{field}.to.claims", "claim", ends)
    yield from entry.dangling(f"{field}.asserted_by", "actor", period.asserted_by)
    if period.no_later_than and (period.status != "unknown" or period.to):
        message = "goes with status unknown and no 'to'; a known end is a 'to' with its claims"
        yield entry.fault(f"{field}.no_later_than", message)
    if period.recipe is not None:
        yield from _recipe(entry, f"{field}.recipe", period.recipe)


def _recipe(entry: SeedEntry, field: str, recipe: Recipe) -> Iterator[SeedError]:
    record, path = entry.record, entry.path
    for kind, name in mentions(recipe):
        yield from entry.dangling(field, kind, name)
    yield from check_coordinates(entry, field, recipe)
    for part in parts(recipe):
        if isinstance(part, ZoneOp):
            try:
                parse_day(part.on)
            except ValueError as error:
                yield entry.fault(f"{field}.on", str(error))
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
    entry: SeedEntry, held: Sequence[tuple[int, Period, Validity]]
) -> Iterator[SeedError]:
    for (one, first, a), (two, second, b) in combinations(held, 2):
        if first.track != second.track or not certain_overlap(a, b):
            continue
        shared = set(asserters(entry.record, first)) & set(asserters(entry.record, second))
        if shared:
            message = (
                f"overlaps periods[{one}] on track {first.track} as asserted by "
                f"{', '.join(sorted(shared))}; let one end the day before the other begins"
            )
            yield entry.fault(f"periods[{two}]", message)


def _after_last_report(
    entry: SeedEntry, held: Sequence[tuple[int, Period, Validity]]
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
            yield entry.fault(f"periods[{number}].to", message)


def _lists(record: Record) -> Iterator[SeedError]:
    for key, dispute in record.disputes.items():
        entry = SeedEntry(record, "disputes.yaml", key)
        yield from entry.dangling("zones", "zone", dispute.zones)
        for number, side in enumerate(dispute.sides, start=1):
            yield from entry.dangling(f"sides[{number}].claims", "claim", side.claims)
    for name in record.layers:
        if name in OF_RECORD:
            message = "is the name of a collection of the service; choose another"
            yield SeedError("layers.yaml", name, "id", message)
    for path, items in (("systems.yaml", record.systems), ("unknowns.yaml", record.unknowns)):
        for key, item in items.items():
            entry = SeedEntry(record, path, key)
            yield from entry.dangling("zones", "zone", item.zones)
            yield from entry.dangling("claims", "claim", item.claims)
    numbers: dict[int, str] = {}
    for key, system in record.systems.items():
        if (other := numbers.setdefault(system.number, key)) != key:
            message = f"{system.number} is also the number of {other!r}; give each its own"
            yield SeedError("systems.yaml", key, "number", message)
