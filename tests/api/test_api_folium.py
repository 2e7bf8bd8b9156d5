"""The map of a layer: what its page may load, where it is linked, what it refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from layers.settings import Settings
from tests.support.atlases import SECOND
from tests.support.page_data import HOSTILE
from tests.support.service import serving
from tests.support.site_links import parse_page
from tests.web.test_hostile import hostile  # noqa: F401  # a fixture
from tests.web.test_page import Seen

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
DATA = re.compile(r'<script type="application/json" id="\w+_data">(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(Settings(seeds=SECOND, access_log=False)))


@pytest.fixture(scope="module")
def layers(second) -> list[str]:
    return list(second.record.layers)


def of(layer: str) -> str:
    return f"/collections/{layer}/folium"


def test_every_layer_has_a_map_of_its_zones(client, layers, second) -> None:
    for layer in layers:
        answer = client.get(of(layer))
        assert answer.status_code == 200
        zones = [
            data["zones"] for data in map(json.loads, DATA.findall(answer.text)) if "zones" in data
        ]
        ids = [row["id"] for zone in zones[0] for row in zone["rows"]]
        assert sorted(ids) == sorted(second.of_layer(layer)["id"])


def test_rows_lead_to_their_items(client, layers) -> None:
    found = json.loads(DATA.findall(client.get(of(layers[0])).text)[-1])
    row = found["zones"][0]["rows"][0]
    assert row["link"].startswith("http://testserver/collections/")
    assert client.get(row["link"]).status_code == 200


def test_the_same_question_gives_the_same_bytes(layers) -> None:
    one, other = (
        TestClient(create_app(Settings(seeds=SECOND, access_log=False))).get(of(layers[0]))
        for _ in range(2)
    )
    assert one.content == other.content
    assert one.headers["etag"] == other.headers["etag"]


def test_the_policy_lets_in_nothing_from_elsewhere_and_nothing_unsafe(client, layers) -> None:
    answer = client.get(of(layers[0]))
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self' 'sha256-")
    assert "frame-ancestors *" in policy
    page = parse_page(answer.text)
    assert page.events == []
    assert page.styled == []
    assert all(where.startswith("http://testserver/") for _, where in page.links)


def test_the_links_of_the_page_lead_somewhere(client, layers) -> None:
    page = parse_page(client.get(of(layers[0])).text)
    for where in {where for _, where in page.links}:
        assert client.get(where).status_code == 200, where


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_it_opens_on_the_day_asked_for_in_the_language_asked_for(client, layers, lang) -> None:
    answer = client.get(of(layers[0]), params={"on": "2005-06-01", "lang": lang})
    assert answer.headers["content-language"] == lang
    assert f'<html lang="{lang}"' in answer.text
    assert '"on": "2005-06-01"' in answer.text
    assert client.get(of(layers[0])).headers["etag"] != answer.headers["etag"]


@pytest.mark.parametrize(
    ("path", "status", "parameter"),
    [
        ("/collections/places/folium", 404, None),
        ("/collections/claims/folium", 404, None),
        ("/collections/none/folium", 404, None),
        ("{}?on=1901-01-01", 400, "on"),
        ("{}?on={{{{ 7*7 }}}}", 400, "on"),
        ("{}?lang=xx", 400, "lang"),
        ("{}?f=json", 400, "f"),
        ("{}?bbox=1,2,3,4", 400, "bbox"),
    ],
)
def test_what_it_cannot_show_is_refused_by_name(client, layers, path, status, parameter) -> None:
    answer = client.get(path.format(of(layers[0])))
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json().get("parameter") == parameter


def test_collections_of_zones_link_to_their_map(client, layers) -> None:
    for one in client.get("/collections?f=json").json()["collections"]:
        maps = [link for link in one["links"] if link["rel"] == "preview"]
        assert [link["href"] for link in maps] == (
            [f"http://testserver{of(one['id'])}"] if one["id"] in layers else []
        )
        html = client.get(f"/collections/{one['id']}?f=html").text
        assert (f"{of(one['id'])}?" in html) == (one["id"] in layers)
        assert not any(link["rel"].endswith("map") for link in one["links"])


def test_it_is_documented(client) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/collections/{collectionId}/folium"]
    listed = operation["get"]["parameters"]
    names = {one.get("name") or one["$ref"].rpartition("/")[2] for one in listed}
    assert names == {"collectionId", "on", "lang", "f"}
    assert list(operation["get"]["responses"]["200"]["content"]) == ["text/html"]


def test_it_is_kept_and_not_sent_twice(client, layers) -> None:
    first = client.get(of(layers[0]))
    again = client.get(of(layers[0]), headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
    plain = {"accept-encoding": "identity"}
    length = client.head(of(layers[0]), headers=plain).headers["content-length"]
    assert length == str(len(first.content))


def test_a_hostile_record_stays_text(hostile) -> None:
    client = TestClient(create_app(Settings(seeds=hostile, access_log=False)))
    for one in client.get("/collections?f=json").json()["collections"][:3]:
        text = client.get(of(one["id"])).text
        data = json.loads(DATA.findall(text)[-1])
        assert HOSTILE[0] in data["zones"][0]["names"]["en"]
        assert "{{ 7*7 }}" in text
        assert parse_page(text).events == []
        for tag in ("<img", "<svg onload", "<script>window"):
            assert tag not in text


@pytest.mark.browser
@pytest.mark.enable_socket
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_under_its_policy_the_map_draws_and_asks_this_service_alone(tabs, hostile, lang) -> None:
    with serving(Settings(seeds=hostile, access_log=False)) as address:
        seen = Seen(tabs, motion="no-preference")
        page: Any = seen.page
        page.goto(f"{address}{of('ferry-road')}?lang={lang}")
        page.locator(".leaflet-overlay-pane path[role=button]").first.focus()
        page.keyboard.press("Enter")
        assert HOSTILE[4] in page.locator(".tamas-zone h2").text_content()
        assert page.locator(".tamas-slider input").count() == 1
        assert page.evaluate("window.hurt") is None
        assert (
            page.evaluate(
                f"{AXE}; axe.run().then((found) => found.violations.map((one) => one.id))"
            )
            == []
        )
        assert all(url.startswith((address, "data:")) for url in seen.asked)
        assert seen.faults == []
