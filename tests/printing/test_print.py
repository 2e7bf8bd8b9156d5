"""The printed map: what stands on it, where names go, the same bytes each time."""

from __future__ import annotations

import hashlib
import json
import re
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import GEOD
from layers import printing as paper
from layers.errors import ExportError, QueryError
from layers.printing import figure, fonts, lists, look, plane, sheet
from layers.printing.asked import asked
from layers.printing.flow import Run, broken
from layers.printing.labels import Room, around, beside
from layers.printing.page import Box, Page, plain
from layers.printing.sizes import size_of
from layers.printing.words import Words
from layers.query.selection import Selection, parse_selection
from layers.style.tokens import tokens
from layers.web.page.assets import table
from tests.support.atlases import PATIENCE, SECOND, tamas

ROOT = Path(__file__).resolve().parent.parent.parent
DAYS = {"real": ["2015-10-15", "2020-04-01"], "second": ["2006-05-01"]}
LANGS = ["en", "ar"]


def drawn(layers, *, lang="en", size="a4", form="pdf", rows=None, title=None, **view):
    """Return a sheet that was drawn, and its page."""
    with figure.settings():
        made = asked(layers, parse_selection(**view), lang=lang, size=size_of(size), title=title)
        if rows is not None:
            made.shown = rows(made.shown)
        return made, sheet.drawn(made, outlined=form == "png")


def said(page: Page) -> str:
    return " ".join(page.texts)


@pytest.fixture(scope="module")
def sheets(real, second):
    """Sheets of both atlases in both languages, drawn once."""
    atlases = {"real": real, "second": second}
    return {
        (name, day, lang): drawn(atlases[name], lang=lang, on=day)
        for name, days in DAYS.items()
        for day in days
        for lang in LANGS
    }


@pytest.fixture(
    scope="module", params=[(n, d, a) for n, ds in DAYS.items() for d in ds for a in LANGS]
)
def one(request, sheets):
    return sheets[request.param]


# What stands on it ---------------------------------------------------------------------------


def test_a_sheet_says_its_day(one) -> None:
    made, page = one
    assert made.words.date(made.on) in page.texts


def test_a_sheet_lists_every_zone_of_its_view(one) -> None:
    made, page = one
    entries = lists.entries(made.shown, made.words, made.numbers)
    listed = [held.row.zone_id for entry in entries for held in entry.held]
    assert sorted(listed) == sorted({row.zone_id for row in made.view.rows(made.built)})
    assert made.left_out == 0
    for entry in entries:
        for word in entry.names.split():
            assert word in said(page)


def test_a_sheet_names_the_sources_of_exactly_its_rows(one) -> None:
    made, page = one
    assert set(made.numbers) == {key for held in made.shown for key in held.row.source_ids}
    text = said(page)
    for key in made.numbers:
        source = made.built.record.sources[key]
        name = source.title if source.kind == "agreement" and source.title else source.publisher
        assert all(word in text for word in made.words.pick(name).split())


def test_a_sheet_holds_the_standing_lines(one) -> None:
    made, page = one
    atlas = made.built.record.atlas
    text = said(page)
    for line in (made.words.pick(atlas.scope), made.words.pick(atlas.borders)):
        assert all(word in text for word in line.split())
    assert made.built.record.sha256[:12] in text
    assert atlas.licence in text
    assert made.words.own("letters").split(":")[0].split()[0] in text


def test_names_lie_within_the_map_and_not_over_each_other(one) -> None:
    made, _ = one
    for chart in made.charts:
        names = chart.room.names
        assert names
        for at, box in enumerate(names):
            assert chart.window.box.holds(box)
            assert not any(box.meets(other) for other in names[at + 1 :])


def test_a_scale_bar_is_as_long_as_it_says(one) -> None:
    made, _ = one
    for chart in made.charts:
        km, length = chart.scale_bar
        box = chart.window.box
        x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        ends = chart.window.inverse(shapely.get_coordinates(
            shapely.LineString([(x - length / 2, y), (x + length / 2, y)])
        ))  # fmt: skip
        metres = GEOD.inv(*ends[0], *ends[1])[2]
        assert metres == pytest.approx(km * 1000, rel=0.01)


