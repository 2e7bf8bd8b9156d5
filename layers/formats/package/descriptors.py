"""What programs read in a data release: Frictionless Data Package and Citation File Format."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
import yaml

from layers.build.rows import BuiltAtlas
from layers.formats import FORMATS
from layers.formats.attribution import LEGAL, Credit
from layers.formats.columns import Column
from layers.formats.csv_ import described_columns
from layers.i18n import translator
from layers.record.model import AtlasFile

_MEDIA = {
    ".csv": ("csv", "text/csv"),
    ".json": ("json", "application/json"),
    ".md": ("md", "text/markdown"),
    "": ("txt", "text/plain"),
}
_REFERENCES = {
    "claims": (("source_id", "record-sources"),),
    "row_claims": (("claim_id", "record-claims"), ("source_id", "record-sources")),
    "clauses": (("agreement", "record-sources"),),
    "clause_reports": (
        ("clause_id", "record-clauses"),
        ("claim_id", "record-claims"),
        ("source_id", "record-sources"),
    ),
    "tallies": (("id", "record-claims"), ("source_id", "record-sources")),
    "dispute_sides": (("dispute_id", "record-disputes"),),
}


def datapackage(
    built: BuiltAtlas,
    found: Sequence[Credit],
    files: Mapping[str, Mapping[str, Any]],
    tables: Mapping[str, str],
) -> bytes:
    """Return ``datapackage.json``: every file with its digest, the CSV with their columns.

    ``files`` is digest and size by path, ``tables`` the table that each CSV of columns is of.
    """
    record, atlas = built.record, built.record.atlas
    package = {
        "profile": "data-package",
        "name": atlas.id,
        "id": f"sha256:{record.sha256}",
        "title": atlas.title.default,
        "description": "\n\n".join(atlas.scope.as_dict().values()),
        "version": atlas.edition,
        "licenses": _licences(found),
        "sources": [
            {
                "title": credit.line(atlas.languages[0]),
                **({"path": credit.url} if credit.url else {}),
            }
            for credit in found
            if credit.part in ("lines", "points")
        ],
        "contributors": [{"title": _publisher(atlas), "role": "publisher"}],
        "keywords": _keywords(built),
        "temporal": {"start": atlas.record_from, "end": atlas.record_to},
        "resources": [
            _resource(path, files[path], tables.get(path), atlas.languages)
            for path in sorted(files)
        ],
    }
    return orjson.dumps(package, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def citation_file(built: BuiltAtlas) -> str:
    """Return ``CITATION.cff`` (1.2.0).

    The edition's day is when the record was closed and no day of release, so it is the version
    and ``date-released`` is left to whoever publishes the deposit.
    """
    record, atlas = built.record, built.record.atlas
    legal = LEGAL.get(atlas.licence)
    said: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them as below.",
        "type": "dataset",
        "title": atlas.title.default,
        "abstract": f"{atlas.scope.default} {atlas.borders.default}",
        "authors": [{"name": _publisher(atlas)}],
        "version": atlas.edition,
        "identifiers": [
            {
                "type": "other",
                "value": f"sha256:{record.sha256}",
                "description": f"Digest of the record, read by tamas {version('tamas')}",
            }
        ],
        "keywords": _keywords(built),
    }
    if legal:
        said["license"] = legal.spdx
    text: str = yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=100)
    return text


def _publisher(atlas: AtlasFile) -> str:
    """Return who publishes the atlas; its own title where nobody is named."""
    return (atlas.publisher or atlas.title).default


def _licences(found: Sequence[Credit]) -> list[dict[str, str]]:
    """Return each licence once, in the form that Frictionless asks for: a name or an address."""
    return [
        {"name": legal.spdx, "title": name, "path": legal.url}
        if (legal := LEGAL.get(name))
        else {"name": _slug(name), "title": name}
        for name in dict.fromkeys(credit.licence for credit in found)
    ]


def _slug(name: str) -> str:
    return re.sub("[^A-Za-z0-9]+", "-", name).strip("-").lower() or "other"


def _keywords(built: BuiltAtlas) -> list[str]:
    """Return the kinds of zone that the layers are of, in words, each once."""
    record = built.record
    words = translator(record.languages[0], record)
    return list(dict.fromkeys(words.kind(layer.style) for layer in record.layers.values()))


def _resource(
    path: str, entry: Mapping[str, Any], name: str | None, languages: tuple[str, ...]
) -> dict[str, Any]:
    format_, media_type = _kind(path)
    resource: dict[str, Any] = {
        "name": _resource_name(path),
        "path": path,
        "format": format_,
        "mediatype": media_type,
        "bytes": entry["bytes"],
        "hash": f"sha256:{entry['sha256']}",
    }
    if name is None:
        return {**resource, "type": "file"}  # else Frictionless guesses columns in it
    return {
        **resource,
        "type": "table",
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True},
        "schema": _schema(name, languages),
    }


def _kind(path: str) -> tuple[str, str]:
    for one in FORMATS.values():
        if path.startswith("data/") and path.endswith(one.ending):
            return one.id if one.id != "kml" else "kmz", one.media_type.split(";")[0]
    return _MEDIA.get(Path(path).suffix, ("bin", "application/octet-stream"))


def _resource_name(path: str) -> str:
    """Return the path as a name that a resource may have: small letters, digits, ``-._``."""
    name = path.lower().removesuffix(".csv").replace("/", "-").replace("evidence_", "")
    return re.sub("[^A-Za-z0-9._-]", "-", name)


def _schema(name: str, languages: tuple[str, ...]) -> dict[str, Any]:
    columns = described_columns(name, languages)
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in columns],
        "missingValues": [""],
    }
    if columns[0].name == "id":
        schema["primaryKey"] = ["id"]
    if name in _REFERENCES:
        schema["foreignKeys"] = [
            {"fields": [field], "reference": {"resource": resource, "fields": ["id"]}}
            for field, resource in _REFERENCES[name]
        ]
    return schema


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": "string" if column.kind == "strings" else column.kind,
        "description": column.meaning,
    }
    if column.kind == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    return field
