"""Write a page of features: GeoJSON, JSON-FG, CSV, GeoPackage, FlatGeobuf."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from api.crs import CRS, CRS84
from api.item_query import ItemPage, shapes_of
from api.table import FeatureTable, Refer
from layers.build.rows import FrameColumnType
from layers.formats import arrow
from layers.formats import csv_ as comma
from layers.formats.columns import Column, cell
from layers.formats.features import fg_head, head
from layers.formats.ogc import Link
from layers.record.model import Record
from layers.record.texts import LocalizedText

_SORTED = orjson.OPT_SORT_KEYS


def geojson(record: Record, page: ItemPage, links: Sequence[Link], refer: Refer | None) -> bytes:
    """Return the page as a GeoJSON feature collection, joined from what is serialised."""
    pieces = page.table.pieces(page.numbers, page.view._replace(refer=refer))
    return _joined(_head(record, page, links), pieces)


def jsonfg(
    record: Record, page: ItemPage, links: Sequence[Link], schema: str, refer: Refer | None
) -> bytes:
    """Return the page as a JSON-FG feature collection; ``schema`` is where its schema is."""
    view = page.view._replace(refer=refer)
    features = [page.table.fg_fragment(number, view) for number in page.numbers]
    more = {"featureType": page.table.feature_type, "featureSchema": schema}
    head = {**_head(record, page, links), **fg_head(page.view.crs.uri), **more}
    return _joined(head, [b",".join(features)])


def one(fragment: bytes, links: Sequence[Link], *, schema: str, crs: str = CRS84.uri) -> bytes:
    """Return one feature with its links, as JSON-FG where its schema's address is given."""
    more: dict[str, Any] = {"links": links}
    if schema:
        more |= {**fg_head(crs), "featureSchema": schema}
    return fragment[:-1] + b"," + orjson.dumps(more, option=_SORTED)[1:] + b"\n"


def _head(record: Record, page: ItemPage, links: Sequence[Link]) -> dict[str, Any]:
    table, credited = page.table, _credited(page.table, page.numbers)
    return {
        **head(record, table.id, table.title, credited, reading=page.view.reading),
        "links": links,
        "numberMatched": page.matched,
        "numberReturned": len(page.numbers),
    }


def _credited(table: FeatureTable, numbers: Sequence[int]) -> set[str]:
    """Return the sources of the data of these features."""
    if column := table.columns.get("attribution"):
        return {column.values[number] for number in numbers}
    if licence := table.columns.get("licence"):
        sources = table.columns["source"].values
        return {f"{sources[number]} ({licence.values[number]})" for number in numbers}
    return set()


def _joined(head: Mapping[str, Any], pieces: Sequence[bytes]) -> bytes:
    start = orjson.dumps(head, option=_SORTED)[:-1]
    return b"".join((start, b',"features":[', *pieces, b"]}\n"))


def comma_separated(page: ItemPage) -> bytes:
    """Return the page as CSV: columns, then the shape as WKT; lists joined with semicolons."""
    out = io.StringIO()
    columns, values = _typed(page)
    shapes = (shape and page.view.crs.forward(shape) for shape in shapes_of(page))
    cells = [*(map(cell, values[one.name]) for one in columns), map(comma.to_wkt, shapes)]
    names = [*(one.name for one in columns), "geometry"]
    comma.write_records(out, names, zip(*cells, strict=True))
    return out.getvalue().encode()


def download(record: Record, page: ItemPage, driver: str) -> bytes:
    """Return features as a GIS file in the system asked for, as the exporter writes one.

    Days are days, and the clock stands at the edition: the same question has the same bytes.
    """
    columns, values = _typed(page)
    shapes = [shape and _placed(shape, page.view.crs) for shape in shapes_of(page)]
    kind, shapes = arrow.promote_to_multi(shapes)
    options = {"SPATIAL_INDEX": arrow.index_of(shapes)} if driver == "FlatGeobuf" else {}
    crs = "EPSG:4326" if page.view.crs.degrees else page.view.crs.name
    made = io.BytesIO()  # in memory: the service writes to no disk
    with arrow.dated(record.atlas.edition):
        arrow.write_gdal(
            arrow.arrow_table(columns, values, shapes), made, driver, page.table.id,
            kind=kind, layer_options=options, crs=crs,
        )  # fmt: skip
    return made.getvalue()


def _typed(page: ItemPage) -> tuple[list[Column], dict[str, list[Any]]]:
    """Return columns of stated types and their values, a name in the language asked for last."""
    table, numbers = page.table, page.numbers
    kinds: dict[str, FrameColumnType] = {
        name: "strings" if column.kind == "json" else column.kind
        for name, column in table.columns.items()
    }
    values = {
        name: [column.values[number] for number in numbers]
        for name, column in table.columns.items()
    }  # fmt: skip
    if page.view.lang:
        more = [table.localised[page.view.lang][number] for number in numbers]
        for name in more[0] if more else ():
            kinds[name], values[name] = "string", [one[name] for one in more]
    if page.view.only is not None:
        kinds = {name: kind for name, kind in kinds.items() if name in page.view.only}
    columns = [Column(name, kind, LocalizedText({"mul": name})) for name, kind in kinds.items()]
    return columns, values


def _placed(shape: BaseGeometry, crs: CRS) -> BaseGeometry:
    """Return a shape in a system, rounded as in JSON; files have longitude first always."""
    moved = shape if crs.degrees else crs.forward(shape)
    return shapely.transform(moved, lambda spots: np.round(spots, crs.decimals))
