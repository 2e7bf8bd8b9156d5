"""The data of the page: plain JSON values, made once for the service, file and site.

The page answers for points with the shapes it draws, so these stay within 5 m of the record's:
thinning moves a line by at most `polyline.THINNED_DEGREES`, encoding by half a step of the grid, in
each direction, 4.2 m together (`tests/web/test_page_answers.py` holds it). Shapes are shared by
the rows that have the same recipe, geometries by the shapes that have the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from layers.build.rows import BuiltAtlas, ZonePeriod, name_columns
from layers.i18n import translator
from layers.query import filters as query
from layers.query.clauses import ClauseState, clause_states
from layers.query.recipe_steps import recipe_steps
from layers.query.search import names, spelling_rules
from layers.query.states import zone_states_on
from layers.record.basemap_files import basemap_files, basemap_towns
from layers.record.clauses import Agreement
from layers.record.dates import parse_day
from layers.record.files import read_seed
from layers.record.kinds import SETTLEMENTS
from layers.record.model import Claim, Dispute, GazetteerPlace, Layer, Record, Source, Zone
from layers.style.symbology import symbology
from layers.web.page.letters import faces
from layers.web.page.phrases import page_phrases
from layers.web.page.polyline import encoded_basemap, encoded_shapes

# Ranks of the places that a view of the whole country can name.
FIRST_RANKS = 2
# What the page shows of the record's own files; a basemap file is named by its stem.
_NOT_SHOWN = ("variant_of", "zone_type", "confidence", "confidence_reason")
# What only the record of a zone needs: the service sends it after the first view.
EVIDENCE = ("agreements", "claims", "sources", "actors", "disputes", "steps")
LAYER_EVIDENCE = ("summary",)
ROW_EVIDENCE = (
    "asserted_by",
    "attribution",
    "claim_ids",
    "dispute_ids",
    "end_claim_ids",
    "geom_as_of",
    "geom_basis",
    "layer",
    "source_ids",
    "stated_on",
    "uncertainty_m",
)
ZONE_EVIDENCE = ("summary", "clause", "disputes", "drawn", "confidence", "confidence_reason")

KeyedRow = tuple[ZonePeriod, str | None]
"""A row and the key of its shape, None where the map draws none."""


def page_data(built: BuiltAtlas) -> dict[str, Any]:
    """Return all that the page shows, in all languages, as JSON values."""
    record = built.record
    rows = _keyed(built)
    shapes, geometries = _shapes(rows)
    cited = list(_cited(built, [row for row, _ in rows]))
    towns = [_town(place) for place in basemap_towns(record)]
    return {
        "atlas": _atlas(record),
        "languages": list(record.interface_languages),
        "symbology": symbology(record).as_json(
            [translator(lang, record) for lang in record.interface_languages]
        ),
        "layers": [_layer(record, layer) for layer in record.layers.values()],
        "zones": {
            zone.id: _zone(record, zone, [row for row, _ in rows if row.zone_id == zone.id])
            for zone in record.zones.values()
        },
        "rows": [_row(built, row, key) for row, key in rows],
        "shapes": shapes,
        "geometries": geometries,
        "steps": {key: recipe_steps(record, built.recipes[row.id]) for row, key in rows if key},
        "claims": {key: _claim(record, key) for key in cited},
        "sources": {
            key: _source(record.sources[key])
            for key in dict.fromkeys(record.source_of[claim] for claim in cited)
        },
        "actors": {key: actor.name.as_dict() for key, actor in record.actors.items()},
        "disputes": {dispute.id: _dispute(dispute) for dispute in record.disputes.values()},
        "agreements": [
            _agreement(agreement, states) for agreement, states in _of_zones(record).values()
        ],
        "places": [_place(place) for place in record.places.values()],
        "spellings": spelling_rules(_named(record)),
        "basemap": encoded_basemap(record.root),
        **({"towns": towns} if towns else {}),
        **({"fonts": fonts} if (fonts := [one.as_json() for one in faces(record)]) else {}),
        "grounds": _grounds(record),
        "home": _home(record, rows),
        "opens_on": record.atlas.opens_on,
    }


def first_and_rest(
    built: BuiltAtlas, data: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the page's data in two: what draws the day it opens on, and all the rest.

    The rest is the evidence, the longer words of the zones, and the shapes that are not drawn then.
    """
    day = built.record.atlas.opens_on
    states = zone_states_on(built, parse_day(day)).values() if day else ()
    drawn = {state.lead.id for state in states}
    held = {
        name
        for row in data["rows"]
        if row["id"] in drawn and row["shape"]
        for name in data["shapes"][row["shape"]].values()
    }
    first = {name: value for name, value in data.items() if name not in EVIDENCE}
    first["geometries"] = {k: v for k, v in data["geometries"].items() if k in held}
    first["zones"] = {key: _without(zone, ZONE_EVIDENCE) for key, zone in data["zones"].items()}
    first["rows"] = [_without(row, ROW_EVIDENCE) for row in data["rows"]]
    first["layers"] = [_without(layer, LAYER_EVIDENCE) for layer in data["layers"]]
    first["places"] = [
        _without(place, ("spellings",))
        for place in data["places"]
        if place["named"] and place["rank"] <= FIRST_RANKS
    ]
    rest = {name: data[name] for name in EVIDENCE}
    rest["words"] = {lang: page_phrases(lang) for lang in data["languages"]}
    rest["places"] = data["places"]
    rest["rows"] = {row["id"]: {name: row[name] for name in ROW_EVIDENCE} for row in data["rows"]}
    rest["geometries"] = {k: v for k, v in data["geometries"].items() if k not in held}
    rest["zones"] = {
        key: {name: zone[name] for name in ZONE_EVIDENCE} for key, zone in data["zones"].items()
    }
    return first, rest


