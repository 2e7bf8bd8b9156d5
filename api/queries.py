"""Questions about places, days and the record; the answers are those of the command."""

from __future__ import annotations

from datetime import date
from typing import Any

from api import params
from api.resource import ResourceRequest, Resources
from layers.query import filters as query
from layers.query import listing
from layers.query import search as finder
from layers.query.changes import diff as compared
from layers.query.clauses import clause_states, deadlines_passed
from layers.query.points import query_point
from layers.query.tallies import tallies

router = Resources("questions")


@router.resource("/at", "getAt", ("lon", "lat", "on", "known_by", "within", "f"), schema="at")
def at(asked: ResourceRequest) -> Any:
    """Which rows hold a point, on a day or ever."""
    given = asked.given
    lon, lat = (params.parse_float(name, params.require(given, name)) for name in ("lon", "lat"))
    within = given.get("within")
    within_km = None if within is None else params.parse_float("within", within)
    answers = query_point(asked.snapshot.points, lon, lat, **_days(asked), within_km=within_km)
    zones = [answer.as_dict() for answer in answers]
    days = {name: given.get(name) for name in ("on", "known_by")}
    return {"lon": lon, "lat": lat, **days, "zones": zones}


@router.resource("/diff", "getDiff", ("from", "to", "known_by", "f"), schema="diff")
def diff(asked: ResourceRequest) -> Any:
    """What appeared, ended or changed between two days."""
    given = asked.given
    first, last = (query.required_day(name, params.require(given, name)) for name in ("from", "to"))
    known_by = asked.day("known_by")
    zones = compared(asked.snapshot.built, first, last, known_by=known_by)
    passed = deadlines_passed(asked.record, first, last, known_by=known_by)
    days = {name: given.get(name) for name in ("from", "to", "known_by")}
    return {**days, "zones": zones, "deadlines_passed": [state.as_dict() for state in passed]}


@router.resource(
    "/claims", "getClaims", ("layer", "source", "zone", "known_by", "f"), schema="list"
)
def claims(asked: ResourceRequest) -> Any:
    """Claims of a layer, source or zone, or all."""
    chosen = {name: asked.given.get(name) for name in ("layer", "source", "zone")}
    return listing.claims(asked.record, **chosen, known_by=asked.day("known_by"))


@router.resource("/sources", "getSources", ("f",), schema="list")
def sources(asked: ResourceRequest) -> Any:
    """The sources."""
    return listing.sources(asked.record)


@router.resource("/disputes", "getDisputes", ("known_by", "f"), schema="list")
def disputes(asked: ResourceRequest) -> Any:
    """Where sources disagree."""
    return listing.disputes(asked.record, asked.day("known_by"))


@router.resource(
    "/clauses", "getClauses", ("on", "known_by", "zone", "actor", "f"), schema="clauses"
)
def clauses(asked: ResourceRequest) -> Any:
    """What was agreed, and who said what of it by a day."""
    given, record = asked.given, asked.record
    found = clause_states(
        record, **_days(asked), zones=_one(asked, "zone"), actors=_one(asked, "actor")
    )
    on, states = given.get("on", record.atlas.record_to), [state.as_dict() for state in found]
    return {"on": on, "known_by": given.get("known_by"), "clauses": states}


@router.resource("/tallies", "getTallies", ("on", "known_by", "zone", "f"), schema="list")
def counts(asked: ResourceRequest) -> Any:
    """Who counted what; the numbers cannot be added."""
    return tallies(asked.record, **_days(asked), zones=_one(asked, "zone"))


def _days(asked: ResourceRequest) -> dict[str, date | None]:
    return {name: asked.day(name) for name in ("on", "known_by")}


def _one(asked: ResourceRequest, name: str) -> list[str] | None:
    return [asked.given[name]] if name in asked.given else None


@router.resource("/timeline", "getTimeline", ("from", "to", "known_by", "f"), schema="list")
def timeline(asked: ResourceRequest) -> Any:
    """Every dated claim in order of date."""
    first, last, known_by = map(asked.day, ("from", "to", "known_by"))
    return listing.timeline(asked.record, first=first, last=last, known_by=known_by)


@router.resource("/search", "search", ("q", "limit", "f"), schema="list")
def search(asked: ResourceRequest) -> Any:
    """A place by name, in any spelling."""
    limit = params.parse_int(asked.given, "limit", 10, least=1, most=params.MOST_MATCHES)
    matches = finder.search(asked.record, params.require(asked.given, "q"), limit=limit)
    return [match.as_dict() for match in matches]
