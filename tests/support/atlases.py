"""The two atlases of the tests, edits that spoil a copy, and the real command.

`seeds/` is the real record; `tests/second_atlas/` is an invented one with every recipe kind.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

import pytest
import typer

from api.snapshot import Signature, signature
from layers.build import assembly
from layers.build.assembly import build
from layers.build.rows import BuiltAtlas, ZonePeriod
from layers.cli import main
from layers.errors import SeedError, SeedFaults
from layers.query.points import PointIndex
from layers.record import reader
from layers.record.model import Record
from layers.record.reader import read
from layers.settings import BUNDLED_SEEDS, Limits, read_limits

# Seconds to wait for a process or a thread: ten times what the longest took under a load of ten.
PATIENCE = 600
SECOND = Path(__file__).resolve().parent.parent / "second_atlas"
ATLASES = {"real": BUNDLED_SEEDS, "second": SECOND}

Edit = Callable[[Path], None]


_read: dict[tuple[Signature, Limits], Record] = {}


def seen(root: Path, limits: Limits | None = None) -> Record:
    """Return the record of a folder; one whose files have not changed is not read again."""
    key = signature(root.absolute()), limits or read_limits()
    if key not in _read:
        _read[key] = read(root, limits)
    return _read[key]


_drawn: dict[tuple[str, Limits], BuiltAtlas] = {}


def drawn(record: Record, limits: Limits | None = None) -> BuiltAtlas:
    """Return a record built; for the tests of what an atlas is used for, not of building it.

    What was drawn of the same bytes before in this process is taken.
    """
    key = record.sha256, limits or read_limits()
    if key not in _drawn:
        _drawn[key] = build(record, limits)
    made = _drawn[key]
    return made if made.record.root == record.root else replace(made, record=record)


def row_of(built: BuiltAtlas, row_id: str) -> ZonePeriod:
    """Return one row of an atlas by its id."""
    return next(row for row in built.rows if row.id == row_id)


def faults_of(folder: Path) -> tuple[SeedError, ...]:
    """Return the faults that checking a folder finds; none for a sound record."""
    try:
        build(read(folder))
    except SeedFaults as error:
        return error.faults
    return ()


def swap(file: str, old: str, new: str, *, count: int = 1) -> Edit:
    """Return an edit that replaces the first ``old`` of a file, which must be there."""

    def edit(folder: Path) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, f"{file} holds no {old!r}"
        (folder / file).write_text(text.replace(old, new, count), encoding="utf-8")

    return edit


def put(file: str, data: str | bytes) -> Edit:
    """Return an edit that writes a file anew."""

    def edit(folder: Path) -> None:
        (folder / file).write_bytes(data.encode() if isinstance(data, str) else data)

    return edit


def add(file: str, text: str) -> Edit:
    """Return an edit that appends to a file."""

    def edit(folder: Path) -> None:
        with (folder / file).open("a", encoding="utf-8") as whole:
            whole.write(text)

    return edit


def both(*edits: Edit) -> Edit:
    """Return several edits as one."""

    def edit(folder: Path) -> None:
        for one in edits:
            one(folder)

    return edit


# To make the options of every command takes longer than most commands.
_command = cache(typer.main.get_command)


@lru_cache(maxsize=8)
def index_of(built: BuiltAtlas) -> PointIndex:
    """Return the index of an atlas for questions about points, made once."""
    return PointIndex(built)


def tamas(
    *words: object, env: dict[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command within this process, which costs a tenth of one of its own.

    A record that the tests met before is neither read nor drawn again.
    """
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["tamas", *map(str, words)])
        patch.setattr(reader, "read", seen)
        patch.setattr(assembly, "build", drawn)
        patch.setattr(typer.main, "get_command", _command)
        patch.delenv("TAMAS_SEEDS", raising=False)
        for name, value in (env or {}).items():
            patch.setenv(name, value)
        if cwd is not None:
            patch.chdir(cwd)
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
    said = [stream.flush() or stream.buffer.getvalue().decode("utf-8") for stream in (out, err)]
    return subprocess.CompletedProcess(words, code, *said)


def tamas_process(
    *words: object, env: dict[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a process of its own, where that is what is tested."""
    clean = {key: value for key, value in os.environ.items() if key != "TAMAS_SEEDS"}
    return subprocess.run(
        [Path(sys.executable).with_name("tamas"), *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=PATIENCE,
        check=False,
        cwd=cwd,
        env={**clean, **(env or {})},
    )


def one_line(lines: str, *, says: Iterable[str] = ()) -> None:
    """Assert that an error is one plain line which says so much."""
    assert lines.endswith("\n")
    assert lines.count("\n") == 1, lines
    assert "Traceback" not in lines
    for word in says:
        assert word in lines
