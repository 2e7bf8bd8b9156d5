"""Errors as problem details (RFC 9457, application/problem+json).

One table maps what can go wrong to a status; `HTTPException` stays inside `api`.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from api import html
from api.negotiate import for_people, language_of
from layers.errors import QueryError, TamasError, UnknownId
from layers.i18n.catalogue import SOURCE
from layers.record.texts import closest_language

STATUS: dict[type[TamasError], HTTPStatus] = {
    QueryError: HTTPStatus.BAD_REQUEST,
    UnknownId: HTTPStatus.NOT_FOUND,
    TamasError: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def problem(status: int, detail: str, **more: Any) -> Response:
    """Return a problem document with a title, a detail and what else is known."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return Response(
        orjson.dumps(body, option=orjson.OPT_SORT_KEYS),
        status_code=status,
        media_type="application/problem+json",
    )


def install(app: FastAPI) -> None:
    """Make every error of the application a problem document."""
    app.add_exception_handler(TamasError, _failed)
    app.add_exception_handler(HTTPException, _failed)


def _missing(request: Request, detail: str) -> Response:
    """Return the page for an address that leads nowhere."""
    snapshot = request.app.state.current.snapshot
    asked = closest_language(request.query_params.get("lang", ""), snapshot.languages)
    lang = language_of(request, asked or "", snapshot.languages)
    page = html.HtmlPage(request, snapshot, lang)
    return Response(
        page.render_below("missing", "api.missing", detail=detail, source=SOURCE),
        HTTPStatus.NOT_FOUND,
        {"content-security-policy": html.POLICY, "content-language": lang},
        "text/html",
    )


def allowed(scope: Scope) -> str:
    """Return the methods of the resource that a request names, empty where there is none."""
    routes = [one for one in scope["app"].routes if one.matches(scope)[0] != Match.NONE]
    found = {method for route in routes for method in route.methods}
    return ", ".join([*sorted(found), "OPTIONS"] if found else [])


async def _failed(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        status, detail = error.status_code, str(error.detail)
    else:
        status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
        detail = str(error)
    if status == HTTPStatus.NOT_FOUND and for_people(request):
        return _missing(request, detail)
    more = {"parameter": error.parameter} if isinstance(error, QueryError) else {}
    response = problem(status, detail, **more)
    response.headers.update(getattr(error, "headers", None) or {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        # An address may have a route for each method, and the router names those of one.
        response.headers["allow"] = allowed(request.scope)
    return response
