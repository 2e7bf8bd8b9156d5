"""Clauses on a day, against tables written by hand; what was agreed of the real record."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from datetime import date

import pytest

from layers.errors import QueryError, UnknownId
from layers.query.clauses import STATES, clause_states, deadlines_passed, state_days
from layers.record.model import Record
from layers.record.reader import read
from layers.web.page.assets import PAGE, modules
from layers.web.page.data import clause_data
from tests.support.terms import TERMS, copy_terms

LETTERS = {
    "c": "contested",
    "r": "reported_done",
    "n": "not_yet_due",
    "p": "deadline_passed",
    "s": "nobody_has_said",
}


@pytest.fixture(scope="module")
def terms(tmp_path_factory) -> Record:
    """The second atlas with twelve invented clauses."""
    return read(copy_terms(tmp_path_factory.mktemp("terms") / "seeds"))


def table() -> list[tuple[date, str]]:
    with (TERMS / "expected.csv").open(encoding="utf-8") as file:
        return [(date.fromisoformat(row["day"]), row["states"]) for row in csv.DictReader(file)]


def letters(record: Record, **how) -> str:
    by_state = {state: letter for letter, state in LETTERS.items()}
    return "".join(by_state[one.state] for one in clause_states(record, **how))


def test_the_table_has_thirty_days_twelve_clauses_and_every_state(terms):
    rows = table()
    assert len(rows) == 30
    assert {len(states) for _, states in rows} == {0, 12}
    assert {LETTERS[letter] for _, states in rows for letter in states} == set(STATES)
    assert sum(len(one.clauses) for one in terms.agreements.values()) == 12


@pytest.mark.parametrize(("day", "states"), table(), ids=lambda value: str(value))
def test_clauses_are_what_the_table_by_hand_says(terms, day, states):
    assert letters(terms, on=day) == states


def test_what_was_told_later_is_not_known_before(terms):
    """The twelfth was reported in 2009 to have been done in 2004."""
    day, known = date(2004, 3, 4), date(2004, 12, 31)
    assert letters(terms, on=day)[11] == "r"
    assert letters(terms, on=day, known_by=known)[11] == "p"
    assert clause_states(terms, on=day, known_by=date(2004, 2, 28)) == []


def test_clauses_of_a_zone_and_of_an_actor(terms):
    ids = [one.clause.id for one in clause_states(terms, zones=["ferry-road-watch"])]
    assert ids == ["ferry-terms-p03", "ferry-terms-p05"]
    towards = [one.clause.id for one in clause_states(terms, actors=["ridge-league"])]
    assert towards == ["ferry-terms-p03"]
    assert len(clause_states(terms, actors=["north-bank"])) == 12


def test_what_is_not_there_is_refused(terms):
    with pytest.raises(UnknownId, match="zone 'lost'"):
        clause_states(terms, zones=["lost"])
    with pytest.raises(UnknownId, match="actor 'lost'"):
        clause_states(terms, actors=["lost"])
    with pytest.raises(QueryError, match="beyond the record"):
        clause_states(terms, on=date(2031, 1, 1))


def test_deadlines_pass_between_two_days(terms):
    """The last day of a deadline is in: it passes with the day after."""
    passed = deadlines_passed(terms, date(2004, 3, 3), date(2004, 3, 9))
    assert [one.clause.id[-2:] for one in passed] == ["01", "03", "06", "10", "12"]
    assert passed == deadlines_passed(terms, date(2004, 3, 9), date(2004, 3, 3))
    assert deadlines_passed(terms, date(2004, 3, 9), date(2004, 3, 14)) == []


def test_between_two_days_of_change_no_state_changes(terms):
    (agreement,) = terms.agreements.values()
    days = state_days(terms, agreement)
    states = {day: letters(terms, on=day) for day, _ in table()[1:]}
    for day, found in states.items():
        assert found == letters(terms, on=max(one for one in days if one <= day))


SCRIPT = """
import { clauseOn } from "./clauses.js";
import { toDay } from "./days.js";
import { readFileSync } from "node:fs";
const { clauses, days } = JSON.parse(readFileSync(0));
const states = days.map((day) => clauses.map((clause) => clauseOn(clause, toDay(day)).state));
console.log(JSON.stringify(states));
"""


def test_the_page_works_out_the_same_states(terms, tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("NOT TESTED: the page against ours, because Node is missing")
    for name in ("clauses", "days"):
        (tmp_path / f"{name}.js").write_text(modules(PAGE)[name], encoding="utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "ask.js").write_text(SCRIPT, encoding="utf-8")
    days = [day.isoformat() for day, states in table() if states]
    given = json.dumps(
        {"clauses": [clause_data(one) for one in clause_states(terms)], "days": days}
    )
    done = subprocess.run(
        [node, tmp_path / "ask.js"], input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        [LETTERS[letter] for letter in states] for _, states in table() if states
    ]
