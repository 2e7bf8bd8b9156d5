"""What a request costs is bounded before it is paid: in bytes and in points, never in time."""

from __future__ import annotations

import json
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from api import batch
from api.app import create_app
from layers.settings import Settings
from tests.support.atlases import PATIENCE, SECOND

CSV, GEOJSON = {"content-type": "text/csv"}, {"content-type": "application/geo+json"}
SIZE = 7_900_000
HEAD = b'{"type":"FeatureCollection","features":['
BODIES = {
    "numbers": (HEAD + b"1," * (SIZE // 2) + b"1]}", GEOJSON),
    "lists": (HEAD + b"[]," * (SIZE // 3) + b"1]}", GEOJSON),
    "objects": (HEAD + b"{}," * (SIZE // 3) + b"1]}", GEOJSON),
    "lists in an id": (HEAD + b'{"id":[' + b"1," * (SIZE // 2) + b"1]}]}", GEOJSON),
    "lines": (b"lon,lat\n" + b"1,2\n" * (SIZE // 4), CSV),
    "columns": (b"lon,lat" + b",a" * (SIZE // 2) + b"\n1,2\n", CSV),
}


@pytest.mark.parametrize("what", BODIES)
def test_a_body_of_eight_megabytes_takes_a_few_times_its_size(client, what):
    body, kind = BODIES[what]
    client.get("/health")
    tracemalloc.start()
    try:
        answer = client.post("/at", content=body, headers=kind)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer.status_code == 413, answer.text
    assert peak < 12 * SIZE  # one object a value would be thirty times


def test_no_more_points_are_made_than_are_answered(monkeypatch):
    made = []
    real = batch.point_row
    monkeypatch.setattr(batch, "point_row", lambda *given: made.append(1) or real(*given))
    client = TestClient(create_app(Settings(seeds=SECOND, access_log=False, max_points=20)))
    feature = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [36.6, 35.8]}}
    whole = json.dumps({"type": "FeatureCollection", "features": [feature] * 300})
    assert client.post("/at", content=whole, headers=GEOJSON).status_code == 413
    assert made == []
    text = "lon,lat\n" + "36.6,35.8\n" * 300
    assert client.post("/at", content=text, headers=CSV).status_code == 413
    assert len(made) == 21


def test_a_reading_that_nobody_waits_for_ends(monkeypatch):
    """The client is told that it took too long, and the thread makes no further point."""
    given_up, made = threading.Event(), []
    ended = threading.Event()
    real = batch.read_points

    def read(*given):
        try:
            return real(*given)
        finally:
            ended.set()

    monkeypatch.setattr(batch, "read_points", read)
    monkeypatch.setattr(batch, "point_row", lambda *_: made.append(given_up.wait(PATIENCE)))
    with TestClient(
        create_app(Settings(seeds=SECOND, access_log=False, timeout_seconds=0.1))
    ) as client:
        answer = client.post("/at", content="lon,lat\n" + "1,2\n" * 50, headers=CSV)
        assert answer.status_code == 503
        given_up.set()
        assert ended.wait(PATIENCE)
    assert len(made) == 1


def test_a_few_large_bodies_are_read_at_a_time(monkeypatch):
    """Two wait in the reader until a third was refused; a small one is answered meanwhile."""
    inside, free = threading.Semaphore(0), threading.Event()
    real = batch.read_csv

    def read(body, *given):
        if len(body) > 1_000_000:
            inside.release()
            free.wait(PATIENCE)
        return real(body, *given)

    monkeypatch.setattr(batch, "read_csv", read)
    small = "lon,lat,note\n36.6,35.8,\n"
    large = small + f"36.6,35.8,{'x' * 100_000}\n" * 11
    with (
        TestClient(create_app(Settings(seeds=SECOND, access_log=False))) as client,
        ThreadPoolExecutor(2) as pool,
    ):
        first = [pool.submit(client.post, "/at", content=large, headers=CSV) for _ in range(2)]
        for _ in first:
            assert inside.acquire(timeout=PATIENCE)
        third = client.post("/at", content=large, headers=CSV)
        assert (third.status_code, third.headers["retry-after"]) == (503, "5")
        assert client.post("/at", content=small, headers=CSV).status_code == 200
        free.set()
        assert [one.result().status_code for one in first] == [200, 200]
        assert client.post("/at", content=large, headers=CSV).status_code == 200


@pytest.mark.parametrize("name", ["[" * 300 + "]" * 300, '{"a": 1}', "true"], ids=len)
def test_an_id_is_a_text_or_a_number(client, name):
    point = '"geometry": {"type": "Point", "coordinates": [36.6, 35.8]}'
    features = f'[{{"id": {name}, {point}}}, {{"id": 7, {point}}}]'
    body = f'{{"type": "FeatureCollection", "features": {features}}}'
    first, second = client.post("/at", content=body, headers=GEOJSON).json()["answers"]
    assert first == {"line": 1, "error": "id: must be a text or a number", "parameter": "id"}
    assert second["id"] == 7


def test_what_is_asked_wrongly_is_told_before_a_body_is_read(client):
    answer = client.post("/at?on=x", content=b"lon,lat\n" + b"1,2\n" * 20_000, headers=CSV)
    assert (answer.status_code, answer.json()["parameter"]) == (400, "on")


def test_a_length_of_thousands_of_digits_is_too_long(client):
    answer = client.get("/health", headers={"content-length": "9" * 5000})
    assert answer.status_code == 413
