"""The site's words, numbers and dates in its two languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from layers.record.dates import parse_day
from layers.record.model import LocalizedText
from layers.style.tokens import tokens
from layers.web.page.assets import table

LANGUAGES = ("en", "ar")
_MONTH = re.compile(r"^(\d{4})-(\d{2})$", re.ASCII)
_DOUBTS = {"~": "about", "?": "perhaps", "%": "about"}
_LATIN = re.compile("[A-Za-zÀ-ɏ]")
_ARABIC = re.compile("[؀-ۿ]")
# Between Arabic words the parts of 2020-03-05 would be read from right to left.
_ISO = re.compile(r"\d-\d")


@cache
def _words() -> dict[str, dict[str, Any]]:
    text = files("layers.web.site").joinpath("words.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = json.loads(text)
    return found


class Speech:
    """One language: what it calls things, and how it writes numbers and days.

    Words come from the site's own table, else from the map page's; all that is returned is
    plain text, to be escaped by `layers.web.site.markup`.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.other = "en" if lang == "ar" else "ar"
        self.dir = "rtl" if lang == "ar" else "ltr"
        self.comma = "، " if lang == "ar" else ", "
        self.semicolon = "؛ " if lang == "ar" else "; "
        self.map_words: dict[str, Any] = table(f"words/{lang}")

    def say(self, key: str, **values: object) -> str:
        """Return the phrase of a key, its ``{names}`` filled in."""
        found: Any = _words()[key][self.lang] if key in _words() else self.map_words
        if key not in _words():
            for name in key.split("."):
                found = found[name]
        return self._filled(str(found), values)

    def knows(self, key: str) -> bool:
        """Tell whether the site's own table has a key."""
        return key in _words()

    def has(self, key: str) -> bool:
        """Tell whether the map page's table has a dotted key."""
        at: Any = self.map_words
        for name in key.split("."):
            if not isinstance(at, dict) or name not in at:
                return False
            at = at[name]
        return True

    def count(self, key: str, number: int) -> str:
        """Return a counted phrase in the plural form that the number asks for."""
        forms = _words()[key][self.lang] if key in _words() else self.map_words[key]
        form = "zero" if number == 0 and "zero" in forms else self._plural(number)
        return self._filled(forms.get(form, forms["other"]), {"n": self.number(number)})

    def pick(self, text: LocalizedText | Mapping[str, str]) -> str:
        """Return a text of the record in this language."""
        both = text.as_dict() if isinstance(text, LocalizedText) else text
        return both[self.lang]

    def kind(self, zone_type: str) -> str:
        """Return what a kind of zone is called."""
        return str(self.map_words["kind"].get(zone_type, zone_type))

    def status(self, status: str, zone_type: str, *, after: bool = False) -> str:
        """Return a status, agreeing with the noun of its kind in Arabic."""
        key = "unknown_after" if status == "unknown" and after else status
        found = self.map_words["status"].get(key, status)
        if isinstance(found, dict):
            found = found[tokens()["kinds"].get(zone_type, {}).get("gender", "m")]
        return str(found)

    def inner(self, phrase: str) -> str:
        """Return a phrase as it stands inside a line: no capital at its head."""
        return phrase if self.lang == "ar" else phrase[:1].lower() + phrase[1:]

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number with digits 0 to 9; in English with a comma between thousands."""
        text = f"{value:.{digits}f}" if self.lang == "ar" else f"{value:,.{digits}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def km(self, metres: float) -> str:
        """Return metres as kilometres without a decimal that the data do not have."""
        return self.say("km", km=self.in_km(metres))

    def in_km(self, metres: float) -> str:
        """Return metres as the number of kilometres alone."""
        return self.number(metres / 1000, 1 if metres < 9950 else 0)

    def day(self, day: date, *, short: bool = False) -> str:
        """Return a day in words: 5 March 2020."""
        months = self.map_words["months_short" if short else "months"]
        return f"{day.day} {months[day.month - 1]} {day.year}"

    def range(self, first: date, last: date | None) -> str:
        """Return the days from one to another, both in; an open end reads "since"."""
        if last is None:
            return self.say("since", **{"from": self.day(first, short=True)})
        if first == last:
            return self.day(first, short=True)
        start = self.day(first, short=True)
        if first.year == last.year:
            same_month = first.month == last.month
            start = str(first.day) if same_month else start.rsplit(" ", 1)[0]
        return self.say("range", **{"from": start, "to": self.day(last, short=True)})

    def written(self, text: str) -> str:
        """Return an EDTF date in words: a day, a month, a year, an interval, a doubt."""
        if "/" in text:
            start, end = (None if part in ("", "..") else part for part in text.split("/"))
            if start and end:
                return self.say("range", **{"from": self.written(start), "to": self.written(end)})
            if start:
                return self.say("since", **{"from": self.written(start)})
            return self.say("until", to=self.written(end or ""))
        if text[-1:] in _DOUBTS:
            return self.say(_DOUBTS[text[-1]], date=self.written(text[:-1]))
        if month := _MONTH.match(text):
            number = int(month[2])
            return f"{self.map_words['months'][number - 1]} {month[1]}" if number <= 12 else text
        try:
            return self.day(parse_day(text), short=True)
        except ValueError:
            return text

    def listed(self, items: Iterable[str]) -> str:
        """Return items with this language's comma between them."""
        return self.comma.join(items)

    def _filled(self, phrase: str, values: Mapping[str, object]) -> str:
        # One pass: what a value brings along is never searched for names again.
        return re.sub(
            r"\{(\w+)\}",
            lambda found: self._isolated(str(values[found[1]])) if found[1] in values else found[0],
            phrase,
        )

    def _isolated(self, value: str) -> str:
        """Keep a value of the other script from turning the words around it."""
        if self.lang == "ar":
            strange = _LATIN.search(value) or _ISO.search(value)
        else:
            strange = _ARABIC.search(value)
        return f"\u2068{value}\u2069" if strange else value

    def _plural(self, number: int) -> str:
        """Return the CLDR plural category of a whole number."""
        if number == 1:
            return "one"
        if self.lang != "ar":
            return "other"
        if number in (0, 2):
            return {0: "zero", 2: "two"}[number]
        rest = number % 100
        return "few" if 3 <= rest <= 10 else "many" if rest >= 11 else "other"
