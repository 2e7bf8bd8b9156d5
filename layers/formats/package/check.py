"""Verify a data release: every file as listed, no stranger, the same rows and record everywhere.

It needs the release alone. Readers of each format count what is inside it and tell which
record it names; the first file that is wrong is the error.
"""

from __future__ import annotations

import csv
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import orjson
import yaml

from layers.atomic import MANIFEST, manifest_of
from layers.errors import ExportError
from layers.formats.export import Steps
from layers.formats.package import SUMS, sums

_KML = "{http://www.opengis.net/kml/2.2}"


@dataclass(frozen=True, slots=True)
class Found:
    """What a data file holds: rows by layer, and the digests of the records that it names."""

    rows: Mapping[str, int]
    records: frozenset[str]


def check_package(folder: Path, *, steps: Steps = iter) -> dict[str, Any]:
    """Return the manifest of a release that is whole; `ExportError` names the first wrong file.

    ``steps`` wraps the list of data files, for whoever shows progress.
    """
    manifest = _manifest(folder)
    files, record = manifest["files"], manifest["seeds_sha256"]
    _same_files(folder, files)
    _same_sums(folder, files)
    _same_descriptors(folder, files, record)
    layers: dict[str, int] = {}
    for name in steps([name for name in sorted(files) if "format" in files[name]]):
        entry = files[name]
        found = _read(folder / name, entry["format"])
        if found.rows != {layer: count for layer, count in entry["rows"].items() if count}:
            said = sum(entry["rows"].values())
            raise _wrong(folder / name, f"holds {sum(found.rows.values())} rows, listed as {said}")
        if found.records - {record}:
            other = min(found.records - {record})
            raise _wrong(folder / name, f"names the record {other[:12]}, not {record[:12]}")
        for layer, count in entry["rows"].items():
            if layers.setdefault(layer, count) != count:
                raise _wrong(
                    folder / name, f"holds {count} rows of {layer}, others {layers[layer]}"
                )
    return manifest


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest: dict[str, Any] = orjson.loads(path.read_bytes())
        files = manifest["files"]
        sound = isinstance(manifest["seeds_sha256"], str) and all(
            isinstance(entry["sha256"], str) for entry in files.values()
        )
        rows = [entry["rows"] for entry in files.values() if "format" in entry]
        sound = sound and all(isinstance(counts, dict) for counts in rows) and bool(rows)
    except OSError as error:
        raise _wrong(path, f"cannot be read ({error.strerror}); is this a data release?") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        sound = False
    if not sound:
        raise _wrong(path, "is not the manifest of a data release")
    return manifest


def _same_files(folder: Path, files: Mapping[str, Any]) -> None:
    """Compare what there is with what is listed, name by name."""
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


def _same_sums(folder: Path, files: Mapping[str, Any]) -> None:
    if SUMS not in files or (folder / SUMS).read_text(encoding="utf-8") != sums(dict(files)):
        raise _wrong(folder / SUMS, f"differs from {MANIFEST}")


def _same_descriptors(folder: Path, files: Mapping[str, Any], record: str) -> None:
    """Hold the data package and the citation against the manifest."""
    path = folder / "datapackage.json"
    try:
        package = orjson.loads(path.read_bytes())
        listed = {one["path"]: one["hash"] for one in package["resources"]}
        named = package["id"]
    except (OSError, ValueError, KeyError, TypeError):
        raise _wrong(path, "is no data package") from None
    own = {path.name, SUMS}
    wanted = {n: f"sha256:{entry['sha256']}" for n, entry in files.items() if n not in own}
    for name in sorted({*listed, *wanted}):
        if listed.get(name) != wanted.get(name):
            raise _wrong(path, f"says otherwise of {name} than {MANIFEST}")
    if named != f"sha256:{record}":
        raise _wrong(path, f"names another record than {record[:12]}")
    path = folder / "CITATION.cff"
    try:
        cited = yaml.safe_load(path.read_text(encoding="utf-8"))["identifiers"]
        values = [one["value"] for one in cited]
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError):
        raise _wrong(path, "is no citation file") from None
    if f"sha256:{record}" not in values:
        raise _wrong(path, f"names another record than {record[:12]}")


