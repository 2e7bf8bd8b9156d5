"""Signs, swatches and the paint of shapes as SVG: the map page's tokens, drawn without a script.

Marks and signs are those of ``layers/maps/js/look.js``; colours, lines and tints come from the
same ``tokens.json``. A policy without inline styles leaves presentation attributes alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from layers.maps.assets import table
from layers.site.markup import NOTHING, Html, el

# Of each pattern: width and height of its tile, stroke, cap, marks as SVG path data.
_PATTERNS = {
    "diagonals": (8, 8, 1.7, "butt", "M-2 2 2-2M0 8 8 0M6 10 10 6"),
    "bars": (14, 14, 1.7, "butt", "M4 0V14M8 0V14"),
    "crosses": (12, 12, 1.2, "butt", "M4 4 8 8M8 4 4 8"),
    "dots": (8, 8, 2.2, "round", "M2 2h.01M6 6h.01"),
    "chevrons": (24, 22, 1.5, "butt", "M-6 9 0 14 12 6 24 14 30 9"),
}
# Signs on a 22 x 16 field, as pens and SVG path data.
_SIGNS = {
    "deescalation_area": [
        ("fill", "M4 5C6 1 11 3 14 2.5 19 1.5 20 6 18.5 10 17 14 12 12.5 8 14 3.5 15 2 9 4 5Z")
    ],
    "demilitarized_strip": [
        ("line", "M2 3.5C2 10 6 14 11 14S20 10 20 3.5Z"),
        ("solid", "M2 6C3 11 7 14 11 14S19 11 20 6C17 10.5 14 11.5 11 11.5S5 10.5 2 6Z"),
    ],
    "security_corridor": [
        ("line", "M1 2.5H21M1 13.5H21"),
        ("thick", "M2 8H5.5M9.2 8H12.8M16.5 8H20"),
    ],
    "patrol_area": [("line", "M1 2H21M1 14H21"), ("heavy", "M2.5 8H6M9.2 8H12.8M16 8H19.5")],
    "deconfliction_area": [
        ("fill", "M11 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 1 1 0-13Z"),
        ("dot", "M11 8h.01"),
    ],
    "operation_area": [
        ("fill", "M2 2.5H20C19 9 16 13.5 11 13.5S3 9 2 2.5Z"),
        ("thick", "M1 2.5H21"),
    ],
    "foreign_base": [("disc", "M11 2a6 6 0 1 1 0 12 6 6 0 1 1 0-12Z"), ("dot", "M11 8h.01")],
    "patrol_route": [("thick", "M3 12C7 3 12 14 19 4"), ("dot", "M3 12h.01M19 4h.01")],
    "post": [("disc", "M11 2 17.5 13.5H4.5Z"), ("dot", "M11 10h.01")],
    "position": [("disc", "M11 4a4 4 0 1 1 0 8 4 4 0 1 1 0-8Z"), ("thick", "M1.5 8H7M15 8H20.5")],
    "incident": [("disc", "M11 1.5a4 4 0 1 1 0 8 4 4 0 1 1 0-8Z"), ("thick", "M11 9.5V15")],
    "presence": [("dot", "M5 11h.01M11 4h.01M17 11h.01")],
    "channel": [("line", "M8 3a5 5 0 1 1 0 10A5 5 0 1 1 8 3ZM14 3a5 5 0 1 1 0 10A5 5 0 1 1 14 3Z")],
    "label": [("line", "M3 4H19M3 8H15M3 12H17")],
}
_PENS: dict[str, dict[str, Any]] = {
    "line": {"width": 1.5},
    "thick": {"width": 2},
    "heavy": {"width": 3.2},
    "dot": {"width": 5},
    "disc": {"width": 1.7, "paper": True},
    "solid": {"width": 0, "solid": True},
    "fill": {"width": 1.6, "tint": True},
}
# Kinds that are a place and not an extent.
_PLACES = frozenset({"foreign_base", "post", "position", "incident", "channel", "label"})
_WITH_A_CENTRE = frozenset({"foreign_base", "post"})
# A place that stands on paper alone, or of which nothing later is known, is drawn hollow.
HOLLOW = frozenset({"agreed", "announced", "not_implemented", "unknown"})


def colour(zone_type: str) -> str:
    """Return the colour of a kind's lines and fills."""
    kinds = table("tokens")["kinds"]
    return str(kinds.get(zone_type, kinds["label"])["line"])


