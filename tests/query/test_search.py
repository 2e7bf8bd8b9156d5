"""Finding a place in any spelling of either script."""

from __future__ import annotations

import json

import pytest

from layers.errors import QueryError
from layers.query.search import normalize_name, search
from tests.support.atlases import tamas


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        *((name, "tronba") for name in ("Tronba", "Trumba", "Turunbah", "الترنبة", "ترنبة")),
        *((name, "tronba") for name in ("tronba", "TRUNBA", "Turumbah", "الترنبه", "التَّرْنَبة")),
        *((name, "ain-al-hawr") for name in ("Ain al-Hour", "Ayn al-Hawr", "عين الحور")),
        *((name, "saraqib") for name in ("Saraqeb", "Sarāqib", "سراقب", "ســراقب")),
        *((name, "idlib") for name in ("Idleb", "إدلب", "ادلب", "أدلب")),
        ("Khmeimim", "hmeimim"),
        ("حميميم", "hmeimim"),
        ("Ma'arrat an-Numan", "maarrat-al-numan"),
        ("معره النعمان", "maarrat-al-numan"),
        ("Ariha", "ariha"),
        ("اريحا", "ariha"),
    ],
)
def test_one_place_is_found_in_any_spelling(real, typed, place) -> None:
    assert search(real.record, typed, limit=1)[0].place.id == place


def test_every_name_and_spelling_finds_its_place(either) -> None:
    for place in either.record.places.values():
        for name in filter(None, [*place.names.values(), *place.spellings]):
            best = search(either.record, name, limit=20)
            same = [match.place.id for match in best if match.score == best[0].score]
            assert place.id in same, name


@pytest.mark.parametrize(
    ("one", "other"),
    [("أحمد", "احمد"), ("مدرسة", "مدرسه"), ("على", "علي"), ("الشام", "شام"), ("كـــتاب", "كتاب")],
)
def test_folding_takes_away_what_arabic_spellings_disagree_on(one, other) -> None:
    assert normalize_name(one) == normalize_name(other)


@pytest.mark.parametrize(("one", "other"), [("حلب", "حمص"), ("Homs", "Hama"), ("إدلب", "جبلة")])
def test_folding_keeps_different_names_apart(one, other) -> None:
    assert normalize_name(one) != normalize_name(other)


def test_what_is_like_no_place_finds_nothing(real) -> None:
    assert search(real.record, "Zzyzx") == []


@pytest.mark.parametrize("typed", ["", "   ", "x" * 201])
def test_an_empty_or_endless_name_is_refused(real, typed) -> None:
    with pytest.raises(QueryError):
        search(real.record, typed)


def test_the_spelling_that_was_typed_is_shown() -> None:
    found = json.loads(tamas("search", "Trumba", "--json").stdout)
    assert (found[0]["id"], found[0]["matched"]) == ("tronba", "Trumba")
