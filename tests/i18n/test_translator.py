"""The translator: phrases, counts, dates, numbers and lists in each language."""

from dataclasses import replace
from datetime import date

import pytest

from layers.errors import QueryError
from layers.i18n import choose_language, language, script_of, translator
from layers.record.texts import LocalizedText

EN, AR = translator("en"), translator("ar")
DAY = date(2020, 3, 5)


def test_facts_of_a_language_come_from_cldr():
    english, arabic = language("en"), language("ar")
    assert (english.direction, script_of("en"), english.native_name) == ("ltr", "Latn", "English")
    assert (arabic.direction, script_of("ar"), arabic.native_name) == ("rtl", "Arab", "العربية")


def test_a_region_falls_back_to_its_language_and_keeps_its_months():
    assert translator("ar-EG").gettext("legend") == AR.gettext("legend")
    assert AR.date(DAY) == "5 آذار 2020"
    assert translator("ar-EG").date(DAY) == "5 مارس 2020"


@pytest.mark.parametrize("tag", ["xx", "", "ar_SY", "../en"])
def test_what_is_no_language_is_refused(tag):
    with pytest.raises(QueryError, match="is no language that CLDR knows"):
        translator(tag)


def test_a_language_without_a_catalogue_has_the_words_of_the_source_around_its_texts():
    words = translator("fa")
    assert words.gettext("legend") == EN.gettext("legend")
    assert (words.language.spoken, words.direction, words.date(DAY)) == ("en", "ltr", EN.date(DAY))
    text = LocalizedText({"en": "Strip", "fa": "نوار"})
    assert words.pick(text) == "نوار"
    assert words.marks(text) == {"lang": "fa", "dir": "rtl"}
    assert AR.marks(text) == {"lang": "en", "dir": "ltr"}
    assert EN.marks(text) == {}


@pytest.mark.parametrize(
    ("given", "languages", "found"),
    [
        (None, ("uk", "en"), "uk"),
        ("ar-SY", ("en", "ar"), "ar"),
        ("AR-sy", ("en", "ar"), "ar"),
        ("ar", ("en", "ar-SY"), "ar-SY"),
        ("sr-Latn-RS", ("sr", "sr-Latn"), "sr-Latn"),
    ],
)
def test_a_language_is_chosen_among_those_of_an_atlas(given, languages, found):
    assert choose_language(given, languages) == found


def test_a_language_that_an_atlas_has_not_is_refused_by_name():
    with pytest.raises(QueryError, match="is none of en, uk"):
        choose_language("ar", ("en", "uk"))


def test_an_atlas_may_write_other_digits(second):
    atlas = second.record.atlas.model_copy(update={"numbering": "arab"})
    words = translator("ar", replace(second.record, atlas=atlas))
    assert words.number(1234.5, 1) == "\u0661\u0662\u0663\u0664.\u0665"
    assert words.date(DAY) == "\u0665 آذار \u0662\u0660\u0662\u0660"


def test_phrases_are_filled_once():
    assert EN.gettext("go_to", date="{date}") == "Go to {date}"
    assert EN.gettext("go_to") == "Go to {date}"
    with pytest.raises(KeyError):
        EN.gettext("no_such_key")


def test_values_of_the_other_script_are_isolated():
    assert EN.isolate("Idlib 12") == "Idlib 12"
    assert EN.isolate("إدلب") == "\u2068إدلب\u2069"
    assert AR.isolate("إدلب") == "إدلب"
    assert AR.isolate("12") == "12"
    assert AR.isolate("2020-03-05") == "\u20682020-03-05\u2069"
    assert AR.gettext("near", place="Idlib") == "قرب \u2068Idlib\u2069"


