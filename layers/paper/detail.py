"""Which part of the map deserves a second one: the chosen zones, else where most lie."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from layers.build import Layers
from layers.maps.data import SETTLEMENTS
from layers.paper.held import Held
from layers.paper.page import Box
from layers.paper.plane import Window, fitted
from layers.paper.words import Words

# A detail is worth it from so many zones, and if it magnifies at least so much.
_LEAST, _MAGNIFIES = 3, 2.2


def detail_of(
    main: Window, box: Box, shown: Sequence[Held], chosen: Collection[str]
) -> tuple[Window, list[Held]] | None:
    """Return the window of a detail map in a box, and the zones it was made for; None for none."""
    mapped = [one for one in shown if one.mapped and _shape(one) is not None]
    if chosen:
        cluster = [one for one in mapped if one.row.zone_id in chosen]
    else:
        cluster = _densest(main, box, mapped)
    shapes = [shape for one in cluster if (shape := _shape(one)) is not None]
    if not shapes:
        return None
    window = fitted(box, shapes, near=main.lon, margin=0.1 if chosen else 0.07)
    # What was asked for may be large; a detail that magnifies nothing tells nothing.
    least = _MAGNIFIES * (0.6 if chosen else 0.9)
    return (window, cluster) if main.metres / window.metres >= least else None


def corner_for(
    main: Window, shown: Sequence[Held], chosen: Collection[str]
) -> tuple[Window, list[Held]] | None:
    """Return a detail that fits into a corner of the main map where nothing lies; or None."""
    frame = main.box
    areas = []
    for one in shown:
        shape = main.project(_shape(one)) if one.mapped else None
        if shape is not None:
            areas.append(shape.buffer(3.0))
    taken = shapely.union_all(areas) if areas else shapely.Polygon()
    for share in (0.42, 0.37, 0.32):
        wide, high = frame.width * share, frame.height * share * 1.18
        for right, bottom in ((True, True), (False, True), (True, False), (False, False)):
            x = frame.right - wide - 5 if right else frame.left + 5
            y = frame.bottom - high - 5 if bottom else frame.top + 5
            box = Box(x, y, x + wide, y + high)
            if not taken.intersects(box.shape()):
                return detail_of(main, box, shown, chosen)
    return None


def fit_to(main: Window, box: Box, zones: Sequence[Held]) -> Window | None:
    """Return the window of a box in which zones lie with room around them; None for none.

    It never shows more ground than the main map.
    """
    shapes = [shape for one in zones if one.mapped and (shape := _shape(one)) is not None]
    if not shapes:
        return None
    window = fitted(box, shapes, near=main.lon, margin=0.2)
    return window if window.metres < main.metres else None


def _shape(one: Held) -> BaseGeometry | None:
    if one.is_point:
        return None if one.spot is None else shapely.Point(one.spot)
    return one.shape


def _densest(main: Window, box: Box, mapped: Sequence[Held]) -> list[Held]:
    """Return the zones that lie together in the window that holds most of them.

    An area counts as three places: it is what the detail can show better.
    """
    wide, high = box.width / _MAGNIFIES, box.height / _MAGNIFIES
    flat = []
    for one in mapped:
        shape = main.project(_shape(one))
        if shape is not None and main.box.shape().intersects(shape):
            flat.append((one, shape.bounds, shape.centroid))
    best: tuple[tuple[float, float], list[Held]] = ((0.0, 0.0), [])
    for _, _, middle in flat:
        window = Box(
            middle.x - wide / 2, middle.y - high / 2, middle.x + wide / 2, middle.y + high / 2
        )
        inside = [(one, centre) for one, bounds, centre in flat if window.holds(Box(*bounds))]
        weight = sum(1.0 if one.is_point else 3.0 for one, _ in inside)
        apart = sum(math.hypot(c.x - middle.x, c.y - middle.y) for _, c in inside)
        if (weight, -apart) > best[0]:
            best = ((weight, -apart), [one for one, _ in inside])
    return best[1] if len(best[1]) >= _LEAST else []


def name_of(window: Window, layers: Layers, words: Words) -> str:
    """Return what a detail is called: after its best known town, nearest to its middle."""
    west, south, east, north = window.degrees()
    towns = []
    for place in layers.record.places.values():
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
