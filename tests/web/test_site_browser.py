"""The static site in a real browser: from a plain web server, and from the file system."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from layers.build.rows import BuiltAtlas
from tests.support.atlases import PATIENCE
from tests.support.browser import Tabs, idle
from tests.support.site_links import files_of, read_page
from tests.web.test_page_use import RULES, SIZES, VENDOR

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

# One page of each kind in English on a wide screen; in Arabic on a phone those that differ most.
KINDS = {
    "en": (
        "zones/m4-security-corridor.html",
        "zones/us-russia-channel.html",
        "days/2020-03-15.html",
        "zones/index.html",
        "days/index.html",
        "disputes.html",
        "agreements.html",
        "method.html",
        "data.html",
        "corrections.html",
        "404.html",
    ),
    "ar": (
        "zones/demilitarized-strip.html",
        "days/2020-03-05.html",
        "unknowns.html",
        "agreements.html",
        "sources.html",
        "data.html",
    ),
}
# Zones and days are of one kind in both languages: in Arabic the crawler reads their links alone.
ONE_OF_MANY = re.compile(r"ar/(?:zones|days)/(?!index)")


class Visitor:
    """A page of the browser, with what it asked for, what failed, and what it complained of."""

    def __init__(self, tabs: Tabs, width: int, height: int) -> None:
        self.page = tabs.take(width, height)
        self.asked: list[str] = []
        self.faults: list[str] = []
        tabs.hear(self.page, "request", lambda request: self.asked.append(request.url))
        tabs.hear(self.page, "pageerror", lambda error: self.faults.append(str(error)))
        tabs.hear(self.page, "requestfailed", self._failed)
        tabs.hear(self.page, "response", self._answered)
        tabs.hear(self.page, "console", self._heard)

    def _failed(self, request: Any) -> None:
        # What was still under way when the crawler went on is no broken link.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"{request.failure} {request.url}")

    def _answered(self, response: Any) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status} {response.url}")

    def _heard(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(message.text)


@pytest.fixture
def visit(tabs: Tabs) -> Any:
    """A function that gives a visitor with a window of a size."""

    def make(size: str = "wide") -> Visitor:
        return Visitor(tabs, *SIZES[size])

    return make


@pytest.fixture(scope="module")
def served(second_site: Path) -> Iterator[str]:
    """The second atlas's site behind Python's own web server, on loopback."""
    words = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    server = subprocess.Popen(
        words, cwd=second_site, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert server.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:\d+/", server.stdout.readline())
    assert found is not None
    yield found[0]
    server.terminate()
    server.wait(timeout=PATIENCE)


def test_a_crawler_visits_every_page_and_hears_no_complaint(
    visit: Any, served: str, second_site: Path
) -> None:
    visitor = visit()
    wanted = {name for name in files_of(second_site) if name.endswith(".html")} - {"404.html"}
    seen: set[str] = set()
    waiting = {"index.html"}
    while waiting - seen:
        name = min(waiting - seen)
        seen.add(name)
        if ONE_OF_MANY.match(name):
            links = [urljoin(served + name, one) for _, one in read_page(second_site / name).links]
        else:
            visitor.page.goto(served + name)
            if name.endswith("index.html") and "/" not in name.removeprefix("ar/"):
                idle(visitor.page)
            links = visitor.page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
        waiting |= {
            link.removeprefix(served).split("#")[0]
            for link in links
            if link.startswith(served) and link.split("#")[0].endswith(".html")
        }
    assert seen == wanted
    assert visitor.faults == []
    assert [url for url in visitor.asked if not url.startswith(served)] == []


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("through", ["server", "disk"])
def test_the_map_works_from_a_server_and_from_a_disk(
    visit: Any, served: str, second_site: Path, lang: str, through: str
) -> None:
    visitor = visit()
    start = served if through == "server" else f"{second_site.as_uri()}/"
    page = visitor.page
    page.goto(f"{start}{'' if lang == 'en' else 'ar/'}index.html#zone=frost-strip")
    idle(page)
    assert page.locator("html").get_attribute("lang") == lang
    assert page.locator(".zone .source").count() > 0  # the evidence has come
    assert page.locator(".leaflet-zones-pane path").count() > 0
    with page.expect_navigation():
        page.locator(".related a[href$='zones/frost-strip.html']").click()
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("map|الخريطة")).last.click()
    idle(page)
    page.locator(".language").click()
    idle(page)
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.locator(".onward a").first.click()
    assert page.locator("html").get_attribute("lang") != lang
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.fonts.check('16px Plex')")
    assert visitor.faults == []
    assert [url for url in visitor.asked if not url.startswith((start, "data:"))] == []


def test_the_map_says_so_where_its_data_do_not_come(
    visit: Any, second_site: Path, tmp_path: Path
) -> None:
    import shutil

    copy = Path(shutil.copytree(second_site, tmp_path / "copy"))
    for path in (copy / "map").iterdir():
        path.unlink()
    visitor = visit()
    visitor.page.goto((copy / "index.html").as_uri())
    idle(visitor.page)
    assert "could not be read" in visitor.page.get_by_role("alert").inner_text()


def test_the_map_lists_zones_in_the_order_of_the_record(
    visit: Any,
    real_site: Path,
    real: BuiltAtlas,
) -> None:
    visitor = visit()
    visitor.page.goto((real_site / "index.html").as_uri())
    idle(visitor.page)
    listed = visitor.page.locator("#list .entry[data-zone]").evaluate_all(
        "all => all.map(one => one.dataset.zone)"
    )
    in_order = [
        zone.id
        for layer in real.record.layers
        for zone in real.record.zones.values()
        if zone.layer == layer and zone.id in listed
    ]
    assert len(listed) > 20
    assert listed == in_order
    assert listed != sorted(listed)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_axe_finds_nothing_on_a_page_of_each_kind(visit: Any, real_site: Path, lang: str) -> None:
    visitor = visit("wide" if lang == "en" else "phone")
    script = (VENDOR / "axe.min.js").read_text(encoding="utf-8") + "; 0"
    found = {}
    for kind in KINDS[lang]:
        visitor.page.goto((real_site / ("" if lang == "en" else "ar") / kind).as_uri())
        visitor.page.evaluate("document.fonts.ready")
        visitor.page.evaluate(script)
        found[kind] = visitor.page.evaluate(
            # Its preloading would fetch the style sheet, which the page's policy forbids.
            "rules => axe.run(document, {runOnly: rules, preload: false})"
            ".then(r => r.violations.map("
            "v => [v.id, v.nodes.slice(0, 3).map(n => n.target.join(' ') + ': ' "
            "+ n.failureSummary)]))",
            RULES,
        )
        width = visitor.page.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES["wide" if lang == "en" else "phone"][0], kind
    assert [kind for kind in found.items() if kind[1]] == []
    assert visitor.faults == []


@pytest.mark.parametrize(("lang", "size"), [("en", "wide"), ("ar", "phone")])
def test_a_clause_is_found_by_keyboard_alone(
    visit: Any, real_site: Path, lang: str, size: str
) -> None:
    """From the zone's panel to its paragraph among all clauses, and on to who spoke of it."""
    clause = "sochi-memorandum-2018-p6"
    visitor = visit(size)
    page = visitor.page
    start = real_site / ("" if lang == "en" else lang) / "index.html"
    page.goto(f"{start.as_uri()}#on=2018-10-16&zone=demilitarized-strip")
    idle(page)
    page.locator(".zone h2").focus()
    _tab_to(page, f"[data-key='clause {clause}']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("html").get_attribute("lang") == lang
    assert page.locator("tbody th:target").get_attribute("id") == clause
    # Navigation by a fragment lets the next Tab go on from there.
    _tab_to(page, f"tr:has(#{clause}) td.state-contested a")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.split("/")[-1].startswith("sources.html#")
    assert visitor.faults == []


def _tab_to(page: Any, selector: str, most: int = 60) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{most} times Tab do not lead to {selector}")
