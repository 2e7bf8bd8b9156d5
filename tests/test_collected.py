"""That pytest finds every test: it passes over folders by name, `build` among them unless told."""

from fnmatch import fnmatch
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent


def test_no_folder_of_tests_is_passed_over(pytestconfig: pytest.Config) -> None:
    passed_over = {
        str(path)
        for path in TESTS.rglob("test_*.py")
        for part in path.relative_to(TESTS).parent.parts
        for pattern in pytestconfig.getini("norecursedirs")
        if fnmatch(part, pattern)
    }
    assert passed_over == set()
