"""How long does each export take, and how large is it? As ratios to the bare writer beneath.

The bare writer is the library's own call for the same rows, columns and shapes: what anybody
would write in a notebook. Ours adds styles, evidence, terms and digests. Each row of `EXPORTS`
is one export; whoever adds an export adds its row. Real atlas first, then synthetic zones.

Run: `make bench`, or `.venv/bin/python bench/export.py [--zones N] [--rounds N] [--only NAME]`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from build import ROOMY, synthetic

from layers.build.assembly import build
from layers.build.rows import READINGS, BuiltAtlas
from layers.formats import FORMATS
from layers.formats.columns import cell
from layers.formats.content import Content
from layers.formats.export import content_of, write_file
from layers.formats.package import check_package, write_package
from layers.query.selection import Selection
from layers.record.reader import read
from layers.settings import BUNDLED_SEEDS

Write = Callable[[BuiltAtlas, Path], None]


class Export(NamedTuple):
    """An export: where it writes below a folder, ours, the bare writer, the largest ratio.

    The bound is for the synthetic zones; a few rows are all overhead. It leaves room for a noisy
    machine: what it is for is an export that grows faster than its rows.
    """

    name: str
    where: str
    ours: Write
    bare: Write
    bound: float


def frame_of(built: BuiltAtlas, reading: str = "nominal"):
    """Return the same rows, columns and shapes as a GeoDataFrame, lists joined."""
    import geopandas

    content = Content(built, built.frame, reading=reading)
    table = {
        name: [cell(value) if isinstance(value, tuple) else value for value in values]
        for name, values in content.columns.items()
    }
    return geopandas.GeoDataFrame(table, geometry=content.shapes, crs="EPSG:4326")


def ours(name: str, built: BuiltAtlas, path: Path) -> None:
    write_file(content_of(built, Selection()), path, FORMATS[name])


def through_gdal(driver: str, built: BuiltAtlas, path: Path) -> None:
    frame = frame_of(built)
    more = {"SPATIAL_INDEX": "NO"} if driver == "FlatGeobuf" else {}
    frame.to_file(path, driver=driver, engine="pyogrio", **more)


def through_parquet(built: BuiltAtlas, path: Path) -> None:
    frame_of(built).to_parquet(path, compression="zstd", write_covering_bbox=True)


def through_pandas(built: BuiltAtlas, path: Path) -> None:
    frame_of(built).to_wkt(rounding_precision=5).to_csv(path, index=False)


def bare_package(built: BuiltAtlas, folder: Path) -> None:
    """Write each format once a reading with its bare writer, and nothing else."""
    for reading in READINGS:
        (folder / reading).mkdir(parents=True)
        for one in EXPORTS[: len(FORMATS)]:
            one.bare(built, folder / reading / one.where)


def check(built: BuiltAtlas, folder: Path) -> None:
    del built
    check_package(folder.with_name("package"))


def digests(built: BuiltAtlas, folder: Path) -> None:
    """Read and digest every file of the release, which any check must do."""
    from layers.atomic import manifest_of

    del built
    manifest_of(folder.with_name("package"))


def html(built: BuiltAtlas, path: Path) -> None:
    """Write the whole map as one file."""
    from layers.web.page.export import FileRequest, build_file

    path.write_bytes(build_file(built, FileRequest("en")).page)


def bare_json(built: BuiltAtlas, path: Path) -> None:
    """Write the data of the page alone."""
    from layers.web.page.data import page_data

    path.write_text(json.dumps(page_data(built), ensure_ascii=False), encoding="utf-8")


def day_of(built: BuiltAtlas) -> date:
    """Return the day on which the atlas opens, else the last of its record."""
    atlas = built.record.atlas
    return date.fromisoformat(atlas.opens_on or atlas.record_to)


def printed(built: BuiltAtlas, path: Path) -> None:
    """Write the page of the day on which the atlas opens."""
    from layers import printing

    selection = Selection(on=day_of(built))
    path.write_bytes(printing.print_map(built, selection, format="pdf").body)


def plotted(built: BuiltAtlas, path: Path) -> None:
    """Plot the same rows with geopandas: no base map, name, list or source."""
    from matplotlib.figure import Figure

    day = day_of(built)
    figure = Figure(figsize=(11.7, 8.3))
    frame_of(built)[[row.validity.holds(day) is not None for row in built.rows]].plot(
        ax=figure.add_subplot()
    )
    figure.savefig(path)


def site(built: BuiltAtlas, folder: Path) -> None:
    """Write the static site without its cards, which would be most of the time."""
    from layers.web.site import write_site

    write_site(built, folder, cards=False)


def copied(built: BuiltAtlas, folder: Path) -> None:
    """Copy the site: no library writes one, so its files are the floor."""
    del built
    shutil.copytree(folder.parent.with_name("ours") / folder.name, folder)


EXPORTS = (
    Export("geojson", "a.geojson", partial(ours, "geojson"), partial(through_gdal, "GeoJSON"), 3),
    Export("jsonfg", "a.fg.json", partial(ours, "jsonfg"), partial(through_gdal, "GeoJSON"), 3),
    Export("gpkg", "a.gpkg", partial(ours, "gpkg"), partial(through_gdal, "GPKG"), 5),
    Export("parquet", "a.parquet", partial(ours, "parquet"), through_parquet, 3),
    Export("fgb", "a.fgb", partial(ours, "fgb"), partial(through_gdal, "FlatGeobuf"), 3),
    Export("kml", "a.kmz", partial(ours, "kml"), partial(through_gdal, "LIBKML"), 4),
    Export("csv", "a.csv", partial(ours, "csv"), through_pandas, 3),
    Export("html", "a.html", html, bare_json, 4),
    Export("print", "a.pdf", printed, plotted, 10),
    Export("package", "package", write_package, bare_package, 4),
    Export("package --check", "check", check, digests, float("inf")),
    Export("site", "site", site, copied, float("inf")),
)


def spent(write: Write, built: BuiltAtlas, path: Path, rounds: int) -> float:
    """Return the median seconds of writing a path anew."""
    seconds = []
    for _ in range(rounds):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        start = time.perf_counter()
        write(built, path)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def size(path: Path) -> float:
    """Return megabytes of a file, or of all files below a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def measure(
    title: str, built: BuiltAtlas, rounds: int, only: str | None
) -> list[tuple[str, float]]:
    """Print a table and return each export's ratio of time."""
    print(f"\n{title}: {len(built.rows)} rows")
    print("export            ours s   bare s   ratio     ours MB  bare MB   ratio")
    ratios = []
    with tempfile.TemporaryDirectory() as name:
        made, bare = Path(name, "ours"), Path(name, "bare")
        made.mkdir()
        bare.mkdir()
        for one in EXPORTS:
            if only is not None and only not in one.name:
                continue
            own = spent(one.ours, built, made / one.where, rounds)
            # The checks read what was written by the line before them.
            other = made if one.ours is check else bare
            floor = spent(one.bare, built, other / one.where, rounds)
            ratios.append((one.name, own / floor))
            large = [size(p / one.where) if (p / one.where).exists() else 0 for p in (made, bare)]
            grown = f"{large[0] / large[1]:6.2f}" if large[1] else "     -"
            print(
                f"{one.name:16} {own:7.3f}  {floor:7.3f}  {own / floor:6.2f}     "
                f"{large[0]:7.2f}  {large[1]:7.2f}  {grown}"
            )
    return ratios


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--zones", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", help="exports whose name holds this")
    given = parser.parse_args()
    real = build(read(BUNDLED_SEEDS))
    through_gdal("GPKG", real, Path(tempfile.mkdtemp()) / "warm.gpkg")  # PROJ's tables, once
    measure("the record", real, given.rounds, given.only)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        synthetic(folder, given.zones)
        many = build(read(folder, ROOMY), ROOMY)
        ratios = measure("synthetic zones", many, max(1, given.rounds // 2), given.only)
    bounds = {one.name: one.bound for one in EXPORTS}
    worse = [f"{name} {ratio:.2f}" for name, ratio in ratios if ratio > bounds[name]]
    print("\nwithin bounds" if not worse else f"\nBEYOND BOUNDS: {', '.join(worse)}")
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
