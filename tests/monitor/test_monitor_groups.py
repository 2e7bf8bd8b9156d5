"""Groups and measures: the kernel against pandas and geopandas, however the events are cut."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.errors import QueryError
from layers.events.columns import kept_name
from layers.i18n.catalogue import LANGUAGES
from layers.monitor import report
from layers.monitor.calendar import (
    WEEK_STARTS,
    period_days,
    period_of,
    period_span,
    period_text,
    week_days,
)
from layers.monitor.count import Counts, count
from layers.monitor.index import ZoneIndex
from layers.monitor.mapping import Mapping
from layers.monitor.tabulation import Cutoff, Group, Tabulation, day_number, groups_of
from tests.monitor.test_monitor import batch_of, telling_days, telling_points

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
        for row in layers.rows:
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
    return f"{year:04d}-W{number:02d}"


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
    @settings(max_examples=20)
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


# --- days of a report, weeks, running totals


def spot_in(real, zone_id: str) -> tuple[float, float]:
    row = next(row for row in real.rows if row.zone_id == zone_id and row.inner is not None)
    point = row.inner.representative_point()
    return point.x, point.y


def written(spots, hours) -> pa.RecordBatch:
    """Return events with the text of their day and hour, as a file had it."""
    days = [date.fromisoformat(text[:10]) for text in hours]
    batch = batch_of([(*spot, day) for spot, day in zip(spots, days, strict=True)])
    return batch.append_column("written", pa.array(hours, pa.string()))


@pytest.mark.parametrize(
    ("cutoff", "hour", "report"),
    [
        (
            "19:30+03:00",
            "2020-03-09 19:30",
            "2020-03-10",
        ),  # winter: Damascus is two hours ahead  # the clock of Damascus, two hours ahead
        ("19:30+02:00", "2020-03-09 19:30", "2020-03-09"),
        ("19:30+02:00", "2020-03-09 19:30:01", "2020-03-10"),
        ("19:30+02:00", "2020-03-09T17:31Z", "2020-03-10"),
        ("19:30+02:00", "2020-03-09 23:59", "2020-03-10"),
        ("19:30+02:00", "2020-03-10 00:05", "2020-03-10"),
        ("19:30", "2020-03-09 19:31", "2020-03-10"),
        ("19:30", "2020-03-09 20:31:00+03:00", "2020-03-10"),
        ("19:30", "2020-07-09 20:31:00+03:00", "2020-07-10"),  # summer: the clock is three ahead
        ("19:30", "2020-07-09 19:31:00+03:00", "2020-07-10"),
        ("19:30", "2020-03-09 19:31:00+03:00", "2020-03-09"),
        ("19:30-05:00", "2020-03-09 01:00:00+03:00", "2020-03-08"),
        ("19:30+02:00", "2020-03-09", "2020-03-09"),
    ],
)
def test_an_event_after_the_cutoff_belongs_to_the_next_day_of_a_report(
    real_index, cutoff, hour, report
):
    day_of = Tabulation("day", cutoff=Cutoff.parse(cutoff, "Asia/Damascus"))
    counts = count(written([(38.0, 35.0)], [hour]), real_index, by=day_of)
    (row,) = [row for row in report_rows(counts, real_index, day_of) if row["zone_id"] == ""]
    assert row["period"] == report
    assert counts.notes.without_time == (len(hour) == 10)


def report_rows(counts, index, by) -> list[dict]:
    return report.table(counts, index, by=by).to_pylist()


@pytest.fixture(scope="module")
def real_index(real) -> ZoneIndex:
    return ZoneIndex.of(real)


def test_which_zone_held_an_event_goes_by_the_calendar_and_not_by_the_report(real, real_index):
    """On the evening before the agreement nothing held, whatever day the report counts it for."""
    spot = spot_in(real, "m4-security-corridor")
    cutoff = Tabulation("day", cutoff=Cutoff.parse("19:30+02:00", "Asia/Damascus"))
    counts = count(written([spot], ["2020-03-04 23:00"]), real_index, by=cutoff)
    rows = [row for row in report_rows(counts, real_index, cutoff)
            if row["zone_id"] == "m4-security-corridor"]  # fmt: skip
    assert [(row["status"], row["period"]) for row in rows] == [("not_in_force", "2020-03-05")]


def test_hours_of_timestamps_are_those_of_texts(real_index):
    cutoff = Tabulation("day", cutoff=Cutoff.parse("19:30", "Asia/Damascus"))
    texts = written([(38.0, 35.0)] * 2, ["2020-03-09 19:31:00Z", "2020-03-09 16:00:00Z"])
    typed = pa.array(pd.to_datetime(texts["written"].to_pylist(), utc=True))
    at = texts.schema.get_field_index("written")
    assert count(texts.set_column(at, "written", typed), real_index, by=cutoff) == count(
        texts, real_index, by=cutoff
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [("25:00", "is no hour"), ("19:30+3", "is no hour"), ("7pm", "is no hour"),
     ("19:30", "by which clock")],
)  # fmt: skip
def test_a_cutoff_that_is_no_hour_of_a_clock_is_refused(text, why):
    with pytest.raises(QueryError, match=why):
        Cutoff.parse(text, None)
    with pytest.raises(QueryError, match="no time zone"):
        Cutoff.parse("19:30", "Mars/Olympus")


@given(st.dates(date(1, 1, 8), date(9999, 12, 1)), st.sampled_from(sorted(WEEK_STARTS)))
@settings(max_examples=60)
def test_weeks_are_seven_days_and_isos_are_those_of_the_calendar(day, starts):
    number = int(period_of(np.array([day_number(day)]), "week", starts)[0])
    first, after = period_span(number, "week", starts)
    assert first <= day_number(day) < after == first + 7
    assert (first + 3) % 7 == WEEK_STARTS[starts]  # 1 January 1970 was a Thursday
    begin, end = period_days(period_text(number, "week", starts))
    assert (day_number(begin), day_number(end) + 1) == (first, after)
    if starts == "monday":
        assert (
            period_text(number, "week") == f"{day.isocalendar()[0]:04d}-W{day.isocalendar()[1]:02d}"
        )


@pytest.mark.parametrize("starts", sorted(WEEK_STARTS))
def test_a_week_named_by_number_holds_its_thursday_whatever_day_begins_it(starts):
    first, last = week_days("2020-W11", starts)
    assert first.weekday() == WEEK_STARTS[starts]
    assert first <= date(2020, 3, 12) <= last == first + timedelta(days=6)


def test_running_totals_are_the_sums_since_a_day_also_within_a_period(second, index, strategy):
    @settings(max_examples=12)
    @given(strategy, st.sampled_from(telling_days(second)))
    def check(events, since):
        since_day = replace(TABULATION, since=day_number(since))
        found = count(with_columns(events), index, by=since_day)
        rows = report_rows(found, index, since_day)
        plain = count(with_columns(events), index, by=TABULATION)
        assert [unsummed(row) for row in rows if any_number(row)] == [
            row for row in report_rows(plain, index, TABULATION) if any_number(row)
        ]
        yearly = replace(TABULATION, by="year")
        for until in {row["period"]: period_days(row["period"])[1] for row in rows}.items():
            later = [one for one in events if since <= one[2] <= until[1]]
            so_far: Counter = Counter()
            for one in report_rows(count(with_columns(later), index, by=yearly), index, yearly):
                if one["status"] != report.BEYOND_RECORD:
                    so_far[tuple(one[name] for name in KEYS)] += one["inside_all"]
            for row in rows:
                if row["period"] == until[0] and row["status"] != report.BEYOND_RECORD:
                    expected = so_far[tuple(row[name] for name in KEYS)]
                    assert row["since_inside_all"] == expected

    check()


KEYS = ("zone_id", "track", "status", "kind_", "side")


def unsummed(row: dict) -> dict:
    return {name: value for name, value in row.items() if not name.startswith("since_")}


def any_number(row: dict) -> bool:
    """Tell whether a row is there without running totals: it has more than what was before."""
    return (
        row["kind_"] == ""
        or any(row[name] for name in PARTS[:-1])
        or (not row["zone_id"] and row["events"] > 0)
    )


# --- days in force, unions, weights


def test_every_row_has_the_days_of_its_period_on_which_its_status_held(second, index):
    spots = telling_points(second)[:3]
    events = [(*spot, day) for spot in spots for day in telling_days(second)]
    first, last = day_number(date(2003, 11, 25)), day_number(date(2008, 5, 30))
    by = Tabulation("month", first=first, last=last)
    counts = count(batch_of(events), index, by=by)
    seen = set()
    for row in report_rows(counts, index, by):
        begin, end = (day_number(day) for day in period_days(row["period"]))
        days = [date.fromordinal(719163 + day)
                for day in range(max(begin, first), min(end, last) + 1)]  # fmt: skip
        held = [
            {(one.track, one.status) for one in second.rows
             if one.zone_id == row["zone_id"] and one.validity.holds(day)} for day in days
        ]  # fmt: skip
        status = (row["track"], row["status"])
        expected = {
            "any": [bool(one) or not row["zone_id"] for one in held],
            "not_in_force": [not one for one in held],
        }.get(row["status"], [status in one for one in held])
        assert row["days"] == sum(expected), row
        seen.add(row["status"])
    assert {"any", "not_in_force", "agreed"} <= seen
    assert counts.notes.out_of_period == sum(
        not first <= day_number(day) <= last for *_, day in events
    )


def test_a_union_counts_each_event_once_on_days_when_a_zone_is_in_force(second, index):
    events = [(*spot, day) for spot in telling_points(second)[::5] for day in telling_days(second)]
    by = Tabulation("year", union=True)
    frame = report.table(count(batch_of(events), index, by=by), index, by=by).to_pandas()
    union = frame[frame["zone_id"] == report.UNION_ID]
    zones = frame[(frame["status"] == "any") & ~frame["zone_id"].isin(["", report.UNION_ID])]
    every = frame[(frame["zone_id"] == "") & (frame["status"] == "any")]
    assert union["inside_all"].sum() == every["inside_all"].sum() > 0
    assert zones["inside_all"].sum() > union["inside_all"].sum()  # in two zones at once
    assert (union["days"].to_numpy() <= every["days"].to_numpy()[: len(union)]).all()


def test_a_weight_counts_as_so_many_events_and_what_has_none_is_said(second, index):
    spot = telling_points(second)[0]
    day = telling_days(second)[5]
    batch = with_columns([(*spot, day, "", "", "", 3.0), (*spot, day, "", "", "", 2.0)])
    weighted = Tabulation("year", weight="deaths")
    counts = count(batch, index, by=weighted)
    plain = count(batch, index, by="year")
    for one, other in zip(
        report_rows(counts, index, weighted), report_rows(plain, index, "year"), strict=True
    ):
        for name in ("inside_all", "inside_some", "outside", "events"):
            assert one[name] * 2 == other[name] * 5
    none = batch.set_column(
        batch.schema.get_field_index(kept_name("deaths")), kept_name("deaths"),
        pa.array(["many", None]),
    )  # fmt: skip
    said = report.totals(count(none, index, by=weighted), index, by=weighted)
    assert (said["counted"], said["without_number"]) == (2, {"deaths": 2})


# --- mappings


MAPPING = """
headings:
  air: {en: From the air, ar: من الجو}
  ground: {en: On the ground, ar: على الأرض}
