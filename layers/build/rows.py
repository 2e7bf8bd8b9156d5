"""Join claims and geometry: one row a zone and period, with its three shapes.

The only place where the record meets `geo`. `build` draws every recipe once and raises
`SeedFaults` with every shape that cannot be drawn; `BuiltAtlas.frame` gives the rows as a
GeoDataFrame in EPSG:4326 (stored longitude first).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import split_antimeridian
from geo.errors import GeometryError
from geo.evaluate import Evaluator
from geo.lines import Pair, Place, Trace
from geo.recipes import Recipe, ZoneOp, mentions, parts
from layers.errors import SeedError, SeedFaults
from layers.record.checks import asserters, period_validity
from layers.record.dates import Validity, meets, parse_day
from layers.record.model import Period, Record, Zone

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Reading = Literal["inner", "nominal", "outer"]
READINGS: tuple[Reading, ...] = ("inner", "nominal", "outer")
# RFC 7946 advises no more; five decimals are 1.1 m of latitude.
GRID_DEGREES = 1e-5
TRACKS = ("paper", "practice")


@dataclass(frozen=True, slots=True)
class ZonePeriod:
    """One zone in one period: the columns of every layer, in this order.

    Dates are full days, the last one in; lists hold ids. `uncertainty_m` is the largest
    uncertainty of any input of the shape, in metres.
    """

    id: str
    zone_id: str
    variant_of: str | None
    layer: str
    name_en: str
    name_ar: str
    zone_type: str
    track: str
    status: str
    valid_from: date
    valid_to: date | None
    certain_from: date | None
    certain_to: date | None
    stated_on: date | None
    asserted_by: tuple[str, ...]
    end_reason: str | None
    confidence: str
    confidence_reason: str
    geom_basis: str
    geom_as_of: date | None
    uncertainty_m: float | None
    claim_ids: tuple[str, ...]
    source_ids: tuple[str, ...]
    dispute_ids: tuple[str, ...]
    attribution: str

    @property
    def validity(self) -> Validity:
        """Return when the row holds."""
        return Validity(self.valid_from, self.valid_to, self.certain_from, self.certain_to)


COLUMNS: tuple[str, ...] = tuple(column.name for column in fields(ZonePeriod))


@dataclass(frozen=True, slots=True)
class Geometries:
    """A row's three shapes in degrees, None where there is nothing, and where its name goes."""

    nominal: BaseGeometry | None
    inner: BaseGeometry | None
    outer: BaseGeometry | None
    anchor: tuple[float, float] | None

    def reading(self, name: Reading) -> BaseGeometry | None:
        """Return one of the three shapes by name."""
        return {"nominal": self.nominal, "inner": self.inner, "outer": self.outer}[name]


@dataclass(frozen=True, slots=True)
class EvaluatedRecipe:
    """What drawing one recipe gave: the shapes as published, and what rows say of them."""

    drawn: Geometries
    uncertainty_m: float
    schematic: bool


@dataclass(frozen=True)  # without slots, which leave no room for what is computed once
class BuiltAtlas:
    """The record with every row and shape built from it; rows in the order of the layers."""

    record: Record
    rows: tuple[ZonePeriod, ...]
    drawn: Mapping[str, Geometries]
    recipes: Mapping[str, Recipe]
    end_claims: Mapping[str, tuple[str, ...]]
    """For each row, the claims that say that it ended."""
    start_claims: Mapping[str, tuple[str, ...]]
    """For each row, the claims that say that it began."""

    def of(self, layer: str) -> tuple[ZonePeriod, ...]:
        """Return the rows of one layer."""
        return tuple(row for row in self.rows if row.layer == layer)

    @cached_property
    def by_zone(self) -> Mapping[str, tuple[ZonePeriod, ...]]:
        """Return the rows of each zone that has any, in the order of its first row."""
        found: dict[str, list[ZonePeriod]] = {}
        for row in self.rows:
            found.setdefault(row.zone_id, []).append(row)
        return {name: tuple(rows) for name, rows in found.items()}

    def frame(
        self, rows: Sequence[ZonePeriod] | None = None, *, reading: Reading = "nominal"
    ) -> GeoDataFrame:
        """Return rows as a GeoDataFrame in EPSG:4326 with the shapes of one reading."""
        import geopandas  # here, because it costs half a second that no question needs

        chosen = self.rows if rows is None else rows
        table = {name: [getattr(row, name) for row in chosen] for name in COLUMNS}
        shapes = [self.drawn[row.id].reading(reading) for row in chosen]
        return geopandas.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")


