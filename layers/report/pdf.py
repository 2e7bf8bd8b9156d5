"""A report as PDF: typst sets the words of each language, pages follow each other."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import typst
from PIL import Image

from layers.errors import ExportError
from layers.printing import typesetting
from layers.printing.fonts import brought_by
from layers.report.desk import Desk
from layers.report.model import Report
from layers.report.printed_map import printed_map
from layers.style.colors import COLORS


def to_pdf(report: Report, pages: Sequence[dict[str, Any]], desk: Desk) -> bytes:
    """Return the report as PDF/UA-1, tagged, with title and language."""
    with brought_by(report.built.record):
        data = {
            "pages": [
                {**page, "drawn": printed_map(report, page["lang"], "svg").decode()}
                for page in pages
            ],
            "logo": _logo(desk),
            "colors": COLORS,
        }
        try:
            template = files("layers.report").joinpath("report.typ").read_bytes()
            return typesetting.pdf(data, template)
        except typst.TypstError as error:
            raise ExportError(f"report.pdf: {error.message}") from None


def _logo(desk: Desk) -> str:
    """Return a logo as SVG around the picture: what typst is handed is text."""
    if not desk.logo:
        return ""
    with Image.open(io.BytesIO(desk.logo)) as picture:
        width, height = picture.size
    inside = base64.b64encode(desk.logo).decode("ascii")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="data:{desk.logo_type};base64,{inside}"/>'
        "</svg>"
    )
