"""Plots of counts: every zone has its panel, every number is drawn, foreign text stays text."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import date
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib._text_helpers import layout
from matplotlib.font_manager import fontManager, get_font
from matplotlib.text import Text

from layers.build.assembly import build
from layers.build.rows import iter_rows
from layers.errors import QueryError
from layers.i18n import translator
from layers.monitor import plot as plot_module
from layers.monitor import report
from layers.monitor.calendar import period_days
from layers.monitor.count import count
from layers.monitor.index import ZoneIndex
from layers.monitor.multiples import Bar, Panel, small_multiples
from layers.monitor.panel import COUNTS, count_style
from layers.monitor.plot import _PlotLayout, plot
from layers.printing.figure import format_of, settings
from layers.printing.fonts import font, width
from layers.printing.text import escape_invisible, isolate, wrap
from layers.query.selection import Selection
from layers.record.reader import read
from layers.record.texts import LocalizedText
from tests.support.atlases import PATIENCE, SECOND, row_of

HMEIMIM = Selection(zones=("hmeimim",))
SAMPLE = Path(__file__).parent.parent / "sample_events" / "made_up_events.csv"
HOSTILE = "$\\frac{a}{b}$ <b>x</b> {n} %s \u202eevil\u202c\n" + "w" * 300

# Numbers, dates and spans of dates written with numbers alone, Latin names.
RUNS = re.compile(r"[A-Za-z0-9]+(?:[/._-]+[A-Za-z0-9]+)*")


def table(layers, *, by="month", reading=None, spots=None, selection=None) -> pa.Table:
    """Count the sample's rows, or spots given as (lon, lat, day)."""
    if spots is None:
        with SAMPLE.open(encoding="utf-8") as file:
            spots = [
                (float(row["longitude"]), float(row["latitude"]), row["date"])
                for row in csv.DictReader(file)
            ]
    index = ZoneIndex.of(layers, selection, reading=reading)
    batch = pa.record_batch(
        {
            "lon": pa.array([lon for lon, _, _ in spots], pa.float64()),
            "lat": pa.array([lat for _, lat, _ in spots], pa.float64()),
            "day": pa.array([date.fromisoformat(day) for _, _, day in spots], pa.date32()),
        }
    )
    return report.table(count(batch, index, by=by), index, by=by)


@pytest.fixture(scope="module")
def counts(real) -> pa.Table:
    return table(real)


@pytest.fixture(scope="module")
def sheets(counts, real):
    """The sheet of the sample in each language: its series, its figure, what is written on it."""
    made = {}
    for lang in ("en", "ar"):
        drawn = small_multiples(counts, real, lang=lang)
        with settings():
            figure = _PlotLayout(drawn, real, lang, "events.csv", None).draw()
            made[lang] = drawn, figure, said(figure)
    return made


def one_zone(counts) -> pd.DataFrame:
    """Return the rows of all events and of the first zone alone, for what is said but once."""
    table = counts if isinstance(counts, pd.DataFrame) else counts.to_pandas()
    zone = next(filter(None, table["zone_id"]))
    return table[table["zone_id"].isin(["", zone])]


def texts(counts, layers, *, lang="en", events="events.csv", reading=None) -> list[str]:
    """Return what is written on the plot, without marks of direction."""
    drawn = small_multiples(counts, layers, lang=lang)
    with settings():
        return said(_PlotLayout(drawn, layers, lang, events, reading).draw())


def said(figure) -> list[str]:
    """Return every text of a figure; the axes' marks are worked out first."""
    figure.draw_without_rendering()
    every = (text.get_text().lstrip("\u200e\u200f") for text in figure.findobj(Text))
    return [text for text in every if text]


# --- what is drawn ---------------------------------------------------------------------------


