"""Assemble an atlas: one row a zone and period, where claims and geometry meet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from geo.budget import Budget
from geo.crs import split_antimeridian
from geo.errors import GeometryError
from geo.evaluate import Evaluator
from geo.recipes import Recipe
from geo.shapes import Shapes
from layers.build.inputs import RecordInputs, attribution, is_share_alike, iter_data_sources
from layers.build.rows import READINGS, TRACKS, BuiltAtlas, ZonePeriod, frame_of
from layers.errors import SeedError, SeedFaults
from layers.record.checks import asserters, period_validity
from layers.record.dates import parse_day
from layers.record.model import Period, Record, Zone
from layers.settings import Limits, read_limits

# RFC 7946 advises no more; five decimals are 1.1 m of latitude.
GRID_DEGREES = 1e-5


def build(record: Record, limits: Limits | None = None) -> BuiltAtlas:
    """Draw every zone in every period of a record.

    Each recipe is evaluated once; rows of the same recipe share its geometries. ``limits`` are
    those of the environment where none are given.

    Raises
    ------
    SeedFaults
        With every shape that cannot be drawn and every two rows of one id.
    """
    limits = limits or read_limits()
    budget = Budget(
        line_points=limits.max_line_points,
        crossings=limits.max_crossings,
        points=limits.max_points_drawn,
        depth=limits.max_recipe_depth,
    )
    evaluate = Evaluator(RecordInputs(record), budget)
    disputes = _disputes_by_zone(record)
    faults: list[SeedError] = []
    rows: dict[str, ZonePeriod] = {}
    recipes: dict[str, Recipe] = {}
    evaluated: dict[str, Shapes | None] = {}
    layers = list(record.layers)
    for zone in sorted(record.zones.values(), key=lambda zone: layers.index(zone.layer)):
        path = f"zones/{zone.id}.yaml"
        for number, period in _periods(zone):
            recipe = period.recipe or zone.recipe
            key = recipe.model_dump_json()
            if key not in evaluated:
                try:
                    evaluated[key] = evaluate_recipe(record, evaluate, recipe)
                except GeometryError as error:
                    evaluated[key] = None
                    field = f"periods[{number}].recipe" if period.recipe else "recipe"
                    faults.append(SeedError(path, zone.id, field, str(error)))
            shapes = evaluated[key]
            if shapes is None:
                continue
            row = _row(record, zone, period, recipe, shapes, disputes.get(zone.id, ()))
            if row.id in rows:
                message = "is the same as another period's (zone, track, status, first day)"
                faults.append(SeedError(path, row.id, f"periods[{number}]", message))
                continue
            rows[row.id], recipes[row.id] = row, recipe
    faults += _undrawable(record, evaluate)
    if faults:
        raise SeedFaults(faults)
    return BuiltAtlas(record, frame_of(rows.values(), record.languages), recipes)


def evaluate_recipe(record: Record, evaluate: Evaluator, recipe: Recipe) -> Shapes:
    """Return the three shapes of a recipe in EPSG:4326, longitude first, five decimals.

    Raises
    ------
    GeometryError
        Where the recipe cannot be drawn, or mixes data under two share-alike terms.
    """
    shapes = evaluate(recipe)
    # Single cited coordinates count as facts: only what is traced carries its terms along.
    terms = sorted(
        {
            licence
            for kind, _, licence in iter_data_sources(record, recipe)
            if kind == "trace" and is_share_alike(licence)
        }
    )
    if len(terms) > 1:
        raise GeometryError(
            f"mixes data under two share-alike terms ({', '.join(terms)}); draw it from one, or "
            "from data that only asks for attribution"
        )
    nominal, inner, outer = map(_published, (shapes.nominal, shapes.inner, shapes.outer))
    return replace(shapes, nominal=nominal, inner=inner, outer=outer)


def _published(geometry: BaseGeometry) -> BaseGeometry:
    """Return a geometry as it leaves: rounded, valid, right-handed, cut at ±180°."""
    rounded = shapely.set_precision(split_antimeridian(geometry), GRID_DEGREES)
    return shapely.orient_polygons(rounded) if rounded.geom_type.endswith("Polygon") else rounded


def _undrawable(record: Record, evaluate: Evaluator) -> Iterator[SeedError]:
    """Yield a fault for every shared shape that cannot be drawn, used or not."""
    for shape in record.shapes.values():
        try:
            evaluate(shape.recipe)
        except GeometryError as error:
            yield SeedError(f"shapes/{shape.id}.yaml", shape.id, "recipe", str(error))


def _periods(zone: Zone) -> list[tuple[int, Period]]:
    """Return the periods with their numbers, track by track in order of time."""

    def order(item: tuple[int, Period]) -> tuple[int, date]:
        return TRACKS.index(item[1].track), period_validity(item[1]).valid_from

    return sorted(enumerate(zone.periods, start=1), key=order)


def _disputes_by_zone(record: Record) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for dispute in record.disputes.values():
        for name in dict.fromkeys(dispute.zones):
            found.setdefault(name, []).append(dispute.id)
    return {name: tuple(ids) for name, ids in found.items()}


def _row(
    record: Record,
    zone: Zone,
    period: Period,
    recipe: Recipe,
    shapes: Shapes,
    disputes: tuple[str, ...],
) -> ZonePeriod:
    valid = period_validity(period)
    drawn = {
        reading: None if (shape := getattr(shapes, reading)).is_empty else shape
        for reading in READINGS
    }
    starts, claims = period.from_.claims, period.claims
    known = [day for key in starts if (day := record.known[key])]
    as_of = period.geom_as_of or zone.geom_as_of
    return ZonePeriod(
        id=f"{zone.id}.{period.track}.{period.status}.{valid.valid_from}",
        zone_id=zone.id,
        variant_of=zone.variant_of,
        layer=zone.layer,
        names=zone.names.as_dict(),
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
        confidence_reason=zone.confidence_reason.default,
        geom_basis="schematic" if shapes.schematic else period.geom_basis or zone.geom_basis,
        geom_as_of=parse_day(as_of) if as_of else None,
        uncertainty_m=None if shapes.anchor else round(shapes.uncertainty_m, 1),
        claim_ids=claims,
        source_ids=tuple(dict.fromkeys(record.source_of[key] for key in claims)),
        dispute_ids=disputes,
        attribution=attribution(record, recipe),
        start_claim_ids=tuple(starts),
        end_claim_ids=tuple(period.to.claims if period.to else ()),
        **drawn,
        anchor=(shapes.anchor.lon, shapes.anchor.lat) if shapes.anchor else None,
    )
