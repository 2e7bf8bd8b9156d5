"""JSON as rows: a GeoJSON FeatureCollection, ACLED's answer, a list of objects."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import orjson
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from layers.events.errors import EventsError, as_events_error

JSON_BYTES = 512 << 20
"""The most bytes of JSON that are read: all of it is in memory at once."""
LON, LAT = "longitude", "latitude"
_MOST_NAMES = 2000


def json_rows(file: str, data: bytes | bytearray) -> tuple[tuple[str, ...], list[list[Any]]]:
    """Return the names of all that is in any object, and a row of values for each."""
    with as_events_error(f"{file}: is no JSON", orjson.JSONDecodeError):
        whole = orjson.loads(bytes(data).removeprefix(b"\xef\xbb\xbf"))
    features = isinstance(whole, dict) and whole.get("type") == "FeatureCollection"
    listed = whole
    if isinstance(whole, dict):
        listed = whole.get("features" if features else "data", whole.get("rows"))
    if not isinstance(listed, list):
        raise EventsError(
            f"{file}: must be a GeoJSON FeatureCollection, an answer of ACLED or a list of objects"
        )
    to_degrees = declared(file, whole) if features else None
    found = [_flat(one, to_degrees) if features else one for one in listed]
    rows: list[Mapping[str, Any]] = [one if isinstance(one, dict) else {} for one in found]
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row))
        if len(names) > _MOST_NAMES:
            raise EventsError(f"{file}: its objects have more than {_MOST_NAMES} different names")
    return tuple(names), [[_scalar(row.get(name)) for name in names] for row in rows]


def _flat(feature: Any, to_degrees: Any) -> dict[str, Any]:
    """Return a feature as an object: its properties, its id, its point."""
    if not isinstance(feature, dict):
        return {LON: None, LAT: None}
    properties = feature.get("properties")
    lon, lat = spot(feature.get("geometry"))
    if to_degrees is not None and isinstance(lon, float) and isinstance(lat, float):
        lon, lat = to_degrees.transform(lon, lat)
    flat = {} if feature.get("id") is None else {"id": feature["id"]}
    if isinstance(properties, dict):
        flat |= {name: value for name, value in properties.items()
                 if name.casefold() not in (LON, LAT)}  # fmt: skip
    return flat | {LON: lon, LAT: lat}


def spot(geometry: Any) -> tuple[Any, Any]:
    """Return longitude and latitude of a point, None where there is none, else what is wrong."""
    if geometry is None:
        return None, None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    at = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind == "MultiPoint" and isinstance(at, list) and len(at) == 1:
        kind, at = "Point", at[0]
    if kind == "Point" and at == []:
        return None, None
    if kind != "Point" or not isinstance(at, list) or len(at) < 2:
        wrong = f"{kind} is no point" if kind != "Point" else "has no coordinates"
        return wrong, wrong
    lon, lat = (
        float(one) if isinstance(one, int | float) and not isinstance(one, bool) else one
        for one in at[:2]
    )
    return lon, lat


def _scalar(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, str | int | float) else str(value)


def declared(file: str, whole: Mapping[str, Any]) -> Any:
    """Return what brings coordinates to degrees where a file names its reference system."""
    crs = whole.get("crs")
    name = crs.get("properties", {}).get("name") if isinstance(crs, dict) else None
    if not isinstance(name, str):
        return None
    return transformer(file, name)


def transformer(file: str, crs: str | None) -> Any:
    """Return what brings longitudes and latitudes from a reference system; None for degrees."""
    if crs is None:
        return None
    try:
        known = CRS.from_user_input(crs)
        if known.to_epsg() == 4326 or known.to_authority() == ("OGC", "CRS84"):
            return None
        return Transformer.from_crs(known, "EPSG:4326", always_xy=True)
    except CRSError:
        raise EventsError(f"{file}: its reference system {crs!r:.80} is not known") from None
