"""Where output goes: links, pipes, devices, what a desktop leaves, and never over an input."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from pathlib import Path

import pytest

from layers.atomic import (
    MANIFEST,
    new_file,
    new_folder,
    refuse_inputs,
    replace_file,
    replace_folder,
)
from layers.cli import main
from layers.errors import ExportError
from tests.support.atlases import PATIENCE, SECOND

FILES = {"a.txt": b"a", MANIFEST: b'{"files": {"a.txt": {}}}'}


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_its_target_is_written(tmp_path, there) -> None:
    target, link = tmp_path / "far" / "target", tmp_path / "out.csv"
    target.parent.mkdir()
    if there:
        target.write_bytes(b"old")
    link.symlink_to(target)
    with new_file(link) as fresh:
        assert fresh.suffix == ".csv"  # writers choose by the name that was given
        fresh.write_bytes(b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["far", "out.csv", "target"]


def test_a_pipe_is_written_into_and_stays_one(tmp_path) -> None:
    pipe = tmp_path / "out.json"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    replace_file(pipe, b"whole")
    reader.join(PATIENCE)
    assert read == [b"whole"]
    assert pipe.is_fifo()


def test_a_device_is_written_into_and_its_fault_is_said() -> None:
    replace_file(Path("/dev/null"), b"gone")
    assert Path("/dev/null").is_char_device()
    with pytest.raises(ExportError, match=r"^/dev/full: cannot be written \(No space left"):
        replace_file(Path("/dev/full"), b"x" * 100_000)


@pytest.mark.parametrize("ending", ["csv", "geojson", "gpkg"])
def test_a_command_writes_into_a_pipe_what_it_writes_into_a_file(
    tmp_path, monkeypatch, capsys, ending
) -> None:
    plain, pipe = tmp_path / f"plain.{ending}", tmp_path / f"pipe.{ending}"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    for path in (plain, pipe):
        assert run(monkeypatch, "export", "data", path) == 0
    reader.join(PATIENCE)
    assert read == [plain.read_bytes()]
    assert not (tmp_path / "pipe.csv-metadata.json").exists()
    capsys.readouterr()


def run(monkeypatch, *words: object, seeds: Path = SECOND) -> int:
    monkeypatch.setattr("sys.argv", ["tamas", "--seeds", str(seeds), *map(str, words)])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


def test_output_over_an_input_is_refused(tmp_path) -> None:
    read = tmp_path / "in.csv"
    read.write_bytes(b"x")
    link, hard, other = tmp_path / "link.csv", tmp_path / "hard.csv", tmp_path / "other.csv"
    link.symlink_to(read)
    hard.hardlink_to(read)
    other.write_bytes(b"y")
    for output in (read, link, hard, tmp_path / "." / "in.csv"):
        with pytest.raises(ExportError, match="is read for this"):
            refuse_inputs([None, output], ["s3://bucket/in.csv", read])
    with pytest.raises(ExportError, match="is read for this"):
        refuse_inputs([other], [tmp_path])
    refuse_inputs([other, tmp_path / "new.csv"], [read])


@pytest.mark.parametrize(
    "words",
    [
        ("export", "data", "places.csv"),
        ("export", "html", "places.csv"),
        ("export", "print", "--on", "2021-01-01", "places.pdf"),
        ("monitor", "events.csv", "--out", "events.csv"),
        ("monitor", "events.csv", "--rejects", "events.csv"),
        ("monitor", "events.csv", "--events", "events.csv"),
        ("monitor", "events.csv", "--plot", "events.svg"),
    ],
)
def test_no_command_writes_over_what_it_reads(tmp_path, monkeypatch, capsys, words) -> None:
    seeds = tmp_path / "seeds"
    shutil.copytree(SECOND, seeds)
    shutil.copy(seeds / "places.csv", seeds / "places.pdf")
    events = tmp_path / "events.csv"
    events.write_text("lon,lat,date\n36,35,2021-01-01\n", "utf-8")
    (tmp_path / "events.svg").symlink_to(events)
    before = {path: path.read_bytes() for path in (seeds / "places.csv", events)}
    where = {"places.csv": seeds, "places.pdf": seeds, "events.csv": tmp_path,
             "events.svg": tmp_path}  # fmt: skip
    code = run(monkeypatch, *(where[w] / w if w in where else w for w in words), seeds=seeds)
    assert code == 1
    assert "is read for this" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("name", [".DS_Store", "._a.txt", "Thumbs.db", "desktop.ini"])
def test_what_a_desktop_leaves_blocks_no_build(tmp_path, name) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / name).write_bytes(b"x")
    replace_folder(folder, FILES)
    (folder / name).write_bytes(b"x")
    replace_folder(folder, FILES)
    assert {path.name for path in folder.iterdir()} == set(FILES)


def test_an_error_in_a_folder_names_its_file(tmp_path) -> None:
    folder = tmp_path / "out"

    def fill() -> None:
        with new_folder(folder) as fresh:
            raise OSError(errno.ENOSPC, "No space left on device", str(fresh / "zones" / "a.html"))

    with pytest.raises(ExportError) as said:
        fill()
    where = folder / "zones" / "a.html"
    assert str(said.value) == f"{where}: cannot be written (No space left on device)"
