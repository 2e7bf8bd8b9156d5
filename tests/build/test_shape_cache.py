"""Shapes kept between runs: the same to the byte, and ignored wherever anything is wrong."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely

from layers.build import rows as building
from layers.build import shape_cache as kept
from layers.build.rows import READINGS, BuiltAtlas
from layers.build.shape_cache import build_kept, cache_folder
from layers.errors import SeedFaults
from layers.record.reader import read
from tests.support.atlases import SECOND


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "cache" / "tamas"


@pytest.fixture
def filled(folder, second) -> Path:
    """The folder with the second atlas's shapes in it."""
    build_kept(second.record, folder=folder)
    return folder


@pytest.fixture
def drawn(monkeypatch) -> list[str]:
    """The zones drawn from here on."""
    names: list[str] = []
    draw = building._draw

    def noted(record, evaluate, zone, *rest):
        names.append(zone.id)
        return draw(record, evaluate, zone, *rest)

    monkeypatch.setattr(building, "_draw", noted)
    return names


def told(built: BuiltAtlas) -> list[tuple]:
    """Everything that rows and shapes say, with the grid that each shape was rounded to."""
    found = []
    for row in built.rows:
        shapes = [built.drawn[row.id].reading(name) for name in READINGS]
        exact = [s and (shapely.to_wkb(s), shapely.get_precision(s)) for s in shapes]
        found.append((row, built.drawn[row.id].anchor, exact))
    return found


def test_what_is_drawn_anew_is_kept_for_a_next_start(folder, drawn, second):
    build_kept(second.record, folder=folder, anew=True)
    build_kept(second.record, folder=folder, anew=True)
    again = len(drawn)
    build_kept(second.record, folder=folder)
    assert again > 0
    assert len(drawn) == again


def test_kept_shapes_are_those_drawn_to_the_byte(filled, second):
    assert told(build_kept(second.record, folder=filled)) == told(second)


def test_nothing_is_drawn_twice(filled, second, drawn):
    build_kept(second.record, folder=filled)
    assert drawn == []


def test_a_changed_record_is_drawn_anew(filled, seeds, drawn):
    with (seeds / "layers.yaml").open("a", encoding="utf-8") as file:
        file.write("# a word\n")
    build_kept(read(seeds), folder=filled)
    assert drawn


def test_another_version_of_a_library_draws_anew(filled, second, drawn, monkeypatch):
    monkeypatch.setattr(shapely, "geos_version_string", "0.0.0")
    build_kept(second.record, folder=filled)
    assert drawn


def _signed(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def _first(change: Callable[[dict], None]) -> Callable[[bytes], bytes]:
    """Return a change of the first drawing that keeps the file's digest true."""

    def changed(data: bytes) -> bytes:
        held = json.loads(data.partition(b"\n")[2])
        change(next(iter(held.values())))
        return _signed(json.dumps(held).encode())

    return changed


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut off": lambda data: data[: len(data) // 2],
    "one byte changed": lambda data: data[:-40] + b"x" + data[-39:],
    "no JSON": lambda _: _signed(b"{"),
    "a list": lambda _: _signed(b"[]"),
    "nested deep": lambda _: _signed(b"[" * 100_000),
    "a field is missing": _first(lambda one: one.pop("schematic")),
    "no shape": _first(lambda one: one["shapes"].update(nominal="AAAA")),
    "no text": _first(lambda one: one["shapes"].update(nominal=7)),
    "no number": _first(lambda one: one.update(uncertainty_m="far")),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_file_is_ignored_and_mended(how, filled, second, drawn):
    (path,) = filled.iterdir()
    sound = path.read_bytes()
    path.write_bytes(BROKEN[how](sound))
    assert told(build_kept(second.record, folder=filled)) == told(second)
    assert drawn
    assert path.read_bytes() == sound


def _linked(folder: Path) -> None:
    real = folder.rename(folder.with_name("real"))
    folder.symlink_to(real)


UNSAFE: dict[str, Callable[[Path], None]] = {
    "others may write into the folder": lambda folder: folder.chmod(0o777),
    "its group may write the file": lambda folder: next(folder.iterdir()).chmod(0o660),
    "the folder is a link": _linked,
    "the folder is a file": lambda folder: (folder.rename(f"{folder}.x"), folder.touch()),
}


@pytest.mark.parametrize("how", UNSAFE)
def test_what_another_could_have_written_is_not_read(how, filled, second, drawn):
    UNSAFE[how](filled)
    build_kept(second.record, folder=filled)
    assert drawn


def test_nothing_is_written_where_others_may_write(folder, second):
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    build_kept(second.record, folder=folder)
    assert list(folder.iterdir()) == []


def test_what_another_user_owns_is_not_read(filled, second, drawn, monkeypatch):
    monkeypatch.setattr(kept.os, "geteuid", lambda: 12345)
    build_kept(second.record, folder=filled)
    assert drawn


def test_files_are_for_their_owner_alone(filled):
    assert {path.stat().st_mode & 0o777 for path in (filled, *filled.iterdir())} == {0o700, 0o600}


def test_only_the_newest_files_stay(filled, second):
    for number in range(20):
        (filled / f"shapes-{number}.json").write_text("old")
    (path,) = [one for one in filled.iterdir() if one.stat().st_size > 10]
    path.unlink()
    build_kept(second.record, folder=filled)
    assert path.exists()
    assert len(list(filled.iterdir())) == 8


def test_a_record_that_cannot_be_drawn_leaves_nothing(folder, seeds):
    zone = seeds / "zones" / "lantern-waters.yaml"
    disc = "  op: disc\n  center: lantern-rock\n  radius_km: 15\n"
    text = zone.read_text(encoding="utf-8")
    assert disc in text
    itself = "  op: zone\n  id: lantern-waters\n  on: '2006-01-01'\n"
    zone.write_text(text.replace(disc, itself), encoding="utf-8")
    with pytest.raises(SeedFaults, match="circle"):
        build_kept(read(seeds), folder=folder)
    assert not folder.exists()


def test_the_folder_follows_the_users_setting(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "tamas"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_folder() == tmp_path / "home" / ".cache" / "tamas"


def test_a_question_keeps_shapes_unless_told_not_to(monkeypatch, tmp_path, capsys):
    from layers.cli import main

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(kept, "cache_folder", cache_folder)
    monkeypatch.setattr("sys.argv", ["tamas", "--seeds", str(SECOND), "layers"])
    for keep, files in (("false", 0), ("true", 1)):
        monkeypatch.setenv("TAMAS_KEEP_SHAPES", keep)
        with contextlib.suppress(SystemExit):
            main()
        assert len(list(tmp_path.rglob("shapes-*"))) == files
    once, again = capsys.readouterr().out.split("ferry-road ")[1:]
    assert once == again