def _without(item: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in names}


def _atlas(record: Record) -> dict[str, Any]:
    atlas = record.atlas
    return {
        "id": atlas.id,
        "title": atlas.title.as_dict(),
        "publisher": atlas.publisher.as_dict() if atlas.publisher else None,
        "edition": atlas.edition,
        "record_from": atlas.record_from,
        "record_to": atlas.record_to,
        "scope": atlas.scope.as_dict(),
        "borders": atlas.borders.as_dict(),
        "corrections": atlas.corrections.as_dict(),
        "licence": atlas.licence,
        "extent": [list(corner) for corner in atlas.extent],
        "digest": record.sha256,
    }


def _layer(record: Record, layer: Layer) -> dict[str, Any]:
    return {
        "id": layer.id,
        "title": layer.title.as_dict(),
        "summary": layer.summary.as_dict(),
        "style": layer.style,
        # In the record's order, which the keys of an object would not keep.
        "zones": [zone.id for zone in record.zones.values() if zone.layer == layer.id],
    }


def _dispute(dispute: Dispute) -> dict[str, Any]:
    return {
        "title": dispute.title.as_dict(),
        "about": dispute.about,
        "sides": [{"says": side.says.as_dict(), "claims": side.claims} for side in dispute.sides],
        "on_map": dispute.on_map.as_dict(),
        "zones": dispute.zones,
    }


def _of_zones(record: Record) -> dict[str, tuple[Agreement, list[ClauseState]]]:
    """Return the clauses that make a zone or hold in one, by agreement."""
    found: dict[str, tuple[Agreement, list[ClauseState]]] = {}
    for state in clause_states(record, zones=record.zones):
        found.setdefault(state.agreement.agreement, (state.agreement, []))[1].append(state)
    return found


def _agreement(agreement: Agreement, states: Iterable[ClauseState]) -> dict[str, Any]:
    return {
        "title": agreement.title.as_dict(),
        "signed": agreement.signed,
        "clauses": [clause_data(state) for state in states],
    }


def clause_data(state: ClauseState) -> dict[str, Any]:
    """Return a clause with what was ever reported of it, as the page has it."""
    clause, held = state.clause, state.as_dict()
    same = ("id", "paragraph", "duty", "who", "towards", "zones", "makes", "from_day", "by_day")
    return {
        **{name: held[name] for name in same},
        "summary": clause.summary.as_dict(),
        # As written, where that says more than the day.
        "by": clause.by if clause.by and " " in clause.by else None,
        "claim_ids": list(state.claim_ids),
        "reports": [
            {
                "outcome": report.outcome,
                "date": report.when,
                "day": report.day.isoformat(),
                "speaker": report.speaker,
                "claim_id": report.claim_id,
            }
            for report in state.reports
        ],
    }


def _place(place: GazetteerPlace) -> dict[str, Any]:
    return {
        "id": place.id,
        "names": place.names,
        "spellings": place.spellings,
        "kind": place.kind,
        "rank": place.rank,
        "named": place.kind in SETTLEMENTS,
        "lon": round(place.lon, 5),
        "lat": round(place.lat, 5),
    }


def _town(place: GazetteerPlace) -> dict[str, Any]:
    """Return a town of the base map: it has a name and no more."""
    return {"names": place.names, "rank": place.rank, "lon": place.lon, "lat": place.lat}


def _zone(record: Record, zone: Zone, rows: Iterable[ZonePeriod]) -> dict[str, Any]:
    anchors = (row.anchor for row in rows)
    anchor = next((spot for spot in anchors if spot and _here(record, *spot)), None)
    return {
        "layer": zone.layer,
        "type": zone.type,
        "names": zone.names.as_dict(),
        "summary": zone.summary.as_dict(),
        "clause": zone.clause.as_dict(),
        "drawn": zone.drawn.as_dict() if zone.drawn else None,
        "confidence": zone.confidence,
        "confidence_reason": zone.confidence_reason.as_dict(),
        "variant_of": zone.variant_of,
        "anchor": list(anchor) if anchor else None,
        "disputes": [key for key, dispute in record.disputes.items() if zone.id in dispute.zones],
    }


