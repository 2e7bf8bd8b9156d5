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
from layers.build.rows import COLUMNS, KINDS, READINGS, BuiltAtlas, plain_values
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
    columns = {
        key: FilterColumn(key, cast("FilterType", KINDS[key]), plain_values(rows[key], KINDS[key]))
        for key in COLUMNS
    }
    return FeatureTable(
        id=name,
        title=record.layers[name].title,
        summary=record.layers[name].summary,
        ids=columns["id"].values,
        columns=columns,
        days=list(zip(columns["valid_from"].values, columns["valid_to"].values, strict=True)),
        shapes={reading: list(rows[reading]) for reading in READINGS},
        localised={
            "en": [{"name": name_en} for name_en in rows["name_en"]],
            "ar": [
                {"name": name_ar, "confidence_reason": record.zones[zone].confidence_reason["ar"]}
                for name_ar, zone in zip(rows["name_ar"], rows["zone_id"], strict=True)
            ],
        },
        feature_type=name,
        cache=cache,
    )


def _places(record: Record, cache: ShapeCache) -> FeatureTable:
    places = list(record.places.values())
    items = [place.model_dump() for place in places]
    languages = record.atlas.languages
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
        localised={lang: [{"name": place.name(lang)} for place in places] for lang in languages},
        feature_type="place",
        cache=cache,
        has_time=False,
    )


_CLAIM_KINDS: dict[str, FilterType] = {
    "id": "string",
    "source_id": "string",
    "source_sha256": "string",
    "start": "number",
    "end": "number",
    "quote_sha256": "string",
    "locator": "string",
    "kind": "string",
    "summary_en": "string",
    "summary_ar": "string",
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
    "second_reading_note_en": "string",
    "second_reading_note_ar": "string",
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
            for key, kind in _CLAIM_KINDS.items()
        },
        days=days,
        shapes={"nominal": [_spots(record, claim) for claim in listed]},
        localised={
            "en": [{"summary": claim["summary_en"]} for claim in listed],
            "ar": [{"summary": claim["summary_ar"]} for claim in listed],
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
