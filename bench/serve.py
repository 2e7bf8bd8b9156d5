"""How fast is the service? As ratios in one run on one machine, one worker each.

Against two floors: bytes made before (`raw`), and FastAPI joining fragments without headers or
cache (`fragments`). With ``--peers FOLDER`` also against tipg and pygeoapi over PostGIS, each in
the environment FOLDER/tipg and FOLDER/pygeoapi, which it makes with uv where they are missing;
their versions are printed. Then the cold starts (`serve_cold.py`).
Needs wrk (Debian's `wrk`); peers need `postgresql-15-postgis-3` and `gdal-bin`.

Run: `make bench`, or `.venv/bin/python bench/serve.py [--rounds N] [--features N] [--peers DIR]`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

HERE = Path(__file__).resolve().parent
LAYER = "m4-corridor"
FRAGMENTS_BOUND = 0.4
TIPG_BOUND = 20
CONNECTIONS, SECONDS = 16, 4


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def server(command: list[str], env: dict[str, str], path: str) -> Iterator[tuple[int, float]]:
    """Run a server on a free port; the value is the port and how long it took to answer."""
    port = free_port()
    full = [*command, "--host", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    start = time.perf_counter()
    process = subprocess.Popen(
        full, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while True:
            with contextlib.suppress(OSError):
                urlopen(f"http://127.0.0.1:{port}{path}", timeout=30).read()
                break
            if process.poll() is not None or time.perf_counter() - start > 120:
                raise SystemExit(f"did not start: {' '.join(full)}")
            time.sleep(0.01)
        yield port, time.perf_counter() - start
    finally:
        process.terminate()
        process.wait(30)


def load(port: int, path: str, zipped: bool = False) -> tuple[float, float]:
    """Return answers a second and the 99th percentile in milliseconds."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency"]
    if zipped:
        command += ["-H", "Accept-Encoding: gzip"]
    text = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{path}"], check=True, capture_output=True, text=True
    ).stdout
    if "Non-2xx" in text:
        raise SystemExit(f"errors at {path}:\n{text}")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()
    return rate, float(number) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[unit]


def ours(factory: str) -> list[str]:
    app = f"serve_apps:{factory}"
    return [sys.executable, "-m", "uvicorn", "--factory", app, "--app-dir", str(HERE)]


def cases(item: str) -> dict[str, tuple[str, str]]:
    """Return, by what is asked, the path for us and for the floors."""
    return {
        "items?limit=100": (f"/collections/{LAYER}/items?limit=100", ""),
        "one item": (f"/collections/{LAYER}/items/{item}", ""),
        "/at": ("/at?lon=38.5&lat=35.2&on=2018-05-05", ""),
        "map page": ("/?lang=en", ""),
    }


