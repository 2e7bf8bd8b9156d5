"""The page as one file, from what was asked for: the whole atlas or a part that says so."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from typing import Any

from layers.build.rows import BuiltAtlas
from layers.errors import ExportError
from layers.formats.extract import extract
from layers.query import filters as query
from layers.query.selection import Selection, parse_selection
from layers.record.dates import parse_day
from layers.web.page import render_page
from layers.web.page.data import page_data
from layers.web.page.offline import held_of
from layers.web.page.seal import Proof


@dataclass(frozen=True, slots=True)
class Asked:
    """A file as it was asked for, in the texts of the command's options.

    ``on`` is the day that the file opens on and leaves no row out: the page has every day, and
    one whose rows were left out would read as a day on which nothing was recorded.
    """

    lang: str = "en"
    on: str | None = None
    layers: str | None = None
    zone: str | None = None
    known_by: str | None = None
    bbox: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A page as bytes, with how many rows and which layers it holds."""

    page: bytes
    rows: int
    layers: tuple[str, ...]


def file_of(whole: BuiltAtlas, asked: Asked) -> Made:
    """Return the page that was asked for; `QueryError` names what cannot be understood."""
    view = parse_selection(
        known_by=asked.known_by, layers=asked.layers, zone=asked.zone, bbox=asked.bbox
    )
    on = query.day("on", asked.on)
    query.check_day(whole.record, on)
    part = whole if view == Selection() else extract(whole, view)
    held = held_of(whole, part, view, asdict(asked))
    data = page_data(part)
    if view.box is not None and view.box[0] <= view.box[2]:
        data["home"] = list(view.box)
    day = on or _opening(part, view.known_by)
    data["opens_on"] = day.isoformat() if day else None
    page = render_page(data, mode="file", lang=asked.lang, on=data["opens_on"], held=held).encode()
    return Made(page, len(part.rows), tuple(part.record.layers))


def rebuilt(whole: BuiltAtlas, proof: Proof) -> bool:
    """Tell whether a file's bytes are those that the same question gives from this record.

    Raises `ExportError` where record or version are others, so that nothing follows.
    """
    here = version("tamas")
    if proof.version != here:
        raise ExportError(f"the file was built by tamas {proof.version}, and this is {here}")
    if proof.record != whole.record.sha256:
        raise ExportError(f"the file was built from the record {proof.record[:12]}, not from this")
    made = file_of(whole, _asked(proof.asked))
    return hashlib.sha256(made.page).hexdigest() == proof.sha256


def _asked(given: Mapping[str, Any]) -> Asked:
    texts = {name: str(value) for name, value in given.items() if value is not None}
    try:
        return Asked(**texts)
    except TypeError:
        raise ExportError("what the file says of how it was asked for cannot be read") from None


def _opening(part: BuiltAtlas, known_by: date | None) -> date | None:
    """Return the atlas's own day where the part has something on it, not after what was known."""
    atlas = part.record.atlas
    day = query.day("opens_on", atlas.opens_on)
    if day is not None and known_by is not None and known_by < day:
        day = max(known_by, parse_day(atlas.record_from))
    return day if query.holding(part.rows, day) and day else None
