"""What the tests of the page and the site share: each atlas's site, written once a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.site_links import built


@pytest.fixture(scope="session")
def second_site(second, tmp_path_factory) -> Path:
    return built("second", second, tmp_path_factory)


@pytest.fixture(scope="session")
def real_site(real, tmp_path_factory) -> Path:
    return built("real", real, tmp_path_factory)
