"""The service as tests run it: behind a real port of loopback, in a thread of its own."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

import uvicorn

from api.app import create_app
from layers.settings import Settings
from tests.support.atlases import PATIENCE


@contextlib.contextmanager
def serving(settings: Settings | None = None) -> Iterator[str]:
    """Serve until the block ends; the value is the address."""
    app = create_app(settings or Settings(access_log=False))
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
