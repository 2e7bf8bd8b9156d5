"""Prove the claims against the articles, which stay outside the project.

A claim holds where its words stand (code points of the UTF-8 text, half-open) and their
SHA-256. `verify` finds each source's text in a folder by its digest and re-reads every span.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from layers.errors import TamasError
from layers.record.model import Claim, Record


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something that does not stand as the record says: of a source, or of one claim in it."""

    source_id: str
    claim_id: str | None
    message: str

    def __str__(self) -> str:
        """Name the claim, or the source where no claim is meant."""
        return f"{self.claim_id or self.source_id}: {self.message}"


@dataclass(frozen=True, slots=True)
class IntegrityReport:
    """What was proven: counts, and every mismatch."""

    sources: int
    claims: int
    mismatches: tuple[Mismatch, ...]


def verify(record: Record, folder: Path) -> IntegrityReport:
    """Re-read each span of each source whose text was kept; report all that differs."""
    texts = _read(folder)
    by_source: dict[str, list[Claim]] = {}
    for key, claim in record.claims.items():
        if claim.where is not None:
            by_source.setdefault(record.source_of[key], []).append(claim)
    mismatches: list[Mismatch] = []
    proven = 0
    free = dict(texts)
    for source_id, claims in by_source.items():
        sha = record.sources[source_id].sha256
        found = next((n for n, data in texts.items() if _sha(data) == sha), None)
        if found is None:
            mismatches += _changed(source_id, sha, claims, free)
            continue
        free.pop(found, None)
        wrong = list(_wrong(source_id, claims, texts[found]))
        mismatches += wrong
        proven += len(claims) - len(wrong)
    return IntegrityReport(len(by_source), proven, tuple(mismatches))


def _read(folder: Path) -> Mapping[str, bytes]:
    if not folder.is_dir():
        raise TamasError(f"{folder}: there is no such folder; --articles must name one")
    try:
        return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file()}
    except OSError as error:
        raise TamasError(f"{folder}: cannot be read ({error.strerror})") from None


def _changed(
    source_id: str, sha: str | None, claims: list[Claim], free: Mapping[str, bytes]
) -> list[Mismatch]:
    """Say which file is the changed text, if one is, and which of its claims no longer stand."""
    if sha is None:
        return [Mismatch(source_id, None, "has spans but no sha256 of the text they stand in")]
    wrong = {name: list(_wrong(source_id, claims, data)) for name, data in free.items()}
    name = min(wrong, key=lambda key: len(wrong[key]), default=None)
    if name is None or len(wrong[name]) == len(claims):
        message = f"no file here has the sha256 {sha[:12]}... that was read; the text is missing, "
        message += "re-encoded or changed throughout"
        return [Mismatch(source_id, None, message)]
    message = f"{name} is the text, but changed: its sha256 is {_sha(free[name])[:12]}..., "
    return [Mismatch(source_id, None, f"{message}not {sha[:12]}..."), *wrong[name]]


def _wrong(source_id: str, claims: list[Claim], data: bytes) -> list[Mismatch]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return [Mismatch(source_id, claim.id, "the text is no UTF-8") for claim in claims]
    found = []
    for claim in claims:
        span = claim.where
        if span is None:
            continue
        if span.end > len(text):
            message = f"the span ends at {span.end}, the text at {len(text)}"
            found.append(Mismatch(source_id, claim.id, message))
        elif _sha(text[span.start : span.end].encode()) != span.quote_sha256:
            message = f"characters {span.start} to {span.end} are not the words that were read"
            found.append(Mismatch(source_id, claim.id, message))
    return found


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
