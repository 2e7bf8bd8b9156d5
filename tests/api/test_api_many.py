"""Many points at once: the answers of single questions, in order, with bad rows named."""

from __future__ import annotations

import csv
import io
import json
import re

import numpy as np
import pytest
import shapely
from fastapi.testclient import TestClient

from api.app import create_app
from geo.measure import distance_m, distances_m
from layers.errors import QueryError
from layers.query.points import PointQuery, query_point, query_points
from layers.settings import Settings
from tests.support.atlases import SECOND, index_of

CSV = {"content-type": "text/csv"}


def spots(count: int, seed: int = 1) -> list[tuple[float, float]]:
    random = np.random.default_rng(seed)
    near = np.column_stack([random.uniform(35.9, 37.6, count), random.uniform(35.2, 36.4, count)])
    far = np.column_stack([random.uniform(38.0, 39.4, count), random.uniform(33.1, 34.0, count)])
    both = np.where(random.random((count, 1)) < 0.7, near, far)
    return [(round(float(x), 5), round(float(y), 5)) for x, y in both]


def test_many_points_get_the_answers_of_single_ones(client) -> None:
    points = spots(80)
    days = [None, "2018-09-20", "2020-04-01", "2024-12-01"]
    lines = ["id,lon,lat,on"]
    lines += [f"p{i},{x},{y},{days[i % 4] or ''}" for i, (x, y) in enumerate(points)]
    answers = client.post("/at", content="\n".join(lines), headers=CSV).json()["answers"]
    assert [answer["id"] for answer in answers] == [f"p{i}" for i in range(len(points))]
    assert [answer["line"] for answer in answers] == list(range(2, len(points) + 2))
    assert sum(len(answer["zones"]) for answer in answers) > 60
    for i, answer in enumerate(answers):
        (lon, lat), on = points[i], days[i % 4]
        single = client.get("/at", params={"lon": lon, "lat": lat, **({"on": on} if on else {})})
        del answer["line"], answer["id"]
        assert answer == single.json()


def test_geojson_and_csv_ask_the_same(client) -> None:
    points = spots(40, seed=2)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": point},
            "properties": {"on": "2020-04-01", "known_by": "2021-01-01"},
        }
        for point in points
    ]
    body = json.dumps({"type": "FeatureCollection", "features": features})
    kind = {"content-type": "application/geo+json"}
    first = client.post("/at", content=body, headers=kind).json()["answers"]
    text = "lon,lat,on,known_by\n" + "\n".join(f"{x},{y},2020-04-01,2021-01-01" for x, y in points)
    second = client.post("/at", content=text, headers=CSV).json()["answers"]
    assert [one["zones"] for one in first] == [one["zones"] for one in second]
    same = client.post(
        "/at?on=2020-04-01&known_by=2021-01-01&f=ndjson",
        content="lon,lat\n" + "\n".join(f"{x},{y}" for x, y in points),
        headers=CSV,
    )
    assert same.headers["content-type"] == "application/x-ndjson"
    third = [json.loads(line) for line in same.text.splitlines()]
    assert [one["zones"] for one in third] == [one["zones"] for one in first]


def test_a_bad_row_is_reported_by_its_line_and_holds_up_none(client) -> None:
    text = (
        "id,lon,lat,on\n"
        "a,36.61,35.80,2020-04-01\n"
        "b,x,35.80,\n"
        "\n"
        "c,36.61,35.80,2020-13-01\n"
        "d,-6,35,\n"
        "e,35.80,36.61,\n"
        "f,36.61,35.80,2030-01-01\n"
        'g,36.61,"35.80",2020-04-01,more\n'
        "h,36.61,35.80,2020-04-01\n"
    )
    answers = client.post("/at", content=text, headers=CSV).json()["answers"]
    assert [(one["id"], one["line"], one.get("parameter")) for one in answers] == [
        ("a", 2, None), ("b", 3, "lon"), ("c", 5, "on"), ("d", 6, "lon"), ("e", 7, "lon"),
        ("f", 8, "on"), ("g", 9, "line"), ("h", 10, None),
    ]  # fmt: skip
    assert "swapped" in answers[4]["error"]
    assert answers[0]["zones"] == answers[-1]["zones"] != []


