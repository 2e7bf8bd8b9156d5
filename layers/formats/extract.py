"""A part of the atlas that is an atlas itself: chosen rows, and what they need to be read.

What a day of knowledge leaves out is gone and not hidden: claims stated later, the ends that
only they tell, sides of disputes that nobody had taken by then, whoever spoke only later, and
descriptions that rest on later claims too. What is left of an editor's words (clause, confidence,
the titles of disputes) is that of the edition, whatever the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import pandas as pd
from geopandas import GeoDataFrame

from geo.recipes import mentions
from layers.build.rows import BuiltAtlas, ZonePeriod, iter_rows
from layers.errors import ExportError
from layers.i18n import localized
from layers.query.selection import BBox, Selection
from layers.record.clauses import Agreement
from layers.record.model import Dispute, GazetteerPlace, Record, Zone

# Ranks of the towns that stay for orientation, whatever was chosen.
FAMILIAR = 2


def extract(built: BuiltAtlas, selection: Selection) -> BuiltAtlas:
    """Return the chosen rows with the layers, zones, claims, places and disputes they need.

    The digest stays that of the whole record, which the part was taken from. Raises
    `ExportError` where nothing is left to hold.
    """
    record = built.record
    stated = record.stated_by(selection.known_by)
    frame = _without_later_asserters(built, selection.rows(built))
    rows = list(iter_rows(frame))
    if not rows:
        raise ExportError("nothing of the record lies in what was chosen; choose more")
    zones = dict(_zones(built, {row.zone_id for row in rows}, stated))
    disputes = {one.id: one for one in _disputes(record, zones, stated)}
    agreements = dict(_agreements(record, set(zones), stated))
    cited = _cited(rows, disputes.values(), agreements.values())
    claims = {key: claim for key, claim in record.claims.items() if key in cited and key in stated}
    part = replace(
        record,
        layers={key: one for key, one in record.layers.items() if key in {r.layer for r in rows}},
        zones=zones,
        disputes=disputes,
        agreements=agreements,
        claims=claims,
        source_of={key: record.source_of[key] for key in claims},
        places={place.id: place for place in _places(built, rows, selection.box)},
        actors={key: record.actors[key] for key in _actors(record, rows, claims, agreements)},
        systems={},
        unknowns={},
    )
    return replace(built, record=part, frame=frame)


def _kept(claims: Iterable[str], stated: set[str]) -> tuple[str, ...]:
    return tuple(key for key in claims if key in stated)


def _without_later_asserters(built: BuiltAtlas, rows: GeoDataFrame) -> GeoDataFrame:
    """Return rows, as known by a day, without those of their asserters who only spoke later."""
    claims = built.record.claims

    def asserters(keys: Iterable[str]) -> list[str]:
        return sorted({claims[key].asserted_by for key in keys})

    all_starts = built.frame["start_claim_ids"].loc[rows.index]
    known = [
        # A period may declare who asserts it, in words of its own.
        asserters(known_starts) if list(declared) == asserters(starts) else declared
        for declared, starts, known_starts in zip(
            rows["asserted_by"], all_starts, rows["start_claim_ids"], strict=True
        )
    ]
    return rows.assign(asserted_by=pd.Series(known, index=rows.index, dtype=object))


def _zones(built: BuiltAtlas, kept: set[str], stated: set[str]) -> Iterator[tuple[str, Zone]]:
    """Yield the zones; one whose base is not among them no longer names it."""
    told = zip(built.frame["zone_id"], built.frame["claim_ids"], strict=True)
    later = {zone for zone, claims in told if not stated.issuperset(claims)}
    left_out = localized("formats.left_out", built.record.atlas.languages)
    for key, zone in built.record.zones.items():
        if key not in kept:
            continue
        changes: dict[str, object] = {}
        if zone.variant_of not in kept:
            changes["variant_of"] = None
        if key in later:
            changes |= {"summary": left_out, "confidence_reason": left_out, "drawn": None}
        yield key, zone.model_copy(update=changes)


def _disputes(record: Record, zones: Iterable[str], stated: set[str]) -> Iterator[Dispute]:
    """Yield the disputes about these zones of which two sides had spoken, with those sides."""
    kept = set(zones)
    for dispute in record.disputes.values():
        if kept.isdisjoint(dispute.zones):
            continue
        sides = [
            side.model_copy(update={"claims": claims})
            for side in dispute.sides
            if (claims := list(_kept(side.claims, stated)))
        ]
        if len(sides) > 1:
            about = [key for key in dispute.zones if key in kept]
            yield dispute.model_copy(update={"sides": sides, "zones": about})


def _agreements(
    record: Record, zones: set[str], stated: set[str]
) -> Iterator[tuple[str, Agreement]]:
    """Yield the agreements with those clauses of these zones that had been stated."""
    for name, agreement in record.agreements.items():
        clauses = [
            clause.model_copy(
                update={
                    "zones": [key for key in clause.zones if key in zones],
                    "makes": [key for key in clause.makes if key in zones],
                    "claims": claims,
                    "outcomes": [one for one in clause.outcomes if one.claim in stated],
                }
            )
            for clause in agreement.clauses
            if not zones.isdisjoint((*clause.zones, *clause.makes))
            if (claims := list(_kept(clause.claims, stated)))
        ]
        if clauses:
            yield name, agreement.model_copy(update={"clauses": clauses})


def _cited(
    rows: Iterable[ZonePeriod], disputes: Iterable[Dispute], agreements: Iterable[Agreement]
) -> set[str]:
    cited = {key for row in rows for key in row.claim_ids}
    cited |= {key for one in agreements for clause in one.clauses for key in clause.cited}
    return cited | {key for one in disputes for key in one.claims}


def _actors(
    record: Record,
    rows: Iterable[ZonePeriod],
    claims: Iterable[str],
    agreements: Mapping[str, Agreement],
) -> list[str]:
    """Return who asserts or must do something, in the record's order, with whom they speak for."""
    named = {key for row in rows for key in row.asserted_by}
    for agreement in agreements.values():
        named |= {key for clause in agreement.clauses for key in (*clause.who, *clause.towards)}
    for key in claims:
        named |= {record.claims[key].asserted_by, *record.claims[key].actors}
    named |= {of for key in named if (of := record.actors[key].of)}
    return [key for key in record.actors if key in named]


def _places(
    built: BuiltAtlas, rows: Iterable[ZonePeriod], box: BBox | None
) -> Iterator[GazetteerPlace]:
    """Yield the places that the shapes and claims name, and what a reader finds the way by."""
    record = built.record
    claims = (record.claims[key] for row in rows for key in row.claim_ids)
    named = {item.place for claim in claims for item in claim.places}
    for row in rows:
        named |= {name for kind, name in mentions(built.recipes[row.id]) if kind == "place"}
    for key, place in record.places.items():
        if key in named or place.rank <= FAMILIAR or (box and _within(place, box)):
            yield place


def _within(place: GazetteerPlace, box: BBox) -> bool:
    west, south, east, north = box
    here = (
        west <= place.lon <= east if west <= east else not east < place.lon < west
    )  # a west side beyond the east side goes over the antimeridian
    return here and south <= place.lat <= north
