"""A sheet to draw a plot on: points from the top left, text in two directions, the map's marks.

Nothing global is touched: the figure has a canvas of its own. Text is never read as
mathematics, and nothing in it can turn the direction of what stands beside it.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from layers.printing.figure import new_figure, points
from layers.printing.fonts import font, width
from layers.style.tokens import tokens as tokens

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

Align = Literal["start", "end", "middle"]
INK, INK_2, INK_3 = "#1B2026", "#434A52", "#5A626B"
RULE, GROUND, PAPER = "#DDD9D1", "#F5F2EC", "#FFFFFF"
# Marks of joining letters: the only invisible characters that a name needs.
_JOINERS = "\u200c\u200d"
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_ISOLATE, _POP = "\u2068", "\u2069"
_UNSEEN = {*_JOINERS, _ISOLATE, _POP, "\u200e", "\u200f"}
_LTR, _RTL = "\u200e", "\u200f"
# Tiles of small swatches and bars are drawn at this share of the map's, as in the page.
_SMALL = 0.7


def blend(colour: str, share: float) -> str:
    """Return a colour as it looks at a share of its strength on white paper."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * share):02X}" for part in parts)


def shown(text: str) -> str:
    r"""Return foreign text with what cannot be seen in it written out, as ``\u202e``.

    These are control and format characters, line ends and halves of pairs.
    """
    return "".join(f"\\u{ord(char):04x}" if _hidden(char) else char for char in text)


def isolated(text: str) -> str:
    """Return foreign text as it may stand in a line: seen whole, unable to turn the rest."""
    return f"{_ISOLATE}{shown(text)}{_POP}"


def _leftwards(text: str) -> bool | None:
    """Tell whether a line runs leftwards of itself, by its first strong letter; None: by none."""
    ways = (unicodedata.bidirectional(char) for char in text)
    first = next((way for way in ways if way in ("L", "R", "AL")), None)
    return None if first is None else first != "L"


def _hidden(char: str) -> bool:
    """Tell whether a character is control, format, half of a pair, unassigned or a line end."""
    return char not in _JOINERS and unicodedata.category(char) in _HIDDEN


class Sheet:
    """A figure of ``across`` x ``down`` points; x grows from where reading starts.

    In Arabic the start is the right edge, so what is laid out once stands mirrored.
    """

    def __init__(self, across: float, down: float, *, lang: str) -> None:
        self.across, self.lang = across, lang
        self.figure: Figure = new_figure(across, down)
        self._points = points(self.figure)
        self._drawn = 0
        self.written: list[tuple[str, float]] = []
        """What was written, with the place of its start or middle."""

    def _add(self, artist: Artist) -> None:
        artist.set_transform(self._points)
        artist.set_zorder(self._order())
        self.figure.add_artist(artist)

    def _order(self) -> int:
        """Return a place over all that was drawn before; matplotlib sorts by kind otherwise."""
        self._drawn += 1
        return self._drawn

    def _x(self, start: float) -> float:
        return self.across - start if self.lang == "ar" else start

    def text(
        self,
        words: str,
        start: float,
        base: float,
        *,
        size: float,
        weight: int = 400,
        colour: str = INK,
        align: Align = "start",
    ) -> None:
        """Write one line with its base line at ``base``."""
        turned = self.lang == "ar"
        sides = ("right", "left") if turned else ("left", "right")
        side = {"start": sides[0], "end": sides[1], "middle": "center"}[align]
        mark = _RTL if turned else _LTR
        line = words if _leftwards(words) in (turned, None) else mark + words
        font_of_line = font(size, weight=weight, lang=self.lang)
        self.written.append((words, self._x(start)))
        if not _UNSEEN & set(line):
            self.figure.text(
                *(self._x(start), base, line),
                transform=self._points,
                fontproperties=font_of_line,
                color=colour,
                ha=side,
                va="baseline",
                parse_math=False,
                zorder=self._order(),
            )
            return
        # PDF gives what takes no room the room of a space: such a line goes in as outlines.
        from matplotlib.patches import PathPatch
        from matplotlib.textpath import TextPath
        from matplotlib.transforms import Affine2D

        wide = width(words, size, weight=weight, lang=self.lang)
        left = self._x(start) - {"left": 0.0, "center": 0.5, "right": 1.0}[side] * wide
        letters = TextPath((0, 0), line, prop=font_of_line, usetex=False)
        placed = letters.transformed(Affine2D().scale(1, -1).translate(left, base))
        self._add(PathPatch(placed, facecolor=colour, edgecolor="none", linewidth=0))

    def box(
        self,
        start: float,
        top: float,
        across: float,
        down: float,
        *,
        fill: str | None = None,
        edge: str | None = None,
        pen: float = 0.7,
        dash: Sequence[float] | None = None,
        hatch: str | None = None,
    ) -> None:
        """Draw a rectangle."""
        from matplotlib.patches import Rectangle

        left = self._x(start + across) if self.lang == "ar" else start
        self._add(
            Rectangle(
                (left, top),
                across,
                down,
                facecolor=fill or "none",
                edgecolor=edge or "none",
                linewidth=pen if edge else 0,
                linestyle=(0, tuple(dash)) if dash else "solid",
                hatch=hatch,
                hatch_linewidth=0.5,
            )
        )

    def lines(
        self, drawn: Sequence[Sequence[tuple[float, float]]], *, colour: str, pen: float
    ) -> None:
        """Draw open lines."""
        from matplotlib.collections import LineCollection

        turned = [[(self._x(x), y) for x, y in line] for line in drawn]
        self._add(LineCollection(turned, colors=colour, linewidths=pen, capstyle="butt"))

    def bars(
        self,
        boxes: Sequence[tuple[float, float, float, float]],
        *,
        fill: str,
        edge: str | None = None,
        hatch: str | None = None,
    ) -> None:
        """Draw many rectangles (start, top, across, down) of one look."""
        from matplotlib.collections import PolyCollection

        if not boxes:
            return
        corners = [
            [(self._x(x), y), (self._x(x + w), y), (self._x(x + w), y + h), (self._x(x), y + h)]
            for x, y, w, h in boxes
        ]
        drawn = PolyCollection(
            corners, facecolors=fill, edgecolors=edge or "none", linewidths=0.5 if edge else 0
        )
        if hatch:
            drawn.set_hatch(hatch)
            drawn.set_hatch_linewidth(0.45)
        self._add(drawn)

    def status(
        self,
        start: float,
        top: float,
        across: float,
        down: float,
        *,
        status: str,
        colour: str,
        track: str,
        certain: bool = True,
    ) -> None:
        """Draw a stretch with the line, fill and pattern that the map gives a status.

        Paper is an outline with a pale tint, practice is filled; a stretch that only some
        readings of the dates hold is faint.
        """
        states = tokens()["states"]
        state = states.get(status, states["unknown"])
        strength = 1.0 if certain else 0.45
        flat = state["flat"] * (1.0 if track == "practice" else 0.4)
        if track == "practice" and status == "in_effect":
            flat = 0.55  # as in the page's timeline: a thin bar needs more than an area
        self.box(start, top, across, down, fill=blend(colour, flat * strength))
        if state["pattern"]:
            pen = _PENS[state["pattern"]]
            # Patterns are the map's in both languages: their place is mirrored, they are not.
            left = self._x(start + across) if self.lang == "ar" else start
            marks = [
                [(self._x(x), y) for x, y in line]
                for line in _marks(state["pattern"], left, top, across, down)
            ]
            self.lines(marks, colour=blend(colour, strength), pen=pen * _SMALL)
        if status != "unknown":
            dash = None if state["dash"] is None else (2.6, 1.8)
            line = {"edge": blend(colour, strength), "pen": 0.8, "dash": dash}
            self.box(start + 0.4, top + 0.4, max(0.2, across - 0.8), down - 0.8, **line)  # type: ignore[arg-type]


