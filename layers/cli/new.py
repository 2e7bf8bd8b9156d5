"""The commands of ``new``: a whole atlas, or the skeleton of a record to fill in."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from layers.cli import options
from layers.cli.common import echo, print_json, show
from layers.errors import ExportError, QueryError

if TYPE_CHECKING:
    from layers.record.skeletons import SkeletonKind

commands = typer.Typer(
    help="Make a new atlas, or write the skeleton of a record into the seeds folder, to fill in.",
    no_args_is_help=True,
)
IdArgument = Annotated[
    str,
    Argument(
        metavar="ID", help="Lower-case letters, digits and hyphens; in a kind underscores too."
    ),
]
OnlyPrint = Annotated[bool, Option("--print", help="Print it instead of writing it.")]


@commands.command()
def atlas(
    folder: Annotated[Path, Argument(metavar="DIR", help="Where it is made.")],
    languages: Annotated[
        str, Option(metavar="TAG,...", help="Of its texts, the default one first: en,uk.")
    ],
    extent: Annotated[str, Option(metavar="W,S,E,N", help="Degrees; every place lies inside.")],
    record_from: Annotated[
        str, Option("--from", metavar="DATE", help="First day it speaks for.")
    ] = "2000-01-01",
    record_to: Annotated[
        str | None, Option("--to", metavar="DATE", help="Last day; left out: of last year.")
    ] = None,
    basemap: Annotated[
        Path | None,
        Option(
            metavar="FOLDER",
            help="Files that a base map is cut from; 'tamas new basemap --help' has more.",
        ),
    ] = None,
    basemap_source: Annotated[
        str | None, Option(metavar="NAME", help="Who published these files.")
    ] = None,
    basemap_licence: Annotated[
        str | None, Option(metavar="LICENCE", help="What they are licensed under.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Make a new atlas: a folder with every file, valid and empty, to serve and to fill."""
    from datetime import date

    from layers.i18n import localized
    from layers.record.basemap.cut import BasemapOptions, cut_basemap
    from layers.record.basemap.source import source_record
    from layers.record.new_atlas import AtlasOptions, files_of, with_schema, write, yaml_text

    last = record_to or f"{date.today().year - 1}-12-31"  # noqa: DTZ011  # a year, anywhere
    asked = AtlasOptions.read(folder, languages, extent, record_from, last)
    ground: dict[str, str] = {}
    if basemap:
        publisher, licence = _whose(
            basemap, {}, basemap_source, basemap_licence, ("basemap-source", "basemap-licence")
        )
        terms = {"source": "basemap", "licence": licence}
        made = cut_basemap(basemap, BasemapOptions(asked.extent, asked.languages, terms))
        _say(made.notes)
        source = source_record("basemap", publisher, licence, asked.languages)
        sources = with_schema("sources", yaml_text([source]))
        ground = {**made.files, "sources.yaml": sources}
    files = files_of(asked, ground, lambda key: localized(key, asked.languages).as_dict())
    write(folder, files)
    lines = [
        f"{folder}: {len(files)} files; its README.md says what comes next",
        f"  tamas --seeds {folder} check",
        f"  tamas --seeds {folder} serve",
    ]
    show({"folder": str(folder), "files": sorted(files)}, lines, as_json=as_json)


