"""What one record names of another must be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from layers.errors import DanglingReference, SeedError


def dangling(
    path: str, record: str, field: str, kind: str, names: Sequence[str], known: Iterable[str]
) -> Iterator[SeedError]:
    """Yield a fault for every name of a kind of record that is not among the known ones."""
    for name in names:
        if name not in known:
            yield DanglingReference(path, record, field, kind, name)
