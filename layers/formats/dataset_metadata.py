"""What a file says of itself: a schema.org Dataset, whatever the format carries it in."""

from __future__ import annotations

from typing import Any

from layers.formats.attribution import LEGAL, as_json, lines
from layers.formats.content import Content


def dataset(content: Content) -> dict[str, Any]:
    """Return title, terms, attribution, days and digest as a schema.org Dataset (JSON-LD)."""
    record = content.built.record
    atlas = record.atlas
    legal = LEGAL.get(atlas.licence)
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": _both(content.title.as_dict()),
        "description": _both(atlas.scope.as_dict()),
        "usageInfo": _both(atlas.borders.as_dict()),
        "version": atlas.edition,
        "identifier": f"sha256:{record.sha256}",
        "inLanguage": ["en", "ar"],
        "temporalCoverage": f"{atlas.record_from}/{atlas.record_to}",
        "license": legal.url if legal else atlas.licence,
        "creditText": "; ".join(lines(content.credits)),
        "isBasedOn": as_json(content.credits),
        "variableMeasured": f"{content.reading} shape",
    }


def _both(text: dict[str, str]) -> list[dict[str, str]]:
    return [{"@value": text[lang], "@language": lang} for lang in ("en", "ar")]
