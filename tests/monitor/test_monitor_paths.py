"""The monitor's fast ways: they give what the careful ones give, event for event."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.events import text
from layers.events.columns import GDELT, kept_name
from layers.events.sources import iter_chunks
from layers.monitor.count import Counts, count, count_by_cell, count_one_by_one
from layers.monitor.grid import IN_INNER, Grid, ShapeGroup
from layers.monitor.hits import Events
from layers.monitor.index import ZoneIndex
from layers.monitor.periods import EPOCH
from layers.monitor.tabulation import Group, Tabulation
from tests.monitor.test_monitor import batch_of, telling_days, telling_points
from tests.monitor.test_monitor_read import (
    ACLED_HEADER,
    ACLED_ROW,
    UCDP_HEADER,
)

START = date(2002, 6, 1)


@pytest.fixture(scope="module")
def index(second) -> ZoneIndex:
    return ZoneIndex.of(second, positional_accuracy_m=(25_000.0,))


@pytest.fixture(scope="module")
def drawn(second):
    """Events of one day or several, on edges and anywhere, exact or known to 25 km."""
    west, south, east, north = -22.2, -22.7, -18.0, -18.2
    spots = st.one_of(
        st.sampled_from(telling_points(second)),
        st.tuples(st.floats(west, east), st.floats(south, north)),
    )
    days = st.one_of(
        st.sampled_from(telling_days(second)), st.dates(date(2002, 11, 1), date(2010, 3, 1))
    )
    return st.lists(
        st.tuples(
            spots, days, st.sampled_from([0, 0, 0, 3, 700]), st.sampled_from([0, 0, 1]),
            st.integers(-9, 9),
        ),
        min_size=1, max_size=60,
    )  # fmt: skip


@pytest.mark.parametrize("by", ["day", "month"])
@pytest.mark.parametrize("simple", [True, False])
def test_a_table_counts_what_is_counted_one_by_one(monkeypatch, index, drawn, by, simple):
    monkeypatch.setattr("layers.monitor.count._SMALL", 1 << 20)

    @settings(max_examples=25)
    @given(drawn)
    def check(drawn):
        batch = batch_of([(*spot, day) for spot, day, *_ in drawn])
        if not simple:
            number = [day.toordinal() - EPOCH for _, day, *_ in drawn]
            first = [one + shift for one, (*_, shift) in zip(number, drawn, strict=True)]
            last = [one + long for one, (_, _, long, *_) in zip(first, drawn, strict=True)]
            batch = batch_of(
                [(*spot, day) for spot, day, *_ in drawn],
                first=pa.array(first, pa.int32()).view(pa.date32()),
                last=pa.array(last, pa.int32()).view(pa.date32()),
                accuracy=pa.array([accuracy for *_, accuracy, _ in drawn], pa.uint8()),
            )
        events = Events.of(batch)
        found, rest = count_by_cell(events, index, Tabulation(by))
        assert found.events == len(drawn) - len(rest)
        careful = count_one_by_one(events, index, Tabulation(by))
        assert found + count_one_by_one(events.take(rest), index, Tabulation(by)) == careful
        assert count(batch, index, by=by) == careful

    check()


def test_a_precision_that_the_index_does_not_know_is_refused(index):
    batch = batch_of([(-19.5, -20.5, START)], accuracy=pa.array([2], pa.uint8()))
    with pytest.raises(ValueError, match="accuracy must be"):
        count(batch, index)


def test_most_events_need_no_test_of_their_own(real):
    index = ZoneIndex.of(real)
    rng = np.random.default_rng(11)
    spots = rng.uniform((35.5, 32.5), (42.5, 37.3), (20_000, 2))
    events = batch_of([(*spot, START + timedelta(days=n % 4000)) for n, spot in enumerate(spots)])
    _, rest = count_by_cell(Events.of(events), index, Tabulation())
    assert 0 < len(rest) < 2000


def test_where_a_table_were_larger_than_the_work_events_are_counted_one_by_one(index, monkeypatch):
    days = [START + timedelta(days=n) for n in (*range(4000), 40_000)]
    rng = np.random.default_rng(5)
    spots = rng.uniform((-22, -22), (-18, -18), (len(days), 2)).tolist()
    events = Events.of(batch_of([(*spot, day) for spot, day in zip(spots, days, strict=True)]))
    careful = count_one_by_one(events, index, Tabulation("day"))
    for table, more in ((0, 0), (1 << 30, 3000)):
        monkeypatch.setattr("layers.monitor.count._SMALL", table)
        found, rest = count_by_cell(events, index, Tabulation("day"))
        assert found.events == len(days) - len(rest) >= more
        assert found + count_one_by_one(events.take(rest), index, Tabulation("day")) == careful


def batch_with_columns(drawn) -> pa.RecordBatch:
    """Return drawn events with a column to group by and one to sum."""
    batch = batch_of([(*spot, day) for spot, day, *_ in drawn])
    for name, values in (("kind", [long for *_, long, _, _ in drawn]),
                         ("dead", [accuracy * 2.5 for *_, accuracy, _ in drawn])):  # fmt: skip
        batch = batch.append_column(kept_name(name), pa.array(values))
    return batch


@pytest.mark.parametrize("table", [0, 1 << 22])
def test_places_are_told_alike_from_a_table_and_in_order(index, drawn, table, monkeypatch):
    """Groups and measures, whether few places are counted in a table or many are sorted."""
    monkeypatch.setattr("layers.monitor.count._SMALL", table)
    monkeypatch.setattr("layers.monitor.count._PART", 7)

    @settings(max_examples=10)
    @given(drawn)
    def check(drawn):
        batch = batch_with_columns(drawn)
        by = Tabulation("month", groups=(Group("kind"),), sums=("dead",))
        parts = [count(batch.slice(n, 1), index, by=by) for n in range(len(drawn))]
        assert count(batch, index, by=by) == Counts.sum(parts)

    check()


@pytest.mark.parametrize("scale", [1.0, 40.0])
def test_a_list_below_the_sure_ones_is_true_of_every_point_in_its_cell(scale):
    import shapely

    rng = np.random.default_rng(2)
    centres = shapely.points(rng.uniform(-scale, scale, (30, 2)))
    rounds = shapely.buffer(centres, rng.uniform(0.05, 0.5, 30) * scale, quad_segs=9)
    groups = [ShapeGroup((shapely.buffer(one, -0.1 * scale),), (one,)) for one in rounds]
    groups = [ShapeGroup(tuple(g for g in n.inner if not g.is_empty), n.outer) for n in groups]
    grid = Grid([*groups, ShapeGroup((), ())])
    spots = rng.uniform(-2 * scale, 2 * scale, (4000, 2))
    lon, lat = spots[:, 0].copy(), np.clip(spots[:, 1], -90, 90)
    point, group, state = grid.locate(lon, lat)
    found = np.zeros((len(lon), len(groups)), int)
    found[point, group] = state
    for number, one in enumerate(groups):
        told = [shapely.intersects_xy(g, lon, lat) for g in (*one.outer, *one.inner)]
        expected = told[0].astype(int)
        expected[told[-1] & (len(told) > 1)] = IN_INNER
        assert found[:, number].tolist() == expected.tolist()
    lists = grid.cell_lists(lon, lat)
    again, entry = grid.entries(lists[lists < grid.untested_lists])
    assert len(again)
    assert set(grid.state[entry].tolist()) <= {1, IN_INNER}


def sound_files() -> dict[str, tuple[str, object]]:
    """Return a sound file in each layout, and its columns."""
    acled = [ACLED_ROW.format(n=n, time=1, place=1, lon=-19.5, lat=-20.5) for n in range(1, 9)]
    names = UCDP_HEADER.split(",")
    given_ = {
        "id": "7", "where_prec": "1", "date_start": "2004-07-01 00:00:00.000",
        "date_end": "2004-07-02 00:00:00.000", "longitude": "-19.5", "latitude": "-20.5",
    }  # fmt: skip
    ged = ",".join(given_.get(name, "") for name in names)
    gdelt = [""] * 61
    gdelt[0], gdelt[1], gdelt[51], gdelt[56], gdelt[57] = "1", "20040705", "4", "-20.5", "-19.5"
    return {
        "acled.csv": ("\n".join([ACLED_HEADER, *acled]), None),
        "ucdp.csv": ("\n".join([UCDP_HEADER, ged, ged]), None),
        "gdelt.tsv": ("\n".join(["\t".join(gdelt)] * 3), GDELT),
        "own.csv": ("lon,lat,date\n-19.5,-20.5,2004-07-01\n-19.5,,2004-07-01\n", None),
    }


@pytest.mark.parametrize("name", sound_files())
def test_files_as_providers_write_them_are_parsed_in_one_go(monkeypatch, tmp_path, name):
    body, columns = sound_files()[name]
    (tmp_path / name).write_text(body)
    ways = []
    parsed = text._parsed
    monkeypatch.setattr(
        text, "_parsed", lambda *args, typed: ways.append(typed) or parsed(*args, typed=typed)
    )
    read = [rows for work in iter_chunks([str(tmp_path / name)], columns) for rows in work.rows()]
    assert ways == [True]
    assert sum(rows.events.num_rows for rows in read) > 0
