"""Shapes: what each construction promises, against pyproj.Geod."""

import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st

from geo import lines, shapes
from geo.errors import GeometryError
from geo.lines import Pair
from tests.support.geodesy import (
    BOUND_M,
    GEOD,
    LATS,
    LONS,
    Route,
    across,
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
    wandering,
)

EAST_WEST_60N = np.array([[30.0, 60.0], [31.79, 60.0]])  # 100 km
OVER_180 = sway(179.7, 51.0, 80.0, 60_000.0, [0.0, 3000.0, -2000.0, 1000.0])
LEVANT = (36.8, 35.6)


def sure(coords, u=0.0):
    return lines.line(np.asarray(coords, float), [u] * (len(coords) - 1))


def offset_place(coords, right_m, u=0.0):
    """Return a place so far to the right of a line's middle vertex."""
    middle = len(coords) // 2
    azimuth = GEOD.inv(*coords[middle - 1], *coords[middle])[0]
    return place(*ahead_of(*coords[middle], azimuth + 90.0, right_m), u)


# Accuracy: the distance that a text states, on the ellipsoid.


@bounded(12)
@given(swaying(), st.floats(500.0, 12_000.0))
@example(EAST_WEST_60N, 6000.0)
@example(OVER_180, 6000.0)
def test_corridor_flank_lies_at_the_half_width(coords, width):
    spots = outline(shapes.corridor(sure(coords), (width, width)).nominal)
    far, _ = Route(coords).distance(spots)
    at_end = np.zeros(len(spots), bool)
    for tip, inward in ((coords[0], coords[1]), (coords[-1], coords[-2])):
        level = np.abs(across(tip, inward, spots)) <= BOUND_M
        to_tip = np.array([gap_m(tip, spot) for spot in spots])
        at_end |= level & (to_tip <= width + BOUND_M)
        # Where the line bends near its end: as near to the tip as to the rest.
        at_end |= (across(tip, inward, spots) > 0) & (to_tip - far <= 2 * BOUND_M)
    assert at_end.any()
    assert np.abs(far - width)[~at_end].max() <= BOUND_M
    assert far[at_end].max() <= width + BOUND_M


@bounded(20)
@given(LONS, LATS, st.floats(10.0, 55_000.0))
@example(180.0, 60.0, 50_000.0)
def test_disc_rim_lies_at_the_radius(lon, lat, radius):
    spots = outline(shapes.disc(lon, lat, radius))
    full = np.ones(len(spots))
    far = GEOD.inv(lon * full, lat * full, spots[:, 0], spots[:, 1])[2]
    assert np.abs(np.asarray(far) - radius).max() <= min(BOUND_M, radius / 10)


def swaying_area(coords):
    """Return an area to the right of a line, the line being its edge 'front'."""
    azimuth = GEOD.inv(*coords[0], *coords[-1])[0]
    back = [place(*ahead_of(*coords[i], azimuth + 90.0, 45_000.0), 0.0) for i in (-1, 0)]
    ring = [sure(coords), *(lines.corner(p) for p in back)]
    return shapes.area(ring, bulges_m=[0.0] * 3, names=["front", None, None])


@bounded(12)
@given(swaying(), st.floats(2000.0, 20_000.0))
@example(EAST_WEST_60N, 20_000.0)
@example(OVER_180, 15_000.0)
def test_strip_ends_at_its_depth(coords, depth):
    whole = swaying_area(coords)
    spots = outline(shapes.strip(whole, whole.edges["front"], (depth, depth)).nominal)
    far, _ = Route(coords).distance(spots)
    ring = shapely.get_coordinates(shapely.boundary(whole.nominal))
    on_ring = Route(ring, 250.0).distance(spots)[0] <= BOUND_M
    assert (~on_ring).any()
    assert np.abs(far - depth)[~on_ring].max() <= BOUND_M
    assert far.max() <= depth + BOUND_M


EASTWARDS = st.one_of(st.floats(50.0, 130.0), st.floats(230.0, 310.0))


