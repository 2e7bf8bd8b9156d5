"""CQL2 against a brute-force model in Python, and what is refused."""

from __future__ import annotations

import json
from datetime import date

import pytest
import shapely
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.filters import like_matcher
from layers.settings import Settings

LAYER = "tanf-triangle"


@pytest.fixture(scope="module")
def every(client) -> dict[str, list[dict]]:
    return {
        name: client.get(f"/collections/{name}/items?limit=10000").json()["features"]
        for name in ("m4-corridor", "idlib-zone", LAYER, "russian-bases", "claims", "places")
    }


def found(client, name: str, text: str, **more: str) -> list[str]:
    query = {"limit": "10000", "filter": text, **more}
    answer = client.get(f"/collections/{name}/items", params=query)
    assert answer.status_code == 200, f"{text}: {answer.text}"
    return [feature["id"] for feature in answer.json()["features"]]


# Expressions as CQL2 JSON, with a model of three values: True, False or None for unknown.

STRINGS = st.sampled_from(["paper", "practice", "agreed", "in_effect", "unknown", "x"])
ORDER = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def compare(name, value):
    return st.builds(
        lambda op, literal: {"op": op, "args": [{"property": name}, literal]},
        st.sampled_from(sorted(ORDER)),
        value,
    )


DAYS = st.dates(date(2014, 1, 1), date(2025, 1, 1)).map(lambda day: {"date": day.isoformat()})
LEAVES = st.one_of(
    compare("track", STRINGS),
    compare("status", STRINGS),
    compare("end_reason", STRINGS),
    compare("uncertainty_m", st.sampled_from([0.0, 500.0, 1500.0, 5000.0])),
    compare("valid_from", DAYS),
    compare("valid_to", DAYS),
    st.sampled_from(["end_reason", "valid_to", "status", "variant_of"]).map(
        lambda name: {"op": "isNull", "args": [{"property": name}]}
    ),
    st.lists(STRINGS, min_size=1, max_size=3).map(
        lambda values: {"op": "in", "args": [{"property": "status"}, values]}
    ),
    st.tuples(DAYS, DAYS).map(
        lambda pair: {"op": "between", "args": [{"property": "valid_to"}, *pair]}
    ),
    st.sampled_from(["a%", "%e%", "_nknown", "%", "in\\_effect"]).map(
        lambda text: {"op": "like", "args": [{"property": "status"}, text]}
    ),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda one: {"op": "not", "args": [one]}),
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3)).map(
            lambda pair: {"op": pair[0], "args": pair[1]}
        ),
    ),
    max_leaves=6,
)


def model(node, held):
    op, args = node["op"], node["args"]
    if op == "not":
        inner = model(args[0], held)
        return None if inner is None else not inner
    if op in ("and", "or"):
        values = [model(arg, held) for arg in args]
        decisive = op == "or"
        if decisive in values:
            return decisive
        return None if None in values else not decisive
    value = held[args[0]["property"]]
    if op == "isNull":
        return value is None
    if value is None:
        return None
    if op == "in":
        return value in args[1]
    if op == "between":
        return args[1]["date"] <= value <= args[2]["date"]
    if op == "like":
        return model_like(args[1], value)
    literal = args[1]["date"] if isinstance(args[1], dict) else args[1]
    return ORDER[op](value, literal)


