"""Colour says what kind, pattern says what state, strength says how sure: one model of it.

`symbology.json` holds the default kinds with their markers, and the lines and patterns of the
states; a record's `kinds.yaml` lies over it. Every face draws from here, the browser from
`Symbology.as_json`. Lengths are pixels of the screen, markers stand on a field of 22 x 16 with its
origin at the top left, shares run from 0 to 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from layers.i18n import Translator
from layers.record.kinds import ZoneKind
from layers.record.model import STATUS_RANK, Record
from layers.record.texts import LocalizedText
from layers.style.colors import COLORS

MARKER_SIZE = (22, 16)
# Tiles of patterns are drawn at this share in legends, in bars and where a country is in view.
SMALL_TILE = 0.7
DISPUTED_PATTERN, DISPUTED_OPACITY = "chevrons", 0.65
TINT = 0.25
HERE = files("layers.style")

Cap = Literal["butt", "round"]


@dataclass(frozen=True, slots=True)
class Pen:
    """How a path of a marker is drawn; it is filled with the line's colour or a `TINT` of it."""

    id: str
    width: float
    cap: Cap
    fill: Literal["none", "paper", "line", "tint"]


@dataclass(frozen=True, slots=True)
class MarkerPath:
    """One path of a marker as SVG path data, with its pen and its dash."""

    pen: Pen
    d: str
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class KindStyle:
    """A kind of zone: colours of its lines and of its names, and its marker."""

    id: str
    line: str
    text: str
    marker: tuple[MarkerPath, ...]
    is_place: bool
    """A place is drawn as its marker, anything else as its extent."""
    names: LocalizedText | None = None
    """Its name where the record names it; the catalogue names the default kinds."""
    pattern: str | None = None
    """What lies over a flat tint where the status has no pattern of its own."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """The tile of a pattern, with its marks as SVG path data."""

    id: str
    width: float
    height: float
    stroke: float
    cap: Cap
    d: str


@dataclass(frozen=True, slots=True)
class State:
    """How a status is drawn: its line, the share of its flat tint, its pattern."""

    id: str
    width: float
    dash: tuple[float, ...]
    cap: Cap
    flat: float
    pattern: str | None
    hollow: bool
    """A place that stands on paper alone, or of which nothing later is known, is hollow."""

    @property
    def legend_dash(self) -> tuple[float, ...]:
        """Return the dash as a box of a legend has room for it."""
        if not self.dash:
            return ()
        return (0.1, 3.6) if self.cap == "round" else (5, 2.6)

    @property
    def legend_width(self) -> float:
        """Return the width of the line around a box of a legend."""
        return min(self.width, 1.8)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A kind in a state: what a style of a map names and draws."""

    kind: KindStyle
    state: State
    patterns: Mapping[str, Pattern] = field(repr=False, compare=False)
    """All there are, by name."""

    @property
    def id(self) -> str:
        """Return a name that no other kind and status has."""
        return f"{self.kind.id}.{self.state.id}"

    @property
    def pattern(self) -> str | None:
        """Return the pattern of the status, else the kind's where the status has a flat tint."""
        return self.state.pattern or (self.kind.pattern if self.state.flat else None)

    @property
    def marker(self) -> tuple[MarkerPath, ...]:
        """Return the paths of its marker.

        A hollow disc has no dot, and a broken edge where nothing later is known.
        """
        paths = self.kind.marker
        if not self.state.hollow or all(path.pen.id != "disc" for path in paths):
            return paths
        dash = (2, 2.2) if self.state.id == "unknown" else ()
        return tuple(
            MarkerPath(path.pen, path.d, dash if path.pen.id == "disc" else ())
            for path in paths
            if path.pen.id != "dot"
        )

    def fills(self, *, disputed: bool = False) -> list[tuple[Pattern, float]]:
        """Return the patterns over the flat tint with their opacity, from below to above."""
        found = [(self.patterns[self.pattern], 1.0)] if self.pattern else []
        if disputed:
            found.append((self.patterns[DISPUTED_PATTERN], DISPUTED_OPACITY))
        return found

    def label(self, words: Translator) -> str:
        """Return what a legend calls it: kind and status."""
        return f"{words.kind(self.kind.id)} · {words.status(self.state.id, self.kind.id)}"


