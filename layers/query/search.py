"""Find a place by name, in any spelling of its scripts.

Folding is ours: it takes away what writers of Arabic and of its transliterations disagree on.
Its rules are data by script (``spellings.json``), which pages are sent; in order: letters that are
one in some spellings, the article, letters that are read as Latin, and Latin letters for one sound.
What is left is ranked by rapidfuzz.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from layers.errors import QueryError
from layers.record.model import GazetteerPlace, Record

LEAST_SCORE = 80.0
_LONGEST = 200


def spelling_rules(named: Iterable[str]) -> dict[str, Any]:
    """Return the rules that some names can need, for a page that folds as we do.

    A script whose letters none of them has is left out, but not one that is read as Latin.
    """
    used = set().union(*named)
    return _joined(
        rules
        for rules in _by_script()
        if "letters" not in rules or not used.isdisjoint("".join(rules["letters"].split()))
    )


def _joined(scripts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {"letters": "", "articles": [], "readings": "", "sounds": []}
    for rules in scripts:
        for part, more in rules.items():
            made[part] += more
    return made


def _table(pairs: str) -> dict[int, str]:
    """Return what a letter is taken for, from words of a letter and that."""
    return {ord(pair[0]): pair[1:] for pair in pairs.split()}


def _by_script() -> Iterable[Mapping[str, Any]]:
    text = files("layers.query").joinpath("spellings.json").read_text(encoding="utf-8")
    return list(json.loads(text).values())


@dataclass(frozen=True, slots=True)
class Match:
    """A place, the spelling of it that matched, and how well (100: the same when folded)."""

    place: GazetteerPlace
    spelling: str
    score: float

    def as_dict(self) -> dict[str, object]:
        """Return the match as the command gives it."""
        place = self.place
        return {
            "id": place.id,
            **place.named_columns(),
            "spellings": list(place.spellings),
            "kind": place.kind,
            "lon": place.lon,
            "lat": place.lat,
            "uncertainty_m": place.uncertainty_m,
            "matched": self.spelling,
            "score": round(self.score, 1),
        }


@lru_cache(maxsize=20_000)  # a search folds every name of the record
def normalize_name(text: str) -> str:
    """Return a name without what its spellings disagree on; the page's twin does the same."""
    letters, articles, readings, sounds = _every_rule()
    plain = unicodedata.normalize("NFKD", text.casefold().translate(letters))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).translate(letters)
    plain = re.sub(r"['’ʿʾ`´]", "", plain)
    for article in articles:
        plain = article.sub("", plain)
    plain = " ".join(re.findall(r"\w+", plain)).translate(readings)
    for sound, letter in sounds:
        plain = sound.sub(letter, plain)
    return plain


@cache
def _every_rule() -> tuple[
    dict[int, str], list[re.Pattern[str]], dict[int, str], list[tuple[re.Pattern[str], str]]
]:
    rules = _joined(_by_script())
    return (
        _table(rules["letters"]),
        [re.compile(pattern) for pattern in rules["articles"]],
        _table(rules["readings"]),
        [(re.compile(pattern), to) for pattern, to in rules["sounds"]],
    )


def search(record: Record, text: str, *, limit: int = 10) -> list[Match]:
    """Return the places whose names are like a text, best first; ties by rank, then id."""
    if not text.strip() or len(text) > _LONGEST:
        raise QueryError("q", text[:40], f"must be a name of 1 to {_LONGEST} characters")
    wanted = normalize_name(text)
    if not wanted:
        return []
    best = [match for place in record.places.values() if (match := _best(place, text, wanted))]
    best.sort(key=lambda match: (-match.score, match.place.rank, match.place.id))
    return best[:limit]


def _best(place: GazetteerPlace, text: str, wanted: str) -> Match | None:
    scored = [(_score(normalize_name(name), wanted), name) for name in names(place)]
    # Of spellings that fold alike, the one that was typed is shown.
    score, spelling = max(scored, key=lambda pair: (pair[0], pair[1].casefold() == text.casefold()))
    return Match(place, spelling, score) if score >= LEAST_SCORE else None


def _score(name: str, wanted: str) -> float:
    if name == wanted:
        return 100.0
    if name.startswith(wanted) and len(wanted) > 1:
        return 95.0
    if f" {wanted} " in f" {name} ":
        return 95.0
    from rapidfuzz import fuzz  # which a start need not load

    return min(94.0, fuzz.ratio(name, wanted))


def names(place: GazetteerPlace) -> Iterator[str]:
    """Yield every name and spelling of a place."""
    yield from filter(None, place.names.values())
    yield from place.spellings
