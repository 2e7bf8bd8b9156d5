"""Events of which nothing can be told are in columns of their own, and never outside."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from layers.build.rows import BuiltAtlas, frame_of, iter_rows
from layers.events.values import NO_PLACE, UNKNOWN
from layers.monitor import report
from layers.monitor.count import count
from layers.monitor.index import ZoneIndex
from layers.monitor.periods import EPOCH
from layers.monitor.table_rows import UNTOLD
from tests.monitor.test_monitor import batch_of

IDLIB = (36.61, 35.80)
PARTS = ("inside_all", "inside_some", *UNTOLD, "outside")


def told(batch, index, **which) -> dict[str, int]:
    """Return the numbers of one row that are not zero."""
    rows = report.table(count(batch, index, by="year"), index, by="year").to_pylist()
    (row,) = [row for row in rows if all(row[name] == value for name, value in which.items())]
    assert sum(row[name] for name in PARTS) == row["events"]
    return {name: row[name] for name in PARTS if row[name]}


def days_of(batch, first, last) -> pa.RecordBatch:
    for name, day in (("first", first), ("last", last)):
        number = pa.array([day.toordinal() - EPOCH] * batch.num_rows, pa.int32())
        batch = batch.append_column(name, number.view(pa.date32()))
    return batch


@pytest.fixture(scope="module")
def index(real) -> ZoneIndex:
    return ZoneIndex.of(real)


@pytest.mark.parametrize("spot", [IDLIB, (38.0, 33.0)], ids=["within", "far"])
def test_a_zone_without_an_outline_on_a_day_has_no_events_outside(index, spot):
    batch = batch_of([(*spot, date(2017, 6, 1)), (*spot, date(2017, 9, 14))])
    for status in ("any", "agreed"):
        assert told(batch, index, zone_id="idlib-zone", status=status) == {"no_shape": 2}
    assert told(batch, index, zone_id="", status="any")["no_shape"] == 2


def test_an_event_of_days_with_an_outline_and_without_is_neither(index):
    batch = batch_of([(*IDLIB, date(2017, 9, 16)), (38.0, 33.0, date(2017, 9, 16))])
    batch = days_of(batch, date(2017, 9, 13), date(2017, 9, 16))
    assert told(batch, index, zone_id="idlib-zone", status="any") == {"no_shape": 2}
    # In practice nothing held before: within on some of its days, and outside on all.
    effect = told(batch, index, zone_id="idlib-zone", status="in_effect")
    assert effect == {"too_imprecise": 1, "outside": 1}


def without(real, **shapes) -> BuiltAtlas:
    """Return the atlas with other shapes of what is agreed for the Idlib zone."""
    rows = [
        row._replace(**shapes) if (row.zone_id, row.track) == ("idlib-zone", "paper") else row
        for row in iter_rows(real.frame)
    ]
    return BuiltAtlas(real.record, frame_of(rows, real.record.languages), {})


def test_a_zone_whose_other_period_has_an_outline_holds_what_is_in_it(real):
    index = ZoneIndex.of(without(real, nominal=None, inner=None, outer=None))
    batch = batch_of([(*IDLIB, date(2019, 6, 1)), (38.0, 33.0, date(2019, 6, 1))])
    found = {
        status: told(batch, index, zone_id="idlib-zone", status=status)
        for status in ("any", "agreed", "in_effect")
    }
    assert found == {
        "any": {"inside_all": 1, "no_shape": 1},
        "agreed": {"no_shape": 2},
        "in_effect": {"inside_all": 1, "outside": 1},
    }


def test_a_reading_in_which_a_zone_has_no_shape_says_so(real):
    """Of what is only somewhere within an outer shape, the inner reading can tell nothing."""
    vague, batch = without(real, nominal=None, inner=None), batch_of([(*IDLIB, date(2019, 6, 1))])
    agreed = {"zone_id": "idlib-zone", "status": "agreed"}
    assert told(batch, ZoneIndex.of(vague), **agreed) == {"inside_some": 1}
    index = ZoneIndex.of(vague, reading="inner")
    (row,) = [
        row
        for row in report.table(count(batch, index), index).to_pylist()
        if all(row[name] == value for name, value in agreed.items())
    ]
    assert (row["inside"], row["no_shape"], row["outside"]) == (0, 1, 0)


def test_unknown_precision_and_no_place_are_columns_of_every_zone_with_an_outline(index):
    events = [(*IDLIB, date(2019, 6, 1))] * 3 + [(*IDLIB, date(2017, 6, 1))]
    batch = batch_of(events, accuracy=pa.array([UNKNOWN, NO_PLACE, 0, UNKNOWN], pa.uint8()))
    nineteen, seventeen = ({"zone_id": "idlib-zone", "status": "agreed", "period": year}
                           for year in ("2019", "2017"))  # fmt: skip
    assert told(batch, index, **nineteen) == {
        "inside_all": 1, "unknown_precision": 1, "not_placeable": 1,
    }  # fmt: skip
    assert told(batch, index, **seventeen) == {"no_shape": 1}
    assert told(batch, index, zone_id="", status="any", period="2019") == {
        "inside_all": 1, "unknown_precision": 1, "not_placeable": 1,
    }  # fmt: skip
    totals = report.totals(count(batch, index), index)
    for zone in totals["zones"].values():
        parts = [n for part in zone.values() for name, n in part.items() if name != "events"]
        assert sum(parts) == totals["counted"] == 4