@pytest.mark.parametrize(
    ("n", "english", "arabic"),
    [
        (0, "No zones or places on this day", "لا مناطق ولا أماكن في هذا اليوم"),
        (1, "1 zone or place on this day", "منطقة أو مكان واحد في هذا اليوم"),
        (2, "2 zones and places on this day", "منطقتان أو مكانان في هذا اليوم"),
        (3, "3 zones and places on this day", "3 مناطق وأماكن في هذا اليوم"),
        (11, "11 zones and places on this day", "11 منطقة ومكاناً في هذا اليوم"),
        (100, "100 zones and places on this day", "100 منطقة ومكان في هذا اليوم"),
        (103, "103 zones and places on this day", "103 مناطق وأماكن في هذا اليوم"),
        (1111, "1,111 zones and places on this day", "1111 منطقة ومكاناً في هذا اليوم"),
    ],
)
def test_counts_take_the_plural_form_of_the_language(n, english, arabic):
    assert (EN.ngettext("on_day", n), AR.ngettext("on_day", n)) == (english, arabic)


def test_none_is_a_form_only_where_the_catalogue_has_one():
    assert (EN.ngettext("days_apart", 0), AR.ngettext("days_apart", 0)) == (
        "0 days apart",
        "اليوم نفسه",
    )


def test_statuses_agree_with_their_kind():
    assert AR.status("agreed", "deescalation_area") == "متفق عليها على الورق"
    assert AR.status("agreed", "patrol_route") == "متفق عليه على الورق"
    assert (
        AR.status("agreed")
        == AR.status("agreed", "a-kind-of-an-atlas")
        == AR.gettext("status.agreed")
    )
    assert EN.status("agreed", "deescalation_area") == "Agreed on paper"
    assert EN.status("unknown", "post", after=True) == "No later report"
    assert EN.status("agreed", "post", after=True) == "Agreed on paper"


def test_kinds_are_named_or_stay_their_id():
    assert EN.kind("post") == "Observation post"
    assert EN.kind("no-such-kind") == "no-such-kind"


def test_a_phrase_inside_a_line_has_no_capital():
    assert EN.lowercase_initial("No later report") == "no later report"
    assert AR.lowercase_initial("لا تقارير") == "لا تقارير"


def test_numbers_are_rounded_and_divided_as_the_language_does():
    assert (EN.number(1234567), AR.number(1234567)) == ("1,234,567", "1234567")
    assert EN.number(12.5, 1) == "12.5"
    assert EN.number(12.04, 1) == "12"
    assert (EN.km(15_000), EN.km(1_440), EN.km(9_960)) == ("15 km", "1.4 km", "10 km")
    assert AR.km(1_440) == "1.4 كم"


def test_lists():
    assert (EN.join(["a", "b"]), AR.join(["ا", "ب"])) == ("a, b", "ا، ب")
    assert (EN.conjunction("abc"), AR.conjunction("ابج")) == ("a, b, and c", "ا وب وج")


def test_days_in_words():
    assert (EN.date(DAY), EN.date(DAY, short=True)) == ("5 March 2020", "5 Mar 2020")
    assert EN.date(date(2020, 9, 30), short=True) == "30 Sep 2020"
    assert AR.date(DAY, short=True) == "5 آذار 2020"


@pytest.mark.parametrize(
    ("last", "english", "arabic"),
    [
        (None, "since 5 Mar 2020", "منذ 5 آذار 2020"),
        (DAY, "5 Mar 2020", "5 آذار 2020"),
        (date(2020, 3, 9), "5 – 9 Mar 2020", "من 5 إلى 9 آذار 2020"),
        (date(2020, 5, 1), "5 Mar – 1 May 2020", "من 5 آذار إلى 1 أيار 2020"),
        (date(2021, 3, 9), "5 Mar 2020 – 9 Mar 2021", "من 5 آذار 2020 إلى 9 آذار 2021"),
    ],
)
def test_ranges_say_what_both_days_share_once(last, english, arabic):
    assert (EN.date_range(DAY, last), AR.date_range(DAY, last)) == (english, arabic)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("2020-03-05", "5 Mar 2020"),
        ("2020-03", "March 2020"),
        ("2020", "2020"),
        ("2020-03~", "about March 2020"),
        ("2016?", "2016, uncertain"),
        ("2016%", "about 2016"),
        ("2020-03-05/2020-04", "5 Mar 2020 – April 2020"),
        ("2020-03-05/..", "since 5 Mar 2020"),
        ("../2020-04", "until April 2020"),
        ("2020-21", "2020-21"),
        ("201X", "201X"),
    ],
)
def test_dates_of_the_record_in_words(text, english):
    assert EN.format_edtf(text) == english
