"""A made-up week whose true counts are published ones; every number here was worked out by hand."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from html.parser import HTMLParser

import docx
import mammoth
import pytest

from layers.report.desk import Desk
from layers.report.model import RowCounts
from layers.report.page import page_of
from tests.printing.test_print import poppler

# zone, party, kind, surely, possibly, not placeable, the week before, since 5 March, lines
IDLIB = [
    ("", "", 14, 1, 2, 18, 25),
    ("side_a", "bombardment", 10, 0, 1, 12, 19),
    ("side_a", "air_strike", 0, 0, 0, 3, 0),
    ("side_a", "unmapped", 1, 0, 0, 0, 1),
    ("side_b", "bombardment", 3, 1, 1, 3, 5),
]
CORRIDOR = [
    ("", "", 9, 0, 2, 6, 15),
    ("", "air_strike", 0, 0, 0, 0, 0),
    ("side_a", "bombardment", 7, 0, 1, 5, 12),
    ("side_a", "unmapped", 1, 0, 0, 0, 1),
    ("side_b", "bombardment", 1, 0, 1, 1, 2),
]
EXPECTED = {"idlib-zone": IDLIB, "m4-security-corridor": CORRIDOR, "union": IDLIB}
# surely | possibly | not placeable, as lines of the file; its header is line 1
LINES = {
    ("union", "side_a", "bombardment"): "2 3 4 6 8 9 10 12 13 15 | | 21",
    ("union", "side_a", "air_strike"): "| |",
    ("union", "side_a", "unmapped"): "23 | |",
    ("union", "side_b", "bombardment"): "5 11 14 | 24 | 22",
    ("m4-security-corridor", "side_a", "bombardment"): "2 3 4 6 8 9 15 | | 21",
    ("m4-security-corridor", "side_b", "bombardment"): "11 | | 22",
}
PLACES = {"union": 8, "idlib-zone": 8, "m4-security-corridor": 5}
# What both languages call the rows, and the numbers in the order of the columns.
WORDS = {
    "en": {"side_a": "Side A", "side_b": "Side B", "bombardment": "Bombardment", "": "",
           "air_strike": "Air strikes", "unmapped": "Under no heading", "total": "All events"},
    "ar": {"side_a": "الطرف أ", "side_b": "الطرف ب", "bombardment": "قصف", "": "",
           "air_strike": "غارات جوية", "unmapped": "خارج العناوين", "total": "كل الأحداث"},
}  # fmt: skip
HEADLINES = {
    "en": (
        (
            "Bombardment: 13 surely inside, in 8 places; 1 possibly inside; 2 not placeable. "
            "2 – 8 Mar 2020: 15 (−2). Since 5 March 2020: 24."
        ),
        "Air strikes: 0 surely inside. 2 – 8 Mar 2020: 3 (−3). Since 5 March 2020: 0.",
    ),
    "ar": (
        (
            "قصف: 13 داخلها يقيناً، في 8 أماكن؛ 1 داخلها احتمالاً؛ 2 لا يُحدَّد موضعها. "
            "من 2 إلى 8 آذار 2020: 15 (−2). منذ 5 آذار 2020: 24."
        ),
        "غارات جوية: 0 داخلها يقيناً. من 2 إلى 8 آذار 2020: 3 (−3). منذ 5 آذار 2020: 0.",
    ),
}
ISOLATES = re.compile("[\u2066-\u2069\u200e\u200f]")


def plain(text):
    return " ".join(ISOLATES.sub("", text).split())


def rows_in_words(lang, rows):
    """Return each row as a table shows it: its label, then the five numbers that are counted."""
    words, comma = WORDS[lang], {"en": ", ", "ar": "، "}[lang]
    for party, kind, *numbers in rows:
        label = comma.join(words[one] for one in (party, kind) if one) or words["total"]
        yield [label, *map(str, numbers)]


def told(cells):
    """Return label, surely, possibly, not placeable, before and since of a shown row."""
    label, surely, possibly, coarse, _places, before, _change, since = map(plain, cells)
    return [label, surely, possibly, coarse, before, since]


def test_counts_are_those_worked_out_by_hand(week):
    assert [one.zone_id for one in week.zones] == list(EXPECTED)
    for zone in week.zones:
        whole = [("", "", *five(zone.total))]
        found = whole + [(*labels, *five(numbers)) for labels, numbers in zone.groups.items()]
        assert sorted(found) == sorted(EXPECTED[zone.zone_id]), zone.zone_id
        assert zone.subtotals["bombardment"].places == PLACES[zone.zone_id]


def five(numbers):
    return (
        numbers.surely,
        numbers.possibly,
        numbers.not_placeable,
        numbers.previous,
        numbers.since,
    )


def test_the_published_figures_stand_in_the_headlines(week):
    union = week.scope
    assert union.subtotals["air_strike"].surely == 0
    assert union.subtotals["bombardment"].surely == 13
    assert union.subtotals["bombardment"].places == 8
    assert union.subtotals["bombardment"].since == 24


def test_every_row_of_the_file_went_somewhere(week):
    # w and t04 to t09; all s and b; t01 to t03; w05 a second time: 42 rows below the header.
    # t04 and t05 lie outside, t09 possibly inside, t06 and t07 are known to the district alone.
    outcomes = {"inside_all": 14, "inside_some": 1, "too_imprecise": 2, "outside": 2}
    none = dict.fromkeys(("unknown_precision", "not_placeable", "no_shape"), 0)
    assert week.rows == RowCounts(
        read=42, repeated=1, rejected=0, beyond_record=0, earlier=19, later=3,
        outcomes=outcomes | none,
    )  # fmt: skip
    facts = dict(page_of(week, "en", Desk())["facts"])
    assert facts["Rows of the files"] == (
        "42: 19 of the period, 19 of earlier days, 3 of later days, 1 repeated"
    )
    assert facts["Rows of the period"].startswith(
        "19: 14 surely inside, 1 possibly inside, 2 not placeable, 2 outside"
    )


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_headlines_say_the_numbers_in_words(week, lang):
    said = [plain(line) for line in page_of(week, lang, Desk())["headlines"]]
    assert tuple(said[:2]) == HEADLINES[lang]


def test_csv_has_each_group_and_all_lines(rendered):
    rows = list(csv.DictReader(io.StringIO(rendered(".csv", "both").decode())))
    assert ",".join(rows[0]) == (
        "zone_id,party,kind,surely,possibly,not_placeable,previous,since,lines"
    )
    found = {}
    for row in rows:
        numbers = [int(row[name]) for name in list(row)[3:8]]
        found.setdefault(row["zone_id"], []).append((row["party"], row["kind"], *numbers))
    assert {zone: sorted(of) for zone, of in found.items()} == {
        zone: sorted(of) for zone, of in EXPECTED.items()
    }
    lines = {(row["zone_id"], row["party"], row["kind"]): row["lines"] for row in rows}
    assert {key: lines[key] for key in LINES} == LINES


class Tables(HTMLParser):
    """Collect the rows of a page's tables by the language around them, without lines behind."""

    def __init__(self):
        super().__init__()
        self.lang, self.rows, self.into, self.hidden = "", {}, None, False

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag == "article":
            self.lang = named["lang"]
        if tag == "tr":
            self.rows.setdefault(self.lang, []).append([])
        if tag in ("th", "td"):
            self.rows[self.lang][-1].append("")
            self.into = self.rows[self.lang][-1]
        if tag == "p":
            self.hidden = True

    def handle_endtag(self, tag):
        if tag in ("th", "td"):
            self.into = None
        if tag == "p":
            self.hidden = False

    def handle_data(self, data):
        if self.into is not None and not self.hidden:
            self.into[-1] += data


