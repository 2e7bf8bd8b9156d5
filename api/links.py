"""Addresses and links, absolute, as a reader behind any proxy must write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from fastapi import Request

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
