"""What a sheet shows: each zone once, by the row that says most of it, as the map does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from layers.build.rows import BuiltAtlas, Geometries, ZonePeriod
from layers.query import filters as query
from layers.style.symbology import symbology


@dataclass(frozen=True, slots=True)
class Held:
    """One zone on a day: the row that the map draws, and how to draw it."""

    row: ZonePeriod
    drawn: Geometries
    sure: bool
    """Whether the row certainly holds, not merely possibly."""
    disputed: bool
    after: bool
    """Whether the status is unknown because a last report came before."""
    is_place: bool
    """Whether its kind is a place and not an extent."""
    mapped: bool
    """Whether it has a shape or a name's place within the atlas's extent."""

    @property
    def shape(self) -> BaseGeometry | None:
        """Return the best shape there is, in degrees."""
        return self.drawn.nominal or self.drawn.outer

    @property
    def is_point(self) -> bool:
        """Tell whether it is drawn as a sign at one point."""
        nominal = self.drawn.nominal
        if nominal is not None:
            return bool(nominal.geom_type.endswith("Point"))
        return self.is_place

    @property
    def spot(self) -> tuple[float, float] | None:
        """Return where its sign stands: its point, or the place to write its name."""
        if self.drawn.nominal is not None and self.is_point:
            point = self.drawn.nominal.centroid
            return point.x, point.y
        if self.drawn.anchor is not None:
            return self.drawn.anchor
        if self.is_point and self.drawn.outer is not None:
            point = self.drawn.outer.centroid
            return point.x, point.y
        return None


def held(built: BuiltAtlas, rows: Iterable[ZonePeriod], on: date | None) -> list[Held]:
    """Return each zone of the rows once, in their order, by its leading row.

    Practice says more than paper, certain more than possible, then the stronger status.
    """
    style = symbology(built.record)
    rank = {status: at for at, status in enumerate(style.ranks)}
    of_zone: dict[str, list[ZonePeriod]] = {}
    for row in rows:
        of_zone.setdefault(row.zone_id, []).append(row)

    def weight(row: ZonePeriod) -> int:
        sure = on is None or row.validity.holds(on) == "certain"
        return (0 if row.track == "practice" else 100) + (0 if sure else 10) + rank[row.status]

    extent = shapely.Polygon(built.record.atlas.extent)
    reports = _last_reports(built)
    found = []
    for of in of_zone.values():
        lead = min(of, key=weight)
        found.append(
            Held(
                row=lead,
                drawn=built.drawn[lead.id],
                sure=on is None or lead.validity.holds(on) == "certain",
                disputed=query.disputed(built, lead),
                after=lead.status == "unknown"
                and reports.get((lead.zone_id, lead.track), date.max) <= lead.valid_from,
                is_place=style.is_place(lead.zone_type),
                mapped=_mapped(built.drawn[lead.id], extent),
            )
        )
    return found


def _last_reports(built: BuiltAtlas) -> dict[tuple[str, str], date]:
    """Return for each zone and track the first day of a row that ended with a last report."""
    found: dict[tuple[str, str], date] = {}
    for row in built.rows:
        if row.end_reason == "last_report_only":
            key = (row.zone_id, row.track)
            found[key] = min(found.get(key, row.valid_from), row.valid_from)
    return found


def _mapped(drawn: Geometries, extent: shapely.Polygon) -> bool:
    """Tell whether a map of the atlas shows it: talks held far away would shrink the map."""
    shape = drawn.outer or drawn.nominal
    if shape is not None:
        return bool(shape.intersects(extent))
    return drawn.anchor is not None and bool(extent.covers(shapely.Point(drawn.anchor)))


def sources_of(shown: Sequence[Held]) -> list[str]:
    """Return the sources of exactly the rows shown, each once, in their order."""
    return list(dict.fromkeys(key for one in shown for key in one.row.source_ids))
