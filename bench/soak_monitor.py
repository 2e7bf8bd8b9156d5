"""Does counting stand while its workers, or the command itself, are killed?

0. The commands of `layers.monitor.README.md` for many machines are run as written, on loopback.
1. A scheduler and three workers without nannies are started. While events are counted one worker
   is killed (SIGKILL); in another run all are, and one new one is started. The counts must be
   those of one thread.
2. The scheduler is killed: one line, soon.
3. `tamas monitor --out FILE` is killed at random moments: FILE is the old one or the new one,
   whole, and the next run leaves nothing else beside it.

Everything listens on 127.0.0.1 alone, and only processes started here are killed.
Run: `make soak`, or `.venv/bin/python bench/soak_monitor.py [--rows N] [--kills N]`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from layers.build.assembly import build
from layers.build.rows import BuiltAtlas
from layers.monitor import cluster
from layers.monitor.cluster import ClusterError, connect, dask_executor
from layers.monitor.run import monitor
from layers.record.reader import read
from layers.settings import BUNDLED_SEEDS

GROUPS = 80
SOON = 90.0  # seconds in which the loss of a scheduler must be said


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_events(path: Path, rows: int, built: BuiltAtlas) -> None:
    """Write made-up events all over the atlas, in row groups small enough to be killed among."""
    chance = np.random.default_rng(5)
    ring = np.array(built.record.atlas.extent)
    (west, south), (east, north) = ring.min(axis=0), ring.max(axis=0)
    table = pa.table(
        {
            "longitude": chance.uniform(west, east, rows),
            "latitude": chance.uniform(south, north, rows),
            "date": pa.array(chance.integers(16_071, 20_088, rows).astype("int32")).view(
                pa.date32()
            ),
        }
    )
    pq.write_table(table, path, row_group_size=max(1, rows // GROUPS))


class Machines:
    """A scheduler and its workers, as processes of their own on loopback."""

    def __init__(self) -> None:
        self._dask = str(Path(sys.executable).with_name("dask"))
        self.address = f"tcp://127.0.0.1:{free_port()}"
        port = self.address.rpartition(":")[2]
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", port)
        self.workers: list[subprocess.Popen[bytes]] = []

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen([self._dask, *words, "--no-dashboard"], **quiet)

    def worker(self) -> None:
        """Start one more worker, without a nanny that would start it again."""
        self.workers.append(
            self._start(
                *("worker", self.address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny")
            )
        )

    def kill_one(self) -> None:
        victim = self.workers.pop(0)
        victim.kill()
        victim.wait(20)

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait(20)


@contextlib.contextmanager
def machines(workers: int) -> Iterator[Machines]:
    started = Machines()
    try:
        for _ in range(workers):
            started.worker()
        listens(int(started.address.rpartition(":")[2]))
        yield started
    finally:
        started.stop()


def count_while(
    events: Path, built: BuiltAtlas, client: object, acts: dict[int, Callable[[], None]]
) -> object:
    """Count on a cluster; when so many per cent of the bytes are done, act."""
    waiting = dict(acts)
    size = sum(pq.read_metadata(events).row_group(n).total_byte_size for n in range(GROUPS))

    def progress(done: int, _whole: int, _rows: int) -> None:
        for share in [share for share in waiting if done >= size * share / 100]:
            print(f"  at {share:2} %: {waiting[share].__name__.replace('_', ' ')}", flush=True)
            waiting.pop(share)()

    found = monitor([events], built, executor=dask_executor(client), progress=progress).counts
    assert not waiting, "the run was over before every act"
    return found


def run_readme(events: Path, folder: Path) -> bool:
    """Run the three commands of the README, with our address and events in place of theirs."""
    text = (Path(cluster.__file__).parent / "README.md").read_text(encoding="utf-8")
    block = text.split("## On many machines")[1].split("```sh\n")[1].split("```")[0]
    port, out = str(free_port()), folder / "readme.csv"
    for old, new in (
        ("10.0.0.5", "127.0.0.1"),
        ("8786", port),
        ("s3://bucket/events/", str(events)),
        ("counts.csv", str(out)),
        ("tamas ", f"{sys.executable} -m layers "),
        ("dask ", f"{Path(sys.executable).with_name('dask')} "),
    ):
        block = block.replace(old, new)
    scheduler, worker, count = (shlex.split(line, comments=True) for line in block.splitlines())
    started = []
    try:
        for command in (scheduler, worker):
            started.append(
                subprocess.Popen(
                    command,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )
            if command is scheduler:
                listens(int(port))
        done = subprocess.run(count, capture_output=True, text=True, timeout=300)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(60)
    print(f"  {done.stdout.strip()} {done.stderr.strip()}", flush=True)
    here = folder / "here.csv"
    command = [sys.executable, "-m", "layers", "monitor", str(events), "--out", str(here)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=300)
    return done.returncode == 0 and out.read_bytes() == here.read_bytes()


def listens(port: int) -> None:
    """Wait until somebody listens on a port; a scheduler takes seconds to."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)


