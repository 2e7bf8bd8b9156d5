"""Days with a time: what follows the day is cut off only where it says nothing of the day."""

import pyarrow as pa
import pytest

from layers.events.columns import parse_columns
from layers.events.values import REASONS, parse_events


@pytest.mark.parametrize("relation", [pa.string(), pa.binary()])
@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020-03-05", "2020-03-05"),
        ("2020-03-05T23:59+03:00", "2020-03-05"),
        ("2020-03-05 7:05", "2020-03-05"),
        ("2020-03-05T00:00:01Z", "2020-03-05"),
        ("31-Dec-21", "2021-12-31"),
        ("2021/03/05", "2021-03-05"),
        ("2020-04-01 23:30:00+03", "2020-04-01"),
        ("2020-04-01 23:30:00 UTC", "2020-04-01"),
        ("03/04/2021", None),
        ("2020-02-30T10:00", None),
        ("2020-03-05T10", None),
        ("2020-03-05T10:00 in the morning", None),
    ],
)
def test_a_day_is_read_with_its_time_or_not_at_all(text, day, relation):
    raw = {
        "x": pa.array([36.5]), "y": pa.array([35.8]),
        "d": pa.array([text]).cast(relation).dictionary_encode(),
    }  # fmt: skip
    events, reason = parse_events(raw, parse_columns("lon=x,lat=y,date=d"))
    found = [str(one) for one in events.column("day").to_pylist()]
    assert found == ([] if day is None else [day]), REASONS[reason[0]]
