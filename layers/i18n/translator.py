"""One language's words for every face: phrases, counts, dates, numbers and lists.

All that is returned is plain text, to be escaped by whoever writes it into HTML.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from layers.i18n.catalogue import OTHER, Phrase, read_catalogue
from layers.i18n.languages import Language, direction_of, language
from layers.record.dates import parse_day
from layers.record.kinds import ZoneKind
from layers.record.model import Numbering, Record
from layers.record.texts import LocalizedText, closest_language

_NAME = re.compile(r"\{(\w+)\}")
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
# Approximate, uncertain, and both, as EDTF marks them.
_DOUBTS = {"~": "about_date", "?": "perhaps", "%": "about_date"}
# Among words from right to left the parts of 2020-03-05 would be read in that order.
_PARTS = re.compile(r"\d-\d")
# A day or a month in digits, and an interval of them.
_DAY = r"\d{4}(?:-\d{2}){1,2}"
_WRITTEN = re.compile(rf"(?<![\d\u2068]){_DAY}(?:/{_DAY})?(?!\d)", re.ASCII)
_OPPOSITE = {"ltr": {"R", "AL"}, "rtl": {"L"}}
# The digit zero of each numbering system that an atlas may choose; the others follow it.
_ZEROS = {"latn": "0", "arab": "\u0660", "arabext": "\u06f0", "deva": "\u0966", "beng": "\u09e6"}


class Translator:
    """The words of one language; take it from `translator`.

    Keys are those of the catalogue. A value that fills a ``{name}`` is set apart from the words
    around it where its script runs the other way (`isolate`), and is never read as a phrase.
    """

    def __init__(
        self, language: Language, kinds: Mapping[str, ZoneKind], numbering: Numbering = "latn"
    ) -> None:
        self.language = language
        self.lang = language.tag
        self.direction = language.direction
        self._locale = language.locale
        self.phrases = read_catalogue(language.catalogue).phrases
        self._kinds = kinds
        zero = ord(_ZEROS[numbering])
        self._digits = {ord("0") + digit: zero + digit for digit in range(10)}

    # Phrases

    def has(self, key: str) -> bool:
        """Tell whether the catalogue has a key."""
        return key in self.phrases

    def gettext(self, key: str, **values: object) -> str:
        """Return the phrase of a key, its ``{names}`` filled in; raises `KeyError` without it."""
        return self._filled(_plain(self.phrases[key]), values)

    def ngettext(self, key: str, n: int) -> str:
        """Return a counted phrase in the plural form that a number asks for.

        ``KEY.zero``, where the catalogue has it, is said of none.
        """
        if n == 0 and self.has(f"{key}.zero"):
            return self.gettext(f"{key}.zero")
        forms = self.phrases[key]
        return self._filled(_form(forms, self._locale.plural_form(n)), {"n": self.number(n)})

    def pick(self, text: LocalizedText) -> str:
        """Return a text of the record in this language, else in the atlas's first.

        Among words from right to left what it writes in digits, as 2020-03-05, is set apart.
        """
        found = text[self.lang]
        return found if self.direction == "ltr" else _WRITTEN.sub("\u2068\\g<0>\u2069", found)

    def published(self, publisher: LocalizedText | None, said: str) -> str:
        """Return a citation with its publisher at the head, where there is one."""
        return self.join([self.pick(publisher), said]) if publisher else said

    def marks(self, text: LocalizedText) -> dict[str, str]:
        """Return ``lang`` and ``dir`` of the words that `pick` returns, none where like the page's.

        They differ where an atlas has texts in a language without a catalogue, or pages in one
        without texts.
        """
        lang = text.language(self.lang)
        same = lang == self.language.spoken
        return {} if same else {"lang": lang, "dir": direction_of(lang)}

    def kind(self, zone_type: str) -> str:
        """Return what a kind of zone is called; its id where nothing names it."""
        own = self._kinds.get(zone_type)
        if own and own.names:
            return own.names[self.lang]
        key = f"kind.{zone_type}"
        return self.gettext(key) if self.has(key) else zone_type

    def status(self, status: str, zone_type: str | None = None, *, after: bool = False) -> str:
        """Return a status, agreeing with the noun of a kind of zone.

        ``after`` says that a last report went before, so that unknown reads as no later report.
        """
        key = "unknown_after" if status == "unknown" and after else status
        return _form(self.phrases[f"status.{key}"], self.gender(zone_type))

    def gender(self, zone_type: str | None) -> str:
        """Return the form that a status takes for a kind of zone, ``other`` where it has one."""
        own = self._kinds.get(zone_type or "")
        lang = closest_language(self.language.spoken, own.gender) if own else None
        named = own.gender[lang] if own and lang else None
        return named or _plain(self.phrases.get(f"gender.{zone_type}", OTHER))

    def lowercase_initial(self, phrase: str) -> str:
        """Return a phrase as it stands inside a line: no capital at its head."""
        return phrase[:1].lower() + phrase[1:]

    def isolate(self, value: str) -> str:
        """Return a value so that its direction does not turn the words around it."""
        strange = any(unicodedata.bidirectional(c) in _OPPOSITE[self.direction] for c in value)
        if strange or (self.direction == "rtl" and _PARTS.search(value)):
            return f"\u2068{value}\u2069"
        return value

    # Numbers and lists

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number in the atlas's digits, rounded to at most so many decimals (3 or fewer).

        They are 0 to 9 unless the atlas names others.
        """
        written = format_decimal(
            round(value, digits),
            _plain(self.phrases["number_pattern"]),
            self._locale,
            numbering_system="latn",
        )
        return self.digits(written)

    def digits(self, text: object) -> str:
        """Return a text with its digits 0 to 9 in those that the atlas writes."""
        return str(text).translate(self._digits)

    def km(self, metres: float) -> str:
        """Return metres as kilometres, without a decimal that the data do not have."""
        return self.gettext("km", km=self.in_km(metres))

    def in_km(self, metres: float) -> str:
        """Return metres as the number of kilometres alone."""
        return self.number(metres / 1000, 1 if metres < 9950 else 0)

    def join(self, items: Iterable[str]) -> str:
        """Return items with this language's comma between them."""
        return self.gettext("comma").join(items)

    def conjunction(self, items: Iterable[str]) -> str:
        """Return items as a sentence names them: a, b, and c."""
        return str(format_list(list(items), locale=self._locale))

    # Dates

    def date(self, day: datetime.date, *, short: bool = False) -> str:
        """Return a day in words: 5 March 2020."""
        return self._dated("day", day, "MMM" if short else "MMMM")

    def date_range(self, first: datetime.date, last: datetime.date | None) -> str:
        """Return the days from one to another, both in; an open end reads "since".

        Months and years that both share are said once where a day begins with its number.
        """
        if last is None:
            return self.gettext("since", **{"from": self.date(first, short=True)})
        if first == last:
            return self.date(first, short=True)
        start, number = self.date(first, short=True), self.digits(first.day)
        if first.year == last.year and start.startswith(number):
            start = number if first.month == last.month else self.day_of_year(first)
        return self.gettext("range", **{"from": start, "to": self.date(last, short=True)})

    def format_edtf(self, text: str) -> str:
        """Return an EDTF date in words: a day, a month, a year, an interval, a doubt.

        What has no words here, such as a season, stays as it is written.
        """
        if "/" in text:
            start, end = (None if part in ("", "..") else part for part in text.split("/"))
            if start and end:
                both = {"from": self.format_edtf(start), "to": self.format_edtf(end)}
                return self.gettext("range", **both)
            if start:
                return self.gettext("since", **{"from": self.format_edtf(start)})
            return self.gettext("until", to=self.format_edtf(end or ""))
        if text[-1:] in _DOUBTS:
            return self.gettext(_DOUBTS[text[-1]], date=self.format_edtf(text[:-1]))
        if (month := _MONTH.fullmatch(text)) and 1 <= int(month[2]) <= 12:
            name = format_date(datetime.date(int(month[1]), int(month[2]), 1), "LLLL", self._locale)
            return self.gettext("month", month=name, year=self.digits(month[1]))
        try:
            return self.date(parse_day(text), short=True)
        except ValueError:
            return text

    def month(self, day: datetime.date) -> str:
        """Return a day's month with its year: Mar 2020."""
        return self._dated("month", day, "MMM")

    def day_of_year(self, day: datetime.date) -> str:
        """Return a day without its year: 5 Mar."""
        return self._dated("day_of_year", day, "MMM")

    def _dated(self, key: str, day: datetime.date, pattern: Literal["MMM", "MMMM"]) -> str:
        """Return a phrase of a day, its month written in a pattern of CLDR."""
        month = format_date(day, pattern, self._locale)
        return self.gettext(key, day=self.digits(day.day), month=month, year=self.digits(day.year))

    def _filled(self, phrase: str, values: Mapping[str, object]) -> str:
        # One pass: what a value brings along is never searched for names again.
        return _NAME.sub(
            lambda found: self.isolate(str(values[found[1]])) if found[1] in values else found[0],
            phrase,
        )


