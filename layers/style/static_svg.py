"""A small map as inline SVG: land, borders, a few names, and the shapes of a page."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
import shapely
from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from layers.errors import SeedError
from layers.record.files import read_seed
from layers.record.model import GazetteerPlace
from layers.style.colors import BORDER, HOME, INK, LAND, PAPER, SEA

_MOST_NAMES = 9
_FIRST_NAMES = 4  # what a small screen, whose letters take more room, shows
_MOST_SHAPES = 400
_PIXEL = 0.35
_ASPECT = 1.6  # width to height
_EDGE = 0.06  # of the window, where no name would have room
_LETTER = 7.5  # of a label, in pixels, on average
_NAME = 47.5  # half of the room that the name of a place is given
Move = Callable[[np.ndarray], np.ndarray]
# Middle of a text, half its width, and its line, in pixels.
Room = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class StaticBasemap:
    """What lies under the shapes."""

    land: BaseGeometry | None
    borders: BaseGeometry | None
    home: BaseGeometry | None = None
    """The country that the atlas is about, lighter than its neighbours."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape to draw, with its colour and the address that it leads to.

    ``fill`` is the strength of its tint from 0 to 1, ``paint`` the id of a pattern of the page
    that lies over it; a line ``width`` of 0 draws none. A hollow point is a ring.
    """

    geometry: BaseGeometry
    colour: str
    href: str = ""
    title: str = ""
    fill: float = 0.22
    width: float = 1.6
    dash: str = ""
    paint: str = ""
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A name to write at the first of some spots where it finds room.

    A spot is longitude and latitude in degrees, and pixels downwards from there.
    """

    spots: tuple[tuple[float, float, float], ...]
    text: str
    colour: str


def read_basemap(root: Path) -> StaticBasemap:
    """Read land and borders from a record's basemap, where it has one."""
    return StaticBasemap(
        _read(root, "land"), _read(root, "borders"), _read(root, "land", home=True)
    )


def _read(root: Path, name: str, *, home: bool = False) -> BaseGeometry | None:
    try:
        features = json.loads(read_seed(root, root / "basemap" / f"{name}.geojson"))["features"]
        shapes = [
            shapely.geometry.shape(one["geometry"])
            for one in features
            if one["geometry"] and (not home or one["properties"]["home"])
        ]
    except (SeedError, OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return shapely.geometrycollections(shapes) if shapes else None


def frame_around(shapes: Iterable[BaseGeometry], extent: Sequence[float]) -> tuple[float, ...]:
    """Return the window of a picture: what is drawn within the atlas, with some room."""
    west, south, east, north = extent
    atlas = shapely.box(west, south, east, north)
    near = [part for part in shapes if part.intersects(atlas)]
    west, south, east, north = shapely.total_bounds(near) if near else extent
    west, south = max(west, extent[0] - 1), max(south, extent[1] - 1)
    east, north = min(east, extent[2] + 1), min(north, extent[3] + 1)
    lon, lat = (west + east) / 2, (south + north) / 2
    shrink = math.cos(math.radians(lat))
    across = max(east - west, (north - south) * _ASPECT / shrink, 0.6) * 0.57
    up = across * shrink / _ASPECT
    return lon - across, lat - up, lon + across, lat + up


def draw(
    shapes: Sequence[Shape],
    window: tuple[float, ...],
    under: StaticBasemap,
    places: Iterable[GazetteerPlace],
    *,
    lang: str,
    label: str,
    width: int = 640,
    labels: Sequence[Label] = (),
) -> Markup:
    """Return an SVG of shapes in a window west, south, east, north of degrees.

    ``labels`` are written before the names of places, each where it finds room.
    """
    west, south, east, north = window
    shrink = math.cos(math.radians((south + north) / 2))
    scale = width / ((east - west) * shrink)
    height = round((north - south) * scale)

    def move(coords: np.ndarray) -> np.ndarray:
        return np.column_stack([(coords[:, 0] - west) * shrink, north - coords[:, 1]]) * scale

    parts = [f'<rect width="{width}" height="{height}" fill="{SEA}"/>']
    for what, look in (
        (under.land, f'fill="{LAND}"'),
        (under.home, f'fill="{HOME}"'),
        (under.borders, f'fill="none" stroke="{BORDER}" stroke-width="1" stroke-dasharray="5 2"'),
    ):
        path = _ground_path(what, window, move)
        if path:
            parts.append(f'<path d="{path}" {look}/>')
    # What has links inside is no picture to a reader, but a group of them.
    role = "group" if any(shape.href for shape in shapes) else "img"
    parts += [_drawn(shape, move) for shape in shapes[:_MOST_SHAPES]]
    taken: list[Room] = []
    written = _labelled(labels, (width, height), move, taken)
    parts += [*_names(places, window, move, lang, taken), *written]
    return Markup(  # noqa: S704  # every text in it is escaped where it is written
        f'<svg class="picture" viewBox="0 0 {width} {height}" role="{role}" '
        f'aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def _ground_path(what: BaseGeometry | None, window: tuple[float, ...], move: Move) -> str:
    if what is None:
        return ""
    west, south, east, north = window
    # A little more than the window, so that a cut edge is never seen as a coast.
    inside = shapely.clip_by_rect(what, west - 0.2, south - 0.2, east + 0.2, north + 0.2)
    return path_of(inside, move)


def path_of(geometry: BaseGeometry, move: Move) -> str:
    """Return lines and outlines as an SVG path, thinned to what a pixel shows."""
    thinned = shapely.simplify(shapely.transform(geometry, move), _PIXEL)
    texts = []
    for part in shapely.get_parts(shapely.get_parts(thinned)):
        for ring in [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]:
            coords = shapely.get_coordinates(ring)
            if len(coords) > 1:
                texts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in coords))
    return "".join(texts)


