"""Names on a map, broken into few lines of about one length."""

from __future__ import annotations

from dataclasses import dataclass

from layers.printing import fonts
from layers.printing.canvas import plain
from layers.style.colors import INK

NO_BREAK = "\u00a0"
# Distance of base lines, as a share of the size; closer than in running text.
_LINE_HEIGHT = {False: 1.2, True: 1.34}


@dataclass(frozen=True, slots=True)
class TextSpan:
    """One line of one look; ``size`` in points."""

    text: str
    size: float
    weight: int = 400
    color: str = INK

    def width(self, lang: str) -> float:
        """Return how wide it prints, in points."""
        return fonts.width(self.text, self.size, weight=self.weight, lang=lang)

    def height(self, lang: str) -> float:
        """Return how high its line stands, in points."""
        return self.size * _LINE_HEIGHT[fonts.is_rtl(lang)]


def wrap(text: str, width: float, *, size: float, weight: int, lang: str) -> list[str]:
    """Break a text into lines of at most ``width`` points; a longer word has its own line."""

    def wide(line: str) -> float:
        return fonts.width(line, size, weight=weight, lang=lang)

    lines: list[str] = []
    for word in plain(text).split(" "):
        if lines and wide(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def wrap_balanced(text: str, width: float, *, size: float, weight: int, lang: str) -> list[str]:
    """Break a text into as few lines as `wrap` does, of lengths as equal as may be."""
    lines = wrap(text, width, size=size, weight=weight, lang=lang)
    low, high = width / len(lines) * 0.7, width
    for _ in range(7 if len(lines) > 1 else 0):
        middle = (low + high) / 2
        trial = wrap(text, middle, size=size, weight=weight, lang=lang)
        if len(trial) <= len(lines):
            lines, high = trial, middle
        else:
            low = middle
    return lines
