"""The parameters of every resource: one table for parsing, refusing and documentation."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from fastapi import Request

from api.crs import SUPPORTED_CRS
from layers.build.rows import READINGS, Reading
from layers.errors import QueryError
from layers.i18n import LANGUAGES
from layers.query import filters

_DAY = {"type": "string", "format": "date"}
_INSTANT = re.compile(
    r"^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:\d{2}))?\Z",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Param:
    """A query parameter as the OpenAPI document describes it."""

    name: str
    says: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    required: bool = False
    explode: bool | None = None


def _enum(*names: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(names)}


PARAMS: dict[str, Param] = {
    param.name: param
    for param in (
        Param("f", "Format of the answer; without it, what the Accept header asks for."),
        Param(
            "lang", "Language of pages; on items, adds each one's name in it.", _enum(*LANGUAGES)
        ),
        Param("limit", "Most items on a page.", {"type": "integer", "minimum": 1}),
        Param("offset", "Items to pass over.", {"type": "integer", "minimum": 0, "default": 0}),
        Param(
            "bbox",
            "West, south, east, north (with heights: six numbers). West greater than east: over "
            "the antimeridian.",
            {
                "type": "array",
                "items": {"type": "number"},
                "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
            },
            explode=False,
        ),
        Param("bbox-crs", "Reference system of bbox.", _enum(*SUPPORTED_CRS)),
        Param("crs", "Reference system of the geometries.", _enum(*SUPPORTED_CRS)),
        Param(
            "datetime",
            "A day or instant (2020-03-05), or an interval, closed at both ends, .. for open "
            "(2020-03-05/..). Items that hold on some day of it.",
        ),
        Param("on", "One day. Rows that hold on it, certainly or possibly.", _DAY),
        Param("known_by", "Only what sources had said by the end of that day.", _DAY),
        Param("reading", "Which shape: certain, as written, possible.", _enum(*READINGS)),
        Param("filter", "A CQL2 expression over the queryables."),
        Param("filter-lang", "How the filter is written.", _enum("cql2-text", "cql2-json")),
        Param("filter-crs", "Reference system of geometries in the filter.", _enum(*SUPPORTED_CRS)),
        Param("lon", "Longitude in degrees, WGS84.", {"type": "number"}, required=True),
        Param("lat", "Latitude in degrees, WGS84.", {"type": "number"}, required=True),
        Param(
            "within",
            "Also rows outside within so many kilometres.",
            {"type": "number", "minimum": 0, "maximum": 20000},
        ),
        Param("from", "The first day.", _DAY),
        Param("to", "The last day, which is in.", _DAY),
        Param("layer", "Claims that a layer rests on."),
        Param("source", "Claims of one source."),
        Param("zone", "Claims that a zone rests on."),
        Param("q", "A name in any spelling of either script.", {"type": "string"}, required=True),
    )
}


def parse_query(request: Request, *names: str) -> dict[str, str]:
    """Return the parameters of a request; unknown and repeated ones are refused by name."""
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in names:
            known = ", ".join(names) or "none"
            raise QueryError(name, "", f"is no parameter of this resource (known: {known})")
        if name in found:
            raise QueryError(name, value, "is given twice")
        found[name] = value
    return found


def require(given: Mapping[str, str], name: str) -> str:
    """Return a parameter that must be there."""
    if name not in given:
        raise QueryError(name, "", "is missing")
    return given[name]


def optional_float(given: Mapping[str, str], name: str) -> float | None:
    """Return a finite number, None where the parameter was left out."""
    return None if name not in given else parse_float(name, given[name])


def parse_float(name: str, text: str) -> float:
    """Return a finite number from a text."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in text:
        raise QueryError(name, text, f"{text[:40]!r} is no number")
    return value


def parse_int(given: Mapping[str, str], name: str, default: int, *, least: int, most: int) -> int:
    """Return a whole number; more than ``most`` counts as ``most``."""
    text = given.get(name)
    if text is None:
        return default
    if not re.match(r"^[+-]?\d{1,30}\Z", text, re.ASCII):
        raise QueryError(name, text, f"{text[:40]!r} is no whole number")
    if int(text) < least:
        raise QueryError(name, text, f"must be at least {least}")
    return min(int(text), most)


def parse_reading(given: Mapping[str, str]) -> Reading:
    """Return a reading by name; `QueryError` lists the three."""
    text = given.get("reading", "nominal")
    for name in READINGS:
        if name == text:
            return name
    raise QueryError("reading", text, f"must be one of {', '.join(READINGS)}")


def parse_language(given: Mapping[str, str]) -> str:
    """Return the language asked for, empty for none."""
    text = given.get("lang")
    if text is not None and text not in LANGUAGES:
        raise QueryError("lang", text, f"must be one of {', '.join(LANGUAGES)}")
    return text or ""


def optional_day(given: Mapping[str, str], name: str) -> date | None:
    """Return a full day, None where the parameter was left out."""
    return filters.optional_day(name, given.get(name))


def parse_interval(text: str) -> tuple[date | None, date | None]:
    """Return the first and last day of a ``datetime``, None where it is open."""
    parts = text.split("/")
    if len(parts) == 1:
        only = _instant(text, text)
        return only, only
    if len(parts) != 2:
        raise QueryError("datetime", text, "write a day, or two with one / between them")
    first, last = (None if part in ("", "..") else _instant(part, text) for part in parts)
    if first and last and last < first:
        raise QueryError("datetime", text, "ends before it starts")
    return first, last


def _instant(text: str, whole: str) -> date:
    """Return the day of an RFC 3339 date or time, in UTC."""
    match = _INSTANT.match(text)
    try:
        if match is None:
            raise ValueError
        if match[2] is None:
            return date.fromisoformat(match[1])
        moment = datetime.fromisoformat(text.upper().replace(" ", "T"))
        return moment.astimezone(UTC).date()
    except (ValueError, OverflowError):
        message = f"{text[:40]!r} is no day or RFC 3339 time, as 2020-03-05"
        raise QueryError("datetime", whole, message) from None