def test_an_arabic_page_is_the_mirror_of_an_english_one(sheets) -> None:
    english, _ = sheets["second", "2006-05-01", "en"]
    arabic, page = sheets["second", "2006-05-01", "ar"]
    left, right = (made.charts[0].window.box for made in (english, arabic))
    assert right.left == pytest.approx(page.width - left.right)


def test_arabic_pages_write_ranges_in_words(sheets) -> None:
    for (_, _, lang), (_, page) in sheets.items():
        if lang == "ar":
            assert not re.search(r"\d–\d", said(page))


def test_a_crowded_day_has_a_second_map_and_a_quiet_one_has_none(sheets) -> None:
    assert len(sheets["real", "2020-04-01", "en"][0].charts) == 2
    assert len(sheets["real", "2015-10-15", "en"][0].charts) == 1


def test_the_chosen_zone_is_shown_larger(second) -> None:
    made, page = drawn(second, on="2006-05-01", zone="ferry-road-verges", lang="ar")
    main, larger = made.charts
    assert larger.window.metres < main.window.metres / 1.5
    assert second.record.zones["ferry-road-verges"].names["ar"] in said(page)


def test_a_view_without_zones_says_so(second) -> None:
    made, page = drawn(second, on="2006-05-01", bbox="-21.99,-22.5,-21.9,-22.45")
    assert made.shown == []
    assert made.words.own("no_zone", date="1 May 2006") in said(page)


@pytest.mark.parametrize(("span", "shown"), [(3, False), (30, True)])
def test_north_is_drawn_where_meridians_lean(second, span, shown) -> None:
    box = f"{-20 - span},{-21 - span},{-20 + span},{-21 + span}"
    _, page = drawn(second, on="2006-05-01", bbox=box)
    assert ("N" in page.texts) is shown


@pytest.mark.parametrize("size", ["a3", "a4p"])
def test_every_paper_size_lists_all(real, size) -> None:
    made, page = drawn(real, on="2020-04-01", size=size)
    assert made.left_out == 0
    assert (page.width > page.height) is not size.endswith("p")


# Names: where they go ------------------------------------------------------------------------

spots = st.tuples(st.floats(0, 400), st.floats(0, 300), st.floats(4, 120), st.floats(4, 40))


@given(st.lists(spots, max_size=25), st.booleans())
def test_placed_names_never_overlap(wanted, rtl) -> None:
    room = Room(Box(0, 0, 400, 300))
    for x, y, width, height in wanted:
        room.first(beside(x, y, width, height, 5, rtl=rtl))
    for at, box in enumerate(room.names):
        assert room.frame.holds(box)
        assert not any(box.meets(other) for other in room.names[at + 1 :])


@given(st.lists(spots, min_size=1, max_size=5))
def test_a_zones_name_takes_the_cheapest_free_place(wanted) -> None:
    room = Room(Box(0, 0, 400, 300))
    for x, y, width, height in wanted:
        area = shapely.box(x, y, x + width, y + height)
        tries = around(area, 60, 20)
        free = [box for side in tries.tolist() if room.free(box := Box(*side))]
        best = room.best(tries, lambda box, _: abs(box.left), most=1e9)
        assert best == min(free, key=lambda box: abs(box.left), default=None)


def test_a_name_stands_at_the_end_of_its_point_first() -> None:
    assert beside(100, 50, 30, 10, 4, rtl=False)[0].left == 104
    assert beside(100, 50, 30, 10, 4, rtl=True)[0].right == 96


# Projection ----------------------------------------------------------------------------------


