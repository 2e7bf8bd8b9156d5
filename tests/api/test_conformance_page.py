"""The page on conformance names exactly the tests of OGC's assertions, and why some are skipped."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from tests.api import test_ogc_cql2, test_ogc_features

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"
ROW = re.compile(r"^\| `(test_\w+)` \| (.+) \|$", re.MULTILINE)


def results() -> list[tuple[str, str]]:
    """Each test in its order with pass, or the reason of its skip."""
    found = []
    for module in (test_ogc_features, test_ogc_cql2):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            marks = {mark.name: mark.kwargs for mark in getattr(function, "pytestmark", ())}
            reason = marks.get("skip", {}).get("reason")
            line = inspect.getsourcelines(function)[1]
            if name.startswith("test_"):
                found.append((module.__name__, line, name, f"skip: {reason}" if reason else "pass"))
    found.sort(key=lambda one: (one[0] != test_ogc_features.__name__, one[1]))
    return [(name, result) for _, _, name, result in found]


def test_the_page_lists_exactly_the_tests() -> None:
    assert ROW.findall(PAGE.read_text(encoding="utf-8")) == results()
