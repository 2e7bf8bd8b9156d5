"""What is known of files before they are read: which columns are taken, and what looks odd."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layers.errors import QueryError
from layers.events.columns import Columns
from layers.events.errors import OwnTable
from layers.events.sources import AS_IT_IS, SCHEMES, ReadOptions, columns_of, find_files, sample

Box = tuple[float, float, float, float]
_SWAPPED = (
    "most points lie outside the atlas, and inside it with the two numbers exchanged: longitude "
    "and latitude look swapped; name the columns the other way round"
)


@dataclass(frozen=True, slots=True)
class Survey:
    """Event files with the distances of their precision codes, the columns taken, and notices."""

    files: tuple[str, ...]
    positional_accuracy_m: tuple[float, ...]
    columns: tuple[dict[str, Any], ...]
    """For files that are alike: ``files``, ``columns`` by what they say, and the ``provider``."""
    notices: tuple[str, ...]


def survey(
    paths: Iterable[str | Path],
    columns: Columns | None,
    *,
    options: ReadOptions = AS_IT_IS,
    schemes: Collection[str] = SCHEMES,
    box: Box | None = None,
) -> Survey:
    """Look at the head of each file, and tell by ``box`` whether its points may be swapped.

    In a folder, what is no table of events or was written by this program is passed over and
    named; named itself it is a fault.
    """
    named = [str(path) for path in paths]
    taken: dict[str, Columns] = {}
    notices: list[str] = []
    fault: Exception | None = None
    for file in find_files(named, schemes=schemes):
        try:
            found = columns_of(file, columns, options)
        except (QueryError, OwnTable) as error:
            if file in named:
                raise
            fault = fault or error
            notices.append(f"{getattr(error, 'message', error)}; passed over")
            continue
        taken[file] = found
        notices += [f"{file}: {notice}" for notice in found.notices]
        if box is not None and _swapped(file, columns, options, box):
            notices.append(f"{file}: {_SWAPPED}")
    if fault is not None and not taken:
        raise fault
    accuracies = {0.0}.union(*(one.positional_accuracy_m for one in taken.values()))
    return Survey(tuple(taken), tuple(sorted(accuracies)), _alike(taken), tuple(notices))


def _alike(taken: dict[str, Columns]) -> tuple[dict[str, Any], ...]:
    groups: dict[tuple[Any, ...], list[str]] = {}
    for file, columns in taken.items():
        groups.setdefault((columns.provider, *columns.taken.items()), []).append(file)
    return tuple(
        {"files": files, "provider": provider, "columns": dict(pairs)}
        for (provider, *pairs), files in groups.items()
    )


def _swapped(file: str, columns: Columns | None, options: ReadOptions, box: Box) -> bool:
    west, south, east, north = box
    events = sample(file, columns, options)
    lon, lat = (events.column(name).to_numpy(zero_copy_only=False) for name in ("lon", "lat"))
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    other = (lat >= west) & (lat <= east) & (lon >= south) & (lon <= north)
    return bool(len(lon) and 2 * inside.sum() < len(lon) < 2 * (other & ~inside).sum())
