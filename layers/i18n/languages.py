"""What CLDR says of a language, by its BCP 47 tag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from layers.errors import QueryError
from layers.i18n.catalogue import LANGUAGES, SOURCE, read_catalogue
from layers.record.texts import closest_language


@dataclass(frozen=True, slots=True)
class Language:
    """A language: how it is written, and in whose words its atlas speaks."""

    tag: str
    """BCP 47 tag, as an atlas names the language."""
    catalogue: str
    """Tag of the catalogue that has its phrases: the source's where it has none."""
    locale: Locale
    """What the phrases were written for."""

    @property
    def cldr(self) -> Locale:
        """Return what CLDR knows of the language itself, whatever its phrases are in."""
        return Locale.parse(self.tag, sep="-")

    @property
    def has_catalogue(self) -> bool:
        """Tell whether its phrases are in the language itself."""
        return self.catalogue.split("-")[0] == self.tag.split("-")[0]

    @property
    def spoken(self) -> str:
        """Return the BCP 47 tag of its phrases: without a catalogue they are in the source's."""
        return self.tag if self.has_catalogue else self.catalogue

    @property
    def direction(self) -> str:
        """Return the direction of its phrases, ``ltr`` or ``rtl``, as HTML has it."""
        return direction_of(self.spoken)

    @property
    def is_draft(self) -> bool:
        """Tell whether no speaker has read its phrases yet."""
        return read_catalogue(self.catalogue).draft

    @property
    def native_name(self) -> str:
        """Return its name in itself, as a link to it says."""
        name = self.cldr.get_display_name() or self.tag
        return name[:1].upper() + name[1:]

    def name_of(self, tag: str) -> str:
        """Return what its phrases call a language."""
        try:
            return Locale.parse(tag, sep="-").get_display_name(self.locale) or tag
        except (UnknownLocaleError, ValueError):
            return tag


def direction_of(tag: str) -> str:
    """Return the direction of texts in a language, ``ltr`` or ``rtl``, as HTML has it."""
    return str(Locale.parse(tag, sep="-").text_direction)


def script_of(tag: str) -> str:
    """Return the script of texts in a language by ISO 15924: ``Latn``, ``Arab``, ``Cyrl``."""
    locale = Locale.parse(tag, sep="-")
    likely = get_global("likely_subtags")
    full = next((likely[one] for one in (str(locale), locale.language) if one in likely), "_Latn")
    return locale.script or str(full).split("_")[1]


@cache
def language(tag: str) -> Language:
    """Return a language by its BCP 47 tag.

    A region without a catalogue of its own takes its language's (``ar-LB`` that of ``ar``); a
    language named without a region is written as its catalogue is (months of ``ar_SY``); one that
    no catalogue serves has the words of the source language.
    Raises `QueryError` where CLDR does not know the tag.
    """
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        raise QueryError("lang", tag, "is no language that CLDR knows") from None
    found = closest_language(tag, LANGUAGES) or SOURCE
    own = found != tag and found.split("-")[0] == locale.language
    return Language(tag, found, locale if own else read_catalogue(found).locale)


def choose_language(given: str | None, languages: Sequence[str]) -> str:
    """Return the language of some that a BCP 47 tag asks for, the first one for None.

    Raises `QueryError` where none of them is of that language.
    """
    found = languages[0] if given is None else closest_language(given, languages)
    if found is None:
        raise QueryError("lang", given, f"is none of {', '.join(languages)}")
    return found
