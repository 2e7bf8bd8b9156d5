"""What one record, or a question, names of another must be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from layers.errors import DanglingReference, SeedError, UnknownId


def dangling(
    path: str,
    record: str,
    field: str,
    kind: str,
    names: str | Iterable[str] | None,
    known: Iterable[str],
) -> Iterator[SeedError]:
    """Yield a fault for every name, one or several, that is not among the known ones of a kind."""
    for name in [names] if isinstance(names, str) else names or ():
        if name not in known:
            yield DanglingReference(path, record, field, kind, name)


def chosen_ids(
    kind: str, names: str | Iterable[str] | None, known: Iterable[str]
) -> frozenset[str] | None:
    """Return one id or several that were chosen, None for all; refuse one that is not known."""
    chosen = None if names is None else frozenset([names] if isinstance(names, str) else names)
    check_ids(kind, sorted(chosen or ()), known)
    return chosen


def check_ids(kind: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Refuse an id of a kind that is not among the known ones."""
    for name in names:
        if name not in known:
            raise UnknownId(kind, name, known)
