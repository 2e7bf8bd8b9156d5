"""One map of a page: base map, zones, names that do not collide, scale bar, north."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from layers.printing import basemap, fonts, symbols
from layers.printing.boxes import Box, around, bounds
from layers.printing.canvas import HALO_ALPHA, Canvas
from layers.printing.job import PrintJob
from layers.printing.labels import CollisionIndex
from layers.printing.names import MapLabels
from layers.printing.projection import NORTH_FROM_DEGREES, MapFrame
from layers.printing.symbols import MapSymbol
from layers.style.colors import INK, PAPER, RULE_2


@dataclass(eq=False)
class MapPanel:
    """A map in a frame of the page, and what it came to show.

    ``inset`` is the frame of a second map, whose edge is drawn on this one; where
    ``covered`` is set, that map lies over this one and nothing is named there.
    """

    canvas: Canvas
    frame: MapFrame
    job: PrintJob
    unit: float
    inset: MapFrame | None = None
    covered: Box | None = None
    named_on_inset: Collection[str] = ()
    is_inset: bool = False
    title: str = ""
    labels: MapLabels = field(init=False)
    scale_bar: tuple[float, float] = field(init=False, default=(0.0, 0.0))
    """Kilometres, and their length in points."""

    def __post_init__(self) -> None:
        self.index = CollisionIndex(self.frame.box, padding=3 * self.unit)
        self.labels = MapLabels(
            self.canvas, self.frame, self.job, self.unit, self.index, is_inset=self.is_inset
        )

    def draw(self) -> None:
        """Draw all of it, the scale bar too, and a frame around it."""
        self.canvas.prefix = "inset-" if self.is_inset else ""
        with self.canvas.group("map"):
            self._draw()
        self.canvas.prefix = ""

    def _draw(self) -> None:
        canvas, box, unit = self.canvas, self.frame.box, self.unit
        seen = symbols.map_symbols(self.frame, self.job.shown)
        if self.covered is not None:
            self.index.reserve(self.covered)
        with canvas.clipped(box):
            with canvas.group("basemap"):
                earth = basemap.basemap_of(self.job.built.record)
                basemap.draw(canvas, self.frame, earth, unit=unit)
            symbols.draw(canvas, self.frame, seen, unit=unit, chosen=self.job.chosen)
            if (edge := self._inset_edge()) is not None:
                with canvas.group("inset-edge"):
                    canvas.shape(edge, line=PAPER, width=3.4 * unit, line_alpha=0.8)
                    canvas.shape(edge, line=INK, width=1.3 * unit)
            # Empty until the names are placed, but below the furniture in the file.
            for name in ("towns", "labels"):
                with canvas.group(name):
                    pass
            with canvas.group("furniture"):
                self._title()
                self._north()
                self._scale_bar(seen)
            symbols.reserve(self.index, self.frame, seen, unit=unit)
            self.labels.write(seen, named_on_inset=self.named_on_inset)
        with canvas.group("frame"):
            canvas.shape(box.polygon(), line=RULE_2, width=1.2 * unit)

    def _inset_edge(self) -> BaseGeometry | None:
        """Return the edge of what the inset shows larger, in points of this map."""
        if self.inset is None:
            return None
        edge = shapely.get_coordinates(self.inset.box.polygon().exterior)
        return shapely.LinearRing(self.frame.forward(self.inset.inverse(edge)))

    def _scale_bar(self, seen: Sequence[MapSymbol]) -> None:
        """Draw a round number of kilometres, true at the map's middle; it is not mirrored."""
        unit, box = self.unit, self.frame.box
        km, length = self.frame.scale_bar(min(130 * unit, box.width * 0.3))
        size = 11.5 * unit
        label = f"{km:g} {self.job.words.gettext('scale_km')}"
        wide = fonts.width(label, size, lang=self.canvas.lang)
        corner = Box(0, 0, length + wide / 2 + 24 * unit, 32 * unit)
        corner = self._free_corner(corner.moved(box.left + 8 * unit, box.bottom - 40 * unit), seen)
        self.scale_bar = (km, length)
        self.canvas.shape(corner.polygon(), fill=PAPER, fill_alpha=HALO_ALPHA)
        x, y = corner.left + 11 * unit, corner.bottom - 8 * unit
        ticks = [x, x + length / 2, x + length]
        bar = [shapely.LineString([(x, y), (x + length, y)])]
        bar += [shapely.LineString([(at, y - 4 * unit), (at, y)]) for at in ticks]
        self.canvas.shape(shapely.multilinestrings(bar), line=INK, width=1.3 * unit)
        texts = ["0", f"{km / 2:g}" if length > 90 * unit else "", label]
        for at, text in zip(ticks, texts, strict=True):
            self.canvas.text(at, y - 8 * unit, text, size=size, align="middle")
        self.index.reserve(corner)

    def _free_corner(self, corner: Box, seen: Sequence[MapSymbol]) -> Box:
        """Return the corner for the scale bar: at the start below, unless something lies there."""
        box, gap = self.frame.box, 8 * self.unit
        across = box.right - gap - corner.right
        up = box.top + gap - corner.top
        start, end = (across, 0.0) if self.canvas.rtl else (0.0, across)
        tries = [corner.moved(*move) for move in ((start, 0.0), (end, 0.0), (end, up), (start, up))]
        collides = self.index.collides(bounds(tries))
        tries = [one for one, over in zip(tries, collides, strict=True) if not over] or tries
        spots = [shapely.Point(one.point).buffer(9 * self.unit) for one in seen if one.point]
        areas = [one.area for one in seen if one.area is not None]
        for under in ([*spots, *areas], spots):
            for one in tries:
                if not any(one.polygon().intersects(shape) for shape in under):
                    return one
        return tries[0]

    def _title(self) -> None:
        """Write the map's own title into its upper corner at the start."""
        if not self.title:
            return
        unit, box, size = self.unit, self.frame.box, 12.5 * self.unit
        wide = fonts.width(self.title, size, weight=600, lang=self.canvas.lang) + 16 * unit
        plate = Box(box.left, box.top, box.left + wide, box.top + 1.7 * size)
        if self.canvas.rtl:
            plate = plate.moved(box.right - plate.right, 0)
        self.canvas.shape(plate.polygon(), fill=PAPER)
        start = plate.right - 8 * unit if self.canvas.rtl else plate.left + 8 * unit
        self.canvas.text(start, plate.top + 1.17 * size, self.title, size=size, weight=600)
        self.index.reserve(plate)

    def _north(self) -> None:
        """Draw an arrow where meridians lean enough to be seen."""
        if self.frame.tilt() < NORTH_FROM_DEGREES:
            return
        unit, box = self.unit, self.frame.box
        x = box.left + 22 * unit if self.canvas.rtl else box.right - 22 * unit
        y = box.top + 31 * unit
        plate = around(x, y, 14 * unit, 23 * unit)
        foot = plate.top + 28 * unit
        arrow = [(x, plate.top + 5 * unit), (x + 6 * unit, foot), (x, foot - 5 * unit)]
        self.canvas.shape(plate.polygon(), fill=PAPER, fill_alpha=HALO_ALPHA)
        self.canvas.shape(shapely.Polygon([*arrow, (x - 6 * unit, foot)]), fill=INK)
        north = self.job.words.gettext("print.north")
        self.canvas.text(
            x, plate.bottom - 4 * unit, north, size=12 * unit, weight=600, align="middle"
        )
        self.index.reserve(plate)
