"""What part of the atlas an export holds: layers, zones, a day, a day of knowledge, a box."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from geopandas import GeoDataFrame

from layers.build.rows import BuiltAtlas, Reading
from layers.errors import QueryError, UnknownId
from layers.query import filters
from layers.record.model import Record

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
        for name in self.layers or ():
            if name not in record.layers:
                raise UnknownId("layer", name, record.layers)
        for name in self.zones or ():
            if name not in record.zones:
                raise UnknownId("zone", name, record.zones)
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
    on: str | None = None,
    known_by: str | None = None,
    layers: Sequence[str] | None = None,
    zones: Sequence[str] | None = None,
    bbox: str | None = None,
    reading: Reading = "nominal",
) -> Selection:
    """Return a view from the texts of options, ``layers`` and ``zones`` by their ids.

    Raises `QueryError` naming the option that cannot be understood.
    """
    return Selection(
        on=filters.optional_day("on", on),
        known_by=filters.optional_day("known_by", known_by),
        layers=_ids("layer", layers),
        zones=_ids("zone", zones),
        box=None if bbox is None else parse_bbox(bbox),
        reading=reading,
    )


def parse_bbox(text: str) -> BBox:
    """Return west, south, east, north in degrees from ``w,s,e,n``."""
    example = "is west,south,east,north in degrees, as 35.5,35,37.5,36.5"
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise QueryError("bbox", text, example) from None
    sound = all(map(math.isfinite, (west, south, east, north)))
    if not (sound and abs(west) <= 180 and abs(east) <= 180 and -90 <= south < north <= 90):
        raise QueryError("bbox", text, f"{example}; south lies below north")
    return west, south, east, north


def _ids(parameter: str, given: Sequence[str] | None) -> tuple[str, ...] | None:
    if not given:
        return None
    ids = tuple(one.strip() for one in given)
    if not all(ids):
        raise QueryError(parameter, "", "names nothing; leave it out for all")
    return ids
