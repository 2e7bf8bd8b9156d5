"""Traces as a GIS saves them: lines in degrees, longitude first, whatever else the file holds.

Heights, further fields and members, more decimals, and a line that was made a multi-line of one
part change no meaning. Another coordinate system does, and a line of several parts may.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.record.model import StretchProperties

# GeoJSON is WGS84, longitude first, under either name.
_WGS84 = re.compile(r"(?:CRS84|EPSG:{1,2}(?:[\d.]*:)?4326)$", re.IGNORECASE)
# A Shapefile keeps ten letters of a field's name.
_CUT = 10

ReportFault = Callable[[str, str, str], None]


def load_json(text: str) -> Any:
    """Return the data of a JSON text; ValueError for what is none, NaN among it."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError(str(error)) from None


def lines_of(
    data: Any, fault: ReportFault, model: Callable[[Any, str], StretchProperties | None]
) -> tuple[list[NDArray[np.float64]], list[StretchProperties]] | None:
    """Return the stretches of a trace and what each rests on; None where something is wrong.

    ``fault`` is told record, field and message, ``model`` reads the properties of a record.
    """
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or not features:
        fault("", "features", "must be a FeatureCollection with lines in it")
        return None
    if (system := _system(data)) is not None and not _WGS84.search(system):
        message = f"is in {system}; save it in WGS84 (EPSG:4326), degrees with longitude first"
        fault("", "crs", message)
        return None
    stretches, properties = [], []
    for number, feature in enumerate(features, start=1):
        label = f"feature {number}"
        feature = feature if isinstance(feature, dict) else {}
        given = feature.get("properties")
        cut = list(_cut(given))
        for name, short in cut:
            fault(label, name, f"is missing; {short!r} looks like it, cut short: rename it")
        read = model(given, label) if not cut else None
        coords = _coords(feature.get("geometry"))
        if isinstance(coords, str):
            fault(label, "geometry", coords)
            continue
        if (np.abs(coords) > (180, 90)).any():
            lon, lat = coords[0]
            message = (
                f"({lon:g}, {lat:g}) are no degrees: the file was saved in another coordinate "
                "system; save it in WGS84 (EPSG:4326), longitude first"
            )
            fault(label, "geometry", message)
            return None
        if read is not None:
            properties.append(read)
            stretches.append(coords)
    return (stretches, properties) if len(stretches) == len(features) else None


def _system(data: dict[str, Any]) -> str | None:
    """Return the name of the coordinate system that older writers add, None for none."""
    crs = data.get("crs")
    if crs is None:
        return None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return str(name) if name else "a system without a name"


def _cut(given: Any) -> Iterator[tuple[str, str]]:
    """Yield the fields that are missing where their cut names stand."""
    if isinstance(given, dict):
        for name in StretchProperties.model_fields:
            if name not in given and len(name) > _CUT and name[:_CUT] in given:
                yield name, name[:_CUT]


def _coords(geometry: Any) -> NDArray[np.float64] | str:
    """Return longitude and latitude of the one line of a feature, or what is wrong with it."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind == "MultiLineString" and isinstance(coordinates, list):
        if len(coordinates) != 1:
            parts = len(coordinates)
            return f"has {parts} parts; split them into one feature each, in their order"
        kind, coordinates = "LineString", coordinates[0]
    if kind != "LineString":
        return "must be one LineString; split multi-part lines"
    try:
        corners = [corner[:2] for corner in coordinates or ()]
        coords: NDArray[np.float64] = np.array(corners, dtype=np.float64)
        if coords.shape[0] < 2 or coords.shape[1] != 2 or not np.isfinite(coords).all():
            raise ValueError
    except (KeyError, TypeError, ValueError, IndexError):
        return "coordinates must be two or more [lon, lat] pairs of numbers"
    return coords


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")