columns:
  what: {air: [Air strike, "drone *"], ground: [shelling]}
  code: {ground: [1, "2"]}
"""


@pytest.fixture
def mapping(tmp_path) -> Mapping:
    (tmp_path / "kinds.yaml").write_text(MAPPING, encoding="utf-8")
    return Mapping.read(tmp_path / "kinds.yaml")


def test_words_go_under_the_headings_of_a_mapping_and_the_rest_is_listed(index, mapping, second):
    words = ["air strike ", "Drone attack", "SHELLING", "gunfire", None, "gunfire"]
    spot, day = telling_points(second)[0], date(2004, 7, 1)
    batch = batch_of([(*spot, day)] * 6).append_column(kept_name("What"), pa.array(words))
    by = Tabulation("year", groups=(Group("sort", mapping),))
    counts = count(batch, index, by=by)
    found = {row["sort"]: row["events"] for row in report_rows(counts, index, by)
             if not row["zone_id"]}  # fmt: skip
    assert found == {"": 6, "air": 2, "ground": 1, "unmapped": 3}
    assert report.totals(counts, index, by=by)["unmapped"] == {"sort": {"gunfire": 2, "": 1}}
    names = {row["sort"]: [row[f"sort_{lang}"] for lang in index.languages]
             for row in report_rows(counts, index, by)}  # fmt: skip
    assert all(len(set(said)) == len(index.languages) for label, said in names.items() if label)


@pytest.mark.parametrize(
    ("header", "column"),
    [(["what", "code"], "what"), (["Code", "x"], "Code"), (["what ", "code"], "what ")],
)
def test_a_mapping_reads_the_first_of_its_columns_that_a_file_has(mapping, header, column):
    assert Group("sort", mapping).column_in(header) == (column, mapping)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("headings: {}", "two parts"),
        ("a: [", "line 2"),
        ("headings: {a: {en: A}}\ncolumns: {c: {b: [x]}}", "none of the headings"),
        ("headings: {a: {en: A}, b: {en: B}}\ncolumns: {c: {a: [x], b: [X]}}", "stands under"),
        ("headings: {unmapped: {en: A}}\ncolumns: {c: {unmapped: [x]}}", "choose another id"),
        ("headings: {a: {en: A}}\ncolumns: {c: {a: x}}", "a list of words"),
        ("headings: {a: {en: A}}\ncolumns: {c: {a: [true]}}", "is no word"),
    ],
)
def test_a_file_that_is_no_mapping_is_refused_with_the_reason(tmp_path, text, why):
    path = tmp_path / "kinds.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(QueryError, match=why):
        Mapping.read(path)


@pytest.mark.parametrize(
    ("group", "column", "word", "heading"),
    [
        ("kind", "sub_event_type", "Air/drone strike", "air_strike"),
        ("kind", "type_of_violence", "3", "one_sided"),
        ("kind", "28", "19", "fighting"),
        ("kind", "type", "Military Activity/Strike, Military Activity/Explosion", "air_strike"),
        ("party", "inter1", "Rebel group", "rebels"),
        ("party", "side_a", "Government of Syria", "government"),
        ("party", "12", "MIL", "government"),
        ("party", "side_a", "Somebody", "unmapped"),
    ],
)
def test_ready_made_mappings_know_the_words_of_their_files(group, column, word, heading):
    found, mapping = Group(group).column_in(["id", column])
    assert (found, mapping.heading_of(found, word)) == (column, heading)


def test_every_heading_that_comes_with_the_program_has_words_in_every_catalogues_language():
    for name in ("kind", "party"):
        for heading, said in Mapping.ready_made(name).headings.items():
            assert set(said) >= set(LANGUAGES), heading


def test_a_group_that_no_column_has_is_refused_with_the_columns_there_are():
    with pytest.raises(QueryError, match="no column 'nothing'; there are a, b"):
        Group("nothing").column_in(["a", "b"])
    with pytest.raises(QueryError, match="read from one of"):
        Group("kind").column_in(["a", "b"])
    with pytest.raises(QueryError, match="up to 3 groups"):
        Tabulation(groups=groups_of(["a", "b", "c", "d"]))
