"""The time algebra: EDTF level 1, what a period's dates mean, and what holds on a day."""

from __future__ import annotations

import warnings
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from layers.record.dates import (
    Edtf,
    Validity,
    certain_overlap,
    meets,
    parse_day,
    parse_edtf,
    validity,
)

DAY = timedelta(days=1)


def reading(text: str) -> tuple[str | None, str | None]:
    found = parse_edtf(text)
    return tuple(side.isoformat() if side else None for side in (found.earliest, found.latest))


READINGS = {
    "2020-03-05": ("2020-03-05", "2020-03-05"),
    "2020-03": ("2020-03-01", "2020-03-31"),
    "2020-02": ("2020-02-01", "2020-02-29"),
    "2019-02": ("2019-02-01", "2019-02-28"),
    "2020": ("2020-01-01", "2020-12-31"),
    "201X": ("2010-01-01", "2019-12-31"),
    "20XX": ("2000-01-01", "2099-12-31"),
    "2020-XX": ("2020-01-01", "2020-12-31"),
    "2020-XX-XX": ("2020-01-01", "2020-12-31"),
    "2020-12-XX": ("2020-12-01", "2020-12-31"),
    "2020-21": ("2020-03-01", "2020-05-31"),
    "2020-22": ("2020-06-01", "2020-08-31"),
    "2020-23": ("2020-09-01", "2020-11-30"),
    "2020-24": ("2020-12-01", "2021-02-28"),
    "2020-03-05~": ("2020-03-04", "2020-03-06"),
    "2020-01-01?": ("2019-12-31", "2020-01-02"),
    "2020-03%": ("2020-02-01", "2020-04-30"),
    "2016~": ("2015-01-01", "2017-12-31"),
    "2020-24~": ("2020-09-01", "2021-05-31"),
    "2016/2017-05-18": ("2016-01-01", "2017-05-18"),
    "2016~/2017-05?": ("2015-01-01", "2017-06-30"),
    "2017-05-18/..": ("2017-05-18", None),
    "2017-05-18/": ("2017-05-18", None),
    "../2017-05-18": (None, "2017-05-18"),
    "/2017-05": (None, "2017-05-31"),
    "2017-05-18/2017-05-18": ("2017-05-18", "2017-05-18"),
    "0001-01-01": ("0001-01-01", "0001-01-01"),
    "9999-12-31": ("9999-12-31", "9999-12-31"),
}


@pytest.mark.parametrize("text", READINGS)
def test_an_edtf_date_is_read_as_widely_as_it_can_be_meant(text):
    assert reading(text) == READINGS[text]
    assert parse_edtf(text).text == text


