"""Evaluate recipes to geometries as they are published."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import split_antimeridian
from geo.errors import GeometryError
from geo.evaluate import Evaluator
from geo.recipes import Recipe
from layers.build.inputs import is_share_alike, iter_data_sources
from layers.record.model import Record

# RFC 7946 advises no more; five decimals are 1.1 m of latitude.
GRID_DEGREES = 1e-5


@dataclass(frozen=True, slots=True)
class EvaluatedRecipe:
    """What evaluating one recipe gave: the shapes as published, and what rows say of them."""

    nominal: BaseGeometry | None
    inner: BaseGeometry | None
    outer: BaseGeometry | None
    anchor: tuple[float, float] | None
    uncertainty_m: float
    is_schematic: bool


def evaluate_recipe(record: Record, evaluate: Evaluator, recipe: Recipe) -> EvaluatedRecipe:
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
    return EvaluatedRecipe(
        nominal=published(shapes.nominal),
        inner=published(shapes.inner),
        outer=published(shapes.outer),
        anchor=(shapes.anchor.lon, shapes.anchor.lat) if shapes.anchor else None,
        uncertainty_m=shapes.uncertainty_m,
        is_schematic=shapes.schematic,
    )


def published(geometry: BaseGeometry) -> BaseGeometry | None:
    """Return a geometry as it leaves: rounded, valid, right-handed, cut at ±180°; or None."""
    if geometry.is_empty:
        return None
    rounded = shapely.set_precision(split_antimeridian(geometry), GRID_DEGREES)
    if rounded.is_empty:
        return None
    return shapely.orient_polygons(rounded) if rounded.geom_type.endswith("Polygon") else rounded
