"""What the code may know and load: no place of a record, and nothing heavy before it is asked."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

from tests.support.atlases import PATIENCE, SECOND

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {
    "geopandas",
    "pandas",
    "folium",
    "branca",
    "shapely",
    "pyproj",
    "numpy",
    "fastapi",
    "uvicorn",
}
SOURCES = sorted(path for name in ("geo", "layers", "api") for path in (ROOT / name).rglob("*.py"))

PROBE = """
import json, sys
sys.argv = ["tamas", *sys.argv[1:]]
try:
    from layers.cli import main
    main()
except SystemExit as end:
    code = end.code
sys.stderr.write(json.dumps([code, sorted({name.split(".")[0] for name in sys.modules})]))
"""


def loaded(*words: object) -> tuple[int, set[str]]:
    """Run the command in a process and return its exit code and the packages it loaded."""
    env = {key: value for key, value in os.environ.items() if key != "TAMAS_SEEDS"}
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *map(str, words)],
        capture_output=True, text=True, timeout=PATIENCE, check=True, cwd=ROOT, env=env,
    )  # fmt: skip
    code, names = json.loads(done.stderr.splitlines()[-1])
    return code or 0, set(names)


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["at", "--help"], ["build", "--help"]]
)
def test_help_loads_nothing_heavy(words):
    code, names = loaded(*words)
    assert code == 0
    assert names.isdisjoint(HEAVY), names & HEAVY


def test_the_library_loads_nothing_heavy_before_it_is_asked():
    probe = "import layers, sys; layers.errors; print([*sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert HEAVY.isdisjoint(ast.literal_eval(done.stdout))


def test_a_question_loads_neither_a_map_nor_a_plot_nor_the_service():
    code, names = loaded("--seeds", SECOND, "at", -21.4, -20.0)
    assert code == 0
    assert names.isdisjoint({"folium", "jinja2", "matplotlib", "typst", "fastapi", "api"})


@cache
def packages(path: Path) -> set[str]:
    """Return the top-level packages that a module imports anywhere, type checking included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_what_lies_below_it(path):
    above = {"geo": {"layers", "api", "seeds"}, "layers": {"api", "seeds"}, "api": {"seeds"}}
    assert packages(path).isdisjoint(above[path.relative_to(ROOT).parts[0]])


def test_no_circle_leads_through_a_package_and_what_is_in_it():
    """The linter's contract looks at siblings alone, not at a package and its own modules."""
    graph = grimp.build_graph("geo", "layers", "api", cache_dir=None)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    TopologicalSorter(imports).prepare()


def test_http_exceptions_stay_inside_the_service():
    for path in SOURCES:
        if path.relative_to(ROOT).parts[0] != "api":
            assert packages(path).isdisjoint({"fastapi", "starlette"}), path


@pytest.fixture(scope="module")
def names_of_the_record(real) -> re.Pattern[str]:
    """A pattern of the ids of layers and zones, large places, and what the atlas is about."""
    record = real.record
    # An id of one plain word ('contacts') is also a word of the interface; it says nothing.
    ids = {*record.layers, *record.zones, record.atlas.id}
    names = {name for name in ids if "-" in name}
    names |= {place.name("en") for place in record.places.values() if place.rank <= 2}
    names |= {"Syria", "Syrian", "Idlib", "Tanf", "Sochi", "Astana", "Turkiye", "Türkiye", "M4"}
    words = sorted((name for name in names if len(name) > 1), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, words))})(?![\w-])", re.IGNORECASE)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_names_a_place_an_agreement_or_a_layer_of_the_record(path, names_of_the_record):
    text = path.read_text(encoding="utf-8")
    found = {match[0] for match in names_of_the_record.finditer(text)}
    assert found == set()


def test_the_names_looked_for_are_those_of_a_real_record(names_of_the_record):
    assert names_of_the_record.search("the idlib-zone was drawn")
    assert names_of_the_record.search("Aleppo, Hama")
    assert not names_of_the_record.search("a strip of a zone")


@pytest.mark.parametrize("suffix", ["*.js", "*.css", "*.html"])
def test_nor_does_the_page(suffix, names_of_the_record):
    """The files of pages and elements; those of others (vendored) are as they were published."""
    for path in (ROOT / "layers" / "web").rglob(suffix):
        if "vendor" not in path.parts:
            # "M4 10h12" draws a stroke.
            text = re.sub(
                r"\bM[\d.]+[ ,-][\dhvHVlLmMzZaAcC ., -]+", "", path.read_text(encoding="utf-8")
            )
            found = {match[0] for match in names_of_the_record.finditer(text)}
            assert found == set(), path.name