class _RecordInputs:
    """What recipes name, answered from the record."""

    def __init__(self, record: Record) -> None:
        self._record = record
        extent = record.atlas.extent
        self.lon = (min(lon for lon, _ in extent) + max(lon for lon, _ in extent)) / 2

    def place(self, name: str) -> Place:
        return self._record.places[name].spot()

    def trace(self, name: str) -> Trace:
        return self._record.traces[name].trace

    def pairs(self, name: str) -> Sequence[Pair]:
        return [row.pair(self._record.places) for row in self._record.pairs[name]]

    def zone(self, op: ZoneOp) -> Recipe:
        return recipe_on(self._record.zones[op.id], op)


def recipe_on(zone: Zone, op: ZoneOp) -> Recipe:
    """Return the recipe by which a zone was drawn on a day, which must be one alone."""
    day = parse_day(op.on)
    found: list[Recipe] = []
    for period in zone.periods:
        recipe = period.recipe or zone.recipe
        if op.track not in (None, period.track) or recipe in found:
            continue
        if meets(period_validity(period), day, day):
            found.append(recipe)
    if not found:
        raise GeometryError(
            f"zone {zone.id!r} does not hold on {op.on}; choose a day on which it does"
        )
    if len(found) > 1:
        raise GeometryError(
            f"zone {zone.id!r} is drawn in {len(found)} ways on {op.on}; add 'track: paper' or "
            "'track: practice', or choose another day"
        )
    return found[0]


def build(
    record: Record, *, drawings: MutableMapping[str, EvaluatedRecipe] | None = None
) -> BuiltAtlas:
    """Draw every zone and period; `SeedFaults` lists each shape that cannot be drawn.

    A recipe in ``drawings`` (by its JSON) is not drawn again; what is drawn is added.
    """
    evaluate = Evaluator(_RecordInputs(record))
    faults: list[SeedError] = []
    rows: list[ZonePeriod] = []
    drawn: dict[str, Geometries] = {}
    recipes: dict[str, Recipe] = {}
    ends: dict[str, tuple[str, ...]] = {}
    starts: dict[str, tuple[str, ...]] = {}
    made = {} if drawings is None else drawings
    failed: set[str] = set()
    for zone in _in_order(record):
        for number, period in _periods(zone):
            recipe = period.recipe or zone.recipe
            field = f"periods[{number}].recipe" if period.recipe else "recipe"
            key = recipe.model_dump_json()
            if key in failed:
                continue
            if key not in made:
                drawing = _draw(record, evaluate, zone, field, recipe, faults)
                if drawing is None:
                    failed.add(key)
                    continue
                made[key] = drawing
            row = _row(record, zone, period, recipe, made[key])
            if row.id in drawn:
                message = "is the same as another period's (zone, track, status, first day)"
                faults.append(
                    SeedError(f"zones/{zone.id}.yaml", row.id, f"periods[{number}]", message)
                )
                continue
            rows.append(row)
            drawn[row.id], recipes[row.id] = made[key].drawn, recipe
            starts[row.id] = tuple(period.from_.claims)
            ends[row.id] = tuple(period.to.claims) if period.to else ()
    if faults:
        raise SeedFaults(faults)
    return BuiltAtlas(record, tuple(rows), drawn, recipes, ends, starts)


def inputs_of(record: Record, recipe: Recipe) -> Iterator[tuple[str, str]]:
    """Yield kind and id of every place, trace and pairs file that goes into a recipe.

    Zones are followed to what they are drawn from themselves; each input comes once.
    """
    seen: set[tuple[str, str]] = set()
    for kind, name in mentions(recipe):
        if kind == "zone":
            continue
        if (kind, name) not in seen:
            seen.add((kind, name))
            yield kind, name
    for op in (part for part in parts(recipe) if isinstance(part, ZoneOp)):
        for item in inputs_of(record, recipe_on(record.zones[op.id], op)):
            if item not in seen:
                seen.add(item)
                yield item


def _in_order(record: Record) -> Iterator[Zone]:
    for layer in record.layers:
        yield from (zone for zone in record.zones.values() if zone.layer == layer)


def _periods(zone: Zone) -> list[tuple[int, Period]]:
    numbered = list(enumerate(zone.periods, start=1))
    return sorted(
        numbered,
        key=lambda item: (
            TRACKS.index(item[1].track),
            period_validity(item[1]).valid_from,
            item[0],
        ),
    )


