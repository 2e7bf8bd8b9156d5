"""The commands ``new workbook`` and ``import``: the record in a spreadsheet, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layers.cli import new
from layers.cli.common import AsJson, check_output, echo, print_json
from layers.errors import ExportError, SeedFaults

commands = typer.Typer()


@new.commands.command()
def workbook(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="The workbook to make.")],
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
    echo(f"{file}: fill it in, then: tamas import {file}")


@commands.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A workbook of the record.")],
    only_check: Annotated[
        bool, typer.Option("--check", help="Say what would change, and write nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put a workbook into the record: by id, all of it or, where anything is wrong, nothing.

    Records that the workbook does not hold stay as they are; a row that is gone removes none.
    """
    from layers.exchange.import_workbook import import_workbook, write_files

    try:
        made = import_workbook(context.obj, file)
    except SeedFaults as error:
        if as_json:
            print_json({"ok": False, "faults": [fault.as_dict() for fault in error.faults]})
            raise typer.Exit(1) from None
        raise
    if not only_check:
        write_files(context.obj, made.files)
    if as_json:
        done = {"ok": True, "files": sorted(made.files), "notes": made.notes}
        print_json({**done, "written": bool(made.files) and not only_check})
        return
    for note in made.notes:
        echo(note, err=True)
    verb = "would change" if only_check else "changed"
    names = ", ".join(sorted(made.files)) or "nothing: the record says the same"
    echo(f"{verb}: {names}")
