"""The published example, and the tutorial that makes it, whose texts are the example's."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from layers.build.hints import hints
from layers.build.rows import BuiltAtlas
from layers.cli import app
from layers.web.page.data import page_data
from layers.web.page.page import render_page
from tests.support.atlases import drawn, seen
from tests.support.browser import Tabs, idle

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "docs/examples/minsk"
PAGE = (ROOT / "docs/how-to/second-atlas.md").read_text(encoding="utf-8")
STEP = re.compile(
    r"^```(?:sh\n|\{code-block\} \w+\n:caption: (\S+)\n\n)(.*?)^```$", re.MULTILINE | re.DOTALL
)
# Natural Earth's names of what the example's base map was cut from.
GROUND = {
    "land": "admin_0_countries", "borders": "admin_0_boundary_lines_land",
    "coast": "coastline", "lakes": "lakes",
}  # fmt: skip

# How far each leader begins from a name, and how long it is, in pixels.
LEADERS = """() => [...document.querySelectorAll(".leader")].map((line) => {
  const { e, f } = new DOMMatrix(getComputedStyle(line).transform);
  const own = line.parentElement.getBoundingClientRect();
  const [x, y] = [own.left + e, own.top + f];
  const far = ({ left, top, right, bottom }) =>
    Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
  const names = [...document.querySelectorAll(".zone-name")];
  return [Math.min(...names.map((name) => far(name.getBoundingClientRect()))), line.offsetWidth];
})"""


@pytest.fixture(scope="module")
def example() -> BuiltAtlas:
    return drawn(seen(EXAMPLE))


def test_the_example_is_whole(example) -> None:
    assert not list(hints(example))
    assert len(example.record.zones) == 9
    assert all(claim.locator for claim in example.record.claims.values())


def test_the_tutorial_makes_the_example(tmp_path, monkeypatch) -> None:
    ground = tmp_path / "natural-earth"
    ground.mkdir()
    for part, name in GROUND.items():
        shutil.copy(EXAMPLE / f"basemap/{part}.geojson", ground / f"ne_10m_{name}.geojson")
    (tmp_path / "tamas").symlink_to(ROOT)
    monkeypatch.chdir(tmp_path)
    said = ""
    for file, text in STEP.findall(PAGE):
        if file:
            fill(Path(file), text)
            continue
        lines = text.splitlines()
        shell = [line for line in lines if not line.startswith("tamas ")]
        subprocess.run(["sh", "-ec", "\n".join(shell)], check=True)
        said += "".join(run(line) for line in lines if line not in shell)
    assert re.findall(r"ok: .* (\d+) zones?,", said) == ["0", "1", "2", "9"]


@pytest.mark.browser
@pytest.mark.enable_socket
def test_a_name_away_from_its_zone_has_a_leader(example, tabs: Tabs, tmp_path) -> None:
    file = tmp_path / "minsk.html"
    file.write_text(render_page(page_data(example), mode="file"), encoding="utf-8", newline="\n")
    page = tabs.take(1440, 900)
    page.goto(file.as_uri())
    gaps = idle(page).evaluate(LEADERS)
    assert gaps
    assert all(far < 2 and length >= 16 for far, length in gaps), gaps


def run(line: str) -> str:
    """Return what a command of the tutorial says; pages are served and written by other tests."""
    if re.search(" serve$| export ", line):
        return ""
    done = CliRunner().invoke(app, shlex.split(line)[1:])
    assert done.exit_code == 0, (line, done.output)
    return done.output


def fill(file: Path, text: str) -> None:
    """Put a text in the place of the skeleton that was written last."""
    assert text in (EXAMPLE.parent / file).read_text(encoding="utf-8"), file
    whole = file.read_text(encoding="utf-8")
    first = re.match(r"[^,\n]+", text)
    assert first is not None
    start = whole.rindex(f"\n{first[0]}") + 1
    file.write_text(whole[:start] + text, encoding="utf-8")
