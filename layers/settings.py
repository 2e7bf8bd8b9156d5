"""Settings: where the record is, how the service listens and what it allows.

Every field has a ``TAMAS_...`` variable of its name in capitals; `tamas serve
--print-settings` prints them all with what is in force.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from layers.errors import TamasError

BUNDLED_SEEDS = Path(__file__).resolve().parent.parent / "seeds"
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class SettingError(TamasError):
    """A ``TAMAS_...`` variable that cannot be understood."""


def _told(says: str, least: float = 0) -> dict[str, Any]:
    """Return what a setting is for and the least number it may be."""
    return {"says": says, "least": least}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a process is told from outside; every field has a ``TAMAS_...`` variable."""

    seeds: Path = field(default=BUNDLED_SEEDS, metadata=_told("folder of the record"))
    keep_shapes: bool = field(
        default=True,
        metadata=_told("keep drawn shapes in the user's cache folder for a next start"),
    )
    public_url: str = field(
        default="",
        metadata=_told(
            "address at which readers reach the service, with its path; empty: as asked"
        ),
    )
    root_path: str = field(
        default="", metadata=_told("path under which a proxy passes requests on, as /atlas")
    )
    reload_seconds: float = field(
        default=2.0, metadata=_told("seconds between looks for a changed record; 0: never")
    )
    default_limit: int = field(
        default=100, metadata=_told("items on a page where no limit is given", 1)
    )
    max_limit: int = field(
        default=10_000, metadata=_told("most items on a page; a larger limit counts as this", 1)
    )
    max_query_bytes: int = field(
        default=16_384, metadata=_told("longest query string, in bytes", 1)
    )
    max_filter_vertices: int = field(
        default=5_000, metadata=_told("most vertices in a filter's geometries", 1)
    )
    max_filter_depth: int = field(default=24, metadata=_told("deepest nesting of a filter", 1))
    max_filter_terms: int = field(
        default=300, metadata=_told("most operators and values in a filter", 1)
    )
    max_points: int = field(default=10_000, metadata=_told("most points in one POST /at", 1))
    max_body_bytes: int = field(
        default=8_000_000, metadata=_told("largest body of a request, in bytes", 1)
    )
    timeout_seconds: float = field(
        default=30.0, metadata=_told("longest time for one answer to begin", 0.1)
    )
    cache_bytes: int = field(
        default=64_000_000, metadata=_told("memory for pages made before, in bytes; 0: none")
    )
    cache_seconds: int = field(
        default=60, metadata=_told("how long a reader may keep an answer unasked")
    )
    threads: int = field(default=4, metadata=_told("threads that make answers", 1))
    access_log: bool = field(
        default=True, metadata=_told("write one JSON line a request to standard error")
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the ``TAMAS_...`` variables; what is not named keeps its default."""
        given: dict[str, Any] = {}
        for one in fields(cls):
            text = environment.get(variable(one.name))
            if text:
                given[one.name] = _read(one.name, text, one.default, one.metadata["least"])
        return cls(**given)

    def described(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield variable, value in force, default and purpose of every setting."""
        for one in fields(self):
            value = getattr(self, one.name)
            yield variable(one.name), _text(value), _text(one.default), one.metadata["says"]


def variable(name: str) -> str:
    """Return the name of a setting's environment variable."""
    return f"TAMAS_{name.upper()}"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read(name: str, text: str, default: Any, least: float) -> Any:
    if isinstance(default, bool):
        if text.lower() in _TRUE | _FALSE:
            return text.lower() in _TRUE
        raise SettingError(f"{variable(name)}: {text!r} is neither true nor false")
    if isinstance(default, Path):
        return Path(text)
    if isinstance(default, str):
        return text
    try:
        number = type(default)(text)
    except ValueError:
        raise SettingError(f"{variable(name)}: {text!r} is no number") from None
    if not least <= number < 1e15:
        raise SettingError(f"{variable(name)}: must be at least {least:g}")
    return number
