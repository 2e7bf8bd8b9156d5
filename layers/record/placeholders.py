"""What a skeleton leaves to a person: values that begin with TODO."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

MARK = "TODO"


Location = tuple[int | str, ...]


def texts_in(data: Any, at: Location = ()) -> Iterator[tuple[Location, str]]:
    """Yield the location and words of each text in the data of a record."""
    if isinstance(data, str):
        yield at, data
    elif isinstance(data, Mapping):
        for name, value in data.items():
            yield from texts_in(value, (*at, str(name)))
    elif isinstance(data, list | tuple):
        for number, value in enumerate(data):
            yield from texts_in(value, (*at, number))


def find_placeholders(data: Any) -> Iterator[tuple[Location, str]]:
    """Yield the location and words of each value that is still to be filled in."""
    for at, text in texts_in(data):
        if is_placeholder(text):
            yield at, text.removeprefix(MARK).strip(" :")


def is_placeholder(value: Any) -> bool:
    """Tell whether a value is the mark, alone or with what is meant after it."""
    return isinstance(value, str) and (value == MARK or value.startswith((f"{MARK} ", f"{MARK}:")))


def follows_from(fault: Location, left: list[Location]) -> bool:
    """Tell whether a fault at a location is but what a value left to fill in within it causes."""
    return any(one[: len(fault)] == fault for one in left)
