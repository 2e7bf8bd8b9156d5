"""The columns of a collection: what can be asked of each, and its values as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from api import params
from layers.errors import QueryError
from layers.query.clauses import State as ClauseState
from layers.query.filters import required_day
from layers.record import model
from layers.record.clauses import Duty
from layers.record.dates import BEGINNING
from layers.record.tallies import TallyUnit

FilterType = Literal["string", "number", "date", "boolean", "strings", "json"]
Mask = NDArray[np.bool_]

_CODES = {
    name: get_args(codes)
    for name, codes in {
        "track": model.Track,
        "status": model.Status,
        "end_reason": model.EndReason,
        "geom_basis": model.GeomBasis,
        "confidence": model.Confidence,
        "date_basis": model.DateBasis,
        "duty": Duty,
        "state": ClauseState,
        "unit": TallyUnit,
    }.items()
}
_SCHEMAS: dict[FilterType, dict[str, Any]] = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "boolean": {"type": "boolean"},
    "strings": {"type": "array", "items": {"type": "string"}},
    "json": {"type": "array", "items": {"type": "object"}},
}


@dataclass(frozen=True)
class FilterColumn:
    """One property of every feature of a collection, None where it has none."""

    name: str
    kind: FilterType
    values: Sequence[Any]

    @cached_property
    def null(self) -> Mask:
        """Return where there is no value."""
        return np.array([value is None for value in self.values], bool)

    @cached_property
    def array(self) -> NDArray[Any]:
        """Return the values for comparison: days as ordinals, a filler where there is none."""
        if self.kind == "number":
            return np.array(self.values, float)  # of None it makes NaN
        if self.kind == "date":
            return np.array([BEGINNING if v is None else _ordinal(v) for v in self.values], int)
        if self.kind == "boolean":
            return np.array(self.values, bool)
        filler: Any = () if self.kind == "strings" else ""
        held = np.empty(len(self.values), object)
        held[:] = [filler if value is None else value for value in self.values]
        return held

    @property
    def simple(self) -> bool:
        """Tell whether a feature has at most one value, so that a query parameter can ask it."""
        return self.kind not in ("strings", "json")

    def equals(self, text: str) -> Mask:
        """Return where the value is the one that a query parameter gives."""
        return np.asarray((self.array == self._parse(text)) & ~self.null, bool)

    def _parse(self, text: str) -> Any:
        if self.kind == "number":
            return params.parse_float(self.name, text)
        if self.kind == "date":
            return required_day(self.name, text).toordinal()
        if self.kind == "boolean":
            if text not in ("true", "false"):
                raise QueryError(self.name, text, "must be true or false")
            return text == "true"
        return text

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the property."""
        codes = {"enum": list(_CODES[self.name])} if self.name in _CODES else {}
        return {"title": self.name, **_SCHEMAS[self.kind], **codes}


def _ordinal(value: date | str) -> int:
    day = value if isinstance(value, date) else date.fromisoformat(value)
    return day.toordinal()
