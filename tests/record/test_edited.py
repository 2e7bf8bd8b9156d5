"""A table from a spreadsheet and a line from a GIS come back: the same record, or one error."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from layers.record.reader import read
from tests.support.atlases import SECOND, faults_of

PLACES, PAIRS = "places.csv", "pairs/frost-2004.csv"
TRACE = "traces/ferry-road.geojson"


def table(file: str) -> list[list[str]]:
    """Return the cells of a table of the second atlas."""
    return list(csv.reader((SECOND / file).read_text(encoding="utf-8").splitlines()))


def saved(rows: list[list[str]], **how: Any) -> str:
    """Return a table as a spreadsheet writes it."""
    out = io.StringIO()
    csv.writer(out, **{"lineterminator": "\r\n", **how}).writerows(rows)
    return out.getvalue()


def turned(rows: list[list[str]]) -> list[list[str]]:
    return [list(reversed(row)) for row in rows]


def widened(rows: list[list[str]]) -> list[list[str]]:
    return [[*row, "", "", ""] for row in rows]


def longer(rows: list[list[str]]) -> list[list[str]]:
    return [*rows, *[[""] * len(rows[0])] * 40]


HARMLESS = {
    "byte order mark": lambda rows: "\ufeff" + saved(rows),
    "line ends of a PC": lambda rows: saved(rows),
    "line ends of Unix": lambda rows: saved(rows, lineterminator="\n"),
    "quotes everywhere": lambda rows: saved(rows, quoting=csv.QUOTE_ALL),
    "semicolons": lambda rows: saved(rows, delimiter=";"),
    "tabs": lambda rows: saved(rows, delimiter="\t"),
    "empty columns at the end": lambda rows: saved(widened(rows)),
    "empty rows at the end": lambda rows: saved(longer(rows)),
    "another order of the columns": lambda rows: saved(turned(rows)),
    "all of it": lambda rows: (
        "\ufeff" + saved(longer(widened(turned(rows))), delimiter=";", quoting=csv.QUOTE_ALL)
    ),
}


@pytest.mark.parametrize("how", list(HARMLESS))
@pytest.mark.parametrize("file", [PLACES, PAIRS])
def test_a_table_that_was_only_saved_is_the_same_table(seeds, file, how):
    (seeds / file).write_bytes(HARMLESS[how](table(file)).encode("utf-8"))
    before, after = read(SECOND), read(seeds)
    assert after.places == before.places
    assert after.pairs == before.pairs


def test_a_table_with_other_bytes_is_another_record(seeds):
    (seeds / PLACES).write_bytes(saved(table(PLACES), quoting=csv.QUOTE_ALL).encode("utf-8"))
    assert read(seeds).sha256 != read(SECOND).sha256


def commas(rows: list[list[str]]) -> list[list[str]]:
    numbers = [rows[0].index(name) for name in ("lon", "lat")]
    return [
        rows[0],
        *([c.replace(".", ",") if n in numbers else c for n, c in enumerate(r)] for r in rows[1:]),
    ]


def cell(column: str, value: str, row: int = 2) -> Any:
    """Return a change of one cell of the gazetteer."""

    def change(rows: list[list[str]]) -> list[list[str]]:
        rows[row][rows[0].index(column)] = value
        return rows

    return change


HARMFUL = {
    "decimal commas": (lambda rows: saved(commas(rows), delimiter=";"), "decimal comma"),
    "quoted decimal commas": (lambda rows: saved(commas(rows)), "decimal comma"),
    "thousands": (lambda rows: saved(cell("uncertainty_m", "1,500")(rows)), "decimal comma"),
    "a day for an id": (lambda rows: saved(cell("id", "05.Mar")(rows)), "made a date of it"),
    "another day for an id": (lambda rows: saved(cell("id", "Mar-05")(rows)), "made a date of it"),
    "a numbered day": (lambda rows: saved(cell("id", "05/03/2020")(rows)), "made a date of it"),
    "a column renamed": (lambda rows: saved(cell("lon", "Longitude", 0)(rows)), "missing: lon"),
    "a column twice": (lambda rows: saved([[*row, row[0]] for row in rows]), "stands twice"),
    "a column gone": (lambda rows: saved([row[:-1] for row in rows]), "missing: note"),
    "a column more": (
        lambda rows: saved([["x" if n else "my notes", *row] for n, row in enumerate(rows)]),
        "not known: my notes",
    ),
    "an id with a space": (lambda rows: saved(cell("id", "quillet ")(rows)), "lower-case letters"),
    "a number with a unit": (lambda rows: saved(cell("uncertainty_m", "500 m")(rows)), "500 m"),
    "a degree sign": (lambda rows: saved(cell("lat", "20.9°S")(rows)), "20.9°S"),
}


@pytest.mark.parametrize("how", list(HARMFUL))
def test_a_table_that_was_changed_by_saving_is_told_once(seeds, how):
    change, says = HARMFUL[how]
    (seeds / PLACES).write_bytes(change(table(PLACES)).encode("utf-8"))
    told = [fault for fault in faults_of(seeds) if fault.path == PLACES]
    assert len(told) == 1, [str(fault) for fault in told]
    assert says in str(told[0])


@pytest.mark.parametrize("coding", ["cp1256", "utf-16"])
def test_a_table_in_another_coding_is_told_once(seeds, coding):
    text = saved(table(PLACES)).encode(coding, errors="replace")
    (seeds / PLACES).write_bytes(text)
    told = [fault for fault in faults_of(seeds) if fault.path == PLACES]
    assert len(told) == 1
    assert "save the file as UTF-8" in told[0].message


# Traces


def trace() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((SECOND / TRACE).read_text(encoding="utf-8"))
    return data


def each(change: Any) -> Any:
    """Return a change of every feature of a trace."""

    def changed(data: dict[str, Any]) -> dict[str, Any]:
        data["features"] = [change(feature) for feature in data["features"]]
        return data

    return changed


def shape(kind: str, change: Any) -> Any:
    return each(
        lambda one: {
            **one,
            "geometry": {"type": kind, "coordinates": change(one["geometry"]["coordinates"])},
        }
    )


def crs(name: str) -> Any:
    return lambda data: {**data, "crs": {"type": "name", "properties": {"name": name}}}


def fields(**more: Any) -> Any:
    return each(lambda one: {**one, "properties": {**one["properties"], **more}})


SAME = {
    "the member crs": crs("urn:ogc:def:crs:OGC:1.3:CRS84"),
    "the same by number": crs("urn:ogc:def:crs:EPSG::4326"),
    "a box and a name": lambda data: {**data, "bbox": [0, 0, 1, 1], "name": "x"},
    "ids": lambda data: each(lambda one: {**one, "id": 7, "bbox": [0, 0, 1, 1]})(data),
    "more fields": fields(fid=1, length=None, comment="x"),
    "numbers as text": each(
        lambda one: {
            **one,
            "properties": {
                **one["properties"], "uncertainty_m": str(one["properties"]["uncertainty_m"])
            },
        }
    ),
    "heights": shape("LineString", lambda line: [[*corner, 312.25] for corner in line]),
    "a multi-line of one part": shape("MultiLineString", lambda line: [line]),
}  # fmt: skip


@pytest.mark.parametrize("how", list(SAME))
def test_a_line_that_was_only_saved_is_the_same_line(seeds, how):
    (seeds / TRACE).write_text(json.dumps(SAME[how](trace())), encoding="utf-8")
    before, after = (read(root).traces["ferry-road"] for root in (SECOND, seeds))
    assert after.stretches == before.stretches
    for one, other in zip(after.trace.stretches, before.trace.stretches, strict=True):
        assert one.tolist() == other.tolist()


def test_more_decimals_move_a_line_by_less_than_anybody_measures(seeds):
    noise = shape("LineString", lambda line: [[lon + 3e-15, lat - 3e-15] for lon, lat in line])
    (seeds / TRACE).write_text(json.dumps(noise(trace())), encoding="utf-8")
    assert faults_of(seeds) == ()
    before, after = (read(root).traces["ferry-road"].trace for root in (SECOND, seeds))
    for one, other in zip(after.stretches, before.stretches, strict=True):
        assert abs(one - other).max() < 1e-13


@pytest.mark.parametrize("multi", [False, True])
def test_a_line_saved_by_gdal_is_the_same_line(seeds, multi):
    import geopandas

    frame = geopandas.read_file(SECOND / TRACE)
    (seeds / TRACE).unlink()
    frame.to_file(seeds / TRACE, driver="GeoJSON", promote_to_multi=multi, COORDINATE_PRECISION=15)
    assert ("MultiLineString" in (seeds / TRACE).read_text(encoding="utf-8")) is multi
    before, after = (read(root).traces["ferry-road"] for root in (SECOND, seeds))
    assert after.stretches == before.stretches
    for one, other in zip(after.trace.stretches, before.trace.stretches, strict=True):
        assert abs(one - other).max() < 1e-12


def mercator(data: dict[str, Any]) -> dict[str, Any]:
    from pyproj import Transformer

    to = Transformer.from_crs("OGC:CRS84", "EPSG:3857", always_xy=True).transform
    return shape("LineString", lambda line: [list(to(*corner)) for corner in line])(data)  # type: ignore[no-any-return]


CHANGED = {
    "metres, and says so": (
        lambda data: crs("urn:ogc:def:crs:EPSG::3857")(mercator(data)),
        "is in urn:ogc:def:crs:EPSG::3857; save it in WGS84",
    ),
    "metres without a word": (mercator, "another coordinate system; save it in WGS84"),
    "another system in degrees": (crs("urn:ogc:def:crs:EPSG::4322"), "EPSG::4322; save it"),
    "a field cut short": (
        each(
            lambda one: {
                **one,
                "properties": {name[:10]: value for name, value in one["properties"].items()},
            }
        ),
        "'uncertaint' looks like it, cut short: rename it",
    ),
    "several parts": (
        shape("MultiLineString", lambda line: [line[:2], line[1:]]),
        "has 2 parts; split them into one feature each",
    ),
    "an area": (shape("Polygon", lambda line: [line]), "must be one LineString"),
}


@pytest.mark.parametrize("how", list(CHANGED))
def test_a_line_that_was_changed_by_saving_is_told(seeds, how):
    change, says = CHANGED[how]
    (seeds / TRACE).write_text(json.dumps(change(trace())), encoding="utf-8")
    told = [fault for fault in faults_of(seeds) if fault.path == TRACE]
    assert 0 < len(told) <= len(trace()["features"])
    assert all(says in fault.message for fault in told), [str(fault) for fault in told]


def test_a_line_in_another_system_is_told_once(seeds):
    for how in ("metres, and says so", "metres without a word"):
        (seeds / TRACE).write_text(json.dumps(CHANGED[how][0](trace())), encoding="utf-8")
        assert len([fault for fault in faults_of(seeds) if fault.path == TRACE]) == 1


def test_files_that_tools_leave_beside_are_no_part_of_the_record(seeds: Path):
    for name in ("traces/ferry-road.qmd", "traces/ferry-road.geojson.bak", ".~lock.places.csv#"):
        (seeds / name).write_text("x", encoding="utf-8")
    assert read(seeds).sha256 == read(SECOND).sha256
