"""Signs, swatches and the paint of shapes as SVG: the map page's tokens, drawn without a script.

Marks and signs are those of the map page and of print; colours, lines and tints come from the
same ``tokens.json``. A policy without inline styles leaves presentation attributes alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from layers.style.tokens import signs, tokens
from layers.web.site.markup import NOTHING, Html, el

_PENS: dict[str, dict[str, Any]] = {
    "line": {"width": 1.5},
    "thick": {"width": 2},
    "heavy": {"width": 3.2},
    "dot": {"width": 5},
    "disc": {"width": 1.7, "paper": True},
    "solid": {"width": 0, "solid": True},
    "fill": {"width": 1.6, "tint": True},
}
_WITH_A_CENTRE = frozenset({"foreign_base", "post"})


def _signs() -> dict[str, Any]:
    """Return marks of patterns and signs, and which kinds are places, as print has them too."""
    return signs()


def is_place(zone_type: str) -> bool:
    """Tell whether a kind is a place and not an extent."""
    return zone_type in _signs()["places"]


def is_hollow(status: str) -> bool:
    """Tell whether a place of a status is drawn hollow: on paper alone, or nothing later known."""
    return status in _signs()["hollow"]


def colour(zone_type: str) -> str:
    """Return the colour of a kind's lines and fills."""
    kinds = tokens()["kinds"]
    return str(kinds.get(zone_type, kinds["label"])["line"])


def ink(zone_type: str) -> str:
    """Return the colour of a kind's names: darker than its lines."""
    kinds = tokens()["kinds"]
    return str(kinds.get(zone_type, kinds["label"])["text"])


def state(status: str) -> dict[str, Any]:
    """Return line and fill of a status."""
    states = tokens()["states"]
    found: dict[str, Any] = states.get(status, states["unknown"])
    return found


def pattern_id(pattern: str, zone_type: str) -> str:
    """Return the id of a pattern in a kind's colour, the same wherever it is defined."""
    return f"{pattern}-{zone_type}"


def pattern(name: str, zone_type: str, *, scale: float = 0.7) -> Html:
    """Return the definition of a pattern in a kind's colour."""
    tile = _signs()["patterns"][name]
    mark = el(
        "path", d=tile["d"], fill="none", stroke=colour(zone_type),
        stroke_width=f"{tile['stroke']:g}", stroke_linecap=tile.get("cap", "butt"),
        stroke_linejoin="round",
    )  # fmt: skip
    return el(
        "pattern", mark, id=pattern_id(name, zone_type), width=tile["width"],
        height=tile["height"], patternUnits="userSpaceOnUse",
        patternTransform=f"scale({scale:g})",
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
    hollow = is_hollow(status) and zone_type in _WITH_A_CENTRE
    paths = []
    for pen, marks in _signs()["signs"].get(zone_type, _signs()["signs"]["label"]):
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
    if is_place(zone_type):
        return el("span", sign(zone_type, status=status, size=1.2), class_="swatch")
    return box(zone_type, status, disputed=disputed)


def box(zone_type: str, status: str, *, disputed: bool = False) -> Html:
    """Return a small box with the line and the pattern of a status; nothing for a place."""
    if is_place(zone_type):
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
