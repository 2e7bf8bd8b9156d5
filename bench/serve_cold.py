"""How long from nothing to the first good answer? Side by side with pygeoapi, in turn.

Each server is started, asked for the items of one layer of the real record until it gives them,
and killed. CPU is user and system time of the process until then: on a loaded machine the
ratio of two of them holds where that of two clocks does not. Everything is measured twice: with
Python's bytecode kept, as after any first start, and with every module compiled from its text.

pygeoapi reads the layer from a GeoJSON file, its quickest provider, and needs an OpenAPI
document made before by `pygeoapi openapi generate`; that step is shown by itself.

Run: `.venv/bin/python bench/serve_cold.py --peers DIR [--rounds N]`; without peers, ours alone.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from layers.build.assembly import build
from layers.formats.features import collection, dumps
from layers.record.reader import read
from layers.settings import BUNDLED_SEEDS

ROOT = Path(__file__).resolve().parent.parent
LAYER = "m4-corridor"
ITEMS = f"/collections/{LAYER}/items?limit=10"
_LONGEST = 120


@dataclass(frozen=True)
class Start:
    """How a server is started and what it is asked."""

    command: list[str]
    env: dict[str, str]
    path: str


def ours() -> Start:
    """Return our service over the real record."""
    command = [sys.executable, "-m", "layers", "serve"]
    return Start(command, {"TAMAS_ACCESS_LOG": "false", "PYTHONPATH": str(ROOT)}, ITEMS)


def started(start: Start, env: dict[str, str]) -> tuple[float, float]:
    """Return seconds by the clock and of CPU until the first good answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [*start.command, "--host", "127.0.0.1", "--port", str(port)]
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        env={**env, **start.env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            with contextlib.suppress(OSError):
                answer = urlopen(f"http://127.0.0.1:{port}{start.path}", timeout=30).read()
                break
            if process.poll() is not None or time.perf_counter() - began > _LONGEST:
                raise SystemExit(f"did not start: {' '.join(command)}")
            time.sleep(0.01)
        took = time.perf_counter() - began
        if b'"FeatureCollection"' not in answer:
            raise SystemExit(f"no features from {' '.join(command)}")
    finally:
        process.kill()
        _, _, spent = os.wait4(process.pid, 0)
        process.returncode = -9
    return took, spent.ru_utime + spent.ru_stime


def ran(command: list[str], env: dict[str, str]) -> tuple[float, float]:
    """Return seconds by the clock and of CPU of a command."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, spent = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    return time.perf_counter() - began, spent.ru_utime + spent.ru_stime


def measure(starts: dict[str, Start], steps: dict[str, Start], rounds: int, kept: bool) -> None:
    """Print medians of rounds taken in turn, of bytecode kept or compiled from text."""
    held: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        env = {key: value for key, value in os.environ.items() if key != "PYTHONPYCACHEPREFIX"}
        env["PYTHONPYCACHEPREFIX"] = folder
        env["PYTHONDONTWRITEBYTECODE"] = "" if kept else "1"
        for number in range(rounds + 1):
            for name, start in starts.items():
                found = started(start, env)
                if number:  # the first writes what is kept
                    held.setdefault(name, []).append(found)
            for name, step in steps.items():
                found = ran(step.command, {**env, **step.env})
                if number:
                    held.setdefault(name, []).append(found)
    print(f"\ncold start, {'bytecode kept' if kept else 'compiled from text'}, "
          f"medians of {rounds}:")  # fmt: skip
    middle = {
        name: [statistics.median(column) for column in zip(*found, strict=True)]
        for name, found in held.items()
    }
    base = middle.get("pygeoapi")
    for name, (clock, cpu) in middle.items():
        share = f"{cpu / base[1]:6.2f} of pygeoapi's" if base else ""
        print(f"  {name:<36} {clock:5.2f} s  CPU {cpu:5.2f} s {share}")


def cold(peers: Path | None, rounds: int) -> None:
    """Compare the starts both ways."""
    from serve_peers import PYGEOAPI, pygeoapi_file, tools, versions

    starts = {"ours": ours()}
    steps: dict[str, Start] = {}
    if peers is not None:
        tools(peers)
        print(versions(peers))
        python = peers.absolute() / "pygeoapi" / "bin" / "python"
        env, generate = pygeoapi_file(peers, _features())
        path = "/collections/rows/items?limit=10&f=json"
        starts["pygeoapi"] = Start([str(python), *PYGEOAPI, "--log-level", "error"], env, path)
        steps["pygeoapi openapi generate, before"] = Start(generate, env, "")
    for kept in (True, False):
        measure(starts, steps, rounds, kept)


def _features() -> bytes:
    """Return the layer as GeoJSON."""
    built = build(read(BUNDLED_SEEDS))
    return dumps(collection(built, LAYER, built.of_layer(LAYER)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--peers", type=Path)
    given = parser.parse_args()
    cold(given.peers, given.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
