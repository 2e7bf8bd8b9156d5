"""The record as served: made whole, then swapped in one step; a broken one is never served."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import logging
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path

import anyio.to_thread

from api.pages import Pages, data_assets
from api.responses import response_cache
from api.table import FeatureTable
from api.tables import KNOWN_BY, layer_table, tables
from layers.build.assembly import build
from layers.build.rows import BuiltAtlas
from layers.errors import TamasError
from layers.formats.ogc import PLACES
from layers.query.filters import known_by
from layers.query.points import PointIndex
from layers.record.reader import read
from layers.settings import Settings
from layers.style.static_svg import read_basemap

log = logging.getLogger("tamas")
Signature = tuple[tuple[str, int, int], ...]
_KNOWN_KEPT = 8


def load(seeds: Path) -> BuiltAtlas:
    """Read and build the record of a folder."""
    return build(read(seeds))


class Snapshot:
    """Everything that answers are made from, of one reading of the record."""

    def __init__(self, built: BuiltAtlas) -> None:
        self.built = built
        self.languages = built.record.interface_languages
        self.loaded_at = _now()
        named = f"{built.record.sha256}\n{version('tamas')}"
        self.digest = hashlib.sha256(named.encode()).hexdigest()[:16]
        self.tables = tables(built)
        self.points = PointIndex(built)
        self.basemap = read_basemap(built.record.root)
        self.assets = data_assets(built.record)
        self._stated = lru_cache(_KNOWN_KEPT)(self._make_stated)

    @cached_property
    def pages(self) -> Pages:
        """Return the map page and its data, made when first asked for."""
        return Pages(self.built)

    def known(self, name: str, day: date | None) -> FeatureTable:
        """Return a collection as far as its claims had been stated by a day."""
        return self.tables[name] if day is None or name == PLACES else self._stated(name, day)

    def _make_stated(self, name: str, day: date) -> FeatureTable:
        if name in KNOWN_BY:
            made = KNOWN_BY[name](self.built.record, day)
        else:
            rows = known_by(self.built.of_layer(name), self.built.record, day)
            made = layer_table(self.built.record, name, rows)
        return replace(made, cache=self.tables[name].cache)


class Current:
    """The snapshot that is served now, and the watch over the folder that it came from."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.cache = response_cache(settings.cache_bytes)
        self.fault: dict[str, str] | None = None
        """When and why the record on disk could not be served."""
        self._seen = self._before = signature(settings.seeds)
        self.snapshot = Snapshot(load(settings.seeds))

    def reload_if_changed(self) -> bool:
        """Read the record again if its folder has changed and is at rest; tell if it did.

        A folder in the middle of being written changes from one look to the next, so a change
        counts when two looks in a row see the same. A record that cannot be built leaves
        the old one serving.
        """
        now, before = signature(self.settings.seeds), self._before
        self._before = now
        if now == self._seen or now != before:
            return False
        self._seen = now
        try:
            fresh = Snapshot(load(self.settings.seeds))
            _ = fresh.pages
        except (TamasError, OSError) as error:
            self.fault = {"at": _now(), "message": str(error)}
            log.error("the changed record is broken; the old one is served on: %s", error)
            return False
        changed = fresh.digest != self.snapshot.digest
        self.snapshot, self.fault = fresh, None
        if changed:
            # Another one: this runs in a thread, and answers are being taken from the old.
            self.cache = response_cache(self.settings.cache_bytes)
            gc.collect()  # the old record is large, and some of it refers to itself
            log.warning("the record changed and is served: %s", fresh.built.record.sha256[:12])
        return changed

    async def watch(self) -> None:
        """Look again and again, in a thread, until cancelled."""
        while True:
            await asyncio.sleep(self.settings.reload_seconds)
            try:
                await anyio.to_thread.run_sync(self.reload_if_changed)
                # So that no reader waits for what the page is made with to load.
                await anyio.to_thread.run_sync(lambda: self.snapshot.pages)
            except Exception:
                # The watch must outlive whatever one look runs into.
                log.exception("looking for a changed record failed")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def signature(folder: Path) -> Signature:
    """Return name, size and time of change of every file of a folder."""
    found = []
    for path in sorted(folder.rglob("*")):
        try:
            facts = path.stat()
        except OSError:
            continue
        if path.is_file():
            found.append((str(path), facts.st_size, facts.st_mtime_ns))
    return tuple(found)
