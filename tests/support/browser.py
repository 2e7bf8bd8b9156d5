"""Debian's Chromium for the tests of the page, cut off from the network."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from itertools import zip_longest
from pathlib import Path
from typing import Any
from weakref import WeakSet

import pytest
from PIL import Image, ImageChops

CHROMIUM = Path("/usr/bin/chromium")
# The rule keeps the browser itself off the network: pytest-socket does not bind it.
OFFLINE = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@contextmanager
def chromium() -> Iterator[Any]:
    """Yield the browser; its absence fails in CI and is said aloud elsewhere."""
    if not CHROMIUM.exists():
        message = f"NOT TESTED: the page in a browser, because {CHROMIUM} is missing"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with _reading_what_stands(), sync_playwright() as play:
        made = play.chromium.launch(executable_path=str(CHROMIUM), args=OFFLINE)
        yield made
        made.close()


class Tabs:
    """Tabs of one window, used again by one test after another.

    A new tab starts a process, which costs four times the processor time of opening the page. A tab
    that is given back leaves its page, and hears and answers nothing more; what the browser stores
    (cookies and the like) is cleared.
    """

    def __init__(self, browser: Any) -> None:
        self._context = browser.new_context()
        self._free: list[Any] = []
        self._taken: list[Any] = []
        # A clock cannot be put back.
        self._spent: set[Any] = set()
        self._heard: list[tuple[Any, str, Callable[[Any], None]]] = []

    def take(
        self,
        width: int = 1280,
        height: int = 800,
        *,
        motion: str = "reduce",
        clock: bool = False,
    ) -> Any:
        """Return an empty tab whose window has a size in pixels, its clock in the test's hand."""
        tab = self._free.pop() if self._free and not clock else self._context.new_page()
        self._taken.append(tab)
        tab.bring_to_front()
        if clock:
            tab.clock.install()
            self._spent.add(tab)
        _resize(tab, width, height)
        tab.emulate_media(
            media="null",
            color_scheme="null",
            forced_colors="null",
            contrast="null",
            reduced_motion=motion,
        )
        return tab

    def hear(self, tab: Any, event: str, handler: Callable[[Any], None]) -> None:
        """Call a function at each event of a tab until it is given back."""
        tab.on(event, handler)
        self._heard.append((tab, event, handler))

    def give_back(self) -> None:
        """Take all tabs back."""
        for tab, event, handler in self._heard:
            tab.remove_listener(event, handler)
        for tab in self._taken:
            tab.unroute_all()
            # Out of the window, so that nothing of the next page is pointed at.
            tab.mouse.move(-9, -9)
            tab.goto("about:blank")
        for tab in self._spent:
            tab.close()
        self._context.clear_cookies()
        self._free += [tab for tab in self._taken if tab not in self._spent]
        self._taken, self._heard, self._spent = [], [], set()


# Ten times what a page took to stand on two cores under a load of ten.
PATIENCE_MS = 120_000
# Two frames let a change from outside, of the window or by a call, reach the page first. A page of
# others says nothing of itself, and one that plays goes on until it is told to stop.
STANDS = """(given) => {
  given.frames -= 1;
  const { idle } = document.documentElement.dataset;
  const goesOn = () => idle === undefined || globalThis.Tamas?.page?.atlas?.state.playing;
  return given.frames < 0 && (idle === "yes" || (!given.strictly && goesOn()));
}"""


_standing: WeakSet[Any] = WeakSet()


def idle(page: Any, *, strictly: bool = True) -> Any:
    """Return the page once it says that it stands; see `layers/web/page/js/activity.js`."""
    # Chromium gives a tab behind another about one frame a second.
    getattr(page, "page", page).bring_to_front()  # of a frame, too
    page.wait_for_function(STANDS, arg={"frames": 2, "strictly": strictly}, timeout=PATIENCE_MS)
    _standing.add(page)
    return page


