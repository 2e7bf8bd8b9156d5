"""What a file holds: rows of one reading, in one language where it has to choose.

Shapes leave on the grid on which they were built, five decimals of a degree (WGS84, longitude
first), so that every format holds the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from layers.build.rows import COLUMNS, BuiltAtlas, Reading, ZonePeriod
from layers.formats.attribution import Credit, credits_of
from layers.formats.features import DECIMALS
from layers.record.model import LocalizedText


@dataclass(frozen=True)
class Content:
    """Rows and how they leave. ``layer`` is the one that the file is of, None for all.

    ``known_by`` keeps later claims out of the evidence, ``lang`` chooses the names that people
    see where a format has room for one language.
    """

    built: BuiltAtlas
    rows: tuple[ZonePeriod, ...]
    layer: str | None = None
    names: tuple[str, ...] = ()
    """The layers that the file has a place for, also where no row of theirs is in it."""
    reading: Reading = "nominal"
    lang: str = "en"
    known_by: date | None = None
    _shapes: dict[int, tuple[BaseGeometry, BaseGeometry]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def id(self) -> str:
        """Return what the file is called: its layer, else the atlas."""
        return self.layer or self.built.record.atlas.id

    @property
    def title(self) -> LocalizedText:
        """Return the title of the layer, else of the atlas."""
        record = self.built.record
        return record.layers[self.layer].title if self.layer else record.atlas.title

    @property
    def credits(self) -> tuple[Credit, ...]:
        """Return whose data the rows hold."""
        return credits_of(self.built, self.rows)

    def by_layer(self) -> dict[str, tuple[ZonePeriod, ...]]:
        """Return the rows of each layer that the file has a place for."""
        return {
            name: tuple(row for row in self.rows if row.layer == name)
            for name in (self.names or self.built.record.layers)
        }

    def shape(self, row: ZonePeriod) -> BaseGeometry | None:
        """Return the shape of a row in degrees with five decimals, None where there is none."""
        geometry = self.built.drawn[row.id].reading(self.reading)
        if geometry is None or geometry.is_empty:
            return None
        held = self._shapes.get(id(geometry))
        if held is None:
            rounded = shapely.transform(geometry, lambda spots: np.round(spots, DECIMALS))
            # The geometry is kept beside: an id is only good while its object lives.
            held = self._shapes[id(geometry)] = (geometry, rounded)
        return held[1]

    def values(self, row: ZonePeriod) -> dict[str, Any]:
        """Return every column of a row: days as days, lists as tuples, None for nothing."""
        return {name: getattr(row, name) for name in COLUMNS} | self._added(row)

    def _added(self, row: ZonePeriod) -> dict[str, Any]:
        """Return the columns that let a file stand alone, in the order of ``columns.json``."""
        record = self.built.record
        zone, layer = record.zones[row.zone_id], record.layers[row.layer]
        lon, lat = self.built.drawn[row.id].anchor or (None, None)
        return {
            "layer_en": layer.title["en"],
            "layer_ar": layer.title["ar"],
            "summary_en": zone.summary["en"],
            "summary_ar": zone.summary["ar"],
            "confidence_reason_ar": zone.confidence_reason["ar"],
            "start_claim_ids": self._cited(row, self.built.start_claims),
            "end_claim_ids": self._cited(row, self.built.end_claims),
            "label_lon": None if lon is None else round(lon, DECIMALS),
            "label_lat": None if lat is None else round(lat, DECIMALS),
            "reading": self.reading,
            "edition": date.fromisoformat(record.atlas.edition),
            "record_sha256": record.sha256,
            "licence": record.atlas.licence,
        }

    def _cited(self, row: ZonePeriod, claims: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        """Return claims of a row's start or end, without those that were not yet known."""
        return tuple(key for key in claims[row.id] if key in row.claim_ids)
