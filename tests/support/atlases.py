"""The two atlases of the tests, edits that spoil a copy, and the real command.

`seeds/` is the real record; `tests/second_atlas/` is an invented one with every recipe kind.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from layers.build.assembly import build
from layers.build.rows import BuiltAtlas, ZonePeriod, iter_rows
from layers.errors import SeedError, SeedFaults
from layers.record.reader import read
from layers.settings import BUNDLED_SEEDS

# Seconds to wait for a process or a thread: ten times what the longest took under a load of ten.
PATIENCE = 600
SECOND = Path(__file__).resolve().parent.parent / "second_atlas"
ATLASES = {"real": BUNDLED_SEEDS, "second": SECOND}

Edit = Callable[[Path], None]


@cache
def rows_of(built: BuiltAtlas) -> tuple[ZonePeriod, ...]:
    """Return the rows of an atlas as tuples."""
    return tuple(iter_rows(built.frame))


def row_of(built: BuiltAtlas, row_id: str) -> ZonePeriod:
    """Return one row of an atlas by its id."""
    return next(row for row in rows_of(built) if row.id == row_id)


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


def tamas(
    *words: object, env: dict[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a process of its own."""
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
