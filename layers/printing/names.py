"""Which names a map shows, in what order they find room, and how they are written."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from geo.recipes import mentions
from layers.build.rows import BuiltAtlas
from layers.printing import basemap as ground
from layers.printing import entries as lists
from layers.printing import fonts
from layers.printing import patterns as look
from layers.printing import symbols as marks
from layers.printing import wrapping as flow
from layers.printing.canvas import INK, INK_2, PAPER, Box, Page
from layers.printing.held import Held
from layers.printing.labels import Room, around, aslant, beside, leader
from layers.printing.obstacles import Busy
from layers.printing.projection import Flat, Window
from layers.printing.symbols import Mark
from layers.printing.words import Words
from layers.printing.wrapping import Line, Run
from layers.record.model import GazetteerPlace
from layers.web.page.data import SETTLEMENTS

HALO = 1.5
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
_ZONE_PX, _STATE_PX, _PLACE_PX = 14.5, 12.0, 11.5
# What a point of zones' lines under a name costs.
_CROSSED = 0.2
_COUNTRY, _COUNTRY_HOME, _WATER = "#6B655C", "#5F594F", "#3F6376"
# Least share of a zone that is in view where its name is written; more on a second map.
_SLIVER, _SLIVER_INSET = 0.25, 0.7
# Kinds whose places are named at the scale of a country, and from which zoom the others are.
_NAMED_FAR, _NAMED_FROM = frozenset({"foreign_base"}), 8.4


@dataclass(eq=False)
class Names:
    """The names of a map in a window of a page."""

    page: Page
    flat: Flat
    """The window, with what it shows of the zones."""
    built: BuiltAtlas
    words: Words
    unit: float
    shown: Sequence[Held]
    chosen: Collection[str] = ()
    reserved: Sequence[Box] = ()
    ground_drawn: bool = False
    unseen: bool = False
    """Whether nobody sees it: names find their places, and nothing lies beneath them."""
    inset: Window | None = None
    """A second map of the page, framed on this one."""
    named_larger: Collection[str] = ()
    """The zones that have their names on the second map."""
    title: str = ""
    larger: bool = False
    """Whether this is the second map: what it shows in part has its name on the first."""
    sparse: bool = False
    """Whether to name fewer towns: a picture is looked at for a moment."""
    room: Room = field(init=False)
    scale_bar: tuple[float, float] = field(init=False)
    _larger: BaseGeometry | None = field(init=False, default=None)
    _short: dict[str, dict[str, str]] = field(init=False, default_factory=dict)
    """By kind, the names of its places without the words that all begin with."""
    named: list[str] = field(default_factory=list)

    @property
    def window(self) -> Window:
        """Return the part of the earth that it shows, and where on the page."""
        return self.flat.window

    def write_names(self, seen: Sequence[Mark]) -> None:
        """Write zones' names first, then places, countries, towns by rank, and waters."""
        towns = self._towns()
        dots = {}
        for place, x, y in towns:
            if place.rank <= (1 if self.larger else 2):
                dots[place.id] = Box(x - 3, y - 3, x + 3, y + 3)
                self.room.take(dots[place.id])
        busy = Busy([mark.area for mark in seen if mark.area is not None])
        for mark in sorted(seen, key=self._wanted):
            first = mark.area is not None and mark.held.row.variant_of is None
            if first and not self._named_elsewhere(mark):
                self._zone_name(mark, busy)
        for mark in sorted(seen, key=self._wanted):
            if self._named_elsewhere(mark):
                continue
            if mark.area is not None and mark.held.row.zone_id in self.chosen:
                if mark.held.row.variant_of is not None:
                    self._zone_name(mark, busy)
            elif mark.spot is not None and self._is_named(mark.held):
                self._place_name(mark)
        self._countries(busy)
        for place, x, y in towns:
            if place.id in dots:
                self.room.leave(dots[place.id])
            self._town(place, x, y)
        self._waters()

    def _wanted(self, mark: Mark) -> tuple[bool, bool, float]:
        """Return what puts names in order: what is chosen, then small areas, hard to name."""
        area = mark.area.area if mark.area is not None else 0.0
        return (mark.held.row.zone_id not in self.chosen, mark.area is None, area)

    def _named_elsewhere(self, mark: Mark) -> bool:
        """Tell whether a second map of the page has the zone whole, and room for its name."""
        if self._larger is None:
            return False
        if mark.area is not None:
            return mark.held.row.zone_id in self.named_larger
        spot = shapely.Point(mark.spot or (0.0, 0.0))
        return bool(shapely.Polygon(shapely.get_coordinates(self._larger)).contains(spot))

    def _is_named(self, held: Held) -> bool:
        row = held.row
        if row.zone_id in self.chosen or row.zone_type in _NAMED_FAR or held.shape is None:
            return True
        return self.window.zoom(self.unit) >= _NAMED_FROM

    def _lines(self, text: str, px: float, weight: int, color: str, most_px: float) -> list[Line]:
        # A figure stays with its unit.
        kept = text.replace(
            f" {self.words.of('scale_km')}", f"{flow.NO_BREAK}{self.words.of('scale_km')}"
        )
        run = Run(kept, px * self.unit, weight, color)
        return flow.balanced([run], most_px * self.unit, lang=self.words.lang)

    def _name_of(self, held: Held) -> str:
        return held.row.name_ar if self.words.lang == "ar" else held.row.name_en

    def _short_name(self, held: Held) -> str:
        """Return a place's name without the words that all of its kind here begin with."""
        kind, name = held.row.zone_type, self._name_of(held)
        if kind not in self._short:
            alike = [o for o in self.shown if o.row.zone_type == kind and o.is_point]
            self._short[kind] = lists.without_common_words([self._name_of(o) for o in alike])
        return self._short[kind].get(name, name)

    def _state_of(self, held: Held) -> str:
        return self.words.status(held.row.status, held.row.zone_type, after=held.after)

    def _zone_name(self, mark: Mark, busy: Busy) -> None:
        row, area, unit = mark.held.row, mark.area, self.unit
        if area is None or self._is_sliver(mark.held):
            return
        near = area.intersection(self.window.box.shape())
        if near.is_empty:
            return
        color = look.kind(row.zone_type)["text"]
        lines = self._lines(self._name_of(mark.held), _ZONE_PX, 600, color, 170)
        lines += self._lines(self._state_of(mark.held), _STATE_PX, 400, INK_2, 170)
        width, height = self._extent(lines)
        sign = 27 * unit

        def price(box: Box, most: float) -> float:
            paid = _price(box, near, busy, most)
            if paid >= most:
                return paid
            return paid + 45 * self.room.crossings(box, leader(box, near, least=7 * unit))

        tries = around(near, width + sign, height)
        least = busy.least_crossed(tries) * _CROSSED
        best = self.room.best(tries, price, most=70.0, least=least)
        if best is None:
            return
        self.named.append(row.zone_id)
        line = leader(best, near, least=7 * unit)
        if line is not None:
            self.room.leaders.append(line)
            self.page.shape(line, line=PAPER, width=2.6 * unit, line_alpha=0.9)
            self.page.shape(line, line=color, width=0.9 * unit)
        start = best.right if self.page.rtl else best.left
        middle = start + (-11 if self.page.rtl else 11) * unit
        look.sign(
            self.page, row.zone_type, middle, best.top + 9.5 * unit, unit=unit, casing=1.2 * unit
        )
        self._write(lines, start + (-sign if self.page.rtl else sign), best.top)

    def _is_sliver(self, held: Held) -> bool:
        """Tell whether so little of a zone is in view that its name would mislead."""
        west, south, east, north = self.window.degrees()
        if held.shape is None or held.row.zone_id in self.chosen:
            return False
        left, bottom, right, top = held.shape.bounds
        least = _SLIVER_INSET if self.larger else _SLIVER
        across = (min(right, east) - max(left, west)) / max(right - left, 1e-9)
        down = (min(top, north) - max(bottom, south)) / max(top - bottom, 1e-9)
        return min(across, down) < least

    def _extent(self, lines: Sequence[Line]) -> tuple[float, float]:
        """Return width and height of lines, each with a leading of its own."""
        lang = self.words.lang
        wide = max(piece.at + piece.run.width(piece.run.text, lang) for o in lines for piece in o)
        return wide, sum(self._step(line) for line in lines)

    def _step(self, line: Line) -> float:
        return flow.leading([line], self.words.lang) * 0.92

    def _write(self, lines: Sequence[Line], x: float, top: float) -> None:
        for line in lines:
            step = self._step(line)
            flow.write(self.page, [line], x, top - step * 0.04, halo=HALO * self.unit / 0.62)
            top += step

    def _place_name(self, mark: Mark) -> None:
        held, unit = mark.held, self.unit
        if mark.spot is None:
            return
        row = held.row
        color = look.kind(row.zone_type)["text"]
        bare = held.shape is None
        weight = 600 if bare or row.zone_type in _NAMED_FAR else 400
        lines = self._lines(self._short_name(held), _PLACE_PX, weight, color, 130)
        width, height = self._extent(lines)
        gap = 9 * marks.sign_size(held, self.window, unit)
        x, y = mark.spot
        tries = beside(x, y, width, height, gap, rtl=self.page.rtl)
        tries += aslant(x, y, width, height, gap * 0.75)
        if row.zone_type == "label" and bare:
            tries = [Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2), *tries]
        best = self.room.first(tries)
        if best is None:
            return
        self.named.append(row.zone_id)
        self._write(lines, best.right if self.page.rtl else best.left, best.top)

    def _towns(self) -> list[tuple[GazetteerPlace, float, float]]:
        """Return the towns that this scale names, the most important first.

        A place that a zone in view is drawn from counts one rank higher.
        """
        record = self.built.record
        mentioned = {
            name
            for one in self.shown
            if one.mapped
            for kind, name in mentions(self.built.recipes[one.row.id])
            if kind == "place"
        }
        zoom = self.window.zoom(self.unit) - (0.9 if self.sparse else 0.0)
        west, south, east, north = self.window.degrees()
        found = []
        for place in record.places.values():
            rank = max(1, place.rank - (place.id in mentioned and place.rank > 2))
            if place.kind not in SETTLEMENTS or zoom < _FROM_ZOOM.get(rank, 9.0):
                continue
            if not (south < place.lat < north and west < place.lon < east):
                continue
            if self._town_name(place) is not None:
                found.append((rank, place, *self.window.at(place.lon, place.lat)))
        found.sort(key=lambda one: (one[0], one[1].rank, one[1].id))
        return [(place, x, y) for _, place, x, y in found]

    def _town_name(self, place: GazetteerPlace) -> str | None:
        """Return a town's name; a small one without Arabic would stand in Latin letters."""
        if self.words.lang != "ar":
            return place.name_en
        return place.name_ar or (place.name_en if place.rank <= 2 else None)

    def _town(self, place: GazetteerPlace, x: float, y: float) -> None:
        unit = self.unit
        size, weight, color = _TOWN[place.rank]
        name = (self._town_name(place) or "").split(" (")[0]
        lines = self._lines(name, size, weight, color, 400)
        dot = Box(x - 3.6 * unit, y - 3.6 * unit, x + 3.6 * unit, y + 3.6 * unit)
        if not self.room.free(dot):
            return
        width, height = self._extent(lines)
        best = self.room.first(beside(x, y, width, height, 6 * unit, rtl=self.page.rtl))
        if best is None:
            return
        self.room.take(dot)
        half = {1: 3.2, 2: 2.7, 3: 2.7, 4: 2.2, 5: 2.0}[place.rank] * unit
        if place.rank == 1:
            spot: BaseGeometry = shapely.box(x - half, y - half, x + half, y + half)
        else:
            spot = shapely.Point(x, y).buffer(half, quad_segs=8)
        full = place.rank <= 2
        self.page.shape(spot, line=PAPER, width=2.4 * unit)
        self.page.shape(
            spot, fill=INK if full else PAPER, line=INK if full else color, width=1.3 * unit
        )
        self._write(lines, best.right if self.page.rtl else best.left, best.top)

    def _countries(self, busy: Busy) -> None:
        for one in ground.ground_of(self.built.record).of("land"):
            name, shape = one.name(self.words.lang), self.window.project(one.shape)
            if not name or shape is None:
                continue
            seen = shape.intersection(self.window.box.grown(-6 * self.unit).shape())
            color = _COUNTRY_HOME if one.home else _COUNTRY
            # Letters are spaced in Latin alone: Arabic letters join.
            shown = name if self.page.rtl else "\u200a".join(name.upper())
            lines = self._lines(shown, 12.5, 400, color, 400)
            width, height = self._extent(lines)
            if seen.is_empty or seen.area < 3 * width * height:
                continue
            whole = shape
            tries = (
                box
                for box in _within(seen, width, height)
                if whole.contains(box.shape())
                and not busy.crossed(box, 1e-9)
                and busy.covered(box, 0.2) < 0.2
            )
            best = self.room.first(tries)
            if best is not None:
                self._write(lines, best.right if self.page.rtl else best.left, best.top)

    def _waters(self) -> None:
        if self.window.zoom(self.unit) < 6.0:
            return
        earth = ground.ground_of(self.built.record)
        done: set[str] = set()
        frame = self.window.box.grown(-4 * self.unit).shape()
        for part in ("lakes", "rivers"):
            for one in earth.of(part):
                name, shape = one.name(self.words.lang), self.window.project(one.shape)
                if not name or shape is None or name in done:
                    continue
                seen = shape.intersection(frame)
                if seen.is_empty or (seen.length < 90 * self.unit):
                    continue
                size = 11.5 * self.unit
                width = fonts.width(name, size, italic=True, lang=self.words.lang)
                coords = shapely.get_coordinates(seen)
                for share in (0.5, 0.35, 0.65, 0.2, 0.8):
                    x, y = coords[int((len(coords) - 1) * share)]
                    tries = beside(x, y, width, size * 1.2, 5 * self.unit, rtl=self.page.rtl)
                    best = self.room.first(tries)
                    if best is None:
                        continue
                    done.add(name)
                    self.page.text(
                        best.right if self.page.rtl else best.left, best.bottom - size * 0.32,
                        name, size=size, color=_WATER, italic=True, halo=HALO * 0.7,
                    )  # fmt: skip
                    break


