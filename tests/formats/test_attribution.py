"""Licences and makers of an export: those of exactly what is inside, and nobody else's."""

from __future__ import annotations

import pytest

from layers.build.inputs import iter_data_sources
from layers.formats.attribution import (
    LEGAL,
    Credit,
    as_json,
    by_licence,
    credit_lines,
    credits_of,
    notice,
)
from layers.record.texts import LocalizedText


def test_the_texts_of_the_record_come_first_under_its_licence(either) -> None:
    first, *others = credits_of(either, either.frame)
    assert (first.part, first.licence) == ("texts", either.record.atlas.licence)
    assert first.maker == either.record.atlas.title
    assert "texts" not in {credit.part for credit in others}


def test_credits_are_those_of_the_inputs_and_no_others(either) -> None:
    for row in either.rows:
        found = {
            (c.source, c.licence)
            for c in credits_of(either, either.frame[either.frame["id"] == row.id])
            if c.part != "texts"
        }
        inputs = iter_data_sources(either.record, either.recipes[row.id])
        assert found == {(source, licence) for _, source, licence in inputs}


def test_credits_say_what_the_rows_say_of_themselves(either) -> None:
    said = {part for row in either.rows for part in row.attribution.split("; ") if part}
    assert set(credit_lines(credits_of(either, either.frame), "en")[1:]) == said


def test_a_credit_names_the_layers_it_went_into(either) -> None:
    for credit in credits_of(either, either.frame)[1:]:
        drawn = {
            row.layer
            for row in either.rows
            if (credit.source, credit.licence)
            in {(s, terms)
                for k, s, terms in iter_data_sources(either.record, either.recipes[row.id])
                if (k == "trace") == (credit.part == "lines")}
        }  # fmt: skip
        assert set(credit.layers) == drawn


def test_an_export_without_rows_holds_texts_alone(second) -> None:
    assert [credit.part for credit in credits_of(second, second.frame[:0])] == ["texts"]


def test_places_bring_their_own_sources(real) -> None:
    places = real.record.places.values()
    found = credits_of(real, real.frame[:0], places=real.record.places)[1:]
    assert {(c.source, c.licence) for c in found} == {(p.source, p.licence) for p in places}


def test_what_is_added_is_listed_once(second) -> None:
    font = Credit("software", LocalizedText(en="A font", ar="خط"), "OFL-1.1")
    found = credits_of(second, second.frame, also=[font, font])
    assert found.count(font) == 1


def test_the_order_does_not_hang_on_the_order_of_rows(either) -> None:
    forward = credits_of(either, either.frame)
    backward = credits_of(either, either.frame[::-1])
    assert [(c.part, c.source, c.licence) for c in forward] == [
        (c.part, c.source, c.licence) for c in backward
    ]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_notice_names_every_licence_and_maker(either, lang) -> None:
    found = credits_of(either, either.frame)
    text = notice(found, lang)
    for licence, group in by_licence(found).items():
        assert f"### {licence}\n" in text
        for credit in group:
            assert credit.maker.as_dict()[lang] in text
        if licence in LEGAL:
            assert LEGAL[licence].url in text


def test_a_notice_tells_what_share_alike_asks(real) -> None:
    terms = real.frame["attribution"]
    traced = real.frame[terms.str.contains("ODbL")]
    free = real.frame[~terms.str.contains("ODbL|SA")]
    assert "Share-alike" in notice(credits_of(real, traced), "en")
    assert "Share-alike" not in notice(credits_of(real, free), "en")


def test_terms_without_a_known_text_have_no_address(second) -> None:
    odd = Credit("points", LocalizedText(en="Somebody", ar="أحد"), "ask first")
    assert as_json([odd])[0]["spdx"] is None
    assert as_json([odd])[0]["licence_url"] is None


def test_a_hostile_name_makes_no_markup_and_no_line_of_its_own() -> None:
    evil = LocalizedText(en="<script>x</script>\n# [a](javascript:b) `c`", ar="*أ*")
    text = notice([Credit("points", evil, "ask", url="https://a.example/>)<b>")], "en")
    item = next(line for line in text.splitlines() if "script" in line)
    assert "\\<script\\>" in item
    assert "\\# \\[a\\]" in item
    assert "<https://a.example/%3E)%3Cb%3E>" in item
