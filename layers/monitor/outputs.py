"""Outputs that would destroy what is read, or each other, are refused before counting."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from layers.errors import QueryError


def refuse_outputs(inputs: Iterable[str], outputs: Mapping[str, Path | None]) -> None:
    """Refuse outputs, by the option that names each, that are an input or another output.

    Two names are one file by what lies behind them: links too. Refused is also a folder that is
    not there or cannot be written in.

    Raises
    ------
    QueryError
        One line, naming the option and the file.

    """
    taken: dict[Any, str] = {}
    for file in inputs:
        if "://" not in file:
            taken[_identity(Path(file))] = f"the event file {file}"
    for option, path in outputs.items():
        if path is None:
            continue
        if path.is_dir():
            raise QueryError(option, str(path), f"{path}: is a folder; name a file in it")
        _refuse_folder(option, path)
        if (found := _identity(path)) in taken:
            message = f"{path}: is {taken[found]}, which it would replace; name another file"
            raise QueryError(option, str(path), message)
        taken[found] = f"what --{option} writes"


def _identity(path: Path) -> tuple[Any, ...]:
    if path.exists():
        found = path.stat()
        return found.st_dev, found.st_ino
    real = path.resolve()
    parent = real.parent.stat()
    return parent.st_dev, parent.st_ino, real.name


def _refuse_folder(option: str, path: Path) -> None:
    folder = path.resolve().parent
    if not folder.is_dir():
        raise QueryError(option, str(path), f"{path}: there is no folder {path.parent}")
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        message = f"{path}: nothing can be written there ({error.strerror})"
        raise QueryError(option, str(path), message) from None
