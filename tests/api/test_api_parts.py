"""What later parts add: schemas, sorting, a choice of properties, JSON-FG by its profile."""

from __future__ import annotations

import csv
import io

import jsonschema
import pytest

from layers.record.model import OF_RECORD

NAMES = ("m4-corridor", "idlib-zone", *OF_RECORD)


def asked(client, name: str, **query: str) -> list[dict]:
    answer = client.get(f"/collections/{name}/items", params={"limit": "10000", **query})
    assert answer.status_code == 200, answer.text
    return answer.json()["features"]


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_says_what_each_feature_is(client, name) -> None:
    answer = client.get(f"/collections/{name}/schema")
    assert answer.headers["content-type"] == "application/schema+json"
    schema = answer.json()
    assert schema["$id"] == f"http://testserver/collections/{name}/schema"
    jsonschema.Draft202012Validator.check_schema(schema)
    held = jsonschema.Draft202012Validator(schema)
    for one in asked(client, name):
        known = {key: value for key, value in one["properties"].items() if value is not None}
        held.validate(known)
    (link,) = (
        one for one in client.get(f"/collections/{name}").json()["links"]
        if one["rel"] == "http://www.opengis.net/def/rel/ogc/1.0/schema"
    )  # fmt: skip
    assert link["href"] == schema["$id"]


def test_roles_name_the_id_the_geometry_and_both_ends_of_the_time(client) -> None:
    for name, ends in (
        ("m4-corridor", ("valid_from", "valid_to")),
        ("claims", ("date_from", "date_to")),
        ("places", ()),
        ("clauses", ("from_day", "by_day")),
        ("tallies", ("first_day", "last_day")),
    ):
        found = client.get(f"/collections/{name}/schema").json()["properties"]
        roles = {one["x-ogc-role"]: key for key, one in found.items() if "x-ogc-role" in one}
        assert (roles.pop("id"), roles.pop("primary-geometry")) == ("id", "geometry")
        assert tuple(roles[role] for role in sorted(roles, reverse=True)) == ends
        places = sorted(one["x-ogc-propertySeq"] for one in found.values())
        assert places == list(range(1, len(found) + 1))
    codes = client.get("/collections/m4-corridor/schema").json()["properties"]["track"]["enum"]
    assert codes == ["paper", "practice"]


def test_references_resolve(client) -> None:
    found = client.get("/collections/m4-corridor/schema").json()["properties"]
    refers = found["claim_ids"]["items"]
    assert refers["x-ogc-role"] == "reference"
    for key in asked(client, "m4-corridor")[0]["properties"]["claim_ids"]:
        path = f"/collections/{refers['x-ogc-collectionId']}/items/{key}"
        assert client.get(path).json()["id"] == key


@pytest.mark.parametrize(
    ("name", "text", "keys"),
    [
        ("m4-corridor", "valid_from", [("valid_from", False)]),
        ("m4-corridor", "-valid_to,status", [("valid_to", True), ("status", False)]),
        ("places", "rank,-name_en", [("rank", False), ("name_en", True)]),
        ("claims", "+date_from,-id", [("date_from", False), ("id", True)]),
        ("claims", "-hedged", [("hedged", True)]),
    ],
)
def test_items_come_in_the_order_asked_for_those_without_a_value_last(
    client, name, text, keys
) -> None:
    expected = asked(client, name)
    for key, falling in reversed(keys):  # a sort is stable, so the last key goes first
        none = [one for one in expected if one["properties"][key] is None]
        groups: dict = {}
        for one in expected:
            groups.setdefault(one["properties"][key], []).append(one)
        groups.pop(None, None)
        some = [one for value in sorted(groups, reverse=falling) for one in groups[value]]
        expected = some + none
    found = asked(client, name, sortby=text)
    assert [one["id"] for one in found] == [one["id"] for one in expected]
    page = asked(client, name, sortby=text, limit="2", offset="1")
    assert [one["id"] for one in page] == [one["id"] for one in expected[1:3]]


def test_only_the_properties_asked_for_come(client) -> None:
    for name, text in (("m4-corridor", "status,valid_from"), ("claims", "hedged")):
        keys = set(text.split(","))
        for query in ({}, {"f": "jsonfg"}):
            plain = asked(client, name, **query)
            for one, whole in zip(
                asked(client, name, properties=text, **query), plain, strict=True
            ):
                assert one["properties"] == {key: whole["properties"][key] for key in keys}
                assert {**one, "properties": None} == {**whole, "properties": None}
    answer = client.get("/collections/m4-corridor/items?f=csv&properties=status")
    assert next(csv.reader(io.StringIO(answer.text))) == ["status", "geometry"]
    named = asked(client, "places", properties="name", lang="ar", limit="1")
    assert named[0]["properties"].keys() == {"name"}


@pytest.mark.parametrize(
    "query", ["sortby=nothing", "sortby=claim_ids", "sortby=", "sortby=--id", "properties=nothing"]
)
def test_what_there_is_not_cannot_be_sorted_or_chosen(client, query) -> None:
    answer = client.get(f"/collections/m4-corridor/items?{query}")
    assert (answer.status_code, answer.json()["parameter"]) == (400, query.partition("=")[0])


@pytest.mark.parametrize(
    "accept",
    [
        "application/geo+json;profile=jsonfg",
        'application/geo+json; profile="jsonfg"',
        "application/vnd.ogc.fg+json",
    ],
)
def test_json_fg_is_a_profile_of_geojson_and_its_old_type_is_answered(client, accept) -> None:
    for path in ("/collections/m4-corridor/items", "/collections/places/items/idlib"):
        answer = client.get(path, headers={"accept": accept})
        assert answer.headers["content-type"] == "application/geo+json;profile=jsonfg"
        body = answer.json()
        assert body["conformsTo"]
        assert client.get(body["featureSchema"]).json()["properties"]
    plain = client.get(path, headers={"accept": "application/geo+json"})
    assert plain.headers["content-type"] == "application/geo+json"
