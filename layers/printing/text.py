"""Text of maps and plots: what prints as it reads, foreign words seen whole, lines of a width."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from layers.printing.fonts import is_rtl, width
from layers.style.colors import INK

# Marks of joining letters: the only invisible characters that a name needs.
_JOINERS = "\u200c\u200d"
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_ISOLATE, _POP = "\u2068", "\u2069"
_LTR, _RTL = "\u200e", "\u200f"
UNSEEN = {*_JOINERS, _ISOLATE, _POP, _LTR, _RTL}
"""Marks that a line may hold and that have no letter of their own."""
# Control characters, and the marks that turn or override the direction of what follows.
_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ufeff\ufffe\uffff\ud800-\udfff]+"
)
NO_BREAK = "\u00a0"
# Distance of base lines, as a share of the size; closer than in running text.
_LINE_HEIGHT = {False: 1.2, True: 1.34}


def plain(text: str) -> str:
    """Return text as one line that prints as it reads: control characters are spaces."""
    return _CONTROLS.sub(" ", text).strip()


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


def wrap(
    text: str,
    max_width: float,
    *,
    size: float,
    weight: int = 400,
    lang: str,
    whole_words: bool = False,
) -> list[str]:
    """Return a text in lines of at most ``max_width`` points; a longer word is broken anywhere.

    What is isolated is closed at each line's end and opened again on the next. ``whole_words``: a
    longer word has a line of its own, and nothing is isolated.
    """

    def fits(line: str) -> bool:
        return width(line, size, weight=weight, lang=lang) <= max_width

    def pieces(word: str) -> list[str]:
        parts = [""]
        for char in word:
            if parts[-1] and not fits(parts[-1] + char):
                parts.append("")
            parts[-1] += char
        return parts

    lines = [""]
    for word in text.split(" "):
        trial = f"{lines[-1]} {word}" if lines[-1] else word
        if fits(trial):
            lines[-1] = trial
        else:
            lines += [word] if whole_words else pieces(word)
    lines = [line for line in lines if line] or [""]
    return lines if whole_words else _closed(lines)


def _closed(lines: list[str]) -> list[str]:
    """Close what is isolated at each line's end and open it again on the next."""
    opened, whole = 0, []
    for line in lines:
        started = _ISOLATE * opened + line
        opened = max(0, started.count(_ISOLATE) - started.count(_POP))
        whole.append(started + _POP * opened)
    return whole


def wrap_balanced(text: str, max_width: float, *, size: float, weight: int, lang: str) -> list[str]:
    """Break a text into as few lines as `wrap` does, of lengths as equal as may be."""
    text = plain(text)
    lines = wrap(text, max_width, size=size, weight=weight, lang=lang, whole_words=True)
    low, high = max_width / len(lines) * 0.7, max_width
    for _ in range(7 if len(lines) > 1 else 0):
        middle = (low + high) / 2
        trial = wrap(text, middle, size=size, weight=weight, lang=lang, whole_words=True)
        if len(trial) <= len(lines):
            lines, high = trial, middle
        else:
            low = middle
    return lines


@dataclass(frozen=True, slots=True)
class TextSpan:
    """One line of one look; ``size`` in points."""

    text: str
    size: float
    weight: int = 400
    color: str = INK

    def width(self, lang: str) -> float:
        """Return how wide it prints, in points."""
        return width(self.text, self.size, weight=self.weight, lang=lang)

    def height(self, lang: str) -> float:
        """Return how high its line stands, in points."""
        return self.size * _LINE_HEIGHT[is_rtl(lang)]
