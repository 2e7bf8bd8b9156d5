"""Recipes: what may be written, what it names, and what it is evaluated to."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from geo.crs import split_antimeridian
from geo.errors import GeometryError
from geo.evaluate import Evaluator
from geo.lines import Pair, Trace
from geo.recipes import Recipe, mentions, parts
from tests.support.geodesy import (
    BOUND_M,
    GEOD,
    Names,
    Route,
    ahead_of,
    bounded,
    covers,
    near,
    nested,
    outline,
    place,
    sway,
    swaying,
    walk,
)

RECIPE = TypeAdapter(Recipe)


def read(recipe):
    return RECIPE.validate_python(recipe)


def disc(radius, center="here"):
    return {"op": "disc", "center": center, "radius_km": radius}


# What may be written.


def test_a_number_is_an_interval_of_itself_and_two_numbers_are_its_ends():
    radius = read(disc(6)).radius_km
    assert (radius.low, radius.high) == (6, 6)
    radius = read(disc([10, 15.5])).radius_km
    assert (radius.low, radius.high) == (10, 15.5)


@pytest.mark.parametrize(
    "distance",
    [
        [20, 10],
        -1,
        [-1, 5],
        0,
        float("nan"),
        [1, float("nan")],
        float("inf"),
        True,
        [True, 5],
        "6",
        ["6", "7"],
        [1, 2, 3],
        [5],
        [],
        None,
        2001,
    ],
)
def test_a_distance_that_is_none_is_refused(distance):
    with pytest.raises(ValidationError):
        read(disc(distance))


def test_reversed_ends_are_refused_with_the_right_order():
    with pytest.raises(ValidationError, match=r"ends reversed: write \[10, 20\]"):
        read(disc([20, 10]))


def test_an_interval_may_begin_at_nothing():
    assert read(disc([0, 5])).radius_km.low == 0


PATH = {"op": "path", "places": ["here", "there"]}


@pytest.mark.parametrize(
    "recipe",
    [
        {"op": "ellipse", "center": "here"},
        {"center": "here"},
        {**disc(6), "color": "red"},
        {"op": "disc", "center": "here"},
        {"op": "point", "place": "Here"},
        {"op": "point", "place": "a_b"},
        {"op": "path"},
        {"op": "path", "trace": "road", "places": ["here", "there"]},
        {"op": "path", "places": ["here"]},
        {**PATH, "from": "here"},
        {"op": "path", "trace": "road", "uncertainty_km": 2},
        {**PATH, "uncertainty_km": True},
        {**PATH, "uncertainty_km": 0},
        {"op": "union", "of": []},
        {"op": "intersection", "of": [disc(6)]},
        {"op": "area", "ring": []},
        {"op": "area", "ring": [disc(6)]},
        {"op": "area", "ring": [{"op": "gap"}]},
        {"op": "area", "ring": [{"op": "gap", "bulge_km": True}]},
        {"op": "gap", "bulge_km": 3},
        {"op": "corridor", "path": disc(6), "half_width_km": 6},
        {"op": "corridor", "path": PATH},
        {"op": "corridor", "path": PATH, "half_width_km": 6, "left_km": 6},
        {"op": "offset", "distance_km": 6},
        {"op": "offset", "distance_km": 6, "place": "here"},
        {"op": "offset", "distance_km": 6, "place": "here", "bearing": "south"},
        {"op": "offset", "distance_km": 6, "place": "here", "bearing": [0, 360]},
        {"op": "offset", "distance_km": 6, "place": "here", "bearing": 9, "side": "left"},
        {"op": "offset", "distance_km": 6, "line": PATH},
        {"op": "offset", "distance_km": 6, "line": PATH, "side": "left", "towards": "here"},
        {"op": "offset", "distance_km": 6, "line": PATH, "side": "left", "bearing": 9},
        {"op": "offset", "distance_km": 6, "line": PATH, "place": "here", "bearing": 9},
        {"op": "polygon"},
        {"op": "polygon", "coordinates": [[1, 2], [3, 4], [5, 6]]},
        {"op": "polygon", "coordinates": [[1, 2], [3, 4]], "uncertainty_km": 1},
        {"op": "polygon", "coordinates": [[1, 2], [3, 94], [5, 6]], "uncertainty_km": 1},
        {"op": "polygon", "trace": "land", "uncertainty_km": 1},
        {"op": "path", "coordinates": [[1, 2], [3, 4]]},
        {"op": "path", "places": ["here", "there"], "coordinates": [[1, 2], [3, 4]]},
        {"op": "units", "trace": "land", "of": []},
        {"op": "rectangle", "center": "here", "length_km": 2},
        {"op": "rectangle", "center": disc(6), "length_km": 2, "width_km": 2},
        {"op": "strip", "area": disc(6), "edge": disc(6), "depth_km": 2},
        {"op": "zone", "id": "idle", "on": "2020-01-01", "track": "rumour"},
    ],
)
def test_what_is_no_recipe_is_refused(recipe):
    with pytest.raises(ValidationError):
        read(recipe)


NEST = {
    "op": "difference",
    "of": {
        "op": "strip",
        "edge": "front",
        "depth_km": [10, 20],
        "area": {
            "op": "area",
            "ring": [
                {"op": "contact_line", "pairs": "list", "edge": "front"},
                {"op": "point", "place": "corner"},
                {"op": "gap", "bulge_km": 3},
                {"op": "path", "trace": "road", "from": "east", "to": "west"},
            ],
        },
    },
    "minus": {
        "op": "union",
        "of": [
            {"op": "zone", "id": "other", "on": "2020-01-01"},
            {
                "op": "band",
                "border": {"op": "path", "trace": "border"},
                "towards": "south",
                "depth_km": 10,
                "from": "left",
                "to": "right",
            },
            {"op": "corridor", "path": PATH, "half_width_km": 6},
            {"op": "fuzzy", "of": {"op": "label", "place": "name"}},
            disc(6, "center"),
        ],
    },
}


def test_a_recipe_names_everything_in_it_and_nothing_else():
    assert set(mentions(read(NEST))) == {
        ("pairs", "list"),
        ("trace", "road"),
        ("trace", "border"),
        ("zone", "other"),
        *(("place", name) for name in ("corner", "east", "west", "south", "left", "right")),
        *(("place", name) for name in ("here", "there", "name", "center")),
    }


def test_a_recipes_parts_come_outermost_first():
    ops = [getattr(part, "op", None) for part in parts(read(NEST))]
    ops = [op for op in ops if op]  # an interval is a part too
    assert ops[:7] == ["difference", "strip", "area", "contact_line", "point", "gap", "path"]
    assert ops[7:] == [
        *("union", "zone", "band", "path", "corridor", "path", "fuzzy", "label", "disc")
    ]
    assert all(isinstance(part, BaseModel) for part in parts(read(NEST)))


def test_a_recipe_read_from_its_own_json_is_the_same():
    recipe = read(NEST)
    assert RECIPE.validate_json(RECIPE.dump_json(recipe, by_alias=True)) == recipe


# What it is evaluated to: an invented land of 100 km.


def book(lon=20.0, lat=45.0, names=8):
    """Return places round a middle, a road, a border, pairs and zones."""
    middle = walk(lon, lat, [(0, 1)])[0]
    spots = {}
    for index in range(names):
        spot = walk(*middle, [(index * 137.5, 4000.0 * (index + 1))])[1]
        spots[f"p{index}"] = place(*spot, 150.0 * (1 + index % 5), f"p{index}")
    start = walk(*middle, [(265, 45_000)])[1]
    road = sway(*start, 88.0, 90_000.0, [0.0, 3000.0, -2000.0, 1500.0, 0.0])
    border = sway(*walk(*start, [(0, 20_000)])[1], 91.0, 90_000.0, [0.0, -2000.0, 2500.0, 0.0])
    rows = []
    for index in range(6):
        at = walk(*start, [(180, 15_000), (88, 3000 + index * 14_000)])[2]
        first, second = walk(*at, [(0, 1500)])[1], walk(*at, [(180, 2000)])[1]
        bulge = 6.0 if index == 2 else None
        rows.append(Pair(place(*first, 200.0), place(*second, 400.0), bulge))
    for name, coords, at in (("west", border, 0.25), ("east", border, 0.75)):
        spot = coords[0] + (coords[-1] - coords[0]) * at
        spots[name] = place(*spot, 300.0, name)
    ends = {"a": rows[0], "b": rows[-1]}
    for name, row in ends.items():
        far = walk(row.first.lon, row.first.lat, [(0, 12_000)])[1]
        spots[f"back-{name}"] = place(*far, 500.0, name)
    traces = {
        "road": Trace("road", (road[:3], road[2:]), (200.0, 700.0)),
        "border": Trace("border", (border,), (250.0,)),
    }
    corner = walk(*middle, [(200, 30_000)])[1]
    units = []
    for east in range(3):
        ring = walk(*walk(*corner, [(90, 1.0 + 12_000 * east)])[1], [(90, 12_000), (0, 9_000)])
        units.append(shapely.box(*ring[0], ring[1][0], ring[2][1]))
    rings = tuple(shapely.get_coordinates(one.exterior) for one in units)
    names = ("west", "middle", "east")
    traces["units"] = Trace("units", rings, (100.0, 300.0, 200.0), tuple(units), names)
    shared = {"front": read({"op": "contact_line", "pairs": "list"})}
    zones = {"other": read(disc([5, 9], "p2"))}
    return Names(spots, traces, {"list": rows}, zones, shared, lon)


AREA = {
    "op": "area",
    "ring": [
        {"op": "contact_line", "pairs": "list", "edge": "front"},
        {"op": "point", "place": "back-b"},
        {"op": "point", "place": "back-a"},
    ],
}
KINDS = {
    "point": {"op": "point", "place": "p1"},
    "disc": disc([8, 12], "p0"),
    "path": {"op": "path", "places": ["p3", "p4", "p5"], "uncertainty_km": 1.5},
    "corridor": {
        "op": "corridor",
        "path": {"op": "path", "trace": "road"},
        "half_width_km": [5, 6],
    },
    "contact_line": {"op": "contact_line", "pairs": "list"},
    "offset": {
        "op": "offset",
        "line": {"op": "shape", "id": "front"},
        "side": "left",
        "distance_km": [3, 4],
    },
    "rectangle": {
        "op": "rectangle",
        "length_km": [3, 4],
        "width_km": 2,
        "bearing": 30,
        "center": {"op": "offset", "place": "p0", "bearing": 80, "distance_km": 9},
    },
    "polygon": {"op": "polygon", "trace": "units"},
    "units": {"op": "units", "trace": "units", "of": ["east", "middle"]},
    "shape": {"op": "shape", "id": "front"},
    "area": AREA,
    "strip": {"op": "strip", "area": AREA, "edge": "front", "depth_km": [7, 10]},
    "band": {
        "op": "band",
        "border": {"op": "path", "trace": "border"},
        "towards": "p0",
        "depth_km": [8, 10],
        "from": "west",
        "to": "east",
    },
    "union": {"op": "union", "of": [disc(9, "p0"), {"op": "point", "place": "p7"}]},
    "intersection": {"op": "intersection", "of": [disc(9, "p0"), disc([9, 11], "p1")]},
    "difference": {"op": "difference", "of": disc(20, "p0"), "minus": disc([3, 5], "p1")},
    "zone": {"op": "zone", "id": "other", "on": "2020-01-01"},
    "fuzzy": {"op": "fuzzy", "of": disc(9, "p0")},
    "label": {"op": "label", "place": "p0"},
    "nowhere": {"op": "nowhere"},
}


def test_every_kind_of_recipe_is_tried_here():
    schema = RECIPE.json_schema()
    assert set(schema["discriminator"]["mapping"]) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("lon", "lat"), [(20.0, 45.0), (179.9, -58.5)])
def test_inner_lies_in_nominal_and_nominal_in_outer_for_every_kind(kind, lon, lat):
    drawn = Evaluator(book(lon, lat))(read(KINDS[kind]))
    assert nested(drawn)
    surely_nowhere = {"point", "path", "contact_line", "fuzzy", "label", "nowhere"}
    surely_nowhere |= {"offset", "shape"}  # lines, here
    assert drawn.inner.is_empty == (kind in surely_nowhere)
    assert drawn.outer.is_empty == (kind in ("label", "nowhere"))


LEAVES = st.sampled_from([read(KINDS[k]) for k in KINDS if k not in ("union", "difference")])
PLACES = st.sampled_from([f"p{index}" for index in range(8)])
DISTANCES = st.tuples(st.floats(0.5, 20), st.floats(0, 8)).map(lambda d: [d[0], sum(d)])
DRAWN = st.one_of(
    LEAVES,
    st.builds(lambda p, d: read(disc(d, p)), PLACES, DISTANCES),
    st.builds(
        lambda p, d: read(
            {"op": "corridor", "path": {"op": "path", "places": p}, "half_width_km": d}
        ),
        st.lists(PLACES, min_size=2, max_size=5, unique=True),
        DISTANCES,
    ),
    st.builds(lambda d: read({**KINDS["strip"], "depth_km": d}), DISTANCES),
)


def combined(of):
    lists = st.lists(of, min_size=2, max_size=3)
    return st.one_of(
        st.builds(lambda m: read({"op": "union", "of": m}), lists),
        st.builds(lambda m: read({"op": "intersection", "of": m}), lists),
        st.builds(lambda a, b: read({"op": "difference", "of": a, "minus": b}), of, of),
        st.builds(lambda a: read({"op": "fuzzy", "of": a}), of),
    )


LAND = Evaluator(book())


@bounded(60)
@given(st.recursive(DRAWN, combined, max_leaves=6))
def test_inner_lies_in_nominal_and_nominal_in_outer_however_recipes_nest(recipe):
    drawn = LAND(recipe)
    assert nested(drawn)
    assert all(shape.is_valid for shape in (drawn.nominal, drawn.inner, drawn.outer))


def test_a_zone_is_the_shape_of_its_own_recipe():
    land = book()
    evaluate = Evaluator(land)
    assert evaluate(read(KINDS["zone"])) is evaluate(land.zones["other"])


def test_zones_drawn_from_themselves_are_an_error():
    zones = {
        "self": read({"op": "zone", "id": "self", "on": "2020-01-01"}),
        "one": read({"op": "union", "of": [{"op": "zone", "id": "two", "on": "2020-01-01"}]}),
        "two": read(
            {
                "op": "difference",
                "of": disc(5, "p0"),
                "minus": {"op": "zone", "id": "one", "on": "2020-01-01"},
            }
        ),
    }
    land = book()
    land.zones.update(zones)
    evaluate = Evaluator(land)
    for recipe in zones.values():
        with pytest.raises(GeometryError, match="circle"):
            evaluate(recipe)
    assert not evaluate(read(KINDS["disc"])).nominal.is_empty


def test_a_line_drawn_from_itself_is_an_error():
    land = book()
    moved = {"op": "offset", "line": {"op": "shape", "id": "it"}, "side": "left", "distance_km": 3}
    land.shapes["it"] = read(moved)
    with pytest.raises(GeometryError, match="circle"):
        Evaluator(land)(read({"op": "corridor", "path": moved, "half_width_km": 3}))


def test_what_is_no_line_is_no_path_of_a_corridor():
    land = book()
    land.shapes["blob"] = read(disc(6, "p0"))
    path = {"op": "shape", "id": "blob"}
    with pytest.raises(GeometryError, match="shape 'blob' is no line"):
        Evaluator(land)(read({"op": "corridor", "path": path, "left_km": 3}))
    point = {"op": "offset", "place": "p0", "bearing": 9, "distance_km": 3}
    with pytest.raises(GeometryError, match="is a point, and a line is asked for"):
        Evaluator(land)(read({"op": "corridor", "path": point, "left_km": 3}))
    line = {"op": "offset", "line": PATH, "side": "left", "distance_km": 3}
    with pytest.raises(GeometryError, match="is a line, and a point is asked for"):
        Evaluator(land)(read({"op": "disc", "center": line, "radius_km": 3}))


def test_a_unit_that_its_file_does_not_hold_is_an_error_that_lists_those_that_it_does():
    with pytest.raises(
        GeometryError, match=r"no polygon named 'north' \(known: east, middle, west"
    ):
        LAND(read({**KINDS["units"], "of": ["north"]}))
    with pytest.raises(GeometryError, match="holds polygons and is no line"):
        LAND(read({"op": "path", "trace": "units"}))


def test_a_compass_point_is_as_wide_as_its_letters_say():
    south = {"op": "offset", "place": "p0", "distance_km": 41}
    for bearing, low, width in (("S", 157.5, 45.0), ("NNW", 326.25, 22.5), ([350, 10], 350, 20)):
        read_bearing = read({**south, "bearing": bearing}).bearing
        assert (read_bearing.low, read_bearing.width) == (low, width)
    drawn = LAND(read({**south, "bearing": "S"}))
    # Half of 45 degrees at 41 km, and what the place is off by.
    assert drawn.uncertainty_m == pytest.approx(150 + 2 * 41_000 * 0.19509, rel=1e-3)


def test_thirty_kilometres_to_each_side_of_a_contact_line_need_one_recipe():
    corridor = {"op": "corridor", "path": {"op": "contact_line", "pairs": "list"}}
    whole = LAND(read({**corridor, "half_width_km": 9})).nominal
    sides = [LAND(read({**corridor, key: 9})).nominal for key in ("left_km", "right_km")]
    assert shapely.union_all(sides).symmetric_difference(whole).area < 1e-5 * whole.area
    assert shapely.intersection(*sides).area < 1e-5 * whole.area
    both = LAND(read({**corridor, "left_km": 9, "right_km": [4, 9]}))
    assert both.nominal.symmetric_difference(whole).area < 1e-5 * whole.area
    assert both.inner.area < LAND(read({**corridor, "half_width_km": 9})).inner.area


def test_a_strip_may_be_measured_from_any_line():
    line = {"op": "contact_line", "pairs": "list"}
    named = LAND(read(KINDS["strip"]))
    given_here = LAND(read({**KINDS["strip"], "edge": line}))
    assert given_here.nominal.equals(named.nominal)
    assert given_here.inner.equals(named.inner)


@pytest.mark.parametrize("turn", [0.0, 90.0])
@pytest.mark.parametrize("ends", [(0.2, 0.8), (0.0, 1.0)])  # the border may end there, at a sea
def test_a_band_is_cut_where_its_places_lie_along_a_border_that_runs_any_way(turn, ends):
    border = sway(20.0, 45.0, 90.0 + turn, 60_000.0, [0.0, 2000.0, -1000.0, 0.0])
    spots = {
        name: place(*(border[0] + (border[-1] - border[0]) * at), 200.0, name)
        for name, at in zip(("one", "other"), ends, strict=True)
    }
    spots["towards"] = place(*walk(20.0, 45.0, [(135 + turn, 40_000)])[1], 200.0)
    land = Names(spots, {"border": Trace("border", (border,), (300.0,))}, lon=20.0)
    recipe = {
        "op": "band",
        "border": {"op": "path", "trace": "border"},
        "towards": "towards",
        "depth_km": 5,
        "from": "one",
        "to": "other",
    }
    drawn, across = (Evaluator(land)(read(one)) for one in (recipe, {**recipe, "cut": "across"}))
    alike = drawn.nominal.symmetric_difference(across.nominal).area < 0.02 * across.nominal.area
    assert alike
    assert nested(across)
    inside = walk(20.0, 45.0, [(90 + turn, 30_000), (180 + turn, 3500)])[2]
    outside = walk(20.0, 45.0, [(90 + turn, 30_000), (turn, 3500)])[2]
    assert across.inner.covers(shapely.Point(inside))
    assert not across.outer.covers(shapely.Point(outside))


@bounded(6)
@given(swaying(reach_m=2000.0), st.floats(2.0, 12.0), st.booleans())
def test_a_band_cut_across_ends_at_its_depth(coords, depth, right):
    along = GEOD.inv(*coords[0], *coords[-1])[0]
    towards = ahead_of(*coords[len(coords) // 2], along + (90 if right else -90), 20_000)
    ends = {"from": coords[0], "to": coords[-1], "towards": towards}
    spots = {name: place(*spot, 0.0, name) for name, spot in ends.items()}
    border = {"border": Trace("border", (coords,), (0.0,))}
    recipe = {
        "op": "band",
        "border": {"op": "path", "trace": "border"},
        "depth_km": depth,
        "cut": "across",
        **{name: name for name in ends},
    }
    drawn = Evaluator(Names(spots, border, lon=coords[0, 0]))(read(recipe)).nominal
    rim, route = outline(drawn), Route(coords)
    far, beyond = route.distance(rim)[0], route.beyond(rim)
    free = (far > BOUND_M) & (beyond < -BOUND_M)
    assert free.any()
    assert np.abs(far - depth * 1000)[free].max() <= BOUND_M
    assert max(far.max() - depth * 1000, beyond.max()) <= BOUND_M


def test_a_polygon_is_its_coordinates_however_they_close_and_as_unsure_as_stated():
    corners = [[20.0, 45.0], [20.3, 45.0], [20.3, 45.2], [20.0, 45.2]]
    drawn = LAND(read({"op": "polygon", "coordinates": corners, "uncertainty_km": 0.5}))
    closed = LAND(
        read({"op": "polygon", "coordinates": [*corners, corners[0]], "uncertainty_km": 0.5})
    )
    assert drawn.nominal.equals(closed.nominal)
    assert drawn.uncertainty_m == 500.0
    assert nested(drawn)
    assert not drawn.inner.is_empty


def test_the_same_zone_twice_is_no_circle():
    zone = KINDS["zone"]
    drawn = LAND(read({"op": "union", "of": [zone, {"op": "fuzzy", "of": zone}]}))
    assert not drawn.nominal.is_empty


def test_a_strip_of_an_edge_that_has_no_name_is_an_error_that_lists_those_that_have():
    with pytest.raises(GeometryError, match=r"no edge named 'rear' \(known: front\)"):
        LAND(read({**KINDS["strip"], "edge": "rear"}))
    with pytest.raises(GeometryError, match="known: none"):
        LAND(read({**KINDS["strip"], "area": disc(9, "p0")}))


def test_a_trace_between_two_places_is_cut_there():
    land = book()
    road = land.traces["road"].stretches
    land.places["stop"] = place(*road[0][1], 100.0)
    land.places["go"] = place(*road[1][1], 100.0)
    path = {"op": "path", "trace": "road", "from": "stop", "to": "go"}
    drawn = Evaluator(land)(read(path)).nominal
    coords = shapely.get_coordinates(drawn)
    assert coords[0] == pytest.approx(road[0][1], abs=1e-5)
    assert coords[-1] == pytest.approx(road[1][1], abs=1e-5)


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("label", "fuzzy", "nowhere")])
def test_a_shape_over_the_antimeridian_is_the_same_as_one_beside_it(kind):
    here, over = (Evaluator(book(lon))(read(KINDS[kind])).nominal for lon in (20.0, 179.9))
    back = shapely.transform(over, lambda c: c - [159.9, 0.0])
    assert here.hausdorff_distance(back) < 1e-5
    cut = split_antimeridian(over)
    assert -180.0 <= cut.bounds[0] <= cut.bounds[2] <= 180.0


def test_places_given_beyond_the_antimeridian_are_taken_to_the_inputs_side():
    land = book(179.9)
    for name, spot in land.places.items():
        land.places[name] = place(float(near(spot.lon, 0.0)), spot.lat, spot.uncertainty_m, name)
    drawn = Evaluator(land)(read(KINDS["corridor"])).nominal
    chain = {"op": "path", "places": ["p3", "p4", "p5", "p6"]}
    corridor = {"op": "corridor", "path": chain, "half_width_km": 6}
    assert drawn.bounds[2] - drawn.bounds[0] < 2
    shape = Evaluator(land)(read(corridor)).nominal
    assert shape.bounds[2] - shape.bounds[0] < 2
    assert covers(shape, shapely.get_coordinates(shape.representative_point())).all()
