"""GeoJSON files, the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

Feature = dict[str, Any]


def feature(properties: Mapping[str, Any], geometry: BaseGeometry) -> Feature:
    """Return a GeoJSON feature, its coordinates with four decimals."""

    def rounded(value: Any) -> Any:
        if isinstance(value, float | int):
            return round(float(value), 4)
        return [rounded(one) for one in value]

    shape = mapping(geometry)
    shape = {"type": shape["type"], "coordinates": rounded(shape["coordinates"])}
    return {"type": "Feature", "properties": dict(properties), "geometry": shape}


def collection(members: Mapping[str, Any], features: Iterable[Feature]) -> str:
    """Return a FeatureCollection as text, keys sorted, one feature a line."""

    def text(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    head = text({"type": "FeatureCollection", **members})[:-1]
    return f'{head},"features":[\n' + ",\n".join(map(text, features)) + "\n]}\n"
