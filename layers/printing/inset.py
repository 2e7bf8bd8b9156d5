"""Which part of the map deserves an inset: the chosen zones, else where most lie."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers.build.rows import BuiltAtlas
from layers.i18n import Translator
from layers.printing.boxes import Box
from layers.printing.job import MappedZone
from layers.printing.projection import MapFrame, fit_frame
from layers.record.kinds import SETTLEMENTS

# An inset is worth it from so many zones, and if it magnifies at least so much.
_LEAST, _MAGNIFIES = 3, 2.2


class InsetMap:
    """The choice of an inset beside a main map; each zone is projected once for all tries."""

    def __init__(
        self, main: MapFrame, shown: Sequence[MappedZone], chosen: Collection[str]
    ) -> None:
        self._main, self._chosen = main, chosen
        self._mapped = [one for one in shown if one.is_mapped and _shape(one) is not None]
        self._flat = [main.project(_shape(one)) for one in self._mapped]

    def fit(self, box: Box) -> tuple[MapFrame, list[MappedZone]] | None:
        """Return the frame of an inset in a box, and its zones; None for no inset."""
        if self._chosen:
            cluster = [one for one in self._mapped if one.row.zone_id in self._chosen]
        else:
            cluster = self._densest(box)
        shapes = [shape for one in cluster if (shape := _shape(one)) is not None]
        if not shapes:
            return None
        main = self._main
        frame = fit_frame(box, shapes, near=main.lon, margin=0.1 if self._chosen else 0.07)
        # What was asked for may be large; an inset that magnifies nothing tells nothing.
        least = _MAGNIFIES * (0.6 if self._chosen else 0.9)
        return (frame, cluster) if main.metres_per_point / frame.metres_per_point >= least else None

    def in_corner(self) -> tuple[MapFrame, list[MappedZone]] | None:
        """Return an inset that fits into a corner of the main map where nothing lies; or None."""
        main = self._main.box
        areas = shapely.buffer(_array(shape for shape in self._flat if shape is not None), 3.0)
        for share in (0.42, 0.37, 0.32):
            wide, high = main.width * share, main.height * share * 1.18
            for right, bottom in ((True, True), (False, True), (True, False), (False, False)):
                x = main.right - wide - 5 if right else main.left + 5
                y = main.bottom - high - 5 if bottom else main.top + 5
                box = Box(x, y, x + wide, y + high)
                if not shapely.intersects(areas, box.polygon()).any():
                    return self.fit(box)
        return None

    def _densest(self, box: Box) -> list[MappedZone]:
        """Return the zones that lie together in the frame that holds most of them.

        An area counts as three places: it is what the inset can show better.
        """
        within = self._main.box.polygon()
        flat = [
            (one, shape)
            for one, shape in zip(self._mapped, self._flat, strict=True)
            if shape is not None and within.intersects(shape)
        ]
        shapes = _array(shape for _, shape in flat)
        bounds, middles = shapely.bounds(shapes), shapely.get_coordinates(shapely.centroid(shapes))
        weights = np.array([1.0 if one.is_point else 3.0 for one, _ in flat])
        half = np.array([box.width, box.height]) / _MAGNIFIES / 2

        def within_reach(middle: NDArray[np.float64]) -> NDArray[np.bool_]:
            low, high = bounds[:, :2] >= middle - half, bounds[:, 2:] <= middle + half
            return np.asarray((low & high).all(axis=1))

        def worth(middle: NDArray[np.float64]) -> tuple[float, float]:
            inside = within_reach(middle)
            apart = np.hypot(*(middles[inside] - middle).T)
            return float(weights[inside].sum()), -float(apart.sum())

        if not flat:
            return []
        found = np.flatnonzero(within_reach(max(middles, key=worth)))
        return [flat[at][0] for at in found] if len(found) >= _LEAST else []


def fit_to(main: MapFrame, box: Box, zones: Sequence[MappedZone]) -> MapFrame | None:
    """Return the frame of a box in which zones lie with room around them; None for none.

    It never shows more ground than the main map.
    """
    shapes = [shape for one in zones if one.is_mapped and (shape := _shape(one)) is not None]
    if not shapes:
        return None
    frame = fit_frame(box, shapes, near=main.lon, margin=0.2)
    return frame if frame.metres_per_point < main.metres_per_point else None


def _array(shapes: Iterable[BaseGeometry]) -> NDArray[np.object_]:
    return np.array(list(shapes), dtype=object)


def _shape(one: MappedZone) -> BaseGeometry | None:
    if one.is_point:
        return None if one.point is None else shapely.Point(one.point)
    return one.shape


def inset_title(frame: MapFrame, built: BuiltAtlas, words: Translator) -> str:
    """Return what an inset is called: after its best known town, nearest to its middle."""
    west, south, east, north = frame.degrees
    inner = frame.box.grown(-0.12 * frame.box.width)
    towns = []
    for place in built.record.places.values():
        name = place.own_name(words.lang)
        within = west < place.lon < east and south < place.lat < north
        if name and place.kind in SETTLEMENTS and within:
            x, y = frame.at(place.lon, place.lat)
            if inner.contains(Box(x, y, x, y)):
                far = math.dist((x, y), frame.box.middle)
                towns.append((max(place.rank, 2), far, name))
    if not towns:
        return words.gettext("print.detail")
    return words.gettext("print.around", place=min(towns)[2].split(" (")[0])
