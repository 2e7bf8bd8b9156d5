"""Check a page that is one file from outside: build it anew from the record, compare every byte.

A page cannot vouch for itself, because whoever alters it can alter what it says of itself too. What
it says is used here for one thing alone: which page to build for comparison.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from layers.build.rows import BuiltAtlas
from layers.errors import ExportError
from layers.web.page.export import FileRequest, build_file
from layers.web.page.offline import BLOCK

_STATEMENT = re.compile(rf'<script type="application/json" id="{BLOCK}">(.*?)</script>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class FileCheck:
    """A file beside what the record gives for the same question.

    ``first_difference`` is the number of the first byte that differs, from 0; None where none does.
    """

    sha256: str
    bytes: int
    record: str
    version: str
    first_difference: int | None

    @property
    def same(self) -> bool:
        """Tell whether every byte is what the record gives."""
        return self.first_difference is None


def check_file(path: Path, built: BuiltAtlas) -> FileCheck:
    """Compare a file that `tamas export html` wrote with what the record gives now.

    Raises
    ------
    ExportError
        Where the file cannot be read, does not say how it was made, or was made from another
        record or by another version, so that nothing follows from a comparison.

    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ExportError(f"{path}: cannot be read ({error.strerror or error})") from None
    sha256 = hashlib.sha256(data).hexdigest()
    stated, request = _statement(path, data)
    here = {"tamas": version("tamas"), "record": built.record.sha256}
    for name, mine in here.items():
        if stated[name] != mine:
            raise ExportError(
                f"{path}: says that it was built from {name} {stated[name][:12]}, and this is "
                f"{mine[:12]}: compare its SHA-256 with the one that its publisher gives: {sha256}"
            )
    expected = build_file(built, request).page
    pairs = enumerate(zip(data, expected, strict=False))
    first = next((at for at, (found, meant) in pairs if found != meant), None)
    if first is None and len(data) != len(expected):
        first = min(len(data), len(expected))
    return FileCheck(sha256, len(data), stated["record"], stated["tamas"], first)


def _statement(path: Path, data: bytes) -> tuple[dict[str, str], FileRequest]:
    """Return version and record that a file names, and what it says was asked for."""
    found = _STATEMENT.search(data.decode("utf-8", errors="replace"))
    try:
        block: Any = json.loads(found[1] if found else "")
        stated = {name: str(block["built"][name]) for name in ("tamas", "record")}
        given = {k: _as_given(v) for k, v in block["scope"]["request"].items() if v is not None}
        return stated, FileRequest(**given)
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        message = "does not say how it was made: tamas export html did not write it, or it was cut"
        raise ExportError(f"{path}: {message}") from None


def _as_given(value: Any) -> Any:
    return tuple(map(str, value)) if isinstance(value, list) else str(value)
