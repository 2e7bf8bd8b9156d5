"""A desk's own headings for the words of event files: kinds of event, parties, anything else.

A mapping is a YAML file::

    headings:
      shelling: {en: Shelling, ar: قصف}
      airstrike: {en: Air strikes, ar: غارات جوية}
    columns:
      sub_event_type:
        shelling: [Shelling/artillery/missile attack]
        airstrike: [Air/drone strike]

Of ``columns``, the first that a file has is read; the same headings so serve files of several
providers. Words are compared without regard to case and to spaces around them; ``*`` at the end
of one stands for anything more. The first heading that has a word takes it, and a word that none
has is `UNMAPPED`. ``mappings/kind.yaml`` and ``mappings/party.yaml`` are ready-made, for ACLED,
UCDP GED, GDELT and Atlos.
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from layers.errors import QueryError
from layers.record.strict_yaml import PlainError, load

UNMAPPED = "unmapped"
"""The heading of what no rule maps."""
READY_MADE = Path(__file__).parent / "mappings"
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class Mapping:
    """Headings, each with its words in some languages, and which words of a column they have."""

    headings: Map[str, Map[str, str]]
    columns: Map[str, Sequence[tuple[str, str]]]
    """The rules of each column: a word, casefolded, perhaps with ``*`` at its end, and heading."""

    @classmethod
    def read(cls, path: str | Path) -> Mapping:
        """Return the mapping of a file.

        Raises
        ------
        QueryError
            For a file that cannot be read or is no mapping; it says why.
        """
        try:
            with Path(path).open(encoding="utf-8") as file:
                text = file.read(_LARGEST + 1)
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
            raise QueryError("mapping", str(path), f"{path}: cannot be read ({reason})") from None
        try:
            if len(text) > _LARGEST:
                raise ValueError("it is longer than a million characters")
            return _parsed(load(text))
        except (PlainError, ValueError) as error:
            raise QueryError("mapping", str(path), f"{path}: {error}") from None

    @classmethod
    def ready_made(cls, name: str) -> Mapping | None:
        """Return the mapping that comes with the program for a group, None where there is none."""
        return _ready_made().get(name)

    def column_of(self, header: Sequence[str]) -> str | None:
        """Return the first of the mapping's columns that a header has, as it is spelt there."""
        spelt = {name.strip().casefold(): name for name in reversed(header)}
        return next((spelt[name] for name in self.columns if name in spelt), None)

    def heading_of(self, column: str, word: str) -> str:
        """Return the heading of a word of a column, `UNMAPPED` where none has it."""
        word = word.strip().casefold()
        for rule, heading in self.columns[column.strip().casefold()]:
            if word == rule or (rule.endswith("*") and word.startswith(rule[:-1])):
                return heading
        return UNMAPPED

    def name(self, heading: str, lang: str) -> str:
        """Return what a heading is called in a language, else in the first that it has."""
        said = self.headings.get(heading, {})
        return said.get(lang) or next(iter(said.values()), heading)


@cache
def _ready_made() -> dict[str, Mapping]:
    return {file.stem: Mapping.read(file) for file in sorted(READY_MADE.glob("*.yaml"))}


def _parsed(data: Any) -> Mapping:
    """Return the mapping of a file's data; ValueError says what is wrong."""
    if not isinstance(data, dict) or set(data) != {"headings", "columns"}:
        raise ValueError("a mapping has two parts, 'headings' and 'columns'")
    headings = {}
    for heading, names in _items(data["headings"], "headings"):
        if heading == UNMAPPED:
            raise ValueError(f"{UNMAPPED!r} is what no heading has; choose another id")
        said = dict(_items(names, f"heading {heading!r}"))
        headings[heading] = {
            lang: _text(name, f"heading {heading!r}") for lang, name in said.items()
        }
    columns = {}
    for column, rules in _items(data["columns"], "columns"):
        own: dict[str, str] = {}
        for heading, words in _items(rules, f"column {column!r}"):
            if heading not in headings:
                raise ValueError(f"column {column!r}: {heading!r} is none of the headings")
            if not isinstance(words, list):
                raise ValueError(f"column {column!r}, {heading!r}: give a list of words")
            for word in words:
                rule = _text(word, f"column {column!r}, {heading!r}").casefold()
                if own.setdefault(rule, heading) != heading:
                    raise ValueError(
                        f"column {column!r}: {word!r} stands under {own[rule]!r} and {heading!r}"
                    )
        columns[column.casefold()] = tuple(own.items())
    return Mapping(headings, columns)


def _items(data: Any, where: str) -> list[tuple[str, Any]]:
    if not isinstance(data, dict) or not data:
        raise ValueError(f"{where}: give names, each with what belongs to it")
    return [(_text(name, where), value) for name, value in data.items()]


def _text(value: Any, where: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise ValueError(f"{where}: {value!r} is no word; put it in quotes")
    return str(value).strip()