@pytest.mark.parametrize(
    "feature",
    [None, 5, {}, {"geometry": None}, {"geometry": {"type": "Point", "coordinates": []}},
     {"geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}},
     {"geometry": {"type": "Point", "coordinates": ["a", {}]}},
     {"geometry": {"type": "Point", "coordinates": [36.6, 35.8]}, "properties": {"on": 2020}}],
)  # fmt: skip
def test_a_bad_feature_is_reported(client, feature) -> None:
    body = json.dumps({"type": "FeatureCollection", "features": [feature]})
    kind = {"content-type": "application/json"}
    (answer,) = client.post("/at", content=body, headers=kind).json()["answers"]
    assert answer["line"] == 1
    assert answer["error"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "text/csv", 400),
        (b"a,b\n1,2\n", "text/csv", 400),
        (b"lon,lat\n\xff\xfe\n", "text/csv", 400),
        (b"{", "application/json", 400),
        (b"[]", "application/geo+json", 400),
        (b'{"type":"Feature"}', "application/geo+json", 400),
        (b"lon,lat\n1,2\n", "text/plain", 415),
        (b"lon,lat\n" + b"36.6,35.8\n" * 10_001, "text/csv", 413),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(client, body, kind, status) -> None:
    answer = client.post("/at", content=body, headers={"content-type": kind})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_no_points_have_no_answers(client) -> None:
    assert client.post("/at", content="lon,lat\n", headers=CSV).json() == {"answers": []}


def test_a_spreadsheet_s_csv_is_read(client) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([["Lon", "LAT", "id"], ["36.61", "35.80", 'a "quoted"\nname']])
    body = "\ufeff" + out.getvalue()
    (answer,) = client.post("/at", content=body.encode(), headers=CSV).json()["answers"]
    assert answer["id"] == 'a "quoted"\nname'
    assert answer["zones"]


def test_distances_are_those_of_the_geodesic_measure(either) -> None:
    random = np.random.default_rng(7)
    for shape in {id(one.nominal): one.nominal for one in either.rows if one.nominal}.values():
        west, south, east, north = shape.bounds
        lon = random.uniform(max(-180, west - 1), min(180, east + 1), 5)
        lat = random.uniform(max(-89, south - 1), min(89, north + 1), 5)
        for x, y, metres in zip(lon, lat, distances_m(lon, lat, shape), strict=True):
            assert metres == pytest.approx(distance_m(x, y, shape), abs=0.02)


def test_many_points_of_either_atlas_agree_with_the_query(either) -> None:
    lon, lat = zip(*either.record.atlas.extent, strict=True)
    random = np.random.default_rng(5)
    points = [
        (float(x), float(y))
        for x, y in zip(
            random.uniform(min(lon), max(lon), 60), random.uniform(min(lat), max(lat), 60),
            strict=True,
        )
    ]  # fmt: skip
    points += [
        (point.x, point.y)
        for drawn in either.rows
        if drawn.outer is not None
        for point in [shapely.point_on_surface(drawn.outer)]
    ]
    answers = query_points(index_of(either), [PointQuery(*point) for point in points])
    for point, answer in zip(points, answers, strict=True):
        if isinstance(answer, QueryError):
            with pytest.raises(QueryError, match=re.escape(str(answer))):
                query_point(index_of(either), *point)
            continue
        assert [one.as_dict() for one in answer] == [
            one.as_dict() for one in query_point(index_of(either), *point)
        ]


def test_the_second_atlas_is_answered_too() -> None:
    client = TestClient(create_app(Settings(seeds=SECOND, access_log=False)))
    answer = client.post("/at", content="lon,lat\n0,0\n", headers=CSV)
    assert answer.status_code == 200
