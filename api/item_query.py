"""Which features a request is for: its box, days, filter, page, shape, language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from api import params
from api.columns import Mask
from api.crs import CRS, parse_crs
from api.filter_space import window
from api.filters import evaluate
from api.snapshot import Snapshot
from api.table import FeatureTable
from layers.build.rows import Reading
from layers.errors import QueryError
from layers.formats.ogc import CLAIMS, PLACES
from layers.query import filters as query
from layers.settings import Settings

COMMON = ("f", "lang", "limit", "offset", "bbox", "bbox-crs", "crs", "datetime")
FILTERS = ("filter", "filter-lang", "filter-crs")
_MOST = 2**53


def item_parameters(name: str) -> tuple[str, ...]:
    """Return the parameters that the items of a collection take."""
    if name == PLACES:
        return (*COMMON, *FILTERS)
    if name == CLAIMS:
        return (*COMMON, "known_by", *FILTERS)
    return (*COMMON, "on", "known_by", "reading", *FILTERS)


@dataclass(frozen=True, slots=True)
class ItemPage:
    """The features of one page: their numbers, how many match in all, and how they are shown."""

    table: FeatureTable
    numbers: Sequence[int]
    matched: int
    limit: int
    offset: int
    reading: Reading
    crs: CRS
    lang: str


def query_items(
    snapshot: Snapshot,
    name: str,
    given: Mapping[str, str],
    settings: Settings,
    *,
    everything: bool = False,
) -> ItemPage:
    """Return the features that a request is for; ``everything``: all where no limit is given."""
    table = snapshot.known(name, params.optional_day(given, "known_by"))
    reading = params.parse_reading(given)
    mask = _mask(snapshot, table, given, settings, reading)
    found = np.flatnonzero(mask)
    default = max(len(found), 1) if everything else settings.default_limit
    most = max(len(found), 1) if everything else settings.max_limit
    limit = params.parse_int(given, "limit", default, least=1, most=most)
    offset = params.parse_int(given, "offset", 0, least=0, most=_MOST)
    return ItemPage(
        table=table,
        numbers=[int(number) for number in found[offset : offset + limit]],
        matched=len(found),
        limit=limit,
        offset=offset,
        reading=reading,
        crs=parse_crs("crs", given.get("crs")),
        lang=params.parse_language(given),
    )


def _mask(
    snapshot: Snapshot,
    table: FeatureTable,
    given: Mapping[str, str],
    settings: Settings,
    reading: Reading,
) -> Mask:
    mask = np.ones(len(table), bool)
    box_crs = parse_crs("bbox-crs", given.get("bbox-crs"))
    if "bbox" in given:
        numbers = [params.parse_float("bbox", part) for part in given["bbox"].split(",")]
        hits = table.trees[reading].query(window(numbers, box_crs, "bbox"), predicate="intersects")
        mask &= _only(len(table), hits)
    if "datetime" in given:
        mask &= during(table, *params.parse_interval(given["datetime"]))
    on = params.optional_day(given, "on")
    if on is not None:
        query.check_day(snapshot.built.record, on)
        mask &= during(table, on, on)
    lang = given.get("filter-lang", "cql2-text")
    if lang not in ("cql2-text", "cql2-json"):
        raise QueryError("filter-lang", lang, "must be cql2-text or cql2-json")
    filter_crs = parse_crs("filter-crs", given.get("filter-crs"))
    if "filter" in given:
        mask &= evaluate(
            table,
            given["filter"],
            lang,
            reading=reading,
            crs=filter_crs,
            settings=settings,
        )
    return mask


def during(table: FeatureTable, first: date | None, last: date | None) -> Mask:
    """Return which features hold on some day from ``first`` to ``last``, both in."""
    starts, ends = table.spans
    mask: Mask = starts <= ends
    if first is not None:
        mask &= ends >= first.toordinal()
    if last is not None:
        mask &= starts <= last.toordinal()
    return mask


def _only(size: int, hits: NDArray[np.intp]) -> Mask:
    mask = np.zeros(size, bool)
    mask[hits] = True
    return mask


def shapes_of(page: ItemPage) -> list[BaseGeometry | None]:
    """Return the shapes of a page, in CRS84."""
    shapes = page.table.shapes[page.reading]
    return [shapes[number] for number in page.numbers]
