"""Questions about places, days and the record; the answers are those of the command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response

from api import params
from api.negotiate import JSON
from api.resource import ResourceRequest
from api.snapshot import Snapshot
from layers.formats.features import dumps
from layers.query import filters as query
from layers.query import listing
from layers.query import search as finder
from layers.query.changes import diff as compared
from layers.query.clauses import clause_states, deadlines_passed
from layers.query.points import query_point
from layers.query.tallies import tallies

router = APIRouter()


Given = dict[str, str]
Answer = Callable[[Snapshot, Given], Any]


def _question(path: str, *names: str) -> Callable[[Answer], Answer]:
    """Serve what a function answers from the record and the parameters that are given."""

    def serve(answer: Answer) -> Answer:
        def respond(request: Request) -> Response:
            asked = ResourceRequest(request, (JSON,), (*names, "f"))
            return asked.reply(dumps(answer(asked.snapshot, asked.given)))

        router.add_route(path, respond, methods=["GET", "HEAD"])
        return answer

    return serve


@_question("/at", "lon", "lat", "on", "known_by", "within")
def at(snapshot: Snapshot, given: Given) -> Any:
    """Say which rows hold a point, on a day or ever."""
    lon, lat = (params.parse_float(name, params.require(given, name)) for name in ("lon", "lat"))
    asked, within = _days(given), given.get("within")
    within_km = None if within is None else params.parse_float("within", within)
    answers = query_point(snapshot.points, lon, lat, **asked, within_km=within_km)
    zones = [answer.as_dict() for answer in answers]
    days = {name: given.get(name) for name in ("on", "known_by")}
    return {"lon": lon, "lat": lat, **days, "zones": zones}


@_question("/diff", "from", "to", "known_by")
def diff(snapshot: Snapshot, given: Given) -> Any:
    """Say what appeared, ended or changed between two days."""
    first, last = (query.required_day(name, params.require(given, name)) for name in ("from", "to"))
    known_by = params.optional_day(given, "known_by")
    zones = compared(snapshot.built, first, last, known_by=known_by)
    passed = deadlines_passed(snapshot.built.record, first, last, known_by=known_by)
    days = {name: given.get(name) for name in ("from", "to", "known_by")}
    return {**days, "zones": zones, "deadlines_passed": [state.as_dict() for state in passed]}


@_question("/claims", "layer", "source", "zone", "known_by")
def claims(snapshot: Snapshot, given: Given) -> Any:
    """List the claims of a layer, source or zone, or all."""
    chosen = {name: given.get(name) for name in ("layer", "source", "zone")}
    known_by = params.optional_day(given, "known_by")
    return listing.claims(snapshot.built.record, **chosen, known_by=known_by)


@_question("/sources")
def sources(snapshot: Snapshot, _: Given) -> Any:
    """List the sources, with how many claims each gives."""
    return listing.sources(snapshot.built.record)


@_question("/disputes", "known_by")
def disputes(snapshot: Snapshot, given: Given) -> Any:
    """List where sources disagree, and what the map does about it."""
    return listing.disputes(snapshot.built.record, params.optional_day(given, "known_by"))


@_question("/clauses", "on", "known_by", "zone", "actor")
def clauses(snapshot: Snapshot, given: Given) -> Any:
    """Say what was agreed, and who had said what of it by a day."""
    record = snapshot.built.record
    found = clause_states(
        record, **_days(given), zones=_one(given, "zone"), actors=_one(given, "actor")
    )
    on, states = given.get("on", record.atlas.record_to), [state.as_dict() for state in found]
    return {"on": on, "known_by": given.get("known_by"), "clauses": states}


@_question("/tallies", "on", "known_by", "zone")
def counts(snapshot: Snapshot, given: Given) -> Any:
    """Say who counted what."""
    return tallies(snapshot.built.record, **_days(given), zones=_one(given, "zone"))


def _days(given: Given) -> dict[str, date | None]:
    return {name: params.optional_day(given, name) for name in ("on", "known_by")}


def _one(given: Given, name: str) -> list[str] | None:
    return [given[name]] if name in given else None


@_question("/timeline", "from", "to", "known_by")
def timeline(snapshot: Snapshot, given: Given) -> Any:
    """List every dated claim in order of date."""
    first, last, known_by = (
        params.optional_day(given, name) for name in ("from", "to", "known_by")
    )
    return listing.timeline(snapshot.built.record, first=first, last=last, known_by=known_by)


@_question("/search", "q", "limit")
def search(snapshot: Snapshot, given: Given) -> Any:
    """Find a place by name, in any spelling."""
    limit = params.parse_int(given, "limit", 10, least=1, most=params.MOST_MATCHES)
    matches = finder.search(snapshot.built.record, params.require(given, "q"), limit=limit)
    return [match.as_dict() for match in matches]
