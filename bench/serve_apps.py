"""What `bench/serve.py` serves: our service and two floors, over the same made-up features.

`TAMAS_BENCH_FEATURES` says how many. A third are polygons of about 100 vertices, a third lines,
a third points, all with the columns of a row.
"""

from __future__ import annotations

import math
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from fastapi import FastAPI, Response

from api import snapshot
from api.app import create_app
from api.table import View
from layers.build.assembly import build
from layers.build.rows import BuiltAtlas, frame_of, iter_rows
from layers.record.reader import read
from layers.settings import BUNDLED_SEEDS, Settings

COUNT = int(os.environ.get("TAMAS_BENCH_FEATURES", "500"))
LAYER = "m4-corridor"
PAGE = f"/collections/{LAYER}/items?limit=100"


def made_up(seeds: Path = BUNDLED_SEEDS) -> BuiltAtlas:
    """Return the record with so many rows in one layer, near each other as real ones are."""
    built = build(read(seeds))
    base = next(iter_rows(built.of_layer(LAYER)))
    random = np.random.default_rng(1)
    rows = []
    turn = np.linspace(0, 2 * math.pi, 100, endpoint=False)
    for number in range(COUNT):
        lon, lat = random.uniform(36, 42), random.uniform(33, 37)
        wave = 0.1 + 0.02 * np.sin(turn * random.integers(2, 9))
        ring = np.column_stack([lon + wave * np.cos(turn), lat + wave * np.sin(turn)])
        shape: Any = (shapely.Polygon(ring), shapely.LineString(ring), shapely.Point(lon, lat))[
            number % 3
        ]
        start = date(2015, 1, 1) + timedelta(days=int(random.integers(0, 3000)))
        name = f"zone-{number:05d}.paper.agreed.{start}"
        shape = shapely.set_precision(shape, 1e-5)
        end = start + timedelta(days=90)
        rows.append(
            base._replace(
                id=name, valid_from=start, valid_to=end, nominal=shape, inner=None, outer=shape
            )
        )
    recipes = dict.fromkeys((row.id for row in rows), built.recipes[base.id])
    return BuiltAtlas(built.record, frame_of(rows, built.record.languages), recipes)


def ours(**given: Any) -> FastAPI:
    """Return our service as anyone runs it, but for the access log, which no peer writes here."""
    snapshot.load = made_up
    return create_app(Settings(access_log=False, **given))


def uncached() -> Any:
    """Return our service without the answers kept."""
    return ours(cache_bytes=0)


def fragments() -> Any:
    """Return FastAPI serving joined fragments without headers or cache."""
    table = ours().state.current.snapshot.tables[LAYER]
    held = [table.fragment(number, View("nominal")) for number in range(len(table))]
    app = FastAPI()

    @app.get(f"/collections/{LAYER}/items")
    async def items(limit: int = 100) -> Response:
        body = b'{"type":"FeatureCollection","features":[' + b",".join(held[:limit]) + b"]}"
        return Response(body, media_type="application/geo+json")

    return app


def raw() -> Any:
    """Return bytes made before, by ASGI alone."""
    table = ours().state.current.snapshot.tables[LAYER]
    parts = [table.fragment(number, View("nominal")) for number in range(100)]
    body = b'{"type":"FeatureCollection","features":[' + b",".join(parts) + b"]}"
    headers = [
        (b"content-type", b"application/geo+json"),
        (b"content-length", str(len(body)).encode()),
    ]

    async def app(scope: Any, _: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    return app
