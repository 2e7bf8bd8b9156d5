"""Charts of who counted what: a panel each counter and unit, a desk's own events as one more."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from layers.cli import app
from layers.errors import QueryError, UnknownId
from layers.i18n import translator
from layers.monitor.own_tallies import own_series
from layers.printing.tally_chart import Count, tally_chart, tally_series
from layers.query.tallies import tallies
from tests.support.atlases import SECOND

PROTOCOL = "moscow-protocol-2020"


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_each_count_stands_once_with_its_counter_and_unit(real, lang):
    record, words = real.record, translator(lang, real.record)
    found = tallies(record)
    series = tally_series(found, record, words)
    assert sum(len(one.counts) for one in series) == len(found)
    assert len({(one.title, one.what) for one in series}) == len(series)
    for item in found:
        who = record.actors[item["counter"]].name[lang]
        unit = words.gettext(f"tally_unit.{item['unit']}")
        first = date.fromisoformat(item["first_day"]).toordinal()
        after = date.fromisoformat(item["last_day"]).toordinal() + 1
        count = Count(first, after, item["least"], item["most"], item["running"])
        assert any(
            who in one.title and one.title.endswith(unit) and count in one.counts for one in series
        )


def test_a_chart_is_the_same_bytes_and_says_why_nothing_is_added(real):
    record, words = real.record, translator("en", real.record)
    found = [item for item in tallies(record) if item["agreement"] == "astana-memorandum-2017"]
    series = tally_series(found, record, words)
    once, again = (
        tally_chart(series, record, title="Counts", lang="en").decode() for _ in range(2)
    )
    assert once == again
    assert words.gettext("tally_note") in once


def test_a_desks_own_events_are_one_more_line_by_month(real, tmp_path):
    """One event lies in Idlib city in each of two months, one before the signing."""
    path = tmp_path / "own.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = [(35.93, 36.63, day) for day in ("2020-03-04", "2020-03-20", "2020-04-02")]
        csv.writer(out).writerows([("lat", "lon", "date"), *rows])
    agreement = real.record.agreements[PROTOCOL]
    found = [item for item in tallies(real.record) if item["agreement"] == PROTOCOL]
    words = translator("en", real.record)
    (one,) = own_series(real, [str(path)], agreement, found, None, words)
    assert "own.csv" in one.title
    assert "Idlib de-escalation area" in one.what
    days = [date(2020, 3, 5), date(2020, 4, 1), date(2020, 5, 1)]
    march, april, may = (day.toordinal() for day in days)
    assert one.counts == (Count(march, april, 1, 1), Count(april, may, 1, 1))


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--events", "own.csv"], QueryError),
        (["--plot", "a.svg"], QueryError),
        (["--plot", "a.svg", "--agreement", "lost"], UnknownId),
        (["--agreement", "lost"], UnknownId),
    ],
)
def test_what_cannot_be_drawn_is_said(words, error):
    asked = CliRunner().invoke(app, ["--seeds", str(SECOND), "tallies", *words])
    assert isinstance(asked.exception, error)
    assert not Path("a.svg").exists()
