"""Read the record: every file of a seeds folder, once, with every fault it has.

`read` returns a `Record` or raises `SeedFaults` naming file, record, field and the way to
mend each. What concerns one file is checked here, what ties records together in
`layers.record.checks`; a shape that cannot be drawn is found by `layers.build.assembly`.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from layers.characters import is_formula, is_plain, unseen_in_name, unwanted
from layers.errors import DanglingReference, SeedError, SeedFaults
from layers.record.basemap_files import check_basemap
from layers.record.checks import cross_check
from layers.record.clauses import Agreement, Clause
from layers.record.fault_words import fault_words
from layers.record.files import decoded, read_seed
from layers.record.fonts import covered
from layers.record.limits import limit_message, over_limits, values_in
from layers.record.model import (
    FOLDERS,
    LISTS,
    AtlasFile,
    Claim,
    ClaimFile,
    ContactPair,
    GazetteerPlace,
    Record,
    Source,
    TraceRecord,
)
from layers.record.placeholders import (
    MARK,
    Location,
    find_placeholders,
    follows_from,
    is_placeholder,
    texts_in,
)
from layers.record.strict_yaml import PlainError, load
from layers.record.tables import read_table
from layers.record.texts import languages_of
from layers.record.traces import ReadModel, ReportFault, load_json, trace_of
from layers.settings import Limits, read_limits

M = TypeVar("M", bound=BaseModel)
W = TypeVar("W", bound=BaseModel)
# Lists and folders that an atlas may do without.
_OPTIONAL = (
    "kinds", "systems", "unknowns", "clauses", "pairs", "traces", "shapes", "basemap",
)  # fmt: skip
# Files of which a folder has one at least if it is meant to be an atlas.
_WHOLE = ("atlas.yaml", "layers.yaml", "sources.yaml", "claims", "zones", "places.csv")
_NEW_ATLAS = "tamas new atlas DIR --languages en,... --extent W,S,E,N makes every file of one"
_CLAIM_STAND_IN = {
    "id": "x", "kind": "statement", "where": None, "date": None, "date_basis": "none",
    "stated_on": None, "asserted_by": "x",
}  # fmt: skip
_CLAUSE_STAND_IN = {"id": "x", "paragraph": "x", "duty": "other", "who": ["x"], "claims": ["x"]}


# Fields that hold names, by how they begin.
_NAMES = ("id", "name", "title", "spellings", "publisher")


def read(root: Path, limits: Limits | None = None) -> Record:
    """Read and check the seeds folder; `SeedFaults` lists all that is wrong with it.

    ``limits`` are those of the environment where none are given.
    """
    limits = limits or read_limits()
    reader = _Reader(root, limits)
    record = reader.record()
    faults = reader.faults
    if record is not None and not (over := list(over_limits(record, limits))):
        cross = cross_check(record)
        found = (one for one in cross if not reader.is_unfinished(one))
        faults += islice(found, limits.max_faults)
    elif record is not None:
        faults += over
    if record is None or faults:
        raise SeedFaults(faults, most=limits.max_faults)
    return record


class _Reader:
    """Reads one folder, collecting faults instead of stopping at the first."""

    def __init__(self, root: Path, limits: Limits) -> None:
        self.root = root
        self._limits = limits
        self._bytes_read = 0
        self.faults: list[SeedError] = []
        self._digests: dict[str, bytes] = {}
        self._unfinished: set[str] = set()
        self._marked = False
        self._languages: tuple[str, ...] = ()

    def is_unfinished(self, fault: SeedError) -> bool:
        """Tell whether what a record names is there, and only waits to be filled in."""
        return isinstance(fault, DanglingReference) and (
            fault.name in self._unfinished or is_placeholder(fault.name)
        )

    def record(self) -> Record | None:
        """Return the record, None where files are missing or nothing could be read."""
        if not self.root.is_dir():
            message = "there is no such folder; --seeds (or TAMAS_SEEDS) must name a seeds folder"
            self._fault(str(self.root), "", "", message)
            return None
        if not any(os.path.lexists(self.root / name) for name in _WHOLE):
            self._fault(str(self.root), "", "", f"there is no atlas in this folder; {_NEW_ATLAS}")
            return None
        atlas = self._atlas()
        tables: dict[str, Any] = {name: self._list(name, kind) for name, kind in LISTS.items()}
        tables["claims"], tables["source_of"] = self._claims()
        tables["agreements"] = self._agreements()
        tables["places"] = self._places()
        pairs = self._folder("pairs", "*.csv")
        tables["pairs"] = {path.stem: self._pairs(path) for path in pairs}
        tables["traces"] = dict(self._traces())
        tables |= {folder: self._by_file(folder, kind) for folder, kind in FOLDERS.items()}
        for path in self._folder("basemap", "*.geojson"):
            self._basemap(path, tables["sources"])
        if atlas is None:
            return None
        return Record(root=self.root, atlas=atlas, sha256=self._digest(), **tables)

    def _digest(self) -> str:
        whole = hashlib.sha256()
        for name in sorted(self._digests):
            whole.update(f"{name}\n".encode() + self._digests[name])
        return whole.hexdigest()

    # --- files -----------------------------------------------------------------------------

    def _bytes(self, path: Path) -> bytes | None:
        name = self._name(path)
        try:
            data = read_seed(self.root, path, self._limits.max_file_bytes)
        except SeedError as error:
            self.faults.append(error)
            return None
        except FileNotFoundError:
            self._fault(name, "", "", f"the file is missing; every record has one; {_NEW_ATLAS}")
            return None
        except OSError as error:
            self._fault(name, "", "", f"cannot be read ({error.strerror})")
            return None
        self._digests[name] = hashlib.sha256(data).digest()
        self._bytes_read += len(data)
        if self._bytes_read > self._limits.max_record_bytes:
            total = limit_message(
                self._bytes_read, "bytes with the files before it", self._limits, "max_record_bytes"
            )
            self._fault(name, "", "", total)
            raise SeedFaults(self.faults, most=self._limits.max_faults)
        return data

    def _text(self, path: Path) -> str | None:
        data = self._bytes(path)
        if data is None:
            return None
        try:
            text = decoded(data)
        except ValueError as error:
            self._fault(self._name(path), "", "", str(error))
            return None
        self._marked |= MARK in text
        if not text.strip():
            self._nothing(self._name(path), "the file is empty")
            return None
        return text

    def _yaml(self, path: Path) -> Any:
        text = self._text(path)
        if text is None:
            return None
        try:
            data = load(text)
        except PlainError as error:
            self._fault(self._name(path), "", "", str(error))
            return None
        if data is None:
            self._nothing(self._name(path), "the file holds no data")
        return data

    def _nothing(self, name: str, message: str) -> None:
        self._fault(name, "", "", f"{message}; {self._instead_of_nothing(name)}")

    def _instead_of_nothing(self, name: str) -> str:
        """Return what to write into a file that holds nothing."""
        folder, _, file = name.rpartition("/")
        if name == "places.csv":
            return f"its first line is {','.join(GazetteerPlace.columns(self._languages))}"
        if folder == "pairs":
            return f"its first line is {','.join(ContactPair.model_fields)}"
        if name == "atlas.yaml":
            return _NEW_ATLAS
        if not folder:
            return "a list of none is []"
        kind = {"claims": "claim --source", "zones": "zone", "shapes": "shape"}.get(folder)
        made = f"; tamas new {kind} {file.partition('.')[0]} writes it anew" if kind else ""
        return f"fill it in, or remove it{made}"

    def _folder(self, name: str, pattern: str = "*.yaml") -> list[Path]:
        folder, needed = self.root / name, name not in _OPTIONAL
        if not folder.is_dir():
            if needed:
                self._fault(f"{name}/", "", "", "the folder is missing; make it, with its files")
            return []
        # A hidden file is a desktop's own, as the ._ files that macOS puts beside others.
        found = (one for one in folder.glob(pattern) if not one.name.startswith("."))
        paths = sorted(found, key=_natural if name == "zones" else None)
        if name == "zones" and len(paths) > self._limits.max_zones:
            message = limit_message(len(paths), "zones", self._limits, "max_zones")
            self._fault("zones/", "", "", message)
            return []
        if needed and not any(folder.iterdir()):
            kind = {"claims": "claim --source", "zones": "zone"}[name]
            message = f"the folder holds no {pattern} file; tamas new {kind} ID makes one"
            self._fault(f"{name}/", "", "", message)
        return paths

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    # --- records ---------------------------------------------------------------------------

    def _atlas(self) -> AtlasFile | None:
        data = self._yaml(self.root / "atlas.yaml")
        self._languages = languages_of(data)
        atlas = None if data is None else self._model(AtlasFile, data, "atlas.yaml", "atlas")
        for number, font in enumerate(atlas.fonts if atlas else (), start=1):
            path = self.root / font.file
            # What lies outside is refused before it is opened, whatever its name.
            inside = ".." not in path.parts and not Path(font.file).is_absolute()
            body = self._bytes(path) if inside else None
            if not inside or (body is not None and not covered(body)):
                message = (
                    "is no font of the seeds folder; put one beside it (TTF, OTF, WOFF), "
                    "as fonts/Name-Regular.ttf"
                )
                self._fault("atlas.yaml", "atlas", f"fonts[{number}].file", message)
        return atlas

    def _list(self, name: str, kind: type[M]) -> dict[str, M]:
        """Return the records of a file that lists them, by their ids."""
        file = f"{name}.yaml"
        if name in _OPTIONAL and not os.path.lexists(self.root / file):
            return {}
        data = self._yaml(self.root / file)
        if data is None:
            return {}
        if not isinstance(data, list):
            self._fault(file, "", "", "must be a list of records, each starting with '- id:'")
            return {}
        return self._unique(file, data, kind)

    def _unique(self, name: str, rows: list[Any], kind: type[M]) -> dict[str, M]:
        found: dict[str, M] = {}
        for number, row in enumerate(rows, start=1):
            given = row.get("id") if isinstance(row, dict) else None
            label = str(given) if given else f"record {number}"
            model = self._model(kind, row, name, label)
            if model is None:
                continue
            key = _id(model)
            if key in found:
                self._fault(name, label, "id", "is given twice; each record needs its own id")
            else:
                found[key] = model
        return found

    def _claims(self) -> tuple[dict[str, Claim], dict[str, str]]:
        claims: dict[str, Claim] = {}
        source_of: dict[str, str] = {}
        for name, head, listed in self._listings("claims", ClaimFile, Claim, _CLAIM_STAND_IN):
            for key, claim in listed.items():
                if key in claims:
                    self._fault(name, key, "id", f"is also in the claims of {source_of[key]}")
                elif head is not None:
                    claims[key], source_of[key] = claim, head.source
        return claims, source_of

    def _agreements(self) -> dict[str, Agreement]:
        found: dict[str, Agreement] = {}
        told: dict[str, str] = {}
        for name, head, listed in self._listings("clauses", Agreement, Clause, _CLAUSE_STAND_IN):
            if head is None:
                continue
            for key in listed:
                if (other := told.setdefault(key, name)) != name:
                    self._fault(name, key, "id", f"is also in {other}")
            found[Path(name).stem] = head.model_copy(update={"clauses": list(listed.values())})
        return found

    def _listings(
        self, folder: str, whole: type[W], kind: type[M], stand_in: dict[str, Any]
    ) -> Iterator[tuple[str, W | None, dict[str, M]]]:
        """Read files that list records; a head is checked apart: one bad record hides none."""
        source = next(iter(whole.model_fields))  # what a file is named by
        for path in self._folder(folder):
            name, data, listed = self._name(path), self._yaml(path), {}
            if data is None:
                continue
            rows = data.get(folder) if isinstance(data, dict) else None
            if isinstance(rows, list) and rows:
                listed = self._unique(name, rows, kind)
                summary = dict.fromkeys(self._languages, "x")
                data = {**data, folder: [{**stand_in, "summary": summary}]}
            head = self._model(whole, data, name, "")
            if head is not None:
                self._named(path, "", source, getattr(head, source))
            yield name, head, listed

    def _named(self, path: Path, record: str, field: str, key: str) -> None:
        """Report a file that is not named by what it holds."""
        if key != path.stem:
            message = f"differs from the file's name: {path.stem}.yaml"
            self._fault(self._name(path), record, field, message)

    def _by_file(self, folder: str, kind: type[M]) -> dict[str, M]:
        """Return the records of a folder that have a file each, named by their id."""
        found: dict[str, M] = {}
        for path in self._folder(folder):
            data = self._yaml(path)
            if data is None:
                continue
            model = self._model(kind, data, self._name(path), path.stem)
            if model is not None:
                key = _id(model)
                self._named(path, key, "id", key)
                found[key] = model
        return found

    def _places(self) -> dict[str, GazetteerPlace]:
        if not self._languages:  # what the columns must be is not known: atlas.yaml has a fault
            self._text(self.root / "places.csv")
            return {}
        columns = GazetteerPlace.columns(self._languages)
        rows = [row for _, row in self._csv(self.root / "places.csv", GazetteerPlace, columns)]
        for row in rows:
            row["names"] = {lang: row.pop(f"name_{lang}") for lang in self._languages}
            row["spellings"] = [s.strip() for s in (row.get("spellings") or "").split("|") if s]
        return self._unique("places.csv", rows, GazetteerPlace)

    def _pairs(self, path: Path) -> tuple[ContactPair, ...]:
        name = self._name(path)
        rows = self._csv(path, ContactPair, list(ContactPair.model_fields))
        models = [self._model(ContactPair, row, name, f"line {line}") for line, row in rows]
        return tuple(model for model in models if model is not None)

    def _csv(
        self, path: Path, kind: type[BaseModel], columns: Sequence[str]
    ) -> list[tuple[int, dict[str, Any]]]:
        text = self._text(path)
        if text is None:
            return []
        numbers = [
            name
            for name, field in kind.model_fields.items()
            if field.annotation in {float, int, float | None}
        ]
        table = read_table(text, self._name(path), columns, numbers)
        self.faults += table.faults
        return [(line, dict(row)) for line, row in table.rows]

    def _json(self, path: Path) -> Any:
        text = self._text(path)
        try:
            return None if text is None else load_json(text)
        except ValueError as error:
            self._fault(self._name(path), "", "", f"is no JSON ({error})")
            return None

    def _basemap(self, path: Path, sources: Mapping[str, Source]) -> None:
        if (data := self._json(path)) is not None:
            check_basemap(path.stem, data, sources, *self._for(self._name(path)))

    def _traces(self) -> Iterator[tuple[str, TraceRecord]]:
        for path in self._folder("traces", "*.geojson"):
            if (data := self._json(path)) is None:
                continue
            if (read := trace_of(path.stem, data, *self._for(self._name(path)))) is not None:
                yield path.stem, read
            elif self._marked and any(find_placeholders(data)):
                self._unfinished.add(path.stem)

    def _for(self, name: str) -> tuple[ReportFault, ReadModel]:
        """Return what reports faults of a file, and what reads the models of its parts."""
        return partial(self._fault, name), lambda kind, given, label: self._model(
            kind, given, name, label
        )

    # --- faults ----------------------------------------------------------------------------

    def _model(self, kind: type[M], data: Any, path: str, record: str) -> M | None:
        most = self._limits.max_record_values
        count, texts = values_in(data, most)
        if count > most:
            message = limit_message(count, "values or more", self._limits, "max_record_values")
            self._fault(path, record, "", message)
            return None
        left = dict(find_placeholders(data)) if self._marked else {}
        for where, said in left.items():
            message = f"is still to be filled in{said and f': {said}'}"
            self._fault(path, record, _field(where, path), message)
        for where, message in () if all(map(is_plain, texts)) else _unwanted(data):
            self._fault(path, record, _field(where, path), message)
        try:
            return kind.model_validate(data, context={"languages": self._languages})
        except ValidationError as error:
            if left:
                self._unfinished.add(record)
            for item in error.errors(include_url=False, include_input=True):
                if left and (
                    is_placeholder(item["input"]) or follows_from(item["loc"], list(left))
                ):
                    continue
                self._fault(path, record, _field(item["loc"], path), fault_words(item))
            return None

    def _fault(self, path: str, record: str, field: str, message: str) -> None:
        """Keep a fault; where there are too many already, the rest of the record is not read."""
        if len(self.faults) > self._limits.max_faults:
            raise SeedFaults(self.faults, most=self._limits.max_faults)
        self.faults.append(SeedError(path, record, field, message))


def _id(model: BaseModel) -> str:
    return str(getattr(model, "id"))  # noqa: B009  # of models that have one


def _natural(path: Path) -> list[tuple[int, str]]:
    """Return what puts file names in order as people count: 50 before 140."""
    parts = re.split(r"(\d+)", path.name)
    return [(int(part), "") if part.isdigit() else (0, part) for part in parts]


def _unwanted(data: Any) -> Iterator[tuple[Location, str]]:
    """Look at texts as they were read: YAML and JSON may write any character as an escape."""
    for where, text in texts_in(data):
        # A block of YAML ends with a line's end; the model takes it off.
        for at, what in islice(unwanted(text.rstrip(" \t\r\n")), 1):
            yield where, f"character {at + 1} is U+{ord(text[at]):04X}, a {what}; remove it"
        for at in islice(unseen_in_name(text), 1):
            if any(str(part).startswith(_NAMES) for part in where):
                unseen = "an unseen mark that no name needs; remove it"
                yield where, f"character {at + 1} is U+{ord(text[at]):04X}, {unseen}"
        if is_formula(text):
            message = f"begins with {text[0]!r}, which a spreadsheet takes for a formula; "
            yield where, f"{message}nothing is called so: begin it with a letter"


def _field(loc: Location, path: str) -> str:
    """Write a pydantic location as a reader would: periods[2].from.date; name_en in a table."""
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text.replace("names.", "name_") if path.endswith(".csv") else text
