"""What every test has: the two atlases built, and a copy to spoil."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from layers.build.rows import BuiltAtlas
from layers.settings import BUNDLED_SEEDS
from tests.support.atlases import SECOND, drawn, seen
from tests.support.browser import Tabs, chromium

# A slow machine is no failure, and the same tree gives the same answer each time.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put files with tests of the browser first: these wait most, and workers share out the end."""
    waiting = {item.path for item in items if item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path not in waiting)


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays to the end: it took a fifth of the time to draw."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_unconfigure() -> None:
    gc.unfreeze()


@pytest.fixture(scope="session")
def second() -> BuiltAtlas:
    return drawn(seen(SECOND))


@pytest.fixture(scope="session")
def real() -> BuiltAtlas:
    return drawn(seen(BUNDLED_SEEDS))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, started once for all tests of a process."""
    with chromium() as made:
        yield made


@pytest.fixture(scope="session")
def window(browser: Any) -> Tabs:
    """The window whose tabs the tests take in turn."""
    return Tabs(browser)


@pytest.fixture
def tabs(window: Tabs) -> Iterator[Tabs]:
    """A function's own tabs; see `Tabs`."""
    yield window
    window.give_back()


@pytest.fixture(params=["real", "second"])
def either(request) -> BuiltAtlas:
    """Each of the two atlases in turn, built."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def seeds(tmp_path) -> Path:
    """A copy of the second atlas to spoil."""
    return Path(shutil.copytree(SECOND, tmp_path / "seeds"))
