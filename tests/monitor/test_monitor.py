"""Counting events in zones: the kernel against geopandas and a model by brute force."""

from __future__ import annotations

import pickle
from collections import Counter
from datetime import date, timedelta

import geopandas
import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.measure import distance_m
from layers.build.rows import iter_rows
from layers.monitor import report
from layers.monitor.count import Counts, count
from layers.monitor.grid import IN_INNER, Grid, ShapeGroup
from layers.monitor.index import ZoneIndex
from layers.monitor.periods import EPOCH
from layers.monitor.table_rows import UNTOLD
from layers.query.selection import Selection
from tests.support.atlases import row_of

FIRST = date(1970, 1, 1)


def batch_of(events, **more) -> pa.RecordBatch:
    """Return events (lon, lat, day as a date) as a batch."""
    lon, lat, day = zip(*events, strict=True) if events else ((), (), ())
    columns = {
        "lon": pa.array(lon, pa.float64()),
        "lat": pa.array(lat, pa.float64()),
        "day": pa.array(day, pa.date32()),
    }
    return pa.record_batch(columns | more)


def modelled(layers, events, by="month", selection=None) -> dict:
    """Count by brute force, event by event and row by row: (zone, track, status, period)."""
    form = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[by]
    rows = list(iter_rows((selection or Selection()).rows(layers)))
    low, high = layers.record.atlas.record_from, layers.record.atlas.record_to
    found: Counter = Counter()
    for lon, lat, day in events:
        if not low <= day.isoformat() <= high:
            continue
        spot = shapely.Point(lon, lat)
        best: dict = {}
        for row in rows:
            if row.validity.holds(day) is None:
                continue
            inside = row.inner is not None and row.inner.covers(spot)
            within = row.outer is not None and row.outer.covers(spot)
            kind = 2 if inside else 1 if within else 0
            for key in ((row.zone_id, row.track, row.status), (row.zone_id, "", "any")):
                best[key] = max(best.get(key, 0), kind)
        for key, kind in best.items():
            if kind:
                name = ("", "inside_some", "inside_all")[kind]
                found[(*key, day.strftime(form), name)] += 1
    return dict(found)


def counted(table: pa.Table) -> dict:
    found = {}
    for row in table.to_pylist():
        if row["zone_id"] and row["status"] != "not_in_force":
            for name in ("inside_all", "inside_some"):
                if row[name]:
                    key = (row["zone_id"], row["track"], row["status"], row["period"], name)
                    found[key] = row[name]
    return found


