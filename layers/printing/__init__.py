"""Maps and figures for paper: vector pages, pictures and their letters, made by matplotlib.

- `printed` draws a sheet of paper or a picture of so many pixels as PDF, SVG or PNG.
- `card` draws a picture of some rows, for links that are shared; hundreds cost little each.

matplotlib is imported when something is drawn, not before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layers.errors import ExportError

if TYPE_CHECKING:
    from layers.build.rows import BuiltAtlas, ZonePeriod
    from layers.printing.figure import Format
    from layers.query.selection import Selection


@dataclass(frozen=True, slots=True)
class Printed:
    """A file's bytes, and what it shows as plain values."""

    body: bytes
    summary: dict[str, Any]


def form_of(path: Path) -> Format:
    """Return the format that a file's ending names; `ExportError` for any other ending."""
    from layers.printing.figure import FORMATS

    for form in FORMATS:
        if path.suffix.lower() == f".{form}":
            return form
    endings = ", ".join(f".{form}" for form in FORMATS)
    raise ExportError(f"{path}: the name must end with one of {endings}")


def printed(
    built: BuiltAtlas,
    view: Selection,
    *,
    form: Format,
    lang: str = "en",
    size: str = "a4",
    title: str | None = None,
) -> Printed:
    """Return the map of a day for print.

    The view's zones choose what the detail map shows, its box what the main map shows.
    Raises `QueryError` for a size, a title or a day that cannot be printed.
    """
    from layers.printing import figure, picture, sheet
    from layers.printing.job import asked, summary
    from layers.printing.sizes import size_of

    made = asked(built, view, lang=lang, size=size_of(size), title=title)
    with figure.settings():
        draw = sheet.drawn if made.size.layout == "sheet" else picture.drawn
        page = draw(made, outlined=form == "png")
        body = figure.saved(
            page.figure, form, title=made.title, subject=made.subject(), rights=made.rights()
        )
    return Printed(body, summary(made))


def card(
    built: BuiltAtlas,
    rows: Sequence[ZonePeriod],
    *,
    lang: str,
    title: str,
    view: Selection | None = None,
    zones: Sequence[str] = (),
    size: str = "1200x630",
) -> bytes:
    """Return a PNG of 1200 by 630 pixels of rows, for shared links and search results.

    ``view`` tells the day (its ``on``; left out, the day the atlas opens on) and what was
    known; ``zones`` are those that the map is drawn around, all of the atlas where there are
    none. The ground under a window is painted once and kept.
    """
    from layers.printing import picture

    return picture.card(built, rows, lang=lang, title=title, view=view, zones=zones, size=size)
