"""Broken clauses and tallies: each is one clear fault with file, record and field."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from layers.errors import SeedFaults
from layers.record.dates import due_days
from layers.record.reader import read
from tests.support.atlases import add, swap
from tests.support.terms import copy_terms

CLAUSES, COUNTS = "clauses/ferry-terms.yaml", "claims/ferry-counts.yaml"
P1, P3, P4 = "ferry-terms-p01", "ferry-terms-p03", "ferry-terms-p04"
C1, C3, C4 = "ferry-counts-01", "ferry-counts-03", "ferry-counts-04"
WEEK = "by: within 7 days of signing"


def of(name: str, old: str, new: str):
    """Return an edit within the entry of a file that begins with an id."""

    def edit(folder: Path) -> None:
        path = folder / (COUNTS if name.startswith("ferry-counts") else CLAUSES)
        head, mark, rest = path.read_text(encoding="utf-8").partition(f"id: {name}")
        assert old in rest, f"{name} holds no {old!r}"
        path.write_text(head + mark + rest.replace(old, new, 1), encoding="utf-8")

    return edit


def renamed(name: str, head: str):
    """Return an edit that gives the file of clauses another name and head."""

    def edit(folder: Path) -> None:
        text = (folder / CLAUSES).read_text(encoding="utf-8")
        (folder / CLAUSES).unlink()
        whole = text.replace("agreement: ferry-terms", head, 1)
        (folder / f"clauses/{name}.yaml").write_text(whole, encoding="utf-8")

    return edit


# What is wrong: the edit, the file, record and field of the fault, and what it says.
FAULTS = {
    "an agreement that is no source": (
        renamed("lost-terms", "agreement: lost-terms"),
        ("clauses/lost-terms.yaml", "", "agreement"),
        "no source 'lost-terms'; add it",
    ),
    "a file named otherwise than its agreement": (
        renamed("other-terms", "agreement: ferry-terms"),
        ("clauses/other-terms.yaml", "", "agreement"),
        "differs from the file's name: other-terms.yaml",
    ),
    "an agreement whose source is a page": (
        swap("sources.yaml", "id: ferry-terms\n  kind: agreement", "id: ferry-terms\n  kind: page"),
        (CLAUSES, "", "agreement"),
        "is of kind page, not the text of an agreement",
    ),
    "an id given twice": (
        swap(CLAUSES, "id: ferry-terms-p02", "id: ferry-terms-p01"),
        (CLAUSES, P1, "id"),
        "is given twice",
    ),
    "a duty of no kind": (
        of(P1, "duty: withdraw", "duty: wander"),
        (CLAUSES, P1, "duty"),
        "must be 'withdraw', 'refrain'",
    ),
    "a duty of nobody": (
        of(P1, "who: [north-bank]", "who: []"),
        (CLAUSES, P1, "who"),
        "must have at least 1",
    ),
    "an actor that is not there": (
        of(P1, "who: [north-bank]", "who: [nobody]"),
        (CLAUSES, P1, "who"),
        "no actor 'nobody'; add it",
    ),
    "towards an actor that is not there": (
        of(P3, "towards: [ridge-league]", "towards: [nobody]"),
        (CLAUSES, P3, "towards"),
        "no actor 'nobody'; add it",
    ),
    "in a zone that is not there": (
        of(P3, "zones: [ferry-road-watch]", "zones: [lost]"),
        (CLAUSES, P3, "zones"),
        "no zone 'lost'; add it",
    ),
    "at a place that is not there": (
        of(P3, "places: [ferrow]", "places: [lost]"),
        (CLAUSES, P3, "places"),
        "no place 'lost'; add it",
    ),
    "a zone it makes that is not there": (
        of("ferry-terms-p05", "makes: [ferry-road-watch]", "makes: [lost]"),
        (CLAUSES, "ferry-terms-p05", "makes"),
        "no zone 'lost'; add it",
    ),
    "without a claim": (
        of(P1, "claims: [ferry-terms-01]", "claims: []"),
        (CLAUSES, P1, "claims"),
        "must have at least 1",
    ),
    "a claim that is not there": (
        of(P1, "claims: [ferry-terms-01]", "claims: [ferry-terms-99]"),
        (CLAUSES, P1, "claims"),
        "no claim 'ferry-terms-99'; add it",
    ),
    "a term that nobody can count": (
        of(P1, WEEK, "by: within a few days of signing"),
        (CLAUSES, P1, "by"),
        "is no date and no term: write 2018-10-10, 'within 7 days of signing'",
    ),
    "a term on no day of the calendar": (
        of(P1, WEEK, "by: 3 days from 30 February 2004"),
        (CLAUSES, P1, "by"),
        "no day of the calendar",
    ),
    "a term beyond the calendar": (
        of(P1, WEEK, "by: within 9999 years of signing"),
        (CLAUSES, P1, "by"),
        "ends on no day",
    ),
    "a deadline before the signing": (
        of(P1, WEEK, "by: 2004-02-28"),
        (CLAUSES, P1, "by"),
        "2004-02-28 lies before the signing of 2004-03-01",
    ),
    "a deadline before the beginning": (
        of(P4, "from: 2004-03-02", "from: 2004-03-02\n    by: 2004-03-01"),
        (CLAUSES, P4, "by"),
        "2004-03-01 lies before 2004-03-02",
    ),
    "an open deadline": (
        of(P1, WEEK, "by: 2004-03-02/.."),
        (CLAUSES, P1, "by"),
        "leave it out where there is no deadline",
    ),
    "an outcome of no kind": (
        of(P3, "outcome: done", "outcome: fulfilled"),
        (CLAUSES, P3, r"outcomes\[1\].outcome"),
        "must be 'done', 'partly_done'",
    ),
    "an outcome without a claim": (
        of(P3, ", claim: ferry-reports-02", ""),
        (CLAUSES, P3, r"outcomes\[1\].claim"),
        "is missing; add it",
    ),
    "an outcome whose claim is not there": (
        of(P3, "claim: ferry-reports-02", "claim: ferry-reports-99"),
        (CLAUSES, P3, "outcomes"),
        "no claim 'ferry-reports-99'; add it",
    ),
    "an outcome of which the agreement itself speaks": (
        of(
            P3,
            "date: 2004-03-07, claim: ferry-reports-02",
            "date: 2004-03-01, claim: ferry-terms-03",
        ),
        (CLAUSES, P3, r"outcomes\[1\].claim"),
        "is the agreement itself",
    ),
    "an outcome before the signing": (
        of(P3, "date: 2004-03-07", "date: 2004-02-07"),
        (CLAUSES, P3, r"outcomes\[1\].date"),
        "lies before the signing",
    ),
    "an outcome of a day of which its claim does not speak": (
        of(P3, "date: 2004-03-07", "date: 2004-05-07"),
        (CLAUSES, P3, r"outcomes\[1\].date"),
        "is no time of which ferry-reports-02 speaks",
    ),
    "a speaker who says both on one day": (
        of(
            "ferry-terms-p11",
            "claim: ferry-reports-11}",
            "claim: ferry-reports-11}\n      - {outcome: done, date: 2004-07-01, "
            "claim: ferry-reports-12}",
        ),
        (CLAUSES, "ferry-terms-p11", r"outcomes\[3\].outcome"),
        "north-bank says both done and not_done of that day",
    ),
    "a word that is no field": (
        of(P1, "duty: withdraw", "duty: withdraw\n    deadline: 2004-03-05"),
        (CLAUSES, P1, "deadline"),
        "is not a field of this record",
    ),
    "parts that do not add up": (
        of(C1, "number: 4}", "number: 5}"),
        (COUNTS, C1, r"tally\.parts"),
        r"23 \+ 9 \+ 9 \+ 5 is 46, not 45",
    ),
    "a running total that falls": (
        of(C4, "number: [25, null]", "number: 9"),
        (COUNTS, C4, r"tally\.number"),
        r"a running total falls from 10 \(ferry-counts-03\) to 9",
    ),
    "a claim of another kind that has a tally": (
        swap(COUNTS, "kind: tally", "kind: figure"),
        (COUNTS, C1, "tally"),
        "goes with kind tally",
    ),
    "a tally without one": (
        swap("claims/ferry-reports.yaml", "kind: statement", "kind: tally"),
        ("claims/ferry-reports.yaml", "ferry-reports-01", "tally"),
        "a claim of that kind needs it",
    ),
    "a counter who is not there": (
        of(C1, "counter: north-bank", "counter: nobody"),
        (COUNTS, C1, r"tally\.counter"),
        "no actor 'nobody'; add it",
    ),
    "acts of an actor who is not there": (
        of(C1, "whose: [ridge-league]", "whose: [nobody]"),
        (COUNTS, C1, r"tally\.whose"),
        "no actor 'nobody'; add it",
    ),
    "a unit of no kind": (
        of(C1, "unit: violation", "unit: skirmish"),
        (COUNTS, C1, r"tally\.unit"),
        "must be 'attack', 'bombardment'",
    ),
    "an area that is not there": (
        of(C1, "zones: [ferry-road-watch]", "zones: [lost]"),
        (COUNTS, C1, r"tally\.zones"),
        "no zone 'lost'; add it",
    ),
    "no area": (
        of(C1, "zones: [ferry-road-watch]", "zones: []"),
        (COUNTS, C1, r"tally\.zones"),
        "at least one zone or place",
    ),
    "a last day before the first": (
        of(C1, "to: 2004-03-05\n      running", "to: 2004-03-01\n      running"),
        (COUNTS, C1, r"tally\.to"),
        "2004-03-01 lies before 2004-03-05",
    ),
    "an open last day": (
        of(C1, "to: 2004-03-05\n      running", "to: 2004-03-05/..\n      running"),
        (COUNTS, C1, r"tally\.to"),
        "has a first and a last day",
    ),
    "a number with a point": (
        of(C1, "number: 45", "number: 45.5"),
        (COUNTS, C1, r"tally\.number"),
        "must be a whole number, or",
    ),
    "an interval upside down": (
        of(C4, "number: [25, null]", "number: [25, 20]"),
        (COUNTS, C4, r"tally\.number"),
        "must be a whole number, or",
    ),
    "a part of a place that is not there": (
        of(C1, "place: hask", "place: lost"),
        (COUNTS, C1, r"tally\.parts\[3\]"),
        "no place 'lost'; add it",
    ),
    "a part of no place": (
        of(C1, "{place: hask, number: 9}", "{number: 9}"),
        (COUNTS, C1, r"tally\.parts\[3\]"),
        "either 'place' or 'zone'",
    ),
    "an agreement of a count that is not there": (
        of(C1, "agreement: ferry-terms", "agreement: lost"),
        (COUNTS, C1, r"tally\.agreement"),
        "no source 'lost'; add it",
    ),
    "a digest that is none": (
        of(C1, "quote_sha256: ", "quote_sha256: x"),
        (COUNTS, C1, r"tally\.quote_sha256"),
        "must be a SHA-256",
    ),
}


@pytest.fixture
def terms(tmp_path) -> Path:
    return copy_terms(tmp_path / "seeds")


@pytest.mark.parametrize("name", list(FAULTS))
def test_what_is_broken_is_one_clear_fault(terms, name):
    edit, (file, record, field), says = FAULTS[name]
    edit(terms)
    with pytest.raises(SeedFaults) as raised:
        read(terms)
    (fault,) = raised.value.faults
    assert (fault.path, fault.record) == (file, record)
    assert re.fullmatch(field, fault.field), fault
    assert re.search(says, fault.message), fault


DISPUTE = """
- id: counts
  title: {en: The count, ar: العدد}
  about: words
  zones: []
  sides:
    - says: {en: one, ar: واحد}
      claims: [ferry-counts-01, ferry-counts-03]
    - says: {en: other, ar: آخر}
      claims: [ferry-counts-04]
  on_map: {en: Nothing., ar: لا شيء.}
"""


@pytest.mark.parametrize("name", ["parts that do not add up", "a running total that falls"])
def test_a_dispute_lets_a_count_stand_that_contradicts_itself(terms, name):
    FAULTS[name][0](terms)
    add("disputes.yaml", DISPUTE)(terms)
    assert read(terms).disputes["counts"]


@pytest.mark.parametrize(
    ("text", "day"),
    {
        "2018-10-10": "2018-10-10",
        "2018-12": "2018-12-31",
        "within 7 days of signing": "2020-03-12",
        "within 2 weeks of signing": "2020-03-19",
        "within 1 month of signing": "2020-04-05",
        "within 1 year of signing": "2021-03-05",
        "150 hours from noon 23 October 2019": "2019-10-29",
        "150 hours from 12:00 2019-10-23": "2019-10-29",
        "12 hours from noon 23 October 2019": "2019-10-23",
        "13 hours from noon 23 October 2019": "2019-10-24",
        "24 hours of signing": "2020-03-06",
        "1 month after 31 January 2020": "2020-02-29",
        "1 year after 29 February 2020": "2021-02-28",
    }.items(),
)
def test_a_term_ends_on_a_day(text, day):
    assert due_days(text, date(2020, 3, 5))[1] == date.fromisoformat(day)
