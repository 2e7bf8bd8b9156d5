"""Skeletons of new records: every field that must be filled in, with what it means.

A skeleton parses, has each field that the model asks for and no other, and says TODO where only
a person knows the value: `tamas check` then names exactly these. What stands in a file already
keeps its bytes; a skeleton goes after them.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from babel import Locale, UnknownLocaleError
from pydantic import BaseModel

from layers.atomic import replace_file
from layers.errors import ExportError, QueryError, UnknownId
from layers.record.files import read_seed
from layers.record.kinds import DEFAULT_KINDS
from layers.record.model import (
    ID_PATTERN,
    Claim,
    GazetteerPlace,
    Period,
    Published,
    Reliability,
    Source,
    Start,
    Zone,
)
from layers.record.placeholders import MARK
from layers.record.strict_yaml import PlainError, load
from layers.record.tables import separator_of
from layers.record.texts import LocalizedText, languages_of

SkeletonKind = Literal["claim", "place", "zone", "source"]
# Fields that a model lets out and that a person should still look at, with what they start from.
SHOWN: Mapping[str, tuple[str, ...]] = {
    "Claim": ("id", "kind", "where", "locator", "summary", "places", "actors", "date",
              "date_basis", "stated_on", "asserted_by"),
    "Source": ("id", "kind", "publisher", "published", "language", "url", "sha256", "licence",
               "reliability"),
    "Published": ("date", "basis"),
    "Reliability": ("source", "information"),
    "Zone": ("id", "layer", "type", "names", "summary", "clause", "recipe", "geom_basis",
             "confidence", "confidence_reason", "periods"),
    "Period": ("track", "status", "from_"),
    "Start": ("date", "claims"),
}  # fmt: skip
_EMPTY: Mapping[str, tuple[str, str]] = {
    "Claim.where": ("null", "start, end and quote_sha256 where a copy of the text was kept"),
    "Claim.places": ("[]", "{place: id, role: at, from, to, near, within, venue or mentioned}"),
    "Claim.actors": ("[]", "ids of the actors it speaks of"),
    "Source.sha256": ("null", "of the text that was read, null where none was kept"),
}
_MODELS: Mapping[str, type[BaseModel]] = {
    **dict.fromkeys(
        ("publisher", "summary", "names", "clause", "confidence_reason"), LocalizedText
    ),
    "published": Published,
    "reliability": Reliability,
    "from_": Start,
}


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A new record: its id, its file below the seeds folder, its own text and the whole file."""

    id: str
    file: str
    text: str
    whole: bytes

    @property
    def left(self) -> int:
        """Return how many values are left to fill in."""
        return len(re.findall(rf"\b{MARK}\b", self.text))


def skeleton(
    kind: SkeletonKind, root: Path, name: str | None, *, source: str | None = None
) -> Skeleton:
    """Return the skeleton of a new record; `QueryError` says what an id must be.

    A claim's id may be left out: it is the next number of its ``source``.
    """
    if not root.is_dir():
        raise ExportError(f"{root}: there is no such folder; --seeds must name a seeds folder")
    if kind == "claim":
        return _claim(root, name, source)
    if source is not None:
        raise QueryError("source", source, "goes with a claim alone")
    if name is None:
        raise QueryError("id", None, f"name the {kind}, as in: tamas new {kind} an-id")
    if kind == "place":
        return _place(root, _free("place", name, _places(root), "places.csv"))
    if kind == "source":
        known = _listed(root, "sources.yaml")
        return _appended(root, "sources.yaml", _free("source", name, known, "sources.yaml"), Source)
    known = [path.stem for path in sorted((root / "zones").glob("*.yaml"))]
    name = _free("zone", name, known, f"zones/{name}.yaml")
    text = _lines(Zone, name, "", _languages(root))
    return Skeleton(name, f"zones/{name}.yaml", text, (_head(root, "zones") + text).encode())


def write(root: Path, made: Skeleton) -> Path:
    """Put a skeleton into its file, whole or not at all; return the file."""
    path = root / made.file
    path.parent.mkdir(exist_ok=True)
    replace_file(path, made.whole)
    return path


# What is there already


