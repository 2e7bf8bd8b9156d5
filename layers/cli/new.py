"""The commands of ``new``: a whole atlas, or the skeleton of a record to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from layers.cli.common import AsJson, echo, print_json

if TYPE_CHECKING:
    from layers.record.skeletons import SkeletonKind

commands = typer.Typer(
    help="Make a new atlas, or write the skeleton of a record into the seeds folder, to fill in.",
    no_args_is_help=True,
)
IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="Lower-case letters, digits and hyphens.")
]
OnlyPrint = Annotated[bool, typer.Option("--print", help="Print it instead of writing it.")]


@commands.command()
def atlas(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where it is made.")],
    languages: Annotated[
        str, typer.Option(metavar="TAG,...", help="Of its texts, the default one first: en,uk.")
    ],
    extent: Annotated[
        str, typer.Option(metavar="W,S,E,N", help="Degrees; every place lies inside.")
    ],
    record_from: Annotated[
        str, typer.Option("--from", metavar="DATE", help="First day it speaks for.")
    ] = "2000-01-01",
    record_to: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Last day; left out: of last year.")
    ] = None,
    basemap: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Natural Earth's files, or GeoJSON, Shapefile, GeoPackage of your own, to cut "
            "land, borders, coast, lakes, rivers, roads and units from.",
        ),
    ] = None,
    basemap_source: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who published these files.")
    ] = None,
    basemap_licence: Annotated[
        str | None, typer.Option(metavar="LICENCE", help="What they are licensed under.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a new atlas: a folder with every file, valid and empty, to serve and to fill."""
    from datetime import date

    from layers.record.basemap import cut_basemap
    from layers.record.new_atlas import AtlasOptions, files_of, write

    last = record_to or f"{date.today().year - 1}-12-31"  # noqa: DTZ011  # a year, anywhere
    options = AtlasOptions.read(folder, languages, extent, record_from, last)
    ground = {}
    if basemap:
        ground = cut_basemap(
            basemap,
            options.extent,
            options.languages,
            publisher=basemap_source,
            licence=basemap_licence,
        )
    files = files_of(options, ground)
    write(folder, files)
    if as_json:
        print_json({"folder": str(folder), "files": sorted(files)})
        return
    echo(f"{folder}: {len(files)} files; its README.md says what comes next")
    echo(f"  tamas --seeds {folder} check")
    echo(f"  tamas --seeds {folder} serve")


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


_KINDS: dict[SkeletonKind, str] = {
    "source": "Add a source to sources.yaml: what was read.",
    "actor": "Add a state, force, organisation or person to actors.yaml.",
    "place": "Add a row to the gazetteer, places.csv.",
    "layer": "Add a layer of the map to layers.yaml.",
    "zone": "Make the file of a zone.",
    "shape": "Make the file of a recipe that several zones are drawn from.",
    "pairs": "Make the table of a contact line: last place of one side, first of the other.",
    "kind": "Add a kind of zone to kinds.yaml.",
    "dispute": "Add what sources disagree about to disputes.yaml.",
    "unknown": "Add what could not be established to unknowns.yaml.",
}


def _add(kind: SkeletonKind, about: str) -> None:
    """Make the command that writes a skeleton of one kind."""

    def command(
        context: typer.Context,
        name: IdArgument,
        only_print: OnlyPrint = False,
        as_json: AsJson = False,
    ) -> None:
        _new(context, kind, name, None, only_print, as_json)

    commands.command(kind, help=about)(command)


for _kind, _about in _KINDS.items():
    _add(_kind, _about)


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


@commands.command()
def language(
    tag: Annotated[str, typer.Argument(metavar="TAG", help="BCP 47 tag, as el or sr-Latn.")],
    file: Annotated[
        Path | None, typer.Option("--out", help="The file to write; left out: TAG.po here.")
    ] = None,
    only_print: OnlyPrint = False,
) -> None:
    """Write a catalogue of a language to fill in: the words around an atlas's texts.

    It works from the folder of catalogues, layers/i18n/catalogues; what is left empty is said
    in the source's words, and `tamas check` counts it.
    """
    from layers.errors import ExportError
    from layers.i18n.coverage import untranslated

    text = untranslated(tag)
    if only_print:
        echo(text, nl=False)
        return
    path = file or Path(f"{tag}.po")
    if path.exists():
        raise ExportError(f"{path}: is there already; name another file")
    path.write_text(text, encoding="utf-8")
    echo(f"{path}: {text.count('msgctxt')} phrases to translate")
