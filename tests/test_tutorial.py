"""The published example, and the tutorial that makes it, whose texts are the example's."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

from typer.testing import CliRunner

from layers.build.assembly import build
from layers.build.hints import hints
from layers.cli import app
from layers.record.reader import read

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


def test_the_example_is_whole() -> None:
    example = build(read(EXAMPLE))
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
