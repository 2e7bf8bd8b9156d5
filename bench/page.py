"""How heavy and how quick is the page? Each figure with the bound that it must keep.

1. One offline file of the whole atlas: bytes, bytes compressed, and the time until it is ready.
2. A step of the date, median of many: the real atlas, then 300 and 5,000 synthetic features.
3. The first view from the service, over the wire: what the browser was sent until the map stood.

Run: `.venv/bin/python bench/page.py [--steps N]`. Needs Debian's Chromium; nothing leaves.
Times are of this machine and this run; the bounds are those of the issue.
"""

from __future__ import annotations

import argparse
import gzip
import math
import socket
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import sync_playwright

from api.app import create_app
from layers.build.assembly import build
from layers.record.reader import read
from layers.settings import BUNDLED_SEEDS, Settings
from layers.web.page.data import page_data
from layers.web.page.page import render_page

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
STATES = ("in_effect", "partly_implemented", "suspended", "agreed", "not_implemented", "unknown")
# The time until the browser has worked out style and layout: what a reader waits for.
STEP = """(days) => {
  const atlas = Tamas.page.atlas;
  return days.map((day) => {
    const start = performance.now();
    atlas.set({on: day});
    document.body.getBoundingClientRect();
    return performance.now() - start;
  });
}"""
kept: list[bool] = []


def line(what: str, value: float, bound: float, unit: str) -> None:
    """Print a figure beside its bound."""
    ok = value <= bound
    kept.append(ok)
    print(f"{what:<44}{value:>10,.1f} {unit:<3} at most {bound:>8,.1f}  {'ok' if ok else 'OVER'}")


def ring(lon: float, lat: float, radius: float, corners: int = 24) -> list[list[float]]:
    turns = [2 * math.pi * n / corners for n in range(corners)]
    spots = [[lon + radius * math.cos(t), lat + radius * 0.8 * math.sin(t)] for t in turns]
    return [*spots, spots[0]]


def synthetic(data: dict[str, Any], features: int) -> dict[str, Any]:
    """Return the atlas with so many made-up zones, each of two periods, half in effect a day."""
    kind = next(iter(data["zones"].values()))
    row = data["rows"][0]
    zones, rows, shapes = {}, [], {}
    for n in range(features):
        key = f"z{n:04d}"
        lon, lat = 36 + (n * 0.618 % 1) * 6, 33 + (n * 0.414 % 1) * 4
        radius = 0.04 + (n % 7) * 0.01
        shapes[key] = {
            reading: {"type": "Polygon", "coordinates": [ring(lon, lat, radius * by)]}
            for reading, by in (("nominal", 1.0), ("inner", 0.8), ("outer", 1.2))
        }
        zones[key] = {**kind, "anchor": [lon, lat], "disputes": [], "variant_of": None}
        start = 2014 + n % 8
        for number, (first, last) in enumerate(
            ((f"{start}-0{1 + n % 9}-01", f"{start + 1}-12-31"), (f"{start + 2}-01-01", None))
        ):
            status = STATES[(n + number) % len(STATES)]
            made = {"id": f"{key}.{number}", "zone_id": key, "layer": kind["layer"]}
            span = {"valid_from": first, "valid_to": last, "certain_from": first}
            rows.append(
                {
                    **row, **made, **span, "certain_to": last, "status": status,
                    "shape": key, "track": "practice", "disputed": False, "dispute_ids": [],
                }
            )  # fmt: skip
    layers = [
        {**layer, "zones": [key for key in zones if zones[key]["layer"] == layer["id"]]}
        for layer in data["layers"]
    ]
    made = {"layers": layers, "zones": zones, "rows": rows, "shapes": shapes, "geometries": {}}
    return {**data, **made}


class Bench:
    """A browser and a folder for the files it opens."""

    def __init__(self, browser: Any, folder: Path) -> None:
        self.browser, self.folder = browser, folder

    def open(self, data: dict[str, Any], on: str | None = None) -> tuple[Any, bytes, float]:
        """Open the data as one file; return the page, its bytes and seconds until it stands."""
        html = render_page(data, mode="file", on=on).encode()
        file = self.folder / "atlas.html"
        file.write_bytes(html)
        page = self.browser.new_page(viewport={"width": 1440, "height": 900})
        start = time.perf_counter()
        page.goto(file.as_uri())
        page.wait_for_selector("html[data-idle=yes]")
        return page, html, time.perf_counter() - start

    def steps(self, page: Any, count: int) -> float:
        """Return the median time of a step of the date, in milliseconds."""
        days = page.evaluate("[...Tamas.page.atlas.record.changes(Tamas.page.atlas.state.layers)]")
        walk = [days[n % len(days)] for n in range(count + 20)]
        return statistics.median(page.evaluate(STEP, walk)[20:])


def first_view(browser: Any, seeds: Path, lang: str) -> float:
    """Return the bytes the service sent for a first view, in KB."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(Settings(seeds=seeds, access_log=False)), port=port, log_level="error"
        )
    )
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    sent: dict[str, int] = {}
    urls: dict[str, str] = {}
    protocol = page.context.new_cdp_session(page)
    protocol.send("Network.enable")
    protocol.on(
        "Network.requestWillBeSent", lambda e: urls.update({e["requestId"]: e["request"]["url"]})
    )
    protocol.on(
        "Network.loadingFinished", lambda e: sent.update({e["requestId"]: e["encodedDataLength"]})
    )
    page.goto(f"http://127.0.0.1:{port}/?lang={lang}")
    page.wait_for_selector("html[data-idle=yes]")
    # The rest of the record is asked for when the first view stands, and is no part of it.
    total = sum(size for key, size in sent.items() if "/map/rest.json" not in urls.get(key, ""))
    rest = sum(sent.values()) - total
    print(f"  ({lang}: then {rest / 1000:,.0f} KB for other days and the evidence)")
    page.close()
    server.should_exit = True
    return total / 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--seeds", type=Path, default=BUNDLED_SEEDS)
    arguments = parser.parse_args()
    built = build(read(arguments.seeds))
    data = page_data(built)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        bench = Bench(browser, Path(name))
        ready = []
        for _ in range(5):
            page, html, seconds = bench.open(data, built.record.atlas.opens_on)
            ready.append(seconds)
        print(f"{len(built.record.zones)} zones, {len(built.rows)} rows")
        line("one file", len(html) / 1e6, 1.5, "MB")
        line("one file, compressed", len(gzip.compress(html, 6)) / 1e3, 500, "KB")
        line("one file, ready", statistics.median(ready), 1.5, "s")
        line("date step, real atlas", bench.steps(page, arguments.steps), 50, "ms")
        page.close()
        for features, bound in ((300, 50), (5000, 100)):
            page, _, seconds = bench.open(synthetic(data, features))
            print(f"  ({features} features: ready in {seconds:.1f} s)")
            line(f"date step, {features} features", bench.steps(page, arguments.steps), bound, "ms")
            page.close()
        for lang in ("en", "ar"):
            line(
                f"first view from the service, {lang}",
                first_view(browser, arguments.seeds, lang),
                250,
                "KB",
            )
        browser.close()
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
