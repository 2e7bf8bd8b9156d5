"""Questions about places, days and the record; the answers are those of the command."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from api import params
from api.features import reply, snapshot_of
from api.negotiate import JSON, choose
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
_GET = ["GET", "HEAD"]


def _answer(request: Request, given: dict[str, str], snapshot: Snapshot, body: Any) -> Response:
    chosen = choose(request, given, (JSON,))
    return reply(request, dumps(body), chosen, given, snapshot)


@router.route("/at", methods=_GET)
def at(request: Request) -> Response:
    """Say which rows hold a point, on a day or ever."""
    given = params.parse_query(request, "lon", "lat", "on", "known_by", "within", "f")
    lon = params.parse_float("lon", params.require(given, "lon"))
    lat = params.parse_float("lat", params.require(given, "lat"))
    snapshot = snapshot_of(request)
    answers = query_point(
        snapshot.built,
        lon,
        lat,
        on=params.optional_day(given, "on"),
        known_by=params.optional_day(given, "known_by"),
        within_km=params.optional_float(given, "within"),
        index=snapshot.points,
    )
    body = {
        "lon": lon,
        "lat": lat,
        "on": given.get("on"),
        "known_by": given.get("known_by"),
        "zones": [answer.as_dict() for answer in answers],
    }
    return _answer(request, given, snapshot, body)


@router.route("/diff", methods=_GET)
def diff(request: Request) -> Response:
    """Say what appeared, ended or changed between two days."""
    given = params.parse_query(request, "from", "to", "known_by", "f")
    first, last = (query.required_day(name, params.require(given, name)) for name in ("from", "to"))
    snapshot = snapshot_of(request)
    known_by = params.optional_day(given, "known_by")
    zones = compared(snapshot.built, first, last, known_by=known_by)
    passed = deadlines_passed(snapshot.built.record, first, last, known_by=known_by)
    body = {
        "from": given["from"],
        "to": given["to"],
        "known_by": given.get("known_by"),
        "zones": zones,
        "deadlines_passed": [state.as_dict() for state in passed],
    }
    return _answer(request, given, snapshot, body)


@router.route("/claims", methods=_GET)
def claims(request: Request) -> Response:
    """List the claims of a layer, source or zone, or all."""
    given = params.parse_query(request, "layer", "source", "zone", "known_by", "f")
    snapshot = snapshot_of(request)
    found = listing.claims(
        snapshot.built.record,
        layer=given.get("layer"),
        source=given.get("source"),
        zone=given.get("zone"),
        known_by=params.optional_day(given, "known_by"),
    )
    return _answer(request, given, snapshot, found)


@router.route("/sources", methods=_GET)
def sources(request: Request) -> Response:
    """List the sources, with how many claims each gives."""
    given = params.parse_query(request, "f")
    snapshot = snapshot_of(request)
    return _answer(request, given, snapshot, listing.sources(snapshot.built.record))


@router.route("/disputes", methods=_GET)
def disputes(request: Request) -> Response:
    """List where sources disagree, and what the map does about it."""
    given = params.parse_query(request, "known_by", "f")
    snapshot, known_by = snapshot_of(request), params.optional_day(given, "known_by")
    return _answer(request, given, snapshot, listing.disputes(snapshot.built.record, known_by))


@router.route("/clauses", methods=_GET)
def clauses(request: Request) -> Response:
    """Say what was agreed, and who had said what of it by a day."""
    given = params.parse_query(request, "on", "known_by", "zone", "actor", "f")
    snapshot = snapshot_of(request)
    record = snapshot.built.record
    zone, actor = given.get("zone"), given.get("actor")
    found = clause_states(
        record,
        on=params.optional_day(given, "on"),
        known_by=params.optional_day(given, "known_by"),
        zones=None if zone is None else [zone],
        actors=None if actor is None else [actor],
    )
    body = {
        "on": given.get("on", record.atlas.record_to),
        "known_by": given.get("known_by"),
        "clauses": [state.as_dict() for state in found],
    }
    return _answer(request, given, snapshot, body)


@router.route("/tallies", methods=_GET)
def counts(request: Request) -> Response:
    """Say who counted what."""
    given = params.parse_query(request, "on", "known_by", "zone", "f")
    snapshot = snapshot_of(request)
    zone = given.get("zone")
    found = tallies(
        snapshot.built.record,
        on=params.optional_day(given, "on"),
        known_by=params.optional_day(given, "known_by"),
        zones=None if zone is None else [zone],
    )
    return _answer(request, given, snapshot, found)


@router.route("/timeline", methods=_GET)
def timeline(request: Request) -> Response:
    """List every dated claim in order of date."""
    given = params.parse_query(request, "from", "to", "known_by", "f")
    snapshot = snapshot_of(request)
    found = listing.timeline(
        snapshot.built.record,
        first=params.optional_day(given, "from"),
        last=params.optional_day(given, "to"),
        known_by=params.optional_day(given, "known_by"),
    )
    return _answer(request, given, snapshot, found)


@router.route("/search", methods=_GET)
def search(request: Request) -> Response:
    """Find a place by name, in any spelling."""
    given = params.parse_query(request, "q", "limit", "f")
    limit = params.parse_int(given, "limit", 10, least=1, most=params.MOST_MATCHES)
    snapshot = snapshot_of(request)
    matches = finder.search(snapshot.built.record, params.require(given, "q"), limit=limit)
    return _answer(request, given, snapshot, [match.as_dict() for match in matches])
