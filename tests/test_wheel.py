"""What ships is what is tested: the wheel carries the record, the page and their parts."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# What a notebook does with nothing but the package.
NOTEBOOK = """
import folium, geopandas, layers, pandas
atlas = layers.open_atlas()
zones = atlas.zones(on="2020-04-01", known_by=None, layers=None, reading="nominal", bbox=None)
every = atlas.zones(on="2020-04-01", reading="all")
assert len(every) == len(zones) > 0 and {"nominal", "inner", "outer"} <= set(every)
assert len(atlas.at(36.61, 35.80, on="2020-04-01"))
spot = geopandas.points_from_xy([36.61], [35.80], crs="EPSG:4326")
points = geopandas.GeoDataFrame({"day": ["2020-04-01"]}, geometry=spot)
answers = atlas.at_points(points, on="2020-04-01")
assert answers.equals(atlas.at_points(points, on_column="day"))
assert len(atlas.diff("2020-03-04", "2020-03-06"))
print(atlas.explain("tanf-55km"))
assert len(atlas.search("Trumba"))
for listed in (atlas.claims, atlas.sources, atlas.places, atlas.disputes, atlas.timeline):
    assert len(listed())
events = pandas.DataFrame({"lat": [35.80], "lon": [36.61], "date": ["2020-04-01"]})
assert len(atlas.count(events, by="month"))
m = atlas.map(on="2020-04-01", lang="ar")
assert "leaflet" in m._repr_html_()
folium.Map().add_child(layers.ZoneLayer(zones)).get_root().render()
[written] = atlas.export("zones.parquet")
assert len(geopandas.read_parquet(written)) == len(atlas.zones())
"""


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


MAIN = "import layers, sys; from layers.cli import main; sys.stderr.write(layers.__file__); main()"


def run(installed: Path, *words: str, code: str = MAIN) -> subprocess.CompletedProcess[str]:
    """Run the command of the wheel, or other code, away from the checkout."""
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


def test_the_wheel_is_a_library(installed) -> None:
    done = run(installed, code=NOTEBOOK)
    assert done.returncode == 0, done.stderr
    assert "tanf-55km" in done.stdout


def test_the_wheel_makes_the_offline_page(installed, tmp_path) -> None:
    done = run(installed, "export", "html", str(tmp_path / "map.html"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "map.html").stat().st_size > 500_000


def test_the_wheel_holds_no_tests_and_no_tools(installed) -> None:
    top = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert top == {"geo", "layers", "api", "seeds"}
