"""Planes, densifying and the antimeridian."""

import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from geo.crs import STEP_M, LocalPlane, densify, split_antimeridian, unwrap
from tests.support.geodesy import GEOD, LATS, LONS, Route, ahead_of, bounded, covers, near, walk

LINE = walk(36.0, 60.0, [(90, 99_900), (200, 39_900), (10, 300)])


def test_densify_leaves_no_edge_longer_than_a_kilometre_and_keeps_every_vertex():
    dense, owner = densify(LINE)
    lengths = GEOD.inv(dense[:-1, 0], dense[:-1, 1], dense[1:, 0], dense[1:, 1])[2]
    assert max(lengths) <= STEP_M + 1e-6
    assert {tuple(v) for v in LINE} <= {tuple(v) for v in dense}
    assert owner.tolist() == [0] * 100 + [1] * 40 + [2]


def test_densify_keeps_to_the_geodesics():
    dense, _ = densify(LINE)
    middles = (dense[:-1] + dense[1:]) / 2
    assert Route(LINE, 100.0).distance(np.vstack([dense, middles]))[0].max() < 0.05


def test_densify_keeps_longitudes_continuous_over_the_antimeridian():
    line = np.array([[179.5, 50.0], [180.5, 50.2], [-179.5 + 360, 51.0]])
    dense, _ = densify(line)
    assert np.abs(np.diff(dense[:, 0])).max() < 0.1
    assert dense[:, 0].max() == 180.5


@bounded(50)
@given(st.floats(-720, 720), st.floats(-360, 360))
@example(-180.0, 180.0)
def test_unwrap_moves_by_whole_turns_to_within_half_a_turn(lon, reference):
    moved = float(unwrap(np.array([lon]), reference)[0])
    assert abs(moved - reference) <= 180.0 + 1e-9
    assert (moved - lon) / 360.0 == pytest.approx(round((moved - lon) / 360.0), abs=1e-9)


def test_unwrap_changes_no_bit_where_no_turn_is_needed():
    lon = 36.123456789012345
    assert float(unwrap(np.array([lon]), 38.7)[0]) == lon


@bounded(40)
@given(LONS, LATS, st.floats(0, 360), st.floats(1.0, 70_000.0), st.floats(0, 20_000.0))
def test_distances_about_a_planes_centre_are_true_to_half_a_metre_in_20_km(
    lon, lat, azimuth, off, depth
):
    tip = ahead_of(lon, lat, azimuth, off)
    for turn in (0.0, 90.0, 200.0):
        other = ahead_of(*tip, azimuth + turn, depth)
        x, y = np.diff(LocalPlane(lon, lat).forward(np.array([tip, other])), axis=0)[0]
        assert abs(np.hypot(x, y) - depth) < 0.5


@bounded(40)
@given(LONS, LATS, st.floats(0, 360), st.floats(0, 100_000))
@example(180.0, 10.0, 90.0, 1000.0)
def test_a_plane_returns_what_it_was_given(lon, lat, azimuth, off):
    spot = ahead_of(lon, lat, azimuth, off)
    plane = LocalPlane(lon, lat)
    assert plane.inverse(plane.forward(spot[None, :]))[0] == pytest.approx(spot, abs=1e-9)


def test_a_plane_is_centred_on_the_middle_of_what_it_is_for():
    plane = LocalPlane.around(np.array([[36.0, 35.0], [37.0, 35.2]]), np.array([[36.5, 36.0]]))
    assert (plane.lon, plane.lat) == (36.5, 35.5)
    assert plane.forward(np.array([[36.5, 35.5]]))[0] == pytest.approx([0.0, 0.0])


def test_what_returns_from_a_plane_is_dense_and_valid():
    plane = LocalPlane(36.0, 35.0)
    # A notch 1e-9 m wide, as overlays leave them: in degrees its two sides would cross.
    notched = shapely.Polygon(
        [(0, 0), (9e4, 3e4), (9e4, 6e4), (4e4, 6e4), (4e4, 1.5e4), (4e4 - 1e-9, 6e4), (0, 6e4)]
    )
    back = plane.unproject(notched)
    assert back.is_valid
    coords = shapely.get_coordinates(plane.project(back))
    assert np.hypot(*np.diff(coords, axis=0).T).max() <= STEP_M + 0.1
    assert plane.unproject(shapely.Polygon()).is_empty


# The antimeridian (RFC 7946, 3.1.9).


def test_what_does_not_cross_the_antimeridian_stays_as_it_is():
    shape = shapely.box(170.0, 0.0, 180.0, 5.0)
    assert split_antimeridian(shape) is shape
    assert split_antimeridian(shapely.Polygon()).is_empty


@pytest.mark.parametrize("turn", [0.0, -360.0])
def test_an_area_over_the_antimeridian_is_cut_in_two(turn):
    cut = split_antimeridian(shapely.box(178.0 + turn, 10.0, 183.0 + turn, 12.0))
    assert cut.geom_type == "MultiPolygon"
    assert {part.bounds for part in cut.geoms} == {
        (178.0, 10.0, 180.0, 12.0),
        (-180.0, 10.0, -177.0, 12.0),
    }


def test_lines_and_points_over_the_antimeridian_come_into_range():
    line = split_antimeridian(shapely.LineString([(179.0, 0.0), (182.0, 3.0)]))
    assert line.length == pytest.approx(3 * 2**0.5)
    assert line.bounds == (-180.0, 0.0, 180.0, 3.0)
    assert split_antimeridian(shapely.Point(185.0, 3.0)).equals(shapely.Point(-175.0, 3.0))


def test_a_part_that_only_touches_the_antimeridian_leaves_no_line_behind():
    shape = shapely.MultiPolygon([shapely.box(178, 0, 180, 1), shapely.box(179, 5, 181, 6)])
    cut = split_antimeridian(shape)
    assert cut.geom_type == "MultiPolygon"
    assert len(cut.geoms) == 3
    assert cut.area == pytest.approx(4.0)


@bounded(20)
@given(st.floats(-185, 185), st.floats(0.1, 9.0), st.integers(0, 2**32 - 1))
def test_a_split_shape_holds_the_same_places(lon, size, seed):
    whole = shapely.Point(lon, 20.0).buffer(size)
    cut = split_antimeridian(whole)
    assert -180.0 <= cut.bounds[0] <= cut.bounds[2] <= 180.0
    spots = np.random.default_rng(seed).uniform((lon - 10, 10), (lon + 10, 30), (200, 2))
    moved = np.column_stack([near(spots[:, 0], 0.0), spots[:, 1]])
    assert np.array_equal(covers(whole, spots), covers(cut, moved))
