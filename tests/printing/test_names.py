"""Where names go on a printed map, what lies under them, and how maps are projected."""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import GEOD
from layers.printing import figure, projection
from layers.printing.boxes import Box, bounds
from layers.printing.inset import InsetMap
from layers.printing.job import page_size, print_job
from layers.printing.labels import (
    CollisionIndex,
    LabelObstacles,
    area_candidates,
    leaders,
    side_candidates,
)
from layers.printing.names import MOST_NAMES
from layers.printing.page import make_page
from layers.printing.projection import MapFrame
from layers.printing.text import plain, wrap, wrap_balanced
from layers.query.selection import parse_selection
from layers.style.symbology import default_symbology
from tests.support.boxes import overlap

FRAME = Box(0, 0, 400, 300)
boxes = st.tuples(
    st.floats(-40, 420), st.floats(-40, 320), st.floats(1, 150), st.floats(1, 60)
).map(lambda b: Box(b[0], b[1], b[0] + b[2], b[1] + b[3]))


# What is free ---------------------------------------------------------------------------------


@given(st.lists(boxes, max_size=30), st.lists(boxes, min_size=1, max_size=20), st.data())
def test_what_is_free_is_what_a_look_at_every_box_finds(taken, tries, data) -> None:
    index = CollisionIndex(FRAME)
    for box in taken:
        index.reserve(box)
    if taken:
        released = data.draw(st.sampled_from(taken))
        index.release(released)
        taken = [*taken]
        taken.remove(released)
    frame = FRAME.grown(-index.padding)
    expected = [
        frame.contains(box) and not any(overlap(box, one) for one in taken) for box in tries
    ]
    assert index.is_free(bounds(tries)).tolist() == expected


@given(st.lists(boxes, max_size=25), st.booleans())
def test_placed_names_never_overlap(wanted, rtl) -> None:
    index = CollisionIndex(FRAME)
    for box in wanted:
        index.first(side_candidates(box.left, box.top, box.width, box.height, 5, rtl=rtl))
    assert all(FRAME.contains(box) for box in index.names)
    assert not any(overlap(one, other) for one, other in combinations(index.names, 2))


def test_a_name_stands_at_the_end_of_its_point_first() -> None:
    assert side_candidates(100, 50, 30, 10, 4, rtl=False)[0].left == 104
    assert side_candidates(100, 50, 30, 10, 4, rtl=True)[0].right == 96


def test_a_name_takes_the_cheapest_place_or_none_that_is_too_dear() -> None:
    tries = area_candidates(shapely.box(100, 100, 200, 200), 40, 12)
    costs = np.abs(tries[:, 0] - 150)
    best = CollisionIndex(FRAME).cheapest(tries, costs, most=1e9)
    assert best is not None
    assert abs(best.left - 150) == costs.min()
    assert CollisionIndex(FRAME).cheapest(tries, costs, most=costs.min()) is None


def test_a_leader_leads_from_a_far_name_to_its_shape() -> None:
    area = shapely.box(0, 0, 10, 10)
    near, far = leaders(bounds([Box(12, 0, 20, 5), Box(40, 0, 50, 5)]), area, least=7)
    assert near is None
    assert far.length == pytest.approx(29)


# What lies under a name -----------------------------------------------------------------------


@given(st.lists(boxes, min_size=1, max_size=6), boxes)
def test_obstacles_are_counted_to_the_nearest_cell(areas, box) -> None:
    shapes = [area.polygon() for area in areas]
    found = LabelObstacles(FRAME, shapes)
    inner, outer = box.grown(-4), box.grown(4)
    (length,), (overlap,) = (
        found.line_length_under(bounds([box])),
        found.overlap(bounds([box])),
    )
    edges = [shape.boundary for shape in shapes]
    most = sum(edge.intersection(outer.polygon()).length for edge in edges)
    assert length <= most + 1e-6
    if inner.right > inner.left and inner.bottom > inner.top and FRAME.contains(inner):
        least = sum(edge.intersection(inner.polygon()).length for edge in edges)
        assert least - 8 * len(areas) <= length
    assert 0 <= overlap <= len(areas)


def test_a_box_within_areas_is_covered_by_them() -> None:
    areas = [shapely.box(100, 100, 200, 200), shapely.box(90, 90, 210, 210)]
    covered = LabelObstacles(FRAME, areas).overlap(bounds([Box(120, 120, 180, 180)]))
    assert covered.tolist() == [2]


def test_a_map_without_zones_has_nothing_under_a_name() -> None:
    nothing = LabelObstacles(FRAME, [])
    assert nothing.line_length_under(bounds([FRAME])).tolist() == [0]
    assert nothing.overlap(bounds([FRAME])).tolist() == [0]


# Letters --------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(st.text(max_size=60), st.floats(8, 200))
def test_lines_of_a_name_are_no_wider_than_asked_but_for_long_words(text, width) -> None:
    from layers.printing.fonts import width as wide

    for line in wrap(plain(text), width, size=9, lang="en", whole_words=True):
        assert wide(line, 9, lang="en") <= width + 1e-6 or " " not in line


def test_wrapping_loses_no_word_and_balances() -> None:
    text = "one two three four five six"
    lines = wrap(text, 90, size=9, lang="en", whole_words=True)
    even = wrap_balanced(text, 90, size=9, weight=400, lang="en")
    assert " ".join(lines) == " ".join(even) == text
    assert len(even) == len(lines)
    assert max(map(len, even)) <= max(map(len, lines))


# Projection -----------------------------------------------------------------------------------


