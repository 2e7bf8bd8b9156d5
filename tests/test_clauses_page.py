"""Every recipe of the page on clauses is drawn, and the page and its picture show every kind."""

import re
import runpy
from html import unescape
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from geo.evaluate import Evaluator
from geo.recipes import Recipe
from tests.support.clauses import PAGE, clauses, land
from tests.support.geodesy import nested

ROOT = Path(__file__).resolve().parents[1]
KINDS = set(TypeAdapter(Recipe).json_schema()["discriminator"]["mapping"])
DRAWN = Evaluator(land())


@pytest.mark.parametrize(
    ("clause", "recipe"), clauses(), ids=lambda value: getattr(value, "op", "")
)
def test_a_recipe_of_the_page_is_drawn(clause, recipe):
    drawn = DRAWN(recipe)
    assert nested(drawn)
    assert drawn.outer.is_empty == (recipe.op in ("label", "nowhere"))


def test_the_page_shows_every_kind_of_recipe_with_its_clause():
    text = PAGE.read_text(encoding="utf-8")
    assert len(clauses()) == text.count("```yaml")
    assert {recipe.op for _, recipe in clauses()} == KINDS


def test_the_pages_picture_is_of_its_clauses_and_their_steps():
    def said(svg):
        return [unescape(line) for line in re.findall(r"<text[^>]*>(.*?)</text>", svg)]

    gallery = runpy.run_path(str(ROOT / ".ci/gallery.py"))["gallery"]
    kept = (ROOT / "docs/static/recipes.svg").read_text(encoding="utf-8")
    assert said(kept) == said(gallery()), "run make pictures"
