"""Debian's Chromium for the tests of the page, cut off from the network."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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

    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=str(CHROMIUM), args=OFFLINE)
        yield made
        made.close()


def settle(page: Any, *, tries: int = 200, still: int = 5) -> None:
    """Wait until the letters are there and the map and its names have stood still for a while.

    Letters come in waves: a name asks for a weight when it is first drawn, is placed in what
    there is, and placed again when its own letters have come.
    """
    before, same = None, 0
    for _ in range(tries):
        page.evaluate(FRAMES)
        now = page.evaluate(STANDS)
        same = same + 1 if now == before and now[0] == "loaded" else 0
        if same == still:
            return
        before = now
        page.wait_for_timeout(40)
    pytest.fail(f"the page never came to rest: {before}")


STANDS = """[document.fonts.status, document.querySelector(".names")?.innerHTML,
  document.querySelector(".leaflet-map-pane")?.style.transform]"""


def until(page: Any, holds: str, arg: Any = None, *, tries: int = 300) -> None:
    """Wait until an expression holds; the page's policy forbids Playwright's own such wait."""
    for _ in range(tries):
        if page.evaluate(holds, arg):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never came to hold: {holds}")


FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def picture(page: Any, *, tries: int = 40) -> Image.Image:
    """Return a picture of the page once it is still: two in a row are equal.

    A fixed wait would be a race with a busy machine, which may need seconds for a frame.
    """
    settle(page)
    before = b""
    for _ in range(tries):
        now = page.screenshot(animations="disabled")
        if now == before:
            return Image.open(io.BytesIO(now)).convert("RGB")
        before = now
        page.wait_for_timeout(100)
    pytest.fail(f"the page still changed after {tries} pictures")


# Chromium may paint a dotted line again at another part of a pixel: seen up to 12 of 255.
FAINT = 24


def differing(one: Image.Image, other: Image.Image) -> tuple[int, int, int, int] | None:
    """Return the box (left, top, right, bottom; pixels) in which two pictures differ to the eye."""
    assert one.size == other.size
    bands = ImageChops.difference(one, other).split()
    most = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return most.point(lambda level: 255 if level > FAINT else 0).getbbox()
