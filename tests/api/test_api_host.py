"""Hosts: links follow one that is known, and an answer for another is kept by its reader alone."""

from __future__ import annotations

import re
import sys

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from layers.cli import main
from layers.settings import Settings
from tests.support.atlases import SECOND

PATH = "/collections?f=json"


def answer(host: str, **given):
    client = TestClient(create_app(Settings(seeds=SECOND, access_log=False, **given)))
    return client.get(PATH, headers={"host": host})


@pytest.mark.parametrize("host", ["news.example", "evil.example:8080", "10.1.2.3"])
def test_an_answer_whose_links_follow_an_unknown_host_is_private(host):
    got = answer(host)
    assert host in got.json()["links"][0]["href"]
    assert re.match(r"private, max-age=\d+$", got.headers["cache-control"])


@pytest.mark.parametrize(
    ("host", "given"),
    [
        ("localhost", {}),
        ("127.0.0.1:8000", {}),
        ("[::1]:8000", {}),
        ("news.example", {"allowed_hosts": "www.example, News.Example"}),
        ("evil.example", {"public_url": "https://news.example"}),
    ],
)
def test_an_answer_whose_links_follow_a_known_host_is_for_all(host, given):
    assert answer(host, **given).headers["cache-control"].startswith("public")


def test_a_host_that_is_not_allowed_is_refused():
    got = answer("evil.example", allowed_hosts="news.example")
    assert (got.status_code, got.headers["content-type"]) == (421, "application/problem+json")
    assert "evil.example" not in got.text
    assert answer("127.0.0.1", allowed_hosts="news.example").status_code == 200


def test_an_answer_kept_for_one_host_is_not_sent_to_another():
    client = TestClient(create_app(Settings(seeds=SECOND, access_log=False)))
    for host, kept in (("a.example", "private"), ("localhost", "public"), ("a.example", "private")):
        got = client.get(PATH, headers={"host": host})
        assert got.headers["cache-control"].startswith(kept)
        assert got.json()["links"][0]["href"].startswith(f"http://{host}/")


@pytest.mark.parametrize(
    ("host", "given", "warned"),
    [
        ("0.0.0.0", {}, True),
        ("127.0.0.1", {}, False),
        ("0.0.0.0", {"TAMAS_PUBLIC_URL": "https://news.example"}, False),
        ("0.0.0.0", {"TAMAS_ALLOWED_HOSTS": "news.example"}, False),
    ],
)
def test_a_start_beyond_this_machine_without_an_address_is_warned_of(
    monkeypatch, capsys, host, given, warned
):
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("uvicorn.run", lambda *_, **__: None)
    monkeypatch.setattr(sys, "argv", ["tamas", "serve", "--host", host])
    with pytest.raises(SystemExit):
        main()
    assert ("TAMAS_ALLOWED_HOSTS" in capsys.readouterr().err) is warned
