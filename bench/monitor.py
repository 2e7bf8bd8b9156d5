"""How fast is counting events in zones? As ratios, because machines differ and are noisy.

1. 10 million events x 60 zones from Parquet: `tamas monitor`'s own function against
   ``geopandas.sjoin(predicate="within")`` with the same dates, giving the same counts (at least
   30 times as fast), and against only reading the three columns (at most 4 times as long).
2. Growth: 1, 10, 30 million events (linear, memory flat) and 60, 600 zones.
3. CSV: at most 1.5 times the time of pyarrow only parsing the same file, for a million rows of
   the 31 columns of an ACLED export, and for 10 million of nothing but three columns, where
   nothing is left out by not reading the others. At most twice where notes of one row in 400 have
   line breaks, as UCDP's own file has them.

4. Groups: 10 million events by year in two groups of 20 values each, at most twice the processor
   time of the same file without. The events are spread as widely as they can be: nearly every
   cell of 60 zones, 11 years and 400 groups has some. By month, with 2.5 million rows, it is said.

5. A workbook of 50,000 rows in no more time than pandas needs to read it, by its own openpyxl.

Each measurement is a process of its own, timed without its imports and with its file in memory;
rounds are interleaved and the median counts.

Run: `.venv/bin/python bench/monitor.py [--rounds N] [--quick]`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

SPEEDUP, OVER_READING, OVER_PARSING, OVER_BREAKS = 30.0, 4.0, 1.5, 2.0
FLAT, LINEAR, GROUPS, OVER_PANDAS = 1.3, 1.3, 2.0, 1.0
CORNERS = 1434  # 60 zones have 86,000 together
BOX = (35.5, 32.3, 42.4, 37.4)
DAYS = (date(2014, 1, 1).toordinal() - 719163, date(2024, 12, 31).toordinal() - 719163)
GROUP = 1_000_000
ACLED_COLUMNS = [
    "event_id_cnty",
    "event_date",
    "year",
    "time_precision",
    "disorder_type",
    "event_type",
    "sub_event_type",
    "actor1",
    "assoc_actor_1",
    "inter1",
    "actor2",
    "assoc_actor_2",
    "inter2",
    "interaction",
    "civilian_targeting",
    "iso",
    "region",
    "country",
    "admin1",
    "admin2",
    "admin3",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "source_scale",
    "notes",
    "fatalities",
    "tags",
    "timestamp",
]


def zones(number: int):
    """Return layers of so many made-up zones: wavy discs of 5 to 55 km, each with its dates."""
    import numpy as np
    import shapely

    from layers.build.assembly import build
    from layers.build.rows import BuiltAtlas, frame_of, iter_rows
    from layers.record.reader import read
    from layers.settings import BUNDLED_SEEDS

    rng = np.random.default_rng(60)
    real = build(read(BUNDLED_SEEDS))
    rows, base = [], next(iter_rows(real.frame))
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    for at in range(number):
        lon, lat = rng.uniform(BOX[0], BOX[2]), rng.uniform(BOX[1], BOX[3])
        radius = rng.uniform(0.05, 0.5) * (1 + 0.1 * np.sin(angle * rng.integers(5, 40)))
        ring = np.column_stack([lon + radius * np.cos(angle) * 1.2, lat + radius * np.sin(angle)])
        first = date(2014, 1, 1) + timedelta(days=int(rng.integers(0, 2500)))
        last = first + timedelta(days=int(rng.integers(100, 1500)))
        shape = shapely.Polygon(ring)
        row = base._replace(
            nominal=shape, inner=shapely.buffer(shape, -0.01), outer=shapely.buffer(shape, 0.01),
            anchor=None, id=f"z{at}", zone_id=f"z{at}", track="paper", status="agreed",
            valid_from=first, valid_to=min(last, date(2024, 12, 31)),
            certain_from=first, certain_to=last,
        )  # fmt: skip
        rows.append(row)
    return BuiltAtlas(real.record, frame_of(rows, real.record.languages), {})


def chunks(number: int):
    """Yield longitudes, latitudes and days of made-up events, the same for the same number."""
    import numpy as np
    import pyarrow as pa

    rng = np.random.default_rng(number)
    for start in range(0, number, GROUP):
        size = min(GROUP, number - start)
        day = rng.integers(*DAYS, size, endpoint=True).astype(np.int32)
        yield (
            pa.array(np.round(rng.uniform(BOX[0], BOX[2], size), 5)),
            pa.array(np.round(rng.uniform(BOX[1], BOX[3], size), 5)),
            pa.array(day).view(pa.date32()),
        )


def generate(folder: Path, number: int, kind: str) -> Path:
    """Write made-up events: ``parquet`` and ``csv`` of three columns, ``wide.csv`` of 31.

    ``broken.csv`` is wide, with line breaks inside some notes.
    """
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    path = folder / f"events-{number}.{kind}"
    if path.exists():
        return path
    out = None
    for lon, lat, day in chunks(number):
        table = pa.table({"lon": lon, "lat": lat, "date": day})
        if kind in ("wide.csv", "broken.csv"):
            table = wide(table, broken=kind == "broken.csv")
        if kind == "groups.parquet":
            table = with_groups(table)
        if kind == "xlsx":
            table.to_pandas().to_excel(path, index=False)
            return path
        if out is None and kind.endswith("parquet"):
            out = pq.ParquetWriter(path, table.schema, compression="zstd")
        elif out is None:
            out = pc.CSVWriter(
                path, table.schema, write_options=pc.WriteOptions(quoting_style="needed")
            )
        out.write_table(table)
    out.close()
    return path


def with_groups(table):
    """Return events with two columns of twenty words each."""
    import numpy as np
    import pyarrow as pa

    rng = np.random.default_rng(20)
    words = pa.array([f"word {number}" for number in range(20)])
    for name in ("kind of event", "side"):
        table = table.append_column(name, words.take(pa.array(rng.integers(0, 20, len(table)))))
    return table


def wide(table, *, broken: bool = False):
    """Return events in the layout of an ACLED export."""
    import pyarrow as pa

    size = table.num_rows
    note = "On this day, people of one town met people of another, and "
    notes = [note * 3] * size
    if broken:
        notes[::400] = [f'{note}\n"in the end"\n{note}'] * len(notes[::400])
    own = {
        "event_id_cnty": pa.array(range(size)),
        "event_date": table["date"],
        "time_precision": pa.array([1] * size),
        "latitude": table["lat"],
        "longitude": table["lon"],
        "geo_precision": pa.array([1] * size),
        "notes": pa.array(notes),
    }
    filler = pa.array(["Made up for measuring"] * size)
    return pa.table({name: own.get(name, filler) for name in ACLED_COLUMNS})


def ours(path: str, number: int, *, reading="nominal") -> dict:
    from layers.monitor.run import monitor

    layers = zones(number)
    start = time.perf_counter()
    result = monitor([path], layers, reading=reading)
    table = result.table
    spent = time.perf_counter() - start
    found = {
        f"{row['zone_id']} {row['period']}": row["inside"]
        for row in table.to_pylist()
        if reading and row["status"] == "any" and row["zone_id"] and row["inside"]
    }
    return {"seconds": spent, "counts": found}


def both(path: str, number: int) -> dict:
    return {**ours(path, number, reading=None), "counts": {}}


def grouped(
    path: str, number: int, groups: tuple[str, ...] = ("kind of event", "side"), by: str = "year"
) -> dict:
    from layers.monitor.run import monitor
    from layers.monitor.tabulation import Group, Tabulation

    layers = zones(number)
    tabulation = Tabulation(by, groups=tuple(map(Group, groups)))
    start, before = time.perf_counter(), time.process_time()
    table = monitor([path], layers, by=tabulation).table
    spent, cpu = time.perf_counter() - start, time.process_time() - before
    return {"seconds": spent, "cpu": cpu, "counts": {"rows": table.num_rows}}


def ungrouped(path: str, number: int) -> dict:
    return grouped(path, number, ())


def grouped_months(path: str, number: int) -> dict:
    return grouped(path, number, by="month")


def months(path: str, number: int) -> dict:
    return grouped(path, number, (), by="month")


def sjoin(path: str, number: int) -> dict:
    import geopandas
    import pandas as pd

    layers = zones(number)
    columns = {"zone_id": "zone", "valid_from": "first", "valid_to": "last", "nominal": "geometry"}
    areas = layers.frame[list(columns)].rename(columns=columns).set_geometry("geometry")
    start = time.perf_counter()
    events = pd.read_parquet(path)
    events["date"] = pd.to_datetime(events["date"])
    points = geopandas.GeoDataFrame(
        events[["date"]],
        geometry=geopandas.points_from_xy(events["lon"], events["lat"]),
        crs="EPSG:4326",
    )
    joined = geopandas.sjoin(points, areas, predicate="within")
    joined = joined[(joined["date"] >= joined["first"]) & (joined["date"] <= joined["last"])]
    grouped = joined.groupby(["zone", joined["date"].dt.strftime("%Y-%m")]).size()
    spent = time.perf_counter() - start
    counts = {f"{zone} {month}": int(number) for (zone, month), number in grouped.items()}
    return {"seconds": spent, "counts": counts}


def reading(path: str, _: int) -> dict:
    import pyarrow.parquet as pq

    start = time.perf_counter()
    pq.read_table(path, columns=["lon", "lat", "date"])
    return {"seconds": time.perf_counter() - start, "counts": {}}


def parsing(path: str, _: int) -> dict:
    import pyarrow.csv as pc

    start = time.perf_counter()
    pc.read_csv(path, parse_options=pc.ParseOptions(newlines_in_values="broken" in path))
    return {"seconds": time.perf_counter() - start, "counts": {}}


def calamine(path: str, _: int) -> dict:
    import pandas as pd

    start = time.perf_counter()
    pd.read_excel(path, engine="calamine")
    return {"seconds": time.perf_counter() - start, "counts": {}}


def openpyxl(path: str, _: int) -> dict:
    import pandas as pd

    start = time.perf_counter()
    pd.read_excel(path, engine="openpyxl")
    return {"seconds": time.perf_counter() - start, "counts": {}}


MEASURES = {
    one.__name__: one
    for one in (
        ours,
        both,
        grouped,
        ungrouped,
        grouped_months,
        months,
        sjoin,
        reading,
        parsing,
        calamine,
        openpyxl,
    )
}


def peak_mb() -> float:
    """Return the most memory this process ever held; getrusage would count its parent's too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def kind_of(path: str) -> str:
    return Path(path).name.split(".", 1)[1]


