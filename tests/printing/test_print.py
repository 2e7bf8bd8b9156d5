"""The printed map: what a page says, its files, the same bytes each time."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import GEOD
from layers import printing
from layers.errors import ExportError, QueryError
from layers.i18n import language, translator
from layers.printing import content, entries, figure, fonts, patterns, typesetting
from layers.printing.boxes import Box
from layers.printing.canvas import Canvas
from layers.printing.job import MM, page_size, print_job
from layers.printing.page import make_page
from layers.printing.text import plain, with_direction_mark
from layers.query.selection import Selection, parse_selection
from layers.style.symbology import default_symbology
from tests.support.atlases import PATIENCE, SECOND, tamas
from tests.support.boxes import overlap

ROOT = Path(__file__).resolve().parent.parent.parent
DAYS = {"real": ["2015-10-15", "2020-04-01"], "second": ["2006-05-01"]}
LANGS = ["en", "ar"]
LEVANT = language("ar").locale.months["format"]
SVG = "{http://www.w3.org/2000/svg}"


def made(built, *, lang="en", size="a4", title=None, change=None, **selection):
    """Return a page, its job changed by a function."""
    job = print_job(
        built, parse_selection(**selection), lang=lang, size=page_size(size), title=title
    )
    with figure.settings():
        return make_page(change(job) if change else job, letters="none")


def poppler(command: str, pdf: bytes, *words: str) -> str:
    """Return what one of poppler's commands says of a PDF."""
    if shutil.which(command) is None:
        if os.environ.get("CI") == "true":
            pytest.fail("poppler-utils is missing")
        pytest.skip(f"NOT TESTED: what a PDF says, because {command} (poppler-utils) is missing")
    files = ["-", "-"] if command == "pdftotext" else ["-"]
    done = subprocess.run([command, *words, *files], input=pdf, capture_output=True, check=True)
    return done.stdout.decode("utf-8", errors="replace")


@pytest.fixture(scope="module")
def pages(real, second):
    """Pages of both atlases in both languages, made once."""
    atlases = {"real": real, "second": second}
    return {
        (name, day, lang): made(atlases[name], lang=lang, on=day)
        for name, days in DAYS.items()
        for day in days
        for lang in LANGS
    }


@pytest.fixture(
    scope="module", params=[(n, d, a) for n, ds in DAYS.items() for d in ds for a in LANGS]
)
def page(request, pages):
    return pages[request.param]


# What a page says -----------------------------------------------------------------------------


def test_a_page_lists_every_zone_of_its_view(page) -> None:
    job = page.job
    listed = [zone.row.zone_id for entry in page.listed for zone in entry.zones]
    assert sorted(listed) == sorted(job.selection.rows(job.built)["zone_id"].unique())
    assert page.not_listed == 0
    assert len(page.data["entries"]) == len(page.listed)


def test_a_page_names_the_sources_of_exactly_its_rows(page) -> None:
    job, lines = page.job, page.data["sources"]["lines"]
    assert set(job.numbers) == {key for zone in job.shown for key in zone.row.source_ids}
    assert len(lines) == len(job.numbers)
    for key, line in zip(job.numbers, lines, strict=True):
        source = job.built.record.sources[key]
        name = source.title if source.kind == "agreement" and source.title else source.publisher
        assert plain(job.words.pick(name)) in line


def test_a_page_holds_the_standing_lines(page) -> None:
    job, atlas = page.job, page.job.built.record.atlas
    said = page.data["cautions"]["text"]
    assert job.words.pick(atlas.scope) in said
    assert job.words.pick(atlas.borders) in said
    assert job.built.record.sha256[:12] in page.data["credits"]["text"]
    assert atlas.licence in page.data["credits"]["text"]
    assert page.data["day"] == job.words.date(job.on)


def test_the_alternative_text_lists_what_the_map_shows(page) -> None:
    job, said = page.job, page.data["alt"]
    for zone in job.shown:
        assert (job.name(zone) in said) is zone.is_mapped
    for name in page.panels[0].labels.towns:
        assert name in said


