"""The page in use: tools, links, keyboard, accessibility, paper; on the real record."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from layers.build.rows import BuiltAtlas
from layers.web.page.assets import table
from layers.web.page.data import page_data
from layers.web.page.page import render_page
from tests.support.browser import Tabs, differing, idle, picture, scene, unlike

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
VENDOR = Path(__file__).resolve().parent.parent / "vendor"
SIZES = {"wide": (1440, 900), "tablet": (820, 1180), "phone": (390, 844)}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def file(real: BuiltAtlas, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real atlas as one file."""
    path = tmp_path_factory.mktemp("use") / "atlas.html"
    html = render_page(page_data(real), mode="file", on="2020-04-01")
    path.write_text(html, encoding="utf-8", newline="\n")
    return path


@pytest.fixture
def opened(tabs: Tabs, file: Path) -> Any:
    """A function that opens the atlas at a link; faults and requests are kept on the page."""

    def open_page(link: str = "", size: str = "wide", motion: str = "reduce") -> Any:
        page = tabs.take(*SIZES[size], motion=motion)
        page.faults, page.asked = [], []
        tabs.hear(page, "pageerror", lambda error: page.faults.append(str(error)))
        tabs.hear(page, "request", lambda request: page.asked.append(request.url))
        page.goto(file.as_uri() + link)
        return idle(page)

    return open_page


def state(page: Any, name: str) -> Any:
    return page.evaluate(f"Tamas.page.atlas.state.{name}")


def link_of(page: Any) -> str:
    """Return what the address says of the view; Playwright hears of it only later."""
    return str(page.evaluate("location.hash"))


# Ask, search, compare, known by, contacts, measure, cite


