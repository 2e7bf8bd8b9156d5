"""The examples in docstrings run: in `geo`, and of every name of the public API."""

from __future__ import annotations

import doctest
import inspect
from importlib import import_module
from pathlib import Path

import pytest

import layers
from layers.atlas import Atlas

ROOT = Path(__file__).resolve().parent.parent
MODULES = [
    "layers.atlas",
    *(f"geo.{path.stem}" for path in sorted((ROOT / "geo").glob("[!_]*.py"))),
]
PUBLIC = [name for name in vars(Atlas) if not name.startswith("_")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name, real) -> None:
    result = doctest.testmod(import_module(name), extraglobs={"atlas": Atlas(real)})
    assert result.failed == 0


@pytest.mark.parametrize("name", PUBLIC)
def test_every_method_of_an_atlas_has_an_example_and_says_what_it_takes(name) -> None:
    method = getattr(Atlas, name)
    text = inspect.getdoc(method) or ""
    assert ">>> " in text
    described = text.partition("\nParameters\n")[2]
    heads = [line for line in described.splitlines() if line and not line.startswith(" ")]
    taken = set(inspect.signature(method).parameters) - {"self"} if callable(method) else set()
    assert taken <= {name for head in heads for name in head.partition(" : ")[0].split(", ")}


def test_what_the_package_exports_is_there() -> None:
    assert sorted(layers.__all__) == layers.__all__
    for name in layers.__all__:
        assert getattr(layers, name).__doc__
        assert name in dir(layers)