def test_names_lie_within_the_map_and_not_over_each_other(page) -> None:
    for panel in page.panels:
        names = panel.index.names
        assert names
        assert all(panel.frame.box.contains(box) for box in names)
        assert not any(overlap(one, other) for one, other in combinations(names, 2))


def test_a_zone_is_named_on_one_of_the_maps(page) -> None:
    named = [zone for panel in page.panels for zone in panel.labels.named]
    assert len(named) == len(set(named))


def test_a_scale_bar_is_as_long_as_it_says(page) -> None:
    for panel in page.panels:
        km, length = panel.scale_bar
        x, y = panel.frame.box.middle
        line = shapely.LineString([(x - length / 2, y), (x + length / 2, y)])
        ends = panel.frame.inverse(shapely.get_coordinates(line))
        assert GEOD.inv(*ends[0], *ends[1])[2] == pytest.approx(km * 1000, rel=0.01)


def test_symbols_stand_beside_their_lines(page) -> None:
    found = typesetting.symbols(page.data)
    assert [one.at for one in found if one.kind == "entry"] == list(range(len(page.listed)))
    tops = [one.top for one in found]
    assert tops == sorted(tops)
    assert tops[0] > 10 * MM
    assert tops[-1] < page.canvas.height - 10 * MM


def test_arabic_pages_are_mirrored(pages) -> None:
    english, arabic = (pages["second", "2006-05-01", lang].panels[0].frame.box for lang in LANGS)
    assert english.left < 100 < arabic.left
    assert arabic.right == pytest.approx(pages["second", "2006-05-01", "ar"].canvas.width - 10 * MM)


def test_a_crowded_day_has_a_second_map_and_a_quiet_one_has_none(pages) -> None:
    assert len(pages["real", "2020-04-01", "en"].panels) == 2
    assert len(pages["real", "2015-10-15", "en"].panels) == 1


def test_the_chosen_zone_is_shown_larger(second) -> None:
    page = made(second, on="2006-05-01", zones=["ferry-road-verges"], lang="ar")
    main, larger = page.panels
    assert larger.frame.metres_per_point < main.frame.metres_per_point / 1.5
    name = second.record.zones["ferry-road-verges"].names["ar"]
    assert name in page.data["inset-title"] + larger.title


@pytest.mark.parametrize(
    ("zone", "title"),
    [("m4-security-corridor", "M4 security corridor"), ("ypg-pullback-belt", "Around Idlib")],
)
def test_a_page_about_a_zone_lists_all_and_names_with_short_leaders(real, zone, title) -> None:
    page = made(real, on="2020-04-01", zones=[zone])
    assert page.not_listed == 0
    # A zone that is too wide to be enlarged leaves the inset to where most lie.
    assert page.panels[1].title == title
    areas = {one.row.zone_id for one in page.job.shown if one.is_mapped and not one.is_point}
    readings = {one.row.zone_id for one in page.job.shown if one.row.variant_of}
    assert areas - readings <= {name for panel in page.panels for name in panel.labels.named}
    for panel in page.panels:
        assert all(line.length <= 75 * panel.unit for line in panel.index.leaders)


def test_a_view_without_zones_says_so(second) -> None:
    page = made(second, on="2006-05-01", bbox="-21.99,-22.5,-21.9,-22.45")
    assert not page.data["entries"]
    body = printing.print_map(
        second, parse_selection(on="2006-05-01", bbox="-21.99,-22.5,-21.9,-22.45"), format="pdf"
    ).body
    assert page.data["none"] in poppler("pdftotext", body).replace("\n", " ")


@pytest.mark.parametrize(("span", "shown"), [(3, False), (30, True)])
def test_north_is_drawn_where_meridians_lean(second, span, shown) -> None:
    box = f"{-20 - span},{-21 - span},{-20 + span},{-21 + span}"
    page = made(second, on="2006-05-01", bbox=box)
    assert ("N" in [one.text for one in page.canvas.texts]) is shown


