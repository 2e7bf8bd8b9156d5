"""Questions: what held on a day, what was known by a day, what holds a point."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from layers.build.rows import READINGS, Geometries
from layers.errors import QueryError, UnknownLayer
from layers.query import filters as query
from layers.record.dates import parse_day

DAY = timedelta(days=1)
GEOD = Geod(ellps="WGS84")
INSIDE = ("inside_all", "inside_some")


def bounds(layers) -> tuple[date, date]:
    atlas = layers.record.atlas
    return parse_day(atlas.record_from), parse_day(atlas.record_to)


def row_of(layers, zone: str, *, status: str | None = None):
    return next(r for r in layers.rows if r.zone_id == zone and status in (None, r.status))


def spot_in(layers, row) -> tuple[float, float] | None:
    """Return a point that a row's outer shape holds, within the atlas; None without one."""
    outer = layers.drawn[row.id].outer
    within = outer & shapely.Polygon(layers.record.atlas.extent) if outer is not None else None
    if within is None or within.is_empty:
        return None
    point = shapely.point_on_surface(within)
    return point.x, point.y


def held_at(layers, spot, day: date) -> set[str]:
    return {answer.row.id for answer in query.at(layers, *spot, on=day)}


# --- days ------------------------------------------------------------------------------------


def test_the_last_day_of_every_row_is_in_and_the_next_is_out(either):
    first, last = bounds(either)
    asked = 0
    for row in either.rows:
        assert row in query.holding(either.rows, row.valid_from)
        assert row not in query.holding(either.rows, row.valid_from - DAY)
        if row.valid_to is None:
            assert row in query.holding(either.rows, last)
            continue
        assert row in query.holding(either.rows, row.valid_to)
        assert row not in query.holding(either.rows, row.valid_to + DAY)
        spot = spot_in(either, row)
        if spot is None:
            continue
        if first <= row.valid_to <= last:
            assert row.id in held_at(either, spot, row.valid_to), row.id
            asked += 1
        if first <= row.valid_to + DAY <= last:
            assert row.id not in held_at(either, spot, row.valid_to + DAY), row.id
    assert asked >= 10


def test_the_first_day_of_every_row_is_in_at_its_point_and_the_day_before_is_out(either):
    first, last = bounds(either)
    for row in either.rows:
        spot = spot_in(either, row)
        if spot is None:
            continue
        if first <= row.valid_from <= last:
            assert row.id in held_at(either, spot, row.valid_from), row.id
        if first <= row.valid_from - DAY <= last:
            assert row.id not in held_at(either, spot, row.valid_from - DAY), row.id


def test_no_day_asks_for_all_periods(either):
    assert query.holding(either.rows, None) == either.rows
    spot = spot_in(either, either.rows[0])
    answers = query.at(either, *spot)
    assert all(answer.holds is None for answer in answers)
    assert {answer.row.id for answer in answers} >= held_at(either, spot, either.rows[0].valid_from)


def test_an_answer_says_whether_it_holds_certainly_or_possibly(second):
    row = row_of(second, "calm-area", status="in_effect")
    spot = spot_in(second, row)
    days = (date(2003, 12, 1), date(2004, 2, 28), date(2004, 2, 29), date(2005, 12, 31))
    answers = [answer for day in days for answer in query.at(second, *spot, on=day)]
    found = [answer.holds for answer in answers if answer.row.id == row.id]
    assert found == ["possible", "possible", "certain", "certain"]


def test_after_a_last_report_the_status_is_unknown_and_then_nothing(second):
    route = [row for row in second.rows if row.zone_id == "ferry-road-watch"]
    practice = [row for row in route if row.track == "practice"]
    held = {
        day: [row.status for row in query.holding(practice, day)]
        for day in (date(2004, 9, 14), date(2004, 9, 15), date(2008, 5, 31), date(2008, 6, 1))
    }
    assert list(held.values()) == [["in_effect"], ["unknown"], ["unknown"], []]


@pytest.mark.parametrize("by", [-1, 1])
def test_a_day_beyond_the_record_is_refused_and_the_record_named(either, by):
    first, last = bounds(either)
    day = last + DAY if by > 0 else first - DAY
    lon, lat = spot_in(either, either.rows[0])
    with pytest.raises(
        QueryError, match=f"{day} is beyond the record.*{first} to {last}"
    ) as caught:
        query.at(either, lon, lat, on=day)
    assert caught.value.parameter == "on"
    for edge in (first, last):
        query.check_day(either.record, edge)
    query.check_day(either.record, None)


