"""How a shape is drawn in words: every kind of recipe, in every catalogue."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from layers.build.rows import iter_rows
from layers.i18n import translator
from layers.i18n.catalogue import LANGUAGES, read_catalogue
from layers.query.explain import explain
from layers.query.recipe_steps import recipe_steps, step_lines
from layers.record.texts import LocalizedText
from tests.geo.test_recipes import AREA, KINDS, read

LINE, DISC = {"op": "path", "trace": "road"}, KINDS["disc"]
SQUARE = [[20, 45], [20, 46], [21, 46]]
MOVED = {"op": "offset", "line": LINE, "distance_km": 2}
WAYS = [
    *KINDS.values(),
    {**LINE, "from": "p1"},
    {**LINE, "to": "p1"},
    {**LINE, "from": "p1", "to": "p2"},
    {"op": "path", "coordinates": SQUARE, "uncertainty_km": 1},
    {"op": "path", "places": [f"p{at}" for at in range(7)]},
    {**MOVED, "side": "right"},
    {**MOVED, "towards": "p1"},
    {"op": "corridor", "path": LINE, "left_km": 1},
    {"op": "corridor", "path": LINE, "right_km": [1, 2]},
    {"op": "corridor", "path": LINE, "left_km": 1, "right_km": 2},
    {**AREA, "ring": [LINE, {"op": "gap", "bulge_km": 3}]},
    {"op": "polygon", "coordinates": SQUARE, "uncertainty_km": 1},
    {"op": "strip", "area": KINDS["zone"], "edge": "front", "depth_km": 5},
    {"op": "strip", "area": DISC, "edge": LINE, "depth_km": 5},
    {**KINDS["band"], "cut": "meridians"},
    {**KINDS["band"], "cut": "across"},
]


class Named(dict):
    """Whatever is asked for, by its own name."""

    def __missing__(self, key):
        names = LocalizedText(dict.fromkeys(LANGUAGES, f"<{key}>"))
        return SimpleNamespace(names=names, name=lambda _: f"<{key}>")


RECORD = SimpleNamespace(
    shapes={"front": SimpleNamespace(recipe=read(KINDS["contact_line"]))},
    pairs={"list": range(6)},
    places=Named(),
    zones=Named(),
)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_way_to_draw_has_words_in_every_catalogue_and_no_words_are_left_over(tag):
    said = {}
    for way in WAYS:
        steps = recipe_steps(RECORD, read(way))
        lines = step_lines(RECORD, steps, translator(tag))
        assert all(lines)
        assert not [line for line in lines if "{" in line]
        said |= {f"step.{step['step']}": line for step, line in zip(steps, lines, strict=True)}
    assert said.keys() == {key for key in read_catalogue(tag).phrases if key.startswith("step.")}


def test_a_step_names_those_that_it_builds_on_each_of_which_is_said_once():
    steps = recipe_steps(RECORD, read({"op": "difference", "of": DISC, "minus": {**DISC}}))
    assert step_lines(RECORD, steps, translator(LANGUAGES[0])) == [
        "All within 8 to 12 km of <p0>",
        "(1) without (1)",
    ]
    strip = recipe_steps(RECORD, read(KINDS["strip"]))
    assert step_lines(RECORD, strip, translator(LANGUAGES[0]))[1:] == [
        "All inside the ring of (1), <back-b>, <back-a>, in this order",
        "What of (2) lies within 7 to 10 km of (1)",
    ]


def test_the_explanation_of_a_zone_says_its_steps(either):
    for zone in either.record.zones:
        whole = repr(explain(either, zone))
        rows = iter_rows(either.of_zone(zone))
        for steps in (recipe_steps(either.record, either.recipes[row.id]) for row in rows):
            words = translator(either.record.languages[0])
            for number, line in enumerate(step_lines(either.record, steps, words), start=1):
                assert f"\n  {number}. {line}\n" in whole