class Table:
    """Measurements by what was asked and who answered; medians of rounds."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], list[tuple[float, float]]] = {}

    def add(self, case: str, who: str, found: tuple[float, float]) -> None:
        self.held.setdefault((case, who), []).append(found)

    def rate(self, case: str, who: str) -> float:
        return statistics.median(rate for rate, _ in self.held[(case, who)])

    def show(self) -> None:
        print(f"\n{'asked':<18} {'who':<12} {'r/s':>9} {'p99 ms':>8} {'of ours':>8}")
        for case, who in self.held:
            slow = statistics.median(slow for _, slow in self.held[(case, who)])
            best = self.rate(case, "ours")
            share = self.rate(case, who) / best if best else 0.0
            print(f"{case:<18} {who:<12} {self.rate(case, who):9.0f} {slow:8.1f} {share:8.3f}")


def measure(rounds: int, features: int, peers: Path | None) -> Table:
    env = {"TAMAS_BENCH_FEATURES": str(features)}
    first = f"/collections/{LAYER}/items?limit=100"
    table = Table()
    with contextlib.ExitStack() as stack:
        ports: dict[str, int] = {}
        for name in ("ours", "uncached", "fragments", "raw"):
            ports[name], started = stack.enter_context(server(ours(name), env, first))
            if name == "ours":
                print(f"ours: first answer after {started:.2f} s ({features} made-up features)")
        asked = {name: {"items?limit=100": first} for name in ("fragments", "raw", "uncached")}
        body = json.load(urlopen(f"http://127.0.0.1:{ports['ours']}{first}", timeout=60))
        item = body["features"][7]["id"]
        asked["ours"] = {case: path for case, (path, _) in cases(item).items()}
        asked["uncached"] = dict(asked["ours"])
        if peers is not None:
            for name, port, paths in start_peers(stack, peers, ports["ours"]):
                ports[name], asked[name] = port, paths
        for _ in range(rounds):
            for case in asked["ours"]:
                for name, paths in asked.items():
                    if case in paths:
                        table.add(case, name, load(ports[name], paths[case]))
        table.add("items, gzip", "ours", load(ports["ours"], first, zipped=True))
    return table


def start_peers(
    stack: contextlib.ExitStack, folder: Path, port: int
) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Put the same features into PostGIS and start tipg and pygeoapi over it."""
    from serve_peers import PYGEOAPI, database, pygeoapi_config, tools

    pythons = tools(folder)
    dsn = stack.enter_context(database(folder, f"http://127.0.0.1:{port}", LAYER))
    box = "bbox=38.49,35.19,38.51,35.21"
    command = [str(pythons["tipg"]), "-m", "uvicorn", "tipg.main:app"]
    where = "/collections/public.rows"
    tipg, started = stack.enter_context(
        server(command, {"DATABASE_URL": dsn, "TIPG_CATALOG_TTL": "3600"}, f"{where}/items?limit=1")
    )
    print(f"tipg: first answer after {started:.2f} s")
    one = "1"
    yield "tipg", tipg, {
        "items?limit=100": f"{where}/items?limit=100&f=geojson",
        "one item": f"{where}/items/{one}?f=geojson",
        "/at": f"{where}/items?{box}&f=geojson",
        "map page": "/?f=html",
    }  # fmt: skip
    env = pygeoapi_config(folder, dsn)
    command = [str(pythons["pygeoapi"]), *PYGEOAPI]
    where = "/collections/rows"
    found, started = stack.enter_context(server(command, env, f"{where}/items?limit=1&f=json"))
    print(f"pygeoapi: first answer after {started:.2f} s")
    yield "pygeoapi", found, {
        "items?limit=100": f"{where}/items?limit=100&f=json",
        "one item": f"{where}/items/{one}?f=json",
        "/at": f"{where}/items?{box}&f=json",
        "map page": "/?f=html",
    }  # fmt: skip


def many_points() -> float:
    """Return how many times faster 10,000 points are in one request than one by one."""
    with server(ours("ours"), {"TAMAS_BENCH_FEATURES": "33"}, "/health") as (port, _):
        lines = [f"{36 + i % 100 / 100:.4f},{35 + i // 100 / 100:.4f}" for i in range(10_000)]
        body = ("lon,lat\n" + "\n".join(lines)).encode()
        ask = Request(f"http://127.0.0.1:{port}/at", body, {"content-type": "text/csv"})
        urlopen(ask, timeout=60).read()
        start = time.perf_counter()
        answers = json.load(urlopen(ask, timeout=60))["answers"]
        together = time.perf_counter() - start
        start = time.perf_counter()
        import http.client

        connection = http.client.HTTPConnection("127.0.0.1", port)
        for number, line in enumerate(lines[:1000]):
            lon, lat = line.split(",")
            connection.request("GET", f"/at?lon={lon}&lat={lat}")
            answer = json.load(connection.getresponse())
            if answer.get("zones") != answers[number].get("zones"):
                raise SystemExit(f"answers differ at {line}")
        single = (time.perf_counter() - start) * 10
    print(f"\nPOST /at, 10,000 points {together:.2f} s; one by one {single:.1f} s "
          f"(from 1,000); ratio {single / together:.0f}")  # fmt: skip
    return together


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--features", type=int, default=500)
    parser.add_argument("--peers", type=Path)
    given = parser.parse_args()
    if shutil.which("wrk") is None:
        print("bench/serve.py needs wrk (apt-get install wrk): skipped", file=sys.stderr)
        return 0
    from serve_cold import cold

    table = measure(given.rounds, given.features, given.peers)
    table.show()
    cold(given.peers, max(given.rounds, 5))
    many_points()
    case = "items?limit=100"
    share = table.rate(case, "ours") / table.rate(case, "fragments")
    plain = table.rate(case, "uncached") / table.rate(case, "fragments")
    bound = f"(at least {FRAGMENTS_BOUND})"
    print(f"of fragments: {share:.2f}, without kept answers {plain:.2f} {bound}")
    fine = share >= FRAGMENTS_BOUND
    if given.peers is not None:
        times = table.rate(case, "ours") / table.rate(case, "tipg")
        plain = table.rate(case, "uncached") / table.rate(case, "tipg")
        print(f"times tipg: {times:.0f}, without kept answers {plain:.0f} (at least {TIPG_BOUND})")
        fine = fine and times >= TIPG_BOUND
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
