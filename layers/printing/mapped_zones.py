"""What a sheet shows: each zone once, by the row that says most of it, as the map does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from layers.build.rows import BuiltAtlas, ZonePeriod
from layers.query.states import zone_states_on
from layers.style.symbology import Symbol, symbology


@dataclass(frozen=True, slots=True)
class MappedZone:
    """One zone on a day: the row that the map draws, and how to draw it."""

    row: ZonePeriod
    symbol: Symbol
    is_certain: bool
    """Whether the row certainly holds, not merely possibly."""
    disputed: bool
    is_after_last_report: bool
    """Whether the status is unknown because a last report came before."""
    is_mapped: bool
    """Whether it has a shape or a name's place within the atlas's extent."""

    @property
    def is_place(self) -> bool:
        """Tell whether its kind is a place and not an extent."""
        return self.symbol.kind.is_place

    @property
    def shape(self) -> BaseGeometry | None:
        """Return the best shape there is, in degrees."""
        return self.row.shape

    @property
    def is_point(self) -> bool:
        """Tell whether it is drawn as a sign at one point."""
        nominal = self.row.nominal
        if nominal is not None:
            return bool(nominal.geom_type.endswith("Point"))
        return self.is_place

    @property
    def point(self) -> tuple[float, float] | None:
        """Return where its sign stands: its point, or the place to write its name."""
        row = self.row
        if row.anchor is not None and (row.nominal is None or not self.is_point):
            return row.anchor
        drawn = row.nominal if row.nominal is not None else row.outer
        if drawn is None or not self.is_point:
            return None
        return drawn.centroid.x, drawn.centroid.y


def mapped_zones(built: BuiltAtlas, rows: GeoDataFrame, on: date) -> list[MappedZone]:
    """Return each zone of the rows once, in their order, by its leading row."""
    style = symbology(built.record)
    extent = shapely.Polygon(built.record.atlas.extent)
    return [
        MappedZone(
            row=state.lead,
            symbol=style.symbol(state.lead.zone_type, state.lead.status),
            is_certain=state.holds == "certain",
            disputed=state.disputed,
            is_after_last_report=state.is_after_last_report,
            is_mapped=_mapped(state.lead, extent),
        )
        for state in zone_states_on(built, on, rows=rows).values()
    ]


def _mapped(row: ZonePeriod, extent: shapely.Polygon) -> bool:
    """Tell whether a map of the atlas shows it: talks held far away would shrink the map."""
    shape = row.outer or row.nominal
    if shape is not None:
        return bool(shape.intersects(extent))
    return row.anchor is not None and bool(extent.covers(shapely.Point(row.anchor)))


def cited_sources(shown: Sequence[MappedZone]) -> list[str]:
    """Return the sources of exactly the rows shown, each once, in their order."""
    return list(dict.fromkeys(key for one in shown for key in one.row.source_ids))
