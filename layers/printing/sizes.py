"""Sizes of paper and of pictures, by the names that people give them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from layers.errors import QueryError

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
