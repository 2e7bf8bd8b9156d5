"""What the commands share: reading the record, printing answers, names given in options."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
import typer.core

from layers.characters import printable
from layers.errors import QueryError, SeedFaults

if TYPE_CHECKING:
    from layers.build.rows import BuiltAtlas
    from layers.monitor.mapping import Mapping as Headings
    from layers.record.model import Record


class Coordinates(typer.core.TyperCommand):
    """A command whose arguments may be negative, with or without ``--`` before them.

    ``--`` would end the options too, and people write options last: it is dropped, since an
    unknown option counts as an argument here anyway.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Drop ``--`` and parse the rest."""
        return super().parse_args(ctx, [arg for arg in args if arg != "--"])


def read_record(context: typer.Context) -> Record:
    """Read the record that ``--seeds`` names."""
    from layers.record.reader import read

    return read(context.obj)


def build_atlas(context: typer.Context) -> BuiltAtlas:
    """Read the record and draw every shape."""
    from layers.build.assembly import build

    return build(read_record(context))


def check_output(context: typer.Context, *outputs: Path | None) -> None:
    """Refuse to write over a file of the record, before anything is read."""
    from layers.atomic import refuse_inputs

    refuse_inputs(outputs, [context.obj])


def echo(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print a text, whatever it quotes: a terminal obeys the control characters in it."""
    typer.echo(printable(text), err=err, nl=nl)


def show(data: Any, lines: Iterable[str], *, as_json: bool) -> None:
    """Print an answer as JSON for programs, or in lines for people."""
    if as_json:
        print_json(data)
        return
    for line in lines:
        echo(line)


def print_json(data: Any) -> None:
    """Print JSON with every script readable."""
    echo(json.dumps(data, ensure_ascii=False, indent=2))


@contextlib.contextmanager
def faults_as_json(as_json: bool) -> Iterator[None]:
    """Print the faults of a record as JSON, where that is asked for."""
    try:
        yield
    except SeedFaults as error:
        if not as_json:
            raise
        print_json({"ok": False, "faults": [fault.as_dict() for fault in error.faults]})
        raise typer.Exit(1) from None


@contextlib.contextmanager
def progress(step: str) -> Iterator[None]:
    """Show one word on a terminal while something takes time; say nothing elsewhere."""
    _show_status(f"tamas: {step} ...")
    try:
        yield
    finally:
        _show_status("")


def _show_status(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()


def names_of(given: Sequence[str] | None) -> tuple[str, ...]:
    """Return the names of an option that is given several times, or joined with commas."""
    return tuple(name.strip() for one in given or () for name in one.split(",") if name.strip())


def read_mappings(given: Sequence[str] | None) -> dict[str, Headings]:
    """Return the mappings that ``--mapping kind=kinds.yaml`` names, by group."""
    from layers.monitor.mapping import Mapping as Headings

    found = {}
    for one in given or ():
        name, _, path = one.partition("=")
        if not name.strip() or not path.strip():
            raise QueryError("mapping", one, "write GROUP=FILE, as kind=kinds.yaml")
        found[name.strip()] = Headings.read(path.strip())
    return found
