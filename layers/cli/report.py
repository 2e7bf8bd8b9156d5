"""The command ``report``: from an event file to the page that a desk signs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from layers.cli.common import KnownBy, ZoneIds, build_atlas, echo
from layers.cli.monitor import progress_bar

commands = typer.Typer()


class Comparison(StrEnum):
    """What a period is compared with."""

    previous = "previous"
    year = "year"


@commands.command()
def report(
    context: typer.Context,
    events: Annotated[
        list[str], typer.Argument(help="Event files or folders of them, as tamas monitor takes.")
    ],
    period: Annotated[
        str,
        typer.Option(help="2020-W11, 2020-03, 2020-Q1, 2020, a day, or FIRST/LAST."),
    ],
    out: Annotated[
        list[Path],
        typer.Option("--out", help="Write .html, .pdf, .docx or .csv; give it again for more."),
    ],
    compare: Annotated[
        Comparison, typer.Option(help="With the period before, or the same a year before.")
    ] = Comparison.previous,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Running totals from this day, or a zone's first day."),
    ] = None,
    zone: ZoneIds = None,
    group: Annotated[
        str,
        typer.Option(
            metavar="NAMES", help="Up to three columns or mappings; that of the headlines first."
        ),
    ] = "kind,party",
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FILE", help="A desk's headings for a group, as kind=kinds.yaml."
        ),
    ] = None,
    distinct: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Count its different values as places.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option(metavar="NAMES", help="As for tamas monitor.")
    ] = None,
    cutoff: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When a report's day ends, as 19:30+03:00."),
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of times without one, as Asia/Tbilisi.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="As windows-1256; left out, told by the file.")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="The sheet of a workbook, the layer of a GeoPackage.")
    ] = None,
    dates: Annotated[
        str | None, typer.Option(metavar="ORDER", help="dmy or mdy, for days as 03/04/2020.")
    ] = None,
    known_by: KnownBy = None,
    rejects: Annotated[
        Path | None,
        typer.Option(help="A CSV file for the rows that could not be read, with the reason."),
    ] = None,
    excel: Annotated[
        bool,
        typer.Option("--excel", help="Write CSV so that Excel shows its Arabic: with a mark."),
    ] = False,
    desk: Annotated[
        Path | None,
        typer.Option(help="The desk's folder: its name, logo, texts and templates."),
    ] = None,
    lang: Annotated[
        str, typer.Option(metavar="LANG", help="A language of the record, or both: all of them.")
    ] = "both",
) -> None:
    """Report the events of a period in zones: numbers, changes, doubts, a map, sources."""
    from layers.atomic import refuse_inputs, refuse_unwritable, replace_file
    from layers.events.columns import parse_columns
    from layers.events.sources import ReadOptions
    from layers.monitor.mapping import Mapping
    from layers.query.filters import optional_day
    from layers.report.assemble import make_report
    from layers.report.desk import read_desk
    from layers.report.question import Question
    from layers.report.write import check_ending, render

    endings = {path: check_ending(path) for path in out}
    named = [path for _, path in map(_named, mapping or ())]
    refuse_inputs([*out, rejects], [context.obj, *events, *named])
    refuse_unwritable(out)
    own = read_desk(desk)
    question = Question(
        events,
        period,
        compare=compare.value,
        since=since,
        zones=tuple(zone or ()),
        groups=tuple(name.strip() for name in group.split(",")),
        mappings={name: Mapping.read(path) for name, path in map(_named, mapping or ())},
        columns=parse_columns(columns),
        cutoff=cutoff,
        timezone=timezone,
        places=distinct,
        known_by=optional_day("known_by", known_by),
        options=ReadOptions(encoding, sheet, dates),
    )
    built = build_atlas(context)
    with progress_bar() as progress:
        made = make_report(built, question, rejects=rejects, excel=excel, progress=progress)
    for notice in made.notices:
        echo(f"tamas: {notice}", err=True)
    for path, ending in endings.items():
        replace_file(path, render(made, ending, lang, own, excel=excel))
        echo(f"{path}: {question.period}, record {built.record.sha256[:12]}")


def _named(given: str) -> tuple[str, str]:
    from layers.errors import QueryError

    name, equals, path = given.partition("=")
    if not equals:
        raise QueryError("mapping", given, "is NAME=FILE, as kind=kinds.yaml")
    return name.strip(), path


@commands.command("desk")
def new_desk(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="The folder to write.")],
) -> None:
    """Write the folder of a desk to fill in: its name, texts and templates for reports."""
    from layers.cli.common import read_record
    from layers.report.desk import write_desk

    for path in write_desk(folder, read_record(context).atlas.languages):
        echo(str(path))
