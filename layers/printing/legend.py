"""The symbols of the list and of the key, drawn as on the map where the page leaves room."""

from __future__ import annotations

import shapely

from layers.printing import patterns
from layers.printing.boxes import Box
from layers.printing.canvas import Canvas
from layers.printing.mapped_zones import MappedZone
from layers.style.colors import INK_2
from layers.style.symbology import Symbology


def entry_symbol(
    canvas: Canvas, style: Symbology, box: Box, zone: MappedZone, *, unit: float
) -> None:
    """Draw an entry's sign at the start of a box, and its pattern at the end."""
    row, high = zone.row, box.middle[1]
    start, turn = (box.right, -1) if canvas.rtl else (box.left, 1)
    patterns.marker(
        canvas, style, row.zone_type, start + turn * 11 * unit, high, unit=unit, status=row.status
    )
    if zone.is_place or zone.shape is None:
        return
    near, far = sorted((start + turn * 26.5 * unit, start + turn * 53.5 * unit))
    patch = Box(near, high - 7.5 * unit, far, high + 7.5 * unit)
    patterns.legend_patch(
        canvas, style, patch, row.zone_type, row.status, disputed=zone.disputed, unit=unit
    )


def key_symbol(
    canvas: Canvas, style: Symbology, box: Box, what: str, kind: str, *, unit: float
) -> None:
    """Draw what a line of the key explains; areas are shown in a kind's colour."""
    color = style.kind(kind).line
    x, y = box.middle
    if what == "certainty":
        canvas.shape(box.polygon(), fill=color, fill_alpha=0.12, line=color, width=0.7 * unit)
        canvas.shape(box.grown(-4 * unit).polygon(), fill=color, fill_alpha=0.4)
        canvas.shape(box.grown(-2.4 * unit).polygon(), line=color, width=1.6 * unit)
    elif what == "variant":
        line = shapely.LineString([(box.left, y), (box.right, y)])
        canvas.shape(line, line=INK_2, width=1.6 * unit)
    elif what == "dispute":
        patterns.legend_patch(canvas, style, box, "label", "announced", disputed=True, unit=unit)
    else:
        patterns.marker(canvas, style, "foreign_base", x, y, unit=unit)