@given(
    st.floats(-179, 179), st.floats(-75, 75), st.floats(20, 4000), st.floats(60, 400)
)  # fmt: skip
def test_any_scale_bar_is_true_on_the_ellipsoid(lon, lat, metres, most) -> None:
    window = plane.Window(Box(0, 0, 500, 400), lon, lat, metres)
    km, length = window.scale_bar(most)
    assert length <= most
    ends = window.inverse(
        shapely.get_coordinates(
            shapely.LineString([(250 - length / 2, 200), (250 + length / 2, 200)])
        )
    )
    assert GEOD.inv(*ends[0], *ends[1])[2] == pytest.approx(km * 1000, rel=0.01)


@given(st.floats(-179, 179), st.floats(-70, 70), st.floats(0.1, 8), st.floats(0.1, 8))
def test_a_window_shows_the_whole_of_what_it_was_fitted_to(lon, lat, wide, high) -> None:
    area = shapely.box(lon, lat, lon + wide, lat + high)
    window = plane.fitted(Box(0, 0, 500, 400), [area], near=lon)
    points = window.forward(shapely.get_coordinates(shapely.segmentize(area, 0.2)))
    assert points.min() > -4
    assert points[:, 0].max() < 504
    assert points[:, 1].max() < 404


def test_north_is_up_in_the_middle() -> None:
    window = plane.Window(Box(0, 0, 500, 400), 38.5, 35.0, 1500)
    x, y = window.at(38.5, 35.0)
    above_x, above_y = window.at(38.5, 35.5)
    assert above_x == pytest.approx(x)
    assert above_y < y


# Text ----------------------------------------------------------------------------------------


def test_matplotlib_shapes_arabic() -> None:
    why = "this matplotlib does not join Arabic letters; install 3.11 or later, built with libraqm"
    apart = sum(fonts.width(letter, 20, lang="ar") for letter in "الممر")
    assert fonts.width("الممر", 20, lang="ar") < apart * 0.97, why
    assert fonts.width("لا", 20, lang="ar") < fonts.width("ل", 20, lang="ar") + 0.01, why


def test_a_mixed_title_runs_from_the_right() -> None:
    from layers.printing.page import _Letters, _outlines, directed

    with figure.settings():
        outlines = _outlines(directed("M ا", "ar"), _Letters(20, 400, False, "ar")).to_polygons()
    widest = max(outlines, key=lambda ring: ring[:, 0].max() - ring[:, 0].min())
    middle = sum(ring[:, 0].mean() for ring in outlines) / len(outlines)
    assert widest[:, 0].mean() > middle, "M stands first, so at the right"


HOSTILE = "$x^{2}$ \\frac{1}{2} {{7*7}} {% x %} <b>&amp; --> \x07\u202e%s %(a)s"


@pytest.mark.parametrize("lang", LANGS)
def test_hostile_text_is_drawn_as_itself(second, lang) -> None:
    long = "w" * 150

    def spoiled(shown):
        names = {"name_en": f"{HOSTILE} {long}", "name_ar": f"{HOSTILE} {long}"}
        return [replace(held, row=replace(held.row, **names)) for held in shown[:3]]

    with figure.settings():
        _, page = drawn(second, on="2006-05-01", lang=lang, rows=spoiled, title="$x$ {{7*7}}")
        body = figure.saved(page.figure, "svg")
        assert figure.saved(page.figure, "pdf").startswith(b"%PDF")
    ElementTree.fromstring(body)
    text = said(page)
    for word in plain(HOSTILE).split():
        assert word in text
    assert "$x$ {{7*7}}" in page.texts
    assert text.count("w") >= 150
    assert not re.search("[\x00-\x1f\u202e]", text)


@given(st.text(max_size=60), st.floats(8, 200))
def test_no_line_is_wider_than_its_column(text, width) -> None:
    for line in broken([Run(text, 9.0)], width, lang="en"):
        last = line[-1]
        letters = len(last.run.text)
        assert last.at + last.run.width(last.run.text, "en") <= width + 0.1 or letters == 1


def test_breaking_loses_no_word() -> None:
    runs = [Run("one two,", 9.0), Run(" three four", 9.0, 600), Run(", five", 9.0)]
    lines = broken(runs, 40, lang="en")
    assert " ".join(p.run.text for line in lines for p in line).replace(" ,", ",") == (
        "one two, three four, five"
    )


