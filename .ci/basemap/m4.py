"""The M4 between Saraqib and Khan al-Jawz: its trace, and the road of the base map.

Two digitisations of OpenStreetMap in one line, from east to west: 24 vertices of Travel Mapping
(Arab Mashreq route M10, hwy_data/SYR/asimo/syr.m010.wpt, read at commit 3d7993c9 of 2026-08-22),
whose repository states no licence and names OpenStreetMap as its source, and 15 nodes of the
package scgraph-data. Both are data of OpenStreetMap's, so ODbL 1.0. The nodes of the old road
through Jisr al-Shughur are left out.
"""

from __future__ import annotations

import ast
import zipfile
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
from files import write
from settings import ODBL, SCGRAPH, TRAVEL_MAPPING
from shapely.geometry import LineString

from layers.record.basemap.geojson import feature

WHEEL = "scgraph_data-2.0.0-py3-none-any.whl"
# A pair is a vertex of Travel Mapping, a number that of a node of scgraph-data.
VERTICES: list[tuple[float, float] | int] = [
    *((36.82334, 35.883348), (36.80068, 35.878132), (36.788063, 35.875281)),
    *((36.666012, 35.855109), (36.611853, 35.820806), (36.570654, 35.798602), 119908, 119907),
    *((36.52791, 35.780012), (36.496582, 35.788089), 119909, (36.49581, 35.80076)),
    *((36.476583, 35.80062), (36.451435, 35.774999), (36.408262, 35.74902), 119913),
    *((36.366806, 35.75905), 118998, (36.349382, 35.774929), (36.315393, 35.7766)),
    *((36.302004, 35.79526), 118996, (36.299343, 35.821362), 118999, (36.262693, 35.822476)),
    *(119815, (36.231451, 35.834445), 119817, 119818, 119819, (36.199093, 35.790038)),
    *((36.18227, 35.777018), (36.165619, 35.77653), 119820, 119049, (36.128626, 35.750344)),
    *(119047, 119045, (36.089745, 35.725054)),
]
BARE = 2
"""The segment, from 0, that has no vertex for 11 km: its margin is one of its own."""
MARGIN_M, BARE_MARGIN_M = 600, 1_500
METHOD = {
    TRAVEL_MAPPING: "vertices of the road as Travel Mapping digitised it on OpenStreetMap",
    SCGRAPH: "nodes of scgraph-data (OpenStreetMap simplified, 0.001 degree) between vertices of "
    "Travel Mapping",
}
NO_VERTEX = (
    "one straight line of 11 km: neither source has a vertex in between, and Tronba, where the "
    "patrols begin, lies 1.3 km beside it"
)
TEXT = (
    "The M4 from the M5 at Saraqib west to Khan al-Jawz, (c) OpenStreetMap contributors, ODbL 1.0, "
    "in 39 points as two parties digitised it: 24 vertices of Travel Mapping's M10 (file last "
    "touched on 2016-11-09, read at commit 3d7993c9 of 2026-08-22; its repository states no "
    "licence and names OpenStreetMap as its source) and 15 nodes of scgraph-data 2.0.0, packed "
    "in April 2024. "
    "The nodes of the second lie 0.15 km (median), at most 0.39 km, from the line of the first: "
    "that tests the digitising, not OpenStreetMap. uncertainty_m of 600 is a choice above it, "
    "1500 on the stretch of 11 km without a vertex. From Tronba to Ain al-Hawr it is 69.6 km; "
    "reports of full patrols say 70 to 73. You may put another line in its place: keep id m4, give "
    "one or more LineString features that join end to end in order, longitude before latitude, "
    "running from Tronba to Ain al-Hawr or beyond them, and give each uncertainty_m (metres to "
    "either side), method, source (an id of sources.yaml) and licence."
)


def write_m4(folder: Path) -> None:
    """Write the trace with its margins, and the same line as a road of the base map."""
    points, sources = road(folder)
    write(
        "traces/m4.geojson",
        {"id": "m4", "name": "M4 road, Saraqib to Khan al-Jawz", "description": TEXT},
        [
            feature(
                {
                    "method": NO_VERTEX if bare else METHOD[source],
                    "source": source,
                    "licence": ODBL,
                    "uncertainty_m": BARE_MARGIN_M if bare else MARGIN_M,
                },
                LineString(points[first : last + 2]),
                6,
            )
            for (source, bare), first, last in stretches(sources)
        ],
    )
    write(
        "basemap/roads.geojson",
        {
            "id": "roads",
            "source": TRAVEL_MAPPING,
            "version": "the 39 points of traces/m4.geojson",
            "licence": ODBL,
            "accuracy_m": BARE_MARGIN_M,
            "note": "The M4 from Saraqib to Khan al-Jawz alone, where the record speaks of it; "
            "other roads are left out. The points come from Travel Mapping and from scgraph-data, "
            "both after OpenStreetMap.",
        },
        [feature({"id": "m4", "name_en": "M4", "name_ar": "M4"}, LineString(points), 4)],
    )


def road(folder: Path) -> tuple[np.ndarray, list[str]]:
    """Return the points of the road, and the source of each."""
    with zipfile.ZipFile(folder / WHEEL) as wheel:
        text = wheel.read("scgraph_data/world_highways.py").decode()
    nodes = ast.literal_eval(text[text.index("nodes=") + 6 : text.index("\nworld_highways")])
    points = [nodes[one][::-1] if isinstance(one, int) else one for one in VERTICES]
    return np.array(points), [SCGRAPH if isinstance(v, int) else TRAVEL_MAPPING for v in VERTICES]


def stretches(sources: list[str]) -> list[tuple[tuple[str, bool], int, int]]:
    """Return source, whether it lacks a vertex, first and last segment of each stretch."""
    kinds = [
        (SCGRAPH if SCGRAPH in ends else TRAVEL_MAPPING, number == BARE)
        for number, ends in enumerate(pairwise(sources))
    ]
    runs = [(key, list(run)) for key, run in groupby(range(len(kinds)), kinds.__getitem__)]
    return [(key, run[0], run[-1]) for key, run in runs]
