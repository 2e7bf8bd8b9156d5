"""What every request passes: its id, limits, the answers kept, headers and the access log.

Plain ASGI, because Starlette's function middleware costs more than the rest of an answer.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import secrets
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import allowed, problem
from api.links import address, route
from api.responses import CachedResponse, accepts_gzip, send_cached
from layers.settings import Settings

if TYPE_CHECKING:
    from api.snapshot import Current

access = logging.getLogger("tamas.access")
log = logging.getLogger("tamas")
_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")
# A page may be framed by a newsroom's own site; everything else of the sender's is kept back.
_HEADERS = (
    # Answers that are no page may load nothing at all, should a browser show one as a page.
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"permissions-policy", b"geolocation=(), camera=(), microphone=()"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Content-Crs, ETag, Link, X-Request-Id"),
)
_PREFLIGHT = {
    "access-control-allow-headers": "Accept, Content-Type, If-None-Match, X-Request-Id",
    "access-control-max-age": "86400",
}


class Middleware:
    """The outermost layer of one application."""

    def __init__(self, app: ASGIApp, *, settings: Settings, current: Current) -> None:
        self.app = app
        self.settings = settings
        self._hosts = settings.hosts
        self.current = current

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what goes wrong beyond every table is a problem document."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self.settings.root_path and not scope.get("root_path"):
            scope["root_path"] = self.settings.root_path.rstrip("/")
        known = self.settings.public_url or _host(dict(scope["headers"])) in self._hosts
        context = RequestContext(scope, send, private=not known)
        try:
            await self._answer(scope, receive, context)
        except TimeoutError:
            limit = f"the answer took longer than {self.settings.timeout_seconds:g} s"
            await context.fail(problem(503, limit), receive)
        except Exception:
            log.exception("request %s failed", context.id)
            detail = f"the service failed; the log has it as request {context.id}"
            await context.fail(problem(500, detail), receive)
        finally:
            if self.settings.access_log and access.isEnabledFor(logging.INFO):
                context.log()

    async def _answer(self, scope: Scope, receive: Receive, context: RequestContext) -> None:
        headers = dict(scope["headers"])
        at_once = self._at_once(scope, headers)
        if at_once is not None:
            await at_once(scope, receive, context.send)
            return
        if scope["method"] in ("GET", "HEAD"):
            key = _key(scope, headers)
            cached = self.current.cache.get((self.current.snapshot.digest, key))
            if cached is not None:
                await send_cached(cached, scope, context.send, hit=True)
                return

            def remember(digest: str, response: CachedResponse) -> None:
                # One that alone takes more than a quarter of the room would push out too many.
                if response.size <= self.settings.cache_bytes // 4:
                    self.current.cache[digest, key] = response

            scope["tamas.remember"] = remember
        async with asyncio.timeout(self.settings.timeout_seconds) as limit:
            context.limit = limit
            await self.app(scope, receive, context.send)

    def _at_once(self, scope: Scope, headers: dict[bytes, bytes]) -> Response | None:
        """Return the answer to what no resource need see: refused, moved or asked by OPTIONS."""
        most = self.settings.max_query_bytes
        if len(scope["query_string"]) > most:
            return problem(414, f"the query string is longer than {most} bytes")
        if self.settings.allowed_hosts and _host(headers) not in self._hosts:
            return problem(421, "this host is none of those that TAMAS_ALLOWED_HOSTS names")
        length = headers.get(b"content-length", b"0")
        # Python refuses to make a number of thousands of digits.
        if not length.isdigit() or int(length[:20]) > self.settings.max_body_bytes:
            return problem(413, f"the body is longer than {self.settings.max_body_bytes} bytes")
        if there := _without_slash(scope):
            return Response(status_code=308, headers={"location": there})
        if scope["method"] == "OPTIONS" and (methods := allowed(scope)):
            named = {"access-control-allow-methods": methods, "allow": methods}
            return Response(status_code=204, headers={**named, **_PREFLIGHT})
        return None


def _host(headers: dict[bytes, bytes]) -> str:
    """Return the host that a request names, without its port."""
    host = headers.get(b"host", b"").decode("latin-1").lower()
    return re.sub(r":\d*$", "", host).strip("[]")


def _kept_private(pair: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Return a header; what links follow from a host that nobody named is no answer for others."""
    name, value = pair
    if name != b"cache-control" or b"immutable" in value:
        return pair
    return name, value.replace(b"public", b"private")


def _without_slash(scope: Scope) -> str:
    """Return where an address with a slash too many leads, empty where it has none."""
    path = scope["path"].rstrip("/")
    if scope["path"] == path:
        return ""
    request = Request(scope)
    if route(request) == "/" or not allowed({**scope, "path": path}):
        return ""
    query = scope["query_string"].decode("latin-1")
    return address(request, route(request).rstrip("/")) + (f"?{query}" if query else "")


def _key(scope: Scope, headers: dict[bytes, bytes]) -> bytes:
    """Return what an answer depends on besides the record, as a digest: always as short."""
    parts = (
        scope["scheme"],
        headers.get(b"host", b""),
        scope.get("root_path", ""),
        scope["path"],
        scope["query_string"],
        headers.get(b"accept", b""),
        headers.get(b"accept-language", b""),
        accepts_gzip(headers),
    )
    return hashlib.sha256(repr(parts).encode()).digest()


class RequestContext:
    """One request on its way: what it is called, what was sent, how long it took."""

    def __init__(self, scope: Scope, send: Send, *, private: bool) -> None:
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        self.id = given if _ID.match(given) else secrets.token_hex(8)
        self.scope, self._send, self.private = scope, send, private
        self.limit: asyncio.Timeout | None = None
        self._start = time.perf_counter()
        self.status = self.bytes = 0

    async def send(self, message: Message) -> None:
        """Pass a message on, with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self.limit is not None:
                self.limit.reschedule(None)  # it has begun; how fast it is read is the reader's
            headers = list(message.get("headers", ()))
            if self.private:
                headers = [_kept_private(pair) for pair in headers]
            names = {name for name, _ in headers}
            headers += [pair for pair in _HEADERS if pair[0] not in names]
            headers.append((b"x-request-id", self.id.encode()))
            message = {**message, "headers": headers}
        else:
            self.bytes += len(message.get("body", b""))
        await self._send(message)

    async def fail(self, problem: Response, receive: Receive) -> None:
        """Send a problem document where nothing has been sent yet."""
        if self.status == 0:
            self.limit = None
            await problem(self.scope, receive, self.send)

    def log(self) -> None:
        """Write the line of the access log."""
        client = self.scope.get("client")
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "id": self.id,
            "client": client[0] if client else None,
            "method": self.scope["method"],
            "path": self.scope["path"],
            "query": self.scope["query_string"].decode("latin-1")[:2000],
            "status": self.status,
            "bytes": self.bytes,
            "ms": round((time.perf_counter() - self._start) * 1000, 2),
            "kept": bool(self.scope.get("tamas.hit")),
        }
        access.info("%s", orjson.dumps(line).decode())
