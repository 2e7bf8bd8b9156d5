"""Cut a base map for an atlas from files that somebody has: Natural Earth's, or any other's.

Each part of the base map (`PARTS`) is known by the name of its file. What lies in the atlas's
extent and a margin around it is cut out and thinned; who published it, under which licence, and
how far thinning may have moved it stand in each file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from layers.errors import ExportError, QueryError
from layers.record.new_atlas import with_schema, yaml_text

if TYPE_CHECKING:
    import geopandas as gpd

# What each part is called in file names: Natural Earth's words first, then plain ones.
PARTS = {
    "land": ("admin_0_countries", "countries", "land"),
    "borders": ("admin_0_boundary_lines_land", "borders"),
    "coast": ("coastline", "coast"),
    "lakes": ("lakes",),
    "rivers": ("rivers",),
    "governorates": ("admin_1_states_provinces_lines", "admin_1", "governorates", "units"),
    "roads": ("roads",),
}
_SUFFIXES = (".geojson", ".gpkg", ".shp")
_AREAS = ("land", "lakes")
# A base map reaches beyond its atlas by this part of the extent; so much of what is seen (1024
# pixels wide) may be thinned away; an ISO code is looked for under these names.
_MARGIN, _PIXELS = 0.5, 1024
_ISO = ("ISO_A2_EH", "ISO_A2", "iso_a2", "iso")
_NAMES = ("name_{}", "NAME_{}", "name", "NAME")
_METRES = 111_320.0


def cut_basemap(
    folder: Path,
    extent: tuple[float, float, float, float],
    languages: Sequence[str],
    *,
    publisher: str | None = None,
    licence: str | None = None,
) -> dict[str, str]:
    """Return the files of a base map, and the sources.yaml that names where it is from.

    Parameters
    ----------
    folder
        With GeoJSON, Shapefile or GeoPackage files in any known system, named as in `PARTS`.
    extent
        Of the atlas: west, south, east, north in degrees.
    languages
        Of the atlas: names are taken in each where a file has them.
    publisher, licence
        Of the files; Natural Earth's own are known by their names.

    Raises
    ------
    QueryError
        Where it is not said whose the files are, or under which licence.
    ExportError
        Where the folder holds no part of a base map, or a file that cannot be read.

    """
    found = _found(folder)
    if not found:
        named = ", ".join(sorted({word for words in PARTS.values() for word in words}))
        raise ExportError(
            f"{folder}: holds no file of a base map; name GeoJSON, GeoPackage or Shapefile files "
            f"by what they are: {named}"
        )
    natural_earth = all(path.name.startswith("ne_") for path in found.values())
    publisher = publisher or ("Natural Earth" if natural_earth else None)
    licence = licence or ("public domain" if natural_earth else None)
    for option, said in (("basemap-source", publisher), ("basemap-licence", licence)):
        if not said:
            raise QueryError(option, None, f"say it for the files in {folder}: --{option} ...")
    window = _window(extent)
    tolerance = (window.bounds[2] - window.bounds[0]) / _PIXELS / 2
    head = {
        "source": "basemap",
        "licence": licence,
        "accuracy_m": int(np.ceil(tolerance * _METRES / 100) * 100),
        "note": "accuracy_m is what thinning may have moved; the source's own is not known.",
    }
    files = {}
    for part, path in found.items():
        rows = list(_rows(part, path, window, tolerance, languages))
        version = f"{path.stem}, cut at {', '.join(f'{side:g}' for side in window.bounds)}"
        files[f"basemap/{part}.geojson"] = _geojson({"id": part, "version": version, **head}, rows)
    source = {
        "id": "basemap",
        "kind": "dataset",
        "publisher": dict.fromkeys(languages, publisher),
        "title": dict.fromkeys(languages, "Base map"),
        "published": {"date": None, "basis": "unknown"},
        "language": languages[0].partition("-")[0],
        "url": None,
        "sha256": None,
        "licence": licence,
        "reliability": {"source": "F", "information": "6"},
    }
    return files | {"sources.yaml": with_schema("sources", yaml_text([source]))}


def _found(folder: Path) -> dict[str, Path]:
    """Return the file of each part: the one whose name says it first, in the order of names."""
    if not folder.is_dir():
        raise ExportError(f"{folder}: there is no such folder")
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
    found: dict[str, Path] = {}
    for part, words in PARTS.items():
        for word in words:
            named = [path for path in paths if word in path.stem.lower()]
            if named and part not in found and named[0] not in found.values():
                found[part] = named[0]
    return found


def _window(extent: tuple[float, float, float, float]) -> shapely.Polygon:
    west, south, east, north = extent
    margin = _MARGIN * max(east - west, north - south)
    return shapely.box(
        max(-180.0, west - margin), max(-90.0, south - margin),
        min(180.0, east + margin), min(90.0, north + margin),
    )  # fmt: skip


def _rows(
    part: str,
    path: Path,
    window: shapely.Polygon,
    tolerance: float,
    languages: Sequence[str],
) -> Iterator[tuple[dict[str, Any], BaseGeometry]]:
    """Yield what a file has in the window, thinned, with its names."""
    table = _read(path, window)
    shapes = shapely.make_valid(table.geometry.array)
    if part == "governorates":  # lines, whichever the file has
        areas = shapely.get_dimensions(shapes) == 2
        shapes[areas] = shapely.boundary(shapes[areas])
    if part in _AREAS:  # neighbours keep their common edges
        thinned = shapely.coverage_simplify(shapes, tolerance)
    else:
        thinned = shapely.simplify(shapes, tolerance)
    dimension = 2 if part in _AREAS else 1
    for row, shape in zip(table.to_dict("records"), thinned, strict=True):
        cut = shapely.set_precision(shapely.intersection(shape, window), 1e-4)
        parts = [one for one in shapely.get_parts(cut) if one.has_z is False]
        parts = [one for one in parts if shapely.get_dimensions(one) == dimension]
        if parts:
            whole = shapely.union_all(parts)
            yield _about(row, languages), shapely.orient_polygons(shapely.force_2d(whole))


def _read(path: Path, window: shapely.Polygon) -> gpd.GeoDataFrame:
    import geopandas as gpd
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        table = gpd.read_file(path, engine="pyogrio")
    except (DataSourceError, DataLayerError) as error:
        raise ExportError(f"{path}: cannot be read ({error})") from None
    if table.crs is None:
        raise ExportError(f"{path}: does not say in which coordinate system it is")
    table = table.to_crs("OGC:CRS84")
    return table[table.geometry.notna() & table.intersects(window)].reset_index(drop=True)


def _about(row: dict[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    """Return the code and the names of a feature, as far as its file has them."""
    about: dict[str, Any] = {}
    code = next((row[key] for key in _ISO if isinstance(row.get(key), str)), None)
    if code and code != "-99":
        about["iso"] = code
    for lang in languages:
        general = lang.partition("-")[0]
        keys = [form.format(tag) for tag in (general, general.upper()) for form in _NAMES[:2]]
        keys += _NAMES[2:] if lang == languages[0] else ()
        about[f"name_{lang}"] = next((row[k] for k in keys if isinstance(row.get(k), str)), None)
    return about


def _geojson(head: dict[str, Any], rows: Sequence[tuple[dict[str, Any], BaseGeometry]]) -> str:
    """Return a FeatureCollection, one feature a line, the same text each time."""

    def text(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    features = [
        text({"type": "Feature", "properties": about, "geometry": _rounded(shape)})
        for about, shape in rows
    ]
    opening = text({"type": "FeatureCollection", **head})[:-1]
    return f'{opening},"features":[\n' + ",\n".join(features) + "\n]}\n"


def _rounded(shape: BaseGeometry) -> Any:
    return json.loads(shapely.to_geojson(shapely.transform(shape, lambda c: np.round(c, 4))))
