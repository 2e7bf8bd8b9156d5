"""Skeletons of new records: every field that must be filled in, with what it means.

A skeleton parses, has each field that the model asks for and no other, and says TODO where only
a person knows the value: `tamas check` then names exactly these. What stands in a file already
keeps its bytes; a skeleton goes after them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from layers.atomic import replace_file
from layers.errors import ExportError, QueryError, UnknownId
from layers.events.dialect import dialect_of
from layers.record.base import ID_PATTERN
from layers.record.files import decoded, read_seed
from layers.record.kinds import KIND_PATTERN, LONGEST_KIND
from layers.record.model import FOLDERS, LISTS, Claim, ContactPair, GazetteerPlace
from layers.record.placeholders import MARK
from layers.record.skeleton_text import item_text, language_name, record_text, todo
from layers.record.strict_yaml import PlainError, load
from layers.record.table_edits import csv_line, table_text
from layers.record.texts import languages_of

SkeletonKind = Literal[
    "claim", "place", "zone", "source", "actor", "layer", "dispute", "unknown", "kind", "pairs",
    "shape",
]  # fmt: skip
# A list that holds nothing, as an empty file should be written.
_NONE = re.compile(r"(?m)^\[ *\][ \t]*(#.*)?\r?\n?")


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
    kind: SkeletonKind,
    root: Path,
    name: str | None,
    *,
    source: str | None = None,
    filled: Mapping[str, str] | None = None,
) -> Skeleton:
    """Return the skeleton of a new record; `QueryError` says what an id must be.

    A claim's id may be left out: it is the next number of its ``source``. ``filled`` has columns of
    a place that need no filling in.
    """
    if not root.is_dir():
        raise ExportError(f"{root}: there is no such folder; --seeds must name a seeds folder")
    if kind == "claim":
        return _claim(root, name, source)
    if source is not None:
        raise QueryError("source", source, "goes with a claim alone")
    if name is None:
        raise QueryError("id", None, f"name it, as in: tamas new {kind} an-id")
    if kind == "place":
        return _place(root, _free("place", name, _places(root), "places.csv"), filled or {})
    if kind == "pairs":
        return _pairs(root, name)
    folder = f"{kind}s"
    if folder in LISTS:
        file = f"{folder}.yaml"
        _free(kind, name, listed(root, file), file)
        return appended(root, file, name, _item(root, LISTS[folder], name))
    known = [path.stem for path in sorted((root / folder).glob("*.yaml"))]
    file = f"{folder}/{name}.yaml"
    text = record_text(FOLDERS[folder], _free(kind, name, known, file), "", languages_in(root))
    return Skeleton(name, file, text, (schema_head(root, folder) + text).encode())


def write(root: Path, made: Skeleton) -> Path:
    """Put a skeleton into its file, whole or not at all; return the file."""
    path = root / made.file
    path.parent.mkdir(exist_ok=True)
    replace_file(path, made.whole)
    return path


# What is there already


def _free(kind: str, name: str, known: Iterable[str], file: str) -> str:
    known = list(known)
    pattern, longest, joints = ID_PATTERN, 80, "hyphens"
    if kind == "kind":
        pattern, longest, joints = KIND_PATTERN, LONGEST_KIND, "hyphens or underscores"
    if not re.fullmatch(pattern, name) or len(name) > longest:
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:longest].strip("-")
        hint = f", as {slug}" if slug else ""
        raise QueryError("id", name, f"is lower-case letters, digits and single {joints}{hint}")
    if name in known:
        near = [one for one in difflib.get_close_matches(name, known, n=4) if one != name]
        also = f"; near it: {', '.join(near)}" if near else ""
        raise QueryError("id", name, f"there is a {kind} {name!r} in {file}; choose another{also}")
    return name


def listed(root: Path, file: str) -> list[str]:
    """Return the ids of a list of records, sound or not."""
    data = yaml_in(root, file)
    return [str(item.get("id")) for item in data or () if isinstance(item, dict)]


def _places(root: Path) -> list[str]:
    table = table_text(_sound(root, "places.csv"), ["id"])
    return [row.get("id") or "" for row, _ in table.rows]


def yaml_in(root: Path, file: str) -> Any:
    """Return the data of a file, None where there is no such file."""
    try:
        return load(_sound(root, file))
    except PlainError as error:
        raise ExportError(f"{root / file}: cannot be added to: {error}; mend it first") from None


def _sound(root: Path, file: str) -> str:
    """Return the text of a file that is added to."""
    try:
        return decoded(bytes_in(root, file))
    except ValueError as error:
        raise ExportError(f"{root / file}: cannot be added to: {error}; mend it first") from None


def _text(root: Path, file: str) -> str:
    return bytes_in(root, file).decode("utf-8-sig", errors="replace")


def bytes_in(root: Path, file: str) -> bytes:
    """Return the bytes of a file, none where there is no such file."""
    try:
        return read_seed(root, root / file)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise ExportError(f"{root / file}: cannot be read ({error.strerror or error})") from None


# Each kind


def _claim(root: Path, name: str | None, source: str | None) -> Skeleton:
    sources = listed(root, "sources.yaml")
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
    data = yaml_in(root, file)
    claims = data.get("claims") if isinstance(data, dict) else None
    here = [str(one.get("id")) for one in claims or () if isinstance(one, dict)]
    texts = [_text(root, f"claims/{path.name}") for path in (root / "claims").glob("*.yaml")]
    known = {
        one for text in texts for one in re.findall(r"(?m)^\s*- (?:\{\s*)?id:\s*([\w-]+)", text)
    }
    taken = [int(one.rpartition("-")[2]) for one in here if re.search(r"-\d+$", one)]
    chosen = name or f"{source}-{max(taken, default=0) + 1:02d}"
    chosen = _free("claim", chosen, known, file)
    if here:
        return appended(root, file, chosen, _item(root, Claim, chosen), within="claims")
    text = f"source: {source}\nclaims:\n{item_text(Claim, chosen, '  ', languages_in(root))}"
    return Skeleton(chosen, file, text, (schema_head(root, "claims") + text).encode())


def _place(root: Path, name: str, filled: Mapping[str, str]) -> Skeleton:
    before = bytes_in(root, "places.csv")
    languages = languages_in(root)
    columns = GazetteerPlace.columns(languages)
    text = _sound(root, "places.csv")
    header = table_text(text, columns).header
    dialect = dialect_of(text)
    row = {"id": name, "names": ""}
    for lang in languages:
        optional = ", empty where no source gives one" if lang != languages[0] else ""
        row[f"name_{lang}"] = f"{MARK} name in {language_name(lang)}{optional}"
    for column, field in GazetteerPlace.model_fields.items():
        if field.is_required():
            row.setdefault(column, todo(GazetteerPlace, column))
    row |= filled
    separator, end = dialect.separator, dialect.end
    line = csv_line((row.get(column, "") for column in header), separator, end)
    start = "" if before else separator.join(columns) + end
    joint = end if before and not before.endswith((b"\r", b"\n")) else ""
    return Skeleton(name, "places.csv", line, before + (start + joint + line).encode())


def _pairs(root: Path, name: str) -> Skeleton:
    file = f"pairs/{name}.csv"
    known = [path.stem for path in (root / "pairs").glob("*.csv")]
    _free("pairs", name, known, file)
    row = [
        todo(ContactPair, column) if field.is_required() else ""
        for column, field in ContactPair.model_fields.items()
    ]
    lines = [ContactPair.model_fields, row, row]  # a line needs two
    text = "".join(csv_line(cells, ",", "\n") for cells in lines)
    return Skeleton(name, file, text, text.encode())


def _item(root: Path, model: type[BaseModel], name: str) -> Callable[[str], str]:
    return lambda indent: item_text(model, name, indent, languages_in(root))


def appended(
    root: Path, file: str, name: str, item_of: Callable[[str], str], *, within: str | None = None
) -> Skeleton:
    """Return a record put after the last one of a list, in the manner of that file.

    ``item_of`` returns its text as an item of a list that is indented so.
    """
    old = yaml_in(root, file)
    text = _sound(root, file)
    if not text:
        text = _schema_line(root, Path(file).stem, ".")
    elif old == []:
        text = _NONE.sub("", text, count=1)
    before = text.encode()
    marks = re.findall(r"(?m)^([ ]*)- ", text)
    indent = min(marks, key=len) if marks else ("  " if within else "")
    item = item_of(indent)
    gap = "\n" if re.search(r"\n\s*\n *- id:", text) else ""
    joint = ("" if text.endswith("\n") or not text else "\n") + gap
    end = "\r\n" if "\r\n" in text else "\n"
    added = (joint + item).replace("\n", end)
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


def schema_head(root: Path, folder: str) -> str:
    """Return the line that names the schema to editors, as the files beside have it."""
    for path in sorted((root / folder).glob("*.yaml")):
        first = _text(root, f"{folder}/{path.name}").partition("\n")[0]
        return f"{first.strip()}\n" if first.startswith("# yaml-language-server") else ""
    return _schema_line(root, folder.removesuffix("s") if folder in FOLDERS else folder, "..")


def _schema_line(root: Path, schema: str, up: str) -> str:
    """Return the line that names a schema to editors, where the atlas has its schemas."""
    file = f"schema/{schema}.schema.json"
    return f"# yaml-language-server: $schema={up}/{file}\n" if (root / file).is_file() else ""


def languages_in(root: Path) -> tuple[str, ...]:
    """Return the languages of a record, sound or not."""
    try:
        return languages_of(load(_text(root, "atlas.yaml")))
    except PlainError:
        return ()
