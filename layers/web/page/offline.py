"""What a page as one file says of itself: what it holds, how it was asked for, how to check it.

The service's page has none of this: every byte here is the file's alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from typing import Any

from layers.build.rows import BuiltAtlas
from layers.i18n import translator
from layers.i18n.catalogue import Phrase
from layers.query.selection import Selection
from layers.web.page.assets import PAGE, modules
from layers.web.page.bundle import bundle
from layers.web.page.phrases import page_phrases, phrases_of

BLOCK = "tamas-file"


@dataclass(frozen=True, slots=True)
class FileScope:
    """What part of the atlas a file holds; None stands for no choice.

    ``layers`` and ``zones`` are names by language, ``box`` is west, south, east, north in
    degrees, ``rows`` of ``all`` are its periods. ``zone`` is the one that the file opens on.
    """

    layers: tuple[Mapping[str, str], ...] | None
    zones: tuple[Mapping[str, str], ...] | None
    known_by: str | None
    box: tuple[float, ...] | None
    rows: int
    all: int
    zone: str | None
    request: Mapping[str, Any]


def file_scope(
    whole: BuiltAtlas, part: BuiltAtlas, selection: Selection, request: Mapping[str, Any]
) -> FileScope:
    """Return what a part says of itself beside the whole it was taken from."""
    record = part.record
    fewer = len(record.layers) < len(whole.record.layers)
    named = selection.zones is not None
    return FileScope(
        layers=tuple(one.title.as_dict() for one in record.layers.values())
        if fewer and not named
        else None,
        zones=tuple(one.names.as_dict() for one in record.zones.values()) if named else None,
        known_by=selection.known_by.isoformat() if selection.known_by else None,
        box=selection.box,
        rows=len(part.frame),
        all=len(whole.frame),
        zone=next(iter(record.zones)) if named and len(record.zones) == 1 else None,
        request=request,
    )


def block(scope: FileScope | None, record: str) -> dict[str, Any]:
    """Return what the file holds, and what it was built from."""
    return {
        "scope": asdict(scope) if scope else None,
        "built": {"tamas": version("tamas"), "record": record},
    }


def file_phrases(lang: str, scope: FileScope | None) -> Mapping[str, Phrase]:
    """Return the phrases of page and file; what spoke of the whole atlas speaks of a part."""
    phrases = {**page_phrases(lang), **phrases_of(lang, script())}
    if scope is None or (scope.rows == scope.all and scope.known_by is None):
        return phrases
    phrases |= _in_place_of(lang, "file.in_part.")
    if scope.known_by is not None:
        known = translator(lang).date(date.fromisoformat(scope.known_by))
        phrases |= _in_place_of(lang, "file.in_known.", known=known, day=scope.known_by)
    return phrases


def _in_place_of(lang: str, group: str, **values: str) -> dict[str, str]:
    """Return the phrases of a group under the keys that they stand in place of."""
    words = translator(lang)
    keys = (key for key in words.phrases if key.startswith(group))
    return {key.removeprefix(group): words.gettext(key, **values) for key in keys}


@cache
def script() -> str:
    """Return the file's own script, which opens it and says what it holds."""
    return f"{bundle(modules(PAGE), entry='file', name='TamasFile')}TamasFile.begin();\n"
