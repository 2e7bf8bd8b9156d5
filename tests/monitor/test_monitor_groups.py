"""Groups and measures: the kernel against pandas and geopandas, however the events are cut."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.monitor import report
from layers.monitor.columns import kept_name
from layers.monitor.count import Counts, count
from layers.monitor.index import ZoneIndex
from layers.monitor.tabulation import Group, Tabulation
from tests.monitor.test_monitor import batch_of, telling_days, telling_points
from tests.support.atlases import rows_of

KINDS, PARTIES, PLACES = ("shelling", "airstrike", ""), ("army", "rebels"), ("A", "B", "C", "")
GROUPS = (Group("kind_"), Group("side"))


def with_columns(events) -> pa.RecordBatch:
    """Return events (lon, lat, day, kind, side, place, deaths) as a batch."""
    batch = batch_of([event[:3] for event in events])
    kind, side, place, deaths = zip(*(e[3:] for e in events), strict=True) if events else [()] * 4
    for name, column in (
        ("kind_", pa.array(kind, pa.string()).dictionary_encode()),
        ("side", pa.array([one.encode() for one in side], pa.binary()).dictionary_encode()),
        ("place", pa.array(place, pa.string())),
        ("deaths", pa.array(deaths, pa.float64())),
    ):
        batch = batch.append_column(kept_name(name), column)
    return batch


def peer(layers, events, period) -> dict:
    """Count with pandas: (zone, period, kind, side, outcome) of the zones in force."""
    first, last = layers.record.atlas.record_from, layers.record.atlas.record_to
    hits = []
    for at, (lon, lat, day, *_rest) in enumerate(events):
        if not first <= day.isoformat() <= last:
            continue
        spot = shapely.Point(lon, lat)
        for row in rows_of(layers):
            if row.validity.holds(day) is None:
                continue
            inside = row.inner is not None and row.inner.covers(spot)
            within = row.outer is not None and row.outer.covers(spot)
            if inside or within:
                hits.append((at, row.zone_id, 2 if inside else 1))
    frame = pd.DataFrame(events, columns=["lon", "lat", "day", "kind", "side", "place", "deaths"])
    frame["period"] = [period(day) for day in frame["day"]]
    best = pd.DataFrame(hits, columns=["event", "zone", "how"])
    best = best.groupby(["event", "zone"], as_index=False)["how"].max()
    joined = best.merge(frame, left_on="event", right_index=True)
    found = {}
    for keys in (["zone", "period", "kind", "side"], ["zone", "period"]):
        for key, own in joined.groupby([*keys, "how"]):
            *name, how = key
            places = set(own["place"]) - {""}
            group = tuple(word or "none" for word in name[2:]) or ("", "")
            found[(*name[:2], *group, how)] = (len(own), own["deaths"].sum(), len(places))
    return found


def told(table: pa.Table) -> dict:
    found = {}
    for row in table.to_pylist():
        if row["status"] == "any" and row["zone_id"] not in ("", report.UNION_ID):
            for how, name in ((2, "inside_all"), (1, "inside_some")):
                if row[name]:
                    key = (row["zone_id"], row["period"], row["kind_"], row["side"], how)
                    found[key] = (
                        row[name], row[f"sum_deaths_{name}"], row[f"distinct_place_{name}"]
                    )  # fmt: skip
    return found


def week(day: date) -> str:
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02d}"


@pytest.fixture(scope="module")
def index(second) -> ZoneIndex:
    return ZoneIndex.of(second)


@pytest.fixture(scope="module")
def strategy(second):
    spots = st.sampled_from(telling_points(second))
    days = st.one_of(
        st.sampled_from(telling_days(second)), st.dates(date(2003, 6, 1), date(2003, 7, 30))
    )
    return st.lists(
        st.tuples(
            spots, days, st.sampled_from(KINDS), st.sampled_from(PARTIES), st.sampled_from(PLACES),
            st.sampled_from([0.0, 1.0, 2.5, 13.0]),
        ).map(lambda one: (*one[0], *one[1:])),
        max_size=40,
    )  # fmt: skip


TABULATION = Tabulation("week", groups=GROUPS, sums=("deaths",), distinct=("place",))


def test_grouped_counts_are_those_of_pandas_however_they_are_cut(second, index, strategy):
    @settings(max_examples=40)
    @given(strategy, st.data())
    def check(events, data):
        order = data.draw(st.permutations(events))
        cuts = sorted(data.draw(st.lists(st.integers(0, len(events)), max_size=3)))
        parts = [order[a:b] for a, b in zip([0, *cuts], [*cuts, len(events)], strict=True)]
        counts = Counts.sum([count(with_columns(part), index, by=TABULATION) for part in parts])
        assert counts == count(with_columns(events), index, by=TABULATION)
        table = report.table(counts, index, by=TABULATION)
        assert told(table) == peer(second, events, week)
        reconciles(table)

    check()


def reconciles(table: pa.Table) -> None:
    """Check that groups add up to the row of all of them, and each row in itself."""
    frame = table.to_pandas()
    frame = frame[frame["status"] != report.BEYOND_RECORD]
    assert (frame[list(PARTS)].sum(axis=1) == frame["events"]).all()
    adding = [name for name in frame.columns
              if name.endswith(PARTS[:-1]) and not name.startswith("distinct_")]  # fmt: skip
    keys = ["zone_id", "track", "status", "period"]
    whole = frame[frame["kind_"] == ""].groupby(keys)[adding].sum()
    groups = frame[frame["kind_"] != ""].groupby(keys)[adding].sum()
    pd.testing.assert_frame_equal(
        groups.reindex(whole.index, fill_value=0), whole, check_dtype=False
    )


PARTS = ("inside_all", "inside_some", "too_imprecise", "unknown_precision", "not_placeable",
         "no_shape", "outside")  # fmt: skip