@dataclass(frozen=True, slots=True)
class Symbology:
    """How an atlas draws its kinds and their states; kinds are in the order of legends."""

    kinds: Mapping[str, KindStyle]
    states: Mapping[str, State]
    patterns: Mapping[str, Pattern]
    pens: Mapping[str, Pen]
    markers: Mapping[str, tuple[MarkerPath, ...]]

    def kind(self, zone_type: str) -> KindStyle:
        """Return a kind by its id."""
        return self.kinds[zone_type]

    def state(self, status: str) -> State:
        """Return how a status is drawn."""
        return self.states[status]

    def is_place(self, zone_type: str) -> bool:
        """Tell whether a kind is a place and not an extent."""
        return self.kinds[zone_type].is_place

    def symbol(self, zone_type: str, status: str) -> Symbol:
        """Return a kind in a state."""
        return Symbol(self.kinds[zone_type], self.states[status], self.patterns)

    def symbols(self, pairs: Iterable[tuple[str, str]]) -> tuple[Symbol, ...]:
        """Return what pairs of kind and status need, once each.

        Kinds are in their order, of each the strongest status first.
        """
        kinds = list(self.kinds)
        ordered = sorted(
            set(pairs), key=lambda one: (kinds.index(one[0]), STATUS_RANK.index(one[1]))
        )
        return tuple(self.symbol(kind, status) for kind, status in ordered)

    def as_json(self, languages: Sequence[Translator]) -> dict[str, Any]:
        """Return what the browser draws from, as JSON values, with the gender of each kind."""
        return {
            "kinds": {
                kind.id: {
                    **_kind_json(kind),
                    "gender": {words.lang: words.gender(kind.id) for words in languages},
                }
                for kind in self.kinds.values()
            },
            "states": {state.id: _state_json(state) for state in self.states.values()},
            "ranks": list(STATUS_RANK),
            "patterns": {one.id: _without_id(one) for one in self.patterns.values()},
            "pens": {pen.id: _without_id(pen) for pen in self.pens.values()},
            "colors": COLORS,
            "disputed": {"pattern": DISPUTED_PATTERN, "opacity": DISPUTED_OPACITY},
            "marker_size": list(MARKER_SIZE),
            "small_tile": SMALL_TILE,
            "tint": TINT,
        }


@cache
def default_symbology() -> Symbology:
    """Return the symbology of an atlas that adds nothing to the default kinds."""
    data = json.loads(HERE.joinpath("symbology.json").read_text(encoding="utf-8"))
    pens = {name: Pen(name, **given) for name, given in data["pens"].items()}
    markers = {
        name: tuple(MarkerPath(pens[pen], d) for pen, d in paths)
        for name, paths in data["markers"].items()
    }
    return Symbology(
        kinds={
            name: KindStyle(name, **{**given, "marker": markers[given["marker"]]})
            for name, given in data["kinds"].items()
        },
        states={
            name: State(name, **{**given, "dash": tuple(given["dash"])})
            for name, given in data["states"].items()
        },
        patterns={name: Pattern(name, **given) for name, given in data["patterns"].items()},
        pens=pens,
        markers=markers,
    )


def symbology(record: Record) -> Symbology:
    """Return the symbology of an atlas: the default kinds and what its record adds to them."""
    return with_kinds(record.kinds)


def with_kinds(kinds: Mapping[str, ZoneKind]) -> Symbology:
    """Return the default symbology with kinds over it that are added or changed."""
    made = default_symbology()
    if not kinds:
        return made
    own = {name: _overlaid(made, kind) for name, kind in kinds.items()}
    return replace(made, kinds={**made.kinds, **own})


def _overlaid(made: Symbology, given: ZoneKind) -> KindStyle:
    """Return a kind of a record, with what it leaves open as the default kind of its id has it."""
    default = made.kinds.get(given.id)
    marker: tuple[MarkerPath, ...] | None = None
    if isinstance(given.marker, str):
        marker = made.markers[given.marker]
    elif given.marker is not None:
        marker = tuple(MarkerPath(made.pens[stroke.pen], stroke.d) for stroke in given.marker)
    fields = ("line", "text", "is_place", "pattern", "names")
    changes = {"marker": marker, **{name: getattr(given, name) for name in fields}}
    changed = {name: value for name, value in changes.items() if value is not None}
    if default is not None:
        return replace(default, **changed)
    return KindStyle(given.id, **{"is_place": False, **changed})


def _kind_json(kind: KindStyle) -> dict[str, Any]:
    return {
        "line": kind.line,
        "text": kind.text,
        "marker": [[path.pen.id, path.d] for path in kind.marker],
        "is_place": kind.is_place,
        "pattern": kind.pattern,
        "names": kind.names.as_dict() if kind.names else None,
    }


def _without_id(one: Pattern | Pen | State) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name != "id"}


def _state_json(state: State) -> dict[str, Any]:
    return {
        **_without_id(state),
        "dash": dash_text(state.dash) or None,
        "legend_width": state.legend_width,
        "legend_dash": dash_text(state.legend_dash) or None,
    }


def dash_text(dash: Iterable[float]) -> str:
    """Return a dash as SVG writes it; empty for a whole line."""
    return " ".join(f"{part:g}" for part in dash)
