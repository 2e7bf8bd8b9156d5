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

from geo.measure import distance_m
from layers.build.rows import READINGS, BuiltAtlas, ZonePeriod, frame_of, iter_rows
from layers.errors import QueryError
from layers.query import filters as query
from layers.query.points import PointQuery, query_point, query_points
from layers.record.dates import parse_day
from tests.support.atlases import index_of

DAY = timedelta(days=1)
GEOD = Geod(ellps="WGS84")
INSIDE = ("inside_all", "inside_some")


def bounds(layers) -> tuple[date, date]:
    atlas = layers.record.atlas
    return parse_day(atlas.record_from), parse_day(atlas.record_to)


def extent_of(layers) -> shapely.Polygon:
    return shapely.Polygon(layers.record.atlas.extent)


def zone_row(layers, zone: str, *, status: str | None = None) -> ZonePeriod:
    return next(r for r in layers.rows if r.zone_id == zone and status in (None, r.status))


def ids_on(rows, day: date | None) -> set[str]:
    return set(query.holding(rows, day)["id"])


def spot_in(layers, row) -> tuple[float, float] | None:
    """Return a point that a row's outer shape holds, within the atlas; None without one."""
    outer = row.outer
    within = outer & shapely.Polygon(layers.record.atlas.extent) if outer is not None else None
    if within is None or within.is_empty:
        return None
    point = shapely.point_on_surface(within)
    return point.x, point.y


def held_at(layers, spot, day: date) -> set[str]:
    return {answer.row.id for answer in query_point(index_of(layers), *spot, on=day)}


# --- days ------------------------------------------------------------------------------------


def test_the_last_day_of_every_row_is_in_and_the_next_is_out(either):
    first, last = bounds(either)
    asked = 0
    for row in either.rows:
        assert row.id in ids_on(either.frame, row.valid_from)
        assert row.id not in ids_on(either.frame, row.valid_from - DAY)
        if row.valid_to is None:
            assert row.id in ids_on(either.frame, last)
            continue
        assert row.id in ids_on(either.frame, row.valid_to)
        assert row.id not in ids_on(either.frame, row.valid_to + DAY)
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
    assert query.holding(either.frame, None).equals(either.frame)
    spot = spot_in(either, either.rows[0])
    answers = query_point(index_of(either), *spot)
    assert all(answer.holds is None for answer in answers)
    assert {answer.row.id for answer in answers} >= held_at(either, spot, either.rows[0].valid_from)


def test_an_answer_says_whether_it_holds_certainly_or_possibly(second):
    row = zone_row(second, "calm-area", status="in_effect")
    spot = spot_in(second, row)
    days = (date(2003, 12, 1), date(2004, 2, 28), date(2004, 2, 29), date(2005, 12, 31))
    answers = [answer for day in days for answer in query_point(index_of(second), *spot, on=day)]
    found = [answer.holds for answer in answers if answer.row.id == row.id]
    assert found == ["possible", "possible", "certain", "certain"]


