"""YAML as data alone: what is read as what, and what is refused."""

from __future__ import annotations

import contextlib
import json
import threading

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from layers.record.strict_yaml import DEEPEST, PlainError, load
from tests.support.atlases import ATLASES

SCALARS = {
    "2020-03-05": "2020-03-05",
    "2020-03": "2020-03",
    "on": "on",
    "no": "no",
    "yes": "yes",
    "12:30": "12:30",
    "1_000": "1_000",
    "0x10": "0x10",
    "010": "010",
    "1e3": "1e3",
    "+5": "+5",
    "M4": "M4",
    "'5'": "5",
    '"null"': "null",
    "'true'": "true",
    "'~'": "~",
    "True": "True",
    "5": 5,
    "-5": -5,
    "5.5": 5.5,
    "-0.25": -0.25,
    "1.0e-3": 0.001,
    "true": True,
    "false": False,
    "null": None,
    "~": None,
    "a & b": "a & b",
    "a * b": "a * b",
    "wait!": "wait!",
    "=": "=",
    "<<": "<<",
}


@pytest.mark.parametrize("text", SCALARS)
def test_a_scalar_is_read_as_json_would_or_as_text(text):
    found = load(f"key: {text}\n")["key"]
    assert found == SCALARS[text]
    assert type(found) is type(SCALARS[text])


REFUSED = {
    "key: !!python/object:os.system x": "line 1: tag",
    "key: !!python/name:os.system": "line 1: tag",
    "key: !!binary aGk=": "line 1: tag",
    "key: !!timestamp 2020-03-05": "line 1: tag",
    "key: !<tag:yaml.org,2002:python/none> ''": "line 1: tag",
    "- !!set {a}": "line 1: tag",
    "a: &x 1\nb: *x": "line 1: aliases are not read; write the value out",
    "a: 1\nb: &x [1]": "line 2: aliases",
    "[&x a, *x]": "line 1: aliases",
    "{a: &x a}": "line 1: aliases",
    "a: 1\na: 2": "line 2: key 'a' is given twice; keep one",
    "a: {b: 1, b: 2}": "key 'b' is given twice",
    "1: a\n'1': b": "line 2: key '1' is given twice",
    "[a]: b": "a key must be text",
    "? {a: b}\n: c": "a key must be text",
    "a: [": "line ",
    "a: 'open": "line ",
    "a: b: c": "line 1",
    "\tkey: x": "line ",
    "a: 1\n---\nb: 2": "line ",
    "a: \x07": "control characters",
    "%TAG ! tag:yaml.org,2002:python/\n---\na: !none x": "tag",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_more_than_data_is_refused_with_its_line(text):
    with pytest.raises(PlainError) as caught:
        load(text)
    assert REFUSED[text] in str(caught.value)
    assert "\n" not in str(caught.value)


NESTS = {
    "lists": lambda n: "[" * n + "]" * n,
    "mappings": lambda n: "{a: " * n + "b" + "}" * n,
    "open lists": lambda n: "[" * n,
    "behind closers in quotes": lambda n: f"['{']' * n}', " + "[" * n + "]" * n + "]",
    "blocks": lambda n: "\n".join(" " * k + "a:" for k in range(n)),
    "blocks in a line": lambda n: "- " * n + "a",
    "keys in a line": lambda n: "? " * n + "a",
}


@pytest.mark.parametrize("levels", [DEEPEST + 3, 20_000, 200_000])
@pytest.mark.parametrize("kind", NESTS)
def test_deep_data_is_refused_before_it_exhausts_the_stack(kind, levels):
    """Also in a thread, whose stack is small: the service may read a record in one."""
    if kind == "blocks":
        levels = min(levels, 2_000)  # the text grows by the square
    refused: list[str] = []

    def read() -> None:
        try:
            load(NESTS[kind](levels))
        except PlainError as error:
            refused.append(str(error))

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert len(refused) == 1
    assert "nested too deep" in refused[0]


@pytest.mark.parametrize("kind", ["lists", "mappings", "blocks", "blocks in a line"])
def test_data_of_the_allowed_depth_is_read(kind):
    assert load(NESTS[kind](DEEPEST - 2)) is not None


def test_a_comment_or_nothing_is_no_data():
    assert load("# a comment\n") is None
    assert load("") is None


data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("abc -:[]{}&*!'\"#,ع٣", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abcxyz", min_size=1, max_size=4), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(data)
def test_whatever_json_holds_is_read_unchanged(value):
    assert load(json.dumps(value, ensure_ascii=False)) == value


@given(data)
def test_whatever_yaml_writes_in_block_style_is_read_unchanged(value):
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=False)
    assert load(text) == value


@given(st.text("ab:-[]{}&*!'\"#,|>%@` \n\t?~1", max_size=40))
def test_any_text_is_data_or_a_plain_error(text):
    with contextlib.suppress(PlainError):
        json.dumps(load(text))


@pytest.mark.parametrize("atlas", ATLASES)
def test_every_seed_file_is_plain(atlas):
    paths = list(ATLASES[atlas].rglob("*.yaml"))
    assert paths
    for path in paths:
        assert load(path.read_text(encoding="utf-8")) is not None
