"""Traces as a GIS saves them: lines or polygons in degrees, longitude first.

Heights, further fields and members, more decimals, and a line that was made a multi-line of one
part change no meaning. Another coordinate system does, and a line of several parts may.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.lines import Trace
from layers.record.base import Model
from layers.record.model import StretchProperties, TraceRecord

# GeoJSON is WGS84, longitude first, under either name.
_WGS84 = re.compile(r"(?:CRS84|EPSG:{1,2}(?:[\d.]*:)?4326)$", re.IGNORECASE)
# A Shapefile keeps ten letters of a field's name.
_CUT = 10

ReportFault = Callable[[str, str, str], None]
ReadModel = Callable[[type[Model], Any, str], Model | None]


def load_json(text: str) -> Any:
    """Return the data of a JSON text; ValueError for what is none, NaN among it."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError(str(error)) from None


def trace_of(name: str, data: Any, fault: ReportFault, model: ReadModel) -> TraceRecord | None:
    """Return a trace and what each of its features rests on; None where something is wrong.

    ``fault`` is told record, field and message; ``model`` reads a model for a record.
    """
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or not features:
        fault("", "features", "must be a FeatureCollection with lines or polygons in it")
        return None
    if (message := system_fault(data)) is not None:
        fault("", "crs", message)
        return None
    drawn: list[BaseGeometry] = []
    properties = []
    for number, feature in enumerate(features, start=1):
        label = f"feature {number}"
        feature = feature if isinstance(feature, dict) else {}
        given = feature.get("properties")
        cut = list(_cut(given))
        for field, short in cut:
            fault(label, field, f"is missing; {short!r} looks like it, cut short: rename it")
        read = model(StretchProperties, given, label) if not cut else None
        geometry = _geometry(feature.get("geometry"))
        if isinstance(geometry, str):
            fault(label, "geometry", geometry)
            continue
        if (np.abs(shapely.get_coordinates(geometry)) > (180, 90)).any():
            lon, lat = shapely.get_coordinates(geometry)[0]
            message = (
                f"({lon:g}, {lat:g}) are no degrees: the file was saved in another coordinate "
                "system; save it in WGS84 (EPSG:4326), longitude first"
            )
            fault(label, "geometry", message)
            return None
        if isinstance(read, StretchProperties):
            properties.append(read)
            drawn.append(geometry)
    if len(drawn) < len(features):
        return None
    polygons = [one for one in drawn if shapely.get_dimensions(one) == 2]
    if polygons and len(polygons) < len(drawn):
        message = "must be one LineString, as others here are; polygons go into a file of their own"
        number = next(n for n, one in enumerate(drawn, start=1) if one in polygons)
        fault(f"feature {number}", "geometry", message)
        return None
    trace = Trace(
        name,
        tuple(shapely.get_coordinates(one) for one in drawn),
        tuple(given.uncertainty_m for given in properties),
        tuple(polygons),
        tuple(given.name for given in properties) if polygons else (),
    )
    return TraceRecord(trace, tuple(properties))


def system_fault(data: Any) -> str | None:
    """Return what is wrong with the coordinate system that a file names, None for nothing."""
    crs = data.get("crs") if isinstance(data, dict) else None  # as older writers add it
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if crs is None or _WGS84.search(str(name or "")):
        return None
    system = name or "a system without a name"
    return f"is in {system}; save it in WGS84 (EPSG:4326), degrees with longitude first"


def _cut(given: Any) -> Iterator[tuple[str, str]]:
    """Yield the fields that are missing where their cut names stand."""
    if isinstance(given, dict):
        for name in StretchProperties.model_fields:
            if name not in given and len(name) > _CUT and name[:_CUT] in given:
                yield name, name[:_CUT]


def _geometry(given: Any) -> BaseGeometry | str:
    """Return the one line, or the polygons, of a feature, or what is wrong with them."""
    kind = given.get("type") if isinstance(given, dict) else None
    coordinates = given.get("coordinates") if isinstance(given, dict) else None
    if kind == "MultiLineString" and isinstance(coordinates, list):
        if len(coordinates) != 1:
            parts = len(coordinates)
            return f"has {parts} parts; split them into one feature each, in their order"
        kind, coordinates = "LineString", coordinates[0]
    if kind not in ("LineString", "Polygon", "MultiPolygon") or coordinates is None:
        return "must be one LineString; split multi-part lines; or a Polygon"
    try:
        if kind == "LineString":
            return shapely.LineString(corners(coordinates, 2))
        areas = coordinates if kind == "MultiPolygon" else [coordinates]
        rings = [[corners(ring, 4) for ring in area] for area in areas]
        polygons = [shapely.Polygon(outer, holes) for outer, *holes in rings]
        whole = shapely.MultiPolygon(polygons) if len(polygons) > 1 else polygons[0]
    except (KeyError, TypeError, ValueError, IndexError):
        if kind == "LineString":
            return "coordinates must be two or more [lon, lat] pairs of numbers"
        form = "or a Polygon, whose rings are four or more [lon, lat] pairs of numbers"
        return f"must be one LineString; split multi-part lines; {form}"
    if not whole.is_valid:
        reason = shapely.is_valid_reason(whole).replace("[", " near ").replace("]", "")
        return f"must be one LineString, or a sound Polygon (this one: {reason})"
    return whole


def corners(given: Any, least: int) -> NDArray[np.float64]:
    """Return the longitude and latitude of so many corners at least; ValueError for fewer."""
    coords: NDArray[np.float64] = np.array([corner[:2] for corner in given or ()], dtype=float)
    if coords.shape[0] < least or coords.shape[1] != 2 or not np.isfinite(coords).all():
        raise ValueError
    return coords


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")
