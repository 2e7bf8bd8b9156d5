"""The files that somebody has: which part of a base map each holds, its features, its columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from layers.characters import unseen_in_name, unwanted
from layers.errors import ExportError, QueryError

if TYPE_CHECKING:
    import geopandas as gpd

# What each part is called in file names: Natural Earth's words first, then plain ones.
PARTS: Mapping[str, tuple[str, ...]] = {
    "land": ("admin_0_countries", "countries", "land"),
    "borders": ("admin_0_boundary_lines_land", "boundary_lines", "borders"),
    "coast": ("coastline", "coast"),
    "lakes": ("lakes",),
    "rivers": ("rivers_lake_centerlines", "rivers"),
    "governorates": ("admin_1_states_provinces", "admin_1", "governorates", "units", "provinces"),
    "roads": ("roads",),
    "towns": ("populated_places", "towns", "cities"),
}
_SHAPES = {0: "points", 1: "lines", 2: "areas"}
_NEEDED: Mapping[str, tuple[int, ...]] = {
    "land": (2,), "lakes": (2,), "governorates": (2, 1), "towns": (0,),
}  # fmt: skip
# Where a value stands, in Natural Earth's files and in others; upper and lower case are alike.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id",),
    "key": ("adm0_a3",),
    "iso": ("iso_a2_eh", "iso_a2", "iso"),
    "unit": ("iso_3166_2", "iso", "id"),
    "country": ("adm0_a3", "iso_a2"),
    "kind": ("kind", "featurecla"),
    "population": ("pop_max", "population", "pop"),
    "lon": ("longitude", "lon"),
    "lat": ("latitude", "lat"),
}
_SUFFIXES = (".geojson", ".json", ".gpkg", ".shp", ".zip")


@dataclass(frozen=True, slots=True, order=True)
class LayerFile:
    """A file, and its layer where it has several."""

    path: Path
    layer: str | None = None

    def __str__(self) -> str:
        return f"{self.path}:{self.layer}" if self.layer else str(self.path)

    @property
    def name(self) -> str:
        """Return what says what it holds."""
        return self.layer or self.path.stem


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The features of one part that lie in the window, and where their values stand."""

    name: str
    file: LayerFile
    rows: list[dict[str, Any]]
    shapes: Any
    stated: Mapping[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    """Names that no file of the record may hold, each said in a line."""

    @property
    def dimension(self) -> int:
        """Return 2 for areas, 1 for lines, 0 for points."""
        return int(shapely.get_dimensions(self.shapes).max())

    def value(self, row: Mapping[str, Any], role: str) -> Any:
        """Return what a row says, None for nothing."""
        for column in self._columns(role):
            said = row.get(column)
            if said is not None and said == said and said not in ("", "-99", -99):
                return said
        return None

    def text(self, row: Mapping[str, Any], role: str) -> str | None:
        """Return what a row says as one line of text; None, and a word of it, where it is none."""
        said = self.value(row, role)
        if not isinstance(said, str) or not said.strip():
            return None
        if any(unwanted(said)) or any(unseen_in_name(said)) or len(said) > 200:
            at = next(n for n, one in enumerate(self.rows, start=1) if one is row)
            self.left_out.append(
                f"{self.file}: feature {at} in view: {role} holds unseen characters or is longer "
                "than a name; left out"
            )
            return None
        return said.strip()

    def names(self, row: Mapping[str, Any], languages: Iterable[str]) -> dict[str, str | None]:
        """Return the names of a row by the columns of the record."""
        names = {f"name_{lang}": self.text(row, f"name_{lang}") for lang in languages}
        # A file that does not say in which language its names are has them in the first.
        first = next(iter(names), None)
        return names | {first: names[first] or self.text(row, "name")} if first else names

    def _columns(self, role: str) -> tuple[str, ...]:
        if role in self.stated:
            return (self.stated[role],)
        if role.startswith("name_"):
            return role.lower().replace("-", "_"), role.partition("-")[0].lower()
        return _COLUMNS.get(role, (role,))


def find(folder: Path, stated: Mapping[str, str]) -> dict[str, LayerFile]:
    """Return the file of each part: the one stated, else the one whose name says it first.

    ``stated`` has, by part, a file in the folder, with a colon and its layer where it has several.
    """
    if not folder.is_dir():
        raise ExportError(f"{folder}: there is no such folder")
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
    layers = [one for path in paths for one in _layers(path)]
    named: dict[str, list[tuple[int, LayerFile]]] = {}
    for layer in layers:
        if best := _part_of(layer.name):
            part, order = best
            named.setdefault(part, []).append((order, layer))
    found = {part: min(named[part])[1] for part in PARTS if part in named}
    for part, given in stated.items():
        if part not in PARTS:
            raise QueryError("file", part, f"{part!r} is no part; known: {', '.join(PARTS)}")
        path, _, wanted = given.partition(":")
        same = [one for one in layers if one.path == folder / path]
        fits = [one for one in same if wanted in ("", one.name)]
        if not same:
            known = ", ".join(str(one.path.relative_to(folder)) for one in layers) or "none"
            raise ExportError(f"{folder / path}: there is no such file; the folder has: {known}")
        if len(fits) != 1:
            known = ", ".join(one.name for one in same)
            wrong = f"has no layer {wanted!r}" if wanted else "has several layers"
            raise ExportError(f"{path}: {wrong}; name one, as {path}:LAYER: {known}")
        found[part] = fits[0]
    if not found:
        words = ", ".join(words[-1] for words in PARTS.values())
        raise ExportError(
            f"{folder}: holds no file of a base map; name GeoJSON, GeoPackage or Shapefile files "
            f"by what they hold ({words}), or state each: --file land=FILE"
        )
    return {part: found[part] for part in PARTS if part in found}


def read(
    name: str, file: LayerFile, window: shapely.Polygon, stated: Mapping[str, str]
) -> Part | None:
    """Return what a file has in a window, in longitude and latitude; None for nothing.

    ``stated`` has the column of a value by its role.
    """
    import geopandas as gpd
    from pyogrio import read_info
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        info = read_info(file.path, layer=file.layer)
        if info["crs"] is None:
            raise ExportError(
                f"{file}: does not say in which coordinate system it is; put its .prj file beside "
                "it, or save it with its system"
            )
        view = gpd.GeoSeries([window], crs="OGC:CRS84")
        table = gpd.read_file(file.path, layer=file.layer, bbox=view, engine="pyogrio")
    except (DataSourceError, DataLayerError, UnicodeDecodeError, ValueError) as error:
        beside = "; its .shx, .dbf and .prj files belong beside it"
        hint = beside if file.path.suffix.lower() == ".shp" else ""
        raise ExportError(f"{file}: cannot be read ({error}){hint}") from None
    known = {column: column.lower() for column in map(str, table.columns)}
    columns = {role: column.lower() for role, column in stated.items()}
    for role, column in columns.items():
        if column not in known.values():
            listed = ", ".join(one for one in known if one != "geometry")
            raise ExportError(f"{file}: has no column {column!r} for {role}; it has: {listed}")
    table = table.set_axis(list(known.values()), axis=1).set_geometry("geometry")
    return _part(name, file, table.to_crs("OGC:CRS84"), window, columns)


def nothing_in(file: LayerFile, window: shapely.Polygon) -> str:
    """Return what to say of a file that has nothing in a window."""
    from pyogrio import read_info

    info = read_info(file.path, layer=file.layer, force_total_bounds=True)
    west, south, east, north = sides = info["total_bounds"] or (np.inf,) * 4
    if not np.isfinite(sides).all():
        return f"{file}: holds no shape"
    seen, spans = (", ".join(f"{side:g}" for side in box) for box in (window.bounds, sides))
    mend = "mend the extent, or take a file of that region"
    if shapely.box(south, west, north, east).intersects(window):
        mend = "have its longitude and latitude changed places?"
    elif info["crs"] == "EPSG:4326" and max(map(abs, sides)) > 360:
        mend = "these are no degrees: save it with the system that it is in"
    return (
        f"{file}: nothing of it lies in {seen}, the atlas's extent and its margin; it spans "
        f"{spans} ({info['crs']}): {mend}"
    )


def _part(
    name: str,
    file: LayerFile,
    table: gpd.GeoDataFrame,
    window: shapely.Polygon,
    stated: Mapping[str, str],
) -> Part | None:
    table = table[table.geometry.notna() & ~table.geometry.is_empty]
    if table.empty:
        return None
    shapes = shapely.force_2d(table.geometry.array)
    needed = _NEEDED.get(name, (1,))
    strange = set(shapely.get_dimensions(shapes).tolist()) - set(needed)
    if strange:
        has = " and ".join(_SHAPES.get(one, "mixed shapes") for one in sorted(strange))
        wanted = " or ".join(_SHAPES[one] for one in needed)
        raise ExportError(
            f"{file}: holds {has} where {name} needs {wanted}; state another file: "
            f"--file {name}=FILE"
        )
    broken = ~shapely.is_valid(shapes)
    shapes[broken] = [_mended(shape) for shape in shapes[broken]]
    seen = shapely.intersects(shapes, window)
    rows = table.drop(columns="geometry")[seen].to_dict("records")
    return Part(name, file, rows, shapes[seen], stated) if rows else None


def _mended(shape: Any) -> Any:
    parts = shapely.get_parts(shapely.make_valid(shape))
    dimension = shapely.get_dimensions(shape)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == dimension])


def _layers(path: Path) -> list[LayerFile]:
    """Return the layers of a file; one that cannot be listed is told of when it is read."""
    if path.suffix.lower() not in (".gpkg", ".zip"):
        return [LayerFile(path)]
    from pyogrio import list_layers
    from pyogrio.errors import DataSourceError

    try:
        names = [str(name) for name, _ in list_layers(path)]
    except DataSourceError:
        names = []
    return [LayerFile(path, name) for name in names] if len(names) > 1 else [LayerFile(path)]


def _part_of(name: str) -> tuple[str, int] | None:
    """Return the part that the longest word in a name says, and how early its list has it."""
    found = [
        (len(word), part, order)
        for part, words in PARTS.items()
        for order, word in enumerate(words)
        if re.search(rf"(?<![a-z]){word}(?![a-z])", name.lower())
    ]
    return max(found)[1:] if found else None
