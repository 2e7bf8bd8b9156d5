"""What the page answers, against what the command answers, on the real record in a browser."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely

from geo.measure import distance_m
from layers.build.rows import BuiltAtlas, ZonePeriod, iter_rows
from layers.i18n import translator
from layers.query import changes as compare
from layers.query import filters as query
from layers.query import search
from layers.query.points import query_point
from layers.query.recipe_steps import recipe_steps, step_lines
from layers.query.states import change_dates, zone_states_on
from layers.web.page.data import page_data
from layers.web.page.page import render_page
from tests.support.atlases import index_of, row_of
from tests.support.browser import idle

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]
NEAR_M = 5.0


@pytest.fixture(scope="module")
def page(browser: Any, real: BuiltAtlas, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The real atlas as one file, opened."""
    file: Path = tmp_path_factory.mktemp("answers") / "atlas.html"
    html = render_page(page_data(real), mode="file")
    file.write_text(html, encoding="utf-8", newline="\n")
    made = browser.new_page(viewport={"width": 1280, "height": 800})
    made.goto(file.as_uri())
    yield idle(made)
    made.close()


@pytest.fixture(autouse=True)
def everything_known(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    request.getfixturevalue("page").evaluate("Tamas.page.atlas.set({known: null})")


def days(built: BuiltAtlas, count: int, seed: int) -> list[date]:
    """Return random days of the record, half of them days of change."""
    dice = random.Random(seed)
    first, last = (
        date.fromisoformat(day)
        for day in (built.record.atlas.record_from, built.record.atlas.record_to)
    )
    turns = sorted({row.valid_from for row in built.rows if first <= row.valid_from <= last})
    span = (last - first).days
    return [
        dice.choice(turns) if n % 2 else first + timedelta(dice.randint(0, span))
        for n in range(count)
    ]


def points(built: BuiltAtlas, count: int, seed: int) -> list[tuple[float, float]]:
    """Return random points of the atlas, most of them in or near something it draws."""
    dice = random.Random(seed)
    extent = shapely.Polygon(built.record.atlas.extent)
    shapes = [
        shape for one in built.rows if (shape := one.outer) is not None and extent.contains(shape)
    ]
    found: list[tuple[float, float]] = []
    while len(found) < count:
        west, south, east, north = dice.choice(shapes).bounds if len(found) % 4 else extent.bounds
        pad = (east - west) * 0.2
        spot = (
            round(dice.uniform(west - pad, east + pad), 6),
            round(dice.uniform(south - pad, north + pad), 6),
        )
        if extent.covers(shapely.Point(spot)):
            found.append(spot)
    return found


def on_the_page(built: BuiltAtlas) -> set[str]:
    """Return the rows whose shape the page has: a venue abroad is not on its map."""
    return {row["id"] for row in page_data(built)["rows"] if row["shape"]}


@pytest.mark.parametrize("known_by", [None, date(2018, 9, 20)])
def test_ask_here_equals_the_command_on_random_points_and_days(
    real: BuiltAtlas, page: Any, known_by: date | None
) -> None:
    drawn = on_the_page(real)
    page.evaluate("by => Tamas.page.atlas.set({known: by})", _number(known_by))
    inside = 0
    asked = list(zip(points(real, 200, 4), days(real, 200, 7), strict=True))
    for (lon, lat), on in asked[: 200 if known_by is None else 60]:
        answers = query_point(index_of(real), lon, lat, on=on, known_by=known_by, within_km=20_000)
        ours = {one.row.id: one for one in answers if one.row.id in drawn}
        theirs = {
            one["id"]: one
            for one in page.evaluate(
                "([lon, lat, on]) => Tamas.page.atlas.answers(lon, lat, on)",
                [lon, lat, on.isoformat()],
            )
        }
        assert set(theirs) == set(ours), (lon, lat, on)
        for key, one in ours.items():
            other = theirs[key]
            assert other["holds"] == one.holds
            inside += one.relation != "outside"
            if one.relation != other["relation"]:
                shapes = row_of(real, key)
                edges = [distance_m(lon, lat, shape) for shape in (shapes.inner, shapes.outer)]
                assert min(edge for edge in edges if edge is not None) <= NEAR_M, (lon, lat, key)
            if one.distance_to_edge_m is None:
                assert other["metres"] is None
            else:
                assert other["metres"] == pytest.approx(one.distance_to_edge_m, abs=NEAR_M)
    assert inside > 20  # or nothing would be proven of what holds a point


def _number(day: date | None) -> int | None:
    return None if day is None else (day - date(1970, 1, 1)).days


@pytest.mark.parametrize("known_by", [None, date(2019, 6, 1), date(2021, 3, 17)])
def test_comparing_equals_the_command(real: BuiltAtlas, page: Any, known_by: date | None) -> None:
    page.evaluate("by => Tamas.page.atlas.set({known: by})", _number(known_by))
    pairs = list(zip(days(real, 25, 1), days(real, 25, 2), strict=True))
    for first, second in pairs:
        found = compare.diff(real, first, second, known_by=known_by)
        ours = {(one["zone_id"], one["change"]) for one in found}
        theirs = page.evaluate(
            "([first, second]) => Tamas.page.atlas.changes(first, second)",
            [first.isoformat(), second.isoformat()],
        )
        assert {(one["zone_id"], one["change"]) for one in theirs} == ours, (first, second)


def test_the_page_takes_the_same_row_for_each_zone_on_every_day_of_change(
    real: BuiltAtlas, page: Any
) -> None:
    """`js/leading.js` holds the rule of `row_priority` a second time."""
    days = list(change_dates(real))
    ours = [
        {
            name: [state.lead.id, state.holds, state.disputed]
            for name, state in zone_states_on(real, day).items()
        }
        for day in days
    ]
    theirs = page.evaluate(
        """(days) => days.map((day) => {
          const record = Tamas.page.atlas.record;
          const found = record.zoneStatesOn(day, record.layerIds);
          return Object.fromEntries(found.map(({ zone, lead }) =>
            [zone.id, [lead.row.id, lead.holds, lead.row.disputed === true]]));
        })""",
        [_number(day) for day in days],
    )
    assert len(days) > 50
    for day, mine, its in zip(days, ours, theirs, strict=True):
        assert its == mine, day


@pytest.mark.parametrize("known_by", ["2015-09-18", "2018-09-20", "2020-03-10", "2024-12-31"])
def test_known_by_equals_the_command(real: BuiltAtlas, page: Any, known_by: str) -> None:
    page.evaluate("by => Tamas.page.atlas.set({known: by})", _number(date.fromisoformat(known_by)))
    theirs = page.evaluate(
        """() => Tamas.page.atlas.record.order.flatMap((zone) => zone.rows.map(
          (row) => [row.id, row.to === null, row.claim_ids, row.dispute_ids, row.source_ids]))"""
    )
    ours = [
        [
            row.id,
            row.valid_to is None,
            list(row.claim_ids),
            list(row.dispute_ids),
            list(row.source_ids),
        ]
        for row in iter_rows(query.known_by(real.frame, real.record, date.fromisoformat(known_by)))
    ]
    assert sorted(theirs) == sorted(ours)


def test_steps_of_drawing_are_those_that_the_command_says(real: BuiltAtlas, page: Any) -> None:
    record, seen = real.record, set()
    chosen: dict[str, ZonePeriod] = {}
    for row in real.rows:
        steps = recipe_steps(record, real.recipes[row.id])
        if row.outer is not None and not seen.issuperset(kinds := {one["step"] for one in steps}):
            seen |= kinds
            chosen[row.zone_id] = row
    assert len(seen) > 10
    for lang in record.languages:
        for row in chosen.values():
            shown = {"lang": lang, "zone": row.zone_id, "on": row.valid_from}
            lines = page.evaluate(
                """({ on, ...given }) => {
                  const { atlas } = Tamas.page;
                  const day = Date.parse(on) / 86400000;
                  atlas.set({ ...given, on: atlas.record.clamp(day) });
                  return [...document.querySelectorAll(".drawing li")].map((li) => li.textContent);
                }""",
                {name: str(value) for name, value in shown.items()},
            )
            rows = (one for one in real.rows if one.zone_id == row.zone_id)
            words = translator(lang, record)
            assert lines in [
                step_lines(record, recipe_steps(record, real.recipes[one.id]), words)
                for one in rows
            ]
    page.evaluate("lang => Tamas.page.atlas.set({lang, zone: null})", record.languages[0])


WRITTEN = (
    "ترنبه, Tronba, saraqeb, الشيخ عقيل, Jisr ash Shughur, ain al hawr, حلب, Alepo, kobane, "
    "qalaat al madiq, تل رفعت, maarrat, zzzz, ا, الترنبة, Idleb, M4"
)


@pytest.mark.parametrize("written", WRITTEN.split(", "))
def test_search_finds_the_places_that_the_command_finds(
    real: BuiltAtlas, page: Any, written: str
) -> None:
    ours = [(one.place.id, round(one.score, 3)) for one in search.search(real.record, written)]
    theirs = page.evaluate("text => Tamas.page.atlas.find(text, 10)", written)
    assert [(one["id"], round(one["score"], 3)) for one in theirs] == ours


@pytest.mark.parametrize(
    ("written", "lat", "lon"),
    [
        ("35.787, 36.472", 35.787, 36.472),
        ("35.787 36.472", 35.787, 36.472),
        ("35.787° N, 36.472° E", 35.787, 36.472),
        ("35°47'13\"N 36°28'19\"E", 35.786944, 36.471944),
        ("٣٥٫٧٨٧، ٣٦٫٤٧٢", 35.787, 36.472),
    ],
)
def test_coordinates_are_taken_as_people_write_them(
    page: Any, written: str, lat: float, lon: float
) -> None:
    page.evaluate("Tamas.page.atlas.set({ask: null, tool: 'ask', zone: null, view: null})")
    field = page.locator(".coordinates input")
    field.fill(written)
    field.press("Enter")
    asked = page.evaluate("Tamas.page.atlas.state.ask")
    assert asked["lat"] == pytest.approx(lat, abs=1e-5)
    assert asked["lon"] == pytest.approx(lon, abs=1e-5)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("nonsense", "latitude, then longitude"),
        ("36.472, 35.787 x", "latitude"),
        ("48, 2", "beyond"),
    ],
)
def test_coordinates_that_cannot_be_used_are_explained(page: Any, written: str, says: str) -> None:
    page.evaluate("Tamas.page.atlas.set({ask: null, tool: 'ask', zone: null, view: null})")
    page.locator(".coordinates input").fill(written)
    page.locator(".coordinates input").press("Enter")
    assert says in page.locator(".fault").inner_text()
