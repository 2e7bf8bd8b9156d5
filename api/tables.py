"""Make the collections from built layers: each layer, then what the record lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, cast

import shapely
from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from api.columns import FilterColumn, FilterType
from api.table import Days, FeatureTable, ShapeCache
from layers.build.rows import READINGS, BuiltAtlas, column_kinds, columns, plain_values
from layers.formats.columns import columns_of
from layers.formats.evidence import clause_rows
from layers.formats.ogc import CLAIMS, CLAUSES, PLACES, TALLIES, points_of, texts
from layers.query import listing
from layers.query.clauses import clause_states
from layers.query.tallies import tallies
from layers.record.dates import parse_edtf
from layers.record.model import Record
from layers.record.texts import LocalizedText


def tables(built: BuiltAtlas) -> dict[str, FeatureTable]:
    """Return every collection by its id, layers first and in their order."""
    record, cache = built.record, ShapeCache()
    made = [
        *(layer_table(record, name, built.of_layer(name)) for name in record.layers),
        _places(record),
        *(make(record, None) for make in KNOWN_BY.values()),
    ]
    return {one.id: replace(one, cache=cache) for one in made}


def layer_table(record: Record, name: str, rows: GeoDataFrame) -> FeatureTable:
    """Return rows of a layer as a collection."""
    kinds = column_kinds(record.languages)
    held = {
        key: FilterColumn(key, cast("FilterType", kinds[key]), plain_values(rows[key], kinds[key]))
        for key in columns(record.languages)
    }
    zones = [record.zones[key] for key in rows["zone_id"]]
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
    )


def _places(record: Record) -> FeatureTable:
    kinds: dict[str, FilterType] = {
        "id": "string",
        **{f"name_{lang}": "string" for lang in record.languages},
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
    places = list(record.places.values())
    items = [place.model_dump() for place in places]
    spots = [shapely.Point(place.lon, place.lat) for place in places]

    return _of_record(
        record, PLACES, items, kinds, [None] * len(places), spots,
        lambda lang: [{"name": place.name(lang)} for place in places],
    )  # fmt: skip


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


def _claims(record: Record, known_by: date | None) -> FeatureTable:
    """Return the claims, those stated by a day or all, as a collection."""
    listed = listing.claims(record, known_by=known_by)
    days = [_days(claim["date"]) for claim in listed]
    for claim, pair in zip(listed, days, strict=True):
        claim["date_from"], claim["date_to"] = pair or (None, None)
    kinds: dict[str, FilterType] = {
        key: kind
        for name, kind in _CLAIM_KINDS.items()
        for key in ([f"{name}{lang}" for lang in record.languages] if name[-1] == "_" else [name])
    }
    shapes = [points_of(record, [item["place"] for item in one["places"]]) for one in listed]
    said = _summaries([record.claims[claim["id"]].summary for claim in listed])
    return _of_record(record, CLAIMS, listed, kinds, days, shapes, said)


def _days(text: str | None) -> Days | None:
    if text is None:
        return None
    when = parse_edtf(text)
    return when.earliest, when.latest


def _clauses(record: Record, known_by: date | None) -> FeatureTable:
    found = clause_states(record, known_by=known_by)
    summaries = [state.clause.summary for state in found]
    return _listed(record, CLAUSES, list(clause_rows(found)), summaries, ("from_day", "by_day"))


def _tallies(record: Record, known_by: date | None) -> FeatureTable:
    rows = tallies(record, known_by=known_by)
    summaries = [record.claims[row["id"]].summary for row in rows]
    return _listed(record, TALLIES, rows, summaries, ("first_day", "last_day"))


def _listed(
    record: Record,
    name: str,
    listed: Sequence[Mapping[str, Any]],
    summaries: Sequence[LocalizedText],
    ends: tuple[str, str],
) -> FeatureTable:
    """Return a list of the record as a collection, its columns those of its sheet."""
    kinds = {
        one.name: "number" if one.kind == "integer" else cast("FilterType", one.kind)
        for one in columns_of(name, record.languages)
    }
    days = [(_day(item[ends[0]]), _day(item[ends[1]])) for item in listed]
    shapes = [points_of(record, item["places"]) for item in listed]
    return _of_record(record, name, listed, kinds, days, shapes, _summaries(summaries))


Localised = Callable[[str], Sequence[Mapping[str, Any]]]


def _summaries(texts: Sequence[LocalizedText]) -> Localised:
    return lambda lang: [{"summary": text[lang]} for text in texts]


def _of_record(
    record: Record,
    name: str,
    items: Sequence[Mapping[str, Any]],
    kinds: Mapping[str, FilterType],
    days: Sequence[Days | None],
    shapes: Sequence[BaseGeometry | None],
    localised: Localised,
) -> FeatureTable:
    """Return items of the record as a collection, a column for each of ``kinds``."""
    title, summary = texts(name, record.atlas)
    return FeatureTable(
        id=name,
        title=title,
        summary=summary,
        ids=[item["id"] for item in items],
        columns={
            key: FilterColumn(key, kind, [item[key] for item in items])
            for key, kind in kinds.items()
        },
        days=days,
        shapes={"nominal": shapes},
        localised={lang: localised(lang) for lang in record.interface_languages},
        feature_type={PLACES: "place", CLAIMS: "claim"}.get(name, name),
        has_time=name != PLACES,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


KNOWN_BY: dict[str, Callable[[Record, date | None], FeatureTable]] = {
    CLAIMS: _claims,
    CLAUSES: _clauses,
    TALLIES: _tallies,
}
"""The collections of the record that hold what had been stated by a day."""
