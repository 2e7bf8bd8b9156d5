"""Skeletons of new records: they parse, keep what was there, and check names what is left."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from layers.errors import ExportError, QueryError, UnknownId
from layers.record.kinds import ZoneKind
from layers.record.model import (
    Actor,
    Claim,
    Dispute,
    Layer,
    Period,
    Published,
    Reliability,
    SharedShape,
    Source,
    Start,
    Unknown,
    Zone,
)
from layers.record.placeholders import find_placeholders
from layers.record.reader import read
from layers.record.schema import schemas
from layers.record.skeleton_text import shown_fields
from layers.record.skeletons import skeleton, write
from layers.record.strict_yaml import load
from tests.support.atlases import ATLASES, SECOND, faults_of, put, tamas
from tests.support.languages import OURS

KINDS = (
    "claim",
    "place",
    "zone",
    "source",
    "actor",
    "layer",
    "kind",
    "dispute",
    "unknown",
    "shape",
)
LISTED = {"actor": Actor, "layer": Layer, "kind": ZoneKind, "dispute": Dispute, "unknown": Unknown}


@pytest.fixture(params=list(ATLASES))
def copied(request, tmp_path) -> Path:
    """A copy of each atlas, without its ground, which no skeleton touches."""
    left = shutil.ignore_patterns("schema")
    return Path(shutil.copytree(ATLASES[request.param], tmp_path / "copy", ignore=left))


def first_source(root: Path) -> str:
    return next(iter(read(root).sources))


def make(kind: str, root: Path, name: str | None = None, **more: str):
    """Return the skeleton of a kind, under a name of its own."""
    if kind == "claim":
        return skeleton(kind, root, name, source=more.get("source") or first_source(root))
    return skeleton(kind, root, name or f"new-{kind}")


def test_check_names_what_is_left_and_nothing_else(copied):
    source = first_source(copied)
    made = [make(kind, copied, source=source) for kind in KINDS]
    for one in made:
        assert one.left > 0
        write(copied, one)
    faults = faults_of(copied)
    assert len(faults) == sum(one.left for one in made)
    assert {(f.path, f.record) for f in faults} == {(one.file, one.id) for one in made}
    assert all(fault.message.startswith("is still to be filled in: ") for fault in faults)
    assert all(fault.field for fault in faults)


def test_what_stood_there_keeps_its_bytes(copied):
    source = first_source(copied)
    for kind in KINDS:
        before = {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()}
        path = write(copied, make(kind, copied, source=source))
        after = {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()}
        assert {p for p in after if after[p] != before.get(p)} == {path}
        assert after[path].startswith(before.get(path, b""))


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_without_a_last_line_end_and_with_crlf_is_gone_on_with(seeds, kind):
    made = make(kind, seeds)
    path = seeds / made.file
    if path.exists():
        path.write_bytes(path.read_bytes().rstrip(b"\n").replace(b"\n", b"\r\n"))
        made = make(kind, seeds)
    write(seeds, made)
    text = path.read_bytes()
    assert text.count(b"\n") == text.count(b"\r\n") or kind in ("zone", "shape", "kind")
    assert {fault.record for fault in faults_of(seeds)} == {made.id}


def test_a_claim_takes_the_next_number_of_its_source(seeds):
    source = first_source(seeds)
    numbers = [key for key, of in read(seeds).source_of.items() if of == source]
    one = make("claim", seeds)
    assert one.id == f"{source}-{len(numbers) + 1:02d}"
    write(seeds, one)
    assert make("claim", seeds, source=source).id == f"{source}-{len(numbers) + 2:02d}"


def test_a_claim_of_a_source_without_claims_makes_its_file(seeds):
    write(seeds, make("source", seeds, "new-paper"))
    made = make("claim", seeds, source="new-paper")
    assert (made.id, made.file) == ("new-paper-01", "claims/new-paper.yaml")
    write(seeds, made)
    # What waits to be filled in is there: the claims do not miss their source.
    assert {fault.record for fault in faults_of(seeds)} == {"new-paper", "new-paper-01"}
    first = (seeds / made.file).read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")


def test_a_source_is_found_in_the_id_of_a_claim(seeds):
    source = first_source(seeds)
    assert skeleton("claim", seeds, f"{source}-77").file == f"claims/{source}.yaml"


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_that_is_there_is_refused(seeds, kind):
    record = read(seeds)
    there = {
        "claim": record.claims, "place": record.places, "zone": record.zones,
        "source": record.sources, "actor": record.actors, "layer": record.layers,
        "kind": record.kinds, "dispute": record.disputes, "unknown": record.unknowns,
        "shape": record.shapes,
    }[kind]  # fmt: skip
    if not there:
        write(seeds, make(kind, seeds, "first"))
        there = ["first"]
    with pytest.raises(QueryError, match="choose another"):
        make(kind, seeds, next(iter(there)))


def test_an_id_near_another_is_told(seeds):
    with pytest.raises(QueryError, match=r"near it: .*frost-strip-annex"):
        skeleton("zone", seeds, "frost-strip")


@pytest.mark.parametrize("name", ["Al Tanf", "al_tanf", "../x", "-x", "x" * 81, "تنف", "5.Mar"])
@pytest.mark.parametrize("kind", ["place", "zone", "source"])
def test_an_id_in_another_form_is_refused(seeds, kind, name):
    with pytest.raises(QueryError, match="lower-case letters"):
        skeleton(kind, seeds, name)


def test_a_kind_may_be_named_as_the_default_ones_are(seeds):
    assert skeleton("kind", seeds, "new_kind").id == "new_kind"
    for name in ("new__kind", "New", "x" * 41):
        with pytest.raises(QueryError, match="hyphens or underscores"):
            skeleton("kind", seeds, name)


def test_an_unknown_source_is_refused_with_those_like_it(seeds):
    with pytest.raises(UnknownId, match=r"there is no source 'gazette'; known: .*gazette"):
        skeleton("claim", seeds, None, source="gazette")
    with pytest.raises(QueryError, match="--source"):
        skeleton("claim", seeds, None)


@pytest.mark.parametrize("text", ["[{id: a}]\n", "- {id: a}\n...\n", "- id: a\n  {\n", "a: 1\n"])
def test_a_file_that_cannot_be_gone_on_with_stays_as_it_is(seeds, text):
    put("sources.yaml", text)(seeds)
    with pytest.raises(ExportError, match=r"by hand|mend it first"):
        skeleton("source", seeds, "new-paper")
    assert (seeds / "sources.yaml").read_text(encoding="utf-8") == text


def test_a_row_of_the_gazetteer_keeps_the_order_and_separator_of_the_file(seeds):
    lines = (seeds / "places.csv").read_text(encoding="utf-8").splitlines()
    head = lines[0].split(",")
    turned = ";".join(reversed(head))
    put("places.csv", f"{turned}\n")(seeds)
    text = skeleton("place", seeds, "new-town").text
    assert text.rstrip("\n").endswith(";new-town")
    assert text.count(";") >= len(head) - 1


def test_a_skeleton_that_is_filled_in_is_a_record(seeds):
    record = read(seeds)
    source, actor = first_source(seeds), next(iter(record.actors))
    made = make("claim", seeds)
    filled = load(f"{made.text}")[0]
    filled |= {
        "kind": "statement", "locator": "p. 1", "summary": {"en": "x", "ar": "س"}, "date": None,
        "date_basis": "none", "stated_on": "2004", "asserted_by": actor,
    }  # fmt: skip
    assert list(find_placeholders(filled)) == []
    assert Claim.model_validate(filled).id == made.id
    path = seeds / made.file
    text = path.read_text(encoding="utf-8")
    path.write_text(text + f"  - {json.dumps(filled, ensure_ascii=False)}\n", encoding="utf-8")
    assert faults_of(seeds) == ()
    assert read(seeds).source_of[made.id] == source


def test_what_each_field_means_is_said(seeds):
    for kind in KINDS:
        for where, said in find_placeholders(_data(make(kind, seeds))):
            assert said, (kind, where)
            assert said.lower() != str(where[-1]), (kind, where)


def _data(made):
    if made.file == "places.csv":
        return {"row": made.text.split(",")[1:2]}
    return load(made.text)


def test_every_field_that_a_skeleton_shows_says_what_it_is_for():
    # Ids are given by name; periods say it by their parts, lists of ids by their comment.
    said_elsewhere = {"id", "periods", "places", "actors"}
    said_elsewhere |= {"zones", "sides"}
    for model in (Claim, Source, Zone, Period, Published, Reliability, Start, *LISTED.values()):
        for name in set(shown_fields(model)) - said_elsewhere:
            assert model.model_fields[name].description, f"{model.__name__}.{name}"


def test_every_field_that_a_model_asks_for_is_in_the_skeleton(seeds):
    wanted = {"source": Source, "zone": Zone, "claim": Claim, "shape": SharedShape, **LISTED}
    for kind, model in wanted.items():
        data = load(make(kind, seeds).text)
        data = data[0] if isinstance(data, list) else data
        asked = {f.alias or name for name, f in model.model_fields.items() if f.is_required()}
        assert asked <= set(data)
        assert set(data) <= {f.alias or name for name, f in model.model_fields.items()}


def test_a_mark_among_sound_records_is_named_and_hides_nothing_else(seeds):
    from tests.support.atlases import swap

    swap("atlas.yaml", "licence: ", "licence: TODO ask them  #")(seeds)
    swap("layers.yaml", "- id: lookouts", "- id: Lookouts")(seeds)
    messages = [str(fault) for fault in faults_of(seeds)]
    assert "atlas.yaml: atlas: licence: is still to be filled in: ask them" in messages
    assert any("Lookouts" in message for message in messages)


def test_words_that_only_begin_like_the_mark_are_no_mark():
    assert list(find_placeholders({"a": "TODOR", "b": ["to do"], "c": "x TODO"})) == []
    assert list(find_placeholders({"a": ["TODO", "TODO: x"]})) == [(("a", 0), ""), (("a", 1), "x")]


def test_schemas_know_nothing_of_the_mark():
    assert not [name for name, text in schemas(OURS).items() if "TODO" in text]


def test_another_file_that_cannot_be_read_is_no_traceback(seeds):
    put("claims/zz.yaml", b"\xff\xfe")(seeds)
    assert make("claim", seeds, source=next(iter(read(SECOND).sources))).left > 0


def test_pairs_are_a_table_of_two_rows_to_fill_in(seeds):
    made = skeleton("pairs", seeds, "new-front")
    write(seeds, made)
    faults = faults_of(seeds)
    assert len(faults) == made.left == 10
    assert {(f.path, f.record) for f in faults} == {
        ("pairs/new-front.csv", "line 2"),
        ("pairs/new-front.csv", "line 3"),
    }
    with pytest.raises(QueryError, match="choose another"):
        skeleton("pairs", seeds, "new-front")


@pytest.mark.parametrize("none", ["[]\n", "# no one yet\n[]\n", "[ ]  # none\n", ""])
@pytest.mark.parametrize("kind", ["source", "unknown"])
def test_a_list_of_none_is_gone_on_with(seeds, kind, none):
    file = f"{kind}s.yaml"
    put(file, none)(seeds)
    write(seeds, make(kind, seeds))
    data = load((seeds / file).read_text(encoding="utf-8"))
    assert [one["id"] for one in data] == [f"new-{kind}"]
    assert (seeds / file).read_text(encoding="utf-8").startswith(none.partition("[")[0])


def test_the_command_writes_or_prints(seeds):
    shown = tamas("--seeds", seeds, "new", "place", "new-town", "--print")
    assert shown.stdout.startswith("new-town,TODO")
    assert (seeds / "places.csv").read_bytes() == (SECOND / "places.csv").read_bytes()
    told = json.loads(tamas("--seeds", seeds, "new", "zone", "new-zone", "--json").stdout)
    assert Path(told["file"]).read_text(encoding="utf-8").endswith(told["text"])
    assert told["written"] is True