@given(st.floats(-179, 179), st.floats(-75, 75), st.floats(20, 4000), st.floats(60, 400))
def test_any_scale_bar_is_true_on_the_ellipsoid(lon, lat, metres, most) -> None:
    frame = MapFrame(Box(0, 0, 500, 400), lon, lat, metres)
    km, length = frame.scale_bar(most)
    assert length <= most
    ends = frame.inverse(np.array([(250 - length / 2, 200), (250 + length / 2, 200)]))
    assert GEOD.inv(*ends[0], *ends[1])[2] == pytest.approx(km * 1000, rel=0.01)


@given(st.floats(-179, 179), st.floats(-70, 70), st.floats(0.1, 8), st.floats(0.1, 8))
def test_a_frame_shows_the_whole_of_what_it_was_fitted_to(lon, lat, wide, high) -> None:
    area = shapely.box(lon, lat, lon + wide, lat + high)
    frame = projection.fit_frame(Box(0, 0, 500, 400), [area], near=lon)
    points = frame.forward(shapely.get_coordinates(shapely.segmentize(area, 0.2)))
    assert points.min() > -4
    assert points[:, 0].max() < 504
    assert points[:, 1].max() < 404


def test_north_is_up_in_the_middle() -> None:
    frame = MapFrame(Box(0, 0, 500, 400), 38.5, 35.0, 1500)
    x, y = frame.at(38.5, 35.0)
    above_x, above_y = frame.at(38.5, 35.5)
    assert above_x == pytest.approx(x)
    assert above_y < y


def test_a_frame_shows_the_same_of_a_shape_each_time() -> None:
    frame = MapFrame(FRAME, 38.0, 35.0, 500.0)
    for lon in (37.9, 38.1, 37.9):
        area = shapely.Point(lon, 35).buffer(0.1)
        assert frame.project(area).equals(projection._project.__wrapped__(frame, area))
    assert frame.project(None) is None


# Crowded days ---------------------------------------------------------------------------------


def crowd(shown, count, radius):
    """Return so many areas and half as many posts on a grid; ``radius`` is in degrees."""
    area = next(zone for zone in shown if zone.is_mapped and zone.row.inner is not None)
    post = next(zone for zone in shown if zone.is_mapped and zone.is_point)
    west, south, east, north = area.shape.bounds
    many = []
    for at in range(count + count // 2):
        lead, kind = (area, "deescalation_area") if at < count else (post, "post")
        middle = shapely.Point(
            west + (east - west) * (at % 31) / 31, south + (north - south) * (at % 7) / 7
        )
        own = radius * (1 + at % 5 / 5)
        row = lead.row._replace(
            zone_type=kind,
            nominal=middle.buffer(own) if at < count else middle,
            inner=middle.buffer(own * 0.8) if at < count else None,
            outer=middle.buffer(own * 1.2),
        )
        symbol = default_symbology().symbol(kind, row.status)
        many.append(replace(lead, row=row, symbol=symbol))
    return many


def crowded(built, *, count, lang="en", radius=0.03):
    """Return a page of a crowded day."""
    job = print_job(built, parse_selection(on="2006-05-01"), lang=lang, size=page_size("a4"))
    with figure.settings():
        return make_page(replace(job, shown=crowd(job.shown, count, radius)), letters="none")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_crowded_map_names_what_finds_room_and_the_page_counts_the_rest(second, lang) -> None:
    page = crowded(second, count=200, lang=lang)
    names = page.panels[0].index.names
    assert len(names) > 5
    assert not any(overlap(one, other) for one, other in combinations(names, 2))
    assert all(len(panel.labels.named) <= MOST_NAMES for panel in page.panels)
    assert sum(len(entry.zones) for entry in page.listed) == 300
    assert 0 < page.not_listed < 300
    assert str(page.not_listed) in page.data["more"]


def test_each_shape_is_projected_once_a_frame(second, monkeypatch) -> None:
    project, projected = projection._project.__wrapped__, Counter()

    @functools.cache
    def counted(frame, geometry):
        projected[frame, geometry.wkb] += 1
        return project(frame, geometry)

    monkeypatch.setattr(projection, "_project", counted)
    page = crowded(second, count=20)
    frames = {panel.frame for panel in page.panels}
    for zone in page.job.shown[:20]:
        for shape in (zone.row.nominal, zone.row.inner, zone.row.outer):
            assert all(projected[frame, shape.wkb] <= 1 for frame in frames)
            assert any(projected[frame, shape.wkb] for frame in frames)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(-21, -19), st.floats(-22, -20)), min_size=3, max_size=25))
def test_the_inset_lies_where_most_places_are(second, spots) -> None:
    job = print_job(second, parse_selection(on="2006-05-01"), lang="en", size=page_size("a4"))
    post = next(zone for zone in job.shown if zone.is_mapped and zone.is_point)
    shown = [replace(post, row=post.row._replace(nominal=shapely.Point(spot))) for spot in spots]
    main, box = MapFrame(Box(0, 0, 600, 500), -20.0, -21.0, 500.0), Box(0, 0, 300, 250)
    found = InsetMap(main, shown, ())._densest(box)
    flat = np.array([main.at(*spot) for spot in spots])
    flat = flat[(flat >= 0).all(axis=1) & (flat <= [600, 500]).all(axis=1)]
    half = np.array([300, 250]) / 2.2 / 2
    most = max(((np.abs(flat - m) <= half + 1e-9).all(axis=1).sum() for m in flat), default=0)
    assert len(found) == (most if most >= 3 else 0)
