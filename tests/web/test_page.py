"""The page in a real browser, opened as one file with the network cut off."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from layers.web.page.assets import served
from layers.web.page.page import render_page
from layers.web.page.policy import policy_of
from tests.support.browser import Tabs, idle
from tests.support.page_data import HOSTILE, page_data, with_texts

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


class Seen:
    """A page with what it asked for and complained about."""

    def __init__(self, tabs: Tabs, **window: Any) -> None:
        self.page = tabs.take(**window)
        self.asked: list[str] = []
        self.faults: list[str] = []
        tabs.hear(self.page, "request", lambda request: self.asked.append(request.url))
        tabs.hear(self.page, "pageerror", lambda error: self.faults.append(str(error)))
        tabs.hear(self.page, "console", self._heard)

    def _heard(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(message.text)

    def names(self) -> list[str]:
        """Return the names in the list of the day."""
        return list(self.page.locator(".entry-name").all_inner_texts())

    def day(self) -> str:
        """Return the chosen day as the timeline holds it."""
        return str(self.page.locator(".timeline").get_attribute("data-on"))

    def choose_day(self, written: str) -> None:
        """Write a day into the field; what the page makes of it stands when this returns."""
        field = self.page.locator("#day-written")
        field.fill(written)
        field.press("Enter")
        idle(self.page)

    def link(self) -> str:
        """Return what the address says of the view; Playwright hears of it only later."""
        return str(self.page.evaluate("location.hash"))


@pytest.fixture
def opened(tabs: Tabs, tmp_path: Path) -> Any:
    """A function that opens a file page of some data, at some hash."""

    def open_page(
        data: dict[str, Any] | None = None,
        *,
        at: str = "",
        width: int = 1280,
        height: int = 800,
        clock: bool = False,
        **options: Any,
    ) -> Seen:
        file = tmp_path / "atlas.html"
        html = render_page(data or page_data(), mode="file", **options)
        file.write_text(html, encoding="utf-8", newline="\n")
        seen = Seen(tabs, width=width, height=height, clock=clock)
        seen.page.goto(file.as_uri() + at)
        idle(seen.page)
        return seen

    return open_page


def test_file_asks_for_nothing_and_says_nothing(opened: Any) -> None:
    seen = opened(at="#on=2020-03-11")
    seen.page.locator(".entry").first.click()
    seen.page.locator(".language").click()
    idle(seen.page)
    assert [url for url in seen.asked if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in seen.asked if url.startswith("file:")]) == 1
    assert seen.faults == []


@pytest.mark.parametrize("payload", HOSTILE)
def test_text_of_the_record_does_not_run(opened: Any, payload: str) -> None:
    seen = opened(with_texts(page_data(), lambda _: payload), at="#on=2020-03-11")
    page = seen.page
    page.locator("details summary").click()
    for zone in ("north-calm", "south-calm", "old-quay", "talks"):
        page.locator(f"[data-zone={zone}]").click()
        page.locator(".zone h2").wait_for()
        assert page.locator(".zone h2").text_content() == payload
        page.keyboard.press("Escape")
    page.locator(".language").click()
    page.mouse.move(640, 300)
    assert page.evaluate("window.hurt") is None
    assert page.locator("[onerror], [onload], img[src=x], a[href^='javascript']").count() == 0
    assert page.title().split() == payload.split()
    assert seen.faults == []


def test_link_to_a_source_is_plain_and_sends_no_referrer(opened: Any) -> None:
    page = opened(at="#on=2020-03-11&zone=north-calm").page
    link = page.locator(".source a[href^=http]")
    assert link.count() == 1
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert link.get_attribute("href") == "https://example.org/accord"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//x", "ftp://x/y"])
def test_address_that_is_not_http_is_shown_without_a_link(opened: Any, address: str) -> None:
    data = page_data()
    data["sources"]["paper"]["url"] = address
    page = opened(data, at="#on=2020-03-11&zone=north-calm").page
    assert page.locator(".source a[target]").count() == 0


def test_day_changes_what_is_listed_and_drawn(opened: Any) -> None:
    seen = opened(at="#on=2020-03-04")
    assert seen.names() == ["North calm", "Old quay"]
    before = seen.page.locator(".leaflet-zones-pane path").count()
    seen.page.get_by_role("button", name="Next change").click()
    assert seen.day() == "2020-03-05"
    assert seen.names() == ["North calm", "South calm", "Old quay"]
    assert seen.page.locator(".leaflet-zones-pane path").count() > before
    seen.page.get_by_role("button", name="Previous change").click()
    assert seen.day() == "2020-03-01"


def test_last_day_of_a_period_is_in(opened: Any) -> None:
    seen = opened()
    for day, listed in (
        ("2020-03-20", True),
        ("2020-03-21", False),
        ("2020-03-05", True),
        ("2020-03-04", False),
    ):
        seen.choose_day(day)
        assert seen.day() == day
        assert ("South calm" in seen.names()) is listed, day


def test_day_that_may_be_outside_is_said_to_be_possible(opened: Any) -> None:
    seen = opened()
    entry = seen.page.locator("[data-zone=north-calm]")
    seen.choose_day("2020-01-20")
    assert "possibly on this day" in entry.inner_text()
    seen.choose_day("2020-02-01")
    assert "possibly" not in entry.inner_text()


WRITTEN = {
    "2020-03-05": "2020-03-05",
    "6 Mar 2020": "2020-03-06",
    "March 5, 2020": "2020-03-05",
    "6 آذار 2020": "2020-03-06",
    "٥ آذار ٢٠٢٠": "2020-03-05",
    "12 تشرين الثاني 2020": "2020-11-12",
    "31/12/2020": "2020-12-31",
}


def test_field_takes_a_day_as_people_write_it(opened: Any) -> None:
    seen = opened(at="#on=2020-04-01")
    for written, day in WRITTEN.items():
        seen.choose_day(written)
        assert seen.day() == day, written
        assert seen.page.locator("#day-written").input_value() == day


def test_field_asks_back_where_a_day_can_be_read_twice(opened: Any) -> None:
    seen = opened(at="#on=2020-04-01")
    seen.page.locator("#day-written").fill("3/5/2020")
    seen.page.locator("#day-written").press("Enter")
    answers = seen.page.locator(".day-message button")
    assert answers.all_inner_texts() == ["3 May 2020", "5 March 2020"]
    answers.nth(1).click()
    assert seen.day() == "2020-03-05"
    assert seen.page.locator(".day-message").is_hidden()


def test_field_explains_a_day_it_cannot_use(opened: Any) -> None:
    seen = opened(at="#on=2020-04-01")
    for written in ("1999-01-01", "2020-02-30", "nonsense", ""):
        seen.choose_day("2020-04-01")
        assert seen.page.locator(".day-message").is_hidden()
        seen.choose_day(written)
        assert seen.day() == "2020-04-01", written
        assert seen.page.locator(".day-message").is_visible(), written


@pytest.mark.parametrize(
    ("lang", "keys"),
    [
        ("en", {"ArrowRight": "2020-04-02", "PageUp": "2020-05-01", "End": "2021-12-31"}),
        ("ar", {"ArrowLeft": "2020-04-02", "ArrowRight": "2020-03-31", "PageDown": "2020-03-01"}),
    ],
)
def test_slider_goes_by_day_and_month(opened: Any, lang: str, keys: dict[str, str]) -> None:
    seen = opened(at=f"#on=2020-04-01&lang={lang}")
    for key, day in keys.items():
        seen.choose_day("2020-04-01")
        seen.page.locator(".slider").press(key)
        assert seen.day() == day, key


def test_slider_says_the_day_and_how_much_holds(opened: Any) -> None:
    page = opened(at="#on=2020-03-04").page
    text = page.locator(".slider").get_attribute("aria-valuetext")
    assert text == "4 March 2020, 2 zones and places on this day"


def test_language_changes_in_place(opened: Any) -> None:
    seen = opened(at="#on=2020-03-04")
    page = seen.page
    page.locator(".language").click()
    root = idle(page).locator("html")
    assert (root.get_attribute("lang"), root.get_attribute("dir")) == ("ar", "rtl")
    assert page.title() == "مناطق جزيرة"
    assert page.locator(".list-title").inner_text() == "4 آذار 2020"
    assert "هدوء الشمال" in page.locator(".list").inner_text()
    assert "lang=ar" in seen.link()
    assert page.evaluate("document.activeElement.className") == "language"
    page.locator(".language").click()
    assert root.get_attribute("dir") == "ltr"


@pytest.mark.parametrize(("lang", "early_is_left"), [("en", True), ("ar", False)])
def test_time_runs_from_right_to_left_in_arabic(
    opened: Any, lang: str, early_is_left: bool
) -> None:
    page = opened(at=f"#on=2019-02-01&lang={lang}").page
    now, rows = page.locator(".now").bounding_box(), page.locator(".rows").bounding_box()
    assert (now["x"] < rows["x"] + rows["width"] / 2) is early_is_left


@pytest.mark.parametrize("way", ["click", "Enter", "Space"])
def test_entry_of_the_list_opens_the_record(opened: Any, way: str) -> None:
    seen = opened(at="#on=2020-03-04")
    page = seen.page
    entry = page.locator("[data-zone=north-calm]")
    if way == "click":
        entry.click()
    else:
        entry.press(way)
    heading = page.locator(".zone h2")
    assert heading.inner_text() == "North calm"
    assert page.evaluate("document.activeElement.tagName") == "H2"
    assert "zone=north-calm" in seen.link()
    page.keyboard.press("Escape")
    assert heading.count() == 0
    assert page.evaluate("document.activeElement.dataset.zone") == "north-calm"


def test_record_gives_status_evidence_shape_and_dispute(opened: Any) -> None:
    words = opened(at="#on=2020-03-04&zone=north-calm").page.locator(".zone").inner_text()
    for part in (
        "هدوء الشمال",
        "Agreed on paper",
        "since 1 Jan 2020",
        "10 Jan – 30 Jun 2020",
        "on 4 Mar",
        "Uncertain start: between 10 Jan 2020 and 1 Feb 2020",
        "last report, not an end",
        "No later report",
        "as reported by Harbour office",
        "Within 5 km of the light.",
        "up to 1.5 km",
        "Confidence: moderate.",
        "5 km",
        "8 km",
        "On the map: Both.",
        "The Paper, 2 Jan 2020 (date as stated), article, in Arabic",
        "characters 1,204 to 1,377",
        "fairly reliable; possibly true",
        "paragraph 2",
        "hedged in the source",
        "year inferred",
    ):
        assert part in words.replace("\u2068", "").replace("\u2069", ""), part


def test_click_on_a_shape_opens_its_record(opened: Any) -> None:
    page = opened(at="#on=2020-03-04&at=36,36.5,8").page
    box = page.locator(".folium-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2 + 20, box["y"] + box["height"] / 2 + 50)
    page.locator(".zone h2").wait_for()
    assert page.locator(".zone h2").inner_text() == "North calm"


def test_layer_that_is_hidden_leaves_list_and_map(opened: Any) -> None:
    seen = opened(at="#on=2020-03-04")
    seen.page.get_by_label("Calm areas").uncheck()
    assert seen.names() == ["Old quay"]
    assert "layers=quays" in seen.link()
    assert seen.page.evaluate("document.activeElement.type") == "checkbox"


def test_link_to_a_zone_without_a_day_goes_to_a_day_on_which_it_held(opened: Any) -> None:
    seen = opened(at="#zone=south-calm", on="2021-01-01")
    assert seen.day() == "2020-03-05"
    assert seen.page.locator(".zone h2").inner_text() == "South calm"


HOSTILE_LINKS = (
    "#zone=__proto__&on=constructor",
    "#on=9999-99-99&lang=%3Cscript%3E&layers=,,&at=1e9,0,0",
    "#%",
    "#" + "x" * 9000,
    "#layers=nothing",
    "#zone=%22%3E%3Cimg src=x onerror=hurt=1%3E",
    "#at=NaN,NaN,NaN",
    "#on=2020-02-30",
)


def test_hostile_link_falls_back_to_the_usual_view(opened: Any) -> None:
    seen = opened()
    usual, home = (seen.day(), seen.names()), seen.page.url.partition("#")[0]
    for link in HOSTILE_LINKS:
        seen.page.goto("about:blank")
        seen.page.goto(home + link)
        idle(seen.page)
        assert (seen.day(), seen.names()) == usual, link
        assert seen.page.evaluate("window.hurt") is None, link
        assert seen.faults == [], link


def test_page_opens_on_the_day_with_most_in_effect_or_the_day_asked_for(opened: Any) -> None:
    assert opened().day() == "2020-03-13"
    assert opened(on="2021-05-05").day() == "2021-05-05"
    assert opened(on="2021-05-05", at="#on=2020-01-02").day() == "2020-01-02"


def test_empty_day_names_the_nearest_day_with_something(opened: Any) -> None:
    seen = opened(at="#on=2019-05-01")
    assert seen.page.locator(".nothing p").inner_text() == "No zone is recorded for 1 May 2019."
    seen.page.locator(".nothing button").click()
    assert seen.day() == "2020-01-01"


def test_legend_lists_only_what_is_in_view(opened: Any) -> None:
    page = opened(at="#on=2020-03-06&at=36,36.5,10").page
    assert "North calm" in page.locator(".legend").inner_text()
    assert "South calm" not in page.locator(".legend").inner_text()


def test_play_goes_on_by_one_change_and_stops_when_asked(opened: Any) -> None:
    from playwright.sync_api import expect

    seen = opened(at="#on=2020-03-01", clock=True)
    clock = seen.page.clock
    # Stopped a minute from now: no time passes but what the test lets pass.
    clock.pause_at(seen.page.evaluate("new Date(Date.now() + 60_000).toISOString()"))
    seen.page.get_by_role("button", name="Play").click()
    clock.run_for(3100)
    # A page whose time is stopped does not stand, so it is read as it is.
    expect(seen.page.locator(".timeline")).to_have_attribute("data-on", "2020-03-05")
    expect(seen.page.locator("html")).to_have_attribute("data-idle", "no")
    seen.page.get_by_role("button", name="Pause").click()
    clock.run_for(60_000)
    clock.resume()
    assert seen.day() == "2020-03-05"


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("width", [1280, 390])
def test_basics_that_assistive_technology_needs(opened: Any, lang: str, width: int) -> None:
    page = opened(at=f"#on=2020-03-11&lang={lang}&zone=north-calm", width=width).page
    assert page.evaluate("document.documentElement.lang") == lang
    assert page.title()
    for one in ("main", "h1", "header.site-header", "[role=status]"):
        assert page.locator(one).count() == 1, one
    nameless = """() => [...document.querySelectorAll('button, input, a[href], summary')]
      .filter(n => n.getClientRects().length)
      .filter(n => !(n.innerText || n.getAttribute('aria-label') || n.labels?.length))
      .map(n => n.outerHTML)"""
    assert page.evaluate(nameless) == []
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(n => n.id)")
    assert len(ids) == len(set(ids))
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_targets_on_a_phone_are_wide_enough(opened: Any) -> None:
    page = opened(at="#on=2020-03-11", width=390, height=844).page
    small = """() => [...document.querySelectorAll('button, summary, label')]
      .filter(n => n.getClientRects().length && !n.classList.contains('handle'))
      .map(n => [n.className || n.textContent, n.getBoundingClientRect()])
      .filter(([, box]) => box.height < 43.5 && box.height > 0)
      .map(([name, box]) => [name, box.height])"""
    assert page.evaluate(small) == []


def test_sheet_on_a_phone_opens_for_a_record(opened: Any) -> None:
    page = opened(at="#on=2020-03-11", width=390, height=844).page
    assert page.locator(".panel").get_attribute("data-size") == "low"
    page.locator("[data-zone=north-calm]").click()
    assert page.locator(".panel").get_attribute("data-size") == "half"
    page.locator(".handle").click()
    assert page.locator(".panel").get_attribute("data-size") == "full"


def test_service_page_works_under_its_header(tabs: Tabs) -> None:
    html = render_page(page_data(), mode="service").encode()
    files = {f"/assets/{name}": (asset.media_type, asset.body) for name, asset in served().items()}
    files["/"] = ("text/html; charset=utf-8", html)
    files["/map/data.json"] = ("application/json", json.dumps(page_data()).encode())

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            media_type, body = files.get(self.path, ("text/plain", b""))
            self.send_response(200 if self.path in files else 404)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Security-Policy", policy_of(html.decode()))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        seen = Seen(tabs)
        seen.page.goto(f"http://127.0.0.1:{server.server_port}/#on=2020-03-04")
        idle(seen.page)
        assert seen.names() == ["North calm", "Old quay"]
        server.shutdown()
    asked = {urlsplit(url).path for url in seen.asked} - {"/favicon.ico"}
    assert asked <= set(files)
    assert [fault for fault in seen.faults if "favicon" not in fault] == []
