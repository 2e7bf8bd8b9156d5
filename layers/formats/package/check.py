"""Verify a data release by its digests: every file as listed, and no stranger.

It needs the release alone, as `sha256sum -c SHA256SUMS` does. Digests show that nothing was changed
by accident; who made a release is shown by the digest of ``SHA256SUMS`` that its publisher gives.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from layers.atomic import MANIFEST, manifest_of
from layers.errors import ExportError
from layers.formats.package import SUMS, sums


def check_package(folder: Path) -> dict[str, Any]:
    """Return the manifest of a release that is whole.

    Raises
    ------
    ExportError
        Naming the first file that is missing, not listed, or has other bytes than listed.

    """
    manifest = _manifest(folder)
    files: dict[str, Any] = manifest["files"]
    try:
        there = manifest_of(folder)
    except OSError as error:
        raise _wrong(folder, f"cannot be read ({error.strerror or error})") from None
    there.pop(MANIFEST)
    for name in sorted({*files, *there}):
        if name not in there:
            raise _wrong(folder / name, "is listed and missing")
        if name not in files:
            raise _wrong(folder / name, "is not listed")
        if there[name]["sha256"] != files[name]["sha256"]:
            raise _wrong(folder / name, "has other bytes than listed")
    if SUMS not in files or (folder / SUMS).read_text(encoding="utf-8") != sums(files):
        raise _wrong(folder / SUMS, f"differs from {MANIFEST}")
    return manifest


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest: dict[str, Any] = orjson.loads(path.read_bytes())
        files = manifest["files"]
        sound = isinstance(manifest["seeds_sha256"], str) and all(
            isinstance(entry["sha256"], str) for entry in files.values()
        )
    except OSError as error:
        raise _wrong(path, f"cannot be read ({error.strerror}); is this a data release?") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        sound = False
    if not sound:
        raise _wrong(path, "is not the manifest of a data release")
    return manifest


def _wrong(path: Path, reason: str) -> ExportError:
    return ExportError(f"{path}: {reason}")
