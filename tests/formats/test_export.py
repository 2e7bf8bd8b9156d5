"""Files: GeoJSON by the standard, the same bytes each time, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import shapely

from layers import atomic as folders
from layers.atomic import MANIFEST, new_file, replace_file, replace_folder
from layers.build.rows import READINGS, columns
from layers.errors import ExportError
from layers.formats.features import build_files
from tests.support.atlases import ATLASES, SECOND, row_of, tamas, tamas_process
from tests.support.languages import OURS

COORDINATE = re.compile(rb"-?\d+\.\d+")


def whole(folder: Path) -> bool:
    """Tell whether a folder holds exactly one build, each file as its manifest says."""
    listed = json.loads((folder / MANIFEST).read_bytes())["files"]
    return {path.name for path in folder.iterdir()} == {*listed, MANIFEST} and all(
        hashlib.sha256((folder / name).read_bytes()).hexdigest() == entry["sha256"]
        for name, entry in listed.items()
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# --- what is written -------------------------------------------------------------------------


@pytest.fixture(params=READINGS)
def reading(request) -> str:
    return request.param


def features(layers, reading: str):
    for name, data in build_files(layers, reading=reading).items():
        if name != MANIFEST:
            yield from json.loads(data)["features"]


def test_every_row_is_a_feature_with_its_id_columns_and_time(either, reading):
    found = list(features(either, reading))
    assert [feature["id"] for feature in found] == [row.id for row in either.rows]
    for feature, row in zip(found, either.rows, strict=True):
        assert feature["type"] == "Feature"
        assert sorted(feature) == ["geometry", "id", "properties", "time", "type"]
        assert sorted(feature["properties"]) == sorted(columns(OURS))
        end = row.valid_to.isoformat() if row.valid_to else ".."
        assert feature["time"] == {"interval": [row.valid_from.isoformat(), end]}
        assert feature["properties"]["valid_to"] == (None if end == ".." else end)
        assert feature["properties"]["claim_ids"] == list(row.claim_ids)


def test_geometries_are_right_handed_closed_and_in_range(either, reading):
    for feature in features(either, reading):
        if feature["geometry"] is None:
            continue
        shape = shapely.geometry.shape(feature["geometry"])
        assert shape.is_valid, feature["id"]
        west, south, east, north = shape.bounds
        assert -180 <= west <= east <= 180
        assert -90 <= south <= north <= 90
        for part in shapely.get_parts(shape):
            if part.geom_type == "Polygon":
                assert part.exterior.is_ccw
                assert not any(hole.is_ccw for hole in part.interiors)
                assert part.exterior.coords[0] == part.exterior.coords[-1]


def test_a_row_without_a_shape_keeps_its_feature_with_no_geometry(second, reading):
    for feature in features(second, reading):
        drawn = row_of(second, feature["id"]).reading(reading)
        assert (feature["geometry"] is None) == (drawn is None)


def test_coordinates_have_at_most_five_decimals_and_no_value_is_nan(either, reading):
    for name, data in build_files(either, reading=reading).items():
        assert all(len(n.split(b".")[1]) <= 5 for n in COORDINATE.findall(data)), name
        assert b"NaN" not in data
        assert b"Infinity" not in data
        assert data.endswith(b"\n")
        data.decode("utf-8")


def test_arabic_is_written_as_itself(second):
    assert "مياه صخرة الفنار" in build_files(second)["lookouts.geojson"].decode()


def test_a_layer_file_names_record_reading_licence_scope_and_attribution(second, reading):
    data = json.loads(build_files(second, reading=reading)["eastern-calm.geojson"])
    assert data["type"] == "FeatureCollection"
    assert data["reading"] == reading
    assert data["title"] == {"en": "The Eastern Calm", "ar": "الهدوء الشرقي"}
    assert data["record"]["sha256"] == second.record.sha256
    assert data["record"]["licence"] == "CC0 1.0"
    assert "Invented" in data["record"]["scope"]["en"]
    assert data["attribution"] == [
        "made up for the tests (CC BY-SA 4.0)", "made up for the tests (CC0 1.0)",
    ]  # fmt: skip


def test_the_manifest_lists_each_layer_with_digest_and_rows(either, reading):
    files = build_files(either, reading=reading)
    manifest = json.loads(files[MANIFEST])
    assert sorted(manifest) == ["files", "reading", "seeds_sha256", "versions"]
    assert sorted(manifest["files"]) == sorted(f"{layer}.geojson" for layer in either.record.layers)
    for name, entry in manifest["files"].items():
        assert entry == {
            "sha256": hashlib.sha256(files[name]).hexdigest(),
            "rows": len(json.loads(files[name])["features"]),
        }
    assert manifest["seeds_sha256"] == either.record.sha256
    assert manifest["reading"] == reading
    assert set(manifest["versions"]) >= {"tamas"}


# --- the same bytes --------------------------------------------------------------------------

PLACES = (
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "4242", "TZ": "America/Adak", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "0"},
)


@pytest.mark.parametrize(("atlas", "place"), [*zip(ATLASES, PLACES, strict=True)])
def test_a_process_with_other_hashes_zone_and_locale_writes_the_same_bytes(
    request, tmp_path, atlas, place
):
    out = tmp_path / "out"
    done = tamas_process("--seeds", ATLASES[atlas], "build", "--out", out, env=place)
    assert done.returncode == 0, done.stderr
    assert contents(out) == build_files(request.getfixturevalue(atlas))


def test_a_copy_elsewhere_gives_the_same_bytes(second, seeds):
    from layers.build.assembly import build
    from layers.record.reader import read

    assert build_files(build(read(seeds))) == build_files(second)


# --- whole or not at all ---------------------------------------------------------------------

OLD = {"a.geojson": b"old", MANIFEST: b'{"files": {"a.geojson": {}}}'}
NEW = {
    "b.geojson": b"new",
    "c.geojson": b"new",
    MANIFEST: b'{"files": {"b.geojson": {}, "c.geojson": {}}}',
}


def test_a_build_replaces_the_last_one_and_leaves_nothing_beside_it(tmp_path):
    out = tmp_path / "deep" / "out"
    for files in (OLD, NEW, NEW):
        replace_folder(out, files)
        assert contents(out) == files
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_an_empty_folder_is_filled(tmp_path):
    replace_folder(tmp_path, OLD)
    assert contents(tmp_path) == OLD


def test_a_folder_behind_a_link_is_filled_where_it_is(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    for files in (OLD, NEW):
        replace_folder(tmp_path / "link", files)
        assert contents(tmp_path / "link") == files
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("nth", range(len(NEW) + 1))
def test_a_failure_at_any_write_leaves_the_last_good_build(tmp_path, monkeypatch, nth, error):
    """After the last write comes the exchange, which may fail too."""
    out = tmp_path / "out"
    replace_folder(out, OLD)
    calls = iter(range(100))
    write = folders._write

    def failing(*given):
        if next(calls) == nth:
            raise error
        write(*given)

    monkeypatch.setattr(folders, "_write", failing)
    if nth == len(NEW):
        monkeypatch.setattr(folders, "_exchange", failing)
    with pytest.raises((ExportError, KeyboardInterrupt)) as caught:
        replace_folder(out, NEW)
    assert contents(out) == OLD
    if isinstance(error, OSError):
        assert str(caught.value) == f"{out}: cannot be written (No space left on device)"
        assert [path.name for path in tmp_path.iterdir()] == ["out"]
    monkeypatch.undo()
    replace_folder(out, NEW)
    assert contents(out) == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_failure_of_a_first_build_leaves_no_folder(tmp_path, monkeypatch):
    def failing(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders, "_write", failing)
    with pytest.raises(ExportError):
        replace_folder(tmp_path / "out", NEW)
    assert list(tmp_path.iterdir()) == []


LOOP = """
import sys
from pathlib import Path
from layers.build.assembly import build
from layers.formats.features import build_files
from layers.atomic import replace_folder
from layers.record.reader import read
from tests.support.languages import OURS

