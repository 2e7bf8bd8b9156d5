"""What claims say of sides against the shapes: the record as it is, as it was, and spoiled."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from geo.recipes import mentions
from layers.build.assembly import build
from layers.build.positions import findings
from layers.record.reader import read
from layers.settings import BUNDLED_SEEDS
from tests.support.atlases import both, faults_of, swap, tamas

ACCORD = "claims/ostrel-accord.yaml"
PEACE, BELTS = "zones/peace-spring-area.yaml", "zones/northeast-patrols.yaml"
LINE_2018, LINE_2020 = "pairs/idlib-2018-09-17.csv", "pairs/idlib-2020-03-06.csv"


@pytest.fixture
def record(tmp_path):
    """A copy of the real record to spoil."""
    return shutil.copytree(BUNDLED_SEEDS, tmp_path / "seeds")


def told(folder, zone):
    """Return what the check finds of a zone, by claim, side and kind, without the distances.

    Nothing is drawn but the zone and those that it is drawn from.
    """
    record = read(folder)
    waiting, kept = [zone], {}
    while waiting:
        one = record.zones[waiting.pop()]
        kept[one.id] = one
        recipes = [one.recipe, *(period.recipe for period in one.periods if period.recipe)]
        named = {name for recipe in recipes for kind, name in mentions(recipe) if kind == "zone"}
        waiting += named - kept.keys()
    part = replace(record, zones=kept, disputes={}, systems={}, unknowns={}, agreements={})
    found = findings(build(part))
    return {(one.claim_id, one.says, one.kind) for one in found if one.kind != "untested"}


# --- the record --------------------------------------------------------------------------------


def test_no_shape_contradicts_a_claim_and_each_doubt_has_its_reason(real):
    found = list(findings(real))
    assert {one.kind for one in found} <= {"doubt"}, [str(one) for one in found]
    assert all(one.reason for one in found), [str(one) for one in found if not one.reason]


def test_no_reason_stands_where_nothing_is_in_doubt(real):
    """A reason outlives its doubt unless somebody looks: then it would excuse the next one."""
    claims = real.record.claims
    given = {(key, n) for key in claims for n, h in enumerate(claims[key].holds, 1) if h.doubt}
    assert given == {(one.claim_id, one.number) for one in findings(real) if one.reason}


def test_every_claim_of_a_position_says_on_which_side(real):
    """A position without a place of the record, or of a region, is on no side of a shape."""
    regions = {key for key, p in real.record.places.items() if p.uncertainty_m > 10_000}
    silent = {
        key
        for key, claim in real.record.claims.items()
        if claim.kind == "position"
        and not claim.holds
        and {item.place for item in claim.places if item.role == "at"} - regions
    }
    assert silent == {
        # Who left a post, and when: not on which side it stood.
        "afp-2020-10-21-01",
        "forum-nef2-2020-11-26-01",
        "forum-nef2-2020-12-29-01",
        # Fighting over a place, or its fall before the area that the text keeps.
        "ap-2019-10-13-01",
        "shaam-2019-10-10-01",
        # Who is still in a town that an agreement names beside its area: not on which side of it.
        "devdiscourse-2019-11-05-02",
        "rt-2019-10-29-02",
        # In which governorate the place lies, of which no shape is drawn.
        "zaman-al-wsl-125847-02",
    }


# --- the record as it was ----------------------------------------------------------------------

OLD_PEACE = """recipe:
  op: band
  border:
    op: path
    trace: syria-turkiye-osm
  towards: suluk
  depth_km: 32
  from: tel-abyad
  to: ras-al-ayn
geom_basis:"""
EXCLUDED = """      - op: zone
        id: peace-spring-area
        on: 2019-10-22
        track: paper
