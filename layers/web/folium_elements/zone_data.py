"""What a `ZoneLayer` draws and tells, out of a GeoDataFrame of zones, as JSON values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Literal
from urllib.parse import quote

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import NDArray
from pydantic import ValidationError
from shapely.geometry.base import BaseGeometry

from layers.build.rows import CRS, READINGS, Reading, column_kinds, plain_values, to_json
from layers.errors import QueryError
from layers.formats.columns import LIST_SEPARATOR
from layers.i18n import Translator, language
from layers.record.kinds import ZoneKind
from layers.record.model import Record
from layers.style.symbology import with_kinds
from layers.web.literal import literal
from layers.web.page.polyline import encoded_shapes

ZoneReading = Reading | Literal["all"]
_NEEDED = ("zone_id", "zone_type", "track", "status", "valid_from", "valid_to")
_LINKED = ("id", "layer")
_TOLD = (
    "id", "track", "status", "valid_from", "valid_to", "certain_from", "certain_to", "end_reason",
    "confidence", "geom_basis", "uncertainty_m", "source_ids", "dispute_ids",
)  # fmt: skip
_KINDS = column_kinds(())
_NAME = re.compile(r"name_(.+)")
_FIELD = re.compile(r"\{(id|zone_id|layer)\}")


def zone_attrs(record: Record, rows: GeoDataFrame) -> dict[str, Any]:
    """Return what rows do not say by themselves, for their ``attrs``: sources, own kinds.

    JSON values, so that a file that keeps the attributes of a frame keeps these.
    """
    cited = rows["source_ids"].explode().dropna().unique()
    return {
        "sources": {
            key: {
                "publisher": record.sources[key].publisher.as_dict(),
                "published": record.sources[key].published.date,
                "url": record.sources[key].url,
            }
            for key in sorted(cited)
        },
        "disputes": {
            key: record.disputes[key].title.as_dict()
            for key in sorted(rows["dispute_ids"].explode().dropna().unique())
        },
        "kinds": {key: kind.model_dump(mode="json") for key, kind in record.kinds.items()},
        "numbering": record.atlas.numbering,
    }


def zone_data(
    zones: GeoDataFrame, *, lang: str, reading: ZoneReading, link: str | None
) -> dict[str, Any]:
    """Return the zones as the browser draws them; see `ZoneLayer` for what may be missing.

    Raises
    ------
    QueryError
        For a frame without the columns or the reference system of zones, an unknown kind,
        status or reading, or a link that is no web address.
    """
    _check(zones, reading, link)
    kinds = _kinds(zones.attrs.get("kinds", {}))
    words = Translator(language(lang), kinds, zones.attrs.get("numbering", "latn"))
    look = with_kinds(kinds)
    for column, known in (("zone_type", look.kinds), ("status", look.states)):
        for name in zones[column].unique():
            if name not in known:
                message = f"{column} {name!r} is none of {', '.join(known)}"
                raise QueryError("zones", name, message)
    rows = list(_rows(zones))
    shapes, geometries = encoded_shapes(_shapes(zones, reading))
    symbology, drawn = look.as_json([words]), set(zones["zone_type"])
    symbology["kinds"] = {key: one for key, one in symbology["kinds"].items() if key in drawn}
    return {
        "lang": lang,
        "symbology": symbology,
        "kinds": list(look.kinds),
        "zones": _zones(zones, rows, link),
        "shapes": shapes,
        "geometries": geometries,
        "sources": _named(zones, "sources", "source_ids"),
        "disputes": _named(zones, "disputes", "dispute_ids"),
        "credits": credits_of(zones),
    }


def credits_of(zones: GeoDataFrame) -> list[tuple[str, int]]:
    """Return whose data the zones are, with the number of rows, the most used first.

    As HTML, because Leaflet writes attributions without escaping them.
    """
    told = _column(zones, "attribution", "")
    counts = Counter(part for text in told for part in text.split("; ") if part)
    return [(literal(part), n) for part, n in counts.most_common()]


def _check(zones: GeoDataFrame, reading: str, link: str | None) -> None:
    missing = [name for name in _NEEDED if name not in zones]
    if missing:
        message = f"have no column {', '.join(missing)}: pass what atlas.zones() returns"
        raise QueryError("zones", "", message)
    if zones.crs is None:
        raise QueryError("zones", "", f"have no reference system: set_crs({CRS!r})")
    if reading not in (*READINGS, "all"):
        raise QueryError("reading", reading, f"is one of {', '.join(READINGS)}, all")
    if link is not None and not re.match(r"https?://", link):
        raise QueryError("link", link, "is an address that starts with http:// or https://")


def _kinds(given: Mapping[str, Any]) -> dict[str, ZoneKind]:
    """Return the kinds that a frame's attributes add; they may have come from any file."""
    try:
        return {key: ZoneKind(**kind) for key, kind in given.items()}
    except (TypeError, ValidationError) as error:
        raise QueryError("zones", "", f"have kinds in attrs that are none: {error}") from None


