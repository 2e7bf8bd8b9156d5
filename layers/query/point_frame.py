"""Points of people's own against the rows: a GeoDataFrame in, a GeoDataFrame out."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import NDArray

from layers.build.rows import CRS, languages_in, name_columns, typed_column
from layers.errors import AtlasWarning, QueryError
from layers.query import filters
from layers.query.points import HOLDS, RELATIONS, PointIndex, PointMatches
from layers.record.model import Record

Days = NDArray[np.datetime64]
_DAY = "datetime64[D]"


def join_rows(
    index: PointIndex,
    points: GeoDataFrame,
    *,
    on: filters.Day | None = None,
    on_column: str | None = None,
    known_by: filters.Day | None = None,
    distances: bool = True,
) -> GeoDataFrame:
    """Return what rows say of points, one row a point and zone period that may hold it.

    `layers.Atlas.at_points` says it in full. Points of which the record does not speak have no
    row, and an `AtlasWarning` counts them.
    """
    known = filters.optional_day("known_by", known_by)
    spots, days = degrees(points), _days(points, on, on_column)
    asked = np.flatnonzero(_answerable(index.built.record, spots, days))
    days = np.full(len(points), None, _DAY) if days is None else days
    found = index.match(
        np.asarray(spots.array)[asked], days[asked], known_by=known, distances=distances
    )
    taken = asked[found.point]
    answers = _answers(found, days[taken])
    if not distances:
        del answers["distance_to_edge_m"]
    own = points.geometry.iloc[taken]
    return GeoDataFrame(answers, index=own.index, geometry=own.array, crs=points.crs)


def degrees(points: Any, parameter: str = "points") -> GeoSeries:
    """Return points of any CRS in degrees (EPSG:4326), longitude first.

    Raises
    ------
    QueryError
        For what is no GeoDataFrame, has no CRS, or holds anything but points.
    """
    if not isinstance(points, GeoDataFrame):
        kind = type(points).__name__
        message = f"must be a GeoDataFrame, not {kind}; geopandas.points_from_xy helps to make one"
        raise QueryError(parameter, kind, message)
    if points.crs is None:
        message = "have no CRS; say which it is, as points.set_crs('EPSG:4326') for degrees"
        raise QueryError(parameter, None, message)
    strange = shapely.get_type_id(points.geometry.array) > 0
    if strange.any():
        kind = str(points.geom_type[strange].iloc[0])
        message = f"hold a {kind}; ask of points, as points.representative_point() makes them"
        raise QueryError(parameter, kind, message)
    return points.geometry.to_crs(CRS)


def _days(points: GeoDataFrame, on: filters.Day | None, on_column: str | None) -> Days | None:
    """Return the day of each point, NaT where its column has none; None to ask of all days."""
    if on_column is None:
        return None if on is None else np.full(len(points), filters.required_day("on", on), _DAY)
    if on is not None:
        raise QueryError("on_column", on_column, "is another way to give a day; leave out 'on'")
    if on_column not in points:
        known = ", ".join(map(str, points.columns[:40]))
        raise QueryError(
            "on_column", on_column, f"there is no column {on_column!r}; known: {known}"
        )
    column = points[on_column]
    if pd.api.types.is_datetime64_any_dtype(column):
        column = column.dt.normalize()
    codes, different = pd.factorize(column)
    return np.array([*(filters.required_day("on_column", one) for one in different), None], _DAY)[
        codes
    ]


def _answerable(record: Record, spots: GeoSeries, days: Days | None) -> NDArray[np.bool_]:
    """Tell of which points the record speaks, and warn of the others."""
    extent = shapely.Polygon(record.atlas.extent)
    shapely.prepare(extent)
    placed: NDArray[np.bool_] = ~(spots.isna() | spots.is_empty).to_numpy()
    inside = placed.copy()
    inside[placed] = shapely.intersects_xy(extent, *shapely.get_coordinates(spots[placed].array).T)
    first, last = record.atlas.days
    timely = np.full(len(spots), True)
    if days is not None:
        timely = (days >= np.datetime64(first)) & (days <= np.datetime64(last))
    left_out = {
        "have no place": ~placed,
        "lie beyond the atlas": placed & ~inside,
        f"have no day from {first} to {last}, for which the record speaks": inside & ~timely,
    }
    told = [f"{count:,} {why}" for why, of in left_out.items() if (count := int(of.sum()))]
    if told:
        message = f"of {len(spots):,} points {', '.join(told)}: they have no row in the answer"
        warnings.warn(message, AtlasWarning, stacklevel=4)
    answerable: NDArray[np.bool_] = inside & timely
    return answerable


def _answers(found: PointMatches, days: Days) -> dict[str, Any]:
    """Return matches as the columns of an answer."""
    rows = found.rows
    names = name_columns(dict.fromkeys(languages_in(rows)))
    texts = ("id", "zone_id", "layer", *names, "track", "status")
    return {
        "on": days.astype("datetime64[s]"),
        **{name: rows[name].array.take(found.row) for name in texts},
        "holds": typed_column("string", HOLDS).array.take(found.holds),
        "relation": typed_column("string", RELATIONS).array.take(found.relation),
        "distance_to_edge_m": np.round(found.metres, 1),
        "claim_ids": rows["claim_ids"].map(list).array.take(found.row),
    }
