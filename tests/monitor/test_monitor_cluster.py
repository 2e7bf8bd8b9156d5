"""The same counts on many workers as on one machine, and one clear line where that fails."""

from __future__ import annotations

import importlib.util
import pickle
import socket
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import distributed
import fsspec
import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from layers.build.rows import BuiltAtlas
from layers.errors import QueryError
from layers.events.columns import UCDP, parse_columns
from layers.events.sources import AS_IT_IS
from layers.monitor import cluster
from layers.monitor.cluster import ClusterError, connect, dask_executor
from layers.monitor.run import monitor
from layers.monitor.tabulation import Tabulation
from layers.query.selection import Selection
from tests.support.atlases import SECOND, tamas, tamas_process

SAMPLES = Path(__file__).parent.parent / "sample_events"
CORRIDOR = Selection(layers=("m4-corridor",))
PLAIN = parse_columns("lat=latitude,lon=longitude,date=date,precision=within_m")


def in_process(workers: int) -> distributed.LocalCluster:
    """Start a cluster whose workers are threads of this process, talking on loopback."""
    return distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=False,
        protocol="tcp://",
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
    )


# --- fixtures --------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[1, 3])
def client(request):
    """A client of a dask cluster of 1 or 3 workers, all in this process."""
    with (
        in_process(request.param) as started,
        connect(scheduler=started.scheduler_address) as found,
    ):
        yield found


@pytest.fixture(scope="module")
def one_client():
    with (
        in_process(1) as started,
        connect(scheduler=started.scheduler_address) as found,
    ):
        yield found


