"""The rows of an atlas, one a zone and period: a GeoDataFrame, and a tuple for who reads one.

`ZonePeriod` is the one table of columns: names, types and order of the frame follow from it. Its
``names`` are a column for each language of the atlas there, ``name_en``.
Geometries are in EPSG:4326, stored longitude first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal, NamedTuple, get_type_hints

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from shapely.geometry.base import BaseGeometry

from geo.recipes import Recipe
from layers.record.dates import Validity
from layers.record.model import Record

Reading = Literal["inner", "nominal", "outer"]
READINGS: tuple[Reading, ...] = ("inner", "nominal", "outer")
TRACKS = ("paper", "practice")
CRS = "EPSG:4326"
FrameColumnType = Literal[
    "string", "date", "number", "integer", "boolean", "strings", "geometry", "position"
]


class ZonePeriod(NamedTuple):
    """One zone in one period, with its three shapes, as plain Python values.

    Dates are full days, the last one in; lists hold ids. ``uncertainty_m`` is the largest
    uncertainty of any input of the shape, in metres; ``names`` go by language. Of the shapes
    (degrees, longitude first) each may be None; ``anchor`` is where the name is written of what
    has no shape.
    """

    id: str
    zone_id: str
    variant_of: str | None
    layer: str
    names: Mapping[str, str]
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
    start_claim_ids: tuple[str, ...]
    end_claim_ids: tuple[str, ...]
    nominal: BaseGeometry | None
    inner: BaseGeometry | None
    outer: BaseGeometry | None
    anchor: tuple[float, float] | None

    @property
    def validity(self) -> Validity:
        """Return when the row holds."""
        return Validity(self.valid_from, self.valid_to, self.certain_from, self.certain_to)

    @property
    def shape(self) -> BaseGeometry | None:
        """Return the best shape there is: the nominal one, else the outer."""
        return self.outer if self.nominal is None else self.nominal

    def reading(self, name: Reading) -> BaseGeometry | None:
        """Return one of the three shapes by name."""
        return {"nominal": self.nominal, "inner": self.inner, "outer": self.outer}[name]

    def properties(self) -> dict[str, Any]:
        """Return the columns that every layer has as JSON values."""
        told: dict[str, Any] = {}
        for name in _COLUMNS:
            value = getattr(self, name)
            told |= name_columns(value) if name == "names" else {name: to_json(value)}
        return told


_NAME = "name_"
_COLUMNS = ZonePeriod._fields[: ZonePeriod._fields.index("attribution") + 1]
_KINDS: dict[Any, FrameColumnType] = {
    str: "string",
    str | None: "string",
    date: "date",
    date | None: "date",
    float | None: "number",
    tuple[str, ...]: "strings",
    BaseGeometry | None: "geometry",
    tuple[float, float] | None: "position",
}
_HINTS = get_type_hints(ZonePeriod)
_DTYPES: dict[str, Any] = {
    "string": pd.StringDtype(na_value=np.nan),
    "number": np.dtype(float),
    "integer": pd.Int64Dtype(),
    "boolean": np.dtype(bool),
}


@dataclass(frozen=True, eq=False)  # without slots, which leave no room for what is computed once
class BuiltAtlas:
    """The record, and all that was built from it.

    Attributes
    ----------
    record
        What the rows were built from.
    frame
        One row a zone and period, in the order of the layers, with the columns of
        `ZonePeriod`: dates as ``datetime64``, lists as Python lists, ``nominal`` (active),
        ``inner``, ``outer`` and ``anchor`` as geometries in EPSG:4326.
    recipes
        The recipe that the shapes of each row follow, by the row's id.
    """

    record: Record
    frame: GeoDataFrame
    recipes: Mapping[str, Recipe]

    @cached_property
    def rows(self) -> tuple[ZonePeriod, ...]:
        """Return the rows of the frame as tuples."""
        return tuple(iter_rows(self.frame))

    @cached_property
    def by_zone(self) -> Mapping[str, tuple[ZonePeriod, ...]]:
        """Return the rows of each zone as tuples, in the order of the frame."""
        return rows_by_zone(self.rows)

    def of_layer(self, name: str) -> GeoDataFrame:
        """Return the rows of one layer."""
        return self.frame[self.frame["layer"] == name]

    def of_zone(self, name: str) -> GeoDataFrame:
        """Return the rows of one zone."""
        return self.frame[self.frame["zone_id"] == name]


def column_kinds(languages: Iterable[str]) -> dict[str, FrameColumnType]:
    """Return the columns of a frame in their order, with the kind of each."""
    kinds: dict[str, FrameColumnType] = {}
    named = name_columns(dict.fromkeys(languages, "string"))
    for name, hint in _HINTS.items():
        kinds |= named if name == "names" else {name: _KINDS[hint]}
    return kinds


def columns(languages: Iterable[str]) -> tuple[str, ...]:
    """Return the columns that every layer has, in this order, its shapes beside them."""
    kinds = tuple(column_kinds(languages))
    return kinds[: kinds.index(_COLUMNS[-1]) + 1]


def name_columns(names: Mapping[str, Any]) -> dict[str, Any]:
    """Return what goes by language as columns, one a language: ``name_en``."""
    return {f"{_NAME}{lang}": value for lang, value in names.items()}


def languages_in(frame: GeoDataFrame) -> tuple[str, ...]:
    """Return the languages of a frame's names, in the order of its columns."""
    return tuple(name[len(_NAME) :] for name in frame.columns if name.startswith(_NAME))


