"""Reading a language's catalogue: its phrases by key.

A message's context is its key, its id the source's phrase. A phrase that changes with a number is
a gettext plural; one that agrees with a noun is an ICU select on ``gender``:
``{gender, select, feminine {...} other {...}}``. Both are read as forms by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po

SOURCE = "en"
"""The language of the message ids, whose catalogue leaves translations empty."""
OTHER = "other"
Phrase = str | Mapping[str, str]
"""A phrase, or its forms by CLDR plural category or by gender."""
DRAFT = "machine draft, not read by a speaker"
"""What the first lines of a catalogue say until a speaker has read it."""
_FOLDER = files("layers.i18n").joinpath("catalogues")
_ENDING = ".po"
_CATEGORIES = ("zero", "one", "two", "few", "many", OTHER)
_SELECT = re.compile(r"^\{gender, select,((?: \w+ \{[^{}]*\})+)\}$")
_FORM = re.compile(r"(\w+) \{([^{}]*)\}")


def _found() -> tuple[str, ...]:
    names = (item.name for item in _FOLDER.iterdir())
    tags = sorted(name.removesuffix(_ENDING) for name in names if name.endswith(_ENDING))
    return (SOURCE, *(tag for tag in tags if tag != SOURCE))


LANGUAGES = _found()
"""Tags of the languages that have a catalogue, the source language first."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The phrases of a language by key, and the locale that they were written for."""

    locale: Locale
    phrases: Mapping[str, Phrase]
    missing: frozenset[str] = frozenset()
    """Keys of phrases that the language leaves to the source's words."""
    draft: bool = False
    """True where no speaker of the language has read it yet."""


@cache
def read_catalogue(tag: str) -> Catalogue:
    """Return the catalogue of one of `LANGUAGES`; what it leaves out has the source's words."""
    messages = _read(tag)
    locale = messages.locale or Locale.parse(tag, sep="-")
    categories = plural_categories(locale)
    phrases: dict[str, Phrase] = {}
    for message in messages:
        if message.context is None:  # the header
            continue
        said = message.id if tag == SOURCE else message.string
        if isinstance(said, str):
            select = _SELECT.match(said)
            phrases[message.context] = dict(_FORM.findall(select[1])) if select else said
        else:
            phrases[message.context] = dict(zip(categories, said or (), strict=True))
    if tag == SOURCE:
        return Catalogue(locale, phrases)
    source = read_catalogue(SOURCE).phrases
    missing = frozenset(key for key in source if not _is_said(phrases.get(key)))
    phrases |= {key: source[key] for key in missing}
    draft = DRAFT in messages.header_comment
    return Catalogue(locale, phrases, missing, draft)


def source_messages() -> Iterator[Message]:
    """Return the messages of the source language, in the order of its file."""
    return (one for one in _read(SOURCE) if one.context)


def _read(tag: str) -> Catalog:
    with _FOLDER.joinpath(f"{tag}{_ENDING}").open("rb") as stream:
        return read_po(stream, abort_invalid=True)


def _is_said(phrase: Phrase | None) -> bool:
    return bool(phrase if isinstance(phrase, str) or not phrase else all(phrase.values()))


def plural_categories(locale: Locale) -> tuple[str, ...]:
    """Return the CLDR plural categories of a locale's whole numbers, as gettext orders them."""
    used = {locale.plural_form(number) for number in range(200)}
    return tuple(name for name in _CATEGORIES if name in used)
