"""The data of the page: plain JSON values, made once for the service, file and site.

Shapes are shared by the rows that have the same recipe, and thinned by at most
`DRAWN_DEGREES` (about 10 m): the page draws with them, it does not measure.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from layers.build import Layers, Row
from layers.export import geometry_json, properties
from layers.record import Claim, Record, Source, Text, Zone

DRAWN_DEGREES = 1e-4
# Whose names are written on the map; regions, venues and posts have no town's sign.
SETTLEMENTS = frozenset({"city", "town", "village"})
# What the page shows of the record's own files; a basemap file is named by its stem.
_NOT_SHOWN = ("variant_of", "name_en", "name_ar", "zone_type", "confidence", "confidence_reason")


def page_data(layers: Layers) -> dict[str, Any]:
    """Return all that the page shows, in both languages, as JSON values."""
    record = layers.record
    keys = {row.id: _key(layers, row) for row in layers.rows}
    return {
        "atlas": _atlas(record),
        "layers": [
            {
                "id": layer.id,
                "title": _both(layer.title),
                "summary": _both(layer.summary),
                "style": layer.style,
            }
            for layer in record.layers.values()
        ],
        "zones": {
            zone.id: _zone(layers, zone)
            for layer in record.layers
            for zone in record.zones.values()
            if zone.layer == layer
        },
        "rows": [_row(layers, row, keys[row.id]) for row in layers.rows],
        "shapes": {key: _shape(layers, row_id) for row_id, key in keys.items() if key is not None},
        "claims": {key: _claim(record, key) for key in _cited(layers)},
        "sources": {
            key: _source(record.sources[key])
            for key in dict.fromkeys(record.source_of[claim] for claim in _cited(layers))
        },
        "actors": {key: _both(actor.name) for key, actor in record.actors.items()},
        "disputes": {
            dispute.id: {
                "title": _both(dispute.title),
                "about": dispute.about,
                "sides": [
                    {"says": _both(side.says), "claims": side.claims} for side in dispute.sides
                ],
                "on_map": _both(dispute.on_map),
                "zones": dispute.zones,
            }
            for dispute in record.disputes.values()
        },
        "places": [
            {
                "id": place.id,
                "name_en": place.name_en,
                "name_ar": place.name_ar,
                "kind": place.kind,
                "rank": place.rank,
                "lon": round(place.lon, 4),
                "lat": round(place.lat, 4),
            }
            for place in record.places.values()
            if place.kind in SETTLEMENTS
        ],
        "basemap": dict(_basemap(record)),
    }


def _atlas(record: Record) -> dict[str, Any]:
    atlas = record.atlas
    return {
        "id": atlas.id,
        "title": _both(atlas.title),
        "edition": atlas.edition,
        "record_from": atlas.record_from,
        "record_to": atlas.record_to,
        "scope": _both(atlas.scope),
        "borders": _both(atlas.borders),
        "corrections": _both(atlas.corrections),
        "licence": atlas.licence,
        "digest": record.sha256,
    }


def _zone(layers: Layers, zone: Zone) -> dict[str, Any]:
    anchors = [layers.drawn[row.id].anchor for row in layers.rows if row.zone_id == zone.id]
    anchor = next((spot for spot in anchors if spot), None)
    return {
        "layer": zone.layer,
        "type": zone.type,
        "names": _both(zone.names),
        "summary": _both(zone.summary),
        "clause": _both(zone.clause),
        "drawn": _both(zone.drawn) if zone.drawn else None,
        "confidence": zone.confidence,
        "confidence_reason": _both(zone.confidence_reason),
        "variant_of": zone.variant_of,
        "anchor": list(anchor) if anchor else None,
        "disputes": [
            key for key, dispute in layers.record.disputes.items() if zone.id in dispute.zones
        ],
    }


def _row(layers: Layers, row: Row, key: str | None) -> dict[str, Any]:
    shown = {name: value for name, value in properties(row).items() if name not in _NOT_SHOWN}
    return {
        **shown,
        "disputed": _disputed(layers, row),
        "end_claim_ids": list(layers.end_claims[row.id]),
        "shape": key,
    }


def _disputed(layers: Layers, row: Row) -> bool:
    """Tell whether a row rests on a claim of a side in a dispute about its status."""
    disputes = (layers.record.disputes[key] for key in row.dispute_ids)
    contested = {
        key
        for dispute in disputes
        if dispute.about == "status"
        for side in dispute.sides
        for key in side.claims
    }
    return not contested.isdisjoint(layers.start_claims[row.id])


def _key(layers: Layers, row: Row) -> str | None:
    drawn = layers.drawn[row.id]
    shape = drawn.outer or drawn.nominal
    extent = shapely.Polygon(layers.record.atlas.extent)
    # Talks held far away are in the list and the timeline; drawing them would shrink the map.
    if shape is None or not shape.intersects(extent):
        return None
    recipe = layers.recipes[row.id].model_dump_json()
    return "s" + hashlib.sha256(recipe.encode()).hexdigest()[:10]


def _shape(layers: Layers, row_id: str) -> dict[str, Any]:
    drawn = layers.drawn[row_id]
    return {
        "nominal": _thinned(drawn.nominal),
        "inner": _thinned(drawn.inner),
        "outer": _thinned(drawn.outer),
    }


def _thinned(geometry: BaseGeometry | None) -> dict[str, Any] | None:
    if geometry is None:
        return None
    return geometry_json(shapely.simplify(geometry, DRAWN_DEGREES, preserve_topology=True))


def _cited(layers: Layers) -> Iterator[str]:
    """Yield the claims that rows and disputes cite, each once, in their order."""
    rows = (key for row in layers.rows for key in row.claim_ids)
    disputes = (
        key
        for dispute in layers.record.disputes.values()
        for side in dispute.sides
        for key in side.claims
    )
    yield from dict.fromkeys([*rows, *disputes])


def _claim(record: Record, key: str) -> dict[str, Any]:
    claim: Claim = record.claims[key]
    return {
        "source_id": record.source_of[key],
        "kind": claim.kind,
        "summary": _both(claim.summary),
        "asserted_by": claim.asserted_by,
        "date": claim.date,
        "date_basis": claim.date_basis,
        "stated_on": claim.stated_on,
        "hedged": claim.hedged,
        "start": claim.where.start if claim.where else None,
        "end": claim.where.end if claim.where else None,
        "locator": claim.locator,
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "kind": source.kind,
        "publisher": _both(source.publisher),
        "title": _both(source.title) if source.title else None,
        "published": source.published.date,
        "published_basis": source.published.basis,
        "published_note": _both(source.published.note) if source.published.note else None,
        "url": source.url,
        "language": source.language,
        "licence": source.licence,
        "reliability": {
            "source": source.reliability.source,
            "information": source.reliability.information,
        },
    }


def _basemap(record: Record) -> Iterator[tuple[str, Any]]:
    for path in sorted((record.root / "basemap").glob("*.geojson")):
        yield path.stem, json.loads(path.read_text(encoding="utf-8"))


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "ar": text.ar}