def telling_points(layers) -> list[tuple[float, float]]:
    """Return vertices, points on edges, cell corners and cell edges of an atlas's shapes."""
    points = []
    for drawn in {id(d.outer): d for d in layers.rows}.values():
        for shape in (drawn.inner, drawn.outer):
            if shape is None:
                continue
            coords = shapely.get_coordinates(shapely.boundary(shape))
            step = max(1, len(coords) // 12)
            points += [tuple(spot) for spot in coords[::step].tolist()]
            middles = (coords[:-1:step] + coords[1::step]) / 2
            points += [tuple(spot) for spot in middles.tolist()]
            points += [tuple(spot) for spot in (np.floor(coords[::step] * 64) / 64).tolist()]
            half = coords[::step].copy()
            half[:, 0] = np.ceil(half[:, 0] * 64) / 64
            points += [tuple(spot) for spot in half.tolist()]
    return points


def telling_days(layers) -> list[date]:
    """Return every first and last day of a period, the days beside them, and the record's."""
    days = set()
    low, high = (
        date.fromisoformat(text)
        for text in (layers.record.atlas.record_from, layers.record.atlas.record_to)
    )
    for row in layers.rows:
        for day in (row.valid_from, row.valid_to):
            if day is not None:
                days |= {day + timedelta(days=step) for step in (-1, 0, 1)}
    days |= {low + timedelta(days=step) for step in (-1, 0, 1)}
    days |= {high + timedelta(days=step) for step in (-1, 0, 1)}
    return sorted(days)


@pytest.fixture(scope="module")
def second_index(second) -> ZoneIndex:
    return ZoneIndex.of(second)


@pytest.fixture(scope="module")
def strategy(second):
    west, south, east, north = -22.2, -22.7, -18.0, -18.2
    spots = st.one_of(
        st.sampled_from(telling_points(second)),
        st.tuples(st.floats(west, east), st.floats(south, north)),
        st.tuples(
            st.integers(int(west * 64), int(east * 64)).map(lambda n: n / 64),
            st.integers(int(south * 64), int(north * 64)).map(lambda n: n / 64),
        ),
    )
    days = st.one_of(
        st.sampled_from(telling_days(second)), st.dates(date(2002, 11, 1), date(2010, 3, 1))
    )
    return st.lists(st.tuples(spots, days).map(lambda one: (*one[0], one[1])), max_size=60)


def test_counts_are_those_of_brute_force_on_edges_corners_and_day_borders(second, second_index):
    days = telling_days(second)
    spots = telling_points(second)
    events = [(*spot, days[(7 * n) % len(days)]) for n, spot in enumerate(spots)]
    table = report.table(count(batch_of(events), second_index), second_index)
    assert counted(table) == modelled(second, events)


@pytest.mark.parametrize("by", ["day", "month", "year"])
def test_counts_are_those_of_brute_force_on_any_events(second, second_index, strategy, by):
    @settings(max_examples=40)
    @given(strategy)
    def check(events):
        table = report.table(count(batch_of(events), second_index, by=by), second_index, by=by)
        assert counted(table) == modelled(second, events, by)

    check()


def test_any_cut_in_any_order_gives_the_same_counts(second, second_index, strategy):
    @settings(max_examples=40)
    @given(strategy, st.data())
    def check(events, data):
        whole = count(batch_of(events), second_index)
        order = data.draw(st.permutations(events))
        cuts = sorted(data.draw(st.lists(st.integers(0, len(events)), max_size=4)))
        parts = [order[a:b] for a, b in zip([0, *cuts], [*cuts, len(events)], strict=True)]
        summed = sum((count(batch_of(part), second_index) for part in parts), Counts.none())
        assert summed == whole

    check()


def test_every_row_and_every_level_adds_up(second, second_index, strategy):
    @settings(max_examples=40)
    @given(strategy)
    def check(events):
        counts = count(batch_of(events), second_index)
        totals = report.totals(counts, second_index, rejected=3)
        assert totals["read"] == len(events) + 3
        assert totals["accepted"] == totals["beyond_record"] + totals["counted"] == len(events)
        for zone in totals["zones"].values():
            parts = [part for parts in zone.values() for name, part in parts.items()
                     if name != "events"]  # fmt: skip
            assert sum(parts) == totals["counted"]
        rows = report.table(counts, second_index).to_pylist()
        for row in rows:
            if row["status"] != report.BEYOND_RECORD:
                parts = ("inside_all", "inside_some", *UNTOLD, "outside")
                assert sum(row[name] for name in parts) == row["events"]
                assert min(row[name] for name in parts) >= 0
        total = sum(row["events"] for row in rows if row["zone_id"] == "")
        assert total == len(events)

    check()


def test_geopandas_finds_the_same_points_inside(real):
    index = ZoneIndex.of(real)
    rng = np.random.default_rng(7)
    spots = np.vstack(
        [
            np.array(telling_points(real))[::3],
            rng.uniform((35.5, 32.5), (42.5, 37.3), (3000, 2)),
        ]
    )
    events = geopandas.GeoDataFrame(geometry=shapely.points(spots), crs="EPSG:4326")
    point, group, state = index.grids[0].locate(spots[:, 0].copy(), spots[:, 1].copy())
    for number, shapes in enumerate(index.times.groups):
        for geometries, least in ((shapes.outer, 1), (shapes.inner, IN_INNER)):
            zone = geopandas.GeoDataFrame(geometry=list(geometries), crs="EPSG:4326")
            joined = geopandas.sjoin(events, zone, predicate="covered_by")
            ours = set(point[(group == number) & (state >= least)].tolist())
            missing = set(joined.index) - ours
            assert not missing
            if least == IN_INNER:
                assert ours == set(joined.index)


def test_a_shared_border_is_inside_both_and_a_hole_is_outside():
    left, right = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    holed = shapely.Polygon([(0, 0), (3, 0), (3, 3), (0, 3)], [[(1, 1), (2, 1), (2, 2), (1, 2)]])
    grid = Grid([ShapeGroup((), (left,)), ShapeGroup((), (right,)), ShapeGroup((), (holed,))])
    spots = np.array([(1.0, 0.5), (1.0, 1.0), (1.5, 1.5), (1.0, 1.5), (0.0, 0.0), (2.0, 1.0)])
    point, group, _ = grid.locate(spots[:, 0].copy(), spots[:, 1].copy())
    assert sorted(zip(point.tolist(), group.tolist(), strict=True)) == [
        (0, 0), (0, 1), (0, 2),
        (1, 0), (1, 1), (1, 2),
        (3, 2),
        (4, 0), (4, 2),
        (5, 1), (5, 2),
    ]  # fmt: skip


@given(
    st.lists(
        st.tuples(st.floats(-180, 180), st.floats(-90, 90)),
        min_size=3,
        max_size=8,
        unique=True,
    ),
    st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), max_size=20),
)
@settings(max_examples=60)
def test_a_grid_over_any_polygon_on_the_globe_answers_as_covers_does(ring, others):
    shape = shapely.MultiPoint(ring).convex_hull
    grid = Grid([ShapeGroup((), (shape,))], max_cells=50_000)
    spots = np.array([*ring, *others, (180.0, 90.0), (-180.0, -90.0), (180.0, 0.0)])
    point, _, _ = grid.locate(spots[:, 0].copy(), spots[:, 1].copy())
    expected = np.flatnonzero(shapely.covers(shape, shapely.points(spots)))
    assert point.tolist() == expected.tolist()


