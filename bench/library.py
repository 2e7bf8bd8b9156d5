"""How fast is a notebook answered? As ratios, because machines differ and are noisy.

100,000 random points of the atlas with a day each: `Atlas.at_points` against three
``geopandas.sjoin``, one a reading, with the same days. Without distances at most 1.5 times as
long, with them at most 4 times; the pairs of point and row are the same. Rounds are interleaved
in one process and the median counts.

Run: `.venv/bin/python bench/library.py [--rounds N] [--points N]`.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time

import geopandas
import numpy as np
import pandas as pd
import shapely

import layers
from layers.build.rows import READINGS

BARE, MEASURED = 1.5, 4.0


def points_of(atlas: layers.Atlas, number: int) -> geopandas.GeoDataFrame:
    """Return random points of the atlas, each with a random day of the record."""
    random = np.random.default_rng(number)
    head = atlas._record.atlas
    extent = shapely.Polygon(head.extent)
    shapely.prepare(extent)
    west, south, east, north = extent.bounds
    lon, lat = (random.uniform(*ends, 3 * number) for ends in ((west, east), (south, north)))
    inside = np.flatnonzero(shapely.contains_xy(extent, lon, lat))[:number]
    days = pd.date_range(head.record_from, head.record_to)
    return geopandas.GeoDataFrame(
        {"day": days[random.integers(0, len(days), number)]},
        geometry=geopandas.points_from_xy(lon[inside], lat[inside]),
        crs="EPSG:4326",
    )


def joined(points: geopandas.GeoDataFrame, rows: dict) -> list[pd.DataFrame]:
    """Return what geopandas finds in each reading, on the day of each point."""
    found = []
    for reading in READINGS:
        pairs = geopandas.sjoin(points, rows[reading], predicate="within")
        on = (pairs["valid_from"] <= pairs["day"]) & ~(pairs["valid_to"] < pairs["day"])
        found.append(pairs[on])
    return found


def pairs_of(frame: pd.DataFrame) -> set[tuple[int, str]]:
    return set(zip(frame.index, frame["id"], strict=True))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--points", type=int, default=100_000)
    asked = parser.parse_args()
    atlas = layers.open_atlas()
    points = points_of(atlas, asked.points)
    columns = ["id", "valid_from", "valid_to", "geometry"]
    rows = {reading: atlas.zones(reading=reading)[columns] for reading in READINGS}
    ways = {
        "three sjoins": lambda frame: joined(frame, rows),
        "at_points, no distances": lambda frame: atlas.at_points(
            frame, on_column="day", distances=False
        ),
        "at_points": lambda frame: atlas.at_points(frame, on_column="day"),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    answers = {}
    for _ in range(asked.rounds):
        for name, way in ways.items():
            frame = points.copy()  # whose spatial index nobody has made yet
            start = time.perf_counter()
            answers[name] = way(frame)
            seconds[name].append(time.perf_counter() - start)
    median = {name: statistics.median(spent) for name, spent in seconds.items()}
    for name, spent in median.items():
        print(f"{name:<24} {spent:7.3f} s  (median of {asked.rounds})")
    theirs = set().union(*map(pairs_of, answers["three sjoins"]))
    # Within leaves out what lies exactly on an edge; among random points nothing does.
    same = pairs_of(answers["at_points"]) == pairs_of(answers["at_points, no distances"]) == theirs
    print(f"the same {len(theirs):,} pairs as geopandas: {'yes' if same else 'NO'}")
    good = [same]
    for name, bound in (("at_points, no distances", BARE), ("at_points", MEASURED)):
        ratio = median[name] / median["three sjoins"]
        good.append(ratio <= bound)
        print(f"{name:<24} {ratio:7.2f}    (at most {bound:g}){'' if good[-1] else '  TOO SLOW'}")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
