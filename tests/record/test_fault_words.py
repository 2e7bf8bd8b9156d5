"""Faults speak to who writes seed files, whatever stands where something else should."""

import re

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from geo.recipes import Recipe
from layers.record.fault_words import fault_words
from layers.record.kinds import ZoneKind
from layers.record.model import (
    Actor,
    AtlasFile,
    Claim,
    ClaimFile,
    ContactPair,
    Dispute,
    GazetteerPlace,
    Layer,
    SharedShape,
    Source,
    Subject,
    Unknown,
    Zone,
)
from tests.support.atlases import faults_of, swap

MODELS = (
    Actor, AtlasFile, Claim, ClaimFile, ContactPair, Dispute, GazetteerPlace, Layer, SharedShape,
    Source, Subject, Unknown, Zone, ZoneKind,
)  # fmt: skip
ODD = (None, True, 7, 1.5, -1, "", "25 km", "x" * 3000, "Not An Id", [], ["a"], {}, {"a": 1}, [[]])
# What only a programmer calls things.
CANT = re.compile(
    r"valid (dict|str|int|list|tuple|bool)|instance of|[Ii]nput should|dictionary|pattern|"
    r"tuple|boolean|NoneType|\bint\b|\bstr\b|tag-|union|\^|\\[A-Za-z]|Model|Field"
)


def said_of(check, data):
    try:
        check(data)
    except ValidationError as error:
        return [fault_words(one) for one in error.errors(include_url=False)]
    return []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_word_of_programmers_whatever_stands_in_any_field(model: type[BaseModel]):
    said = [words for odd in ODD for words in said_of(model.model_validate, odd)]
    for name, field in model.model_fields.items():
        for odd in ODD:
            said += said_of(model.model_validate, {field.alias or name: odd})
    assert said
    assert not [words for words in said if CANT.search(words)]


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_no_word_of_programmers_in_any_kind_of_recipe(odd):
    check = TypeAdapter(Recipe).validate_python
    schema = TypeAdapter(Recipe).json_schema(by_alias=True)
    for op, ref in schema["discriminator"]["mapping"].items():
        fields = schema["$defs"][ref.rpartition("/")[2]]["properties"]
        said = said_of(check, {"op": op, **dict.fromkeys(set(fields) - {"op"}, odd)})
        assert not [words for words in said if CANT.search(words)], op


LANTERN = "zones/lantern-waters.yaml"


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ("radius_km: 15", "radius_km: 15 km", "recipe.disc.radius_km",
         "must be kilometres without a unit: a number, or [low, high] (found '15 km')"),
        ("en: 'Waters of Lantern Rock, made up.'", "en: Waters of Lantern Rock, made up.",
         "summary.made up.", "quotes"),
        ("confidence: moderate", "confidence: middling", "confidence",
         "must be 'high', 'moderate' or 'low' (found 'middling')"),
        ("claims: [lantern-letters-04]", "claims: lantern-letters-04", "periods[1].from.claims",
         "must be a list: [a, b], or each entry in a line of its own after '- '"),
    ],
)  # fmt: skip
def test_what_newcomers_write_is_told_how_to_be_mended(seeds, old, new, field, says):
    swap(LANTERN, old, new)(seeds)
    found = {fault.field: fault.message for fault in faults_of(seeds) if fault.path == LANTERN}
    assert says in found[field], found


def test_a_number_that_is_a_word_is_asked_to_stand_in_quotes(seeds):
    swap("sources.yaml", "information: '6'", "information: 6")(seeds)
    assert any("put it in quotes: '6'" in fault.message for fault in faults_of(seeds))


def test_a_layer_has_no_name_of_a_collection_of_the_service(seeds):
    swap("layers.yaml", "id: ferry-road", "id: places")(seeds)
    assert "choose another" in {f.record: f.message for f in faults_of(seeds)}["places"]
