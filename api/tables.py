"""Make the collections from built layers: each layer, ``places`` and ``claims``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any, get_type_hints

import shapely
from shapely.geometry.base import BaseGeometry

from api.columns import Column, Kind
from api.table import Days, ShapeCache, Table
from layers import listing
from layers.build import READINGS, Layers, Row
from layers.dates import parse_edtf
from layers.errors import SeedError, SeedFaults
from layers.record import Record, Text

PLACES, CLAIMS = "places", "claims"
_KINDS: dict[Any, Kind] = {
    str: "string",
    str | None: "string",
    date: "date",
    date | None: "date",
    float | None: "number",
    tuple[str, ...]: "strings",
}
ROW_KINDS: dict[str, Kind] = {
    one.name: _KINDS[get_type_hints(Row)[one.name]] for one in fields(Row)
}
_PLACE_TITLE = Text(en="Places of the gazetteer", ar="أماكن المعجم الجغرافي")
_PLACE_SUMMARY = Text(
    en="Every named place that shapes and claims refer to, at its published reference point.",
    ar="كل مكان مسمى تشير إليه الأشكال والأقوال، عند نقطته المرجعية المنشورة.",
)
_CLAIM_TITLE = Text(en="Claims of the sources", ar="أقوال المصادر")
_CLAIM_SUMMARY = Text(
    en="What each source says, in our words, with who asserts it, at the places it speaks of.",
    ar="ما يقوله كل مصدر بصياغتنا، مع الجهة القائلة، عند الأماكن التي يتحدث عنها.",
)


def tables(layers: Layers) -> dict[str, Table]:
    """Return every collection by its id, layers first and in their order."""
    for name in (PLACES, CLAIMS):
        if name in layers.record.layers:
            message = "is the name of a collection of the service; choose another"
            raise SeedFaults([SeedError("layers.yaml", name, "id", message)])
    cache = ShapeCache()
    of_layers = {
        name: layer_table(layers, name, layers.of(name), cache) for name in layers.record.layers
    }
    return {
        **of_layers,
        PLACES: _places(layers.record, cache),
        CLAIMS: claim_table(layers.record, None, cache),
    }


def layer_table(layers: Layers, name: str, rows: Sequence[Row], cache: ShapeCache) -> Table:
    """Return rows of a layer as a collection."""
    record = layers.record
    zones = record.zones
    return Table(
        id=name,
        title=record.layers[name].title,
        summary=record.layers[name].summary,
        ids=[row.id for row in rows],
        columns={
            key: Column(key, kind, [getattr(row, key) for row in rows])
            for key, kind in ROW_KINDS.items()
        },
        days=[(row.valid_from, row.valid_to) for row in rows],
        shapes={
            reading: [layers.drawn[row.id].reading(reading) for row in rows] for reading in READINGS
        },
        localised={
            "en": [{"name": row.name_en} for row in rows],
            "ar": [
                {
                    "name": row.name_ar,
                    "confidence_reason": zones[row.zone_id].confidence_reason.ar
                    if row.zone_id in zones
                    else row.confidence_reason,
                }
                for row in rows
            ],
        },
        feature_type=name,
        cache=cache,
    )


def _places(record: Record, cache: ShapeCache) -> Table:
    places = list(record.places.values())
    kinds: dict[str, Kind] = {
        "name_en": "string",
        "name_ar": "string",
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
    return Table(
        id=PLACES,
        title=_PLACE_TITLE,
        summary=_PLACE_SUMMARY,
        ids=[place.id for place in places],
        columns={
            "id": Column("id", "string", [place.id for place in places]),
            **{
                key: Column(key, kind, [getattr(place, key) for place in places])
                for key, kind in kinds.items()
            },
        },
        days=[None] * len(places),
        shapes={"nominal": [shapely.Point(place.lon, place.lat) for place in places]},
        localised={
            "en": [{"name": place.name_en} for place in places],
            "ar": [{"name": place.name_ar or place.name_en} for place in places],
        },
        feature_type="place",
        cache=cache,
        has_time=False,
    )


_CLAIM_KINDS: dict[str, Kind] = {
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
    "reviewed_by": "string",
    "reviewed_on": "date",
}


def claim_table(record: Record, by: date | None, cache: ShapeCache) -> Table:
    """Return the claims, those stated by a day or all, as a collection."""
    listed = listing.claims(record, by=by)
    days = [_days(claim["date"]) for claim in listed]
    for claim, pair in zip(listed, days, strict=True):
        claim["date_from"], claim["date_to"] = pair or (None, None)
    return Table(
        id=CLAIMS,
        title=_CLAIM_TITLE,
        summary=_CLAIM_SUMMARY,
        ids=[claim["id"] for claim in listed],
        columns={
            key: Column(key, kind, [claim[key] for claim in listed])
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
