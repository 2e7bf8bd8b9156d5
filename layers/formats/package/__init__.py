"""A data release: all formats, the record, terms and digests, ready to be deposited as it is.

Nothing in it knows the day on which it was made: the version is the record's edition. Its digests
verify it with the release alone, as `sha256sum -c SHA256SUMS` does. They show that nothing was
changed by accident; who made a release is shown by the digest of ``SHA256SUMS`` that its publisher
gives.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from layers.atomic import MANIFEST, manifest_of, new_folder
from layers.build.rows import READINGS, BuiltAtlas
from layers.errors import ExportError
from layers.formats import FORMATS, FileFormat
from layers.formats.attribution import Credit, as_json, credits_of
from layers.formats.content import Content
from layers.formats.csv_ import CSVW_OF_FOLDER, DICTIONARY, csvw, write_dictionary
from layers.formats.evidence import nested_evidence, record_evidence
from layers.formats.export import Steps, content_summary, split_by_layer, write_evidence
from layers.formats.features import dumps
from layers.formats.package import descriptors, readme
from layers.i18n import localized
from layers.record.schema import write as write_schemas

SUMS = "SHA256SUMS"


def write_package(built: BuiltAtlas, folder: Path, *, steps: Steps = iter) -> dict[str, Any]:
    """Write a data release into a folder, replaced whole; return its manifest.

    ``steps`` wraps the list of what is to be written, for whoever shows progress.
    """
    whole = Content(built, built.frame, names=tuple(built.record.layers))
    program = Credit("software", localized("formats.schemas", whole.languages), "MIT")
    found = credits_of(built, built.frame, places=built.record.places, also=[program])
    with new_folder(folder) as fresh:
        contents = [replace(whole, reading=reading) for reading in READINGS]
        pairs = [(content, one) for content in contents for one in FORMATS.values()]
        rows: dict[str, dict[str, Any]] = {}
        for content, one in steps(pairs):
            rows |= _write_format(content, one, fresh)
        tables = {name: "rows" for name in rows if name.endswith(".csv")}
        tables |= _write_record(whole, fresh / "record")
        _write_texts(built, found, fresh)
        _write_descriptors(built, found, fresh, tables)
        files = manifest_of(fresh)
        for name, entry in rows.items():
            files[name] |= entry
        manifest = {
            "files": files,
            **content_summary(whole),
            "readings": READINGS,
            "credits": as_json(found),
        }
        del manifest["reading"]
        (fresh / MANIFEST).write_bytes(dumps(manifest))
    return manifest


def _write_format(content: Content, one: FileFormat, folder: Path) -> dict[str, dict[str, Any]]:
    """Write one reading in one format; return what each file holds, by its path."""
    below = Path("data") / content.reading / one.id
    (folder / below).mkdir(parents=True)
    written = {}
    for name, part in _files(content, one):
        one.write(part, folder / below / name)
        counts = {layer: len(own.rows) for layer, own in part.by_layer.items()}
        written[(below / name).as_posix()] = {
            "format": one.id, "reading": content.reading, "rows": counts
        }  # fmt: skip
    if one.id == "csv":
        names = {f"{layer}.csv": "rows" for layer in content.by_layer}
        (folder / below / CSVW_OF_FOLDER).write_bytes(csvw(content, names))
    return written


def _files(content: Content, one: FileFormat) -> list[tuple[str, Content]]:
    """Return the name and content of each file; KML shows one language, so it comes in each."""
    if one.id != "kml":
        return [(f"{part.id}{one.ending}", part) for part in split_by_layer(content, one)]
    languages = content.built.record.atlas.languages
    return [(f"{content.id}-{lang}{one.ending}", replace(content, lang=lang)) for lang in languages]


def _write_record(content: Content, folder: Path) -> dict[str, str]:
    """Write the record as CSV and JSON; return the table of each CSV by its path."""
    folder.mkdir()
    tables = write_evidence(folder, record_evidence(content))
    for name, items in nested_evidence(content.built.record).items():
        (folder / f"{name}.json").write_bytes(dumps(items))
    return {f"{folder.name}/{name}": table for name, table in tables.items()}


def _write_texts(built: BuiltAtlas, found: tuple[Credit, ...], folder: Path) -> None:
    texts = {
        "README.md": readme.readme(built),
        "LICENSE": readme.licence(built, found),
        "ATTRIBUTION.md": readme.attribution(found, built.record.atlas.languages),
        "CITATION.cff": descriptors.citation_file(built),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    write_dictionary(folder / DICTIONARY, built.record.languages)
    write_schemas(folder / "schema", built.record.atlas.languages)


def _write_descriptors(
    built: BuiltAtlas, found: tuple[Credit, ...], folder: Path, tables: dict[str, str]
) -> None:
    """Write the data package and, last, the digests of all that stands so far."""
    package = descriptors.datapackage(built, found, manifest_of(folder), tables)
    (folder / "datapackage.json").write_bytes(package)
    (folder / SUMS).write_text(sums(manifest_of(folder)), encoding="utf-8")


def sums(files: dict[str, dict[str, Any]]) -> str:
    """Return digests as ``sha256sum -c`` reads them, without the list's own and the manifest's."""
    return "".join(
        f"{entry['sha256']}  {name}\n"
        for name, entry in sorted(files.items())
        if name not in (SUMS, MANIFEST)
    )


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
