"""The atlas as a schema.org Dataset, for search engines of data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from layers.record.model import Record


def dataset(
    record: Record, *, url: str, downloads: Sequence[dict[str, Any]], **more: Any
) -> dict[str, Any]:
    """Return the JSON-LD of an atlas at an address; ``more`` are properties beside the usual.

    ``spatialCoverage`` is a box of the extent in the order of schema.org: latitude first.
    """
    atlas = record.atlas
    lon, lat = zip(*atlas.extent, strict=True)
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        **more,
        "url": url,
        "name": [
            {"@language": lang, "@value": text} for lang, text in atlas.title.as_dict().items()
        ],
        "description": f"{atlas.scope['en']} {atlas.borders['en']}",
        "license": atlas.licence,
        "version": atlas.edition,
        "dateModified": atlas.edition,
        "isAccessibleForFree": True,
        "inLanguage": ["en", "ar"],
        "temporalCoverage": f"{atlas.record_from}/{atlas.record_to}",
        "spatialCoverage": {
            "@type": "Place",
            "geo": {
                "@type": "GeoShape",
                "box": f"{min(lat)} {min(lon)} {max(lat)} {max(lon)}",
            },
        },
        "distribution": [{"@type": "DataDownload", **one} for one in downloads],
    }