_PENS = {"diagonals": 1.5, "bars": 1.7, "crosses": 1.2, "dots": 2.0}
_TILES: dict[str, tuple[float, tuple[tuple[tuple[float, float], tuple[float, float]], ...]]] = {
    "diagonals": (8, (((-2, 2), (2, -2)), ((0, 8), (8, 0)), ((6, 10), (10, 6)))),
    "bars": (14, (((4, 0), (4, 14)), ((8, 0), (8, 14)))),
    "crosses": (12, (((4, 4), (8, 8)), ((8, 4), (4, 8)))),
    "dots": (8, (((1, 2), (3, 2)), ((5, 6), (7, 6)))),
}


def _marks(
    pattern: str, start: float, top: float, across: float, down: float
) -> Iterator[list[tuple[float, float]]]:
    """Yield a pattern's strokes, cut at a rectangle; a row of tiles runs along its middle."""
    from shapely import box, multilinestrings

    tile, strokes = _TILES[pattern]
    step = tile * _SMALL
    first = top + (down - step) / 2
    above = math.ceil((first - top) / step)
    lines = [
        [(start + column * step + x * _SMALL, first + row * step + y * _SMALL) for x, y in stroke]
        for column in range(int(across // step) + 1)
        for row in range(-above, above + 1)
        for stroke in strokes
    ]
    cut = multilinestrings(lines).intersection(box(start, top, start + across, top + down))
    for part in getattr(cut, "geoms", [cut]):
        if part.geom_type == "LineString" and not part.is_empty:
            yield list(part.coords)


def wrapped(words: str, across: float, *, size: float, weight: int = 400, lang: str) -> list[str]:
    """Return a text in lines of at most ``across`` points; a longer word is broken anywhere."""
    lines = [""]
    for word in words.split(" "):
        rest = word
        while rest:
            trial = f"{lines[-1]} {rest}" if lines[-1] else rest
            if width(trial, size, weight=weight, lang=lang) <= across:
                lines[-1], rest = trial, ""
            elif lines[-1]:
                lines.append("")
            else:
                fits = _fitting(rest, across, size, weight, lang)
                lines[-1:] = [rest[:fits], ""]
                rest = rest[fits:]
    return _closed([line for line in lines if line] or [""])


def _closed(lines: list[str]) -> list[str]:
    """Close what is isolated at each line's end and open it again on the next."""
    opened, whole = 0, []
    for line in lines:
        started = _ISOLATE * opened + line
        opened = max(0, started.count(_ISOLATE) - started.count(_POP))
        whole.append(started + _POP * opened)
    return whole


def _fitting(word: str, across: float, size: float, weight: int, lang: str) -> int:
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if width(word[:middle], size, weight=weight, lang=lang) <= across:
            low = middle
        else:
            high = middle - 1
    return low
