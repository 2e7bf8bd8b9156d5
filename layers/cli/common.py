"""What the commands share: options, reading the record, printing."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
import typer.core

from layers.characters import printable

if TYPE_CHECKING:
    from layers.build.rows import BuiltAtlas
    from layers.record.model import Record

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="One day, YYYY-MM-DD.")]
KnownBy = Annotated[
    str | None,
    typer.Option("--known-by", metavar="DATE", help="Only what sources had said by that day."),
]
LayerIds = Annotated[
    list[str] | None,
    typer.Option("--layer", metavar="ID", help="A layer; give it again for more."),
]
Lang = Annotated[
    str | None, typer.Option(metavar="TAG", help="A language of the atlas; left out: its first.")
]
ZoneIds = Annotated[
    list[str] | None, typer.Option("--zone", metavar="ID", help="A zone; give it again for more.")
]
BoxText = Annotated[str | None, typer.Option("--bbox", metavar="W,S,E,N", help="A box in degrees.")]


ReadingName = Literal["nominal", "inner", "outer"]
Encoding = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Of text that is no UTF-8, as windows-1252; else told."),
]
Sheet = Annotated[
    str | None, typer.Option(help="The sheet of a workbook, the layer of a GeoPackage.")
]
Dates = Annotated[
    str | None,
    typer.Option(metavar="dmy|mdy", help="How 03/04/2021 is meant; left out, it is refused."),
]


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


def names_in(item: Mapping[str, Any]) -> str:
    """Return what something is called in the languages of the atlas."""
    return " · ".join(text for name, text in item.items() if name.startswith("name_"))


def print_json(data: Any) -> None:
    """Print JSON with every script readable."""
    echo(json.dumps(data, ensure_ascii=False, indent=2))


def progress(step: str) -> None:
    """Show one word on a terminal while something takes time; say nothing elsewhere."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{step and f'tamas: {step} ...'}")
        sys.stderr.flush()