layers = build(read(Path(sys.argv[1])))
every = [build_files(layers, reading=name) for name in ("nominal", "inner", "outer")]
replace_folder(Path(sys.argv[2]), every[0])
print("ready", flush=True)
while True:
    for files in every:
        replace_folder(Path(sys.argv[2]), files)
"""


def test_a_build_that_is_killed_leaves_the_last_good_one(tmp_path):
    out, chance = tmp_path / "out", random.Random(3)
    for _ in range(2):
        with subprocess.Popen(
            [sys.executable, "-c", LOOP, SECOND, out], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0.01, 0.25))
            os.kill(process.pid, signal.SIGKILL)
        assert whole(out)
    done = tamas("--seeds", SECOND, "build", "--out", out)
    assert done.returncode == 0, done.stderr
    assert whole(out)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("notes.txt", "mine"),
        (".hidden", ""),
        ("folder/notes.txt", "mine"),
        ("manifest.json", "not json"),
        ("manifest.json", "[]"),
        ("manifest.json", '{"files": 3}'),
    ],
)
def test_a_folder_with_anything_that_no_build_wrote_is_refused_untouched(tmp_path, path, text):
    for before in ({}, OLD):
        out = tmp_path / f"out{len(before)}"
        if before:
            replace_folder(out, before)
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_text(text)
        with pytest.raises(ExportError, match=r"holds files but no build|which no build wrote"):
            replace_folder(out, NEW)
        assert (out / path).read_text() == text
        assert not (out / "b.geojson").exists()


def test_a_file_in_the_folders_place_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(ExportError, match="is a file; name a folder"):
        replace_folder(tmp_path / "out", NEW)
    assert (tmp_path / "out").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("mine")
    for write, what in ((replace_folder, NEW), (replace_file, b"new")):
        with pytest.raises(ExportError, match=r"cannot be written \(Not a directory\)$"):
            write(tmp_path / "file" / "below", what)


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    replace_file(path, b"old")
    replace_file(path, b"page")
    assert path.read_bytes() == b"page"

    def failing(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders, "_write", failing)
    with pytest.raises(ExportError, match="No space left on device"):
        replace_file(path, b"new")
    assert contents(tmp_path) == {"page.html": b"page"}


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ZeroDivisionError])
def test_a_writer_that_is_stopped_leaves_the_old_file_alone(tmp_path, stop):
    path = tmp_path / "layers.gpkg"
    replace_file(path, b"old")

    def write() -> None:
        with new_file(path) as fresh:
            assert fresh.suffix == ".gpkg"
            fresh.write_bytes(b"half")
            raise stop

    with pytest.raises(stop):
        write()
    assert contents(tmp_path) == {"layers.gpkg": b"old"}


def test_folders_within_a_folder_are_replaced_with_it(tmp_path):
    out = tmp_path / "out"
    old = {"zones/a.html": b"a", "index.html": b"i"}
    listed = b'{"files": {"zones/a.html": {}, "index.html": {}}}'
    replace_folder(out, {**old, MANIFEST: listed})
    assert (out / "zones" / "a.html").read_bytes() == b"a"
    (out / "zones" / "mine.txt").write_text("mine")
    with pytest.raises(ExportError, match=r"zones/mine\.txt, which no build wrote"):
        replace_folder(out, NEW)
    (out / "zones" / "mine.txt").unlink()
    replace_folder(out, NEW)
    assert contents(out) == NEW


def test_a_folder_in_a_files_place_is_refused(tmp_path):
    (tmp_path / "page.html").mkdir()
    with pytest.raises(ExportError, match="cannot be written"):
        replace_file(tmp_path / "page.html", b"new")
    assert list((tmp_path / "page.html").iterdir()) == []
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_without_an_exchange_in_one_step_two_renames_do(tmp_path, monkeypatch):
    class NoExchange:
        pass

    monkeypatch.setattr(folders.ctypes, "CDLL", lambda *_, **__: NoExchange())
    for files in (OLD, NEW):
        replace_folder(tmp_path / "out", files)
        assert contents(tmp_path / "out") == files
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
