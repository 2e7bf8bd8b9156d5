"""An atlas without Arabic: none of its outputs has a letter of that script."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from layers.build.assembly import build
from layers.build.rows import BuiltAtlas
from layers.formats.package import write_package
from layers.monitor.plot import plot
from layers.printing import print_map
from layers.query.explain import explain
from layers.query.selection import Selection
from layers.record.reader import read
from layers.report.assemble import make_report
from layers.report.desk import Desk
from layers.report.question import Question
from layers.report.write import BOTH, render
from layers.settings import Settings
from layers.web.page.export import FileRequest, build_file
from layers.web.site import write_site
from tests.monitor.test_monitor_plot import table
from tests.support.languages import ARABIC, atlas_in
from tests.support.site_links import QUICK

LANGUAGES = ("en", "uk")
TEXT = re.compile(r"\.(html|js|css|json|csv|kml|xml|svg|geojson|md|txt|cff)")


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> BuiltAtlas:
    return build(read(atlas_in(list(LANGUAGES), tmp_path_factory.mktemp("seeds"))))


def strange(text: str) -> list[str]:
    """Return where a text has letters of the Arabic script, with what stands around them."""
    return [text[max(0, one.start() - 30) : one.end() + 30] for one in ARABIC.finditer(text)]


def strange_files(folder: Path) -> dict[str, list[str]]:
    """Return by name the text files of a folder, and the parts of documents, with such letters."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".kmz" or path.suffix == ".docx":
            with zipfile.ZipFile(path) as parts:
                texts = [parts.read(name) for name in parts.namelist() if name.endswith("ml")]
        else:
            texts = [path.read_bytes()] if TEXT.fullmatch(path.suffix) else []
        if found_here := [one for text in texts for one in strange(text.decode())]:
            found[path.name] = found_here
    return found


def test_pages_and_site_have_none(built, tmp_path):
    assert strange(build_file(built, FileRequest()).page.decode()) == []
    write_site(built, tmp_path / "site", **QUICK)
    assert strange_files(tmp_path / "site") == {}


def test_a_release_has_none_in_any_format(built, tmp_path):
    write_package(built, tmp_path / "release")
    assert {path.suffix for path in (tmp_path / "release").rglob("*")} >= {".kmz", ".csv", ".json"}
    assert strange_files(tmp_path / "release") == {}


def test_prints_plots_and_explanations_have_none(built, tmp_path):
    counts = table(built, spots=[(-20.5, -20.5, "2005-03-01")])
    pdf = tmp_path / "map.pdf"
    pdf.write_bytes(print_map(built, Selection(), format="pdf", lang="uk").body)
    said = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True)
    assert "Острел" in said.stdout
    assert strange(said.stdout) == []
    # An SVG that can be edited holds its words as words.
    svg = print_map(built, Selection(), format="svg", lang="en", editable=True).body.decode()
    assert strange(svg) == []
    for lang in LANGUAGES:
        assert strange(plot(counts, built, events="events.csv", lang=lang).decode()) == []
    assert [zone for zone in built.record.zones if strange(repr(explain(built, zone)))] == []


def test_a_report_has_none(built, tmp_path):
    events = tmp_path / "events.csv"
    events.write_text("id,lat,lon,date,type\n1,-20.5,-20.5,2005-03-01,x\n", encoding="utf-8")
    report = make_report(built, Question((events,), "2005-03", groups=("type",)))
    for ending in (".html", ".docx", ".csv"):
        (tmp_path / f"report{ending}").write_bytes(render(report, ending, BOTH, Desk()))
    assert strange_files(tmp_path) == {}


def test_the_service_answers_without_any(built):
    client = TestClient(create_app(Settings(seeds=built.record.root, access_log=False)))
    document = client.get("/openapi.json").json()
    given = {
        "collectionId": next(iter(built.record.layers)),
        "featureId": built.frame["id"].iloc[0],
    }
    asked = {
        "/at": "lat=-20&lon=-20",
        "/search": "q=marrow",
        "/diff": "from=2004-01-01&to=2006-01-01",
    }
    found = {}
    for path, verbs in document["paths"].items():
        for lang in LANGUAGES:
            for form in ("html", "json"):
                where = f"{path.format(**given)}?lang={lang}&f={form}&{asked.get(path, '')}"
                answer = client.get(where) if "get" in verbs else None
                if answer is not None and (faults := strange(answer.text)):
                    found[where] = faults
    assert found == {}
