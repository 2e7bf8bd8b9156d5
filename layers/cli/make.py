"""Commands that make and serve: build, serve, export."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from layers.cli.common import (
    AsJson,
    Language,
    On,
    ReadingName,
    layers_of,
    print_json,
    progress,
)

if TYPE_CHECKING:
    from layers.build import Layers

commands = typer.Typer()
exports = typer.Typer(help="Write the atlas to files that need no server.", no_args_is_help=True)


@commands.command()
def build(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", help="The folder to write, replaced whole.")],
    reading: Annotated[
        ReadingName, typer.Option(help="Which of the three shapes to write.")
    ] = ReadingName.nominal,
    as_json: AsJson = False,
) -> None:
    """Build every layer as GeoJSON, with a manifest."""
    from layers.export import MANIFEST, build_files, replace_folder

    layers = layers_of(context, anew=True)
    progress("writing")
    files = build_files(layers, reading=reading.value)
    replace_folder(out, files)
    progress("")
    if as_json:
        typer.echo(files[MANIFEST].decode(), nl=False)
        return
    rows = len(layers.rows)
    typer.echo(f"{len(files) - 1} layers, {rows} rows ({reading.value}) and {MANIFEST} in {out}")


@commands.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on.")] = 8000,
    print_settings: Annotated[
        bool, typer.Option("--print-settings", help="Print the TAMAS_ variables and leave.")
    ] = False,
) -> None:
    """Build the layers in memory and serve the map and the data."""
    from layers.settings import Settings

    settings = replace(Settings.from_environment(), seeds=context.obj)
    if print_settings:
        for name, value, default, says in settings.described():
            typer.echo(f"{name}={value}\n    {says} (default: {default})")
        return
    import uvicorn
    from uvicorn.importer import import_from_string

    progress("building")
    # By import string: the command line must not depend on the service.
    service: Any = import_from_string("api.app:create_app")(settings)
    progress("")
    built: Layers = service.state.current.snapshot.layers
    shown = f"[{host}]" if ":" in host else host
    count = f"{len(built.record.layers)} layers, {len(built.rows)} rows"
    typer.echo(f"built {count} from {context.obj} (record {built.record.sha256[:12]})")
    typer.echo(f"the map is at http://{shown}:{port}/ (stop with Ctrl+C)")
    sys.stdout.flush()
    uvicorn.run(service, host=host, port=port, log_config=None, access_log=False)


@exports.command("html")
def export_html(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    on: On = None,
    lang: Annotated[Language, typer.Option(help="The language it opens in.")] = Language.en,
    as_json: AsJson = False,
) -> None:
    """Write the whole map as one HTML file that needs no network."""
    from layers import query
    from layers.export import replace_file
    from layers.maps import render_page
    from layers.maps.data import page_data

    layers = layers_of(context, anew=True)
    query.check_day(layers.record, query.day("on", on))
    day = on or layers.record.atlas.opens_on
    page = render_page(page_data(layers), mode="file", lang=lang.value, on=day).encode()
    replace_file(file, page)
    if as_json:
        print_json({"file": str(file), "bytes": len(page), "record": layers.record.sha256})
        return
    typer.echo(f"{file}: {len(page) / 1e6:.2f} MB, record {layers.record.sha256[:12]}")
