"""The benches are run by hand, far apart: what they take of the house is still there."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parent.parent / "bench"


@pytest.mark.parametrize("file", sorted(BENCH.glob("*.py")), ids=lambda file: file.stem)
def test_a_bench_is_loaded(file, monkeypatch):
    monkeypatch.syspath_prepend(BENCH)
    before = set(sys.modules)
    spec = importlib.util.spec_from_file_location(f"bench_{file.stem}", file)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    try:
        spec.loader.exec_module(module)
    finally:
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(str(BENCH)):
                del sys.modules[name]


def test_the_made_up_record_is_one(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(BENCH)
    from layers.build.assembly import build
    from layers.record.reader import read

    spec = importlib.util.spec_from_file_location("bench_build", BENCH / "build.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    made.synthetic(tmp_path, 6)
    assert len({row.zone_id for row in build(read(tmp_path)).rows}) == 6
