"""The rows of an atlas: one a zone and period, with its three shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from shapely.geometry.base import BaseGeometry

from geo.recipes import Recipe
from layers.record.dates import Validity
from layers.record.model import Record

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Reading = Literal["inner", "nominal", "outer"]
READINGS: tuple[Reading, ...] = ("inner", "nominal", "outer")
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
