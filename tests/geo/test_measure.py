"""Lengths, areas and distances, against pyproj.Geod."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from geo import shapes
from geo.crs import densify, split_antimeridian
from geo.measure import area_m2, distance_m, length_m
from tests.support.geodesy import (
    GEOD,
    LATS,
    LONS,
    Route,
    ahead_of,
    bounded,
    gap_m,
    place,
    sway,
    swaying,
    walk,
)

SQUARE = shapely.box(36.0, 35.0, 36.5, 35.4)


def test_length_is_the_sum_of_a_lines_geodesics():
    coords = walk(179.9, 35.0, [(80, 12_000), (170, 3000), (300, 500)])
    assert length_m(shapely.LineString(coords)) == pytest.approx(15_500.0, abs=1e-3)
    two = shapely.MultiLineString([coords, [(0, 0), (0, 1)]])
    assert length_m(two) == pytest.approx(15_500.0 + gap_m((0, 0), (0, 1)), abs=1e-3)


def test_areas_and_points_have_no_length():
    assert length_m(SQUARE) == 0
    assert length_m(shapely.Point(36, 35)) == 0


@bounded(20)
@given(LONS, LATS, st.floats(1000.0, 50_000.0))
def test_the_area_of_a_disc_is_that_of_a_spherical_cap_within_the_flattening(lon, lat, radius):
    cap = 2 * math.pi * 6_371_008.8**2 * (1 - math.cos(radius / 6_371_008.8))
    assert area_m2(shapes.disc(lon, lat, radius)) == pytest.approx(cap, rel=2e-3)


def test_area_is_geods_whichever_way_the_ring_runs():
    truth = abs(GEOD.polygon_area_perimeter([36, 36.5, 36.5, 36], [35, 35, 35.4, 35.4])[0])
    assert area_m2(SQUARE) == pytest.approx(truth, rel=1e-9)
    assert area_m2(SQUARE.reverse()) == pytest.approx(truth, rel=1e-9)


@pytest.mark.parametrize("turn", [1, -1])
def test_a_hole_does_not_count_whichever_way_it_runs(turn):
    hole = shapely.box(36.1, 35.1, 36.2, 35.2)
    ring = list(hole.exterior.coords)[::turn]
    holed = shapely.Polygon(SQUARE.exterior.coords, [ring])
    assert area_m2(holed) == pytest.approx(area_m2(SQUARE) - area_m2(hole), rel=1e-9)


def test_parts_add_up_and_lines_have_no_area():
    other = shapely.box(40.0, 35.0, 40.5, 35.4)
    assert area_m2(shapely.MultiPolygon([SQUARE, other])) == pytest.approx(2 * area_m2(SQUARE))
    assert area_m2(shapely.LineString([(0, 0), (1, 1)])) == 0


def test_cutting_at_the_antimeridian_changes_no_area():
    whole = shapes.disc(179.9, 20.0, 40_000.0)
    cut = split_antimeridian(whole)
    assert len(cut.geoms) == 2
    assert area_m2(cut) == pytest.approx(area_m2(whole), rel=1e-7)


@bounded(25)
@given(swaying(), st.floats(0, 360), st.floats(0, 60_000.0))
@example(sway(179.8, 55.0, 85.0, 40_000.0, [0.0, 2000.0, 0.0]), 30.0, 8000.0)
def test_distance_to_a_line_is_the_geodesic_one(coords, azimuth, off):
    spot = ahead_of(*coords[len(coords) // 2], azimuth, off)
    truth = Route(coords).distance(spot)[0][0]
    line = shapely.LineString(densify(coords)[0])
    assert distance_m(spot[0], spot[1], line) == pytest.approx(truth, abs=0.1)


@bounded(25)
@given(LONS, LATS, st.floats(100.0, 50_000.0), st.floats(0, 360), st.floats(0, 2.0))
def test_distance_to_an_areas_edge_is_unsigned_inside_and_out(lon, lat, radius, azimuth, part):
    spot = ahead_of(lon, lat, azimuth, radius * part)
    far = distance_m(*spot, shapes.disc(lon, lat, radius))
    assert far == pytest.approx(radius * abs(part - 1.0), abs=0.6)


def test_distance_to_a_point_is_the_geodesic_one():
    assert distance_m(36.0, 35.0, shapely.Point(37.0, 36.0)) == pytest.approx(
        gap_m((36, 35), (37, 36)), abs=1e-3
    )


def test_there_is_no_distance_to_nothing():
    assert distance_m(36.0, 35.0, None) is None
    assert distance_m(36.0, 35.0, shapely.Polygon()) is None


def test_within_an_area_the_edge_counts_also_beside_a_point_or_a_line():
    disc = shapes.disc_shapes(place(36.0, 35.0), (10_000.0, 10_000.0))
    apart = shapes.point(place(37.0, 35.0))
    both = shapes.union([disc, apart]).nominal
    assert distance_m(36.0, 35.0, both) == pytest.approx(10_000.0, abs=0.6)
    assert distance_m(37.0, 35.001, both) == pytest.approx(gap_m((37, 35), (37, 35.001)), abs=0.1)


def test_the_antimeridian_is_no_edge_of_an_area_that_it_cuts():
    cut = split_antimeridian(shapes.disc(179.99, 20.0, 30_000.0))
    for lon in (179.99, -179.99, 180.0, -180.0):
        truth = 30_000.0 - gap_m((lon, 20.0), (179.99, 20.0))
        assert distance_m(lon, 20.0, cut) == pytest.approx(truth, abs=0.6)


def test_an_areas_hole_has_an_edge():
    holed = shapely.difference(shapes.disc(36, 35, 30_000.0), shapes.disc(36, 35, 10_000.0))
    spot = ahead_of(36.0, 35.0, 40.0, 12_000.0)
    assert distance_m(*spot, holed) == pytest.approx(2000.0, abs=0.6)
    assert np.isfinite(area_m2(holed))