def test_html_says_the_numbers_in_both_languages(rendered):
    parser = Tables()
    parser.feed(rendered(".html", "both").decode())
    for lang in ("en", "ar"):
        found = [told(cells) for cells in parser.rows[lang][1:] if len(cells) == 8]
        wanted = [row for of in EXPECTED.values() for row in rows_in_words(lang, of)]
        assert sorted(found) == sorted(wanted)


def test_docx_says_the_numbers_in_both_languages(rendered):
    body = rendered(".docx", "both")
    tables = docx.Document(io.BytesIO(body)).tables
    for lang, table in zip(("en", "ar"), tables, strict=True):
        rows = [[cell.text for cell in row.cells] for row in table.rows][1:]
        found = [told(cells) for cells in rows if len(set(cells)) > 1]
        wanted = [row for of in EXPECTED.values() for row in rows_in_words(lang, of)]
        assert sorted(found) == sorted(wanted)


def test_docx_is_read_by_another_program(rendered):
    """Mammoth reads Word's format on its own, and knows nothing of what wrote it."""
    html = mammoth.convert_to_html(io.BytesIO(rendered(".docx", "both"))).value
    assert html.count("<img ") == html.count("<table>") == 2
    for lang, table in zip(("en", "ar"), html.split("<table>")[1:], strict=True):
        rows = [re.findall("<t[dh][^>]*>(.*?)</t[dh]>", row) for row in table.split("<tr>")]
        found = [told(re.sub("<[^>]+>", "", cell) for cell in row) for row in rows if len(row) == 8]
        wanted = [row for of in EXPECTED.values() for row in rows_in_words(lang, of)]
        assert sorted(found[1:]) == sorted(wanted)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_pdf_says_the_numbers(rendered, lang):
    text = poppler("pdftotext", rendered(".pdf", lang), "-l", "1")
    wanted = Counter(n for rows in EXPECTED.values() for row in rows for n in row[2:])
    wanted += Counter([13, 8, 1, 2, 15, 24])  # and what the first headline says
    assert not wanted - Counter(map(int, re.findall(r"\d+", text)))


def test_pdf_says_the_headlines_in_words(rendered):
    text = plain(poppler("pdftotext", rendered(".pdf", "en"), "-l", "1"))
    assert all(line.split(". ")[0] in text for line in HEADLINES["en"])
