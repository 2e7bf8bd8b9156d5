"""Figures without global state, and files of them that are the same bytes every time.

Every artist is placed in points from the top left corner of the page, as printers count.
matplotlib keeps its settings in one table for the whole process: `settings` changes it for
the length of a drawing and lets one drawing at a time through, so that threads may draw.
"""

from __future__ import annotations

import contextlib
import io
import threading
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, Transform

from layers.errors import QueryError
from layers.printing import fonts
from layers.printing.text import UNSEEN
from layers.style.colors import PAPER

ImageFormat = Literal["pdf", "svg", "png"]
FORMATS: tuple[ImageFormat, ...] = ("pdf", "svg", "png")
POINTS_AN_INCH = 72
SOFTWARE = "tamas"
_drawing = threading.RLock()
# A salt in place of a random one names clip paths and glyphs alike in every run.
_SETTINGS: dict[str, Any] = {
    "svg.hashsalt": "tamas",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "pdf.compression": 9,
    "text.parse_math": False,
    "text.usetex": False,
    "text.hinting": "no_hinting",
    "axes.unicode_minus": False,
    "font.family": [fonts.LATIN, fonts.ARABIC, fonts.ANY],
    "path.simplify": False,
    "path.snap": False,
    "lines.scale_dashes": False,
    "savefig.dpi": "figure",
    "savefig.bbox": None,
    "savefig.transparent": False,
    "hatch.linewidth": 0.6,
}


def format_of(path: Path) -> ImageFormat:
    """Return the format that a file's ending names."""
    ending = path.suffix.lower().removeprefix(".")
    for file_format in FORMATS:
        if ending == file_format:
            return file_format
    raise QueryError("plot", str(path), f"name a file ending in {', '.join(FORMATS)}")


@contextlib.contextmanager
def settings(more: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Draw under fixed settings, whatever the user's own are; one drawing at a time.

    ``more`` are further matplotlib settings (``axes.spines.top``). Figures are made, filled
    and saved inside.
    """
    fonts.register()
    defaults: dict[Any, Any] = {
        name: value for name, value in mpl.rcParamsDefault.items() if name != "backend"
    }
    defaults |= {**_SETTINGS, **(more or {})}
    with _drawing, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        with mpl.rc_context(defaults):
            yield


def new_figure(width: float, height: float, *, dpi: float = 150) -> Figure:
    """Return an empty white figure of ``width`` by ``height`` points, outside of pyplot."""
    size = (width / POINTS_AN_INCH, height / POINTS_AN_INCH)
    return Figure(figsize=size, dpi=dpi, facecolor=PAPER)


def points(figure: Figure) -> Transform:
    """Return the transform of points from the page's top left corner, y downwards."""
    high = figure.get_figheight()
    scale = 1 / POINTS_AN_INCH
    return Affine2D().scale(scale, -scale).translate(0, high) + figure.dpi_scale_trans


def saved(
    figure: Figure,
    form: ImageFormat,
    *,
    title: str = "",
    subject: str = "",
    rights: str = "",
) -> bytes:
    """Return the figure as a file's bytes, without dates or versions in it.

    Call within `settings`. The title, the subject and the rights are written into the file,
    for readers who meet it without its page.
    """
    if form == "pdf":
        _outline_unseen(figure)
    out = io.BytesIO()
    figure.savefig(out, format=form, metadata=_metadata(form, title, subject, rights))
    return out.getvalue()


def _outline_unseen(figure: Figure) -> None:
    """Draw each line that holds unseen marks as outlines: PDF gives such marks room of a space."""
    for text in figure.findobj(Text):
        if isinstance(text, Text) and UNSEEN & set(text.get_text()):
            _outline(figure, text)
            text.set_visible(False)


def _outline(figure: Figure, text: Text) -> None:
    letters = TextPath((0, 0), text.get_text(), prop=text.get_fontproperties(), usetex=False)
    box = text.get_window_extent()
    base = text.get_transform().transform(text.get_unitless_position())[1]
    placed = Affine2D().scale(figure.dpi / 72).translate(box.x0, base)
    figure.add_artist(
        PathPatch(
            letters.transformed(placed),
            transform=None,
            facecolor=text.get_color(),
            linewidth=0,
            zorder=text.get_zorder(),
        )
    )


def _metadata(form: ImageFormat, title: str, subject: str, rights: str) -> dict[str, Any]:
    if form == "pdf":
        # PDF has no field for rights: they follow the subject.
        about = " ".join(part for part in (subject, rights) if part)
        return {
            "Title": title,
            "Subject": about,
            "Creator": SOFTWARE,
            "Producer": SOFTWARE,
            "CreationDate": None,
        }
    if form == "svg":
        return {
            "Title": title,
            "Description": subject,
            "Rights": rights,
            "Creator": SOFTWARE,
            "Date": None,
            "Format": None,
        }
    return {"Software": SOFTWARE, "Title": title, "Description": subject, "Copyright": rights}
