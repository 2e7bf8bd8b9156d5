"""Periods beside a period: the one before, the same of a year before, and all earlier ones."""

from datetime import date

import pytest

from layers.report.model import Days
from layers.report.periods import before, compared, earlier


def days(first, last, text="x"):
    return Days(text, date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("first", "last", "wanted"),
    [
        ("2020-03-09", "2020-03-15", ("2020-03-02", "2020-03-08")),
        ("2020-03-01", "2020-03-31", ("2020-02-01", "2020-02-29")),
        ("2020-01-01", "2020-03-31", ("2019-10-01", "2019-12-31")),
        ("2020-01-01", "2020-12-31", ("2019-01-01", "2019-12-31")),
        ("2020-03-05", "2020-03-05", ("2020-03-04", "2020-03-04")),
        ("2020-03-05", "2020-03-14", ("2020-02-24", "2020-03-04")),
    ],
)
def test_the_period_before_is_as_long_and_of_months_where_this_is(first, last, wanted):
    found = before(days(first, last))
    assert (str(found.first), str(found.last)) == wanted


def test_a_week_of_a_year_before_has_the_same_days_of_the_week():
    found = compared(days("2020-03-09", "2020-03-15", "2020-W11"), "year")
    assert (str(found.first), str(found.last)) == ("2019-03-11", "2019-03-17")


def test_a_month_of_a_year_before_ends_with_its_own_last_day():
    found = compared(days("2020-02-29", "2020-02-29"), "year")
    assert (str(found.first), str(found.last)) == ("2019-02-28", "2019-02-28")


def test_earlier_periods_end_where_the_record_begins():
    found = list(earlier(days("2020-03-09", "2020-03-15"), most=9, from_day=date(2020, 2, 20)))
    assert [str(one.first) for one in found] == ["2020-03-02", "2020-02-24"]
