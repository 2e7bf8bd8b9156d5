"""Seed files are files: regular ones, inside the folder of the record, of bounded size.

A record may come from a stranger. A pipe in it would hang a check, a link to a device fill the
memory, and a link out of the folder put what it points at into a public log.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from layers.errors import SeedError
from layers.events.encoding import HEAD, recognised

MAX_FILE_BYTES = 64_000_000
"""The most bytes of one seed file, whatever the settings allow."""


def read_seed(root: Path, path: Path, max_bytes: int = MAX_FILE_BYTES) -> bytes:
    """Return the bytes of a regular file that lies inside the folder of a record.

    Nothing is opened that lies elsewhere, and no more than ``max_bytes`` is read.

    Raises
    ------
    SeedError
        Where it is no such file; the message quotes nothing of it.
    OSError
        Where it is not there or cannot be read.

    """
    name = path.relative_to(root).as_posix()
    try:
        real = path.resolve(strict=True)
    except RuntimeError:  # as Python 3.11 and 3.12 tell of links in a circle
        raise SeedError(name, "", "", "is a link to itself; put the file in its place") from None
    if not real.is_relative_to(root.resolve()):
        message = "is a link out of the seeds folder; put the file itself in its place"
        raise SeedError(name, "", "", message)
    # What changes between the look and the opening is opened as no link and waits for no writer.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(
        real, "rb", opener=lambda file, _: os.open(file, flags)
    ) as file:  # a Path opens without flags
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            message = "is no regular file but a pipe, a device or a socket; remove it"
            raise SeedError(name, "", "", message)
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        message = f"is longer than {max_bytes:,} bytes (TAMAS_MAX_FILE_BYTES); make it shorter"
        raise SeedError(name, "", "", message)
    return data


_NAMES = {"utf-16-le": "utf-16le", "utf-16-be": "utf-16be", "cp1256": "windows-1256"}


def decoded(data: bytes, *, mark: bool = False) -> str:
    """Return the text of a seed file, with its byte order mark or without.

    ValueError says how to bring it into UTF-8.
    """
    looks = recognised(data[:HEAD]) or ""
    try:
        if not looks.startswith("utf-16"):
            return data.decode("utf-8" if mark else "utf-8-sig")
        at = 1
    except UnicodeDecodeError as error:
        at = data[: error.start].count(b"\n") + 1
    message = f"line {at} is no UTF-8; save the file as UTF-8"
    if looks not in ("", "utf-8", "utf-8-sig"):
        name = _NAMES.get(looks, looks)
        message += f" (it looks like {name}: iconv -f {name} -t utf-8)"
    raise ValueError(message)
