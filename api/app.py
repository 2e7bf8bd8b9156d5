"""The service: a map page, OGC API - Features over its data, and questions.

`create_app` builds the layers and holds them in its own state: several applications with
different records can live in one process.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import AsyncIterator
from importlib.metadata import version

import anyio
import anyio.to_thread
from fastapi import FastAPI

from api import about, batch, errors, features, pages, queries
from api.logs import Log
from api.middleware import Middleware
from api.snapshot import Current
from layers.settings import Settings, read_settings

OPERATIONS = [one for part in (about, features, queries) for one in part.router.operations]


def create_app(settings: Settings | None = None) -> FastAPI:
    """Read the record, build the layers and return the service; `SeedFaults` if it cannot."""
    chosen = settings or read_settings()
    current = Current(chosen)
    parts = (features, about, pages, queries, batch)
    app = FastAPI(
        # Given flat, the features' first: an included router is searched within every other.
        routes=[route for part in parts for route in part.router.routes],
        title="tamas",
        version=version("tamas"),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=_life,
    )
    app.state.settings = chosen
    app.state.current = current
    app.state.operations = OPERATIONS
    app.state.large_bodies = threading.Semaphore(chosen.max_large_bodies)
    errors.install(app)
    app.add_middleware(Middleware, settings=chosen, current=current)
    return app


@contextlib.asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    current: Current = app.state.current
    anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads
    with contextlib.closing(Log()):
        async with anyio.create_task_group() as tasks:
            if settings.reload_seconds:
                tasks.start_soon(current.watch)
            yield
            tasks.cancel_scope.cancel()
