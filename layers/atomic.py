"""Put output in its place: whole or not at all, and never over what somebody else wrote.

What is being written stands beside its place under a name of this process alone; when it is
complete and on the disk it takes the place in one step. A kill at any moment leaves the
earlier output whole. A folder is told to be ours by its manifest, which lists its files.
What is no place of a file, a pipe or a device, is written into when all is complete.
"""

from __future__ import annotations

import contextlib
import ctypes
import glob
import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from layers.errors import ExportError

MANIFEST = "manifest.json"
# What desktops leave in folders that people look at; gone with the folder's next build.
_DESKTOP = re.compile(r"^(?:\.DS_Store|\._.*|\.directory|Thumbs\.db|desktop\.ini)\Z", re.IGNORECASE)
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


def replace_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files as the whole content of a folder, replacing an earlier build at once.

    A name may hold folders (``zones/a.html``); the manifest is among the files. Raises
    `ExportError` where the folder holds anything that no build has put there.
    """
    with new_folder(folder) as fresh:
        for name, data in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, data)


@contextlib.contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder to fill, which takes the place of ``folder`` when all went well.

    Whoever fills it writes `MANIFEST` too (`manifest_of`). Raises `ExportError` where the
    folder holds anything that no build has put there, or cannot be written.
    """
    folder = folder.resolve()  # behind a link, the folder is replaced and the link stays
    try:
        _refuse_foreign(folder)
    except OSError as error:  # as a name that is too long
        raise _cannot(folder, error) from None
    fresh = _fresh(folder)
    try:
        fresh.mkdir(parents=True)
        yield fresh
        if folder.exists():
            _exchange(fresh, folder)
            shutil.rmtree(fresh)
        else:
            fresh.rename(folder)
    except BaseException as error:
        shutil.rmtree(fresh, ignore_errors=True)
        if isinstance(error, UnicodeEncodeError):  # a name of bytes that a library wants as text
            raise _cannot(folder, error) from None
        if isinstance(error, OSError):
            raise _cannot(_named(error, fresh, folder), error) from None
        raise


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Give a path to write to, which takes the place of ``path`` when all went well.

    It has the ending of ``path``, because writers choose by it. Behind a link the file is
    replaced and the link stays; a pipe or a device gets the bytes. Raises `ExportError` where
    it cannot be written.
    """
    if is_stream(path):
        with _into_stream(path) as fresh:
            yield fresh
        return
    path = path.absolute()
    fresh = _fresh(Path(os.path.realpath(path)), path.suffix)
    try:
        yield fresh
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.replace(os.path.realpath(path))
    except BaseException as error:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        if isinstance(error, OSError | UnicodeEncodeError):
            raise _cannot(path, error) from None
        raise


def is_stream(path: Path) -> bool:
    """Tell whether a path is what bytes flow into: a pipe, a terminal, another device."""
    try:
        mode = path.stat().st_mode
    except OSError:  # nothing there yet, or nothing that can be written, as writing will say
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


@contextlib.contextmanager
def _into_stream(path: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / f"whole{path.suffix}"
        yield fresh
        try:
            with fresh.open("rb") as whole, path.open("wb") as stream:
                shutil.copyfileobj(whole, stream)
        except OSError as error:
            raise _cannot(path, error) from None


def refuse_inputs(outputs: Iterable[Path | None], inputs: Iterable[str | Path]) -> None:
    """Refuse output over a file that is read, over any of a folder that is, or over other output.

    Links and other spellings of a path are followed. Raises `ExportError`.
    """
    read = [Path(one).resolve() for one in inputs if "://" not in str(one)]
    taken: set[Any] = set()
    for output in outputs:
        if output is None or is_stream(output):
            continue
        where = output.resolve()
        found = (where.stat().st_dev, where.stat().st_ino) if where.exists() else where
        if found in taken:
            raise ExportError(f"{output}: is written for something else; name another file")
        taken.add(found)
        for one in read if where.exists() else ():
            same = one.exists() and one.samefile(where)
            if same or (one.is_dir() and one in where.parents):
                raise ExportError(f"{output}: is read for this; name another file to write")


def refuse_unwritable(outputs: Iterable[Path | None]) -> None:
    """Refuse files that could not be written, before any work. Raises `ExportError`."""
    for output in outputs:
        if output is None or is_stream(output):
            continue
        if output.is_dir():
            raise ExportError(f"{output}: is a folder; name a file in it")
        folder = output.resolve().parent
        if not folder.is_dir():
            raise ExportError(f"{output}: there is no folder {output.parent}")
        try:
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise _cannot(output, error) from None


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; an earlier one stays until the new one is complete."""
    with new_file(path) as fresh:
        _write(fresh, data)


def manifest_of(folder: Path) -> dict[str, dict[str, Any]]:
    """Return digest and size of every file below a folder, by its path from there."""
    listed = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        listed[path.relative_to(folder).as_posix()] = entry_of(path)
    return listed


def entry_of(path: Path) -> dict[str, Any]:
    """Return digest and size of a file, as a manifest lists them."""
    data = path.read_bytes()
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def _cannot(path: Path, error: OSError | UnicodeError) -> ExportError:
    if isinstance(error, UnicodeError):
        message = "this format's writer cannot take the name in this locale; set PYTHONUTF8=1"
        return ExportError(f"{path}: {message}")
    return ExportError(f"{path}: cannot be written ({error.strerror or error})")


def _named(error: OSError, fresh: Path, folder: Path) -> Path:
    """Return the file that an error is about, by the name that it would have had."""
    name = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else fresh
    return folder / name.relative_to(fresh) if name.is_relative_to(fresh) else folder


def _fresh(path: Path, suffix: str | None = None) -> Path:
    """Return a name beside a path for what is being written, of this process alone.

    What a killed process left under such a name is removed; a living one keeps its own.
    """
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.new*"):
        owner = left.name.removeprefix(f".{path.name}.").split(".")[0]
        if owner.isdigit() and (int(owner) == os.getpid() or not _alive(int(owner))):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    ending = path.suffix if suffix is None else suffix
    return path.with_name(f".{path.name}.{os.getpid()}.new{ending}")


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _refuse_foreign(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ExportError(f"{folder}: is a file; name a folder")
    if all(_DESKTOP.match(path.name) for path in folder.iterdir()):
        return
    try:
        ours = {*orjson.loads((folder / MANIFEST).read_bytes())["files"], MANIFEST}
    except (OSError, ValueError, KeyError, TypeError):
        raise ExportError(f"{folder}: holds files but no build; name an empty folder") from None
    if strangers := sorted(_within(folder) - ours):
        names = ", ".join(strangers[:5])
        raise ExportError(f"{folder}: holds {names}, which no build wrote; move it elsewhere")


def _within(folder: Path) -> set[str]:
    """Return the paths below a folder of all that is no folder, and of empty folders."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if not path.is_dir() or path.is_symlink() or not any(path.iterdir())
        if not _DESKTOP.match(path.name)
    }


def _exchange(one: Path, other: Path) -> None:
    """Swap two folders in one step, so that at every moment one whole build has the name."""
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "renameat2"):
        result = libc.renameat2(
            _AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE
        )
        if result == 0:
            return
    # Elsewhere two renames: a kill between them leaves the old build under the name '.old'.
    aside = other.with_name(f".{other.name}.old")
    other.rename(aside)
    one.rename(other)
    aside.rename(one)
