"""GeoJSON files, the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from settings import SEEDS, WINDOW
from shapely.geometry import MultiLineString


def rounded(geometry: Any, digits: int) -> Any:
    """Return the GeoJSON mapping with ``digits`` decimals."""

    def walk(value: Any) -> Any:
        if isinstance(value, float | int):
            return round(float(value), digits)
        return [walk(v) for v in value]

    mapping = shapely.geometry.mapping(geometry)
    return {"type": mapping["type"], "coordinates": walk(mapping["coordinates"])}


def feature(properties: dict[str, Any], geometry: Any, digits: int) -> dict[str, Any]:
    """Return a GeoJSON feature."""
    return {"type": "Feature", "properties": properties, "geometry": rounded(geometry, digits)}


def write(path: Path, members: dict[str, Any], features: list[dict[str, Any]]) -> None:
    """Write a FeatureCollection, keys sorted, one feature a line."""

    def text(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    head = text({"type": "FeatureCollection", **members})[:-1]
    body = ",\n".join(text(f) for f in features)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{head},"features":[\n{body}\n]}}\n', encoding="utf-8", newline="\n")
    print(f"{path.relative_to(SEEDS.parent)} {path.stat().st_size} bytes, {len(features)} features")


def write_lines(
    name: str, rows: Iterable[tuple[dict[str, Any], list[np.ndarray]]], members: dict[str, Any]
) -> None:
    """Write lines cut at the window, one feature a row."""
    features = []
    for properties, lines in rows:
        cut = MultiLineString([np.round(x, 5) for x in lines]).intersection(WINDOW)
        cut = shapely.line_merge(cut) if cut.geom_type == "MultiLineString" else cut
        parts = [
            p for p in shapely.get_parts(cut) if p.geom_type == "LineString" and p.length > 0.002
        ]
        if parts:
            whole = parts[0] if len(parts) == 1 else MultiLineString(parts)
            features.append(feature(properties, shapely.remove_repeated_points(whole, 1e-4), 4))
    write(SEEDS / f"basemap/{name}.geojson", {"id": name, **members}, features)
