"""Lines: chains, traces and how they are cut, contact lines."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import lines
from geo.errors import GeometryError
from geo.lines import Pair, Trace
from tests.support.geodesy import (
    GEOD,
    Route,
    ahead_of,
    bounded,
    gap_m,
    near,
    place,
    sway,
    swaying,
    walk,
)

LEVANT = (36.8, 35.6)


def lengths(line):
    return [gap_m(a, b) for a, b in itertools.pairwise(line.coords)]


def same(one, other):
    return one == pytest.approx(other, abs=1e-7)


# Chains.


def test_a_leg_is_as_unsure_as_the_worse_of_its_ends_and_an_end_as_its_place():
    spots = [place(36, 35, 100), place(36.1, 35, 900), place(36.2, 35, 300)]
    line = lines.chain(spots)
    assert line.uncertainty_m.tolist() == [900.0, 900.0]
    assert line.end_uncertainty_m == (100.0, 300.0)
    stated = lines.chain(spots, uncertainty_m=5000.0)
    assert stated.uncertainty_m.tolist() == [5000.0, 5000.0]
    assert stated.end_uncertainty_m == (100.0, 300.0)


def test_a_place_named_twice_in_a_row_makes_no_leg_and_alone_no_line():
    spots = [place(36, 35, 100), place(36, 35, 800), place(36.1, 35, 300)]
    assert lines.chain(spots).uncertainty_m.tolist() == [800.0]
    with pytest.raises(GeometryError, match="two different points"):
        lines.chain(spots[:2])


def test_a_line_run_the_other_way_keeps_each_stretchs_uncertainty():
    line = lines.line(
        walk(*LEVANT, [(90, 1000), (80, 2000)]), [1.0, 2.0], end_uncertainty_m=(3.0, 4.0)
    )
    back = line.reversed()
    assert back.uncertainty_m.tolist() == [2.0, 1.0]
    assert back.end_uncertainty_m == (4.0, 3.0)
    assert lengths(back) == pytest.approx([2000, 1000])


def test_a_dense_line_keeps_each_stretchs_uncertainty():
    line = lines.line(walk(*LEVANT, [(90, 2500), (80, 1500)]), [1.0, 2.0], unsourced=[True, False])
    dense = line.dense()
    assert dense.uncertainty_m.tolist() == [1.0] * 3 + [2.0] * 2
    assert dense.unsourced.tolist() == [True] * 3 + [False] * 2


@pytest.mark.parametrize(("unsourced_m", "schematic"), [(999, False), (1001, True)])
def test_a_line_is_schematic_when_more_than_half_of_it_has_no_source(unsourced_m, schematic):
    coords = walk(*LEVANT, [(90, unsourced_m), (80, 1000)])
    assert lines.line(coords, [1.0, 1.0], unsourced=[True, False]).schematic is schematic


# Traces.

ONE = walk(*LEVANT, [(90, 8000), (60, 8000)])
TWO = walk(*ONE[-1], [(100, 9000)])
THREE = walk(*TWO[-1], [(50, 7000)])


@pytest.mark.parametrize("turns", list(itertools.product([1, -1], repeat=3)))
def test_a_traces_stretches_may_each_run_either_way(turns):
    stretches = tuple(s[::t] for s, t in zip((ONE, TWO, THREE), turns, strict=True))
    line = lines.trace_line(Trace("road", stretches, (10.0, 20.0, 30.0)))
    assert same(line.coords, np.vstack([ONE, TWO[1:], THREE[1:]]))
    assert line.uncertainty_m.tolist() == [10.0, 10.0, 20.0, 30.0]
    assert line.end_uncertainty_m == (10.0, 30.0)


def test_stretches_out_of_order_are_an_error_that_says_which_and_how_far():
    trace = Trace("road", (ONE, THREE, TWO), (10.0, 20.0, 30.0))
    with pytest.raises(GeometryError, match=r"'road': stretch 2 starts 9\.000 km .* stretch 1"):
        lines.trace_line(trace)


def test_a_step_of_a_metre_between_stretches_is_no_gap_but_three_metres_are():
    for off, fine in ((1.0, True), (3.0, False)):
        moved = walk(*ahead_of(*ONE[-1], 0.0, off), [(100, 9000)])
        trace = Trace("road", (ONE, moved), (10.0, 20.0))
        if fine:
            assert len(lines.trace_line(trace).uncertainty_m) == 3
        else:
            with pytest.raises(GeometryError, match=r"0\.003 km"):
                lines.trace_line(trace)


# Cutting.

ROAD = lines.trace_line(Trace("road", (ONE, TWO, THREE), (10.0, 20.0, 30.0)))


def test_a_trace_is_cut_at_the_points_nearest_to_two_places():
    start = ahead_of(*ahead_of(*ONE[0], 90.0, 3000.0), 0.0, 1000.0)
    end = ahead_of(*ahead_of(*TWO[0], 100.0, 4000.0), 190.0, 700.0)
    part = lines.cut(ROAD, place(*start, 250.0), place(*end, 350.0))
    assert sum(lengths(part)) == pytest.approx(5000 + 8000 + 4000, abs=2.0)
    assert gap_m(part.coords[0], ahead_of(*ONE[0], 90.0, 3000.0)) < 1.0
    assert gap_m(part.coords[-1], ahead_of(*TWO[0], 100.0, 4000.0)) < 1.0
    assert part.end_uncertainty_m == (250.0, 350.0)
    assert sorted(set(part.uncertainty_m.tolist())) == [10.0, 20.0]
    assert sum(
        metres for metres, u in zip(lengths(part), part.uncertainty_m, strict=True) if u == 20.0
    ) == pytest.approx(4000, abs=2.0)


def test_cutting_the_other_way_turns_the_line_round():
    one, other = place(*ONE[1], 250.0), place(*THREE[0], 350.0)
    there, back = lines.cut(ROAD, one, other), lines.cut(ROAD, other, one)
    assert same(back.coords[::-1], there.coords)
    assert back.uncertainty_m[::-1].tolist() == there.uncertainty_m.tolist()
    assert back.end_uncertainty_m == (350.0, 250.0)


def test_a_trace_may_be_cut_at_one_end_alone():
    spot = place(*TWO[0], 250.0)
    assert sum(lengths(lines.cut(ROAD, spot, None))) == pytest.approx(16_000, abs=1.0)
    before = lines.cut(ROAD, None, spot)
    assert sum(lengths(before)) == pytest.approx(16_000, abs=1.0)
    assert same(before.coords[0], ONE[0])
    assert before.end_uncertainty_m == (10.0, 250.0)
    assert lines.cut(ROAD, None, None) is ROAD


def test_a_place_too_far_from_the_trace_is_an_error_that_names_it():
    # 5 km, and what the place and the trace may be off: 200 m and at most 30 m.
    for off, fine in ((5200, True), (5260, False)):
        spot = place(*ahead_of(*ahead_of(*ONE[0], 90, 3000), 0, off), 200.0, "inn")
        if fine:
            lines.cut(ROAD, spot, None)
        else:
            with pytest.raises(GeometryError, match=r"'inn' lies 5\.3 km .* at most 5\.2 km"):
                lines.cut(ROAD, spot, None)


def test_a_closed_trace_and_a_cut_of_no_length_are_errors():
    ring = lines.line(np.vstack([ONE, TWO[-1:], ONE[:1]]), [10.0] * 4)
    assert ring.closed
    with pytest.raises(GeometryError, match="two ways round"):
        lines.cut(ring, place(*ONE[0]), place(*TWO[0]))
    assert lines.cut(ring, None, None) is ring
    with pytest.raises(GeometryError, match="at the same point"):
        lines.cut(ROAD, place(*ONE[1]), place(*ahead_of(*ONE[1], 165, 900)))


@bounded(15)
@given(swaying(), st.floats(0.05, 0.45), st.floats(0.55, 0.95))
def test_what_is_cut_stays_on_its_trace(coords, first, second):
    route = Route(coords)
    spots = [route.points[int(len(route.points) * part)] for part in (first, second)]
    part = lines.cut(lines.line(coords, [1.0] * (len(coords) - 1)), *(place(*s) for s in spots))
    assert route.distance(part.coords)[0].max() < 0.5
    assert gap_m(part.coords[0], spots[0]) < 1.0
    assert gap_m(part.coords[-1], spots[1]) < 1.0


# Trimmed and extended.


@bounded(15)
@given(swaying(), st.floats(0.0, 9000.0), st.floats(0.0, 9000.0))
def test_a_trimmed_line_lacks_so_many_metres_at_its_ends(coords, start, end):
    line = lines.line(coords, [1.0] * (len(coords) - 1))
    total = sum(lengths(line))
    part = lines.trimmed(line, start, end)
    assert sum(lengths(part)) == pytest.approx(total - start - end, abs=2.0)
    assert Route(coords).distance(part.coords)[0].max() < 0.5
    assert lines.trimmed(line, total / 2, total / 2) is None


def test_a_line_trimmed_past_a_stretch_loses_that_stretchs_uncertainty():
    part = lines.trimmed(ROAD, 17_000.0, 1000.0)
    assert sorted(set(part.uncertainty_m.tolist())) == [20.0, 30.0]


@bounded(15)
@given(swaying(), st.floats(1.0, 9000.0), st.floats(1.0, 9000.0))
def test_an_extended_line_goes_straight_on_at_its_ends(coords, start, end):
    line = lines.line(coords, np.arange(1.0, len(coords)))
    longer = lines.extended(line, start, end)
    assert same(longer.coords[1:-1], line.coords)
    assert lengths(longer)[0] == pytest.approx(start)
    assert lengths(longer)[-1] == pytest.approx(end)
    for tip, inner, beyond in ((0, 1, 0), (-1, -2, -1)):
        on = GEOD.inv(*coords[inner], *coords[tip])[1] + 180.0
        out = GEOD.inv(*coords[tip], *longer.coords[beyond])[0]
        assert float(near(on, out)) == pytest.approx(out, abs=1e-3)
    assert longer.uncertainty_m.tolist() == [
        line.uncertainty_m[0],
        *line.uncertainty_m,
        line.uncertainty_m[-1],
    ]


def test_a_line_may_be_extended_at_one_end_or_none():
    assert len(lines.extended(ROAD, 0.0, 0.0).uncertainty_m) == len(ROAD.uncertainty_m)
    assert same(lines.extended(ROAD, 0.0, 500.0).coords[:-1], ROAD.coords)
    assert same(lines.extended(ROAD, 500.0, 0.0).coords[1:], ROAD.coords)


# Contact lines: eastwards, so that the first side lies to the north.


def pair(lon, gap_north_m=4000.0, u=(100.0, 200.0), bulge=None, shift_m=0.0, lat=35.5):
    """Return a pair about a point: its first place to the north, its gap in metres."""
    middle = ahead_of(lon, lat, 90.0, shift_m) if shift_m else np.array([lon, lat])
    half = gap_north_m / 2
    first, second = ahead_of(*middle, 0.0, half), ahead_of(*middle, 180.0, half)
    return Pair(place(*first, u[0], f"n{lon}"), place(*second, u[1], f"s{lon}"), bulge)


def test_a_contact_line_runs_through_the_midpoints_of_its_pairs():
    line = lines.contact_line([pair(36.0), pair(36.1), pair(36.2)])
    assert line.coords == pytest.approx(np.array([[36.0, 35.5], [36.1, 35.5], [36.2, 35.5]]))


def test_a_midpoint_is_off_by_half_its_gap_and_its_worse_place_and_a_segment_takes_the_larger():
    line = lines.contact_line(
        [pair(36.0, 4000, (100, 200)), pair(36.1, 1000, (900, 0)), pair(36.2, 600, (10, 20))]
    )
    assert line.uncertainty_m == pytest.approx([2200.0, 1400.0])
    assert line.end_uncertainty_m == pytest.approx((2200.0, 320.0))
    assert not line.unsourced.any()


def test_a_stretch_without_a_pair_bulges_by_what_is_declared_and_no_less_than_its_ends():
    rows = [pair(36.0, bulge=7.0), pair(36.1, bulge=0.5), pair(36.2)]
    line = lines.contact_line(rows)
    assert line.uncertainty_m == pytest.approx([7000.0, 2200.0])
    assert line.unsourced.tolist() == [True, True]
    assert line.schematic


def test_a_contact_line_is_schematic_only_past_half_of_its_length():
    assert not lines.contact_line([pair(36.0, bulge=7.0), pair(36.1), pair(36.21)]).schematic
    assert lines.contact_line([pair(36.0, bulge=7.0), pair(36.11), pair(36.21)]).schematic


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_a_pair_on_the_wrong_sides_is_an_error_that_names_it(wrong):
    rows = [pair(36.0), pair(36.1), pair(36.2)]
    rows[wrong] = Pair(rows[wrong].second, rows[wrong].first)
    lon = 36.0 + wrong / 10
    with pytest.raises(
        GeometryError, match=rf"pair {wrong + 1} \(s{lon}, n{lon}\) is on the wrong"
    ):
        lines.contact_line(rows)


def test_a_list_in_the_wrong_order_is_an_error():
    with pytest.raises(GeometryError, match="wrong sides"):
        lines.contact_line([pair(36.2), pair(36.1), pair(36.0)])


@pytest.mark.parametrize(("turn", "fine"), [(0, True), (89, True), (115, True), (125, False)])
def test_a_pair_nearly_along_its_line_says_nothing_of_sides(turn, fine):
    first = ahead_of(36.1, 35.5, turn, 2000.0)
    second = ahead_of(36.1, 35.5, turn + 180.0, 2000.0)
    rows = [pair(36.0), Pair(place(*first), place(*second)), pair(36.2)]
    if fine:
        assert lines.contact_line(rows).coords[1] == pytest.approx([36.1, 35.5], abs=1e-4)
    else:
        with pytest.raises(GeometryError, match="pair 2"):
            lines.contact_line(rows)


@pytest.mark.filterwarnings("error")
def test_a_place_that_both_sides_met_at_is_a_pair_without_a_gap():
    met = place(36.1, 35.5, 300.0)
    line = lines.contact_line([pair(36.0, 400), Pair(met, met), pair(36.2, 400)])
    assert line.uncertainty_m == pytest.approx([400.0, 400.0])


def test_a_contact_line_over_the_antimeridian_stays_in_one_piece():
    line = lines.contact_line([pair(lon, lat=50.0) for lon in (179.8, 180.1, 180.4)])
    assert line.coords[:, 0] == pytest.approx([179.8, 180.1, 180.4])


def test_one_pair_is_no_line():
    with pytest.raises(GeometryError, match="two pairs"):
        lines.contact_line([pair(36.0)])


def test_a_sway_of_the_helper_is_where_it_says():
    coords = sway(*LEVANT, 90.0, 10_000.0, [0.0, 500.0, 0.0])
    assert gap_m(coords[0], coords[2]) == pytest.approx(10_000.0, abs=1.0)
    assert Route(coords[[0, 2]]).distance(coords[1])[0][0] == pytest.approx(500.0, abs=1.0)
