"""Maps for print: pages of paper as PDF and SVG, and pictures.

- `print_map` makes the map of a day as PDF, SVG or PNG.
- `card` makes a picture of a day, for links that are shared; hundreds cost little each.

A page comes from two hands: matplotlib draws maps and symbols, typst sets the text around them
and says where they go. Both are imported when something is made, not before: by the modules of
this package.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layers.errors import ExportError

if TYPE_CHECKING:
    from layers.build.rows import BuiltAtlas
    from layers.printing.figure import ImageFormat
    from layers.query.selection import Selection

# Where matplotlib's cache lies, and that it makes one, is no news to whoever prints a map; it says
# so when it is imported.
logging.getLogger("matplotlib").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class PrintedMap:
    """A file's bytes, and what it shows as plain values."""

    body: bytes
    summary: dict[str, Any]


def format_of(path: Path) -> ImageFormat:
    """Return the format that a file's ending names; `ExportError` for any other ending."""
    from layers.printing.figure import FORMATS

    for name in FORMATS:
        if path.suffix.lower() == f".{name}":
            return name
    endings = ", ".join(f".{name}" for name in FORMATS)
    raise ExportError(f"{path}: the name must end with one of {endings}")


def print_map(
    built: BuiltAtlas,
    selection: Selection,
    *,
    format: ImageFormat,  # noqa: A002 - what it is called everywhere
    lang: str | None = None,
    size: str = "a4",
    title: str | None = None,
    editable: bool = False,
) -> PrintedMap:
    """Return the map of a day for print.

    Parameters
    ----------
    built
        The atlas.
    selection
        The day, the layers and what was known. Its zones choose what the inset shows, its box
        (west, south, east, north in degrees) what the main map shows.
    format
        ``pdf`` (tagged, PDF/UA-1), ``svg`` or ``png``.
    lang
        The language of the page; None: the atlas's first.
    size
        ``a4``, ``a3``, ``a4p``, ``a3p``, or pixels as ``1200x675``.
    title
        A title in place of the atlas's own, at most 160 characters.
    editable
        Whether an SVG holds the names on its map as text, to be set in the fonts of whoever
        opens it, and not as outlines.

    Raises
    ------
    QueryError
        For a size, a title, a language or a day that cannot be printed.

    """
    from layers.printing import output
    from layers.printing.job import page_size, print_job

    job = print_job(built, selection, lang=lang, size=page_size(size), title=title)
    return PrintedMap(*output.write(job, format, editable=editable))


def card(
    built: BuiltAtlas,
    *,
    lang: str,
    title: str,
    selection: Selection | None = None,
    zones: Sequence[str] = (),
) -> bytes:
    """Return a PNG of 1200 by 630 pixels, for shared links and search results.

    A ``title`` that is too long is cut, one that no letters stand in is the atlas's own.
    ``selection`` tells the day (its ``on``; left out, the day the atlas opens on) and what is
    shown; ``zones`` are those that the map is drawn around, all of the atlas where there are
    none.
    """
    from layers.printing import output
    from layers.printing.job import CARD, page_size, print_job, short_title
    from layers.query.selection import Selection

    asked, size = selection or Selection(), page_size(CARD)
    job = print_job(built, asked, lang=lang, size=size, title=short_title(title), zones=zones)
    return output.write(job, "png")[0]
