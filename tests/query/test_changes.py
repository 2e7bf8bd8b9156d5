"""What appeared, changed or ended between two days, with the claims behind it."""

from __future__ import annotations

import json
from datetime import date

import pytest

from layers.errors import QueryError
from layers.query.changes import diff
from tests.support.atlases import tamas


def between(layers, first: str, second: str, by: str | None = None):
    days = (date.fromisoformat(day) for day in (first, second))
    known = date.fromisoformat(by) if by else None
    return {item["zone_id"]: item for item in diff(layers, *days, known_by=known)}


def test_an_agreement_appears_with_its_claims(real) -> None:
    found = between(real, "2020-03-04", "2020-03-05")["m4-security-corridor"]
    assert found["change"] == "appeared"
    assert found["after"] == {"paper": ["agreed"]}
    assert any(key.startswith("moscow-protocol-2020") for key in found["claim_ids"])


def test_a_first_patrol_changes_the_route_and_not_the_corridor(real) -> None:
    found = between(real, "2020-03-14", "2020-03-15")
    assert found["m4-patrol-route"]["change"] == "changed"
    assert found["m4-patrol-route"]["before"] == {"paper": ["agreed"]}
    assert found["m4-patrol-route"]["after"]["practice"] == ["partly_implemented"]
    assert found["m4-security-corridor"]["change"] == "unchanged"


def test_the_idlib_zone_ends_by_military_change_and_bases_stay(real) -> None:
    found = between(real, "2024-11-20", "2024-12-09")
    assert found["idlib-zone"]["change"] == "ended"
    assert found["idlib-zone"]["end_reasons"] == ["military_change"]
    for zone in ("hmeimim", "tartus-naval", "qamishli-airport-base", "tanf-55km"):
        assert found[zone]["change"] == "unchanged"


def test_a_new_contact_line_changes_the_shape_alone(real) -> None:
    found = between(real, "2020-03-05", "2020-03-06")["idlib-zone"]
    assert found["change"] == "changed"
    assert found["shape_changed"]
    assert found["before"] == found["after"]


def test_the_same_day_twice_changes_nothing(either) -> None:
    day = either.record.atlas.record_from
    assert {item["change"] for item in between(either, day, day).values()} <= {"unchanged"}


def test_the_other_way_round_what_appeared_has_ended(either) -> None:
    first, last = either.record.atlas.record_from, either.record.atlas.record_to
    mirror = {"appeared": "ended", "ended": "appeared"}
    there, back = between(either, first, last), between(either, last, first)
    for zone, item in there.items():
        assert back[zone]["change"] == mirror.get(item["change"], item["change"])


def test_what_was_said_later_is_not_known(real) -> None:
    early = between(real, "2018-09-16", "2019-06-01", by="2020-02-05")["demilitarized-strip"]
    late = between(real, "2018-09-16", "2019-06-01", by="2020-02-06")["demilitarized-strip"]
    assert "not_implemented" not in early["after"].get("practice", [])
    assert "not_implemented" in late["after"]["practice"]


def test_a_day_beyond_the_record_is_refused(real) -> None:
    with pytest.raises(QueryError, match="beyond the record"):
        diff(real, date(2020, 1, 1), date(2031, 1, 1))


def test_the_command_prints_changes_and_json() -> None:
    text = tamas("diff", "2020-03-04", "2020-03-05").stdout
    assert "appeared: M4 security corridor" in text
    data = json.loads(tamas("diff", "2020-03-04", "2020-03-05", "--json").stdout)
    assert {"zone_id", "change", "before", "after", "claim_ids"} <= set(data["zones"][0])
    assert tamas("diff", "2020-03-04", "tomorrow").returncode == 1