def _drawn(shape: Shape, move: Move) -> str:
    colour = escape(shape.colour)
    title = f"<title>{escape(shape.title)}</title>" if shape.title else ""
    marks = []
    points = [
        part
        for part in shapely.get_parts(shapely.get_parts(shape.geometry))
        if part.geom_type == "Point"
    ]
    look = (
        f'fill="{PAPER}" stroke="{colour}"' if shape.hollow else f'fill="{colour}" stroke="{PAPER}"'
    )
    for x, y in move(shapely.get_coordinates(points)) if points else ():
        marks.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" {look}/>')
    path = path_of(shape.geometry, move)
    if path:
        marks.append(f'<path d="{path}" {_pen(shape, colour)}/>')
        if shape.paint and shape.geometry.geom_type.endswith("Polygon"):
            marks.append(f'<path d="{path}" fill="url(#{escape(shape.paint)})"/>')
    body = f"<g>{title}{''.join(marks)}</g>"
    return f'<a href="{escape(shape.href)}">{body}</a>' if shape.href else body


def _pen(shape: Shape, colour: str) -> str:
    """Return how the line and the tint of a shape are drawn."""
    area = shape.geometry.geom_type.endswith("Polygon")
    fill = (
        f'fill="{colour}" fill-opacity="{shape.fill:g}"' if area and shape.fill else 'fill="none"'
    )
    dash = ""
    if shape.dash:
        cap = ' stroke-linecap="round"' if shape.dash.startswith("0.") else ""
        dash = f' stroke-dasharray="{escape(shape.dash)}"{cap}'
    line = f'stroke="{colour}" stroke-width="{shape.width:g}"{dash}' if shape.width else ""
    return f'{fill} fill-rule="evenodd" {line}'.rstrip()


def _labelled(
    labels: Iterable[Label], size: tuple[int, int], move: Move, taken: list[Room]
) -> list[str]:
    """Return labels that find room, and note in ``taken`` what they took."""
    made: list[str] = []
    for label in labels:
        half = len(label.text) * _LETTER / 2
        for lon, lat, down in label.spots:
            x, y = move(np.array([[lon, lat]]))[0] + (0, down)
            inside = half + 4 < x < size[0] - half - 4 and 16 < y < size[1] - 6
            if inside and not any(abs(x - a) < half + b and abs(y - c) < 18 for a, b, c in taken):
                taken.append((x, half, y))
                made.append(
                    f'<text class="zone-label" x="{x:.1f}" y="{y:.1f}" '
                    f'fill="{escape(label.colour)}">{escape(label.text)}</text>'
                )
                break
    return made


def _names(
    places: Iterable[GazetteerPlace],
    window: tuple[float, ...],
    move: Move,
    lang: str,
    taken: list[Room],
) -> list[str]:
    west, south, east, north = window
    margin = (east - west) * _EDGE
    inside = [
        place
        for place in places
        if place.kind in ("city", "town")
        and west + margin < place.lon < east - margin
        and south + margin < place.lat < north - margin
    ]
    inside.sort(key=lambda place: (place.rank, place.id))
    made: list[str] = []
    for place in inside:
        x, y = move(np.array([[place.lon, place.lat]]))[0]
        if any(abs(x - a) < _NAME + b and abs(y - c) < 18 for a, b, c in taken):
            continue
        taken.append((x, _NAME, y))
        name = place.name(lang)
        rank = ' class="minor"' if len(made) >= _FIRST_NAMES else ""
        made.append(
            f'<g{rank}><circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="{INK}" stroke="{PAPER}"/>'
            f'<text x="{x:.1f}" y="{y - 6:.1f}">{escape(name)}</text></g>'
        )
        if len(made) == _MOST_NAMES:
            break
    return made
