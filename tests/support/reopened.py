"""Open exports with other tools than wrote them: GDAL's commands, DuckDB, and plain parsers."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import shapely

from tests.support.atlases import PATIENCE

csv.field_size_limit(sys.maxsize)


def gdal(*words: object) -> str:
    """Run a command of Debian's gdal-bin and return what it prints."""
    name = str(words[0])
    if shutil.which(name) is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have gdal-bin; .ci/gdal installs it")
        pytest.skip(f"{name} is not installed: apt-get install gdal-bin")
    done = subprocess.run(
        list(map(str, words)), capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert "ERROR" not in done.stderr, done.stderr
    return done.stdout


def by_gdal(path: Path, layer: str, scratch: Path) -> list[dict[str, str]]:
    """Return the features of a layer as GDAL's ``ogr2ogr`` copies them, shapes as ``WKT``."""
    out = scratch / f"{path.name}.{len(list(scratch.iterdir()))}.csv"
    gdal("ogr2ogr", "-f", "CSV", out, path, layer, "-lco", "GEOMETRY=AS_WKT")
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def same_shape(
    found: str | bytes | shapely.Geometry | None, wanted: shapely.Geometry | None
) -> None:
    """Assert that a shape that was read is the one that was written, on a grid of 1e-5."""
    if isinstance(found, str):
        found = shapely.from_wkt(found) if found else None
    elif isinstance(found, bytes):
        found = shapely.from_wkb(found)
    if wanted is None:
        assert found is None
        return
    assert found is not None
    # Half a step of the grid, for every vertex; parts may come in another order.
    one, other = (shapely.get_coordinates(shapely.normalize(s)) for s in (found, wanted))
    assert one.shape == other.shape
    assert abs(one - other).max() < 5e-6