@pytest.mark.parametrize("title", ["two\nlines", "bell\x07", "x" * 161, " \u202e "])
def test_a_title_that_cannot_be_printed_is_refused(second, title) -> None:
    with pytest.raises(QueryError, match="title"):
        paper.printed(second, Selection(), form="svg", title=title)


def test_numbers_are_gathered_into_ranges() -> None:
    assert Words("en").numbers([4, 1, 2, 3, 7, 8]) == "1–4, 7, 8"
    assert Words("ar").numbers([4, 1, 2, 3, 7]) == "1 إلى 4، 7"


@pytest.mark.parametrize(
    ("n", "form"), [(1, "one"), (2, "two"), (3, "few"), (11, "many"), (100, "other")]
)
def test_arabic_counts_have_their_plural_forms(n, form) -> None:
    phrase = table("words/ar")["on_day"][form].replace("{n}", str(n))
    assert Words("ar").count("on_day", n) == phrase


def test_both_languages_have_the_same_words_of_paper() -> None:
    folder = ROOT / "layers" / "printing" / "words"
    english, arabic = (json.loads((folder / f"{lang}.json").read_text()) for lang in LANGS)
    assert list(english) == list(arabic)
    for key, phrase in english.items():
        ours, theirs = (sorted(re.findall(r"\{\w+\}", text)) for text in (phrase, arabic[key]))
        assert ours == theirs, key


# Look ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", sorted(look.marks()["patterns"]))
def test_patterns_stay_within_their_area(pattern) -> None:
    area = shapely.Point(100, 100).buffer(60)
    marks = look.hatch(pattern, area, 0.6)
    assert marks is not None
    assert area.buffer(2).covers(marks)


def test_every_kind_and_state_can_be_drawn() -> None:
    with figure.settings():
        page = Page(300, 300)
        for kind in tokens()["kinds"]:
            for status in tokens()["states"]:
                look.sign(page, kind, 50, 50, unit=1, status=status)
                look.swatch(page, Box(0, 0, 30, 18), kind, status, disputed=True, unit=1)
        assert figure.saved(page.figure, "svg")


def test_vendored_fonts_are_those_of_the_manifest() -> None:
    folder = ROOT / "layers" / "printing" / "vendor"
    files = json.loads((folder / "manifest.json").read_text())["files"]
    for entry in files:
        assert hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
        assert entry["licence"] == "OFL-1.1"
    assert {path.name for path in folder.iterdir()} == {
        *(e["file"] for e in files),
        "manifest.json",
    }


# Files ---------------------------------------------------------------------------------------


def comments(svg: bytes) -> str:
    return " ".join(re.findall(r"<!-- (.*?) -->", svg.decode(), re.DOTALL))


def test_an_svg_says_what_the_page_says(second) -> None:
    made = paper.printed(second, parse_selection(on="2006-05-01"), form="svg")
    text = comments(made.body)
    assert "1 May 2006" in text
    assert "CC0 1.0" in text
    about = ElementTree.fromstring(made.body)
    assert "No such islands" in "".join(about.itertext())


def test_a_pdf_holds_its_fonts_and_no_date(second) -> None:
    body = paper.printed(second, parse_selection(on="2006-05-01"), form="pdf", lang="ar").body
    assert body.count(b"/FontFile2") >= 2
    assert b"/Type3" not in body
    assert b"IBMPlexSansArabic" in body
    assert b"CreationDate" not in body


@pytest.mark.parametrize("size", ["1200x675", "640x960"])
def test_a_picture_has_the_pixels_asked_for(second, size) -> None:
    made = paper.printed(second, parse_selection(on="2006-05-01"), form="png", size=size)
    assert struct.unpack(">II", made.body[16:24]) == tuple(map(int, size.split("x")))
    assert made.summary["on"] == "2006-05-01"


