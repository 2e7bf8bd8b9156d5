"""Formats: which ones a resource comes in, and which one a request is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request
from starlette.exceptions import HTTPException

from layers.errors import QueryError
from layers.record.texts import closest_language


@dataclass(frozen=True, slots=True)
class Representation:
    """A format by the name that ``f=`` gives it, and the media types that ask for it.

    The type is what links name; an answer's header adds the character set of text.
    """

    name: str
    media_type: str
    title: str
    also: tuple[str, ...] = ()

    def fits(self, wanted: str) -> bool:
        """Tell whether a media range of an Accept header asks for it."""
        types = (self.media_type, *self.also)
        return wanted == "*/*" or any(wanted in (one, f"{one.split('/')[0]}/*") for one in types)


JSON = Representation("json", "application/json", "JSON")
GEOJSON = Representation("json", "application/geo+json", "GeoJSON", ("application/json", "geojson"))
HTML = Representation("html", "text/html", "HTML", ("application/xhtml+xml",))
JSONFG = Representation(
    "jsonfg", "application/geo+json;profile=jsonfg", "JSON-FG", ("application/vnd.ogc.fg+json",)
)
JSONLD = Representation("jsonld", "application/ld+json", "JSON-LD (schema.org)")
CSV = Representation("csv", "text/csv", "CSV")
GPKG = Representation("gpkg", "application/geopackage+sqlite3", "GeoPackage")
FGB = Representation("fgb", "application/flatgeobuf", "FlatGeobuf")
SCHEMA = Representation("json", "application/schema+json", "JSON Schema", ("application/json",))
OPENAPI = Representation(
    "json",
    "application/vnd.oai.openapi+json;version=3.0",
    "OpenAPI 3.0",
    ("application/vnd.oai.openapi+json", "application/json"),
)

METADATA = (JSON, HTML)


def choose(
    request: Request, given: Mapping[str, str], offers: tuple[Representation, ...]
) -> Representation:
    """Return the format a request is for: ``f``, else what Accept prefers, else the first."""
    if "f" in given:
        named = {offer.name: offer for offer in offers}
        if given["f"] not in named:
            raise QueryError("f", given["f"], f"must be one of {', '.join(named)}")
        return named[given["f"]]
    accept = request.headers.get("accept", "").strip()
    if not accept:
        return offers[0]
    for wanted, weight in _wanted(accept):
        if weight <= 0:
            break
        for offer in offers:
            if offer.fits(wanted):
                return offer
    known = ", ".join(offer.media_type for offer in offers)
    raise HTTPException(406, f"none of what Accept names is offered here; offered: {known}")


def for_people(request: Request) -> bool:
    """Tell whether a request is for a page: by ``f``, else by what browsers always accept."""
    name = request.query_params.get("f")
    return name == HTML.name or (name is None and "text/html" in request.headers.get("accept", ""))


def _wanted(accept: str) -> list[tuple[str, float]]:
    """Return media ranges, the preferred first."""
    ranges = []
    for part in accept.lower().split(","):
        name, *more = (bit.strip().replace('"', "") for bit in part.split(";"))
        if "profile=jsonfg" in more:  # the one profile that an answer here can have
            name += ";profile=jsonfg"
        weight = next((bit[2:] for bit in more if bit.startswith("q=")), "1")
        try:
            ranges.append((name, float(weight)))
        except ValueError:
            ranges.append((name, 0.0))
    return sorted(ranges, key=lambda item: -item[1])


def language_of(request: Request, lang: str, languages: Sequence[str]) -> str:
    """Return the language of a page: as asked for, else what Accept-Language prefers of some."""
    if lang:
        return lang
    for wanted, weight in _wanted(request.headers.get("accept-language", "")):
        if weight > 0 and (found := closest_language(wanted, languages)):
            return found
    return languages[0]