def band_of(coords, depth, *, right=True, u=0.0):
    """Return a band with its meridians at a quarter and three quarters of a border."""
    spots = Route(coords, 500.0).points
    ends = [place(*spots[len(spots) * k // 4], u) for k in (1, 3)]
    towards = offset_place(coords, 3000.0 if right else -3000.0)
    return shapes.band(sure(coords, u), towards, depth, (ends[0], ends[1])), ends


@bounded(12)
@given(swaying(azimuths=EASTWARDS, reach_m=2000.0), st.floats(2000.0, 12_000.0), st.booleans())
@example(EAST_WEST_60N, 10_000.0, True)
@example(OVER_180, 10_000.0, False)
def test_band_ends_at_its_depth(coords, depth, right):
    drawn, ends = band_of(coords, (depth, depth), right=right)
    spots = outline(drawn.nominal)
    far, _ = Route(coords).distance(spots)
    cut = np.min([np.abs(near(end.lon, spots[0, 0]) - spots[:, 0]) for end in ends], axis=0) < 1e-9
    free = ~cut & (far > BOUND_M)
    assert free.any()
    assert np.abs(far - depth)[free].max() <= BOUND_M
    assert far.max() <= depth + BOUND_M


def test_band_keeps_its_depth_along_a_border_much_longer_than_itself():
    border = sway(32.0, 36.5, 88.0, 900_000.0, [0.0, 5000.0, -5000.0, 0.0, 5000.0, 0.0])
    route = Route(border, 50.0)
    for at in (0.03, 0.9):
        ends = tuple(place(*route.points[int(len(route.points) * k)], 0.0) for k in (at, at + 0.06))
        towards = place(ends[0].lon + 0.2, ends[0].lat - 0.2)
        drawn = shapes.band(sure(border), towards, (10_000.0, 10_000.0), ends)
        far, _ = route.distance(outline(drawn.nominal))
        assert abs(far.max() - 10_000.0) <= BOUND_M


def test_an_edge_between_two_vertices_is_the_geodesic():
    azimuth, _, length = GEOD.inv(*EAST_WEST_60N[0], *EAST_WEST_60N[1])
    middle = ahead_of(*EAST_WEST_60N[0], azimuth, length / 2)
    assert middle[1] - 60.0 > 0.003  # the parallel runs more than 300 m south of it
    path = shapes.path(sure(EAST_WEST_60N, 500.0)).nominal
    far, _ = Route(shapely.get_coordinates(path)).distance(middle)
    assert far[0] < 0.1
    box = [place(lon, lat, 1.0) for lon, lat in [*EAST_WEST_60N, (31.79, 59.5), (30.0, 59.5)]]
    drawn = shapes.area([lines.corner(p) for p in box], bulges_m=[0.0] * 4, names=[None] * 4)
    edge = shapely.get_coordinates(shapely.boundary(drawn.nominal))
    assert Route(edge).distance(middle)[0][0] < 0.1


# The corridor's definition.


@bounded(12)
@given(wandering(), st.floats(200.0, 8000.0), st.integers(0, 2**32 - 1))
@example(walk(*LEVANT, [(0, 9000), (90, 4000), (180, 7000), (270, 3000)]), 3000.0, 1)
@example(walk(*LEVANT, [(90, 30), (0, 9000), (90, 500), (180, 5000)]), 400.0, 2)
@example(walk(179.98, -40.0, [(100, 5000), (250, 200), (10, 6000), (300, 50)]), 2500.0, 3)
def test_corridor_holds_what_is_within_its_width_and_not_beyond_an_end(coords, width, seed):
    drawn = shapes.corridor(sure(coords), (width, width)).nominal
    spots = scatter(drawn, seed)
    spots = spots[clear_of_edge(drawn, spots)]
    judge = Route(coords, 10.0)
    beyond = judge.beyond(spots)
    spots = spots[(beyond <= 0) | (beyond > 20.0)]  # nearer an end the judge's samples are too far
    assert np.array_equal(covers(drawn, spots), judge.in_corridor(spots, width))


@bounded(6)
@given(
    wandering(),
    st.lists(st.floats(0.0, 4000.0), min_size=9, max_size=9),
    st.tuples(st.floats(500.0, 3000.0), st.floats(0.0, 3000.0)),
    st.integers(0, 2**32 - 1),
)
@example(walk(*LEVANT, [(0, 9000), (90, 4000), (180, 7000)]), [500.0] * 9, (2000.0, 500.0), 1)
@example(
    np.array([[0.0, 0.0], [0.0, 1.35655422e-02], [5.81252776e-05, 1.33471537e-02]]),
    [0.0] * 9,
    (500.0, 0.0),
    0,
)
def test_corridors_certain_and_possible_parts_follow_each_stretch(coords, every_u, width, seed):
    low, high = width[0], sum(width)
    route = lines.line(coords, every_u[: len(coords) - 1])
    drawn = shapes.corridor(route, (low, high))
    longer = lines.extended(route, *route.end_uncertainty_m)
    shorter = lines.trimmed(route, *route.end_uncertainty_m)
    spots = scatter(drawn.outer, seed)

    def beside(line, width):
        near_some = [
            Route(line.coords[k : k + 2], 25.0).distance(spots)[0] <= width(u)
            for k, u in enumerate(line.uncertainty_m)
        ]
        return np.any(near_some, axis=0) & (Route(line.coords, 25.0).beyond(spots) <= 0)

    nominal = Route(coords, 25.0).in_corridor(spots, high)
    possible = beside(longer, lambda u: high + u) | nominal
    certain = np.zeros(len(spots), bool)
    if shorter is not None:
        certain = beside(shorter, lambda u: low - u) & nominal
    # Of a hook narrower than the samples of the judge it cannot say which end is nearest.
    settled = np.ones(len(spots), bool)
    for line in (route, longer, *([shorter] if shorter is not None else [])):
        beyond = Route(line.coords, 25.0).beyond(spots)
        settled &= (beyond <= 0) | (beyond > 50.0)
    for geometry, rule in ((drawn.inner, certain), (drawn.outer, possible)):
        clear = clear_of_edge(geometry, spots) & clear_of_edge(drawn.nominal, spots) & settled
        assert np.array_equal(covers(geometry, spots)[clear], rule[clear])
    assert nested(drawn)


def test_corridor_of_a_closed_path_has_no_ends():
    ring = walk(*LEVANT, [(90, 20_000), (0, 20_000), (270, 20_000)])
    ring = np.vstack([ring, ring[:1]])
    drawn = shapes.corridor(sure(ring, 500.0), (2000.0, 2000.0))
    for geometry, width in ((drawn.inner, 1500.0), (drawn.nominal, 2000.0), (drawn.outer, 2500.0)):
        far, _ = Route(ring).distance(outline(geometry))
        assert np.abs(far - width).max() <= BOUND_M


STRETCHES = walk(*LEVANT, [(70, 25_000), (70, 25_000), (70, 25_000)])


def test_inner_corridor_is_narrower_by_each_stretchs_uncertainty():
    drawn = shapes.corridor(
        lines.line(STRETCHES, [500.0, 2000.0, 5000.0], end_uncertainty_m=(3000.0, 1000.0)),
        (6000.0, 6000.0),
    )
    for stretch, (less, more) in enumerate([(5500, 6500), (4000, 8000), (1000, 11_000)]):
        a, b = STRETCHES[stretch], STRETCHES[stretch + 1]
        azimuth, _, length = GEOD.inv(*a, *b)
        middle = ahead_of(*a, azimuth, length / 2)
        for side in (-90.0, 90.0):
            for geometry, edge in ((drawn.inner, less), (drawn.outer, more)):
                inside = shapely.Point(ahead_of(*middle, azimuth + side, edge - BOUND_M))
                outside = shapely.Point(ahead_of(*middle, azimuth + side, edge + BOUND_M))
                assert geometry.covers(inside), (stretch, side, edge)
                assert not geometry.covers(outside), (stretch, side, edge)


def test_inner_corridor_is_absent_where_the_path_is_less_sure_than_it_is_wide():
    drawn = shapes.corridor(lines.line(STRETCHES, [500.0, 6000.0, 500.0]), (6000.0, 6000.0))
    azimuth, _, length = GEOD.inv(*STRETCHES[1], *STRETCHES[2])
    middle = ahead_of(*STRETCHES[1], azimuth, length / 2)
    assert not drawn.inner.covers(shapely.Point(middle))
    assert len(shapely.get_parts(drawn.inner)) == 2
    assert shapes.corridor(sure(STRETCHES, 6000.0), (6000.0, 6000.0)).inner.is_empty


def test_corridors_ends_move_by_their_own_uncertainty():
    route = lines.line(STRETCHES, [500.0] * 3, end_uncertainty_m=(3000.0, 1000.0))
    drawn = shapes.corridor(route, (6000.0, 6000.0))
    start, end = STRETCHES[0], STRETCHES[-1]
    inwards = GEOD.inv(*start, *STRETCHES[1])[0]
    backwards = GEOD.inv(*end, *STRETCHES[-2])[0]
    for tip, azimuth, own in ((start, inwards, 3000.0), (end, backwards, 1000.0)):
        for geometry, edge in ((drawn.inner, own), (drawn.nominal, 0.0), (drawn.outer, -own)):
            assert geometry.covers(shapely.Point(ahead_of(*tip, azimuth, edge + BOUND_M)))
            assert not geometry.covers(shapely.Point(ahead_of(*tip, azimuth, edge - BOUND_M)))


def test_inner_corridor_is_empty_when_its_ends_may_meet():
    route = lines.line(STRETCHES, [100.0] * 3, end_uncertainty_m=(50_000.0, 30_000.0))
    assert shapes.corridor(route, (6000.0, 6000.0)).inner.is_empty


def test_an_intervals_lower_end_makes_the_inner_shape_and_its_upper_the_others():
    drawn = shapes.disc_shapes(place(*LEVANT, 300.0), (10_000.0, 15_000.0))
    for geometry, radius in ((drawn.inner, 9700), (drawn.nominal, 15_000), (drawn.outer, 15_300)):
        far = [gap_m(LEVANT, spot) for spot in outline(geometry)]
        assert max(abs(value - radius) for value in far) < 1.0
    assert drawn.uncertainty_m == 300.0


def test_a_disc_less_sure_than_it_is_wide_has_no_inner():
    assert shapes.disc_shapes(place(*LEVANT, 5000.0), (5000.0, 5000.0)).inner.is_empty


# Points, lines, labels.


def test_a_point_may_be_anywhere_within_its_uncertainty_and_surely_nowhere():
    drawn = shapes.point(place(*LEVANT, 700.0))
    assert drawn.inner.is_empty
    assert drawn.nominal.equals(shapely.Point(LEVANT))
    assert max(abs(gap_m(LEVANT, spot) - 700.0) for spot in outline(drawn.outer)) < 1.0


def test_an_exact_point_and_an_exact_line_lie_in_their_outer_shape():
    assert nested(shapes.point(place(*LEVANT, 0.0)))
    assert nested(shapes.path(sure(STRETCHES)))
    assert nested(shapes.path(lines.line(STRETCHES, [0.0, 100.0, 0.0])))


@bounded(8)
@given(swaying(), st.floats(50.0, 3000.0))
def test_a_path_may_lie_within_its_uncertainty(coords, u):
    drawn = shapes.path(sure(coords, u))
    assert drawn.inner.is_empty
    far, _ = Route(coords).distance(outline(drawn.outer))
    assert np.abs(far - u).max() <= BOUND_M
    assert nested(drawn)


def test_what_is_nowhere_has_no_shape_and_no_place_to_write():
    drawn = shapes.nowhere()
    assert drawn.nominal.is_empty
    assert drawn.outer.is_empty
    assert drawn.anchor is None


def test_a_label_has_a_place_to_write_and_no_shape():
    drawn = shapes.label(place(*LEVANT))
    assert drawn.nominal.is_empty
    assert drawn.inner.is_empty
    assert drawn.outer.is_empty
    assert (drawn.anchor.lon, drawn.anchor.lat) == LEVANT


# Areas.


def corners(*coords, u=100.0):
    return [lines.corner(place(lon, lat, u)) for lon, lat in coords]


def ring_of(pieces, bulges=None):
    return shapes.area(pieces, bulges_m=bulges or [0.0] * len(pieces), names=[None] * len(pieces))


SQUARE = [(36.0, 35.0), (36.5, 35.0), (36.5, 35.4), (36.0, 35.4)]


def test_places_far_apart_are_corners_of_an_area():
    drawn = ring_of(corners(*SQUARE))
    assert drawn.nominal.covers(shapely.Point(36.25, 35.2))
    assert drawn.nominal.area == pytest.approx(0.2, rel=1e-3)


@pytest.mark.parametrize("turn", [1, -1])
def test_an_area_is_the_same_whichever_way_its_ring_runs(turn):
    drawn = ring_of(corners(*SQUARE[::turn]))
    ring = shapely.boundary(drawn.nominal)
    assert shapely.is_ccw(ring)
    assert drawn.nominal.symmetric_difference(ring_of(corners(*SQUARE)).nominal).area < 1e-12


def test_an_areas_edge_is_as_unsure_as_each_of_its_pieces():
    ring = [
        sure(SQUARE[:2], 2000.0),
        *corners(SQUARE[2], u=500.0),
        *corners(SQUARE[3], u=500.0),
    ]
    drawn = ring_of(ring)
    assert drawn.uncertainty_m == 2000.0
    for tip, azimuth, u in (((36.25, 35.0), 0.0, 2000.0), ((36.25, 35.4), 180.0, 500.0)):
        edge, _ = shapely.get_coordinates(
            shapely.intersection(
                shapely.boundary(drawn.nominal),
                shapely.box(tip[0], tip[1] - 0.01, tip[0] + 1e-9, tip[1] + 0.01),
            )
        )[:2]
        for by, inner, outer in ((u + 5, True, True), (u - 5, False, True)):
            spot = shapely.Point(ahead_of(*edge, azimuth, by))
            assert (drawn.inner.covers(spot), drawn.outer.covers(spot)) == (inner, outer)
            spot = shapely.Point(ahead_of(*edge, azimuth + 180.0, by))
            assert (drawn.inner.covers(spot), drawn.outer.covers(spot)) == (False, by < u)


def test_neighbours_in_a_ring_may_lie_apart_by_their_uncertainties_together():
    first = sure([(36.0, 35.0), (36.5, 35.0)], 300.0)
    for east, fine in ((36.506, True), (36.507, False)):  # 547 and 638 m
        second = sure([(east, 35.0), (36.5, 35.4), (36.0, 35.4), (36.0, 35.0)], 300.0)
        if fine:
            assert ring_of([first, second]).nominal.is_valid
            continue
        with pytest.raises(GeometryError, match=r"gap of 0\.6 km .* piece 1 and piece 2.*0\.6 km"):
            ring_of([first, second])


def test_a_ring_that_does_not_close_is_an_error():
    open_ring = sure([(36.0, 35.0), (36.5, 35.0), (36.5, 35.4), (36.0, 35.4)], 300.0)
    with pytest.raises(GeometryError, match="gap of 44"):
        ring_of([open_ring])


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_declared_gap_is_as_unsure_as_its_bulge(at):
    sides = [sure(SQUARE[:2], 100.0), sure(SQUARE[2:], 100.0)]
    ring = sides.copy()
    ring.insert(at, None)
    if at == 1:  # the gap runs up the east side; a corner closes the west one
        ring.append(corners(SQUARE[0])[0])
        gap_lon, other_lon = 36.5, 36.0
    else:
        ring = [None, sure([SQUARE[1], SQUARE[2]], 100.0), sure([SQUARE[2], SQUARE[3]], 100.0)]
        ring.append(sure([SQUARE[3], SQUARE[0]], 100.0))
        ring = ring if at == 0 else [*ring[1:], ring[0]]
        gap_lon, other_lon = None, 36.5
    bulges = [4000.0 if piece is None else 0.0 for piece in ring]
    drawn = ring_of(ring, bulges)
    assert drawn.uncertainty_m == 4000.0
    if gap_lon:
        deep, shallow = (gap_lon, 35.2, 270.0), (other_lon, 35.2, 90.0)
    else:
        deep, shallow = (36.25, 35.0, 0.0), (other_lon, 35.2, 270.0)
    assert not drawn.inner.covers(shapely.Point(ahead_of(*deep, 3900.0)))
    assert drawn.inner.covers(shapely.Point(ahead_of(*deep, 4200.0)))
    assert drawn.inner.covers(shapely.Point(ahead_of(*shallow, 200.0)))


def test_two_gaps_in_a_row_are_an_error():
    with pytest.raises(GeometryError, match="two gaps follow each other"):
        ring_of([sure(SQUARE[:2]), None, None], [0.0, 1.0, 1.0])


def test_a_ring_of_gaps_alone_or_of_two_points_is_an_error():
    with pytest.raises(GeometryError, match="at least one line"):
        ring_of([None], [1.0])
    with pytest.raises(GeometryError, match="fewer than three"):
        ring_of(corners(*SQUARE[:2]))


def test_a_ring_that_crosses_itself_is_an_error_that_says_where():
    with pytest.raises(GeometryError, match=r"crosses .*near 36\.2\d* 35\.2"):
        ring_of(corners(SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]))


def test_one_closed_trace_makes_a_ring():
    closed = sure([*SQUARE, SQUARE[0]], 200.0)
    drawn = ring_of([closed])
    assert drawn.nominal.symmetric_difference(ring_of(corners(*SQUARE)).nominal).area < 1e-12
    assert nested(drawn)


def test_an_area_with_a_schematic_piece_is_schematic_and_surely_nowhere():
    flags = [True, True, True]
    ring = lines.line(np.array([*SQUARE]), [100.0] * 3, unsourced=flags)
    drawn = ring_of([ring, None], [0.0, 500.0])
    assert drawn.schematic
    assert drawn.inner.is_empty
    assert not drawn.nominal.is_empty


# Strips.


def test_a_strips_certain_part_keeps_off_its_edge_and_its_depth():
    u, low, high = 400.0, 10_000.0, 15_000.0
    front = sway(*LEVANT, 95.0, 60_000.0, [0.0, 2000.0, -1000.0, 500.0, 0.0])
    azimuth = GEOD.inv(*front[0], *front[-1])[0]
    back = [lines.corner(place(*ahead_of(*front[i], azimuth + 90, 40_000.0))) for i in (-1, 0)]
    whole = shapes.area([sure(front, u), *back], bulges_m=[0.0] * 3, names=["front", None, None])
    drawn = shapes.strip(whole, whole.edges["front"], (low, high))
    spots = scatter(drawn.outer, 7, count=1500)
    far, _ = Route(front).distance(spots)
    for geometry, rule, area in (
        (drawn.inner, (far >= u) & (far <= low - u), whole.inner),
        (drawn.nominal, far <= high, whole.nominal),
        (drawn.outer, far <= high + u, whole.outer),
    ):
        clear = clear_of_edge(geometry, spots)
        assert np.array_equal(covers(geometry, spots)[clear], (rule & covers(area, spots))[clear])
    assert nested(drawn)
    assert drawn.uncertainty_m == u


def test_a_strip_of_an_area_less_sure_than_half_its_depth_is_surely_nowhere():
    front = sure(SQUARE[:2], 5001.0)
    whole = shapes.area(
        [front, *corners(*SQUARE[2:])], bulges_m=[0.0] * 3, names=["front", None, None]
    )
    assert shapes.strip(whole, whole.edges["front"], (10_000.0, 10_000.0)).inner.is_empty
    assert not whole.inner.is_empty


# Bands.


def side_of(coords, right):
    """Return the land on one side of a line, 60 km deep."""
    azimuth = GEOD.inv(*coords[0], *coords[-1])[0] + (90.0 if right else -90.0)
    far = [ahead_of(*coords[i], azimuth, 60_000.0) for i in (-1, 0)]
    return shapely.Polygon(np.vstack([Route(coords).points, far]))


@bounded(8)
@given(
    swaying(azimuths=st.floats(75.0, 105.0), reach_m=1500.0),
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
@example(OVER_180, True, 5)
def test_a_band_lies_on_the_side_of_its_place_and_between_its_meridians(coords, right, seed):
    u, low, high = 300.0, 5000.0, 8000.0
    drawn, ends = band_of(coords, (low, high), right=right, u=u)
    spots = scatter(drawn.outer, seed)
    far, _ = Route(coords).distance(spots)
    side = covers(side_of(coords, right), spots)
    west, east = sorted(float(near(end.lon, coords[0, 0])) for end in ends)
    west_off, east_off = (
        np.sign(spots[:, 0] - lon) * GEOD.inv(spots[:, 0], lat, np.full(len(spots), lon), lat)[2]
        for lon, lat in ((west, spots[:, 1]), (east, spots[:, 1]))
    )
    for geometry, rule, by in (
        (drawn.inner, side & (far >= u) & (far <= low - u), u),
        (drawn.nominal, side & (far <= high), 0.0),
        (drawn.outer, (side & (far <= high + u)) | (far <= u), -u),
    ):
        between = (west_off >= by) & (east_off <= -by)
        clear = clear_of_edge(geometry, spots)
        assert np.array_equal(covers(geometry, spots)[clear], (rule & between)[clear])
    assert nested(drawn)


def test_a_border_too_short_for_its_meridians_is_an_error():
    border = sure([(36.0, 36.0), (37.0, 36.1)])
    ends = (place(36.2, 36.0), place(37.001, 36.0))
    with pytest.raises(GeometryError, match="does not run past both meridians"):
        shapes.band(border, place(36.5, 35.0), (5000.0, 5000.0), ends)


@pytest.mark.parametrize("right", [True, False])
def test_a_bands_side_is_that_of_its_place_even_where_the_other_side_is_nearer(right):
    border = walk(36.0, 36.0, [(110, 60_000)])
    spots = Route(border, 500.0).points
    ends = (place(*spots[30]), place(*spots[60]))
    towards = ahead_of(*spots[110], 200.0 if right else 20.0, 2000.0)  # 25 km past the meridian
    drawn = shapes.band(sure(border), place(*towards), (8000.0, 8000.0), ends).nominal
    inside = ahead_of(*spots[45], 200.0 if right else 20.0, 4000.0)
    across_it = ahead_of(*spots[45], 20.0 if right else 200.0, 4000.0)
    assert drawn.covers(shapely.Point(inside))
    assert not drawn.covers(shapely.Point(across_it))


def test_a_place_on_the_border_names_no_side():
    border = sure([(36.0, 36.0), (36.5, 36.1), (37.0, 36.0)])
    ends = (place(36.2, 36.0), place(36.8, 36.0))
    with pytest.raises(GeometryError, match="'here' lies on the border"):
        shapes.band(border, place(36.5, 36.1), (5000.0, 5000.0), ends)


def test_a_bands_meridians_may_be_given_in_either_order():
    border = sure([(36.0, 36.0), (37.0, 36.1)])
    ends = (place(36.2, 36.0), place(36.8, 36.0))
    one, other = (
        shapes.band(border, place(36.5, 35.0), (5000.0, 5000.0), pair).nominal
        for pair in (ends, ends[::-1])
    )
    assert one.equals(other)


def test_a_band_narrower_than_a_kilometre_is_drawn():
    border = sure(sway(36.0, 36.0, 85.0, 40_000.0, [0.0, 900.0, -300.0, 0.0]))
    ends = (place(36.2001, 36.0, 10.0), place(36.2039, 36.0, 10.0))
    drawn = shapes.band(border, place(36.2, 35.9), (5000.0, 5000.0), ends).nominal
    assert drawn.bounds[2] - drawn.bounds[0] == pytest.approx(0.0038)
    assert drawn.bounds[3] < 36.05


# Contact lines that are mostly unsourced, and what they touch.


def test_a_mostly_unsourced_contact_line_is_schematic_and_surely_nowhere():
    def pair(lon, bulge=None):
        return Pair(place(lon, 35.51, 10.0), place(lon, 35.49, 10.0), bulge)

    for bulges, schematic in (([None, 2.0, None], False), ([2.0, None, 2.0], True)):
        rows = [pair(36.0 + 0.1 * i, bulge) for i, bulge in enumerate([*bulges, None])]
        front = lines.contact_line(rows)
        drawn = [shapes.path(front), shapes.corridor(front, (5000.0, 5000.0))]
        ring = [front, *corners((36.3, 35.0), (36.0, 35.0))]
        drawn.append(shapes.area(ring, bulges_m=[0.0] * 3, names=["front", None, None]))
        drawn.append(shapes.strip(drawn[2], drawn[2].edges["front"], (20_000.0, 20_000.0)))
        ends = (place(36.1, 35.0), place(36.2, 35.0))
        drawn.append(shapes.band(front, place(36.1, 35.0), (9000.0, 9000.0), ends))
        assert [d.schematic for d in drawn] == [schematic] * 5
        assert [d.inner.is_empty for d in drawn[1:]] == [schematic] * 4
        assert not any(d.nominal.is_empty for d in drawn)


# Set operations.


def test_what_is_drawn_from_a_schematic_shape_is_schematic():
    plain = shapes.disc_shapes(place(*LEVANT), (5000.0, 5000.0))
    flagged = shapes.path(lines.line(np.array([LEVANT, (37.0, 35.6)]), [500.0], unsourced=[True]))
    assert shapes.union([plain, flagged]).schematic
    assert shapes.intersection([plain, flagged]).schematic
    assert shapes.difference(flagged, plain).schematic
    assert shapes.difference(plain, flagged).schematic
    assert shapes.fuzzy(flagged).schematic
    assert not shapes.difference(plain, plain).schematic


def test_set_operations_answer_point_by_point():
    one = shapes.disc_shapes(place(36.0, 35.0, 800.0), (9000.0, 10_000.0))
    other = shapes.disc_shapes(place(36.1, 35.02, 500.0), (9000.0, 12_000.0))
    spots = np.random.default_rng(3).uniform((35.8, 34.8), (36.3, 35.2), (2000, 2))
    held = {
        key: [covers(getattr(shape, key), spots) for shape in (one, other)]
        for key in ("nominal", "inner", "outer")
    }
    together = shapes.union([one, other])
    common = shapes.intersection([one, other])
    rest = shapes.difference(one, other)
    for key, (a, b) in held.items():
        against = {"nominal": "nominal", "inner": "outer", "outer": "inner"}[key]
        assert np.array_equal(covers(getattr(together, key), spots), a | b)
        assert np.array_equal(covers(getattr(common, key), spots), a & b)
        assert np.array_equal(covers(getattr(rest, key), spots), a & ~held[against][1])
    assert {s.uncertainty_m for s in (together, common, rest)} == {800.0}


def test_a_fuzzy_shape_is_its_outer_alone():
    plain = shapes.disc_shapes(place(*LEVANT), (5000.0, 5000.0))
    drawn = shapes.fuzzy(plain)
    assert drawn.nominal.is_empty
    assert drawn.inner.is_empty
    assert drawn.outer.equals(plain.outer)
