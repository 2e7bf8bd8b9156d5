"""How the lines of a table of text are laid out: what ends them and what parts their cells."""

from __future__ import annotations

import re
from dataclasses import dataclass

LINE_END = re.compile("\r\n|\n|\r")
_MARK = "\ufeff"
LINE = re.compile(rb"([^\r\n]*)(?:\r\n|\n|\r)")
_TOLD_SEPARATOR = re.compile(rb"[Ss]ep=([\t !#-~])(?:\r\n|\n|\r)")


def told_separator(data: bytes) -> tuple[str | None, bytes]:
    """Return what stands between cells where a first line ``sep=;`` says so, and what follows."""
    told = _TOLD_SEPARATOR.match(data)
    return (told[1].decode(), data[told.end() :]) if told else (None, data)


def first_line(data: bytes) -> tuple[bytes, bytes]:
    """Return the first line without its end, and what comes after."""
    found = LINE.match(data)
    return (found[1], data[found.end() :]) if found else (data, b"")


def separator_of(line: bytes) -> str:
    """Return what stands between cells: of two as frequent, not the decimal comma."""
    found = max("\t;|,", key=lambda one: line.count(one.encode()))
    return found if found.encode() in line else ","


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a whole table is laid out; ``before`` is its byte order mark and line ``sep=;``."""

    before: str
    separator: str
    end: str


def dialect_of(text: str) -> Dialect:
    """Return how a table is laid out that is held as a whole."""
    mark = text[: text.startswith(_MARK)]
    data = text.removeprefix(mark).encode()
    told, rest = told_separator(data)
    before = text[: len(mark) + len(data) - len(rest)]  # ASCII but for the mark
    first, _ = first_line(rest.lstrip(b"\r\n"))
    return Dialect(before, told or separator_of(first), end_of(text))


def end_of(text: str) -> str:
    """Return how the first line of a text ends."""
    found = LINE_END.search(text)
    return found[0] if found else "\n"
