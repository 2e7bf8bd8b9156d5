"""The page in frames of any size, with any letters and colours, in somebody's article."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from layers.build.rows import BuiltAtlas
from layers.i18n.catalogue import LANGUAGES
from layers.web.page import render_page
from layers.web.page.data import page_data
from tests.support.browser import idle

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

# Frames of articles, phones held either way, a laptop at 400 and 200 %, 4K and that at 50 %.
SIZES = [
    (80, 60), (320, 240), (360, 225), (320, 568), (390, 844), (700, 500), (720, 450), (750, 342),
    (700, 577), (1000, 400), (1000, 500), (1280, 440), (1100, 577), (820, 1180), (3840, 2160),
    (7680, 4320),
]  # fmt: skip
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
def opened(browser: Any, file: Path) -> Iterator[Any]:
    """A function that opens the atlas; what it throws or writes as an error is kept on the page."""
    contexts = []

    def open_page(link: str = "", size: tuple[int, int] = (1440, 900), **how: Any) -> Any:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", **how
        )
        contexts.append(context)
        page = context.new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda it: it.type == "error" and page.faults.append(it.text))
        page.goto(file.as_uri() + link)
        return idle(page)

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_works_in_a_frame_of_any_size(opened: Any, lang: str) -> None:
    page = opened(f"#lang={lang}", SIZES[-1])
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found = idle(page).evaluate(ROOM)
        assert found["share"] >= 0.45, (width, height, found)
        assert found["free"] >= 0.4, (width, height, found)
        assert found["drawn"], (width, height)
        assert found["beyond"] <= 0, (width, height)
        # The sheet at its other heights, over the same map.
        for _ in range(3 if page.evaluate("Tamas.page.atlas.phone.matches") else 0):
            page.locator(".handle").dispatch_event("click")
            assert idle(page).evaluate(ROOM)["zoom"] == found["zoom"]
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
