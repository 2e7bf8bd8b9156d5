"""The countries of Natural Earth around the window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import shapely
from lines import METRES, Tolerance, thin_whole
from packages import shapes
from settings import NEAR_M, WINDOW
from shapely.geometry import MultiLineString, Polygon
from topology import Arc, arcs, edges_of

CYPRUS = {"CYP", "CYN", "CNM", "ESB", "WSB"}
BORDER_KINDS = {
    "International boundary (verify)": "international",
    "Indefinite (please verify)": "indefinite",
    "Disputed (please verify)": "disputed",
    "Line of control (please verify)": "line_of_control",
}


class Countries:
    """The country polygons around the window, their edges, and the thinned ones."""

    def __init__(self, folder: Path) -> None:
        self.facts: dict[str, dict[str, Any]] = {}
        self.areas: dict[str, Any] = {}
        cyprus = []
        for row, area in shapes(folder, "cultural/ne_10m_admin_0_countries"):
            if row["ADM0_A3"] in CYPRUS:
                cyprus.append(area)
            if row["ADM0_A3"] == "CYP" or (
                row["ADM0_A3"] not in CYPRUS and area.intersects(WINDOW)
            ):
                self.facts[row["ADM0_A3"]], self.areas[row["ADM0_A3"]] = row, area
        self.areas["CYP"] = shapely.union_all(shapely.set_precision(cyprus, 1e-9))
        self.syria = self.areas["SYR"]
        self.kinds = {
            edge: BORDER_KINDS[row["FEATURECLA"]]
            for row, line in shapes(folder, "cultural/ne_10m_admin_0_boundary_lines_land")
            if row["FEATURECLA"] in BORDER_KINDS and line.intersects(WINDOW)
            for edge in edges_of(line)
        }
        self.arcs = arcs(self.areas, self.kinds)

    def between(self, *owners: str) -> list[np.ndarray]:
        """Return the lines that lie between these countries alone (one: its coast)."""
        return [line for o, _, line in self.arcs if o == tuple(sorted(owners))]

    def tolerance(self) -> Tolerance:
        """Return metres: `NEAR_M` within 60 km of Syria, ten times that from 500 km on."""
        plane = shapely.transform(self.syria, lambda c: c * METRES)

        def at(points: np.ndarray) -> np.ndarray:
            off = shapely.distance(plane, shapely.points(points * METRES)) / 1000
            return NEAR_M * (1 + 9 * np.clip((off - 60) / 440, 0, 1))

        return at

    def iso(self, key: str) -> str:
        """Return the two letters of ISO 3166-1."""
        return str(self.facts[key]["ISO_A2_EH"])


def thinned(countries: Countries) -> list[Arc]:
    """Thin every edge once; leave out islets that would be specks."""
    tolerance, out = countries.tolerance(), []
    for owners, kind, line in countries.arcs:
        if len(owners) == 1 and np.array_equal(line[0], line[-1]):
            size = np.sqrt(Polygon(line * METRES).area) if len(line) > 3 else 0.0
            if size < 4 * tolerance(line[:1])[0]:
                continue
        out.append((owners, kind, thin_whole(line, tolerance(line))))
    if not MultiLineString([x for *_, x in out]).is_simple:
        raise SystemExit("edges cross when thinned")
    return out