def test_press_on_empty_ground_asks_there_and_escape_closes(opened: Any) -> None:
    page = opened("#on=2020-04-01&at=34.2,38.9,9")
    box = page.locator(".folium-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.locator(".asked h2").wait_for()
    assert "ask=34.2" in link_of(page)
    assert page.locator("[data-relation=outside] .answer").count() > 0
    assert page.evaluate("document.activeElement.tagName") == "H2"
    page.keyboard.press("Escape")
    assert page.locator(".asked").count() == 0
    assert "ask=" not in link_of(page)


def test_ask_in_a_zone_says_every_reading_first(opened: Any) -> None:
    page = opened("#on=2020-04-01&ask=35.81,36.62")
    groups = page.locator(".answers").evaluate_all("all => all.map(n => n.dataset.relation)")
    assert groups[0] == "inside_all"
    assert page.locator(".answers").first.inner_text().startswith("Inside in every reading")
    page.locator("[data-relation=inside_all] .answer").first.click()
    page.locator(".zone h2").wait_for()
    page.keyboard.press("Escape")
    assert page.locator(".asked h2").count() == 1


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_search_by_keyboard_alone(opened: Any, lang: str) -> None:
    page = opened(f"#on=2020-04-01&lang={lang}")
    field = page.locator(".search-field")
    field.fill("ترنبه")
    assert field.get_attribute("aria-expanded") == "true"
    first = page.locator(".result").first
    assert "Tronba" in first.inner_text()
    assert page.locator("[role=status]").inner_text() == page.locator(".search-said").inner_text()
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == "result-0"
    assert first.get_attribute("aria-selected") == "true"
    field.press("Enter")
    page.locator(".asked h2").wait_for()
    assert state(page, "ask")["lat"] == pytest.approx(35.85, abs=0.15)
    field.fill("zzzzqq")
    assert page.locator(".result").count() == 0
    assert page.locator(".search-said").is_visible()
    field.press("Escape")
    assert field.input_value() == ""


def test_search_finds_a_zone(opened: Any) -> None:
    page = opened("#on=2020-04-01")
    page.locator(".search-field").fill("security corridor")
    page.locator(".search-field").press("Enter")
    assert "M4" in page.locator(".zone h2").inner_text()


def test_compare_shows_four_groups_and_swaps_and_stops(opened: Any) -> None:
    page = opened("#on=2020-04-01&compare=2020-03-01")
    groups = page.locator(".change-group").evaluate_all("all => all.map(n => n.dataset.change)")
    assert groups == ["appeared", "changed", "ended", "unchanged"]
    assert "M4 security corridor" in page.locator("[data-change=appeared]").inner_text()
    assert page.locator(".zone-name .chip").count() > 0
    assert page.locator(".then .flag").inner_text() == "1 Mar 2020"
    page.get_by_role("button", name="Swap days").click()
    assert "on=2020-03-01" in link_of(page)
    assert "compare=2020-04-01" in link_of(page)
    assert "M4 security corridor" in page.locator("[data-change=ended]").inner_text()
    page.get_by_role("button", name="Stop comparing").click()
    assert "compare" not in link_of(page)
    assert page.locator(".list-title").count() == 1
    assert page.faults == []


def test_known_by_hides_later_claims_and_counts_them(opened: Any) -> None:
    page = opened("#on=2020-04-01")
    everything = page.locator(".entry").count()
    page.locator("#known-day").fill("20 Sep 2018")
    page.locator("#known-day").press("Enter")
    assert "known=2018-09-20" in link_of(page)
    assert page.locator(".entry").count() < everything
    note = page.locator(".known-note").inner_text()
    assert "20 September 2018" in note
    assert re.search(r"\d+ of \d+ claims are hidden", note)
    assert page.locator(".unknown-after").is_visible()
    page.get_by_role("button", name="Show all sources").click()
    assert page.locator(".entry").count() == everything
    assert "known" not in link_of(page)


def test_dated_entry_moves_the_date(real: BuiltAtlas, opened: Any) -> None:
    page = opened("#on=2020-04-01")
    page.locator("[data-key=contacts]").click()
    steps = page.locator(".point")
    # The record has such entries: a list without any was seen once, on a busy machine.
    assert steps.count() > 0, page.locator(".panel").inner_text()
    key = steps.first.get_attribute("data-key").removeprefix("step ")
    steps.first.click()
    day = next(row for row in page_data(real)["rows"] if row["id"] == key)["valid_from"]
    assert page.locator(".timeline").get_attribute("data-on") == max(
        day, real.record.atlas.record_from
    )
    assert steps.first.get_attribute("aria-current") == "date"


def test_list_stays_where_it_was_scrolled_to(opened: Any) -> None:
    # What moves between the press of a button and its release makes no click.
    page = opened("#on=2020-04-01")
    heights = page.evaluate(
        """async () => {
          const body = document.querySelector(".panel-body");
          const heights = [body.scrollHeight];
          document.querySelector("[data-key=contacts]").scrollIntoView({ block: "center" });
          for (let frames = 0; frames < 4; frames += 1) {
            await new Promise((done) => { requestAnimationFrame(done); });
            heights.push(body.scrollHeight);
          }
          return heights;
        }"""
    )
    assert len(set(heights)) == 1, heights


def test_measure_along_a_degree(opened: Any) -> None:
    page = opened("#on=2020-04-01")
    page.locator("[data-key='tool measure']").click()
    for written in ("35, 38", "36, 38"):
        page.locator(".coordinates input").fill(written)
        page.locator(".coordinates input").press("Enter")
    assert page.locator(".measure-total").inner_text() == "111 km"
    assert page.locator(".measured").inner_text() == "111 km"
    page.get_by_role("button", name="Clear").click()
    assert page.locator(".measure-total").count() == 0


def test_inverse_problem_is_that_of_the_ellipsoid(opened: Any) -> None:
    from geo.crs import GEOD

    page = opened()
    for one, other in (((36, 35), (36.001, 35.0005)), ((35, 33), (42, 37)), ((0, 0), (100, -60))):
        ours = GEOD.inv(*one, *other)[2]
        assert page.evaluate(
            "([a, b]) => Tamas.page.atlas.distance(a, b)", [one, other]
        ) == pytest.approx(ours, abs=0.001)


def test_citation_names_the_view_and_its_link(opened: Any) -> None:
    page = opened("#on=2020-04-01&zone=m4-security-corridor")
    page.get_by_role("button", name="Cite this view").click()
    words = page.locator(".citation").inner_text()
    assert "as of 1 April 2020" in words
    assert "M4 security corridor" in words
    assert "zone=m4-security-corridor" in words
    page.locator("[data-key=copy-citation]").click()
    assert page.locator("[role=status]").inner_text()


@pytest.mark.parametrize(
    "link",
    [
        "#compare=9999-01-01",
        "#known=yesterday",
        "#ask=200,200",
        "#ask=48.85,2.35",
        "#ask=%3Cscript%3E",
        "#ground=osm",
        "#tool=measure&view=cite",
    ],
)
def test_hostile_or_foreign_link_changes_nothing(opened: Any, link: str) -> None:
    page = opened(link)
    for name in ("compare", "known", "ask", "ground", "tool", "view"):
        assert state(page, name) is None
    assert page.faults == []
    assert [url for url in page.asked if not url.startswith(("file:", "data:"))] == []


# The network


def test_no_request_leaves_until_a_background_is_chosen(opened: Any) -> None:
    page = opened("#on=2020-04-01")
    for tool in ("ask", "compare", "measure", "link"):
        page.locator(f"[data-key='tool {tool}']").click()
    page.locator(".language").click()
    page.evaluate("Tamas.page.atlas.openList()")
    assert [url for url in page.asked if not url.startswith(("file:", "data:"))] == []
    with page.expect_request(lambda request: request.url.startswith("http")):
        page.locator("[data-key='ground osm']").check()
    hosts = {url.split("/")[2] for url in page.asked if url.startswith("http")}
    assert hosts == {"tile.openstreetmap.org"}
    assert "OpenStreetMap contributors" in page.locator(".map-note").inner_text()
    page.locator("[data-key='ground null']").check()
    assert page.locator(".leaflet-ground-pane img").count() == 0


def test_policy_allows_pictures_from_the_backgrounds_alone(file: Path) -> None:
    policy = re.search(r"img-src ([^;]+);", file.read_text(encoding="utf-8"))
    assert policy is not None
    hosts = [f"https://{one['host']}" for one in table("backgrounds")]
    assert policy[1].split() == ["data:", *hosts]
    for one in table("backgrounds"):
        assert one["tiles"].startswith(f"https://{one['host']}/")
        assert one["attribution"]


# Keyboard and assistive technology


def test_vendored_axe_is_that_of_the_manifest() -> None:
    for entry in json.loads((VENDOR / "manifest.json").read_text())["files"]:
        assert hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


VIEWS = {
    "list": "",
    "zone": "&zone=m4-security-corridor",
    "ask": "&ask=35.81,36.62",
    "compare": "&compare=2018-09-20",
    "known": "&known=2019-09-20",
}
SHOWN = {
    "list": ".entry", "zone": ".zone h2", "ask": ".asked h2", "compare": ".change-group",
    "known": ".known-note",
}  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("size", ["wide", "phone"])
def test_axe_finds_nothing(opened: Any, lang: str, size: str) -> None:
    page = opened(f"#on=2020-04-01&lang={lang}", size)
    # The policy of the page lets no further script in; the protocol of the browser does.
    page.evaluate((VENDOR / "axe.min.js").read_text(encoding="utf-8") + "; 0")
    for view, link in VIEWS.items():
        page.evaluate("link => { location.hash = link; }", f"on=2020-04-01&lang={lang}{link}")
        assert idle(page).locator(SHOWN[view]).count() > 0
        found = page.evaluate(
            "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map("
            "v => [v.id, v.nodes.map(n => n.target.join(' ') + ': ' + n.failureSummary)]))",
            RULES,
        )
        assert found == [], view


# Zones and keys of what had the focus since this was said last.
FOCUSED = """{
  globalThis.focused ?? addEventListener("focusin", ({ target: { dataset } }) => {
    if (dataset.zone) focused.zones.add(dataset.zone);
    focused.keys.add(dataset.key);
  });
  globalThis.focused = { zones: new Set(), keys: new Set() };
}"""


def test_every_zone_is_reached_by_keyboard(real: BuiltAtlas, opened: Any) -> None:
    page = opened("#on=2020-04-01")
    rows = page_data(real)["rows"]
    first, last = real.record.atlas.record_from, real.record.atlas.record_to
    wanted = {row["zone_id"] for row in rows if row["valid_from"] <= last}
    wanted -= {
        zone
        for zone in wanted
        if all((row["valid_to"] or last) < first for row in rows if row["zone_id"] == zone)
    }
    reached: set[str] = set()
    opened_by_key: set[str] = set()
    held = {
        day: {
            row["zone_id"] for row in rows if row["valid_from"] <= day <= (row["valid_to"] or last)
        }
        for day in {max(first, row["valid_from"]) for row in rows if row["valid_from"] <= last}
    }
    while left := wanted - reached:
        # The day on which most of what is left is on the page.
        day = max(sorted(held), key=lambda day: len(held[day] & left))
        page.locator("#day-written").fill(day)
        page.locator("#day-written").press("Enter")
        page.locator("#list").focus()
        page.evaluate(FOCUSED)
        for presses in range(200):
            page.keyboard.press("Tab")
            if len(opened_by_key) < 5:
                at = page.evaluate("document.activeElement?.dataset?.zone ?? ''")
                if at and at not in opened_by_key:
                    page.keyboard.press("Enter")
                    opened_by_key |= {page.evaluate("Tamas.page.atlas.state.zone")}
                    page.keyboard.press("Escape")
                    assert page.evaluate("document.activeElement.dataset.zone") == at
            elif presses % 20 == 0 and page.evaluate("focused.keys.has('about')"):
                break
        here = set(page.evaluate("[...focused.zones]"))
        assert held[day] & left <= here, day
        reached |= here
    assert len(opened_by_key) > 2


# The sheet of a phone


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
@pytest.mark.parametrize("at", [(33.0, 36.5), (34.5, 38.5)])
def test_sheet_leaves_the_point_asked_about_in_sight(opened: Any, at: Any, motion: str) -> None:
    page = opened("#on=2020-04-01&at=35,38,7", "phone", motion)
    page.evaluate("([lat, lon]) => Tamas.page.atlas.ask({ lat, lon })", list(at))
    page.locator(".asked h2").wait_for()
    pin, sheet = (idle(page).locator(name).bounding_box() for name in (".pin", ".panel"))
    assert pin["y"] + pin["height"] <= sheet["y"]
    assert sheet["height"] > page.viewport_size["height"] * 0.4


# Boxes in 64ths of a pixel; of a turned line Chromium gives them in floats.
NAMES = """() => [...document.querySelectorAll(".names > *")].map((node) => {
  const { x, y, width, height } = node.getBoundingClientRect();
  const box = [x, y, width, height].map((side) => Math.round(side * 64) / 64);
  return `${node.className} ${node.textContent} ${box.join(" ")}`;
})"""


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_names_come_back_where_the_sheet_was(opened: Any, motion: str) -> None:
    page = opened("#on=2020-04-01", "phone", motion)
    low = page.evaluate(NAMES)
    page.locator(".handle").click()
    sheet = idle(page).locator(".panel").bounding_box()
    assert sheet["height"] > page.viewport_size["height"] * 0.4
    half = [one.bounding_box() for one in page.locator(".names .name").all()]
    assert 0 < len(half) < len([name for name in low if name.startswith("name ")])
    assert all(box["y"] + box["height"] <= sheet["y"] for box in half)
    for _ in range(2):
        page.locator(".handle").click()
    assert idle(page).evaluate(NAMES) == low


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("size", SIZES)
def test_names_are_those_of_the_view_whatever_came_before(
    opened: Any, lang: str, size: str
) -> None:
    at, link = "at=35.4,37.2,8.5", f"#on=2020-04-01&lang={lang}"
    fresh = opened(f"{link}&{at}", size).evaluate(NAMES)
    page = opened(f"{link}&zone=m4-security-corridor", size, "no-preference")
    for step in (
        "set({ lang: atlas.words.other, ground: 'osm', compare: atlas.state.on - 400 })",
        "ask({ lat: 35.4, lon: 37.2 })",
        "map.setZoom(10)",
        "everything()",
        f"set({{ lang: '{lang}', ground: null, compare: null, ask: null, tool: null }})",
        "map.panBy([301, -77])",
        "choose(null)",
        "map.setView([35.4, 37.2], 8.5)",
    ):
        page.evaluate(f"{{ const {{ atlas }} = Tamas.page; atlas.{step}; null; }}")
        idle(page)
    if size == "phone":  # choosing a zone raised the sheet
        for _ in range(2):
            page.locator(".handle").click()
    assert len(fresh) > 8
    assert idle(page).evaluate(NAMES) == fresh


# Paper


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_print_is_one_landscape_page_with_what_it_needs(opened: Any, lang: str) -> None:
    page = opened(f"#on=2020-04-01&lang={lang}")
    before = page.evaluate("[Tamas.page.atlas.map.getZoom(), innerWidth]")
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) in {0, 1}
    assert re.search(rb"/Count 1\b", pdf) or b"/ObjStm" in pdf
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    words = page.locator(".sheet-head, .sheet-aside, .sheet-foot").all_inner_texts()
    assert len(words) == 3
    text = " ".join(words)
    dates = {"en": "1 April 2020", "ar": "1 نيسان 2020"}
    assert dates[lang] in text
    assert "OpenStreetMap" in text
    assert "(LGPL-3.0-or-later)" in text  # what the ground is drawn from
    assert page.locator(".scale").is_visible()
    assert page.locator(".site-header").is_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("[Tamas.page.atlas.map.getZoom(), innerWidth]") == before
    assert page.locator(".site-header").is_visible()