def child(name: str, path: Path, number: int) -> dict:
    """Run a measurement in a process of its own."""
    command = [sys.executable, __file__, "--child", name, str(path), str(number)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def rounds_of(jobs: dict[str, tuple[str, Path, int]], rounds: int) -> dict[str, dict]:
    """Run jobs in turns; return for each the median time, the least memory and its counts."""
    found: dict[str, list[dict]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, job in jobs.items():
            found[name].append(child(*job))
    return {
        name: {
            "seconds": statistics.median(one["seconds"] for one in runs),
            "mb": min(one["mb"] for one in runs),
            "cpu": min(one["cpu"] for one in runs),
            "counts": runs[0]["counts"],
        }
        for name, runs in found.items()
    }


def tell(label: str, value: float, bound: str, *, good: bool) -> bool:
    print(f"{label:58} {value:8.2f}   ({bound}){'' if good else '  MISSED'}")
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="a tenth of the events, one round")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        name, path, number = args.child
        MEASURES[name](str(Path(path).with_name(f"events-1000.{kind_of(path)}")), 1)  # load modules
        with Path(path).open("rb") as file:  # from the disk once, so that no measurement waits
            while file.read(1 << 20):
                pass
        before = time.process_time()
        result = MEASURES[name](path, int(number))
        result.setdefault("cpu", time.process_time() - before)
        result["mb"] = peak_mb()
        print(json.dumps(result))
        return 0
    million, rounds = (100_000, 1) if args.quick else (1_000_000, args.rounds)
    with tempfile.TemporaryDirectory() as folder:
        return measured(Path(folder), million, rounds)


def measured(folder: Path, million: int, rounds: int) -> int:
    for kind in ("parquet", "groups.parquet", "csv", "wide.csv", "broken.csv", "xlsx"):
        generate(folder, 1000, kind)  # what loads the modules before the clock starts
    sizes = {n: generate(folder, n * million, "parquet") for n in (1, 10, 30)}
    some, more = (generate(folder, n * million, "groups.parquet") for n in (10, 30))
    text, narrow = generate(folder, million, "wide.csv"), generate(folder, 10 * million, "csv")
    broken = generate(folder, million, "broken.csv")
    book = generate(folder, million // 20, "xlsx")
    mine = {f"ours {n}": ("ours", path, 60) for n, path in sizes.items()}
    fast = rounds_of(
        {
            **mine,
            "both": ("both", sizes[10], 60),
            "600": ("ours", sizes[10], 600),
            "no groups": ("ungrouped", some, 60),
            "groups": ("grouped", some, 60),
            "months": ("months", some, 60),
            "group months": ("grouped_months", some, 60),
            "30 in groups": ("grouped", more, 60),
            "reading": ("reading", sizes[10], 60),
            "csv": ("ours", text, 60),
            "parsing": ("parsing", text, 60),
            "narrow": ("ours", narrow, 60),
            "parsing it": ("parsing", narrow, 60),
            "breaks": ("ours", broken, 60),
            "parsing breaks": ("parsing", broken, 60),
            "xlsx": ("ours", book, 60),
            "calamine": ("calamine", book, 60),
            "openpyxl": ("openpyxl", book, 60),
        },
        rounds,
    )
    slow = rounds_of({"again": mine["ours 10"], "sjoin": ("sjoin", sizes[10], 60)}, rounds)
    for name, one in {**fast, **slow}.items():
        print(f"{name:12} {one['seconds']:8.2f} s  {one['cpu']:8.2f} s CPU  {one['mb']:6.0f} MB")
    same = slow["sjoin"]["counts"] == fast["ours 10"]["counts"] != {}
    print(f"the same counts as geopandas: {'yes' if same else 'NO'}")
    second = {name: one["seconds"] for name, one in {**fast, **slow}.items()}
    speed = slow["sjoin"]["seconds"] / second["again"]
    over = second["ours 10"] / second["reading"]
    growth = second["ours 30"] / second["ours 10"] / 3
    flat = fast["ours 30"]["mb"] / fast["ours 10"]["mb"]
    groups = fast["groups"]["cpu"] / fast["no groups"]["cpu"]
    by_month = fast["group months"]["cpu"] / fast["months"]["cpu"]
    grouped_flat = fast["30 in groups"]["mb"] / fast["groups"]["mb"]
    csv = second["csv"] / second["parsing"]
    narrow_ = second["narrow"] / second["parsing it"]
    breaks = second["breaks"] / second["parsing breaks"]
    book_ = second["xlsx"] / second["openpyxl"]
    good = [
        same,
        tell("times as fast as geopandas.sjoin(within)", speed, ">= 30", good=speed >= SPEEDUP),
        tell("times only reading the columns", over, "<= 4", good=over <= OVER_READING),
        tell("30 for 10 million, over three times", growth, "<= 1.3", good=growth <= LINEAR),
        tell("memory of 30 for that of 10 million", flat, "<= 1.3", good=flat <= FLAT),
        tell("two groups of 20 for none, processor time", groups, "<= 2", good=groups <= GROUPS),
        tell("CSV: times only parsing it", csv, "<= 1.5", good=csv <= OVER_PARSING),
        tell("CSV of three columns", narrow_, "<= 1.5", good=narrow_ <= OVER_PARSING),
        tell("CSV with line breaks in notes", breaks, "<= 2", good=breaks <= OVER_BREAKS),
        tell("workbook: times pandas reading it", book_, "<= 1", good=book_ <= OVER_PANDAS),
    ]
    tell("workbook: times the bare reader", second["xlsx"] / second["calamine"], "said", good=True)
    tell("the same by month", by_month, "said", good=True)
    tell("memory of 30 for 10 million in groups", grouped_flat, "said", good=True)
    zones_ = second["600"] / second["ours 10"]
    tell("600 for 60 zones", zones_, "said, not bound", good=True)
    cpu = slow["sjoin"]["cpu"] / slow["again"]["cpu"]
    tell("the same in processor time, making the zones too", cpu, "said", good=True)
    tell("both readings for one", second["both"] / second["ours 10"], "said", good=True)
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
