"""The commands of ``export``: files for other programs, a page, a print, a site."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from typer import Argument, Option

from layers.cli import options
from layers.cli.common import build_atlas, check_output, progress, show
from layers.errors import ExportError, QueryError
from layers.formats import FORMATS

commands = typer.Typer(help="Write the atlas to files that need no server.", no_args_is_help=True)


@commands.command("data")
def export_data(
    context: typer.Context,
    where: Annotated[
        Path, Argument(metavar="DIR|FILE", help="A folder to fill, or a file by its ending.")
    ],
    formats: Annotated[
        str | None,
        Option(
            "--format",
            metavar="IDS",
            help=f"{', '.join(FORMATS)}; several for a folder. Left out: as the file ends.",
        ),
    ] = None,
    on: options.On = None,
    known_by: options.KnownBy = None,
    layer: options.LayerIds = None,
    zone: options.ZoneIds = None,
    bbox: options.BoxText = None,
    reading: options.Reading = "nominal",
    lang: options.Lang = None,
    excel: Annotated[
        bool,
        Option(
            "--excel", help="CSV as Excel shows it: with a mark, without shapes (a cell is short)."
        ),
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Write rows for GIS and spreadsheets: one file, or a folder with a file a layer."""
    from layers.atomic import entry_of, is_stream
    from layers.formats.export import content_of, destination, write_file, write_folder
    from layers.query.selection import parse_selection

    path, chosen, single = destination(where, formats)
    if excel and not any(one.id == "csv" for one in chosen):
        raise QueryError("excel", None, "is for CSV: end the file in .csv, or say --format csv")
    check_output(context, path if single else None)
    selection = parse_selection(
        on=on, known_by=known_by, layers=layer, zones=zone, bbox=bbox, reading=reading
    )
    content = content_of(build_atlas(context), selection, lang, excel=excel)
    if single:
        with progress("writing"):
            written = write_file(content, path, chosen[0])
        # What flowed on is gone.
        files = {str(one): entry_of(one) for one in written if not is_stream(one)}
    else:
        files = write_folder(content, path, chosen, steps=_shown)["files"]
    sizes = {name: entry["bytes"] for name, entry in files.items()}
    digests = {name: entry["sha256"] for name, entry in files.items()}
    ids, rows, record = [one.id for one in chosen], len(content.rows), content.built.record.sha256
    count = "" if single else f"{len(sizes)} files, "
    size = f"{sum(sizes.values()) / 1e6:.2f} MB"
    what = f"{count}{rows} rows ({content.reading}) as {', '.join(ids)}"
    lines = [f"{path}: {what}, {size}, record {record[:12]}"]
    if single:
        lines += [f"{name}: SHA-256 {sha256}" for name, sha256 in digests.items()]
    if excel:
        lines.append("shapes are left out: a cell of Excel ends at 32,767 characters")
    said = {"rows": rows, "reading": content.reading, "record": record}
    data = {"path": str(path), "formats": ids, "files": sizes, "sha256": digests, **said}
    show(data, lines, as_json=as_json)


