"""Geodesic ground truth by brute force, and names for recipes: for the tests of geo/ alone.

Distances come from pyproj.Geod between points and a very dense sampling of a line, refined
between samples; nothing here calls geo/ but for the types that a recipe's inputs have.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from geo.lines import Pair, Place, Trace

GEOD = Geod(ellps="WGS84")
BOUND_M = 5.0
_ECEF = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)


def bounded(examples):
    """Return hypothesis settings: so many examples, the same ones on every run."""
    return settings(
        deadline=None,
        derandomize=True,
        max_examples=examples,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def place(lon, lat, u=100.0, name="here"):
    return Place(name, float(lon), float(lat), float(u))


def near(lon, reference):
    """Return longitudes moved by whole turns to within 180 degrees of another."""
    return reference + (np.asarray(lon) - reference + 180.0) % 360.0 - 180.0


def gap_m(one, other):
    """Return the geodesic distance between two lon, lat pairs."""
    return GEOD.inv(one[0], one[1], other[0], other[1])[2]


def ahead_of(lon, lat, azimuth, metres):
    """Return the point so far from a place, its longitude continuous with the place's."""
    x, y, _ = GEOD.fwd(lon, lat, azimuth, metres)
    return np.array([float(near(x, lon)), y])


def walk(lon, lat, legs):
    """Return the path (n, 2) of legs (azimuth, metres) from a place."""
    coords = [np.array([lon, lat])]
    for azimuth, metres in legs:
        coords.append(ahead_of(*coords[-1], azimuth, metres))
    return np.array(coords)


def sway(lon, lat, azimuth, length_m, offsets_m):
    """Return a line (n, 2) along an azimuth that sways by so much to its right, never back."""
    coords = []
    for index, offset in enumerate(offsets_m):
        x, y, back = GEOD.fwd(lon, lat, azimuth, index * length_m / (len(offsets_m) - 1))
        coords.append(ahead_of(float(near(x, lon)), y, back + 180.0 + 90.0, offset))
    return np.array(coords)


@dataclass
class Route:
    """A line sampled on its geodesics, every 25 m."""

    coords: np.ndarray
    step_m: float = 25.0
    points: np.ndarray = field(init=False)

    def __post_init__(self):
        points = [self.coords[:1]]
        for (x, y), (to_x, to_y) in zip(self.coords[:-1], self.coords[1:], strict=True):
            azimuth, _, length = GEOD.inv(x, y, to_x, to_y)
            at = np.linspace(0.0, length, max(1, math.ceil(length / self.step_m)) + 1)[1:]
            full = np.full(len(at), 1.0)
            lon, lat, _ = GEOD.fwd(x * full, y * full, azimuth * full, at)
            points.append(np.column_stack([near(lon, x), lat]))
            points[-1][-1] = near(to_x, to_x), to_y
        self.points = np.vstack(points)
        self._xyz = _space(self.points)

    def distance(self, spots):
        """Return the geodesic distance to each spot, and which sample is nearest."""
        spots = np.atleast_2d(spots)
        nearest = np.concatenate([self._nearest(part) for part in np.array_split(spots, 8)])
        best = np.full(len(spots), np.inf)
        last = len(self.points) - 1
        for first in (np.maximum(nearest - 1, 0), np.minimum(nearest, last - 1)):
            a, b = self.points[first], self.points[first + 1]
            to_a, to_b, side = (_gaps(*pair) for pair in ((spots, a), (spots, b), (a, b)))
            # Between two samples the earth is flat: the foot by the law of cosines.
            foot = (to_a**2 - to_b**2 + side**2) / (2 * side)
            off = np.sqrt(np.maximum(to_a**2 - foot**2, 0.0))
            inside = (foot > 0) & (foot < side)
            best = np.minimum(best, np.where(inside, off, np.minimum(to_a, to_b)))
        return best, nearest

    def _nearest(self, spots):
        if not len(spots):
            return np.empty(0, int)
        xyz = _space(spots)
        square = (self._xyz**2).sum(axis=1)[None, :] - 2 * xyz @ self._xyz.T
        return square.argmin(axis=1)

    def beyond(self, spots):
        """Return how far each spot lies ahead of the end that it is nearest to, in metres.

        Negative where it lies behind the line across that end or is nearest to the inside.
        """
        _, nearest = self.distance(spots)
        result = np.full(len(spots), -np.inf)
        for end, inward, own in (
            (0, 1, nearest == 0),
            (-1, -2, nearest == len(self.points) - 1),
        ):
            result[own] = across(self.coords[end], self.coords[inward], spots[own])
        return result

    def in_corridor(self, spots, width_m):
        """Tell which spots lie within a width and are nearest to no end from beyond it."""
        return (self.distance(spots)[0] <= width_m) & (self.beyond(spots) <= 0)


def across(tip, inward, spots):
    """Return how far spots lie beyond the line across a path's tip, in metres."""
    full = np.ones(len(spots))
    out = GEOD.inv(tip[0], tip[1], inward[0], inward[1])[0] + 180.0
    azimuth, _, far = GEOD.inv(tip[0] * full, tip[1] * full, spots[:, 0], spots[:, 1])
    return np.asarray(far) * np.cos(np.radians(np.asarray(azimuth) - out))