def test_after_a_last_report_the_status_is_unknown_and_then_nothing(second):
    route = second.of_zone("ferry-road-watch")
    practice = route[route["track"] == "practice"]
    held = {
        day: query.holding(practice, day)["status"].tolist()
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
        query_point(index_of(either), lon, lat, on=day)
    assert caught.value.parameter == "on"
    for edge in (first, last):
        query.check_day(either.record, edge)
    query.check_day(either.record, None)


@pytest.mark.parametrize("text", ["2020", "2020-02-30", "today", "", "2020-03-05/2020-03-06"])
def test_a_day_asked_for_is_a_full_day(text):
    with pytest.raises(QueryError, match="on: ") as caught:
        query.optional_day("on", text)
    assert (caught.value.parameter, caught.value.value) == ("on", text)
    assert query.optional_day("on", None) is None


def test_between_two_days_every_row_that_holds_on_one_of_them(second):
    found = query.during(second.frame, date(2006, 1, 1), date(2006, 2, 28))
    each: set[str] = set()
    for step in range(59):
        each |= ids_on(second.frame, date(2006, 1, 1) + step * DAY)
    assert set(found["id"]) == each
    assert query.during(second.frame, None, None).equals(second.frame)


def test_frames_hold_on_the_days_that_rows_hold(either):
    """The comparison of columns is the algebra of days of each row."""
    first, last = bounds(either)
    for step in range(0, (last - first).days, 29):
        day = first + step * DAY
        assert ids_on(either.frame, day) == {
            row.id for row in either.rows if row.validity.holds(day)
        }


# --- what was known --------------------------------------------------------------------------


def known(layers, zone: str, day: str):
    return list(iter_rows(query.known_by(layers.of_zone(zone), layers.record, parse_day(day))))


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
    assert after == zone_row(second, "southern-band")
    assert after.valid_to == date(2006, 12, 31)


def test_so_a_point_was_thought_to_be_held_years_after_it_was_given_up(second):
    spot = spot_in(second, zone_row(second, "southern-band"))
    on = date(2008, 1, 1)
    for by, held in (("2009-06-09", True), ("2009-06-10", False)):
        answers = query_point(index_of(second), *spot, on=on, known_by=parse_day(by))
        assert any(answer.row.zone_id == "southern-band" for answer in answers) is held


def test_what_was_told_late_was_not_known_before(second):
    assert known(second, "frost-strip-annex", "2009-06-09") == []
    assert len(known(second, "frost-strip-annex", "2009-06-10")) == 1


def test_what_no_dated_claim_states_was_never_known(second):
    assert zone_row(second, "chapel-channel").stated_on is None
    assert known(second, "chapel-channel", "2009-12-31") == []


def test_a_dispute_is_known_once_two_of_its_sides_have_spoken(second):
    strip = [known(second, "frost-strip", day)[0] for day in ("2007-03-02", "2007-03-03")]
    assert [row.dispute_ids for row in strip] == [(), ("strip-of-frost",)]


def test_known_by_no_day_is_all_that_is_known(either):
    assert query.known_by(either.frame, either.record, None).equals(either.frame)


def test_what_is_known_only_grows_and_never_holds_a_later_claim(either):
    days = sorted({day for day in either.record.known.values() if day})
    before: set[str] = set()
    whole = {row.id: row for row in either.rows}
    for day in days:
        stated = either.record.stated_by(day)
        rows = list(iter_rows(query.known_by(either.frame, either.record, day)))
        now = {row.id for row in rows}
        assert before <= now
        before = now
        for row in rows:
            assert row.claim_ids
            assert all(either.record.known[key] <= day for key in row.claim_ids), row.id
            full = whole[row.id]
            assert row.end_claim_ids == tuple(k for k in full.end_claim_ids if k in stated)
            open_ended = full.end_claim_ids and not row.end_claim_ids
            assert row.valid_to == (None if open_ended else full.valid_to)
            assert set(row.source_ids) == {either.record.source_of[key] for key in row.claim_ids}


def test_by_the_last_claim_every_row_with_a_dated_start_is_known(either):
    last = max(day for day in either.record.known.values() if day)
    rows = set(query.known_by(either.frame, either.record, last)["id"])
    assert rows == {row.id for row in either.rows if row.stated_on}


# --- points ----------------------------------------------------------------------------------


def relation(layers, row, lon: float, lat: float, **more) -> str | None:
    answers = query_point(index_of(layers), lon, lat, **more)
    return next((answer.relation for answer in answers if answer.row.id == row.id), None)


def test_an_edge_counts_as_inside_for_every_row(either):
    extent = shapely.Polygon(either.record.atlas.extent)
    for row in either.rows:
        for shape, wanted in ((row.inner, ("inside_all",)), (row.outer, INSIDE)):
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
    row = zone_row(second, "lantern-waters")
    seen = {}
    for km in (0, 14.7, 14.9, 15.2, 15.3):
        lon, lat, _ = GEOD.fwd(-21.4, -20.0, 45, km * 1000)
        seen[km] = relation(second, row, lon, lat)
    assert list(seen.values()) == ["inside_all", "inside_all", "inside_some", "inside_some", None]


@pytest.mark.parametrize("km", [0, 5, 14.99, 15.01, 15.2])
def test_the_distance_to_the_edge_is_unsigned_inside_and_out(second, km):
    lon, lat, _ = GEOD.fwd(-21.4, -20.0, 200, km * 1000)
    row = zone_row(second, "lantern-waters")
    far = next(
        a for a in query_point(index_of(second), lon, lat, within_km=1) if a.row.id == row.id
    )
    assert far.distance_to_edge_m == pytest.approx(abs(15 - km) * 1000, abs=5)


def test_the_distance_to_a_point_or_line_is_to_itself(second):
    row = zone_row(second, "oone-station")
    lon, lat, _ = GEOD.fwd(-21.0, -22.05, 10, 120)
    answer = next(a for a in query_point(index_of(second), lon, lat) if a.row.id == row.id)
    assert answer.relation == "inside_some"
    assert answer.distance_to_edge_m == pytest.approx(120, abs=1)


def test_where_there_is_no_edge_there_is_no_distance(second):
    row = zone_row(second, "patrol-waters")
    answer = next(a for a in query_point(index_of(second), -21.4, -20.0) if a.row.id == row.id)
    assert (answer.relation, answer.distance_to_edge_m) == ("inside_some", None)
    assert answer.as_dict()["distance_to_edge_m"] is None


def test_rows_outside_come_only_within_a_distance_and_after_those_inside(second):
    lon, lat, _ = GEOD.fwd(-21.4, -20.0, 90, 45_000)  # 30 km off the rim, 5 km off the fuzzy one
    assert query_point(index_of(second), lon, lat) == []
    found = {
        km: {a.row.zone_id for a in query_point(index_of(second), lon, lat, within_km=km)}
        for km in (0, 4, 6, 29, 31)
    }
    assert found == {
        0: set(), 4: set(), 6: {"patrol-waters"}, 29: {"patrol-waters"},
        31: {"patrol-waters", "lantern-waters"},
    }  # fmt: skip
    relations = [a.relation for a in query_point(index_of(second), -21.4, -20.0, within_km=5000)]
    order = {"inside_all": 0, "inside_some": 1, "outside": 2}
    assert [order[name] for name in relations] == sorted(order[name] for name in relations)
    drawable = {r.id for r in second.rows if r.outer is not None}
    assert len(relations) == len(drawable)


@pytest.mark.parametrize("within", [-1, math.nan, math.inf, 20_001])
def test_a_distance_that_is_none_is_refused(second, within):
    with pytest.raises(QueryError, match="within: must be a distance"):
        query_point(index_of(second), -21.0, -20.0, within_km=within)


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
        query_point(index_of(second), lon, lat)


def test_a_swapped_point_of_the_real_atlas_is_told(real):
    with pytest.raises(QueryError, match="look swapped"):
        query_point(index_of(real), 33.51, 38.62)


def test_every_corner_of_the_extent_belongs_to_the_atlas(either):
    for lon, lat in either.record.atlas.extent:
        query_point(index_of(either), lon, lat)


def test_an_answer_is_the_same_as_the_shape_says(either):
    """The middle of each shape of each row, asked through the query, is in that row."""
    extent = shapely.Polygon(either.record.atlas.extent)
    for row in either.rows:
        for name in READINGS:
            shape = row.reading(name)
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
        drawn = draw(st.sampled_from(layers.rows))
        if drawn.outer is not None:
            coords = shapely.get_coordinates(drawn.outer)
            spot = tuple(coords[draw(st.integers(0, len(coords) - 1))].tolist())
    days = st.none() | st.dates(*bounds(layers))
    within = draw(st.sampled_from([None, None, None, 0.0, 0.02, 3.0, 40.0, 700.0, 20_000.0]))
    return spot, {"on": draw(days), "known_by": draw(days), "within_km": within}


def told_by_each_row(layers, lon, lat, on, known_by, within_km) -> list[tuple]:
    """Return the answers as each row by itself would give them, without any index."""
    spot, answers = shapely.Point(lon, lat), []
    for row in iter_rows(query.known_by(layers.frame, layers.record, known_by)):
        if on is not None and not row.validity.holds(on):
            continue
        inside = [shape is not None and shape.covers(spot) for shape in (row.inner, row.outer)]
        far = distance_m(lon, lat, row.nominal)
        if not any(inside):
            reach = distance_m(lon, lat, row.outer) if far is None else far
            if within_km is None or reach is None or reach > within_km * 1000:
                continue
        answers.append((inside.index(True) if any(inside) else 2, row.id, far))
    return sorted(answers, key=lambda answer: answer[0])


@given(st.data())
@settings(max_examples=30)
def test_an_answer_is_what_each_row_says_by_itself(real, second, data):
    for layers in (real, second):
        spot, question = data.draw(asked_points(layers))
        if not extent_of(layers).covers(shapely.Point(spot)):
            with pytest.raises(QueryError, match="lies beyond the atlas"):
                query_point(index_of(layers), *spot, **question)
            continue
        answers = query_point(index_of(layers), *spot, **question)
        relations = ("inside_all", "inside_some", "outside")
        assert [
            (relations.index(a.relation), a.row.id, a.distance_to_edge_m) for a in answers
        ] == told_by_each_row(layers, *spot, **question)


def test_many_points_are_answered_as_each_alone_and_faults_stand_in_their_place(second):
    spots = [spot_in(second, row) for row in second.rows]
    queries = [
        PointQuery(*spot, on=row.valid_from)
        for row, spot in zip(second.rows, spots, strict=True)
        if spot is not None
    ]
    queries += [PointQuery(0.0, 0.0), PointQuery(-21.4, -20.0)]
    results = query_points(index_of(second), queries)
    assert len(results) == len(queries)
    for asked, result in zip(queries, results, strict=True):
        if isinstance(result, QueryError):
            with pytest.raises(QueryError, match=re.escape(str(result))):
                query_point(index_of(second), asked.lon, asked.lat, on=asked.on)
            continue
        alone = query_point(index_of(second), asked.lon, asked.lat, on=asked.on)
        assert [(a.row.id, a.relation) for a in result] == [(a.row.id, a.relation) for a in alone]
        for one, other in zip(result, alone, strict=True):
            assert one.distance_to_edge_m == pytest.approx(other.distance_to_edge_m, abs=0.05)
    assert isinstance(results[-2], QueryError)
    assert query_points(index_of(second), []) == []


def test_a_distance_reaches_across_the_antimeridian_and_towards_a_pole(second):
    row, *_ = second.rows
    shapes = {"east": shapely.box(179.99, 10.0, 180.0, 10.1), "far": shapely.box(20, 10, 21, 10.1)}
    rows = [
        row._replace(id=name, nominal=shape, inner=None, outer=shape)
        for name, shape in shapes.items()
    ]
    everywhere = [(-180, -90), (180, -90), (180, 90), (-180, 90)]
    atlas = second.record.atlas.model_copy(update={"extent": everywhere})
    built = BuiltAtlas(
        replace(second.record, atlas=atlas), frame_of(rows, second.record.languages), {}
    )

    def found(lon: float, lat: float, km: float | None) -> set[str]:
        return {answer.row.id for answer in query_point(index_of(built), lon, lat, within_km=km)}

    assert found(-179.99, 10.05, None) == set()
    assert found(-179.99, 10.05, 5.0) == {"east"}
    assert found(-160.0, 89.9, 8_900.0) == {"east", "far"}


def test_a_box_finds_what_meets_it(second):
    west = query.in_box(second.frame, (-21.6, -20.2, -21.2, -19.8))
    assert set(west["zone_id"]) == {"lantern-waters", "patrol-waters"}
    assert len(query.in_box(second.frame, (10, 10, 11, 11))) == 0
    shown = {row.id for row in second.rows if row.outer is not None}
    assert set(query.in_box(second.frame, (-180, -90, 180, 90))["id"]) == shown


def test_a_box_over_the_antimeridian_has_its_west_east_of_its_east(second):
    assert len(query.in_box(second.frame, (170, -90, -170, 90))) == 0
    over = query.in_box(second.frame, (170, -20.2, -21.0, -19.8))
    assert set(over["zone_id"]) == {"lantern-waters", "patrol-waters"}