def events_on_edges(built: BuiltAtlas) -> pa.Table:
    """Return events of which many lie on edges, vertices and first or last days."""
    chance = np.random.default_rng(7)
    west, south, east, north = shapely.from_wkt(
        shapely.Polygon(built.record.atlas.extent).wkt
    ).bounds
    lon, lat = list(chance.uniform(west, east, 1500)), list(chance.uniform(south, north, 1500))
    days = []
    for row in built.rows:
        for shape in (row.inner, row.outer):
            if shape is None or not shape.geom_type.endswith("Polygon"):
                continue
            points = shapely.get_coordinates(shape.boundary)
            for x, y in points[:: max(1, len(points) // 12)]:
                lon.append(x)
                lat.append(y)
        days += [row.valid_from] + ([row.valid_to] if row.valid_to else [])
    first = date.fromisoformat(built.record.atlas.record_from).toordinal()
    last = date.fromisoformat(built.record.atlas.record_to).toordinal()
    drawn_days = chance.integers(first - 40, last + 40, len(lon))
    for at in range(0, len(lon), 2):
        drawn_days[at] = days[at % len(days)].toordinal()
    order = chance.permutation(len(lon))
    table = {
        "longitude": np.array(lon)[order],
        "latitude": np.array(lat)[order],
        "date": pa.array((drawn_days - date(1970, 1, 1).toordinal()).astype("int32")).view(
            pa.date32()
        ),
    }
    return pa.table(table)


@pytest.fixture(scope="module")
def edges(second, tmp_path_factory) -> Path:
    """The events as a folder of two Parquet files of many row groups."""
    folder = tmp_path_factory.mktemp("events")
    table = events_on_edges(second)
    half = table.num_rows // 2
    pq.write_table(table.slice(0, half), folder / "a.parquet", row_group_size=190)
    pq.write_table(table.slice(half), folder / "b.parquet", row_group_size=1000)
    return folder


# --- the same counts -------------------------------------------------------------------------


def test_any_number_of_workers_counts_as_one_thread_does(client, second, edges, monkeypatch):
    monkeypatch.setattr(cluster, "_BUNDLE", 6000)  # several row groups in a task, several tasks
    alone = monitor([edges], second, threads=1)
    far = monitor([edges], second, executor=dask_executor(client))
    assert far.counts == alone.counts == monitor([edges], second, threads=2).counts
    assert far.table == alone.table
    # Workers do not look for events that stand twice, and say so.
    assert {**far.header, "notices": []} == alone.header
    assert len(far.header["notices"]) == 1


def by_geopandas(built: BuiltAtlas, events: pa.Table) -> dict[tuple[str, str], tuple[int, int]]:
    """Count inside_all and inside_some a zone and year with two spatial joins a row."""
    frame = events.to_pandas()
    points = geopandas.GeoDataFrame(
        {
            "day": [day.toordinal() for day in frame["date"]],
            "year": [d.year for d in frame["date"]],
        },
        geometry=geopandas.points_from_xy(frame["longitude"], frame["latitude"]),
        crs="EPSG:4326",
    )
    atlas = built.record.atlas
    span = [date.fromisoformat(d).toordinal() for d in (atlas.record_from, atlas.record_to)]
    best: dict[tuple[str, int], int] = {}
    for row in built.rows:
        last = row.valid_to.toordinal() if row.valid_to else span[1]
        low, high = max(span[0], row.valid_from.toordinal()), min(span[1], last)
        on = points[(points.day >= low) & (points.day <= high)]
        for rank, name in ((1, "outer"), (2, "inner")):
            shape = row.reading(name)
            if shape is None:
                continue
            zone = geopandas.GeoDataFrame(geometry=[shape], crs="EPSG:4326")
            # An event on an edge is inside: 'intersects' of a point is 'covers' of the shape.
            for at in on.sjoin(zone, predicate="intersects").index:
                key = (row.zone_id, int(at))
                best[key] = max(best.get(key, 0), rank)
    counted: dict[tuple[str, str], list[int]] = {}
    for (zone, at), rank in best.items():
        numbers = counted.setdefault((zone, f"{points.year[at]:04d}"), [0, 0])
        numbers[2 - rank] += 1
    return {key: (numbers[0], numbers[1]) for key, numbers in counted.items()}


def test_workers_count_as_geopandas_does(client, second, edges):
    events = pa.concat_tables(pq.read_table(path) for path in sorted(edges.iterdir()))
    found = monitor([edges], second, by="year", executor=dask_executor(client)).table.to_pylist()
    ours = {
        (row["zone_id"], row["period"]): (row["inside_all"], row["inside_some"])
        for row in found
        if row["zone_id"] and row["status"] == "any" and row["inside_all"] + row["inside_some"]
    }
    assert ours == by_geopandas(second, events)
    assert sum(sum(numbers) for numbers in ours.values()) > 300


def by_hand(built: BuiltAtlas, events: pa.Table) -> dict[str, tuple[int, int]]:
    """Count each event in each zone, one at a time."""
    counted: dict[str, list[int]] = {}
    atlas = built.record.atlas
    for event in events.to_pylist():
        day = event["date"]
        if not atlas.record_from <= str(day) <= atlas.record_to:
            continue
        point = shapely.Point(event["longitude"], event["latitude"])
        best: dict[str, int] = {}
        for row in built.rows:
            if not row.validity.holds(day):
                continue
            rank = 0
            if row.outer is not None and row.outer.intersects(point):
                rank = 1
            if row.inner is not None and row.inner.intersects(point):
                rank = 2
            best[row.zone_id] = max(best.get(row.zone_id, 0), rank)
        for zone, rank in best.items():
            if rank:
                counted.setdefault(zone, [0, 0])[2 - rank] += 1
    return {zone: (numbers[0], numbers[1]) for zone, numbers in counted.items()}


def test_workers_count_as_one_does_by_hand(client, second, edges):
    events = pa.concat_tables(pq.read_table(path) for path in sorted(edges.iterdir()))
    zones = monitor([edges], second, executor=dask_executor(client)).header["totals"]["zones"]
    ours = {
        zone: (parts["in_force"]["inside_all"], parts["in_force"]["inside_some"])
        for zone, parts in zones.items()
        if "in_force" in parts
        and parts["in_force"]["inside_all"] + parts["in_force"]["inside_some"]
    }
    assert ours == by_hand(second, events)


@pytest.mark.parametrize("name", ["made_up_acled.csv", "made_up_gdelt.tsv"])
def test_text_goes_to_workers_by_whole_files(one_client, real, name):
    columns = parse_columns("gdelt") if "gdelt" in name else None
    alone = monitor([SAMPLES / name], real, selection=CORRIDOR, columns=columns, threads=1)
    here = dask_executor(one_client)
    far = monitor([SAMPLES / name], real, selection=CORRIDOR, columns=columns, executor=here)
    assert far.table == alone.table
    assert far.header["totals"]["counted"] == 292


def test_broken_rows_are_listed_from_afar_as_at_home(client, second, tmp_path):
    for name in ("x", "y"):
        lines = [f"{n % 97 - 48},{n % 89 - 44},2005-0{n % 11}-01" for n in range(300)]
        (tmp_path / f"{name}.csv").write_text("lon,lat,date\n" + "\n".join(lines) + "\n")
    table = pa.table(
        {"lon": [1.0, None, 3.0], "lat": [4.0, 5.0, 600.0], "date": ["2005-01-01"] * 3}
    )
    pq.write_table(table, tmp_path / "z.parquet", row_group_size=1)
    lists = []
    for far in (None, dask_executor(client)):
        listed = tmp_path / f"rejects-{len(lists)}.out"
        monitor(
            [tmp_path / n for n in ("x.csv", "y.csv", "z.parquet")],
            second,
            rejects=listed,
            executor=far,
        )
        lists.append(listed.read_bytes())
    assert lists[0] == lists[1]
    assert lists[0].count(b"\n") > 50


def test_addresses_of_fsspec_are_read_by_the_workers(client, second, edges):
    here = monitor([edges], second, threads=1)
    memory = fsspec.filesystem("memory")
    for path in edges.iterdir():
        memory.pipe(f"/tamas-test/{path.name}", path.read_bytes())
    try:
        for address in ("memory://tamas-test", f"file://{edges}"):
            assert monitor([address], second, executor=dask_executor(client)).counts == here.counts
    finally:
        memory.rm("/tamas-test", recursive=True)


def test_relative_paths_are_found_by_workers_elsewhere(client, second, edges, monkeypatch):
    monkeypatch.chdir(edges)
    bundles = cluster._bundles(["a.parquet"], None, Tabulation().kept, AS_IT_IS)
    chunks = [chunk for bundle in bundles for chunk in bundle.chunks()]
    assert all(Path(chunk.path).is_absolute() for chunk in chunks)
    far = monitor(["a.parquet"], second, executor=dask_executor(client))
    assert far.counts == monitor(["a.parquet"], second, threads=1).counts


def test_a_file_named_twice_counts_twice_as_at_home(one_client, second, edges):
    twice = [edges / "a.parquet", edges / "a.parquet"]
    far = monitor(twice, second, executor=dask_executor(one_client))
    assert far.counts == monitor(twice, second, threads=1).counts


def test_progress_reaches_the_whole(client, second, edges):
    told = []
    monitor([edges], second, executor=dask_executor(client), progress=lambda *now: told.append(now))
    assert [rows for _, _, rows in told] == sorted(rows for _, _, rows in told)
    assert told[-1][2] == sum(pq.read_metadata(path).num_rows for path in edges.iterdir())


def test_paths_and_numbers_go_out_not_data(edges):
    bundles = list(
        cluster._bundles(map(str, sorted(edges.iterdir())), None, Tabulation().kept, AS_IT_IS)
    )
    assert len(bundles) == 2
    assert sum(len(list(bundle.chunks())) for bundle in bundles) > 5
    assert max(len(pickle.dumps(bundle)) for bundle in bundles) < 4000


def test_nothing_is_left_on_the_workers(one_client, second, edges):
    monitor([edges], second, executor=dask_executor(one_client))
    kept = one_client.run(lambda dask_worker: [k for k in dask_worker.plugins if "tamas" in k])
    assert set(map(tuple, kept.values())) == {()}


# --- one clear line --------------------------------------------------------------------------


def test_a_worker_that_cannot_open_a_file_says_which(one_client, second, edges, monkeypatch):
    bundle = next(cluster._bundles([str(edges / "a.parquet")], None, Tabulation().kept, AS_IT_IS))
    gone = edges / "gone.parquet"
    (edges / "a.parquet").rename(gone)
    try:
        with (
            cluster._broadcast(one_client, monitor([], second).index) as key,
            pytest.raises(ClusterError, match=r"a\.parquet"),
        ):
            list(cluster._in_order(one_client, iter([bundle]), key, Tabulation()))
    finally:
        gone.rename(edges / "a.parquet")


def test_a_fault_of_a_question_comes_back_as_one_line(one_client, second, tmp_path):
    (tmp_path / "a.csv").write_text("u,v,w\n1,2,3\n")
    with pytest.raises((ClusterError, QueryError), match="cannot tell lat, lon, date") as caught:
        monitor([tmp_path / "a.csv"], second, executor=dask_executor(one_client))
    assert "\n" not in str(caught.value)


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:{port}", "nonsense", "http://127.0.0.1:{port}", ""]
)
def test_a_scheduler_that_is_not_there_is_one_line(address):
    with (
        pytest.raises(ClusterError, match="no dask scheduler answers there") as caught,
        connect(scheduler=address.format(port=unused_port())),
    ):
        pass
    assert "\n" not in str(caught.value)


def test_somebody_who_listens_and_says_nothing_is_one_line(monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_TIMEOUT_S", 0.5)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        address = f"tcp://127.0.0.1:{mute.getsockname()[1]}"
        with (
            pytest.raises(ClusterError, match="no dask scheduler answers"),
            connect(scheduler=address),
        ):
            pass


def test_a_scheduler_without_workers_is_one_line(monkeypatch):
    wait = distributed.Client.wait_for_workers
    monkeypatch.setattr(
        distributed.Client, "wait_for_workers", lambda client, n, timeout: wait(client, n, 0.5)
    )
    with (
        in_process(0) as started,
        pytest.raises(ClusterError, match="has no workers"),
        connect(scheduler=started.scheduler_address),
    ):
        pass


def test_workers_of_another_edition_are_refused(monkeypatch):
    editions = iter(("9.9.9", "0.0.8"))  # first is asked the one here, then the worker's
    monkeypatch.setattr(cluster, "version", lambda _: next(editions))
    with (
        in_process(1) as started,
        pytest.raises(ClusterError, match=r"has tamas 0\.0\.8, this is 9\.9\.9"),
        connect(scheduler=started.scheduler_address),
    ):
        pass


def test_without_dask_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match="install the extra 'cluster'"), connect(workers=1):
        pass


def test_the_command_counts_in_workers_of_its_own(tmp_path):
    events = tmp_path / "events.csv"
    events.write_text(
        "lon,lat,date\n" + "".join(f"{n},{n},2005-01-{n:02d}\n" for n in range(1, 29))
    )
    seen = []
    for call, more in ((tamas, []), (tamas_process, ["--workers", "1"])):
        out = tmp_path / f"{len(seen)}.csv"
        run = call("--seeds", str(SECOND), "monitor", str(events), "--out", str(out), *more)
        assert run.returncode == 0, run.stderr
        assert not run.stderr
        seen.append(out.read_bytes())
    assert seen[0] == seen[1]


def test_the_command_refuses_what_a_cluster_does_not_do(tmp_path):
    run = tamas("monitor", "x.csv", "--workers", "2", "--events", str(tmp_path / "e.csv"))
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1
    assert "--events" in run.stderr


# --- the sample events -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def made():
    spec = importlib.util.spec_from_file_location("make_samples", SAMPLES / "make.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_sample_files_are_what_their_script_makes(made):
    for name, text in made.files().items():
        assert (SAMPLES / name).read_text(encoding="utf-8") == text


def test_every_sample_row_says_that_it_is_made_up(made):
    for name, text in made.files().items():
        assert name.startswith("made_up")
        rows = text.splitlines() if name.endswith(".tsv") else text.splitlines()[1:]
        assert len(rows) == 300
        assert all("made up" in row.lower() for row in rows)


def test_the_same_precision_gives_the_same_counts_in_two_layouts(real):
    plain = monitor([SAMPLES / "made_up_events.csv"], real, selection=CORRIDOR, columns=PLAIN)
    # Exact to the point in this sample, where UCDP's own code may mean a quarter of a town.
    exact = replace(UCDP, code_accuracy_m={**UCDP.code_accuracy_m, "1": 0.0})
    ucdp = monitor([SAMPLES / "made_up_ucdp.csv"], real, selection=CORRIDOR, columns=exact)
    assert plain.table == ucdp.table
