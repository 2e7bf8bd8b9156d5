"""Border traces: what those of both sources share."""

from __future__ import annotations

import numpy as np
from files import write
from lines import densify
from shapely.geometry import LineString, Polygon

from layers.record.basemap.geojson import feature

TANF = (38.61778, 33.50583)
Stretch = tuple[np.ndarray, int]


def write_trace(
    name: str, title: str, text: str, facts: tuple[str, str, str], lines: list[Stretch]
) -> None:
    """Write a trace, a feature for each stretch."""
    keys = ("method", "source", "licence", "uncertainty_m")
    features = [
        feature(dict(zip(keys, (*facts, u), strict=True)), LineString(densify(line, 10_000)), 5)
        for line, u in lines
    ]
    members = {"id": name, "name": title, "description": text}
    write(f"traces/{name}.geojson", members, features)


def check_ring(name: str, ring: np.ndarray) -> None:
    """Stop unless the ring, as it will be written, is closed and does not cross itself."""
    if not (np.array_equal(ring[0], ring[-1]) and Polygon(np.round(ring, 5)).is_valid):
        raise SystemExit(f"the ring of {name} is open or crosses itself")