def _gaps(one, other):
    return np.asarray(GEOD.inv(one[:, 0], one[:, 1], other[:, 0], other[:, 1])[2])


def _space(spots):
    x, y, z = _ECEF.transform(spots[:, 0], spots[:, 1], np.zeros(len(spots)))
    return np.column_stack([x, y, z])


def outline(geometry, most=800):
    """Return vertices and edge midpoints (degrees) of a shape's outline, evenly thinned."""
    spots = []
    for ring in shapely.get_parts(shapely.boundary(geometry)):
        coords = shapely.get_coordinates(ring)
        spots += [coords[:-1], (coords[:-1] + coords[1:]) / 2]
    every = np.vstack(spots)
    return every[:: max(1, len(every) // most)]


def scatter(geometry, seed, *, count=300, offset_m=6.0, most=250):
    """Return points about a shape: all over its box, and hard by its outline on both sides."""
    rng = np.random.default_rng(seed)
    west, south, east, north = geometry.bounds
    spots = [rng.uniform((west, south), (east, north), (count, 2))]
    scale = np.array([111_320.0 * math.cos(math.radians((south + north) / 2)), 110_900.0])
    for ring in shapely.get_parts(shapely.boundary(geometry)):
        coords = shapely.get_coordinates(ring)
        along = (coords[1:] - coords[:-1]) * scale
        long = np.hypot(*along.T)
        keep = long > 0.01
        normal = np.column_stack([-along[:, 1], along[:, 0]])[keep] / long[keep, None]
        middle = ((coords[:-1] + coords[1:]) / 2)[keep]
        stride = max(1, len(middle) // most)
        by = normal[::stride] * offset_m / scale
        spots += [middle[::stride] + by, middle[::stride] - by]
    return np.vstack(spots)


def clear_of_edge(geometry, spots, metres=BOUND_M):
    """Tell which spots lie farther than so much from a shape's outline (flat earth)."""
    edge = shapely.boundary(geometry)
    shapely.prepare(edge)
    result = []
    for lon, lat in spots:
        scale = np.array([111_320.0 * math.cos(math.radians(lat)), 110_900.0])
        box = shapely.box(*(np.array([lon, lat, lon, lat]) + np.array([-1, -1, 1, 1]) * 2e-3))
        near_edge = shapely.intersection(edge, box)
        flat = shapely.transform(near_edge, lambda c, o=(lon, lat), s=scale: (c - o) * s)
        result.append(flat.is_empty or flat.distance(shapely.Point(0, 0)) > metres)
    return np.array(result)


def covers(geometry, spots):
    """Tell which spots (degrees) a shape covers."""
    return shapely.intersects_xy(geometry, spots[:, 0], spots[:, 1])


def nested(shapes, tolerance_degrees=1e-6):
    """Tell whether inner lies in nominal and nominal in outer."""

    def held(small, large):
        grown = shapely.buffer(large, tolerance_degrees)
        parts = shapely.get_parts(small)
        return all(shapely.difference(part, grown).is_empty for part in parts)

    return held(shapes.inner, shapes.nominal) and held(shapes.nominal, shapes.outer)


LONS = st.floats(-180.0, 180.0)
LATS = st.floats(-59.0, 59.0)
AZIMUTHS = st.floats(0.0, 360.0)


@st.composite
def swaying(draw, *, azimuths=AZIMUTHS, reach_m=4000.0):
    """Draw a line of 20 to 80 km anywhere between 60 S and 60 N that sways to both sides."""
    length = draw(st.floats(20_000.0, 80_000.0))
    offsets = draw(st.lists(st.floats(-reach_m, reach_m), min_size=2, max_size=9))
    return sway(draw(LONS), draw(LATS), draw(azimuths), length, offsets)


@st.composite
def wandering(draw):
    """Draw a path of up to 80 km that hooks and doubles back, often with short end segments."""
    azimuth = draw(AZIMUTHS)
    legs = []
    for turn, metres in draw(
        st.lists(
            st.tuples(st.floats(-170.0, 170.0), st.floats(1500.0, 9000.0)), min_size=1, max_size=7
        )
    ):
        azimuth += turn
        legs.append((azimuth, metres))
    short = st.tuples(st.floats(-170.0, 170.0), st.floats(20.0, 400.0))
    if draw(st.booleans()):
        turn, metres = draw(short)
        legs.insert(0, (legs[0][0] + turn, metres))
    if draw(st.booleans()):
        turn, metres = draw(short)
        legs.append((azimuth + turn, metres))
    return walk(draw(LONS), draw(LATS), legs)


@dataclass
class Names:
    """What recipes name, from dictionaries."""

    places: dict[str, Place] = field(default_factory=dict)
    traces: dict[str, Trace] = field(default_factory=dict)
    lists: dict[str, Sequence[Pair]] = field(default_factory=dict)
    zones: dict[str, object] = field(default_factory=dict)
    shapes: dict[str, object] = field(default_factory=dict)
    lon: float = 0.0

    def place(self, name):
        return self.places[name]

    def trace(self, name):
        return self.traces[name]

    def pairs(self, name):
        return self.lists[name]

    def zone(self, op):
        return self.zones[op.id]

    def shape(self, name):
        return self.shapes[name]
