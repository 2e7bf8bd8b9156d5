"""The benches are run by hand, far apart: what they take of the house is still there."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from layers.build.assembly import build
from layers.record.reader import read

BENCH = Path(__file__).resolve().parent.parent / "bench"


@pytest.fixture
def load(monkeypatch):
    """A function that loads a bench; the names under which they know each other are given back."""
    monkeypatch.syspath_prepend(BENCH)
    before = set(sys.modules)

    def loaded(file: Path):
        spec = importlib.util.spec_from_file_location(f"bench_{file.stem}", file)
        sys.modules[spec.name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    yield loaded
    for name in set(sys.modules) - before:
        if Path(getattr(sys.modules[name], "__file__", None) or "/").parent == BENCH:
            del sys.modules[name]


@pytest.mark.parametrize("file", sorted(BENCH.glob("*.py")), ids=lambda file: file.stem)
def test_a_bench_is_loaded(load, file):
    assert load(file).__doc__


def test_the_made_up_record_is_one(load, tmp_path):
    load(BENCH / "build.py").synthetic(tmp_path, 6)
    assert len({row.zone_id for row in build(read(tmp_path)).rows}) == 6
