"""Items against a brute-force model: which rows, in which pages, with which coordinates."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pyproj
import pytest
import shapely
from fastapi.testclient import TestClient
from hypothesis import example, given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.crs import SUPPORTED_CRS
from layers.query.selection import Selection
from layers.settings import Settings
from tests.support.atlases import SECOND

ALL = "limit=10000"


@pytest.fixture(scope="module")
def other() -> TestClient:
    return TestClient(create_app(Settings(seeds=SECOND, access_log=False)))


@pytest.fixture(scope="module")
def rows(client) -> dict[str, list[dict]]:
    """Every feature of every collection, as the service gives it when nothing is asked."""
    names = [item["id"] for item in client.get("/collections").json()["collections"]]
    return {
        name: client.get(f"/collections/{name}/items?{ALL}").json()["features"] for name in names
    }


def ids(client, name: str, **query: str) -> list[str]:
    answer = client.get(f"/collections/{name}/items", params={"limit": "10000", **query})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["numberMatched"] == body["numberReturned"] == len(body["features"])
    return [feature["id"] for feature in body["features"]]


NAMES = st.sampled_from(["m4-corridor", "idlib-zone", "tanf-triangle", "russian-bases", "claims"])
LON, LAT = st.floats(-180, 180), st.floats(-90, 90)
NEAR_LON, NEAR_LAT = st.floats(35, 43), st.floats(32, 38)


def windows(west: float, south: float, east: float, north: float) -> list[shapely.Geometry]:
    if west <= east:
        return [shapely.box(west, south, east, north)]
    return [shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)]


@given(
    name=st.one_of(NAMES, st.just("places")),
    box=st.one_of(st.tuples(NEAR_LON, NEAR_LAT, NEAR_LON, NEAR_LAT), st.tuples(LON, LAT, LON, LAT)),
    heights=st.booleans(),
)
@settings(max_examples=60)
def test_a_box_finds_what_meets_it_also_over_the_antimeridian_and_what_has_no_shape(
    client, rows, name, box, heights
) -> None:
    west, south, east, north = box[0], min(box[1], box[3]), box[2], max(box[1], box[3])
    numbers = (west, south, 0, east, north, 9) if heights else (west, south, east, north)
    expected = [
        row["id"]
        for row in rows[name]
        if row["geometry"] is None
        or any(
            shapely.geometry.shape(row["geometry"]).intersects(part)
            for part in windows(west, south, east, north)
        )
    ]
    assert ids(client, name, bbox=",".join(map(repr, numbers))) == expected


DAYS = st.dates(date(2013, 6, 1), date(2026, 6, 1))


def model_meets(row: dict, first: date | None, last: date | None) -> bool:
    if row["time"] is None:
        return True
    start, end = row["time"]["interval"]
    after = end == ".." or first is None or date.fromisoformat(end) >= first
    before = start == ".." or last is None or date.fromisoformat(start) <= last
    return after and before


@given(
    name=NAMES,
    first=st.none() | DAYS,
    length=st.integers(0, 3000),
    style=st.sampled_from(["instant", "closed", "dots", "empty", "time"]),
)
@settings(max_examples=60)
def test_a_datetime_finds_what_holds_on_some_day_of_it_and_what_has_no_time(
    client, rows, name, first, length, style
) -> None:
    last = first and first + timedelta(days=length)
    if style == "instant":
        first = last = first or date(2020, 3, 5)
        text = first.isoformat()
    elif style == "time":
        first = last = first or date(2020, 3, 5)
        text = f"{first}T23:59:59Z"
    elif style == "closed" and first:
        text = f"{first}/{last}"
    else:
        last = None
        first = first or date(2020, 3, 5)
        text = f"{first}/{'' if style == 'empty' else '..'}"
    expected = [row["id"] for row in rows[name] if model_meets(row, first, last)]
    assert ids(client, name, datetime=text) == expected


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2018", "2018-01-01/2018-12-31"),
        ("2018-03", "2018-03-01/2018-03-31"),
        ("2016-02", "2016-02-01/2016-02-29"),
        ("2018/2019-02", "2018-01-01/2019-02-28"),
        ("../2018", "../2018-12-31"),
        ("0000-01-01T00:00:00Z/2018-03-01", "../2018-03-01"),
    ],
)
def test_a_year_or_a_month_is_all_its_days(client, rows, text, same) -> None:
    for name in ("m4-corridor", "idlib-zone", "claims"):
        found = ids(client, name, datetime=text)
        assert found == ids(client, name, datetime=same)
    assert 0 < len(found) < len(rows["claims"])


def test_both_ends_of_a_period_are_in(client) -> None:
    first = "m4-security-corridor.paper.agreed.2020-03-05"
    for text, there in (
        ("2020-03-04", False),
        ("2020-03-05", True),
        ("../2020-03-04", False),
        ("../2020-03-05", True),
        ("2024-11-27/..", True),
        ("2024-11-28/..", False),
    ):
        assert (first in ids(client, "m4-corridor", datetime=text)) == there, text


@given(limit=st.integers(12, 60), name=st.sampled_from(["places", "claims", "m4-corridor"]))
@example(1, "m4-corridor")
@example(7, "places")
@settings(max_examples=6)
def test_following_next_gives_every_row_once_and_prev_leads_back(client, rows, limit, name) -> None:
    seen: list[str] = []
    where = f"/collections/{name}/items?limit={limit}"
    while where:
        body = client.get(where).json()
        assert body["numberMatched"] == len(rows[name])
        seen += [feature["id"] for feature in body["features"]]
        links = {link["rel"]: link["href"] for link in body["links"]}
        where = links.get("next")
    assert seen == [row["id"] for row in rows[name]]
    while "prev" in links:
        body = client.get(links["prev"]).json()
        links = {link["rel"]: link["href"] for link in body["links"]}
        count = len(body["features"])
        del seen[-count:]
    assert links["self"].count("offset=0") == 1 or limit >= len(rows[name])


def test_a_limit_is_clamped_and_an_offset_beyond_the_end_is_empty(client) -> None:
    body = client.get("/collections/places/items?limit=1000000000").json()
    assert body["numberReturned"] == body["numberMatched"]
    body = client.get("/collections/places/items?offset=99999999").json()
    assert (body["features"], body["numberReturned"]) == ([], 0)
    assert "next" not in {link["rel"] for link in body["links"]}


def test_next_keeps_the_question(client) -> None:
    first = client.get(
        "/collections/places/items", params={"limit": "2", "bbox": "36,35,37,36", "lang": "ar"}
    ).json()
    href = next(link["href"] for link in first["links"] if link["rel"] == "next")
    query = parse_qs(urlsplit(href).query)
    assert (query["bbox"], query["lang"], query["offset"]) == (["36,35,37,36"], ["ar"], ["2"])


@pytest.mark.parametrize("uri", SUPPORTED_CRS)
def test_coordinates_come_in_the_system_asked_for_axes_in_its_order(client, uri) -> None:
    path = "/collections/places/items/tanf-garrison"
    plain = client.get(path).json()["geometry"]["coordinates"]
    answer = client.get(path, params={"crs": uri})
    assert answer.headers["content-crs"] == f"<{uri}>"
    crs = pyproj.CRS.from_user_input(uri)
    expected = pyproj.Transformer.from_crs("OGC:CRS84", crs).transform(*plain)
    assert answer.json()["geometry"]["coordinates"] == pytest.approx(expected, abs=0.006)
    if uri.endswith("4326"):
        assert answer.json()["geometry"]["coordinates"] == plain[::-1]


@pytest.mark.parametrize("uri", SUPPORTED_CRS)
def test_a_box_means_the_same_in_every_system(client, uri) -> None:
    crs = pyproj.CRS.from_user_input(uri)
    there = pyproj.Transformer.from_crs("OGC:CRS84", crs)
    (a, b), (c, d) = there.transform(36.0, 35.5), there.transform(37.0, 36.0)
    asked = {"bbox": f"{a},{b},{c},{d}", "bbox-crs": uri}
    found, expected = (
        set(ids(client, "places", **asked)),
        set(ids(client, "places", bbox="36,35.5,37,36")),
    )
    # A projected box has bent edges: what lies on the rim may differ, the rest may not.
    assert len(found ^ expected) <= (0 if "CRS84" in uri or "4326" in uri else 12)


def test_an_atlas_across_the_antimeridian_is_found_from_both_sides(other, second) -> None:
    """The invented atlas may hold rows there; a box over 180° is never the complement."""
    for name in second.record.layers:
        found = ids(other, name, bbox="179,-90,-179,90")
        far = ids(other, name, bbox="-179,-90,179,90")
        rows = other.get(f"/collections/{name}/items?{ALL}").json()["features"]
        assert set(found) | set(far) == {row["id"] for row in rows}
        shapeless = {row["id"] for row in rows if row["geometry"] is None}
        assert set(found) & set(far) >= shapeless


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("bbox=1,2,3", "bbox"),
        ("bbox=1,2,3,x", "bbox"),
        ("bbox=1,2,3,nan", "bbox"),
        ("bbox=1,9,3,2", "bbox"),
        ("bbox=-200,1,3,2", "bbox"),
        ("bbox=", "bbox"),
        ("bbox=1,1,9,2,2,3", "bbox"),
        ("bbox=1,2,3,4&bbox-crs=EPSG:9999", "bbox-crs"),
        ("crs=nothing", "crs"),
        ("datetime=2020-13-01", "datetime"),
        ("datetime=2020-13", "datetime"),
        ("datetime=0000", "datetime"),
        ("datetime=0000-02-30", "datetime"),
        ("datetime=2020-03-01T", "datetime"),
        ("datetime=2020-01-02/2020-01-01", "datetime"),
        ("datetime=now", "datetime"),
        ("datetime=2020-01-01/2020-01-02/2020-01-03", "datetime"),
        ("datetime=", "datetime"),
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("offset=-1", "offset"),
        ("limit=1&limit=2", "limit"),
        ("Limit=1", "Limit"),
        ("lang=fr", "lang"),
        ("f=xml", "f"),
        ("reading=best", "reading"),
        ("on=2020-2-1", "on"),
        ("on=2030-01-01", "on"),
        ("filter-lang=sql", "filter-lang"),
        ("filter-crs=EPSG:1", "filter-crs"),
        ("filter=status+%3D", "filter"),
        ("nothing=agreed", "nothing"),
        ("valid_from=2020", "valid_from"),
        ("uncertainty_m=wide", "uncertainty_m"),
        ("claim_ids=a", "claim_ids"),
    ],
)
def test_a_bad_parameter_is_named(client, query, parameter) -> None:
    answer = client.get(f"/collections/m4-corridor/items?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["parameter"] == parameter


def test_a_layer_without_shapes_is_found_in_every_box(client, real) -> None:
    """The rule of OGC API - Features (fc-bbox-response C), which the command does not follow."""
    presence = [row.id for row in real.rows if row.layer == "us-presence"]
    assert presence
    assert ids(client, "us-presence", bbox="-1,-1,1,1") == presence
    assert [r.id for r in real.rows if r.layer == "us-presence" and r.nominal] == []


@pytest.mark.parametrize("box", [(36.0, 35.5, 37.0, 36.0), (-1.0, -1.0, 1.0, 1.0)])
def test_the_service_adds_to_the_rows_of_the_command_those_without_a_shape(
    client, real, box
) -> None:
    """`zones(bbox=)` and the command leave out what has no shape; the standard puts it in."""
    view = Selection(box=box).rows(real)
    for layer in real.record.layers:
        chosen = set(view[(view["layer"] == layer) & view["nominal"].notna()]["id"])
        shapeless = {r.id for r in real.rows if r.layer == layer and r.nominal is None}
        found = ids(client, layer, bbox=",".join(map(str, box)))
        assert set(found) == chosen | shapeless


@pytest.mark.parametrize(
    ("name", "key", "asked", "value"),
    [
        ("m4-corridor", "status", "agreed", "agreed"),
        ("m4-corridor", "valid_from", "2020-03-05", "2020-03-05"),
        ("m4-corridor", "uncertainty_m", "15e2", 1500),
        ("claims", "hedged", "true", True),
        ("claims", "hedged", "false", False),
        ("claims", "source_id", "nothing", "nothing"),
        ("places", "name_ar", "إدلب", "إدلب"),
        ("places", "rank", "1.0", 1),
    ],
)
def test_a_simple_property_can_be_asked_by_its_value(client, rows, name, key, asked, value) -> None:
    expected = [row["id"] for row in rows[name] if row["properties"][key] == value]
    assert ids(client, name, **{key: asked}) == expected
    assert bool(expected) == (value != "nothing")


def test_places_have_no_time_and_one_shape(client) -> None:
    assert len(ids(client, "places", datetime="1900-01-01")) == len(ids(client, "places"))
    assert client.get("/collections/places/items?reading=inner").status_code == 400
    assert client.get("/collections/places/items?known_by=2020-01-01").status_code == 400


def test_a_language_adds_each_name_in_it(client) -> None:
    for lang in ("en", "ar"):
        answer = client.get(f"/collections/idlib-zone/items?lang={lang}")
        assert answer.headers["content-language"] == lang
        for feature in answer.json()["features"]:
            held = feature["properties"]
            assert held["name"] == held[f"name_{lang}"]


def test_json_fg_says_place_and_time(client) -> None:
    uri = next(uri for uri in SUPPORTED_CRS if uri.endswith("32637"))
    body = client.get("/collections/m4-corridor/items", params={"f": "jsonfg", "crs": uri}).json()
    assert body["coordRefSys"] == uri
    assert "http://www.opengis.net/spec/json-fg-1/1.0/conf/core" in body["conformsTo"]
    for feature in body["features"]:
        assert feature["geometry"] is None
        assert feature["time"]["interval"]
    assert any(feature["place"] for feature in body["features"])
    plain = client.get("/collections/m4-corridor/items?f=jsonfg").json()["features"]
    assert all(feature["place"] is None for feature in plain)


@pytest.mark.parametrize("ending", ["csv", "gpkg", "fgb"])
@pytest.mark.parametrize("name", ["m4-corridor", "places", "claims"])
def test_a_download_holds_every_row(client, rows, tmp_path, ending, name) -> None:
    import geopandas

    answer = client.get(f"/collections/{name}/items?f={ending}&limit=10000")
    assert f'filename="{name}.{ending}"' in answer.headers["content-disposition"]
    path = tmp_path / f"{name}.{ending}"
    path.write_bytes(answer.content)
    options = {"GEOM_POSSIBLE_NAMES": "geometry"} if ending == "csv" else {}
    frame = geopandas.read_file(path, **options)
    assert sorted(frame["id"]) == sorted(row["id"] for row in rows[name])
    by_id = dict(zip(frame["id"], frame.geometry, strict=True))
    for row in rows[name]:
        shape = by_id[row["id"]]
        assert (shape is None or shape.is_empty) == (row["geometry"] is None)
        if row["geometry"]:
            there = shapely.geometry.shape(row["geometry"])
            assert shapely.hausdorff_distance(shape, there) < 1e-4


@pytest.mark.parametrize("ending", ["gpkg", "fgb"])
@pytest.mark.parametrize("name", ["m4-corridor", "claims"])
def test_a_download_is_what_its_strong_tag_promises(client, tmp_path, ending, name) -> None:
    """Days are days, truth values are true or false, and two services give the same bytes."""
    import pyogrio

    path = f"/collections/{name}/items?f={ending}&lang=ar"
    first = client.get(path)
    again = TestClient(create_app(Settings(access_log=False, cache_bytes=0))).get(path)
    assert not first.headers["etag"].startswith("W/")
    assert (first.headers["etag"], first.content) == (again.headers["etag"], again.content)
    file = tmp_path / f"{name}.{ending}"
    file.write_bytes(first.content)
    told = pyogrio.read_info(file)
    types = dict(zip(told["fields"], told["dtypes"], strict=True))
    assert types["valid_from" if name == "m4-corridor" else "date_from"].startswith("datetime64")
    assert types.get("hedged", "bool") == "bool"
    assert types["name" if name == "m4-corridor" else "summary"] == "object"
    if ending == "gpkg":
        assert first.content[68:72] == b"GPKG"
        assert int.from_bytes(first.content[60:64], "big") == 10300


def test_a_download_is_read_without_a_warning_by_debian_s_gdal(client, tmp_path) -> None:
    if shutil.which("ogrinfo") is None:
        pytest.skip("ogrinfo is not installed: apt-get install gdal-bin")
    for ending in ("gpkg", "fgb"):
        path = tmp_path / f"m4.{ending}"
        path.write_bytes(client.get(f"/collections/m4-corridor/items?f={ending}").content)
        words = ["ogrinfo", "-ro", "-al", "-where", "valid_from > '2020-08-01'", str(path)]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        assert done.stderr == ""
        assert "valid_from: Date" in done.stdout  # FlatGeobuf has no days, only moments
        assert done.stdout.count("OGRFeature(m4-corridor)") == 5


def test_a_download_of_nothing_is_a_file_of_nothing(client) -> None:
    for ending in ("csv", "gpkg", "fgb"):
        query = {"f": ending, "datetime": "1900-01-01"}
        assert client.get("/collections/m4-corridor/items", params=query).status_code == 200


def test_what_clients_get_is_what_the_command_knows(client) -> None:
    from tests.support.atlases import tamas

    known = json.loads(tamas("claims", "--known-by", "2017-01-01", "--json").stdout)
    found = ids(client, "claims", known_by="2017-01-01")
    assert found == [claim["id"] for claim in known]
