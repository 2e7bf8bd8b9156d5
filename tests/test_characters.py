"""Characters: what no text may hold, and what a terminal is sent in its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from layers import cli
from layers.characters import cell, printable, unwanted

SENT = {
    "plain · عربي\tand\nlines": "plain · عربي\tand\nlines",
    "\x1b]0;hurt\x07": "\\u001b]0;hurt\\u0007",
    "a\x9b31mb\x00\r": "a\\u009b31mb\\u0000\\u000d",
    "\ufffe\U0001ffff": "\\ufffe\\ud83f\\udfff",
    "\u2068closed\u2069": "\u2068closed\u2069",
    "\u202eopen\nnext": "\\u202eopen\nnext",
    "\u2067\u202acrossed\u2069": "\\u2067\\u202acrossed\\u2069",
}


@pytest.mark.parametrize("text", SENT, ids=ascii)
def test_a_terminal_is_sent_no_character_that_it_obeys(text):
    assert printable(text) == SENT[text]
    assert not list(unwanted(printable(text).replace("\n", "").replace("\t", "")))


@pytest.mark.parametrize("text", ["=1", "+1+1|x", "-cmd", "@a", "\t=1", "＝1", "-1+cmd|' /C'!A0"])
def test_a_cell_is_no_formula(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-1.5", "+1e5", "-0500~", "2020-03-05", "a=1", "", "قرية"])
def test_a_cell_that_is_no_formula_stays(text):
    assert cell(text) == text


def test_commands_print_in_one_place():
    direct = re.compile(r"\b(?:typer|click)\.s?echo\(|\bprint\(|std(?:out|err)\.write\(")
    found = {
        path.name: direct.findall(path.read_text(encoding="utf-8"))
        for path in Path(cli.__file__).parent.glob("*.py")
    }
    assert {name: calls for name, calls in found.items() if calls} == {
        # The one place, and a word of progress that no one else writes.
        "common.py": ["typer.echo(", "stderr.write("]
    }
