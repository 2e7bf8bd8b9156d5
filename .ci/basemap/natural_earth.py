"""Syria's outline of Natural Earth, its traces, and its distance from OpenStreetMap's."""

from __future__ import annotations

import numpy as np
from countries import Edges
from lines import METRES, Found, compare, densify, distances, found, join
from settings import NATURAL_EARTH, PUBLIC
from traces import TANF, check_ring, write_trace


def natural_earth_ring(countries: Edges, start: np.ndarray) -> dict[str, np.ndarray]:
    """Return Syria's ring by neighbour, from the coast east and round back along the coast."""
    ring = {}
    for key in ("TUR", "IRQ", "JOR", "ISR", "LBN"):
        ring[key] = join(countries.between("SYR", key), start)
        start = ring[key][-1]
    ring["coast"] = join(countries.between("SYR"), start)
    return ring


def measured(ne: dict[str, np.ndarray], osm: np.ndarray) -> dict[str, Found]:
    """Return how each stretch of Natural Earth compares with the ring of OSM, both ways."""
    points = densify(osm, 250.0)
    back = np.array([distances(points, line) for line in ne.values()])
    nearest, out = back.argmin(axis=0), {}
    for i, (key, line) in enumerate(ne.items()):
        there = distances(densify(line, 250.0), osm)
        out[key] = found(np.concatenate([there, back[i][nearest == i]]))
    return out


def near_tanf(ring: np.ndarray) -> np.ndarray:
    """Return the part of a ring within 60 km of Tanf."""
    fine = densify(ring, 250.0)
    inside = np.flatnonzero(np.hypot(*((fine - TANF) * METRES).T) < 60_000)
    return fine[inside.min() : inside.max() + 1]


def write_natural_earth(countries: Edges, raw: np.ndarray) -> int:
    """Write the traces of Natural Earth; return metres that hold for 95 % of Syria's outline."""
    ne = natural_earth_ring(countries, raw[0])
    ring = np.vstack([next(iter(ne.values())), *[x[1:] for x in list(ne.values())[1:]]])
    check_ring("Natural Earth", ring)
    by_stretch = measured(ne, raw)
    tanf = found(np.concatenate([distances(near_tanf(ring), raw), distances(near_tanf(raw), ring)]))
    names = ("Türkiye", "Iraq", "Jordan", "Golan line", "Lebanon", "coast")
    told = "; ".join(f"{n}: {by_stretch[k]}" for n, k in zip(names, ne, strict=True))
    text = (
        "Natural Earth 5.1, 1:10 million, every vertex. Distance from OpenStreetMap of November "
        f"2017, both ways: {told}; within 60 km of Tanf: {tanf}. uncertainty_m is the largest of "
        "the stretch, in whole km up. The Golan lies outside the ring."
    )
    u = {k: -(-by_stretch[k].largest // 1000) * 1000 for k in ne}
    facts = ("every vertex of the source", NATURAL_EARTH, PUBLIC)
    write_trace("syria-ne", "Syria, Natural Earth", text, facts, [(ne[k], u[k]) for k in ne])
    write_trace(
        "syria-turkiye-ne",
        "Syria and Türkiye, Natural Earth",
        f"From the coast east to the point shared with Iraq. {text}",
        facts,
        [(ne["TUR"], u["TUR"])],
    )
    write_trace(
        "syria-coast-ne",
        "Coast of Syria, Natural Earth",
        f"From Türkiye south to Lebanon. {text}",
        facts,
        [(ne["coast"][::-1], u["coast"])],
    )
    return compare(ring, raw).most
