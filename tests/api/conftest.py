"""The service of the real record, in the process of the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api import snapshot
from api.app import create_app
from layers.settings import Settings
from tests.support.atlases import drawn, seen


@pytest.fixture(scope="session", autouse=True)
def records() -> Iterator[None]:
    """Every service of these tests takes a record that was read and drawn before as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshot, "load", lambda folder: drawn(seen(folder)))
        yield


@pytest.fixture(scope="session")
def client() -> TestClient:
    return TestClient(create_app(Settings(access_log=False)))
