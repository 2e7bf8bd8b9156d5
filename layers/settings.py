"""Settings: where the record is, how the service listens and what it allows.

Every field of `Settings` has a ``TAMAS_...`` variable of its name in capitals; `tamas serve
--print-settings` prints them all with what is in force.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from layers.errors import TamasError

BUNDLED_SEEDS = Path(__file__).resolve().parent.parent / "seeds"
_PREFIX = "TAMAS_"
LOOPBACK = ("localhost", "127.0.0.1", "::1")

Count = Annotated[int, Field(ge=1, lt=10**15)]
Amount = Annotated[int, Field(ge=0, lt=10**15)]
Seconds = Annotated[float, Field(ge=0, lt=1e15)]


class SettingError(TamasError):
    """A ``TAMAS_...`` variable that cannot be understood."""


class Limits(BaseSettings):
    """What a record may take: far more than one needs, and little enough for any machine.

    They are told from outside, because a stranger wrote the record.
    """

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_ignore_empty=True, frozen=True, allow_inf_nan=False
    )

    max_file_bytes: Annotated[int, Field(ge=1, le=64_000_000)] = Field(
        8_000_000, description="largest file of the record, in bytes"
    )
    max_record_bytes: Count = Field(64_000_000, description="all files of the record, in bytes")
    max_record_values: Count = Field(20_000, description="most values in one entry of the record")
    max_zones: Count = Field(2_000, description="most zones in the record")
    max_periods: Count = Field(250, description="most periods of a zone")
    max_rows: Count = Field(10_000, description="most periods of all zones together")
    max_entries: Count = Field(
        50_000, description="most claims in the record, as of places, sources, actors, disputes"
    )
    max_trace_vertices: Count = Field(20_000, description="most vertices of a trace or a ring")
    max_recipe_parts: Count = Field(500, description="most recipes and pieces within a recipe")
    max_recipe_depth: Annotated[int, Field(ge=1, le=60)] = Field(
        40, description="most recipes in each other, the zones that they name among them"
    )
    max_width_km: Count = Field(1_000, description="widest distance of a recipe, in kilometres")
    max_line_points: Count = Field(
        250_000, description="most points in the outline of one line's width"
    )
    max_crossings: Count = Field(
        500_000, description="most pairs of edges that meet where shapes are laid over each other"
    )
    max_points_drawn: Count = Field(10_000_000, description="most points in all shapes together")
    max_faults: Count = Field(1_000, description="most faults of a record that are listed")


def _address(text: str) -> str:
    """Return an address that readers can follow; a scheme left out makes every link a path."""
    if text and not re.match(r"https?://[^\s/?#@]+(/[^\s?#]*)?\Z", text, re.IGNORECASE):
        raise ValueError("write it whole, as https://news.example/atlas")
    return text


class Settings(Limits):
    """What a process is told from outside; an empty variable counts as none."""

    seeds: Path = Field(BUNDLED_SEEDS, description="folder of the record")
    public_url: Annotated[str, AfterValidator(_address)] = Field(
        "",
        description="address at which readers reach the service, with its path; empty: as asked",
    )
    allowed_hosts: str = Field(
        "",
        description="hosts that readers may ask for, joined with commas; others are refused, but "
        "for those of this machine; empty: any",
    )
    root_path: str = Field("", description="path under which a proxy passes requests on, as /atlas")
    reload_seconds: Seconds = Field(
        2.0, description="seconds between looks for a changed record; 0: never"
    )
    default_limit: Count = Field(100, description="items on a page where no limit is given")
    max_limit: Count = Field(
        10_000, description="most items on a page; a larger limit counts as this"
    )
    max_query_bytes: Count = Field(16_384, description="longest query string, in bytes")
    max_filter_vertices: Count = Field(5_000, description="most vertices in a filter's geometries")
    max_filter_depth: Count = Field(24, description="deepest nesting of a filter")
    max_filter_terms: Count = Field(300, description="most operators and values in a filter")
    max_points: Count = Field(10_000, description="most points in one POST /at")
    max_large_bodies: Count = Field(
        2, description="most bodies longer than 1 MB that are read at a time; more wait outside"
    )
    max_body_bytes: Count = Field(8_000_000, description="largest body of a request, in bytes")
    timeout_seconds: Annotated[float, Field(ge=0.1, lt=1e15)] = Field(
        30.0, description="longest time for one answer to begin"
    )
    cache_bytes: Amount = Field(
        64_000_000, description="memory for pages made before, in bytes; 0: none"
    )
    cache_seconds: Amount = Field(60, description="how long a reader may keep an answer unasked")
    threads: Count = Field(4, description="threads that make answers")
    access_log: bool = Field(True, description="write one JSON line a request to standard error")

    @property
    def hosts(self) -> frozenset[str]:
        """Return the hosts that are known: those allowed, and those of this machine."""
        named = (host.strip().lower() for host in self.allowed_hosts.split(","))
        return frozenset({*filter(None, named), *LOOPBACK})

    def described(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield variable, value in force, default and purpose of every setting."""
        for name, field in type(self).model_fields.items():
            value = _text(getattr(self, name))
            yield variable(name), value, _text(field.default), field.description or ""


def read_settings(**given: Any) -> Settings:
    """Return the settings of the environment, with what is given in place of its variables.

    Raises
    ------
    SettingError
        Naming each variable that cannot be understood.

    """
    return _read(Settings, given)


def read_limits() -> Limits:
    """Return the limits of the environment; `SettingError` as of `read_settings`."""
    return _read(Limits, {})


S = TypeVar("S", bound=Limits)


def _read(kind: type[S], given: dict[str, Any]) -> S:
    try:
        return kind(**given)
    except ValidationError as error:
        told = (
            f"{variable(str(fault['loc'][0]))}: {fault['input']!r}: {fault['msg'].lower()}"
            for fault in error.errors()
        )
        raise SettingError("; ".join(told)) from None


def variable(name: str) -> str:
    """Return the name of a setting's environment variable."""
    return f"{_PREFIX}{name.upper()}"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
