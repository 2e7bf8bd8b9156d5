"""Clauses and tallies in the service and the library say what the command says."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from layers.atlas import Atlas
from layers.query.clauses import clause_states
from layers.query.tallies import tallies
from layers.record.dates import parse_day


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app())


def test_clauses_of_a_day(client, real):
    body = client.get("/clauses", params={"on": "2018-10-16"}).json()
    states = clause_states(real.record, on=parse_day("2018-10-16"))
    assert body["clauses"] == [state.as_dict() for state in states]
    assert list(Atlas(real).clauses(on="2018-10-16")["state"]) == [one.state for one in states]


def test_tallies(client, real):
    found = tallies(real.record)
    assert client.get("/tallies").json() == found
    assert list(Atlas(real).tallies()["id"]) == [item["id"] for item in found]


@pytest.mark.parametrize("query", ["zone=lost", "actor=lost"])
def test_what_is_not_there_is_not_found(client, query):
    assert client.get(f"/clauses?{query}").status_code == 404


def test_a_deadline_passes_between_two_days(client):
    asked = {"from": "2019-10-29", "to": "2019-10-30"}
    (passed,) = client.get("/diff", params=asked).json()["deadlines_passed"]
    assert (passed["id"], passed["by_day"]) == (
        "sochi-memorandum-2019-p5-withdrawal", "2019-10-29",
    )  # fmt: skip
