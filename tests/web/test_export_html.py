"""The map, or a part of it, as one file: what it holds, what it says of that, and its check."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.errors import ExportError, QueryError, UnknownId
from layers.formats.extract import extract
from layers.i18n import localized, translator
from layers.query import filters as query
from layers.query.selection import parse_selection
from layers.web.page.data import page_data
from layers.web.page.export import FileRequest, build_file
from layers.web.page.page import render_page
from layers.web.page.phrases import page_phrases
from layers.web.page.verify import FileCheck, check_file
from tests.support import page_data as invented
from tests.support.atlases import SECOND, one_line, row_of, tamas
from tests.support.browser import idle
from tests.support.languages import OURS

AXE = (Path(__file__).resolve().parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
SIZES = {"wide": (1440, 900), "phone": (390, 844)}
KNOWN = "2018-09-20"
# The last day before the withdrawal that the real record tells of was stated in 2026.
ENDED = "tanf-55km"


def block(page: bytes, name: str) -> Any:
    """Return what a data block of the page holds."""
    text = page.decode()
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', text)
    assert found is not None
    return json.loads(found[1])


def part_of(whole: Any, /, **choice: Any) -> dict[str, Any]:
    """Return the data of a part."""
    return page_data(extract(whole, parse_selection(**choice)))


# What a part holds


def test_rows_of_a_part_are_those_of_the_view_word_for_word(either):
    chosen = next(iter(either.record.layers))
    whole = {row["id"]: row for row in page_data(either)["rows"]}
    rows = part_of(either, layers=[chosen])["rows"]
    assert [row["id"] for row in rows] == [
        *parse_selection(layers=[chosen]).rows(either)["id"],
    ]
    same = ("shape", "source_ids", "claim_ids", "attribution", "valid_from", "valid_to", "status")
    assert all({k: row[k] for k in same} == {k: whole[row["id"]][k] for k in same} for row in rows)


def test_shapes_of_a_part_are_those_of_the_whole(either):
    zone = next(row.zone_id for row in either.rows if row.nominal)
    whole, part = page_data(either), part_of(either, zones=[zone])
    for name, shape in part["shapes"].items():
        for reading, key in shape.items():
            there = whole["shapes"][name][reading]
            assert part["geometries"].get(key) == whole["geometries"].get(there)


def test_a_part_refers_to_nothing_that_it_leaves_out(either):
    for layer in list(either.record.layers)[:4]:
        data = part_of(either, layers=[layer])
        claims = {key for row in data["rows"] for key in row["claim_ids"] + row["end_claim_ids"]}
        claims |= {
            k for one in data["disputes"].values() for s in one["sides"] for k in s["claims"]
        }
        clauses = [clause for one in data["agreements"] for clause in one["clauses"]]
        for clause in clauses:
            claims |= {*clause["claim_ids"], *(one["claim_id"] for one in clause["reports"])}
            assert {*clause["zones"], *clause["makes"]} <= set(data["zones"])
            assert {*clause["who"], *clause["towards"]} <= set(data["actors"])
        assert claims == set(data["claims"])
        assert {claim["source_id"] for claim in data["claims"].values()} == set(data["sources"])
        assert {row["zone_id"] for row in data["rows"]} == set(data["zones"])
        assert {row["layer"] for row in data["rows"]} == {one["id"] for one in data["layers"]}
        said = {key for row in data["rows"] for key in row["asserted_by"]}
        said |= {claim["asserted_by"] for claim in data["claims"].values()}
        assert said <= set(data["actors"])
        for zone in data["zones"].values():
            assert zone["variant_of"] in {None, *data["zones"]}
            assert set(zone["disputes"]) <= set(data["disputes"])


def test_what_was_stated_later_is_nowhere_in_the_file(real):
    by = query.required_day("by", KNOWN)
    later = {key for key, day in real.record.known.items() if day is None or day > by}
    text = json.dumps(part_of(real, known_by=KNOWN), ensure_ascii=False)
    assert later
    assert not [key for key in later if f'"{key}"' in text]
    assert not [k for k in later if real.record.claims[k].summary["en"] in text]


def test_an_end_that_was_told_later_is_open_and_its_words_are_gone(real):
    data = part_of(real, known_by=KNOWN, zones=[ENDED])
    rows = [row for row in data["rows"] if row["track"] == "practice"]
    whole = [row for row in real.rows if row.zone_id == ENDED and row.track == "practice"]
    assert [row.valid_to for row in whole] != [None]
    ends = [(row["valid_to"], row.get("certain_to"), row["end_reason"]) for row in rows]
    assert ends == [(None, None, None)]
    assert "2026" not in json.dumps([rows, data["zones"]], ensure_ascii=False)
    assert data["zones"][ENDED]["summary"] == localized("formats.left_out", OURS).as_dict()


def test_who_spoke_later_does_not_assert_a_row_as_known_before(real):
    by = query.required_day("by", KNOWN)
    for row in extract(real, parse_selection(known_by=KNOWN)).rows:
        whole = row_of(real, row.id)
        before = {k for k in whole.start_claim_ids if (day := real.record.known[k]) and day <= by}
        derived = {real.record.claims[key].asserted_by for key in whole.start_claim_ids}
        assert set(row.start_claim_ids) == before
        if set(whole.asserted_by) == derived:
            assert set(row.asserted_by) == {real.record.claims[k].asserted_by for k in before}


def test_the_last_day_of_knowledge_leaves_nothing_known_out(either):
    every = {row.id for row in either.rows if row.stated_on}
    part = extract(either, parse_selection(known_by="2999-01-01"))
    assert {row.id for row in part.rows} == every
    undated = {key for key, day in either.record.known.items() if day is None}
    sure = [z for z in part.record.zones.values() if z.summary == either.record.zones[z.id].summary]
    vague = {r.zone_id for r in either.rows if undated & {*r.claim_ids, *r.end_claim_ids}}
    assert {zone.id for zone in sure} == set(part.record.zones) - vague


def test_the_digest_of_a_part_is_that_of_the_whole_record(second):
    zone = second.rows[0].zone_id
    assert part_of(second, zones=[zone])["atlas"]["digest"] == second.record.sha256


def test_a_choice_that_holds_nothing_is_refused(second):
    with pytest.raises(ExportError, match="nothing of the record"):
        build_file(second, FileRequest(known_by="1001-01-01"))


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (FileRequest(layers=("no-such",)), UnknownId),
        (FileRequest(zones=("no-such",)), UnknownId),
        (FileRequest(bbox="1,2,3"), QueryError),
        (FileRequest(known_by="soon"), QueryError),
        (FileRequest(on="1200-01-01"), QueryError),
    ],
)
def test_what_cannot_be_understood_is_refused(second, asked, error):
    with pytest.raises(error):
        build_file(second, asked)


# What the file says of itself, as text


def test_day_it_opens_on_leaves_no_row_out(second):
    day = second.record.atlas.record_to
    made = build_file(second, FileRequest(on=day))
    assert made.rows == len(second.rows)
    assert block(made.page, "tamas-setup")["on"] == day


def test_whole_file_speaks_with_the_words_of_the_page(second):
    setup = block(build_file(second, FileRequest()).page, "tamas-setup")
    assert set(setup["words"]) == set(OURS)
    for lang, words in setup["words"].items():
        assert page_phrases(lang).items() <= words.items()
        assert words["file.whole"] == translator(lang).gettext("file.whole")


def test_words_on_the_whole_atlas_are_changed_in_a_part(second):
    made = build_file(second, FileRequest(known_by="2005-01-01"))
    for lang in OURS:
        words = block(made.page, "tamas-setup")["words"][lang]
        assert words["empty_day"] == translator(lang).gettext("file.in_part.empty_day")
        assert "2005" in words["cite_all"]
        assert words["cite_edition"] == translator(lang).gettext("file.in_part.cite_edition")


@pytest.mark.parametrize("group", ["file.in_part.", "file.in_known."])
def test_words_of_a_part_fill_no_more_than_those_they_stand_in_place_of(group):
    phrases = translator("en").phrases
    given = {"file.in_known.": {"known", "day"}}.get(group, set())
    for key, said in phrases.items():
        if key.startswith(group):
            gaps = set(re.findall(r"\{(\w+)\}", said)) - given
            assert gaps <= set(re.findall(r"\{(\w+)\}", phrases[key.removeprefix(group)])), key


def test_served_page_holds_nothing_of_the_file(second):
    html = render_page(page_data(second), mode="service")
    for word in ("tamas-file", "TamasFile", "this-file", "inert"):
        assert word not in html
    from layers.web.page.assets import served

    bodies = b"".join(asset.body for asset in served().values())
    assert b"this-file" not in bodies


def test_same_question_gives_the_same_bytes(second):
    asked = FileRequest("ar", known_by="2005-01-01")
    assert build_file(second, asked).page == build_file(second, asked).page


# Its check from outside


@pytest.fixture(scope="module")
def page(second) -> bytes:
    """The second atlas as one file."""
    return build_file(second, FileRequest()).page


@pytest.fixture(scope="module")
def everything(real) -> bytes:
    """The real atlas as one file."""
    return build_file(real, FileRequest()).page


@pytest.fixture
def checked(second, tmp_path) -> Callable[[bytes], FileCheck]:
    """A function that checks the bytes of a file against the second atlas."""

    def check(page: bytes) -> FileCheck:
        path = tmp_path / "page.html"
        path.write_bytes(page)
        return check_file(path, second)

    return check


def test_a_file_as_built_is_what_the_record_gives(page, checked, second):
    found = checked(page)
    assert found.same
    assert found.sha256 == hashlib.sha256(page).hexdigest()
    assert (found.bytes, found.record) == (len(page), second.record.sha256)


ALTERED = {
    "a word of the record": ("Invented", "Proven"),
    "a day": ('"opens_on":', '"opens_oN":'),
    "a word of the page": ('"legend":"Legend"', '"legend":"legend"'),
    "the page's script": ("const PARTS", "const PARTs"),
    "Leaflet": ("function", "functioN"),
    "a colour": ("--ink: #1b2026", "--ink: #1b2027"),
    "the policy": ("base-uri", "base-urj"),
    "the policy's letters, by an entity": ("&#x27;none&#x27;", "&#39;none&#39;"),
    "markup": ('<main class="page">', '<main class="pagE">'),
    "a script added": ("</main>", "</main><script>hurt()</script>"),
    "a statement added": ("</main>", "</main><p>The zone was agreed by all.</p>"),
    "a refresh that leads elsewhere": (
        "<head>", '<head><meta http-equiv="refresh" content="0;url=https://example.org">',
    ),
    "a frame added": ("</main>", '</main><iframe src="https://example.org"></iframe>'),
    "a handler added": ('<main class="page">', '<main class="page" onclick="hurt()">'),
    "a base that leads elsewhere": ("<head>", '<head><base href="https://example.org/">'),
    "a style that hides": ("</head>", "<style>.legend { display: none }</style></head>"),
    "a picture from elsewhere": ("</main>", '</main><img src="https://example.org/x.png">'),
    "a form added": ("</main>", '</main><form action="https://example.org"></form>'),
    "a mark that turns text round": ("<main", "\u202e<main"),
    "a comment added": ("</main>", "</main><!-- -->"),
    "what it says of itself": ("This file holds", "This file truly holds"),
    "a second statement of how it was made": (
        "<head>", '<head><script type="application/json" id="tamas-file">{}</script>',
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", list(ALTERED))
def test_a_forged_file_is_told(page, checked, what):
    old, new = (text.encode() for text in ALTERED[what])
    assert old in page
    try:
        found = checked(page.replace(old, new, 1))
    except ExportError as error:
        assert "does not say how it was made" in str(error)  # noqa: PT017  # one of two ways
        return
    assert found.first_difference is not None
    assert found.first_difference >= page.index(old)


@pytest.mark.parametrize("end", [b"\n", b"<script>hurt()</script>"])
def test_what_stands_after_the_end_is_told(page, checked, end):
    assert checked(page + end).first_difference == len(page)


@settings(max_examples=15)
@given(st.data())
def test_any_altered_byte_is_told(page, second, tmp_path_factory, data):
    at = data.draw(st.integers(0, len(page) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != page[at]))
    path = tmp_path_factory.getbasetemp() / "altered.html"
    path.write_bytes(page[:at] + bytes([byte]) + page[at + 1 :])
    try:
        assert check_file(path, second).first_difference == at
    except (ExportError, QueryError) as error:
        assert str(error)  # noqa: PT017  # the byte stood in what it says of how it was made


@pytest.mark.parametrize("spoil", [lambda p: b"", lambda p: p[:900], lambda p: b"<p>no page</p>"])
def test_a_file_that_does_not_say_how_it_was_made_is_one_clear_error(page, checked, spoil):
    with pytest.raises(ExportError, match="does not say how it was made"):
        checked(spoil(page))


def test_a_file_of_another_record_is_not_compared_and_its_digest_is_told(page, tmp_path, real):
    path = tmp_path / "page.html"
    path.write_bytes(page)
    with pytest.raises(ExportError, match=hashlib.sha256(page).hexdigest()):
        check_file(path, real)


def test_hostile_text_in_the_digest_stays_inside_the_statement():
    for payload in invented.HOSTILE:
        data = invented.page_data()
        data["atlas"]["digest"] = payload
        html = render_page(data, mode="file").encode()
        assert block(html, "tamas-file")["built"]["record"] == payload


def test_commands_write_a_part_and_check_it(tmp_path, second):
    file, zone = tmp_path / "part.html", second.rows[0].zone_id
    done = tamas("--seeds", SECOND, "export", "html", file, "--zone", zone, "--json")
    told = json.loads(done.stdout)
    assert told["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert told["bytes"] == file.stat().st_size
    assert told["rows"] == len([row for row in second.rows if row.zone_id == zone])
    assert told["record"] == second.record.sha256
    done = tamas("--seeds", SECOND, "verify", "--file", file)
    assert done.returncode == 0
    assert told["sha256"] in done.stdout
    file.write_bytes(file.read_bytes().replace(b'"opens_on":', b'"opens_oN":'))
    done = tamas("--seeds", SECOND, "verify", "--file", file)
    assert (done.returncode, done.stdout) == (1, "")
    one_line(done.stderr, says=(str(file), "differs from what this record gives at byte"))


# In the browser


@pytest.fixture
def opened(tabs, tmp_path) -> Any:
    """A function that opens the bytes of a page; without ``ready`` it does not wait for it."""

    def open_page(
        html: bytes,
        link: str = "",
        size: str = "wide",
        *,
        ready: bool = True,
    ) -> Any:
        (tmp_path / "page.html").write_bytes(html)
        seen = tabs.take(*SIZES[size])
        seen.faults = []
        tabs.hear(seen, "pageerror", lambda error: seen.faults.append(str(error)))
        seen.goto((tmp_path / "page.html").as_uri() + link)
        return idle(seen) if ready else seen

    return open_page


@pytest.mark.browser
@pytest.mark.enable_socket
@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("size", list(SIZES))
def test_a_file_says_how_to_check_it_and_does_not_vouch_for_itself(
    opened, page, second, lang, size
):
    seen = opened(page, f"#lang={lang}", size)
    if size == "phone":
        seen.locator(".list-button").click()
    said = seen.locator(".this-file").inner_text()
    assert "tamas verify --file" in said
    assert second.record.sha256 in said
    assert seen.locator(".this-file button").count() == 0
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = seen.evaluate(f"{AXE}; axe.run('.panel', {json.dumps(rules)})")
    assert [one["id"] for one in found["violations"]] == []
    assert seen.faults == []


@pytest.mark.browser
@pytest.mark.enable_socket
def test_a_file_whose_script_does_not_run_says_so(opened, page):
    seen = opened(page.replace(b"const PARTS", b"const PARTS PARTS", 1), ready=False)
    assert translator("en").gettext("file.inert") in seen.locator(".panel").inner_text()


@pytest.mark.browser
@pytest.mark.enable_socket
def test_a_part_opens_on_its_zone_and_its_day_and_says_what_it_holds(opened, real):
    made = build_file(real, FileRequest(zones=(ENDED,), on="2020-01-01"))
    seen = opened(made.page)
    assert seen.locator(".zone h2").inner_text() == real.record.zones[ENDED].names["en"]
    assert seen.locator(".timeline").get_attribute("data-on") == "2020-01-01"
    said = seen.locator(".this-file.first").inner_text()
    assert real.record.zones[ENDED].names["en"] in said
    assert f"{made.rows} of the {len(real.rows)} periods" in said
    seen.locator(".language").click()
    assert real.record.zones[ENDED].names["ar"] in seen.locator(".this-file.first").inner_text()
    seen.keyboard.press("Escape")
    assert seen.locator(".list .entry").count() == 1
    assert seen.locator(".this-file").count() == 2


@pytest.mark.browser
@pytest.mark.enable_socket
def test_a_box_is_what_the_map_opens_on(opened, real):
    west, south, east, north = 36.0, 35.0, 37.5, 36.5
    made = build_file(real, FileRequest(bbox=f"{west},{south},{east},{north}"))
    assert 0 < made.rows < len(real.rows)
    seen = opened(made.page)
    view = seen.evaluate("Tamas.page.atlas.map.getBounds().toBBoxString()")
    left, below, right, above = map(float, view.split(","))
    assert left <= west
    assert below <= south
    assert right >= east
    assert above >= north
    assert min(right - left - (east - west), above - below - (north - south)) < 1.0


@pytest.mark.browser
@pytest.mark.enable_socket
def test_a_part_shows_its_rows_as_the_whole_page_does(opened, real, everything):
    chosen = "tanf-triangle"
    days = ("2017-06-01", "2019-01-01", "2022-01-01")
    shown = []
    for page in (everything, build_file(real, FileRequest(layers=(chosen,))).page):
        seen = opened(page, f"#layers={chosen}&on={days[0]}")
        texts = []
        for day in days:
            seen.evaluate(f"Tamas.page.atlas.set({{on: Date.parse('{day}') / 864e5}})")
            texts.append(seen.locator(".list .entry").all_text_contents())
            for zone in [z.id for z in real.record.zones.values() if z.layer == chosen]:
                seen.evaluate(f"Tamas.page.atlas.choose('{zone}', {{move: false}})")
                texts.append(seen.locator(".zone").text_content())
                seen.evaluate("Tamas.page.atlas.choose(null)")
        shown.append(texts)
    # The part says of itself alone that nothing is recorded for a day.
    said = json.dumps(shown[1]).replace("recorded in this file for", "recorded for")
    assert json.dumps(shown[0]) == said
    assert len(shown[0]) > 10


@pytest.mark.browser
@pytest.mark.enable_socket
def test_a_part_as_known_lists_what_the_whole_page_lists_by_that_day(opened, real, everything):
    days = ("2016-06-01", "2017-09-01", "2018-09-20", "2020-03-01")
    shown = []
    known = build_file(real, FileRequest(known_by=KNOWN)).page
    for page, link in ((everything, f"#known={KNOWN}"), (known, "")):
        seen = opened(page, link)
        texts = []
        for day in days:
            seen.evaluate(f"Tamas.page.atlas.set({{on: Date.parse('{day}') / 864e5}})")
            texts.append(seen.locator(".list .entry").all_text_contents())
        shown.append(texts)
    assert shown[0] == shown[1]
    assert all(shown[0])


@pytest.mark.browser
@pytest.mark.enable_socket
def test_a_part_as_known_says_so_in_its_citation(opened, real):
    seen = opened(build_file(real, FileRequest(known_by=KNOWN)).page)
    assert "as known by 20 September 2018" in seen.locator(".this-file.first").inner_text()
    seen.locator("[data-key=cite-view]").click()
    said = seen.locator(".citation").inner_text()
    assert "sources known by 20 September 2018" in said
    assert "an extract" in said
