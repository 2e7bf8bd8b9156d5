"""Commands of what was agreed and counted: clauses, tallies."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Option

from layers.cli import options
from layers.cli.common import build_atlas, read_record, show
from layers.errors import QueryError, UnknownId

if TYPE_CHECKING:
    from layers.query.clauses import ClauseState
    from layers.record.clauses import Agreement
    from layers.record.model import Record

commands = typer.Typer()
_STATES = {"nobody_has_said": "nobody has said that it was done"}
ActorIds = Annotated[
    list[str] | None,
    Option("--actor", metavar="ID", help="Who must, or towards whom; again for more."),
]


@commands.command()
def clauses(
    context: typer.Context,
    on: options.On = None,
    known_by: options.KnownBy = None,
    zone: options.ZoneIds = None,
    actor: ActorIds = None,
    as_json: options.AsJson = False,
) -> None:
    """Say of each clause what state it was in on a day, and who had said what of it.

    Without --on: on the last day of the record. A deadline that passed says no more than that.
    """
    from layers.query.clauses import clause_states

    record = read_record(context)
    found = clause_states(record, on=on, known_by=known_by, zones=zone, actors=actor)
    asked = {"on": on or record.atlas.record_to, "known_by": known_by}
    data = {**asked, "clauses": [state.as_dict() for state in found]}
    show(data, _clause_lines(found), as_json=as_json)


@commands.command("tallies")
def list_tallies(
    context: typer.Context,
    on: options.On = None,
    known_by: options.KnownBy = None,
    zone: options.ZoneIds = None,
    agreement: Annotated[
        str | None,
        Option("--agreement", metavar="ID", help="Only what was counted under this one."),
    ] = None,
    events: Annotated[
        list[str] | None,
        Option("--events", metavar="FILE", help="A desk's own events, as one more; with --plot."),
    ] = None,
    plot_file: Annotated[
        Path | None, Option("--plot", help="Draw those of an agreement: .svg, .png or .pdf.")
    ] = None,
    lang: options.Lang = None,
    as_json: options.AsJson = False,
) -> None:
    """Say who counted what, in which unit; the numbers of several counters cannot be added."""
    from layers.query.tallies import tallies

    record = read_record(context)
    found = tallies(record, on=on, known_by=known_by, zones=zone)
    if agreement is not None:
        _agreement(record, agreement)
        found = [item for item in found if item["agreement"] == agreement]
    if plot_file is not None or events:
        _plot(context, found, agreement, events or [], zone, plot_file, lang)
    show(found, map(_tally_line, found), as_json=as_json)


def _tally_line(item: dict[str, Any]) -> str:
    more = "more than " if item["most"] is None else ""
    days = item["to"] if item["from"] == item["to"] else f"{item['from']} to {item['to']}"
    running = ", running total" if item["running"] else ""
    count = f"{more}{item['least']} ({item['unit']}{running})"
    return f"{days}  {item['counter']}: {count} [{item['id']}]"


def _agreement(record: Record, name: str) -> Agreement:
    if name not in record.agreements:
        raise UnknownId("agreement", name, record.agreements)
    return record.agreements[name]


def _plot(
    context: typer.Context,
    found: list[dict[str, Any]],
    name: str | None,
    events: list[str],
    zones: list[str] | None,
    path: Path | None,
    lang: str | None,
) -> None:
    """Draw what was counted under an agreement, and a desk's own events in its zones."""
    from layers.atomic import refuse_inputs, replace_file
    from layers.i18n import choose_language, translator
    from layers.monitor.own_tallies import own_series
    from layers.printing.figure import format_of
    from layers.printing.tally_chart import tally_chart, tally_series

    if path is None:
        raise QueryError("events", events[0], "events are drawn beside the counts: name --plot")
    if name is None:
        raise QueryError("plot", str(path), "a chart is of one agreement: name --agreement")
    form = format_of(path)
    refuse_inputs((path,), [context.obj, *events])
    built = build_atlas(context)
    record, lang = built.record, choose_language(lang, built.record.interface_languages)
    words, agreement = translator(lang, record), _agreement(record, name)
    series = tally_series(found, record, words)
    if events:
        series += own_series(built, events, agreement, found, zones, words)
    if not series:
        raise QueryError("plot", str(path), "nothing was counted that could be drawn")
    replace_file(
        path, tally_chart(series, record, title=agreement.title[lang], file_format=form, lang=lang)
    )


def _clause_lines(found: list[ClauseState]) -> Iterator[str]:
    """Yield each agreement, its clauses, and who had said what of them."""
    for title, states in groupby(found, key=lambda state: state.agreement.title.default):
        yield title
        for state in states:
            yield _clause_line(state)
            for report in state.reports:
                outcome = report.outcome.replace("_", " ")
                yield f"      {report.when}  {report.speaker}: {outcome} ({report.claim_id})"


def _clause_line(state: ClauseState) -> str:
    """Return a clause with its paragraph, state and deadline on a line."""
    clause = state.clause
    said = _STATES.get(state.state, state.state.replace("_", " "))
    paragraph = f"{clause.paragraph:>3}" if clause.paragraph else "  -"
    due = f" [by {clause.by}" if clause.by else ""
    if clause.by and clause.by != str(state.by_day):
        due += f": {state.by_day}"
    return f"  {paragraph}  {said}: {clause.summary.default}{due and due + ']'}\n       {clause.id}"
