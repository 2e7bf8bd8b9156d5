"""Which features a request is for: its box, days, filter, page, shape, language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from api import params
from api.columns import Mask
from api.crs import parse_crs
from api.filter_space import window
from api.filters import evaluate
from api.snapshot import Snapshot
from api.table import FeatureTable, Only, View, ordinals
from layers.build.rows import READINGS, Reading
from layers.errors import QueryError
from layers.formats.ogc import PLACES
from layers.query import filters as query
from layers.record.model import OF_RECORD
from layers.settings import Settings

COMMON = (
    "f",
    "lang",
    "limit",
    "offset",
    "bbox",
    "bbox-crs",
    "crs",
    "datetime",
    "sortby",
    "properties",
    "profile",
)
FILTERS = ("filter", "filter-lang", "filter-crs")
ITEM_PARAMETERS = (*COMMON, "on", "known_by", "reading", *FILTERS)
_MOST = 2**53


def item_parameters(table: FeatureTable) -> tuple[str, ...]:
    """Return the parameters that the items of a collection take, its simple properties last."""
    own: tuple[str, ...] = ("on", "known_by", "reading")
    if table.id in OF_RECORD:
        own = () if table.id == PLACES else ("known_by",)
    simple = (name for name, column in table.columns.items() if column.simple)
    return (*COMMON, *own, *FILTERS, *simple)


@dataclass(frozen=True, slots=True)
class ItemPage:
    """The features of one page: their numbers, how many match in all, and how they are shown."""

    table: FeatureTable
    numbers: Sequence[int]
    matched: int
    limit: int
    offset: int
    view: View


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
    reading = params.parse_choice(given, "reading", READINGS, "nominal")
    mask = _mask(snapshot, table, given, settings, reading)
    found = np.flatnonzero(mask)
    if "sortby" in given:
        found = found[_order(table, found, given["sortby"])]
    default, most = settings.default_limit, settings.max_limit
    if everything:
        default = most = max(len(found), 1)
    limit = params.parse_int(given, "limit", default, least=1, most=most)
    offset = params.parse_int(given, "offset", 0, least=0, most=_MOST)
    return ItemPage(
        table=table,
        numbers=found[offset : offset + limit].tolist(),
        matched=len(found),
        limit=limit,
        offset=offset,
        view=View(
            reading,
            parse_crs("crs", given.get("crs")),
            params.parse_language(given, snapshot.languages),
            _only_properties(table, given),
        ),
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
        # As OGC has it (fc-bbox-response, C): what has no shape or no time meets every box or day.
        found = table.shapeless[reading].copy()
        found[hits] = True
        mask &= found
    if "datetime" in given:
        mask &= during(table, *params.parse_interval(given["datetime"])) | table.timeless
    if (on := params.optional_day(given, "on")) is not None:
        query.check_day(snapshot.built.record, on)
        mask &= during(table, on, on)
    for name in given.keys() & table.columns.keys():
        mask &= table.columns[name].equals(given[name])
    lang = params.parse_choice(given, "filter-lang", params.FILTER_LANGUAGES, "cql2-text")
    filter_crs = parse_crs("filter-crs", given.get("filter-crs"))
    if "filter" in given:
        mask &= evaluate(
            table, given["filter"], lang, reading=reading, crs=filter_crs, settings=settings
        )
    return mask


def _order(table: FeatureTable, found: NDArray[np.intp], text: str) -> NDArray[np.intp]:
    """Return the order of features by properties, those after a minus falling, no value last."""
    keys: list[NDArray[Any]] = []
    for part in text.split(","):
        falling, name = part.startswith("-"), part[part[:1] in ("-", "+", " ") :]
        column = table.columns.get(name)
        if column is None or not column.simple:
            known = ", ".join(key for key, one in table.columns.items() if one.simple)
            raise QueryError("sortby", text, f"cannot sort by {name[:40]!r}; known: {known}")
        _, ranks = np.unique(column.array[found], return_inverse=True)
        keys += [column.null[found], -ranks if falling else ranks]
    return np.lexsort(keys[::-1])


def _only_properties(table: FeatureTable, given: Mapping[str, str]) -> Only:
    """Return the properties that are wanted, also those that a language adds."""
    text = given.get("properties")
    if text is None:
        return None
    names = frozenset(filter(None, text.split(",")))
    added = {name for rows in table.localised.values() for name in (rows[0] if rows else ())}
    unknown = sorted(names - table.columns.keys() - added)
    if unknown:
        message = f"there is no property {unknown[0][:40]!r}; known: {', '.join(table.columns)}"
        raise QueryError("properties", text, message)
    return names


def during(table: FeatureTable, first: date | None, last: date | None) -> Mask:
    """Return which features hold on some day from ``first`` to ``last``, both in."""
    (starts, ends), (low, high) = table.spans, ordinals(first, last)
    return np.asarray((starts <= ends) & (ends >= low) & (starts <= high))


def shapes_of(page: ItemPage) -> list[BaseGeometry | None]:
    """Return the shapes of a page, in CRS84."""
    shapes = page.table.shapes[page.view.reading]
    return [shapes[number] for number in page.numbers]
