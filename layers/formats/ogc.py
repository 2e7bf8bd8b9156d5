"""Documents of OGC API - Features: landing page, collections, links.

The service and the static site say the same of an atlas, under addresses of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from layers.i18n import localized
from layers.record.model import OF_RECORD, AtlasFile, Record
from layers.record.texts import LocalizedText

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
PLACES, CLAIMS, CLAUSES, TALLIES = OF_RECORD
"""The collections beside the record's layers."""
_DECIMALS = 5
Link = dict[str, str]


def link(href: str, rel: str, media_type: str, title: str = "") -> Link:
    """Return a link as OGC API writes it."""
    return {"href": href, "rel": rel, "type": media_type, **({"title": title} if title else {})}


def landing_page(
    atlas: AtlasFile,
    bboxes: Iterable[Sequence[float] | None],
    links: Sequence[Link],
    *,
    lang: str = "",
) -> dict[str, Any]:
    """Return the landing page of an atlas, its texts in a language first.

    ``bboxes`` are those of its layers, None for one without a shape: sources speak of places all
    over the world, which are not what the atlas covers.
    """
    first = atlas.languages[0]
    boxes = [
        shapely.box(west, south, east, north) for west, south, east, north in filter(None, bboxes)
    ]
    return {
        **atlas.title.members("title", lang),
        **atlas.scope.members("description", lang),
        "attribution": f"{atlas.title[first]}, edition {atlas.edition} ({atlas.licence})",
        "extent": _extent(bounding_box(boxes)),
        "links": links,
    }


def collection(
    name: str,
    title: LocalizedText,
    summary: LocalizedText,
    *,
    bbox: Sequence[float] | None,
    interval: Sequence[str | None] | None,
    links: Sequence[Link],
    crs: Sequence[str] = (CRS84,),
    lang: str = "",
) -> dict[str, Any]:
    """Return what a collection says of itself.

    Parameters
    ----------
    name, title, summary
        What it is called in addresses and by people, and what it holds.
    bbox
        West, south, east, north in degrees (CRS84); None where it has no shape.
    interval
        First and last moment, None where one is open; None where it has no time.
    links
        Where it, its items and their documentation are.
    crs
        Addresses of the reference systems that its items come in.
    lang
        Language of ``title`` and ``description``, others under names with their tag; empty for
        the atlas's first.

    """
    return {
        "id": name,
        **title.members("title", lang),
        **summary.members("description", lang),
        "itemType": "feature",
        "extent": _extent(bbox, interval),
        "crs": list(crs),
        "storageCrs": CRS84,
        "links": links,
    }


def texts(name: str, atlas: AtlasFile) -> tuple[LocalizedText, LocalizedText]:
    """Return title and summary of one of `OF_RECORD` in the languages of an atlas."""
    title = localized(f"formats.collection.{name}", atlas.languages)
    summary = localized(f"formats.collection_summary.{name}", atlas.languages)
    return title, summary


def points_of(record: Record, names: Iterable[str]) -> BaseGeometry | None:
    """Return places as a point or points, each once, None for none."""
    spots = [record.places[name].to_point() for name in dict.fromkeys(names)]
    points = [shapely.Point(spot.lon, spot.lat) for spot in spots]
    return (shapely.MultiPoint(points) if len(points) > 1 else points[0]) if points else None


def bounding_box(shapes: Iterable[BaseGeometry | None]) -> list[float] | None:
    """Return west, south, east, north of shapes in degrees, None for nothing."""
    drawn = [shape for shape in shapes if shape is not None]
    if not drawn:
        return None
    return [round(float(value), _DECIMALS) for value in shapely.total_bounds(drawn)]


def time_interval(
    spans: Iterable[tuple[date | None, date | None] | None],
) -> list[str | None] | None:
    """Return the first and last moment of spans of days, None where any is open.

    A span that is None has no time and does not count; without any other, there is no interval.
    """
    known = [span for span in spans if span is not None]
    if not known:
        return None
    starts, ends = zip(*known, strict=True)
    first = None if None in starts else min(starts)
    last = None if None in ends else max(ends)
    return [f"{first}T00:00:00Z" if first else None, f"{last}T23:59:59Z" if last else None]


def _extent(
    bbox: Sequence[float] | None, interval: Sequence[str | None] | None = None
) -> dict[str, Any]:
    extent: dict[str, Any] = {}
    if bbox is not None:
        extent["spatial"] = {"bbox": [bbox], "crs": CRS84}
    if interval is not None:
        extent["temporal"] = {"interval": [interval], "trs": _GREGORIAN}
    return extent
