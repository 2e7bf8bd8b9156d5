"""Small files as desks have them: each read the same by the monitor, POST /at and at --file."""

from __future__ import annotations

import json
from datetime import date

import geopandas
import openpyxl
import pandas as pd
import pytest
import shapely

from api import batch
from layers.events.points import file_points
from layers.events.scalars import EPOCH
from layers.events.sources import ReadOptions, iter_chunks
from layers.monitor.run import monitor
from layers.query.point_rows import point_row

LON, LAT, DAY = 36.61, 35.8, date(2020, 4, 1)
PLAIN = "id,lon,lat,date\na,36.61,35.80,2020-04-01\n"
MARK, RLM, LRE, PDF = "\ufeff", "\u200f", "\u202a", "\u202c"


def arabic(text: str) -> str:
    return text.translate({48 + digit: chr(0x660 + digit) for digit in range(10)})


def csv_files() -> dict[str, bytes]:
    """Return one sound point in every way that text files differ."""
    table = {
        "plain": PLAIN,
        "a mark": MARK + PLAIN,
        "semicolons": PLAIN.replace(",", ";"),
        "tabs": PLAIN.replace(",", "\t"),
        "bars": PLAIN.replace(",", "|"),
        "sep=": "sep=;\r\n" + PLAIN.replace(",", ";"),
        "sep= and a mark": MARK + "sep=;\n" + PLAIN.replace(",", ";"),
        "decimal commas": "id;lon;lat;date\na;36,61;35,80;2020-04-01\n",
        "quoted decimal commas": 'id,lon,lat,date\na,"36,61","35,80",2020-04-01\n',
        "pairs of line ends": PLAIN.replace("\n", "\r\n"),
        "returns alone": PLAIN.replace("\n", "\r"),
        "no last line end": PLAIN.rstrip(),
        "blank lines": PLAIN + "\n\n \n",
        "quoted all": 'id,lon,lat,date\n"a","36.61","35.80","2020-04-01"\n',
        "a note over lines": 'id,note,lon,lat,date\na,"one\n""two""",36.61,35.80,2020-04-01\n',
        "Arabic digits": f"id,lon,lat,date\na,{arabic('36')}٫{arabic('61')},"
        f"{arabic('35')}٫{arabic('80')},{arabic('2020-04-01')}\n",
        "Persian digits": "id,lon,lat,date\na,۳۶.۶۱,۳۵.۸۰,۲۰۲۰-۰۴-۰۱\n",
        "direction marks": f"id,lon,lat,date\na,{RLM}36.61,{LRE}35.80{PDF},2020{RLM}-04-01\n",
        "hard blanks": "id,lon,lat,date\na,\u00a036.61, 35.80 ,2020-04-01\u00a0\n",
        "a plus": "id,lon,lat,date\na,+36.61,+35.80,2020-04-01\n",
        "exponents": "id,lon,lat,date\na,3.661e1,3.58e+1,2020-04-01\n",
        "capitals": "ID,Longitude,LATITUDE,Event Date\na,36.61,35.80,2020-04-01\n",
        "other names": "id;x;y;التاريخ\na;36.61;35.80;2020-04-01\n",
        "Arabic names": "id,خط الطول,خط العرض,التاريخ\na,36.61,35.80,2020-04-01\n",
        "another order": "date,lat,lon,id\n2020-04-01,35.80,36.61,a\n",
        "tags of HXL": PLAIN.replace("\n", "\n#event+id,#geo+lon,#geo+lat,#date\n", 1),
        "names by HXL": "nr,E,N,When\n#event+id,#geo+lon,#geo+lat,#date\na,36.61,35.8,2020-04-01\n",
        "Excel's serial": "id,lon,lat,date\na,36.61,35.80,43922\n",
        "Excel's serial with a time": "id,lon,lat,date\na,36.61,35.80,43922.8125\n",
        "slashes": "id,lon,lat,date\na,36.61,35.80,2020/04/01\n",
        "a short year": "id,lon,lat,date\na,36.61,35.80,01-Apr-20\n",
        "a month in words": 'id,lon,lat,date\na,36.61,35.80,"April 1, 2020"\n',
        "an offset": "id,lon,lat,date\na,36.61,35.80,2020-04-01 23:30:00+03\n",
        "UTC": "id,lon,lat,date\na,36.61,35.80,2020-04-01 23:30:00 UTC\n",
    }
    files = {f"{name}.csv": text.encode() for name, text in table.items()}
    spoken = "id,lon,lat,date,place\na,36.61,35.80,2020-04-01,سراقب وأريحا\n"
    files["windows-1256.csv"] = spoken.encode("cp1256")
    files["utf-16.csv"] = spoken.encode("utf-16")
    files["utf-16 big end first.csv"] = "\ufeff".encode("utf-16-be") + spoken.encode("utf-16-be")
    files["utf-16 without a mark.csv"] = spoken.encode("utf-16-le")
    return files


