"""What is asked of the print: the size of the page, the day with its zones, the words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import shapely
from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from layers.build.rows import BuiltAtlas, ZonePeriod, best_shapes
from layers.errors import QueryError
from layers.i18n import Translator, choose_language, translator
from layers.printing.boxes import Box
from layers.printing.projection import MapFrame, fit_frame, frame_of_bbox
from layers.printing.text import plain
from layers.query import filters as query
from layers.query.selection import Selection
from layers.query.states import zone_states_on
from layers.style.symbology import Symbol, Symbology, symbology

MOST_TITLE = 160
MM = 72 / 25.4
CARD = "1200x630"
_PIXELS = re.compile(r"(\d{1,5})x(\d{1,5})")
LEAST, MOST = (480, 320), (8000, 8000)


@dataclass(frozen=True, slots=True)
class PageSize:
    """A page in points, with how it is laid out.

    ``unit`` is what stands for a pixel of the screen, ``dpi`` the resolution of a PNG.
    """

    name: str
    width: float
    height: float
    unit: float
    dpi: float
    layout: Literal["sheet", "picture"]


def _paper(name: str, width: float, height: float, unit: float) -> PageSize:
    return PageSize(name, width * MM, height * MM, unit, 200, "sheet")


_PAPER = {
    "a4": _paper("a4", 297, 210, 0.62),
    "a3": _paper("a3", 420, 297, 0.8),
    "a4p": _paper("a4p", 210, 297, 0.6),
    "a3p": _paper("a3p", 297, 420, 0.8),
}


def page_size(text: str) -> PageSize:
    """Return a size by its name, or a picture of so many pixels, as 1200x675.

    Raises `QueryError` for any other text.
    """
    name = text.strip().lower()
    if name in _PAPER:
        return _PAPER[name]
    found = _PIXELS.fullmatch(name)
    example = f"is none of {', '.join(_PAPER)} and no size in pixels, as 1200x675"
    if found is None:
        raise QueryError("size", text, example)
    width, height = int(found[1]), int(found[2])
    if not (LEAST[0] <= width <= MOST[0] and LEAST[1] <= height <= MOST[1]):
        message = f"must be from {LEAST[0]}x{LEAST[1]} to {MOST[0]}x{MOST[1]} pixels"
        raise QueryError("size", text, message)
    if not 0.4 <= width / height <= 4:
        message = "must be at most 4 times as wide as high, and 2.5 times as high as wide"
        raise QueryError("size", text, message)
    # A pixel is a point, so that a picture has exactly the pixels asked for.
    unit = min(width / 1200, height / 640) * 1.3
    return PageSize(f"{width}x{height}", float(width), float(height), unit, 72.0, "picture")


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


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A page to make, with everything that it will show."""

    built: BuiltAtlas
    selection: Selection
    words: Translator
    size: PageSize
    on: date
    title: str
    chosen: tuple[str, ...]
    """The zones that are brought out and shown larger."""
    shown: Sequence[MappedZone]
    style: Symbology

    @property
    def numbers(self) -> dict[str, int]:
        """Return the sources of the rows shown, with the numbers that they are cited by."""
        return {key: at for at, key in enumerate(cited_sources(self.shown), start=1)}

    def name(self, zone: MappedZone) -> str:
        """Return what a zone is called in the language of the page."""
        return self.words.pick(self.built.record.zones[zone.row.zone_id].names)

    def state(self, zone: MappedZone) -> str:
        """Return what holds of a zone, as it stands inside a line."""
        row, words = zone.row, self.words
        return words.lowercase_initial(
            words.status(row.status, row.zone_type, after=zone.is_after_last_report)
        )

    @property
    def is_card(self) -> bool:
        """Tell whether it is a picture for a shared link."""
        return self.size.name == CARD

    def subject(self) -> str:
        """Return what the page is in one sentence, for the file itself."""
        return f"{self.words.date(self.on)}. {self.words.pick(self.built.record.atlas.scope)}"


def print_job(
    built: BuiltAtlas,
    selection: Selection,
    *,
    lang: str | None,
    size: PageSize,
    title: str | None = None,
    zones: Sequence[str] = (),
) -> PrintJob:
    """Return the page to make of what is selected.

    The selection's zones choose what the inset shows, not what is left out. Raises `QueryError`
    for a title that cannot be printed or a day beyond the record.
    """
    record = built.record
    words = translator(choose_language(lang, record.interface_languages), record)
    on = selection.on or query.optional_day("on", record.atlas.opens_on) or _first_day(built)
    selection.check(record)
    whole = Selection(
        on=on, known_by=selection.known_by, layers=selection.layers, box=selection.box
    )
    return PrintJob(
        built=built,
        selection=whole,
        words=words,
        size=size,
        on=on,
        title=_title(title, words.pick(record.atlas.title)),
        chosen=tuple(zones or selection.zones or ()),
        style=symbology(record),
        shown=mapped_zones(built, whole.rows(built), on),
    )


def _first_day(built: BuiltAtlas) -> date:
    """Return the first day of an atlas that names none to open on, on which something holds."""
    first = date.fromisoformat(built.record.atlas.record_from)
    return max(first, min(built.frame["valid_from"].dt.date, default=first))


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


def short_title(text: str) -> str | None:
    """Return a name of the record as a title, cut where it is too long; None where none is left."""
    if not plain(text):
        return None
    return text if len(text) <= MOST_TITLE else f"{text[: MOST_TITLE - 1].rstrip()}…"


def main_frame(job: PrintJob, box: Box) -> MapFrame:
    """Return the frame of the main map: the box asked for, else all that the atlas draws."""
    if job.selection.box is not None:
        return frame_of_bbox(box, *job.selection.box)
    built = job.built
    extent = shapely.Polygon(built.record.atlas.extent)
    best = best_shapes(built.frame)
    shapes = list(best[best.intersects(extent)]) or [extent]
    return fit_frame(box, shapes, near=extent.centroid.x, margin=0.045)
