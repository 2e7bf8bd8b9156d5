"""The service: the page, the data as the command gives them, errors that name the parameter."""

from __future__ import annotations

import json
import re

import pytest
from fastapi.testclient import TestClient

from api import about, batch, features, pages, queries
from api.app import create_app
from layers.record.model import OF_RECORD
from layers.settings import Settings
from tests.support.atlases import SECOND, tamas


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app())


@pytest.fixture(scope="module")
def other() -> TestClient:
    return TestClient(create_app(Settings(seeds=SECOND)))


def test_two_records_live_in_one_process(client, other) -> None:
    assert "m4-corridor" in client.get("/collections").text
    assert "m4-corridor" not in other.get("/collections").text


def test_collections_are_the_layers_in_order_then_lists_of_the_record(client, real) -> None:
    found = [item["id"] for item in client.get("/collections").json()["collections"]]
    assert found == [*real.record.layers, "places", "claims", "clauses", "tallies"]


def test_items_are_what_a_build_writes(client, tmp_path) -> None:
    assert tamas("build", "--out", tmp_path / "out").returncode == 0
    for item in client.get("/collections").json()["collections"]:
        if item["id"] in OF_RECORD:
            continue
        built = json.loads((tmp_path / "out" / f"{item['id']}.geojson").read_bytes())
        answer = client.get(f"/collections/{item['id']}/items")
        assert answer.headers["content-type"] == "application/geo+json"
        assert answer.json()["features"] == built["features"]
        assert answer.json()["numberMatched"] == len(built["features"])


def test_every_item_can_be_had_by_its_id(client, real) -> None:
    for row in real.rows:
        found = client.get(f"/collections/{row.layer}/items/{row.id}").json()
        assert found["id"] == row.id
        assert found["properties"]["claim_ids"]


def test_items_of_a_day_hold_on_that_day(client) -> None:
    before = client.get("/collections/m4-corridor/items?on=2020-03-04").json()
    after = client.get("/collections/m4-corridor/items?on=2020-03-05").json()
    assert before["features"] == []
    assert {f["properties"]["status"] for f in after["features"]} == {"agreed"}


def test_items_known_by_a_day_leave_out_what_was_said_later(client) -> None:
    path = "/collections/demilitarized-strip/items?on=2019-06-01&known_by="
    statuses = [
        {f["properties"]["status"] for f in client.get(path + day).json()["features"]}
        for day in ("2020-02-05", "2020-02-06")
    ]
    assert "not_implemented" not in statuses[0]
    assert "not_implemented" in statuses[1]


@pytest.mark.parametrize("reading", ["inner", "nominal", "outer"])
def test_items_give_the_shape_of_a_reading(client, reading) -> None:
    found = client.get(f"/collections/m4-corridor/items?reading={reading}").json()
    kinds = {f["geometry"] and f["geometry"]["type"] for f in found["features"]}
    assert ("LineString" in kinds) == (reading == "nominal")


@pytest.mark.parametrize(
    ("lon", "lat", "more"),
    [
        (36.61, 35.80, ["--on", "2020-04-01"]),
        (36.61, 35.80, ["--on", "2020-03-01"]),
        (38.62, 33.51, ["--on", "2018-01-01"]),
        (36.0, 34.0, ["--on", "2020-04-01"]),
        (36.0, 35.5, ["--on", "2020-04-01", "--within", "40"]),
        (36.61, 35.80, ["--on", "2020-02-01", "--known-by", "2020-02-05"]),
    ],
)
def test_at_answers_as_the_command_does(client, lon, lat, more) -> None:
    names = {"--on": "on", "--within": "within", "--known-by": "known_by"}
    query = {names[a]: b for a, b in zip(more[::2], more[1::2], strict=True)}
    answer = client.get("/at", params={"lon": lon, "lat": lat, **query}).json()
    assert answer == json.loads(tamas("at", lon, lat, *more, "--json").stdout)


@pytest.mark.parametrize(
    ("path", "status", "parameter"),
    [
        ("/at?lon=x&lat=1", 400, "lon"),
        ("/at?lon=36", 400, "lat"),
        ("/at?lon=nan&lat=35", 400, "lon"),
        ("/at?lon=36&lat=inf", 400, "lat"),
        ("/at?lon=-6&lat=35", 400, "lon"),
        ("/at?lon=36.6&lat=35.8&on=2020-3-1", 400, "on"),
        ("/at?lon=36.6&lat=35.8&on=2030-01-01", 400, "on"),
        ("/at?lon=36.6&lat=35.8&known_by=soon", 400, "known_by"),
        ("/at?lon=36.6&lat=35.8&within=-1", 400, "within"),
        ("/at?lon=36.6&lat=35.8&day=2020-03-01", 400, "day"),
        ("/collections?x=1", 400, "x"),
        ("/collections/m4-corridor/items?reading=best", 400, "reading"),
        ("/?lang=fr", 400, "lang"),
        ("/?on=1999-01-01", 400, "on"),
        ("/collections/none/items", 404, None),
        ("/collections/m4-corridor/items/none", 404, None),
        ("/assets/none.js", 404, None),
        ("/nowhere", 404, None),
    ],
)
def test_errors_are_problem_documents_that_name_the_parameter(
    client, path, status, parameter
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json().get("parameter") == parameter
    assert "Traceback" not in answer.text


def test_a_method_that_is_not_offered_is_a_problem_document(client) -> None:
    answer = client.delete("/collections")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert "GET" in answer.headers["allow"]


def test_the_page_comes_in_both_languages_with_a_policy(client) -> None:
    for lang in ("en", "ar"):
        answer = client.get("/", params={"lang": lang})
        assert f'<html lang="{lang}"' in answer.text
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_day_in_the_address_becomes_the_page_on_that_day(client) -> None:
    answer = client.get("/?on=2018-09-20&lang=ar", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "./?lang=ar#on=2018-09-20&lang=ar"


def test_everything_the_page_names_is_served(client) -> None:
    page = client.get("/", headers={"accept": "text/html"}).text
    names = set(re.findall(r'(?:src|href)="(assets/[^"]+)"', page))
    assert names
    for name in names:
        assert client.get(f"/{name}").status_code == 200
    assert set(client.get("/map/data.json").json()) >= {"rows", "shapes", "geometries", "zones"}
    assert set(client.get("/map/rest.json").json()) >= {"claims", "sources", "geometries", "zones"}


def test_a_body_seen_before_is_not_sent_again(client) -> None:
    first = client.get("/map/data.json")
    tag = first.headers["etag"]
    again = client.get("/map/data.json", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    plain = client.get("/map/data.json", headers={"accept-encoding": "identity"})
    assert plain.headers["etag"] != tag
    assert plain.json() == first.json()


def test_the_openapi_document_names_every_route(client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert set(paths) == {
        re.sub(":path}", "}", route.path)
        for part in (about, batch, features, pages, queries)
        for route in part.router.routes
        if not route.path.startswith(("/assets", "/map", "/try"))
    }
