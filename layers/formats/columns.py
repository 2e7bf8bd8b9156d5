"""The columns of every table that leaves: names, kinds, what they mean, and their plain values.

``columns.json`` holds them table by table, the catalogues say what they mean: the rows of the
layers (the columns of `layers.build.rows` and a few that let a file stand alone), and the sheets of
evidence that `layers.formats.evidence` fills. ``name_{lang}`` is a column for each language of the
atlas.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from layers.build.rows import FrameColumnType
from layers.i18n import explained
from layers.record.texts import LocalizedText

_LANG = "{lang}"
LIST_SEPARATOR = ";"
"""Between the ids of a list where a format has no lists; no id holds one."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the kind of its values, and what it means, by language."""

    name: str
    kind: FrameColumnType
    says: LocalizedText
    separator: str = LIST_SEPARATOR
    """Between the parts of a list where a format has no lists."""

    @property
    def meaning(self) -> str:
        """Return what it means in each language, and how its lists are divided."""
        first, *others = self.says.as_dict().values()
        listed = f" (parts divided by '{self.separator}')" if self.kind == "strings" else ""
        return " / ".join([f"{first}{listed}", *others])


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table without shapes: its columns and its rows as plain values."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]


@cache
def columns_of(table: str, languages: tuple[str, ...]) -> tuple[Column, ...]:
    """Return the columns of a table in their order; ``rows`` are those of every layer.

    ``languages`` are those of the atlas, whose texts are a column each.
    """
    return tuple(_columns(table, languages))


def _columns(table: str, languages: tuple[str, ...]) -> Iterator[Column]:
    for name, given in _tables()[table].items():
        key = f"column.{table}.{name.replace(_LANG, 'lang')}"
        told = {part: value for part, value in given.items() if part != "but_first"}
        if _LANG not in name:
            yield Column(name, says=explained(key, languages, languages[0]), **told)
            continue
        for lang in languages[1:] if given.get("but_first") else languages:
            yield Column(name.replace(_LANG, lang), says=explained(key, languages, lang), **told)


def table_names() -> tuple[str, ...]:
    """Return the names of all tables, the rows of the layers first."""
    return tuple(_tables())


def sheet(name: str, rows: Iterable[Mapping[str, Any]], languages: tuple[str, ...]) -> Sheet:
    """Return rows as a table of ``columns.json``; what it does not name is left out."""
    columns = columns_of(name, languages)
    return Sheet(
        name, columns, tuple({one.name: row.get(one.name) for one in columns} for row in rows)
    )


def cell(value: Any, separator: str = LIST_SEPARATOR) -> Any:
    """Return a value as a format without lists, days and truth values writes it.

    Lists are joined, the places of a claim among them as ``role:place``; None is empty.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return separator.join(words_of(value))
    return value


def words_of(items: Iterable[Any]) -> list[str]:
    """Return a list's parts as words, the places of a claim as ``role:place``."""
    return [item if isinstance(item, str) else f"{item['role']}:{item['place']}" for item in items]


@cache
def _tables() -> dict[str, dict[str, dict[str, Any]]]:
    text = files("layers.formats").joinpath("columns.json").read_text(encoding="utf-8")
    return {
        table: {
            name: {"kind": given} if isinstance(given, str) else given
            for name, given in columns.items()
        }
        for table, columns in json.loads(text).items()
    }
