"""The OpenAPI document and the answers against OGC's published building blocks of Part 1.

`tests/vendor/ogcapi-features-1.yaml` is OGC's file as published, under OGC's licence beside it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import yaml
from openapi_schema_validator import OAS30Validator

VENDOR = Path(__file__).parents[1] / "vendor"
COMPONENTS = yaml.safe_load((VENDOR / "ogcapi-features-1.yaml").read_text("utf-8"))["components"]


@pytest.fixture(scope="module")
def ours(client) -> dict:
    return client.get("/openapi.json").json()["components"]["parameters"]


def test_the_files_are_those_of_the_manifest() -> None:
    for entry in json.loads((VENDOR / "manifest.json").read_text("utf-8"))["files"]:
        data = (VENDOR / entry["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry["sha256"], entry["file"]


def differences(theirs: dict, ours: dict, where: str = "") -> list[str]:
    """What OGC's fragment says and ours does not; words and limits of size are the server's."""
    found = []
    for key, value in theirs.items():
        if key in ("description", "default", "maximum"):
            continue
        if isinstance(value, dict):
            found += differences(value, ours.get(key, {}), f"{where}{key}.")
        elif ours.get(key) != value:
            found.append(f"{where}{key}: {value!r}, not {ours.get(key)!r}")
    return found


@pytest.mark.parametrize("name", COMPONENTS["parameters"])
def test_a_parameter_is_the_published_fragment(ours, name) -> None:
    assert differences(COMPONENTS["parameters"][name], ours[name]) == []
    if name == "limit":
        assert {"default", "maximum"} <= ours[name]["schema"].keys()


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/?f=json", "landingPage"),
        ("/conformance", "confClasses"),
        ("/collections", "collections"),
        ("/collections/m4-corridor", "collection"),
        ("/collections/m4-corridor/items", "featureCollectionGeoJSON"),
        ("/collections/claims/items?limit=10000", "featureCollectionGeoJSON"),
        ("/collections/places/items/idlib", "featureGeoJSON"),
    ],
)
def test_an_answer_is_valid_by_the_published_schema(client, path, schema) -> None:
    whole = {"$ref": f"#/components/schemas/{schema}", "components": COMPONENTS}
    answer = client.get(path).json()
    if "features" in answer:  # RFC 7946 has features without a place, OGC's fragment has not
        answer["features"] = [one for one in answer["features"] if one["geometry"]]
        assert answer["features"]
    errors = OAS30Validator(whole).iter_errors(answer)
    assert [f"{list(error.path)}: {error.message[:200]}" for error in errors] == []


def test_the_published_schema_refuses_what_is_none() -> None:
    whole = {"$ref": "#/components/schemas/landingPage", "components": COMPONENTS}
    assert list(OAS30Validator(whole).iter_errors({"title": "no links"}))
