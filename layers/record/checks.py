"""Cross-checks: what ties the records of the seeds folder together.

Each check yields every fault it finds; none raises. Shapes are not drawn here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import combinations
from statistics import median  # numpy's loads masked arrays

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.crs import GEOD
from geo.recipes import (
    AreaOp,
    ContactLineOp,
    CornerOp,
    GapOp,
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
from layers.record.model import Claim, GazetteerPlace, Period, Record, Zone
from layers.record.references import known_ids

# Talks are held elsewhere: their venues may lie outside the atlas's extent.
ABROAD = frozenset({"venue", "region-abroad"})
# A place is thought to be swapped when that brings it this many times nearer to its neighbours,
# from at least so far away.
SWAP_RATIO, SWAP_LEAST_M = 3.0, 5_000.0


def cross_check(record: Record) -> Iterator[SeedError]:
    """Yield every fault between records, in the order of the files."""
    yield from _atlas(record)
    yield from _kinds(record)
    yield from _actors(record)
    yield from _claims(record)
    yield from _places(record)
    yield from _pairs(record)
    yield from _traces(record)
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
    first, last, edition = (
        parse_day(day) for day in (atlas.record_from, atlas.record_to, atlas.edition)
    )
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
        if actor.of:
            yield from known_ids("actors.yaml", actor.id, "of", "actor", [actor.of], record.actors)


def _claims(record: Record) -> Iterator[SeedError]:
    for key, claim in record.claims.items():
        source = record.source_of[key]
        path = f"claims/{source}.yaml"
        yield from known_ids(path, key, "source", "source", [source], record.sources)
        spots = [item.place for item in claim.places]
        yield from known_ids(path, key, "places", "place", spots, record.places)
        yield from known_ids(path, key, "actors", "actor", claim.actors, record.actors)
        said = [claim.asserted_by]
        yield from known_ids(path, key, "asserted_by", "actor", said, record.actors)
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
        for kind, name, known in (
            ("place", hold.place, record.places),
            ("zone", hold.zone, record.zones),
        ):
            if name is not None:
                yield from known_ids(path, claim.id, field, kind, [name], known)
        if hold.side == "held_by":
            yield from known_ids(path, claim.id, field, "actor", [hold.of], record.actors)
        else:
            yield from known_ids(path, claim.id, field, "zone", [hold.of], record.zones)


def _places(record: Record) -> Iterator[SeedError]:
    extent = shapely.Polygon(record.atlas.extent)
    shapely.prepare(extent)
    for place in record.places.values():
        sources = [place.source]
        yield from known_ids("places.csv", place.id, "source", "source", sources, record.sources)
        if place.kind in ABROAD or shapely.intersects_xy(extent, place.lon, place.lat):
            continue
        where = f"{place.lon}, {place.lat} lies outside the atlas's extent"
        if shapely.intersects_xy(extent, place.lat, place.lon):
            where += "; lon and lat look swapped"
        yield SeedError("places.csv", place.id, "lon", f"{where}; correct it, or extend atlas.yaml")


def _pairs(record: Record) -> Iterator[SeedError]:
    for name, rows in record.pairs.items():
        path = f"pairs/{name}.csv"
        for number, row in enumerate(rows, start=1):
            label = f"pair {number}"
            places = [row.first, row.second]
            yield from known_ids(path, label, "first/second", "place", places, record.places)
            sources = [row.first_source, row.second_source]
            yield from known_ids(path, label, "sources", "source", sources, record.sources)
        chain = [place for row in rows for place in (row.first, row.second)]
        yield from _swapped(record, path, chain)


def _traces(record: Record) -> Iterator[SeedError]:
    extent = shapely.Polygon(record.atlas.extent)
    shapely.prepare(extent)
    for name, trace in record.traces.items():
        path = f"traces/{name}.geojson"
        for number, stretch in enumerate(trace.stretches, start=1):
            label = f"feature {number}"
            yield from known_ids(path, label, "source", "source", [stretch.source], record.sources)
        for number, coords in enumerate(trace.trace.stretches, start=1):
            outside = ~shapely.intersects_xy(extent, coords[:, 0], coords[:, 1])
            for index in np.flatnonzero(outside)[:1]:
                lon, lat = coords[index]
                message = f"vertex {index + 1} ({lon}, {lat}) lies outside the atlas's extent"
                if shapely.intersects_xy(extent, lat, lon):
                    message += "; lon and lat look swapped"
                yield SeedError(path, f"feature {number}", "geometry", message)
            yield from _swapped_vertices(path, f"feature {number}", coords)


def _zone(record: Record, zone: Zone) -> Iterator[SeedError]:
    path = f"zones/{zone.id}.yaml"
    yield from known_ids(path, zone.id, "layer", "layer", [zone.layer], record.layers)
    if zone.variant_of:
        base = [zone.variant_of]
        yield from known_ids(path, zone.id, "variant_of", "zone", base, record.zones)
    if zone.held_by:
        holders = [*zone.held_by.inside, *zone.held_by.outside]
        yield from known_ids(path, zone.id, "held_by", "actor", holders, record.actors)
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
    yield from known_ids(path, zone, f"{field}.from.claims", "claim", starts, record.claims)
    if period.to:
        ends = period.to.claims
        yield from known_ids(path, zone, f"{field}.to.claims", "claim", ends, record.claims)
    said = period.asserted_by
    yield from known_ids(path, zone, f"{field}.asserted_by", "actor", said, record.actors)
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
    }
    for kind, name in mentions(recipe):
        yield from known_ids(path, zone, field, kind, [name], known[kind])
    for part in parts(recipe):
        if isinstance(part, ZoneOp):
            try:
                parse_day(part.on)
            except ValueError as error:
                yield SeedError(path, zone, f"{field}.on", str(error))
        elif isinstance(part, PathOp) and part.places:
            yield from _swapped(record, path, part.places)
        elif isinstance(part, AreaOp):
            corners = [name for piece in part.ring for name in _corners(record, piece)]
            # A ring has no ends: its last corners are neighbours of its first.
            yield from _swapped(record, path, [*corners[-2:], *corners, *corners[:2]])


def _corners(record: Record, piece: RingPiece) -> Iterator[str]:
    """Yield the places that a piece of a ring names, in its order; of pairs the outer ones."""
    match piece:
        case PathOp():
            yield from piece.places or [name for name in (piece.from_, piece.to) if name]
        case ContactLineOp():
            rows = record.pairs.get(piece.pairs, ())
            yield from (row.first for row in (*rows[:1], *rows[-1:]))
        case CornerOp():
            yield piece.place
        case GapOp():
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
        yield from known_ids(path, key, "zones", "zone", dispute.zones, record.zones)
        for number, side in enumerate(dispute.sides, start=1):
            field = f"sides[{number}].claims"
            yield from known_ids(path, key, field, "claim", side.claims, record.claims)


def _lists(record: Record) -> Iterator[SeedError]:
    for path, items in (("systems.yaml", record.systems), ("unknowns.yaml", record.unknowns)):
        for key, item in items.items():
            yield from known_ids(path, key, "zones", "zone", item.zones, record.zones)
            yield from known_ids(path, key, "claims", "claim", item.claims, record.claims)
    numbers: dict[int, str] = {}
    for key, system in record.systems.items():
        if (other := numbers.setdefault(system.number, key)) != key:
            message = f"{system.number} is also the number of {other!r}; give each its own"
            yield SeedError("systems.yaml", key, "number", message)


def _swapped(record: Record, path: str, names: Sequence[str]) -> Iterator[SeedError]:
    """Compare each place with its neighbours in the recipe, as it is and swapped."""
    places = [record.places[name] for name in names if name in record.places]
    told: set[str] = set()
    for index, place in enumerate(places):
        around = [*places[max(0, index - 2) : index], *places[index + 1 : index + 3]]
        near = np.array([[p.lon, p.lat] for p in around if p.id != place.id])
        if len(near) < 2 or place.id in told or not _looks_swapped(place, near):
            continue
        told.add(place.id)
        message = (
            f"lon {place.lon} and lat {place.lat} look swapped: the other way round the place "
        )
        message += f"lies with its neighbours {around[0].id} and {around[-1].id} (in {path})"
        yield SeedError("places.csv", place.id, "lon", message)


def _looks_swapped(place: GazetteerPlace, near: NDArray[np.float64]) -> bool:
    if abs(place.lat) > 90 or abs(place.lon) > 90:
        return False
    here = median(_distances(place.lon, place.lat, near))
    if here <= SWAP_LEAST_M:
        return False
    return median(_distances(place.lat, place.lon, near)) * SWAP_RATIO < here


def _swapped_vertices(path: str, label: str, coords: NDArray[np.float64]) -> Iterator[SeedError]:
    if len(coords) < 3 or np.abs(coords).max() > 90:
        return
    before, after = np.roll(coords, 1, axis=0), np.roll(coords, -1, axis=0)
    before[0], after[-1] = coords[2], coords[-3]
    flipped = coords[:, ::-1]
    here = np.minimum(_between(coords, before), _between(coords, after))
    there = np.maximum(_between(flipped, before), _between(flipped, after))
    for index in np.flatnonzero((here > SWAP_LEAST_M) & (there * SWAP_RATIO < here)):
        lon, lat = coords[index]
        message = f"vertex {index + 1} ({lon}, {lat}) looks swapped: write [lon, lat]"
        yield SeedError(path, label, "geometry", message)


def _distances(lon: float, lat: float, near: NDArray[np.float64]) -> list[float]:
    count = len(near)
    return _between(np.tile([lon, lat], (count, 1)), near).tolist()  # type: ignore[no-any-return]


def _between(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(GEOD.inv(one[:, 0], one[:, 1], other[:, 0], other[:, 1])[2])
