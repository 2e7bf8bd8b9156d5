"""A record and requests full of attacks: the service's pages show them as text."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from layers.settings import Settings
from layers.web.json_script import json_script
from tests.support.page_data import HOSTILE
from tests.support.site_links import Read, parse_page
from tests.web.test_hostile import hostile  # noqa: F401  # a fixture

FILTER = "CASEI(name_en) = '<script>window.hurt=1</script>{{ 7*7 }}{% raw %}\"\u2028'"


@pytest.fixture
def pages(hostile) -> TestClient:
    client = TestClient(create_app(Settings(seeds=hostile, access_log=False)))
    client.headers["accept"] = "text/html"
    return client


def shown(client: TestClient, path: str, **given: str) -> Read:
    """Return a page, which holds nothing that runs or loads, and no text that was evaluated."""
    answer = client.get(path, params=given)
    assert answer.status_code == 200, path
    page = parse_page(answer.text)
    linked = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', answer.text, re.DOTALL
    )
    assert page.scripts == len(linked), path
    for block in linked:
        json.loads(block)
    assert page.events == []
    assert page.styled == []
    assert "<img" not in answer.text
    for tag, address in page.links:
        assert address.startswith(("http://testserver/", "https://")), (path, tag, address)
    return page


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_every_page_of_a_hostile_record_shows_it_as_text(pages, lang) -> None:
    collections = pages.get("/collections", params={"f": "json"}).json()["collections"]
    assert len(collections) > 3
    for path in ("/api", "/collections", "/conformance", "/docs"):
        shown(pages, path, lang=lang)
    for one in collections:
        path = f"/collections/{one['id']}"
        assert HOSTILE[0] in shown(pages, path, lang=lang).text
        shown(pages, f"{path}/queryables", lang=lang)
        listed = shown(pages, f"{path}/items", lang=lang).text
        found = pages.get(f"{path}/items", params={"f": "json", "limit": "1"}).json()["features"]
        if not found:  # a record without clauses has none
            continue
        item = shown(pages, f"{path}/items/{found[0]['id']}", lang=lang).text
        for payload in HOSTILE[:5]:
            assert payload in listed, path
            assert payload in item, path


def test_what_a_request_says_comes_back_as_text(pages) -> None:
    path = "/collections/places/items"
    page = shown(pages, path, filter=FILTER, lang="en")
    asked = [parse_qs(urlsplit(address).query).get("filter") for _, address in page.links]
    assert [FILTER] in asked
    refused = pages.get(path, params={"filter": "<script>alert(1)</script>"})
    assert refused.status_code == 400
    assert refused.headers["content-type"] == "application/problem+json"


def test_json_in_a_script_cannot_leave_it() -> None:
    value = {"</script><!--": ["\u2028\u2029", "&amp;", *HOSTILE]}
    text = json_script(value)
    assert json.loads(text) == value
    assert not set(text) & set("<>&\u2028\u2029")
