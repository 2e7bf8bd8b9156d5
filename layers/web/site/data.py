"""The record as files to take: every data format, a file a layer or one of all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from layers.build.rows import BuiltAtlas
from layers.formats import FORMATS, format_of
from layers.formats.csv_ import DICTIONARY, write_dictionary
from layers.formats.export import content_of, split_by_layer, write_beside_csv
from layers.query.selection import Selection

FOLDER = "data"


def write_data(
    built: BuiltAtlas, folder: Path, formats: Sequence[str] | None = None
) -> dict[str, list[str]]:
    """Write all rows in some formats or all, below ``data/``; return the paths by format.

    Paths are relative to ``folder``; a format is named as people know it.
    """
    content = content_of(built, Selection())
    listed: dict[str, list[str]] = {}
    for one in [format_of(name) for name in formats or FORMATS]:
        paths = listed.setdefault(one.title, [])
        (folder / FOLDER / one.id).mkdir(parents=True)
        for part in split_by_layer(content, one):
            paths.append(f"{FOLDER}/{one.id}/{part.id}{one.ending}")
            one.write(part, folder / paths[-1])
        if one.id == "csv":
            beside = write_beside_csv(content, folder / FOLDER / one.id)
            paths += [f"{FOLDER}/{one.id}/{name}" for name in beside]
    write_dictionary(folder / FOLDER / DICTIONARY, content.languages)
    return listed
