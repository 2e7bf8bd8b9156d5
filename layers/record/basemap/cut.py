"""A whole base map: the parts that a folder holds, cut by an atlas's extent, and their source."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from layers.errors import ExportError, QueryError
from layers.record.basemap import layer_files, parts
from layers.record.basemap.geojson import Feature, collection
from layers.record.basemap.layer_files import Part
from layers.record.basemap.parts import Areas, Land
from layers.record.basemap.thinning import Thinning

# A base map reaches beyond its atlas by this part of the extent; half a pixel of what is seen
# (1024 pixels wide) may be thinned away.
_MARGIN, _PIXELS = 0.5, 1024
_METRES = 111_320.0
NOTE = "accuracy_m is what thinning may have moved; the source's own is not known."
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class BasemapOptions:
    """What is cut, and how.

    Attributes
    ----------
    extent
        Of the atlas: west, south, east, north in degrees.
    languages
        Of the atlas: names are taken in each where a file has them.
    members
        What stands in each file before its features: ``source``, ``licence`` and what else.
    window
        What is cut out, in degrees; None: the extent and a half of it on each side.
    home
        Keys or ISO codes of the countries that the atlas is about, drawn lighter.
    detail_m
        How far thinning may move a line near them, in metres; None: half a pixel.
    files
        The file of a part, in the folder; with a colon and its layer where it has several.
    columns
        The column of a value, by part and role: ``{"land": {"name_en": "NAAM"}}``.
    by_part
        Members of single parts, over ``members``.

    """

    extent: Box
    languages: Sequence[str]
    members: Mapping[str, Any]
    window: Box | None = None
    home: Sequence[str] = ()
    detail_m: float | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    by_part: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def box(self) -> shapely.Polygon:
        """Return the window."""
        west, south, east, north = self.extent
        margin = _MARGIN * max(east - west, north - south)
        around = (west - margin, south - margin, east + margin, north + margin)
        sides = self.window or around
        return shapely.box(
            max(-180.0, sides[0]), max(-90.0, sides[1]), min(180.0, sides[2]), min(90.0, sides[3])
        )

    @property
    def detail(self) -> float:
        """Return how far thinning may move a line, in metres."""
        west, _, east, _ = self.box.bounds
        return self.detail_m or (east - west) * _METRES / _PIXELS / 2


@dataclass(frozen=True, slots=True)
class CutBasemap:
    """The files of a base map by their names, and what the person should know of them."""

    files: dict[str, str]
    notes: list[str]


def cut_basemap(folder: Path, options: BasemapOptions) -> CutBasemap:
    """Return a base map cut from the GeoJSON, Shapefile and GeoPackage files of a folder.

    Raises
    ------
    QueryError
        Where an option names a part or a country that there is not.
    ExportError
        Where a file cannot be read, is no such part, or nothing of it lies in the window.

    """
    files = layer_files.find(folder, options.files)
    for part in options.columns:
        if part not in files:
            raise QueryError("column", part, f"no file of {part!r} here: {', '.join(files)}")
    box, notes = options.box, []
    read: dict[str, Part] = {}
    for name, file in files.items():
        found = layer_files.read(name, file, box, options.columns.get(name, {}))
        if found is not None:
            read[name] = found
        elif name == "land" or len(files) == 1:
            raise ExportError(layer_files.nothing_in(file, box))
        else:
            notes.append(f"{name}: {layer_files.nothing_in(file, box)}; left out")
    if not read:
        raise ExportError(layer_files.nothing_in(next(iter(files.values())), box))
    features = _features(read, options, box)
    out = {}
    for name, rows in features.items():
        if not rows:
            continue
        file = (read.get(name) or read["land"]).file
        sides = ", ".join(f"{side:g}" for side in box.bounds)
        members = {
            "id": name,
            "version": f"{file.name}, cut at {sides}",
            "accuracy_m": int(math.ceil(options.detail / 100) * 100),
            "note": NOTE,
            **options.members,
            **options.by_part.get(name, {}),
        }
        if name == "governorates" and (
            named := parts.unit_names(read[name], box, options.languages)
        ):
            members["names"] = named
        out[f"basemap/{name}.geojson"] = collection(members, rows)
    if "land" in read and not features.get("coast"):
        notes.append(
            "coast: countries of the land file overlap or leave gaps, and there is no file of the "
            "coast; the edges of the land are drawn"
        )
    notes += [note for part in read.values() for note in dict.fromkeys(part.left_out)]
    return CutBasemap(out, notes)


def _features(
    read: Mapping[str, Part], options: BasemapOptions, box: shapely.Polygon
) -> dict[str, list[Feature]]:
    """Return the features of each part."""
    languages = options.languages
    near: BaseGeometry = shapely.box(*options.extent)
    home: list[str] = []
    if "land" in read:
        countries = Areas.of(read["land"], "key")
        home = _home(read["land"], countries, options.home)
        if home:
            near = shapely.union_all([countries.shapes[key] for key in home])
    middle = (options.extent[1] + options.extent[3]) / 2
    thinning = Thinning.around(near, middle, options.detail)
    made: dict[str, list[Feature]] = {}
    if "land" in read:
        land = Land.of(read["land"], countries, read.get("borders"), thinning)
        made["land"] = list(land.features(box, languages, home))
        if land.fits:  # its own edges are the borders and the coast
            made["borders"], made["coast"] = list(land.borders(box)), list(land.coast(box))
    elif options.home:
        raise QueryError("home", ",".join(options.home), "there is no land to have a home in")
    for name in ("borders", "coast"):
        if name in read and not made.get(name):
            made[name] = list(parts.lines(read[name], box, thinning, languages))
    water = None
    if "lakes" in read:
        found = parts.lakes(read["lakes"], box, thinning, languages)
        made["lakes"] = [one for one, _ in found]
        water = shapely.union_all([shape for _, shape in found])
    if "rivers" in read:
        made["rivers"] = list(parts.lines(read["rivers"], box, thinning, languages, water))
    if "governorates" in read:
        made["governorates"] = list(parts.units(read["governorates"], box, thinning))
    if "roads" in read:
        made["roads"] = list(parts.lines(read["roads"], box, thinning, languages))
    if "towns" in read:
        made["towns"] = parts.towns(read["towns"], box, languages)
    return made


def _home(part: Part, areas: Areas, wanted: Sequence[str]) -> list[str]:
    """Return the keys of the countries that are home."""
    codes = {key: {key, part.text(row, "iso")} for key, row in areas.rows.items()}
    for code in wanted:
        if not any(code in known for known in codes.values()):
            listed = ", ".join(sorted(codes))
            raise QueryError("home", code, f"no country in view has this code; known: {listed}")
    return [key for key, known in codes.items() if known & set(wanted)]