def feature(geometry, **more) -> dict:
    properties = {"date": "2020-04-01"}
    return {"type": "Feature", "id": "a", "geometry": geometry, "properties": properties, **more}


def json_files() -> dict[str, bytes]:
    def collection(geometry, **more):
        whole = {"type": "FeatureCollection", "features": [feature(geometry)], **more}
        return json.dumps(whole).encode()

    point = {"type": "Point", "coordinates": [LON, LAT]}
    flat = geopandas.GeoSeries([shapely.Point(LON, LAT)], crs="EPSG:4326").to_crs("EPSG:32637")[0]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32637"}}
    return {
        "a point.geojson": collection(point),
        "a height.geojson": collection({"type": "Point", "coordinates": [LON, LAT, 300.0]}),
        "one of many.geojson": collection({"type": "MultiPoint", "coordinates": [[LON, LAT]]}),
        "a mark.geojson": MARK.encode() + collection(point),
        "metres.geojson": collection({"type": "Point", "coordinates": [flat.x, flat.y]}, crs=crs),
        "acled.json": json.dumps(
            {"success": True, "data": [{"id": "a", "longitude": "36.61", "latitude": "35.80",
                                        "event_date": "2020-04-01"}]}
        ).encode(),
    }  # fmt: skip


def workbook(path, rows, titles=()) -> None:
    book = openpyxl.Workbook()
    for row in [*titles, *rows]:
        book.active.append(row)
    book.save(path)


def binary_files(folder) -> list[str]:
    head = ["id", "lon", "lat", "date"]
    workbook(folder / "a date.xlsx", [head, ["a", LON, LAT, pd.Timestamp(DAY)]])
    workbook(folder / "a serial.xlsx", [head, ["a", LON, LAT, 43922]])
    workbook(folder / "texts.xlsx", [head, ["a", "36,61", "35,80", "1 April 2020"]])
    workbook(folder / "a title.xlsx", [head, ["a", LON, LAT, DAY]], [["Events of a week"], []])
    spots = geopandas.GeoDataFrame(
        {"id": ["a"], "date": [DAY.isoformat()]},
        geometry=[shapely.Point(LON, LAT)], crs="EPSG:4326",
    )  # fmt: skip
    spots.to_file(folder / "degrees.gpkg", engine="pyogrio")
    spots.to_crs("EPSG:32637").to_file(folder / "metres.shp", engine="pyogrio")
    pd.DataFrame({"id": ["a"], "lon": [LON], "lat": [LAT], "date": [pd.Timestamp(DAY)]}).to_stata(
        folder / "stata.dta", write_index=False
    )
    return [
        path.name for path in folder.iterdir() if path.suffix in (".xlsx", ".gpkg", ".shp", ".dta")
    ]


def of_monitor(path, options) -> list[tuple]:
    found = []
    for chunk in iter_chunks([str(path)], None, options=options):
        for rows in chunk.rows():
            assert rows.rejects == ()
            events = rows.events.to_pydict()
            found += zip(events["id"], events["lon"], events["lat"], events["day"], strict=True)
    return [(name.decode() if isinstance(name, bytes) else name, *rest) for name, *rest in found]


def of_points(rows) -> list[tuple]:
    return [(one.name, one.asked.lon, one.asked.lat, one.asked.on) for one in rows]


