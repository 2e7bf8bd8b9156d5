"""Fonts that an atlas brings: what they have letters for."""

from __future__ import annotations

import io
import logging


def covered(font: bytes) -> frozenset[int]:
    """Return the code points that a font has glyphs for; none where the bytes are no font."""
    from fontTools.ttLib import TTFont

    logging.getLogger("fontTools").setLevel(logging.ERROR)
    try:
        return frozenset(TTFont(io.BytesIO(font), lazy=True).getBestCmap() or ())
    except Exception:  # noqa: BLE001 - a stranger's bytes, in which its parser stumbles anyhow
        return frozenset()
