"""The classes of CQL2 (21-065r2) that the service declares, a test or more each.

The abstract tests of the standard speak of data of their own, so each test here is named by the
conformance class and asks the same kinds of question of the record. What is right is computed in
Python from the features. `docs/conformance.md` lists every one.
"""

from __future__ import annotations

import json

import pytest
import shapely

LAYER = "idlib-zone"


@pytest.fixture(scope="module")
def every(client) -> dict[str, list[dict]]:
    return {
        name: client.get(f"/collections/{name}/items?limit=10000").json()["features"]
        for name in (LAYER, "claims", "places")
    }


def found(client, name: str, text: str, lang: str = "cql2-text") -> list[str]:
    query = {"limit": "10000", "filter": text, "filter-lang": lang}
    answer = client.get(f"/collections/{name}/items", params=query)
    assert answer.status_code == 200, f"{text}: {answer.text}"
    return [feature["id"] for feature in answer.json()["features"]]


def those(every, name: str, holds) -> list[str]:
    """The ids of features whose properties (None: no value, unknown) make something true."""
    return [one["id"] for one in every[name] if holds(one["properties"])]


def shaped(every, name: str, holds) -> list[str]:
    return [
        one["id"]
        for one in every[name]
        if one["geometry"] and holds(shapely.geometry.shape(one["geometry"]))
    ]


def test_cql2_text_takes_the_text_encoding(client, every) -> None:
    expected = those(every, LAYER, lambda held: held["status"] == "agreed")
    for text in ("status='agreed'", "\n status  =\t'agreed' ", "((status = 'agreed'))",
                 '"status" = \'agreed\'', "NOT NOT (status = 'agreed')"):  # fmt: skip
        assert found(client, LAYER, text) == expected
    assert expected
    assert found(client, LAYER, "status = 'agreed'", "cql-text") == expected


def test_cql2_text_escapes_a_quote_by_doubling_it(client, every) -> None:
    quoted = [one for one in every["claims"] if "'" in one["properties"]["summary_en"]]
    text = quoted[0]["properties"]["summary_en"].replace("'", "''")
    assert quoted[0]["id"] in found(client, "claims", f"summary_en = '{text}'")


def test_cql2_json_takes_the_json_encoding(client, every) -> None:
    tree = {
        "op": "and",
        "args": [
            {"op": "=", "args": [{"property": "track"}, "paper"]},
            {"op": "not", "args": [{"op": "isNull", "args": [{"property": "end_reason"}]}]},
        ],
    }
    expected = those(
        every, LAYER, lambda held: held["track"] == "paper" and held["end_reason"] is not None
    )
    assert found(client, LAYER, json.dumps(tree), "cql2-json") == expected


@pytest.mark.parametrize(
    ("op", "holds"),
    [
        ("=", lambda a, b: a == b), ("<>", lambda a, b: a != b), ("<", lambda a, b: a < b),
        ("<=", lambda a, b: a <= b), (">", lambda a, b: a > b), (">=", lambda a, b: a >= b),
    ],
)  # fmt: skip
def test_basic_cql2_compares_numbers_text_days_and_truth_values(client, every, op, holds) -> None:
    for name, key, literal, value in (
        (LAYER, "status", "'in_effect'", "in_effect"),
        (LAYER, "valid_from", "DATE('2018-09-17')", "2018-09-17"),
        (LAYER, "valid_from", "TIMESTAMP('2018-09-17T12:00:00Z')", "2018-09-17"),
        ("places", "rank", "2", 2),
        ("places", "uncertainty_m", "1.5e3", 1500),
        ("claims", "hedged", "TRUE", True),
        ("claims", "hedged", "false", False),
    ):
        expected = those(
            every, name, lambda held, k=key, v=value: held[k] is not None and holds(held[k], v)
        )
        assert found(client, name, f"{key} {op} {literal}") == expected, (key, op)


def test_basic_cql2_takes_a_flag_for_a_condition(client, every) -> None:
    hedged = those(every, "claims", lambda held: held["hedged"])
    assert found(client, "claims", "hedged") == hedged
    assert set(found(client, "claims", "NOT hedged")).isdisjoint(hedged)
    assert len(found(client, "claims", "true")) == len(every["claims"])
    assert found(client, "claims", "false") == []


def test_basic_cql2_joins_conditions(client, every) -> None:
    text = "track = 'paper' AND (status = 'agreed' OR status = 'superseded') AND NOT zone_id = 'x'"
    expected = those(
        every, LAYER,
        lambda held: held["track"] == "paper" and held["status"] in ("agreed", "superseded"),
    )  # fmt: skip
    assert found(client, LAYER, text) == expected


def test_basic_cql2_asks_for_null(client, every) -> None:
    nothing = those(every, LAYER, lambda held: held["valid_to"] is None)
    assert found(client, LAYER, "valid_to IS NULL") == nothing
    something = those(every, LAYER, lambda held: held["valid_to"] is not None)
    assert found(client, LAYER, "valid_to IS NOT NULL") == something


def test_advanced_comparison_operators_like_between_in(client, every) -> None:
    for text, holds in (
        ("name_en LIKE 'A%'", lambda held: held["name_en"].startswith("A")),
        ("name_en NOT LIKE 'A%'", lambda held: not held["name_en"].startswith("A")),
        ("name_en LIKE '_____'", lambda held: len(held["name_en"]) == 5),
        ("rank BETWEEN 2 AND 3", lambda held: 2 <= held["rank"] <= 3),
        ("rank NOT BETWEEN 2 AND 3", lambda held: not 2 <= held["rank"] <= 3),
        ("kind IN ('city', 'town')", lambda held: held["kind"] in ("city", "town")),
        ("kind NOT IN ('city', 'town')", lambda held: held["kind"] not in ("city", "town")),
    ):
        assert found(client, "places", text) == those(every, "places", holds), text


