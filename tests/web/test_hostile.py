"""A record full of attacks: its text shows as text, through the service and through the file."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from api.app import create_app
from layers.build.assembly import build
from layers.record.reader import read
from layers.record.strict_yaml import load
from layers.settings import Settings
from layers.web.page.export import FileRequest, build_file
from tests.support.atlases import PATIENCE
from tests.support.browser import idle
from tests.support.page_data import HOSTILE
from tests.web.test_page import Seen

# Fields that the model checks against a list or a pattern; everything else is free text.
CHECKED = {"id", "url", "archive_url", "sha256", "date", "language", "place", "op", "edge"}
PAYLOAD = " ".join(HOSTILE[:-3])


def poisoned(data: Any) -> Any:
    """Return seed data with the payload in every text in two languages and every free line."""
    if isinstance(data, list):
        return [poisoned(item) for item in data]
    if not isinstance(data, dict):
        return data
    if set(data) == {"en", "ar"}:
        return {lang: f"{words} {PAYLOAD}" for lang, words in data.items()}
    free = {"locator", "licence", "reviewed_by"}
    return {
        key: f"{value} {PAYLOAD}" if key in free and value else poisoned(value)
        for key, value in data.items()
    }


@pytest.fixture
def hostile(seeds) -> Path:
    """The second atlas with the payload in every text field of every file."""
    for path in seeds.rglob("*.yaml"):
        data = poisoned(load(path.read_text(encoding="utf-8")))
        path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    quoted = PAYLOAD.replace('"', '""')
    lines = (seeds / "places.csv").read_text(encoding="utf-8").splitlines()
    names = [line.split(",") for line in lines[1:]]
    for cells in names:
        cells[1] = f'"{cells[1]} {quoted}"'
    text = "\n".join([lines[0], *(",".join(cells) for cells in names)]) + "\n"
    (seeds / "places.csv").write_text(text, encoding="utf-8")
    return seeds


def page_of(folder: Path) -> str:
    """Return the record as a file that says, in its own words, which zones it holds."""
    built = build(read(folder))
    asked = FileRequest(on="2005-06-01", zones=tuple(built.record.zones), known_by="2999-01-01")
    return build_file(built, asked).page.decode()


def test_no_text_is_evaluated_on_the_server(hostile) -> None:
    html = page_of(hostile)
    assert "{{ 7*7 }}" in html
    assert "49" not in html.partition("{{ 7*7 }}")[0][-40:]
    assert "{{ cycler.__init__" in html
    assert "{% for x in y %}" in html
    assert "{# gone #}" in html


def test_no_text_is_markup_in_the_page(hostile) -> None:
    html = page_of(hostile)
    for markup in ("<img src=x", "<svg onload", "</script><script>window.hurt"):
        assert markup not in html


@pytest.fixture
def served(hostile) -> Iterator[str]:
    """The hostile record behind a real server on a free port of loopback."""
    config = uvicorn.Config(
        create_app(Settings(seeds=hostile)), host="127.0.0.1", port=0, log_level="error"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join(timeout=PATIENCE)


def unhurt(seen: Seen, zones: list[str]) -> None:
    """Open every zone in both languages; nothing runs, and the payload shows as text."""
    page = seen.page
    idle(page)
    for _ in range(2):
        for zone in zones:
            entry = page.locator(f"[data-zone={zone}]")
            if entry.count():
                entry.first.click()
                page.locator(".zone h2").wait_for()
                assert HOSTILE[4] in (page.locator(".zone h2").text_content() or "")
                page.keyboard.press("Escape")
        page.locator(".language").click()
    assert page.evaluate("window.hurt") is None
    assert page.locator("[onerror], [onload], img[src=x], a[href^='javascript']").count() == 0
    assert seen.faults == []


@pytest.mark.browser
@pytest.mark.enable_socket
@pytest.mark.parametrize("through", ["service", "file"])
def test_nothing_runs_in_the_browser(
    hostile,
    tmp_path,
    tabs,
    request,
    second,
    through,
) -> None:
    where: Callable[[], str] = lambda: request.getfixturevalue("served")  # noqa: E731
    if through == "file":
        (tmp_path / "page.html").write_text(page_of(hostile), encoding="utf-8", newline="\n")
        address = (tmp_path / "page.html").as_uri()
    else:
        address = where()
    seen = Seen(tabs)
    seen.page.goto(address)
    unhurt(seen, list(second.record.zones))
    outside = [url for url in seen.asked if not url.startswith((address, "file:", "data:"))]
    assert outside == []
