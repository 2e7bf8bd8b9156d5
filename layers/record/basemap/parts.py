"""Each part of a base map out of what files have: cut at the window, thinned, with its names.

Countries are thinned edge by edge, each shared edge once, so neighbours still fit, a border is one
line and the coast is the land's own edge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from layers.record.basemap.geojson import Feature, feature
from layers.record.basemap.layer_files import Part
from layers.record.basemap.thinning import Thinning
from layers.record.basemap.topology import Arc, Edge, arcs, edges_of
from layers.record.kinds import rank_of_population

# Natural Earth's classes of borders, and the words of the record.
_KINDS = {
    "International boundary (verify)": "international",
    "Indefinite (please verify)": "indefinite",
    "Disputed (please verify)": "disputed",
    "Line of control (please verify)": "line_of_control",
}
_KINDS |= {kind: kind for kind in _KINDS.values()}
# Pieces of a line shorter than so many degrees, or parts of the window's width, are what an edge
# or a lake left of one.
_SHORTEST = (0.02, 1e-3)
_TOWNS = 400
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Areas:
    """Areas by a key, with a row of each; rows of one key are one area."""

    shapes: dict[str, Any]
    rows: dict[str, Row]

    @classmethod
    def of(cls, part: Part, role: str) -> Areas:
        """Return the areas of a file, by the key that stands in the column of a role."""
        parts: dict[str, list[Any]] = defaultdict(list)
        rows: dict[str, Row] = {}
        for at, (row, shape) in enumerate(zip(part.rows, part.shapes, strict=True)):
            key = str(part.value(row, role) or f"feature {at + 1:05d}")
            parts[key].append(shape)
            rows.setdefault(key, row)
        whole = {
            key: some[0] if len(some) == 1 else shapely.union_all(shapely.set_precision(some, 1e-9))
            for key, some in parts.items()
        }
        return cls(whole, rows)


@dataclass(frozen=True, slots=True)
class Land:
    """Countries with their thinned edges."""

    part: Part
    areas: Areas
    edges: list[Arc]
    fits: bool
    """Whether neighbours share their edges, so that these are the borders and the coast."""

    @classmethod
    def of(cls, part: Part, areas: Areas, borders: Part | None, thin: Thinning) -> Land:
        """Thin the edges of countries once; leave out islets that would be specks."""
        shapes = list(areas.shapes.values())
        if not shapely.coverage_is_valid(shapes):  # each by itself
            alone = [arc for key, one in areas.shapes.items() for arc in arcs({key: one}, {})]
            return cls(part, areas, _thinned(alone, thin, 1.0), fits=False)
        kinds = _kinds(borders) if borders else {}
        whole = arcs(areas.shapes, kinds)
        for finer in (1.0, 2.0, 4.0, 8.0):
            edges = _thinned(whole, thin, finer)
            if MultiLineString([line for *_, line in edges]).is_simple:
                return cls(part, areas, edges, fits=True)
        return cls(part, areas, whole, fits=True)

    def code(self, key: str) -> str:
        """Return the two letters of ISO 3166-1, else the key of the file."""
        return self.part.text(self.areas.rows[key], "iso") or key

    def features(
        self, window: Polygon, languages: Sequence[str], home: Sequence[str]
    ) -> Iterator[Feature]:
        """Yield a feature for each country in the window, those at home first."""
        faces = self._faces()
        for key in sorted(faces, key=lambda one: (one not in home, one)):
            whole = shapely.union_all(faces[key]).intersection(window)
            clipped = shapely.get_parts(shapely.set_precision(whole, 1e-4))
            parts = [orient(one) for one in clipped if one.geom_type == "Polygon"]
            if parts:
                about = {"home": key in home} if home else {}
                row = self.areas.rows[key]
                iso = {} if key.startswith("feature ") else {"iso": self.code(key)}
                names = self.part.names(row, languages)
                shape = parts[0] if len(parts) == 1 else MultiPolygon(parts)
                yield feature({**about, **iso, **names}, shape)

    def _faces(self) -> dict[str, list[Any]]:
        """Return the areas that the thinned edges enclose, by the country they lie in."""
        found: dict[str, list[Any]] = defaultdict(list)
        groups: Iterable[tuple[list[Arc], Iterable[str]]] = [(self.edges, self.areas.shapes)]
        if not self.fits:
            groups = [
                ([arc for arc in self.edges if arc[0] == (key,)], [key])
                for key in self.areas.shapes
            ]
        for edges, keys in groups:
            lines = shapely.polygonize([LineString(line) for *_, line in edges])
            for face in shapely.get_parts(lines):
                inside = face.representative_point()
                for key in keys:
                    shapely.prepare(self.areas.shapes[key])
                    if self.areas.shapes[key].contains(inside):
                        found[key].append(face)
        return found

    def borders(self, window: Polygon) -> Iterator[Feature]:
        """Yield each border once; an edge without a kind has that of its border's longest edge."""
        by_length = sorted(self.edges, key=lambda edge: len(edge[2]))
        usual = {owners: kind for owners, kind, _ in by_length if kind}
        lines: dict[tuple[str, ...], list[np.ndarray]] = defaultdict(list)
        for owners, kind, line in self.edges:
            codes = sorted(self.code(one) for one in owners)
            if len(codes) == 2:
                lines[*codes, kind or usual.get(owners, "")].append(line)
        for (a, b, kind), some in sorted(lines.items()):
            yield from _cut({"a": a, "b": b, "kind": kind or None}, some, window)

    def coast(self, window: Polygon) -> Iterator[Feature]:
        """Yield the shores of each country."""
        lines: dict[str, list[np.ndarray]] = defaultdict(list)
        for owners, _, line in self.edges:
            if len(owners) != 2:
                lines[min(self.code(one) for one in owners)].append(line)
        for code, some in sorted(lines.items()):
            yield from _cut({"iso": code}, some, window)


