"""Text of a plot: foreign words seen whole, lines of a width, and what PDF cannot keep as text."""

from __future__ import annotations

import unicodedata

from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from layers.printing.fonts import width

# Marks of joining letters: the only invisible characters that a name needs.
_JOINERS = "\u200c\u200d"
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_ISOLATE, _POP = "\u2068", "\u2069"
_LTR, _RTL = "\u200e", "\u200f"
_UNSEEN = {*_JOINERS, _ISOLATE, _POP, _LTR, _RTL}


def escape_invisible(text: str) -> str:
    r"""Return foreign text with what cannot be seen in it written out, as ``\u202e``.

    These are control and format characters, line ends and halves of pairs.
    """
    return "".join(f"\\u{ord(char):04x}" if _hidden(char) else char for char in text)


def isolate(text: str) -> str:
    """Return foreign text as it may stand in a line: seen whole, unable to turn the rest."""
    return f"{_ISOLATE}{escape_invisible(text)}{_POP}"


def with_direction_mark(line: str, *, rtl: bool) -> str:
    """Return a line that runs the way of its page, whatever its first strong letter is."""
    ways = (unicodedata.bidirectional(char) for char in line)
    first = next((way for way in ways if way in ("L", "R", "AL")), None)
    if first is None or (first != "L") is rtl:
        return line
    return (_RTL if rtl else _LTR) + line


def _hidden(char: str) -> bool:
    return char not in _JOINERS and unicodedata.category(char) in _HIDDEN


def wrap(words: str, max_width: float, *, size: float, weight: int = 400, lang: str) -> list[str]:
    """Return a text in lines of at most ``max_width`` points; a longer word is broken anywhere."""

    def fits(text: str) -> bool:
        return width(text, size, weight=weight, lang=lang) <= max_width

    lines = [""]
    for word in words.split(" "):
        trial = f"{lines[-1]} {word}" if lines[-1] else word
        if fits(trial):
            lines[-1] = trial
            continue
        if lines[-1]:
            lines.append("")
        for char in word:
            if lines[-1] and not fits(lines[-1] + char):
                lines.append("")
            lines[-1] += char
    return _closed([line for line in lines if line] or [""])


def _closed(lines: list[str]) -> list[str]:
    """Close what is isolated at each line's end and open it again on the next."""
    opened, whole = 0, []
    for line in lines:
        started = _ISOLATE * opened + line
        opened = max(0, started.count(_ISOLATE) - started.count(_POP))
        whole.append(started + _POP * opened)
    return whole


def outline_unseen(figure: Figure) -> None:
    """Draw each line that holds unseen marks as outlines: PDF gives such marks room of a space."""
    for text in figure.findobj(Text):
        if isinstance(text, Text) and _UNSEEN & set(text.get_text()):
            _outline(figure, text)
            text.set_visible(False)


def _outline(figure: Figure, text: Text) -> None:
    letters = TextPath((0, 0), text.get_text(), prop=text.get_fontproperties(), usetex=False)
    box = text.get_window_extent()
    base = text.get_transform().transform(text.get_unitless_position())[1]
    placed = Affine2D().scale(figure.dpi / 72).translate(box.x0, base)
    figure.add_artist(
        PathPatch(
            letters.transformed(placed),
            transform=None,
            facecolor=text.get_color(),
            linewidth=0,
            zorder=text.get_zorder(),
        )
    )
