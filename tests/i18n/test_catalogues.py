"""Catalogues: the same keys and gaps in each, nothing left in English, no phrase said twice."""

import re
from collections import defaultdict
from importlib.resources import files

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from layers.i18n.catalogue import LANGUAGES, SOURCE, plural_categories, read_catalogue

GAP = re.compile(r"\{(\w+)\}")
# Phrases of a group are asked for by a value of the data, so two may well be the same words.
GROUPS = re.compile(r"^(column|kind|claim_kind|place_kind|source_kind|gender|as_\w+|published)\b")


def messages(tag):
    with files("layers.i18n").joinpath(f"catalogues/{tag}.po").open("rb") as stream:
        catalogue = read_po(stream, abort_invalid=True)
    return {one.context: one for one in catalogue if one.context}


def said(message):
    return [message.string] if isinstance(message.string, str) else list(message.string)


@pytest.mark.parametrize("tag", [tag for tag in LANGUAGES if tag != SOURCE])
def test_catalogue_translates_exactly_the_phrases_of_the_source(tag):
    source, other = messages(SOURCE), messages(tag)
    assert list(other) == list(source)
    stale = [key for key, one in other.items() if one.id != source[key].id]
    assert not stale, "the English was changed; read the translation again"
    assert not [key for key, one in other.items() if "" in said(one) or one.fuzzy]


@pytest.mark.parametrize("tag", [tag for tag in LANGUAGES if tag != SOURCE])
def test_translations_fill_the_same_gaps(tag):
    for key, one in messages(tag).items():
        wanted = set(GAP.findall(one.id if isinstance(one.id, str) else one.id[1]))
        for phrase in said(one):
            gaps = set(GAP.findall(phrase))
            assert gaps <= wanted if one.pluralizable else gaps == wanted, key


def test_source_leaves_its_translations_empty():
    assert not [key for key, one in messages(SOURCE).items() if any(said(one))]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_kinds_ask_for_genders_that_statuses_have(tag):
    phrases = read_catalogue(tag).phrases
    asked = {said for key, said in phrases.items() if key.startswith("gender.")}
    forms = {"other"}.union(
        *(
            said
            for key, said in phrases.items()
            if key.startswith("status.") and key and isinstance(said, dict)
        )
    )
    assert asked <= forms


def test_equal_phrases_are_said_once():
    keys = defaultdict(list)
    for key in messages(SOURCE):
        if not GROUPS.match(key) and not key.endswith(".zero"):
            keys[tuple(str(read_catalogue(tag).phrases[key]) for tag in LANGUAGES)].append(key)
    assert not [found for found in keys.values() if len(found) > 1]


def test_plural_categories_stand_as_gettext_orders_them():
    assert plural_categories(Locale("en")) == ("one", "other")
    assert plural_categories(Locale("uk")) == ("one", "few", "many")
    assert plural_categories(Locale("ar")) == ("zero", "one", "two", "few", "many", "other")
