"""Digests of every part of a page that is one file, written at its end, and their check.

A part is the text of one script or style element; what is left of the file, with the words of
the seal, is its frame. Every byte belongs to one of them or is a digest itself. The seal shows that
nothing was changed since; it does not show who built the file, for whoever changes it can seal it
again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from layers.errors import ExportError
from layers.web.page.blocks import json_block

SEAL = "tamas-seal"
# Text in these elements is raw: it ends at the first end tag of their name and nowhere else.
_RAW = re.compile(r"<(script|style)((?: [^>]*)?)>(.*?)</\1>", re.DOTALL)
_ID = re.compile(r' id="([\w-]+)"')
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
_END = "</body>"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a check of a file found: its digest, what it was built from, what was altered."""

    sha256: str
    bytes: int
    record: str
    version: str
    asked: Mapping[str, Any]
    altered: tuple[str, ...]


def sealed(html: str, *, names: Mapping[str, str], record: str) -> str:
    """Return the page with the digests of its parts before the end of its body.

    ``names`` gives the name of a part by its text; other parts are numbered.
    """
    parts, frame = split(html)
    listed: list[dict[str, str]] = []
    for number, (name, text) in enumerate(parts, start=1):
        if "<!--" in text and "<script" in text:
            # HTML would then look for another end of the script than this module does.
            raise ExportError(f"page: script {number} could be read in two ways; mend it")
        listed.append({"name": name or names.get(text) or str(number), "sha256": _digest(text)})
    seal: dict[str, Any] = {
        "tamas": version("tamas"),
        "record": record,
        "parts": listed,
        "policy": _digest(_policy(html)),
    }
    seal["frame"] = _framed(frame, seal)
    before, found, after = html.rpartition(_END)
    if not found:
        raise ExportError("page: has no end of its body to write its digests before")
    return f"{before}{json_block(SEAL, seal)}{found}{after}"


def split(html: str) -> tuple[list[tuple[str, str]], str]:
    """Return the id and text of each script and style but the seal, and the frame without them."""
    parts = []

    def out(match: re.Match[str]) -> str:
        found = _ID.search(match[2])
        name = found[1] if found else ""
        if name == SEAL:
            return ""
        parts.append((name, match[3]))
        return f"<{match[1]}{match[2]}></{match[1]}>"

    frame = _RAW.sub(out, html)
    return parts, frame


def check(path: Path) -> Proof:
    """Compare a file with the digests that it holds; `ExportError` where it holds none."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ExportError(f"{path}: cannot be read ({error.strerror or error})") from None
    html = data.decode("utf-8", errors="replace")
    seal = _json(html, SEAL)
    try:
        wanted = [(part["name"], part["sha256"]) for part in seal["parts"]]
        head = {name: str(seal[name]) for name in ("record", "tamas", "policy", "frame")}
    except (KeyError, TypeError):
        message = "holds no digests of its own: tamas export html did not write it, or it was cut"
        raise ExportError(f"{path}: {message}") from None
    parts, frame = split(html)
    found = [_digest(text) for _, text in parts]
    altered = [name for (name, digest), is_ in zip(wanted, found, strict=False) if digest != is_]
    altered += [name for name, _ in wanted[len(found) :]]
    altered += ["more"] * (len(found) > len(wanted))
    altered += ["policy"] * (_digest(_policy(html)) != head["policy"])
    altered += ["frame"] * (_framed(frame, seal) != head["frame"])
    atlas = _json(html, "tamas-data").get("atlas")
    stated = atlas.get("digest", "") if isinstance(atlas, dict) else None
    altered += ["record"] * (stated != head["record"])
    held = _json(html, "tamas-file").get("held") or {}
    return Proof(
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        record=head["record"],
        version=head["tamas"],
        asked=held.get("asked", {}) if isinstance(held, dict) else {},
        altered=tuple(altered),
    )


def _framed(frame: str, seal: Mapping[str, Any]) -> str:
    """Return the digest of the frame and of the seal's own words, which no part holds."""
    own = [seal["tamas"], seal["record"], *(part["name"] for part in seal["parts"])]
    return _digest("\n".join([frame, *map(str, own)]))


def _policy(html: str) -> str:
    found = _POLICY.search(html)
    return unescape(found[1]) if found else ""


def _json(html: str, name: str) -> dict[str, Any]:
    """Return what a data block of the file holds, nothing where it cannot be read."""
    for match in _RAW.finditer(html):
        found = _ID.search(match[2])
        if found and found[1] == name:
            try:
                data = json.loads(match[3])
            except (ValueError, RecursionError):
                return {}
            return data if isinstance(data, dict) else {}
    return {}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
