"""Shapes beside a line, lines moved to one side, rectangles and polygons, against pyproj.Geod."""

import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from geo import lines, shapes
from geo.errors import GeometryError
from geo.offsets import offset_line, offset_place, side_towards
from tests.support.geodesy import (
    AZIMUTHS,
    BOUND_M,
    GEOD,
    LATS,
    LONS,
    Route,
    ahead_of,
    bounded,
    clear_of_edge,
    covers,
    gap_m,
    near,
    nested,
    outline,
    place,
    scatter,
    sway,
    swaying,
    walk,
)

LEVANT = (36.8, 35.6)
OVER_180 = sway(179.7, 51.0, 80.0, 60_000.0, [0.0, 3000.0, -2000.0, 1000.0])
DEPTHS = st.floats(500.0, 12_000.0)


def sure(coords, u=0.0):
    return lines.line(np.asarray(coords, float), [u] * (len(coords) - 1))


def leftward(route, spots):
    """Tell which spots lie to the left of a route at the sample that is nearest to them.

    What is nearest to a corner lies on the outside of its turn.
    """
    _, nearest = route.distance(spots)
    at = np.clip(nearest, 1, len(route.points) - 2)
    before, after = (
        np.asarray(GEOD.inv(*route.points[one].T, *route.points[other].T)[0])
        for one, other in ((at - 1, at), (at, at + 1))
    )
    to = np.asarray(GEOD.inv(*route.points[at].T, *spots.T)[0])
    left = [np.sin(np.radians(to - along)) < 0 for along in (before, after)]
    turns_right = np.sin(np.radians(after - before)) > 0
    return np.where(left[0] == left[1], left[0], turns_right)


@bounded(4)
@given(swaying(), DEPTHS, st.one_of(st.just(0.0), DEPTHS), st.integers(0, 2**32 - 1))
@example(OVER_180, 9000.0, 3000.0, 1)
def test_a_corridor_reaches_its_own_distance_to_either_side(coords, left, right, seed):
    drawn = shapes.sided_corridor(sure(coords), (left, left), (right, right)).nominal
    judge = Route(coords)
    spots = scatter(drawn, seed)
    spots = spots[clear_of_edge(drawn, spots) & (np.abs(judge.beyond(spots)) > 30.0)]
    far, on_left = judge.distance(spots)[0], leftward(judge, spots)
    spots, far, on_left = (each[far > BOUND_M] for each in (spots, far, on_left))
    held = np.where(on_left, far <= left, far <= right) & (judge.beyond(spots) <= 0)
    assert np.array_equal(covers(drawn, spots), held)
    rim = outline(drawn)
    far, on_left = judge.distance(rim)[0], leftward(judge, rim)
    assert (far - np.where(on_left | (far < BOUND_M), left, right)).max() <= BOUND_M


@bounded(4)
@given(swaying(), st.floats(100.0, 2500.0), st.tuples(DEPTHS, st.floats(0.0, 3000.0)))
def test_a_corridors_certain_and_possible_parts_are_what_its_line_leaves_when_it_moves(
    coords, u, depth
):
    left, right = (depth[0], sum(depth)), (2000.0, 3000.0)
    drawn = shapes.sided_corridor(sure(coords, u), left, right)
    assert nested(drawn)
    judge = Route(coords)
    spots = scatter(drawn.outer, 5)
    nearest = judge.distance(spots)[1]
    inside = (nearest > 160) & (nearest < len(judge.points) - 160)
    spots = spots[inside]  # the ends, 4 km here, move by their own uncertainty
    far, on_left = judge.distance(spots)[0], leftward(judge, spots)
    signed = np.where(on_left, far, -far)
    certain = (signed <= left[0] - u) & (signed >= u - right[0])
    possible = (signed <= left[1] + u) & (signed >= -right[1] - u)
    for geometry, rule in ((drawn.inner, certain), (drawn.outer, possible)):
        clear = clear_of_edge(geometry, spots) & (far > BOUND_M)
        assert np.array_equal(covers(geometry, spots)[clear], rule[clear])


def test_a_corridor_of_equal_sides_is_a_corridor():
    route = lines.line(walk(*LEVANT, [(70, 25_000), (40, 25_000)]), [500.0, 2000.0])
    one = shapes.corridor(route, (5000.0, 6000.0))
    other = shapes.sided_corridor(route, (5000.0, 6000.0), (5000.0, 6000.0))
    for reading in ("nominal", "inner", "outer"):
        a, b = getattr(one, reading), getattr(other, reading)
        assert a.symmetric_difference(b).area < 1e-5 * a.area


