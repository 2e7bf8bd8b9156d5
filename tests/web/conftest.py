"""What the tests of the page and the site share: each atlas's site, written once a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from layers.web.site import write_site
from tests.support.site_links import QUICK


@pytest.fixture(scope="session")
def second_site(second, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "second"
    write_site(second, folder, **QUICK)
    return folder


@pytest.fixture(scope="session")
def real_site(real, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "real"
    write_site(real, folder, **QUICK)
    return folder
