"""The commands ``new claim``, ``new place``, ``new zone``, ``new source``: skeletons to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from layers.cli.common import AsJson, echo, print_json

if TYPE_CHECKING:
    from layers.record.skeletons import SkeletonKind

commands = typer.Typer(
    help="Write the skeleton of a new record into the seeds folder, to fill in.",
    no_args_is_help=True,
)
IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="Lower-case letters, digits and hyphens.")
]
OnlyPrint = Annotated[bool, typer.Option("--print", help="Print it instead of writing it.")]


@commands.command()
def claim(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Left out: the source's next number.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="ID", help="The source that makes the claim.")
    ] = None,
    only_print: OnlyPrint = False,
    as_json: AsJson = False,
) -> None:
    """Add a claim to the file of its source."""
    _new(context, "claim", name, source, only_print, as_json)


@commands.command()
def place(
    context: typer.Context, name: IdArgument, only_print: OnlyPrint = False, as_json: AsJson = False
) -> None:
    """Add a row to the gazetteer, places.csv."""
    _new(context, "place", name, None, only_print, as_json)


@commands.command()
def zone(
    context: typer.Context, name: IdArgument, only_print: OnlyPrint = False, as_json: AsJson = False
) -> None:
    """Make the file of a zone."""
    _new(context, "zone", name, None, only_print, as_json)


@commands.command()
def source(
    context: typer.Context, name: IdArgument, only_print: OnlyPrint = False, as_json: AsJson = False
) -> None:
    """Add a source to sources.yaml."""
    _new(context, "source", name, None, only_print, as_json)


def _new(
    context: typer.Context,
    kind: SkeletonKind,
    name: str | None,
    source: str | None,
    only_print: bool,
    as_json: bool,
) -> None:
    from layers.record.skeletons import skeleton, write

    made = skeleton(kind, context.obj, name, source=source)
    path = context.obj / made.file
    if not only_print:
        write(context.obj, made)
    if as_json:
        done = {"id": made.id, "file": str(path), "left": made.left, "written": not only_print}
        print_json({**done, "text": made.text})
    elif only_print:
        echo(made.text, nl=False)
    else:
        echo(f"{path}: {made.id}, {made.left} values to fill in; tamas check names them")
