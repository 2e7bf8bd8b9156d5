"""The printed map of crowded days: what is asked how often, what fits, what is said of the rest.

Thousands of zones take no more looking than the page has room for; answers are held against
models that look at everything.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.printing import entries as lists
from layers.printing import figure, sheet
from layers.printing import wrapping as flow
from layers.printing.canvas import Box, sides
from layers.printing.entries import DayList
from layers.printing.foot import Foot
from layers.printing.inset import Detail
from layers.printing.job import asked
from layers.printing.labels import Room, around
from layers.printing.obstacles import Busy
from layers.printing.projection import Flat, Window
from layers.printing.sizes import MM, size_of
from layers.printing.words import Words
from layers.query.selection import parse_selection

LANGS = ["en", "ar"]
FRAME = Box(0, 0, 400, 300)
boxes = st.tuples(
    st.floats(-40, 420), st.floats(-40, 320), st.floats(1, 150), st.floats(1, 60)
).map(lambda b: Box(b[0], b[1], b[0] + b[2], b[1] + b[3]))
shapes = st.one_of(
    boxes.map(lambda box: box.shape().buffer(3)),
    boxes.map(lambda box: shapely.LineString([(box.left, box.top), (box.right, box.bottom)])),
)


def crowd(shown, count, radius):
    """Return so many areas and half as many posts on a grid; ``radius`` is in degrees."""
    area = next(held for held in shown if held.mapped and held.drawn.inner is not None)
    post = next(held for held in shown if held.mapped and held.is_point)
    west, south, east, north = area.shape.bounds
    many = []
    for at in range(count + count // 2):
        lead, kind = (area, "deescalation_area") if at < count else (post, "post")
        names = {"name_en": f"made up {kind} {at}", "name_ar": f"منطقة مصنوعة {at}"}
        row = replace(lead.row, zone_id=f"z{at}", zone_type=kind, **names)
        middle = shapely.Point(
            west + (east - west) * (at % 31) / 31, south + (north - south) * (at % 7) / 7
        )
        own = radius * (1 + at % 5 / 5)
        drawn = replace(
            lead.drawn,
            nominal=middle.buffer(own) if at < count else middle,
            inner=middle.buffer(own * 0.8) if at < count else None,
            outer=middle.buffer(own * 1.2),
        )
        many.append(replace(lead, row=row, drawn=drawn))
    return many


def crowded(layers, *, count, lang="en", radius=0.03):
    """Return a sheet of a crowded day and its page."""
    with figure.settings():
        made = asked(layers, parse_selection(on="2006-05-01"), lang=lang, size=size_of("a4"))
        made.shown = crowd(made.shown, count, radius)
        return made, sheet.drawn(made)


# Where names go ------------------------------------------------------------------------------


@given(st.lists(boxes, max_size=30), st.lists(boxes, min_size=1, max_size=20), st.data())
def test_what_is_free_is_what_a_look_at_every_box_finds(taken, tries, data) -> None:
    room = Room(FRAME)
    for box in taken:
        room.take(box)
    given_back = data.draw(st.sampled_from(taken)) if taken else None
    if given_back is not None:
        room.leave(given_back)
        taken = [*taken]
        taken.remove(given_back)
    frame = FRAME.grown(-room.padding)
    expected = [frame.holds(box) and not any(map(box.meets, taken)) for box in tries]
    assert room.frees(sides(tries)).tolist() == expected


def test_more_boxes_can_be_taken_than_there_was_room_for_first() -> None:
    room = Room(FRAME)
    cells = [Box(x, y, x + 9, y + 9) for x, y in product(range(5, 300, 10), range(5, 200, 10))]
    for cell in cells:
        room.take(cell)
    assert room.met(sides(cells)).all()
    assert not room.met(sides([Box(14.2, 14.2, 14.8, 14.8)])).any()


@given(st.lists(shapes, min_size=1, max_size=8), st.lists(boxes, min_size=1, max_size=10))
def test_the_grid_never_tells_more_than_lies_under_a_box(areas, tries) -> None:
    busy = Busy(areas)
    for box, least in zip(tries, busy.least_crossed(sides(tries)), strict=True):
        assert 0 <= least <= busy.crossed(box) + 1e-9


@pytest.mark.parametrize("moved", [at / 8 for at in range(16)])
def test_the_grid_never_tells_more_wherever_its_cells_begin(moved) -> None:
    # The long line makes a cell two points wide.
    across = [shapely.LineString([(100, y / 4), (140, y / 4)]) for y in range(400, 560)]
    down = [shapely.LineString([(x / 4, 100), (x / 4, 140)]) for x in range(400, 560)]
    busy = Busy([shapely.LineString([(0, 0), (400, 0)]), *across, *down])
    side = 119 + moved
    tries = [Box(90, 90, side, 150), Box(90, 90, 150, side)]
    tries += [Box(side, 90, 150, 150), Box(90, side, 150, 150)]
    for box, least in zip(tries, busy.least_crossed(sides(tries)), strict=True):
        assert 0.5 * busy.crossed(box) < least <= busy.crossed(box)


def test_the_grid_tells_most_of_what_lies_under_a_large_box() -> None:
    lines = [shapely.LineString([(0, y), (400, y)]) for y in range(0, 300, 3)]
    busy = Busy(lines)
    box = Box(50, 50, 250, 150)
    assert busy.least_crossed(sides([box]))[0] > 0.9 * busy.crossed(box)


def test_a_map_without_zones_has_nothing_under_a_name() -> None:
    busy = Busy([])
    assert busy.crossed(FRAME) == busy.covered(FRAME) == 0
    assert busy.least_crossed(sides([FRAME])).tolist() == [0]


# More than are cut at once lie over each other here.
MANY = Busy([shapely.box(at, at / 2, at + 90, at / 2 + 70) for at in range(0, 300, 2)])


@pytest.mark.parametrize("question", ["crossed", "covered"])
@given(boxes, st.floats(0.1, 500))
def test_an_answer_that_stops_early_has_reached_its_bound(question, box, most) -> None:
    answer = getattr(MANY, question)
    whole, stopped = answer(box), answer(box, most)
    assert stopped == whole if whole < most else most <= stopped <= whole + 1e-9


@given(st.lists(boxes, min_size=1, max_size=8), st.lists(shapes, min_size=1, max_size=5))
def test_bounds_do_not_change_which_place_is_cheapest(taken, areas) -> None:
    busy = Busy(areas)
    tries = around(areas[0], 40, 12)
    bounded, model = Room(FRAME), Room(FRAME)
    for box in taken:
        bounded.take(box)
        model.take(box)

    def stopping(box, most):
        price = busy.crossed(box, most)
        return price if price >= most else price + busy.covered(box)

    def whole(box, _):
        return busy.crossed(box) + busy.covered(box)

    least = busy.least_crossed(tries)
    assert bounded.best(tries, stopping, 30.0, least=least) == model.best(tries, whole, 30.0)


def test_a_full_map_asks_for_no_price() -> None:
    room = Room(FRAME)
    room.take(FRAME)
    tries = around(shapely.box(100, 100, 200, 200), 40, 12)
    assert room.best(tries, lambda *_: pytest.fail("asked"), 70.0) is None


def test_prices_are_asked_for_what_a_page_holds_and_not_for_every_zone(second, monkeypatch) -> None:
    crossed, priced = Busy.crossed, Counter()
    for count in (40, 160):

        def counted(self, *given, count=count):
            priced[count] += 1
            return crossed(self, *given)

        with monkeypatch.context() as patch:
            patch.setattr(Busy, "crossed", counted)
            crowded(second, count=count, radius=0.5)
    assert priced[40] > 0
    assert priced[160] < 1.5 * priced[40]


def test_each_shape_is_projected_once_a_window(second, monkeypatch) -> None:
    project, projected = Window.project, Counter()

    def counted(self, geometry):
        projected[self, geometry.wkb if geometry is not None else None] += 1
        return project(self, geometry)

    monkeypatch.setattr(Window, "project", counted)
    made, _ = crowded(second, count=20)
    windows = {chart.window for chart in made.charts}
    for held in made.shown[:20]:
        for shape in (held.drawn.nominal, held.drawn.inner, held.drawn.outer):
            assert all(projected[window, shape.wkb] <= 1 for window in windows)
            assert any(projected[window, shape.wkb] for window in windows)


def test_a_window_shows_the_same_of_a_shape_each_time() -> None:
    window = Window(FRAME, 38.0, 35.0, 500.0)
    flat = Flat(window)
    for lon in (37.9, 38.1, 37.9):
        area = shapely.Point(lon, 35).buffer(0.1)
        assert flat.of(area).equals(window.project(area))
    assert flat.of(None) is None


# The second map ------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.floats(-21, -19), st.floats(-22, -20)), min_size=3, max_size=25))
def test_the_second_map_lies_where_most_places_are(second, spots) -> None:
    post = next(h for h in asked(
        second, parse_selection(on="2006-05-01"), lang="en", size=size_of("a4")
    ).shown if h.mapped and h.is_point)  # fmt: skip
    shown = [
        replace(post, drawn=replace(post.drawn, nominal=shapely.Point(spot))) for spot in spots
    ]
    main, box = Window(Box(0, 0, 600, 500), -20.0, -21.0, 500.0), Box(0, 0, 300, 250)
    found = Detail(Flat(main), shown, ())._densest(box)
    flat = np.array([main.at(*spot) for spot in spots])
    flat = flat[(flat >= 0).all(axis=1) & (flat <= [600, 500]).all(axis=1)]
    half = np.array([300, 250]) / 2.2 / 2
    most = max(((np.abs(flat - m) <= half + 1e-9).all(axis=1).sum() for m in flat), default=0)
    assert len(found) == (most if most >= 3 else 0)


# The list and the foot -----------------------------------------------------------------------


class Tall(DayList):
    """A list whose entries are as high as they say, in letters of any size."""

    asked = 0

    def _height(self, entry, px: float) -> float:
        Tall.asked += 1
        return entry * px


@given(st.lists(st.integers(1, 6), max_size=12), st.floats(0, 700), st.sampled_from(LANGS))
def test_the_list_takes_the_largest_letters_that_hold_it(entries, room, lang) -> None:
    listed = Tall(entries, Words(lang), 1.0, 180.0)
    sizes = lists._SIZES_PX
    line = flow.LEADING[lang] * sizes[-1]
    counts = [n for n in range(len(entries) + 1) if sum(entries[:n]) * sizes[-1] + line <= room]
    expected = next(
        ((px, len(entries)) for px in sizes if sum(e * px for e in entries) <= room),
        (sizes[-1], max(counts, default=0)),
    )
    assert listed.fitting(room) == expected


def test_entries_beyond_the_page_are_not_measured(monkeypatch) -> None:
    monkeypatch.setattr(Tall, "asked", 0)
    listed = Tall([1] * 10_000, Words("en"), 1.0, 180.0)
    assert listed.fitting(500.0)[1] < 60
    assert Tall.asked < 60 * len(lists._SIZES_PX)


@pytest.fixture(scope="module", params=LANGS)
def full(request, second):
    """A sheet of 200 areas and 100 posts, and its page."""
    return crowded(second, count=200, lang=request.param)


def test_what_a_crowded_list_leaves_out_is_counted_on_the_page(full) -> None:
    made, page = full
    entries = lists.entries(made.shown, made.words, made.numbers)
    assert sum(len(entry.held) for entry in entries) == 300
    assert all(len(entry.held) <= 40 for entry in entries)
    assert 0 < made.left_out < 300
    assert made.words.own("more_zones", n=made.left_out) in " ".join(page.texts)


def test_names_of_a_crowded_map_lie_apart(full) -> None:
    made, _ = full
    names = made.charts[0].room.names
    assert len(names) > 5
    assert not any(one.meets(other) for one, other in combinations(names, 2))
    assert len(made.charts[0].named) < 300


@pytest.fixture(scope="module")
def cited(second):
    """The second atlas with a thousand sources more, all of them cited."""
    source = next(iter(second.record.sources.values()))
    sources = {**second.record.sources, **{f"made-up-{n:04d}": source for n in range(1000)}}
    return replace(second, record=replace(second.record, sources=sources))


@pytest.mark.parametrize("lang", LANGS)
def test_a_foot_of_many_sources_stays_low_and_says_how_many_are_missing(
    cited, monkeypatch, lang
) -> None:
    measured, tries = Foot._measured, []
    monkeypatch.setattr(Foot, "_measured", lambda self: tries.append(1) or measured(self))
    with figure.settings():
        made = asked(cited, parse_selection(on="2006-05-01"), lang=lang, size=size_of("a4"))
        made.numbers = {key: at for at, key in enumerate(cited.record.sources, start=1)}
        page = sheet.drawn(made)
        foot = Foot(made, Box(10 * MM, 10 * MM, 287 * MM, 200 * MM))
    assert foot.height <= 0.22 * 190 * MM
    for lines in foot._columns():
        assert flow.height(lines, lang) <= foot.height
    shown = foot._most
    assert 10 < shown < 1000
    assert not foot._fits(foot._px, shown + 1)
    assert len(tries) < 50
    assert made.words.own("more_sources", n=len(made.numbers) - shown) in " ".join(page.texts)
