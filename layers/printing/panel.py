"""One map of a sheet: ground, zones, names that do not collide, scale bar, north."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from layers.printing import basemap as ground
from layers.printing import fonts
from layers.printing import symbols as marks
from layers.printing.canvas import INK, PAPER, RULE_2, Box, sides
from layers.printing.labels import Room
from layers.printing.names import Names
from layers.printing.symbols import Mark

# Meridians that lean less than this at the corners lean too little to be seen.
NORTH_FROM_DEGREES = 5.0


@dataclass(eq=False)
class Chart(Names):
    """A map in a window of a page, and what it came to show."""

    def draw(self) -> None:
        """Draw all of it, the scale bar too, and a frame around it."""
        box = self.window.box
        seen = marks.marks_in(self.flat, self.shown)
        self._larger = self._inset_edge()
        self.room = Room(box, padding=3 * self.unit)
        for other in self.reserved:
            self.room.take(other)
        with self.page.clipped(box):
            if not (self.ground_drawn or self.unseen):
                earth = ground.ground_of(self.built.record)
                ground.draw(self.page, self.window, earth, unit=self.unit)
            if not self.unseen:
                marks.draw(self.page, self.flat, seen, unit=self.unit, chosen=list(self.chosen))
            self._inset()
            self._title()
            self._scale_bar(seen)
            self._north()
            marks.reserve(self.room, self.window, seen, unit=self.unit)
            self.write_names(seen)
        self.page.shape(box.shape(), line=RULE_2, width=1.2 * self.unit)

    def _scale_bar(self, seen: Sequence[Mark]) -> None:
        """Draw a round number of kilometres, true at the map's middle; it is not mirrored."""
        unit, box = self.unit, self.window.box
        km, length = self.window.scale_bar(min(130 * unit, box.width * 0.3))
        size = 11.5 * unit
        label = f"{_number(km)} {self.words.of('scale_km')}"
        wide = fonts.width(label, size, lang=self.words.lang)
        corner = Box(
            box.left + 8 * unit, box.bottom - 40 * unit,
            box.left + 8 * unit + length + wide / 2 + 24 * unit, box.bottom - 8 * unit,
        )  # fmt: skip
        corner = self._clear(corner, seen)
        self.scale_bar = (km, length)
        self.page.shape(corner.shape(), fill=PAPER, fill_alpha=0.86)
        x, y = corner.left + 11 * unit, corner.bottom - 8 * unit
        ticks = [(x, y), (x + length / 2, y), (x + length, y)]
        bar = [shapely.LineString([ticks[0], ticks[-1]])]
        bar += [shapely.LineString([(at, y - 4 * unit), (at, y)]) for at, _ in ticks]
        self.page.shape(shapely.multilinestrings(bar), line=INK, width=1.3 * unit)
        above = y - 8 * unit
        self.page.text(x, above, "0", size=size, align="middle")
        if length > 90 * unit:
            self.page.text(x + length / 2, above, _number(km / 2), size=size, align="middle")
        self.page.text(x + length, above, label, size=size, align="middle")
        self.room.take(corner)

    def _clear(self, corner: Box, seen: Sequence[Mark]) -> Box:
        """Return the corner for the scale bar: at the start below, unless something lies there."""
        box, gap = self.window.box, 8 * self.unit
        across = box.right - gap - corner.right
        up = box.top + gap - corner.top
        start, end = (across, 0.0) if self.page.rtl else (0.0, across)
        moves = ((start, 0.0), (end, 0.0), (end, up), (start, up))
        tries = [
            Box(corner.left + dx, corner.top + dy, corner.right + dx, corner.bottom + dy)
            for dx, dy in moves
        ]
        met = self.room.met(sides(tries))
        tries = [one for one, over in zip(tries, met, strict=True) if not over] or tries
        spots = [shapely.Point(mark.spot).buffer(9 * self.unit) for mark in seen if mark.spot]
        areas = [mark.area for mark in seen if mark.area is not None]
        for under in ([*spots, *areas], spots):
            for one in tries:
                if not any(one.shape().intersects(shape) for shape in under):
                    return one
        return tries[0]

    def _inset_edge(self) -> BaseGeometry | None:
        """Return the edge of what a second map shows larger, in points of this one."""
        if self.inset is None:
            return None
        edge = shapely.get_coordinates(self.inset.box.shape().exterior)
        return shapely.LinearRing(self.window.forward(self.inset.inverse(edge)))

    def _inset(self) -> None:
        """Frame what a second map shows larger."""
        self.page.shape(self._larger, line=PAPER, width=3.4 * self.unit, line_alpha=0.8)
        self.page.shape(self._larger, line=INK, width=1.3 * self.unit)

    def _title(self) -> None:
        """Write the map's own title into its upper corner at the start."""
        if not self.title:
            return
        unit, box, turn = self.unit, self.window.box, (-1 if self.page.rtl else 1)
        lines = self._lines(self.title, 12.5, 600, INK, 220)
        width, height = self._extent(lines)
        start = box.right if self.page.rtl else box.left
        ends = sorted((start, start + turn * (width + 16 * unit)))
        plate = Box(ends[0], box.top, ends[1], box.top + height + 7 * unit)
        self.page.shape(plate.shape(), fill=PAPER)
        self._write(lines, start + turn * 8 * unit, box.top + 3 * unit)
        self.room.take(plate)

    def _north(self) -> None:
        """Draw an arrow where meridians lean enough to be seen."""
        if self.window.tilt() < NORTH_FROM_DEGREES:
            return
        unit, box = self.unit, self.window.box
        x = box.left + 22 * unit if self.page.rtl else box.right - 22 * unit
        x, y = (x, box.top + 16 * unit)
        self.page.shape(
            Box(x - 14 * unit, y - 8 * unit, x + 14 * unit, y + 38 * unit).shape(),
            fill=PAPER, fill_alpha=0.86,
        )  # fmt: skip
        tip, foot = (x, y - 3 * unit), y + 20 * unit
        arrow = shapely.Polygon(
            [tip, (x + 6 * unit, foot), (x, foot - 5 * unit), (x - 6 * unit, foot)]
        )
        self.page.shape(arrow, fill=INK)
        self.page.text(
            x, y + 34 * unit, self.words.own("north"), size=12 * unit, weight=600, align="middle"
        )
        self.room.take(Box(x - 14 * unit, y - 8 * unit, x + 14 * unit, y + 38 * unit))


def _number(value: float) -> str:
    return f"{value:g}"
