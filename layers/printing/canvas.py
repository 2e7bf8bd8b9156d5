"""A page to draw on, in points from its top left corner: text, lines, shapes, in that order.

What is drawn later lies on top. `start` and `end` are sides of the reader's language: in
Arabic the start is the right.
"""

from __future__ import annotations

import contextlib
import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers.printing import fonts
from layers.printing.figure import new_figure, points

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path

Align = Literal["start", "middle", "end"]
INK, INK_2, INK_3 = "#1B2026", "#434A52", "#5A626B"
PAPER, GROUND, RULE_2 = "#FFFFFF", "#F5F2EC", "#BDB8AE"
RIGHT_MARK, LEFT_MARK = "\u200f", "\u200e"
# Control characters, and the marks that turn or override the direction of what follows.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ufeff\ufffe\uffff\ud800-\udfff]+"
)

_NO_ROOM = re.compile("[\u00ad\u200b-\u200f\u2060-\u206f\ufe00-\ufe0f]")


def plain(text: str) -> str:
    """Return text as one line that prints as it reads: control characters are spaces."""
    return " ".join(_UNSEEN.sub(" ", text).split(" ")).strip()


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Return the width in points."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Return the height in points."""
        return self.bottom - self.top

    def mirrored(self, width: float) -> Box:
        """Return the box at the same distance from the other side of a page."""
        return replace(self, left=width - self.right, right=width - self.left)

    def grown(self, by: float) -> Box:
        """Return the box with its sides moved outwards."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def meets(self, other: Box) -> bool:
        """Tell whether two boxes share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        """Tell whether another box lies within."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def shape(self) -> shapely.Polygon:
        """Return the box as a polygon in points."""
        return shapely.box(self.left, self.top, self.right, self.bottom)


Sides = NDArray[np.float64]
"""Many boxes: left, top, right, bottom in points, shape (n, 4)."""


def sides(boxes: Sequence[Box]) -> Sides:
    """Return boxes as an array."""
    return np.array([(b.left, b.top, b.right, b.bottom) for b in boxes]).reshape(-1, 4)


class Page:
    """A figure of ``width`` by ``height`` points in one language."""

    def __init__(
        self,
        width: float,
        height: float,
        *,
        lang: str = "en",
        dpi: float = 150,
        outlined: bool = False,
    ) -> None:
        self.width, self.height, self.lang = width, height, lang
        self.figure = new_figure(width, height, dpi=dpi)
        # Pixels have no letters to search or select: outlines are faster to paint.
        self._outlined = outlined
        self.texts: list[str] = []
        self._points = points(self.figure)
        self._order = 1
        self._clip: Any = None

    @property
    def rtl(self) -> bool:
        """Tell whether the page reads from the right."""
        return self.lang == "ar"

    def side(self, box: Box) -> Box:
        """Return a box that was laid out from the left where it belongs in this language."""
        return box.mirrored(self.width) if self.rtl else box

    @contextlib.contextmanager
    def clipped(self, box: Box) -> Iterator[None]:
        """Let nothing that is drawn inside show beyond a box."""
        from matplotlib.patches import Rectangle

        before = self._clip
        self._clip = Rectangle((box.left, box.top), box.width, box.height, transform=self._points)
        try:
            yield
        finally:
            self._clip = before

    def _add(self, artist: Any) -> None:
        artist.set_zorder(self._order)
        self._order += 1
        self.figure.add_artist(artist)
        if self._clip is not None:
            artist.set_clip_path(self._clip)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float,
        weight: int = 400,
        color: str = INK,
        align: Align = "start",
        italic: bool = False,
        halo: float = 0.0,
    ) -> None:
        """Write one line with its base line at ``y``; ``halo`` points of white around it."""
        text = plain(text)
        if not text.replace(RIGHT_MARK, ""):
            return
        self.texts.append(text)
        look = _Letters(size, weight, italic, self.lang)
        wide = look.width(text)
        ends = {"start": 1.0 if self.rtl else 0.0, "middle": 0.5, "end": 0.0 if self.rtl else 1.0}
        left = x - ends[align] * wide
        if not self.rtl:
            self._line(left, y, text, look, color=color, halo=halo)
            return
        # Marks stand at the edges of runs, so what lies between them follows leftwards.
        right = left + wide
        for part in text.split(RIGHT_MARK):
            if part.strip():
                self._line(right - look.width(part), y, part, look, color=color, halo=halo)
            right -= look.width(part)

    def _line(
        self, x: float, y: float, text: str, look: _Letters, *, color: str, halo: float
    ) -> None:
        """Write a text from its left edge, as letters where the file can hold them."""
        from matplotlib.text import Text

        shown = directed(text, self.lang)
        # PDF gives marks that take no room the room of a space, at the start and between letters.
        outlined = self._outlined or bool(_NO_ROOM.search(shown.removeprefix(RIGHT_MARK)))
        if halo or outlined:
            letters = _outlines(shown, look)
            self._outline(x, y, letters, halo=halo, color=color if outlined else None)
        if not outlined:
            artist = Text(
                x, y, shown, color=color, fontproperties=look.font(), transform=self._points,
                ha="left", va="baseline", parse_math=False,
            )  # fmt: skip
            self._add(artist)

    def _outline(
        self, x: float, y: float, letters: Path, *, halo: float, color: str | None
    ) -> None:
        """Draw letters as shapes: a white edge of ``halo`` points, and their colour over it.

        The edge under a text is a shape of its own, so that the text itself stays text.
        """
        from matplotlib.patches import PathPatch
        from matplotlib.transforms import Affine2D

        place = Affine2D().scale(1, -1).translate(x, y) + self._points
        if halo:
            self._add(
                PathPatch(
                    letters,
                    transform=place,
                    facecolor="none",
                    edgecolor=PAPER,
                    linewidth=2 * halo,
                    joinstyle="round",
                    alpha=0.86,
                )
            )
        if color is not None:
            self._add(PathPatch(letters, transform=place, facecolor=color, edgecolor="none"))

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
        from matplotlib.colors import to_rgba
        from matplotlib.patches import PathPatch
        from matplotlib.transforms import Affine2D

        path = path_of(geometry) if isinstance(geometry, BaseGeometry) else geometry
        if path is None or not len(np.asarray(path.vertices)):
            return
        place = self._points
        if move is not None:
            scale, dx, dy = move
            place = Affine2D().scale(scale).translate(dx, dy) + place
        self._add(
            PathPatch(
                path,
                transform=place,
                facecolor=to_rgba(fill, fill_alpha) if fill else "none",
                edgecolor=to_rgba(line, line_alpha) if line and width else "none",
                linewidth=width if line else 0.0,
                linestyle=(0, tuple(dash)) if dash else "solid",
                capstyle=cap,
                joinstyle="round",
            )
        )

    def image(self, pixels: np.ndarray[Any, Any], x: int, y: int) -> None:
        """Lay pixels on a page of as many pixels as points, their top left corner at a point."""
        up = round(self.height) - y - pixels.shape[0]
        image = self.figure.figimage(pixels, xo=x, yo=up, origin="upper")
        image.set_zorder(self._order)
        self._order += 1

    def rule(self, x0: float, x1: float, y: float, *, width: float = 0.8, color: str = INK) -> None:
        """Draw a horizontal rule."""
        self.shape(shapely.LineString([(x0, y), (x1, y)]), line=color, width=width)


@dataclass(frozen=True, slots=True)
class _Letters:
    """How a line is written."""

    size: float
    weight: int
    italic: bool
    lang: str

    def font(self) -> FontProperties:
        """Return the font, with those that stand in for letters that it lacks."""
        return fonts.font(self.size, weight=self.weight, italic=self.italic, lang=self.lang)

    def width(self, text: str) -> float:
        """Return how wide a text is, in points."""
        return fonts.width(text, self.size, weight=self.weight, italic=self.italic, lang=self.lang)


@functools.lru_cache(maxsize=4000)
def _outlines(text: str, look: _Letters) -> Path:
    """Return the outlines of a line of text, its base line at 0, y upwards."""
    from matplotlib.textpath import TextPath

    return TextPath((0, 0), text, prop=look.font(), usetex=False)


def directed(text: str, lang: str) -> str:
    """Return text that runs in the direction of its page, whatever letter it begins with."""
    ways = (unicodedata.bidirectional(letter) for letter in text)
    leftwards = next((way for way in ways if way in ("L", "R", "AL")), "L") != "L"
    if lang == "ar":
        return text if leftwards else RIGHT_MARK + text
    return LEFT_MARK + text if leftwards else text


def path_of(geometry: BaseGeometry | None) -> Path | None:
    """Return a geometry in points as one path; None for none."""
    from matplotlib.path import Path

    if geometry is None or geometry.is_empty:
        return None
    rings: list[np.ndarray[Any, Any]] = []
    codes: list[np.ndarray[Any, Any]] = []
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon":
            lines = [part.exterior, *part.interiors]
        elif part.geom_type in ("LineString", "LinearRing"):
            lines = [part]
        elif part.geom_type == "GeometryCollection":
            lines = [p for p in part.geoms if p.geom_type == "LineString"]
        else:
            continue
        for line in lines:
            coords = shapely.get_coordinates(line).round(2)
            if len(coords) < 2:
                continue
            kinds = np.full(len(coords), Path.LINETO, dtype=np.uint8)
            kinds[0] = Path.MOVETO
            if part.geom_type == "Polygon":
                kinds[-1] = Path.CLOSEPOLY
            rings.append(coords)
            codes.append(kinds)
    return Path(np.vstack(rings), np.concatenate(codes)) if rings else None
