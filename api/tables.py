"""Make the collections from built layers: each layer, ``places`` and ``claims``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

import shapely
from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from api.columns import FilterColumn, FilterType
from api.table import Days, FeatureTable, ShapeCache
from layers.build.rows import READINGS, BuiltAtlas, column_kinds, columns, plain_values
from layers.errors import SeedError, SeedFaults
from layers.formats.ogc import CLAIMS, PLACES, texts
from layers.query import listing
from layers.record.dates import parse_edtf
from layers.record.model import Record


def tables(built: BuiltAtlas) -> dict[str, FeatureTable]:
    """Return every collection by its id, layers first and in their order."""
    for name in (PLACES, CLAIMS):
        if name in built.record.layers:
            message = "is the name of a collection of the service; choose another"
            raise SeedFaults([SeedError("layers.yaml", name, "id", message)])
    cache = ShapeCache()
    of_layers = {
        name: layer_table(built.record, name, built.of_layer(name), cache)
        for name in built.record.layers
    }
    return {
        **of_layers,
        PLACES: _places(built.record, cache),
        CLAIMS: claim_table(built.record, None, cache),
    }


def layer_table(record: Record, name: str, rows: GeoDataFrame, cache: ShapeCache) -> FeatureTable:
    """Return rows of a layer as a collection."""
    kinds = column_kinds(record.languages)
    held = {
        key: FilterColumn(key, cast("FilterType", kinds[key]), plain_values(rows[key], kinds[key]))
        for key in columns(record.languages)
    }
    zones = [record.zones[name] for name in rows["zone_id"]]
    return FeatureTable(
        id=name,
        title=record.layers[name].title,
        summary=record.layers[name].summary,
        ids=held["id"].values,
        columns=held,
        days=list(zip(held["valid_from"].values, held["valid_to"].values, strict=True)),
        shapes={reading: list(rows[reading]) for reading in READINGS},
        localised={
            lang: [
                {"name": zone.names[lang], "confidence_reason": zone.confidence_reason[lang]}
                for zone in zones
            ]
            for lang in record.interface_languages
        },
        feature_type=name,
        cache=cache,
    )


def _places(record: Record, cache: ShapeCache) -> FeatureTable:
    places = list(record.places.values())
    items = [place.model_dump() for place in places]
    languages = record.languages
    kinds: dict[str, FilterType] = {
        **{f"name_{lang}": "string" for lang in languages},
        "spellings": "strings",
        "kind": "string",
        "rank": "number",
        "uncertainty_m": "number",
        "name_source": "string",
        "source": "string",
        "licence": "string",
        "pcode": "string",
        "note": "string",
    }
    title, summary = texts(PLACES, record.atlas)
    return FeatureTable(
        id=PLACES,
        title=title,
        summary=summary,
        ids=[place.id for place in places],
        columns={
            "id": FilterColumn("id", "string", [place.id for place in places]),
            **{
                key: FilterColumn(key, kind, [item[key] for item in items])
                for key, kind in kinds.items()
            },
        },
        days=[None] * len(places),
        shapes={"nominal": [shapely.Point(place.lon, place.lat) for place in places]},
        localised={
            lang: [{"name": place.name(lang)} for place in places]
            for lang in record.interface_languages
        },
        feature_type="place",
        cache=cache,
        has_time=False,
    )


# A text, whose name ends in an underscore, is a column for each language of the atlas.
_CLAIM_KINDS: dict[str, FilterType] = {
    "id": "string",
    "source_id": "string",
    "source_sha256": "string",
    "start": "number",
    "end": "number",
    "quote_sha256": "string",
    "locator": "string",
    "kind": "string",
    "summary_": "string",
    "places": "json",
    "actors": "strings",
    "date": "string",
    "date_from": "date",
    "date_to": "date",
    "date_basis": "string",
    "stated_on": "string",
    "asserted_by": "string",
    "hedged": "boolean",
    "zone_ids": "strings",
    "second_reading": "string",
    "second_reading_on": "date",
    "second_reading_note_": "string",
    "reviewed_by": "string",
    "reviewed_on": "date",
}


def claim_table(record: Record, known_by: date | None, cache: ShapeCache) -> FeatureTable:
    """Return the claims, those stated by a day or all, as a collection."""
    listed = listing.claims(record, known_by=known_by)
    days = [_days(claim["date"]) for claim in listed]
    for claim, pair in zip(listed, days, strict=True):
        claim["date_from"], claim["date_to"] = pair or (None, None)
    title, summary = texts(CLAIMS, record.atlas)
    return FeatureTable(
        id=CLAIMS,
        title=title,
        summary=summary,
        ids=[claim["id"] for claim in listed],
        columns={
            key: FilterColumn(key, kind, [claim[key] for claim in listed])
            for name, kind in _CLAIM_KINDS.items()
            for key in (
                [f"{name}{lang}" for lang in record.languages] if name[-1] == "_" else [name]
            )
        },
        days=days,
        shapes={"nominal": [_spots(record, claim) for claim in listed]},
        localised={
            lang: [{"summary": record.claims[claim["id"]].summary[lang]} for claim in listed]
            for lang in record.interface_languages
        },
        feature_type="claim",
        cache=cache,
    )


def _days(text: str | None) -> Days | None:
    if text is None:
        return None
    when = parse_edtf(text)
    return when.earliest, when.latest


def _spots(record: Record, claim: Mapping[str, Any]) -> BaseGeometry | None:
    names = dict.fromkeys(item["place"] for item in claim["places"])
    spots = [shapely.Point(record.places[name].lon, record.places[name].lat) for name in names]
    if not spots:
        return None
    return spots[0] if len(spots) == 1 else shapely.MultiPoint(spots)
