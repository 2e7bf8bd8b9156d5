"""The page in frames of any size, with any letters and colours, in somebody's article."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from layers.build.rows import BuiltAtlas
from layers.web.page.data import page_data
from layers.web.page.page import render_page
from tests.support.browser import CHROMIUM, OFFLINE, Tabs, differing, idle, picture, resized
from tests.support.languages import OURS

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

# A small frame, a laptop at 400 and 200 %, phones held either way, frames of articles, just above
# the low layout, a tablet, 4K.
SIZES = [
    (80, 60), (320, 240), (360, 225), (320, 568), (390, 844), (720, 450), (750, 342), (1000, 400),
    (1280, 440), (700, 577), (1100, 577), (820, 1180), (3840, 2160),
]  # fmt: skip
CLICK = 'document.querySelector(".handle").click();'
ROOM = """() => {
  const { map, phone, sheet } = Tamas.page.atlas;
  const { height } = map.getContainer().getBoundingClientRect();
  const free = phone.matches ? sheet()[1] : height;
  const said = document.querySelector("[role=alert]:not([hidden])")?.textContent ?? "";
  return { share: height / innerHeight, free: free / innerHeight, zoom: map.getZoom(), said,
    drawn: document.querySelectorAll(".leaflet-zones-pane path").length,
    beyond: document.documentElement.scrollWidth - innerWidth };
}"""


@pytest.fixture(scope="module")
def file(second: BuiltAtlas, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sizes") / "atlas.html"
    path.write_text(
        render_page(page_data(second), mode="file", lang="en"), encoding="utf-8", newline="\n"
    )
    return path


@pytest.fixture
def opened(tabs: Tabs, file: Path) -> Any:
    """A function that opens the atlas; what it throws or writes as an error is kept on the page."""

    def open_page(link: str = "", size: tuple[int, int] = (1440, 900), **media: str) -> Any:
        page = tabs.take(*size)
        page.emulate_media(**media)
        page.faults = []
        tabs.hear(page, "pageerror", lambda error: page.faults.append(str(error)))
        tabs.hear(page, "console", lambda it: it.type == "error" and page.faults.append(it.text))
        page.goto(file.as_uri() + link)
        return idle(page)

    return open_page


@pytest.mark.parametrize("lang", OURS)
def test_the_page_works_in_a_frame_of_any_size(opened: Any, lang: str) -> None:
    page = opened(f"#lang={lang}", SIZES[-1])
    for width, height in SIZES:
        found = resized(page, width, height).evaluate(ROOM)
        assert found["share"] >= 0.45, (width, height, found)
        assert found["free"] >= 0.4, (width, height, found)
        assert found["drawn"], (width, height)
        assert found["beyond"] <= 0, (width, height)
        if page.evaluate("Tamas.page.atlas.phone.matches"):
            # From low over half to full, over the same map; then low again.
            page.evaluate(f"() => {{ {CLICK} {CLICK} }}")
            assert page.locator(".panel").get_attribute("data-size") == "full"
            assert idle(page).evaluate(ROOM)["zoom"] == found["zoom"]
            page.evaluate(f"() => {{ {CLICK} }}")
    assert page.faults == []


@pytest.mark.parametrize(
    ("size", "link"),
    [((320, 240), "&at=-20,-21,9"), ((80, 60), ""), ((1000, 400), "&zone=ferry-road-verges")],
)
def test_a_link_starts_in_a_low_frame(opened: Any, size: tuple[int, int], link: str) -> None:
    page = opened(f"#lang=ar{link}", size)
    assert page.evaluate(ROOM)["said"] == ""
    assert page.locator(".list-title, .zone h2").count() == 1
    assert page.faults == []


def test_a_part_that_fails_leaves_the_others_at_work(opened: Any) -> None:
    page = opened("#lang=ar")
    page.evaluate("() => { Tamas.page.atlas.extentOf = () => { throw new Error('spoilt'); }; }")
    page.evaluate("Tamas.page.atlas.step(-1); Tamas.page.atlas.refresh('names')")
    page.get_by_role("alert").filter(has_text="تعذّر عرض جزء").wait_for()
    assert "السجل" not in page.get_by_role("alert").inner_text()
    assert page.locator(".list-title").count() == 1


# What is written, where it is too faint on what lies under it: names on the map on their halo.
FAINT = """() => {
  const parts = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const light = (color) => parts(color).slice(0, 3)
    .map((part) => linear(/^rgb/.test(color) ? part / 255 : part))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const opaque = (color) => (parts(color)[3] ?? 1) > 0.5;
  const under = (node) => {
    const { webkitTextStrokeWidth: halo, webkitTextStrokeColor } = getComputedStyle(node);
    if (parseFloat(halo)) return webkitTextStrokeColor;
    for (let one = node; one; one = one.parentElement) {
      const { backgroundColor } = getComputedStyle(one);
      if (opaque(backgroundColor)) return backgroundColor;
    }
    return getComputedStyle(document.body).backgroundColor;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    const shown = node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    if (!text.data.trim() || !shown || node.closest("script, .unseen, .off")) continue;
    const pair = [getComputedStyle(node).color, under(node)].map(light).sort((a, b) => b - a);
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (contrast < LEAST) found.push(`${node.className}: ${text.data} ${contrast}`);
  }
  return { found, names: document.querySelectorAll(".zone-name").length };
}"""


@pytest.mark.parametrize(
    ("how", "least"),
    [
        ({"forced_colors": "active", "color_scheme": "dark"}, 4.5),
        ({"forced_colors": "active", "color_scheme": "light"}, 4.5),
        ({"contrast": "more"}, 7),
    ],
)
def test_all_that_is_written_stands_out(opened: Any, how: dict[str, str], least: float) -> None:
    page = opened("", **how)
    for link in ("{}", "{zone: 'ferry-road-verges'}", "{zone: null, tool: 'ask'}"):
        page.evaluate(f"Tamas.page.atlas.set({link})")
        seen = idle(page).evaluate(FAINT.replace("LEAST", str(least)))
        assert seen["found"] == []
        assert seen["names"]
    # What is drawn by a background alone is drawn still.
    now = page.locator(".now").evaluate("node => getComputedStyle(node).backgroundColor")
    track = page.locator(".track").evaluate("node => getComputedStyle(node).backgroundColor")
    assert now != track


def test_a_dark_screen_shows_the_same_page(opened: Any) -> None:
    light, dark = (picture(opened("", (720, 450), color_scheme=one)) for one in ("light", "dark"))
    assert differing(light, dark) is None


def test_letters_of_twice_the_size_keep_all(browser: Any, file: Path) -> None:
    letters = "--blink-settings=defaultFontSize=32"
    with browser.browser_type.launch(
        executable_path=str(CHROMIUM), args=[*OFFLINE, letters]
    ) as own:
        page = own.new_page(viewport={"width": 1440, "height": 900})
        page.goto(file.as_uri() + "#lang=ar")
        size = idle(page).locator(".panel-body").evaluate("node => getComputedStyle(node).fontSize")
        assert size == "29px"
        for width, height in ((1440, 900), (820, 1180), (390, 844), (320, 568)):
            found = resized(page, width, height).evaluate(ROOM)
            assert found["share"] >= 0.45
            assert found["beyond"] <= 0
            page.locator(".menu-button").click()
            for tool in page.locator(".tools button").all():
                tool.scroll_into_view_if_needed()
                box = tool.bounding_box()
                assert 0 <= box["y"] <= height - box["height"]
                assert 0 <= box["x"] <= width - box["width"]
            page.locator(".menu-button").click()


TOUCH = """(ends) => {
  const target = document.querySelector(".leaflet-map-pane").parentElement;
  target.dispatchEvent(new PointerEvent("pointerdown", { pointerType: "touch", bubbles: true }));
  const touches = ends.map(([clientX, clientY], identifier) =>
    new Touch({ identifier, target, clientX, clientY }));
  target.dispatchEvent(new TouchEvent("touchmove", { touches, bubbles: true, cancelable: true }));
  const hint = document.querySelector(".gesture-hint.shown");
  return [Tamas.page.atlas.map.dragging.enabled(), hint?.textContent ?? null];
}"""


def test_an_article_keeps_one_finger_and_the_wheel(tabs: Tabs, file: Path) -> None:
    article = file.with_name("article.html")
    article.write_text(f'<p>Words.</p><iframe src="{file.name}#lang=en" width=700 height=500>')
    page = tabs.take(900, 700)
    page.goto(article.as_uri())
    atlas = idle(page.frames[1])
    zoom = "Tamas.page.atlas.map.getZoom()"
    before = atlas.evaluate(zoom)
    page.mouse.move(400, 300)
    page.mouse.wheel(0, -200)
    atlas.locator(".gesture-hint.shown").wait_for(state="attached")
    assert atlas.locator(".gesture-hint").inner_text() == "Hold Ctrl and scroll to zoom the map"
    assert idle(atlas).evaluate(zoom) == before
    ended = "new Promise((done) => Tamas.page.atlas.map.once('zoomend', done))"
    atlas.evaluate(f"() => {{ window.zoomed = {ended}; }}")
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    atlas.evaluate("() => window.zoomed.then(() => null)")
    assert idle(atlas).evaluate(zoom) > before
    assert atlas.evaluate(TOUCH, [[300, 200]]) == [False, "Use two fingers to move the map"]
    assert atlas.evaluate(TOUCH, [[300, 200], [350, 250]]) == [False, None]
    action = "getComputedStyle(document.querySelector('.leaflet-container')).touchAction"
    assert atlas.evaluate(action) == "pan-x pan-y"


def test_a_map_of_its_own_takes_every_gesture(opened: Any, tabs: Tabs, file: Path) -> None:
    assert opened().locator(".gesture-hint").count() == 0
    article = file.with_name("greedy.html")
    article.write_text(f'<iframe src="{file.name}?gesture=greedy" width=700 height=500>')
    page = tabs.take(900, 700)
    page.goto(article.as_uri())
    assert idle(page.frames[1]).locator(".gesture-hint").count() == 0