@pytest.mark.parametrize("text", ["2020", "2020-02-30", "today", "", "2020-03-05/2020-03-06"])
def test_a_day_asked_for_is_a_full_day(text):
    with pytest.raises(QueryError, match="on: ") as caught:
        query.day("on", text)
    assert (caught.value.parameter, caught.value.value) == ("on", text)
    assert query.day("on", None) is None


def test_between_two_days_every_row_that_holds_on_one_of_them(second):
    found = query.during(second.rows, date(2006, 1, 1), date(2006, 2, 28))
    each = set()
    for step in range(59):
        each |= set(query.holding(second.rows, date(2006, 1, 1) + step * DAY))
    assert set(found) == each
    assert query.during(second.rows, None, None) == second.rows


# --- what was known --------------------------------------------------------------------------


def known(layers, zone: str, day: str):
    by = parse_day(day)
    return [row for row in query.known_by(layers, layers.rows, by) if row.zone_id == zone]


def test_a_period_is_known_from_the_day_its_start_was_stated(second):
    assert known(second, "southern-band", "2003-11-19") == []
    (row,) = known(second, "southern-band", "2003-11-20")
    assert row.claim_ids == ("ostrel-accord-04",)
    assert row.source_ids == ("ostrel-accord",)


def test_its_end_is_open_until_a_claim_of_the_end_was_stated(second):
    (before,) = known(second, "southern-band", "2009-06-09")
    assert (before.valid_to, before.certain_to, before.end_reason) == (None, None, None)
    assert "council-minutes-02" not in before.claim_ids
    (after,) = known(second, "southern-band", "2009-06-10")
    assert after == row_of(second, "southern-band")
    assert after.valid_to == date(2006, 12, 31)


def test_so_a_point_was_thought_to_be_held_years_after_it_was_given_up(second):
    spot = spot_in(second, row_of(second, "southern-band"))
    on = date(2008, 1, 1)
    for by, held in (("2009-06-09", True), ("2009-06-10", False)):
        answers = query.at(second, *spot, on=on, by=parse_day(by))
        assert any(answer.row.zone_id == "southern-band" for answer in answers) is held


def test_what_was_told_late_was_not_known_before(second):
    assert known(second, "frost-strip-annex", "2009-06-09") == []
    assert len(known(second, "frost-strip-annex", "2009-06-10")) == 1


def test_what_no_dated_claim_states_was_never_known(second):
    assert row_of(second, "chapel-channel").stated_on is None
    assert known(second, "chapel-channel", "2009-12-31") == []


def test_a_dispute_is_known_once_two_of_its_sides_have_spoken(second):
    strip = [known(second, "frost-strip", day)[0] for day in ("2007-03-02", "2007-03-03")]
    assert [row.dispute_ids for row in strip] == [(), ("strip-of-frost",)]


def test_known_by_no_day_is_all_that_is_known(either):
    assert query.known_by(either, either.rows, None) == either.rows


def test_what_is_known_only_grows_and_never_holds_a_later_claim(either):
    days = sorted({day for day in either.record.known.values() if day})
    before: set[str] = set()
    for day in days:
        rows = query.known_by(either, either.rows, day)
        now = {row.id for row in rows}
        assert before <= now
        before = now
        for row in rows:
            assert row.claim_ids
            assert all(either.record.known[key] <= day for key in row.claim_ids), row.id
            full = next(r for r in either.rows if r.id == row.id)
            ends = [either.record.known[key] for key in either.end_claims[row.id]]
            told = any(on is not None and on <= day for on in ends)
            assert row.valid_to == (full.valid_to if told or not ends else None)
            assert set(row.source_ids) == {either.record.source_of[key] for key in row.claim_ids}


def test_by_the_last_claim_every_row_with_a_dated_start_is_known(either):
    last = max(day for day in either.record.known.values() if day)
    rows = {row.id for row in query.known_by(either, either.rows, last)}
    assert rows == {row.id for row in either.rows if row.stated_on}


# --- points ----------------------------------------------------------------------------------


def relation(layers, row, lon: float, lat: float, **more) -> str | None:
    answers = query.at(layers, lon, lat, **more)
    return next((answer.relation for answer in answers if answer.row.id == row.id), None)