def same(path, body, read, options=None) -> None:
    """Check that all three give the one point."""
    options = options or ReadOptions()
    given = {"on": None, "known_by": None}
    ways = {
        "monitor": of_monitor(path, options),
        "at --file": of_points(
            point_row(one, given, options.dates) for one in file_points(str(path), options)
        ),
    }
    if read is not None:
        ways["POST /at"] = of_points(batch.read_points(read, bytearray(body), {}, batch.Stop(10)))
    for way, found in ways.items():
        ((name, lon, lat, day),) = found
        assert (name, day) == ("a", DAY), way
        assert (lon, lat) == pytest.approx((LON, LAT), abs=1e-7), way


@pytest.mark.parametrize("name", [*csv_files(), *json_files()])
def test_a_small_file_is_the_same_point_to_all(tmp_path, name):
    body = (csv_files() | json_files())[name]
    (tmp_path / name).write_bytes(body)
    same(tmp_path / name, body, batch.read_csv if name.endswith(".csv") else batch.read_geojson)


def test_binary_files_are_the_same_point_to_all(tmp_path):
    names = binary_files(tmp_path)
    assert len(names) == 7
    for name in names:
        body = (tmp_path / name).read_bytes()
        same(tmp_path / name, body, batch.read_workbook if name.endswith("xlsx") else None)


@pytest.mark.parametrize(("order", "text"), [("dmy", "01/04/2020"), ("mdy", "4.1.20")])
def test_days_of_numbers_are_read_as_somebody_says(tmp_path, order, text):
    (tmp_path / "e.csv").write_text(f"id,lon,lat,date\na,36.61,35.80,{text}\n")
    same(tmp_path / "e.csv", b"", None, ReadOptions(dates=order))
    (chunk,) = iter_chunks([str(tmp_path / "e.csv")], None)
    ((reject,),) = (rows.rejects for rows in chunk.rows())
    assert "--dates dmy or mdy" in reject.reason
    (row,) = (point_row(one, {}) for one in file_points(str(tmp_path / "e.csv")))
    assert "day or month first" in str(row.asked)


def test_an_encoding_that_cannot_be_told_is_asked_for(tmp_path):
    (tmp_path / "e.csv").write_bytes("id,lon,lat,date\nа,36.61,35.80,2020-04-01\n".encode("koi8-r"))
    with pytest.raises(Exception, match="--encoding"):
        list(file_points(str(tmp_path / "e.csv")))
    (row,) = file_points(str(tmp_path / "e.csv"), ReadOptions(encoding="koi8-r"))
    assert row.cells["id"] == "а"


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        ({"type": "LineString", "coordinates": [[1, 2], [3, 4]]}, "longitude is no number"),
        ({"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}, "longitude is no number"),
        ({"type": "Point", "coordinates": [200, 4]}, "longitude is out of range"),
    ],
)
def test_what_is_no_point_is_a_reject_with_its_number(tmp_path, geometry, reason):
    whole = {"type": "FeatureCollection", "features": [feature(geometry)]}
    (tmp_path / "e.geojson").write_text(json.dumps(whole))
    ((rows,),) = (list(chunk.rows()) for chunk in iter_chunks([str(tmp_path / "e.geojson")], None))
    assert [(one.line, one.reason) for one in rows.rejects] == [(1, reason)]


@pytest.mark.parametrize("geometry", [None, {"type": "Point", "coordinates": []}])
def test_an_event_of_which_no_place_was_told_is_one(second, tmp_path, geometry):
    whole = {"type": "FeatureCollection", "features": [feature(geometry)]}
    (tmp_path / "e.geojson").write_text(json.dumps(whole))
    (tmp_path / "e.csv").write_text("id,lon,lat,date\n1,,,2020-04-01\n")
    for name in ("e.geojson", "e.csv"):
        totals = monitor([tmp_path / name], second).header["totals"]
        assert (totals["read"], totals["rejected"], totals["accepted"]) == (1, 0, 1)


def test_the_day_is_that_of_the_calendar():
    assert date.fromordinal(EPOCH) == date(1970, 1, 1)
