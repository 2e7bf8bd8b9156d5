"""Names that must be there: what one record says of another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from layers.errors import DanglingReference, SeedError


def known_ids(
    path: str, record: str, field: str, kind: str, names: Sequence[str], known: Iterable[str]
) -> Iterator[SeedError]:
    """Yield a fault for each name that is not among those known."""
    for name in names:
        if name not in known:
            yield DanglingReference(path, record, field, kind, name)
