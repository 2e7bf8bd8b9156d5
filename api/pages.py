"""The map page, its data and its assets; all made once, when the application starts."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.exceptions import HTTPException

from api.params import On, only
from layers import query
from layers.build import Layers
from layers.errors import QueryError
from layers.export import dumps
from layers.maps import page_assets, page_csp, render_page
from layers.maps.data import first_and_rest, page_data

router = APIRouter(include_in_schema=False)
LANGUAGES = ("en", "ar")


@dataclass(frozen=True, slots=True)
class Body:
    """Bytes ready to send, as they are and compressed, with their entity tag."""

    data: bytes
    zipped: bytes
    media_type: str
    tag: str
    csp: str | None = None

    @classmethod
    def of(cls, data: bytes, media_type: str, csp: str | None = None) -> Body:
        """Compress once and tag by content."""
        tag = hashlib.sha256(data).hexdigest()[:32]
        return cls(data, gzip.compress(data, 6, mtime=0), media_type, tag, csp)


class Pages:
    """The pages of one application: by language, with data and assets."""

    def __init__(self, layers: Layers) -> None:
        data = page_data(layers)
        opens_on = layers.record.atlas.opens_on
        first, rest = first_and_rest(data)
        self.data = Body.of(dumps(first), "application/json")
        self.rest = Body.of(dumps(rest), "application/json")
        self.assets = {
            name: Body.of(asset.body, asset.media_type) for name, asset in page_assets().items()
        }
        self.maps = {}
        for lang in LANGUAGES:
            html = render_page(data, mode="service", lang=lang, on=opens_on)
            self.maps[lang] = Body.of(
                html.encode(), "text/html; charset=utf-8", page_csp(html, frame_ancestors="*")
            )


@router.get("/", dependencies=[only("on", "lang")])
def the_map(
    request: Request,
    on: On = None,
    lang: Annotated[str, Query(max_length=10)] = "en",
) -> Response:
    """Show the map; the day and the language can be in the address."""
    pages: Pages = request.app.state.pages
    if lang not in LANGUAGES:
        raise QueryError("lang", lang, f"must be one of {', '.join(LANGUAGES)}")
    query.check_day(request.app.state.layers.record, query.day("on", on))
    if on is None:
        return _send(request, pages.maps[lang])
    return Response(status_code=303, headers={"location": f"./?lang={lang}#on={on}&lang={lang}"})


@router.get("/map/data.json", dependencies=[only()])
def map_data(request: Request) -> Response:
    """Return what the page shows first: the day it opens on."""
    pages: Pages = request.app.state.pages
    return _send(request, pages.data)


@router.get("/map/rest.json", dependencies=[only()])
def map_rest(request: Request) -> Response:
    """Return the rest of what the page shows: other days' shapes, and the evidence."""
    pages: Pages = request.app.state.pages
    return _send(request, pages.rest)


@router.get("/assets/{name}", dependencies=[only()])
def asset(request: Request, name: str) -> Response:
    """Return a script, style, font or image of the page."""
    pages: Pages = request.app.state.pages
    if name not in pages.assets:
        raise HTTPException(404, f"there is no asset {name!r}")
    return _send(request, pages.assets[name])


def _send(request: Request, body: Body) -> Response:
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    headers = {
        "etag": f'"{body.tag}{"-gzip" if zipped else ""}"',
        "cache-control": "no-cache",
        "vary": "Accept-Encoding",
    }
    if body.csp:
        headers["content-security-policy"] = body.csp
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if zipped:
        headers["content-encoding"] = "gzip"
    return Response(
        body.zipped if zipped else body.data, media_type=body.media_type, headers=headers
    )
