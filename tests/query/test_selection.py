"""What part of the atlas an export holds."""

from __future__ import annotations

import pytest

from layers.errors import QueryError, UnknownId
from layers.query import filters as query
from layers.query.selection import Selection, parse_bbox, parse_selection


def test_a_view_of_nothing_in_particular_is_every_row(either):
    assert parse_selection().rows(either).equals(either.frame)


def test_layers_zones_and_box_narrow_together(second):
    layer, zone = second.rows[0].layer, second.rows[0].zone_id
    rows = parse_selection(layers=[layer], zones=[zone]).rows(second)
    assert list(rows["id"]) == [
        row.id for row in second.rows if row.layer == layer and row.zone_id == zone
    ]
    assert len(rows)
    elsewhere = parse_selection(layers=[layer], zones=[zone], bbox="-170,-80,-169,-79").rows(second)
    assert len(elsewhere) == 0


def test_the_day_and_the_day_of_knowledge_are_those_of_the_questions(real):
    day, by = query.required_day("on", "2018-10-01"), query.required_day("known-by", "2018-09-01")
    rows = parse_selection(on="2018-10-01", known_by="2018-09-01").rows(real)
    assert rows.equals(query.holding(query.known_by(real.frame, real.record, by), day))
    assert not rows.equals(query.holding(real.frame, day))


@pytest.mark.parametrize("option", ["layers", "zones"])
def test_an_unknown_name_is_refused_with_those_there_are(second, option):
    with pytest.raises(UnknownId, match="nowhere-at-all"):
        parse_selection(**{option: ["nowhere-at-all"]}).rows(second)


def test_a_day_beyond_the_record_is_refused(second):
    with pytest.raises(QueryError, match="beyond the record"):
        parse_selection(on="1900-01-01").rows(second)


@pytest.mark.parametrize(
    "text", ["", "1,2,3", "1,2,3,x", "1,2,3,nan", "1,5,3,4", "1,4,3,4", "181,0,1,1", "0,-91,1,1"]
)
def test_a_box_that_is_none_is_refused(text):
    with pytest.raises(QueryError, match="west,south,east,north"):
        parse_bbox(text)


def test_a_box_over_the_antimeridian_is_taken():
    assert parse_bbox("170,-10,-170,10") == (170, -10, -170, 10)


@pytest.mark.parametrize("option", ["layers", "zones"])
def test_an_empty_name_is_refused(option):
    with pytest.raises(QueryError, match=f"{option[:-1]}: names nothing"):
        parse_selection(**{option: [" "]})


def test_a_view_needs_no_text():
    assert Selection() == parse_selection()
