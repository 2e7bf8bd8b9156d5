"""How fast is a build? As ratios, because machines differ and are noisy.

1. A cold `tamas build` of the real record against the floor, a bare
   `python -c "import geopandas, folium"`, interleaved in the same run. Bound: at most 2.
2. The cost of building as zones grow: 10, 100 and 1,000 synthetic zones, per zone, against
   the smallest.

Run: `make bench`, or `.venv/bin/python bench/build.py [--rounds N]`.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from layers.build.assembly import build
from layers.record.model import GazetteerPlace
from layers.record.reader import read
from layers.settings import BUNDLED_SEEDS, Limits

RATIO_BOUND = 2.0
# More zones than a stranger may send.
ROOMY = Limits(max_zones=10_000, max_rows=20_000, max_points_drawn=10**9)
SIZES = (10, 100, 1000)
RECIPES = (
    "{op: corridor, path: {op: path, trace: road, from: p000, to: p009}, half_width_km: %.3f}",
    "{op: disc, center: p%03d, radius_km: [%.3f, 20]}",
    (
        "{op: difference, of: {op: disc, center: p%03d, radius_km: 55}, minus: {op: disc, "
        "center: p%03d, radius_km: %.3f}}"
    ),
)


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def cold(rounds: int) -> float:
    """Measure the cold build against the bare import; return the ratio of medians."""
    with tempfile.TemporaryDirectory() as folder:
        ours = [sys.executable, "-m", "layers", "build", "--out", f"{folder}/out"]
        floor = [sys.executable, "-c", "import geopandas, folium"]
        seconds(ours), seconds(floor)
        pairs = [(seconds(ours), seconds(floor)) for _ in range(rounds)]
    build_s, import_s = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = build_s / import_s
    print(f"cold tamas build        {build_s:6.2f} s  (median of {rounds})")
    print(f"bare import             {import_s:6.2f} s")
    print(f"ratio                   {ratio:6.2f}    (at most {RATIO_BOUND:g})")
    return ratio


def synthetic(folder: Path, zones: int) -> None:
    """Write a record of so many zones on a grid of a hundred places."""
    for name in ("sources.yaml", "actors.yaml"):
        shutil.copy(BUNDLED_SEEDS / name, folder / name)
    source = read(BUNDLED_SEEDS)
    key, actor = next(iter(source.sources)), next(iter(source.actors))
    both = "{en: made up, ar: مصنوع}"
    (folder / "atlas.yaml").write_text(
        f"id: bench\nlanguages: [en, ar]\ntitle: {both}\nedition: 2026-01-01\n"
        "record_from: 2014-01-01\n"
        "record_to: 2024-12-31\nembargo_days: 0\n"
        "extent: [[30, 30], [45, 30], [45, 40], [30, 40]]\n"
        f"scope: {both}\nborders: {both}\ncorrections: {both}\nlicence: CC0-1.0\n"
    )
    (folder / "disputes.yaml").write_text("[]\n")
    (folder / "layers.yaml").write_text(
        f"- {{id: all, title: {both}, summary: {both}, style: security_corridor}}\n"
    )
    for name in ("claims", "zones", "traces"):
        (folder / name).mkdir()
    (folder / "claims" / f"{key}.yaml").write_text(
        f"source: {key}\nclaims:\n  - {{id: c, kind: zone, where: null, locator: none, "
        f"summary: {both}, date: 2020-01-01, date_basis: text, stated_on: 2020-01-01, "
        f"asserted_by: {actor}}}\n"
    )
    spots = [(35 + (i % 10) * 0.1, 33 + (i // 10) * 0.1) for i in range(100)]
    head = ",".join(GazetteerPlace.columns(["en", "ar"]))
    rows = [
        f"p{i:03d},P{i},,,made up,village,{lon:.3f},{lat:.3f},500,5,{key},CC0,,"
        for i, (lon, lat) in enumerate(spots)
    ]
    (folder / "places.csv").write_text("\n".join([head, *rows]) + "\n")
    (folder / "traces" / "road.geojson").write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"LineString",'
        f'"coordinates":{[list(spot) for spot in spots[:10]]}}},"properties":{{"uncertainty_m":500,'
        f'"method":"made up","source":"{key}","licence":"CC0"}}}}]}}'
    )
    for i in range(zones):
        # A distance of its own for each, below 13 km, so that no two zones share a recipe.
        own = 3 + i * min(0.01, 10 / zones)
        values = [(own,), (i % 100, own), (i % 100, (i * 7 + 1) % 10, 40 + own)]
        recipe = RECIPES[i % 3] % values[i % 3]
        (folder / "zones" / f"z{i:04d}.yaml").write_text(
            f"id: z{i:04d}\nlayer: all\ntype: security_corridor\nnames: {both}\nsummary: {both}\n"
            f"clause: {both}\nrecipe: {recipe}\ngeom_basis: text_formula\nconfidence: low\n"
            f"confidence_reason: {both}\nperiods:\n  - track: paper\n    status: agreed\n"
            f"    from: {{date: 2020-01-01, claims: [c]}}\n"
        )


def growth(rounds: int) -> None:
    """Measure reading and building as zones grow, warm, in this process."""
    smallest = 0.0
    print("\nzones   read + build   per zone   against the smallest")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            synthetic(folder, size)
            spent = []
            for _ in range(rounds):
                start = time.perf_counter()
                build(read(folder, ROOMY), ROOMY)
                spent.append(time.perf_counter() - start)
        each = statistics.median(spent) / size
        smallest = smallest or each
        print(f"{size:5d}   {each * size:10.2f} s   {each * 1e3:5.1f} ms   {each / smallest:5.2f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    ratio = cold(rounds)
    growth(max(1, rounds // 2))
    return 0 if ratio <= RATIO_BOUND else 1


if __name__ == "__main__":
    sys.exit(main())
