"""Contracts over the records themselves: every source, claim, place, zone, layer and row."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter

import pytest
import shapely

from layers.i18n import translator
from layers.query.listing import zones_of_claims
from layers.record.dates import parse_day, parse_edtf
from tests.support.atlases import BUNDLED_SEEDS
from tests.support.languages import OURS

# Words of one side: they belong to whoever says them, in quotes, and to no name at all.
LOADED = re.compile(r"terroris|\bregimes?\b|إرهاب|ارهاب|نظام", re.IGNORECASE)
ARABIC, LATIN = re.compile(r"[\u0621-\u064a]"), re.compile(r"[A-Za-z]")
MADE_UP_SOURCE = re.compile(r"example\.(com|org|net)|lorem", re.IGNORECASE)


def texts(value):
    """Yield every pair of texts in both languages inside a record."""
    if isinstance(value, dict):
        if set(value) == {"en", "ar"}:
            yield value
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


def everything(record):
    kinds = ("layers", "sources", "actors", "claims", "zones", "disputes", "systems", "unknowns")
    yield record.atlas.id, record.atlas.model_dump()
    for kind in kinds:
        for key, item in getattr(record, kind).items():
            yield f"{kind}: {key}", item.model_dump(by_alias=True)


FIXED_LAYERS = [
    "m4-corridor", "idlib-zone", "demilitarized-strip", "tanf-triangle", "russian-bases",
    "northeast-patrols", "peace-spring-area", "turkish-posts", "positions-incidents",
    "us-presence", "disputed-airspace", "contacts",
]  # fmt: skip


def test_layers_have_the_ids_that_were_fixed(real):
    assert list(real.record.layers)[: len(FIXED_LAYERS)] == FIXED_LAYERS


def test_every_row_has_claims_and_each_claim_a_source(either):
    for row in either.rows:
        assert row.claim_ids, row.id
        assert row.source_ids, row.id
        assert set(row.claim_ids) <= set(either.record.claims)
        assert row.asserted_by, row.id


def test_every_zone_has_a_row_and_every_layer_a_zone(either):
    assert {row.zone_id for row in either.rows} == set(either.record.zones)
    assert {row.layer for row in either.rows} == set(either.record.layers)


def test_every_source_is_used_by_a_claim_a_place_a_pair_or_a_trace(either):
    """Or it is listed alone for what was read and gave nothing: then its note says so."""
    record = either.record
    used = set(record.source_of.values())
    used |= {place.source for place in record.places.values()}
    for rows in record.pairs.values():
        used |= {name for row in rows for name in (row.first_source, row.second_source)}
    for trace in record.traces.values():
        used |= {stretch.source for stretch in trace.stretches}
    for name in set(record.sources) - used:
        files = (record.root / "basemap").glob("*.geojson")
        in_basemap = any(name in path.read_text(encoding="utf-8") for path in files)
        assert in_basemap or record.sources[name].note, name


def test_every_claim_is_named_for_its_source_and_stands_somewhere_in_it(either):
    for key, claim in either.record.claims.items():
        source = either.record.sources[either.record.source_of[key]]
        assert re.fullmatch(rf"{re.escape(source.id)}-\d{{2}}", key)
        if claim.where is None:
            assert claim.locator, key
            continue
        assert claim.where.start < claim.where.end, key
        assert claim.where.end - claim.where.start < 2000, key
        assert source.sha256, f"{key} has a span in a text that nobody kept"
        if source.bytes is not None:
            assert claim.where.end <= source.bytes, key


def test_the_claims_of_an_article_come_in_the_order_of_its_text(either):
    starts: dict[str, list[int]] = {}
    for key, claim in either.record.claims.items():
        if claim.where is not None:
            starts.setdefault(either.record.source_of[key], []).append(claim.where.start)
    for name, values in starts.items():
        ordered = sum(a <= b for a, b in itertools.pairwise(values))
        assert ordered >= 0.8 * (len(values) - 1), name


def test_no_claim_was_stated_after_the_edition(either):
    edition = parse_day(either.record.atlas.edition)
    for key, claim in either.record.claims.items():
        if claim.stated_on:
            assert parse_edtf(claim.stated_on).earliest <= edition, key


def test_a_claim_has_a_date_exactly_where_its_basis_says_so(either):
    for key, claim in either.record.claims.items():
        assert (claim.date is None) == (claim.date_basis == "none"), key


def test_a_claim_of_a_text_that_a_person_says_was_stated_by_the_time_it_was_published(either):
    for key, claim in either.record.claims.items():
        published = either.record.sources[either.record.source_of[key]].published.date
        if claim.stated_on and published and parse_edtf(published).latest:
            assert parse_edtf(claim.stated_on).earliest <= parse_edtf(published).latest, key


def test_every_period_of_a_row_begins_within_the_record(real):
    last = parse_day(real.record.atlas.record_to)
    for row in real.rows:
        assert row.valid_from <= last, row.id


def test_an_unknown_period_follows_a_last_report_and_is_not_a_claim_of_its_own(either):
    for zone in either.record.zones.values():
        for period in zone.periods:
            if period.status == "unknown" and period.to is None:
                assert period.track == "practice" or period.from_.claims, zone.id


def test_a_variant_is_tied_to_its_base_by_a_dispute(either):
    for zone in either.record.zones.values():
        if zone.variant_of:
            pairs = [set(d.zones) for d in either.record.disputes.values()]
            assert any({zone.id, zone.variant_of} <= pair for pair in pairs), zone.id


def test_the_sides_of_a_dispute_rest_on_different_claims(either):
    for dispute in either.record.disputes.values():
        counts = Counter(key for side in dispute.sides for key in side.claims)
        assert max(counts.values()) == 1, dispute.id


def test_every_zone_can_be_found_from_each_of_its_claims(either):
    zones = zones_of_claims(either.record)
    for row in either.rows:
        assert all(row.zone_id in zones[key] for key in row.claim_ids)


@pytest.mark.parametrize("lang", OURS)
def test_every_type_status_and_basis_in_use_has_words(either, lang):
    words = translator(lang, either.record)
    for row in either.rows:
        assert words.status(row.status, row.zone_type)
        assert words.kind(row.zone_type) != row.zone_type
        assert words.has(f"basis.{row.geom_basis}")
        assert row.end_reason is None or words.has(f"end_reason.{row.end_reason}")


# --- words -----------------------------------------------------------------------------------


def test_no_name_or_title_holds_a_word_of_one_side(either):
    record = either.record
    names = [zone.names for zone in record.zones.values()]
    names += [layer.title for layer in record.layers.values()]
    names += [actor.name for actor in record.actors.values()]
    names += [system.name for system in record.systems.values()]
    names += [dispute.title for dispute in record.disputes.values()]
    for name in names:
        assert not LOADED.search(f"{name['en']} {name['ar']}"), name
    for place in record.places.values():
        assert not LOADED.search(" ".join([*filter(None, place.names.values()), *place.spellings]))


def test_a_word_of_one_side_in_a_claim_stands_in_quotes_or_as_what_somebody_calls_it(real):
    quoted = re.compile(r"(?<!\w)['‘].*?['’](?!\w)|[\"“«].*?[\"”»]|\b(calls|called)\b[^.;]*")
    for key, claim in real.record.claims.items():
        for text in (claim.summary["en"], claim.summary["ar"]):
            said = (
                quoted.sub("", text) if text == claim.summary["en"] else re.sub("«.*?»", "", text)
            )
            assert not re.search(r"terroris|\bregimes?\b|إرهاب|ارهاب|النظام", said), (key, text)


def test_every_text_is_in_both_languages_each_in_its_script(either):
    for label, item in everything(either.record):
        for text in texts(item):
            assert LATIN.search(text["en"]), (label, text)
            # A site that has no Arabic name keeps its own.
            assert ARABIC.search(text["ar"]) or text["ar"] == text["en"], (label, text)


def test_no_text_holds_control_or_direction_marks(either):
    hidden = re.compile(r"[\x00-\x08\x0b-\x1f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
    for label, item in everything(either.record):
        found = hidden.search(json.dumps(item, ensure_ascii=False, default=str))
        assert not found, label


# --- places and pieces -----------------------------------------------------------------------


def test_every_place_has_arabic_letters_in_its_arabic_name(either):
    for place in either.record.places.values():
        assert place.names["ar"] is None or ARABIC.search(place.names["ar"]), place.id
        assert LATIN.search(place.names["en"]), place.id


def test_every_used_place_lies_on_land_or_shore_of_the_extent(either):
    extent = shapely.Polygon(either.record.atlas.extent)
    for place in either.record.places.values():
        if place.kind not in ("venue", "region-abroad"):
            assert extent.covers(shapely.Point(place.lon, place.lat)), place.id


def test_every_trace_and_pairs_file_is_used_by_a_zone_or_kept_for_a_reason(either):
    from layers.build.inputs import iter_inputs

    used = {
        item for row in either.rows for item in iter_inputs(either.record, either.recipes[row.id])
    }
    assert {name for kind, name in used if kind == "pairs"} == set(either.record.pairs)
    assert {name for kind, name in used if kind == "trace"} <= set(either.record.traces)


def test_sources_name_no_stand_in(real):
    for source in real.record.sources.values():
        assert not MADE_UP_SOURCE.search(f"{source.url} {source.publisher['en']}"), source.id


def test_the_second_atlas_says_everywhere_that_it_is_made_up(second):
    assert "Invented" in second.record.atlas.scope["en"]
    for source in second.record.sources.values():
        assert source.url is None
        assert source.publisher["en"] == "made up for the tests"
        assert source.kind == "page"


def test_the_two_atlases_share_no_id(real, second):
    for kind in ("layers", "zones", "claims", "sources", "places", "disputes"):
        assert not set(getattr(real.record, kind)) & set(getattr(second.record, kind))
    assert real.record.root == BUNDLED_SEEDS