def _free(kind: str, name: str, known: Iterable[str], file: str) -> str:
    known = list(known)
    if not re.fullmatch(ID_PATTERN, name) or len(name) > 80:
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80]
        hint = f", as {slug}" if slug else ""
        raise QueryError("id", name, f"is lower-case letters, digits and single hyphens{hint}")
    if name in known:
        near = [one for one in difflib.get_close_matches(name, known, n=4) if one != name]
        also = f"; near it: {', '.join(near)}" if near else ""
        raise QueryError("id", name, f"there is a {kind} {name!r} in {file}; choose another{also}")
    return name


def _listed(root: Path, file: str) -> list[str]:
    """Return the ids of a list of records, sound or not."""
    data = _yaml(root, file)
    return [str(item.get("id")) for item in data or () if isinstance(item, dict)]


def _places(root: Path) -> list[str]:
    text = _text(root, "places.csv")
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator_of(text))
    return [row.get("id") or "" for row in rows]


def _yaml(root: Path, file: str) -> Any:
    try:
        return load(_bytes(root, file).decode("utf-8-sig"))
    except (PlainError, UnicodeDecodeError) as error:
        raise ExportError(f"{root / file}: cannot be added to: {error}; mend it first") from None


def _text(root: Path, file: str) -> str:
    return _bytes(root, file).decode("utf-8-sig", errors="replace")


def _bytes(root: Path, file: str) -> bytes:
    try:
        return read_seed(root, root / file)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise ExportError(f"{root / file}: cannot be read ({error.strerror or error})") from None


# The four kinds


def _claim(root: Path, name: str | None, source: str | None) -> Skeleton:
    sources = _listed(root, "sources.yaml")
    if source is None:
        source = re.sub(r"-\d+$", "", name or "")
        if source not in sources:
            raise QueryError("source", None, "name the source of the claim: --source ID")
    if source not in sources:
        near = [one for one in sources if source in one]
        near = near or difflib.get_close_matches(source, sources, n=5)
        raise UnknownId("source", source, near or sources)
    if not re.fullmatch(ID_PATTERN, source):
        raise QueryError("source", source, "is no id that a file could be named by; mend it first")
    file = f"claims/{source}.yaml"
    data = _yaml(root, file)
    claims = data.get("claims") if isinstance(data, dict) else None
    here = [str(one.get("id")) for one in claims or () if isinstance(one, dict)]
    files = [f"claims/{path.name}" for path in (root / "claims").glob("*.yaml")]
    known = {one for other in files for one in _ids_of(root, other)}
    taken = [int(one.rpartition("-")[2]) for one in here if re.search(r"-\d+$", one)]
    chosen = name or f"{source}-{max(taken, default=0) + 1:02d}"
    chosen = _free("claim", chosen, known, file)
    if here:
        return _appended(root, file, chosen, Claim, within="claims")
    text = f"source: {source}\nclaims:\n{_item(Claim, chosen, '  ', _languages(root))}"
    return Skeleton(chosen, file, text, (_head(root, "claims") + text).encode())


def _ids_of(root: Path, file: str) -> list[str]:
    return re.findall(r"(?m)^\s*- (?:\{\s*)?id:\s*([\w-]+)", _text(root, file))


def _place(root: Path, name: str) -> Skeleton:
    before = _bytes(root, "places.csv")
    languages = _languages(root)
    columns = GazetteerPlace.columns(languages)
    text = _text(root, "places.csv")
    separator = separator_of(text) if text.strip() else ","
    header = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), columns)
    row = {"id": name, "names": ""}
    for lang in languages:
        optional = ", empty where no source gives one" if lang != languages[0] else ""
        row[f"name_{lang}"] = f"{MARK} name in {_language(lang)}{optional}"
    for column, field in GazetteerPlace.model_fields.items():
        if field.is_required():
            row.setdefault(column, _todo(GazetteerPlace, column))
    out = io.StringIO()
    end = "\r\n" if b"\r\n" in before else "\n"
    csv.writer(out, delimiter=separator, lineterminator=end).writerow(
        row.get(column, "") for column in header
    )
    start = "" if before else separator.join(columns) + end
    joint = end if before and not before.endswith(b"\n") else ""
    whole = before + (start + joint + out.getvalue()).encode()
    return Skeleton(name, "places.csv", out.getvalue(), whole)


