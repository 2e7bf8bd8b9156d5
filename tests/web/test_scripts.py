"""The page's JavaScript, read by rules that need no Node: imports, sinks, length, comments."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import layers.web
from layers.web.folium_elements.assets import PACKAGE
from layers.web.page.assets import PAGE, modules
from layers.web.page.bundle import bundle

WEB = Path(layers.web.__path__[0])
MODULES = sorted(path for path in WEB.rglob("js/*.js"))
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in MODULES}
IMPORT = re.compile(r'^import \{([\w\s,]+)\} from "\./(\w+)\.js";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:function|class|const) (\w+)", re.MULTILINE)
# Whatever reads a string as HTML or code, and what keeps something on the reader's machine.
SINKS = (
    "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|new Function|setAttributeNS"
    "|\\.srcdoc|localStorage|sessionStorage|document\\.cookie|createContextualFragment|DOMParser"
)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_module_is_short_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("// ")
    assert len(text.splitlines()) < 400
    assert "\t" not in text
    assert not re.search(r"\bvar |[^=!]==[^=]|!=[^=]|console\.log|debugger", text)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_imports_are_used_and_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    body = IMPORT.sub("", text)
    for names, module in IMPORT.findall(text):
        exported = EXPORT.findall(TEXTS[module])
        for name in (part.strip() for part in names.split(",")):
            assert name in exported, f"{module}.js exports no {name}"
            assert re.search(rf"\b{name}\b", body), f"{name} is imported and never used"


def test_every_export_is_used_somewhere() -> None:
    # What a document itself calls: the page's script, the one of a page that is a file, and that
    # of the Folium elements.
    entry = {
        "atlas": {"add", "hold", "start", "page"},
        "file": {"begin"},
        "elements": {
            "speak",
            "zoneLayer",
            "eventLayer",
            "periodSlider",
            "zoneLegend",
            "basemap",
        },
    }
    for stem, text in TEXTS.items():
        for name in EXPORT.findall(text):
            used = any(
                name in names.replace(" ", "").split(",")
                for other in TEXTS.values()
                for names, module in IMPORT.findall(other)
                if module == stem
            )
            assert used or name in entry.get(stem, ()), f"{stem}.js: {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_text_is_read_as_html_or_code(path: Path) -> None:
    found = re.findall(SINKS, path.read_text(encoding="utf-8"))
    assert found == []


def test_no_two_modules_of_one_script_share_a_name() -> None:
    assert len(TEXTS) == len(MODULES)


@pytest.mark.parametrize(("package", "entry"), [(PAGE, "atlas"), (PACKAGE, "elements")])
def test_node_reads_the_joined_script(tmp_path: Path, package: str, entry: str) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("NOT TESTED: the syntax of the scripts by Node, because it is missing")
    script = tmp_path / "page.js"
    text = bundle(modules(package), entry=entry, name="Tamas")
    script.write_text(text, encoding="utf-8")
    done = subprocess.run([node, "--check", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
