"""What is asked of paper: the rows, the words, the size, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import shapely

from layers.build.rows import BuiltAtlas
from layers.errors import QueryError
from layers.printing import credits as terms
from layers.printing.canvas import Box, Page, plain
from layers.printing.held import Held, held, sources_of
from layers.printing.panel import Chart
from layers.printing.projection import Flat, Window, fitted, frame_of
from layers.printing.sizes import Size
from layers.printing.words import Words
from layers.query import filters as query
from layers.query.selection import Selection

MOST_TITLE = 160


@dataclass
class Sheet:
    """What is asked for, and what came of it."""

    built: BuiltAtlas
    view: Selection
    words: Words
    size: Size
    on: date
    title: str
    chosen: tuple[str, ...] = ()
    shown: list[Held] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    charts: list[Chart] = field(default_factory=list)
    left_out: int = 0
    flats: dict[Window, Flat] = field(default_factory=dict)

    @property
    def unit(self) -> float:
        """Return what stands for a pixel of the screen, in points."""
        return self.size.unit

    def flat(self, window: Window) -> Flat:
        """Return a window with what it shows of the zones, the same for all its maps."""
        return self.flats.setdefault(window, Flat(window))

    def subject(self) -> str:
        """Return what the sheet is in one sentence, for the file itself."""
        return f"{self.words.date(self.on)}. {self.words.pick(self.built.record.atlas.scope)}"

    def rights(self) -> str:
        """Return the terms of all that the sheet is made of, for the file itself."""
        base, shapes = terms.owed(self.built, self.shown, self.words)
        licence = self.words.own("licence", licence=self.built.record.atlas.licence)
        semicolon = self.words.own("semicolon")
        return f"{licence} {semicolon.join(dict.fromkeys([*base, *shapes]))}"


def asked(
    built: BuiltAtlas,
    view: Selection,
    *,
    lang: str,
    size: Size,
    title: str | None = None,
    zones: tuple[str, ...] = (),
) -> Sheet:
    """Return a sheet to draw, with the rows that the view chooses.

    The view's zones choose what the detail shows, not what is left out. Raises `QueryError`
    for a title that cannot be printed or a day beyond the record.
    """
    record = built.record
    words = Words(lang)
    on = view.on or query.day("on", record.atlas.opens_on) or _first_day(built)
    whole = Selection(on=on, known_by=view.known_by, layers=view.layers, box=view.box)
    view.check(record)
    shown = held(built, whole.rows(built), on)
    return Sheet(
        built=built,
        view=whole,
        words=words,
        size=size,
        on=on,
        title=_title(title, words.pick(record.atlas.title)),
        chosen=zones or view.zones or (),
        shown=shown,
        numbers=terms.numbered(sources_of(shown)),
    )


def _first_day(built: BuiltAtlas) -> date:
    """Return the first day of an atlas that names none to open on, on which something holds."""
    first = date.fromisoformat(built.record.atlas.record_from)
    return max(first, min((row.valid_from for row in built.rows), default=first))


def _title(asked: str | None, usual: str) -> str:
    if asked is None:
        return usual
    if any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in asked):
        raise QueryError("title", asked, "has a line break or a control character; leave it out")
    if len(asked) > MOST_TITLE:
        raise QueryError("title", asked, f"is longer than {MOST_TITLE} characters")
    if not plain(asked):
        raise QueryError("title", asked, "says nothing; leave it out for the atlas's own")
    return asked


def home(sheet: Sheet, box: Box) -> Window:
    """Return the window of the main map: the box asked for, else all that the atlas draws."""
    if sheet.view.box is not None:
        return frame_of(box, *sheet.view.box)
    extent = shapely.Polygon(sheet.built.record.atlas.extent)
    drawn = (sheet.built.drawn[row.id] for row in sheet.built.rows)
    shapes = [shape for one in drawn if (shape := one.nominal or one.outer) is not None]
    shapes = [shape for shape in shapes if shape.intersects(extent)] or [extent]
    return fitted(box, shapes, near=extent.centroid.x, margin=0.045)


def page_of(sheet: Sheet, *, outlined: bool) -> Page:
    """Return an empty page of the sheet's size; ``outlined`` letters are for pixels."""
    size = sheet.size
    return Page(size.width, size.height, lang=sheet.words.lang, dpi=size.dpi, outlined=outlined)


def start_of(page: Page, x: float) -> float:
    """Return where a line that begins at ``x`` from the start side begins on the page."""
    return page.width - x if page.rtl else x


def summary(sheet: Sheet) -> dict[str, Any]:
    """Return what a sheet shows, as plain values."""
    return {
        "on": sheet.on.isoformat(),
        "lang": sheet.words.lang,
        "size": sheet.size.name,
        "title": sheet.title,
        "zones": [one.row.zone_id for one in sheet.shown],
        "sources": list(sheet.numbers),
        "not_listed": sheet.left_out,
        "maps": len(sheet.charts),
        "record": sheet.built.record.sha256,
    }