def frame_of(rows: Iterable[ZonePeriod], languages: Iterable[str]) -> GeoDataFrame:
    """Return rows, whose names are in these languages, as a frame; inverse of `iter_rows`."""
    given = [row._asdict() | name_columns(row.names) for row in rows]
    held = {
        name: typed_column(kind, [row[name] for row in given])
        for name, kind in column_kinds(languages).items()
    }
    return GeoDataFrame(held, geometry="nominal", crs=CRS)


def iter_rows(frame: GeoDataFrame) -> Iterator[ZonePeriod]:
    """Yield each row of a frame as a tuple of plain Python values, None for what is missing."""
    languages = languages_in(frame)
    named = [plain_values(frame[f"{_NAME}{lang}"], "string") for lang in languages]
    names = (dict(zip(languages, each, strict=True)) for each in zip(*named, strict=True))
    held: list[Iterable[Any]] = [
        names if name == "names" else plain_values(frame[name], _KINDS[hint])
        for name, hint in _HINTS.items()
    ]
    return map(ZonePeriod._make, zip(*held, strict=True))


def rows_by_zone(rows: Iterable[ZonePeriod]) -> dict[str, tuple[ZonePeriod, ...]]:
    """Return the rows of each zone that has any, in the order of its first row."""
    found: dict[str, list[ZonePeriod]] = {}
    for row in rows:
        found.setdefault(row.zone_id, []).append(row)
    return {name: tuple(own) for name, own in found.items()}


def plain_values(column: pd.Series[Any], kind: str) -> list[Any]:
    """Return a column of a kind as plain Python values, None for what is missing."""
    if kind == "strings":
        return [tuple(ids) for ids in column]
    if kind == "date":
        values: list[Any] = column.to_numpy().astype("datetime64[D]").tolist()
        return values
    if kind == "position":
        points = np.asarray(column.array)
        pairs = zip(shapely.get_x(points).tolist(), shapely.get_y(points).tolist(), strict=True)
        return [None if x != x else (x, y) for x, y in pairs]
    if kind == "geometry":
        return list(np.asarray(column.array))
    return [None if value != value else value for value in column.tolist()]


def best_shapes(frame: GeoDataFrame) -> GeoSeries:
    """Return the nominal shape of each row, the outer one where there is none."""
    return frame["nominal"].fillna(frame["outer"])


def to_json(value: Any) -> Any:
    """Return a column's value as JSON has it: days as text, ids as lists."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def typed_column(kind: FrameColumnType, values: Iterable[Any]) -> pd.Series[Any] | GeoSeries:
    """Return values as a column whose type does not hang on what happens to be missing."""
    if kind == "geometry":
        return GeoSeries(list(values), crs=CRS)
    if kind == "position":
        return GeoSeries([None if at is None else shapely.Point(at) for at in values], crs=CRS)
    if kind == "strings":
        return pd.Series([list(ids) for ids in values], dtype=object)
    if kind == "date":
        return pd.Series(np.array(list(values), "datetime64[s]"))
    return pd.Series(list(values), dtype=_DTYPES[kind])
