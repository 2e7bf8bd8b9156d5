"""An answer with its entity tag: not sent twice, compressed once, kept for the next reader."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

import anyio.to_thread
from cachetools import LRUCache
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_OF_304 = (b"etag", b"cache-control", b"vary", b"content-security-policy", b"link")
_SMALL = 860  # below this, compressing costs more bytes and time than it saves
_LARGE = 1_000_000
_COMPRESSED = re.compile(r"^(?:image/(?!svg)|font/|application/(?:geopackage|flatgeobuf))")
_Q_ZERO = re.compile(r"gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """A finished answer: its headers, its body and its entity tag."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    tag: str

    @property
    def size(self) -> int:
        """Return about how many bytes of memory it takes, its key and headers among them."""
        return len(self.body) + 2000


def response_cache(max_bytes: int) -> LRUCache[tuple[str, bytes], CachedResponse]:
    """Return a cache of answers, the least used thrown out first, bounded in bytes."""
    return LRUCache(max_bytes, getsizeof=lambda response: response.size)


def accepts_gzip(headers: Mapping[bytes, bytes]) -> bool:
    """Tell whether a request takes gzip."""
    accepted = headers.get(b"accept-encoding", b"").decode("latin-1").lower()
    return "gzip" in accepted and not _Q_ZERO.search(accepted)


def matches(tag: str, asked: str) -> bool:
    """Tell whether an ``If-None-Match`` names a tag (weakly compared, RFC 9110, 13.1.2)."""
    names = {part.strip().removeprefix("W/") for part in asked.split(",")}
    return not names.isdisjoint({"*", tag})


class Reply(Response):
    """An answer tagged by the record, the normalised question and the format.

    No body is hashed: ``about`` names everything that the body depends on.
    """

    def __init__(
        self,
        body: bytes,
        media_type: str,
        *,
        about: str,
        digest: str,
        max_age: int = 0,
        vary: str = "Accept, Accept-Encoding",
        headers: Mapping[str, str] | None = None,
        immutable: bool = False,
        lasting: bool = False,
    ) -> None:
        super().__init__(body, media_type=media_type, headers=dict(headers or {}))
        self.digest = digest
        # Made once a record and sent to every reader: worth the best compression.
        self.lasting = lasting or immutable
        self.tag = hashlib.sha256(f"{digest}\n{about}".encode()).hexdigest()[:32]
        age = f"public, max-age={max_age}" if max_age else "no-cache"
        self.headers["cache-control"] = "public, max-age=31536000, immutable" if immutable else age
        self.headers["vary"] = vary

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # ASGI
        """Send it whole, compressed, or as 304, and keep it."""
        asked = dict(scope["headers"])
        small = len(self.body) < _SMALL or _COMPRESSED.match(self.media_type or "")
        zipped = accepts_gzip(asked) and not small
        tag = f'"{self.tag}{"-gzip" if zipped else ""}"'
        body = bytes(self.body)
        if zipped:
            level = 9 if self.lasting else 6 if len(body) < _LARGE else 1
            body = await anyio.to_thread.run_sync(lambda: gzip.compress(body, level, mtime=0))
            self.headers["content-encoding"] = "gzip"
        self.headers["etag"] = tag
        self.headers["content-length"] = str(len(body))
        response = CachedResponse(tuple(self.raw_headers), body, tag)
        remember = scope.get("tamas.remember")
        if remember is not None:
            remember(self.digest, response)
        await send_cached(response, scope, send, hit=False)


async def send_cached(response: CachedResponse, scope: Scope, send: Send, *, hit: bool) -> None:
    """Send a finished answer, or 304 where the reader has it."""
    asked = dict(scope["headers"]).get(b"if-none-match", b"").decode("latin-1")
    scope["tamas.hit"] = hit
    status, headers = 200, list(response.headers)
    body = b"" if scope["method"] == "HEAD" else response.body
    if matches(response.tag, asked):
        status, body = 304, b""
        headers = [pair for pair in headers if pair[0] in _OF_304]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