def test_a_card_is_a_small_picture_of_its_rows(second) -> None:
    view = Selection(on=date(2006, 5, 1))
    rows = view.rows(second)
    cards = {lang: paper.card(second, rows, lang=lang, title="$card$", view=view) for lang in LANGS}
    assert cards["en"] != cards["ar"]
    assert struct.unpack(">II", cards["en"][16:24]) == (1200, 630)
    near = paper.card(second, rows, lang="en", title="$card$", view=view, zones=[rows[0].zone_id])
    assert near != cards["en"]
    assert paper.card(second, rows, lang="en", title="$card$", view=view) == cards["en"]


def test_threads_draw_what_one_alone_draws(second) -> None:
    def card(lang: str) -> bytes:
        return paper.card(second, second.rows[:4], lang=lang, title="x")

    alone = {lang: card(lang) for lang in LANGS}
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(card, LANGS * 2)) == [alone[lang] for lang in LANGS * 2]


SAME = """
import hashlib, json, sys
from pathlib import Path
from layers import printing as paper
from layers.build.rows import build
from layers.query.selection import parse_selection
from layers.record.reader import read
layers = build(read(Path(sys.argv[1])))
view = parse_selection(on="2006-05-01")
made = [paper.printed(layers, view, form="svg", lang="ar").body]
for form in ("pdf", "png"):
    made.append(paper.printed(layers, view, form=form, size="800x600").body)
made.append(paper.card(layers, layers.rows[:5], lang="en", title="x"))
print(json.dumps([hashlib.sha256(body).hexdigest() for body in made]))
"""


def test_two_processes_write_the_same_bytes(tmp_path) -> None:
    def begun(hashes: str, zone: str, lang: str) -> subprocess.Popen[str]:
        settings = tmp_path / hashes
        settings.mkdir()
        (settings / "matplotlibrc").write_text(f"savefig.dpi: {50 + len(zone)}\nfont.size: 20\n")
        environment = {
            "PYTHONHASHSEED": hashes, "TZ": zone, "LANG": lang, "PYTHONPATH": str(ROOT),
            "MATPLOTLIBRC": str(settings), "HOME": str(Path.home()),
        }  # fmt: skip
        return subprocess.Popen(
            [sys.executable, "-c", SAME, str(SECOND)],
            stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip

    processes = [begun("1", "UTC", "C"), begun("2", "Asia/Damascus", "ar_SY.UTF-8")]
    one, other = (json.loads(process.communicate(timeout=PATIENCE)[0]) for process in processes)
    assert len(one) == 4
    assert one == other


# The command ---------------------------------------------------------------------------------


def test_the_command_writes_a_map_and_tells_of_it(tmp_path) -> None:
    file = tmp_path / "map.svg"
    file.write_text("an older one")
    done = tamas(
        "--seeds", SECOND, "export", "print", file, "--on", "2006-05-01", "--lang", "ar", "--json",
        "--title", "عنوان", "--size", "800x600",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["title"] == "عنوان"
    assert told["bytes"] == file.stat().st_size
    assert "عنوان" in comments(file.read_bytes())


@pytest.mark.parametrize(
    ("file", "size", "says"),
    [
        ("map.gif", "a4", "must end with one of .pdf, .svg, .png"),
        ("map", "a4", "must end with one of"),
        ("map.pdf", "a5", "none of a4, a3"),
        ("map.pdf", "10x10", "from 480x320 to"),
        ("map.pdf", "8000x500", "at most 4 times"),
        ("map.pdf", "99999x99999", "pixels"),
    ],
)
def test_what_cannot_be_printed_is_told_in_a_line(second, file, size, says) -> None:
    with pytest.raises((ExportError, QueryError), match=says) as told:
        paper.printed(second, Selection(), form=paper.form_of(Path(file)), size=size)
    assert "\n" not in str(told.value)


def test_an_unknown_language_is_refused(second) -> None:
    with pytest.raises(QueryError, match="lang"):
        paper.printed(second, Selection(), form="svg", lang="fr")