@pytest.mark.parametrize("size", ["a3", "a4p"])
def test_every_paper_size_lists_all(real, size) -> None:
    page = made(real, on="2020-04-01", size=size)
    assert page.not_listed == 0
    assert (page.canvas.width > page.canvas.height) is not size.endswith("p")


@pytest.mark.parametrize("lang", LANGS)
def test_a_foot_of_many_sources_stays_low_and_says_how_many_are_missing(second, lang) -> None:
    source = next(iter(second.record.sources.values()))
    sources = {**second.record.sources, **{f"made-up-{n:04d}": source for n in range(150)}}
    cited = replace(second, record=replace(second.record, sources=sources))

    def all_cited(job):
        lead = replace(job.shown[0], row=job.shown[0].row._replace(source_ids=tuple(sources)))
        return replace(job, built=cited, shown=[lead])

    page = made(second, on="2006-05-01", lang=lang, change=all_cited)
    shown, foot = page.data["sources"], page.data["plan"]["foot"]
    assert 10 < len(shown["lines"]) == foot["count"] < 150
    assert foot["height"] <= 0.25 * 190 * MM
    assert str(150 + len(second.record.sources) - foot["count"]) in shown["more"]


def test_numbers_are_gathered_into_ranges() -> None:
    assert entries.ranges([4, 1, 2, 3, 7, 8], translator("en")) == "1–4, 7, 8"
    assert entries.ranges([4, 1, 2, 3, 7], translator("ar")) == "1 إلى 4، 7"


def test_names_that_begin_alike_are_written_once() -> None:
    assert entries.without_common_words(["post no 1", "post no 2", "post no 3"]) == {
        "post no 1": "1", "post no 2": "2", "post no 3": "3",
    }  # fmt: skip
    assert entries.without_common_words(["post no 1", "post no 2", "other post"]) == {}


# Text -----------------------------------------------------------------------------------------


def test_matplotlib_shapes_arabic() -> None:
    why = "this matplotlib does not join Arabic letters; install 3.11 or later, built with libraqm"
    apart = sum(fonts.width(letter, 20, lang="ar") for letter in "الممر")
    assert fonts.width("الممر", 20, lang="ar") < apart * 0.97, why
    assert fonts.width("لا", 20, lang="ar") < fonts.width("ل", 20, lang="ar") + 0.01, why


def test_a_mixed_name_runs_from_the_right() -> None:
    assert with_direction_mark("M4", rtl=True) == "\u200fM4"
    assert with_direction_mark("الممر M4", rtl=True) == "الممر M4"
    assert with_direction_mark("الممر", rtl=False) == "\u200eالممر"


HOSTILE = '$x^{2}$ #import <b>&amp; --> \\ * _ ` {{7*7}} {% x %} id="zones" \x07\u202e%s %(a)s'


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", figure.FORMATS)
def test_hostile_text_is_set_as_itself(second, lang, name) -> None:
    zones = {
        key: zone.model_copy(update={"names": type(zone.names)(en=HOSTILE, ar=HOSTILE + "w" * 150)})
        for key, zone in second.record.zones.items()
    }
    spoiled = replace(second, record=replace(second.record, zones=zones))
    title = '$x$ {{7*7}} #pagebreak() <g id="zones">'
    selection = parse_selection(on="2006-05-01")
    body = printing.print_map(spoiled, selection, format=name, lang=lang, title=title).body
    if name == "svg":
        assert ElementTree.fromstring(body).find(f"{SVG}title").text == title
    if name == "pdf" and lang == "en":
        text = " ".join(poppler("pdftotext", body, "-raw").split())
        assert title in text
        assert " ".join(plain(HOSTILE).split()) in text


@pytest.fixture(scope="module")
def untitled(second):
    """Return the words of a small picture."""
    view, size = parse_selection(on="2006-05-01"), page_size("800x600")
    return content.page_content(print_job(second, view, lang="en", size=size), [], tilt=0.0)


