"""The columns of a collection: what can be asked of each, and its values as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from layers.record.dates import BEGINNING

FilterType = Literal["string", "number", "date", "boolean", "strings", "json"]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class FilterColumn:
    """One property of every feature of a collection, None where it has none."""

    name: str
    kind: FilterType
    values: Sequence[Any]

    @cached_property
    def null(self) -> Mask:
        """Return where there is no value."""
        return np.fromiter((value is None for value in self.values), bool, len(self.values))

    @cached_property
    def array(self) -> NDArray[Any]:
        """Return the values for comparison: days as ordinals, a filler where there is none."""
        if self.kind == "number":
            return np.array([np.nan if v is None else float(v) for v in self.values], float)
        if self.kind == "date":
            return np.array([BEGINNING if v is None else _ordinal(v) for v in self.values], int)
        if self.kind == "boolean":
            return np.array([bool(value) for value in self.values], bool)
        filler: Any = () if self.kind == "strings" else ""
        held = np.empty(len(self.values), object)
        held[:] = [filler if value is None else value for value in self.values]
        return held

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the property."""
        schemas: dict[str, dict[str, Any]] = {
            "string": {"type": "string"},
            "number": {"type": "number"},
            "date": {"type": "string", "format": "date"},
            "boolean": {"type": "boolean"},
            "strings": {"type": "array", "items": {"type": "string"}},
            "json": {"type": "array", "items": {"type": "object"}},
        }
        return {"title": self.name, **schemas[self.kind]}


def _ordinal(value: date | str) -> int:
    day = value if isinstance(value, date) else date.fromisoformat(value)
    return day.toordinal()
