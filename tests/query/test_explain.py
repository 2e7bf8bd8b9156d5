"""Explaining a zone: the words, the recipe, the inputs, the sizes, the evidence."""

from __future__ import annotations

import json
import re

import pytest
from pyproj import Geod

from layers.errors import UnknownId
from layers.query.explain import as_text, explain

GEOD = Geod(ellps="WGS84")


def said(layers, zone: str) -> str:
    return "\n".join(as_text(explain(layers, zone)))


def test_every_zone_is_explained_in_data_and_in_lines(either):
    for zone in either.record.zones.values():
        data = explain(either, zone.id)
        assert json.loads(json.dumps(data, ensure_ascii=False)) == data
        lines = list(as_text(data))
        assert not any("\n" in line for line in lines)
        whole = "\n".join(lines)
        for wanted in (
            zone.names["en"],
            zone.names["ar"],
            zone.clause["en"],
            zone.confidence_reason["en"],
        ):
            assert wanted in whole
        drawn = [line for line in lines if line.startswith(("Shape", "  from", "  nominal"))]
        assert drawn
        assert not re.search(r"\bNone\b|\bnan\b|[{}]", "".join(drawn)), zone.id


def test_every_period_claim_and_dispute_of_a_zone_is_told(either):
    for zone in either.record.zones.values():
        data, whole = explain(either, zone.id), said(either, zone.id)
        rows = [row for row in either.rows if row.zone_id == zone.id]
        assert [period["id"] for period in data["periods"]] == [row.id for row in rows]
        assert {claim["id"] for claim in data["claims"]} == {
            key for row in rows for key in row.claim_ids
        }
        for claim in data["claims"]:
            assert either.record.claims[claim["id"]].summary["en"] in whole
        for dispute in either.record.disputes.values():
            assert (dispute.title["en"] in whole) == (zone.id in dispute.zones)


def test_every_shape_of_a_zone_is_told_once_with_the_rows_it_is_for(either):
    for zone in either.record.zones.values():
        shapes = explain(either, zone.id)["shapes"]
        recipes = [json.dumps(shape["recipe"]) for shape in shapes]
        assert len(recipes) == len(set(recipes))
        told = [row for shape in shapes for row in shape["rows"]]
        assert sorted(told) == sorted(row.id for row in either.rows if row.zone_id == zone.id)


def test_the_sizes_are_geodesic(second):
    (shape,) = explain(second, "lantern-waters")["shapes"]
    assert shape["sizes"]["nominal"]["area_km2"] == pytest.approx(706.8, abs=0.5)
    assert shape["sizes"]["inner"]["area_km2"] < 706 < shape["sizes"]["outer"]["area_km2"]
    (shape,) = explain(second, "frost-line")["shapes"]
    length = GEOD.line_length([-19.5] * 5, [-21.2, -21.0, -20.8, -20.6, -20.4]) / 1000
    assert shape["sizes"]["nominal"]["length_km"] == pytest.approx(length, abs=0.1)
    assert shape["sizes"]["inner"] == {"area_km2": None, "length_km": None}


def test_the_inputs_are_told_with_their_uncertainty_and_source(second):
    (shape,) = explain(second, "ferry-road-watch")["shapes"]
    kinds = {item["id"]: item for item in shape["inputs"]}
    assert set(kinds) == {"ferry-road", "quillet", "marrow-port"}
    assert kinds["ferry-road"]["uncertainty_m"] == [300, 900]
    assert kinds["quillet"]["uncertainty_m"] == 500
    whole = said(second, "ferry-road-watch")
    assert "± 0.3 / 0.9 km [ostrel-chart]" in whole
    assert "Quillet, 20.90000 S, 20.60000 W, ± 0.5 km [ostrel-chart]" in whole


def test_pairs_are_told_with_their_widest_gap(second):
    (shape,) = explain(second, "frost-line")["shapes"]
    (pairs,) = shape["inputs"]
    assert pairs["pairs"] == 5
    assert pairs["largest_gap_km"] == pytest.approx(6.3, abs=0.1)
    assert pairs["sources"] == ["harbour-gazette", "lantern-letters"]


def test_a_variant_names_what_it_varies(second):
    assert "a variant of frost-strip" in said(second, "frost-strip-annex")


def test_a_zone_without_bounds_says_so(second):
    assert "nominal: nothing" in said(second, "chapel-channel")
    assert "nominal: a point" in said(second, "oone-station")


def test_an_unknown_zone_is_refused_and_some_known_named(second):
    with pytest.raises(UnknownId, match="no zone 'lost'; known: calm-area"):
        explain(second, "lost")


def test_the_real_road_is_explained_with_its_length_and_that_of_the_patrol(real):
    whole = said(real, "m4-patrol-route")
    assert re.search(r"\b69\.6 km\b", whole)
    assert re.search(r"\b7[0-3] ?(km|كم)\b|\b71\b", whole)
    (shape, *_) = explain(real, "m4-patrol-route")["shapes"]
    assert shape["sizes"]["nominal"]["length_km"] == pytest.approx(69.6, abs=0.1)
