"""Errors: one tree, of which every leaf comes back whole from another process."""

from __future__ import annotations

import importlib
import pickle
import pkgutil
from collections.abc import Iterator

import pytest

import api
import geo
import layers
from api.errors import STATUS
from geo.errors import GeometryError
from layers.errors import (
    DanglingReference,
    QueryError,
    SeedError,
    SeedFaults,
    TamasError,
    UnknownId,
)

FAULT = SeedError("a.yaml", "x", "id", "is missing; add it")
ARGUMENTS = {
    SeedError: ("a.yaml", "x", "id", "is missing; add it"),
    DanglingReference: ("a.yaml", "x", "id", "place", "hask", ["quillet"]),
    SeedFaults: ([FAULT, DanglingReference("a.yaml", "x", "id", "place", "hask")],),
    QueryError: ("title", "a\tb", "has a control character"),
    UnknownId: ("zone", "x", ["a", "b"]),
}


def tree(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for leaf in kind.__subclasses__():
        yield from tree(leaf)


for package in (geo, layers, api):  # every module, so that no error of ours is left out
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
KINDS = [kind for kind in tree(TamasError) if kind.__module__.split(".")[0] in {"layers", "api"}]


@pytest.mark.parametrize("kind", [*KINDS, GeometryError], ids=lambda kind: kind.__name__)
def test_every_error_comes_back_whole_from_another_process(kind):
    error = kind(*ARGUMENTS.get(kind, ("it failed; mend it",)))
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert str(back) == str(error)
    assert repr(vars(back)) == repr(vars(error))


def test_every_error_that_the_service_knows_is_of_the_tree():
    assert set(STATUS) <= set(KINDS)
    assert {SeedError, DanglingReference, SeedFaults, QueryError, UnknownId} < set(KINDS)