def test_case_insensitive_comparison(client, every) -> None:
    expected = those(every, "places", lambda held: held["name_en"].lower() == "idlib")
    assert expected
    assert found(client, "places", "CASEI(name_en) = CASEI('iDLIB')") == expected
    assert found(client, "places", "CASEI(name_en) LIKE CASEI('IDLI%')")


def test_accent_insensitive_comparison(client, every) -> None:
    expected = those(every, "places", lambda held: held["name_en"] == "Idlib")
    assert found(client, "places", "ACCENTI(name_en) = ACCENTI('Ídlíb')") == expected


BOX = "POLYGON((36 35.5, 37 35.5, 37 36, 36 36, 36 35.5))"


def test_basic_spatial_functions_intersects_a_point_or_a_box(client, every) -> None:
    box = shapely.box(36, 35.5, 37, 36)
    for name in (LAYER, "places", "claims"):
        expected = shaped(every, name, box.intersects)
        assert expected
        assert found(client, name, "S_INTERSECTS(geometry, BBOX(36, 35.5, 37, 36))") == expected
    spot = shapely.Point(36.63393, 35.93062)
    text = "S_INTERSECTS(geometry, POINT(36.63393 35.93062))"
    assert found(client, "places", text) == shaped(every, "places", spot.intersects) != []


def test_basic_spatial_functions_plus_intersects_any_geometry(client, every) -> None:
    for literal in (BOX, "LINESTRING(36 35.9, 37 35.9)", f"MULTI{BOX.replace('((', '(((')})",
                    "MULTIPOINT((36.63393 35.93062), (36.7 35.9))",
                    "GEOMETRYCOLLECTION(POINT(36.63393 35.93062))"):  # fmt: skip
        shape = shapely.from_wkt(literal)
        for name in (LAYER, "places"):
            expected = shaped(every, name, shape.intersects)
            assert found(client, name, f"S_INTERSECTS(geometry, {literal})") == expected


@pytest.mark.parametrize(
    "name",
    ["intersects", "disjoint", "within", "contains", "touches", "crosses", "overlaps", "equals"],
)
def test_spatial_functions_relate_geometries_and_literals(client, every, name) -> None:
    relate, shape = getattr(shapely, name), shapely.from_wkt(BOX)
    text = f"S_{name.upper()}(geometry, {BOX})"
    assert found(client, "claims", text) == shaped(every, "claims", lambda a: relate(a, shape))
    text = f"S_{name.upper()}({BOX}, geometry)"
    assert found(client, "claims", text) == shaped(every, "claims", lambda a: relate(shape, a))
    across = "LINESTRING(36.5 35, 36.5 37)"
    for first, second in (("POINT(1 1)", "POINT(1 1)"), ("POINT(1 1)", "POINT(1 2)"),
                          ("POINT(36.5 35.7)", BOX), (BOX, across)):  # fmt: skip
        holds = relate(shapely.from_wkt(first), shapely.from_wkt(second))
        count = len(found(client, "claims", f"S_{name.upper()}({first}, {second})"))
        assert count == (len(every["claims"]) if holds else 0)


@pytest.mark.parametrize(
    ("op", "holds"),
    [
        ("T_AFTER", lambda a, b: a > "2018-12-31"),
        ("T_BEFORE", lambda a, b: b < "2018-01-01"),
        ("T_DURING", lambda a, b: a > "2018-01-01" and b < "2018-12-31"),
        ("T_CONTAINS", lambda a, b: a < "2018-01-01" and b > "2018-12-31"),
        ("T_DISJOINT", lambda a, b: a > "2018-12-31" or b < "2018-01-01"),
        ("T_INTERSECTS", lambda a, b: a <= "2018-12-31" and b >= "2018-01-01"),
    ],
)
def test_temporal_functions(client, every, op, holds) -> None:
    text = f"{op}(INTERVAL(valid_from, valid_to), INTERVAL('2018-01-01', '2018-12-31'))"
    expected = those(
        every, LAYER, lambda held: holds(held["valid_from"], held["valid_to"] or "9999")
    )
    assert found(client, LAYER, text) == expected


@pytest.mark.parametrize(
    ("op", "holds"),
    [
        ("A_CONTAINS", lambda held, asked: held >= asked),
        ("A_CONTAINEDBY", lambda held, asked: held <= asked),
        ("A_EQUALS", lambda held, asked: held == asked),
        ("A_OVERLAPS", lambda held, asked: bool(held & asked)),
    ],
)
def test_array_functions(client, every, op, holds) -> None:
    asked = {"russia", "turkiye"}
    expected = those(every, "claims", lambda held: holds(set(held["actors"]), asked))
    assert found(client, "claims", f"{op}(actors, ('russia', 'turkiye'))") == expected


def test_property_property_compares_two_properties(client, every) -> None:
    expected = those(
        every,
        LAYER,
        lambda held: held["certain_from"] and held["valid_from"] < held["certain_from"],
    )
    assert found(client, LAYER, "valid_from < certain_from") == expected
    assert found(client, LAYER, "DATE('2018-09-17') = valid_from") == those(
        every, LAYER, lambda held: held["valid_from"] == "2018-09-17"
    )
    assert len(found(client, LAYER, "5 = 5")) == len(every[LAYER])


def test_a_day_with_the_t_of_a_time_is_that_day(client) -> None:
    """As GDAL writes it."""
    plain = found(client, LAYER, "valid_from >= '2018-09-17'")
    assert found(client, LAYER, "valid_from >= '2018-09-17T'") == plain != []
