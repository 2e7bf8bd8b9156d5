"""What CLDR says of a language, by its BCP 47 tag."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from layers.errors import QueryError
from layers.i18n.catalogue import LANGUAGES, read_catalogue


@dataclass(frozen=True, slots=True)
class Language:
    """A language: how it is written, and in whose words its atlas speaks."""

    tag: str
    """BCP 47 tag, as an atlas names the language."""
    catalogue: str
    """Tag of the catalogue that has its phrases."""
    locale: Locale

    @property
    def direction(self) -> str:
        """Return the direction of its script, ``ltr`` or ``rtl``, as HTML has it."""
        return str(self.locale.text_direction)

    @property
    def script(self) -> str:
        """Return its script by ISO 15924: ``Latn``, ``Arab``, ``Cyrl``."""
        likely = get_global("likely_subtags")
        tags = (str(self.locale), self.locale.language)
        full = next((likely[tag] for tag in tags if tag in likely), "und_Latn")
        return self.locale.script or str(full).split("_")[1]

    @property
    def native_name(self) -> str:
        """Return its name in itself, as a link to it says."""
        name = Locale.parse(self.tag, sep="-").get_display_name() or self.tag
        return name[:1].upper() + name[1:]


@cache
def language(tag: str) -> Language:
    """Return a language by its BCP 47 tag.

    A region without a catalogue of its own takes its language's (``ar-LB`` that of ``ar``); a
    language named without a region is written as its catalogue is (months of ``ar_SY``).
    Raises `QueryError` where CLDR does not know the tag, or no catalogue serves it.
    """
    for name in (tag, tag.split("-")[0]):
        if name in LANGUAGES:
            try:
                locale = Locale.parse(tag, sep="-")
            except (UnknownLocaleError, ValueError):
                break
            return Language(tag, name, read_catalogue(tag).locale if name == tag else locale)
    raise QueryError("lang", tag, f"is none of {', '.join(LANGUAGES)}")
