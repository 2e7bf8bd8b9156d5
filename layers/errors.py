"""What can go wrong, as one tree.

TamasError
├── SeedError       a fault in the record: file, record, field, how to mend it
│   ├── DanglingReference  a record that another one names and that is not there
│   └── SeedFaults         all faults of one reading
├── QueryError      a question that cannot be answered: parameter, value
├── UnknownId       no layer, or no zone, of that id
└── ExportError     a file or page that cannot be written

AtlasWarning        an answer that leaves something out: what, and why

`geo.errors.GeometryError` stands apart because `geo` knows nothing of records; whoever
evaluates a recipe here turns it into a `SeedError` that names the zone.
"""

from __future__ import annotations

import copyreg
from collections.abc import Iterable
from typing import Any


class TamasError(Exception):
    """Any failure that a user can understand and mend; one line, no traceback.

    It comes back whole from another process, whatever its ``__init__`` takes.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how it is made again: from its message and fields, not by ``__init__``."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class SeedError(TamasError):
    """One fault in a seed file."""

    def __init__(self, path: str, record: str, field: str, message: str) -> None:
        self.path, self.record, self.field, self.message = path, record, field, message
        where = ": ".join(part for part in (path, record, field) if part)
        super().__init__(f"{where}: {message}")

    def as_dict(self) -> dict[str, str]:
        """Return the fault as ``tamas check --json`` prints it."""
        return {
            "file": self.path,
            "record": self.record,
            "field": self.field,
            "message": self.message,
        }


class DanglingReference(SeedError):
    """A record that another one names is not there."""

    def __init__(
        self, path: str, record: str, field: str, kind: str, name: str, known: Iterable[str] = ()
    ) -> None:
        self.name = name
        message = f"there is no {kind} {name!r}; add it to the record or correct the id"
        if known:
            message += f"; known: {', '.join(known)}"
        super().__init__(path, record, field, message)


class SeedFaults(TamasError):
    """Every fault found in one reading of the record, in file order; at most so many."""

    def __init__(self, faults: Iterable[SeedError], *, most: int | None = None) -> None:
        found = tuple(faults)
        self.faults = found[:most]
        count = len(self.faults)
        head = "1 fault in the record" if count == 1 else f"{count} faults in the record"
        if len(found) > count:
            head += ", and more; mend these first"
        super().__init__("\n".join([head, *(f"  {fault}" for fault in self.faults)]))


class QueryError(TamasError):
    """A question with a parameter that cannot be understood."""

    def __init__(self, parameter: str, value: object, message: str) -> None:
        self.parameter, self.value, self.message = parameter, value, message
        super().__init__(f"{parameter}: {message}")


class UnknownId(TamasError):
    """No layer, row or zone goes by that id."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name = kind, name
        names = list(known)
        shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
        super().__init__(f"there is no {kind} {name!r}; known: {shown}")


class ExportError(TamasError):
    """Output that cannot be written, or a page that would break a promise."""


class AtlasWarning(UserWarning):
    """An answer leaves something out: a day or a point beyond the record, or an unread row."""
