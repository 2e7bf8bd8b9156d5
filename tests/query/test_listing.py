"""The record as lists: claims, sources, disputes, systems, what is not known, the timeline."""

from __future__ import annotations

import json
from datetime import date

import pytest

from layers.errors import UnknownId
from layers.query import listing
from layers.query.filters import holding
from tests.support.atlases import tamas

CLAIM_FIELDS = [
    "id", "source_id", "source_sha256", "start", "end", "quote_sha256", "kind", "summary_en",
    "summary_ar", "places", "actors", "date", "date_basis", "stated_on", "asserted_by", "hedged",
    "zone_ids", "second_reading", "second_reading_on", "second_reading_note_en",
    "second_reading_note_ar", "reviewed_by", "reviewed_on",
]  # fmt: skip
ARTICLES = (
    "enab-baladi-2021-03-17", "enab-baladi-2024-11-13", "afp-2015-09-18", "tasnim-2016-02-12",
    "arab-today-2020-02-06",
)  # fmt: skip


def test_the_command_lists_each_claim_with_all_its_fields(real) -> None:
    found = json.loads(tamas("claims", "--json").stdout)
    assert [item["id"] for item in found] == list(real.record.claims)
    for item in found:
        assert set(CLAIM_FIELDS) <= set(item)


def test_the_five_articles_have_well_over_a_hundred_claims(real) -> None:
    counts = {key: len(listing.claims(real.record, source=key)) for key in ARTICLES}
    assert all(count >= 25 for count in counts.values()), counts
    assert sum(counts.values()) > 150


def test_a_claim_of_an_article_is_a_span_of_at_most_700_characters(real) -> None:
    for key in ARTICLES:
        for item in listing.claims(real.record, source=key):
            assert 0 < item["end"] - item["start"] <= 700, item["id"]
            assert item["source_sha256"], item["id"]


def test_claims_of_a_zone_are_those_that_it_rests_on(either) -> None:
    for row in either.rows:
        found = {item["id"] for item in listing.claims(either.record, zone=row.zone_id)}
        assert set(row.claim_ids) <= found


def test_claims_known_by_a_day_had_been_stated(real) -> None:
    by = date(2018, 1, 1)
    found = listing.claims(real.record, known_by=by)
    assert 0 < len(found) < len(real.record.claims)
    assert all(real.record.known[item["id"]] <= by for item in found)


@pytest.mark.parametrize("filters", [{"layer": "x"}, {"source": "x"}, {"zone": "x"}])
def test_an_unknown_filter_is_refused(real, filters) -> None:
    with pytest.raises(UnknownId):
        listing.claims(real.record, **filters)


def test_all_38_systems_are_represented_each_with_its_reason(real) -> None:
    found = listing.coverage(real.record)
    assert [item["number"] for item in found] == list(range(1, 39))
    for item in found:
        assert item["reason_en"]
        assert item["reason_ar"]
        assert item["claims"], item["id"]
        assert item["zones"] or item["drawn_as"] == "not_drawn", item["id"]


def test_what_a_system_is_drawn_as_is_what_its_zones_are(real) -> None:
    for item in listing.coverage(real.record):
        shapes = [row.outer for row in real.rows if row.zone_id in item["zones"]]
        drawn = any(shape is not None for shape in shapes)
        if item["drawn_as"] in ("zone", "line", "point"):
            assert drawn, item["id"]


def test_every_claim_of_the_articles_is_reachable(real) -> None:
    record = real.record
    cited = {key for row in real.rows for key in row.claim_ids}
    cited |= {key for d in record.disputes.values() for s in d.sides for key in s.claims}
    for group in (record.systems, record.unknowns):
        cited |= {key for item in group.values() for key in item.claims}
    left = [key for key, source in record.source_of.items() if source in ARTICLES]
    assert [key for key in left if key not in cited] == []


