"""The page of what was agreed: clauses by time with who said what, and who counted what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from layers.printing.tally_chart import tally_chart, tally_series
from layers.query.clauses import ClauseState, OutcomeReport, clause_states, state_days
from layers.query.tallies import tallies
from layers.record.clauses import Agreement
from layers.record.dates import parse_day
from layers.record.model import Record
from layers.web.site.renderer import PageRenderer, SitePage


@dataclass(frozen=True, slots=True)
class Cell:
    """What a clause is from a day on, over as many columns as nothing changes."""

    state: str
    width: int
    reports: tuple[OutcomeReport, ...]
    """What each speaker had last said."""


def agreement_list(renderer: PageRenderer) -> SitePage:
    """Return the clauses of every agreement by time, with who said what, and who counted what."""
    record, t = renderer.record, renderer.t
    return renderer.page(
        "agreements",
        "agreements.html",
        t("agreements"),
        t("agreements_lead"),
        matrices=[_matrix(record, one) for one in record.agreements.values()],
        tallies=_by_agreement(record),
        tally_days=lambda item: renderer.words.date_range(
            parse_day(item["first_day"]), parse_day(item["last_day"])
        ),
        chart_path=_chart_path,
    )


def _chart_path(agreement: str) -> str:
    """Return the path of the chart of what was counted under an agreement."""
    return f"tallies/{agreement}.svg"


def charts(renderer: PageRenderer) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of a chart for each agreement under which somebody counted."""
    record, lang = renderer.record, renderer.lang
    for name, found in _by_agreement(record).items():
        if name in record.agreements:
            series = tally_series(found, record, renderer.words)
            title = record.agreements[name].title[lang]
            path = renderer.site.localized_path(_chart_path(name), lang)
            yield path, tally_chart(series, record, title=title, lang=lang, alone=False)


def _matrix(record: Record, agreement: Agreement) -> dict[str, Any]:
    """Return the clauses of an agreement, each as it stood on the days on which one changed."""
    days = state_days(record, agreement)
    by_day = (
        [state for state in clause_states(record, on=day) if state.agreement is agreement]
        for day in days
    )
    rows = [(column[-1], list(_cells(column))) for column in zip(*by_day, strict=True)]
    return {"agreement": agreement, "days": days, "rows": rows}


def _cells(column: Sequence[ClauseState]) -> Iterator[Cell]:
    """Yield the cells of a clause, days on which nothing about it changes in one."""
    for (state, reports), alike in groupby(column, key=lambda one: (one.state, one.reports)):
        last = {report.speaker: report for report in reports}
        yield Cell(state, sum(1 for _ in alike), tuple(last.values()))


def _by_agreement(record: Record) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for item in tallies(record):
        found.setdefault(str(item["agreement"]), []).append(item)
    return found
