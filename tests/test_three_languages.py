"""An atlas in three languages, one from right to left, two without a catalogue: what axe says."""

from __future__ import annotations

import re

import pytest

from layers.build.assembly import build
from layers.record.reader import read
from layers.settings import Settings
from layers.web.site import write_site
from tests.support.browser import idle
from tests.support.languages import atlas_in
from tests.support.service import serving
from tests.support.site_links import QUICK
from tests.web.test_page_use import RULES, SIZES, VENDOR

AXE = (VENDOR / "axe.min.js").read_text(encoding="utf-8") + "; 0"
FOUND = """rules => axe.run(document, {runOnly: rules, preload: false})
  .then(r => r.violations.map(v => [v.id, v.nodes.slice(0, 3).map(n => n.html)]))"""
SITE = {
    "index.html": "wide",
    "ar/index.html": "phone",
    "zones/southern-band.html": "phone",
    "ru/zones/southern-band.html": "wide",
    "ar/days/2004-06-01.html": "phone",
}


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    return atlas_in(["fr", "ar", "ru"], tmp_path_factory.mktemp("three"))


def faults(page):
    """Return what axe finds, and whether the page is wider than its window."""
    page.evaluate(AXE)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return page.evaluate(FOUND, RULES) + (["too wide"] if wide else [])


@pytest.mark.browser
@pytest.mark.enable_socket
def test_axe_finds_nothing_on_map_and_site(seeds, tabs, tmp_path):
    write_site(build(read(seeds)), tmp_path / "site", **QUICK)
    found = {}
    for path, size in SITE.items():
        page = tabs.take(*SIZES[size])
        page.goto((tmp_path / "site" / path).as_uri())
        found[path] = faults(idle(page) if "index" in path else page)
    assert {path: one for path, one in found.items() if one} == {}
    html = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert '<html lang="en"' in html
    assert '<title lang="fr" dir="ltr">' in html


@pytest.mark.browser
@pytest.mark.enable_socket
def test_axe_finds_nothing_on_pages_of_the_service_and_texts_are_marked(seeds, tabs):
    record = read(seeds)
    layer = next(iter(record.layers))
    paths = ("/api", f"/collections/{layer}", f"/collections/{layer}/items", "/docs")
    found = {}
    with serving(Settings(seeds=seeds, access_log=False)) as address:
        for number, path in enumerate(paths):
            page = tabs.take(*SIZES["phone" if number % 2 else "wide"])
            lang = record.languages[number % 3]
            page.goto(f"{address}{path}?f=html&lang={lang}")
            found[path] = faults(page)
        page.goto(f"{address}{paths[1]}?f=html&lang=ru")
        html = page.content()
    assert {path: one for path, one in found.items() if one} == {}
    assert re.search(r'<html lang="en"', html)
    assert re.search(r'<h1 lang="ru" dir="ltr">', html)
    assert re.search(r'<span class="title" lang="ru"', html)
