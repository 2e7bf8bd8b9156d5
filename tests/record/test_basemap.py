"""Base map files are checked field by field, with file and feature named."""

from __future__ import annotations

import copy
import json
import shutil

import pytest

from layers.errors import SeedFaults
from layers.record.reader import read
from tests.support.atlases import SECOND

LAND = json.loads((SECOND / "basemap" / "land.geojson").read_text("utf-8"))


@pytest.fixture
def seeds(tmp_path):
    shutil.copytree(SECOND, tmp_path / "seeds")
    return tmp_path / "seeds"


def faults(seeds, name: str, text: str) -> str:
    (seeds / "basemap" / name).write_text(text, "utf-8")
    with pytest.raises(SeedFaults) as said:
        read(seeds)
    return str(said.value)


def changed(*path: object, to: object) -> str:
    whole = copy.deepcopy(LAND)
    where = whole
    for step in path[:-1]:
        where = where[step]
    where[path[-1]] = to
    return json.dumps(whole)


def test_a_file_cut_in_half_is_refused(seeds) -> None:
    text = json.dumps(LAND)
    assert "basemap/land.geojson: is no JSON" in faults(
        seeds, "land.geojson", text[: len(text) // 2]
    )


FIRST = ("features", 0)
SHAPE = (*FIRST, "geometry")


@pytest.mark.parametrize(
    ("path", "to", "said"),
    [
        (("source",), "nobody", "source: 'nobody' is no source"),
        (("licence",), "", "licence"),
        (("licence",), None, "licence"),
        (("type",), "Feature", "type"),
        (("accuracy_m",), -1, "accuracy_m"),
        (("features",), None, "features: must be the list of a FeatureCollection"),
        (("crs",), {"properties": {"name": "EPSG:32637"}}, "crs: is in EPSG:32637"),
        ((*FIRST, "type"), "Polygon", "feature 1: type"),
        ((*FIRST, "properties", "kind"), "wall", "feature 1: kind"),
        ((*FIRST, "properties", "home"), "yes", "feature 1: home"),
        ((*FIRST, "properties", "name_en"), ["a"], "feature 1: name_en"),
        ((*FIRST, "properties", "name_en"), "a\u202eb", "U+202E"),
        ((*SHAPE, "type"), "LineString", "feature 1: geometry: must be a Polygon"),
        (SHAPE, "here", "feature 1: geometry"),
        ((*SHAPE, "coordinates"), [[[0, 0], [1, 1]]], "four or more corners"),
        ((*SHAPE, "coordinates"), [[[0, 0], [1, 0], [1, "x"], [0, 0]]], "pairs of numbers"),
        ((*SHAPE, "coordinates"), [[[0, 0], [1, 0], [1, 1], [0, 1]]], "end where it begins"),
        ((*SHAPE, "coordinates"), [[[0, 0], [1, 0], [1, 91], [0, 0]]], "must be degrees"),
        ((*SHAPE, "coordinates"), 7, "geometry"),
    ],
)  # fmt: skip
def test_each_field_is_checked_and_named(seeds, path, to, said) -> None:
    found = faults(seeds, "land.geojson", changed(*path, to=to))
    assert "basemap/land.geojson" in found
    assert said in found


def test_a_file_that_nothing_draws_is_refused(seeds) -> None:
    found = faults(seeds, "rails.geojson", json.dumps(LAND))
    assert "basemap/rails.geojson: is no part of a base map (known: land, lakes" in found


def test_hidden_files_of_a_desktop_are_passed_over(seeds) -> None:
    before = read(seeds).sha256
    for name in ("basemap/._land.geojson", "zones/._a.yaml", "claims/.DS_Store", "._atlas.yaml"):
        (seeds / name).write_bytes(b"\x00\x05\x16\x07")
    assert read(seeds).sha256 == before


@pytest.mark.parametrize("mark", ["\u202e", "\u200b", "\u2060", "\ufeff", "\u00ad", "\u200f"])
def test_unseen_marks_in_names_are_refused(seeds, mark) -> None:
    places = seeds / "places.csv"
    lines = places.read_text("utf-8").splitlines()
    head = lines[0].split(",")
    row = lines[1].split(",")
    at = head.index("name_en")
    row[at] = row[at][:2] + mark + row[at][2:]
    places.write_text("\n".join([lines[0], ",".join(row), *lines[2:]]) + "\n", "utf-8")
    with pytest.raises(SeedFaults, match=f"U\\+{ord(mark):04X}"):
        read(seeds)


def test_the_joiner_of_persian_names_is_spelling(seeds) -> None:
    places = seeds / "places.csv"
    lines = places.read_text("utf-8").splitlines()
    at = lines[0].split(",").index("name_en")
    row = lines[1].split(",")
    row[at] = "می\u200cخواهم"
    places.write_text("\n".join([lines[0], ",".join(row), *lines[2:]]) + "\n", "utf-8")
    read(seeds)
