"""The countries of Natural Earth around the window, every vertex."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from packages import natural_earth
from settings import NAMES_EN, WINDOW

from layers.record.basemap.topology import arcs

CYPRUS = {"CYP", "CYN", "CNM", "ESB", "WSB"}


def countries_of(folder: Path) -> gpd.GeoDataFrame:
    """Return the countries: Cyprus as one island, names as in the rest of the record."""
    table = natural_earth(folder, "cultural/ne_10m_admin_0_countries")
    table = table[table.intersects(shapely.box(*WINDOW)) | table["ADM0_A3"].isin(CYPRUS)]
    table = table.sort_values("ADM0_A3", key=lambda codes: codes != "CYP", kind="stable")
    table["NAME_EN"] = table["ADM0_A3"].map(NAMES_EN).fillna(table["NAME_EN"])
    table.loc[table["ADM0_A3"].isin(CYPRUS), "ADM0_A3"] = "CYP"
    return table[["ADM0_A3", "ISO_A2_EH", "NAME_EN", "NAME_AR", "geometry"]]


class Edges:
    """The edges of the countries, each once."""

    def __init__(self, countries: gpd.GeoDataFrame) -> None:
        whole = countries.groupby("ADM0_A3")["geometry"].agg(
            lambda parts: parts.iloc[0] if len(parts) == 1 else parts.union_all(grid_size=1e-9)
        )
        self.arcs = arcs(dict(whole.items()), {})

    def between(self, *owners: str) -> list[np.ndarray]:
        """Return the lines that lie between these countries alone (one: its coast)."""
        return [line for o, _, line in self.arcs if o == tuple(sorted(owners))]