def _read(path: Path, name: str) -> Found:
    if name not in _READERS:
        raise _wrong(path, f"is of a format that is not known here ({name})")
    try:
        return _READERS[name](path)
    except ExportError:
        raise
    except Exception as error:  # noqa: BLE001 - a spoiled file makes a reader raise anything
        raise _wrong(path, f"cannot be read as {name} ({type(error).__name__})") from None


def _found(rows: Iterable[tuple[str, str]]) -> Found:
    """Return counts and digests from the layer and the record of every row."""
    listed = list(rows)
    return Found(Counter(layer for layer, _ in listed), frozenset(record for _, record in listed))


def _geojson(path: Path) -> Found:
    data = orjson.loads(path.read_bytes())
    rows = [(one["properties"]["layer"], one["properties"]["record_sha256"])
            for one in data["features"]]  # fmt: skip
    found = _found(rows)
    return Found(found.rows, found.records | {data["record"]["sha256"]})


def _csv(path: Path) -> Found:
    csv.field_size_limit(2**31 - 1)  # a shape is one field
    with path.open(encoding="utf-8", newline="") as file:
        return _found((row["layer"], row["record_sha256"]) for row in csv.DictReader(file))


def _parquet(path: Path) -> Found:
    import pyarrow.parquet as pq

    table = pq.read_table(path, columns=["layer", "record_sha256"])
    columns = (table.column(name).to_pylist() for name in ("layer", "record_sha256"))
    found = _found(zip(*columns, strict=True))
    named = pq.read_metadata(path).metadata[b"record_sha256"].decode()
    return Found(found.rows, found.records | {named})


def _flatgeobuf(path: Path) -> Found:
    import pyogrio

    _, table = pyogrio.read_arrow(path, columns=["layer", "record_sha256"], read_geometry=False)
    columns = (table.column(name).to_pylist() for name in ("layer", "record_sha256"))
    return _found(zip(*columns, strict=True))


def _geopackage(path: Path) -> Found:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as f:
        names = [name for (name,) in f.execute(
            "SELECT table_name FROM gpkg_contents WHERE data_type = 'features'"
        )]  # fmt: skip
        rows: list[tuple[str, str]] = []
        for name in names:
            quoted = name.replace('"', '""')
            rows += f.execute(f'SELECT layer, record_sha256 FROM "{quoted}"')  # noqa: S608 - quoted
        said = [
            orjson.loads(text)["identifier"].removeprefix("sha256:")
            for (text,) in f.execute(
                "SELECT metadata FROM gpkg_metadata WHERE mime_type = 'application/ld+json'"
            )
        ]
    found = _found(rows)
    return Found(found.rows, found.records | set(said))


def _kml(path: Path) -> Found:
    with zipfile.ZipFile(path) as archive:
        root = ET.fromstring(archive.read("doc.kml"))  # noqa: S314 - expat of 2.4.1 and later
    rows = []
    for mark in root.iter(f"{_KML}Placemark"):
        values = {
            one.get("name", ""): one.findtext(f"{_KML}value", "")
            for one in mark.iter(f"{_KML}Data")
        }
        rows.append((values["layer"], values["record_sha256"]))
    return _found(rows)


_READERS: dict[str, Callable[[Path], Found]] = {
    "geojson": _geojson,
    "jsonfg": _geojson,
    "csv": _csv,
    "parquet": _parquet,
    "fgb": _flatgeobuf,
    "gpkg": _geopackage,
    "kml": _kml,
}


def _wrong(path: Path, reason: str) -> ExportError:
    return ExportError(f"{path}: {reason}")
