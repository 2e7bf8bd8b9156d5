"""A desk's own workbook: a column of hours, days that can be read two ways, no ids."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from layers.atlas import Atlas
from layers.errors import AtlasWarning, ExportError, QueryError, UnknownId
from layers.events.sources import ReadOptions
from layers.monitor.measures import _hour_alone
from layers.report.assemble import make_report
from layers.report.desk import Desk
from layers.report.model import Days
from layers.report.page import page_of
from layers.report.words import ReportWords
from layers.report.write import render
from tests.report.conftest import COLUMNS, HERE, MAPPING_FILES, WEEK

ROWS = [
    ("2020-03-09", "19:30", "shelling"),  # in the week
    ("2020-03-15", "19:45", "mortar"),  # of the next week's report
    ("2020-03-15", None, "drone"),  # in the week, without a time
    ("2020-03-03", None, "a word of another week"),
    ("05.03.2020", "08:00", "shelling"),
]


@pytest.fixture
def question(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Date", "Time", "Latitude", "Longitude", "what", "who", "where"])
    for day, hour, what in ROWS:
        book.active.append([day, hour, 35.864, 36.806, what, "forces of side A", "place 1"])
    book.save(tmp_path / "desk.xlsx")
    return replace(WEEK, events=(tmp_path / "desk.xlsx",), columns=None)


def test_the_hour_of_a_column_of_its_own_moves_an_event(real, question):
    report = make_report(real, question)
    assert report.scope.total.surely == 2
    assert report.without_time == 1


def test_notes_are_of_the_period(real, question):
    assert make_report(real, question).unmapped["kind"] == {"drone": 1}


def test_who_makes_the_report_is_told_what_was_not_read(real, question, tmp_path):
    report = make_report(real, question, rejects=tmp_path / "rejects.csv")
    said = "\n".join(report.notices)
    assert "1 of 5 rows could not be read and are in no number: 1: date may be read day" in said
    assert "within_m" in said
    assert "stands twice counts twice" in said
    assert "05.03.2020" in (tmp_path / "rejects.csv").read_text(encoding="utf-8")
    again = make_report(real, replace(question, options=ReadOptions(dates="dmy")))
    assert not any("could not be read" in notice for notice in again.notices)


def events_file(path, events):
    """Write events inside the zone, so many of a kind on a day."""
    rows = ["date,latitude,longitude,within_m,what,who"]
    for day, what, number in events:
        rows += [f"{day},35.864,36.806,0,{what},"] * number
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_a_number_is_the_highest_of_whole_periods_alone(real, tmp_path):
    """The weeks, worked out by hand: that of 5 February may have begun before the file does."""
    counted = {
        "shelling": {"02-05": 1, "02-10": 1, "02-17": 2, "03-02": 1, "03-09": 5},
        "air raid": {"02-05": 1, "02-10": 7, "02-17": 2, "03-02": 1, "03-09": 5},
        "mines": {"02-25": 1, "03-02": 1, "03-09": 2},
    }
    events = [
        (f"2020-{day}", what, number) for what, of in counted.items() for day, number in of.items()
    ]
    file = events_file(tmp_path / "events.csv", events)
    question = replace(
        WEEK, events=(file,), zones=("idlib-zone",), columns=None, places=None, since=None,
        groups=("what", "who"), mappings={},
    )  # fmt: skip
    report = make_report(real, question)
    found = {
        label: (str(one.before.first) if one.before else "", str(one.since))
        for label, one in report.scope.highest.items()
    }
    assert found == {"shelling": ("", "2020-02-10"), "air raid": ("2020-02-10", "2020-02-10")}
    assert report.begins is None
    week = make_report(real, replace(question, events=(events_file(file, events[-1:]),)))
    assert str(week.begins) == "2020-03-09"
    assert "before 9 March 2020" in page_of(week, "en", Desk())["notes"][-1]


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (("unmapped", "unmapped"), "Under no heading"),
        (("side_a", "unmapped"), "Side A, Under no heading"),
    ],
)
def test_what_no_group_has_a_heading_for_is_said_once(week, labels, said):
    told = ReportWords(week, "en").labels(labels)
    assert told.replace("\u2068", "").replace("\u2069", "") == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2020-01-01", "2020-12-31", "2020"),
        ("2020-02-01", "2020-02-29", "February 2020"),
        ("2020-02-01", "2021-01-31", "1 Feb 2020 – 31 Jan 2021"),
        ("2020-02-01", "2020-02-28", "1 – 28 Feb 2020"),
    ],
)
def test_months_and_years_are_said_by_their_names(week, first, last, said):
    days = Days("", date.fromisoformat(first), date.fromisoformat(last))
    assert ReportWords(week, "en").days(days) == said


def test_a_table_for_excel_has_a_mark(week, rendered):
    plain = rendered(".csv", "both")
    assert render(week, ".csv", "both", Desk(), excel=True) == b"\xef\xbb\xbf" + plain


@pytest.mark.parametrize(
    ("cell", "second"),
    [("8:05", 29100), ("20:05:00", 72300), ("8:05 PM", 72300), ("12:10 a.m.", 600),
     ("٠٨:٠٥", 29100), ("25:00", -1), ("13:00 pm", -1), ("night", -1)],
)  # fmt: skip
def test_an_hour_that_stands_alone(cell, second):
    assert _hour_alone(cell)[0] == second


def test_the_library_makes_the_report_of_the_command(real, week, tmp_path):
    out = tmp_path / "report.csv"
    with pytest.warns(AtlasWarning, match="without a time: 1"):
        report = Atlas(real).report(
            WEEK.events[0], WEEK.period, out, since=WEEK.since, zones=WEEK.zones,
            mappings={name: HERE / file for name, file in MAPPING_FILES.items()},
            columns=COLUMNS, cutoff=WEEK.cutoff,
            distinct=WEEK.places, excel=True,
        )  # fmt: skip
    assert report.scope.subtotals["bombardment"] == week.scope.subtotals["bombardment"]
    assert out.read_bytes() == render(week, ".csv", "both", Desk(), excel=True)


@pytest.mark.parametrize("wrong", [{"out": "x.xlsx"}, {"lang": "xx"}, {"since": "no-such-zone"}])
def test_what_cannot_be_is_said_before_anything_is_written(real, tmp_path, wrong):
    given = {"out": tmp_path / "report.csv", **wrong}
    with pytest.raises((ExportError, QueryError, UnknownId)):
        Atlas(real).report(WEEK.events[0], WEEK.period, columns=COLUMNS, **given)
    assert not (tmp_path / "report.csv").exists()


def test_the_events_are_not_written_over(real, tmp_path):
    file = events_file(tmp_path / "events.csv", [("2020-03-09", "shelling", 1)])
    before = file.read_bytes()
    with pytest.raises(ExportError, match="is read for this"):
        Atlas(real).report(file, WEEK.period, file)
    assert file.read_bytes() == before
