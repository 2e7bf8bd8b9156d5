"""A new atlas is sound and empty, in its own languages."""

import json

import pytest

from api.tables import tables
from layers.build.assembly import build
from layers.errors import ExportError, QueryError
from layers.i18n import translator
from layers.record.new_atlas import AtlasOptions, files_of, write
from layers.record.reader import read
from layers.record.skeletons import skeleton
from layers.record.skeletons import write as write_record
from tests.support.atlases import faults_of, tamas
from tests.support.languages import phrases_in

EXTENT = "-22,-23,-18,-18"


def made(folder, languages="en,ar"):
    options = AtlasOptions.read(folder, languages, EXTENT, "2003-01-01", "2009-12-31")
    write(folder, files_of(options, {}, phrases_in(options.languages)))
    return folder


def test_a_new_atlas_has_no_fault_and_no_row(tmp_path):
    built = build(read(made(tmp_path / "Quiet Isles")))
    assert built.record.atlas.id == "quiet-isles"
    assert list(built.frame["zone_id"]) == []
    assert len(built.record.layers) == 3
    assert len(tables(built)) > 3  # the service takes its layers


@pytest.mark.parametrize("languages", ["de", "en,uk", "fr,ar,ru"])
def test_its_texts_and_skeletons_are_in_its_own_languages(tmp_path, languages):
    folder, tags = made(tmp_path / "isles", languages), tuple(languages.split(","))
    record = read(folder)
    assert tuple(record.atlas.title.as_dict()) == tags
    titles = {tag: translator(tag).gettext("new.lines.title") for tag in tags}
    assert record.layers["lines"].title.as_dict() == titles
    header = (folder / "places.csv").read_text(encoding="utf-8").splitlines()[0]
    assert [c for c in header.split(",") if c.startswith("name_") and c != "name_source"] == [
        f"name_{tag}" for tag in tags
    ]
    for kind in ("source", "actor", "layer", "place", "zone", "dispute", "unknown", "kind"):
        write_record(folder, skeleton(kind, folder, f"new-{kind}"))
    left = [str(fault) for fault in faults_of(folder)]
    assert all("is still to be filled in" in fault for fault in left)
    assert all(any(fault.split(": ")[2].endswith(tag) for fault in left) for tag in tags)
    schema = json.loads((folder / "schema/zone.schema.json").read_text(encoding="utf-8"))
    assert tuple(schema["$defs"]["LocalizedText"]["required"]) == tags


@pytest.mark.parametrize(
    ("languages", "extent", "days", "says"),
    [
        ("xx-yy-zz", EXTENT, ("2003-01-01", "2009-12-31"), "no language tag"),
        ("", EXTENT, ("2003-01-01", "2009-12-31"), "name one at least"),
        ("en", "1,2,3", ("2003-01-01", "2009-12-31"), "four numbers"),
        ("en", "4,2,3,4", ("2003-01-01", "2009-12-31"), "west must be less than east"),
        ("en", "1,2,3,nan", ("2003-01-01", "2009-12-31"), "south less than north"),
        ("en", EXTENT, ("2003", "2009-12-31"), "2003"),
        ("en", EXTENT, ("2009-12-31", "2003-01-01"), "lies before the first day"),
    ],
)
def test_what_no_atlas_can_be_made_of_is_told(tmp_path, languages, extent, days, says):
    with pytest.raises(QueryError, match=says):
        AtlasOptions.read(tmp_path, languages, extent, *days)


def test_what_stands_in_a_folder_is_never_written_over(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match="choose another folder"):
        made(tmp_path)


def test_an_empty_folder_is_told_how_an_atlas_is_made(tmp_path):
    assert [str(fault).partition("; ")[2] for fault in faults_of(tmp_path)] == [
        "tamas new atlas DIR --languages en,... --extent W,S,E,N makes every file of one"
    ]


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("places.csv", "its first line is id,name_en,name_ar,spellings"),
        ("atlas.yaml", "tamas new atlas DIR"),
        ("layers.yaml", r"a list of none is \[\]"),
        ("zones/calm-area.yaml", "remove it; tamas new zone calm-area writes it anew"),
        ("pairs/frost-2004.csv", "its first line is first,second,first_source"),
    ],
)
def test_an_empty_file_is_told_what_stands_in_it(seeds, file, says):
    (seeds / file).write_text("", encoding="utf-8")
    said = [fault.message for fault in faults_of(seeds) if fault.path == file]
    import re

    assert len(said) == 1
    assert re.search(says, said[0])


def test_the_command_makes_one_and_says_what_comes_next(tmp_path):
    folder = tmp_path / "isles"
    told = tamas("new", "atlas", folder, "--languages", "en,ar", f"--extent={EXTENT}")
    assert f"tamas --seeds {folder} serve" in told.stdout
    assert tamas("--seeds", folder, "check").stdout.startswith("ok: 0 sources")
