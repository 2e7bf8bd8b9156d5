"""Assemble the rows of an atlas: one a zone and period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from geo.evaluate import Evaluator
from geo.recipes import Recipe
from layers.build.evaluation import EvaluatedRecipe, evaluated
from layers.build.inputs import RecordInputs, attribution
from layers.build.rows import TRACKS, BuiltAtlas, Geometries, ZonePeriod
from layers.errors import SeedError, SeedFaults
from layers.record.checks import asserters, period_validity
from layers.record.dates import parse_day
from layers.record.model import Period, Record, Zone


def build(record: Record) -> BuiltAtlas:
    """Draw every zone and period; `SeedFaults` lists each shape that cannot be drawn."""
    evaluate = Evaluator(RecordInputs(record))
    faults: list[SeedError] = []
    rows: list[ZonePeriod] = []
    drawn: dict[str, Geometries] = {}
    recipes: dict[str, Recipe] = {}
    ends: dict[str, tuple[str, ...]] = {}
    starts: dict[str, tuple[str, ...]] = {}
    made: dict[str, EvaluatedRecipe] = {}
    failed: set[str] = set()
    for zone in _in_order(record):
        for number, period in _periods(zone):
            recipe = period.recipe or zone.recipe
            field = f"periods[{number}].recipe" if period.recipe else "recipe"
            key = recipe.model_dump_json()
            if key in failed:
                continue
            if key not in made:
                drawing = evaluated(record, evaluate, zone, field, recipe, faults)
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
        attribution=attribution(record, recipe),
    )


def _unique(items: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
