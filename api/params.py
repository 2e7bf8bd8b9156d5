"""The parameters of every resource: one table for parsing, refusing and documentation."""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from fastapi import Request

from api.crs import SUPPORTED_CRS
from api.negotiate import for_people
from layers.build.rows import READINGS
from layers.errors import QueryError
from layers.query import filters
from layers.record.texts import closest_language

MOST_MATCHES = 1000
Choice = TypeVar("Choice", bound=str)
FILTER_LANGUAGES = ("cql2-text", "cql2-json", "cql-text")
_DAY = {"type": "string", "format": "date"}
_LIST = {"type": "array", "items": {"type": "string"}}
GESTURES = ("cooperative", "greedy")
TRACKER = re.compile(r"^(?:fbclid|gclid|utm_\w+|mc_\w+)\Z", re.ASCII)
_LANGUAGE_TAG = re.compile(r"^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*\Z", re.ASCII)
_MOMENT = re.compile(
    r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?\Z",
    re.ASCII | re.IGNORECASE,
)
_PERIOD = re.compile(r"^(\d{4})(?:-(\d{2}))?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Param:
    """A query parameter as the OpenAPI document describes it."""

    name: str
    says: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    required: bool = False
    explode: bool | None = None


def enum(*names: str) -> dict[str, Any]:
    """Return the schema of a text that is one of some."""
    return {"type": "string", "enum": list(names)}


PARAMS: dict[str, Param] = {
    param.name: param
    for param in (
        Param("f", "Format of the answer; without it, what the Accept header asks for."),
        Param(
            "lang",
            "Language of pages and titles; on items, adds each one's name in it. A tag with a "
            "region counts as its language.",
        ),
        Param(
            "gesture",
            "On the map page: greedy gives one finger and the wheel to a map inside another page "
            "too, cooperative leaves them to the page everywhere.",
            enum(*GESTURES),
        ),
        Param("limit", "Most items on a page.", {"type": "integer", "minimum": 1}, explode=False),
        Param("offset", "Items to pass over.", {"type": "integer", "minimum": 0, "default": 0}),
        Param(
            "bbox",
            "West, south, east, north (with heights: six numbers). West greater than east: over "
            "the antimeridian. Items without a shape match every box.",
            {
                "type": "array",
                "items": {"type": "number"},
                "minItems": 4,
                "maxItems": 6,
                "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
            },
            explode=False,
        ),
        Param("bbox-crs", "Reference system of bbox.", enum(*SUPPORTED_CRS), explode=False),
        Param("crs", "Reference system of the geometries.", enum(*SUPPORTED_CRS), explode=False),
        Param(
            "datetime",
            "A day, instant, month or year (2020-03-05, 2020-03), or an interval, closed at both "
            "ends, .. for open (2020-03-05/..). Items that hold on some day of it, and those "
            "without a time.",
            explode=False,
        ),
        Param(
            "sortby",
            "Properties to sort by, joined with commas; after a minus falling, no value last.",
            {**_LIST, "minItems": 1},
            explode=False,
        ),
        Param("properties", "Only these properties, joined with commas.", _LIST, explode=False),
        Param(
            "profile",
            "How references to claims are written: rel-as-key, rel-as-uri, rel-as-link; which "
            "JSON: rfc7946, jsonfg. By identifier or by address in OGC's register, joined with "
            "commas.",
            _LIST,
            explode=False,
        ),
        Param("on", "One day. Rows that hold on it, certainly or possibly.", _DAY),
        Param("known_by", "Only what sources had said by the end of that day.", _DAY),
        Param("reading", "Which shape: certain, as written, possible.", enum(*READINGS)),
        Param("filter", "A CQL2 expression over the queryables."),
        Param(
            "filter-lang",
            "How the filter is written; cql-text is the old name that GDAL looks for.",
            {**enum(*FILTER_LANGUAGES), "default": FILTER_LANGUAGES[0]},
        ),
        Param(
            "filter-crs",
            "Reference system of geometries in the filter.",
            enum(*SUPPORTED_CRS),
            explode=False,
        ),
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
        Param("zone", "Only what concerns this zone."),
        Param("actor", "Clauses by which an actor must do something, or towards whom."),
        Param(
            "q",
            "A name in any spelling.",
            {"type": "string", "minLength": 1, "maxLength": 200},
            required=True,
        ),
    )
}


def parse_query(request: Request, *names: str) -> dict[str, str]:
    """Return the parameters of a request; unknown and repeated ones are refused by name.

    What other sites add to the address of a page to count its readers is passed over.
    """
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in names:
            if TRACKER.match(name) and for_people(request):
                continue
            known = ", ".join(names) or "none"
            raise QueryError(name, "", f"is no parameter of this resource (known: {known})")
        if name in found:
            raise QueryError(name, value, "is given twice")
        found[name] = value
    return found


def parse_choice(
    given: Mapping[str, str], name: str, known: Sequence[Choice], default: Choice
) -> Choice:
    """Return what is chosen of ``known``; `QueryError` lists them."""
    text = given.get(name, default)
    for one in known:
        if one == text:
            return one
    raise QueryError(name, text, f"must be one of {', '.join(known)}")


def require(given: Mapping[str, str], name: str) -> str:
    """Return a parameter that must be there."""
    if name not in given:
        raise QueryError(name, "", "is missing")
    return given[name]


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


def parse_language(given: Mapping[str, str], languages: Sequence[str]) -> str:
    """Return the language of some that is asked for, also by a more special tag; empty for none."""
    text = given.get("lang")
    if text is None:
        return ""
    found = closest_language(text, languages) if _LANGUAGE_TAG.match(text) else None
    if found is None:
        raise QueryError("lang", text, f"must be one of {', '.join(languages)}")
    return found


def optional_day(given: Mapping[str, str], name: str) -> date | None:
    """Return a full day, None where the parameter was left out."""
    return filters.optional_day(name, given.get(name))


def parse_interval(text: str) -> tuple[date | None, date | None]:
    """Return the first and last day of a ``datetime``, None where it is open."""
    parts = text.split("/")
    if len(parts) == 1:
        return _span(text, text)
    if len(parts) != 2:
        raise QueryError("datetime", text, "write a day, or two with one / between them")
    first, last = (None if part in ("", "..") else _span(part, text) for part in parts)
    if first and last and last[1] < first[0]:
        raise QueryError("datetime", text, "ends before it starts")
    return first and first[0], last and last[1]


def _span(text: str, whole: str) -> tuple[date, date]:
    """Return the first and last day of a year, a month, or an RFC 3339 date or time, in UTC."""
    try:
        if match := _PERIOD.match(text):
            year, month = int(match[1]), match[2]
            first, last = int(month or 1), int(month or 12)
            return date(year, first, 1), date(year, last, monthrange(year, last)[1])
        match = _MOMENT.match(text)
        if match is None:
            raise ValueError
        if text.startswith("0000"):  # RFC 3339 has that year, as old QGIS for "always", Python not
            date.fromisoformat(f"0004{text[4:10]}")
            return date.min, date.min
        if match[1] is None:
            day = date.fromisoformat(text)
        else:
            day = datetime.fromisoformat(text.upper()).astimezone(UTC).date()
    except (ValueError, OverflowError):
        message = f"{text[:40]!r} is no day or RFC 3339 time, as 2020-03-05"
        raise QueryError("datetime", whole, message) from None
    return day, day