@settings(max_examples=12)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60))
def test_any_title_can_be_set(untitled, title) -> None:
    page = {**untitled, "title": plain(title) or "x"}
    page["plan"] = typesetting.plan_page(page).raw
    assert typesetting.pdf(page).startswith(b"%PDF")


@pytest.mark.parametrize("title", ["two\nlines", "bell\x07", "x" * 161, " \u202e "])
def test_a_title_that_cannot_be_printed_is_refused(second, title) -> None:
    with pytest.raises(QueryError, match="title"):
        printing.print_map(second, Selection(), format="svg", title=title)


# Symbols --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(default_symbology().patterns))
def test_patterns_stay_within_their_area(name) -> None:
    area = shapely.Point(100, 100).buffer(60)
    marks = patterns.hatch(default_symbology().patterns[name], area, 0.6)
    assert marks is not None
    assert area.buffer(0.1).covers(marks)
    assert patterns.hatch(default_symbology().patterns[name], shapely.Point(), 0.6) is None


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("bars", [[(4, 0), (4, 14)], [(8, 0), (8, 14)]]),
        ("dots", [[(2, 2), (2.01, 2)], [(6, 6), (6.01, 6)]]),
        ("chevrons", [[(-6, 9), (0, 14), (12, 6), (24, 14), (30, 9)]]),
    ],
)
def test_a_path_is_read_with_its_levels_and_short_steps(name, lines) -> None:
    path = patterns.svg_path(default_symbology().patterns[name].d)
    found = path.to_polygons(closed_only=False)
    assert [[tuple(spot) for spot in line.tolist()] for line in found] == lines


def test_every_kind_and_state_can_be_drawn() -> None:
    style = default_symbology()
    with figure.settings():
        canvas = Canvas(300, 300, lang="en")
        for kind in style.kinds:
            for status in style.states:
                symbol = style.symbol(kind, status)
                patterns.marker(canvas, symbol, 50, 50, unit=1)
                patterns.legend_patch(canvas, symbol, Box(0, 0, 30, 18), disputed=True, unit=1)
        assert figure.saved(canvas.figure, "svg").count(b"<path") > 300


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


# PDF ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pdfs(real):
    selection = parse_selection(on="2020-04-01")
    return {
        lang: printing.print_map(real, selection, format="pdf", lang=lang).body for lang in LANGS
    }


def test_a_pdf_holds_its_fonts_and_no_date(pdfs) -> None:
    for body in pdfs.values():
        assert body.count(b"/FontFile2") >= 2
        assert b"/Type3" not in body
        assert b"CreationDate" not in body
    assert b"IBMPlexSansArabic" in pdfs["ar"]


@pytest.mark.parametrize("lang", LANGS)
def test_a_pdf_is_tagged_with_title_language_and_alternative_text(pdfs, lang) -> None:
    info = poppler("pdfinfo", pdfs[lang])
    assert re.search(r"Tagged: +yes", info)
    title = {"en": "Agreement zones in Syria", "ar": "مناطق الاتفاقات في سوريا"}[lang]
    assert re.search(rf"Title: +{title}", info)
    assert f"/Lang({lang})".encode() in pdfs[lang].replace(b"/Lang (", b"/Lang(")
    xmp = pdfs[lang].decode("latin-1")
    assert "pdfuaid:part" in xmp
    structure = poppler("pdfinfo", pdfs[lang], "-struct")
    for tag in ("H1", "Figure", "H2", "L (", "LI"):
        assert tag in structure
    assert structure.index("H1") < structure.index("Figure") < structure.index("L (")


def words_of(text: str) -> list[str]:
    """Return a text's words as their letters alone, in order of the alphabet.

    Poppler gives the letters of an Arabic ligature the wrong way round, as MuPDF does: they run
    forwards in the file. A letter with a mark of its own comes twice; such words are left out.
    """
    words = re.findall(r"(?:[^\W\d_]|[\u064b-\u0652])+|\d+", text)
    return ["".join(sorted(word)) for word in words if len(word) > 1 and word.isalnum()]


