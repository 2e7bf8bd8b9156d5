"""The service of the real record, in the process of the tests."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from layers.settings import Settings


@pytest.fixture(scope="session")
def client() -> TestClient:
    return TestClient(create_app(Settings(access_log=False)))