def test_an_edge_counts_as_inside_for_every_row(either):
    extent = shapely.Polygon(either.record.atlas.extent)
    for row in either.rows:
        drawn = either.drawn[row.id]
        for shape, wanted in ((drawn.inner, ("inside_all",)), (drawn.outer, INSIDE)):
            if shape is None:
                continue
            lon, lat = next(
                (
                    xy
                    for xy in shapely.get_coordinates(shape)[:200]
                    if extent.covers(shapely.Point(xy))
                ),
                (None, None),
            )
            if lon is not None:
                assert relation(either, row, lon, lat) in wanted, row.id


def test_inside_all_is_in_the_inner_shape_and_inside_some_in_the_outer_alone(second):
    row = row_of(second, "lantern-waters")
    seen = {}
    for km in (0, 14.7, 14.9, 15.2, 15.3):
        lon, lat, _ = GEOD.fwd(-21.4, -20.0, 45, km * 1000)
        seen[km] = relation(second, row, lon, lat)
    assert list(seen.values()) == ["inside_all", "inside_all", "inside_some", "inside_some", None]


@pytest.mark.parametrize("km", [0, 5, 14.99, 15.01, 15.2])
def test_the_distance_to_the_edge_is_unsigned_inside_and_out(second, km):
    lon, lat, _ = GEOD.fwd(-21.4, -20.0, 200, km * 1000)
    row = row_of(second, "lantern-waters")
    far = next(a for a in query.at(second, lon, lat, within_km=1) if a.row.id == row.id)
    assert far.distance_to_edge_m == pytest.approx(abs(15 - km) * 1000, abs=5)


def test_the_distance_to_a_point_or_line_is_to_itself(second):
    row = row_of(second, "oone-station")
    lon, lat, _ = GEOD.fwd(-21.0, -22.05, 10, 120)
    answer = next(a for a in query.at(second, lon, lat) if a.row.id == row.id)
    assert answer.relation == "inside_some"
    assert answer.distance_to_edge_m == pytest.approx(120, abs=1)


def test_where_there_is_no_edge_there_is_no_distance(second):
    row = row_of(second, "patrol-waters")
    answer = next(a for a in query.at(second, -21.4, -20.0) if a.row.id == row.id)
    assert (answer.relation, answer.distance_to_edge_m) == ("inside_some", None)
    assert answer.as_dict()["distance_to_edge_m"] is None


def test_rows_outside_come_only_within_a_distance_and_after_those_inside(second):
    lon, lat, _ = GEOD.fwd(-21.4, -20.0, 90, 45_000)  # 30 km off the rim, 5 km off the fuzzy one
    assert query.at(second, lon, lat) == []
    found = {
        km: {a.row.zone_id for a in query.at(second, lon, lat, within_km=km)}
        for km in (0, 4, 6, 29, 31)
    }
    assert found == {
        0: set(), 4: set(), 6: {"patrol-waters"}, 29: {"patrol-waters"},
        31: {"patrol-waters", "lantern-waters"},
    }  # fmt: skip
    relations = [a.relation for a in query.at(second, -21.4, -20.0, within_km=5000)]
    order = {"inside_all": 0, "inside_some": 1, "outside": 2}
    assert [order[name] for name in relations] == sorted(order[name] for name in relations)
    drawable = {r.id for r in second.rows if second.drawn[r.id].outer is not None}
    assert len(relations) == len(drawable)


@pytest.mark.parametrize("within", [-1, math.nan, math.inf, 20_001])
def test_a_distance_that_is_none_is_refused(second, within):
    with pytest.raises(QueryError, match="within: must be a distance"):
        query.at(second, -21.0, -20.0, within_km=within)


@pytest.mark.parametrize(
    ("lon", "lat", "says"),
    [
        (math.nan, -20, "lon: must be degrees from -180 to 180"),
        (-20, math.inf, "lat: must be degrees from -90 to 90"),
        (181, -20, "lon: must be degrees"),
        (-20, -91, "lat: must be degrees"),
        (0, 0, "0, 0 lies beyond the atlas$"),
        (20, 20, "20, 20 lies beyond the atlas$"),
        (-22.3, -19.6, "beyond the atlas; longitude comes first: lon and lat look swapped"),
    ],
)
def test_a_point_beyond_the_atlas_is_refused_with_a_hint(second, lon, lat, says):
    with pytest.raises(QueryError, match=says):
        query.at(second, lon, lat)


