"""Debian's Chromium for the tests of the page, cut off from the network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

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
