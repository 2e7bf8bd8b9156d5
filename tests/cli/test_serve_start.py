"""A start: what is refused before anything is said, and what does not stop it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from urllib.request import urlopen

import pytest

from layers.cli import main
from layers.settings import SettingError, read_settings
from tests.support.atlases import PATIENCE, SECOND


def serve(monkeypatch, *words: object) -> int:
    monkeypatch.setattr("uvicorn.run", lambda *_, **__: None)
    monkeypatch.setattr(sys, "argv", ["tamas", "--seeds", str(SECOND), "serve", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


def test_a_port_in_use_is_said_before_any_address(monkeypatch, capsys) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve(monkeypatch, "--port", port) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert f"127.0.0.1, port {port}: cannot be listened at (Address already in use)" in said.err
    assert serve(monkeypatch, "--port", port) == 0


def test_port_0_takes_a_free_port_and_says_which(monkeypatch, capsys) -> None:
    assert serve(monkeypatch, "--port", 0) == 0
    (port,) = re.findall(r"http://127\.0\.0\.1:(\d+)/", capsys.readouterr().out)
    assert int(port) > 0


def test_a_host_that_is_none_is_said_in_one_line(monkeypatch, capsys) -> None:
    assert serve(monkeypatch, "--host", "203.0.113.1") == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    "text", ["news.example", "news.example/atlas", "//news.example", "ftp://news.example",
             "https://", "https://news.example/?a=1", "https://news.example/#a", "localhost:8000"]
)  # fmt: skip
def test_an_address_without_a_scheme_is_refused_at_a_start(monkeypatch, capsys, text) -> None:
    monkeypatch.setenv("TAMAS_PUBLIC_URL", text)
    with pytest.raises(SettingError, match="write it whole, as https"):
        read_settings()
    assert serve(monkeypatch, "--port", 0) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)


@pytest.mark.parametrize(
    "text", ["", "https://news.example", "http://localhost:8000/", "https://[::1]:8443/atlas/"]
)
def test_an_address_that_is_whole_is_taken(monkeypatch, text) -> None:
    monkeypatch.setenv("TAMAS_PUBLIC_URL", text)
    assert read_settings().public_url == text


def test_two_workers_on_a_read_only_disk_with_standard_error_closed() -> None:
    """In a mount namespace of its own, where the whole disk is read-only."""
    inside = ["unshare", "--mount", "sh", "-c"]
    locked = "mount -o remount,bind,ro / && mount -o ro,bind /tmp /tmp && "
    probe = [*inside, f"{locked}true"]
    if shutil.which("unshare") is None or subprocess.run(probe, capture_output=True).returncode:
        pytest.skip("no mount namespace can be made here: needs root and util-linux")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = f'{locked}! touch x 2>/dev/null && exec "$@" 2>&-'
    words = [sys.executable, "-m", "layers", "--seeds", str(SECOND), "serve", "--workers", "2",
             "--port", str(port)]  # fmt: skip
    server = subprocess.Popen(
        [*inside, command, "sh", *words], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    try:
        where = f"http://127.0.0.1:{port}"
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and server.poll() is None:
            with contextlib.suppress(OSError):
                assert json.load(urlopen(f"{where}/health", timeout=PATIENCE))["status"] == "ok"
                break
            time.sleep(0.1)
        for path in ("/?lang=en", "/collections/places/items?f=gpkg", "/docs?f=html"):
            with urlopen(where + path, timeout=PATIENCE) as answer:
                assert answer.status == 200
                assert answer.read()
        assert server.poll() is None
    finally:
        server.terminate()
        server.communicate(timeout=PATIENCE)