@commands.command()
def basemap(
    context: typer.Context,
    folder: Annotated[
        Path,
        Option("--from", metavar="FOLDER", help="With GeoJSON, Shapefile or GeoPackage files."),
    ],
    source: Annotated[str | None, Option(metavar="NAME", help="Who published the files.")] = None,
    licence: Annotated[
        str | None, Option(metavar="LICENCE", help="What they are licensed under.")
    ] = None,
    url: Annotated[str | None, Option(metavar="ADDRESS", help="Where they can be had.")] = None,
    name: Annotated[
        str, Option("--id", metavar="ID", help="Of their source in sources.yaml.")
    ] = "basemap",
    file: Annotated[
        list[str] | None,
        Option(metavar="PART=FILE[:LAYER]", help="The file of a part that its name does not say."),
    ] = None,
    column: Annotated[
        list[str] | None,
        Option(
            metavar="PART.VALUE=COLUMN",
            help="Where a value stands if not where Natural Earth has it: land.name_en=NAAM.",
        ),
    ] = None,
    home: Annotated[
        str | None, Option(metavar="CODE,...", help="Countries to draw lighter: ISO codes.")
    ] = None,
    window: Annotated[
        str | None,
        Option(metavar="W,S,E,N", help="What is cut; left out: the extent and half of it."),
    ] = None,
    detail: Annotated[
        float | None, Option(metavar="METRES", min=1, help="How far thinning may move a line.")
    ] = None,
    replace: Annotated[bool, Option(help="Write over parts that are there.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Cut land, borders, coast, lakes, rivers, units, roads and towns from files that you have.

    Natural Earth's files are known by their names; others say what they hold by theirs
    (countries.geojson, rivers.shp), or are named with --file.
    """
    from layers.record.basemap.cut import BasemapOptions
    from layers.record.basemap.source import licence_of, place_of, source_record, write_basemap
    from layers.record.new_atlas import degrees

    root: Path = context.obj
    extent, languages = place_of(root)
    files, columns = _pairs("file", file), _by_part(_pairs("column", column))
    publisher, known = "", licence_of(root, name)
    if known is None:
        publisher, known = _whose(folder, files, source, licence, ("source", "licence"))
    cut = BasemapOptions(
        extent,
        languages,
        {"source": name, "licence": licence or known},
        window=degrees("window", window) if window else None,
        home=home.split(",") if home else (),
        detail_m=detail,
        files=files,
        columns=columns,
    )
    new = source_record(name, publisher, known, languages, url=url) if publisher else None
    made = write_basemap(root, folder, cut, new, over=replace)
    _say(() if as_json else made.notes)
    lines = [f"{root / path}: {len(text.encode())} bytes" for path, text in made.files.items()]
    lines.append(f"source {name}: {publisher or 'as sources.yaml has it'}, {licence or known}")
    data = {"files": sorted(made.files), "source": name, "notes": made.notes}
    show(data, lines, as_json=as_json)


def _whose(
    folder: Path,
    files: dict[str, str],
    publisher: str | None,
    licence: str | None,
    names: tuple[str, str],
) -> tuple[str, str]:
    """Return who published files, and their licence: as stated, as known, or as answered."""
    from layers.record.basemap.source import known_source

    known = known_source(folder, files) or (None, None)
    asked = ("Who published these files", "Under which licence")
    said = []
    for option, given, of_files, question in zip(
        names, (publisher, licence), known, asked, strict=True
    ):
        answer = given or of_files
        if not answer and sys.stdin.isatty():
            answer = typer.prompt(question)
        if not answer or not answer.strip():
            raise QueryError(option, given, f'say it for the files in {folder}: --{option} "..."')
        said.append(answer.strip())
    return said[0], said[1]


def _pairs(option: str, given: list[str] | None) -> dict[str, str]:
    for one in given or ():
        if "=" not in one:
            raise QueryError(option, one, f"{one!r} has no '=', as in --{option} land=...")
    return dict(one.split("=", 1) for one in given or ())


def _by_part(columns: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return columns by part and value."""
    found: dict[str, dict[str, str]] = {}
    for where, column in columns.items():
        part, dot, value = where.partition(".")
        if not dot:
            raise QueryError("column", where, f"{where!r} names no part, as in land.name_en=NAAM")
        found.setdefault(part, {})[value] = column
    return found


def _say(notes: Iterable[str]) -> None:
    for note in notes:
        echo(f"note: {note}", err=True)


@commands.command()
def claim(
    context: typer.Context,
    name: Annotated[
        str | None, Argument(metavar="[ID]", help="Left out: the source's next number.")
    ] = None,
    source: Annotated[
        str | None,
        Option(
            metavar="ID", help="The source that makes the claim; needed unless ID begins with it."
        ),
    ] = None,
    only_print: OnlyPrint = False,
    as_json: options.AsJson = False,
) -> None:
    """Add a claim to the file of its source."""
    _new(context, "claim", name, source, only_print, as_json)


@commands.command()
def place(
    context: typer.Context,
    name: Annotated[
        str,
        Argument(metavar="ID|NAME", help="An id in lower case, or a name to look up in GeoNames."),
    ],
    id_: Annotated[
        str | None, Option("--id", metavar="ID", help="Of a place that is looked up.")
    ] = None,
    geoname: Annotated[
        int | None, Option(metavar="ID", help="Which place of GeoNames, where several fit.")
    ] = None,
    only_print: OnlyPrint = False,
    as_json: options.AsJson = False,
) -> None:
    """Add a row to the gazetteer, places.csv: empty for an id, filled from GeoNames for a name.

    GeoNames is an extra: pip install 'tamas[gazetteer]'.
    """
    import re

    from layers.record.base import ID_PATTERN

    if re.fullmatch(ID_PATTERN, name) and id_ is None and geoname is None:
        _new(context, "place", name, None, only_print, as_json)
        return
    from layers.query import gazetteer
    from layers.record.basemap.source import add_source, licence_of, place_of, source_record

    root: Path = context.obj
    found = gazetteer.find(root, name, geoname)
    _, languages = place_of(root)
    new_source = licence_of(root, gazetteer.SOURCE) is None
    filled = found.row(languages)
    _new(context, "place", id_ or found.slug, None, only_print, as_json, filled)
    if not as_json and not only_print:
        echo(f"GeoNames {found}: is this the one?")
    if new_source and not only_print:
        about = ("GeoNames", gazetteer.LICENCE, languages)
        source = source_record(
            gazetteer.SOURCE, *about, url=gazetteer.ADDRESS, title=gazetteer.title()
        )
        add_source(root, source)


_KINDS: dict[SkeletonKind, str] = {
    "source": "Add a source to sources.yaml: what was read.",
    "actor": "Add a state, force, organisation or person to actors.yaml.",
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
        as_json: options.AsJson = False,
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
    filled: dict[str, str] | None = None,
) -> None:
    from layers.record.skeletons import skeleton, write

    made = skeleton(kind, context.obj, name, source=source, filled=filled)
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
    tag: Annotated[str, Argument(metavar="TAG", help="BCP 47 tag, as el or sr-Latn.")],
    file: Annotated[
        Path | None, Option("--out", help="The file to write; left out: TAG.po here.")
    ] = None,
    only_print: OnlyPrint = False,
) -> None:
    """Write a catalogue of a language to fill in: the words around an atlas's texts.

    It works from the folder of catalogues, layers/i18n/catalogues; what is left empty is said
    in the source's words, and `tamas check` counts it.
    """
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