def ink(zone_type: str) -> str:
    """Return the colour of a kind's names: darker than its lines."""
    kinds = table("tokens")["kinds"]
    return str(kinds.get(zone_type, kinds["label"])["text"])


def state(status: str) -> dict[str, Any]:
    """Return line and fill of a status."""
    states = table("tokens")["states"]
    found: dict[str, Any] = states.get(status, states["unknown"])
    return found


def pattern_id(pattern: str, zone_type: str) -> str:
    """Return the id of a pattern in a kind's colour, the same wherever it is defined."""
    return f"{pattern}-{zone_type}"


def pattern(name: str, zone_type: str, *, scale: float = 0.7) -> Html:
    """Return the definition of a pattern in a kind's colour."""
    width, height, stroke, cap, marks = _PATTERNS[name]
    mark = el(
        "path", d=marks, fill="none", stroke=colour(zone_type), stroke_width=f"{stroke:g}",
        stroke_linecap=cap, stroke_linejoin="round",
    )  # fmt: skip
    return el(
        "pattern", mark, id=pattern_id(name, zone_type), width=width, height=height,
        patternUnits="userSpaceOnUse", patternTransform=f"scale({scale:g})",
    )  # fmt: skip


def patterns(wanted: Iterable[tuple[str, str]]) -> Html:
    """Return an SVG without a size that holds the patterns a page refers to."""
    made = [pattern(name, kind) for name, kind in sorted(set(wanted))]
    defs = el("defs", made)
    if not made:
        return NOTHING
    return el("svg", defs, class_="patterns", width=0, height=0, aria_hidden="true")


def used(zone_type: str, status: str, *, disputed: bool = False) -> list[tuple[str, str]]:
    """Return the patterns that a swatch of this kind and status refers to."""
    name = state(status)["pattern"]
    return [(one, zone_type) for one in (name, "chevrons" if disputed else None) if one]


def sign(zone_type: str, *, status: str = "in_effect", size: float = 1) -> Html:
    """Return the sign of a kind; hollow while it stands on paper alone."""
    line = colour(zone_type)
    hollow = status in HOLLOW and zone_type in _WITH_A_CENTRE
    paths = []
    for pen, marks in _SIGNS.get(zone_type, _SIGNS["label"]):
        if hollow and pen == "dot":
            continue
        look = _PENS[pen]
        inside = line if look.get("tint") or look.get("solid") else "none"
        paths.append(
            el(
                "path", d=marks, stroke=line if look["width"] else "none",
                stroke_width=f"{look['width']:g}", stroke_linecap="round",
                stroke_linejoin="round", fill="#fff" if look.get("paper") else inside,
                stroke_dasharray="2 2.2" if status == "unknown" and look.get("paper") else None,
                fill_opacity="0.25" if look.get("tint") else None,
            )
        )  # fmt: skip
    return el(
        "svg", paths, class_="sign", viewBox="0 0 22 16", width=f"{22 * size:g}",
        height=f"{16 * size:g}", aria_hidden="true",
    )  # fmt: skip


def badge(zone_type: str, status: str, *, disputed: bool = False) -> Html:
    """Return what stands beside a name: a sign for a place, a patterned box for an extent."""
    if zone_type in _PLACES:
        return el("span", sign(zone_type, status=status, size=1.2), class_="swatch")
    return box(zone_type, status, disputed=disputed)


def box(zone_type: str, status: str, *, disputed: bool = False) -> Html:
    """Return a small box with the line and the pattern of a status; nothing for a place."""
    if zone_type in _PLACES:
        return NOTHING
    line, look = colour(zone_type), state(status)
    frame: dict[str, Any] = {"x": "1.5", "y": "1.5", "width": 27, "height": 15}
    fills = [el("rect", **frame, fill="#fff")]
    if look["flat"]:
        fills.append(el("rect", **frame, fill=line, fill_opacity=f"{look['flat']:g}"))
    fills += [
        el("rect", **frame, fill=f"url(#{pattern_id(name, kind)})")
        for name, kind in used(zone_type, status, disputed=disputed)
    ]
    dotted, dashed = look["dash"] == "0.1 5", look["dash"] is not None
    fills.append(
        el(
            "rect", **frame, fill="none", stroke=line, stroke_width=f"{min(look['width'], 1.8):g}",
            stroke_dasharray="0.1 3.6" if dotted else "5 2.6" if dashed else None,
            stroke_linecap=look["cap"],
        )
    )  # fmt: skip
    return el(
        "svg", fills, class_="swatch", viewBox="0 0 30 18", width=30, height=18, aria_hidden="true"
    )