# What a test does, and what it reads of a page: between the two the page stands, in every test.
ACTS = {
    "Keyboard": ("insert_text", "press", "type"),
    "Locator": ("check", "click", "dblclick", "drag_to", "evaluate", "fill", "focus", "hover",
                "press", "select_option", "set_checked", "tap", "type", "uncheck"),
    "Mouse": ("click", "dblclick", "down", "move", "up", "wheel"),
    "Page": ("evaluate", "go_back", "go_forward", "goto", "reload"),
}  # fmt: skip
READS = {
    "Locator": ("all", "all_inner_texts", "all_text_contents", "aria_snapshot", "bounding_box",
                "count", "evaluate", "evaluate_all", "get_attribute", "inner_html", "inner_text",
                "input_value", "is_checked", "is_hidden", "is_visible", "text_content"),
    "Page": ("content", "evaluate", "screenshot", "title"),
}  # fmt: skip


@contextmanager
def _reading_what_stands() -> Iterator[None]:
    """Let what reads a page wait until it stands, if anything was done since it last stood."""
    from playwright import sync_api

    def stand(read: Any) -> None:
        page = getattr(read, "page", read)
        if page not in _standing:
            idle(page, strictly=False)

    def act(_: Any) -> None:
        _standing.clear()

    with pytest.MonkeyPatch.context() as patch:
        for first, methods in ((act, ACTS), (stand, READS)):
            for name, of_name in methods.items():
                kind = getattr(sync_api, name)
                for method in of_name:
                    patch.setattr(kind, method, _after(first, getattr(kind, method)))
        yield


def _after(first: Callable[[Any], None], method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(self: Any, *args: Any, **options: Any) -> Any:
        first(self)
        return method(self, *args, **options)

    return call


def resized(page: Any, width: int, height: int) -> Any:
    """Return the page once it stands in a window of another size, in pixels."""
    _resize(page, width, height)
    return idle(page)


def _resize(page: Any, width: int, height: int) -> None:
    # Playwright goes on when the browser has been told; the page may hear of it some frames later.
    _standing.clear()
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function(
        "([width, height]) => innerWidth === width && innerHeight === height",
        arg=[width, height],
        timeout=PATIENCE_MS,
    )


def scene(page: Any) -> dict[str, list[str]]:
    """Return all that the page decides: its elements with attributes and words, and their boxes."""
    idle(page)
    return dict(page.evaluate(SCENE))


def unlike(one: dict[str, list[str]], other: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Return what differs between two scenes, as it was and as it is; boxes after elements."""
    return [
        (was, now)
        for part in ("markup", "boxes")
        for was, now in zip_longest(one[part], other[part], fillvalue="")
        if was != now
    ]


# Chromium gives boxes in 64ths of a pixel.
SCENE = """() => {
  const all = [...document.querySelectorAll("body, body *:not(script)")];
  return {
    markup: all.map((node) => `${node.cloneNode().outerHTML}${[...node.childNodes].map(
      (child) => (child.nodeType === Node.TEXT_NODE ? child.data : "")).join("|")}`),
    boxes: all.map((node) => {
      const { x, y, width, height } = node.getBoundingClientRect();
      return `${node.tagName} ${x} ${y} ${width} ${height}`;
    }),
  };
}"""


def picture(page: Any) -> Image.Image:
    """Return a picture of the page once it stands."""
    idle(page)
    return Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")


# Chromium rasters a part of the page that was drawn before anew at another fraction of a pixel, so
# dotted lines, hatches and the rims of letters differ: seen up to 12 of 255 where `scene` is equal.
FAINT = 24


def differing(one: Image.Image, other: Image.Image) -> tuple[int, int, int, int] | None:
    """Return the box (left, top, right, bottom; pixels) in which two pictures differ to the eye."""
    assert one.size == other.size
    bands = ImageChops.difference(one, other).split()
    most = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return most.point(lambda level: 255 if level > FAINT else 0).getbbox()
