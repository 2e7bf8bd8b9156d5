"""Commands of what was agreed and counted: clauses, tallies."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from layers.cli.common import AsJson, KnownBy, On, ZoneIds, echo, print_json, read_record

commands = typer.Typer()
_STATES = {"nobody_has_said": "nobody has said that it was done"}
ActorIds = Annotated[
    list[str] | None,
    typer.Option("--actor", metavar="ID", help="Who must, or towards whom; again for more."),
]


@commands.command()
def clauses(
    context: typer.Context,
    on: On = None,
    known_by: KnownBy = None,
    zone: ZoneIds = None,
    actor: ActorIds = None,
    as_json: AsJson = False,
) -> None:
    """Say of each clause what state it was in on a day, and who had said what of it.

    Without --on: on the last day of the record. A deadline that passed says no more than that.
    """
    from layers.query import filters as query
    from layers.query.clauses import clause_states

    record = read_record(context)
    found = clause_states(
        record,
        on=query.optional_day("on", on),
        known_by=query.optional_day("known_by", known_by),
        zones=zone,
        actors=actor,
    )
    if as_json:
        day = on or record.atlas.record_to
        print_json(
            {"on": day, "known_by": known_by, "clauses": [state.as_dict() for state in found]}
        )
        return
    agreement = None
    for state in found:
        if state.agreement is not agreement:
            agreement = state.agreement
            echo(agreement.title.default)
        echo(clause_line(state))
        for report in state.reports:
            outcome = report.outcome.replace("_", " ")
            echo(f"      {report.when}  {report.speaker}: {outcome} ({report.claim_id})")


@commands.command("tallies")
def list_tallies(
    context: typer.Context,
    on: On = None,
    known_by: KnownBy = None,
    zone: ZoneIds = None,
    as_json: AsJson = False,
) -> None:
    """Say who counted what, in which unit; the numbers of several counters cannot be added."""
    from layers.query import filters as query
    from layers.query.tallies import tallies

    found = tallies(
        read_record(context),
        on=query.optional_day("on", on),
        known_by=query.optional_day("known_by", known_by),
        zones=zone,
    )
    if as_json:
        print_json(found)
        return
    for item in found:
        more = "more than " if item["most"] is None else ""
        days = item["to"] if item["from"] == item["to"] else f"{item['from']} to {item['to']}"
        running = ", running total" if item["running"] else ""
        count = f"{more}{item['least']} ({item['unit']}{running})"
        echo(f"{days}  {item['counter']}: {count} [{item['id']}]")


def clause_line(state: Any) -> str:
    """Return a clause with its paragraph, state and deadline on a line."""
    clause = state.clause
    said = _STATES.get(state.state, state.state.replace("_", " "))
    paragraph = f"{clause.paragraph:>3}" if clause.paragraph else "  -"
    due = f" [by {clause.by}" if clause.by else ""
    if clause.by and clause.by != str(state.by_day):
        due += f": {state.by_day}"
    return f"  {paragraph}  {said}: {clause.summary.default}{due and due + ']'}\n       {clause.id}"
