"""Base map files: what is drawn under the zones, checked as every other seed is."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import shapely
from pydantic import ConfigDict, Field

from layers.record.base import Id, Model
from layers.record.files import read_seed
from layers.record.kinds import SETTLEMENTS
from layers.record.model import GazetteerPlace, Record
from layers.record.texts import SingleLine
from layers.record.traces import ReadModel, ReportFault, corners, system_fault

_DIMENSIONS = {
    "land": 2, "lakes": 2, "rivers": 1, "coast": 1, "borders": 1, "roads": 1, "governorates": 1,
    "towns": 0,
}  # fmt: skip
# How deep in its coordinates the lines or rings of a geometry stand.
_DEPTHS = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}
_KINDS = {0: ("Point",), 1: ("LineString", "MultiLineString"), 2: ("Polygon", "MultiPolygon")}
# A town so near a settlement of the record, in degrees, is that settlement.
_BESIDE = 0.03


class BasemapName(Model):
    """Where a base map writes a name that is no feature's."""

    model_config = ConfigDict(extra="allow", frozen=True, allow_inf_nan=False)

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)


class BasemapFile(Model):
    """The members of basemap/*.geojson that stand before its features."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)

    type: Literal["FeatureCollection"]
    source: Id
    licence: SingleLine
    version: SingleLine | None = None
    accuracy_m: float | None = Field(default=None, gt=0, le=200_000)
    names: tuple[BasemapName, ...] = ()


class BasemapProperties(Model):
    """Properties of one feature of basemap/*.geojson; names go by language (``name_en``)."""

    model_config = ConfigDict(extra="allow", frozen=True, allow_inf_nan=False)
    __pydantic_extra__: dict[str, SingleLine | float | bool | None]

    home: bool | None = Field(default=None, strict=True)
    rank: int | None = Field(default=None, ge=1, le=5, strict=True)
    kind: Literal["international", "indefinite", "disputed", "line_of_control"] | None = None


def basemap_files(root: Path) -> list[Path]:
    """Return the base map files of a record's folder, in order; none where it has none."""
    paths = (root / "basemap").glob("*.geojson")
    return sorted(path for path in paths if not path.name.startswith("."))


def basemap_towns(record: Record) -> list[GazetteerPlace]:
    """Return the towns of a base map, but those beside a settlement that the record has itself."""
    try:
        file = json.loads(read_seed(record.root, record.root / "basemap" / "towns.geojson"))
    except FileNotFoundError:
        return []
    own = [(place.lon, place.lat) for place in record.places.values() if place.kind in SETTLEMENTS]
    known = shapely.STRtree(shapely.points(own) if own else [])
    found = []
    for at, one in enumerate(file["features"], start=1):
        about, (lon, lat) = one["properties"], one["geometry"]["coordinates"]
        near = shapely.box(lon - _BESIDE, lat - _BESIDE, lon + _BESIDE, lat + _BESIDE)
        if len(known.query(near)) == 0:
            place = GazetteerPlace.model_construct(
                id=f"basemap-town-{at}",
                names={lang: about.get(f"name_{lang}") for lang in record.languages},
                name_source=file["source"],
                kind="town",
                lon=lon,
                lat=lat,
                uncertainty_m=file.get("accuracy_m", 1000),
                rank=about.get("rank", 5),
                source=file["source"],
                licence=file["licence"],
            )
            found.append(place)
    return found


def check_basemap(
    name: str, data: Any, sources: Collection[str], fault: ReportFault, model: ReadModel
) -> None:
    """Report what is wrong with a base map file, its feature named.

    ``fault`` is told record, field and message; ``model`` reads a model for a record.
    """
    dimension = _DIMENSIONS.get(name)
    if dimension is None:
        fault("", "", f"is no part of a base map (known: {', '.join(_DIMENSIONS)}); rename it")
        return
    if (message := system_fault(data)) is not None:
        fault("", "crs", message)
        return
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list):
        fault("", "features", "must be the list of a FeatureCollection")
        return
    read = model(BasemapFile, {key: data[key] for key in data if key != "features"}, "")
    if isinstance(read, BasemapFile) and sources and read.source not in sources:
        fault("", "source", f"{read.source!r} is no source of sources.yaml")
    for number, feature in enumerate(features, start=1):
        label = f"feature {number}"
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            fault(label, "type", "must be Feature")
            continue
        if feature.get("properties") is not None:
            model(BasemapProperties, feature["properties"], label)
        for message in _geometry_faults(feature.get("geometry"), dimension):
            fault(label, "geometry", message)


def _geometry_faults(given: Any, dimension: int) -> Iterator[str]:
    if given is None:
        return
    kind = given.get("type") if isinstance(given, dict) else None
    if kind not in _KINDS[dimension]:
        yield f"must be a {' or '.join(_KINDS[dimension])}, is {kind!r}"
        return
    try:
        if dimension == 0:
            lon, lat = map(float, given["coordinates"])
            if not (abs(lon) <= 180 and abs(lat) <= 90):
                yield "coordinates must be degrees, longitude first"
            return
        for line in _lines(given["coordinates"], _DEPTHS[kind]):
            spots = corners(line, 4 if dimension == 2 else 2)
            if (np.abs(spots) > (180, 90)).any():
                yield "coordinates must be degrees, longitude first"
                return
            if dimension == 2 and (spots[0] != spots[-1]).any():
                yield "a ring must end where it begins"
                return
    except (KeyError, TypeError, ValueError, IndexError):
        least = ("one", "two or more corners a line", "four or more corners a ring")[dimension]
        yield f"coordinates must be [lon, lat] pairs of numbers, {least}"


def _lines(given: Any, depth: int) -> Iterator[Any]:
    if not isinstance(given, list) or not given:
        raise TypeError
    if depth == 0:
        yield given
        return
    for part in given:
        yield from _lines(part, depth - 1)
