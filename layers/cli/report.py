"""The command ``report``: from an event file to the page that a desk signs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from typer import Argument, Option

from layers.cli import options
from layers.cli.common import build_atlas, echo, names_of, read_mappings, read_record
from layers.cli.monitor import progress_bar
from layers.events.errors import MAX_REJECTS

commands = typer.Typer()


@commands.command()
def report(
    context: typer.Context,
    events: Annotated[
        list[str], Argument(help="Event files or folders of them, as tamas monitor takes.")
    ],
    period: Annotated[str, Option(help="2020-W11, 2020-03, 2020-Q1, 2020, a day, or FIRST/LAST.")],
    out: Annotated[
        list[Path],
        Option("--out", help="Write .html, .pdf, .docx or .csv; give it again for more."),
    ],
    compare: Annotated[
        Literal["previous", "year"],
        Option(help="With the period before, or the same a year before."),
    ] = "previous",
    since: options.Since = None,
    zone: options.ZoneIds = None,
    group: options.GroupNames = None,
    mapping: options.MappingFiles = None,
    distinct: Annotated[
        str | None, Option(metavar="COLUMN", help="Count its different values as places.")
    ] = None,
    columns: Annotated[str | None, Option(metavar="NAMES", help="As for tamas monitor.")] = None,
    cutoff: options.CutoffHour = None,
    timezone: options.Timezone = None,
    encoding: options.Encoding = None,
    sheet: options.Sheet = None,
    dates: options.Dates = None,
    known_by: options.KnownBy = None,
    rejects: options.Rejects = None,
    max_rejects: options.MostRejects = MAX_REJECTS,
    excel: options.Excel = False,
    desk: Annotated[
        Path | None, Option(help="The desk's folder: its name, logo, texts and templates.")
    ] = None,
    lang: Annotated[
        str, Option(metavar="LANG", help="A language of the record, or both: all of them.")
    ] = "both",
) -> None:
    """Report the events of a period in zones: numbers, changes, doubts, a map, sources."""
    from layers.atomic import refuse_inputs
    from layers.events.columns import parse_columns
    from layers.events.sources import ReadOptions
    from layers.query.filters import optional_day
    from layers.report.question import GROUPS, Question
    from layers.report.write import write_report

    headings = read_mappings(mapping)
    refuse_inputs([*out, rejects], [context.obj, *(one.partition("=")[2] for one in mapping or ())])
    question = Question(
        events,
        period,
        compare=compare,
        since=since,
        zones=tuple(zone or ()),
        groups=names_of(group) or GROUPS,
        mappings=headings,
        columns=parse_columns(columns),
        cutoff=cutoff,
        timezone=timezone,
        places=distinct,
        known_by=optional_day("known_by", known_by),
        max_rejects=max_rejects,
        options=ReadOptions(encoding, sheet, dates),
    )
    with progress_bar() as progress:
        made = write_report(
            build_atlas(context), question, out,
            lang=lang, desk=desk, rejects=rejects, excel=excel, progress=progress,
        )  # fmt: skip
    for notice in made.notices:
        echo(f"tamas: {notice}", err=True)
    for path in out:
        echo(f"{path}: {period}, record {made.built.record.sha256[:12]}")
    if made.exceeds_max_rejects:
        message = "tamas: do not sign this: too many rows could not be read"
        echo(f"{message} (more than {max_rejects:g} %)", err=True)
        raise typer.Exit(1)


@commands.command("desk")
def new_desk(
    context: typer.Context, folder: Annotated[Path, Argument(help="The folder to write.")]
) -> None:
    """Write the folder of a desk to fill in: its name, texts and templates for reports."""
    from layers.report.desk import write_desk

    for path in write_desk(folder, read_record(context).atlas.languages):
        echo(str(path))