BAD = [
    "", " ", "some day", "2020-3-5", "2020-13", "2020-00", "2020-02-30", "2019-02-29", "2020-03-00",
    "05.03.2020", "2020/03/05", "20200305", "2020-03-05T10:00:00Z", " 2020", "2020 ", "2020\n",
    "٢٠٢٠", "2020-03-٠٥", "-0044", "0000", "Y17000", "12020", "2020-25", "2020-20", "2020-21-05",
    "2020~-03", "?2020-03", "2020-03-05~?", "2020-0X", "2020-1X-01", "20X0", "XXXX", "2X20",
    "201X-05", "201X-05-01", "2020-XX-05", "201X-XX", "201X-XX-XX", "[2019,2020]", "{2019..2020}",
    "2020-03..2020-04",
    "..", "/", "../..", "/..", "2020/2019", "2020-03-06/2020-03-05", "2018/2019/2020", "..2020",
    "2020-03-05/Y12345", "9999~", "0001~", "2020-03-05/unknown", "open", "null",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_edtf_date_of_level_1_is_refused_in_one_line(text):
    with pytest.raises(ValueError) as caught:
        parse_edtf(text)
    assert "\n" not in str(caught.value).replace(repr(text), "")


@pytest.mark.parametrize("value", [None, 2020, 2020.0, True, date(2020, 3, 5), ["2020"]])
def test_what_is_no_text_is_no_date(value):
    for parse in (parse_edtf, parse_day):
        with pytest.raises(ValueError):
            parse(value)


@pytest.mark.parametrize(
    "text", ["2020-03", "2020-02-30", "2020-3-05", "2020-03-05\n", "٢٠٢٠-03-05", ""]
)
def test_a_day_is_full_or_refused(text):
    with pytest.raises(ValueError, match=r"write YYYY-MM-DD|no day of the calendar"):
        parse_day(text)


# --- against another implementation ----------------------------------------------------------

years = st.integers(1000, 2999).map(str)
months = st.integers(0, 14).map("{:02d}".format)
days = st.integers(0, 32).map("{:02d}".format)
doubts = st.sampled_from(["", "", "~", "?", "%"])
simple = st.one_of(
    years,
    st.builds("{}-{}".format, years, months),
    st.builds("{}-{}-{}".format, years, months, days),
    st.builds("{}-{}".format, years, st.sampled_from(["21", "22", "23", "24", "25"])),
)
doubted = st.builds(str.__add__, simple, doubts)
unspecified = st.builds(
    str.__add__,
    st.integers(100, 299).map(str),
    st.sampled_from(
        ["X", "5-XX", "5-XX-XX", "5-11-XX", "5-13-XX", "X-11", "X-XX", "5-XX-11", "5-1X"]
    ),
)
intervals = st.builds("{}/{}".format, doubted | st.just(".."), doubted | st.just(".."))
noise = st.text("0123456789-X~?%/.YTS", min_size=1, max_size=12)


@cache
def validator():
    """Return edtf-validate; its grammar takes a second, which one worker alone needs to spend."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it was written for an older pyparsing
        from edtf_validate import valid_edtf
    return valid_edtf


def other_reads(text: str) -> bool:
    """Tell whether edtf-validate takes a text for level 1, as far as we mean the same."""
    try:
        return bool(validator().conformsLevel1(text) and validator().is_valid(text))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return False


def ours(text: str) -> bool:
    try:
        parse_edtf(text)
    except ValueError:
        return False
    return True


def differs_knowingly(text: str) -> bool:
    """Tell where the two mean different things.

    The validator takes 29 February in any year; it has no doubt on a season outside an
    interval, which the text of the standard allows, nor X in an interval's date; it wants the
    ends of an interval ordered by the start of each alone. Times of day, negative years, year
    0 and years of five digits are EDTF but no date of this record.
    """
    season = any(f"-{number}" in text[4:7] for number in range(21, 25))
    return (
        "-02-29" in text
        or "/" in text
        or "T" in text
        or "Y" in text
        or text.startswith(("-", "0000"))
        or (season and text[-1] in "~?%")
    )


@given(doubted | unspecified | noise)
def test_dates_agree_with_edtf_validate(text):
    assume(not differs_knowingly(text))
    assert ours(text) == other_reads(text)


@given(intervals)
def test_intervals_agree_with_edtf_validate_where_their_sides_do_not_overlap(text):
    """Only intervals whose sides are dates for both, and clearly ordered or clearly reversed."""
    sides = text.split("/")
    assume(sides != ["..", ".."])
    assume(all(side == ".." or (ours(side) and "-02-29" not in side) for side in sides))
    if ".." not in sides:
        first, last = map(parse_edtf, sides)
        assume(first.latest < last.earliest or last.latest < first.earliest)
    assert ours(text) == other_reads(text)


@given(doubted | unspecified | intervals | noise)
def test_any_text_is_a_date_or_refused(text):
    if ours(text):
        found = parse_edtf(text)
        assert found.earliest or found.latest
        if found.earliest and found.latest:
            assert found.earliest <= found.latest


@given(simple)
def test_a_doubt_widens_a_date_to_both_sides(text):
    assume(ours(text))
    plain, unsure = parse_edtf(text), parse_edtf(text + "~")
    assert unsure.earliest < plain.earliest
    assert unsure.latest > plain.latest


# --- periods ---------------------------------------------------------------------------------

some_day = st.dates(date(2000, 1, 1), date(2030, 1, 1))


@st.composite
def edtf_dates(draw, *, open_start=False, open_end=False):
    first, last = sorted([draw(some_day), draw(some_day)])
    kind = draw(st.sampled_from(["day", "between", *["from"] * open_end, *["until"] * open_start]))
    text = {
        "day": f"{first}",
        "between": f"{first}/{last}",
        "from": f"{first}/..",
        "until": f"../{last}",
    }
    return parse_edtf(text[kind])


@st.composite
def validities(draw):
    start = draw(edtf_dates(open_end=True))
    end = draw(st.none() | edtf_dates(open_start=True, open_end=True))
    last = draw(st.none() | some_day) if end is None else None
    try:
        return validity(start, end, last)
    except ValueError:
        assume(False)
        raise


def test_a_period_between_sure_days_is_certain_on_each():
    held = validity(parse_edtf("2020-03-05"), parse_edtf("2020-03-07"))
    assert held == Validity(date(2020, 3, 5), date(2020, 3, 7), date(2020, 3, 5), date(2020, 3, 7))
    asked = [held.holds(date(2020, 3, day)) for day in range(4, 9)]
    assert asked == [None, "certain", "certain", "certain", None]


def test_between_the_readings_of_its_ends_a_period_is_possible():
    held = validity(parse_edtf("2020-03"), parse_edtf("2020-05"))
    asked = {day: held.holds(parse_day(day)) for day in (
        "2020-02-29", "2020-03-01", "2020-03-30", "2020-03-31", "2020-05-01", "2020-05-02",
        "2020-05-31", "2020-06-01",
    )}  # fmt: skip
    assert list(asked.values()) == [
        None, "possible", "possible", "certain", "certain", "possible", "possible", None,
    ]  # fmt: skip


def test_a_period_whose_readings_cross_is_never_certain():
    held = validity(parse_edtf("2020"), parse_edtf("2020"))
    assert (held.certain_from, held.certain_to) == (None, None)
    assert held.holds(date(2020, 6, 1)) == "possible"


def test_a_period_without_an_end_holds_to_the_end_of_time():
    held = validity(parse_edtf("2020-03-05"), None)
    assert held.holds(date.max) == "certain"
    assert held.holds(date.min) is None


def test_a_period_that_was_over_by_a_day_holds_no_longer():
    held = validity(parse_edtf("2020-03-05"), None, date(2020, 4, 1))
    assert held.holds(date(2020, 4, 1)) == "certain"
    assert held.holds(date(2020, 4, 2)) is None


def test_a_start_whose_latest_day_is_open_is_possible_alone():
    held = validity(parse_edtf("2020-03-05/.."), parse_edtf("2020-06-01"))
    assert held.holds(date(2020, 6, 1)) == "possible"


def test_an_end_whose_earliest_day_is_open_is_possible_alone():
    held = validity(parse_edtf("2020-03-05"), parse_edtf("../2020-06-01"))
    assert held.holds(date(2020, 3, 5)) == "possible"


@pytest.mark.parametrize(
    ("start", "end", "last"),
    [
        ("2020-03-05", "2020-03-04", None),
        ("2020-04", "2020-03", None),
        ("2020-03-05", None, "2020-03-04"),
        ("../2020", "2021", None),
    ],
)
def test_an_end_before_the_start_or_an_open_start_is_refused(start, end, last):
    with pytest.raises(ValueError, match=r"before it starts|needs one"):
        validity(
            parse_edtf(start), parse_edtf(end) if end else None, parse_day(last) if last else None
        )


def test_an_end_that_may_lie_on_the_start_is_allowed():
    """'Before' means that the latest end lies before the earliest start."""
    assert validity(parse_edtf("2020-03"), parse_edtf("2020-03-01")).valid_to == date(2020, 3, 1)


@given(validities())
def test_the_last_day_is_in_and_the_next_is_out(held):
    assert held.holds(held.valid_from)
    assert held.holds(held.valid_from - DAY) is None
    if held.valid_to:
        assert held.holds(held.valid_to)
        assert held.holds(held.valid_to + DAY) is None


@given(validities(), some_day)
def test_what_is_certain_lies_within_what_is_possible(held, day):
    if held.certain_from:
        assert held.valid_from <= held.certain_from
        assert held.holds(held.certain_from) == "certain"
        assert held.valid_to is None or held.certain_to <= held.valid_to
    if held.holds(day) == "certain":
        assert held.valid_from <= day


@given(validities(), validities())
def test_overlap_is_the_same_both_ways_and_means_a_day_that_both_surely_hold(one, other):
    assert certain_overlap(one, other) == certain_overlap(other, one)
    shared = [
        day
        for held in (one, other)
        if (day := held.certain_from)
        and one.holds(day) == "certain"
        and other.holds(day) == "certain"
    ]
    assert certain_overlap(one, other) == bool(shared)


@given(validities(), some_day)
def test_meeting_a_day_is_holding_on_it(held, day):
    assert meets(held, day, day) == bool(held.holds(day))


@given(validities(), some_day, some_day)
def test_meeting_a_window_is_holding_on_its_first_day_or_beginning_in_it(held, one, other):
    first, last = sorted([one, other])
    begins = first <= held.valid_from <= last
    assert meets(held, first, last) == (bool(held.holds(first)) or begins)
    assert meets(held, first, None) == (held.valid_to is None or held.valid_to >= first)
    assert meets(held, None, last) == (held.valid_from <= last)
    assert meets(held, None, None)


@given(edtf_dates(open_start=True, open_end=True))
def test_the_text_of_a_date_says_all_of_it(found):
    assert parse_edtf(found.text) == found
    assert isinstance(found, Edtf)
