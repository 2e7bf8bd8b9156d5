"""Which names a map shows, in what order they find room, and how they are written."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.recipes import mentions
from layers.printing import entries, fonts, patterns, symbols
from layers.printing.basemap import basemap_of, projected
from layers.printing.boxes import Box, around
from layers.printing.canvas import Canvas
from layers.printing.job import MappedZone, PrintJob
from layers.printing.labels import (
    CollisionIndex,
    LabelObstacles,
    area_candidates,
    area_costs,
    corner_candidates,
    inner_candidates,
    leaders,
    side_candidates,
)
from layers.printing.projection import MapFrame
from layers.printing.symbols import MapSymbol
from layers.printing.text import NO_BREAK, TextSpan, wrap_balanced
from layers.record.basemap_files import basemap_towns
from layers.record.kinds import SETTLEMENTS
from layers.record.model import GazetteerPlace
from layers.style.colors import COUNTRY_NAME, HOME_NAME, INK, INK_2, PAPER, WATER_NAME

HALO = 1.5
# So many zones are tried for a name, the most wanted first: no page holds more.
MOST_NAMES = 80
# Least zoom at which a town of each rank is named, and how its name is written: size in px,
# weight, colour. Paper is read closer than a screen.
_FROM_ZOOM = {1: 0.0, 2: 5.9, 3: 7.5, 4: 8.7, 5: 9.4}
_TOWN = {
    1: (15, 600, INK),
    2: (13, 600, INK),
    3: (12, 400, INK),
    4: (11, 400, INK_2),
    5: (11, 400, INK_2),
}
_TOWN_HALF_PX = {1: 3.2, 2: 2.7, 3: 2.7, 4: 2.2, 5: 2.0}
_ZONE_PX, _STATE_PX, _PLACE_PX, _WATER_PX = 14.5, 12.0, 11.5, 11.5
# A zone is not named at a place that costs more, nor where a leader crosses others: each costs.
_MOST_COST, _CROSSING = 70.0, 45.0
# A leader that is longer, in px, would have to be looked for: such a name stands in the list alone.
_LONGEST_LEADER = 75
# Least share of a zone that is in view where its name is written; more on an inset.
_SLIVER, _SLIVER_INSET = 0.25, 0.7
# Kinds whose places are named at the scale of a country, and from which zoom the others are.
_NAMED_FAR, _NAMED_FROM = frozenset({"foreign_base"}), 8.4


@dataclass(eq=False)
class MapLabels:
    """The names of one map.

    Parameters
    ----------
    canvas, frame, job
        Where to write, the part of the earth that it shows, and what the page is about.
    unit
        A pixel of the screen in points.
    index
        What is free; what is written is reserved in it.
    is_inset
        Whether this is the inset: what it shows in part has its name on the main map.

    """

    canvas: Canvas
    frame: MapFrame
    job: PrintJob
    unit: float
    index: CollisionIndex
    is_inset: bool = False
    named: list[str] = field(init=False, default_factory=list)
    """The zones that found room for their names."""
    towns: list[str] = field(init=False, default_factory=list)
    """The names of towns that found room."""
    _short: dict[str, dict[str, str]] = field(init=False, default_factory=dict)
    """By kind, the names of its places without the words that all begin with."""

    def write(self, seen: Sequence[MapSymbol], *, named_on_inset: Collection[str] = ()) -> None:
        """Write zones' names first, then places, countries, towns by rank, and waters.

        Zones that have their names on an inset are not named again.
        """
        towns = self._towns()
        dots = {
            place.id: around(x, y, 3)
            for place, x, y in towns
            if place.rank <= (1 if self.is_inset else 2)
        }
        for dot in dots.values():
            self.index.reserve(dot)
        areas = [symbol.area for symbol in seen if symbol.area is not None]
        obstacles = LabelObstacles(self.frame.box, areas)
        wanted = [
            one for one in sorted(seen, key=self._order)
            if one.zone.row.zone_id not in named_on_inset
        ]  # fmt: skip
        self._zone_names(wanted, obstacles)
        self._countries(obstacles)
        for place, x, y in towns:
            if place.id in dots:
                self.index.release(dots[place.id])
            self._town(place, x, y)
        self._waters()

    def _order(self, symbol: MapSymbol) -> tuple[bool, bool, float]:
        """Return what puts names in order: what is chosen, then small areas, hard to name."""
        area = symbol.area.area if symbol.area is not None else 0.0
        return (symbol.zone.row.zone_id not in self.job.chosen, symbol.area is None, area)

    def _zone_names(self, wanted: Sequence[MapSymbol], obstacles: LabelObstacles) -> None:
        """Name areas, then places and, of what is chosen, other readings."""
        areas = [one for one in wanted if one.area is not None]
        for symbol in [one for one in areas if one.zone.row.variant_of is None][:MOST_NAMES]:
            self._zone_name(symbol, obstacles)
        for symbol in wanted:
            row = symbol.zone.row
            if symbol.area is None:
                if len(self.named) < MOST_NAMES and self._is_named(symbol.zone):
                    self._place_name(symbol)
            elif row.zone_id in self.job.chosen and row.variant_of is not None:
                self._zone_name(symbol, obstacles)

    def _is_named(self, zone: MappedZone) -> bool:
        row = zone.row
        if row.zone_id in self.job.chosen or row.zone_type in _NAMED_FAR or zone.shape is None:
            return True
        return self.frame.zoom(self.unit) >= _NAMED_FROM

    def _spans(
        self, text: str, px: float, weight: int, color: str, most_px: float
    ) -> list[TextSpan]:
        # A figure stays with its unit.
        km = self.job.words.gettext("scale_km")
        size = px * self.unit
        lines = wrap_balanced(
            text.replace(f" {km}", f"{NO_BREAK}{km}"),
            most_px * self.unit,
            size=size,
            weight=weight,
            lang=self.canvas.lang,
        )
        return [TextSpan(line, size, weight, color) for line in lines]

    def _extent(self, spans: Sequence[TextSpan]) -> tuple[float, float]:
        lang = self.canvas.lang
        return max(one.width(lang) for one in spans), sum(one.height(lang) for one in spans)

    def _write(self, name: str, spans: Sequence[TextSpan], box: Box, *, indent: float = 0) -> None:
        """Write lines from the start side of a box down, as one group."""
        x = box.right - indent if self.canvas.rtl else box.left + indent
        top = box.top
        with self.canvas.group("labels"), self.canvas.group(f"label-{name}"):
            for one in spans:
                high = one.height(self.canvas.lang)
                self.canvas.text(
                    x, top + (high - one.size) / 2 + one.size * fonts.ASCENT, one.text,
                    size=one.size, weight=one.weight, color=one.color,
                    halo=HALO * self.unit / 0.62,
                )  # fmt: skip
                top += high

    def _zone_name(self, symbol: MapSymbol, obstacles: LabelObstacles) -> None:
        zone, unit = symbol.zone, self.unit
        row = zone.row
        if symbol.area is None or self._is_sliver(zone):
            return
        near = symbol.area.intersection(self.frame.box.polygon())
        if near.is_empty:
            return
        color = zone.symbol.kind.text
        spans = self._spans(self.job.name(zone), _ZONE_PX, 600, color, 170)
        spans += self._spans(self.job.state(zone), _STATE_PX, 400, INK_2, 170)
        width, height = self._extent(spans)
        sign = 27 * unit
        boxes = area_candidates(near, width + sign, height)
        boxes = boxes[self.index.is_free(boxes)]
        lines = leaders(boxes, near, least=7 * unit)
        short = ~(shapely.length(lines) > _LONGEST_LEADER * unit)
        boxes, lines = boxes[short], lines[short]
        costs = area_costs(boxes, near, obstacles) + _CROSSING * self.index.crossings(boxes, lines)
        best = self.index.cheapest(boxes, costs, most=_MOST_COST)
        if best is None:
            return
        self.named.append(row.zone_id)
        line = lines[int(costs.argmin())]
        with self.canvas.group("labels"), self.canvas.group(f"label-{row.zone_id}"):
            if line is not None:
                self.index.leaders.append(line)
                self.canvas.shape(line, line=PAPER, width=2.6 * unit, line_alpha=0.9)
                self.canvas.shape(line, line=color, width=0.9 * unit)
            middle = best.right - 11 * unit if self.canvas.rtl else best.left + 11 * unit
            patterns.marker(
                self.canvas, self.job.style.symbol(row.zone_type, "in_effect"),
                middle, best.top + 9.5 * unit, unit=unit, casing=1.2 * unit,
            )  # fmt: skip
        self._write(row.zone_id, spans, best, indent=sign)

    def _is_sliver(self, zone: MappedZone) -> bool:
        """Tell whether so little of a zone is in view that its name would mislead."""
        west, south, east, north = self.frame.degrees
        if zone.shape is None or zone.row.zone_id in self.job.chosen:
            return False
        left, bottom, right, top = zone.shape.bounds
        least = _SLIVER_INSET if self.is_inset else _SLIVER
        across = (min(right, east) - max(left, west)) / max(right - left, 1e-9)
        down = (min(top, north) - max(bottom, south)) / max(top - bottom, 1e-9)
        return min(across, down) < least

    def _short_name(self, zone: MappedZone) -> str:
        """Return a place's name without the words that all of its kind here begin with."""
        kind, name = zone.row.zone_type, self.job.name(zone)
        if kind not in self._short:
            alike = [o for o in self.job.shown if o.row.zone_type == kind and o.is_point]
            self._short[kind] = entries.without_common_words([self.job.name(o) for o in alike])
        return self._short[kind].get(name, name)

    def _place_name(self, symbol: MapSymbol) -> None:
        zone, row = symbol.zone, symbol.zone.row
        if symbol.point is None:
            return
        bare = zone.shape is None
        weight = 600 if bare or row.zone_type in _NAMED_FAR else 400
        color = zone.symbol.kind.text
        spans = self._spans(self._short_name(zone), _PLACE_PX, weight, color, 130)
        width, height = self._extent(spans)
        gap = 9 * symbols.marker_size(zone, self.frame, self.unit)
        x, y = symbol.point
        tries = side_candidates(x, y, width, height, gap, rtl=self.canvas.rtl)
        tries += corner_candidates(x, y, width, height, gap * 0.75)
        if row.zone_type == "label" and bare:
            tries = [around(x, y, width / 2, height / 2), *tries]
        best = self.index.first(tries)
        if best is not None:
            self.named.append(row.zone_id)
            self._write(row.zone_id, spans, best)

    def _towns(self) -> list[tuple[GazetteerPlace, float, float]]:
        """Return the towns that this scale names, the most important first.

        A place that a zone in view is drawn from counts one rank higher.
        """
        built = self.job.built
        mentioned = {
            name
            for one in self.job.shown
            if one.is_mapped
            for kind, name in mentions(built.recipes[one.row.id])
            if kind == "place"
        }
        # A picture is looked at for a moment.
        is_sparse = self.job.size.layout == "picture"
        zoom = self.frame.zoom(self.unit) - (0.9 if is_sparse else 0.0)
        west, south, east, north = self.frame.degrees
        found = []
        for place in [*built.record.places.values(), *basemap_towns(built.record)]:
            rank = max(1, place.rank - (place.id in mentioned and place.rank > 2))
            if place.kind not in SETTLEMENTS or zoom < _FROM_ZOOM.get(rank, 9.0):
                continue
            if not (south < place.lat < north and west < place.lon < east):
                continue
            if self._town_name(place) is not None:
                found.append((rank, place, *self.frame.at(place.lon, place.lat)))
        found.sort(key=lambda one: (one[0], one[1].rank, one[1].id))
        return [(place, x, y) for _, place, x, y in found]

    def _town_name(self, place: GazetteerPlace) -> str | None:
        """Return a town's name; a small one is left out where its language has none for it."""
        own = place.own_name(self.canvas.lang)
        return own or (place.name(self.canvas.lang) if place.rank <= 2 else None)

    def _town(self, place: GazetteerPlace, x: float, y: float) -> None:
        unit = self.unit
        size, weight, color = _TOWN[place.rank]
        name = (self._town_name(place) or "").split(" (")[0]
        spans = self._spans(name, size, weight, color, 400)
        dot = around(x, y, 3.6 * unit)
        if not self.index.is_free(np.array([[dot.left, dot.top, dot.right, dot.bottom]]))[0]:
            return
        tries = side_candidates(x, y, *self._extent(spans), 6 * unit, rtl=self.canvas.rtl)
        best = self.index.first(tries)
        if best is None:
            return
        self.index.reserve(dot)
        self.towns.append(name)
        half = _TOWN_HALF_PX[place.rank] * unit
        spot: BaseGeometry = shapely.Point(x, y).buffer(half, quad_segs=8)
        if place.rank == 1:
            spot = around(x, y, half).polygon()
        full = place.rank <= 2
        with self.canvas.group("towns"), self.canvas.group(f"town-{place.id}"):
            self.canvas.shape(spot, line=PAPER, width=2.4 * unit)
            self.canvas.shape(
                spot, fill=INK if full else PAPER, line=INK if full else color, width=1.3 * unit
            )
        self._write(f"town-{place.id}", spans, best)

    def _countries(self, obstacles: LabelObstacles) -> None:
        basemap = basemap_of(self.job.built.record)
        for at, (one, shape) in enumerate(projected(basemap, "land", self.frame)):
            name = one.names.get(self.canvas.lang)
            if not name or shape is None:
                continue
            seen = shape.intersection(self.frame.box.grown(-6 * self.unit).polygon())
            color = HOME_NAME if one.home else COUNTRY_NAME
            # Letters are spaced in Latin alone: Arabic letters join.
            shown = name if self.canvas.rtl else "\u200a".join(name.upper())
            spans = self._spans(shown, 12.5, 400, color, 400)
            width, height = self._extent(spans)
            if seen.is_empty or seen.area < 3 * width * height:
                continue
            tries = inner_candidates(seen, width, height)
            clear = shapely.contains(shape, shapely.box(*tries.T))
            clear &= obstacles.line_length_under(tries) == 0
            clear &= obstacles.overlap(tries) < 0.2
            best = self.index.first(Box(*sides) for sides in tries[clear].tolist())
            if best is not None:
                self._write(f"country-{at}", spans, best)

    def _waters(self) -> None:
        if self.frame.zoom(self.unit) < 6.0:
            return
        basemap = basemap_of(self.job.built.record)
        done: set[str] = set()
        frame = self.frame.box.grown(-4 * self.unit).polygon()
        waters = (projected(basemap, part, self.frame) for part in ("lakes", "rivers"))
        for one, shape in itertools.chain(*waters):
            name = one.names.get(self.canvas.lang)
            if not name or shape is None or name in done:
                continue
            seen = shape.intersection(frame)
            if not seen.is_empty and seen.length >= 90 * self.unit and self._water(name, seen):
                done.add(name)

    def _water(self, name: str, seen: BaseGeometry) -> bool:
        size = _WATER_PX * self.unit
        width = fonts.width(name, size, italic=True, lang=self.canvas.lang)
        coords = shapely.get_coordinates(seen)
        for share in (0.5, 0.35, 0.65, 0.2, 0.8):
            x, y = coords[int((len(coords) - 1) * share)]
            tries = side_candidates(x, y, width, size * 1.2, 5 * self.unit, rtl=self.canvas.rtl)
            best = self.index.first(tries)
            if best is not None:
                left = best.right if self.canvas.rtl else best.left
                with self.canvas.group("labels"), self.canvas.group(f"label-water-{name}"):
                    self.canvas.text(
                        left, best.bottom - size * 0.32, name, size=size, color=WATER_NAME,
                        italic=True, halo=HALO * 0.7,
                    )  # fmt: skip
                return True
        return False
