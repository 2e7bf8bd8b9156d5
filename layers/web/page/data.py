"""The data of the page: plain JSON values, made once for the service, file and site.

The page answers for points with the shapes it draws, so these stay within 5 m of the record's:
thinning moves a line by at most `polyline.THINNED_DEGREES`, encoding by half a step of the grid, in
each direction, 4.2 m together (`tests/web/test_page_answers.py` holds it). Shapes are shared by
the rows that have the same recipe, geometries by the shapes that have the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from typing import Any

import shapely
from pydantic import BaseModel

from layers.build.rows import BuiltAtlas, ZonePeriod, name_columns
from layers.i18n import translator
from layers.query import filters as query
from layers.query.clauses import ClauseState, clause_states
from layers.query.recipe_steps import recipe_steps
from layers.query.search import names, spelling_rules
from layers.query.states import zone_states_on
from layers.record.basemap_files import basemap_files, basemap_towns
from layers.record.dates import parse_day
from layers.record.files import read_seed
from layers.record.kinds import SETTLEMENTS
from layers.record.model import GazetteerPlace, Layer, Record, Source, Zone
from layers.style.symbology import symbology
from layers.web.page.letters import faces
from layers.web.page.phrases import page_phrases
from layers.web.page.polyline import encoded_basemap, encoded_shapes

# Ranks of the places that a view of the whole country can name.
FIRST_RANKS = 2
# What the page shows of the atlas and of a zone, and what of a row it does not.
_ATLAS = (
    "id", "title", "publisher", "edition", "record_from", "record_to", "scope", "borders",
    "corrections", "licence", "extent",
)  # fmt: skip
_ZONE = (
    "layer", "type", "names", "summary", "clause", "drawn", "confidence", "confidence_reason",
    "variant_of",
)  # fmt: skip
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
    clauses = clause_states(record, zones=record.zones)
    cited = _cited(built, clauses)
    shapes, geometries = encoded_shapes(
        {
            key: {"nominal": row.nominal, "inner": row.inner, "outer": row.outer}
            for row, key in rows
            if key
        }
    )
    towns = [
        {"names": town.names, "rank": town.rank, "lon": town.lon, "lat": town.lat}
        for town in basemap_towns(record)
    ]
    fonts = [face.as_json() for face in faces(record)]
    return {
        "atlas": {**_fields(record.atlas, *_ATLAS), "digest": record.sha256},
        "languages": list(record.interface_languages),
        "symbology": symbology(record).as_json(
            [translator(lang, record) for lang in record.interface_languages]
        ),
        "layers": [_layer(record, layer) for layer in record.layers.values()],
        "zones": {zone.id: _zone(built, zone) for zone in record.zones.values()},
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
        "disputes": {
            dispute.id: _fields(dispute, "title", "about", "sides", "on_map", "zones")
            for dispute in record.disputes.values()
        },
        "agreements": [
            {
                **_fields(agreement, "title", "signed"),
                "clauses": [clause_data(state) for state in states],
            }
            for agreement, states in groupby(clauses, key=lambda state: state.agreement)
        ],
        "places": [_place(place) for place in record.places.values()],
        "spellings": spelling_rules(_named(record)),
        "basemap": encoded_basemap(record.root),
        **({"towns": towns} if towns else {}),
        **({"fonts": fonts} if fonts else {}),
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


def _fields(model: BaseModel, *names: str) -> dict[str, Any]:
    """Return fields of a model as JSON values, in the order named."""
    held = model.model_dump(mode="json", include=set(names), warnings=False)
    return {name: held[name] for name in names}


def _layer(record: Record, layer: Layer) -> dict[str, Any]:
    """Return a layer with its zones in the record's order, which keys would not keep."""
    zones = [zone.id for zone in record.zones.values() if zone.layer == layer.id]
    return {**_fields(layer, "id", "title", "summary", "style"), "zones": zones}


def clause_data(state: ClauseState) -> dict[str, Any]:
    """Return a clause with what was ever reported of it, as the page has it."""
    clause = state.clause
    return {
        **_fields(clause, "id", "paragraph", "duty", "who", "towards", "zones", "makes"),
        "from_day": state.from_day.isoformat(),
        "by_day": state.by_day and state.by_day.isoformat(),
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


def _zone(built: BuiltAtlas, zone: Zone) -> dict[str, Any]:
    """Return a zone; its anchor is on the map, where a venue abroad has none."""
    extent, disputes = shapely.Polygon(built.record.atlas.extent), built.record.disputes
    anchors = [row.anchor for row in built.by_zone.get(zone.id, ()) if row.anchor]
    return {
        **_fields(zone, *_ZONE),
        "anchor": next((list(at) for at in anchors if extent.covers(shapely.Point(at))), None),
        "disputes": [key for key, dispute in disputes.items() if zone.id in dispute.zones],
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

    def key(row: ZonePeriod) -> str | None:
        shape = row.outer or row.nominal
        # Talks held far away are in the list and the timeline; drawing them would shrink the map.
        if shape is None or not shape.intersects(extent):
            return None
        return keys.setdefault(built.recipes[row.id].model_dump_json(), f"s{len(keys)}")

    return [(row, key(row)) for row in built.rows]


def _cited(built: BuiltAtlas, clauses: Iterable[ClauseState]) -> list[str]:
    """Return the claims that rows, disputes and clauses cite, each once, in their order."""
    listed = chain(
        (row.claim_ids for row in built.rows),
        (dispute.claims for dispute in built.record.disputes.values()),
        (clause.cited for clause in clauses),
    )
    return list(dict.fromkeys(chain.from_iterable(listed)))


def _claim(record: Record, key: str) -> dict[str, Any]:
    claim, known = record.claims[key], record.known[key]
    return {
        "source_id": record.source_of[key],
        **_fields(claim, "kind", "summary", "asserted_by", "date", "date_basis", "stated_on"),
        "known": known and known.isoformat(),
        "hedged": claim.hedged,
        "start": claim.where.start if claim.where else None,
        "end": claim.where.end if claim.where else None,
        "locator": claim.locator,
    }


def _source(source: Source) -> dict[str, Any]:
    published = _fields(source.published, "date", "basis", "note")
    return {
        **_fields(source, "kind", "publisher", "title"),
        "published": published["date"],
        "published_basis": published["basis"],
        "published_note": published["note"],
        **_fields(source, "url", "language", "licence", "reliability"),
    }


def _grounds(record: Record) -> list[dict[str, Any]]:
    """Return whose data the ground is drawn from, each publisher and licence once."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for path in basemap_files(record.root):
        file = json.loads(read_seed(record.root, path))
        source, licence = record.sources.get(file.get("source", "")), file.get("licence", "")
        if source is not None:
            found[source.id, licence] = {**_fields(source, "publisher"), "licence": licence}
    return list(found.values())


def _named(record: Record) -> Iterator[str]:
    """Yield all that a search can find."""
    for place in record.places.values():
        yield from names(place)
    for zone in record.zones.values():
        yield from zone.names.root.values()


def _home(record: Record, rows: Iterable[KeyedRow]) -> list[float]:
    """Return west, south, east, north of all that the map ever draws, else of the atlas."""
    drawn = [row.shape for row, key in rows if key]
    edges = shapely.total_bounds(drawn or shapely.Polygon(record.atlas.extent))
    return [round(edge, 4) for edge in edges.tolist()]
