"""What is asked of the print: the day and its zones, the words, the size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import shapely

from layers.build.rows import BuiltAtlas, best_shapes
from layers.errors import QueryError
from layers.i18n import Translator, choose_language, translator
from layers.printing.boxes import Box
from layers.printing.canvas import plain
from layers.printing.mapped_zones import MappedZone, cited_sources, mapped_zones
from layers.printing.projection import MapFrame, fit_frame, frame_of_bbox
from layers.printing.sizes import CARD, PageSize
from layers.query import filters as query
from layers.query.selection import Selection
from layers.style.symbology import Symbology, symbology

MOST_TITLE = 160


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
