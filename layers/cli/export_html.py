"""The command ``export html``: the map, or a part of it, as one file."""

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
    ZoneIds,
    build_atlas,
    check_output,
    echo,
    print_json,
    progress,
)

commands = typer.Typer()


@commands.command("html")
def export_html(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file to write.")],
    on: On = None,
    lang: Lang = None,
    layer: LayerIds = None,
    zone: ZoneIds = None,
    known_by: KnownBy = None,
    bbox: BoxText = None,
    as_json: AsJson = False,
) -> None:
    """Write the map, or the part that is chosen, as one HTML file that needs no network.

    --on is the day it opens on; the other days stay in it. The file says what it holds;
    `tamas verify --file` tells whether it is as it was built.
    """
    from layers.atomic import replace_file
    from layers.web.page.export import FileRequest, build_file

    check_output(context, file)
    request = FileRequest(
        lang,
        on=on,
        layers=tuple(layer) if layer else None,
        zones=tuple(zone) if zone else None,
        known_by=known_by,
        bbox=bbox,
    )
    whole = build_atlas(context)
    progress("writing")
    built_file = build_file(whole, request)
    replace_file(file, built_file.page)
    progress("")
    sha256 = hashlib.sha256(built_file.page).hexdigest()
    if as_json:
        print_json(
            {
                "file": str(file),
                "bytes": len(built_file.page),
                "sha256": sha256,
                "record": whole.record.sha256,
                "rows": built_file.rows,
                "layers": list(built_file.layers),
            }
        )
        return
    size, all_rows = len(built_file.page) / 1e6, len(whole.frame)
    part = "" if built_file.rows == all_rows else f", {built_file.rows} of {all_rows} rows"
    digests = f"record {whole.record.sha256[:12]}, SHA-256 {sha256}"
    echo(f"{file}: {size:.2f} MB{part}, {digests}")
