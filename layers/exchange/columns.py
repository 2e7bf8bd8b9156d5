"""Columns of a sheet, made from the model: how each is called, what may stand in it, its meaning.

A column is a field with one value. Fields within fields have their names joined by dots, as faults
name them (``published.date``); a text has a column a language (``summary_en``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from layers.record.base import DayText, EdtfText
from layers.record.skeleton_text import language_name
from layers.record.texts import LocalizedText

Kind = Literal["text", "date", "number", "flag", "ids", "range"]
Cell = str | float | bool | None
_EXACT = 1e15  # below it a float is the whole number that it says
_DATES = (get_args(EdtfText)[1], get_args(DayText)[1])
# Which sheet lists the ids that a field names.
_NAMED_IN: Mapping[str, str] = {
    "Actor.of": "actors",
    "Claim.asserted_by": "actors",
    "ClaimPlace.place": "places",
    "ContactPair.first": "places",
    "ContactPair.first_source": "sources",
    "ContactPair.second": "places",
    "ContactPair.second_source": "sources",
    "GazetteerPlace.source": "sources",
    "Hold.place": "places",
    "Tally.agreement": "sources",
    "Tally.counter": "actors",
    "TallyPart.place": "places",
}
_FORMS: Mapping[Kind, str] = {
    "date": "EDTF, as 2020-03-05 or 2020-03",
    "ids": "ids, with commas between them",
    "range": "a number, or [least, most]",
}


@dataclass(frozen=True, slots=True)
class WorkbookColumn:
    """A column of a sheet.

    Attributes
    ----------
    path
        Of its value in a record.
    note
        What it means, for who fills it in.
    nulls
        For each part of the path, whether nothing is written as null and not left out.
    named_in
        The sheet that lists the ids that may stand in it.

    """

    header: str
    path: tuple[str, ...]
    kind: Kind
    note: str
    nulls: tuple[bool, ...] = (False,)
    choices: tuple[str, ...] = ()
    named_in: str | None = None

    def cell(self, value: Any) -> Cell:
        """Return a value of the record as a cell."""
        if value is None or value == []:
            return None
        if isinstance(value, bool):
            return str(value).lower()
        if self.kind == "ids" and isinstance(value, list):
            return ", ".join(map(str, value))
        if self.kind == "number" and isinstance(value, str):
            return _number(value)
        if self.kind in ("number", "range") and isinstance(value, int | float):
            return value
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def value(self, cell: Cell) -> Any:
        """Return what a cell says; what has another form stays a text, for the model to refuse."""
        if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
            cell = int(cell)
        if cell is None or (isinstance(cell, bool) and self.kind == "flag"):
            return cell
        if self.kind in ("number", "range") and not isinstance(cell, str):
            return cell
        text = str(cell).lower() if isinstance(cell, bool) else str(cell).strip()
        match self.kind:
            case "flag" if text.lower() in ("true", "false"):
                return text.lower() == "true"
            case "ids":
                return [one for one in re.split(r"[,;\s]+", text) if one]
            case "number":
                return _number(text)
            case "range":
                return _range(text)
            case _:
                return text or None

    def same(self, one: Cell, other: Cell) -> bool:
        """Tell whether two cells say the same."""
        return bool(self.value(one) == self.value(other))


@dataclass(frozen=True, slots=True)
class _Within:
    """Where a field is: the fields that it stands in, and whether it must be filled in."""

    path: tuple[str, ...] = ()
    nulls: tuple[bool, ...] = ()
    needed: bool = True
    optional: bool = False

    def field(self, name: str, *, needed: bool, nullable: bool) -> _Within:
        """Return where a field of this one is."""
        optional = self.optional or (bool(self.path) and not self.needed)
        nulls = (*self.nulls, needed and nullable)
        return _Within((*self.path, name), nulls, needed and not nullable, optional)

    @property
    def header(self) -> str:
        return ".".join(self.path)

    def note(self, said: str) -> str:
        """Return what is said of a column, and whether it may be left empty."""
        rest = f" with the rest of {'.'.join(self.path[:-1])}" if self.optional else ""
        return f"{_sentence(said)} Needed{rest}." if self.needed else _sentence(said)


def columns_of(
    model: type[BaseModel],
    languages: Sequence[str],
    within: _Within | None = None,
    *,
    table: bool = False,
) -> Iterator[WorkbookColumn]:
    """Yield the columns of a model; lists of records within it are sheets of their own.

    In a table, as the record has it in CSV, what is a list is one text.
    """
    within = within or _Within()
    for name, annotation, field in _fields(model):
        inner, nullable, metadata = _plain(annotation)
        here = within.field(name, needed=field.is_required(), nullable=nullable)
        if inner is LocalizedText:
            for lang in languages:
                said = f"{field.description or name} ({language_name(lang)})"
                path = (*here.path, lang)
                note = here.note(said)
                yield WorkbookColumn(
                    f"{here.header}_{lang}", path, "text", note, (*here.nulls, False)
                )
        elif get_origin(inner) is dict:
            for lang in languages:
                note = _sentence(f"{field.description} ({language_name(lang)})")
                yield WorkbookColumn(f"name_{lang}", (f"name_{lang}",), "text", note)
        elif (inside := _model_in(inner)) is not None:
            yield from columns_of(inside, languages, here)
        elif _listed_model(inner) is None:
            kind = _kind(inner, metadata)
            kind = "text" if table and kind == "ids" else kind
            yield _column(model, here, field, kind, _words(inner))


def lists_of(
    model: type[BaseModel], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], type[BaseModel]]]:
    """Yield the path and the model of each list of records within a model."""
    for name, annotation, _ in _fields(model):
        inner = _plain(annotation)[0]
        if (listed := _listed_model(inner)) is not None:
            yield (*path, name), listed
        elif (inside := _model_in(inner)) is not None:
            yield from lists_of(inside, (*path, name))


def in_order(data: Mapping[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    """Return a record with its fields in the order of the model, at every depth."""
    ordered: dict[str, Any] = {}
    for name, annotation, _ in _fields(model):
        if name in data:
            inside, value = _model_in(_plain(annotation)[0]), data[name]
            ordered[name] = in_order(value, inside) if inside and isinstance(value, dict) else value
    return ordered | {name: value for name, value in data.items() if name not in ordered}


@cache
def _fields(model: type[BaseModel]) -> tuple[tuple[str, Any, FieldInfo], ...]:
    hints = get_type_hints(model, include_extras=True)
    named = model.model_fields.items()
    return tuple((field.alias or name, hints[name], field) for name, field in named)


def _plain(annotation: Any) -> tuple[Any, bool, tuple[Any, ...]]:
    """Return a type without None and annotations, whether None may stand there, and these."""
    nullable, metadata = False, ()
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            metadata += tuple(more)
        elif get_origin(annotation) in (Union, UnionType):
            arms = [one for one in get_args(annotation) if one is not NoneType]
            nullable |= NoneType in get_args(annotation)
            if len(arms) > 1:
                return Union, nullable, metadata
            annotation = arms[0]
        else:
            return annotation, nullable, metadata


def _kind(inner: Any, metadata: tuple[Any, ...]) -> Kind:
    if any(one in metadata for one in _DATES):
        return "date"
    if get_origin(inner) is list:
        return "ids"
    kinds: dict[Any, Kind] = {bool: "flag", int: "number", float: "number", Union: "range"}
    return kinds.get(inner, "text")


def _words(inner: Any) -> tuple[str, ...]:
    if inner is bool:
        return ("true", "false")
    return tuple(map(str, get_args(inner))) if get_origin(inner) is Literal else ()


def _model_in(inner: Any) -> type[BaseModel] | None:
    """Return the model of a field that is a record itself; a text is none."""
    is_model = isinstance(inner, type) and issubclass(inner, BaseModel)
    return inner if is_model and inner is not LocalizedText else None


def _listed_model(inner: Any) -> type[BaseModel] | None:
    return _model_in(get_args(inner)[0]) if get_origin(inner) is list else None


def _column(
    model: type[BaseModel], here: _Within, field: FieldInfo, kind: Kind, choices: tuple[str, ...]
) -> WorkbookColumn:
    said = field.description or ""
    if here.path[-1] == "id":
        said = " ".join((model.__doc__ or "").split("\n\n")[0].split()).rstrip(".")
        said += ". Its id: lower-case letters, digits and single hyphens"
    form = _FORMS.get(kind)
    if form and not any(word in said for word in ("EDTF", "[least", "ids")):
        said = f"{said}; {form}"
    if choices:
        said = f"{said}: {', '.join(choices)}"
    named = _NAMED_IN.get(f"{model.__name__}.{here.path[-1]}")
    return WorkbookColumn(here.header, here.path, kind, here.note(said), here.nulls, choices, named)


def _sentence(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}."


def _number(text: str) -> float | str:
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() and abs(number) < _EXACT else number


def _range(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
