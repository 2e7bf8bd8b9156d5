"""Does the service stand while the record is replaced under load?

64 connections ask for a minute; every few seconds the record is replaced, once by a broken one.
No request may fail, and memory must come back to within 20 % of where it was.

Run: `make soak`, or `.venv/bin/python bench/soak.py [--seconds N] [--connections N]`.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from layers.settings import BUNDLED_SEEDS

PATHS = (
    "/collections/places/items?limit=100",
    "/collections/m4-corridor/items",
    "/collections/claims/items?limit=50&offset={n}",
    "/at?lon=36.{n}&lat=35.8&on=2020-04-01",
    "/?lang=ar",
    "/map/data.json",
    "/collections/places/items?bbox=36,35,37.{n},36",
    "/collections/tanf-triangle/items?f=html",
    "/health",
)
REPLACED = 10
MEMORY_BOUND = 1.2


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def get(port: int, path: str) -> dict:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    return json.loads(connection.getresponse().read())


def ask(port: int, number: int, end: float, seen: Counter) -> None:
    """Ask one thing after the other on one connection until the end."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    turn = number
    while time.monotonic() < end:
        path = PATHS[turn % len(PATHS)].replace("{n}", str(turn % 97))
        turn += 1
        try:
            connection.request("GET", path, headers={"accept-encoding": "gzip"})
            answer = connection.getresponse()
            answer.read()
            seen[answer.status] += 1
        except (OSError, http.client.HTTPException) as error:
            seen[type(error).__name__] += 1
            connection.close()
        time.sleep(0.02)  # what is tested is standing, not speed; other work shares the machine
    connection.close()


def replace(seeds: Path, turn: int) -> None:
    """Write the record anew, the fifth time a broken one."""
    text = (BUNDLED_SEEDS / "atlas.yaml").read_text(encoding="utf-8")
    broken = turn == REPLACED // 2
    (seeds / "atlas.yaml").write_text("id: [" if broken else f"{text}\n# {turn}\n")


def run(port: int, pid: int, seeds: Path, seconds: float, connections: int) -> tuple[Counter, int]:
    seen: Counter = Counter()
    end = time.monotonic() + seconds
    threads = [
        threading.Thread(target=ask, args=(port, number, end, seen))
        for number in range(connections)
    ]
    for thread in threads:
        thread.start()
    served, stale = set(), 0
    for turn in range(REPLACED):
        replace(seeds, turn)
        next_turn = time.monotonic() + seconds / (REPLACED + 1)
        while time.monotonic() < next_turn:
            health = get(port, "/health")
            served.add(health["record"]["sha256"])
            stale += health["status"] == "stale"
            time.sleep(0.3)
    for thread in threads:
        thread.join()
    print(f"records served          {len(served)} (replaced {REPLACED} times, once broken)")
    print(f"looks that said stale   {stale}")
    print(f"memory at the end       {resident_mb(pid):.0f} MB")
    return seen, len(served)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--connections", type=int, default=64)
    given = parser.parse_args()
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(shutil.copytree(BUNDLED_SEEDS, Path(folder) / "seeds"))
        env = {**os.environ, "TAMAS_ACCESS_LOG": "false", "TAMAS_RELOAD_SECONDS": "0.5"}
        command = [sys.executable, "-m", "layers", "--seeds", str(seeds)]
        command += ["serve", "--port", str(port)]
        server = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
        try:
            wait(port)
            # Where it was: after one round of the same load and one change of the record.
            warm, _ = run(port, server.pid, seeds, max(5.0, given.seconds / 6), given.connections)
            before = resident_mb(server.pid)
            seen, served = run(port, server.pid, seeds, given.seconds, given.connections)
            time.sleep(3)
            after = resident_mb(server.pid)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)
    print(f"answers                 {dict(seen)} (before: {dict(warm)})")
    print(f"memory                  {before:.0f} -> {after:.0f} MB, ratio {after / before:.2f}")
    fine = set(seen) == {200} and served >= REPLACED - 2 and after / before <= MEMORY_BOUND
    print("stood" if fine else "FAILED")
    return 0 if fine else 1


def wait(port: int) -> None:
    for _ in range(300):
        try:
            get(port, "/health")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the service did not start")


if __name__ == "__main__":
    sys.exit(main())