@commands.command("package")
def export_package(
    context: typer.Context,
    folder: Annotated[Path, Argument(metavar="DIR", help="The folder to fill, or to check.")],
    check: Annotated[
        bool, Option("--check", help="Verify a data release instead of writing one.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Write a data release that can be deposited as it is, or verify one."""
    from layers.formats.package import SUMS

    if check:
        from layers.formats.package import check_package

        manifest = check_package(folder)
    else:
        from layers.formats.package import write_package

        manifest = write_package(build_atlas(context), folder, steps=_shown)
    sizes = {name: entry["bytes"] for name, entry in manifest["files"].items()}
    digest = manifest["seeds_sha256"]
    sums = manifest["files"][SUMS]["sha256"]
    said = {"atlas": manifest["atlas"], "edition": manifest["edition"], "record": digest}
    data = {"path": str(folder), "checked": check, "files": sizes, "sha256sums": sums, **said}
    done = "whole" if check else f"{manifest['atlas']}, edition {manifest['edition']}"
    line = (
        f"{folder}: {done}, {len(sizes)} files, {sum(sizes.values()) / 1e6:.2f} MB, "
        f"record {digest[:12]}; SHA-256 of {SUMS} {sums}"
    )
    show(data, [line], as_json=as_json)


@commands.command("html")
def export_html(
    context: typer.Context,
    file: Annotated[Path, Argument(help="The file to write.")],
    on: options.On = None,
    lang: options.Lang = None,
    layer: options.LayerIds = None,
    zone: options.ZoneIds = None,
    known_by: options.KnownBy = None,
    bbox: options.BoxText = None,
    as_json: options.AsJson = False,
) -> None:
    """Write the map, or the part that is chosen, as one HTML file that needs no network.

    --on is the day it opens on; the other days stay in it. The file says what it holds;
    `tamas verify --file` tells whether it is as it was built.
    """
    from layers.atomic import replace_file
    from layers.web.page.export import FileRequest, build_file

    check_output(context, file)
    layers, zones = (tuple(ids) if ids else None for ids in (layer, zone))
    request = FileRequest(lang, on, layers, zones, known_by, bbox)
    whole = build_atlas(context)
    with progress("writing"):
        built_file = build_file(whole, request)
        replace_file(file, built_file.page)
    size, rows, all_rows = len(built_file.page), built_file.rows, len(whole.frame)
    sha256, record = hashlib.sha256(built_file.page).hexdigest(), whole.record.sha256
    data = {
        "file": str(file),
        "bytes": size,
        "sha256": sha256,
        "record": record,
        "rows": rows,
        "layers": list(built_file.layers),
    }
    part = "" if rows == all_rows else f", {rows} of {all_rows} rows"
    line = f"{file}: {size / 1e6:.2f} MB{part}, record {record[:12]}, SHA-256 {sha256}"
    show(data, [line], as_json=as_json)


@commands.command("print")
def export_print(
    context: typer.Context,
    file: Annotated[Path, Argument(help="The file to write: .pdf, .svg or .png.")],
    on: options.On = None,
    lang: options.Lang = None,
    size: Annotated[
        str, Option(metavar="SIZE", help="a4, a3 (a4p, a3p upright), or pixels as 1200x675.")
    ] = "a4",
    bbox: options.BoxText = None,
    title: Annotated[
        str | None, Option(help="A title in place of the atlas's own; the day is added.")
    ] = None,
    layer: options.LayerIds = None,
    known_by: options.KnownBy = None,
    zone: Annotated[
        list[str] | None,
        Option(metavar="ID", help="A zone to bring out and show larger; again for more."),
    ] = None,
    editable: Annotated[
        bool, Option("--editable", help="Leave the names on an SVG's map as text.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Write the map of a day for print, with list, legend, scale, sources and terms."""
    from layers import printing
    from layers.atomic import replace_file
    from layers.query.selection import parse_selection

    check_output(context, file)
    file_format = printing.format_of(file)
    if editable and file_format != "svg":
        raise ExportError(f"{file}: only an .svg has names to edit; leave --editable out")
    selection = parse_selection(on=on, known_by=known_by, layers=layer, zones=zone, bbox=bbox)
    with progress("reading the record"):
        atlas = build_atlas(context)
    with progress("drawing"):
        made = printing.print_map(
            atlas, selection, format=file_format, lang=lang, size=size, title=title,
            editable=editable,
        )  # fmt: skip
    replace_file(file, made.body)
    sha256, record = hashlib.sha256(made.body).hexdigest(), made.summary["record"]
    line = (
        f"{file}: {len(made.body) / 1e3:.0f} KB, {made.summary['on']}, record {record[:12]}, "
        f"SHA-256 {sha256}"
    )
    data = {"file": str(file), "bytes": len(made.body), "sha256": sha256, **made.summary}
    show(data, [line], as_json=as_json)


@commands.command("site")
def export_site(
    context: typer.Context,
    folder: Annotated[Path, Argument(metavar="DIR", help="The folder to write.")],
    base_url: Annotated[
        str | None,
        Option("--base-url", metavar="URL", help="The address at which the site will stand."),
    ] = None,
    cards: Annotated[
        bool, Option(help="Draw the pictures that other sites show of a page.")
    ] = True,
    as_json: options.AsJson = False,
) -> None:
    """Write the atlas as a static site, for any web host or for a folder on a disk."""
    from layers.web.site import write_site

    built = build_atlas(context)
    written = write_site(built, folder, base_url=base_url, cards=cards, progress=True)
    data = {"folder": str(folder), **asdict(written), "record": built.record.sha256}
    line = (
        f"{folder}: {written.pages} pages, {written.files} files, {written.bytes / 1e6:.1f} MB, "
        f"record {built.record.sha256[:12]}; SHA-256 of SHA256SUMS {written.sha256sums}"
    )
    show(data, [line], as_json=as_json)


def _shown(items: Sequence[Any]) -> Iterable[Any]:
    """Show how far a list has come on a terminal; say nothing elsewhere."""
    from tqdm import tqdm

    return tqdm(items, desc="tamas", unit="file", leave=False, disable=not sys.stderr.isatty())