def lakes(
    part: Part, window: Polygon, thinning: Thinning, languages: Sequence[str]
) -> list[tuple[Feature, BaseGeometry]]:
    """Return the lakes of a window, each part of one by itself, with their shapes."""
    found = []
    for row, shape in zip(part.rows, part.shapes, strict=True):
        names = part.names(row, languages)
        for area in shapely.get_parts(shape):
            lines = [shapely.get_coordinates(ring) for ring in (area.exterior, *area.interiors)]
            rings = [thinning.line(line) for line in lines if not thinning.is_speck(line)]
            if not area.intersects(window) or not rings:
                continue
            whole = Polygon(rings[0], rings[1:])
            whole = whole if whole.is_valid else area
            cut = shapely.get_parts(shapely.set_precision(whole.intersection(window), 1e-4))
            found += [
                (feature(names, orient(one)), one)
                for one in cut
                if one.geom_type == "Polygon" and not one.is_empty
            ]
    return found


def lines(
    part: Part,
    window: Polygon,
    thinning: Thinning,
    languages: Sequence[str],
    without: BaseGeometry | None = None,
) -> Iterator[Feature]:
    """Yield the lines of a file as it has them: rivers and roads with names, borders with kinds."""
    west, _, east, _ = window.bounds
    least = min(_SHORTEST[0], (east - west) * _SHORTEST[1])
    for row, shape in zip(part.rows, part.shapes, strict=True):
        about: dict[str, Any] = {"id": said} if (said := part.text(row, "id")) else {}
        if part.name == "borders":
            about["kind"] = _KINDS.get(str(part.value(row, "kind")))
        elif part.name in ("rivers", "roads"):
            about |= part.names(row, languages)
        thin = [thinning.line(shapely.get_coordinates(one)) for one in shapely.get_parts(shape)]
        cut = MultiLineString(thin).intersection(window)
        kept = _longer(cut.difference(without) if without is not None else cut, least)
        if kept:
            whole = MultiLineString(kept) if "Multi" in shape.geom_type else shapely.union_all(kept)
            yield feature(about, shapely.remove_repeated_points(whole, 1e-4))


