"""Checks of where things are: in the extent, the right way round, on their side of a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median  # numpy's loads masked arrays

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.crs import GEOD
from geo.errors import GeometryError
from geo.lines import contact_line
from geo.recipes import PathOp, PolygonOp, Recipe, parts
from layers.errors import SeedError
from layers.record.model import Record
from layers.record.references import SeedEntry

# Talks are held elsewhere: their venues may lie outside the atlas's extent.
ABROAD = frozenset({"venue", "region-abroad"})
# A place is thought to be swapped when that brings it this many times nearer to its neighbours,
# from at least so far away.
SWAP_RATIO, SWAP_LEAST_M = 3.0, 5_000.0


def check_places(record: Record) -> Iterator[SeedError]:
    """Yield a fault for every place that lies outside the extent or has no source."""
    extent = _extent(record)
    for place in record.places.values():
        entry = SeedEntry(record, "places.csv", place.id)
        yield from entry.dangling("source", "source", place.source)
        where = _outside(extent, place.lon, place.lat)
        if where and place.kind not in ABROAD:
            message = f"{place.lon}, {place.lat} {where}; correct it, or extend atlas.yaml"
            yield entry.fault("lon", message)


def check_pairs(record: Record) -> Iterator[SeedError]:
    """Yield a fault for every list of pairs that makes no line, once, whoever draws from it."""
    for name, rows in record.pairs.items():
        path = f"pairs/{name}.csv"
        faults: list[SeedError] = []
        for number, row in enumerate(rows, start=1):
            entry = SeedEntry(record, path, f"pair {number}")
            faults += entry.dangling("first/second", "place", [row.first, row.second])
            faults += entry.dangling("sources", "source", [row.first_source, row.second_source])
        chain = [place for row in rows for place in (row.first, row.second)]
        faults += swapped_places(record, path, chain)
        if not faults and len(rows) > 1:  # too few are told of where a line is drawn from them
            try:
                contact_line([row.pair(record.places) for row in rows])
            except GeometryError as error:
                faults.append(SeedError(path, "", "", str(error)))
        yield from faults


def check_coordinates(entry: SeedEntry, field: str, recipe: Recipe) -> Iterator[SeedError]:
    """Yield a fault for the first coordinate of each part of a recipe outside the extent."""
    for part in parts(recipe):
        if isinstance(part, PathOp | PolygonOp) and part.coordinates:
            coords = np.array(part.coordinates)
            for message in _first_outside(_extent(entry.record), coords, "coordinate"):
                yield entry.fault(f"{field}.coordinates", message)


def check_traces(record: Record) -> Iterator[SeedError]:
    """Yield a fault for every trace that leaves the extent, or has a vertex that looks swapped."""
    extent = _extent(record)
    for name, trace in record.traces.items():
        path = f"traces/{name}.geojson"
        for number, stretch in enumerate(trace.stretches, start=1):
            entry = SeedEntry(record, path, f"feature {number}")
            yield from entry.dangling("source", "source", stretch.source)
        for number, coords in enumerate(trace.trace.stretches, start=1):
            entry = SeedEntry(record, path, f"feature {number}")
            for message in _first_outside(extent, coords, "vertex"):
                yield entry.fault("geometry", message)
            yield from _swapped_vertices(entry, coords)


def _extent(record: Record) -> shapely.Polygon:
    extent = shapely.Polygon(record.atlas.extent)
    shapely.prepare(extent)
    return extent


def _outside(extent: shapely.Polygon, lon: float, lat: float) -> str | None:
    """Return what to say of a point outside the extent, None where it lies inside."""
    if shapely.intersects_xy(extent, lon, lat):
        return None
    swapped = "; lon and lat look swapped" if shapely.intersects_xy(extent, lat, lon) else ""
    return f"lies outside the atlas's extent{swapped}"


def _first_outside(
    extent: shapely.Polygon, coords: NDArray[np.float64], what: str
) -> Iterator[str]:
    """Yield what to say of the first of some coordinates that lies outside the extent."""
    for index in np.flatnonzero(~shapely.intersects_xy(extent, *coords.T))[:1]:
        lon, lat = coords[index]
        yield f"{what} {index + 1} ({lon}, {lat}) {_outside(extent, lon, lat)}"


def swapped_places(record: Record, path: str, names: Sequence[str]) -> Iterator[SeedError]:
    """Compare each place with its neighbours in the recipe, as it is and swapped."""
    places = [record.places[name] for name in names if name in record.places]
    told: set[str] = set()
    for index, place in enumerate(places):
        around = [*places[max(0, index - 2) : index], *places[index + 1 : index + 3]]
        near = np.array([[p.lon, p.lat] for p in around if p.id != place.id])
        if len(near) < 2 or place.id in told or not _looks_swapped(place.lon, place.lat, near):
            continue
        told.add(place.id)
        message = (
            f"lon {place.lon} and lat {place.lat} look swapped: the other way round the place "
            f"lies with its neighbours {around[0].id} and {around[-1].id} (in {path})"
        )
        yield SeedError("places.csv", place.id, "lon", message)


def _looks_swapped(lon: float, lat: float, near: NDArray[np.float64]) -> bool:
    if abs(lon) > 90:
        return False
    here, there = (
        float(median(_between(np.full_like(near, spot), near).tolist()))
        for spot in ((lon, lat), (lat, lon))
    )
    return here > SWAP_LEAST_M and there * SWAP_RATIO < here


def _swapped_vertices(entry: SeedEntry, coords: NDArray[np.float64]) -> Iterator[SeedError]:
    if len(coords) < 3 or np.abs(coords).max() > 90:
        return
    before, after = np.roll(coords, 1, axis=0), np.roll(coords, -1, axis=0)
    before[0], after[-1] = coords[2], coords[-3]
    flipped = coords[:, ::-1]
    here = np.minimum(_between(coords, before), _between(coords, after))
    there = np.maximum(_between(flipped, before), _between(flipped, after))
    for index in np.flatnonzero((here > SWAP_LEAST_M) & (there * SWAP_RATIO < here)):
        lon, lat = coords[index]
        message = f"vertex {index + 1} ({lon}, {lat}) looks swapped: write [lon, lat]"
        yield entry.fault("geometry", message)


def _between(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(GEOD.inv(one[:, 0], one[:, 1], other[:, 0], other[:, 1])[2])