def model_like(pattern: str, text: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "%":
        return any(model_like(pattern[1:], text[n:]) for n in range(len(text) + 1))
    if pattern[0] == "\\" and len(pattern) > 1:
        return text[:1] == pattern[1] and model_like(pattern[2:], text[1:])
    return bool(text) and pattern[0] in ("_", text[0]) and model_like(pattern[1:], text[1:])


@given(tree=TREES, name=st.sampled_from(["m4-corridor", "idlib-zone", LAYER, "russian-bases"]))
@settings(max_examples=80)
def test_a_filter_chooses_what_the_model_does(client, every, tree, name) -> None:
    expected = [row["id"] for row in every[name] if model(tree, row["properties"]) is True]
    assert found(client, name, json.dumps(tree), **{"filter-lang": "cql2-json"}) == expected


@given(pattern=st.text("ab%_\\", max_size=7), text=st.text("ab%", max_size=8))
@settings(max_examples=300)
def test_like_is_the_model(pattern, text) -> None:
    if pattern.endswith("\\") and not pattern.endswith("\\\\"):
        return
    assert like_matcher(pattern)(text) == model_like(pattern, text)


def test_a_hostile_pattern_takes_no_time() -> None:
    assert not like_matcher("%a" * 2000 + "b")("a" * 4000)


@pytest.mark.parametrize(
    ("text", "as_json"),
    [
        ("status = 'agreed'", {"op": "=", "args": [{"property": "status"}, "agreed"]}),
        (
            "track = 'practice' AND NOT valid_to IS NULL",
            {
                "op": "and",
                "args": [
                    {"op": "=", "args": [{"property": "track"}, "practice"]},
                    {"op": "not", "args": [{"op": "isNull", "args": [{"property": "valid_to"}]}]},
                ],
            },
        ),
        (
            "S_INTERSECTS(geometry, POINT(38.62 33.51))",
            {
                "op": "s_intersects",
                "args": [
                    {"property": "geometry"},
                    {"type": "Point", "coordinates": [38.62, 33.51]},
                ],
            },
        ),
    ],
)
def test_text_and_json_mean_the_same(client, text, as_json) -> None:
    first = found(client, LAYER, text)
    assert first
    assert first == found(client, LAYER, json.dumps(as_json), **{"filter-lang": "cql2-json"})


SPATIAL = {
    "S_INTERSECTS": shapely.intersects,
    "S_DISJOINT": shapely.disjoint,
    "S_WITHIN": shapely.within,
    "S_CONTAINS": shapely.contains,
    "S_TOUCHES": shapely.touches,
    "S_CROSSES": shapely.crosses,
    "S_OVERLAPS": shapely.overlaps,
    "S_EQUALS": shapely.equals,
}
LITERALS = [
    "POINT(38.62 33.51)",
    "POLYGON((36 35, 37 35, 37 36, 36 36, 36 35))",
    "POLYGON((38.4 33.2, 38.9 33.2, 38.9 33.6, 38.4 33.2))",
    "LINESTRING(36.2 35.9, 36.9 35.7)",
    "MULTIPOINT((36.6 35.8), (38.6 33.5))",
]


@pytest.mark.parametrize("op", SPATIAL)
@pytest.mark.parametrize("literal", LITERALS)
def test_spatial_operators_are_those_of_shapely(client, every, op, literal) -> None:
    shape = shapely.from_wkt(literal)
    for name in ("m4-corridor", LAYER, "russian-bases"):
        expected = [
            row["id"]
            for row in every[name]
            if row["geometry"] and SPATIAL[op](shapely.geometry.shape(row["geometry"]), shape)
        ]
        assert found(client, name, f"{op}(geometry, {literal})") == expected
        if op in ("S_INTERSECTS", "S_DISJOINT", "S_EQUALS", "S_TOUCHES"):
            assert found(client, name, f"{op}({literal}, geometry)") == expected


def test_a_geometry_may_come_in_another_system(client) -> None:
    swapped = found(
        client, LAYER, "S_INTERSECTS(geometry, POINT(33.51 38.62))",
        **{"filter-crs": "http://www.opengis.net/def/crs/EPSG/0/4326"},
    )  # fmt: skip
    assert swapped == found(client, LAYER, "S_INTERSECTS(geometry, POINT(38.62 33.51))")


TEMPORAL = {
    "T_AFTER": lambda a, b, c, d: a > d,
    "T_BEFORE": lambda a, b, c, d: b < c,
    "T_DISJOINT": lambda a, b, c, d: b < c or a > d,
    "T_DURING": lambda a, b, c, d: a > c and b < d,
    "T_CONTAINS": lambda a, b, c, d: a < c and b > d,
    "T_EQUALS": lambda a, b, c, d: (a, b) == (c, d),
    "T_INTERSECTS": lambda a, b, c, d: a <= d and b >= c,
    "T_OVERLAPS": lambda a, b, c, d: a < c < b < d,
    "T_STARTS": lambda a, b, c, d: a == c and b < d,
    "T_FINISHEDBY": lambda a, b, c, d: a < c and b == d,
}


@pytest.mark.parametrize("op", TEMPORAL)
@pytest.mark.parametrize(
    "window", [("2020-03-05", "2020-12-31"), ("2017-05-04", "2024-11-27"), ("2018-01-01", "..")]
)
def test_temporal_operators_relate_whole_days(client, every, op, window) -> None:
    text = f"{op}(INTERVAL(valid_from, valid_to), INTERVAL('{window[0]}', '{window[1]}'))"
    last = "9999" if window[1] == ".." else window[1]
    for name in ("m4-corridor", "idlib-zone", LAYER):
        expected = [
            row["id"]
            for row in every[name]
            if TEMPORAL[op](
                row["properties"]["valid_from"],
                row["properties"]["valid_to"] or "9999",
                window[0],
                last,
            )
        ]
        assert found(client, name, text) == expected


def test_case_accents_lists_and_flags(client, every) -> None:
    assert found(client, LAYER, "CASEI(status) = CASEI('AGREED')")
    assert found(client, "places", "ACCENTI(name_en) = ACCENTI('Ídlib')")
    key = every[LAYER][0]["properties"]["claim_ids"][0]
    assert every[LAYER][0]["id"] in found(
        client, LAYER, f"A_CONTAINS(claim_ids, ('{key}', '{key}'))"
    )
    hedged = [row["id"] for row in every["claims"] if row["properties"]["hedged"]]
    assert found(client, "claims", "hedged") == hedged
    assert found(client, "claims", "hedged = true") == hedged
    assert len(found(client, "claims", "true")) == len(every["claims"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nothing = 1", "queryable"),
        ("status = 3", "compares string with number"),
        ("status", "neither true nor false"),
        ("valid_from > 'soon'", "no day"),
        ("S_INTERSECTS(status, POINT(1 1))", "no geometry"),
        ("S_DWITHIN(geometry, POINT(1 1), 5, 'km')", "'s_dwithin' is not offered"),
        ("S_INTERSECTS(geometry)", "takes 2 arguments"),
        ("S_INTERSECTS(geometry, POINT EMPTY)", "cannot be read"),
        ("S_INTERSECTS(geometry, POLYGON EMPTY)", "none at all"),
        ("S_INTERSECTS(geometry, POINT(181 1))", "beyond 180"),
        ("S_INTERSECTS(geometry, LINESTRING(1 1, 2 90.5))", "beyond 180"),
        ("S_INTERSECTS(POINT(1 1), POINT(1 -91))", "beyond 180"),
        ("valid_from > DATE('2018')", "no one day"),
        ("valid_from > '2018-03-01TT'", "no day"),
        ("status = true", "compares string with boolean"),
        ("claim_ids > claim_ids", "no order"),
        ("(status = 'a') = true", "no value that can be compared"),
        ("S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", "not valid"),
        ("uncertainty_m + 1 > 2", "'+' is not offered"),
        ("T_AFTER(status, DATE('2020-01-01'))", "no date property"),
        ("foo(status) = 1", "'foo' is not offered"),
        ("foo(status)", "'foo' is not offered"),
        ("(" * 400 + "true" + ")" * 400, "nested"),
        ("NOT " * 60 + "true", "nested"),
        (" OR ".join(["status = 'a'"] * 200), "more than 300"),
        ("LINESTRING(0 0, 1 1)", "geometry"),
    ],
)
def test_what_a_filter_cannot_be_is_said(client, text, says) -> None:
    answer = client.get(f"/collections/{LAYER}/items", params={"filter": text})
    assert answer.status_code == 400, answer.text
    assert answer.json()["parameter"] == "filter"
    assert says in answer.json()["detail"] or says == "geometry"


@pytest.mark.parametrize(
    "tree",
    ["[]", "5", "null", '"x"', "{", '{"op":"="}', '{"op":"=","args":[]}',
     '{"op":"=","args":[{"property":"status"},null]}',
     '{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[1,2]}]}',
     '{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":[1e400,1]}]}',
     '{"op":"in","args":[{"property":"status"},"agreed"]}',
     '{"op":"t_after","args":[{"property":"valid_from"},{"date":"2020-99-99"}]}'],
)  # fmt: skip
def test_a_broken_tree_is_refused(client, tree) -> None:
    query = {"filter": tree, "filter-lang": "cql2-json"}
    answer = client.get(f"/collections/{LAYER}/items", params=query)
    assert (answer.status_code, answer.json()["parameter"]) == (400, "filter"), answer.text


def test_a_filter_has_at_most_so_many_vertices() -> None:
    app = create_app(Settings(access_log=False, max_filter_vertices=50))
    ring = ", ".join(f"{36 + i / 100} 35" for i in range(60))
    text = f"S_INTERSECTS(geometry, LINESTRING({ring}))"
    answer = TestClient(app).get(f"/collections/{LAYER}/items", params={"filter": text})
    assert "vertices" in answer.json()["detail"]


def test_queryables_name_what_a_filter_takes(client) -> None:
    for name in (LAYER, "places", "claims"):
        listed = client.get(f"/collections/{name}/queryables").json()["properties"]
        for key in listed:
            asked = {"filter": f"{key} IS NULL OR NOT {key} IS NULL", "limit": 1}
            assert client.get(f"/collections/{name}/items", params=asked).json()["features"]
