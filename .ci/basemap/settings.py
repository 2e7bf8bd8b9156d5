"""What several parts share: where files go, the window, sources and their licences."""

from __future__ import annotations

from pathlib import Path

from shapely.geometry import box

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
NATURAL_EARTH, OSM, WDBII = "natural-earth", "osm-2017", "gshhg-wdbii"
TRAVEL_MAPPING, SCGRAPH = "osm-travel-mapping", "osm-scgraph-data"
PUBLIC, ODBL, LGPL = "public domain", "ODbL 1.0", "LGPL-3.0-or-later"

WINDOW = box(29.0, 28.5, 50.0, 40.2)
"""Wide enough that its edges stay out of view of a desktop map of Syria at zoom 6."""
NEAR_M = 400.0
"""How far thinning may move a line of the base map in and near Syria; more far from it."""
