"""Count events on many machines with dask: paths and row groups go out, counts come back.

The same kernel as on one machine (`layers.monitor.run.process_chunk`) works on each piece, and
whole numbers are added up, so the result is the same for any number of workers, in any order, also
where some of them die. Parquet goes out by row groups, other files whole; the workers open
them, so every worker must see a file under the address that is given here.

dask executes what it is sent: whoever reaches a scheduler or a worker runs what they like on
it. Keep both on a private network or behind TLS.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial, reduce
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

from layers.errors import TamasError
from layers.events.columns import Columns, Kept
from layers.events.errors import short
from layers.events.sources import PARQUET, Chunk, ReadOptions, iter_chunks
from layers.monitor.count import Counts
from layers.monitor.index import ZoneIndex
from layers.monitor.run import ChunkResult, Executor, process_chunk
from layers.monitor.tabulation import Tabulation

# dask's own types cover half of it.
Client = Any

# Row groups are bundled up to so many bytes: a task costs a millisecond, whatever is in it.
_BUNDLE = 32 << 20
# So many pieces a thread are out at a time; more would only fill the scheduler.
_TASKS_PER_THREAD = 3
# A scheduler has so many seconds to answer, and the first worker to come.
CONNECT_TIMEOUT_S = 20.0
# Cut off without any worker for so long, a run gives up.
NO_WORKER_TIMEOUT_S = 60.0
_LOST = "the connection to the scheduler was lost; try again when it is up"


class ClusterError(TamasError):
    """A cluster that cannot be reached or cannot do the work."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one task does: row groups of one file, or one file whole.

    ``name`` is the file as it was named here; the chunks have it as workers can open it. A file of
    text, compressed or not, cannot be cut without reading it: its chunks are cut on the worker.
    """

    name: str
    chunks: Callable[[], Iterable[Chunk]]


@contextlib.contextmanager
def connect(*, scheduler: str | None = None, workers: int | None = None) -> Iterator[Client]:
    """Give a client of a running scheduler, or of ``workers`` processes on this machine.

    Raises `ClusterError` with one line where dask is not installed, the scheduler does not
    answer, has no workers, or its workers are of another edition of the program.
    """
    if (scheduler is None) == (workers is None):
        raise ClusterError("name a scheduler or a number of workers, one of the two")
    dask = _dask()
    with contextlib.ExitStack() as stack:
        if workers is not None:
            scheduler = stack.enter_context(_local(dask, workers))
        try:
            client = _client(dask, str(scheduler))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ClusterError(
                f"{scheduler}: no dask scheduler answers there ({short(error)}); start one with "
                "'dask scheduler' and give its address, as tcp://10.0.0.5:8786"
            ) from None
        stack.enter_context(_silence_logs())
        stack.callback(_close, client)
        try:
            client.wait_for_workers(1, timeout=CONNECT_TIMEOUT_S)
        except (OSError, TimeoutError):
            raise ClusterError(
                f"{scheduler}: the scheduler has no workers; start some with "
                f"'dask worker {scheduler}'"
            ) from None
        _same_edition(client)
        yield client


def dask_executor(client: Client) -> Executor:
    """Return what `layers.monitor.run.monitor` works with in place of its own threads."""

    def run(
        files: Sequence[str],
        columns: Columns | None,
        index: ZoneIndex,
        by: Tabulation,
        options: ReadOptions,
    ) -> Iterator[ChunkResult]:
        bundles = _bundles(files, columns, by.kept, options)
        with _broadcast(client, index) as key:
            yield from _in_order(client, bundles, key, by)

    return run


def process_bundle(bundle: Bundle, key: str, by: Tabulation) -> ChunkResult:
    """Return what a bundle comes to, on the worker that holds the index under ``key``."""
    from distributed import get_worker

    plugin: Any = get_worker().plugins[key]
    index: ZoneIndex = plugin.index
    try:
        pieces = (process_chunk(chunk, index, by=by) for chunk in bundle.chunks())
        total = reduce(ChunkResult.__add__, pieces, ChunkResult(Counts.none(), 0))
        rejects = tuple(replace(one, file=bundle.name) for one in total.rejects)
        return replace(total, rejects=rejects)
    except TamasError as error:
        # Some of these cannot be made again from their text alone on the other side.
        raise ClusterError(str(error)) from None


def _dask() -> Any:
    try:
        import distributed
    except ImportError:
        raise ClusterError(
            "many machines need dask: install the extra 'cluster' (pip install 'tamas[cluster]', "
            "or dask[distributed] and fsspec)"
        ) from None
    return distributed


def _client(dask: Any, scheduler: str) -> Client:
    """Return a client of a scheduler, or raise within some `CONNECT_TIMEOUT_S` seconds.

    A plain connection and a greeting are tried first: dask tries for long what is refused at
    once, and waits for ever on somebody who says nothing.
    """
    from distributed.comm.addressing import get_address_host_port

    async def greet() -> None:
        arguments = dask.Security().get_connection_args("client")
        connecting = dask.comm.connect(scheduler, timeout=CONNECT_TIMEOUT_S, **arguments)
        (await asyncio.wait_for(connecting, CONNECT_TIMEOUT_S)).abort()

    if not scheduler.startswith("inproc://"):
        host, port = get_address_host_port(scheduler)
        socket.create_connection((host, port), CONNECT_TIMEOUT_S).close()
        # A notebook's thread has a loop of its own, which allows no other beside it.
        with ThreadPoolExecutor(1) as beside:
            beside.submit(asyncio.run, greet()).result()

    class Quiet(dask.Client):  # type: ignore[misc]  # its base is known at run time only
        def __del__(self) -> None:
            """Say nothing where a client that never came up cannot be closed either."""
            with contextlib.suppress(Exception):
                super().__del__()

    return Quiet(scheduler, timeout=CONNECT_TIMEOUT_S, set_as_default=False)


@contextlib.contextmanager
def _local(dask: Any, workers: int) -> Iterator[str]:
    """Start processes on this machine that listen on loopback alone."""
    if workers < 1:
        raise ClusterError("a cluster needs at least one worker")
    with contextlib.ExitStack() as stack:
        with _uninterrupted():
            cluster = stack.enter_context(
                dask.LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    host="127.0.0.1",
                    dashboard_address="127.0.0.1:0",
                    silence_logs=logging.CRITICAL,
                )
            )
        yield cluster.scheduler_address


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Start processes that leave Ctrl-C to this one, which stops them; they inherit that."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _same_edition(client: Client) -> None:
    """Refuse workers that count by another edition: their numbers could differ."""
    own = version("tamas")
    try:
        found: Mapping[str, str] = client.run(version, "tamas")
    except Exception as error:  # noqa: BLE001  whatever a worker raises comes as it is
        raise ClusterError(
            f"the workers cannot run tamas ({short(error)}); install the same edition on each"
        ) from None
    for worker, theirs in sorted(found.items()):
        if theirs != own:
            raise ClusterError(f"{worker} has tamas {theirs}, this is {own}; install one edition")


@contextlib.contextmanager
def _broadcast(client: Client, index: ZoneIndex) -> Iterator[str]:
    """Put an index on every worker, also on those that come later; give its name there.

    A plugin rather than scattered data: the scheduler hands it to a worker that starts in
    place of one that died, while scattered data dies with the last worker that has it.
    """
    from distributed import WorkerPlugin

    class Zones(WorkerPlugin):
        def __init__(self) -> None:
            self.index = index

    key = f"tamas-{client.id}"
    try:
        client.register_plugin(Zones(), name=key)
    except Exception as error:  # noqa: BLE001  as above
        raise ClusterError(f"the workers cannot take the zones ({short(error)})") from None
    try:
        yield key
    finally:
        with contextlib.suppress(Exception):  # the scheduler may be gone; nothing is left then
            client.unregister_worker_plugin(key)


def _bundles(
    files: Iterable[str], columns: Columns | None, kept: Kept, options: ReadOptions
) -> Iterator[Bundle]:
    """Yield the work in order: row groups of a file up to a size, other files whole."""
    for name in files:
        # As a worker in another folder can open it.
        file = name if "://" in name else os.path.abspath(name)  # noqa: PTH100  keeps links
        cut = partial(iter_chunks, [file], columns, kept=kept, options=options)
        if Path(file).suffix.lower() not in PARQUET:
            yield Bundle(name, cut)
            continue
        held: list[Chunk] = []
        for chunk in cut():
            held.append(chunk)
            if sum(one.size_bytes for one in held) >= _BUNDLE:
                yield Bundle(name, held.copy)
                held = []
        if held:
            yield Bundle(name, held.copy)


def _in_order(
    client: Client, bundles: Iterator[Bundle], key: str, by: Tabulation
) -> Iterator[ChunkResult]:
    """Yield what each bundle comes to, in order, with a few for every thread out at a time."""
    out: deque[Any] = deque()
    try:
        while True:
            room = max(2, _TASKS_PER_THREAD * _threads(client)) - len(out)
            for bundle in islice(bundles, max(room, 0)):
                out.append(client.submit(process_bundle, bundle, key, by, pure=False, retries=2))
            if not out:
                return
            yield _result(client, out[0])
            out.popleft()
    finally:
        with contextlib.suppress(Exception):  # as above
            client.cancel(list(out), force=True)


def _result(client: Client, future: Any) -> ChunkResult:
    from distributed import CancelledError, KilledWorker

    waited = 0.0
    while True:
        try:
            result: ChunkResult = future.result(timeout=5.0)
        except TimeoutError:
            waited = 0.0 if _threads(client) else waited + 5.0
            if waited >= NO_WORKER_TIMEOUT_S:
                raise ClusterError(
                    f"no worker has been there for {NO_WORKER_TIMEOUT_S:.0f} s; "
                    "start one and try again"
                ) from None
        except KilledWorker as error:
            raise ClusterError(f"a piece of the work ends workers ({short(error)})") from None
        except CancelledError:
            raise ClusterError(_LOST) from None
        except TamasError:
            raise
        except Exception as error:  # noqa: BLE001  whatever a worker raises comes as it is
            raise ClusterError(f"a worker failed: {short(error)}") from None
        else:
            return result


def _threads(client: Client) -> int:
    """Return how many threads all workers have now."""
    try:
        return sum(client.nthreads().values())
    except (OSError, TimeoutError, RuntimeError, ValueError):
        raise ClusterError(_LOST) from None


@contextlib.contextmanager
def _silence_logs() -> Iterator[None]:
    """Let dask log nothing here: what goes wrong is said in one line, by `ClusterError`."""
    names = [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


def _close(client: Client) -> None:
    with contextlib.suppress(Exception):  # a client that lost its scheduler closes with a fault
        client.close(timeout=5)
