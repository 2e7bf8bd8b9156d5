"""An answer with its entity tag: not sent twice, compressed once, kept for the next reader."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import anyio.to_thread
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_SMALL = 860  # below this, compressing costs more bytes and time than it saves
_LARGE = 1_000_000
_COMPRESSED = re.compile(r"^(?:image/(?!svg)|font/|application/(?:geopackage|flatgeobuf))")
_Q_ZERO = re.compile(r"gzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """A finished answer: its headers, its body and its entity tag."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    tag: str


class Cache:
    """Answers made before, the least used thrown out first, bounded in bytes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = 0
        self._held: OrderedDict[Key, CachedResponse] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: Key) -> CachedResponse | None:
        """Return an answer and count it as used."""
        held = self._held.get(key)
        if held is not None:
            self._held.move_to_end(key)
        return held

    def put(self, key: Key, kept: CachedResponse) -> None:
        """Keep an answer, unless it alone would take more than a quarter of the room."""
        cost = _cost(key, kept)
        if cost > self.most // 4 or key in self._held:
            return
        self._held[key] = kept
        self.size += cost
        while self.size > self.most:
            old, gone = self._held.popitem(last=False)
            self.size -= _cost(old, gone)

    def clear(self) -> None:
        """Forget everything."""
        self._held.clear()
        self.size = 0


def _cost(key: Key, kept: CachedResponse) -> int:
    # Objects and headers are not free either: what is bounded is memory, not bodies alone.
    return len(kept.body) + 1500 + sum(len(part) for part in key if isinstance(part, bytes | str))


def accepts_gzip(headers: Mapping[bytes, bytes]) -> bool:
    """Tell whether a request takes gzip."""
    accepted = headers.get(b"accept-encoding", b"").decode("latin-1").lower()
    return "gzip" in accepted and not _Q_ZERO.search(accepted)


def matches(tag: str, asked: str) -> bool:
    """Tell whether an ``If-None-Match`` names a tag (weakly compared, RFC 9110, 13.1.2)."""
    if not asked:
        return False
    names = {part.strip().removeprefix("W/") for part in asked.split(",")}
    return "*" in names or tag in names


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
        zipped = accepts_gzip(asked) and len(self.body) >= _SMALL and self._compressible()
        tag = f'"{self.tag}{"-gzip" if zipped else ""}"'
        body = bytes(self.body)
        if zipped:
            level = 9 if self.lasting else 6 if len(body) < _LARGE else 1
            body = await anyio.to_thread.run_sync(lambda: gzip.compress(body, level, mtime=0))
            self.headers["content-encoding"] = "gzip"
        self.headers["etag"] = tag
        self.headers["content-length"] = str(len(body))
        kept = CachedResponse(tuple(self.raw_headers), body, tag)
        remember = scope.get("tamas.remember")
        if remember is not None:
            remember(self.digest, kept)
        await send_kept(kept, scope, send, hit=False)

    def _compressible(self) -> bool:
        return not _COMPRESSED.match(self.media_type or "")


async def send_kept(kept: CachedResponse, scope: Scope, send: Send, *, hit: bool) -> None:
    """Send a finished answer, or 304 where the reader has it."""
    asked = dict(scope["headers"]).get(b"if-none-match", b"").decode("latin-1")
    scope["tamas.hit"] = hit
    if matches(kept.tag, asked):
        names = {b"etag", b"cache-control", b"vary", b"content-security-policy", b"link"}
        headers = [pair for pair in kept.headers if pair[0] in names]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": list(kept.headers)})
    body = b"" if scope["method"] == "HEAD" else kept.body
    await send({"type": "http.response.body", "body": body})
