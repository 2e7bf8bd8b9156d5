"""Recipes that an atlas draws from what it shares, from coordinates and from named polygons."""

import json
import re

import pytest

from layers.build.assembly import build
from layers.query.explain import as_text, explain
from layers.record.reader import read
from tests.support.atlases import faults_of, put, swap

LANTERN = "zones/lantern-waters.yaml"
FRONT = "shapes/front.yaml"
UNITS = "traces/units.geojson"
DISC = "  op: disc\n  center: lantern-rock\n  radius_km: 15"
RECIPES = {
    "shape": "{op: shape, id: front}",
    "offset": "{op: offset, line: {op: shape, id: front}, side: left, distance_km: 15}",
    "corridor": "{op: corridor, path: {op: shape, id: front}, left_km: 30, right_km: [5, 10]}",
    "rectangle": "{op: rectangle, length_km: 2, width_km: 2, center: "
    "{op: offset, place: lantern-rock, bearing: SSW, distance_km: 9}}",
    "polygon": "{op: polygon, coordinates: [[-21, -22], [-20, -22], [-20, -21]], "
    "uncertainty_km: 1}",
    "units": "{op: units, trace: units, of: [North Quarter]}",
}


def unit(name, west):
    ring = [[west, -20.0], [west + 0.1, -20.0], [west + 0.1, -19.9], [west, -19.9], [west, -20.0]]
    about = {"name": name, "uncertainty_m": 200, "method": "drawn by hand for the tests"}
    return {
        "type": "Feature",
        "properties": {**about, "source": "ostrel-chart", "licence": "CC0 1.0"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.fixture
def shared(seeds):
    """The second atlas with a shape to share and polygons to name."""
    (seeds / "shapes").mkdir()
    put(FRONT, "id: front\nrecipe: {op: contact_line, pairs: frost-2004}\n")(seeds)
    features = [unit("North Quarter", -21.0), unit("South Quarter", -20.9)]
    put(UNITS, json.dumps({"type": "FeatureCollection", "features": features}))(seeds)
    return seeds


@pytest.mark.parametrize("kind", RECIPES)
def test_a_zone_is_drawn_by_each_kind_and_explained(shared, kind):
    swap(LANTERN, f"recipe:\n{DISC}", f"recipe: {RECIPES[kind]}")(shared)
    built = build(read(shared))
    row = built.of_zone("lantern-waters").iloc[0]
    assert row["outer"] is not None
    told = explain(built, "lantern-waters")
    assert "\n".join(as_text(told)).count(f"{kind}(") == 1
    inputs = {(item["kind"], item["id"]) for item in told["shapes"][0]["inputs"]}
    expected = {
        "rectangle": ("place", "lantern-rock"),
        "units": ("trace", "units"),
        "polygon": None,
    }.get(kind, ("pairs", "frost-2004"))
    assert inputs == ({expected} if expected else set())


def test_a_shape_that_zones_share_is_no_zone(shared):
    built = build(read(shared))
    assert "front" not in set(built.frame["zone_id"])
    assert list(built.record.shapes) == ["front"]


BAD = {
    "a place that is not there": (
        put(FRONT, "id: front\nrecipe: {op: point, place: nowhere-else}\n"),
        (FRONT, "front", "recipe"),
        "there is no place 'nowhere-else'",
    ),
    "a shape that is not there": (
        swap(LANTERN, DISC, "  op: shape\n  id: lost"),
        (LANTERN, "lantern-waters", "recipe"),
        "there is no shape 'lost'",
    ),
    "a shape that nobody uses and that cannot be drawn": (
        put(FRONT, "id: front\nrecipe: {op: units, trace: units, of: [Lost Quarter]}\n"),
        (FRONT, "front", "recipe"),
        r"no polygon named 'Lost Quarter' \(known: North Quarter, South Quarter\)",
    ),
    "a shape that is drawn from itself": (
        put(FRONT, "id: front\nrecipe: {op: shape, id: front}\n"),
        (FRONT, "front", "recipe"),
        "goes in a circle",
    ),
    "a file named otherwise": (
        put(FRONT, "id: rear\nrecipe: {op: point, place: hask}\n"),
        (FRONT, "rear", "id"),
        "differs from the file's name: front.yaml",
    ),
    "coordinates that are swapped": (
        swap(LANTERN, DISC, "  op: polygon\n  uncertainty_km: 1\n"
             "  coordinates: [[-21, -22], [-22.5, -18.5], [-20, -21]]"),
        (LANTERN, "lantern-waters", "recipe.coordinates"),
        r"coordinate 2 \(-22.5, -18.5\) lies outside the atlas's extent; lon and lat look swapped",
    ),
    "lines among polygons": (
        swap(UNITS, '"Polygon", "coordinates": [[', '"LineString", "coordinates": [[', count=1),
        (UNITS, "feature 1", "geometry"),
        "pairs of numbers",
    ),
    "a polygon that crosses itself": (
        swap(UNITS, "[-20.9, -19.9], [-21.0, -19.9]", "[-21.0, -19.9], [-20.9, -19.9]"),
        (UNITS, "feature 1", "geometry"),
        "a sound Polygon .*Self-intersection",
    ),
    "a path along polygons": (
        put(FRONT, "id: front\nrecipe: {op: path, trace: units}\n"),
        (FRONT, "front", "recipe"),
        "holds polygons and is no line",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_is_wrong_with_it_is_told_with_file_record_and_field(shared, what):
    edit, where, says = BAD[what]
    edit(shared)
    found = faults_of(shared)
    hits = [one for one in found if (one.path, one.record, one.field) == where]
    assert hits, [str(one) for one in found]
    assert any(re.search(says, one.message) for one in hits), [one.message for one in hits]


def test_a_swapped_pair_is_reported_once_however_many_zones_are_drawn_from_it(seeds):
    swap("pairs/frost-2004.csv", "cormet,plimsey", "plimsey,cormet")(seeds)
    assert [fault.path for fault in faults_of(seeds)] == ["pairs/frost-2004.csv"]


def test_a_place_with_lon_and_lat_swapped_is_reported_once(seeds):
    swap("places.csv", "-19.53,-20.8,", "-20.8,-19.53,")(seeds)
    found = faults_of(seeds)
    assert [(one.path, one.record) for one in found] == [("places.csv", "cormet")]
