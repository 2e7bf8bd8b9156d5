"""The command ``monitor``: count dated events in dated zones."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option

from layers.cli import options
from layers.cli.common import build_atlas, check_output, echo, names_of, print_json, read_mappings
from layers.errors import QueryError
from layers.events.errors import MAX_REJECTS

if TYPE_CHECKING:
    from layers.build.rows import BuiltAtlas
    from layers.monitor.run import Executor, Result
    from layers.query.selection import Selection

commands = typer.Typer()


@commands.command()
def monitor(
    context: typer.Context,
    events: Annotated[
        list[str],
        Argument(
            help="CSV, TSV or Parquet files, or folders of them; an address, as s3://.., is read "
            "over the network."
        ),
    ],
    by: options.By = "month",
    week_starts: options.WeekStarts = "monday",
    first: options.From = None,
    last: options.To = None,
    since: options.Since = None,
    cutoff: options.CutoffHour = None,
    timezone: options.Timezone = None,
    group: options.GroupNames = None,
    mapping: options.MappingFiles = None,
    sums: options.SumNames = None,
    distinct: options.DistinctNames = None,
    weight: options.Weight = None,
    union: options.Union = False,
    layer: options.LayerIds = None,
    zone: options.ZoneIds = None,
    known_by: options.KnownBy = None,
    reading: Annotated[
        options.ReadingName | None,
        Option(help="Count in one shape; left out, in every reading and in some."),
    ] = None,
    columns: Annotated[
        str | None,
        Option(
            metavar="NAMES",
            help="acled, ucdp, gdelt, or lat=..,lon=..,date=..[,last=..][,precision=..][,id=..]; "
            "left out, told by the header. A precision of one's own is in metres.",
        ),
    ] = None,
    out: Annotated[
        Path | None, Option("--out", help="Write the counts: .csv, .parquet or .json.")
    ] = None,
    events_out: Annotated[
        Path | None, Option("--events", help="Write the events with their zones: .csv or .parquet.")
    ] = None,
    distance: Annotated[
        bool, Option("--distance", help="With --events: metres to the nearest edge.")
    ] = False,
    rejects: options.Rejects = None,
    max_rejects: options.MostRejects = MAX_REJECTS,
    threads: Annotated[
        int | None, Option(min=1, help="How many at once; left out, one a core.")
    ] = None,
    scheduler: Annotated[
        str | None, Option(metavar="ADDRESS", help="Count on the workers of a dask scheduler.")
    ] = None,
    workers: Annotated[
        int | None, Option(min=1, help="Count in so many dask workers on this machine.")
    ] = None,
    plot_file: Annotated[
        Path | None, Option("--plot", help="Draw the counts: .svg, .png or .pdf.")
    ] = None,
    lang: options.Lang = None,
    scheme: Annotated[
        str | None,
        Option(
            metavar="NAMES",
            help="Addresses to read besides file, s3, gs, az and memory, joined with commas.",
        ),
    ] = None,
    encoding: options.Encoding = None,
    sheet: options.Sheet = None,
    dates: options.Dates = None,
    excel: options.Excel = False,
    as_json: options.AsJson = False,
) -> None:
    """Count events in zones, period by period, while each zone was agreed or in effect."""
    from layers.events.columns import parse_columns
    from layers.events.sources import SCHEMES, ReadOptions
    from layers.monitor import run
    from layers.monitor.options import parse_tabulation
    from layers.query.selection import parse_selection

    check_outputs(out=out, events_out=events_out, distance=distance, plot_file=plot_file)
    check_output(context, out, events_out, plot_file, rejects)
    if (scheduler or workers) and (events_out or threads):
        one = "--events" if events_out else "--threads"
        raise QueryError("scheduler", scheduler, f"{one} is for one machine; leave it out")
    named = parse_columns(columns)
    selection = parse_selection(layers=layer, zones=zone, known_by=known_by)
    mappings = read_mappings(mapping)
    drawn = build_atlas(context)
    tabulation = parse_tabulation(
        drawn,
        by=by,
        week_starts=week_starts,
        first=first,
        last=last,
        since=since,
        cutoff=cutoff,
        timezone=timezone,
        groups=names_of(group),
        mappings=mappings,
        sums=names_of(sums),
        distinct=names_of(distinct),
        weight=weight,
        union=union,
    )
    with executor_of(scheduler, workers) as executor, progress_bar() as progress:
        result = run.monitor(
            events,
            drawn,
            selection=selection,
            reading=reading,
            columns=named,
            by=tabulation,
            threads=threads,
            executor=executor,
            rejects=rejects,
            events_out=events_out,
            distance=distance,
            progress=progress,
            schemes=(*SCHEMES, *(scheme.split(",") if scheme else ())),
            options=ReadOptions(encoding, sheet, dates),
            outputs=(out, plot_file),
            excel=excel,
        )
    share = result.rejected_share * 100
    if failed := share > max_rejects:
        listed = rejects or "list them with --rejects FILE"
        message = f"tamas: {share:.3g} % of the rows could not be read ({listed})"
        echo(f"{message}; more than {max_rejects:g} % is a failure", err=True)
    print_result(result, out=out, as_json=as_json, failed=failed, excel=excel)
    if plot_file is not None:
        write_plot(result, drawn, plot_file, selection=selection, events=events, lang=lang)
    if failed:
        raise typer.Exit(1)


def check_outputs(
    *, out: Path | None, events_out: Path | None, distance: bool, plot_file: Path | None
) -> None:
    """Refuse output that could not be written, before anything is counted."""
    from layers.monitor import report
    from layers.monitor.events import ENDINGS

    if distance and events_out is None:
        raise QueryError("distance", None, "distances are written with the events: name --events")
    for name, path, endings in (("out", out, report.ENDINGS), ("events", events_out, ENDINGS)):
        if path is not None and path.suffix.lower() not in endings:
            raise QueryError(name, str(path), f"{path}: end it in {', '.join(endings)}")
    if plot_file is not None:
        from layers.printing.figure import format_of

        format_of(plot_file)


def print_result(
    result: Result, *, out: Path | None, as_json: bool, failed: bool, excel: bool
) -> None:
    """Write and print what a run came to; the first line says where it failed."""
    from layers.monitor import report

    if out is not None:
        result.write(out, excel=excel)
    if as_json:
        if out is None:
            echo(report.to_json(result.table, result.header).decode(), nl=False)
        else:
            print_json({"file": str(out), **result.header})
        return
    if failed:
        echo(f"failed: {result.rejected:,} rows could not be read; what follows is without them")
    if out is None:
        for line in report.text_table(result.table, result.index, by=result.by):
            echo(line)
    totals = result.header["totals"]
    echo(
        f"{totals['read']:,} rows: {totals['counted']:,} counted, {totals['beyond_record']:,} on "
        f"days beyond the record, {totals['rejected']:,} not readable"
    )
    for line in (*notes_of(totals), *files_of(result)):
        echo(line)
    if out is not None:
        echo(f"{out}: counts by {result.header['by']}, record {result.index.record_sha256[:12]}")


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


def files_of(result: Result) -> Iterator[str]:
    """Yield which columns were taken of which files, and what looked odd about them."""
    for group in result.survey.columns:
        files, taken = group["files"], group["columns"]
        names = files[0] if len(files) == 1 else f"{files[0]} and {len(files) - 1} more"
        provider = f" ({group['provider']})" if group["provider"] else ""
        told = ", ".join(f"{part}={name}" for part, name in taken.items())
        exact = "" if "precision" in taken or provider else "; places are taken as exact"
        yield f"{names}{provider}: {told}{exact}"
    totals = result.header["totals"]
    if totals["repeated"]:
        yield f"{totals['repeated']:,} rows repeat the id of another and are counted once"
    yield from (f"note: {notice}" for notice in result.survey.notices)


def write_plot(
    result: Result,
    built: BuiltAtlas,
    path: Path,
    *,
    selection: Selection,
    events: list[str],
    lang: str | None,
) -> None:
    """Write the plot of a run's counts."""
    from layers.atomic import replace_file
    from layers.monitor.plot import plot
    from layers.printing.figure import format_of

    names = [Path(name).name for name in events]
    title = ", ".join(names[:3]) + (f" + {len(names) - 3}" if len(names) > 3 else "")
    picture = plot(
        result.table,
        built,
        events=title,
        selection=selection,
        reading=result.index.reading,
        file_format=format_of(path),
        lang=lang,
    )
    replace_file(path, picture)


@contextlib.contextmanager
def executor_of(scheduler: str | None, workers: int | None) -> Iterator[Executor | None]:
    """Give what counts on a cluster, None where none is named."""
    if scheduler is None and workers is None:
        yield None
        return
    from layers.monitor.cluster import connect, dask_executor

    with connect(scheduler=scheduler, workers=workers) as client:
        yield dask_executor(client)


@contextlib.contextmanager
def progress_bar() -> Iterator[Callable[[int, int, int], None] | None]:
    """Show on a terminal how far a run is, its rate and the time left; elsewhere nothing."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    with tqdm(unit="B", unit_scale=True, unit_divisor=1000, desc="events", leave=False) as shown:

        def progress(weight: int, whole: int, rows: int) -> None:
            shown.total = whole or None
            shown.set_postfix_str(f"{rows:,} rows", refresh=False)
            shown.n = weight
            shown.refresh()  # a chunk is seldom: each is shown, the last of a quick run too

        yield progress
