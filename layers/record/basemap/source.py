"""Whose a base map is: the record's source for it, and the files below a record's folder."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from layers.atomic import replace_file
from layers.errors import ExportError, QueryError
from layers.record.basemap import layer_files
from layers.record.basemap.cut import BasemapOptions, Box, CutBasemap, cut_basemap
from layers.record.new_atlas import yaml_text
from layers.record.skeletons import appended, languages_in, listed, write, yaml_in

NATURAL_EARTH = ("Natural Earth", "public domain")


def known_source(folder: Path, stated: Mapping[str, str]) -> tuple[str, str] | None:
    """Return publisher and licence where all the files are Natural Earth's, as their names say."""
    files = layer_files.find(folder, stated).values()
    return NATURAL_EARTH if all(one.name.lower().startswith("ne_") for one in files) else None


def source_record(
    name: str,
    publisher: str,
    licence: str,
    languages: Sequence[str],
    *,
    url: str | None = None,
    title: str = "Base map",
) -> dict[str, Any]:
    """Return the source of a data set as sources.yaml has it, of which nobody judged anything."""
    return {
        "id": name,
        "kind": "dataset",
        "publisher": dict.fromkeys(languages, publisher),
        "title": dict.fromkeys(languages, title),
        "published": {"date": None, "basis": "unknown"},
        "language": languages[0].partition("-")[0],
        "url": url,
        "sha256": None,
        "licence": licence,
        "reliability": {"source": "F", "information": "6"},
    }


def add_source(root: Path, source: dict[str, Any]) -> None:
    """Put a source after the last one of sources.yaml."""
    text = yaml_text([source])
    added = appended(
        root, "sources.yaml", source["id"], lambda indent: textwrap.indent(text, indent)
    )
    write(root, added)


def licence_of(root: Path, source: str) -> str | None:
    """Return the licence of a source that the record has, None where it has none of that id."""
    if source not in listed(root, "sources.yaml"):
        return None
    sources = yaml_in(root, "sources.yaml")
    return next(str(one.get("licence")) for one in sources if one.get("id") == source)


def place_of(root: Path) -> tuple[Box, tuple[str, ...]]:
    """Return extent and languages of the atlas in a folder."""
    if not (root / "atlas.yaml").is_file():
        raise ExportError(
            f"{root}: holds no atlas.yaml; tamas new atlas makes one, or name its folder: "
            "tamas --seeds DIR new basemap ..."
        )
    data, languages = yaml_in(root, "atlas.yaml"), languages_in(root)
    try:
        ring = np.array(data["extent"], dtype=float)
        (west, south), (east, north) = ring.min(axis=0), ring.max(axis=0)
    except (KeyError, TypeError, ValueError):
        languages = ()
    if not languages:
        raise ExportError(f"{root / 'atlas.yaml'}: extent or languages: tamas check says what is "
                          "wrong; mend it first")  # fmt: skip
    return (west, south, east, north), languages


def write_basemap(
    root: Path, folder: Path, options: BasemapOptions, source: dict[str, Any] | None, *, over: bool
) -> CutBasemap:
    """Cut a base map and write it below a record's folder, with its source where that is new.

    ``over`` allows to write over files of the same names.
    """
    made = cut_basemap(folder, options)
    there = [name for name in made.files if (root / name).exists()]
    if there and not over:
        raise QueryError("replace", None, f"there is {', '.join(there)} already; --replace "
                         "writes over it")  # fmt: skip
    (root / "basemap").mkdir(exist_ok=True)
    if source is not None:
        add_source(root, source)
    for name, content in made.files.items():
        replace_file(root / name, content.encode())
    return made
