"""Addresses and links, absolute, as a reader behind any proxy must write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from fastapi import Request

from api.negotiate import Representation
from layers.formats.ogc import Link, link

_HOST = re.compile(r"^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?\Z")


def base(request: Request) -> str:
    """Return the address of the service without a final slash, found once a request."""
    held: str | None = request.scope.get("tamas.base")
    if held is None:
        held = request.scope["tamas.base"] = _base(request)
    return held


def _base(request: Request) -> str:
    public: str = request.app.state.settings.public_url
    if public:
        return public.rstrip("/")
    host = request.headers.get("host", "")
    # A host that is none would only lead readers astray, so it does not get into links.
    host = host if _HOST.match(host) else "localhost"
    return f"{request.scope['scheme']}://{host}{request.scope.get('root_path', '').rstrip('/')}"


def route(request: Request) -> str:
    """Return the path of a request below the service's own address."""
    path: str = request.scope["path"]
    root = request.scope.get("root_path", "").rstrip("/")
    return path.removeprefix(root) if root and path.startswith(root + "/") else path


def address(request: Request, path: str, given: Mapping[str, str] | None = None) -> str:
    """Return the address of a path of the service with parameters."""
    query = urlencode(given, safe=":,/[]") if given else ""
    return f"{base(request)}{quote(path, safe='/:.')}{'?' + query if query else ''}"


def representations(
    request: Request,
    given: Mapping[str, str],
    chosen: Representation,
    offers: tuple[Representation, ...],
) -> list[Link]:
    """Return links to this resource as it is and in every other format."""
    here = route(request)
    # The format comes last where none was asked for: then the rest need be written only once.
    start = "" if "f" in given else f"{address(request, here, given)}{'&' if given else '?'}f="
    made = []
    for offer in offers:
        same = offer is chosen
        href = (
            f"{start}{offer.name}" if start else address(request, here, {**given, "f": offer.name})
        )
        title = "This document" if same else f"This document as {offer.title}"
        made.append(link(href, "self" if same else "alternate", offer.media_type, title))
    return sorted(made, key=lambda item: item["rel"] != "self")


def about(
    request: Request, given: Mapping[str, str], chosen: Representation, lang: str = ""
) -> str:
    """Return what an answer depends on besides the record: the base of its entity tag."""
    asked = urlencode(sorted((k, v) for k, v in given.items() if k != "f"))
    return f"{address(request, route(request))}?{asked}#{chosen.name}#{chosen.media_type}#{lang}"
