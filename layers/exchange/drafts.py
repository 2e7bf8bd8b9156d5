"""Drafts of records from drawn shapes: what the drawing says is filled in, the rest says TODO.

A point becomes a place, a line a trace, a polygon a trace and a zone that is drawn from it.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import get_args

import shapely

from layers.errors import QueryError, SeedError, SeedFaults, UnknownId
from layers.exchange.changes import Changes
from layers.exchange.drawn import Drawn, read_drawn
from layers.exchange.sheets import RecordFiles, read_files
from layers.record.base import ID_PATTERN
from layers.record.model import GeomBasis, StretchProperties
from layers.record.placeholders import MARK
from layers.record.skeleton_text import todo
from layers.record.skeletons import skeleton
from layers.record.strict_yaml import load
from layers.record.table_edits import with_rows
from layers.record.yaml_edits import changed

_KINDS = {"Point": "place", "LineString": "trace", "Polygon": "zone", "MultiPolygon": "zone"}
_MOST_UNCERTAIN_M = 200_000
_NAMES = ("name", "title")


@dataclass(frozen=True, slots=True)
class Stated:
    """What somebody states of the shapes of a file, as it does not say it itself.

    Attributes
    ----------
    uncertainty_m
        How far off they may be; a column ``uncertainty_m`` of the file goes before it.
    basis
        What they follow from, a ``geom_basis`` of the record.
    names
        By language, the column that holds the name; left out: looked for.
    id
        The column that holds the id; left out: made from the name.

    """

    uncertainty_m: float | None = None
    basis: str = "digitised_public_map"
    source: str | None = None
    licence: str | None = None
    method: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    id: str | None = None


def import_drawn(root: Path, path: Path, stated: Stated, layer: str | None = None) -> Changes:
    """Return the drafts that a file of shapes gives; nothing is written.

    Raises
    ------
    QueryError, UnknownId
        Where what is stated is not enough, or names what is not there.
    SeedFaults
        Every feature that cannot be taken, with its file and number.
    ExportError
        Where the file, or the record, cannot be read.

    """
    files = read_files(root)
    shapes = read_drawn(path, layer)
    _check(stated, files, shapes)
    taken = list(_named(path, files, stated, shapes))
    texts: dict[str, str] = {}
    rows = []
    for name, shape in taken:
        kind = _KINDS[shape.geometry.geom_type]
        if kind == "place":
            rows.append(_place(files, stated, name, shape))
            continue
        texts[f"traces/{name}.geojson"] = _trace(files, stated, name, shape)
        if kind == "zone":
            texts[f"zones/{name}.yaml"] = _zone(files, stated, name, shape)
    left = sum(_left(text) for text in texts.values())
    if rows:
        table = files.tables["places.csv"]
        left += sum(_left(" ".join(row.values())) for row in rows)
        old = [row for row, _ in table.rows]
        texts["places.csv"] = str(with_rows(table, [*old, *rows]))
    counted = Counter(_KINDS[shape.geometry.geom_type] for _, shape in taken)
    listed = ", ".join(f"{count} {kind}{'s' * (count > 1)}" for kind, count in counted.items())
    said = f"{listed}; {left} values to fill in; tamas check names them"
    return Changes(texts, (said,))


def _check(stated: Stated, files: RecordFiles, shapes: list[Drawn]) -> None:
    if stated.basis not in get_args(GeomBasis):
        raise QueryError("basis", stated.basis, f"must be one of {', '.join(get_args(GeomBasis))}")
    sources = [str(one.get("id")) for one in files.data["sources.yaml"] or ()]
    if stated.source is not None and stated.source not in sources:
        raise UnknownId("source", stated.source, sources)
    columns = {column for shape in shapes for column in shape.columns}
    asked = [(f"name {lang}", column) for lang, column in stated.names.items()]
    for option, column in [*asked, *([("id", stated.id)] if stated.id else [])]:
        if column not in columns:
            listed = ", ".join(sorted(columns)) or "none"
            raise QueryError(option, column, f"there is no column {column!r}; there are {listed}")
    for lang in stated.names:
        if lang not in files.languages:
            raise QueryError("name", lang, f"the atlas is in {', '.join(files.languages)}")


def _named(
    path: Path, files: RecordFiles, stated: Stated, shapes: list[Drawn]
) -> Iterator[tuple[str, Drawn]]:
    """Yield each shape with its id; `SeedFaults` names every one that cannot be taken."""
    used: dict[bool, set[str]] = {True: set(), False: set()}  # places are apart from the others
    faults: list[SeedError] = []
    for number, shape in enumerate(shapes, start=1):
        others = used[shape.geometry.geom_type == "Point"]
        name = shape.columns.get(stated.id, "") if stated.id else _slug(files, stated, shape)
        name = name or f"{_slug_of(path.stem) or 'shape'}-{number}"
        if not stated.id:
            variants = (f"{name}-{number}" for number in count(2))
            name = next(one for one in chain([name], variants) if one not in others)
        if message := _refusal(files, stated, name, shape, others):
            faults.append(SeedError(str(path), shape.label, "", message))
        others.add(name)
        yield name, shape
    if faults:
        raise SeedFaults(faults)


def _refusal(
    files: RecordFiles, stated: Stated, name: str, shape: Drawn, others: set[str]
) -> str | None:
    """Return why a shape cannot be taken under a name; None where it can."""
    kind = _KINDS[shape.geometry.geom_type]
    if kind == "place":
        there = any(row.get("id") == name for row, _ in files.tables["places.csv"].rows)
    else:
        both = (f"zones/{name}.yaml", f"traces/{name}.geojson")
        there = any((files.root / file).exists() for file in both)
    off = _uncertainty(stated, shape)
    if not re.fullmatch(ID_PATTERN, name) or len(name) > 80:
        return f"{name!r} is no id: lower-case letters, digits and single hyphens"
    if name in others:
        return f"{name!r} stands twice in the file"
    if there:
        return f"there is a {kind} {name!r} already; take the shape out, or name it otherwise"
    if off is None:
        return "say how far off it may be: --uncertainty-m METRES, or a column uncertainty_m"
    if not 0 < off <= _MOST_UNCERTAIN_M:
        return f"must be off by more than 0 and at most {_MOST_UNCERTAIN_M:,} m (found {off:g})"
    return None


def _slug(files: RecordFiles, stated: Stated, shape: Drawn) -> str:
    """Return an id from the first name that has one in it."""
    names = _names(files, stated, shape).values()
    return next(filter(None, map(_slug_of, names)), "")


def _slug_of(name: str) -> str:
    if not name.isascii():
        return ""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:70].strip("-")


def _names(files: RecordFiles, stated: Stated, shape: Drawn) -> dict[str, str]:
    """Return the names of a shape by language, as far as its columns have them."""
    plain = {column.lower(): text for column, text in shape.columns.items()}
    found = {}
    for lang in files.languages:
        tag = lang.lower()
        columns = [f"name{mark}{tag}" for mark in (":", "_", "-")]
        columns += _NAMES if lang == files.languages[0] else ()
        texts = [plain[column] for column in columns if plain.get(column)]
        if lang in stated.names:
            texts = [shape.columns.get(stated.names[lang], "")]
        if texts and texts[0]:
            found[lang] = texts[0]
    return found


def _uncertainty(stated: Stated, shape: Drawn) -> float | None:
    try:
        return float(shape.columns.get("uncertainty_m") or "")
    except ValueError:
        return stated.uncertainty_m


def _place(files: RecordFiles, stated: Stated, name: str, shape: Drawn) -> dict[str, str]:
    table = files.tables["places.csv"]
    text = skeleton("place", files.root, name).text
    row = next(csv.DictReader([text], table.header, delimiter=table.separator))
    ((lon, lat),) = shapely.get_coordinates(shape.geometry)
    known = {"lon": f"{lon:.10g}", "lat": f"{lat:.10g}",
             "uncertainty_m": f"{_uncertainty(stated, shape):.10g}",
             "source": stated.source, "licence": stated.licence}  # fmt: skip
    known |= {f"name_{lang}": text for lang, text in _names(files, stated, shape).items()}
    return {**row, **{column: text for column, text in known.items() if text}}


def _trace(files: RecordFiles, stated: Stated, name: str, shape: Drawn) -> str:
    """Return a trace file of one feature, in the form of RFC 7946."""
    called = next(iter(_names(files, stated, shape).values()), name)
    properties = {
        "uncertainty_m": _uncertainty(stated, shape),
        "method": stated.method or todo(StretchProperties, "method"),
        "source": stated.source or todo(StretchProperties, "source"),
        "licence": stated.licence or todo(StretchProperties, "licence"),
        "name": called,
    }
    geometry = json.loads(shapely.to_geojson(shape.geometry))
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    head = json.dumps({"type": "FeatureCollection", "id": name, "name": called}, ensure_ascii=False)
    return f'{head[:-1]}, "features": [\n{json.dumps(feature, ensure_ascii=False)}\n]}}\n'


def _zone(files: RecordFiles, stated: Stated, name: str, shape: Drawn) -> str:
    text = skeleton("zone", files.root, name).whole.decode()
    data = load(text)
    data["names"] = {**data["names"], **_names(files, stated, shape)}
    data["recipe"] = {"op": "polygon", "trace": name}
    data["geom_basis"] = stated.basis
    return changed(text, data)


def _left(text: str) -> int:
    return len(re.findall(rf"\b{MARK}\b", text))
