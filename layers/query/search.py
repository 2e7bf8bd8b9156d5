"""Find a place by name, in any spelling of its scripts.

Folding is ours: it takes away what writers of Arabic and of its transliterations disagree on.
Arabic: diacritics, tatweel, forms of alef, hamza carriers, alef maqsura, ta marbuta, the
article. Latin: diacritics, apostrophes, hyphens, case, the article, doubled letters, and vowels
that vary (ou/u/o, ei/ai/i/e, final h). Cyrillic is read as Latin first. What is left is ranked
by rapidfuzz.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from layers.errors import QueryError
from layers.record.model import GazetteerPlace, Record

LEAST_SCORE = 80.0
_LONGEST = 200
_ARABIC = str.maketrans(
    {
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ئ": "ي",
        "ؤ": "و",
        "ة": "ه",
        "ء": "",
        "ـ": "",
        "ک": "ك",
        "ی": "ي",
    }
)
# What is left of Cyrillic letters without their marks, as most transliterations write them.
_CYRILLIC = {
    ord(letter): latin
    for letter, latin in zip(
        "абвгґдеєжзиіклмнопрстуфхцчшщъыьэюяћђјљњџ",
        [
            "a",
            "b",
            "v",
            "g",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "y",
            "i",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
            "c",
            "dj",
            "j",
            "lj",
            "nj",
            "dz",
        ],
        strict=True,
    )
}
# In order: the article, then pairs of letters that stand for one sound, then doubled letters.
_LATIN: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"\b(?:al|el|ar|as|ash|at|ad|an|az)[- ](?=\w{3})", ""),
        (r"kh", "k"),
        (r"gh", "g"),
        (r"dh", "d"),
        (r"th", "t"),
        (r"sh", "s"),
        (r"q", "k"),
        (r"[nm](?=b)", "n"),
        (r"(?<=\w)h\b", ""),
        (r"ou|oo|uu|aw|au|o|u", "u"),
        (r"ee|ei|ai|ay|ey|iy|i|y|e", "i"),
        (r"(\w)\1+", r"\1"),
    )
)


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


def normalize_name(text: str) -> str:
    """Return a name without what its spellings disagree on."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_ARABIC))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).translate(_ARABIC)
    plain = re.sub(r"['’ʿʾ`´]", "", plain)
    for pattern, to in _LATIN[:1]:
        plain = pattern.sub(to, plain)
    plain = re.sub(r"\bال(?=\w{2})", "", plain)
    plain = " ".join(re.findall(r"\w+", plain)).translate(_CYRILLIC)
    for pattern, to in _LATIN[1:]:
        plain = pattern.sub(to, plain)
    return plain


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
