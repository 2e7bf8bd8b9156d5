"""The translator of the page says in Node what ours says here."""

import json
import shutil
import subprocess
from datetime import date, timedelta
from functools import partial

import pytest

from layers.i18n import Translator, translator
from layers.record.texts import LocalizedText
from layers.web.page import assets
from layers.web.page.phrases import facts, page_phrases
from tests.support.languages import OURS

SCRIPT = """
import { Translator } from "./translator.js";
import { readFileSync } from "node:fs";
const { facts, words, cases } = JSON.parse(readFileSync(0));
const said = {};
for (const lang of Object.keys(facts)) {
  const translator = new Translator(facts, words, lang, { post: { gender: { ar: "feminine" } } });
  said[lang] = cases.map(([member, given]) => translator[member](...given));
}
console.log(JSON.stringify(said));
"""
EPOCH = date(1970, 1, 1)
DAYS = [date(2019, 12, 30) + timedelta(days=11 * at) for at in range(40)]
NUMBERS = [0, 1, 2, 3, 10, 11, 25, 99, 100, 101, 102, 103, 111, 1000, 1234, 1_234_567]
EDTF = [
    "2020", "2020-03", "2020-03-05", "2020-03~", "2016?", "2016%", "2020-13", "2020-21", "202X",
    "../2020-03", "2020-01/..", "2020-01-01/2020-02",
]  # fmt: skip
VALUES = ["Idlib", "إدلب", "2020-03-05", "12", "إدلب Idlib", "SHA-256", "é", "Донецк"]


def number_of(day):
    return day and (day - EPOCH).days


def cases():
    """Yield our member with what it is given, then the browser's."""
    for day in DAYS:
        for short in (False, True):
            yield partial(Translator.date, day=day, short=short), "date", [number_of(day), short]
        for last in (None, day, day + timedelta(3), day + timedelta(40), day + timedelta(400)):
            given = [number_of(day), number_of(last)]
            yield partial(Translator.date_range, first=day, last=last), "dateRange", given
    for n in NUMBERS:
        for key in ("on_day", "results", "days_apart"):
            yield partial(Translator.ngettext, key=key, n=n), "ngettext", [key, n]
        for value in (n, n + 0.26):
            yield partial(Translator.number, value=value, digits=1), "number", [value, 1]
            yield partial(Translator.in_km, metres=value), "inKm", [value]
    for text in EDTF:
        yield partial(Translator.format_edtf, text=text), "formatEdtf", [text]
    for value in VALUES:
        yield partial(Translator.isolate, value=value), "isolate", [value]
        texts = dict.fromkeys(OURS, f"x {value}")
        yield partial(Translator.pick, text=LocalizedText(texts)), "pick", [texts]
        filled = partial(Translator.gettext, key="near", place=value)
        yield filled, "gettext", ["near", {"place": value}]
    for status in ("announced", "in_effect", "unknown"):
        for after in (False, True):
            said = partial(Translator.status, status=status, zone_type="post", after=after)
            yield said, "status", [status, "post", after]
    yield partial(Translator.join, items=VALUES), "join", [VALUES]
    yield partial(Translator.lowercase_initial, phrase="No"), "lowercaseInitial", ["No"]


def test_both_say_the_same(tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("NOT TESTED: the page's translator against ours, because Node is missing")
    for name in ("translator", "days"):
        (tmp_path / f"{name}.js").write_text(assets.modules()[name], encoding="utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "ask.js").write_text(SCRIPT, encoding="utf-8")
    both = list(cases())
    given = {
        "facts": facts(OURS),
        "words": {lang: dict(page_phrases(lang)) for lang in OURS},
        "cases": [there for _, *there in both],
    }
    done = subprocess.run(
        [node, tmp_path / "ask.js"], input=json.dumps(given), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    for lang in OURS:
        for (here, *there), found in zip(both, said[lang], strict=True):
            assert found == here(translator(lang)), (lang, there)
