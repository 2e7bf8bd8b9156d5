"""An atlas, or a file of it, as a schema.org Dataset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from layers.formats.attribution import as_json, credit_lines, licence_url
from layers.formats.content import Content
from layers.record.model import AtlasFile, Record
from layers.record.texts import LocalizedText


def atlas_dataset(
    record: Record, *, url: str, downloads: Sequence[dict[str, Any]], **more: Any
) -> dict[str, Any]:
    """Return the JSON-LD of an atlas at an address; ``more`` are properties beside the usual.

    ``spatialCoverage`` is a box of the extent in the order of schema.org: latitude first.
    """
    atlas = record.atlas
    lon, lat = zip(*atlas.extent, strict=True)
    first = atlas.languages[0]
    box = {"@type": "GeoShape", "box": f"{min(lat)} {min(lon)} {max(lat)} {max(lon)}"}
    return {
        **_dataset(atlas, atlas.title),
        **more,
        "url": url,
        "description": f"{atlas.scope[first]} {atlas.borders[first]}",
        "dateModified": atlas.edition,
        "isAccessibleForFree": True,
        "spatialCoverage": {"@type": "Place", "geo": box},
        "distribution": [{"@type": "DataDownload", **one} for one in downloads],
    }


def file_dataset(content: Content) -> dict[str, Any]:
    """Return title, terms, attribution, days and digest of a file, whatever its format."""
    record = content.built.record
    return {
        **_dataset(record.atlas, content.title),
        "description": record.atlas.scope.json_ld(),
        "usageInfo": record.atlas.borders.json_ld(),
        "identifier": f"sha256:{record.sha256}",
        "creditText": "; ".join(credit_lines(content.credits, content.languages[0])),
        "isBasedOn": as_json(content.credits),
        "variableMeasured": f"{content.reading} shape",
    }


def _dataset(atlas: AtlasFile, title: LocalizedText) -> dict[str, Any]:
    maker = atlas.publisher
    return {
        **({"publisher": {"@type": "Organization", "name": maker.json_ld()}} if maker else {}),
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": title.json_ld(),
        "version": atlas.edition,
        "inLanguage": list(atlas.languages),
        "temporalCoverage": f"{atlas.record_from}/{atlas.record_to}",
        "license": licence_url(atlas.licence) or atlas.licence,
    }
