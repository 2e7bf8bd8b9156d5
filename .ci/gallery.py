"""Draw the recipes of the page on clauses side by side, each with its clause and its steps.

Run: `make pictures`. The page and its made-up land are those that the tests read.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import shapely

from geo.evaluate import Evaluator
from geo.recipes import mentions
from layers.i18n import translator
from layers.query.recipe_steps import recipe_steps, step_lines
from layers.record.model import Record
from tests.support.clauses import clauses, land
from tests.support.geodesy import Names

OUT = Path(__file__).resolve().parents[1] / "docs/static/recipes.svg"
COLUMNS, WIDTH, HEIGHT, MARGIN, LINE = 3, 320, 190, 12, 15
LETTERS = 50  # a line of text in a panel
STYLE = """<style>
text{font:12px sans-serif;fill:#222}.op{font:bold 13px monospace}.clause{font-style:italic}
.outer{fill:#f3d9b1;stroke:#b98b45}.nominal{fill:#dd9c4c;stroke:#8a5515}
.inner{fill:#9c5a1c;stroke:none}.named{fill:none;stroke:#777;stroke-dasharray:4 3}
.line{fill:none;stroke-width:2}.place{fill:#fff;stroke:#333}.name{font-size:10px;stroke:#fff;stroke-width:3px;paint-order:stroke}
</style>"""


def gallery() -> str:
    """Return the picture as SVG."""
    names = land()
    draw = Evaluator(names)
    panels = [(*_words(names, clause, recipe), recipe) for clause, recipe in clauses()]
    parts, top = [], MARGIN
    for first in range(0, len(panels), COLUMNS):
        row = panels[first : first + COLUMNS]
        above = LINE * max(len(said) for said, _, _ in row) + 26
        for column, (said, steps, recipe) in enumerate(row):
            left = MARGIN + column * (WIDTH + MARGIN)
            parts.append(_text(left, top + 13, [recipe.op], "op"))
            parts.append(_text(left, top + 30, said, "clause"))
            body = "".join(_drawing(names, draw(recipe), recipe))
            parts.append(f'<svg x="{left}" y="{top + above}" width="{WIDTH}" height="{HEIGHT}">')
            parts.append(f"<rect width='100%' height='100%' fill='#f4f6f7'/>{body}</svg>")
            parts.append(_text(left, top + above + HEIGHT + LINE, steps, "step"))
        top += above + HEIGHT + LINE * max(len(steps) for _, steps, _ in row) + 30
    wide = COLUMNS * (WIDTH + MARGIN) + MARGIN
    size = f'width="{wide}" height="{top}" viewBox="0 0 {wide} {top}"'
    back = f'<rect width="{wide}" height="{top}" fill="#fff"/>'
    whole = [f'<svg xmlns="http://www.w3.org/2000/svg" {size}>', STYLE, back, *parts, "</svg>"]
    return "\n".join(whole) + "\n"


def _words(names: Names, clause: str, recipe: Any) -> tuple[list[str], list[str]]:
    """Return the clause and the numbered steps of its recipe, as lines."""
    zones = {one: SimpleNamespace(names={"en": _titled(one)}) for one in names.zones}
    shared = {one: SimpleNamespace(recipe=recipe) for one, recipe in names.shapes.items()}
    places = {one: SimpleNamespace(name=lambda _, one=one: _titled(one)) for one in names.places}
    record = SimpleNamespace(places=places, pairs=names.lists, shapes=shared, zones=zones)
    known = cast("Record", record)
    lines = step_lines(known, recipe_steps(known, recipe), translator("en"))
    steps = [f"{number}. {line}" for number, line in enumerate(lines, 1)]
    return (
        textwrap.wrap(clause, LETTERS),
        [part for step in steps for part in textwrap.wrap(step, LETTERS, subsequent_indent="   ")],
    )


def _drawing(names: Names, drawn: Any, recipe: Any) -> Iterator[str]:
    """Yield the shape three times, and what its recipe names, in a panel's pixels."""
    named = dict.fromkeys(mentions(recipe))
    named |= {each: None for kind, one in named if kind == "shape" for each in
              mentions(cast("Any", names.shapes[one]))}  # fmt: skip
    places = {one: names.places[one] for kind, one in named if kind == "place"}
    spots = shapely.MultiPoint([(one.lon, one.lat) for one in places.values()])
    rings = [ring for kind, one in named if kind == "trace" for ring in names.traces[one].stretches]
    pairs = [pair for kind, one in named if kind == "pairs" for pair in names.lists[one]]
    sides = shapely.MultiPoint([(p.lon, p.lat) for one in pairs for p in (one.first, one.second)])
    named_lines = shapely.MultiLineString(rings)
    everything = shapely.union_all([drawn.outer, spots, sides, named_lines])
    if everything.is_empty:
        yield _text(WIDTH // 2 - 34, HEIGHT // 2, ["no shape"], "step")
        return
    west, south, east, north = everything.bounds
    narrow = math.cos(math.radians((south + north) / 2))
    scale = min(
        (WIDTH - 80) / max((east - west) * narrow, 0.02), (HEIGHT - 40) / max(north - south, 0.02)
    )
    middle = np.array([(west + east) / 2, (south + north) / 2])

    def pixels(shape: Any) -> Any:
        flat = [narrow * scale, -scale]
        here = shapely.transform(shape, lambda c: (c - middle) * flat + [WIDTH / 2, HEIGHT / 2])
        return shapely.simplify(here, 0.2)

    for style in ("outer", "nominal", "inner"):
        shape = getattr(drawn, style)
        line = " line" if shapely.get_dimensions(shape) == 1 else ""
        yield f'<path class="{style}{line}" d="{_path(pixels(shape))}"/>'
    yield f'<path class="named" d="{_path(pixels(named_lines))}"/>'
    for x, y in shapely.get_coordinates(pixels(sides)):
        yield f'<circle class="place" cx="{x:.1f}" cy="{y:.1f}" r="2"/>'
    for (x, y), one in zip(shapely.get_coordinates(pixels(spots)), places, strict=True):
        yield f'<circle class="place" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
        yield _text(round(x) - 20, round(y) - 6, [_titled(one)], "name")


def _titled(name: str) -> str:
    return name.replace("-", " ").title()


def _path(shape: Any) -> str:
    """Return a shape as the data of an SVG path; a point has none."""
    found = []
    for part in shapely.get_parts(shape):
        lines = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
        for line in lines:
            if len(coords := shapely.get_coordinates(line)) > 1:
                closed = "Z" if line.is_closed else ""
                found.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in coords) + closed)
    return "".join(found)


def _text(left: float, top: float, lines: list[str], style: str) -> str:
    return "".join(
        f'<text class="{style}" x="{left}" y="{top + LINE * row}">{escape(line)}</text>'
        for row, line in enumerate(lines)
    )


if __name__ == "__main__":
    OUT.write_text(gallery(), encoding="utf-8", newline="\n")