def units(part: Part, window: Polygon, thinning: Thinning) -> Iterator[Feature]:
    """Yield the lines between the units of a country, without its outer border."""
    if part.dimension == 1:
        yield from lines(part, window, thinning, ())
        return
    areas = Areas.of(part, "unit")
    country = {key: part.value(row, "country") for key, row in areas.rows.items()}
    between: dict[tuple[str, ...], list[np.ndarray]] = defaultdict(list)
    for owners, _, line in arcs(areas.shapes, {}):
        if len(owners) == 2 and country[owners[0]] == country[owners[1]]:
            between[owners].append(thinning.line(line))
    for (a, b), some in sorted(between.items()):
        yield from _cut({"a": a, "b": b}, some, window)


def unit_names(part: Part, window: Polygon, languages: Sequence[str]) -> list[Row]:
    """Return the names of units, and a point to write each at."""
    if part.dimension == 1:
        return []
    areas, found = Areas.of(part, "unit"), []
    for key, row in sorted(areas.rows.items()):
        inside = areas.shapes[key].representative_point()
        lon, lat = part.value(row, "lon"), part.value(row, "lat")
        if not (isinstance(lon, float) and isinstance(lat, float)):
            lon, lat = inside.x, inside.y
        if window.contains(Point(lon, lat)):
            names = part.names(row, languages)
            found.append({"iso": key, **names, "lon": round(lon, 4), "lat": round(lat, 4)})
    return found


def towns(part: Part, window: Polygon, languages: Sequence[str]) -> list[Feature]:
    """Return the greatest towns of a window with their names and ranks, the greatest first."""
    found = []
    for row, shape in zip(part.rows, shapely.centroid(part.shapes), strict=True):
        names = part.names(row, languages)
        if not any(names.values()) or not window.contains(shape):
            continue
        people = part.value(row, "population")
        people = float(people) if isinstance(people, int | float) else 0.0
        about = {**names, "rank": rank_of_population(people)}
        found.append((-people, feature(about, shape)))
    found.sort(key=lambda one: (one[0], str(one[1])))
    return [one for _, one in found[:_TOWNS]]


def _kinds(borders: Part) -> dict[Edge, str]:
    return {
        edge: kind
        for row, line in zip(borders.rows, borders.shapes, strict=True)
        if (kind := _KINDS.get(str(borders.value(row, "kind"))))
        for edge in edges_of(line)
    }


def _thinned(whole: list[Arc], thin: Thinning, finer: float) -> list[Arc]:
    out = []
    for owners, kind, line in whole:
        closed = len(owners) == 1 and np.array_equal(line[0], line[-1])
        if not (closed and thin.is_speck(line)):
            out.append((owners, kind, thin.line(line, finer)))
    return out


def _cut(about: Row, lines: Iterable[np.ndarray], window: Polygon) -> Iterator[Feature]:
    """Yield lines cut at the window as one feature, none where too little is left of them."""
    rounded = MultiLineString([np.round(line, 5) for line in lines])
    west, _, east, _ = window.bounds
    kept = _longer(rounded.intersection(window), min(0.002, (east - west) * 1e-4))
    if kept:
        whole = kept[0] if len(kept) == 1 else MultiLineString(kept)
        yield feature(about, shapely.remove_repeated_points(whole, 1e-4))


def _longer(cut: BaseGeometry, least: float) -> list[LineString]:
    """Return the lines of a cut, joined, that are longer than so many degrees."""
    whole = shapely.line_merge(cut) if cut.geom_type == "MultiLineString" else cut
    parts = shapely.get_parts(whole)
    return [one for one in parts if one.geom_type == "LineString" and one.length > least]