def test_an_index_counts_the_same_after_it_was_sent_away(second, second_index):
    events = [(*spot, date(2004, 7, 1)) for spot in telling_points(second)]
    away = pickle.loads(pickle.dumps(second_index))
    assert count(batch_of(events), away) == count(batch_of(events), second_index)


def test_the_last_day_is_in_and_the_day_after_is_not(second, second_index):
    spot = row_of(second, "calm-area.paper.agreed.2003-11-20").outer.representative_point()
    events = [(spot.x, spot.y, date(2008, 5, 31)), (spot.x, spot.y, date(2008, 6, 1))]
    table = report.table(count(batch_of(events), second_index, by="day"), second_index, by="day")
    rows = {
        (row["status"], row["period"]): row["inside_all"] + row["inside_some"]
        for row in table.to_pylist()
        if row["zone_id"] == "calm-area"
    }
    assert rows[("any", "2008-05-31")] == 1
    assert ("any", "2008-06-01") not in rows
    assert rows[("not_in_force", "2008-06-01")] == 1


def test_days_for_which_the_record_does_not_speak_are_counted_apart(second, second_index):
    events = [(-20.0, -20.0, date(2010, 1, 1)), (-20.0, -20.0, date(2009, 12, 31))]
    rows = report.table(count(batch_of(events), second_index), second_index).to_pylist()
    beyond = [row for row in rows if row["status"] == report.BEYOND_RECORD]
    assert [(row["period"], row["events"], row["inside_all"]) for row in beyond] == [
        ("2010-01", 1, None)
    ]


def test_one_reading_counts_in_that_shape_alone(second):
    index = ZoneIndex.of(second, reading="inner")
    events = [(*spot, date(2004, 7, 1)) for spot in telling_points(second)]
    rows = report.table(count(batch_of(events), index), index).to_pylist()
    both = ZoneIndex.of(second)
    wide = report.table(count(batch_of(events), both), both).to_pylist()
    ours = {row["zone_id"]: row["inside"] for row in rows if row["status"] == "any"}
    inner = {row["zone_id"]: row["inside_all"] for row in wide if row["status"] == "any"}
    assert ours.items() <= inner.items()
    assert sum(ours.values()) > 10


def test_an_event_known_only_to_its_district_is_never_inside_a_corridor(real):
    index = ZoneIndex.of(
        real, Selection(layers=("m4-corridor",)), positional_accuracy_m=(25_000, 50_000)
    )
    corridor = row_of(real, "m4-security-corridor.paper.agreed.2020-03-05")
    spot = corridor.inner.representative_point()
    event = [(spot.x, spot.y, date(2020, 4, 1))]
    for accuracy, inside, unsure in ((0, 1, 0), (1, 0, 1), (2, 0, 1)):
        batch = batch_of(event, accuracy=pa.array([accuracy], pa.uint8()))
        rows = report.table(count(batch, index), index).to_pylist()
        row = next(
            row for row in rows
            if row["zone_id"] == "m4-security-corridor" and row["status"] == "any"
        )  # fmt: skip
        assert (row["inside_all"], row["too_imprecise"]) == (inside, unsure)


def test_a_coarse_event_is_inside_where_all_that_it_may_mean_is_and_outside_where_none_is(real):
    index = ZoneIndex.of(real, positional_accuracy_m=(25_000,))
    deep = (38.6, 33.65, date(2020, 4, 1))
    far = (36.3, 33.5, date(2020, 4, 1))
    batch = batch_of([deep, far], accuracy=pa.array([1, 1], pa.uint8()))
    rows = report.table(count(batch, index), index).to_pylist()
    parts = {
        (row["zone_id"], name)
        for row in rows
        for name in ("inside_all", "too_imprecise", "outside")
        if row["status"] == "any" and row["zone_id"] and row[name]
    }
    garrison = {zone for zone, name in parts if "tanf" in zone and name == "inside_all"}
    assert garrison
    assert all(row["inside_some"] == 0 for row in rows)


