"""Does an export that is killed leave the old output whole?

An export of a record is written once. Then, again and again, another export to the same place is
killed (SIGKILL) at a random moment; after each kill the place must hold one whole export: each
file as its manifest says, or the one file byte for byte as one of the two exports writes it.
Nothing may be left beside it after the next export that is not killed. A release is the same
each time, so there "as before" covers both. The page and the print are drawn before they are
written, in a moment: they are drawn once and written again and again, or no kill would meet
the writing. The site is without cards, which are drawn apart and would be most of the time.

Run: `make soak`, or `.venv/bin/python bench/soak_export.py [--kills N] [--seed N]`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from layers.atomic import MANIFEST, manifest_of
from layers.errors import ExportError
from layers.formats.package import check_package

# The small invented atlas: what is tried is the moment, not the size.
SEEDS = Path(__file__).resolve().parent.parent / "tests" / "second_atlas"
# A child draws the record, writes once elsewhere to load what a writer needs and to tell how
# long one writing takes, and then writes again and again, so that kills fall into writing.
CHILD = """
import sys, tempfile, time
from datetime import date
from functools import cache
from pathlib import Path
from layers import printing
from layers.build.assembly import build
from layers.formats.export import content_of, write_file, write_folder
from layers.atomic import replace_file
from layers.formats import FORMATS
from layers.formats.package import write_package
from layers.query.selection import Selection
from layers.web.page.export import FileRequest, build_file
from layers.record.reader import read
from layers.web.site import write_site

seeds, kind, place, times = sys.argv[1:]
layers = build(read(Path(seeds)))

@cache
def body(odd):
    if kind == "html":
        return build_file(layers, FileRequest(("en", "ar")[odd])).page
    day = date.fromisoformat(layers.record.atlas.record_to)
    return printing.print_map(layers, Selection(on=day), format="pdf", lang=("en", "ar")[odd]).body

def write(number, place):
    if kind in ("html", "print"):
        return replace_file(place, body(number % 2))
    if kind == "site":
        base = (None, "https://isles.example/atlas")[number % 2]
        return write_site(layers, place, base_url=base, cards=False)
    content = content_of(layers, Selection(reading=("outer", "inner")[number % 2]))
    if kind == "package":
        write_package(layers, place)
    elif kind == "folder":
        write_folder(content, place, list(FORMATS.values()))
    else:
        write_file(content, place, FORMATS[kind])

if kind in ("html", "print"):
    body(0), body(1)
with tempfile.TemporaryDirectory() as elsewhere:
    start = time.perf_counter()
    write(0, Path(elsewhere, Path(place).name))
    print(time.perf_counter() - start, flush=True)
for number in range(int(times)):
    write(number, Path(place))
"""


class Target(NamedTuple):
    """What is killed: its kind for the child, its name, and its share of the kills."""

    kind: str
    name: str
    share: float


TARGETS = (
    Target("gpkg", "atlas.gpkg", 0.14),
    Target("kml", "atlas.kmz", 0.06),
    Target("parquet", "atlas.parquet", 0.06),
    Target("folder", "data", 0.2),
    Target("package", "release", 0.2),
    Target("html", "atlas.html", 0.1),
    Target("print", "atlas.pdf", 0.1),
    Target("site", "site", 0.14),
)


def child(target: Target, place: Path, times: int) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", CHILD, str(SEEDS), target.kind, str(place), str(times)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=os.environ)


def finished(target: Target, place: Path, times: int) -> None:
    process = child(target, place, times)
    process.communicate()
    if process.returncode:
        raise SystemExit(f"{target.name}: an export that nobody killed failed")


def state(target: Target, place: Path) -> str:
    """Return the digest of a whole output; anything else is an `ExportError`."""
    if target.kind == "package":
        check_package(place)
    if place.is_dir():
        there = manifest_of(place)
        there.pop(MANIFEST)
        import orjson

        listed = orjson.loads((place / MANIFEST).read_bytes())["files"]
        if {n: e["sha256"] for n, e in there.items()} != {
            n: e["sha256"] for n, e in listed.items()
        }:
            raise ExportError(f"{place}: is not as its manifest says")
        return hashlib.sha256((place / MANIFEST).read_bytes()).hexdigest()
    return hashlib.sha256(place.read_bytes()).hexdigest()


def soak(target: Target, folder: Path, kills: int, chance: random.Random) -> Counter[str]:
    """Kill exports of one kind and return how often each end was seen."""
    place = folder / target.name
    whole = set()
    for times in (1, 2):  # one of the two exports, then the other
        finished(target, place, times)
        whole.add(state(target, place))
    seen: Counter[str] = Counter()
    before = state(target, place)
    for _ in range(kills):
        process = child(target, place, 1000)
        assert process.stdout is not None
        each = float(process.stdout.readline())
        time.sleep(chance.uniform(0, each * 2))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        now = state(target, place)
        if now not in whole:
            raise ExportError(f"{place}: is neither of the two exports")
        left = [path.name for path in folder.iterdir() if path.name != target.name]
        seen["replaced" if now != before else "as before"] += 1
        seen["with work left beside"] += bool(left)
        before = now
    finished(target, place, 1)
    left = [path.name for path in folder.iterdir() if path.name != target.name]
    if left:
        raise ExportError(f"{folder}: {', '.join(left)} is left")
    return seen


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    print("killed while writing    times   what was found")
    for target in TARGETS:
        kills = max(1, round(given.kills * target.share))
        with tempfile.TemporaryDirectory() as name:
            try:
                seen = soak(target, Path(name), kills, chance)
            except ExportError as error:
                print(f"FAILED: {error}")
                return 1
        said = ", ".join(f"{count} {word}" for word, count in seen.items() if count)
        print(f"{target.name:22} {kills:6d}   whole each time: {said}", flush=True)
    print("stood")
    return 0


if __name__ == "__main__":
    sys.exit(main())
