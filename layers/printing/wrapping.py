"""Text that runs on: words of several weights and sizes, broken into lines of a width."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from layers.printing import fonts
from layers.printing.canvas import INK, Page, plain

LEADING = {"en": 1.3, "ar": 1.46}
NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look; ``size`` in points."""

    text: str
    size: float
    weight: int = 400
    color: str = INK

    def width(self, text: str, lang: str) -> float:
        """Return how wide a text prints in this look, in points."""
        return fonts.width(text, self.size, weight=self.weight, lang=lang)


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a line that share a look, ``at`` points from the line's start."""

    at: float
    run: Run


Line = list[Piece]


def broken(runs: Sequence[Run], width: float, *, lang: str) -> list[Line]:
    """Break runs into lines of at most ``width`` points; a word that is longer is cut."""
    lines: list[Line] = [[]]
    at = 0.0
    for run in runs:
        text = plain(run.text)
        glued = not run.text.startswith(" ")
        for index, word in enumerate(_cut(text, run, width, lang)):
            space = 0.0 if (index == 0 and glued) or not lines[-1] else run.width(" ", lang)
            wide = run.width(word, lang)
            if lines[-1] and at + space + wide > width + 0.01:
                lines.append([])
                at, space = 0.0, 0.0
            at = _append(lines[-1], run, word, at, space, wide, lang)
    return [line for line in lines if line]


def balanced(runs: Sequence[Run], width: float, *, lang: str) -> list[Line]:
    """Break runs into as few lines as `broken` does, of lengths as equal as may be."""
    lines = broken(runs, width, lang=lang)
    if len(lines) < 2:
        return lines
    low, high = width / len(lines) * 0.7, width
    for _ in range(7):
        middle = (low + high) / 2
        trial = broken(runs, middle, lang=lang)
        if len(trial) <= len(lines):
            lines, high = trial, middle
        else:
            low = middle
    return lines


def _cut(text: str, run: Run, width: float, lang: str) -> Iterable[str]:
    """Yield words; one that no line can hold comes in as many parts as it needs."""
    for word in text.split(" "):
        rest = word
        while len(rest) > 1 and run.width(rest, lang) > width:
            counts = range(1, len(rest))
            most = bisect.bisect_right(counts, width, key=lambda n: run.width(rest[:n], lang))
            yield rest[: max(most, 1)]
            rest = rest[max(most, 1) :]
        if rest:
            yield rest


def _append(
    line: Line, run: Run, word: str, at: float, space: float, wide: float, lang: str
) -> float:
    """Put a word on a line and return where the line ends now."""
    last = line[-1] if line else None
    if last is not None and space and _alike(last.run, run):
        text = f"{last.run.text} {word}"
        line[-1] = replace(last, run=replace(last.run, text=text))
        return last.at + run.width(text, lang)
    line.append(Piece(at + space, replace(run, text=word)))
    return at + space + wide


def _alike(one: Run, other: Run) -> bool:
    return replace(one, text="") == replace(other, text="")


def leading(lines: Iterable[Line], lang: str) -> float:
    """Return the distance of base lines in points, for the largest letters on them."""
    size = max((piece.run.size for line in lines for piece in line), default=0.0)
    return size * LEADING[lang]


def height(lines: Sequence[Line], lang: str) -> float:
    """Return how high lines stand, in points."""
    return len(lines) * leading(lines, lang)


def write(page: Page, lines: Sequence[Line], x: float, top: float, *, halo: float = 0.0) -> float:
    """Write lines from their start side at ``x`` down from ``top``; return where they end."""
    step = leading(lines, page.lang)
    size = step / LEADING[page.lang]
    y = top + (step - size) / 2 + size * fonts.ASCENT
    for line in lines:
        for piece in line:
            run = piece.run
            start = x - piece.at if page.rtl else x + piece.at
            page.text(
                start, y, run.text, size=run.size, weight=run.weight, color=run.color, halo=halo
            )
        y += step
    return top + step * len(lines)
