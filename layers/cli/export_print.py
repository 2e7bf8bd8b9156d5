"""The command `export print`: the map of a day for a newspaper page or a shared picture."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from layers.cli.common import (
    AsJson,
    BoxText,
    KnownBy,
    Lang,
    LayerIds,
    On,
    build_atlas,
    check_output,
    echo,
    print_json,
    progress,
)

commands = typer.Typer()


@commands.command("print")
def export_print(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write: .pdf, .svg or .png.")],
    on: On = None,
    lang: Lang = None,
    size: Annotated[
        str,
        typer.Option(metavar="SIZE", help="a4, a3 (a4p, a3p upright), or pixels as 1200x675."),
    ] = "a4",
    bbox: BoxText = None,
    title: Annotated[
        str | None, typer.Option(help="A title in place of the atlas's own; the day is added.")
    ] = None,
    layer: LayerIds = None,
    known_by: KnownBy = None,
    zone: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="A zone to bring out and show larger; again for more."),
    ] = None,
    editable: Annotated[
        bool, typer.Option("--editable", help="Leave the names on an SVG's map as text.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write the map of a day for print, with list, legend, scale, sources and terms."""
    from layers import printing
    from layers.atomic import replace_file
    from layers.errors import ExportError
    from layers.query.selection import parse_selection

    check_output(context, file)
    file_format = printing.format_of(file)
    if editable and file_format != "svg":
        raise ExportError(f"{file}: only an .svg has names to edit; leave --editable out")
    selection = parse_selection(
        on=on, known_by=known_by, layers=layer or None, zones=zone or None, bbox=bbox
    )
    progress("reading the record")
    atlas = build_atlas(context)
    progress("drawing")
    try:
        made = printing.print_map(
            atlas, selection, format=file_format, lang=lang, size=size, title=title,
            editable=editable,
        )  # fmt: skip
    finally:
        progress("")
    replace_file(file, made.body)
    sha256 = hashlib.sha256(made.body).hexdigest()
    if as_json:
        print_json({"file": str(file), "bytes": len(made.body), "sha256": sha256, **made.summary})
        return
    digest = made.summary["record"][:12]
    echo(
        f"{file}: {len(made.body) / 1e3:.0f} KB, {made.summary['on']}, record {digest}, "
        f"SHA-256 {sha256}"
    )
