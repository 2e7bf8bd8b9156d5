"""The commands ``export data`` and ``export package``: files for other programs."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Sequence
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

commands = typer.Typer()


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
    ] = ReadingName.nominal,
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
        reading=reading.value,
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


def _shown(items: Sequence[Any]) -> Iterable[Any]:
    """Show how far a list has come on a terminal; say nothing elsewhere."""
    from tqdm import tqdm

    return tqdm(items, desc="tamas", unit="file", leave=False, disable=not sys.stderr.isatty())
