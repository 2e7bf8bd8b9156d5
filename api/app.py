"""The service: a map page, its data, collections and questions.

`create_app` builds the layers once and holds them in its own state: several applications
with different records can live in one process.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.metadata import version

from fastapi import FastAPI, Request, Response

from api import ask, errors, features, pages
from layers.build import build
from layers.seeds import read
from layers.settings import Settings

# A page may be framed by a newsroom's own site; everything else of the sender's is kept back.
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "cross-origin",
    "permissions-policy": "geolocation=(), camera=(), microphone=()",
}


def create_app(settings: Settings | None = None) -> FastAPI:
    """Read the record, build the layers and return the service; `SeedFaults` if it cannot."""
    chosen = settings or Settings.from_environment()
    app = FastAPI(
        title="tamas",
        version=version("tamas"),
        description="Zones, patrols and bases as reported, each shape with its evidence.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = chosen
    app.state.layers = build(read(chosen.seeds))
    app.state.pages = pages.Pages(app.state.layers)
    errors.install(app)
    app.middleware("http")(_secure)
    for part in (pages, features, ask):
        app.include_router(part.router)
    return app


async def _secure(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if not request.url.path.startswith("/assets/"):
        response.headers.setdefault("access-control-allow-origin", "*")
    return response
