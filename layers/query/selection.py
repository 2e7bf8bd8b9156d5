"""What part of the atlas an export holds: layers, zones, a day, a day of knowledge, a box."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from geopandas import GeoDataFrame

from layers.build.rows import READINGS, BuiltAtlas, Reading
from layers.errors import QueryError
from layers.query import filters
from layers.query.filters import Day
from layers.record.model import Record
from layers.record.references import check_ids

BBox = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Selection:
    """A choice of rows; None means all.

    ``box`` is west, south, east, north in degrees; a west side beyond the east side goes over
    the antimeridian. ``reading`` names the shape that is written.
    """

    on: date | None = None
    known_by: date | None = None
    layers: tuple[str, ...] | None = None
    zones: tuple[str, ...] | None = None
    box: BBox | None = None
    reading: Reading = "nominal"

    def check(self, record: Record) -> None:
        """Refuse a layer, a zone or a day that the record does not have."""
        check_ids("layer", self.layers or (), record.layers)
        check_ids("zone", self.zones or (), record.zones)
        filters.check_day(record, self.on)

    def rows(self, built: BuiltAtlas) -> GeoDataFrame:
        """Return the chosen rows in the order of the layers, as they were known.

        Raises
        ------
        UnknownId
            For a layer or a zone that the record does not have.
        QueryError
            For a day beyond the record.
        """
        self.check(built.record)
        rows = filters.known_by(built.frame, built.record, self.known_by)
        rows = filters.holding(rows, self.on)
        if self.layers is not None:
            rows = rows[rows["layer"].isin(self.layers)]
        if self.zones is not None:
            rows = rows[rows["zone_id"].isin(self.zones)]
        return rows if self.box is None else filters.in_box(rows, self.box)


def parse_selection(
    *,
    on: Day | None = None,
    known_by: Day | None = None,
    layers: str | Iterable[str] | None = None,
    zones: str | Iterable[str] | None = None,
    bbox: str | Iterable[float] | None = None,
    reading: Reading = "nominal",
) -> Selection:
    """Return a selection from options, ``layers`` and ``zones`` by one id or by several.

    Raises `QueryError` naming the option that cannot be understood.
    """
    if reading not in READINGS:
        raise QueryError("reading", reading, f"{reading!r} is none of {', '.join(READINGS)}")
    return Selection(
        on=filters.optional_day("on", on),
        known_by=filters.optional_day("known_by", known_by),
        layers=_ids("layer", layers),
        zones=_ids("zone", zones),
        box=None if bbox is None else parse_bbox(bbox),
        reading=reading,
    )


def parse_bbox(given: str | Iterable[float]) -> BBox:
    """Return west, south, east, north in degrees from ``w,s,e,n`` or four numbers."""
    example = "is west,south,east,north in degrees, as 35.5,35,37.5,36.5"
    parts = given.split(",") if isinstance(given, str) else given
    try:
        west, south, east, north = map(float, parts)
    except (TypeError, ValueError):
        raise QueryError("bbox", given, example) from None
    sound = all(map(math.isfinite, (west, south, east, north)))
    if not (sound and abs(west) <= 180 and abs(east) <= 180 and -90 <= south < north <= 90):
        raise QueryError("bbox", given, f"{example}; south lies below north")
    return west, south, east, north


def _ids(parameter: str, given: str | Iterable[str] | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    ids = tuple(one.strip() for one in ([given] if isinstance(given, str) else given))
    if not ids or not all(ids):
        raise QueryError(parameter, "", "names nothing; leave it out for all")
    return ids
