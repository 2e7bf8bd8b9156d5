"""How a row looks in a GIS: the kind's colour, the status' line and pattern, and their words.

Colours and patterns are the page's own (``layers.web.page.tokens.json``), so that a map made from
an export reads like the atlas.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from layers.build.rows import ZonePeriod
from layers.style.tokens import tokens
from layers.web.page.assets import table


@dataclass(frozen=True, slots=True)
class Look:
    """How rows of one kind and status are drawn; lengths in pixels, ``flat`` from 0 to 1."""

    kind: str
    status: str
    words: str
    colour: str
    width: float
    dash: tuple[float, ...]
    cap: str
    flat: float
    pattern: str | None

    @property
    def id(self) -> str:
        """Return a name for the style that no other kind and status has."""
        return f"{self.kind}.{self.status}"

    @property
    def rgb(self) -> tuple[int, int, int]:
        """Return red, green and blue from 0 to 255."""
        digits = self.colour.removeprefix("#")
        red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
        return red, green, blue


def look_of(kind: str, status: str, lang: str = "en") -> Look:
    """Return how a kind in a status looks."""
    look, words = tokens(), table(f"words/{lang}")
    colour, state = look["kinds"][kind], look["states"][status]
    word = words["status"][status]
    said = word if isinstance(word, str) else word[colour["gender"]]
    return Look(
        kind=kind,
        status=status,
        words=f"{words['kind'][kind]} · {said}",
        colour=colour["line"],
        width=state["width"],
        dash=tuple(float(part) for part in (state["dash"] or "").split()),
        cap=state["cap"],
        flat=state["flat"],
        pattern=state["pattern"],
    )


def looks_of(rows: Iterable[ZonePeriod], lang: str = "en") -> tuple[Look, ...]:
    """Return the looks that rows need: kinds in the order of the tokens, most in effect first."""
    look = tokens()
    kinds, ranks = list(look["kinds"]), look["rank"]
    pairs = {(row.zone_type, row.status) for row in rows}
    ordered = sorted(pairs, key=lambda pair: (kinds.index(pair[0]), ranks.index(pair[1])))
    return tuple(look_of(kind, status, lang) for kind, status in ordered)
