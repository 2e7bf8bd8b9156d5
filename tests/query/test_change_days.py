"""The days of the site: walked once, listed for a small atlas and counted for a large one."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from layers.build.rows import iter_rows, rows_by_zone
from layers.query import change_days
from layers.query.change_days import GROUPS, MOST, iter_change_days
from layers.query.changes import diff
from layers.query.filters import holding
from layers.query.states import row_priority, zone_states_on
from layers.web.site import day_pages, write_site
from tests.support.site_links import QUICK, broken, read_page

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def walked(second) -> dict:
    return {turn.day: turn for turn in iter_change_days(second)}


@pytest.fixture(scope="module")
def counted(second, tmp_path_factory):
    """The second atlas's site, written as if it were too large to list."""
    folder = tmp_path_factory.mktemp("site") / "counted"
    with pytest.MonkeyPatch.context() as patch:
        for module in (change_days, day_pages):
            patch.setattr(module, "MOST", 1)
        patch.setattr(day_pages, "_NAMED", 1)
        write_site(second, folder, **QUICK)
    return folder


@pytest.fixture
def crowded(walked):
    """The day of the second atlas on which the most changes, while others hold."""
    late = [turn for turn in walked.values() if turn.number > 2]
    return max(late, key=lambda turn: len(turn.changes["appeared"]))


# --- the walk --------------------------------------------------------------------------------


def test_what_holds_on_a_day_is_what_a_look_at_that_day_alone_finds(either):
    found = list(iter_change_days(either))
    assert len(found) > 5
    for turn in found:
        alone = zone_states_on(either, turn.day)
        assert turn.states == tuple(alone.values()), turn.day
        assert turn.number == len(alone), turn.day


def test_what_changed_on_a_day_is_what_the_comparison_of_all_zones_finds(either):
    for turn in iter_change_days(either):
        if not turn.begins:
            whole = diff(either, turn.day - DAY, turn.day)
            told = {name: [one for one in whole if one["change"] == name] for name in GROUPS}
            assert turn.changes == told, turn.day


def test_what_holds_is_counted_by_layer_and_kind(walked, second):
    zones = second.record.zones
    for turn in walked.values():
        sorts = [(zones[one.zone_id].layer, zones[one.zone_id].type) for one in turn.states]
        assert turn.counts == {sort: sorts.count(sort) for sort in sorts}


def test_the_atlases_of_this_repository_are_listed_whole(either):
    assert max(turn.number for turn in iter_change_days(either)) < MOST


def test_rows_by_zone_are_all_rows(either):
    by_zone = rows_by_zone(iter_rows(either.frame))
    assert by_zone == either.by_zone
    assert [row for rows in by_zone.values() for row in rows] == list(either.rows)
    for name, rows in by_zone.items():
        assert {row.zone_id for row in rows} == {name}


def test_a_state_is_that_of_the_row_that_comes_first(either):
    """The state of a zone on a day is found row by row; the columns say the same."""
    rows = either.frame
    ended = rows[rows["end_reason"] == "last_report_only"]
    reports = dict(ended.groupby(["zone_id", "track"])["valid_from"].min().dt.date)
    for turn in iter_change_days(either):
        states = zone_states_on(either, turn.day)
        held = rows_by_zone(iter_rows(holding(rows, turn.day)))
        assert {name: state.rows for name, state in states.items()} == held
        assert list(states) == list(held)
        for name, state in states.items():
            lead = state.lead
            assert lead == min(held[name], key=lambda row: row_priority(row, turn.day))
            after = reports.get((name, lead.track), date.max) <= lead.valid_from
            after = after and lead.status == "unknown"
            assert state.is_after_last_report == after, (turn.day, name)


# --- a page of an atlas too large to list ----------------------------------------------------


def test_a_large_atlas_keeps_its_links_and_its_patterns(counted):
    assert broken(counted) == []
    for page in counted.rglob("days/*.html"):
        text = page.read_text(encoding="utf-8")
        used = set(re.findall(r"url\(#([\w-]+)\)", text))
        assert used <= set(re.findall(r'<pattern id="([\w-]+)"', text)), page.name


def test_a_day_of_a_large_atlas_tells_all_changes_and_counts_the_rest(counted, crowded):
    text = (counted / "days" / f"{crowded.day}.html").read_text(encoding="utf-8")
    changes, holding = text.split('aria-labelledby="holding"')
    for name in GROUPS:
        for one in crowded.changes[name]:
            assert f'href="../zones/{one["zone_id"]}.html"' in changes
    assert re.findall(r'href="\.\./zones/([\w-]+)\.html', holding) == ["index"] * len(
        {layer for layer, _ in crowded.counts}
    )
    assert [int(n) for n in re.findall(r"</b><span>(\d+)</span>", holding)] == list(
        crowded.counts.values()
    )


def test_the_picture_of_a_large_atlas_says_how_many_of_the_changes_it_draws(counted, crowded):
    assert len(crowded.changes["appeared"]) > 1
    page = read_page(counted / "days" / f"{crowded.day}.html")
    shapes = len(re.findall(r"<title>", (counted / "days" / f"{crowded.day}.html").read_text()))
    assert re.search(r"Drawn: 1 of the [2-9] zones that change on", page.text)
    assert 1 <= shapes - 1 <= 3  # a zone is at most three shapes; one title is the page's own


def test_the_line_of_a_day_names_some_zones_and_counts_the_others(counted, crowded):
    page = read_page(counted / "days" / f"{crowded.day}.html")
    left = len(crowded.changes["appeared"]) - 1
    assert f"and {left} more" in page.metas["description"]
