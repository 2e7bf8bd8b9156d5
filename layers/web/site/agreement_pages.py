"""The page of what was agreed: clauses by time with who said what, and who counted what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from layers.printing.tally_chart import tally_chart, tally_series
from layers.query.clauses import ClauseState, OutcomeReport, clause_states, state_days, zone_clauses
from layers.query.tallies import tallies
from layers.record.clauses import Agreement
from layers.record.dates import parse_day
from layers.record.model import Record
from layers.web.site.page import SitePage
from layers.web.site.renderer import PageRenderer

PATH = "agreements.html"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a clause is from a day on, over as many columns as nothing changes."""

    state: str
    width: int
    reports: tuple[OutcomeReport, ...]
    """What each speaker had last said."""


def agreement_list(renderer: PageRenderer) -> SitePage:
    """Return the clauses of every agreement by time, with who said what, and who counted what."""
    record = renderer.site.record
    return renderer.page(
        "agreements",
        PATH,
        "agreements",
        "agreements_lead",
        matrices=[_matrix(renderer, one) for one in record.agreements.values()],
        tallies=_by_agreement(record),
        tally_days=lambda item: renderer.words.date_range(
            parse_day(item["first_day"]), parse_day(item["last_day"])
        ),
        chart_path=chart_path,
        report_line=lambda report: report_line(renderer, report),
    )


def chart_path(agreement: str) -> str:
    """Return the path of the chart of what was counted under an agreement."""
    return f"tallies/{agreement}.svg"


def charts(renderer: PageRenderer) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of a chart for each agreement under which somebody counted."""
    record, lang = renderer.site.record, renderer.lang
    for name, found in _by_agreement(record).items():
        if name in record.agreements:
            series = tally_series(found, record, renderer.words)
            title = record.agreements[name].title[lang]
            path = renderer.site.localized_path(chart_path(name), lang)
            yield path, tally_chart(series, record, title=title, lang=lang, alone=False)


def report_line(renderer: PageRenderer, report: OutcomeReport) -> str:
    """Return who said what of a clause, and of which day."""
    words = renderer.words
    return words.gettext(
        "report_line",
        who=renderer.actor_names([report.speaker]),
        outcome=words.gettext(f"outcome.{report.outcome}"),
        date=words.format_edtf(report.when),
    )


def agreed_of_zone(record: Record, zone: str) -> list[ClauseState]:
    """Return the clauses of a zone on the last day of the record."""
    if not any(True for _ in zone_clauses(record, zone)):
        return []
    return clause_states(record, zones=[zone])


def _matrix(renderer: PageRenderer, agreement: Agreement) -> dict[str, Any]:
    record, days = renderer.site.record, state_days(renderer.site.record, agreement)
    by_day = [_states(record, agreement, day) for day in days]
    rows = [(column[-1], list(_cells(column))) for column in zip(*by_day, strict=True) if column]
    return {"agreement": agreement, "days": days, "rows": rows}


def _states(record: Record, agreement: Agreement, day: date) -> list[ClauseState]:
    return [one for one in clause_states(record, on=day) if one.agreement is agreement]


def _cells(column: tuple[ClauseState, ...]) -> Iterator[Cell]:
    """Yield the cells of a clause, days on which nothing about it changes in one."""
    for (state, reports), alike in groupby(column, key=lambda one: (one.state, one.reports)):
        last = {report.speaker: report for report in reports}
        yield Cell(state, sum(1 for _ in alike), tuple(last.values()))


def _by_agreement(record: Record) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for item in tallies(record):
        found.setdefault(str(item["agreement"]), []).append(item)
    return found
