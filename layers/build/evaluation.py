"""Evaluate recipes to geometries as they are published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import split_antimeridian
from geo.errors import GeometryError
from geo.evaluate import Evaluator
from geo.recipes import Recipe
from layers.build.inputs import is_share_alike, iter_data_sources
from layers.build.rows import Geometries
from layers.errors import SeedError
from layers.record.model import Record, Zone

# RFC 7946 advises no more; five decimals are 1.1 m of latitude.
GRID_DEGREES = 1e-5


@dataclass(frozen=True, slots=True)
class EvaluatedRecipe:
    """What drawing one recipe gave: the shapes as published, and what rows say of them."""

    drawn: Geometries
    uncertainty_m: float
    schematic: bool


def evaluated(
    record: Record,
    evaluate: Evaluator,
    zone: Zone,
    field: str,
    recipe: Recipe,
    faults: list[SeedError],
) -> EvaluatedRecipe | None:
    """Return what a zone's recipe gives; None, and a fault more, where it cannot be drawn."""
    path = f"zones/{zone.id}.yaml"
    try:
        shapes = evaluate(recipe)
    except GeometryError as error:
        faults.append(SeedError(path, zone.id, field, str(error)))
        return None
    terms = sorted({text for text in _licences(record, recipe) if is_share_alike(text)})
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


def _licences(record: Record, recipe: Recipe) -> Iterator[str]:
    """Yield the licences of the traces; single cited coordinates count as facts."""
    return (licence for kind, _, licence in iter_data_sources(record, recipe) if kind == "trace")
