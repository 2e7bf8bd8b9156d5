"""A collection in memory: ids, columns, shapes, days, and each feature serialised once.

All collections have one form here: the rows of a layer, the gazetteer, lists of the record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import orjson
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from api.columns import FilterColumn, Mask
from api.crs import CRS, CRS84
from layers.build.rows import Reading
from layers.formats.features import geometry_json
from layers.formats.ogc import bounding_box, time_interval
from layers.record.dates import BEGINNING, FOREVER
from layers.record.texts import LocalizedText

Days = tuple[date | None, date | None]
Only = frozenset[str] | None
"""The properties that are wanted, None for all."""
Refer = Callable[[str], Any]
"""What stands for the id of a claim in an answer."""
_SORTED = orjson.OPT_SORT_KEYS


class View(NamedTuple):
    """How features are shown: which shape, in which system, in which language, how much of them."""

    reading: Reading
    crs: CRS = CRS84
    lang: str = ""
    only: Only = None
    refer: Refer | None = None


class ShapeCache:
    """GeoJSON text of geometries, by geometry and reference system; rows share shapes."""

    def __init__(self) -> None:
        self._held: dict[tuple[int, str], tuple[BaseGeometry, bytes]] = {}

    def text(self, geometry: BaseGeometry | None, crs: CRS) -> bytes:
        """Return a geometry as GeoJSON in a reference system, serialised once."""
        if geometry is None:
            return b"null"
        key = (id(geometry), crs.uri)
        held = self._held.get(key)
        if held is None:
            # The geometry is kept beside its text: an id is only good while its object lives.
            made = orjson.dumps(geometry_json(crs.forward(geometry), crs.decimals))
            held = self._held[key] = (geometry, made)
        return held[1]


class _Texts(dict[int, bytes]):
    """Texts by the number of their feature, each made when it is first asked for."""

    def __init__(self, make: Callable[[int], bytes]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, number: int) -> bytes:
        text = self[number] = self._make(number)
        return text


@dataclass(frozen=True)
class FeatureTable:
    """One collection; every sequence is in the order of its features."""

    id: str
    title: LocalizedText
    summary: LocalizedText
    ids: Sequence[str]
    columns: Mapping[str, FilterColumn]
    days: Sequence[Days | None]
    """First and last day of each feature (None: open); None for one without a time."""
    shapes: Mapping[Reading, Sequence[BaseGeometry | None]]
    localised: Mapping[str, Sequence[Mapping[str, Any]]]
    """By language, what each feature's properties gain where that language is asked for."""
    feature_type: str
    has_time: bool = True
    cache: ShapeCache = field(default_factory=ShapeCache)
    _geometries: dict[tuple[Reading, str], _Texts] = field(default_factory=dict)
    _rests: dict[str, _Texts] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def index(self) -> dict[str, int]:
        """Return the position of each feature by its id."""
        return {name: number for number, name in enumerate(self.ids)}

    @cached_property
    def spans(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the first and last day of each feature as ordinals; an empty span for none."""
        none = FOREVER, BEGINNING - 1
        spans = [none if days is None else ordinals(*days) for days in self.days]
        starts, ends = np.array(spans, np.int64).reshape(-1, 2).T
        return starts, ends

    @cached_property
    def timeless(self) -> Mask:
        """Return which features have no time."""
        starts, ends = self.spans
        return np.asarray(starts > ends)

    @cached_property
    def shapeless(self) -> dict[Reading, Mask]:
        """Return which features have no shape in each reading."""
        return {
            name: np.fromiter((shape is None for shape in shapes), bool, len(self))
            for name, shapes in self.shapes.items()
        }

    @cached_property
    def trees(self) -> dict[Reading, shapely.STRtree]:
        """Return an index over the shapes of each reading."""
        return {
            name: shapely.STRtree(np.array(shapes, object)) for name, shapes in self.shapes.items()
        }

    @cached_property
    def references(self) -> tuple[str, ...]:
        """Return the properties that hold ids of claims."""
        return tuple(name for name in self.columns if name.endswith("claim_ids"))

    def properties(
        self, number: int, lang: str = "", only: Only = None, refer: Refer | None = None
    ) -> dict[str, Any]:
        """Return the properties of a feature as JSON values."""
        held = {name: _plain(column.values[number]) for name, column in self.columns.items()}
        if refer is not None:
            held |= {name: [refer(one) for one in held[name] or ()] for name in self.references}
        if lang:
            held |= self.localised[lang][number]
        return held if only is None else {key: held[key] for key in held if key in only}

    def fragment(self, number: int, view: View) -> bytes:
        """Return a feature as GeoJSON."""
        return b"".join(self.pieces([number], view))

    def pieces(self, numbers: Sequence[int], view: View) -> list[bytes]:
        """Return features as GeoJSON with commas between them, in pieces to be joined once."""
        geometries, rests = self._geometry_texts(view), self._rest_texts(view)
        pieces = [
            piece
            for number in numbers
            for piece in (b',{"geometry":', geometries[number], rests[number])
        ]
        if pieces:
            pieces[0] = pieces[0][1:]
        return pieces

    def serialised(self, numbers: Sequence[int], view: View) -> bool:
        """Tell whether the texts of these features have been made."""
        held = (self._geometry_texts(view), self._rest_texts(view))
        return all(texts.keys() >= set(numbers) for texts in held)

    def fg_fragment(self, number: int, view: View) -> bytes:
        """Return a feature as JSON-FG: ``place`` holds what GeoJSON cannot say."""
        shape = self._geometry_texts(view)[number]
        place, geometry = (b"null", shape) if view.crs is CRS84 else (shape, b"null")
        kind = orjson.dumps(self.feature_type)
        return (
            b'{"featureType":' + kind + b',"place":' + place + b',"geometry":' + geometry
        ) + self._rest_texts(view)[number]

    def _geometry_texts(self, view: View) -> _Texts:
        shapes, crs = self.shapes[view.reading], view.crs
        texts = _Texts(lambda number: self.cache.text(shapes[number], crs))
        return self._geometries.setdefault((view.reading, crs.uri), texts)

    def _rest_texts(self, view: View) -> _Texts:
        texts = _Texts(lambda number: self._rest(number, view))
        if view.only is not None or view.refer:
            return texts
        return self._rests.setdefault(view.lang, texts)

    def _rest(self, number: int, view: View) -> bytes:
        days = self.days[number]
        rest = {
            "id": self.ids[number],
            "properties": self.properties(number, view.lang, view.only, view.refer),
            "time": days and {"interval": [day.isoformat() if day else ".." for day in days]},
            "type": "Feature",
        }
        return b"," + orjson.dumps(rest, option=_SORTED)[1:]

    @cached_property
    def extent(self) -> list[float] | None:
        """Return west, south, east, north of all that is drawn, None for nothing."""
        return bounding_box(shape for shapes in self.shapes.values() for shape in shapes)

    @cached_property
    def interval(self) -> list[str | None] | None:
        """Return the first and last day of the collection, None where one is open."""
        return time_interval(self.days)


def ordinals(first: date | None, last: date | None) -> tuple[int, int]:
    """Return two days as ordinals, None as the end of all time on its side."""
    return first.toordinal() if first else BEGINNING, last.toordinal() if last else FOREVER


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