@pytest.mark.parametrize("turn", [1, -1])
def test_a_corridor_inside_or_outside_a_closed_line(turn):
    ring = walk(*LEVANT, [(90, 20_000), (0, 20_000), (270, 20_000)])
    ring = np.vstack([ring, ring[:1]])[::turn]  # run the other way, its inside is on its right
    inside = shapely.Polygon(ring)
    drawn = shapes.sided_corridor(sure(ring), (3000.0, 3000.0), (0.0, 0.0)).nominal
    assert not drawn.is_empty
    common = drawn.intersection(inside).area / drawn.area
    assert common == pytest.approx(1.0 if turn == 1 else 0.0, abs=1e-3)


def test_a_line_that_turns_back_on_its_end_has_no_sides_to_tell_apart():
    loop = [(turn, 6000.0) for turn in range(90, -271, -30)]
    hook = walk(*LEVANT, [(90, 30_000), *loop[1:], (-90, 500.0)])
    inwards = np.vstack([hook, ahead_of(*hook[-1], 0.0, 9000.0)])
    with pytest.raises(GeometryError, match="its left and its right are one"):
        shapes.sided_corridor(sure(inwards), (9000.0, 9000.0), (0.0, 0.0))


# Bands that are not cut by meridians.


@pytest.mark.parametrize(("azimuth", "reach"), [(2.0, 60_000.0), (178.0, 60_000.0), (90.0, 60_000)])
def test_a_side_is_found_for_a_border_that_runs_any_way(azimuth, reach):
    border = sure(sway(*LEVANT, azimuth, reach, [0.0, 1500.0, -1500.0, 0.0]))
    middle = border.coords[1]
    for off, side in ((-90.0, "left"), (90.0, "right")):
        assert side_towards(border, place(*ahead_of(*middle, azimuth + off, 20_000.0))) == side
    with pytest.raises(GeometryError, match="lies on the line"):
        side_towards(border, place(*middle))


# Lines moved to one side.


@bounded(12)
@given(swaying(reach_m=2000.0), st.floats(500.0, 15_000.0), st.sampled_from(["left", "right"]))
@example(OVER_180, 9000.0, "left")
def test_a_moved_line_lies_at_its_distance_on_its_side(coords, metres, side):
    moved = offset_line(sure(coords, 300.0), (metres, metres), side)
    judge = Route(coords)
    spots = Route(moved.coords, 500.0).points
    far, _ = judge.distance(spots)
    assert np.abs(far - metres).max() <= BOUND_M
    assert (leftward(judge, spots[1:-1]) == (side == "left")).mean() > 0.98
    azimuth = GEOD.inv(*coords[0], *coords[-1])[0]
    assert GEOD.inv(*moved.coords[0], *moved.coords[-1])[0] == pytest.approx(azimuth, abs=60)
    assert set(moved.uncertainty_m) == {300.0}
    # It reaches from end to end: its tips lie across those of the line.
    for tip, own in zip(moved.coords[[0, -1]], coords[[0, -1]], strict=True):
        assert gap_m(tip, own) == pytest.approx(metres, abs=BOUND_M)