"""
AIN_INSIDE = "ain-al-hawr,hakoura-tahtani,syriahr-179921"
AIN_OUTSIDE = "burnas,ain-al-hawr,syriahr-179921"


def old_recipe(folder):
    text = (folder / PEACE).read_text(encoding="utf-8")
    start, end = text.index("recipe:"), text.index("geom_basis:")
    (folder / PEACE).write_text(
        text[:start] + OLD_PEACE + text[end + len("geom_basis:") :], encoding="utf-8"
    )


def test_a_rectangle_that_cuts_both_towns_is_in_doubt(record):
    old_recipe(record)
    says = {
        says
        for claim, says, kind in told(record, "peace-spring-area")
        if claim == "sochi-memorandum-2019-01"
    }
    assert says == {
        "tel-abyad inside peace-spring-area on 2019-10-22",
        "ras-al-ayn inside peace-spring-area on 2019-10-22",
    }


def test_belts_that_reach_into_the_area_are_in_doubt(record):
    swap(BELTS, EXCLUDED, "")(record)
    assert (
        "sochi-memorandum-2019-02",
        "northeast-patrols outside peace-spring-area on 2019-10-22",
        "doubt",
    ) in told(record, "northeast-patrols")


def test_ain_al_hawr_on_the_other_side_of_its_line_is_in_doubt(record):
    swap(LINE_2020, AIN_INSIDE, AIN_OUTSIDE)(record)
    found = {claim for claim, _, kind in told(record, "idlib-zone") if kind == "doubt"}
    assert {"syriahr-179921-02", "enab-baladi-2021-03-17-24"} <= found


# --- planted errors ----------------------------------------------------------------------------


def shifted(trace: str, by: float):
    """Return an edit that moves a whole trace north by so many degrees."""

    def edit(folder):
        path = folder / f"traces/{trace}.geojson"
        data = json.loads(path.read_text(encoding="utf-8"))
        for one in data["features"]:
            line = one["geometry"]["coordinates"]
            one["geometry"]["coordinates"] = [[lon, lat + by] for lon, lat in line]
        path.write_text(json.dumps(data), encoding="utf-8")

    return edit


# The zone of which something new is found, and what is done to the record.
PLANTED = {
    "a pair swapped": ("idlib-zone", swap(LINE_2020, AIN_INSIDE, AIN_OUTSIDE)),
    "a village of a pair taken for another": (
        "idlib-zone",
        both(
            swap(LINE_2018, "khuraybah-idlib,tall-silmo", "abu-makki,shaykh-barakah"),
            swap(LINE_2018, "khuwayn-shaar,tall-silmo", "abu-makki,sinjar"),
        ),
    ),
    "a village moved by 5 km": (
        "idlib-zone",
        swap("places.csv", "36.167359,35.781323,", "36.167359,35.736323,"),
    ),
    "a town moved by 20 km": (
        "northeast-patrols",
        swap("places.csv", "40.65199,37.07279,", "40.65199,36.89279,"),
    ),
    "a side taken for the other": (
        "idlib-zone",
        swap("claims/reuters-2020-10-19.yaml", "side: outside", "side: inside"),
    ),
    "a holder taken for the other": (
        "idlib-zone",
        swap("claims/almasdar-2019-12-26.yaml", "of: syrian-armed-opposition", "of: syria"),
    ),
    "a meridian shifted to another town": (
        "peace-spring-area",
        swap(PEACE, "from: tel-abyad", "from: suluk"),
    ),
    "a depth of 3 km for 32": ("peace-spring-area", swap(PEACE, "depth_km: 32", "depth_km: 3")),
    "an exception forgotten": (
        "northeast-patrols",
        swap(BELTS, "      - op: disc\n        center: qamishli\n        radius_km: 5\n", ""),
    ),
    "an exclusion forgotten": ("northeast-patrols", swap(BELTS, EXCLUDED, "")),
    "the road shifted by 3 km": ("m4-patrol-route", shifted("m4", 0.03)),
    "a strip of another day's area": (
        "demilitarized-strip",
        swap(
            "zones/demilitarized-strip.yaml",
            "on: 2018-09-17\n    track: practice",
            "on: 2017-09-15\n    track: practice",
        ),
    ),
}


def test_of_ten_planted_errors_nine_are_found_at_least(record, real, tmp_path):
    sound = {(one.claim_id, one.says, one.kind) for one in findings(real)}
    found = {}
    for number, (what, (zone, edit)) in enumerate(PLANTED.items()):
        folder = shutil.copytree(record, tmp_path / f"spoiled-{number}")
        edit(folder)
        found[what] = told(folder, zone) - sound
    assert len(PLANTED) >= 10
    missed = [what for what, new in found.items() if not new]
    assert len(missed) * 10 <= len(PLANTED), missed


# --- the check itself --------------------------------------------------------------------------

HOLD = "    asserted_by: north-bank-ridge-league\n"


def holding(*holds: str):
    """Return an edit that lets the first claim of the accord say so much of sides."""
    lines = "".join(f"      - {{{hold}}}\n" for hold in holds)
    return swap(ACCORD, HOLD, f"{HOLD}    holds:\n{lines}")


@pytest.mark.parametrize(
    ("hold", "kind"),
    [
        ("place: lantern-rock, side: inside, of: lantern-waters, on: 2006-01-01", None),
        ("place: lantern-rock, side: outside, of: lantern-waters, on: 2006-01-01", "contradiction"),
        ("place: hask, side: inside, of: lantern-waters, on: 2006-01-01", "contradiction"),
        ("place: hask, side: outside, of: lantern-waters, on: 2006-01-01", None),
        ("place: hask, side: outside, of: lantern-waters, on: null", None),
        ("place: hask, side: outside, of: lantern-waters, on: 1990-01-01", "untested"),
        ("place: hask, side: held_by, of: north-bank, on: 2006-01-01", "untested"),
        ("zone: frost-strip, side: inside, of: calm-area, on: 2004-06-01", None),
        ("zone: calm-area, side: inside, of: frost-strip, on: 2004-06-01", "contradiction"),
        ("zone: frost-strip, side: outside, of: calm-area, on: 2004-06-01", "contradiction"),
        ("zone: frost-strip, side: outside, of: lantern-waters, on: null", None),
    ],
)
def test_each_side_is_compared_with_the_shape_of_its_day(seeds, hold, kind):
    holding(hold)(seeds)
    assert [one.kind for one in findings(build(read(seeds)))] == ([kind] if kind else [])


def test_who_held_what_is_what_zones_say(seeds):
    holding("place: lantern-rock, side: held_by, of: north-bank, on: 2006-01-01")(seeds)
    layers = build(read(seeds))
    for side, expected in (("inside", []), ("outside", ["contradiction"])):
        zone = layers.record.zones["lantern-waters"]
        holders = zone.model_validate(
            {**zone.model_dump(by_alias=True), "held_by": {side: ["north-bank"]}}
        )
        zones = {**layers.record.zones, zone.id: holders}
        changed = replace(layers, record=replace(layers.record, zones=zones))
        assert [one.kind for one in findings(changed)] == expected


@pytest.mark.parametrize(
    ("hold", "says"),
    [
        ("side: inside, of: lantern-waters, on: null", "give either 'place' or 'zone'"),
        (
            "place: hask, zone: calm-area, side: inside, of: lantern-waters, on: null",
            "give either 'place' or 'zone'",
        ),
        ("place: lost, side: inside, of: lantern-waters, on: null", "no place 'lost'"),
        ("place: hask, side: inside, of: lost, on: null", "no zone 'lost'"),
        ("place: hask, side: held_by, of: lost, on: null", "no actor 'lost'"),
        ("zone: lost, side: inside, of: lantern-waters, on: null", "no zone 'lost'"),
    ],
)
def test_a_side_that_names_nothing_is_a_fault(seeds, hold, says):
    holding(hold)(seeds)
    faults = faults_of(seeds)
    assert [(one.record, one.field) for one in faults] == [("ostrel-accord-01", "holds[1]")]
    assert says in faults[0].message


def test_check_prints_the_notes_and_stays_well(seeds):
    holding("place: hask, side: inside, of: lantern-waters, on: 2006-01-01")(seeds)
    done = tamas("--seeds", seeds, "check")
    assert done.returncode == 0
    head, note = done.stdout.splitlines()
    assert head.startswith("ok: ")
    assert note.startswith("  note: ostrel-accord-01: holds[1]: contradiction: hask inside")
    assert note.endswith("km from the possible shape; no reason is recorded")
    answer = json.loads(tamas("--seeds", seeds, "check", "--json").stdout)
    assert [one["kind"] for one in answer["notes"]] == ["contradiction"]
    assert answer["notes"][0]["off"].endswith("km from the possible shape")