def _row(built: BuiltAtlas, row: ZonePeriod, key: str | None) -> dict[str, Any]:
    hidden = {*_NOT_SHOWN, *name_columns(row.names)}
    shown = {name: value for name, value in row.properties().items() if name not in hidden}
    for end in ("from", "to"):
        if shown[f"certain_{end}"] == shown[f"valid_{end}"]:
            del shown[f"certain_{end}"]  # the page takes the one for the other
    return {
        **shown,
        "disputed": query.disputed(built, row),
        "end_claim_ids": list(row.end_claim_ids),
        "shape": key,
    }


def _keyed(built: BuiltAtlas) -> list[KeyedRow]:
    """Return the rows, each with the key of its recipe's shape if the map draws it."""
    extent = shapely.Polygon(built.record.atlas.extent)
    keys: dict[str, str] = {}
    rows: list[KeyedRow] = []
    for row in built.rows:
        shape = row.outer or row.nominal
        # Talks held far away are in the list and the timeline; drawing them would shrink the map.
        if shape is None or not shape.intersects(extent):
            rows.append((row, None))
            continue
        recipe = built.recipes[row.id].model_dump_json()
        rows.append((row, keys.setdefault(recipe, f"s{len(keys)}")))
    return rows


def _here(record: Record, lon: float, lat: float) -> bool:
    """Tell whether a point is on the atlas's map: a venue abroad is an entry of the timeline."""
    return bool(shapely.Polygon(record.atlas.extent).covers(shapely.Point(lon, lat)))


def _shapes(rows: Iterable[KeyedRow]) -> tuple[dict[str, dict[str, str | None]], dict[str, Any]]:
    """Return each shape as names of geometries, and each geometry once, thinned and encoded."""
    shapes: dict[str, dict[str, BaseGeometry | None]] = {}
    for row, key in rows:
        if key is not None and key not in shapes:
            shapes[key] = {"nominal": row.nominal, "inner": row.inner, "outer": row.outer}
    return encoded_shapes(shapes)


def _cited(built: BuiltAtlas, rows: Iterable[ZonePeriod]) -> Iterator[str]:
    """Yield the claims that rows, disputes and clauses cite, each once, in their order."""
    of_rows = (key for row in rows for key in row.claim_ids)
    disputes = (
        key
        for dispute in built.record.disputes.values()
        for side in dispute.sides
        for key in side.claims
    )
    states = clause_states(built.record, zones=built.record.zones)
    clauses = (key for state in states for key in state.cited)
    yield from dict.fromkeys([*of_rows, *disputes, *clauses])


def _claim(record: Record, key: str) -> dict[str, Any]:
    claim: Claim = record.claims[key]
    return {
        "source_id": record.source_of[key],
        "kind": claim.kind,
        "summary": claim.summary.as_dict(),
        "asserted_by": claim.asserted_by,
        "date": claim.date,
        "date_basis": claim.date_basis,
        "stated_on": claim.stated_on,
        "known": None if (known := record.known[key]) is None else known.isoformat(),
        "hedged": claim.hedged,
        "start": claim.where.start if claim.where else None,
        "end": claim.where.end if claim.where else None,
        "locator": claim.locator,
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "kind": source.kind,
        "publisher": source.publisher.as_dict(),
        "title": source.title.as_dict() if source.title else None,
        "published": source.published.date,
        "published_basis": source.published.basis,
        "published_note": source.published.note.as_dict() if source.published.note else None,
        "url": source.url,
        "language": source.language,
        "licence": source.licence,
        "reliability": {
            "source": source.reliability.source,
            "information": source.reliability.information,
        },
    }


def _grounds(record: Record) -> list[dict[str, Any]]:
    """Return whose data the ground is drawn from, each publisher and licence once."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for path in basemap_files(record.root):
        file = json.loads(read_seed(record.root, path))
        source, licence = record.sources.get(file.get("source", "")), file.get("licence", "")
        if source is not None:
            found[source.id, licence] = {
                "publisher": source.publisher.as_dict(),
                "licence": licence,
            }
    return list(found.values())


def _named(record: Record) -> Iterator[str]:
    """Yield all that a search can find."""
    for place in record.places.values():
        yield from names(place)
    for zone in record.zones.values():
        yield from zone.names.root.values()


def _home(record: Record, rows: Iterable[KeyedRow]) -> list[float]:
    """Return west, south, east, north of all that the map ever draws, else of the atlas."""
    drawn = (row.shape for row, key in rows if key is not None)
    bounds = [shape.bounds for shape in drawn if shape is not None]
    if not bounds:
        bounds = [(lon, lat, lon, lat) for lon, lat in record.atlas.extent]
    west, south, east, north = zip(*bounds, strict=True)
    return [round(edge, 4) for edge in (min(west), min(south), max(east), max(north))]
