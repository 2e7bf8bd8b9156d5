"""Clauses and tallies in the service and the library say what the command says."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from layers.atlas import Atlas
from layers.i18n import translator
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


def test_clauses_and_tallies_are_collections_of_what_a_day_knew(client, real):
    def asked(name: str, **query: str) -> list[dict]:
        found = client.get(f"/collections/{name}/items", params={"limit": "1000", **query}).json()
        return [one["properties"] | {"time": one["time"]} for one in found["features"]]

    known = parse_day("2018-10-11")
    found = asked("clauses", known_by="2018-10-11")
    states = clause_states(real.record, known_by=known)
    assert [(one["id"], one["state"]) for one in found] == [
        (state.clause.id, state.state) for state in states
    ]
    (arms,) = (one for one in found if one["id"] == "sochi-memorandum-2018-p6")
    assert arms["time"] == {"interval": ["2018-09-17", "2018-10-10"]}
    said = zip(arms["report_speakers"], arms["report_outcomes"], strict=True)
    assert ("turkish-defence-ministry", "done") in set(said)
    by_duty = asked("clauses", duty="withdraw")
    assert {one["duty"] for one in by_duty} == {"withdraw"}
    text = "A_CONTAINS(report_speakers, ('sohr'))"
    assert {one["id"] for one in asked("clauses", filter=text)} == {
        state.clause.id
        for state in clause_states(real.record)
        if any(report.speaker == "sohr" for report in state.reports)
    }
    counts = asked("tallies", known_by="2018-10-11")
    assert [one["id"] for one in counts] == [
        item["id"] for item in tallies(real.record, known_by=known)
    ]


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("name", ["clauses", "tallies"])
def test_their_pages_say_what_each_is(client, real, name, lang):
    translated = translator(lang, real.record)
    page = client.get(f"/collections/{name}/items", params={"f": "html", "lang": lang}).text
    key = "clause_state.contested" if name == "clauses" else "tally_unit.attack"
    assert translated.gettext(key) in page
    item = client.get(f"/collections/{name}/items?limit=1").json()["features"][0]["id"]
    assert client.get(f"/collections/{name}/items/{item}?f=html&lang={lang}").status_code == 200