def test_every_zone_of_the_table_has_a_panel_with_all_its_counts(counts, real):
    drawn = small_multiples(counts, real)
    rows = [row for row in counts.to_pylist() if row["status"] == "any" and row["zone_id"]]
    before = [row for row in counts.to_pylist() if row["status"] == "not_in_force"]
    inside = {row["zone_id"] for row in before if row["inside_all"] or row["inside_some"]}
    assert {panel.zone_id for panel in drawn.panels} == {row["zone_id"] for row in rows} | inside
    for panel in drawn.panels:
        own = [row for row in rows if row["zone_id"] == panel.zone_id]
        assert panel.sum("full") == sum(row["inside_all"] for row in own)
        assert panel.sum("some") == sum(row["inside_some"] for row in own)
        assert panel.sum("imprecise") == sum(row["too_imprecise"] for row in own)
        grey = [row for row in before if row["zone_id"] == panel.zone_id]
        assert panel.sum("out_of_force") == sum(
            row["inside_all"] + row["inside_some"] for row in grey
        )
    assert sum(panel.sum("full") for panel in drawn.panels) > 100


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_every_zone_is_named_on_the_sheet_in_the_order_of_the_layers(sheets, real, lang):
    drawn, _, written = sheets[lang]
    with_events = [panel.name for panel in drawn.panels if panel.bars]
    without = [panel.name for panel in drawn.panels if not panel.bars]
    assert with_events
    assert without
    assert [text for text in written if text in {*with_events, *without}] == with_events + without
    order = list(dict.fromkeys(row.zone_id for row in real.rows))
    places = [order.index(panel.zone_id) for panel in drawn.panels]
    assert places == sorted(places)


def test_events_in_no_zone_and_beyond_the_record_are_said(counts, real, sheets):
    drawn, _, every = sheets["en"]
    in_no_zone = sum(
        row["outside"]
        for row in counts.to_pylist()
        if not row["zone_id"] and row["status"] == "any"
    )
    assert drawn.in_no_zone == in_no_zone > 0
    assert drawn.beyond == 8  # the sample has so many rows before and after the record
    written = " ".join(every)
    assert f"Events in no zone: {in_no_zone}." in written
    assert "does not speak: 8." in written
    assert "how well their place is known" not in written
    table = counts.to_pandas()
    of_all = table.index[(table["zone_id"] == "") & (table["status"] == "any")]
    table.loc[of_all[:2], "unknown_precision"] = 3
    assert "how well their place is known: 6." in " ".join(texts(one_zone(table), real))


def test_days_beyond_the_record_have_no_status(counts, real):
    drawn = small_multiples(counts, real)
    for panel in drawn.panels:
        for stretch in panel.status_spans:
            assert drawn.record_first <= stretch.first < stretch.after <= drawn.record_after


def test_a_stretch_is_certain_where_every_reading_of_the_dates_holds(counts, real):
    drawn = small_multiples(counts, real)
    rows = {row.zone_id: [] for row in real.rows}
    for row in real.rows:
        rows[row.zone_id].append(row)
    seen = set()
    for panel in drawn.panels:
        for stretch in panel.status_spans:
            day = date.fromordinal(stretch.first)
            holds = {
                row.validity.holds(day)
                for row in rows[panel.zone_id]
                if (row.track, row.status) == (stretch.track, stretch.status)
            }
            assert ("certain" if stretch.certain else "possible") in holds
            seen.add(stretch.certain)
    assert seen == {True, False}


def test_stretches_of_one_lane_are_certain_apart(counts, real):
    for panel in small_multiples(counts, real).panels:
        lanes = {}
        for stretch in panel.status_spans:
            if stretch.certain:
                lanes.setdefault((stretch.track, stretch.lane), []).append(stretch)
        for own in lanes.values():
            own.sort(key=lambda stretch: stretch.first)
            for one, other in pairwise(own):
                assert one.after <= other.first


@pytest.mark.parametrize("by", ["day", "week", "month", "quarter", "year"])
def test_bars_of_any_length_add_up_to_the_same(second, by):
    spots = [(12.0, 45.0, "2004-06-01"), (12.0, 45.0, "2005-11-30")]
    lon, lat = second.record.atlas.extent[0]
    spots += [(lon, lat, "2004-10-05")]
    drawn = small_multiples(table(second, by=by, spots=spots), second)
    assert drawn.by == by
    assert (
        drawn.in_no_zone + drawn.beyond + sum(p.sum("full") + p.sum("some") for p in drawn.panels)
        >= 3
    )


def test_one_reading_has_one_kind_of_inside(real):
    counted = table(real, reading="outer")
    drawn = small_multiples(counted, real)
    both = small_multiples(table(real), real)
    assert sum(p.sum("full") for p in drawn.panels) == sum(
        p.sum("full") + p.sum("some") for p in both.panels
    )
    written = texts(one_zone(counted), real, reading="outer")
    assert translator("en").gettext("plot.inside.outer") in written
    assert "inside in some readings" not in written