def translator(lang: str, record: Record | None = None) -> Translator:
    """Return the words of a language by its BCP 47 tag; raises `QueryError` for no language.

    ``record`` gives the kinds that it names itself, and the digits that it writes.
    """
    if record is None:
        return _translator(lang)
    return Translator(language(lang), record.kinds, record.atlas.numbering)


def localized(key: str, languages: Iterable[str], **values: str) -> LocalizedText:
    """Return a phrase in each of some languages, as a text of the record is."""
    return LocalizedText({lang: translator(lang).gettext(key, **values) for lang in languages})


def explained(key: str, languages: Iterable[str], of: str | None = None) -> LocalizedText:
    """Return a phrase in the languages that some are explained in, each once.

    Those without a catalogue share the source language's. ``of`` is a language that the phrase
    names.
    """
    spoken = dict.fromkeys(language(tag).spoken for tag in languages)
    named = {tag: language(tag).name_of(of) if of else "" for tag in spoken}
    return LocalizedText(
        {tag: translator(tag).gettext(key, language=name) for tag, name in named.items()}
    )


@cache
def _translator(lang: str) -> Translator:
    return Translator(language(lang), {})


def _plain(phrase: Phrase) -> str:
    return phrase if isinstance(phrase, str) else _form(phrase, OTHER)


def _form(phrase: Phrase, name: str) -> str:
    """Return a form of a phrase; a phrase without forms stands for all of them."""
    return phrase if isinstance(phrase, str) else phrase[name if name in phrase else OTHER]
