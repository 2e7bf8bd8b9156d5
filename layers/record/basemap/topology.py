"""Edges shared by areas, each once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

Point = tuple[float, float]
Edge = tuple[Point, Point]
Owners = tuple[str, ...]
Label = tuple[Owners, str]
Arc = tuple[Owners, str, np.ndarray]
"""The areas on the two sides of a line, what kind of border it is, and the line."""


def edges_of(geometry: Any) -> Iterable[Edge]:
    """Yield every edge of an area or line, its smaller end first."""
    parts = shapely.get_parts(geometry)
    for part in shapely.get_rings(parts) if geometry.area else parts:
        ends = [(round(float(x), 9), round(float(y), 9)) for x, y in part.coords]
        yield from ((min(e), max(e)) for e in pairwise(ends) if e[0] != e[1])


def labelled(areas: dict[str, Any], kinds: dict[Edge, str]) -> dict[Edge, Label]:
    """Return the areas beside every edge, and the kind of the edges that two of them share."""
    owners: dict[Edge, set[str]] = defaultdict(set)
    for key, area in areas.items():
        for edge in edges_of(area):
            owners[edge] ^= {key}  # an edge met twice by one area lies inside it
    return {
        e: (tuple(sorted(o)), kinds.get(e, "") if len(o) > 1 else "")
        for e, o in owners.items()
        if o
    }


def arcs(areas: dict[str, Any], kinds: dict[Edge, str]) -> list[Arc]:
    """Return the maximal lines along which the areas on the two sides stay the same."""
    labels = labelled(areas, kinds)
    at: dict[Point, list[Edge]] = defaultdict(list)
    for edge in labels:
        for end in edge:
            at[end].append(edge)
    nodes = {p for p, es in at.items() if len(es) != 2 or labels[es[0]] != labels[es[1]]}
    out: list[Arc] = []
    seen: set[Edge] = set()
    for start in sorted(nodes) + sorted(at.keys() - nodes):
        for edge in sorted(at[start]):
            if edge not in seen:
                line = followed(start, edge, at, nodes, seen)
                out.append((*labels[edge], np.array(line)))
    return out


def followed(
    start: Point, edge: Edge, at: dict[Point, list[Edge]], nodes: set[Point], seen: set[Edge]
) -> list[Point]:
    """Return the points from ``start`` to the next node; add the edges passed to ``seen``."""
    line, point, here = [start], start, edge
    while True:
        seen.add(here)
        point = here[1] if here[0] == point else here[0]
        line.append(point)
        if point in nodes or point == start:
            return line
        here = next(e for e in at[point] if e != here)
