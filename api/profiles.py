"""Profiles: how references, value domains and JSON are written (Features Part 5, JSON-FG)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from api.links import address
from api.negotiate import GEOJSON, HTML, JSONFG, Representation
from api.resource import ResourceRequest
from api.table import FeatureTable, Refer
from layers.errors import QueryError
from layers.formats.ogc import CLAIMS, Link, link

_REGISTER = "http://www.opengis.net/def/profile/OGC/0/"
REFERENCES = ("rel-as-key", "rel-as-uri", "rel-as-link")
JSON = ("rfc7946", "jsonfg")
DOMAINS = ("valid-domain", "actual-domain")


def parse_profile(given: Mapping[str, str], *known: str) -> str:
    """Return the first profile that a request names of those known; the first is the default.

    A profile is named by its identifier or its address in OGC's register; others are refused.
    """
    text = given.get("profile")
    if text is None:
        return known[0]
    asked = [part.strip().removeprefix(_REGISTER) for part in text.split(",")]
    every = (*REFERENCES, *JSON) if set(known) <= {*REFERENCES, *JSON} else known
    for name in asked:
        if name not in every:
            raise QueryError("profile", text, f"must be of {', '.join(every)}")
    return next((name for name in asked if name in known), known[0])


def profiled(chosen: Representation, given: Mapping[str, str]) -> Representation:
    """Return JSON-FG where a profile asks for it of GeoJSON, else the format that was chosen."""
    wanted = parse_profile(given, *JSON)
    return JSONFG if chosen is GEOJSON and wanted == JSONFG.name else chosen


def profile_links(*names: str) -> list[Link]:
    """Return links to the profiles of an answer."""
    return [link(_REGISTER + name, "profile", HTML.media_type) for name in names]


def link_header(*names: str) -> dict[str, str]:
    """Return the header that names the profiles of an answer that has no room for links."""
    return {"link": ", ".join(f'<{_REGISTER}{name}>; rel="profile"' for name in names)}


def references(asked: ResourceRequest, profile: str, table: FeatureTable) -> Refer | None:
    """Return how a table writes the id of a claim in a profile, None for the id itself."""
    if profile == REFERENCES[0] or not table.references:
        return None
    claims = asked.snapshot.tables[CLAIMS]
    start = address(asked.request, f"/collections/{CLAIMS}/items/")
    if profile == "rel-as-uri":
        return lambda name: start + quote(name)
    summaries = claims.localised[asked.lang or asked.snapshot.languages[0]]
    return lambda name: {
        "href": start + quote(name),
        "title": summaries[claims.index[name]]["summary"],
    }
