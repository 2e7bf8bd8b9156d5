"""Real clients against a real port: OWSLib, geopandas, GDAL, and QGIS where it is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from layers.formats.features import build_files
from tests.support.atlases import PATIENCE
from tests.support.service import serving

ABSENT = 77
QGIS = (
    f"""
import json, sys
try:
    import qgis.core
except ImportError:
    sys.exit({ABSENT})
"""
    """
from qgis.core import QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer
app = QgsApplication([], False)
app.initQgis()
found = {}
for name in sys.argv[2:]:
    layer = QgsVectorLayer(f" url='{sys.argv[1]}' typename='{name}' pageSize='25'", name, "OAPIF")
    box = QgsFeatureRequest().setFilterRect(QgsRectangle(36, 35, 37, 36))
    every = [feature["id"] for feature in layer.getFeatures()]
    found[name] = [layer.isValid(), every, [f["id"] for f in layer.getFeatures(box)]]
sys.stdout.write(json.dumps(found))
"""
)


@pytest.fixture(scope="module")
def where() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture(scope="module")
def names(where) -> list[str]:
    listed = json.load(urlopen(f"{where}/collections", timeout=PATIENCE))["collections"]
    return [item["id"] for item in listed]


def expected(where: str, name: str, query: str = "") -> list[str]:
    address = f"{where}/collections/{name}/items?limit=10000{query}"
    return [item["id"] for item in json.load(urlopen(address, timeout=PATIENCE))["features"]]


def drawn_in_box(where: str, name: str) -> list[str]:
    """What desktop tools keep: they drop the rows without a shape that the service gives."""
    address = f"{where}/collections/{name}/items?limit=10000&bbox=36,35,37,36"
    every = json.load(urlopen(address, timeout=PATIENCE))["features"]
    return [item["id"] for item in every if item["geometry"]]


def test_owslib_reads_every_collection_from_the_root(where, names) -> None:
    from owslib.ogcapi.features import Features

    client = Features(f"{where}/")
    assert client.feature_collections() == names
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in str(
        client.conformance()
    )
    for name in names:
        seen: list[str] = []
        while True:
            page = client.collection_items(name, limit=50, offset=len(seen))
            seen += [feature["id"] for feature in page["features"]]
            if len(seen) >= page["numberMatched"]:
                break
        assert seen == expected(where, name)
        assert client.collection_queryables(name)["properties"]
    boxed = client.collection_items("places", bbox=[36, 35, 37, 36], limit=10000)
    assert [one["id"] for one in boxed["features"]] == expected(
        where, "places", "&bbox=36,35,37,36"
    )
    dated = client.collection_items("m4-corridor", datetime_="2020-03-06", limit=10000)
    assert [one["id"] for one in dated["features"]] == expected(
        where, "m4-corridor", "&datetime=2020-03-06"
    )
    chosen = client.collection_items("m4-corridor", filter="status = 'agreed'")
    assert {one["properties"]["status"] for one in chosen["features"]} == {"agreed"}


def test_geopandas_reads_what_a_build_writes(where, real, tmp_path) -> None:
    import geopandas

    for name, body in build_files(real).items():
        (tmp_path / name).write_bytes(body)
    for layer in real.record.layers:
        served = geopandas.read_file(f"{where}/collections/{layer}/items?limit=10000")
        built = geopandas.read_file(tmp_path / f"{layer}.geojson")
        assert list(served["id"]) == list(built["id"])
        assert served.geometry.geom_equals(built.geometry).eq(~built.geometry.isna()).all()


def gdal(*words: str) -> subprocess.CompletedProcess[str]:
    if shutil.which(words[0]) is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have gdal-bin; .ci/gdal installs it")
        pytest.skip(f"{words[0]} is not installed: apt-get install gdal-bin")
    return subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=True)


def test_gdal_lists_every_collection_from_the_root(where, names) -> None:
    shown = gdal("ogrinfo", "-ro", f"OAPIF:{where}").stdout
    for name in names:
        assert f": {name} (" in shown


@pytest.mark.parametrize("name", ["m4-corridor", "tanf-triangle", "places", "claims"])
def test_gdal_pages_through_a_collection_and_asks_by_box(where, tmp_path, name) -> None:
    out = tmp_path / "out.geojson"
    source = f"OAPIF:{where}"
    gdal("ogr2ogr", "-f", "GeoJSON", str(out), source, name, "-oo", "PAGE_SIZE=7")
    found = [one["properties"]["id"] for one in json.loads(out.read_text())["features"]]
    assert found == expected(where, name)
    out.unlink()
    gdal("ogr2ogr", "-f", "GeoJSON", str(out), source, name, "-spat", "36", "35", "37", "36")
    found = [one["properties"]["id"] for one in json.loads(out.read_text())["features"]]
    assert found == drawn_in_box(where, name)


@pytest.mark.parametrize(
    ("name", "clause", "holds"),
    [
        ("m4-corridor", "valid_from > '2020/08/01'",
         lambda row: row["valid_from"] > "2020-08-01"),
        ("m4-corridor", "valid_from = '2020-03-05'",
         lambda row: row["valid_from"] == "2020-03-05"),
        ("claims", "date_from > '2016/06/01'",
         lambda row: (row["date_from"] or "") > "2016-06-01"),
        ("claims", "hedged = 1", lambda row: row["hedged"]),
        ("claims", "hedged = 0", lambda row: not row["hedged"]),
        ("places", "name_ar = 'إدلب'", lambda row: row["name_ar"] == "إدلب"),
        ("places", "rank > 3", lambda row: row["rank"] > 3),
    ],
)  # fmt: skip
def test_gdal_asks_by_days_flags_and_arabic(where, name, clause, holds) -> None:
    """GDAL takes no empty answer for an error, so a filter refused would count no feature."""
    address = f"{where}/collections/{name}/items?limit=10000"
    every = json.load(urlopen(address, timeout=PATIENCE))["features"]
    count = sum(bool(holds(one["properties"])) for one in every)
    shown = gdal("ogrinfo", "-ro", "-so", f"OAPIF:{where}", name, "-where", clause).stdout
    assert f"Feature Count: {count}" in shown
    assert count


def test_gdal_reads_an_address_with_a_day_in_it(where, tmp_path) -> None:
    out = tmp_path / "out.csv"
    address = f"{where}/collections/m4-corridor/items?datetime=2020-03-06"
    gdal("ogr2ogr", "-f", "CSV", str(out), address)
    rows = out.read_text().splitlines()
    assert len(rows) - 1 == len(expected(where, "m4-corridor", "&datetime=2020-03-06"))


def test_qgis_reads_every_collection(where, names) -> None:
    python = shutil.which("python3", path="/usr/bin") or sys.executable
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [python, "-c", QGIS, where, *names],
        capture_output=True, text=True, timeout=PATIENCE, env=env,
    )  # fmt: skip
    if done.returncode == ABSENT:
        pytest.skip("python3-qgis is not installed")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout[done.stdout.index("{") :])
    for name in names:
        valid, every, boxed = found[name]
        assert valid
        assert sorted(every) == sorted(expected(where, name))
        assert sorted(boxed) == sorted(drawn_in_box(where, name))
