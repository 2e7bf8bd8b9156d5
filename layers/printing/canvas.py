"""What matplotlib draws of a page: shapes and names in points from its top left corner.

What is drawn later lies on top, but for groups: each has a place of its own from when it was
first opened. A group becomes a layer of the SVG, with its name.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import shapely
from matplotlib.artist import Artist
from matplotlib.colors import to_rgba
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D
from shapely.geometry.base import BaseGeometry

from layers.printing import fonts
from layers.printing.boxes import Box
from layers.printing.figure import new_figure, points
from layers.printing.text import plain, with_direction_mark
from layers.style.colors import INK, PAPER

Letters = Literal["outlines", "text", "none"]
HALO_ALPHA = 0.86


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A line of text on the map: where its left end stands on its base line, in points."""

    x: float
    y: float
    text: str
    size: float
    weight: int
    color: str
    italic: bool


class Canvas:
    """A figure of a whole page, ``width`` by ``height`` points.

    Parameters
    ----------
    width, height
        The page's size in points.
    lang
        The language of its names: it chooses fonts and direction.
    letters
        Whether names are drawn as outlines, as text, or not at all but for their halo, where
        something else writes what `texts` holds.

    """

    def __init__(
        self, width: float, height: float, *, lang: str, letters: Letters = "outlines"
    ) -> None:
        self.width, self.height, self.lang = width, height, lang
        self.rtl = fonts.is_rtl(lang)
        self.letters = letters
        self.figure = new_figure(width, height, dpi=72)
        self.figure.patch.set_visible(False)
        self.texts: list[PlacedText] = []
        self.prefix = ""
        """What the names of groups begin with: two maps of a page have the same ones."""
        self._points = points(self.figure)
        self._groups: dict[str, Any] = {}
        self._within: Any = None
        self._clip: Any = None

    @contextlib.contextmanager
    def group(self, name: str) -> Iterator[None]:
        """Draw into a group; one of the same name is continued where it lies."""
        outer, name = self._within, self.prefix + name
        if name not in self._groups:
            self._groups[name] = _Group(name)
            self._add(self._groups[name])
        self._within = self._groups[name]
        try:
            yield
        finally:
            self._within = outer

    @contextlib.contextmanager
    def clipped(self, box: Box) -> Iterator[None]:
        """Let no shape that is drawn inside show beyond a box."""
        outer = self._clip
        self._clip = Rectangle((box.left, box.top), box.width, box.height, transform=self._points)
        try:
            yield
        finally:
            self._clip = outer

    def _add(self, artist: Artist) -> None:
        if self._within is None:
            artist.set_zorder(len(self.figure.artists) + 1)
            self.figure.add_artist(artist)
        else:
            artist.set_figure(self.figure)
            self._within.children.append(artist)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        weight: int = 400,
        color: str = INK,
        align: Literal["start", "middle"] = "start",
        italic: bool = False,
        halo: float = 0.0,
    ) -> None:
        """Write one line with its base line at ``y``; ``halo`` points of white around it."""
        text = plain(text)
        if not text:
            return
        wide = fonts.width(text, size, weight=weight, italic=italic, lang=self.lang)
        left = x - wide / 2 if align == "middle" else x - wide if self.rtl else x
        self.texts.append(PlacedText(left, y, text, size, weight, color, italic))
        if self.letters != "text":
            directed = with_direction_mark(text, rtl=self.rtl)
            outline = _outlines(directed, size, weight, italic, self.lang)
            if halo:
                self._outline(outline, left, y, edge=PAPER, width=2 * halo)
            if self.letters == "outlines":
                self._outline(outline, left, y, fill=color)
        else:
            font = fonts.font(size, weight=weight, italic=italic, lang=self.lang)
            # Where the language runs leftwards, a text of an SVG is hung up at its right end.
            at = left + wide if self.rtl else left
            words = Text(at, y, text, color=color, fontproperties=font, transform=self._points)
            words.set(ha="left", va="baseline", parse_math=False)
            self._add(words)

    def _outline(
        self,
        letters: Path,
        x: float,
        y: float,
        *,
        fill: str = "none",
        edge: str = "none",
        width: float = 0.0,
    ) -> None:
        place = Affine2D().scale(1, -1).translate(x, y) + self._points
        alpha = HALO_ALPHA if width else None
        patch = PathPatch(letters, transform=place, facecolor=fill, edgecolor=edge, alpha=alpha)
        patch.set(linewidth=width, joinstyle="round")
        self._add(patch)

    def shape(
        self,
        geometry: BaseGeometry | Path | None,
        *,
        fill: str | None = None,
        line: str | None = None,
        width: float = 0.0,
        dash: Sequence[float] | None = None,
        cap: str = "butt",
        fill_alpha: float = 1.0,
        line_alpha: float = 1.0,
        move: tuple[float, float, float] | None = None,
    ) -> None:
        """Draw a geometry in points; ``move`` is a scale and the shift after it."""
        path = path_of(geometry) if isinstance(geometry, BaseGeometry) else geometry
        if path is None:
            return
        place = self._points
        if move is not None:
            scale, dx, dy = move
            place = Affine2D().scale(scale).translate(dx, dy) + place
        patch = PathPatch(
            path,
            transform=place,
            facecolor=to_rgba(fill, fill_alpha) if fill else "none",
            edgecolor=to_rgba(line, line_alpha) if line and width else "none",
            linewidth=width if line else 0.0,
            linestyle=(0, tuple(dash)) if dash else "solid",
            capstyle=cap,
            joinstyle="round",
        )
        self._add(patch)
        if self._clip is not None:
            patch.set_clip_path(self._clip)


class _Group(Artist):
    """Draws others, in a group of an SVG of its name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.children: list[Artist] = []

    def draw(self, renderer: Any) -> None:
        renderer.open_group("group", gid=self.name)
        for child in self.children:
            child.draw(renderer)
        renderer.close_group("group")


@functools.lru_cache(maxsize=4000)
def _outlines(text: str, size: float, weight: int, italic: bool, lang: str) -> Path:
    """Return the outlines of a line of text, its base line at 0, y upwards."""
    font = fonts.font(size, weight=weight, italic=italic, lang=lang)
    return TextPath((0, 0), text, prop=font, usetex=False)


def path_of(geometry: BaseGeometry | None) -> Path | None:
    """Return the lines and areas of a geometry in points as one path; None for none."""
    if geometry is None:
        return None
    rings = []
    for part in shapely.get_parts(shapely.get_parts(geometry)):
        is_area = part.geom_type == "Polygon"
        for line in [part.exterior, *part.interiors] if is_area else [part]:
            coords = shapely.get_coordinates(line).round(2)
            if len(coords) > 1:
                rings.append(Path(coords, closed=is_area))
    return Path.make_compound_path(*rings) if rings else None
