"""Ids that a record or a question names must exist."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from layers.errors import DanglingReference, SeedError, UnknownId
from layers.record.model import Record


@dataclass(frozen=True, slots=True)
class SeedEntry:
    """An entry of a seed file, by its id: faults are told of it."""

    record: Record
    path: str
    key: str = ""

    def fault(self, field: str, message: str) -> SeedError:
        """Return what is wrong with one of its fields."""
        return SeedError(self.path, self.key, field, message)

    def dangling(
        self, field: str, kind: str, names: str | Iterable[str] | None
    ) -> Iterator[SeedError]:
        """Yield a fault for every id, one or several, of which the record has none of a kind."""
        # The tables of a record are named by their kind in the plural.
        known = getattr(self.record, kind if kind == "pairs" else f"{kind}s")
        for name in [names] if isinstance(names, str) else names or ():
            if name not in known:
                yield DanglingReference(self.path, self.key, field, kind, name)


def chosen_ids(
    kind: str, names: str | Iterable[str] | None, known: Collection[str]
) -> frozenset[str] | None:
    """Return one id or several that were chosen, None for all; refuse one that is not known."""
    chosen = None if names is None else frozenset([names] if isinstance(names, str) else names)
    check_ids(kind, sorted(chosen or ()), known)
    return chosen


def check_ids(kind: str, names: Iterable[str], known: Collection[str]) -> None:
    """Refuse an id of a kind that is not among the known ones."""
    for name in names:
        if name not in known:
            raise UnknownId(kind, name, known)
