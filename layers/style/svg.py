"""Markers, legend boxes and patterns as SVG: the one drawing of them without a script.

What is returned is markup that templates do not escape again. Colours and lines are
presentation attributes, which a policy without inline styles leaves alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from layers.style.colors import PAPER
from layers.style.symbology import (
    MARKER_SIZE,
    SMALL_TILE,
    TINT,
    KindStyle,
    MarkerPath,
    Symbol,
    Symbology,
    dash_text,
)


def element(tag: str, *children: str, **attributes: str | float | None) -> Markup:
    """Return an SVG element; None leaves an attribute out, ``stroke_width`` is written with ``-``.

    Children are markup already; values of attributes are escaped.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-") if name.islower() else name}="{_value(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{tag}{written}>{''.join(children)}</{tag}>")  # noqa: S704  # escaped above


def _value(value: str | float) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(escape(value))


def marker(symbol: Symbol, *, size: float = 1, xmlns: str | None = None) -> Markup:
    """Return the marker of a kind in a state, ``size`` times 22 x 16 pixels.

    ``xmlns`` is the namespace that it needs outside HTML.
    """
    width, height = MARKER_SIZE
    return element(
        "svg", *(_path(symbol.kind, path) for path in symbol.marker), xmlns=xmlns,
        class_="marker", viewBox=f"0 0 {width} {height}", width=width * size,
        height=height * size, aria_hidden="true",
    )  # fmt: skip


def _path(kind: KindStyle, path: MarkerPath) -> Markup:
    pen = path.pen
    fill = {"paper": PAPER, "none": "none"}.get(pen.fill, kind.line)
    return element(
        "path", d=path.d, stroke=kind.line if pen.width else "none", stroke_width=pen.width,
        stroke_linecap=pen.cap, stroke_linejoin="round", fill=fill,
        stroke_dasharray=dash_text(path.dash) or None,
        fill_opacity=TINT if pen.fill == "tint" else None,
    )  # fmt: skip


def legend_symbol(
    symbology: Symbology, zone_type: str, status: str, *, disputed: bool = False
) -> Markup:
    """Return what stands beside a name: a place's marker, or a box with line and pattern."""
    if symbology.is_place(zone_type):
        return element(
            "span", marker(symbology.symbol(zone_type, status), size=1.2), class_="swatch"
        )
    return legend_patch(symbology, zone_type, status, disputed=disputed)


def legend_patch(
    symbology: Symbology, zone_type: str, status: str, *, disputed: bool = False
) -> Markup:
    """Return a small box with the line and the pattern of a status; nothing for a place.

    Its patterns must stand on the page: `pattern_defs` of `used_patterns`.
    """
    if symbology.is_place(zone_type):
        return Markup()
    line, state = symbology.kind(zone_type).line, symbology.state(status)
    box: dict[str, str | float | None] = {"x": 1.5, "y": 1.5, "width": 27, "height": 15}
    paints = [
        f"url(#{pattern_id(*one)})"
        for one in used_patterns(symbology, zone_type, status, disputed=disputed)
    ]
    return element(
        "svg",
        element("rect", **box, fill=PAPER),
        element("rect", **box, fill=line, fill_opacity=state.flat) if state.flat else "",
        *(element("rect", **box, fill=paint) for paint in paints),
        element(
            "rect", **box, fill="none", stroke=line, stroke_width=state.legend_width,
            stroke_dasharray=dash_text(state.legend_dash) or None, stroke_linecap=state.cap,
        ),
        class_="swatch", viewBox="0 0 30 18", width=30, height=18, aria_hidden="true",
    )  # fmt: skip


def used_patterns(
    symbology: Symbology, zone_type: str, status: str, *, disputed: bool = False
) -> list[tuple[str, str]]:
    """Return the patterns, each with its kind, that a kind in a status is painted with."""
    fills = symbology.symbol(zone_type, status).fills(disputed=disputed)
    return [(pattern.id, zone_type) for pattern, _ in fills]


def pattern_id(pattern: str, zone_type: str) -> str:
    """Return the id of a pattern in a kind's colour, the same wherever it is defined."""
    return f"{pattern}-{zone_type}"


def pattern_defs(symbology: Symbology, wanted: Iterable[tuple[str, str]]) -> Markup:
    """Return an SVG without a size that holds patterns, each in the colour of its kind."""
    made = [_pattern(symbology, *one) for one in sorted(set(wanted))]
    if not made:
        return Markup()
    defs = element("defs", *made)
    return element("svg", defs, class_="patterns", width=0, height=0, aria_hidden="true")


def _pattern(symbology: Symbology, name: str, zone_type: str) -> Markup:
    tile = symbology.patterns[name]
    mark = element(
        "path", d=tile.d, fill="none", stroke=symbology.kind(zone_type).line,
        stroke_width=tile.stroke, stroke_linecap=tile.cap, stroke_linejoin="round",
    )  # fmt: skip
    return element(
        "pattern", mark, id=pattern_id(name, zone_type), width=tile.width, height=tile.height,
        patternUnits="userSpaceOnUse", patternTransform=f"scale({SMALL_TILE:g})",
    )  # fmt: skip
