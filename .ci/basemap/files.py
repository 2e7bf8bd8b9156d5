"""Files below seeds/, the same bytes each time."""

from __future__ import annotations

from typing import Any

from settings import SEEDS

from layers.record.basemap.geojson import Feature, collection


def put(name: str, text: str) -> None:
    """Write a file."""
    (SEEDS / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"seeds/{name} {len(text.encode())} bytes")


def write(name: str, members: dict[str, Any], features: list[Feature]) -> None:
    """Write a FeatureCollection."""
    put(name, collection(members, features))
