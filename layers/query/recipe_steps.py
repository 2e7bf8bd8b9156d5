"""How a shape is drawn, step by step, in the words of a language.

A step is data without language, so that pages say it in each of theirs: the end of a catalogue's
key (``step.corridor``) and what fills its phrase. What a step builds on comes before it and is
named by its number.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from layers.i18n import Translator
from layers.record.model import Record

Step = dict[str, Any]
# So many places of a chain are named, of a longer one its ends.
_NAMED = 5


def recipe_steps(record: Record, recipe: BaseModel) -> list[Step]:
    """Return the steps of a recipe, the last of which is its shape."""
    steps = _Steps(record)
    steps.number(recipe)
    return steps.found


def step_lines(record: Record, steps: Iterable[Step], words: Translator) -> list[str]:
    """Return steps in the words of a language; the page's twin says the same."""
    return [
        words.gettext(
            f"step.{step['step']}",
            **{name: _said(record, words, name, value) for name, value in step.items()},
        )
        for step in steps
    ]


def _said(record: Record, words: Translator, name: str, value: Any) -> str:
    """Return what fills a phrase: a number of kilometres or degrees, a step, places, a zone."""
    if name in ("km", "left", "right", "length", "width", "degrees"):
        low, high = (words.number(one, 2) for one in value)
        return low if low == high else words.gettext("margins", low=low, high=high)
    if name == "day":
        return words.format_edtf(value)
    if name == "zone":
        return words.pick(record.zones[value].names)
    if name == "n":
        return words.number(value)
    if name in ("step", "trace", "pairs", "name"):
        return str(value)
    if name == "units":
        return words.join(value)
    return words.join(
        f"({words.number(one)})" if isinstance(one, int) else record.places[one].name(words.lang)
        for one in (value if isinstance(value, list) else [value])
    )


class _Steps:
    """Walks through a recipe; a method a kind, by the kind's name, returns its step."""

    def __init__(self, record: Record) -> None:
        self.found: list[Step] = []
        self._record = record
        self._edges: dict[str, int] = {}

    def number(self, recipe: BaseModel) -> int:
        """Return the number of a recipe's step, with its own steps before it, each once."""
        made: int | Step = getattr(self, f"_{recipe.op}")(recipe)  # type: ignore[attr-defined]
        if isinstance(made, dict):
            if made not in self.found:
                self.found.append(made)
            made = self.found.index(made) + 1
        if edge := getattr(recipe, "edge", None):
            self._edges[str(edge)] = made
        return made

    def _spot(self, spot: Any) -> int | str:
        return spot if isinstance(spot, str) else self.number(spot)

    # Places and lines

    def _point(self, op: Any) -> Step:
        return {"step": op.op, "place": op.place}

    _label = _point

    def _nowhere(self, _: Any) -> Step:
        return {"step": "nowhere"}

    def _path(self, op: Any) -> Step:
        if op.trace:
            ends = {"from": op.from_, "to": op.to}
            given = {name: place for name, place in ends.items() if place}
            return {"step": "_".join(["trace", *given]), "trace": op.trace, **given}
        if op.coordinates:
            return {"step": "coordinates", "n": len(op.coordinates)}
        if len(op.places) <= _NAMED:
            return {"step": "places", "places": op.places}
        first, *between, last = op.places
        return {"step": "chain", "from": first, "to": last, "n": len(between)}

    def _contact_line(self, op: Any) -> Step:
        pairs = self._record.pairs[op.pairs]
        return {"step": "contact_line", "pairs": op.pairs, "n": len(pairs)}

    def _offset(self, op: Any) -> Step:
        far = _km(op.distance_km)
        if op.place:
            degrees = [op.bearing.low, op.bearing.high]
            return {"step": "bearing", "km": far, "place": op.place, "degrees": degrees}
        line = self.number(op.line)
        if op.towards:
            return {"step": "offset_towards", "of": line, "km": far, "towards": op.towards}
        return {"step": f"offset_{op.side}", "of": line, "km": far}

    # Areas

    def _disc(self, op: Any) -> Step:
        return {"step": "disc", "place": self._spot(op.center), "km": _km(op.radius_km)}

    def _rectangle(self, op: Any) -> Step:
        size = {"length": _km(op.length_km), "width": _km(op.width_km)}
        degrees = [op.bearing, op.bearing]
        return {"step": "rectangle", "place": self._spot(op.center), **size, "degrees": degrees}

    def _corridor(self, op: Any) -> Step:
        line = self.number(op.path)
        if op.half_width_km:
            return {"step": "corridor", "of": line, "km": _km(op.half_width_km)}
        sides = {"left": op.left_km, "right": op.right_km}
        given = {name: _km(value) for name, value in sides.items() if value}
        return {"step": "_".join(["corridor", *given]), "of": line, **given}

    def _area(self, op: Any) -> Step:
        ring = [one.place if one.op == "point" else self.number(one) for one in op.ring]
        return {"step": "area", "of": ring}

    def _gap(self, op: Any) -> Step:
        return {"step": "gap", "km": [op.bulge_km, op.bulge_km]}

    def _polygon(self, op: Any) -> Step:
        if op.trace:
            return {"step": "polygon", "trace": op.trace}
        return {"step": "polygon_coordinates", "n": len(op.coordinates)}

    def _units(self, op: Any) -> Step:
        return {"step": "units", "trace": op.trace, "units": op.of}

    def _strip(self, op: Any) -> Step:
        area = self.number(op.area)
        far = _km(op.depth_km)
        if isinstance(op.edge, str) and op.edge not in self._edges:  # of another zone
            return {"step": "strip_named", "of": area, "name": op.edge, "km": far}
        edge = self._edges[op.edge] if isinstance(op.edge, str) else self.number(op.edge)
        return {"step": "strip", "of": area, "edge": edge, "km": far}

    def _band(self, op: Any) -> Step:
        step = f"band_{op.cut}" if op.cut else "band"
        named = {"towards": op.towards, "from": op.from_, "to": op.to}
        return {"step": step, "of": self.number(op.border), "km": _km(op.depth_km), **named}

    # Of other shapes

    def _union(self, op: Any) -> Step:
        return {"step": op.op, "of": [self.number(one) for one in op.of]}

    _intersection = _union

    def _difference(self, op: Any) -> Step:
        return {"step": "difference", "of": self.number(op.of), "minus": self.number(op.minus)}

    def _zone(self, op: Any) -> Step:
        return {"step": "zone", "zone": op.id, "day": op.on}

    def _shape(self, op: Any) -> int:
        return self.number(self._record.shapes[op.id].recipe)

    def _fuzzy(self, op: Any) -> Step:
        return {"step": "fuzzy", "of": self.number(op.of)}


def _km(distance: Any) -> list[float]:
    return [distance.low, distance.high]