def test_a_swapped_point_of_the_real_atlas_is_told(real):
    with pytest.raises(QueryError, match="look swapped"):
        query.at(real, 33.51, 38.62)


def test_every_corner_of_the_extent_belongs_to_the_atlas(either):
    for lon, lat in either.record.atlas.extent:
        query.at(either, lon, lat)


def test_an_answer_is_the_same_as_the_shape_says(either):
    """The middle of each shape of each row, asked through the query, is in that row."""
    extent = shapely.Polygon(either.record.atlas.extent)
    for row in either.rows:
        for name in READINGS:
            shape = either.drawn[row.id].reading(name)
            if shape is None or shape.is_empty:
                continue
            spot = shapely.point_on_surface(shape)
            if extent.covers(spot):
                wanted = ("inside_all",) if name == "inner" else INSIDE
                assert relation(either, row, spot.x, spot.y) in wanted, (row.id, name)


# --- boxes and layers ------------------------------------------------------------------------


@st.composite
def asked_points(draw, layers):
    """Draw a point of the atlas, on the outline of a shape as often as not, and a question."""
    lon, lat = zip(*layers.record.atlas.extent, strict=True)
    spot = (draw(st.floats(min(lon), max(lon))), draw(st.floats(min(lat), max(lat))))
    if draw(st.booleans()):
        drawn = layers.drawn[draw(st.sampled_from(layers.rows)).id]
        if drawn.outer is not None:
            coords = shapely.get_coordinates(drawn.outer)
            spot = tuple(coords[draw(st.integers(0, len(coords) - 1))].tolist())
    days = st.none() | st.dates(*bounds(layers))
    within = draw(st.sampled_from([None, None, None, 0.0, 0.02, 3.0, 40.0, 700.0, 20_000.0]))
    return spot, {"on": draw(days), "by": draw(days), "within_km": within}


@given(st.data())
@settings(max_examples=60)
def test_an_index_changes_no_answer(real, second, data):
    for layers in (real, second):
        spot, question = data.draw(asked_points(layers))
        try:
            expected = query.at(layers, *spot, **question)
        except QueryError as error:
            with pytest.raises(QueryError, match=re.escape(str(error))):
                query.at(layers, *spot, **question, index=query.RowIndex(layers))
        else:
            assert query.at(layers, *spot, **question, index=query.RowIndex(layers)) == expected


def test_an_index_finds_few_rows_for_a_point_and_those_across_the_antimeridian(second):
    row, *_ = second.rows
    east = shapely.box(179.99, 10.0, 180.0, 10.1)
    far = shapely.box(20.0, 10.0, 21.0, 10.1)
    rows = tuple(replace(row, id=name) for name in ("east", "far"))
    drawn = {
        name: Geometries(shape, None, shape, None) for name, shape in (("east", east), ("far", far))
    }
    index = query.RowIndex(replace(second, rows=rows, drawn=drawn))
    assert index.near(-179.99, 10.05, None) == ()
    assert index.near(-179.99, 10.05, 5.0) == rows[:1]
    assert index.near(-179.99, 84.9, 100.0) == rows


def test_a_box_finds_what_meets_it(second):
    west = {row.zone_id for row in query.in_box(second, second.rows, (-21.6, -20.2, -21.2, -19.8))}
    assert west == {"lantern-waters", "patrol-waters"}
    assert query.in_box(second, second.rows, (10, 10, 11, 11)) == ()
    shown = {r.id for r in second.rows if second.drawn[r.id].outer is not None}
    assert {r.id for r in query.in_box(second, second.rows, (-180, -90, 180, 90))} == shown


def test_a_box_over_the_antimeridian_has_its_west_east_of_its_east(second):
    assert query.in_box(second, second.rows, (170, -90, -170, 90)) == ()
    over = query.in_box(second, second.rows, (170, -20.2, -21.0, -19.8))
    assert {row.zone_id for row in over} == {"lantern-waters", "patrol-waters"}


def test_an_unknown_layer_is_refused_and_the_known_named(second):
    assert query.layer_rows(second, "lookouts") == second.of("lookouts")
    with pytest.raises(UnknownLayer, match="no layer 'lost'; known: ferry-road, eastern-calm"):
        query.layer_rows(second, "lost")