def _price(box: Box, area: BaseGeometry, busy: Busy, most: float) -> float:
    """Return what a name's place costs: distance from its shape, lines and areas under it.

    From ``most`` on it may be any number not below it: the dear questions come last.
    """
    shape = box.shape()
    apart = shape.distance(area)
    within = area.geom_type.endswith("Polygon") and area.contains(shape)
    half = 0.0 if within or apart > 0 else 14.0
    far = (apart > 9) * 3
    paid = half + apart * 0.22 + far
    if paid >= most:
        return float(paid)
    crossed = busy.crossed(box, (most - paid) / _CROSSED + 1.0) * _CROSSED
    if paid + crossed >= most:
        return float(paid + crossed)
    covered = min(busy.covered(box, 3.0), 3)
    return float(half + apart * 0.22 + crossed + covered * 7 + far)


def _within(area: BaseGeometry, width: float, height: float) -> list[Box]:
    """Return boxes over an area, from its middle outwards."""
    left, top, right, bottom = area.bounds
    if not isinstance(area, shapely.Polygon | shapely.MultiPolygon):
        return []
    x0, y0 = shapely.get_coordinates(shapely.maximum_inscribed_circle(area, tolerance=2.0))[0]
    spots = [
        (left + (right - left) * i / 14, top + (bottom - top) * j / 14)
        for i in range(1, 14)
        for j in range(1, 14)
    ]
    spots.sort(key=lambda spot: math.hypot(spot[0] - x0, (spot[1] - y0) * 1.5))
    return [
        Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        for x, y in [(float(x0), float(y0)), *spots]
    ]
