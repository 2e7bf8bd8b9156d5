"""A report as files: the same bytes, nothing of an event that runs, what a desk may change."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date

import docx
import pytest
import shapely
import yaml

from layers.errors import ExportError, QueryError, UnknownId
from layers.report.assemble import make_report
from layers.report.desk import DOCX, HTML, SHEET, Desk, read_desk, write_desk
from layers.report.model import MOST_LINES, Days, FileLine, Highest, Numbers, ZoneCounts
from layers.report.page import page_of
from layers.report.write import ENDINGS, check_ending, render
from layers.web.page.policy import scripts_in
from tests.report.conftest import FORMULA, PAYLOAD, WEEK


@pytest.mark.parametrize("period", ["2013-W50", "2024-W53/2025-01-02", "2031-01"])
def test_a_period_beyond_the_record_is_refused(real, period):
    with pytest.raises(QueryError, match="period"):
        make_report(real, replace(WEEK, period=period))


def test_a_report_tells_something_apart(real):
    with pytest.raises(QueryError, match="group"):
        make_report(real, replace(WEEK, groups=()))


def test_a_zone_that_is_not_there_is_named(real):
    with pytest.raises(UnknownId, match="m5"):
        make_report(real, replace(WEEK, zones=("m5",)))


def test_since_may_be_a_zone(real, week):
    named = make_report(real, replace(WEEK, since="m4-security-corridor"))
    assert named.since == date(2020, 3, 5)
    assert named.scope.total.since == week.scope.total.since


@pytest.fixture(scope="module")
def again(real):
    return make_report(real, WEEK)


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_report_gives_the_same_bytes(again, rendered, ending):
    assert render(again, ending, "en", Desk()) == rendered(ending, "en")


def test_a_document_carries_no_clock(week, rendered):
    with zipfile.ZipFile(io.BytesIO(rendered(".docx", "en"))) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    about = docx.Document(io.BytesIO(rendered(".docx", "en"))).core_properties
    assert about.created == about.modified
    assert str(about.created.date()) == week.built.record.atlas.edition


def test_texts_of_events_are_texts_in_a_page(rendered_hostile):
    html = rendered_hostile(".html", "both").decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in html
    assert "<script>alert(1)" not in html
    assert "<img src=x" not in html
    policy = html.partition('http-equiv="Content-Security-Policy"')[2].partition(">")[0]
    assert "unsafe" not in policy
    assert policy.count("sha256-") == len(scripts_in(html)) + html.count("<style>")


def test_texts_of_events_are_texts_in_a_document(rendered_hostile):
    document = docx.Document(io.BytesIO(rendered_hostile(".docx", "both")))
    text = "\n".join(one.text for one in document.paragraphs)
    assert PAYLOAD in text.replace("\u2068", "").replace("\u2069", "")
    assert "49" not in text.split("alert(1)")[1][:20]


def test_texts_of_events_are_texts_in_print(rendered_hostile):
    assert rendered_hostile(".pdf", "both").startswith(b"%PDF")


def test_a_cell_that_begins_as_a_formula_is_text(rendered_hostile):
    rows = list(csv.DictReader(io.StringIO(rendered_hostile(".csv", "both").decode())))
    found = {row["who"] for row in rows}
    assert f"'{FORMULA}" in found
    assert not [row for row in rows for value in row.values() if value[:1] in tuple("=+-@")]


def test_a_zone_says_what_each_status_counts_and_which_the_map_draws(real, week):
    zone = week.zones[0]
    frame = real.frame[(real.frame["zone_id"] == zone.zone_id) & (real.frame["valid_to"].isna()
                       | (real.frame["valid_to"] >= "2020-03-15"))]  # fmt: skip
    points = shapely.points([(one.lon, one.lat) for one in week.events if not one.within_m])
    times = [one.count for one in week.events if not one.within_m]
    for one in zone.statuses:
        shape = frame[(frame["track"] == one.track) & (frame["status"] == one.status)
                      & (frame["valid_from"] <= "2020-03-09")]["inner"].iloc[0]  # fmt: skip
        held = shapely.covers(shape, points)
        assert one.surely == sum(n for n, inside in zip(times, held, strict=True) if inside)
    drawn = [(one.track, one.status) for one in zone.statuses if one.is_drawn]
    assert drawn == [("practice", "in_effect")]
    assert len({one.surely for one in zone.statuses}) > 1
    note = page_of(week, "en", Desk())["table"]["zones"][0]["note"]
    assert "agreed on paper, 14 surely and 1 possibly inside; in effect, " in note
    assert note.endswith("The map draws: in effect.")
    assert week.zones[1].statuses == ()


def test_a_report_says_what_its_file_does_not_and_when_it_is_not_to_be_signed(real, tmp_path):
    file = tmp_path / "e.csv"
    file.write_text("date,lat,lon,k\n2020-03-10,35.8,36.5,a\nsoon,35.8,36.5,a\n2020-03-11,,,b\n")
    question = replace(WEEK, events=(file,), columns=None, groups=("k",), mappings={}, places=None)
    for most, signed in ((1.0, False), (50.0, True)):
        page = page_of(make_report(real, replace(question, max_rejects=most)), "en", Desk())
        warning = "Not to be signed: 1 of 3 rows of the files could not be read."
        assert page["lead"].startswith(warning) is not signed
    lines = "\n".join(page["unplaced"])
    assert "no column of ids" in lines
    assert "how far off places are" in lines
    assert "Rows without a place: 1." in lines
    assert dict(page["facts"])["Rows of the files"] == "3: 2 of the period, 1 not readable"


def test_the_record_says_what_changed_with_its_claims(week):
    real, period = week.built, Days("2020-W11", date(2020, 3, 9), date(2020, 3, 15))
    report = make_report(real, replace(WEEK, zones=("m4-patrol-route",)))
    (change,) = report.changes
    assert (change.day, change.zone_id) == (period.last, "m4-patrol-route")
    said = page_of(report, "en", Desk())["changes"][0]
    assert [claim["id"] for claim in said["claims"]] == list(change.claim_ids)
    assert said["lines"] == ["in practice: partly implemented"]


def test_zones_without_events_are_no_report_and_not_calm(real):
    report = make_report(real, replace(WEEK, zones=("m4-security-corridor", "tanf-55km")))
    page = page_of(report, "en", Desk())
    assert [one.zone_id for one in report.quiet] == ["tanf-55km"]
    assert page["quiet"] == [real.record.zones["tanf-55km"].names["en"]]
    assert "no report of calm" in page["titles"]["quiet_lead"]


def with_numbers(report, numbers, highest=None):
    zone = report.scope
    groups = dict.fromkeys(zone.groups, numbers)
    made = ZoneCounts(
        zone.zone_id, 7, 7, numbers, groups, {"bombardment": numbers},
        {} if highest is None else {"bombardment": highest},
    )  # fmt: skip
    return replace(report, zones=(made,))


def test_columns_of_a_document_have_room_and_fill_the_page(week):
    wide = with_numbers(week, Numbers(surely=21, places=3))
    (table,) = docx.Document(io.BytesIO(render(wide, ".docx", "en", Desk()))).tables
    widths = [column.width.pt for column in table.columns]
    assert len(widths) == 9
    assert min(widths) - 6 > 36  # "placeable" in letters of 8 points, beside the margins
    assert sum(widths) == pytest.approx(493.25)


@pytest.mark.parametrize(("whole", "shown"), [(20, False), (21, True)])
def test_a_share_is_shown_over_twenty_events_alone(week, whole, shown):
    page = page_of(with_numbers(week, Numbers(surely=whole)), "en", Desk())
    assert ("Share" in page["table"]["columns"]) is shown


def test_a_number_opens_to_two_hundred_lines_and_counts_the_rest(week):
    lines = tuple(FileLine("", number) for number in range(2, 1252))
    report = with_numbers(week, Numbers(surely=1250, lines={"surely": lines}))
    cell = page_of(report, "en", Desk())["table"]["zones"][0]["rows"][0]["cells"][0]
    assert cell["n"] == "1,250"
    assert len(cell["lines"].split(", ")) == MOST_LINES
    assert cell["more"] == "and 1,050 more, all in the CSV"


@pytest.mark.parametrize(
    ("highest", "words"),
    [
        (
            Highest(Days("", date(2020, 2, 3), date(2020, 2, 9)), 15, date(2019, 1, 1)),
            "Highest since the period 3 – 9 Feb 2020 (15).",
        ),
        (
            Highest(None, 0, date(2019, 1, 1)),
            "Highest of all periods of this length since 1 January 2019.",
        ),
    ],
)
def test_a_high_number_says_since_when(week, highest, words):
    report = with_numbers(week, Numbers(surely=13), highest)
    assert page_of(report, "en", Desk())["headlines"][0].endswith(words)


# The desk's own


@pytest.fixture
def folder(tmp_path, week):
    write_desk(tmp_path / "desk", week.built.record.atlas.languages)
    return tmp_path / "desk"


def test_a_new_desk_is_ready_to_use(folder, week):
    desk = read_desk(folder)
    assert "Name of the desk" in render(week, ".html", "en", desk).decode()
    text = docx.Document(io.BytesIO(render(week, ".docx", "en", desk))).paragraphs
    assert "Name of the desk" in {one.text for one in text}
    with pytest.raises(ExportError, match="is there already"):
        write_desk(folder, ["en"])


def sheet(folder, **more):
    (folder / SHEET).write_text(yaml.safe_dump({"name": {"en": "Desk"}, **more}), encoding="utf-8")


def test_texts_of_a_desk_are_filled_from_the_report(folder, week):
    sheet(folder, opening={"en": "For {{ report.period }}.\nSecond."})
    page = page_of(week, "en", read_desk(folder))
    assert page["opening"] == ["For 9 – 15 Mar 2020.", "Second."]


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ report.zone }}",
        "{{ report.update({}) }}",
        "{% include '/etc/passwd' %}",
        "{% for x in range(999999999) %}{% endfor %}",
    ],
)
def test_a_template_is_no_program(folder, week, text):
    sheet(folder, opening={"en": text})
    with pytest.raises(ExportError, match=SHEET):
        page_of(week, "en", read_desk(folder))
    (folder / HTML).write_text(f"<!--policy-->{text.replace('report', 'pages[0]')}")
    sheet(folder)
    with pytest.raises(ExportError, match=HTML):
        render(week, ".html", "en", read_desk(folder))


def test_a_document_of_a_desk_is_filled_in_the_sandbox(folder, week):
    document = docx.Document()
    document.add_paragraph("{{ pages[0].title }}")
    document.add_paragraph("{{ pages[0].__class__.__mro__ }}")
    document.save(folder / DOCX)
    with pytest.raises(ExportError, match=DOCX):
        render(week, ".docx", "en", read_desk(folder))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<!--policy--><script>alert(1)</script>", "script"),
        ("{{ pages[0].title }}", "policy"),
    ],
)
def test_a_page_of_a_desk_keeps_the_policy_and_has_no_script(folder, week, text, why):
    (folder / HTML).write_text(text)
    with pytest.raises(ExportError, match=why):
        render(week, ".html", "en", read_desk(folder))


def test_a_logo_is_a_picture(folder):
    (folder / "logo.png").write_text("<svg onload='alert(1)'/>")
    sheet(folder, logo="logo.png")
    with pytest.raises(ExportError, match="no PNG or JPEG"):
        read_desk(folder)


def test_a_file_ends_as_a_report_does(tmp_path):
    with pytest.raises(ExportError, match=r"\.html"):
        check_ending(tmp_path / "report.xlsx")
