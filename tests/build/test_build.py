"""Joining claims and shapes: one row a zone and period, with its three shapes."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest
import shapely
from pydantic import TypeAdapter

from geo.recipes import AreaOp, Recipe, ZoneOp, mentions, parts
from layers.build.assembly import build
from layers.build.inputs import iter_inputs, recipe_on
from layers.build.rows import READINGS, column_kinds, columns, frame_of, iter_rows
from layers.record.dates import parse_edtf
from layers.record.reader import read
from tests.support.atlases import both, faults_of, put, row_of, swap
from tests.support.languages import OURS

# What rounding three shapes apart may move their edges against each other.
ROUNDING_DEGREES = 3e-5


def test_the_second_atlas_uses_every_kind_of_recipe_and_of_ring_piece(second):
    every = list(second.recipes.values())
    known = set(TypeAdapter(Recipe).json_schema()["discriminator"]["mapping"])
    used = {getattr(part, "op", None) for recipe in every for part in parts(recipe)}
    assert len(known) >= 14
    # The rest is drawn in test_shared_shapes.
    assert known - used == {"offset", "polygon", "rectangle", "shape", "units"}
    ring = {p.op for r in every for part in parts(r) if isinstance(part, AreaOp) for p in part.ring}
    assert ring == {"path", "contact_line", "gap", "point"}
    assert {kind for recipe in every for kind, _ in mentions(recipe)} == {
        "place", "trace", "pairs", "zone",
    }  # fmt: skip


def test_the_second_atlas_uses_what_a_record_can_say(second):
    rows = second.rows
    assert {row.track for row in rows} == {"paper", "practice"}
    assert {row.status for row in rows} == {
        "announced", "agreed", "in_effect", "partly_implemented", "not_implemented", "suspended",
        "unknown",
    }  # fmt: skip
    assert {row.end_reason for row in rows} == {
        None, "expiry", "superseded", "military_change", "withdrawal", "last_report_only",
        "unknown",
    }  # fmt: skip
    assert any(row.variant_of for row in rows)
    assert any(row.dispute_ids for row in rows)
    assert any(row.geom_basis == "schematic" for row in rows)
    assert any(row.certain_from is None for row in rows)
    assert any(row.stated_on is None for row in rows)
    assert len(second.record.layers) >= 3


def test_every_row_has_the_columns_of_the_design():
    assert " ".join(columns(OURS)) == (
        "id zone_id variant_of layer name_en name_ar zone_type track status valid_from valid_to "
        "certain_from certain_to stated_on asserted_by end_reason confidence confidence_reason "
        "geom_basis geom_as_of uncertainty_m claim_ids source_ids dispute_ids attribution"
    )


def test_every_row_is_named_by_zone_track_status_and_first_day(either):
    for row in either.rows:
        assert row.id == f"{row.zone_id}.{row.track}.{row.status}.{row.valid_from}"
    assert max(Counter(row.id for row in either.rows).values()) == 1


def test_every_period_has_its_row_and_no_row_comes_from_elsewhere(either):
    wanted = Counter(
        (zone.id, period.track, period.status)
        for zone in either.record.zones.values()
        for period in zone.periods
    )
    assert Counter((row.zone_id, row.track, row.status) for row in either.rows) == wanted


def test_rows_come_in_the_order_of_the_layers_then_zones_then_time(either):
    order = list(either.record.layers)
    places = [order.index(row.layer) for row in either.rows]
    assert places == sorted(places)
    for zone in either.record.zones:
        keys = [
            (row.track == "practice", row.valid_from) for row in either.rows if row.zone_id == zone
        ]
        assert keys == sorted(keys)


def test_inner_lies_in_nominal_and_nominal_in_outer_for_every_row(either):
    for row in either.rows:
        for small, large in ((row.inner, row.nominal), (row.nominal, row.outer)):
            if small is not None and large is not None:
                assert large.buffer(ROUNDING_DEGREES).covers(small), row.id
        if row.nominal is not None:
            assert row.outer is not None, row.id
        if row.inner is not None:
            assert row.nominal is not None, row.id


def test_every_shape_is_valid_rounded_and_right_handed(either):
    for row in either.rows:
        for name in READINGS:
            shape = row.reading(name)
            if shape is None:
                continue
            assert shape.is_valid, (row.id, name)
            assert not shape.is_empty, (row.id, name)
            points = shapely.get_coordinates(shape)
            assert abs(points - points.round(5)).max() < 1e-9
            for part in shapely.get_parts(shape):
                if part.geom_type == "Polygon":
                    assert part.exterior.is_ccw
                    assert not any(hole.is_ccw for hole in part.interiors)


def test_points_and_lines_are_surely_nowhere_and_possibly_around(either):
    kinds = {"Point", "LineString", "MultiLineString"}
    for row in either.rows:
        if row.nominal is not None and row.nominal.geom_type in kinds:
            assert row.inner is None
            assert row.outer.geom_type.endswith("Polygon")


def test_a_fuzzy_area_has_an_outer_shape_alone_and_a_label_none(second):
    row = next(row for row in second.rows if row.zone_id == "patrol-waters")
    assert (row.inner, row.nominal) == (None, None)
    assert row.outer is not None
    row = next(row for row in second.rows if row.zone_id == "chapel-channel")
    assert [row.reading(name) for name in READINGS] == [None, None, None]
    assert row.anchor == (-20.7, -19.6)
    assert row.uncertainty_m is None


def test_a_line_of_which_most_has_no_source_is_schematic_and_surely_holds_nothing(second):
    rows = {row.id: row for row in second.rows if row.zone_id == "calm-area"}
    new = rows["calm-area.practice.partly_implemented.2006-03-01"]
    assert new.geom_basis == "schematic"
    assert new.inner is None
    old = rows["calm-area.paper.agreed.2003-11-20"]
    assert old.geom_basis == "contact_pairs"
    assert old.inner is not None


def test_uncertainty_is_the_largest_that_went_in(second):
    def largest(zone: str) -> float | None:
        return next(row.uncertainty_m for row in second.rows if row.zone_id == zone)

    assert largest("oone-station") == 300
    assert largest("lantern-waters") == 250
    assert largest("ferry-road-watch") == 900
    assert largest("ferry-road-verges") == 1200
    assert largest("frost-strip") == 5000


def test_dates_are_the_widest_and_the_narrowest_reading(second):
    row = next(r for r in second.rows if r.id == "calm-area.practice.in_effect.2003-12-01")
    assert (row.valid_from, row.valid_to) == (date(2003, 12, 1), date(2005, 12, 31))
    assert (row.certain_from, row.certain_to) == (date(2004, 2, 29), date(2005, 12, 31))


def test_a_row_is_stated_with_its_earliest_start_claim_and_cites_start_and_end(second):
    row = next(row for row in second.rows if row.zone_id == "southern-band")
    assert row.stated_on == date(2003, 11, 20)
    assert row.claim_ids == ("ostrel-accord-04", "council-minutes-02")
    assert row.source_ids == ("ostrel-accord", "council-minutes")
    assert row.start_claim_ids == ("ostrel-accord-04",)
    assert row.end_claim_ids == ("council-minutes-02",)


def test_who_asserts_is_declared_or_taken_from_the_claims(second):
    by = {row.id: row.asserted_by for row in second.rows}
    assert by["frost-strip.practice.not_implemented.2003-11-20"] == ("orla-venn",)
    assert by["frost-strip.practice.partly_implemented.2003-01-01"] == ("harbour-gazette",)


def test_a_periods_own_recipe_and_day_stand_in_place_of_the_zones(second):
    rows = {row.id: row for row in second.rows if row.zone_id == "calm-area"}
    assert rows["calm-area.paper.agreed.2003-11-20"].geom_as_of == date(2004, 6, 1)
    own = "calm-area.practice.partly_implemented.2006-03-01"
    assert rows[own].geom_as_of == date(2006, 3, 1)
    assert ("pairs", "frost-2006") in set(iter_inputs(second.record, second.recipes[own]))


def test_inputs_are_followed_through_zones_each_once(second):
    row = next(row for row in second.rows if row.zone_id == "calm-harbours")
    found = list(iter_inputs(second.record, second.recipes[row.id]))
    assert len(found) == len(set(found))
    assert {("trace", "east-coast"), ("pairs", "frost-2004"), ("place", "gull-head")} <= set(found)


def test_a_zone_on_a_day_is_drawn_as_on_that_day(second):
    zone = second.record.zones["calm-area"]
    harbours = second.record.zones["calm-harbours"].recipe
    op = next(part for part in parts(harbours) if isinstance(part, ZoneOp))
    assert recipe_on(zone, op) == zone.recipe
    later = op.model_copy(update={"on": "2006-06-01"})
    assert recipe_on(zone, later) == zone.periods[2].recipe


def test_attribution_names_the_terms_of_what_was_drawn_and_no_others(second):
    said = {row.zone_id: row.attribution for row in second.rows}
    publisher = "made up for the tests"
    assert said["oone-station"] == f"{publisher} (CC0 1.0)"
    assert said["calm-area"] == f"{publisher} (CC BY-SA 4.0); {publisher} (CC0 1.0)"
    assert said["frost-strip"] == said["calm-area"]
    assert said["drowned-oath"] == ""


def test_every_input_of_a_row_is_attributed(either):
    for row in either.rows:
        for kind, name in iter_inputs(either.record, either.recipes[row.id]):
            if kind == "place":
                assert either.record.places[name].licence in row.attribution
            elif kind == "trace":
                for stretch in either.record.traces[name].stretches:
                    assert stretch.licence in row.attribution


def test_single_coordinates_under_two_share_alike_terms_may_stand_together(seeds):
    """They count as facts and only ask for attribution."""
    both(
        swap("places.csv", "400,1,ostrel-chart,CC0 1.0", "400,1,ostrel-chart,ODbL 1.0"),
        swap("places.csv", "500,3,ostrel-chart,CC0 1.0", "500,3,ostrel-chart,CC BY-SA 4.0"),
    )(seeds)
    built = build(read(seeds))
    row = next(row for row in built.rows if row.zone_id == "ferry-road-verges")
    assert "ODbL 1.0" in row.attribution
    assert "CC BY-SA 4.0" in row.attribution


def test_a_trace_dropped_in_changes_every_shape_that_follows_it(seeds, second):
    """A user replaces one file; the ends stay the places that the text names."""
    text = (seeds / "traces/ferry-road.geojson").read_text()
    put("traces/ferry-road.geojson", text.replace("-20.93", "-20.86"))(seeds)
    moved = build(read(seeds))
    for row in second.rows:
        same = row.nominal == row_of(moved, row.id).nominal
        assert same == (row.zone_id != "ferry-road-watch")


def test_the_frame_is_typed_whatever_is_missing(either):
    frame = either.frame
    assert list(frame.columns) == list(column_kinds(OURS))
    assert frame.active_geometry_name == "nominal"
    for name in (*READINGS, "anchor"):
        assert frame[name].crs.to_epsg() == 4326
    days = {"valid_from", "valid_to", "certain_from", "certain_to", "stated_on", "geom_as_of"}
    assert {name for name in frame if frame[name].dtype.kind == "M"} == days
    assert frame["uncertainty_m"].dtype == float
    assert all(isinstance(ids, list) for ids in frame["claim_ids"])
    assert frame_of([], OURS).dtypes.equals(frame.dtypes)


def test_rows_and_frame_are_each_other(either):
    rows = either.rows
    assert list(iter_rows(frame_of(rows, OURS))) == list(rows)
    row = next(row for row in rows if row.valid_to is None and row.nominal is not None)
    assert type(row.valid_from) is date
    assert type(row.claim_ids) is tuple


def test_rows_of_one_recipe_share_their_geometries(second):
    rows = [row for row in second.rows if row.outer is not None]
    recipes = {second.recipes[row.id].model_dump_json() for row in rows}
    assert len({id(row.outer) for row in rows}) == len(recipes)


def test_layers_and_zones_have_their_own_rows(either):
    for layer in either.record.layers:
        own = [row.id for row in either.rows if row.layer == layer]
        assert list(either.of_layer(layer)["id"]) == own
    for zone in either.record.zones:
        assert list(iter_rows(either.of_zone(zone))) == [
            row for row in either.rows if row.zone_id == zone
        ]


def test_two_builds_of_one_record_are_equal(second):
    again = build(read(second.record.root))
    assert again.rows == second.rows


def test_a_zone_may_stand_in_another_whose_file_comes_later(seeds):
    """Order of files does not matter: recipes are followed, not read in turn."""
    text = (seeds / "zones/frost-strip.yaml").read_text(encoding="utf-8")
    put("zones/aaa-strip.yaml", text.replace("id: frost-strip", "id: aaa-strip", 1))(seeds)
    assert faults_of(seeds) == ()


@pytest.mark.parametrize("levels", [2, 12])
def test_nested_recipes_are_drawn(seeds, levels):
    nested = "{op: union, of: [" * levels + "{op: disc, center: hask, radius_km: 5}" + "]}" * levels
    path = "zones/lantern-waters.yaml"
    swap(path, "\n  op: disc\n  center: lantern-rock\n  radius_km: 15", f" {nested}")(seeds)
    built = build(read(seeds))
    row = next(row for row in built.rows if row.zone_id == "lantern-waters")
    assert row.nominal is not None


def test_dates_of_the_record_are_those_of_its_seed_files(either):
    """A row's days follow from its period's text alone."""
    for zone in either.record.zones.values():
        firsts = {parse_edtf(period.from_.date).earliest for period in zone.periods}
        assert {row.valid_from for row in either.rows if row.zone_id == zone.id} == firsts
        assert all(re.fullmatch(r"[a-z0-9-]+", zone.id) for zone in either.record.zones.values())