def test_a_table_of_no_events_draws_a_sheet_that_says_so(second):
    counted = table(second, spots=[])
    assert translator("en").gettext("plot.nothing") in texts(counted, second)
    assert plot(counted, second, events="none.csv", file_format="png").startswith(b"\x89PNG")


def test_a_plot_of_what_was_known_by_a_day_has_no_later_status(real):
    day = date(2019, 1, 1)
    selection = Selection(known_by=day)
    drawn = small_multiples(table(real, selection=selection), real, selection=selection)
    rows = list(iter_rows(selection.rows(real)))
    assert {panel.zone_id for panel in drawn.panels} <= {row.zone_id for row in rows}
    known = {(row.zone_id, row.track, row.status) for row in rows}
    for panel in drawn.panels:
        assert {(panel.zone_id, s.track, s.status) for s in panel.status_spans} <= known
    few = dataclasses.replace(drawn, panels=drawn.panels[:1])
    page = _PlotLayout(few, real, "en", "e.csv", None, day)
    with settings():
        assert "Only what was published by 1 Jan 2019." in said(page.draw())


def test_pandas_tables_are_read_alike(counts, real):
    assert small_multiples(counts.to_pandas(), real) == small_multiples(counts, real)


# --- bars and axes ---------------------------------------------------------------------------


def panel_of(*totals: int) -> Panel:
    bars = tuple(Bar(day, day + 1, total, 0, 0) for day, total in enumerate(totals, start=1))
    return Panel("z", "Z", "label", bars, ())


@pytest.mark.parametrize(
    ("totals", "top"),
    [((3, 4, 5), 5), ((3, 4, 19), 19), ((3, 4, 20), 4), ((3, 4, 5000), 4), ((5000,), 5000)],
)
def test_only_a_bar_far_above_all_others_is_cut(totals, top):
    assert panel_of(*totals).clip_height == top


def test_a_cut_bar_bears_its_number(real):
    point = row_of(real, "hmeimim.practice.in_effect.2015-09-30").nominal
    lon, lat = point.x, point.y
    spots = [(lon, lat, f"2018-{month:02d}-03") for month in range(1, 13)]
    spots += [(lon, lat, "2018-06-09")] * 1233
    assert "1,234" in texts(table(real, spots=spots, selection=HMEIMIM), real)


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize(
    ("first", "last"),
    [("2018-01-03", "2018-01-09"), ("2018-01-01", "2018-05-20"), ("2016-02-01", "2018-12-31"),
     ("2014-01-01", "2024-12-31")],
)  # fmt: skip
def test_names_on_an_axis_never_run_into_each_other(real, monkeypatch, lang, first, last):
    point = row_of(real, "hmeimim.practice.in_effect.2015-09-30").nominal
    spots = [(point.x, point.y, day) for day in (first, last)]
    drawn = small_multiples(table(real, by="day", spots=spots), real, lang=lang)
    # One time for all panels: one with events and one without are as good as all, in the columns
    # of all, which are the narrowest.
    panels = {bool(panel.bars): panel for panel in drawn.panels}
    assert set(panels) == {False, True}
    monkeypatch.setattr(plot_module, "COLUMNS", plot_module.COLUMNS[-1:])
    few = dataclasses.replace(drawn, panels=tuple(panels.values()))
    with settings():
        figure = _PlotLayout(few, real, lang, "e.csv", None).draw()
        figure.draw_without_rendering()
        assert len(figure.axes) == 3
        for axes in figure.axes:
            labels = [one for one in axes.get_xticklabels() if one.get_text()]
            boxes = sorted((label.get_window_extent() for label in labels), key=lambda b: b.x0)
            assert all(one.x1 < other.x0 for one, other in pairwise(boxes))
            steps = [one for one in axes.get_yticks() if axes.get_ylim()[0] < axes.get_ylim()[1]]
            assert all(float(step).is_integer() for step in steps)
            assert len(steps) <= 5


def painted(text: Text) -> str:
    """Return the letters of a text from left to right, as matplotlib places them."""
    fonts = get_font(fontManager._find_fonts_by_props(text.get_fontproperties()))
    glyphs = sorted(layout(text.get_text(), fonts), key=lambda glyph: glyph.x)
    return "".join(glyph.char for glyph in glyphs)