@pytest.mark.parametrize("lang", LANGS)
def test_a_pdf_can_be_searched_for_all_that_it_says(pdfs, pages, lang) -> None:
    page = pages["real", "2020-04-01", lang]
    data = page.data
    text = words_of(poppler("pdftotext", pdfs[lang]))
    # It sees a space where two letters do not join.
    pairs = ["".join(sorted(one + other)) for one, other in pairwise(text)]
    triples = ["".join(sorted("".join(text[at : at + 3]))) for at in range(len(text) - 2)]
    letters = {*text, *pairs, *triples}
    said = [data["title"], data["day"], data["subtitle"], data["list-title"]]
    said += [entry["names"] + entry["state"] for entry in data["entries"]]
    said += [line["text"] for line in data["key"]]
    said += [*data["sources"]["lines"], data["cautions"]["text"], data["credits"]["text"]]
    said += [one.text for one in page.canvas.texts]
    missing = {word for line in said for word in words_of(line)} - letters
    assert not missing
    assert len(letters) > 300


@pytest.mark.parametrize("lang", LANGS)
def test_names_of_a_pdf_can_be_copied(pdfs, pages, lang) -> None:
    page = pages["real", "2020-04-01", lang]
    names = [one.text for one in page.canvas.texts] + [one["names"] for one in page.data["entries"]]
    named = {word for name in names for word in re.findall(r"[^\W\d_]{2,}", name)}
    text = poppler("pdftotext", pdfs[lang])
    other = named - set(re.findall(r"[^\W\d_]{2,}", text))
    # Poppler turns the letters of a ligature round in a line from the right: the font has 241 of
    # them, as required as lam with alef. The letters are those of the name, and most names whole.
    turned = {word for word in other if words_of(word)[0] in words_of(text)}
    assert len(named) > 100
    if lang == "ar":
        assert len(other) < len(named) / 3
        assert len(other - turned) < len(named) / 10
    else:
        assert not other


def test_dates_of_an_arabic_pdf_are_painted_in_order(pdfs, pages) -> None:
    data = pages["real", "2020-04-01", "ar"].data
    said = [data["day"], *data["sources"]["lines"], data["credits"]["text"]]
    months = {name for width in ("wide", "abbreviated") for name in LEVANT[width].values()}
    date = re.compile(rf"(\d{{1,2}}) ({'|'.join(sorted(months, key=len)[::-1])}) (\d{{4}})")
    dates = {one for line in said for one in date.findall(line)}
    # Words as they lie on the page, line by line from the right; the letters as they may be turned.
    painted = []
    for line in re.findall(
        r"<line.*?</line>", poppler("pdftotext", pdfs["ar"], "-bbox-layout"), re.DOTALL
    ):
        words = re.findall(r'xMax="([\d.]+)"[^>]*>([^<]*)</word>', line)
        painted += [word for _, word in sorted(words, key=lambda word: -float(word[0]))]
    seen = " ".join("".join(sorted(re.sub(r"\W", "", word))) for word in painted)
    for day, month, year in dates:
        letters = ["".join(sorted(word)) for word in (day, *month.split(), year)]
        assert re.search(rf"\b{' '.join(letters)}\b", seen), (day, month, year)
    assert len(dates) > 40


def test_lines_of_a_pdf_read_in_their_order(pdfs, pages) -> None:
    data = pages["real", "2020-04-01", "en"].data
    text = " ".join(poppler("pdftotext", pdfs["en"]).split())
    for line in (data["title"], data["key"][-1]["text"], data["sources"]["lines"][1]):
        assert line in text
    text = poppler("pdftotext", pdfs["ar"])
    order = [text.index(word) for word in ("مناطق", "كما", "وردت", "2014", "2024")]
    assert order == sorted(order)


# SVG ------------------------------------------------------------------------------------------


