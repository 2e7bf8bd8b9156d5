"""The command ``export data``: where it writes, what it refuses, whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from layers.atomic import MANIFEST
from layers.build.rows import iter_rows
from layers.errors import ExportError
from layers.formats import FORMATS, features, format_of
from layers.formats.columns import columns_of
from layers.formats.export import content_of, destination, write_file, write_folder
from layers.query.selection import Selection
from tests.support.atlases import PATIENCE, SECOND, one_line, tamas
from tests.support.languages import OURS

# Writes each format where files may grow to 4 KB alone, as on a disk that is full.
FULL = """
import json, resource, sys
from pathlib import Path
from layers.build.assembly import build
from layers.errors import ExportError
from layers.formats.export import content_of, write_file, write_folder
from layers.formats import FORMATS
from layers.query.selection import Selection
from layers.record.reader import read

content = content_of(build(read(Path(sys.argv[1]))), Selection())
folder = Path(sys.argv[2])
for one in FORMATS.values():
    (folder / f"a{one.ending}").write_bytes(b"old")
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
said = {}
for one in FORMATS.values():
    for name, write in (
        (f"a{one.ending}", lambda path, one=one: write_file(content, path, one)),
        (f"d-{one.id}", lambda path, one=one: write_folder(content, path, [one])),
    ):
        try:
            write(folder / name)
        except ExportError as error:
            said[name] = str(error)