@given(
    st.lists(
        st.tuples(
            st.integers(-20, 2700), st.integers(0, 900), st.integers(-10, 10), st.integers(0, 400)
        ),
        max_size=25,
    )
)
@settings(max_examples=40)
def test_an_event_of_several_days_is_inside_only_if_it_is_on_each(second, drawn):
    index = ZoneIndex.of(second)
    spots = telling_points(second)
    start = date(2003, 1, 1).toordinal() - EPOCH
    events, firsts, lasts = [], [], []
    for begin, long, shift, which in drawn:
        first = start + begin
        spot = spots[which * 7 % len(spots)]
        events.append((*spot, FIRST + timedelta(days=first + shift)))
        firsts.append(first)
        lasts.append(first + long)
    days = {"first": pa.array(firsts, pa.int32()).view(pa.date32()),
            "last": pa.array(lasts, pa.int32()).view(pa.date32())}  # fmt: skip
    counts = count(batch_of(events, **days), index)
    rows = report.table(counts, index).to_pylist()
    expected = spanned(second, events, firsts, lasts)
    got = Counter()
    for row in rows:
        if row["status"] == "any" and row["zone_id"]:
            for name in ("inside_all", "inside_some", "too_imprecise"):
                got[(row["zone_id"], name)] += row[name]
    assert +got == +expected
    assert sum(row["events"] for row in rows if not row["zone_id"]) == len(events)
    assert all(row["outside"] >= 0 for row in rows if row["status"] != report.BEYOND_RECORD)
    totals = report.totals(counts, index)
    for zone in totals["zones"].values():
        assert sum(part["events"] for part in zone.values()) == totals["counted"]


def spanned(layers, events, firsts, lasts) -> Counter:
    """Count by brute force what is inside any period of a zone on every day of an event."""
    low, high = (
        date.fromisoformat(text).toordinal() - EPOCH
        for text in (layers.record.atlas.record_from, layers.record.atlas.record_to)
    )
    found: Counter = Counter()
    for (lon, lat, _), first, last in zip(events, firsts, lasts, strict=True):
        spot = shapely.Point(lon, lat)
        zones: dict = {}
        for row in layers.rows:
            begin = row.valid_from.toordinal() - EPOCH
            end = row.valid_to.toordinal() - EPOCH if row.valid_to else high
            kind = 0
            if row.inner is not None and row.inner.covers(spot):
                kind = 2
            elif row.outer is not None and row.outer.covers(spot):
                kind = 1
            own = zones.setdefault(row.zone_id, np.zeros(last - first + 1, int))
            a, b = max(begin, low, first), min(end, high, last)
            if a <= b:
                part = own[a - first : b - first + 1]
                np.maximum(part, kind, out=part)
        for zone, kinds in zones.items():
            if kinds.min() == 2:
                found[(zone, "inside_all")] += 1
            elif kinds.min() == 1:
                found[(zone, "inside_some")] += 1
            elif kinds.max() > 0:
                found[(zone, "too_imprecise")] += 1
    return found


@pytest.mark.parametrize("accuracy", [25_000.0, 250_000.0])
def test_a_coarse_event_is_only_called_inside_or_outside_where_the_distance_allows(
    second, accuracy
):
    index = ZoneIndex.of(second, positional_accuracy_m=(accuracy,))
    rng = np.random.default_rng(3)
    spots = rng.uniform((-23.0, -23.0), (-17.5, -18.0), (150, 2))
    point, group, state = index.grids[1].locate(spots[:, 0].copy(), spots[:, 1].copy())
    keys = zip(point.tolist(), group.tolist(), strict=True)
    found = dict(zip(keys, state.tolist(), strict=True))
    told = Counter()
    for number, shapes in enumerate(index.times.groups):
        for at, (lon, lat) in enumerate(spots.tolist()):
            relation = found.get((at, number), 0)
            told[relation] += 1
            if relation == IN_INNER:
                assert max(inner_depth(lon, lat, one) for one in shapes.inner) >= accuracy
            if relation == 0:
                far = [distance_m(lon, lat, one) for one in shapes.outer]
                assert min(far) >= accuracy
                assert not any(one.covers(shapely.Point(lon, lat)) for one in shapes.outer)
    assert told[0] > 20 or accuracy > 100_000
    assert told[1] > 20


def inner_depth(lon, lat, shape) -> float:
    """Return how far a point lies inside a shape, in metres, -1 outside of it."""
    return distance_m(lon, lat, shape) if shape.covers(shapely.Point(lon, lat)) else -1.0


def test_coordinates_off_the_globe_are_refused_and_not_counted_somewhere(second_index):
    for lon, lat in ((181.0, 0.0), (0.0, float("nan")), (0.0, -91.0)):
        with pytest.raises(ValueError, match="finite degrees"):
            count(batch_of([(lon, lat, date(2004, 1, 1))]), second_index)