def _appended(
    root: Path, file: str, name: str, model: type[BaseModel], *, within: str | None = None
) -> Skeleton:
    """Return a record put after the last one of a list, in the manner of that file."""
    before = _bytes(root, file)
    text = before.decode("utf-8-sig")
    marks = re.findall(r"(?m)^([ ]*)- ", text)
    indent = min(marks, key=len) if marks else ("  " if within else "")
    item = _item(model, name, indent, _languages(root))
    gap = "\n" if re.search(r"\n\s*\n *- id:", text) else ""
    joint = ("" if text.endswith("\n") or not text else "\n") + gap
    end = "\r\n" if "\r\n" in text else "\n"
    added = (joint + item).replace("\n", end)
    old = _yaml(root, file)
    try:
        new = load(text + added)
        last = new[within][-1] if within else new[-1]
        kept = {**new, within: new[within][:-1]} == old if within else new[:-1] == (old or [])
    except (PlainError, TypeError, KeyError, IndexError):
        last, kept = {}, False
    if not kept or last.get("id") != name:
        message = "has a form that nothing can be put after; use --print and put it in by hand"
        raise ExportError(f"{root / file}: {message}")
    return Skeleton(name, file, item, before + added.encode())


def _head(root: Path, folder: str) -> str:
    """Return the line that names the schema to editors, as the files beside have it."""
    for path in sorted((root / folder).glob("*.yaml")):
        first = _text(root, f"{folder}/{path.name}").partition("\n")[0]
        return f"{first.strip()}\n" if first.startswith("# yaml-language-server") else ""
    return ""


# The text of a record


def _item(model: type[BaseModel], name: str, indent: str, languages: Sequence[str]) -> str:
    """Return a record as an item of a list."""
    text = _lines(model, name, f"{indent}  ", languages)
    return f"{indent}- {text[len(indent) + 2 :]}"


def _lines(model: type[BaseModel], name: str, indent: str, languages: Sequence[str]) -> str:
    if model is LocalizedText:
        return "".join(f"{indent}{lang}: {MARK} in {_language(lang)}\n" for lang in languages)
    lines = []
    for field in SHOWN[model.__name__]:
        shown = model.model_fields[field].alias or field
        about = _about(model, field)
        head = f"{indent}{shown}:"
        key = f"{model.__name__}.{field}"
        if field == "id":
            lines.append(f"{head} {name}\n")
        elif key in _EMPTY:
            value, said = _EMPTY[key]
            lines.append(f"{head} {value}  # {said}\n")
        elif field == "recipe":
            lines.append(f"{head}  # {about}\n{indent}  op: {MARK} how it is drawn\n")
        elif field == "periods":
            lines.append(f"{head}\n{_item(Period, name, f'{indent}  ', languages)}")
        elif key == "Start.claims":
            lines.append(f"{head} [{_todo(model, field)}]\n")
        elif field in _MODELS and key != "Reliability.source":
            inner = _MODELS[field]
            comment = f"  # {about}" if about else ""
            lines.append(f"{head}{comment}\n{_lines(inner, name, f'{indent}  ', languages)}")
        else:
            lines.append(f"{head} {_todo(model, field)}\n")
    return "".join(lines)


def _languages(root: Path) -> tuple[str, ...]:
    try:
        return languages_of(load(_text(root, "atlas.yaml")))
    except PlainError:
        return ()


def _language(tag: str) -> str:
    """Return what English calls a language."""
    try:
        return Locale.parse(tag, sep="-").english_name or tag
    except (UnknownLocaleError, ValueError):
        return tag


def _todo(model: type[BaseModel], field: str) -> str:
    """Return the mark with what is to be filled in, as plain YAML text."""
    choices = _choices(model.model_fields[field].annotation)
    if (model, field) == (Zone, "type"):  # any string to the model: a record may add kinds
        choices = list(DEFAULT_KINDS)
    said = _about(model, field).replace(": ", " ").replace(" #", " ")
    listed = f" ({' / '.join(choices)})" if choices else ""
    return f"{MARK} {said or field.replace('_', ' ')}{listed}".replace("[", "(").replace("]", ")")


def _about(model: type[BaseModel], field: str) -> str:
    return model.model_fields[field].description or ""


def _choices(annotation: Any) -> list[str]:
    """Return the words that a field allows, none where it takes any."""
    if get_origin(annotation) is Literal:
        return [str(word) for word in get_args(annotation)]
    if get_origin(annotation) in {Union, UnionType}:
        return [w for one in get_args(annotation) if one is not NoneType for w in _choices(one)]
    return []
