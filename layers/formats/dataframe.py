"""Answers and lists as DataFrames, a type for each column whatever happens to be missing.

Days are ``datetime64``, lists stay lists; a date of the record (EDTF) is text, because it may
be vague.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

import geopandas
import pandas as pd
from geopandas import GeoDataFrame

from layers.build.rows import (
    CRS,
    READINGS,
    TRACKS,
    BuiltAtlas,
    FrameColumnType,
    Reading,
    column_kinds,
    columns,
    iter_rows,
    typed_column,
)
from layers.formats.attribution import credits_of, provenance
from layers.formats.columns import Sheet, sheet, words_of
from layers.formats.evidence import clause_rows, dispute_rows, side_rows, source_rows
from layers.query import filters, listing
from layers.query.clauses import ClauseState
from layers.query.points import PointAnswer
from layers.query.search import Match
from layers.record.dates import parse_edtf
from layers.record.model import Record

# A text is a column for each language of the atlas.
_NAME, _SUMMARY = "name_", "summary_"
_POINT: dict[str, FrameColumnType] = {
    "id": "string", "zone_id": "string", "layer": "string", _NAME: "string", "track": "string",
    "status": "string", "holds": "string", "relation": "string", "distance_to_edge_m": "number",
    "claim_ids": "strings",
}  # fmt: skip
_CHANGE: dict[str, FrameColumnType] = {
    "zone_id": "string", "layer": "string", _NAME: "string", "change": "string",
    **{f"{when}_{track}": "strings" for when in ("before", "after") for track in TRACKS},
    "shape_changed": "boolean", "end_reasons": "strings", "claim_ids": "strings",
}  # fmt: skip
_MATCH: dict[str, FrameColumnType] = {
    "id": "string", _NAME: "string", "spellings": "strings", "kind": "string", "lon": "number",
    "lat": "number", "uncertainty_m": "number", "matched": "string", "score": "number",
}  # fmt: skip
_DATED: dict[str, FrameColumnType] = {
    "date": "string", "earliest": "date", "latest": "date", "date_basis": "string",
    "kind": "string", _SUMMARY: "string", "asserted_by": "string", "hedged": "boolean",
    "stated_on": "string", "claim_id": "string", "source_id": "string", "zone_ids": "strings",
}  # fmt: skip


def table(
    rows: Iterable[Mapping[str, Any]],
    kinds: Mapping[str, FrameColumnType],
    languages: Iterable[str] = (),
) -> pd.DataFrame:
    """Return rows as a DataFrame with a column of each kind; what is not named is left out.

    A name of ``kinds`` that ends in ``_`` is that of a text, with a column for each language.
    """
    given, tags = list(rows), list(languages)
    kinds = {
        column: kind
        for name, kind in kinds.items()
        for column in ([f"{name}{lang}" for lang in tags] if name.endswith("_") else [name])
    }
    return pd.DataFrame(
        {name: typed_column(kind, [row[name] for row in given]) for name, kind in kinds.items()}
    )


def zones(built: BuiltAtlas, rows: GeoDataFrame, reading: Reading | Literal["all"]) -> GeoDataFrame:
    """Return rows with a shape, or all three, and in ``attrs`` what to pass on with them."""
    rows, record = rows.reset_index(drop=True), built.record
    kinds, told = column_kinds(record.languages), columns(record.languages)
    own = {name: rows[name].map(list) for name in told if kinds[name] == "strings"}
    contested = [filters.disputed(built, row) for row in iter_rows(rows)]
    shapes = list(READINGS) if reading == "all" else [reading]
    made = rows.assign(**own, disputed=typed_column("boolean", contested))
    made = made[[*told, "disputed", *shapes]]
    if reading != "all":
        made = made.set_geometry(reading).rename_geometry("geometry")
    made.attrs = dict(provenance(built, credits_of(built, rows), reading))
    return made


def sheet_table(given: Sheet) -> pd.DataFrame:
    """Return a sheet of evidence as a DataFrame."""
    kinds = {column.name: column.kind for column in given.columns}
    lists = [name for name, kind in kinds.items() if kind == "strings"]
    rows = ({**row, **{name: words_of(row[name] or ()) for name in lists}} for row in given.rows)
    return table(rows, kinds)


def point_answers(answers: Iterable[PointAnswer], record: Record) -> pd.DataFrame:
    """Return what rows say of a point, a row each."""
    return table((answer.as_dict() for answer in answers), _POINT, record.languages)


def changes(found: Iterable[Mapping[str, Any]], record: Record) -> pd.DataFrame:
    """Return what `layers.query.changes.diff` found, with the statuses of each track apart."""
    names = [(f"{when}_{track}", when, track) for when in ("before", "after") for track in TRACKS]
    rows = (
        {**item, **{name: item[when].get(track, ()) for name, when, track in names}}
        for item in found
    )
    return table(rows, _CHANGE, record.languages)


def matches(found: Iterable[Match], record: Record) -> pd.DataFrame:
    """Return places found by name, best first."""
    return table((match.as_dict() for match in found), _MATCH, record.languages)


def listed(name: str, found: Iterable[Mapping[str, Any]], record: Record) -> pd.DataFrame:
    """Return what a list of the record holds, claims or tallies, with the columns of its sheet."""
    return sheet_table(sheet(name, found, record.languages))


def clauses(found: Iterable[ClauseState], record: Record) -> pd.DataFrame:
    """Return clauses with their states, a row each, and who said what as lists."""
    rows = list(clause_rows(found))
    return listed("clauses", rows, record).assign(reports=[row["reports"] for row in rows])


def sources(record: Record) -> pd.DataFrame:
    """Return every source, with how many claims the record takes from it."""
    counts = Counter(record.source_of.values())
    found = listed("sources", source_rows(record), record)
    return found.assign(claims=[counts[name] for name in found["id"]])


def places(record: Record) -> GeoDataFrame:
    """Return every place of the gazetteer as a point in EPSG:4326."""
    rows = (place.model_dump() for place in record.places.values())
    found = listed("places", rows, record)
    points = geopandas.points_from_xy(found["lon"], found["lat"])
    return GeoDataFrame(found, geometry=points, crs=CRS)


def disputes(record: Record, known_by: date | None) -> pd.DataFrame:
    """Return the disputes, a row a side, with what a dispute is about on each of its rows."""
    spoken = {item["id"] for item in listing.disputes(record, known_by)}
    heads = listed("disputes", dispute_rows(record), record)
    heads = heads[heads["id"].isin(spoken)].rename(columns={"id": "dispute_id"})
    return heads.merge(listed("dispute_sides", side_rows(record), record), on="dispute_id")


def timeline(found: Iterable[Mapping[str, Any]], record: Record) -> pd.DataFrame:
    """Return what `layers.query.listing.timeline` listed, with the days each date may mean."""
    dates = ((item, parse_edtf(item["date"])) for item in found)
    rows = ({**item, "earliest": when.earliest, "latest": when.latest} for item, when in dates)
    return table(rows, _DATED, record.languages)
