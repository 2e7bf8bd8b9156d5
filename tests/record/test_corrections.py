"""Errors that the record had, each with what would have shown it.

The comparison points of `ocha_points.csv` are single facts from OCHA's populated places of the
Syrian Arab Republic (CC BY 3.0 IGO, through a copy; see the source ocha-populated-places).
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.crs import GEOD, LocalPlane
from geo.lines import trace_line
from geo.measure import distance_m, length_m
from layers.build.rows import iter_rows

OCHA = Path(__file__).resolve().parent / "ocha_points.csv"
# Nodes of scgraph-data on the road that the trace does not go through, to 0.001 degree.
ROAD_NODES = [
    *((36.801, 35.878), (36.788, 35.875), (36.612, 35.821), (36.451, 35.775), (36.443, 35.768)),
    *((36.369, 35.758), (36.263, 35.822), (36.141, 35.763), (36.125, 35.748)),
]


def shapes(layers, zone, track="paper"):
    return next(row for row in iter_rows(layers.of_zone(zone)) if row.track == track)


def idlib_zone_of_2020(layers):
    rows = iter_rows(layers.of_zone("idlib-zone"))
    return next(row for row in rows if str(row.geom_as_of) == "2020-03-06")


def ocha():
    with OCHA.open(encoding="utf-8", newline="") as file:
        return {row["place"]: row for row in csv.DictReader(file)}


def claim(layers, key):
    return layers.record.claims[key]


# --- the road ----------------------------------------------------------------------------------


def test_the_m4_is_as_long_as_reports_have_it(real):
    """They say 70 to 73 km; the chain of villages that stood for the road was 61 km long."""
    assert length_m(shapes(real, "m4-patrol-route").nominal) == pytest.approx(69_600, abs=100)


def test_no_node_of_the_road_lies_beyond_the_margin_that_its_stretch_states(real):
    """From Maataram to Bsanqul the chain was 2.5 to 2.8 km off, with 1.5 km stated."""
    line = trace_line(real.record.traces["m4"].trace)
    plane = LocalPlane.around(line.coords)
    legs = plane.forward(line.coords)
    legs = [shapely.LineString(legs[n : n + 2]) for n in range(len(line.uncertainty_m))]
    for spot in ROAD_NODES:
        point = shapely.Point(plane.forward(np.array([spot]))[0])
        off = [leg.distance(point) for leg in legs]
        nearest = int(np.argmin(off))
        assert off[nearest] <= line.uncertainty_m[nearest], spot


def test_the_stretch_without_a_vertex_has_a_margin_of_its_own(real):
    stretches = real.record.traces["m4"].stretches
    wide = [one for one in stretches if one.uncertainty_m == 1500]
    assert {one.uncertainty_m for one in stretches} == {600, 1500}
    assert [("11 km" in one.method) for one in wide] == [True]


def test_shapes_along_the_m4_name_openstreetmap_and_no_second_share_alike(real):
    for zone in ("m4-patrol-route", "m4-security-corridor"):
        row = next(iter_rows(real.of_zone(zone)))
        assert row.attribution.count("OpenStreetMap contributors, through") == 2
        assert "-SA" not in row.attribution


def test_tronba_and_the_nearest_villages_lie_on_the_road_within_its_margin(real):
    outer = shapes(real, "m4-patrol-route").outer
    for name in ("tronba", "nayrab-idlib", "ain-al-hawr"):
        place = real.record.places[name]
        assert outer.covers(shapely.Point(place.lon, place.lat)), name


# --- the north-east ----------------------------------------------------------------------------


def test_peace_spring_takes_in_both_towns_and_is_sure_of_neither(real):
    """The English text covers them, the Russian one lies between them; neither gives meridians."""
    drawn, outline = shapes(real, "peace-spring-area"), real.record.traces["syria-osm"]
    syria = shapely.Polygon(np.vstack(outline.trace.stretches))
    for name in ("tel-abyad", "ras-al-ayn"):
        town = real.record.places[name]
        spot = shapely.Point(town.lon, town.lat)
        assert drawn.nominal.covers(spot), name
        assert not drawn.inner.covers(spot), name
        rim = [GEOD.fwd(town.lon, town.lat, azimuth, 3000)[:2] for azimuth in range(360)]
        inland = shapely.Polygon(rim).intersection(syria)
        assert inland.difference(drawn.outer).area < 1e-4 * inland.area, name
    claims = real.record.disputes["peace-spring-sides"].sides
    assert {"sochi-memorandum-2019-01"} == set(claims[0].claims)
    assert "svpressa-2019-10-22-01" in claims[1].claims


def test_belts_are_sure_only_where_a_source_puts_a_patrol(real):
    inner = shapes(real, "northeast-patrols").inner
    places = real.record.places
    west = [p for p in shapely.get_parts(inner) if p.bounds[2] < places["tel-abyad"].lon]
    east = [p for p in shapely.get_parts(inner) if p.bounds[0] > places["ras-al-ayn"].lon]
    assert len(west) + len(east) == len(shapely.get_parts(inner))
    assert max(p.bounds[2] for p in west) < places["baghdik"].lon
    assert min(p.bounds[0] for p in east) > places["kisreh"].lon


@pytest.mark.parametrize("zone", ["northeast-patrols", "ypg-pullback-belt"])
def test_no_belt_lies_in_the_area_that_its_text_leaves_out(real, zone):
    """Not surely, and not as drawn: what rounding leaves is under a hundredth of a square km."""
    belt, area = shapes(real, zone), shapes(real, "peace-spring-area")
    assert belt.inner.intersection(area.outer).area < 1e-6
    assert belt.nominal.intersection(area.nominal).area < 1e-6


# --- the line of contact -----------------------------------------------------------------------


def test_ain_al_hawr_lies_on_the_side_that_the_record_s_own_claims_give(real):
    row = idlib_zone_of_2020(real)
    place = real.record.places["ain-al-hawr"]
    assert row.nominal.covers(shapely.Point(place.lon, place.lat))
    assert "ain-al-hawr-holder" in real.record.disputes


@pytest.mark.parametrize("second", ["nawarah-kelez", "bayda-lat", "fawru"])
def test_a_holder_known_from_mid_2017_alone_widens_the_line_of_2020(real, second):
    row = next(r for r in real.record.pairs["idlib-2020-03-06"] if r.second == second)
    assert row.second_source == "wikipedia-war-map-2017"
    assert row.margin_km == 3
    assert "mid-2017 alone" in row.note


def test_nothing_says_that_tronba_was_held_by_the_government(real):
    row = next(r for r in real.record.pairs["idlib-2020-03-06"] if r.first == "nayrab-idlib")
    assert "Tronba" in row.note
    assert "not proven" in row.note
    tronba = real.record.places["tronba"]
    drawn = idlib_zone_of_2020(real)
    spot = shapely.Point(tronba.lon, tronba.lat)
    assert drawn.outer.covers(spot)
    assert not drawn.inner.covers(spot)


def test_a_margin_makes_a_pair_as_unsure_as_it_says(real):
    from geo.lines import Pair, contact_line

    pairs = [row.pair(real.record.places) for row in real.record.pairs["idlib-2020-03-06"][:3]]
    assert pairs[0].margin_km == 3
    assert contact_line(pairs).uncertainty_m.min() >= 3000
    bare = [Pair(pair.first, pair.second) for pair in pairs]
    assert contact_line(bare).uncertainty_m.min() < 3000


def test_east_idlib_of_2018_follows_villages_that_changed_hands_in_december_2019(real):
    rows = {(r.first, r.second) for r in real.record.pairs["idlib-2018-09-17"]}
    assert {
        ("umm-tinah", "shaykh-barakah"),
        ("shara-idlib", "sinjar"),
        ("khuraybah-idlib", "tall-silmo"),
        ("khuwayn-shaar", "tall-silmo"),
        ("tawil-halib", "abu-al-duhur"),
    } <= rows


# --- places ------------------------------------------------------------------------------------


def test_no_place_lies_farther_from_ocha_s_point_than_it_says(real):
    """22 of 222 villages did, Babis by four times its margin."""
    beyond = {}
    for name, row in ocha().items():
        place = real.record.places[name]
        off = GEOD.inv(place.lon, place.lat, float(row["lon"]), float(row["lat"]))[2]
        if off > place.uncertainty_m:
            beyond[name] = round(off)
    assert beyond == {}


def test_a_place_of_ocha_s_list_does_not_stand_on_the_share_alike_one(real):
    for name, row in ocha().items():
        place = real.record.places[name]
        assert place.pcode == row["pcode"], name
        assert place.source in {"ocha-populated-places", "geonames"}, name


def test_no_two_places_have_one_p_code(real):
    codes = [place.pcode for place in real.record.places.values() if place.pcode]
    assert len(codes) == len(set(codes)) > 250


def test_few_exports_still_carry_the_share_alike_place_list(real):
    """50 of 138 rows did; what is left has a site, a hill or a village that no other list has."""
    carry = real.frame[real.frame["attribution"].str.contains("CC BY-SA")]
    assert "northeast-patrols" not in set(carry["zone_id"])
    assert 0 < len(carry) <= 20


@pytest.mark.parametrize("zone", ["turkish-post-surman", "turkish-post-zaytunah"])
def test_posts_whose_village_was_found_are_drawn(real, zone):
    assert shapes(real, zone, "practice").outer is not None


def test_the_two_other_places_of_the_name_lie_off_the_road(real):
    road = shapes(real, "m4-patrol-route").nominal
    for name in ("ain-al-hour-badama", "ein-elhur-kinsabba"):
        place = real.record.places[name]
        assert distance_m(place.lon, place.lat, road) > 3_000, name


def test_places_that_were_only_named_have_a_point_now(real):
    found = {"surman", "kafr-taal", "kafr-amma", "ruwayha", "baksariya", "kindah", "arimah"}
    assert found | {"kastan-fawqani", "zaytunah-latakia"} <= set(real.record.places)


# --- days and speakers -------------------------------------------------------------------------


def test_the_third_joint_patrol_has_the_day_that_others_give(real):
    assert claim(real, "tass-1087582-02").date == "2019-11-08"
    assert claim(real, "ap-2019-11-08-01").date == "2019-11-08"


def test_the_two_days_of_the_first_us_turkish_patrol_are_a_dispute(real):
    sides = real.record.disputes["us-turkiye-first-patrol"].sides
    dates = [{claim(real, key).date for key in side.claims} for side in sides]
    assert dates[0] == {"2019-09-08"}
    assert "2019-09-09" in dates[1]


def test_the_withdrawal_of_heavy_arms_begins_on_the_day_that_reuters_gives(real):
    zone = real.record.zones["demilitarized-strip"]
    period = next(p for p in zone.periods if p.status == "partly_implemented")
    assert period.from_.date == claim(real, "reuters-2018-10-06-01").date == "2018-10-06"


@pytest.mark.parametrize(
    ("key", "speaker"),
    [
        ("hurriyet-2020-04-15-01", "turkish-defence-ministry"),
        ("rudaw-2026-01-31-01", "unnamed-official-qamishli"),
        ("afp-2020-10-21-01", "syrian-armed-opposition"),
        ("washington-post-2017-05-18-01", "united-states"),
        ("thestar-2024-12-14-01", "syria"),
        ("muraselon-2018-05-01", "syrian-opposition"),
        ("realrussiatoday-2015-09-30-02", "new-york-times"),
    ],
)
def test_a_claim_is_asserted_by_who_spoke_not_by_who_printed_it(real, key, speaker):
    assert claim(real, key).asserted_by == speaker


def test_the_sections_of_the_russian_patrols_are_read_and_said_why_unused(real):
    unknown = real.record.unknowns["northeast-ends"]
    assert "tass-1085482-01" in unknown.claims
    assert "not used" in unknown.found["en"]
