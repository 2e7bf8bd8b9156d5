"""Questions about built layers: on a day, known by a day, at a point, in a box.

All are pure functions of `layers.build.rows.BuiltAtlas`. Points are WGS84 longitude, latitude in
degrees; distances are geodesic.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from geo.measure import distance_m
from layers.build.rows import BuiltAtlas, ZonePeriod
from layers.errors import QueryError, UnknownLayer
from layers.record.dates import meets, parse_day
from layers.record.model import Record

# Less than any degree of latitude on the ellipsoid has (110.57 km at the equator), and more than
# an edge of a kilometre bulges beyond the box around its ends.
_KM_PER_DEGREE, _SLACK_KM = 110.0, 0.1


@dataclass(frozen=True, slots=True)
class Answer:
    """What one row says of a point on a day.

    ``relation`` is inside_all (in the inner shape), inside_some (in the outer) or outside; an
    edge counts as inside. ``distance_to_edge_m`` is unsigned, to the nominal edge (to the
    point or line itself for rows that are one), None where there is none.
    """

    row: ZonePeriod
    holds: str | None
    relation: str
    distance_to_edge_m: float | None

    def as_dict(self) -> dict[str, object]:
        """Return the answer as the command and the service give it."""
        far = self.distance_to_edge_m
        return {
            "id": self.row.id,
            "zone_id": self.row.zone_id,
            "layer": self.row.layer,
            "name_en": self.row.name_en,
            "name_ar": self.row.name_ar,
            "track": self.row.track,
            "status": self.row.status,
            "holds": self.holds,
            "relation": self.relation,
            "distance_to_edge_m": None if far is None else round(far, 1),
            "claim_ids": list(self.row.claim_ids),
        }


def day(parameter: str, text: str | None) -> date | None:
    """Return a day from a parameter's text, None where it was left out."""
    return None if text is None else need_day(parameter, text)


def need_day(parameter: str, text: str) -> date:
    """Return a day from a parameter's text."""
    try:
        return parse_day(text)
    except ValueError as error:
        raise QueryError(parameter, text, str(error)) from None


def check_day(record: Record, on: date | None, parameter: str = "on") -> None:
    """Refuse a day for which the record does not speak; it never extrapolates."""
    first, last = parse_day(record.atlas.record_from), parse_day(record.atlas.record_to)
    if on is not None and not first <= on <= last:
        raise QueryError(
            parameter,
            on.isoformat(),
            f"{on} is beyond the record, which speaks for {first} to {last}",
        )


def known_by(
    built: BuiltAtlas, rows: Iterable[ZonePeriod], by: date | None
) -> tuple[ZonePeriod, ...]:
    """Return rows as a reader could know them by the end of a day.

    A period exists if a claim of its start had been stated; its end is open unless a claim of
    its end had been. Claims stated later are left out of the row. None: all is known.
    """
    if by is None:
        return tuple(rows)
    return tuple(known for row in rows if (known := _as_known(built, row, by)) is not None)


def _as_known(built: BuiltAtlas, row: ZonePeriod, by: date) -> ZonePeriod | None:
    record = built.record
    if row.stated_on is None or row.stated_on > by:
        return None

    def stated(key: str) -> bool:
        return (on := record.known[key]) is not None and on <= by

    claims = tuple(key for key in row.claim_ids if stated(key))
    seen = replace(
        row,
        claim_ids=claims,
        source_ids=tuple(dict.fromkeys(record.source_of[key] for key in claims)),
        dispute_ids=tuple(
            key
            for key in row.dispute_ids
            if sum(any(map(stated, side.claims)) for side in record.disputes[key].sides) > 1
        ),
    )
    ends = built.end_claims[row.id]
    if ends and not any(map(stated, ends)):
        seen = replace(seen, valid_to=None, certain_to=None, end_reason=None)
    return seen


def holding(rows: Iterable[ZonePeriod], on: date | None) -> tuple[ZonePeriod, ...]:
    """Return the rows that hold on a day, certainly or possibly; all for None."""
    if on is None:
        return tuple(rows)
    return tuple(row for row in rows if row.validity.holds(on))


def during(
    rows: Iterable[ZonePeriod], first: date | None, last: date | None
) -> tuple[ZonePeriod, ...]:
    """Return the rows that hold on some day from ``first`` to ``last`` (None: unbounded)."""
    return tuple(row for row in rows if meets(row.validity, first, last))


def disputed(built: BuiltAtlas, row: ZonePeriod) -> bool:
    """Tell whether a row rests on a claim of a side in a dispute about its status."""
    disputes = (built.record.disputes[key] for key in row.dispute_ids)
    contested = {
        key
        for dispute in disputes
        if dispute.about == "status"
        for side in dispute.sides
        for key in side.claims
    }
    return not contested.isdisjoint(built.start_claims[row.id])


