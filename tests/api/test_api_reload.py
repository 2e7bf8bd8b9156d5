"""The record is read again when it changes; a broken one keeps the old one serving."""

from __future__ import annotations

import json
import logging
import time
import weakref
from urllib.request import urlopen

from fastapi.testclient import TestClient

from api.app import create_app
from layers.settings import Settings
from tests.support.atlases import PATIENCE, put, swap
from tests.support.service import serving


def looked(app) -> bool:
    """Look until the folder is at rest and seen twice."""
    return sum(app.state.current.reload_if_changed() for _ in range(3)) > 0


def health(client) -> dict:
    return client.get("/health").json()


def test_a_changed_record_is_served(seeds) -> None:
    app = create_app(Settings(seeds=seeds, access_log=False))
    client = TestClient(app)
    before, tag = health(client), client.get("/api").headers["etag"]
    assert not looked(app)
    title = client.get("/api").json()["title"]
    swap("atlas.yaml", title, "Another title")(seeds)
    assert looked(app)
    assert client.get("/api").json()["title"] == "Another title"
    assert client.get("/api").headers["etag"] != tag
    assert health(client)["record"]["sha256"] != before["record"]["sha256"]
    assert health(client)["status"] == "ok"


def test_a_broken_record_keeps_the_old_one_serving_and_says_so(seeds, caplog) -> None:
    app = create_app(Settings(seeds=seeds, access_log=False))
    client = TestClient(app)
    before = health(client)
    good = (seeds / "layers.yaml").read_bytes()
    put("layers.yaml", "- {id: 5}\n")(seeds)
    with caplog.at_level(logging.ERROR, logger="tamas"):
        assert not looked(app)
    now = health(client)
    assert (now["status"], now["record"]) == ("stale", before["record"])
    assert "layers.yaml" in now["fault"]["message"]
    assert "layers.yaml" in caplog.text
    assert client.get("/collections").status_code == 200
    put("layers.yaml", good)(seeds)
    looked(app)
    assert health(client)["status"] == "ok"


def test_the_old_record_is_let_go_of(seeds) -> None:
    app = create_app(Settings(seeds=seeds, access_log=False))
    client = TestClient(app)
    old = weakref.ref(app.state.current.snapshot)
    for path in ("/", "/collections/places/items?f=html", "/at?lon=10&lat=50"):
        client.get(path)
    put("atlas.yaml", (seeds / "atlas.yaml").read_bytes() + b"\n# more\n")(seeds)
    assert looked(app)
    assert old() is None


def test_a_folder_being_written_is_left_alone_until_it_is_at_rest(seeds) -> None:
    app = create_app(Settings(seeds=seeds, access_log=False))
    put("disputes.yaml", "[")(seeds)
    assert not app.state.current.reload_if_changed()
    put("disputes.yaml", "[]\n")(seeds)
    assert not app.state.current.reload_if_changed()
    assert app.state.current.fault is None


def test_a_folder_that_is_gone_is_a_fault_and_no_end(seeds) -> None:
    app = create_app(Settings(seeds=seeds, access_log=False))
    seeds.rename(seeds.with_name("elsewhere"))
    assert not looked(app)
    assert health(TestClient(app))["status"] == "stale"
    seeds.with_name("elsewhere").rename(seeds)
    looked(app)
    assert health(TestClient(app))["status"] == "ok"


def test_a_running_service_notices_by_itself(seeds) -> None:
    with serving(Settings(seeds=seeds, access_log=False, reload_seconds=0.05)) as where:
        first = json.load(urlopen(f"{where}/health", timeout=PATIENCE))["record"]["sha256"]
        (seeds / "atlas.yaml").write_bytes((seeds / "atlas.yaml").read_bytes() + b"\n# more\n")
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            now = json.load(urlopen(f"{where}/health", timeout=PATIENCE))["record"]["sha256"]
            if now != first:
                return
            time.sleep(0.05)
        raise AssertionError("the change was not noticed")
