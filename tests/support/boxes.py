"""What tests ask of boxes of names on a printed page."""

from __future__ import annotations

from layers.printing.boxes import Box


def overlap(one: Box, other: Box) -> bool:
    """Tell whether two boxes share more than an edge."""
    across = one.left < other.right and other.left < one.right
    return across and one.top < other.bottom and other.top < one.bottom
