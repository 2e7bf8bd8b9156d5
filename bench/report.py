"""How long does a report of a million events take? In seconds, on two cores: at most ten.

A made-up file of a million rows over the years 2017 to 2020, of ten kinds and three parties, as
CSV and as Parquet, is counted for a week in all areas in force and written as CSV; then the
same report as HTML, PDF and DOCX in both languages, which costs the same whatever the file's size.

Run: `.venv/bin/python bench/report.py [--rows N]`.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from layers.build.assembly import build
from layers.record.reader import read
from layers.report.assemble import make_report
from layers.report.desk import Desk
from layers.report.question import Question
from layers.report.write import render
from layers.settings import BUNDLED_SEEDS

AT_MOST_S = 10.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    built = build(read(BUNDLED_SEEDS))
    with tempfile.TemporaryDirectory() as folder:
        for path in files(Path(folder), rows):
            start = time.perf_counter()
            report = make_report(
                built, Question([path], "2020-W11", since="2020-03-05", cutoff="19:30+03:00")
            )
            counted = time.perf_counter() - start
            print(f"{path.suffix[1:]:8} {rows:,} rows counted in {counted:.1f} s")
            for ending in (".csv", ".html", ".pdf", ".docx"):
                start = time.perf_counter()
                size = len(render(report, ending, "both", Desk()))
                took = time.perf_counter() - start
                print(f"  {ending:6} {took:.1f} s, {size / 1e6:.2f} MB")
            assert counted <= AT_MOST_S, f"{counted:.1f} s is more than {AT_MOST_S} s"


def files(folder: Path, rows: int) -> list[Path]:
    """Write the events as CSV and as Parquet."""
    chance = np.random.default_rng(20200315)
    days = np.datetime64("2017-01-01") + chance.integers(0, 1461, rows)
    minutes = chance.integers(0, 1440, rows)
    kinds = [f"kind {n}" for n in range(10)]
    parties = ["side A", "side B", "side C"]
    stamps = (days.astype("datetime64[m]") + minutes).astype(str)
    table = pa.table(
        {
            "id": [f"made-up-{n}" for n in range(rows)],
            "date": pa.array([f"{stamp}+03:00" for stamp in stamps.tolist()]),
            "latitude": chance.uniform(34.5, 37.0, rows).round(5),
            "longitude": chance.uniform(35.8, 41.0, rows).round(5),
            "kind": pa.array(chance.choice(kinds, rows)),
            "party": pa.array(chance.choice(parties, rows)),
        }
    )
    pc.write_csv(table, folder / "events.csv")
    pq.write_table(table, folder / "events.parquet")
    return [folder / "events.csv", folder / "events.parquet"]


if __name__ == "__main__":
    main()