@pytest.mark.parametrize("last", ["2018-01-09", "2018-05-20"])
def test_dates_are_painted_in_the_order_in_which_arabic_is_read(real, last):
    words = translator("ar", real.record)
    point = row_of(real, "hmeimim.practice.in_effect.2015-09-30").nominal
    spots = [(point.x, point.y, day) for day in ("2018-01-03", last)]
    drawn = small_multiples(table(real, by="day", spots=spots), real, lang="ar")
    name, known = "events-2016-02-12_2016-02-13.csv", date(2020, 3, 5)
    with settings():
        figure = _PlotLayout(drawn, real, "ar", name, None, known).draw()
        figure.draw_without_rendering()
        every = [text for text in figure.findobj(Text) if RUNS.search(text.get_text())]
        whole = " ".join(text.get_text() for text in every)
        assert words.date(known, short=True) in whole
        assert name in whole
        for text in every:
            assert RUNS.findall(painted(text))[::-1] == RUNS.findall(text.get_text())


def test_a_numeric_date_that_is_not_isolated_would_be_painted_out_of_order():
    bare, held = "من 2016-02-12 حتى", f"من {isolate('2016-02-12')} حتى"
    with settings():
        properties = font(8, lang="ar")
        assert "2016-02-12" not in painted(Text(text=bare, fontproperties=properties))
        assert "2016-02-12" in painted(Text(text=held, fontproperties=properties))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020", "2020-01-01", "2020-12-31"),
        ("2020-Q4", "2020-10-01", "2020-12-31"),
        ("2020-Q1", "2020-01-01", "2020-03-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2020-W11", "2020-03-09", "2020-03-15"),
        ("2020-03-07/2020-03-13", "2020-03-07", "2020-03-13"),
        ("2020-02-29", "2020-02-29", "2020-02-29"),
    ],
)
def test_periods_are_read_as_their_days(text, first, last):
    assert period_days(text) == (date.fromisoformat(first), date.fromisoformat(last))


def test_what_is_no_period_is_refused():
    with pytest.raises(QueryError, match="period"):
        period_days("2020-Q5")


def test_what_was_before_an_agreement_is_drawn_in_grey(real):
    row = row_of(real, "m4-security-corridor.paper.agreed.2020-03-05")
    spot = row.inner.representative_point()
    spots = [(spot.x, spot.y, f"2020-{month:02d}-01") for month in (1, 2, 4)]
    counted = table(real, spots=spots, selection=Selection(zones=("m4-security-corridor",)))
    (panel,) = small_multiples(counted, real).panels
    assert [(bar.full, bar.out_of_force) for bar in panel.bars] == [(0, 1), (0, 1), (1, 0)]
    assert count_style("out_of_force", "#ff0000") == count_style("out_of_force", "#0000ff")
    written = " ".join(texts(counted, real))
    assert "while not in force: 2" in written
    assert translator("en").gettext("plot.out_of_force") in written


def test_a_zone_whose_events_are_nearly_all_coarse_says_so_in_words():
    bars = (Bar(1, 2, 1, 0, 0), Bar(2, 3, 0, 0, 9), Bar(3, 4, 0, 0, 0, out_of_force=2))
    panel = Panel("z", "Z", "label", bars, ())
    assert panel.coarse
    assert [(bar.full, bar.imprecise, bar.out_of_force) for bar in panel.drawn] == [
        (1, 0, 0), (0, 0, 2)
    ]  # fmt: skip
    assert not Panel("z", "Z", "label", (Bar(1, 2, 2, 0, 9),), ()).coarse


def test_a_coarse_zone_has_a_line_and_no_hatched_bars(real):
    index = ZoneIndex.of(
        real, Selection(zones=("m4-security-corridor",)), positional_accuracy_m=(25_000,)
    )
    spot = row_of(real, "m4-security-corridor.paper.agreed.2020-03-05").inner.representative_point()
    batch = pa.record_batch(
        {"lon": [spot.x] * 12, "lat": [spot.y] * 12, "day": [date(2020, 4, 1)] * 12,
         "accuracy": pa.array([1] * 12, pa.uint8())}
    )  # fmt: skip
    counted = report.table(count(batch, index), index)
    assert "Known too imprecisely to tell: 12 of 12, so" in " ".join(texts(counted, real))
    with settings():
        drawn = small_multiples(counted, real)
        figure = _PlotLayout(drawn, real, "en", "e.csv", None).draw()
    assert not [bar for axes in figure.axes for one in axes.containers for bar in one]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_time_runs_the_way_the_language_does_on_every_axis(sheets, lang):
    drawn, figure, _ = sheets[lang]
    for axes in figure.axes:
        left, right = axes.get_xlim()
        assert bool(left < right) is (lang == "en")
        assert abs(right - left) == drawn.after - drawn.first


