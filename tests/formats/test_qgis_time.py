"""The time control of QGIS over our GeoPackage: every day shows the rows of that day."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

import layers
from tests.support.atlases import PATIENCE

LAYER = "idlib-zone"
# The ends of periods among them: those are what a comparison with times of day loses.
DAYS = ("2017-09-15", "2018-09-16", "2018-09-17", "2020-03-05", "2020-03-06", "2024-11-26",
        "2024-11-27", "2024-11-28")  # fmt: skip
PYTHON = "/usr/bin/python3"
QGIS = """
import json, sys
from qgis.core import (QgsApplication, QgsDateTimeRange, QgsFeatureRequest, QgsSettings,
                       QgsVectorLayer, QgsVectorLayerTemporalContext)
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime
app = QgsApplication([], False)
app.initQgis()
layer = QgsVectorLayer(f"{sys.argv[1]}|layername={sys.argv[2]}", "zones", "ogr")
layer.loadDefaultStyle()
time, context, found = layer.temporalProperties(), QgsVectorLayerTemporalContext(), {}
time.setIsActive(True)
context.setLayer(layer)
for compiled in (True, False):
    QgsSettings().setValue("qgis/compileExpressions", compiled)
    for day in sys.argv[3:]:
        date = QDate.fromString(day, Qt.ISODate)
        first = QDateTime(date, QTime(0, 0), Qt.UTC)
        last = QDateTime(date, QTime(23, 59, 59), Qt.UTC)
        shown = time.createFilterString(context, QgsDateTimeRange(first, last))
        request = QgsFeatureRequest().setFilterExpression(shown)
        rows = sorted(feature["id"] for feature in layer.getFeatures(request))
        found.setdefault(day, []).append(rows)
sys.stdout.write(json.dumps(found))
"""


@pytest.fixture(scope="module")
def package(real, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("qgis") / "zones.gpkg"
    layers.Atlas(real).export(path, layers=LAYER)
    return path


@pytest.fixture(scope="module")
def held(real) -> dict[str, list[str]]:
    rows = [row for row in real.rows if row.layer == LAYER]
    return {
        day: sorted(
            row.id for row in rows
            if row.valid_from.isoformat() <= day <= (row.valid_to or row.valid_from).isoformat()
        )
        for day in DAYS
    }  # fmt: skip


def test_the_style_has_the_columns_as_times(package) -> None:
    with sqlite3.connect(package) as database:
        (style,) = database.execute("select styleQML from layer_styles").fetchone()
    assert 'mode="4"' in style
    assert 'startExpression="to_datetime(&quot;valid_from&quot;)"' in style
    assert 'endExpression="to_datetime(&quot;valid_to&quot;)"' in style


def test_gdal_shows_the_rows_of_each_day_by_the_same_expression(package, held) -> None:
    if shutil.which("ogrinfo") is None:
        pytest.skip("ogrinfo is not installed: apt-get install gdal-bin")
    assert any(held.values())
    for day, ids in held.items():
        query = (
            f"select id from \"{LAYER}\" where datetime(valid_from) <= datetime('{day} 23:59:59') "
            f"and datetime(valid_to) >= datetime('{day} 00:00:00')"
        )
        shown = subprocess.run(
            ["ogrinfo", "-ro", "-q", str(package), "-sql", query],
            capture_output=True, text=True, timeout=PATIENCE, check=True,
        ).stdout  # fmt: skip
        found = [line.split(" = ")[1] for line in shown.splitlines() if " id (String) = " in line]
        assert sorted(found) == ids, day


def test_qgis_shows_the_rows_of_each_day_compiled_or_not(package, held) -> None:
    probe = [PYTHON, "-c", "import qgis.core"]
    if not Path(PYTHON).exists() or subprocess.run(probe, capture_output=True).returncode:
        pytest.skip("python3-qgis is not installed")
    done = subprocess.run(
        [PYTHON, "-c", QGIS, package, LAYER, *DAYS], capture_output=True, text=True,
        timeout=PATIENCE, check=True, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    found = json.loads(done.stdout[done.stdout.index("{") :])
    assert found == {day: [ids, ids] for day, ids in held.items()}
