"""What a page as one file says of itself: what it holds, how it was asked for, how to check it.

The service's page has none of this: every byte here is the file's alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from html import escape
from importlib.metadata import version
from typing import Any

from layers.build.rows import BuiltAtlas
from layers.query.selection import Selection
from layers.web.page.assets import modules, table, text_of
from layers.web.page.bundle import bundle

BLOCK = "tamas-file"
LANGUAGES = ("en", "ar")


@dataclass(frozen=True, slots=True)
class Held:
    """What part of the atlas a file holds; None stands for no choice.

    ``layers`` and ``zones`` are names in both languages, ``box`` is west, south, east, north in
    degrees, ``rows`` of ``all`` are its periods. ``zone`` is the one that the file opens on.
    """

    layers: tuple[Mapping[str, str], ...] | None
    zones: tuple[Mapping[str, str], ...] | None
    known_by: str | None
    box: tuple[float, ...] | None
    rows: int
    all: int
    zone: str | None
    asked: Mapping[str, str | None]


def held_of(
    whole: BuiltAtlas, part: BuiltAtlas, view: Selection, asked: Mapping[str, str | None]
) -> Held:
    """Return what a part says of itself beside the whole it was taken from."""
    record = part.record
    fewer = len(record.layers) < len(whole.record.layers)
    named = view.zones is not None
    return Held(
        layers=tuple(one.title.as_dict() for one in record.layers.values())
        if fewer and not named
        else None,
        zones=tuple(one.names.as_dict() for one in record.zones.values()) if named else None,
        known_by=view.known_by.isoformat() if view.known_by else None,
        box=view.box,
        rows=len(part.frame),
        all=len(whole.frame),
        zone=next(iter(record.zones)) if named and len(record.zones) == 1 else None,
        asked=asked,
    )


def block(held: Held | None, record: str) -> dict[str, Any]:
    """Return the words of the file's script, what the file holds, and what it was built from."""
    words = {
        lang: {name: said for name, said in _words(lang).items() if not name.startswith("in_")}
        for lang in LANGUAGES
    }
    return {
        "words": words,
        "held": asdict(held) if held else None,
        "built": {"tamas": version("tamas"), "record": record},
    }


def page_words(lang: str, held: Held | None) -> Mapping[str, Any]:
    """Return the page's words; in a part, those that spoke of the whole atlas speak of the file."""
    words: dict[str, Any] = table(f"words/{lang}")
    if held is None or (held.rows == held.all and held.known_by is None):
        return words
    words = {**words, **_words(lang)["in_part"]}
    if held.known_by is not None:
        known = _date(held.known_by, words["months"])
        for name, said in _words(lang)["in_known"].items():
            words[name] = said.replace("{known}", known).replace("{day}", held.known_by)
    return words


@cache
def script() -> str:
    """Return the file's own script, which opens it and says what it holds."""
    return f"{bundle(modules(), entry='file', name='TamasFile')}TamasFile.begin();\n"


@cache
def style() -> str:
    """Return the style of what the file's own script shows."""
    return text_of("css/file.css")


def inert(lang: str) -> str:
    """Return the line that stands in the panel until the page's script has run."""
    return f'<p class="inert">{escape(_words(lang)["inert"])}</p>'


def _words(lang: str) -> dict[str, Any]:
    words: dict[str, Any] = table(f"words/file-{lang}")
    return words


def _date(day: str, months: list[str]) -> str:
    """Write a full day as the page does."""
    when = date.fromisoformat(day)
    return f"{when.day} {months[when.month - 1]} {when.year}"