# At rest


LATER = """new Promise((done) => {
  let frames = 40;
  const next = () => { frames -= 1; frames ? requestAnimationFrame(next) : done(); };
  next();
})"""


@pytest.mark.parametrize("size", SIZES)
def test_a_page_that_says_it_stands_changes_no_more(opened: Any, size: str) -> None:
    page = opened("#on=2020-04-01", size, "no-preference")
    before = scene(page)
    both = "set({ lang: 'ar', compare: atlas.state.on - 400 })"
    for step in (
        both,
        "set({ lang: 'en', compare: null })",
        "choose('m4-security-corridor')",
        "map.setZoom(9)",
        "map.panBy([120, 40])",
        both,
        "tool('ask')",
    ):
        page.evaluate(f"{{ const {{ atlas }} = Tamas.page; atlas.{step}; null; }}")
        at_rest = scene(page)
        assert at_rest != before, step
        page.evaluate(LATER)
        assert unlike(at_rest, scene(page)) == [], step
        before = at_rest


def test_a_change_of_size_during_a_zoom_does_not_make_the_page_stand(opened: Any) -> None:
    page = opened("#on=2020-04-01", "wide", "no-preference")
    said = page.evaluate(
        """new Promise((done) => {
          const { map, activity } = Tamas.page.atlas;
          map.once("zoomanim", () => {
            map.getContainer().style.width = "70%";
            // Of the sizes observed then Leaflet makes a move and its end.
            map.once("moveend", () => done([map._animatingZoom, activity.open.has("zoom")]));
          });
          map.setZoom(map.getZoom() + 1);
        })"""
    )
    assert said == [True, True]
    assert idle(page).locator(".leaflet-zoom-anim").count() == 0


