"""What ships is what is tested: the wheel carries the record, the page and their parts."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder with what the wheel unpacks to, as an installer would leave it."""
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = out.glob("*.whl")
    site = out / "site"
    zipfile.ZipFile(wheel).extractall(site)
    return site


def run(installed: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command of the wheel, away from the checkout."""
    code = (
        "import layers, sys; from layers.cli import main; sys.stderr.write(layers.__file__); main()"
    )
    env = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    env.pop("TAMAS_SEEDS", None)
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=installed.parent,
        env=env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_the_wheel_checks_its_own_record(installed) -> None:
    done = run(installed, "check")
    assert str(installed) in done.stderr
    assert done.stdout.startswith("ok: ")


def test_the_wheel_makes_the_offline_page(installed, tmp_path) -> None:
    done = run(installed, "export", "html", str(tmp_path / "map.html"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "map.html").stat().st_size > 500_000


def test_the_wheel_holds_no_tests_and_no_tools(installed) -> None:
    top = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert top == {"geo", "layers", "api", "seeds"}
