"""The options that say how events are tabulated, and what is printed of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from layers.monitor.mapping import Mapping


By = Annotated[
    Literal["day", "week", "month", "quarter", "year"],
    typer.Option(help="The periods to count by."),
]
WeekStarts = Annotated[
    Literal["monday", "saturday", "sunday"],
    typer.Option("--week-starts", help="The first day of a week; ISO's is Monday."),
]
From = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="The first day that is counted.")
]
To = Annotated[
    str | None, typer.Option("--to", metavar="DATE", help="The last day that is counted.")
]
Since = Annotated[
    str | None,
    typer.Option(
        metavar="DATE|ZONE", help="Running totals from a day, or a zone's first on paper."
    ),
]
CutoffHour = Annotated[
    str | None,
    typer.Option(
        "--cutoff",
        metavar="HOUR",
        help="When a report's day ends, as 19:30+03:00; what is later counts for the next.",
    ),
]
Timezone = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="The clock of hours without an offset; else the atlas's."),
]
GroupNames = Annotated[
    list[str] | None,
    typer.Option("--group", metavar="NAMES", help="Group by up to three columns, as kind,party."),
]
MappingFiles = Annotated[
    list[str] | None,
    typer.Option(
        "--mapping", metavar="GROUP=FILE", help="Headings for a group's words; again for more."
    ),
]
SumNames = Annotated[
    list[str] | None, typer.Option("--sum", metavar="NAMES", help="Add up columns, as fatalities.")
]
DistinctNames = Annotated[
    list[str] | None,
    typer.Option("--distinct", metavar="NAMES", help="Count different values, as of location."),
]
Weight = Annotated[
    str | None,
    typer.Option(metavar="COLUMN", help="For how many events a row stands, in aggregated files."),
]
Union = Annotated[
    bool, typer.Option("--union", help="Also the chosen zones as one, each event once.")
]

Rejects = Annotated[
    Path | None, typer.Option("--rejects", help="List rows that cannot be read, as CSV.")
]
MostRejects = Annotated[
    float,
    typer.Option(
        "--max-rejects", min=0, max=100, metavar="PERCENT", help="More than that is a failure."
    ),
]
Excel = Annotated[
    bool, typer.Option("--excel", help="Write CSV so that Excel shows its Arabic: with a mark.")
]


def names_of(given: Sequence[str] | None) -> tuple[str, ...]:
    """Return the names of an option that is given several times, or joined with commas."""
    return tuple(name.strip() for one in given or () for name in one.split(",") if name.strip())


def read_mappings(given: Sequence[str] | None) -> dict[str, Mapping]:
    """Return the mappings that ``--mapping kind=kinds.yaml`` names, by group."""
    from layers.errors import QueryError
    from layers.monitor.mapping import Mapping

    found = {}
    for one in given or ():
        name, _, path = one.partition("=")
        if not name.strip() or not path.strip():
            raise QueryError("mapping", one, "write GROUP=FILE, as kind=kinds.yaml")
        found[name.strip()] = Mapping.read(path.strip())
    return found


def notes_of(totals: dict[str, Any]) -> Iterator[str]:
    """Yield in lines what a table does not show of the events that were read."""
    if number := totals["out_of_period"]:
        yield f"{number:,} of days that are not asked for"
    if number := totals.get("without_time", 0):
        yield f"{number:,} without an hour: they count for their own day whatever the cut-off"
    for column, number in totals.get("without_number", {}).items():
        if number:
            yield f"{number:,} without a number in {column}: they add nothing to it"
    for group, words in totals.get("unmapped", {}).items():
        if words:
            shown = ", ".join(
                f"{word or '(empty)'} {often:,}" for word, often in [*words.items()][:10]
            )
            more = f", and {len(words) - 10:,} more words" if len(words) > 10 else ""
            yield f"{sum(words.values()):,} unmapped in {group}: {shown}{more}"