def test_a_page_says_that_it_does_not_stand_from_the_moment_of_a_change(opened: Any) -> None:
    page = opened("#on=2020-04-01")
    change = "Tamas.page.atlas.set({ on: Tamas.page.atlas.state.on + 1 })"
    assert page.evaluate(f"{change}; document.documentElement.dataset.idle") == "no"
    assert idle(page).evaluate("document.documentElement.dataset.idle") == "yes"


# Same between runs


SEEN = {
    "list": "#on=2020-04-01",
    "zone": "#on=2018-09-20&zone=demilitarized-strip",
}


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("view", SEEN)
def test_two_runs_are_the_same_and_nothing_is_cut_or_overlaps(
    opened: Any, lang: str, size: str, view: str
) -> None:
    link = f"{SEEN[view]}&lang={lang}"
    first, second = (opened(link, size) for _ in range(2))
    assert unlike(scene(first), scene(second)) == []
    assert differing(picture(first), picture(second)) is None
    _nothing_is_cut_or_overlaps(first)


def test_pictures_of_two_days_differ(opened: Any) -> None:
    first, second = (picture(opened(f"#on={day}")) for day in ("2018-09-20", "2020-04-01"))
    assert differing(first, second) is not None


def _nothing_is_cut_or_overlaps(page: Any) -> None:
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    cut = """() => [...document.querySelectorAll('button, label, h1, h2, h3, .entry-name, .flag')]
      .filter(n => n.getClientRects().length && !n.closest('.title, .unseen'))
      .filter(n => n.scrollWidth > n.clientWidth + 1 && getComputedStyle(n).display !== 'inline')
      .map(n => n.className + ' ' + n.textContent.slice(0, 40))"""
    assert page.evaluate(cut) == []
    names = page.locator(".names .name").evaluate_all(
        "all => all.map(n => { const b = n.getBoundingClientRect();"
        " return [b.left, b.top, b.right, b.bottom, n.textContent]; })"
    )
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            apart = (
                one[2] <= other[0] + 1
                or other[2] <= one[0] + 1
                or one[3] <= other[1] + 1
                or other[3] <= one[1] + 1
            )
            assert apart, (one, other)


