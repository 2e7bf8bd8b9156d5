"""The command ``export html``: the whole map as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layers.cli.common import AsJson, Language, On, layers_of, print_json

commands = typer.Typer()


@commands.command("html")
def export_html(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    on: On = None,
    lang: Annotated[Language, typer.Option(help="The language it opens in.")] = Language.en,
    as_json: AsJson = False,
) -> None:
    """Write the whole map as one HTML file that needs no network."""
    from layers import query
    from layers.export.folders import replace_file
    from layers.maps import render_page
    from layers.maps.data import page_data

    layers = layers_of(context)
    query.check_day(layers.record, query.day("on", on))
    day = on or layers.record.atlas.opens_on
    page = render_page(page_data(layers), mode="file", lang=lang.value, on=day).encode()
    replace_file(file, page)
    if as_json:
        print_json({"file": str(file), "bytes": len(page), "record": layers.record.sha256})
        return
    typer.echo(f"{file}: {len(page) / 1e6:.2f} MB, record {layers.record.sha256[:12]}")