print(json.dumps(said))
"""


def listed(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


# --- where, and in which format --------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said", "formats", "single"),
    [
        ("atlas.gpkg", None, "gpkg", True),
        ("atlas.KMZ", None, "kml", True),
        ("atlas.kml", "kml", "kml", True),
        ("atlas.fg.json", None, "jsonfg", True),
        ("out", "csv", "csv", False),
        ("out.2024", "csv, gpkg", "csv gpkg", False),
    ],
)
def test_a_name_means_a_file_by_its_ending_and_a_folder_by_none(name, said, formats, single):
    path, chosen, one = destination(Path(name), said)
    assert (path, " ".join(f.id for f in chosen), one) == (Path(name), formats, single)


@pytest.mark.parametrize(
    ("name", "said", "says"),
    [
        ("atlas.gpkg", "csv", ["ends as gpkg", "--format says csv", ".csv"]),
        ("atlas.gpkg", "gpkg,csv", ["ends as gpkg"]),
        ("atlas.shp", None, ["ends in no known format", ".gpkg"]),
        ("atlas.shp", "csv", ["a file of csv ends in .csv"]),
        ("out", None, ["ends in no known format"]),
        ("out", "shp", ["there is no format 'shp'", "geojson"]),
        (".", None, ["is a folder", "--format"]),
    ],
)
def test_what_contradicts_itself_is_refused(name, said, says):
    with pytest.raises(ExportError) as error:
        destination(Path(name), said)
    for word in says:
        assert word in str(error.value)


def test_a_folder_that_ends_like_a_file_is_a_folder(tmp_path):
    (tmp_path / "a.csv").mkdir()
    assert destination(tmp_path / "a.csv", "csv")[2] is False


# --- what is written -------------------------------------------------------------------------


def test_a_folder_holds_a_file_a_layer_a_dictionary_and_a_manifest(second, tmp_path):
    manifest = write_folder(
        content_of(second, Selection()), tmp_path / "out", list(FORMATS.values())
    )
    layers = list(second.record.layers)
    atlas = second.record.atlas.id
    wanted = {f"{n}{f.ending}" for f in FORMATS.values() for n in layers if not f.layered}
    wanted |= {f"{atlas}.gpkg", f"{atlas}.kmz", "data_dictionary.csv", "csv-metadata.json"}
    found = listed(tmp_path / "out")
    assert {n for n in found if not n.startswith("evidence_")} == wanted | {MANIFEST}
    assert json.loads((tmp_path / "out" / MANIFEST).read_bytes()) == manifest
    assert manifest["seeds_sha256"] == second.record.sha256
    for name, entry in manifest["files"].items():
        data = (tmp_path / "out" / name).read_bytes()
        assert entry["sha256"] == hashlib.sha256(data).hexdigest()
    for name in layers:
        assert manifest["files"][f"{name}.fgb"]["rows"] == len(second.of_layer(name))
    assert manifest["files"][f"{atlas}.gpkg"]["rows"] == len(second.rows)


def test_a_folder_is_replaced_whole_and_strangers_are_kept(second, tmp_path):
    out = tmp_path / "out"
    write_folder(content_of(second, Selection()), out, [format_of("csv")])
    write_folder(content_of(second, Selection()), out, [format_of("geojson")])
    assert not [name for name in listed(out) if name.endswith(".csv") and name[0] != "d"]
    (out / "mine.txt").write_text("mine")
    with pytest.raises(ExportError, match=r"mine\.txt, which no build wrote"):
        write_folder(content_of(second, Selection()), out, [format_of("csv")])
    assert (out / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "selection",
    [
        Selection(on=date(2004, 7, 1)),
        Selection(layers=("lookouts",)),
        Selection(zones=("frost-strip",), reading="outer"),
        Selection(known_by=date(2004, 7, 1)),
    ],
    ids=["on", "layers", "zones", "known-by"],
)
def test_a_file_holds_the_rows_of_its_view(second, selection, tmp_path):
    write_file(content_of(second, selection), tmp_path / "a.geojson", format_of("geojson"))
    data = json.loads((tmp_path / "a.geojson").read_bytes())
    rows = list(iter_rows(selection.rows(second)))
    assert 0 < len(rows) < len(second.rows)
    assert [one["id"] for one in data["features"]] == [row.id for row in rows]
    assert data["reading"] == selection.reading
    for one, row in zip(data["features"], rows, strict=True):
        assert one["properties"]["claim_ids"] == list(row.claim_ids)
        cited = {*one["properties"]["start_claim_ids"], *one["properties"]["end_claim_ids"]}
        assert cited <= set(row.claim_ids)


def test_a_file_of_one_layer_is_named_and_titled_after_it(second, tmp_path):
    content = content_of(second, Selection(layers=("lookouts",)))
    write_file(content, tmp_path / "a.geojson", format_of("geojson"))
    data = json.loads((tmp_path / "a.geojson").read_bytes())
    assert (data["name"], data["title"]) == (
        "lookouts", second.record.layers["lookouts"].title.as_dict()
    )  # fmt: skip


def test_csv_has_its_dictionary_beside_it_where_programs_look(either, tmp_path):
    path = tmp_path / "a b.csv"
    written = write_file(content_of(either, Selection()), path, format_of("csv"))
    assert [one.name for one in written] == ["a b.csv", "a b.csv-metadata.json"]
    said = json.loads(written[1].read_bytes())
    assert said["@context"][0] == "http://www.w3.org/ns/csvw"
    assert said["url"] == "a%20b.csv"
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    columns = said["tableSchema"]["columns"]
    assert [one["name"] for one in columns] == reader.fieldnames
    for one in columns:
        if "separator" in one and one["name"] == "claim_ids":
            lists = [row["claim_ids"].split(one["separator"]) for row in rows]
            assert lists == [list(row.claim_ids) for row in either.rows]


def test_csv_for_excel_has_a_mark_and_no_shapes(second, tmp_path):
    content = content_of(second, Selection(), excel=True)
    write_folder(content, tmp_path / "out", [format_of("csv")])
    files = sorted((tmp_path / "out").glob("*.csv"))
    texts = [path.read_bytes() for path in files]
    assert all(text.startswith(b"\xef\xbb\xbf") for text in texts)
    assert not any(b"POLYGON" in text or b",wkt" in text for text in texts)
    said = json.loads((tmp_path / "out" / "csv-metadata.json").read_bytes())
    for table in said["tables"]:
        with (tmp_path / "out" / table["url"]).open(encoding="utf-8-sig", newline="") as file:
            head = next(csv.reader(file))
        assert head == [one["name"] for one in table["tableSchema"]["columns"]]


def test_a_cell_of_excel_is_asked_of_csv_alone(tmp_path):
    done = tamas("export", "data", tmp_path / "a.gpkg", "--excel")
    assert done.returncode == 1
    one_line(done.stderr, says=["excel", "is for CSV"])


def test_the_dictionary_says_what_every_column_means(second, tmp_path):
    write_folder(content_of(second, Selection()), tmp_path / "out", [format_of("fgb")])
    with (tmp_path / "out" / "data_dictionary.csv").open(encoding="utf-8", newline="") as file:
        said = list(csv.DictReader(file))
    names = [one["column"] for one in said if one["table"] == "rows"]
    assert names == [*(column.name for column in columns_of("rows", OURS)), "wkt"]
    assert all(one["meaning_en"] and one["meaning_ar"] for one in said)


# --- the command -----------------------------------------------------------------------------


def test_the_command_writes_a_file_and_is_quiet_about_it(tmp_path):
    done = tamas("--seeds", SECOND, "export", "data", tmp_path / "a.geojson", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert said["formats"] == ["geojson"]
    assert said["files"] == {str(tmp_path / "a.geojson"): (tmp_path / "a.geojson").stat().st_size}


def test_the_command_refuses_in_one_line(tmp_path):
    done = tamas("--seeds", SECOND, "export", "data", tmp_path / "a.gpkg", "--format", "csv")
    assert (done.returncode, done.stdout) == (1, "")
    one_line(done.stderr, says=["tamas: ", "a.gpkg", "ends as gpkg"])


# --- whole or not at all ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["n" * 300 + ".csv", "n" * 250 + ".gpkg", "file/a.csv"])
def test_a_name_that_cannot_be_is_one_clear_line(second, tmp_path, name):
    (tmp_path / "file").write_text("a file")
    path, (one,), single = destination(tmp_path / name, None)
    assert single
    with pytest.raises(ExportError, match="cannot be written"):
        write_file(content_of(second, Selection()), path, one)
    assert listed(tmp_path) == {"file"}


def test_a_folder_cannot_take_the_place_of_a_file(second, tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(ExportError, match="is a file; name a folder"):
        write_folder(content_of(second, Selection()), tmp_path / "out", [format_of("csv")])
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(ExportError, match="is a folder"):
        write_file(content_of(second, Selection()), tmp_path / "a.csv", format_of("csv"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_one_clear_line(second, tmp_path):
    (tmp_path / "shut").mkdir(mode=0o500)
    with pytest.raises(ExportError, match="Permission denied"):
        write_file(content_of(second, Selection()), tmp_path / "shut" / "a.csv", format_of("csv"))


def test_a_full_disk_leaves_the_old_output_and_one_clear_line(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", FULL, SECOND, tmp_path],
        capture_output=True, text=True, timeout=PATIENCE, check=True,
    )  # fmt: skip
    said = json.loads(done.stdout)
    for one in FORMATS.values():
        for name in (f"a{one.ending}", f"d-{one.id}"):
            assert "cannot be written" in said[name], name
            assert "\n" not in said[name]
            assert len(said[name]) < 160 + len(str(tmp_path))
        assert (tmp_path / f"a{one.ending}").read_bytes() == b"old"
    assert listed(tmp_path) == {f"a{one.ending}" for one in FORMATS.values()}


def test_a_writer_that_is_interrupted_leaves_the_old_output(second, tmp_path, monkeypatch):
    path = tmp_path / "a.geojson"
    path.write_text("old")

    def write(content, where):
        where.write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(features, "write_geojson", write)
    with pytest.raises(KeyboardInterrupt):
        write_file(content_of(second, Selection()), path, format_of("geojson"))
    assert path.read_text() == "old"
    assert listed(tmp_path) == {"a.geojson"}