def test_every_dispute_has_two_sides_with_claims_and_says_what_the_map_does(real) -> None:
    found = listing.disputes(real.record)
    assert len(found) >= 15
    for dispute in found:
        assert len(dispute["sides"]) >= 2
        assert dispute["on_map"]["en"]
        assert dispute["on_map"]["ar"]


def test_a_dispute_is_known_when_two_sides_have_spoken(real) -> None:
    early = {item["id"] for item in listing.disputes(real.record, date(2020, 2, 5))}
    late = {item["id"] for item in listing.disputes(real.record, date(2020, 2, 6))}
    assert "strip-depth" in late - early


def test_what_could_not_be_established_is_listed() -> None:
    found = json.loads(tamas("unknowns", "--json").stdout)
    assert {"strip-lines", "corridor-ends", "m4-geometry", "ain-al-hawr-identity"} <= {
        item["id"] for item in found
    }


def test_the_timeline_is_in_order_and_within_its_days(real) -> None:
    first, last = date(2020, 3, 1), date(2020, 3, 31)
    found = listing.timeline(real.record, first=first, last=last)
    assert "moscow-protocol-2020-02" in {item["claim_id"] for item in found}
    assert "sochi-memorandum-2018-02" not in {item["claim_id"] for item in found}
    assert len(listing.timeline(real.record)) > len(found)


@pytest.mark.parametrize("command", ["claims", "sources", "disputes", "unknowns", "timeline"])
def test_each_list_prints_for_people_and_for_programs(command) -> None:
    assert tamas(command).stdout.strip()
    assert isinstance(json.loads(tamas(command, "--json").stdout), list)


def test_coverage_ends_with_the_count() -> None:
    assert tamas("coverage").stdout.endswith("38 systems\n")


# What held on days that matter: zone, and the statuses of its tracks.
DAYS = [
    ("2018-09-16", "demilitarized-strip", set()),
    ("2018-09-17", "demilitarized-strip", {"paper agreed", "practice not_implemented"}),
    ("2020-03-04", "m4-security-corridor", set()),
    ("2020-03-05", "m4-security-corridor", {"paper agreed"}),
    ("2020-03-04", "m4-patrol-route", set()),
    ("2020-03-05", "m4-patrol-route", {"paper agreed"}),
    ("2020-03-14", "m4-patrol-route", {"paper agreed"}),
    ("2020-03-15", "m4-patrol-route", {"paper agreed", "practice partly_implemented"}),
    ("2020-08-25", "m4-patrol-route", {"paper agreed", "practice in_effect"}),
    ("2020-08-26", "m4-patrol-route", {"paper agreed", "practice unknown"}),
    ("2019-10-21", "northeast-patrols", set()),
    ("2019-10-22", "northeast-patrols", {"paper agreed"}),
    ("2019-10-31", "northeast-patrols", {"paper agreed"}),
    ("2019-11-01", "northeast-patrols", {"paper agreed", "practice in_effect"}),
    ("2024-07-02", "us-russia-channel", {"paper agreed", "practice in_effect"}),
    ("2024-07-04", "us-russia-channel", {"paper agreed", "practice suspended"}),
    (
        "2024-11-12",
        "us-russia-channel",
        {"paper agreed", "practice suspended", "practice announced"},
    ),
    ("2024-12-09", "idlib-zone", set()),
    ("2024-12-09", "hmeimim", {"paper agreed", "practice in_effect"}),
    ("2024-12-09", "tartus-naval", {"paper agreed", "practice in_effect"}),
    ("2024-12-09", "qamishli-airport-base", {"practice in_effect"}),
    ("2024-12-09", "tanf-55km", {"paper agreed", "practice in_effect"}),
]


@pytest.mark.parametrize(("day", "zone", "expected"), DAYS)
def test_days_that_matter(real, day, zone, expected) -> None:
    held = holding(real.of_zone(zone), date.fromisoformat(day))
    assert set(held["track"] + " " + held["status"]) == expected
