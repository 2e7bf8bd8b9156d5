"""Which part of the map deserves a second one: the chosen zones, else where most lie."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers.build.rows import BuiltAtlas
from layers.printing.canvas import Box
from layers.printing.held import Held
from layers.printing.projection import Flat, Window, fitted
from layers.printing.words import Words
from layers.web.page.data import SETTLEMENTS

# A detail is worth it from so many zones, and if it magnifies at least so much.
_LEAST, _MAGNIFIES = 3, 2.2


class Detail:
    """The choice of a second map beside a main one; each zone is projected once for all tries."""

    def __init__(self, main: Flat, shown: Sequence[Held], chosen: Collection[str]) -> None:
        self._main, self._chosen = main.window, chosen
        self._mapped = [one for one in shown if one.mapped and _shape(one) is not None]
        self._flat = [main.of(_shape(one)) for one in self._mapped]

    def fitting(self, box: Box) -> tuple[Window, list[Held]] | None:
        """Return the window of a detail map in a box, and its zones; None for no detail."""
        if self._chosen:
            cluster = [one for one in self._mapped if one.row.zone_id in self._chosen]
        else:
            cluster = self._densest(box)
        shapes = [shape for one in cluster if (shape := _shape(one)) is not None]
        if not shapes:
            return None
        main = self._main
        window = fitted(box, shapes, near=main.lon, margin=0.1 if self._chosen else 0.07)
        # What was asked for may be large; a detail that magnifies nothing tells nothing.
        least = _MAGNIFIES * (0.6 if self._chosen else 0.9)
        return (window, cluster) if main.metres / window.metres >= least else None

    def in_corner(self) -> tuple[Window, list[Held]] | None:
        """Return a detail that fits into a corner of the main map where nothing lies; or None."""
        frame = self._main.box
        areas = shapely.buffer(_array(shape for shape in self._flat if shape is not None), 3.0)
        for share in (0.42, 0.37, 0.32):
            wide, high = frame.width * share, frame.height * share * 1.18
            for right, bottom in ((True, True), (False, True), (True, False), (False, False)):
                x = frame.right - wide - 5 if right else frame.left + 5
                y = frame.bottom - high - 5 if bottom else frame.top + 5
                box = Box(x, y, x + wide, y + high)
                if not shapely.intersects(areas, box.shape()).any():
                    return self.fitting(box)
        return None

    def _densest(self, box: Box) -> list[Held]:
        """Return the zones that lie together in the window that holds most of them.

        An area counts as three places: it is what the detail can show better.
        """
        frame = self._main.box.shape()
        flat = [
            (one, shape)
            for one, shape in zip(self._mapped, self._flat, strict=True)
            if shape is not None and frame.intersects(shape)
        ]
        shapes = _array(shape for _, shape in flat)
        bounds, middles = shapely.bounds(shapes), shapely.get_coordinates(shapely.centroid(shapes))
        weights = np.array([1.0 if one.is_point else 3.0 for one, _ in flat])
        half = np.array([box.width, box.height]) / _MAGNIFIES / 2
        best: tuple[tuple[float, float], NDArray[np.bool_]] = ((0.0, 0.0), np.zeros(0, bool))
        for middle in middles:
            inside = (bounds[:, :2] >= middle - half).all(axis=1)
            inside &= (bounds[:, 2:] <= middle + half).all(axis=1)
            weight = float(weights[inside].sum())
            if weight < best[0][0] or not weight:
                continue
            apart = float(np.hypot(*(middles[inside] - middle).T).sum())
            if (weight, -apart) > best[0]:
                best = ((weight, -apart), inside)
        found = np.flatnonzero(best[1])
        return [flat[at][0] for at in found] if len(found) >= _LEAST else []


def fit_to(main: Window, box: Box, zones: Sequence[Held]) -> Window | None:
    """Return the window of a box in which zones lie with room around them; None for none.

    It never shows more ground than the main map.
    """
    shapes = [shape for one in zones if one.mapped and (shape := _shape(one)) is not None]
    if not shapes:
        return None
    window = fitted(box, shapes, near=main.lon, margin=0.2)
    return window if window.metres < main.metres else None


def _array(shapes: Iterable[BaseGeometry]) -> NDArray[np.object_]:
    return np.array(list(shapes), dtype=object)


def _shape(one: Held) -> BaseGeometry | None:
    if one.is_point:
        return None if one.spot is None else shapely.Point(one.spot)
    return one.shape


def name_of(window: Window, built: BuiltAtlas, words: Words) -> str:
    """Return what a detail is called: after its best known town, nearest to its middle."""
    west, south, east, north = window.degrees()
    towns = []
    for place in built.record.places.values():
        name = place.name_ar if words.lang == "ar" else place.name_en
        if (
            name
            and place.kind in SETTLEMENTS
            and west < place.lon < east
            and south < place.lat < north
        ):
            x, y = window.at(place.lon, place.lat)
            box = window.box
            if box.grown(-0.12 * box.width).holds(Box(x, y, x, y)):
                far = math.hypot(x - (box.left + box.right) / 2, y - (box.top + box.bottom) / 2)
                towns.append((max(place.rank, 2), far, name))
    if not towns:
        return words.own("detail")
    return words.own("around", place=min(towns)[2].split(" (")[0])
