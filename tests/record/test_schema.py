"""The JSON Schemas of the seed files: those committed are those of the model, and files fit."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from jsonschema import Draft202012Validator

from layers.record.schema import schemas, write
from layers.record.strict_yaml import load
from layers.settings import BUNDLED_SEEDS
from tests.support.atlases import ATLASES, SECOND, swap
from tests.support.languages import OURS

SCHEMAS = BUNDLED_SEEDS / "schema"
NAMED = re.compile(r"# yaml-language-server: \$schema=(\S+/(\w+)\.schema\.json)$")
FILES = {
    f"{atlas}/{path.relative_to(root).as_posix()}": path
    for atlas, root in ATLASES.items()
    for path in sorted(root.rglob("*.yaml"))
}


@pytest.fixture(scope="module")
def validators() -> dict[str, Draft202012Validator]:
    return {
        path.name: Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))
        for path in SCHEMAS.iterdir()
    }


def test_the_committed_schemas_are_those_of_the_model(tmp_path):
    write(tmp_path, OURS)
    made = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert made == schemas(OURS)
    kept = {path.name: path.read_text(encoding="utf-8") for path in SCHEMAS.iterdir()}
    assert kept == made, "run: make schema"


@pytest.mark.parametrize("name", schemas(OURS))
def test_each_schema_is_one(name):
    Draft202012Validator.check_schema(json.loads(schemas(OURS)[name]))


@pytest.mark.parametrize("name", FILES)
def test_a_seed_file_names_its_schema_and_fits_it(name, validators):
    path = FILES[name]
    text = path.read_text(encoding="utf-8")
    named = NAMED.match(text.splitlines()[0])
    assert named, f"the first line must name the schema: {text.splitlines()[0]}"
    schema = (path.parent / named[1]).resolve()
    assert schema == SCHEMAS / schema.name
    wanted = path.stem if path.parent in ATLASES.values() else path.parent.name.rstrip("s")
    assert named[2] in (wanted, f"{wanted}s")
    faults = [error.message for error in validators[schema.name].iter_errors(load(text))]
    assert faults == []


SPOILED = {
    "an unknown field": swap("zones/lantern-waters.yaml", "layer:", "colour: red\nlayer:"),
    "an unknown recipe": swap("zones/lantern-waters.yaml", "op: disc", "op: disk"),
    "a negative distance": swap("zones/calm-area.yaml", "bulge_km: 5", "bulge_km: -5"),
    "no claims": swap("zones/oone-station.yaml", "[harbour-gazette-05]", "[]"),
    "an unknown status": swap("zones/oone-station.yaml", "in_effect", "going_on"),
    "a missing name": swap("zones/oone-station.yaml", "names:", "nams:"),
}


@pytest.mark.parametrize("what", SPOILED)
def test_an_editor_sees_what_the_check_would_refuse(tmp_path, what, validators):
    seeds = shutil.copytree(SECOND, tmp_path / "seeds")
    SPOILED[what](seeds)
    changed = [
        path
        for path in (seeds / "zones").iterdir()
        if path.read_bytes() != (SECOND / "zones" / path.name).read_bytes()
    ]
    (path,) = changed
    data = load(path.read_text(encoding="utf-8"))
    assert list(validators["zone.schema.json"].iter_errors(data))