def test_a_moved_lines_stretches_are_as_unsure_as_those_they_were_moved_from():
    route = lines.line(walk(*LEVANT, [(90, 20_000)] * 2), [200.0, 900.0], unsourced=[False, True])
    moved = offset_line(route, (4000.0, 6000.0), "left")
    assert set(moved.uncertainty_m) == {1200.0, 1900.0}  # half of what the interval leaves open
    assert moved.end_uncertainty_m == (1200.0, 1900.0)
    assert moved.unsourced[-1]
    assert not moved.unsourced[0]
    middle = moved.coords[len(moved.coords) // 2]
    assert Route(route.coords).distance(middle)[0] == pytest.approx(5000.0, abs=BOUND_M)


def test_a_closed_line_moves_inwards_and_outwards_and_never_to_nothing():
    ring = walk(*LEVANT, [(90, 20_000), (0, 20_000), (270, 20_000)])
    ring = sure(np.vstack([ring, ring[:1]]))
    inwards, outwards = (offset_line(ring, (3000.0, 3000.0), side) for side in ("left", "right"))
    areas = [shapely.Polygon(line.coords).area for line in (inwards, ring, outwards)]
    assert inwards.closed
    assert outwards.closed
    assert areas == sorted(areas)
    with pytest.raises(GeometryError, match="leaves nothing"):
        offset_line(ring, (11_000.0, 11_000.0), "left")


# Points at a distance and bearing.


@bounded(25)
@given(
    LONS,
    LATS,
    st.tuples(st.floats(1000.0, 60_000.0), st.floats(0.0, 5000.0)),
    AZIMUTHS,
    st.floats(0.0, 90.0),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
@example(30.0, 60.0, (50_000.0, 0.0), 350.0, 45.0, (1.0, 1.0))
def test_a_point_on_a_bearing_is_off_by_all_that_is_left_open(lon, lat, size, start, width, at):
    distance = size[0], sum(size)
    spot = offset_place(place(lon, lat, 50.0), distance, (start, width))
    middle = ahead_of(lon, lat, start + width / 2, sum(distance) / 2)
    assert gap_m((spot.lon, spot.lat), middle) < 0.01
    metres = distance[0] + at[0] * size[1]
    any_of_it = ahead_of(lon, lat, start + at[1] * width, metres)
    assert gap_m((spot.lon, spot.lat), any_of_it) <= spot.uncertainty_m - 50.0 + BOUND_M


# Rectangles.


@bounded(12)
@given(LONS, LATS, AZIMUTHS, st.floats(500.0, 60_000.0), st.floats(500.0, 60_000.0))
@example(30.0, 60.0, 45.0, 60_000.0, 60_000.0)
@example(179.99, -20.0, 0.0, 2000.0, 2000.0)
def test_a_rectangles_sides_lie_at_half_its_sizes(lon, lat, bearing, length, width):
    drawn = shapes.rectangle(place(lon, lat, 0.0), (length, length), (width, width), bearing)
    tips = [ahead_of(lon, lat, bearing + turn, length / 2) for turn in (180.0, 0.0)]
    axis = Route(np.array([tips[0], [lon, lat], tips[1]]))
    rim = outline(drawn.nominal)
    far, beyond = axis.distance(rim)[0], axis.beyond(rim)
    at_end = np.abs(beyond) <= BOUND_M
    assert np.abs(far - width / 2)[~at_end].max() <= BOUND_M
    assert far.max() <= width / 2 + BOUND_M
    assert at_end.any()


def test_a_rectangle_is_surely_and_possibly_so_large_as_its_middle_may_be_off():
    drawn = shapes.rectangle(place(*LEVANT, 300.0), (4000.0, 6000.0), (2000.0, 2000.0), 90.0)
    assert nested(drawn)
    for geometry, long, wide in (
        (drawn.inner, 1700.0, 700.0),
        (drawn.nominal, 3000.0, 1000.0),
        (drawn.outer, 3300.0, 1300.0),
    ):
        for azimuth, metres in ((90.0, long), (270.0, long), (0.0, wide), (180.0, wide)):
            assert geometry.covers(shapely.Point(ahead_of(*LEVANT, azimuth, metres - BOUND_M)))
            assert not geometry.covers(shapely.Point(ahead_of(*LEVANT, azimuth, metres + BOUND_M)))
    assert shapes.rectangle(place(*LEVANT, 1000.0), (2e3, 2e3), (2e3, 2e3), 0.0).inner.is_empty


# Polygons.


def square(east, north, side_m=9000.0):
    corner = ahead_of(*ahead_of(*LEVANT, 90.0, east), 0.0, north)
    return walk(*corner, [(90, side_m), (0, side_m), (270, side_m)])


def test_units_taken_together_are_unsure_along_their_outline_alone():
    ring = square(0.0, 0.0)
    east = walk(*ring[1], [(90, 9000), (0, 9000)])
    beside = np.vstack([ring[1], east[1:], ring[2]])  # shares the edge between ring[1] and ring[2]
    drawn = shapes.units([(shapely.Polygon(ring), 200.0), (shapely.Polygon(beside), 900.0)])
    assert nested(drawn)
    assert drawn.uncertainty_m == 900.0
    assert drawn.nominal.geom_type == "Polygon"
    seam = shapely.Point((ring[1] + ring[2]) / 2)
    assert drawn.inner.covers(seam)
    for edge, u in (((ring[0] + ring[3]) / 2, 200.0), ((east[1] + east[2]) / 2, 900.0)):
        far = Route(np.array([ring[0], ring[3]] if u == 200.0 else east[1:])).distance(
            outline(drawn.inner)
        )[0]
        assert far.min() == pytest.approx(u, abs=BOUND_M)
        assert drawn.outer.covers(shapely.Point(edge))


@bounded(5)
@given(LONS, LATS, AZIMUTHS, st.floats(100.0, 2000.0))
def test_a_polygons_edges_are_geodesics_that_may_be_off_by_what_is_stated(lon, lat, azimuth, u):
    ring = walk(lon, lat, [(azimuth, 40_000), (azimuth - 80, 30_000), (azimuth - 170, 35_000)])
    closed = np.vstack([ring, ring[:1]])
    closed[:, 0] = near(closed[:, 0], lon)
    drawn = shapes.area([sure(closed, u)], bulges_m=[0.0], names=[None])
    other = shapes.units([(shapely.Polygon(closed), u)])
    for one in (drawn, other):
        for geometry, off in ((one.inner, u), (one.nominal, 0.0), (one.outer, u)):
            far = Route(closed, 200.0).distance(outline(geometry))[0]
            assert np.abs(far - off).max() <= BOUND_M
