"""Clauses on a day: what was agreed, what had been reported of it by then, and by whom.

Nothing is inferred of whether a duty was met: a deadline passes, people speak, and where they
differ both stand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any, Literal, get_args

from layers.query.filters import Day, check_day, optional_day
from layers.record.clauses import Agreement, Clause, OutcomeKind
from layers.record.dates import due_days, parse_day, parse_edtf
from layers.record.model import Record
from layers.record.references import chosen_ids

State = Literal[
    "contested", "reported_done", "not_yet_due", "deadline_passed", "nobody_has_said"
]  # fmt: skip
STATES: tuple[State, ...] = get_args(State)
_OF_CLAUSE = {"duty", "who", "towards", "zones", "places", "makes"}


@dataclass(frozen=True, slots=True)
class OutcomeReport:
    """What a speaker said of a clause; it counts from ``day``, the last that it may mean."""

    outcome: OutcomeKind
    when: str
    day: date
    speaker: str
    stated_on: str | None
    claim_id: str
    source_id: str

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "outcome": self.outcome,
            "date": self.when,
            "asserted_by": self.speaker,
            "stated_on": self.stated_on,
            "claim_id": self.claim_id,
            "source_id": self.source_id,
        }


@dataclass(frozen=True, slots=True)
class ClauseState:
    """A clause on a day: its state, and all that had been reported of it, in order of time."""

    agreement: Agreement
    clause: Clause
    state: State
    reports: tuple[OutcomeReport, ...]
    from_day: date
    by_day: date | None
    claim_ids: tuple[str, ...]

    @property
    def cited(self) -> tuple[str, ...]:
        """Return the claims that it rests on and those that report of it."""
        return (*self.claim_ids, *(report.claim_id for report in self.reports))

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data, texts by language as columns of their own."""
        clause, agreement = self.clause, self.agreement
        return {
            "id": clause.id,
            "agreement": agreement.agreement,
            **agreement.title.columns("agreement"),
            "signed": agreement.signed,
            "paragraph": clause.paragraph,
            **clause.summary.columns("summary"),
            **clause.model_dump(include=_OF_CLAUSE),
            "from": clause.from_,
            "from_day": self.from_day.isoformat(),
            "by": clause.by,
            "by_day": self.by_day and self.by_day.isoformat(),
            "state": self.state,
            "reports": [report.as_dict() for report in self.reports],
            "claim_ids": list(self.claim_ids),
        }


def clause_states(
    record: Record,
    *,
    on: Day | None = None,
    known_by: Day | None = None,
    zones: Iterable[str] | None = None,
    actors: Iterable[str] | None = None,
) -> list[ClauseState]:
    """Return each clause that had been signed by a day, in the order of the texts.

    `layers.Atlas.clauses` says it in full.
    """
    day, known = optional_day("on", on), optional_day("known_by", known_by)
    check_day(record, day)
    day, stated = day or record.atlas.days[1], record.stated_by(known)
    wanted = chosen_ids("zone", zones, record.zones), chosen_ids("actor", actors, record.actors)
    return [
        _state(record, agreement, clause, day, stated)
        for agreement in record.agreements.values()
        if parse_day(agreement.signed) <= day
        for clause in agreement.clauses
        if any(claim in stated for claim in clause.claims) and _is_wanted(clause, *wanted)
    ]


def deadlines_passed(
    record: Record, first: date, second: date, *, known_by: date | None = None
) -> list[ClauseState]:
    """Return clauses whose deadline passed between two days, each as it stood on the later."""
    early, late = sorted((first, second))
    found = clause_states(record, on=late, known_by=known_by)
    return [one for one in found if one.by_day is not None and early <= one.by_day < late]


def state_days(record: Record, agreement: Agreement) -> list[date]:
    """Return the days of the record on which a clause of an agreement gets another state."""
    first, last = parse_day(agreement.signed), record.atlas.days[1]
    days = {first}
    for clause in agreement.clauses:
        start, due = _days(agreement, clause)
        days |= {start, *(report.day for report in _reports(record, clause))}
        if due is not None:
            days.add(due + timedelta(days=1))
    return sorted(day for day in days if first <= day <= last)


def _is_wanted(clause: Clause, zones: frozenset[str] | None, actors: frozenset[str] | None) -> bool:
    return (zones is None or not zones.isdisjoint((*clause.zones, *clause.makes))) and (
        actors is None or not actors.isdisjoint((*clause.who, *clause.towards))
    )


def _days(agreement: Agreement, clause: Clause) -> tuple[date, date | None]:
    """Return the day from which a clause holds and the last one of its deadline."""
    signed = parse_day(agreement.signed)
    start = due_days(clause.from_, signed)[0] if clause.from_ else None
    return start or signed, due_days(clause.by, signed)[1] if clause.by else None


def _reports(record: Record, clause: Clause) -> list[OutcomeReport]:
    found = []
    for outcome in clause.outcomes:
        claim, when = record.claims[outcome.claim], parse_edtf(outcome.date)
        found.append(
            OutcomeReport(
                outcome.outcome, outcome.date, when.latest or date.max, claim.asserted_by,
                claim.stated_on, claim.id, record.source_of[claim.id],
            )
        )  # fmt: skip
    return sorted(found, key=lambda report: report.day)


def _state(
    record: Record, agreement: Agreement, clause: Clause, day: date, stated: set[str]
) -> ClauseState:
    reports = tuple(
        report
        for report in _reports(record, clause)
        if report.day <= day and report.claim_id in stated
    )
    start, due = _days(agreement, clause)
    last = {report.speaker: report for report in reports}.values()
    state: State = "nobody_has_said"
    if any(_differ(one, other) for one, other in combinations(last, 2)):
        state = "contested"
    elif any(report.outcome != "not_done" for report in last):
        state = "reported_done"
    elif day <= due if due is not None else day < start:
        state = "not_yet_due"
    elif due is not None:
        state = "deadline_passed"
    claims = tuple(key for key in clause.claims if key in stated)
    return ClauseState(agreement, clause, state, reports, start, due, claims)


def _differ(one: OutcomeReport, other: OutcomeReport) -> bool:
    """Tell whether two speakers contradict each other: what was done in part may be done later."""
    if one.outcome == other.outcome:
        return False
    part, whole = (one, other) if one.outcome == "partly_done" else (other, one)
    goes_on = (part.outcome, whole.outcome) == ("partly_done", "done") and part.day < whole.day
    return not goes_on
