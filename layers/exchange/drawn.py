"""Read shapes that somebody drew: GeoJSON, KML, GeoPackage, in degrees of WGS84.

A feature is one point, one line or one polygon. What is empty, mixed, in several parts or not sound
is a fault that names file and feature.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from layers.errors import ExportError, SeedError, SeedFaults

if TYPE_CHECKING:
    import geopandas as gpd

DRAWN = (".geojson", ".json", ".kml", ".gpkg")
_DECIMALS = 6  # a tenth of a metre


@dataclass(frozen=True, slots=True)
class Drawn:
    """One shape with the texts of its columns; ``label`` is how a fault calls it."""

    label: str
    columns: Mapping[str, str]
    geometry: BaseGeometry


def read_drawn(path: Path, layer: str | None = None) -> list[Drawn]:
    """Return the shapes of a file, or of one of its layers.

    Raises
    ------
    ExportError
        Where the file cannot be read, holds nothing, or does not say its coordinate system.
    SeedFaults
        Every feature whose shape cannot be taken.

    """
    found: list[Drawn] = []
    faults: list[SeedError] = []
    for number, (label, row) in enumerate(_rows(path, layer), start=1):
        name = f"feature {number}{label}"
        shape = _sound(row.pop("geometry"))
        if isinstance(shape, str):
            faults.append(SeedError(str(path), name, "geometry", shape))
        else:
            found.append(Drawn(name, {key: _text(value) for key, value in row.items()}, shape))
    if faults:
        raise SeedFaults(faults)
    if not found:
        raise ExportError(f"{path}: holds no feature")
    return found


def _rows(path: Path, layer: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each feature of the layers of a file, and how its layer is called among several."""
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
        if layer is not None and layer not in layers:
            raise ExportError(f"{path}: has no layer {layer!r}; there are {', '.join(layers[:20])}")
        for name in [layer] if layer else layers:
            table = _in_degrees(path, name)
            among = f" of {name}" if len(layers) > 1 else ""
            yield from ((among, row) for row in table.to_dict("records"))
    except (DataSourceError, DataLayerError, shapely.errors.ShapelyError, ValueError) as error:
        said = " ".join(str(error).split())[:160]
        raise ExportError(f"{path}: cannot be read ({said})") from None


def _in_degrees(path: Path, layer: str) -> gpd.GeoDataFrame:
    import geopandas as gpd

    table = gpd.read_file(path, layer=layer, engine="pyogrio", on_invalid="ignore")
    if table.crs is None:
        raise ExportError(f"{path}: {layer} does not say in which coordinate system it is")
    table = table.rename_geometry("geometry") if table.geometry.name != "geometry" else table
    return table.to_crs("OGC:CRS84")


def _sound(given: Any) -> BaseGeometry | str:
    """Return a shape as the record takes it, or what is wrong with it."""
    if given is None or not isinstance(given, BaseGeometry) or given.is_empty:
        return "has no shape; draw it, or remove it"
    if given.geom_type == "GeometryCollection":
        return "mixes points, lines and polygons; split it into one feature each"
    parts = shapely.get_parts(given)
    if len(parts) > 1 and given.geom_type != "MultiPolygon":
        return f"has {len(parts)} parts; split them into one feature each, in their order"
    shape = shapely.force_2d(given if len(parts) > 1 else parts[0])
    corners = shapely.get_coordinates(shape)
    if not np.isfinite(corners).all() or (np.abs(corners) > (180, 90)).any():
        return "has coordinates that are no degrees of longitude and latitude"
    shape = shapely.transform(shape, lambda coords: np.round(coords, _DECIMALS))
    if not shape.is_valid:
        reason = shapely.is_valid_reason(shape).replace("[", " near ").replace("]", "")
        return f"is not sound ({reason}); mend it where it was drawn"
    return shapely.orient_polygons(shape) if shapely.get_dimensions(shape) == 2 else shape


def _text(value: Any) -> str:
    """Return a value of a column as one line."""
    missing = value is None or (isinstance(value, float) and np.isnan(value))
    return "" if missing else " ".join(str(value).split())