def _draw(
    record: Record,
    evaluate: Evaluator,
    zone: Zone,
    field: str,
    recipe: Recipe,
    faults: list[SeedError],
) -> EvaluatedRecipe | None:
    path = f"zones/{zone.id}.yaml"
    try:
        shapes = evaluate(recipe)
    except GeometryError as error:
        faults.append(SeedError(path, zone.id, field, str(error)))
        return None
    terms = sorted({text for text in _licences(record, recipe) if share_alike(text)})
    if len(terms) > 1:
        message = (
            f"mixes data under two share-alike terms ({', '.join(terms)}); draw it from one, or "
            "from data that only asks for attribution"
        )
        faults.append(SeedError(path, zone.id, field, message))
        return None
    anchor = (shapes.anchor.lon, shapes.anchor.lat) if shapes.anchor else None
    trio = (_published(shapes.nominal), _published(shapes.inner), _published(shapes.outer))
    return EvaluatedRecipe(Geometries(*trio, anchor), shapes.uncertainty_m, shapes.schematic)


def _published(geometry: BaseGeometry) -> BaseGeometry | None:
    """Return a geometry as it leaves: rounded, valid, right-handed, cut at ±180°; or None."""
    if geometry.is_empty:
        return None
    rounded = shapely.set_precision(split_antimeridian(geometry), GRID_DEGREES)
    if rounded.is_empty:
        return None
    return shapely.orient_polygons(rounded) if rounded.geom_type.endswith("Polygon") else rounded


def _row(
    record: Record, zone: Zone, period: Period, recipe: Recipe, drawing: EvaluatedRecipe
) -> ZonePeriod:
    valid = period_validity(period)
    claims = _unique([*period.from_.claims, *(period.to.claims if period.to else [])])
    known = [day for key in period.from_.claims if (day := record.known[key])]
    basis = "schematic" if drawing.schematic else period.geom_basis or zone.geom_basis
    as_of = period.geom_as_of or zone.geom_as_of
    return ZonePeriod(
        id=f"{zone.id}.{period.track}.{period.status}.{valid.valid_from}",
        zone_id=zone.id,
        variant_of=zone.variant_of,
        layer=zone.layer,
        name_en=zone.names["en"],
        name_ar=zone.names["ar"],
        zone_type=zone.type,
        track=period.track,
        status=period.status,
        valid_from=valid.valid_from,
        valid_to=valid.valid_to,
        certain_from=valid.certain_from,
        certain_to=valid.certain_to,
        stated_on=min(known) if known else None,
        asserted_by=asserters(record, period),
        end_reason=period.to.reason if period.to else None,
        confidence=zone.confidence,
        confidence_reason=zone.confidence_reason["en"],
        geom_basis=basis,
        geom_as_of=parse_day(as_of) if as_of else None,
        uncertainty_m=None if drawing.drawn.anchor else round(drawing.uncertainty_m, 1),
        claim_ids=claims,
        source_ids=_unique([record.source_of[key] for key in claims]),
        dispute_ids=tuple(d.id for d in record.disputes.values() if zone.id in d.zones),
        attribution=_attribution(record, recipe),
    )


def data_of(record: Record, recipe: Recipe) -> Iterator[tuple[str, str, str]]:
    """Yield kind (``place`` or ``trace``), source and licence of all data a shape is drawn from.

    The same source may come many times, once for each place or stretch.
    """
    for kind, name in inputs_of(record, recipe):
        if kind == "trace":
            for stretch in record.traces[name].stretches:
                yield "trace", stretch.source, stretch.licence
            continue
        pairs = record.pairs[name] if kind == "pairs" else ()
        names = [name] if kind == "place" else [p for q in pairs for p in (q.first, q.second)]
        for place in (record.places[one] for one in names):
            yield "place", place.source, place.licence


def _attribution(record: Record, recipe: Recipe) -> str:
    """Name the data that the shape was drawn from, each source once with its licence."""
    named = {
        f"{record.sources[source].publisher['en']} ({licence})"
        for _, source, licence in data_of(record, recipe)
    }
    return "; ".join(sorted(named))


def _licences(record: Record, recipe: Recipe) -> Iterator[str]:
    """Yield the licences of the traces; single cited coordinates count as facts."""
    return (licence for kind, _, licence in data_of(record, recipe) if kind == "trace")


def share_alike(licence: str) -> bool:
    """Tell whether terms ask that what is derived be passed on under the same terms."""
    return "-SA" in licence.upper() or "ODBL" in licence.upper()


def _unique(items: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
