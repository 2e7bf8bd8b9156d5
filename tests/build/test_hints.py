"""What looks like an oversight is told, and a sound atlas has none."""

import pytest

from layers.build.assembly import build
from layers.build.hints import hints
from layers.record.new_atlas import AtlasOptions, files_of, write
from layers.record.reader import read
from tests.support.atlases import add, both, put, swap, tamas
from tests.support.languages import phrases_in

CLAIM = """  - id: lantern-letters-99
    kind: statement
    where: null
    locator: last page
    summary: {en: x, ar: x}
    date: null
    date_basis: none
    stated_on: null
    asserted_by: orla-venn
"""
DISPUTE = """
- id: new-dispute
  title: {en: x, ar: x}
  about: status
  zones: [lantern-waters]
  sides:
    - {says: {en: x, ar: x}, claims: [%s]}
    - {says: {en: x, ar: x}, claims: [ostrel-accord-01]}
  on_map: {en: x, ar: x}
"""
# Hask, west of the line, is moved so far east that the area beyond the line holds it.
MOVED = swap("places.csv", "village,-19.53,-20.8,", "village,-19.35,-20.9,")


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (both(), []),
        (
            add("claims/lantern-letters.yaml", CLAIM),
            [("claims/lantern-letters.yaml: lantern-letters-99: no zone, dispute, system, "
              "clause or unknown rests on it; let one, or take it out")],
        ),
        (
            both(add("disputes.yaml", DISPUTE % "lantern-letters-99"),
                 add("claims/lantern-letters.yaml", CLAIM)),
            [("disputes.yaml: new-dispute: is about status, and nothing of lantern-waters is "
             "hatched: no claim of its sides stands in the 'from' of a period of theirs; put one "
             "there")],
        ),
        (add("disputes.yaml", DISPUTE % "lantern-letters-04"), []),
        (
            lambda seeds: (
                (seeds / "shapes").mkdir(),
                put("shapes/spare.yaml", "id: spare\nrecipe: {op: point, place: hask}\n")(seeds),
            ),
            ["shapes/spare.yaml: spare: nothing is drawn from it"],
        ),
    ],
)  # fmt: skip
def test_what_has_no_effect_is_told(seeds, edit, said):
    edit(seeds)
    assert [str(one) for one in hints(build(read(seeds)))] == said


def test_a_place_of_one_side_within_a_zone_of_the_other_is_told(seeds):
    MOVED(seeds)
    found = [one for one in hints(build(read(seeds))) if one.path == "pairs/frost-2004.csv"]
    assert [one.record for one in found] == ["pair 3"]
    assert "cormet is given to the left of the line and lies inside what is of the other" in str(
        found[0]
    )


def test_texts_of_a_new_atlas_are_still_to_be_written(tmp_path):
    options = AtlasOptions.read(tmp_path / "a", "en,ar", "0,0,1,1", "2003-01-01", "2009-12-31")
    write(tmp_path / "a", files_of(options, {}, phrases_in(options.languages)))
    said = [str(one) for one in hints(build(read(tmp_path / "a")))]
    assert said[0] == "atlas.yaml: a: scope is still to be written (en, ar)"
    assert len(said) == 4


def test_check_prints_hints_and_stays_well(seeds):
    add("claims/lantern-letters.yaml", CLAIM)(seeds)
    told = tamas("--seeds", seeds, "check")
    assert "hint: claims/lantern-letters.yaml: lantern-letters-99: no zone" in told.stdout
