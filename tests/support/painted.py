"""The order in which a browser paints the glyphs of dates, whatever order their text has.

A written day, month or interval (2016-02-12/2016-02-13) runs from left to right wherever it
stands; a date in words runs as the letters of its month do, each number from left to right.
"""

from __future__ import annotations

import json
from typing import Any

from babel import Locale

from layers.i18n import language
from tests.support.languages import OURS


def _months() -> str:
    """Return what may stand between a day and a year, as a part of a regular expression."""
    locales = [Locale.parse(tag) for tag in OURS] + [language(tag).locale for tag in OURS]
    names = {
        name
        for locale in locales
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for name in locale.months[context][width].values()
    }
    return "|".join(name for name in sorted(names, key=lambda name: (-len(name), name)))


MISPAINTED = (
    """(root) => {
  const written = /\\d{4}(?:-\\d{2}){1,2}(?:\\/\\d{4}(?:-\\d{2}){1,2})?|\\d{4}\\/\\d{4}/g;
  const months = "(?<!\\\\p{L})(${MONTHS})";
  const said = new RegExp(`(?<![\\\\d-])(?:\\\\d{1,2}\\\\s)?${months}\\\\s\\\\d{4}(?!\\\\d)`, "gu");
  const fromRight = /[\\u0590-\\u08ff]/;
  const range = document.createRange();
  const boxOf = (node, at) => {
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    return range.getClientRects()[0];
  };
  // Along a line from left to right (1) or from right to left (-1); a new line begins anew.
  const runs = (places, way) => places.every(({ x, y }, at) => {
    const last = places[at - 1];
    return !last || Math.abs(last.y - y) > 6 || way * (x - last.x) > 0;
  });
  const found = { dates: 0, wrong: [] };
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!/\\d{4}/.test(node.data) || node.parentElement.closest("script, style, title")) continue;
    const check = ({ 0: text, index }, way) => {
      const places = [...text].map((_, at) => boxOf(node, index + at));
      if (places.some((place) => !place?.width)) return;
      found.dates += 1;
      const numbers = [...text.matchAll(/\\d+/g)].map(
        (one) => places.slice(one.index, one.index + one[0].length));
      const right = numbers.every((digits) => runs(digits, 1))
        && runs(numbers.map(([first]) => first), way) && (way < 0 || runs(places, 1));
      if (!right) found.wrong.push(node.data.slice(Math.max(0, index - 30), index + 30));
    };
    for (const match of node.data.matchAll(written)) check(match, 1);
    for (const match of node.data.matchAll(said)) check(match, fromRight.test(match[1]) ? -1 : 1);
  }
  return found;
}"""
).replace("${MONTHS}", json.dumps(_months(), ensure_ascii=False)[1:-1])


def mispainted(page: Any, selector: str = "body") -> tuple[int, list[str]]:
    """Return how many dates an element of a page shows, and the text about each that is wrong."""
    found = page.locator(selector).evaluate(MISPAINTED)
    return int(found["dates"]), list(found["wrong"])
