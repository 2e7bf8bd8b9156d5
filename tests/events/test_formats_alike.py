"""One truth in every kind of file gives one table."""

from __future__ import annotations

import json
import os

import geopandas
import numpy as np
import openpyxl
import pandas as pd
import pytest

from layers.events.sources import ReadOptions
from layers.monitor.run import monitor

# All fifty thousand by hand: TAMAS_ROWS=50000.
ROWS = int(os.environ.get("TAMAS_ROWS", "2000"))


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    rng = np.random.default_rng(15)
    day = np.datetime64("2003-01-01") + rng.integers(0, 2600, ROWS)
    return pd.DataFrame(
        {
            "id": [f"e{n}" for n in range(ROWS)],
            "longitude": np.round(rng.uniform(-22.2, -18.0, ROWS), 5),
            "latitude": np.round(rng.uniform(-22.7, -18.2, ROWS), 5),
            "date": [str(one) for one in day],
            "within_m": rng.choice([0, 0, 0, 25_000, 250_000], ROWS),
            "place": rng.choice(["سراقب", "Ostrel", "a, b", ""], ROWS),
        }
    )


def csv(frame, path, **more):
    frame.to_csv(path, index=False, **more)


def decimal_commas(frame, path):
    csv(frame, path, sep=";", decimal=",", encoding="utf-16")


def windows(frame, path):
    csv(frame, path, encoding="cp1256")


def parquet(frame, path):
    frame.assign(date=pd.to_datetime(frame["date"])).to_parquet(path)


def xlsx(frame, path):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("events")
    sheet.append(list(frame.columns))
    for row in frame.assign(date=pd.to_datetime(frame["date"])).itertuples(index=False):
        sheet.append([value.to_pydatetime() if hasattr(value, "to_pydatetime") else value
                      for value in row])  # fmt: skip
    book.save(path)


def points(frame, path):
    spots = geopandas.points_from_xy(frame["longitude"], frame["latitude"])
    frame = frame.drop(columns=["longitude", "latitude"])
    geopandas.GeoDataFrame(frame, geometry=spots, crs="EPSG:4326").to_file(path, engine="pyogrio")


def stata(frame, path):
    frame.assign(date=pd.to_datetime(frame["date"])).to_stata(path, write_index=False, version=118)


def acled(frame, path):
    frame = frame.rename(columns={"date": "event_date"}).astype(str)
    path.write_text(json.dumps({"success": True, "data": frame.to_dict("records")}))


FILES = {
    "a.csv": csv, "b.csv": decimal_commas, "c.csv": windows, "d.parquet": parquet, "e.xlsx": xlsx,
    "f.gpkg": points, "g.geojson": points, "h.shp": points, "i.dta": stata, "j.json": acled,
}  # fmt: skip


@pytest.fixture(scope="module")
def plain(truth, second, tmp_path_factory):
    path = tmp_path_factory.mktemp("truth") / "truth.csv"
    csv(truth, path)
    return monitor([path], second, by="year")


@pytest.mark.parametrize("name", list(FILES)[1:])
def test_every_kind_of_file_gives_the_table_of_the_plain_one(truth, plain, second, tmp_path, name):
    FILES[name](truth, tmp_path / name)
    result = monitor([tmp_path / name], second, by="year", options=ReadOptions())
    assert result.rejected == 0
    assert result.header["totals"]["read"] == ROWS
    assert result.table.equals(plain.table)
    assert result.header["files"][0]["columns"]["precision"] == "within_m"
