"""Data files of a view: one file, or a folder with a file a layer, evidence and a manifest.

A format that holds layers apart (GeoPackage, KML) makes one file of all of them; the others
make one table of all layers as a file, and a file a layer in a folder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from layers.atomic import MANIFEST, is_stream, manifest_of, new_file, new_folder
from layers.build.rows import BuiltAtlas
from layers.errors import ExportError
from layers.formats import FORMATS, FileFormat, format_of, guess_format
from layers.formats.attribution import as_json
from layers.formats.columns import Sheet
from layers.formats.content import Content
from layers.formats.csv_ import (
    CSVW_OF_FILE,
    CSVW_OF_FOLDER,
    DICTIONARY,
    csvw,
    write_dictionary,
    write_sheet,
)
from layers.formats.evidence import row_evidence
from layers.formats.features import dumps
from layers.i18n import choose_language
from layers.query.selection import Selection

Steps = Callable[[Sequence[Any]], Iterable[Any]]
_LIKE_AN_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,8}")


def content_of(
    built: BuiltAtlas, selection: Selection, lang: str | None = None, *, excel: bool = False
) -> Content:
    """Return the rows of a view as content, with a place for each layer it names."""
    names = tuple(
        name for name in built.record.layers if selection.layers is None or name in selection.layers
    )
    return Content(
        built,
        selection.rows(built),
        layer=names[0] if len(names) == 1 else None,
        names=names,
        reading=selection.reading,
        lang=choose_language(lang, built.record.interface_languages),
        known_by=selection.known_by,
        excel=excel,
    )


def destination(where: Path, names: str | None) -> tuple[Path, tuple[FileFormat, ...], bool]:
    """Return where to write, in which formats, and whether it is one file.

    ``names`` are ids joined with commas; None leaves it to the file's ending. Raises
    `ExportError` for an unknown format, or a name and a format that contradict each other.
    """
    formats = tuple(format_of(name.strip()) for name in names.split(",")) if names else ()
    there = _is_folder(where)
    meant = None if there else guess_format(where)
    if meant is not None:
        if formats and formats != (meant,):
            raise ExportError(
                f"{where}: ends as {meant.id}, but --format says {names}; a file of "
                f"{formats[0].id} ends in {formats[0].ending}"
            )
        return where, (meant,), True
    if there and not formats:
        raise ExportError(f"{where}: is a folder; say --format ({', '.join(FORMATS)})")
    if not formats:
        endings = ", ".join(ending for one in FORMATS.values() for ending in one.endings)
        raise ExportError(
            f"{where}: ends in no known format; end a file in {endings}, or name a folder and "
            "--format"
        )
    if _LIKE_AN_ENDING.fullmatch(where.suffix) and not there:
        raise ExportError(
            f"{where}: a file of {formats[0].id} ends in {formats[0].ending}, a new folder in "
            "no ending"
        )
    return where, formats, False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # as a name that is too long; writing will say so
        return False


def write_file(content: Content, path: Path, one: FileFormat) -> list[Path]:
    """Write content as a file, whole or not at all; return what was written, it first.

    CSV has its dictionary beside it, under the name where CSVW readers look.
    """
    if _is_folder(path):
        raise ExportError(f"{path}: is a folder; name a file in it")
    written = [path]
    with ExitStack() as stack:
        if one.id == "csv" and not is_stream(path):
            beside = path.with_name(path.name + CSVW_OF_FILE)
            written.append(beside)
            fresh = stack.enter_context(new_file(beside))
            fresh.write_bytes(csvw(content, {path.name: "rows"}))
        one.write(content, stack.enter_context(new_file(path)))
    return written


def write_folder(
    content: Content, folder: Path, formats: Sequence[FileFormat], *, steps: Steps = iter
) -> dict[str, Any]:
    """Write content into a folder, replaced whole; return its manifest.

    ``steps`` wraps the list of what is to be written, for whoever shows progress.
    """
    with new_folder(folder) as fresh:
        rows: dict[str, int] = {}
        for one, part in steps([(f, part) for f in formats for part in split_by_layer(content, f)]):
            name = f"{part.id}{one.ending}"
            one.write(part, fresh / name)
            rows[name] = len(part.rows)
        if any(one.id == "csv" for one in formats):
            write_beside_csv(content, fresh)
        write_dictionary(fresh / DICTIONARY, content.languages, excel=content.excel)
        files = manifest_of(fresh)
        for name, count in rows.items():
            files[name]["rows"] = count
        manifest = {
            "files": files,
            "formats": [one.id for one in formats],
            **content_summary(content),
        }
        (fresh / MANIFEST).write_bytes(dumps(manifest))
    return manifest


def split_by_layer(content: Content, one: FileFormat) -> list[Content]:
    """Return the files that a format makes of content in a folder: one, or one a layer."""
    if not one.layered:
        return list(content.by_layer.values())
    return [content if content.layer is None else replace(content, layer=None)]


def write_evidence(folder: Path, sheets: Iterable[Sheet], *, excel: bool = False) -> dict[str, str]:
    """Write sheets as CSV into a folder; return the table of each by the name of its file.

    The names hold an underscore, so that no layer can have them.
    """
    written = {}
    for sheet in sheets:
        name = f"evidence_{sheet.name}.csv"
        write_sheet(sheet, folder / name, excel=excel)
        written[name] = sheet.name
    return written


def write_beside_csv(content: Content, folder: Path) -> list[str]:
    """Write the evidence of rows as tables, and what all their columns mean; return the names."""
    evidence = write_evidence(folder, row_evidence(content), excel=content.excel)
    tables = {f"{name}.csv": "rows" for name in content.by_layer}
    (folder / CSVW_OF_FOLDER).write_bytes(csvw(content, tables | evidence))
    return [*evidence, CSVW_OF_FOLDER]


def content_summary(content: Content) -> dict[str, Any]:
    """Return what a manifest says of content: record, reading, versions, whose data."""
    record = content.built.record
    libraries = ("tamas", "geopandas", "pyarrow", "pyogrio", "pyproj", "shapely")
    return {
        "seeds_sha256": record.sha256,
        "atlas": record.atlas.id,
        "edition": record.atlas.edition,
        "reading": content.reading,
        "versions": {name: version(name) for name in libraries},
        "credits": as_json(content.credits),
    }
