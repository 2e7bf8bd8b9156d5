"""The commands ``new workbook`` and ``import``: the record in a spreadsheet, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from layers.cli import new, options
from layers.cli.common import check_output, echo, faults_as_json, show
from layers.errors import ExportError, QueryError

commands = typer.Typer()


@new.commands.command()
def workbook(
    context: typer.Context,
    file: Annotated[Path, Argument(metavar="FILE.xlsx", help="The workbook to make.")],
) -> None:
    """Make a workbook of sources, actors, claims, places and pairs, to fill in and import.

    It holds what the record has now, a note on each column, and lists of the words to choose from.
    """
    from layers.atomic import replace_file
    from layers.exchange.sheets import read_files
    from layers.exchange.write_workbook import workbook_bytes

    if file.suffix.lower() != ".xlsx":
        raise ExportError(f"{file}: a workbook's name ends in .xlsx")
    if file.exists():
        raise ExportError(f"{file}: is already there, and may hold somebody's work; name another")
    check_output(context, file)
    replace_file(file, workbook_bytes(read_files(context.obj)))
    echo(f"{file}: fill it in, then: tamas --seeds {context.obj} import {file}")


@commands.command("import")
def import_(
    context: typer.Context,
    file: Annotated[
        Path, Argument(metavar="FILE", help="A workbook (.xlsx), or shapes: GeoJSON, KML, .gpkg.")
    ],
    only_check: Annotated[
        bool, Option("--check", help="Say what would change, and write nothing.")
    ] = False,
    uncertainty_m: Annotated[
        float | None, Option(metavar="METRES", help="How far off drawn shapes may be.")
    ] = None,
    basis: Annotated[
        str | None,
        Option(metavar="WORD", help="What they follow from; left out: digitised_public_map."),
    ] = None,
    source: Annotated[
        str | None, Option(metavar="ID", help="The source that they are from.")
    ] = None,
    licence: Annotated[str | None, Option(help="What they are licensed under.")] = None,
    method: Annotated[str | None, Option(help="How they were drawn.")] = None,
    name: Annotated[
        list[str] | None,
        Option(metavar="TAG=COLUMN", help="The column of a name; give it again for more."),
    ] = None,
    id_column: Annotated[
        str | None, Option("--id", metavar="COLUMN", help="The column of the ids.")
    ] = None,
    sheet: Annotated[str | None, Option(help="One layer of a KML or GeoPackage.")] = None,
    as_json: options.AsJson = False,
) -> None:
    """Put a workbook into the record, or make drafts of places, traces and zones from shapes.

    All of a workbook goes in by id or, where anything is wrong, nothing; a row that is gone
    removes no record. Points become places, lines traces, polygons zones; what the shapes
    do not say is left to fill in.
    """
    from layers.exchange.drawn import DRAWN

    suffix = file.suffix.lower()
    given = {"uncertainty_m": uncertainty_m, "basis": basis, "source": source, "licence": licence,
             "method": method, "names": _columns(name or []), "id": id_column}  # fmt: skip
    stated = {option: value for option, value in given.items() if value}
    with faults_as_json(as_json):
        if suffix in DRAWN:
            from layers.exchange.drafts import Stated, import_drawn

            made = import_drawn(context.obj, file, Stated(**stated), sheet)  # type: ignore[arg-type]
        elif suffix != ".xlsx":
            raise QueryError("file", file, f"must be .xlsx, {', '.join(DRAWN)}")
        elif stated or sheet:
            said = next(iter([*stated, "sheet"])).replace("_", "-")
            raise QueryError(said, None, "goes with drawn shapes, not with a workbook")
        else:
            from layers.exchange.import_workbook import import_workbook

            made = import_workbook(context.obj, file)
    if not only_check:
        made.write(context.obj)
    names, written = sorted(made.files), bool(made.files) and not only_check
    data = {"ok": True, "files": names, "notes": made.notes, "written": written}
    for note in () if as_json else made.notes:
        echo(note, err=True)
    verb = "would change" if only_check else "changed"
    line = f"{verb}: {', '.join(names) or 'nothing: the record says the same'}"
    show(data, [line], as_json=as_json)


def _columns(given: list[str]) -> dict[str, str]:
    """Return the columns of names by language."""
    found = {}
    for one in given:
        lang, _, column = one.partition("=")
        if not column:
            raise QueryError("name", one, "must be a language and its column, as uk=NAME_UA")
        found[lang] = column
    return found
