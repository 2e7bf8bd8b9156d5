"""A data release: complete, described, citable, the same each time, and verified."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import orjson
import pytest
import yaml

from layers.atomic import MANIFEST, manifest_of
from layers.build.rows import READINGS
from layers.errors import ExportError
from layers.formats import FORMATS
from layers.formats.attribution import LEGAL
from layers.formats.csv_ import described_columns
from layers.formats.package import SUMS, check_package, write_package
from layers.formats.package.readme import readme_text
from layers.i18n.catalogue import SOURCE
from layers.record.schema import schemas
from tests.support.atlases import SECOND, one_line, tamas, tamas_process
from tests.support.languages import OURS

# What the package of the record's own place may differ in from one process to another.
ELSEWHERE = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONUTF8": "1"}


@pytest.fixture(scope="module")
def release(second, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("release") / "out"
    write_package(second, folder)
    return folder


@pytest.fixture
def spoiled(release, tmp_path) -> Path:
    """A copy of the release to spoil."""
    return Path(shutil.copytree(release, tmp_path / "copy"))


def text(release: Path, name: str) -> str:
    return (release / name).read_text(encoding="utf-8")


# --- what is inside --------------------------------------------------------------------------


def test_every_reading_comes_in_every_format(release, second):
    atlas, layers = second.record.atlas.id, list(second.record.layers)
    for reading in READINGS:
        for one in FORMATS.values():
            there = {path.name for path in (release / "data" / reading / one.id).iterdir()}
            names = [atlas] if one.layered else layers
            names = [f"{atlas}-en", f"{atlas}-ar"] if one.id == "kml" else names
            extra = {"csv-metadata.json"} if one.id == "csv" else set()
            assert there == {f"{name}{one.ending}" for name in names} | extra


def test_the_record_is_there_as_lists(release, second):
    for name in ("sources", "claims", "disputes", "unknowns", "actors", "places"):
        listed = json.loads(text(release, f"record/{name}.json"))
        assert [one["id"] for one in listed] == list(getattr(second.record, name))
        rows = text(release, f"record/evidence_{name}.csv").splitlines()
        assert rows[0].startswith("id,")


def test_the_schemas_are_those_of_the_seed_files(release):
    there = {path.name: path.read_text() for path in (release / "schema").iterdir()}
    assert there == schemas(OURS)


def test_coreutils_confirms_the_digests(release):
    listed = dict(reversed(line.split("  ", 1)) for line in text(release, SUMS).splitlines())
    assert set(listed) == set(manifest_of(release)) - {SUMS, MANIFEST}
    if shutil.which("sha256sum"):
        subprocess.run(["sha256sum", "-c", "--quiet", "--strict", SUMS], cwd=release, check=True)
    for name, digest in listed.items():
        assert hashlib.sha256((release / name).read_bytes()).hexdigest() == digest


def test_frictionless_finds_the_data_package_valid(release, second):
    from frictionless import Package

    package = Package(str(release / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["title", "note"])
    tables = [resource for resource in package.resources if resource.type == "table"]
    assert len(tables) == len(READINGS) * len(second.record.layers) + 11
    claims = package.get_resource("record-claims").read_rows()
    assert [row["id"] for row in claims] == list(second.record.claims)


def test_the_citation_has_what_the_format_asks_and_no_day_of_release(release, second):
    said = yaml.safe_load(text(release, "CITATION.cff"))
    atlas = second.record.atlas
    assert said["cff-version"] == "1.2.0"
    assert said["type"] == "dataset"
    assert said["title"] == atlas.title["en"]
    assert said["message"]
    assert all(set(author) == {"name"} for author in said["authors"])
    assert said["authors"]
    assert said["version"] == atlas.edition
    assert isinstance(said["version"], str)
    assert said["license"] == LEGAL[atlas.licence].spdx
    assert said["identifiers"][0]["value"] == f"sha256:{second.record.sha256}"
    assert len(said["keywords"]) == len(set(said["keywords"])) > 0
    # The record states when it was closed, not when anybody released it.
    assert "date-released" not in said


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_readme_says_it_all_in_each_language(release, second, lang):
    whole = text(release, "README.md")
    english, arabic = whole.split("\n---\n")
    part = {"en": english, "ar": arabic}[lang]
    atlas = second.record.atlas
    for said in (atlas.title, atlas.scope, atlas.borders, atlas.corrections):
        assert said.as_dict()[lang].replace("[", "\\[") in part
    for said in (atlas.edition, atlas.record_from, atlas.record_to, second.record.sha256):
        assert said in part
    for layer in second.record.layers.values():
        count = len(second.of_layer(layer.id))
        assert f"| `{layer.id}` | {layer.title.as_dict()[lang]} | {count} |" in part
    for one in FORMATS.values():
        assert f"| `{one.id}` |" in part
    for column in described_columns("rows", OURS):
        assert f"| `{column.name}` |" in part
    for word in READINGS:
        assert word in part
    assert not re.search(r"\{\w+\}", part)


def test_a_catalogue_newer_than_the_readmes_has_the_source_s():
    assert readme_text("el") == readme_text(SOURCE) != readme_text("ar")


def test_the_terms_are_those_of_what_is_inside(release, second):
    rows = {part for row in second.rows for part in row.attribution.split("; ") if part}
    for name in ("LICENSE", "ATTRIBUTION.md"):
        said = text(release, name)
        assert second.record.atlas.licence in said
        for licence in {re.search(r"\(([^()]+)\)$", part)[1] for part in rows}:
            assert licence in said


def test_a_release_names_no_machine_and_no_clock(release, tmp_path):
    for path in release.rglob("*"):
        if path.is_file():
            assert str(tmp_path.parent).encode() not in path.read_bytes(), path


def test_another_process_elsewhere_writes_the_same_bytes(release, tmp_path):
    done = tamas_process("--seeds", SECOND, "export", "package", tmp_path / "out", env=ELSEWHERE)
    assert (done.returncode, done.stderr) == (0, "")
    one, other = manifest_of(release), manifest_of(tmp_path / "out")
    assert one == other


# --- verified --------------------------------------------------------------------------------


def refused(folder: Path, *words: str) -> None:
    with pytest.raises(ExportError) as error:
        check_package(folder)
    for word in words:
        assert word in str(error.value)


def test_a_release_as_written_is_whole(release, second):
    assert check_package(release)["seeds_sha256"] == second.record.sha256


def test_a_changed_byte_is_told_by_the_name_of_its_file(spoiled):
    path = spoiled / "data" / "outer" / "fgb" / "lookouts.fgb"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    refused(spoiled, "data/outer/fgb/lookouts.fgb", "has other bytes than listed")


def test_a_missing_file_and_a_stranger_are_told(spoiled):
    (spoiled / "schema" / "zone.schema.json").rename(spoiled / "schema" / "a.json")
    refused(spoiled, "schema/a.json", "is not listed")
    (spoiled / "schema" / "a.json").unlink()
    refused(spoiled, "schema/zone.schema.json", "is listed and missing")


def test_sums_that_disagree_with_the_manifest_are_told(spoiled):
    path = spoiled / SUMS
    path.write_text(path.read_text().replace("a", "b", 1))
    manifest = orjson.loads((spoiled / MANIFEST).read_bytes())
    manifest["files"][SUMS] |= manifest_of(spoiled)[SUMS]
    (spoiled / MANIFEST).write_bytes(orjson.dumps(manifest))
    refused(spoiled, SUMS, "differs from manifest.json")


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"files": [], "seeds_sha256": "a"}'])
def test_a_spoiled_manifest_is_told(spoiled, data):
    (spoiled / MANIFEST).write_bytes(data)
    refused(spoiled, MANIFEST, "is not the manifest of a data release")


def test_a_manifest_that_points_elsewhere_reads_nothing_there(spoiled):
    manifest = orjson.loads((spoiled / MANIFEST).read_bytes())
    manifest["files"]["../../secret"] = manifest["files"].pop("README.md")
    (spoiled / MANIFEST).write_bytes(orjson.dumps(manifest))
    refused(spoiled, "../../secret", "is listed and missing")


def test_the_command_checks_without_a_record(release, tmp_path):
    done = tamas("--seeds", tmp_path / "none", "export", "package", release, "--check", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["checked"] is True
    done = tamas("export", "package", "--check", tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    one_line(done.stderr, says=["manifest.json", "is this a data release?"])


def test_a_release_is_replaced_whole(second, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(ExportError, match="holds files but no build"):
        write_package(second, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]