def in_box(
    built: BuiltAtlas, rows: Iterable[ZonePeriod], box: Sequence[float]
) -> tuple[ZonePeriod, ...]:
    """Return the rows whose nominal, else outer, shape meets west, south, east, north."""
    west, south, east, north = box
    # A box over the antimeridian has its west side east of its east side.
    halves = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    window = shapely.union_all([shapely.box(a, south, b, north) for a, b in halves])
    chosen = []
    for row in rows:
        drawn = built.drawn[row.id]
        shape = drawn.nominal or drawn.outer
        if shape is not None and shape.intersects(window):
            chosen.append(row)
    return tuple(chosen)


class RowIndex:
    """Rows by the boxes around their shapes, for many single questions about points."""

    def __init__(self, built: BuiltAtlas) -> None:
        self._rows = built.rows
        numbers: dict[int, list[int]] = {}
        shapes: dict[int, BaseGeometry] = {}
        for number, row in enumerate(built.rows):
            drawn = built.drawn[row.id]
            for shape in (drawn.inner, drawn.nominal, drawn.outer):
                if shape is not None:
                    shapes[id(shape)] = shape
                    numbers.setdefault(id(shape), []).append(number)
        self._numbers = [numbers[key] for key in shapes]
        self._tree = shapely.STRtree(list(shapes.values()))

    def near(self, lon: float, lat: float, within_km: float | None) -> tuple[ZonePeriod, ...]:
        """Return every row that may hold a point or lie so near, and some others, in order."""
        windows: list[BaseGeometry] = [shapely.Point(lon, lat)]
        if within_km is not None:
            up = (within_km + _SLACK_KM) / _KM_PER_DEGREE
            if abs(lat) + up > 85:
                return self._rows
            across = up / math.cos(math.radians(abs(lat) + up))
            south, north = lat - up, lat + up
            windows = [
                shapely.box(lon + turn - across, south, lon + turn + across, north)
                for turn in (-360.0, 0.0, 360.0)
            ]
        hits = set(self._tree.query(windows)[1].tolist())
        numbers = {number for hit in hits for number in self._numbers[hit]}
        return tuple(self._rows[number] for number in sorted(numbers))


def at(
    built: BuiltAtlas,
    lon: float,
    lat: float,
    *,
    on: date | None = None,
    by: date | None = None,
    within_km: float | None = None,
    index: RowIndex | None = None,
) -> list[Answer]:
    """Return what the record says of a point: rows that hold it, nearest answers first.

    Rows that do not hold it are left out, except those within ``within_km`` of it. Raises
    `QueryError` for a point beyond the atlas's extent or a day beyond the record. An index
    of the same layers spares looking at every row; one question alone is quicker without.
    """
    check_point(built.record, lon, lat)
    check_day(built.record, on)
    if within_km is not None and not 0 <= within_km <= 20_000:
        raise QueryError("within", within_km, "must be a distance in km from 0 to 20000")
    spot = shapely.Point(lon, lat)
    answers = []
    rows = built.rows if index is None else index.near(lon, lat, within_km)
    for row in holding(known_by(built, rows, by), on):
        drawn = built.drawn[row.id]
        relation = _relation(spot, drawn.inner, drawn.outer)
        if relation == "outside" and within_km is None:
            continue
        far = distance_m(lon, lat, drawn.nominal)
        if relation == "outside":
            reach = far if far is not None else distance_m(lon, lat, drawn.outer)
            if reach is None or within_km is None or reach > within_km * 1000:
                continue
        answers.append(Answer(row, row.validity.holds(on) if on else None, relation, far))
    order = {"inside_all": 0, "inside_some": 1, "outside": 2}
    return sorted(answers, key=lambda answer: order[answer.relation])


def check_point(record: Record, lon: float, lat: float) -> None:
    """Refuse a point beyond the atlas's extent."""
    for name, value, limit in (("lon", lon, 180.0), ("lat", lat, 90.0)):
        if not math.isfinite(value) or abs(value) > limit:
            raise QueryError(name, value, f"must be degrees from -{limit:g} to {limit:g}")
    extent = shapely.Polygon(record.atlas.extent)
    if extent.covers(shapely.Point(lon, lat)):
        return
    hint = ""
    if abs(lon) <= 90 and extent.covers(shapely.Point(lat, lon)):
        hint = "; longitude comes first: lon and lat look swapped"
    raise QueryError("lon", lon, f"{lon:g}, {lat:g} lies beyond the atlas{hint}")


def _relation(
    spot: shapely.Point,
    inner: shapely.geometry.base.BaseGeometry | None,
    outer: shapely.geometry.base.BaseGeometry | None,
) -> str:
    if inner is not None and inner.covers(spot):
        return "inside_all"
    if outer is not None and outer.covers(spot):
        return "inside_some"
    return "outside"


def layer_rows(built: BuiltAtlas, layer: str) -> tuple[ZonePeriod, ...]:
    """Return the rows of a layer; `UnknownLayer` names those that exist."""
    if layer not in built.record.layers:
        raise UnknownLayer("layer", layer, built.record.layers)
    return built.of(layer)