def soak_workers(events: Path, built: BuiltAtlas) -> bool:
    """Kill one of three workers, then all of them, and start one anew."""
    alone = monitor([events], built, threads=1).counts
    fine = True
    with machines(3) as started, connect(scheduler=started.address) as client:
        client.wait_for_workers(3, timeout=120)

        def kill_one_worker() -> None:
            started.kill_one()

        def kill_all_and_start_one() -> None:
            while started.workers:
                started.kill_one()
            started.worker()

        for acts in ({20: kill_one_worker}, {15: kill_all_and_start_one}):
            begun = time.monotonic()
            same = count_while(events, built, client, acts) == alone
            print(f"  same counts: {same}, {time.monotonic() - begun:.1f} s", flush=True)
            fine &= same
    return fine


def soak_scheduler(events: Path, built: BuiltAtlas) -> bool:
    """Kill the scheduler: the run must end with one line, soon."""
    with machines(1) as started, connect(scheduler=started.address) as client:
        begun = 0.0

        def kill_the_scheduler() -> None:
            nonlocal begun
            begun = time.monotonic()
            started.scheduler.kill()

        try:
            count_while(events, built, client, {10: kill_the_scheduler})
        except ClusterError as error:
            took = time.monotonic() - begun
            print(f"  said after {took:.1f} s: {error}", flush=True)
            return took < SOON and "\n" not in str(error)
    return False


def soak_command(events: Path, folder: Path, kills: int) -> bool:
    """Kill the command at random moments; what stands under the name is always whole."""
    out = folder / "out" / "counts.csv"
    out.parent.mkdir()
    command = [sys.executable, "-m", "layers", "monitor", str(events), "--out", str(out)]

    def run(*more: str) -> float:
        begun = time.monotonic()
        subprocess.run([*command, *more], check=True, stdout=subprocess.DEVNULL, timeout=600)
        return time.monotonic() - begun

    run("--by", "year")
    old = out.read_bytes()
    took = run()
    new = out.read_bytes()
    chance, torn, seen = random.Random(11), 0, {"old": 0, "new": 0}
    for _ in range(kills):
        out.write_bytes(old)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        # Most of the time goes by before anything is written: half of the kills come at the end.
        time.sleep(
            chance.uniform(0, took) if chance.random() < 0.5 else took * chance.uniform(0.9, 1.1)
        )
        process.send_signal(signal.SIGKILL)
        process.wait(20)
        now = out.read_bytes()
        torn += now not in (old, new)
        seen["new" if now == new else "old"] += 1
    run()
    left = sorted(path.name for path in out.parent.iterdir())
    print(f"  {kills} kills in {took:.1f} s each: {seen}, torn {torn}, left beside it {left[1:]}")
    return torn == 0 and left == ["counts.csv"] and out.read_bytes() == new


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=4_000_000)
    parser.add_argument("--kills", type=int, default=20)
    given = parser.parse_args()
    cluster._BUNDLE = 1  # a task for each row group, so that there is something to lose
    built = build(read(BUNDLED_SEEDS))
    os.environ.setdefault("PYTHONPATH", str(Path(__file__).resolve().parent.parent))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        events = folder / "made_up.parquet"
        make_events(events, given.rows, built)
        print("the commands of the README")
        fine = run_readme(events, folder)
        print("workers killed while they count")
        fine &= soak_workers(events, built)
        print("the scheduler killed")
        fine &= soak_scheduler(events, built)
        print("the command killed")
        fine &= soak_command(events, folder, given.kills)
    print("stood" if fine else "FAILED")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