def groups(body: bytes) -> dict[str, ElementTree.Element]:
    return {g.get("id"): g for g in ElementTree.fromstring(body).iter(f"{SVG}g") if g.get("id")}


@pytest.fixture(scope="module")
def svgs(real):
    """The map of a day, its names as outlines (False) and as text."""
    selection = parse_selection(on="2020-04-01")
    return {
        editable: printing.print_map(real, selection, format="svg", editable=editable).body
        for editable in (False, True)
    }


@pytest.mark.parametrize("editable", [False, True])
def test_an_svg_has_layers_that_an_artist_knows(svgs, editable) -> None:
    body = svgs[editable]
    found = groups(body)
    layers = ["map", "basemap", "zones", "towns", "labels", "legend", "title", "credits"]
    layers += ["inset-map", "inset-zones", "inset-labels", "sources", "legend-symbols"]
    for name in layers:
        label = found[name].get("{http://www.inkscape.org/namespaces/inkscape}label")
        assert label == name
        assert len(found[name])
    ids = re.findall(rb' id="([^"]*)"', body)
    assert len(ids) == len(set(ids))
    assert "zone-m4-security-corridor" in found
    texts = ElementTree.fromstring(body).iter(f"{SVG}text")
    assert ("Peace" in " ".join("".join(text.itertext()) for text in texts)) is editable
    assert b"Tamas Plex" not in body
    assert b"<image" not in body


def test_a_label_of_an_svg_can_be_moved_by_a_script(svgs) -> None:
    for editable, body in svgs.items():
        root = ElementTree.fromstring(body)
        label = next(g for g in root.iter(f"{SVG}g") if g.get("id") == "label-town-kobani")
        label.set("transform", "translate(20 10)")
        again = groups(ElementTree.tostring(root))["label-town-kobani"]
        assert again.get("transform") == "translate(20 10)"
        kind = "text" if editable else "path"
        # The halo and the name over it.
        assert len(list(again.iter(f"{SVG}{kind}"))) == 2


def test_an_svg_says_what_it_is_and_by_whose_leave(second) -> None:
    body = printing.print_map(second, parse_selection(on="2006-05-01"), format="svg").body
    root = ElementTree.fromstring(body)
    text = "".join(root.itertext())
    assert "1 May 2006" in text
    assert "CC0 1.0" in text
    assert "No such islands" in text
    assert root.get("lang") == "en"


def test_arabic_names_of_an_editable_svg_run_from_the_right(real) -> None:
    selection = parse_selection(on="2020-04-01")
    body = printing.print_map(real, selection, format="svg", lang="ar", editable=True).body
    found = groups(body)
    assert found["page"].get("direction") == "rtl"
    texts = ["".join(text.itertext()) for text in found["labels"].iter(f"{SVG}text")]
    assert "عين العرب" in texts


# Pictures -------------------------------------------------------------------------------------


def chunks(png: bytes) -> dict[str, str]:
    """Return what the text chunks of a PNG say, their sums checked."""
    found, at = {}, 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack(">I", png[at + 8 + length :][:4])[0]
        if kind == b"iTXt":
            key, text = body.split(b"\0", 1)
            found[key.decode()] = text.lstrip(b"\0").decode("utf-8")
        at += 12 + length
    return found


@pytest.mark.parametrize("size", ["1200x675", "640x960"])
def test_a_picture_has_the_pixels_asked_for_and_says_its_terms(second, size) -> None:
    selection = parse_selection(on="2006-05-01")
    done = printing.print_map(second, selection, format="png", size=size, lang="ar")
    assert struct.unpack(">II", done.body[16:24]) == tuple(map(int, size.split("x")))
    assert done.summary["on"] == "2006-05-01"
    said = chunks(done.body)
    assert said["Title"] == second.record.atlas.title["ar"]
    assert "CC0" in said["Copyright"]


