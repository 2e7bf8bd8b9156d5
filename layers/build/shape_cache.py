"""Shapes drawn before, kept in a file of the user's, so that a start need not draw them again.

Drawing is half of the time from nothing to a first answer. A file holds the drawings of one
record by one version of the program and its geometry libraries: its name says which, its first
line is the digest of the rest. It is text and well-known binary, nothing that could run. Whatever
is wrong with it or with its folder, the shapes are drawn as if there were none; answers are the
same either way, to the byte.

The folder is ``tamas`` in ``$XDG_CACHE_HOME``, else in ``~/.cache``. It must be the user's own and
closed to other writers.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import platform
import stat
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

import geo
from layers.build.rows import GRID_DEGREES, READINGS, BuiltAtlas, EvaluatedRecipe, Geometries, build
from layers.record.model import Record

_MOST_FILES = 8


def build_kept(record: Record, *, folder: Path | None = None, anew: bool = False) -> BuiltAtlas:
    """Build the layers, drawing only what is not kept, or all ``anew``; keep what was drawn."""
    if (folder := folder or cache_folder()) is None or (name := _name(record)) is None:
        return build(record)
    path = folder / name
    drawings = {} if anew else load(path)
    kept = set(drawings)
    built = build(record, drawings=drawings)
    if drawings.keys() != kept:
        save(path, drawings)
    return built


def cache_folder() -> Path | None:
    """Return the user's folder for what can be made again, None where there is none."""
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        return (given if given.is_absolute() else Path.home() / ".cache") / "tamas"
    except RuntimeError:
        return None


def _name(record: Record) -> str | None:
    """Return the file's name: a digest of the record, the program and its libraries."""
    sources = sorted([*Path(geo.__path__[0]).glob("*.py"), *Path(__file__).parent.glob("*.py")])
    if not sources:
        return None  # a program without its text cannot tell one version of itself from another
    whole = hashlib.sha256(record.sha256.encode())
    for part in (
        np.__version__, shapely.__version__, shapely.geos_version_string, pyproj.__version__,
        pyproj.proj_version_str, platform.machine(), platform.system(),
    ):  # fmt: skip
        whole.update(f"\n{part}".encode())
    for source in sources:
        whole.update(hashlib.sha256(source.read_bytes()).digest())
    return f"shapes-{whole.hexdigest()[:32]}.json"


def load(path: Path) -> dict[str, EvaluatedRecipe]:
    """Return the drawings of a file by their recipe; none where anything is wrong with it."""
    try:
        if not (_own(path.parent.lstat(), stat.S_ISDIR) and _own(path.lstat(), stat.S_ISREG)):
            return {}
        digest, _, body = path.read_bytes().partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != digest:
            return {}
        return {key: _drawing(held) for key, held in json.loads(body).items()}
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
        shapely.errors.ShapelyError,
    ):
        return {}


def save(path: Path, drawings: dict[str, EvaluatedRecipe]) -> None:
    """Write a file whole or not at all, and remove the oldest beyond some; never fail."""
    body = json.dumps({key: _plain(held) for key, held in drawings.items()}, sort_keys=True)
    folder, data = path.parent, body.encode()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        if not _own(folder.lstat(), stat.S_ISDIR):
            return
        handle, name = tempfile.mkstemp(dir=folder, prefix="part-")  # for its owner alone
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(data).hexdigest().encode() + b"\n" + data)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        found = sorted(folder.glob("shapes-*.json"), key=lambda each: each.stat().st_mtime_ns)
        for old in found[:-_MOST_FILES]:
            old.unlink(missing_ok=True)
    except OSError:
        return


def _own(facts: os.stat_result, kind: Any) -> bool:
    """Tell whether something is of a kind, the user's own, and closed to other writers."""
    user = getattr(os, "geteuid", None)
    if user is None:
        return False
    return bool(kind(facts.st_mode) and facts.st_uid == user() and not facts.st_mode & 0o022)


def _plain(drawing: EvaluatedRecipe) -> dict[str, Any]:
    shapes = {name: drawing.drawn.reading(name) for name in READINGS}
    return {
        "shapes": {name: shape and _text(shape) for name, shape in shapes.items()},
        "anchor": drawing.drawn.anchor,
        "uncertainty_m": drawing.uncertainty_m,
        "schematic": drawing.schematic,
    }


def _text(shape: BaseGeometry) -> str:
    return base64.b64encode(shapely.to_wkb(shape)).decode()


def _drawing(held: Any) -> EvaluatedRecipe:
    shapes = {name: _shape(held["shapes"][name]) for name in READINGS}
    anchor = held["anchor"] and (float(held["anchor"][0]), float(held["anchor"][1]))
    drawn = Geometries(shapes["nominal"], shapes["inner"], shapes["outer"], anchor)
    return EvaluatedRecipe(drawn, float(held["uncertainty_m"]), bool(held["schematic"]))


def _shape(text: str | None) -> BaseGeometry | None:
    if text is None:
        return None
    shape = shapely.from_wkb(base64.b64decode(text))
    # A shape carries the grid that it was rounded to, which its binary form does not.
    return shapely.set_precision(shape, GRID_DEGREES, mode="pointwise")
