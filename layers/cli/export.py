"""The commands of ``export``: files for other programs, a page, a print, a site."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from layers.cli.common import (
    AsJson,
    BoxText,
    KnownBy,
    Lang,
    LayerIds,
    On,
    ReadingName,
    ZoneIds,
    build_atlas,
    check_output,
    echo,
    print_json,
    progress,
)
from layers.formats import FORMATS

commands = typer.Typer(help="Write the atlas to files that need no server.", no_args_is_help=True)


@commands.command("data")
def export_data(
    context: typer.Context,
    where: Annotated[
        Path,
        typer.Argument(metavar="DIR|FILE", help="A folder to fill, or a file by its ending."),
    ],
    formats: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="IDS",
            help=f"{', '.join(FORMATS)}; several for a folder. Left out: as the file ends.",
        ),
    ] = None,
    on: On = None,
    known_by: KnownBy = None,
    layer: LayerIds = None,
    zone: ZoneIds = None,
    bbox: BoxText = None,
    reading: Annotated[
        ReadingName, typer.Option(help="Which of the three shapes to write.")
    ] = "nominal",
    lang: Lang = None,
    excel: Annotated[
        bool,
        typer.Option(
            "--excel", help="CSV as Excel shows it: with a mark, without shapes (a cell is short)."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write rows for GIS and spreadsheets: one file, or a folder with a file a layer."""
    from layers.atomic import is_stream
    from layers.errors import QueryError
    from layers.formats.export import content_of, destination, write_file, write_folder
    from layers.query.selection import parse_selection

    path, chosen, single = destination(where, formats)
    if excel and not any(one.id == "csv" for one in chosen):
        raise QueryError("excel", None, "is for CSV: end the file in .csv, or say --format csv")
    check_output(context, path if single else None)
    selection = parse_selection(
        on=on,
        known_by=known_by,
        layers=layer or None,
        zones=zone or None,
        bbox=bbox,
        reading=reading,
    )
    content = content_of(build_atlas(context), selection, lang, excel=excel)
    if single:
        progress("writing")
        written = write_file(content, path, chosen[0])
        progress("")
        files = [one for one in written if not is_stream(one)]  # what flowed on is gone
        sizes = {str(one): one.stat().st_size for one in files}
        digests = {str(one): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}
    else:
        manifest = write_folder(content, path, chosen, steps=_shown)
        sizes = {name: entry["bytes"] for name, entry in manifest["files"].items()}
        digests = {name: entry["sha256"] for name, entry in manifest["files"].items()}
    ids = [one.id for one in chosen]
    digest = content.built.record.sha256
    if as_json:
        said = {"rows": len(content.rows), "reading": content.reading, "record": digest}
        print_json({"path": str(path), "formats": ids, "files": sizes, "sha256": digests, **said})
        return
    count = "" if single else f"{len(sizes)} files, "
    echo(
        f"{path}: {count}{len(content.rows)} rows ({content.reading}) as {', '.join(ids)}, "
        f"{sum(sizes.values()) / 1e6:.2f} MB, record {digest[:12]}"
    )
    for name, sha256 in digests.items() if single else ():
        echo(f"{name}: SHA-256 {sha256}")
    if excel:
        echo("shapes are left out: a cell of Excel ends at 32,767 characters")


@commands.command("package")
def export_package(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to fill, or to check.")],
    check: Annotated[
        bool, typer.Option("--check", help="Verify a data release instead of writing one.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a data release that can be deposited as it is, or verify one."""
    from layers.formats.package import SUMS

    if check:
        from layers.formats.package.check import check_package

        manifest = check_package(folder)
    else:
        from layers.formats.package import write_package

        manifest = write_package(build_atlas(context), folder, steps=_shown)
    sizes = {name: entry["bytes"] for name, entry in manifest["files"].items()}
    digest = manifest["seeds_sha256"]
    sums = manifest["files"][SUMS]["sha256"]
    if as_json:
        said = {"atlas": manifest["atlas"], "edition": manifest["edition"], "record": digest}
        print_json(
            {"path": str(folder), "checked": check, "files": sizes, "sha256sums": sums, **said}
        )
        return
    done = "whole" if check else f"{manifest['atlas']}, edition {manifest['edition']}"
    echo(
        f"{folder}: {done}, {len(sizes)} files, {sum(sizes.values()) / 1e6:.2f} MB, "
        f"record {digest[:12]}; SHA-256 of {SUMS} {sums}"
    )


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
        print_json({"folder": str(folder), **asdict(written), "record": built.record.sha256})
        return
    echo(
        f"{folder}: {written.pages} pages, {written.files} files, {written.bytes / 1e6:.1f} MB, "
        f"record {built.record.sha256[:12]}; SHA-256 of SHA256SUMS {written.sha256sums}"
    )


def _shown(items: Sequence[Any]) -> Iterable[Any]:
    """Show how far a list has come on a terminal; say nothing elsewhere."""
    from tqdm import tqdm

    return tqdm(items, desc="tamas", unit="file", leave=False, disable=not sys.stderr.isatty())