def test_a_page_of_paper_has_200_dots_an_inch(second) -> None:
    body = printing.print_map(second, parse_selection(on="2006-05-01"), format="png").body
    width, height = struct.unpack(">II", body[16:24])
    assert (width, height) == (2339, 1654)


def test_a_card_is_a_small_picture_of_a_day(second) -> None:
    selection = Selection(on=date(2006, 5, 1))
    asked = {"title": "$card$", "selection": selection}
    cards = {lang: printing.card(second, lang=lang, **asked) for lang in LANGS}
    assert cards["en"] != cards["ar"]
    assert struct.unpack(">II", cards["en"][16:24]) == (1200, 630)
    near = printing.card(
        second, lang="en", zones=list(selection.rows(second)["zone_id"][:1]), **asked
    )
    assert near != cards["en"]
    assert printing.card(second, lang="en", **asked) == cards["en"]


def test_a_card_of_any_name_of_the_record_is_drawn(second) -> None:
    """A name may be longer than a title, and of letters that no font prints."""
    cards = [printing.card(second, lang="en", title=title) for title in ("x" * 2000, "\u200b")]
    assert {struct.unpack(">II", body[16:24]) for body in cards} == {(1200, 630)}


def test_threads_draw_what_one_alone_draws(second) -> None:
    def card(lang: str) -> bytes:
        return printing.card(second, lang=lang, title="x")

    alone = {lang: card(lang) for lang in LANGS}
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(card, LANGS * 2)) == [alone[lang] for lang in LANGS * 2]


SAME = """
import json
from layers.build.assembly import build
from layers.record.reader import read
from tests.printing.test_print import SECOND, printed
print(json.dumps(printed(build(read(SECOND)))))
"""


def printed(built) -> list[str]:
    """Return the digest of a map in every format, and of a card."""
    view = parse_selection(on="2006-05-01")
    made = [
        printing.print_map(built, view, format="svg", lang="ar", editable=editable).body
        for editable in (False, True)
    ]
    made += [
        printing.print_map(built, view, format=name, size="800x600").body for name in ("pdf", "png")
    ]
    made.append(printing.card(built, lang="en", title="x"))
    return [hashlib.sha256(body).hexdigest() for body in made]


def test_two_processes_write_the_same_bytes(second, tmp_path) -> None:
    (tmp_path / "matplotlibrc").write_text("savefig.dpi: 63\nfont.size: 20\n")
    environment = {
        "PYTHONHASHSEED": "2", "TZ": "Asia/Damascus", "LANG": "ar_SY.UTF-8",
        "PYTHONPATH": str(ROOT), "MATPLOTLIBRC": str(tmp_path), "HOME": str(Path.home()),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", SAME],
        capture_output=True, text=True, env=environment, check=True, timeout=PATIENCE,
    )  # fmt: skip
    alone = printed(second)
    assert len(set(alone)) == 5
    assert json.loads(done.stdout) == alone


# The command ----------------------------------------------------------------------------------


def test_the_command_writes_a_map_and_tells_of_it(tmp_path) -> None:
    file = tmp_path / "map.svg"
    file.write_text("an older one")
    done = tamas(
        "--seeds", SECOND, "export", "print", file, "--on", "2006-05-01", "--lang", "ar", "--json",
        "--title", "عنوان", "--size", "800x600", "--editable",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["title"] == "عنوان"
    assert told["bytes"] == file.stat().st_size
    assert "<text" in file.read_text(encoding="utf-8")


def test_names_can_be_edited_in_an_svg_alone(tmp_path) -> None:
    file = tmp_path / "map.pdf"
    done = tamas("--seeds", SECOND, "export", "print", file, "--editable")
    assert done.returncode != 0
    assert "only an .svg" in done.stderr
    assert not file.exists()


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
        printing.print_map(second, Selection(), format=printing.format_of(Path(file)), size=size)
    assert "\n" not in str(told.value)


def test_an_unknown_language_is_refused(second) -> None:
    with pytest.raises(QueryError, match="lang"):
        printing.print_map(second, Selection(), format="svg", lang="fr")
