"""YAML as data alone.

PyYAML's safe loader still guesses (``on`` becomes True, 2020-03-05 a date, 12:30 a number),
lets a later key silently replace an earlier one, and expands aliases without bound. Seed
files need none of that: here scalars are null, true/false, numbers or text, a repeated key
and any alias, anchor or tag is refused. So is data nested deeper than `DEEPEST`.

PyYAML parses; the data is built from its events, which takes half the time of its loader and
never recurses deeper than what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

_Loader: Any = getattr(yaml, "CLoader", yaml.Loader)  # events alone: neither constructs here
DEEPEST = 64
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_INT = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]+)?")
_BEYOND = re.compile(r"-?\.(?:nan|inf|NaN|Inf)")
_NUMERIC = frozenset("-.0123456789")


class PlainError(ValueError):
    """The text is no plain YAML; the message says where and how to mend it."""


def load(text: str) -> Any:
    """Return the data of a YAML text; `PlainError` says what it must not hold."""
    try:
        return _document(yaml.parse(text, Loader=_Loader))
    except yaml.reader.ReaderError as error:
        line = text.encode(errors="replace")[: error.position].count(b"\n") + 1
        raise PlainError(f"line {line}: {error.reason}; remove it") from None
    except yaml.YAMLError as error:
        raise PlainError(_reason(error)) from None


def _document(events: Iterator[yaml.Event]) -> Any:
    """Return the data of the one document of a stream, None where there is none."""
    next(events)  # the stream's start
    if isinstance(next(events), yaml.StreamEndEvent):
        return None
    data = _value(next(events), events, 0)
    next(events)  # the document's end
    if isinstance(event := next(events), yaml.DocumentStartEvent):
        raise PlainError(f"{_line(event)}: a second document begins; keep one")
    return data


def _value(event: Any, events: Iterator[yaml.Event], above: int) -> Any:
    """Return the data that begins with an event and ends with its last."""
    kind = type(event)
    if kind is yaml.AliasEvent or event.anchor:
        raise PlainError(f"{_line(event)}: aliases are not read; write the value out")
    if event.tag is not None and event.tag != "!":
        raise PlainError(f"{_line(event)}: tag {event.tag!r} is not read; write plain data")
    if kind is yaml.ScalarEvent:
        return _scalar(event) if event.implicit[0] else event.value
    if above == DEEPEST:
        raise PlainError(f"{_line(event)}: nested too deep; {DEEPEST} levels are enough")
    if kind is yaml.MappingStartEvent:
        return _mapping(events, above + 1)
    items = []
    while type(event := next(events)) is not yaml.SequenceEndEvent:
        items.append(_value(event, events, above + 1))
    return items


def _mapping(events: Iterator[yaml.Event], above: int) -> dict[Any, Any]:
    """Return a mapping of scalar keys, refusing one that is given twice."""
    found: dict[Any, Any] = {}
    seen: set[str] = set()
    while type(event := next(events)) is not yaml.MappingEndEvent:
        key: Any = event
        name = _value(key, events, above)
        if type(key) is not yaml.ScalarEvent:
            raise PlainError(f"{_line(key)}: a key must be text")
        if key.value in seen:
            raise PlainError(f"{_line(key)}: key {key.value!r} is given twice; keep one")
        seen.add(key.value)
        found[name] = _value(next(events), events, above)
    return found


def _scalar(event: Any) -> Any:
    """Return what an unquoted scalar says: null, true, false, a number as in JSON, or text."""
    text: str = event.value
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:
        return text
    try:
        if _INT.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    except ValueError:
        raise PlainError(f"{_line(event)}: the number is too long") from None
    return float(text.replace(".", "", 1)) if _BEYOND.fullmatch(text) else text


def _line(marked: Any) -> str:
    mark = marked.start_mark
    return f"line {mark.line + 1}" if mark is not None else "somewhere"


def _reason(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"line {mark.line + 1}: {problem}" if mark is not None else str(problem)