SAID = Path(__file__).resolve().parent.parent / "snapshots"


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("size", SIZES)
def test_page_says_what_it_said(tabs: Tabs, tmp_path: Path, lang: str, size: str) -> None:
    """The words and roles of the small record's page, as assistive technology has them.

    After a change that is meant: `TAMAS_SNAPSHOTS=write pytest tests/web/test_page_use.py -k said`.
    """
    from tests.support.page_data import page_data as small

    path = tmp_path / "atlas.html"
    path.write_text(render_page(small(), mode="file", lang=lang), encoding="utf-8", newline="\n")
    page = tabs.take(*SIZES[size])
    parts = []
    for link in ("", "&zone=north-calm", "&compare=2020-02-20", "&ask=36.0,36.5"):
        page.goto("about:blank")
        page.goto(f"{path.as_uri()}#on=2020-03-11&lang={lang}{link}")
        idle(page)
        parts.append(f"# {link}\n{page.locator('body').aria_snapshot()}\n")
    kept = SAID / f"{lang}-{size}.yaml"
    if os.environ.get("TAMAS_SNAPSHOTS") == "write":
        SAID.mkdir(exist_ok=True)
        kept.write_text("".join(parts), encoding="utf-8", newline="\n")
    assert "".join(parts) == kept.read_text(encoding="utf-8")
