"""Write layers to files: GeoJSON with a manifest, whole or not at all.

GeoJSON is RFC 7946 (WGS84, longitude first, right-hand rule, five decimals) with the
``time`` member of OGC JSON-FG beside each geometry. The same layers give the same bytes.
"""

from __future__ import annotations

import contextlib
import ctypes
import glob
import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from layers.build import COLUMNS, Layers, Reading, Row
from layers.errors import ExportError

MANIFEST = "manifest.json"
DECIMALS = 5
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


def feature(layers: Layers, row: Row, *, reading: Reading = "nominal") -> dict[str, Any]:
    """Return a row as a GeoJSON feature with the JSON-FG ``time`` member."""
    return {
        "type": "Feature",
        "id": row.id,
        "geometry": geometry_json(layers.drawn[row.id].reading(reading)),
        "time": {
            "interval": [
                row.valid_from.isoformat(),
                row.valid_to.isoformat() if row.valid_to else "..",
            ]
        },
        "properties": properties(row),
    }


def properties(row: Row) -> dict[str, Any]:
    """Return the columns of a row as JSON values: days as text, id lists as lists."""
    return {name: _plain(getattr(row, name)) for name in COLUMNS}


def collection(
    layers: Layers, layer: str, rows: Sequence[Row], *, reading: Reading = "nominal"
) -> dict[str, Any]:
    """Return rows of a layer as a GeoJSON feature collection that names its record."""
    record = layers.record
    titles = record.layers[layer]
    return {
        "type": "FeatureCollection",
        "name": layer,
        "title": {"en": titles.title.en, "ar": titles.title.ar},
        "reading": reading,
        "record": {
            "id": record.atlas.id,
            "edition": record.atlas.edition,
            "sha256": record.sha256,
            "licence": record.atlas.licence,
            "scope": {"en": record.atlas.scope.en, "ar": record.atlas.scope.ar},
        },
        "attribution": sorted(
            {part for row in rows for part in row.attribution.split("; ") if part}
        ),
        "features": [feature(layers, row, reading=reading) for row in rows],
    }


def geometry_json(geometry: BaseGeometry | None) -> dict[str, Any] | None:
    """Return a geometry as GeoJSON with coordinates of five decimals, None for none."""
    if geometry is None or geometry.is_empty:
        return None
    mapping = shapely.geometry.mapping(geometry)
    return {"type": mapping["type"], "coordinates": _rounded(mapping["coordinates"])}


def dumps(data: Any) -> bytes:
    """Return canonical JSON: sorted keys, UTF-8, a final line feed."""
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def build_files(layers: Layers, *, reading: Reading = "nominal") -> dict[str, bytes]:
    """Return every file of a build by name: a GeoJSON a layer and the manifest."""
    files: dict[str, bytes] = {}
    listed: dict[str, dict[str, Any]] = {}
    for layer in layers.record.layers:
        rows = layers.of(layer)
        name = f"{layer}.geojson"
        files[name] = dumps(collection(layers, layer, rows, reading=reading))
        listed[name] = {"sha256": hashlib.sha256(files[name]).hexdigest(), "rows": len(rows)}
    files[MANIFEST] = dumps(
        {
            "files": listed,
            "seeds_sha256": layers.record.sha256,
            "reading": reading,
            "versions": {name: version(name) for name in ("tamas", "shapely", "pyproj")},
        }
    )
    return files


def replace_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files as the whole content of a folder, replacing an earlier build at once.

    Raises `ExportError` where the folder holds anything that no build has put there.
    """
    folder = folder.resolve()  # behind a link, the folder is replaced and the link stays
    _refuse_foreign(folder)
    fresh = _fresh(folder)
    try:
        fresh.mkdir(parents=True)
        for name, data in files.items():
            _write(fresh / name, data)
        if folder.exists():
            _exchange(fresh, folder)
            shutil.rmtree(fresh)
        else:
            fresh.rename(folder)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise ExportError(f"{folder}: cannot be written ({error.strerror})") from None


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; an earlier one stays until the new one is complete."""
    path = path.absolute()
    fresh = _fresh(path)
    try:
        _write(fresh, data)
        fresh.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise ExportError(f"{path}: cannot be written ({error.strerror})") from None


def _fresh(path: Path) -> Path:
    """Return a name beside a path for what is being written, of this process alone.

    What a killed process left under such a name is removed; a living one keeps its own.
    """
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.new"):
        owner = left.name.split(".")[-2]
        if owner.isdigit() and (int(owner) == os.getpid() or not _alive(int(owner))):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    return path.with_name(f".{path.name}.{os.getpid()}.new")


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
    found = {path.name for path in folder.iterdir()}
    if not found:
        return
    try:
        ours = {*orjson.loads((folder / MANIFEST).read_bytes())["files"], MANIFEST}
    except (OSError, ValueError, KeyError, TypeError):
        raise ExportError(f"{folder}: holds files but no build; name an empty folder") from None
    if found - ours:
        names = ", ".join(sorted(found - ours)[:5])
        raise ExportError(f"{folder}: holds {names}, which no build wrote; move it elsewhere")


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


def _rounded(coordinates: Any) -> Any:
    if coordinates and isinstance(coordinates[0], int | float):
        return [round(value, DECIMALS) for value in coordinates]
    return [_rounded(part) for part in coordinates]


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
