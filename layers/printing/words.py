"""The words of a printed page in its language: phrases, dates, counts, states.

Most phrases are the screen's (`layers.web.page.words`), so that paper says nothing in another way;
what only paper needs stands in `layers.printing.words`.
"""

from __future__ import annotations

import functools
import json
import re
from datetime import date
from importlib.resources import files
from typing import Any

from layers.errors import QueryError
from layers.printing import patterns as look
from layers.printing.canvas import RIGHT_MARK
from layers.record.model import LocalizedText
from layers.web.page.assets import table

LANGUAGES = ("en", "ar")
# Longest run of numbers that is not written as "from - to".
_RUN = 3
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@functools.cache
def _own(lang: str) -> dict[str, str]:
    text = files("layers.printing").joinpath(f"words/{lang}.json").read_text(encoding="utf-8")
    words: dict[str, str] = json.loads(text)
    return words


class Words:
    """The words of one language; raises `QueryError` for a language without words."""

    def __init__(self, lang: str) -> None:
        if lang not in LANGUAGES:
            raise QueryError("lang", lang, f"is none of {', '.join(LANGUAGES)}")
        self.lang = lang
        self.direction = "rtl" if lang == "ar" else "ltr"
        self._table: dict[str, Any] = table(f"words/{lang}")

    def own(self, key: str, **values: object) -> str:
        """Return a phrase that only paper needs, its ``{names}`` filled in."""
        return _filled(_own(self.lang)[key], values)

    def of(self, key: str, **values: object) -> str:
        """Return a phrase of the screen, its ``{names}`` filled in."""
        return _filled(str(self._table[key]), values)

    def pick(self, text: LocalizedText) -> str:
        """Return a text of the record in this language."""
        return text["ar"] if self.lang == "ar" else text["en"]

    def among(self, text: str) -> str:
        """Return a value so that it does not turn the words around it: Latin among Arabic."""
        if self.lang == "ar" and _LATIN.search(text):
            return f"{RIGHT_MARK}{text}{RIGHT_MARK}"
        return text

    def date(self, day: date, *, short: bool = False) -> str:
        """Return a day in words: 1 April 2020; Levantine months in Arabic."""
        months = self._table["months_short" if short else "months"]
        return f"{day.day} {months[day.month - 1]} {day.year}"

    def written(self, text: str | None) -> str:
        """Return a date of the record, a day, a month or any other EDTF text, in words."""
        if text is None:
            return self.of("undated")
        if _DAY.fullmatch(text):
            return self.date(date.fromisoformat(text), short=True)
        if (month := _MONTH.fullmatch(text)) and 1 <= int(month[2]) <= 12:
            return f"{self._table['months'][int(month[2]) - 1]} {month[1]}"
        return text

    def count(self, key: str, n: int) -> str:
        """Return a counted phrase in the plural form that the number asks for."""
        forms = self._table[key]
        form = "zero" if n == 0 and "zero" in forms else self._plural(n)
        return _filled(forms.get(form, forms["other"]), {"n": n})

    def _plural(self, n: int) -> str:
        if n == 1:
            return "one"
        if self.lang != "ar":
            return "other"
        if n in (0, 2):
            return "two" if n else "zero"
        return "few" if 3 <= n % 100 <= 10 else "many" if n % 100 >= 11 else "other"

    def kind(self, zone_type: str) -> str:
        """Return the name of a kind."""
        return str(self._table["kind"].get(zone_type, zone_type))

    def status(self, status: str, zone_type: str, *, after: bool) -> str:
        """Return a status as it stands inside a line, agreeing with its kind's noun."""
        found = self._table["status"]["unknown_after" if after else status]
        text = found if isinstance(found, str) else found[look.kind(zone_type)["gender"]]
        return text if self.lang == "ar" else text[:1].lower() + text[1:]

    def numbers(self, values: list[int]) -> str:
        """Return numbers in order, runs of them as one: 1, 4–7; in Arabic in words."""
        runs: list[list[int]] = []
        for value in sorted(set(values)):
            if runs and value == runs[-1][-1] + 1:
                runs[-1].append(value)
            else:
                runs.append([value])
        parts: list[str] = []
        for run in runs:
            if len(run) >= _RUN:
                parts.append(self.own("numbers", **{"from": run[0], "to": run[-1]}))
            else:
                parts += [str(value) for value in run]
        return self.own("comma").join(parts)


def _filled(phrase: str, values: dict[str, object]) -> str:
    """Fill in names; a value is never read as a phrase itself."""
    return re.sub(r"\{(\w+)\}", lambda m: str(values.get(m[1], m[0])), phrase)
