"""The command ``export site``: the atlas as a static site for any web host."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layers.cli.common import AsJson, build_atlas, echo, print_json

commands = typer.Typer()


@commands.command("site")
def export_site(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write.")],
    base_url: Annotated[
        str | None,
        typer.Option("--base-url", metavar="URL", help="The address at which the site will stand."),
    ] = None,
    cards: Annotated[
        bool, typer.Option(help="Draw the pictures that other sites show of a page.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Write the atlas as a static site, for any web host or for a folder on a disk."""
    from layers.web.site import write_site

    built = build_atlas(context)
    written = write_site(built, folder, base_url=base_url, cards=cards, progress=True)
    if as_json:
        print_json({"folder": str(folder), **written.as_dict(), "record": built.record.sha256})
        return
    echo(
        f"{folder}: {written.pages} pages, {written.files} files, {written.bytes / 1e6:.1f} MB, "
        f"record {built.record.sha256[:12]}; SHA-256 of SHA256SUMS {written.sha256sums}"
    )
