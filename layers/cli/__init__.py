"""The `tamas` command: it parses and prints, the library decides.

Heavy modules are imported inside the commands, so that `tamas --help` answers at once.
Exit codes: 0 done, 1 for a fault in the data or the question, 2 for a command that cannot
be parsed.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from typer import Option

from layers.cli import clauses, exchange, export, make, monitor, new, questions, record, report
from layers.cli.common import echo
from layers.errors import SeedFaults, TamasError
from layers.settings import BUNDLED_SEEDS

app = typer.Typer(
    name="tamas",
    help="An atlas of agreement zones, patrols and bases, each shape with its evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for part in (make, questions, record, clauses, exchange, monitor, report):
    app.registered_commands += part.commands.registered_commands
app.add_typer(export.commands, name="export")
app.add_typer(new.commands, name="new")


def main() -> None:
    """Run the command; an expected error is one line on stderr and exit code 1."""
    if sys.stderr is None:  # closed, as under some supervisors: what is said goes nowhere
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # to the end
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without Arabic shows escapes
            stream.reconfigure(errors="backslashreplace")
    # The many small objects of a record stay: to look for garbage there is a tenth of the time.
    gc.set_threshold(50_000)
    try:
        app()
    except SeedFaults as error:
        echo(str(error), err=True)
        sys.exit(1)
    except TamasError as error:
        echo(f"tamas: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        # The reader (head, less) has gone: what it wanted is printed, the rest is nobody's.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _version(asked: bool) -> None:
    if asked:
        echo(f"tamas {version('tamas')}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    seeds: Annotated[
        Path, Option("--seeds", envvar="TAMAS_SEEDS", help="The record to read, a seeds folder.")
    ] = BUNDLED_SEEDS,
    _: Annotated[
        bool,
        Option("--version", callback=_version, is_eager=True, help="Print the version and leave."),
    ] = False,
) -> None:
    context.obj = seeds
