"""What do the worst body and the worst record within the limits cost?

Four large bodies at a time are posted for a minute while a small question is asked again and
again: no small one may fail, a large one is answered, refused as too much or told to come again,
and memory must come back to within 20 %. Then a record is checked whose lines are as rough as the
limits allow. The most memory that each process held (ru_maxrss) is reported.

Run: `make soak`, or `.venv/bin/python bench/soak_bounds.py [--seconds N] [--zones N]`.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np
from soak import MEMORY_BOUND, free_port, resident_mb, wait

from layers.settings import BUNDLED_SEEDS

GEOJSON = {"content-type": "application/geo+json"}
SIZE = 7_900_000
HEAD = b'{"type":"FeatureCollection","features":['
POINT = b'{"type":"Feature","geometry":{"type":"Point","coordinates":[36.6,35.8]}}'
BODIES = (
    HEAD + b"1," * (SIZE // 2) + b"1]}",
    HEAD + b'{"a":[[' + b"0.5," * 900_000 + b"1]]}]}",  # as many values as are made at all
    HEAD + b",".join([POINT] * 9_999) + b"," + POINT[:-1] + b',"id":"' + b"x" * 6_000_000 + b'"}]}',
)


def post(port: int, number: int, end: float, seen: Counter) -> None:
    turn = number
    while time.monotonic() < end:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("POST", "/at", BODIES[turn % len(BODIES)], GEOJSON)
            answer = connection.getresponse()
            answer.read()
            seen[answer.status] += 1
        except (OSError, http.client.HTTPException) as error:
            seen[type(error).__name__] += 1
        connection.close()
        turn += 1


def ask(port: int, end: float, seen: Counter) -> None:
    while time.monotonic() < end:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", "/at?lon=36.61&lat=35.8&on=2020-04-01")
            answer = connection.getresponse()
            zones = json.loads(answer.read())["zones"]
            seen[answer.status if zones else "no zones"] += 1
        except (OSError, ValueError, http.client.HTTPException) as error:
            seen[type(error).__name__] += 1
        connection.close()
        time.sleep(0.05)


def load(port: int, seconds: float) -> tuple[Counter, Counter]:
    large: Counter = Counter()
    small: Counter = Counter()
    end = time.monotonic() + seconds
    threads = [threading.Thread(target=post, args=(port, n, end, large)) for n in range(4)]
    threads.append(threading.Thread(target=ask, args=(port, end, small)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return large, small


def bodies(seconds: float) -> bool:
    port = free_port()
    command = [sys.executable, "-m", "layers", "serve", "--port", str(port)]
    env = {**os.environ, "TAMAS_ACCESS_LOG": "false", "TAMAS_RELOAD_SECONDS": "0"}
    server = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    try:
        wait(port)
        load(port, max(5.0, seconds / 6))  # where it was: after some of the same load
        before = resident_mb(server.pid)
        large, small = load(port, seconds)
        time.sleep(3)
        after = resident_mb(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"large bodies            {dict(large)}")
    print(f"small questions         {dict(small)}")
    print(f"memory                  {before:.0f} -> {after:.0f} MB, ratio {after / before:.2f}")
    print(f"most memory held        {most:.0f} MB")
    return set(small) == {200} and set(large) <= {200, 413, 503} and after <= before * MEMORY_BOUND


def worst(folder: Path, zones: int) -> Path:
    """Return a record with zones along a line as rough, and as wide, as the limits allow."""
    seeds = Path(shutil.copytree(BUNDLED_SEEDS, folder / "seeds"))
    source = json.loads((seeds / "traces" / "syria-osm.geojson").read_text(encoding="utf-8"))
    about = source["features"][0]["properties"]
    text = (seeds / "zones" / "m4-security-corridor.yaml").read_text(encoding="utf-8")
    lat = 35 + 0.02 * np.where(np.arange(360) % 2, 1, -1)
    for number in range(zones):
        line = np.column_stack([np.linspace(36.5, 40.5, 360) + number * 1e-4, lat]).round(6)
        geometry = {"type": "LineString", "coordinates": line.tolist()}
        feature = {"type": "Feature", "properties": about, "geometry": geometry}
        whole = json.dumps({"type": "FeatureCollection", "features": [feature]})
        (seeds / "traces" / f"rough-{number}.geojson").write_text(whole)
        head, rest = text.split("\nrecipe:", 1)
        rest = rest[rest.index("\ngeom_basis") :]
        path = f"path: {{op: path, trace: rough-{number}}}"
        recipe = f"\nrecipe: {{op: corridor, {path}, half_width_km: 10}}"
        made = (head + recipe + rest).replace("m4-security-corridor", f"rough-{number}")
        (seeds / "zones" / f"rough-{number}.yaml").write_text(made, encoding="utf-8")
    return seeds


def record(zones: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        seeds = worst(Path(folder), zones)
        code = "import resource, runpy, sys\nsys.argv[0] = 'tamas'\n"
        code += "try:\n    runpy.run_module('layers', run_name='__main__')\nfinally:\n"
        code += "    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024\n"
        code += "    print(f'most memory held        {most:.0f} MB', file=sys.stderr)\n"
        command = [sys.executable, "-c", code, "--seeds", str(seeds), "check"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    print(f"record of {zones} rough lines   ended with {done.returncode}")
    print("\n".join(done.stdout.splitlines()[:1] + done.stderr.splitlines()[:2]))
    print(done.stderr.splitlines()[-1])
    return done.returncode in (0, 1) and "Traceback" not in done.stderr


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--zones", type=int, default=45)
    given = parser.parse_args()
    fine = all([bodies(given.seconds), record(given.zones)])
    print("stood" if fine else "FAILED")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
