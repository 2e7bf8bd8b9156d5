"""The page as one file, from what was asked for: the whole atlas or a part that says so."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date

from layers.build.rows import BuiltAtlas
from layers.formats.extract import extract
from layers.i18n import choose_language
from layers.query import filters as query
from layers.query.selection import Selection, parse_selection
from layers.record.dates import parse_day
from layers.web.page.data import page_data
from layers.web.page.offline import file_scope
from layers.web.page.page import render_page


@dataclass(frozen=True, slots=True)
class FileRequest:
    """A file as it was asked for, in the texts of the command's options.

    ``on`` is the day that the file opens on and leaves no row out: the page has every day, and
    one whose rows were left out would read as a day on which nothing was recorded.
    """

    lang: str | None = None
    on: str | None = None
    layers: tuple[str, ...] | None = None
    zones: tuple[str, ...] | None = None
    known_by: str | None = None
    bbox: str | None = None


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """A page as bytes, with how many rows and which layers it holds."""

    page: bytes
    rows: int
    layers: tuple[str, ...]


def build_file(whole: BuiltAtlas, request: FileRequest) -> BuiltFile:
    """Return the page that was asked for; `QueryError` names what cannot be understood."""
    selection = parse_selection(
        known_by=request.known_by,
        layers=request.layers or None,
        zones=request.zones or None,
        bbox=request.bbox,
    )
    on = query.optional_day("on", request.on)
    query.check_day(whole.record, on)
    lang = choose_language(request.lang, whole.record.interface_languages)
    request = replace(request, lang=lang)
    part = whole if selection == Selection() else extract(whole, selection)
    scope = file_scope(whole, part, selection, asdict(request))
    data = page_data(part)
    if selection.box is not None and selection.box[0] <= selection.box[2]:
        data["home"] = list(selection.box)
    day = on or _opening(part, selection.known_by)
    data["opens_on"] = day.isoformat() if day else None
    page = render_page(data, mode="file", lang=lang, on=data["opens_on"], scope=scope).encode()
    return BuiltFile(page, len(part.frame), tuple(part.record.layers))


def _opening(part: BuiltAtlas, known_by: date | None) -> date | None:
    """Return the atlas's own day where the part has something on it, not after what was known."""
    atlas = part.record.atlas
    day = query.optional_day("opens_on", atlas.opens_on)
    if day is not None and known_by is not None and known_by < day:
        day = max(known_by, parse_day(atlas.record_from))
    return day if day and len(query.holding(part.frame, day)) else None