def _rows(zones: GeoDataFrame) -> Iterator[dict[str, Any]]:
    """Yield what is told of each row, as JSON values."""
    columns = {
        name: plain_values(_lists(zones[name]), _KINDS[name]) for name in _TOLD if name in zones
    }
    columns["disputed"] = _column(zones, "disputed", False)
    for values in zip(*columns.values(), strict=True):
        yield {name: to_json(value) for name, value in zip(columns, values, strict=True)}


def _column(zones: GeoDataFrame, name: str, default: Any) -> list[Any]:
    """Return a column that a frame may be without, its gaps filled."""
    return zones[name].fillna(default).tolist() if name in zones else [default] * len(zones)


def _lists(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return a column with the lists taken apart that a format without lists had joined."""
    if _KINDS[str(column.name)] != "strings":
        return column
    return column.map(
        lambda ids: list(filter(None, ids.split(LIST_SEPARATOR))) if isinstance(ids, str) else ids
    )


def _shapes(zones: GeoDataFrame, reading: ZoneReading) -> dict[str, dict[str, BaseGeometry | None]]:
    """Return the readings of each row by its place, as far as the frame has them."""
    names = [name for name in READINGS if name in zones and reading in (name, "all")]
    columns = {name: _degrees(zones[name]) for name in names}
    if not columns:
        columns = {"outer" if reading == "outer" else "nominal": _degrees(zones.geometry)}
    if "outer" not in columns:
        # A reading that stands alone is filled: no other one tells the sure from the possible.
        only = next(iter(columns.values()))
        columns = {"nominal": only, "inner": only, **columns}
    return {
        str(at): {name: column[at] for name, column in columns.items()} for at in range(len(zones))
    }


def _degrees(column: GeoSeries) -> NDArray[Any]:
    """Return shapes in degrees: each column of a frame has a reference system of its own."""
    return np.asarray((column if column.crs == CRS else column.to_crs(CRS)).array)


def _zones(
    zones: GeoDataFrame, rows: list[dict[str, Any]], link: str | None
) -> list[dict[str, Any]]:
    """Return each zone with its rows, in the order of its first row."""
    names = {lang: _column(zones, f"name_{lang}", "") for lang in name_languages(zones)}
    columns = {name: _column(zones, name, "") for name in ("zone_id", "zone_type", *_LINKED)}
    variants = _column(zones, "variant_of", "")
    found: dict[str, dict[str, Any]] = {}
    for at, row in enumerate(rows):
        held = {name: str(column[at]) for name, column in columns.items()}
        zone = found.setdefault(
            held["zone_id"],
            {
                "type": held["zone_type"],
                "names": {lang: said[at] for lang, said in names.items()},
                "variant": bool(variants[at]),
                "rows": [],
            },
        )
        zone["rows"].append({**row, "shape": str(at), "link": _address(link, held)})
    return list(found.values())


def name_languages(zones: GeoDataFrame) -> list[str]:
    """Return the languages that a frame has names in, in the order of its columns."""
    return [match[1] for match in map(_NAME.fullmatch, map(str, zones.columns)) if match]


def _address(link: str | None, held: Mapping[str, str]) -> str | None:
    """Return a link with the ids of a row in the places named after them."""
    return link and _FIELD.sub(lambda found: quote(held[found[1]], safe=""), link)


def _named(zones: GeoDataFrame, name: str, column: str) -> dict[str, Any]:
    """Return what the frame's attributes say of the ids that its rows name."""
    if column not in zones:
        return {}
    known: Mapping[str, Any] = zones.attrs.get(name, {})
    return {key: known.get(key) for key in _lists(zones[column]).explode().dropna().unique()}
