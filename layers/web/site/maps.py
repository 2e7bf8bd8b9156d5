"""The small maps of the text pages: what holds, in the map page's colours, lines and patterns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import shapely
from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from layers.build.rows import BuiltAtlas, ZonePeriod
from layers.style import static_svg as picture
from layers.style import svg
from layers.style.symbology import dash_text, symbology

# Inside in some reading, and inside in every one: how strong the tint is against the state's own.
_PALE, _LINE = 0.4, 0.7
_THINNED = 4e-4  # degrees: a quarter of a pixel where a map is a degree wide
_ROOM = 0.5  # degrees on each side of what a picture is drawn around


class Maps:
    """Draw small maps of one record; the ground is read once."""

    def __init__(self, built: BuiltAtlas) -> None:
        self.built = built
        self.extent = shapely.Polygon(built.record.atlas.extent).bounds
        self.symbology = symbology(built.record)

    @cached_property
    def ground(self) -> picture.StaticBasemap:
        """Return land and borders."""
        whole = picture.read_basemap(self.built.record.root)
        return picture.StaticBasemap(*map(_thinned, (whole.land, whole.borders, whole.home)))

    @cached_property
    def thin(self) -> dict[str, ZonePeriod]:
        """Return each row with its shapes as fine as a small map shows them."""
        return {
            row.id: row._replace(
                nominal=_thinned(row.nominal), inner=_thinned(row.inner), outer=_thinned(row.outer)
            )
            for row in self.built.rows
        }

    def drawn(self, row: ZonePeriod) -> bool:
        """Tell whether a row has a shape on the atlas's map: a venue abroad is not drawn."""
        shape = row.outer or row.nominal
        return shape is not None and shape.envelope.intersects(shapely.box(*self.extent))

    def draw(
        self,
        rows: Iterable[ZonePeriod],
        *,
        lang: str,
        label: str,
        width: int = 640,
        labels: Sequence[picture.Label] = (),
        around: Iterable[ZonePeriod] | None = None,
    ) -> Markup:
        """Return an inline SVG of rows, large shapes first, around some of them or all.

        Around some, there is room to see where they lie, and the others step back: a line and a
        tint, without pattern or readings.
        """
        framed = [row for row in around or () if self.drawn(row)]
        first = {row.id for row in framed}
        chosen = sorted(
            (row for row in rows if self.drawn(row)),
            key=lambda row: (row.id in first, -self._size(row)),
        )
        shapes = [
            shape
            for row in chosen
            for shape in self._shapes(
                row, lang, back=bool(first - {row.id}) and (row.id not in first)
            )
        ]
        room = _ROOM if framed else 0
        within: list[BaseGeometry] = [
            shapely.box(*shape.bounds).buffer(room, join_style="mitre")
            for row in framed or chosen
            if (shape := self.thin[row.id].outer or self.thin[row.id].shape) is not None
        ]
        window = picture.frame_around(within, self.extent)
        return picture.draw(
            shapes, window, self.ground, self.built.record.places.values(),
            lang=lang, label=label, width=width, labels=labels,
        )  # fmt: skip

    def name(self, row: ZonePeriod, text: str) -> picture.Label | None:
        """Return the name of a row to write on its shape, None where it has none."""
        shape = self.thin[row.id].shape
        if shape is None or not self.drawn(row):
            return None
        west, south, east, north = shape.bounds
        middle = (west + east) / 2
        spots = ((middle, north, -8.0), (middle, south, 18.0), (middle, (south + north) / 2, 4.0))
        return picture.Label(spots, text, self.symbology.kind(row.zone_type).text)

    def _size(self, row: ZonePeriod) -> float:
        shape = self.thin[row.id].shape
        return 0.0 if shape is None else float(shape.area)

    def _shapes(self, row: ZonePeriod, lang: str, *, back: bool) -> list[picture.Shape]:
        """Return the outer shape pale, the inner one in full, and the line of the best one.

        None is a link: lists beside a map lead on, and a picture with links in it is no picture
        to whoever listens to the page.
        """
        look = self.symbology
        drawn, state = self.thin[row.id], look.state(row.status)
        colour = look.kind(row.zone_type).line
        title, dash = self.built.record.zones[row.zone_id].names[lang], dash_text(state.dash)
        paints = svg.used_patterns(look, row.zone_type, row.status)
        paint = svg.pattern_id(*paints[0]) if paints else ""
        made, best = [], drawn.shape
        if best is not None and best.geom_type.endswith("Point"):
            return [picture.Shape(best, colour, "", title, hollow=state.hollow)]
        if back and best is not None:
            tint = state.flat * _PALE
            return [picture.Shape(best, colour, "", title, tint, 1, dash)]
        if drawn.outer is not None:
            made.append(picture.Shape(drawn.outer, colour, "", title, state.flat * _PALE, _LINE))
        if drawn.inner is not None:
            tint = state.flat * (1 - _PALE)
            made.append(picture.Shape(drawn.inner, colour, "", title, tint, 0, paint=paint))
        if drawn.nominal is not None:
            paint = "" if drawn.inner is not None else paint
            made.append(
                picture.Shape(drawn.nominal, colour, "", title, 0, state.width, dash, paint=paint)
            )
        return made


def _thinned(geometry: BaseGeometry | None) -> BaseGeometry | None:
    return None if geometry is None else shapely.simplify(geometry, _THINNED)
