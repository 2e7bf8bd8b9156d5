"""The command: exit codes, one clear line for an error, JSON shapes, and no colour in a pipe.

Tables of questions run `main` inside the test; what belongs to a process (arguments, streams,
pipes, terminals, the environment) runs the installed command.
"""

from __future__ import annotations

import hashlib
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from layers.errors import ExportError
from tests.support.atlases import PATIENCE, SECOND, index_of, one_line, swap, tamas, tamas_process

SCREEN = re.compile(r"\x1b\[")
HELD = ("--seeds", SECOND, "at", "-21.4", "-20.0")
ANSWER = [
    "id", "zone_id", "layer", "name_en", "name_ar", "track", "status", "holds", "relation",
    "distance_to_edge_m", "claim_ids",
]  # fmt: skip


def run(*words: object) -> tuple[int, str, str]:
    """Run the command inside the test: exit code, stdout, stderr."""
    done = tamas(*words)
    return done.returncode, done.stdout, done.stderr


def ask(*words: object):
    """Run a command with --json on a sound question and return the data."""
    code, out, err = run(*words, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


# --- what the issue shows at the end ---------------------------------------------------------

SHOWN = {
    ("36.61", "35.80", "--on", "2020-04-01"): {"m4-security-corridor", "idlib-zone"},
    ("36.61", "35.80", "--on", "2020-03-01"): {"idlib-zone"},
    ("38.62", "33.51", "--on", "2018-01-01"): {"tanf-55km"},
    ("36.0", "34.0", "--on", "2020-04-01"): set(),
}


@pytest.mark.parametrize("words", SHOWN, ids=" ".join)
def test_the_real_record_answers_as_was_asked_for(words):
    answer = ask("at", *words)
    zones = {zone["zone_id"] for zone in answer["zones"]}
    assert SHOWN[words] <= zones
    if "2020-03-01" in words:
        assert not any("m4" in zone for zone in zones)
    if not SHOWN[words]:
        assert zones == set()


@pytest.mark.parametrize("dashes", [[], ["--"]])
def test_a_point_beyond_the_atlas_is_said_clearly_with_and_without_dashes(dashes):
    code, out, err = run("at", *dashes, "-6", "35", "--on", "2020-04-01")
    assert (code, out) == (1, "")
    one_line(err, says=["-6, 35 lies beyond the atlas"])


def test_nothing_is_said_in_words_too():
    code, out, err = run("at", "36.0", "34.0", "--on", "2020-04-01")
    assert (code, err) == (0, "")
    assert out == "nothing in the record holds 36, 34 on 2020-04-01\n"


# --- questions and their JSON ----------------------------------------------------------------


@pytest.mark.parametrize("more", [[], ["--on", "2006-06-01"], ["--known-by", "2008-12-31"]])
def test_at_answers_in_the_shape_of_the_issue(more):
    answer = ask(*HELD, *more)
    assert list(answer) == ["lon", "lat", "on", "known_by", "zones"]
    assert (answer["lon"], answer["lat"]) == (-21.4, -20.0)
    assert answer["on"] == ("2006-06-01" if "--on" in more else None)
    assert answer["known_by"] == ("2008-12-31" if "--known-by" in more else None)
    assert answer["zones"]
    for zone in answer["zones"]:
        assert list(zone) == ANSWER
        assert zone["relation"] in ("inside_all", "inside_some")
        assert zone["holds"] in (("certain", "possible") if "--on" in more else (None,))


def test_at_gives_the_same_as_the_library(second):
    from layers.query.points import query_point

    asked = query_point(index_of(second), -21.4, -20.0, within_km=300)
    assert ask(*HELD, "--within", "300")["zones"] == [answer.as_dict() for answer in asked]
    assert {zone["relation"] for zone in ask(*HELD, "--within", "300")["zones"]} >= {"outside"}


ORDERS = [
    ["-21.4", "-20.0"],
    ["--", "-21.4", "-20.0"],
    ["--on", "2006-06-01", "-21.4", "-20.0"],
    ["-21.4", "-20.0", "--on", "2006-06-01"],
    ["--on", "2006-06-01", "--", "-21.4", "-20.0"],
    ["--", "-21.4", "-20.0", "--on", "2006-06-01"],
    ["-21.4", "-20", "--on=2006-06-01"],
    ["-2.14e1", "-20."],
]


@pytest.mark.parametrize("words", ORDERS, ids=" ".join)
def test_negative_coordinates_and_options_come_in_any_order(words):
    answer = ask("--seeds", SECOND, "at", *words)
    assert (answer["lon"], answer["lat"]) == (-21.4, -20.0)
    assert answer["on"] == ("2006-06-01" if "2006" in " ".join(words) else None)


def test_layers_lists_them_in_order():
    listed = ask("--seeds", SECOND, "layers")
    assert [layer["id"] for layer in listed] == [
        "ferry-road", "eastern-calm", "southern-shore", "lookouts",
    ]  # fmt: skip
    assert listed[0] == {
        "id": "ferry-road", "title_en": "The Ferry Road", "title_ar": "طريق المعبر",
        "zones": ["ferry-road-verges", "ferry-road-watch"], "rows": 4,
    }  # fmt: skip
    _, out, _ = run("--seeds", SECOND, "layers")
    assert len(out.splitlines()) == 4


def test_explain_gives_what_the_library_explains(second):
    from layers.query.explain import as_text, explain

    data = explain(second, "frost-strip")
    assert ask("--seeds", SECOND, "explain", "frost-strip") == data
    _, out, _ = run("--seeds", SECOND, "explain", "frost-strip")
    assert out.splitlines() == list(as_text(data))


def test_check_is_one_line_for_a_sound_record(second):
    code, out, err = run("--seeds", SECOND, "check")
    assert (code, err) == (0, "")
    one_line(out, says=["ok: 5 sources", "13 zones", "20 rows", second.record.sha256[:12]])
    data = ask("--seeds", SECOND, "check")
    assert data["ok"] is True
    assert data["faults"] == []
    assert data["seeds_sha256"] == second.record.sha256


@pytest.mark.parametrize("reading", ["nominal", "inner", "outer"])
def test_build_writes_the_reading_that_was_asked_for(tmp_path, second, reading):
    from layers.formats.features import build_files

    out = tmp_path / "out"
    code, said, err = run("--seeds", SECOND, "build", "--out", out, "--reading", reading)
    assert (code, err) == (0, "")
    one_line(said, says=["4 layers, 20 rows", reading, str(out)])
    assert {path.name: path.read_bytes() for path in out.iterdir()} == build_files(
        second, reading=reading
    )


def test_build_prints_its_manifest_as_json(tmp_path):
    manifest = ask("--seeds", SECOND, "build", "--out", tmp_path / "out")
    assert manifest == json.loads((tmp_path / "out" / "manifest.json").read_bytes())


def test_the_page_of_the_second_atlas_is_one_file(tmp_path, second):
    data = ask("--seeds", SECOND, "export", "html", tmp_path / "page.html", "--lang", "ar")
    page = (tmp_path / "page.html").read_bytes()
    assert data == {
        "file": str(tmp_path / "page.html"), "bytes": len(page), "record": second.record.sha256,
        "sha256": hashlib.sha256(page).hexdigest(), "rows": len(second.rows),
        "layers": list(second.record.layers),
    }  # fmt: skip
    assert "طريق المعبر" in page.decode()
    assert b"m4-corridor" not in page


def test_layers_and_zones_are_named_one_by_one(tmp_path, second):
    first, other = second.rows[0], second.rows[-1]
    words = ("--seeds", SECOND, "export", "data", tmp_path / "rows.csv")
    for option, field in (("--layer", "layer"), ("--zone", "zone_id")):
        ids = {getattr(first, field), getattr(other, field)}
        chosen = [word for one in sorted(ids) for word in (option, one)]
        kept = [row for row in second.rows if getattr(row, field) in ids]
        assert len(ids) == 2
        assert ask(*words, *chosen)["rows"] == len(kept)
    code, _, said = run(*words, "--layer", f"{first.layer},{other.layer}")
    assert code == 1
    assert "there is no layer" in said


LISTS = ["claims", "sources", "disputes", "unknowns", "coverage", "timeline"]


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_json_and_lines(name):
    items = ask("--seeds", SECOND, name)
    assert isinstance(items, list)
    assert items
    code, out, err = run("--seeds", SECOND, name)
    assert (code, err) == (0, "")
    assert len(out.splitlines()) >= len(items)


def test_arabic_and_latin_names_are_found():
    for name in ("Quillet", "كويليت"):
        (first, *_) = ask("--seeds", SECOND, "search", name)
        assert "quillet" in json.dumps(first)


# --- expected errors -------------------------------------------------------------------------

FAILS = {
    "no such day": ((*HELD, "--on", "2006-02-30"), "on: '2006-02-30' is no day of the calendar"),
    "no full day": ((*HELD, "--on", "2006"), "on: '2006' is no full day: write YYYY-MM-DD"),
    "no such known-by": ((*HELD, "--known-by", "x"), "known_by: 'x' is no full day"),
    "a day beyond the record": ((*HELD, "--on", "2012-01-01"), "is beyond the record, which"),
    "a swapped point": (
        ("--seeds", SECOND, "at", "-22.3", "-19.6"), "longitude comes first: lon and lat look",
    ),
    "not a number": (("--seeds", SECOND, "at", "nan", "-20"), "lon: must be degrees"),
    "a negative distance": ((*HELD, "--within", "-1"), "within: must be a distance in km"),
    "an unknown zone": (("--seeds", SECOND, "explain", "x"), "no zone 'x'; known: calm-area"),
    "a page on a day beyond": (
        ("--seeds", SECOND, "export", "html", "no.html", "--on", "2030-01-01"),
        "is beyond the record",
    ),
    "a page in a language that the record has not": (
        ("--seeds", SECOND, "export", "html", "no.html", "--lang", "fr"), "is none of en, ar",
    ),
    "a page where no file can be": (
        ("--seeds", SECOND, "export", "html", SECOND / "atlas.yaml" / "x"), "cannot be written",
    ),
    "a build where no folder can be": (
        ("--seeds", SECOND, "build", "--out", SECOND / "atlas.yaml" / "x"),
        "cannot be written (Not a directory)",
    ),
    "a build over other files": (
        ("--seeds", SECOND, "build", "--out", SECOND), "holds files but no build; name an empty",
    ),
    "a build over the root": (("--seeds", SECOND, "build", "--out", "/"), "holds files but no"),
}  # fmt: skip


@pytest.mark.parametrize("what", FAILS)
def test_an_expected_error_is_one_line_and_1(what):
    words, says = FAILS[what]
    code, out, err = run(*words)
    assert (code, out) == (1, "")
    one_line(err, says=["tamas: ", says])


@pytest.mark.parametrize(
    "words", [["at", 36.6, 35.8], ["layers"], ["check"], ["explain", "x"], ["build", "--out", "x"]]
)
@pytest.mark.parametrize("root", ["nowhere", "file"])
def test_a_root_that_is_no_folder_is_said_by_every_command(tmp_path, words, root):
    (tmp_path / "file").write_text("x")
    code, out, err = run("--seeds", tmp_path / root, *words)
    assert (code, out) == (1, "")
    assert err.splitlines()[0] == "1 fault in the record"
    assert f"{tmp_path / root}: there is no such folder; --seeds (or TAMAS_SEEDS)" in err


def test_a_faulty_record_stops_a_build_and_leaves_the_last_one(seeds, tmp_path):
    out = tmp_path / "out"
    run("--seeds", seeds, "build", "--out", out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    swap("zones/lantern-waters.yaml", "lantern-rock", "lost-rock")(seeds)
    code, said, err = run("--seeds", seeds, "build", "--out", out)
    assert (code, said) == (1, "")
    assert "zones/lantern-waters.yaml: lantern-waters: recipe: there is no place" in err
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


WRONG = [
    ["fly"],
    ["at"],
    ["at", "36.6"],
    ["at", "36.6", "35.8", "9"],
    ["at", "east", "35.8"],
    ["at", "36.6", "35.8", "--within", "far"],
    ["at", "36.6", "35.8", "--colour"],
    ["at", "36.6", "35.8", "--on"],
    ["build"],
    ["build", "--out", "x", "--reading", "middle"],
    ["explain"],
    ["export", "pdf"],
    ["export", "html"],
    ["serve", "--port", "99999"],
    ["--colour"],
    ["layers", "--seeds", "x"],
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_command_that_cannot_be_parsed_is_2(words):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    assert err


@pytest.mark.parametrize("words", [[], ["--help"], ["at", "--help"], ["export", "--help"]])
def test_help_is_helpful(words):
    code, out, err = run(*words)
    assert code in (0, 2)
    whole = out + err
    assert "Usage" in whole
    assert "Traceback" not in whole


def test_every_command_has_help_in_a_sentence():
    _, out, _ = run("--help")
    for name in ("at", "build", "check", "explain", "export", "layers", "serve"):
        assert re.search(rf"\b{name}\b.*[a-z]", out)


# --- the process -----------------------------------------------------------------------------


def test_the_process_leaves_with_0_1_or_2():
    told = ("--seeds", SECOND, "disputes")
    for words, code in ((told, 0), ((*told, "--known-by", "x"), 1), (("fly",), 2)):
        done = tamas_process(*words)
        assert done.returncode == code
        assert "Traceback" not in done.stderr
        assert bool(done.stdout) == (code == 0)


def test_the_environment_names_the_record_and_the_option_overrules_it(tmp_path):
    done = tamas("layers", env={"TAMAS_SEEDS": str(SECOND)})
    assert (done.returncode, done.stdout.split()[0]) == (0, "ferry-road")
    done = tamas("--seeds", SECOND, "layers", env={"TAMAS_SEEDS": str(tmp_path / "nowhere")})
    assert (done.returncode, done.stdout.split()[0]) == (0, "ferry-road")


def test_the_command_works_from_any_folder_and_a_relative_record(tmp_path):
    (tmp_path / "record").symlink_to(SECOND)
    done = tamas("--seeds", "record", "build", "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "southern-shore.geojson").is_file()


def test_arabic_goes_through_a_pipe_in_the_plainest_locale():
    done = tamas_process(*HELD, env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": ""})
    assert done.returncode == 0, done.stderr
    assert "مياه صخرة الفنار" in done.stdout


def test_where_output_has_no_arabic_letters_it_is_escaped():
    done = tamas_process(*HELD, env={"PYTHONIOENCODING": "latin-1"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "Waters of Lantern Rock" in done.stdout
    assert r"\u0645\u064a\u0627\u0647" in done.stdout


def test_a_reader_that_goes_away_is_no_error_worth_a_word():
    command = [
        Path(sys.executable).with_name("tamas"),
        "claims",
        "--json",
    ]  # more than a pipe holds
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
        process.wait(timeout=PATIENCE)
    assert said == b""


def on_a_terminal(*words: object) -> str:
    """Run the command on a pseudo-terminal and return what it showed."""
    command = [str(Path(sys.executable).with_name("tamas")), *map(str, words)]
    env = {**os.environ, "TERM": "xterm-256color"}
    for name in ("NO_COLOR", "TAMAS_SEEDS", "FORCE_COLOR"):
        env.pop(name, None)
    child, screen = pty.fork()
    if child == 0:
        os.execve(command[0], command, env)
    shown = b""
    while True:
        try:
            part = os.read(screen, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.waitpid(child, 0)
    os.close(screen)
    return shown.decode()


def test_colours_and_progress_are_shown_on_a_terminal_alone(tmp_path):
    assert SCREEN.search(on_a_terminal("--help"))
    assert "writing" in on_a_terminal("--seeds", SECOND, "build", "--out", tmp_path / "one")
    for words in (("--help",), ("--seeds", SECOND, "build", "--out", tmp_path / "two")):
        done = tamas(*words)
        assert not SCREEN.search(done.stdout + done.stderr)
        assert "writing" not in done.stderr


def test_json_on_a_terminal_is_plain():
    shown = on_a_terminal("--seeds", SECOND, "sources", "--json")
    assert not SCREEN.search(shown)
    assert json.loads(shown)


def test_an_unexpected_kind_of_error_is_not_swallowed(monkeypatch, tmp_path):
    """An error of the program itself must not look like one of the data."""
    from layers import atomic as folders

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(folders, "replace_folder", broken)
    with pytest.raises(ZeroDivisionError):
        run("--seeds", SECOND, "build", "--out", tmp_path / "out")
    monkeypatch.setattr(
        folders, "replace_folder", lambda *_: (_ for _ in ()).throw(ExportError("x"))
    )
    code, _, err = run("--seeds", SECOND, "build", "--out", tmp_path / "out")
    assert (code, err) == (1, "tamas: x\n")


@pytest.mark.parametrize(
    ("words", "name"), [(("data",), "rows.csv"), (("print",), "day.png")], ids=["data", "print"]
)
def test_an_export_tells_the_digest_of_its_file(tmp_path, words, name):
    path = tmp_path / name
    size = ("--size", "800x600", "--on", "2006-05-01") if "print" in words else ()
    told = ask("--seeds", SECOND, "export", *words, path, *size)["sha256"]
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (told[str(path)] if isinstance(told, dict) else told) == sha256
    code, out, _ = run("--seeds", SECOND, "export", *words, path, *size)
    assert (code, f"SHA-256 {sha256}" in out) == (0, True)


def test_a_name_of_a_file_rewrites_no_terminal(seeds):
    (seeds / "zones" / "\x1b]0;hurt\x07.yaml").write_text("id: x\n")
    code, out, err = run("--seeds", seeds, "check")
    assert code == 1
    assert "zones/\\u001b]0;hurt\\u0007.yaml" in err
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", out + err)


def test_json_stays_json_where_a_text_holds_what_a_terminal_obeys(seeds):
    name = "\x9b31m\u202e"
    (seeds / "zones" / f"{name}.yaml").write_text("id: x\n")
    code, out, _ = run("--seeds", seeds, "check", "--json")
    assert code == 1
    assert f"zones/{name}.yaml" in {fault["file"] for fault in json.loads(out)["faults"]}
    assert "\x9b" not in out
