"""What a file holds: rows of one reading, in one language where it has to choose.

Shapes leave on the grid on which they were built, five decimals of a degree (WGS84, longitude
first), so that every format holds the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from layers.build.rows import BuiltAtlas, Reading, plain_values
from layers.formats.attribution import Credit, credits_of
from layers.formats.columns import Column, columns_of
from layers.record.texts import LocalizedText

DECIMALS = 5


@dataclass(frozen=True, eq=False)
class Content:
    """Rows and how they leave. ``layer`` is the one that the file is of, None for all.

    ``known_by`` keeps later claims out of the evidence, ``lang`` chooses the names that people
    see where a format has room for one language. ``excel`` has CSV written for that program: with
    the mark by which it knows UTF-8, and without shapes, which a cell of it cannot hold.
    """

    built: BuiltAtlas
    rows: GeoDataFrame
    layer: str | None = None
    names: tuple[str, ...] = ()
    """The layers that the file has a place for, also where no row of theirs is in it."""
    reading: Reading = "nominal"
    lang: str = ""
    known_by: date | None = None
    excel: bool = False

    def __post_init__(self) -> None:
        """Take the first language of the atlas where none was chosen."""
        if not self.lang:
            object.__setattr__(self, "lang", self.languages[0])

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages of the atlas, whose texts are a column each."""
        return self.built.record.languages

    @property
    def row_columns(self) -> tuple[Column, ...]:
        """Return the columns of the rows."""
        return columns_of("rows", self.languages)

    @property
    def id(self) -> str:
        """Return what the file is called: its layer, else the atlas."""
        return self.layer or self.built.record.atlas.id

    @property
    def title(self) -> LocalizedText:
        """Return the title of the layer, else of the atlas."""
        record = self.built.record
        return record.layers[self.layer].title if self.layer else record.atlas.title

    @cached_property
    def credits(self) -> tuple[Credit, ...]:
        """Return whose data the rows hold."""
        return credits_of(self.built, self.rows)

    @cached_property
    def by_layer(self) -> dict[str, Content]:
        """Return the content of each layer that the file has a place for."""
        layers = self.rows["layer"]
        return {
            name: replace(self, layer=name, names=(name,), rows=self.rows[layers == name])
            for name in (self.names or self.built.record.layers)
        }

    @cached_property
    def shapes(self) -> list[BaseGeometry | None]:
        """Return the shape of each row in degrees with five decimals, None where there is none."""
        shapes = np.asarray(self.rows[self.reading].array)
        return list(shapely.transform(shapes, lambda spots: np.round(spots, DECIMALS)))

    @cached_property
    def columns(self) -> dict[str, list[Any]]:
        """Return the columns of ``columns.json`` as plain values, None for nothing."""
        table = self._table()
        return {one.name: plain_values(table[one.name], one.kind) for one in self.row_columns}

    def records(self) -> list[dict[str, Any]]:
        """Return every column of each row: days as days, lists as tuples, None for nothing."""
        values = zip(*self.columns.values(), strict=True)
        return [dict(zip(self.columns, row, strict=True)) for row in values]

    def _table(self) -> GeoDataFrame:
        """Return the rows with the columns that let a file stand alone."""
        rows, record = self.rows, self.built.record
        zones = rows["zone_id"].map(record.zones.__getitem__)
        layers = rows["layer"].map(record.layers.__getitem__)
        texts = {
            f"{name}_{lang}": [text[lang] for text in given]
            for name, given in (
                ("layer", layers.map(lambda layer: layer.title)),
                ("summary", zones.map(lambda zone: zone.summary)),
                ("confidence_reason", zones.map(lambda zone: zone.confidence_reason)),
            )
            for lang in self.languages
        }
        return rows.assign(
            **texts,
            label_lon=rows["anchor"].x.round(DECIMALS),
            label_lat=rows["anchor"].y.round(DECIMALS),
            reading=self.reading,
            edition=np.datetime64(record.atlas.edition, "s"),
            record_sha256=record.sha256,
            licence=record.atlas.licence,
        )
