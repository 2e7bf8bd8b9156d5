"""The OpenAPI document holds: it is valid, whole, and what it does not say does not happen."""

from __future__ import annotations

import json
import os
from collections import Counter

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, settings
from openapi_spec_validator import OpenAPIV30SpecValidator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from api import snapshot
from api.app import OPERATIONS, create_app
from api.item_query import COMMON, FILTERS, item_parameters
from api.params import PARAMS
from layers.record.model import OF_RECORD
from layers.settings import Settings
from tests.support.atlases import drawn, seen

# `make soak` sets how many requests an operation gets; here it is a short run.
EXAMPLES = int(os.environ.get("TAMAS_FUZZ", "8"))
LEAST = 20_000
# An operation without parameters has few different requests.
FEWEST = 15
SENT: Counter[str] = Counter()
WALK, WALKS = "along the links", 200
FOLLOWED: Counter[str] = Counter()
# Made while tests are collected: the record is drawn once for these and all others.
with pytest.MonkeyPatch.context() as patch:
    patch.setattr(snapshot, "load", lambda folder: drawn(seen(folder)))
    APP = create_app(Settings(access_log=False))
# Of the default ones that apply here, `positive_data_acceptance` is left out: a schema cannot say
# that a day lies in the record, a point in the atlas, a property in the collection that is asked.
CHECKS = (
    not_a_server_error,
    negative_data_rejection,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


@pytest.fixture(scope="module")
def document() -> dict:
    return TestClient(APP).get("/openapi.json").json()


def test_the_document_is_valid_openapi_3_0(document) -> None:
    OpenAPIV30SpecValidator(document).validate()
    assert document["openapi"].startswith("3.0")


def test_no_reference_leaves_the_document(document) -> None:
    def references(node):
        if isinstance(node, dict):
            if "$ref" in node:
                yield node["$ref"]
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    found = list(references(document))
    assert found
    assert all(reference.startswith("#/components/") for reference in found)


def test_every_parameter_in_the_table_is_documented_somewhere(document) -> None:
    tables = APP.state.current.snapshot.tables.values()
    named = {
        parameter["name"]
        for verbs in document["paths"].values()
        for operation in verbs.values()
        for parameter in parameters(document, operation)
    }
    asked = {
        one["name"]
        for one in parameters(
            document, document["paths"]["/collections/{collectionId}/items"]["get"]
        )
    }
    assert set(PARAMS) <= named
    assert {name for table in tables for name in item_parameters(table)} <= asked
    fixed = {*COMMON, *FILTERS, "on", "known_by", "reading"}
    assert not any(fixed & table.columns.keys() for table in tables)


def parameters(document: dict, operation: dict) -> list[dict]:
    """The parameters of an operation, references followed."""
    shared = document["components"]["parameters"]
    return [
        shared[one["$ref"].removeprefix("#/components/parameters/")] if "$ref" in one else one
        for one in operation["parameters"]
    ]


def test_every_parameter_documented_is_accepted(document) -> None:
    client = TestClient(APP)
    for path, verbs in document["paths"].items():
        for parameter in parameters(document, verbs["get"]):
            if parameter["in"] == "query":
                names = ("m4-corridor", *OF_RECORD) if "{collectionId}" in path else ("",)
                where = [path.format(collectionId=name, featureId="x") for name in names]
                assert any(accepted(client, one, parameter["name"]) for one in where)


def accepted(client: TestClient, where: str, parameter: str) -> bool:
    answer = client.get(where, params={parameter: "\u0000"})
    return answer.status_code != 400 or "is no parameter" not in answer.json()["detail"]


def test_operations_have_unique_names() -> None:
    names = [operation.operation_id for operation in OPERATIONS]
    assert len(names) == len(set(names))


SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", APP)


def checks(case) -> list:
    """The checks of a request: OGC's Features forbids an error where `limit` is over its maximum,
    which the document must state all the same."""
    limit = str((case.query or {}).get("limit", ""))
    over = limit.isdecimal() and int(limit[:9]) > 10_000
    return [check for check in CHECKS if not (over and check is negative_data_rejection)]


@pytest.fixture
def sent():
    """Count the requests of one operation, which must not be fewer than asked for."""
    before = SENT.total()
    yield SENT
    assert SENT.total() - before >= min(EXAMPLES, FEWEST)


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_gets_an_answer_that_is_not_documented(case, sent) -> None:
    case.call_and_validate(checks=checks(case))
    sent[case.operation.label] += 1


class Walk(SCHEMA.as_state_machine()):
    """Requests that follow one another along the links of the document."""

    def validate_response(self, response, case, *_, **__) -> None:
        case.validate_response(response, checks=checks(case))
        SENT[WALK] += 1
        if (followed := self.recorder.cases[case.id]).is_transition_applied:
            FOLLOWED[followed.transition.id] += 1


def test_requests_along_the_links_get_answers_that_are_documented() -> None:
    Walk.run(
        settings=settings(
            max_examples=min(EXAMPLES, WALKS),
            stateful_step_count=6,
            deadline=None,
            phases=[Phase.generate],
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
    )
    assert FOLLOWED
    machine = Walk._transitions.operations
    items = {link.name for link in machine["GET /collections/{collectionId}/items"].outgoing}
    assert {"getFeature", "getFeatures"} <= items
    assert machine["GET /collections"].outgoing


def test_as_many_requests_were_sent_as_the_soak_claims(document, request, capsys) -> None:
    if EXAMPLES < LEAST // 20:
        pytest.skip("a total is claimed of `make soak` alone; each operation is counted above")
    if request.session.testsfailed:
        pytest.skip("the requests were not all sent")
    with capsys.disabled():
        print(f"\n{SENT.total()} requests sent to {len(SENT) - 1} operations and {WALK} "
              f"({min(SENT.values())} to {max(SENT.values())} each)")  # fmt: skip
    assert len(SENT) == sum(len(verbs) for verbs in document["paths"].values()) + 1
    assert SENT.total() >= LEAST


def test_health_and_dataset_are_json() -> None:
    client = TestClient(APP)
    for path in ("/health", "/?f=jsonld"):
        assert json.loads(client.get(path).content)