def test_heights_of_bars_are_the_counts(sheets):
    drawn, figure, _ = sheets["en"]
    high = sum(bar.get_height() for axes in figure.axes for one in axes.containers for bar in one)
    assert high == sum(bar.total for panel in drawn.panels for bar in panel.drawn)


# --- words and foreign text ------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_arabic_and_english_digits_are_the_same(sheets, lang):
    _, _, written = sheets[lang]
    assert not set("٠١٢٣٤٥٦٧٨٩") & set("".join(written))


@pytest.mark.parametrize(("lang", "formats"), [("en", ("svg", "pdf")), ("ar", ("svg", "png"))])
def test_hostile_names_are_drawn_as_what_they_are(second, lang, formats):
    names = LocalizedText.model_construct({"en": HOSTILE, "ar": HOSTILE})
    record = second.record
    zones = {key: zone.model_copy(update={"names": names}) for key, zone in record.zones.items()}
    spoiled = dataclasses.replace(second, record=dataclasses.replace(record, zones=zones))
    row = next(row for row in second.rows if row.outer is not None)
    spot = row.outer.representative_point()
    selection = Selection(zones=(row.zone_id,))
    counted = table(second, spots=[(spot.x, spot.y, str(row.valid_from))], selection=selection)
    written = texts(counted, spoiled, lang=lang, events=f"../{HOSTILE}\udcff.csv")
    joined = "".join(written)
    assert "\\u202e" in joined
    assert not {"\u202e", "\u202c", "\n", "\udcff"} & set(joined)
    for file_format in formats:
        data = plot(
            counted, spoiled, events=f"{HOSTILE}\udcff.csv", file_format=file_format, lang=lang
        )
        if file_format == "svg":
            tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(data).iter()}
            assert not tags & {"script", "b", "foreignObject", "image"}


@given(st.text(max_size=60))
def test_nothing_invisible_is_left_in_foreign_text(text):
    left = set(escape_invisible(text)) - {"\u200c", "\u200d"}
    assert all(char.isprintable() or char.isspace() for char in left)
    assert not left & set("\n\r\u2028\u2029\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069")


@given(st.text(max_size=200), st.sampled_from(["en", "ar"]))
def test_lines_are_no_wider_than_allowed_and_isolates_are_closed_in_each(text, lang):
    lines = wrap(f"from {isolate(text)}, on", 120.0, size=9.0, lang=lang)
    for line in lines:
        assert width(line, 9.0, lang=lang) <= 121
        assert line.count("\u2068") == line.count("\u2069")
    kept = "".join(lines).translate(dict.fromkeys(map(ord, " \u2068\u2069")))
    assert kept == f"from{escape_invisible(text)},on".translate(
        dict.fromkeys(map(ord, " \u2068\u2069"))
    )


# --- files -----------------------------------------------------------------------------------


DRAW = """
import sys
from tests.monitor.test_monitor_plot import drawn_alone
sys.stdout.buffer.write(drawn_alone())
"""


def drawn_alone() -> bytes:
    """Draw a small plot in every format and both languages, from nothing but the seeds."""
    built = build(read(SECOND))
    row = next(row for row in built.rows if row.outer is not None)
    spot = row.outer.representative_point()
    selection = Selection(zones=(row.zone_id,))
    counted = table(built, spots=[(spot.x, spot.y, str(row.valid_from))], selection=selection)
    return b"".join(
        plot(counted, built, events="e.csv", file_format=file_format, lang=lang)
        for file_format, lang in (("svg", "ar"), ("png", "ar"), ("pdf", "en"))
    )


def test_two_processes_draw_the_same_bytes():
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(
        [sys.executable, "-c", DRAW], env=env, capture_output=True, check=True, timeout=PATIENCE
    )
    assert hashlib.sha256(run.stdout).digest() == hashlib.sha256(drawn_alone()).digest()


def test_the_ending_of_a_file_names_its_format():
    assert [format_of(Path(f"x.{ending}")) for ending in ("svg", "PNG", "pdf")] == [
        "svg",
        "png",
        "pdf",
    ]
    with pytest.raises(QueryError, match="svg"):
        format_of(Path("x.jpg"))


def test_every_count_has_a_look_of_its_own():
    assert set(COUNTS) == {"full", "some", "imprecise", "out_of_force"}
