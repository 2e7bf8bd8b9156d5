"""What a page as one file says of itself: what it holds, how it was asked for, how to check it.

The service's page has none of this: every byte here is the file's alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from layers.build.rows import BuiltAtlas
from layers.i18n import translator
from layers.i18n.catalogue import Phrase
from layers.query.selection import Selection
from layers.web.page.assets import PAGE, modules
from layers.web.page.bundle import bundle
from layers.web.page.phrases import page_phrases, phrases_of

BLOCK = "tamas-file"


def file_scope(
    whole: BuiltAtlas, part: BuiltAtlas, selection: Selection, request: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what part of the atlas a file holds, as JSON values; None stands for no choice.

    ``layers`` and ``zones`` are names by language, ``box`` is west, south, east, north in
    degrees, ``rows`` of ``all`` are its periods. ``zone`` is the one that the file opens on.
    """
    record = part.record
    named = selection.zones is not None
    fewer = len(record.layers) < len(whole.record.layers) and not named
    zones, layers = record.zones.values(), record.layers.values()
    return {
        "layers": [one.title.as_dict() for one in layers] if fewer else None,
        "zones": [one.names.as_dict() for one in zones] if named else None,
        "known_by": selection.known_by.isoformat() if selection.known_by else None,
        "box": selection.box,
        "rows": len(part.frame),
        "all": len(whole.frame),
        "zone": next(iter(record.zones)) if named and len(zones) == 1 else None,
        "request": request,
    }


def file_phrases(lang: str, scope: Mapping[str, Any] | None) -> Mapping[str, Phrase]:
    """Return the phrases of page and file; what spoke of the whole atlas speaks of a part."""
    phrases = {**page_phrases(lang), **phrases_of(lang, script())}
    if scope is None or (scope["rows"] == scope["all"] and scope["known_by"] is None):
        return phrases
    phrases |= _in_place_of(lang, "file.in_part.")
    if (day := scope["known_by"]) is not None:
        known = translator(lang).date(date.fromisoformat(day))
        phrases |= _in_place_of(lang, "file.in_known.", known=known, day=day)
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
