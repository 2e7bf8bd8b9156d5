"""Styles for QGIS: kinds by colour, statuses by line and pattern, days for the time control.

QML is QGIS's own style document, which `layer_styles` of a GeoPackage holds for each layer;
SLD 1.0 says the simpler part of it to other programs. A table with shapes of one kind gets a
categorised renderer, a mixed one a renderer by rules that ask for the kind of shape too,
because QGIS opens it as one layer for each.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import Any

from layers.formats.xml import Element, element, to_text
from layers.i18n import Translator
from layers.style.colors import PAPER, rgb
from layers.style.svg import marker
from layers.style.symbology import MARKER_SIZE, Symbol

# What QGIS calls the kinds of shape: its number, its symbol, its name in expressions.
_SHAPES = {"Point": (0, "marker"), "LineString": (1, "line"), "Polygon": (2, "fill")}
_ANY_SHAPE = 3
_IN_EXPRESSIONS = {"Point": "Point", "LineString": "Line", "Polygon": "Polygon"}
_BRUSHES = {
    "diagonals": "b_diagonal",
    "bars": "vertical",
    "crosses": "diagonal_x",
    "dots": "dense7",
    "rules": "horizontal",
    "grid": "cross",
}
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_MARKER_PX = 9
_PATTERN_STRENGTH = 0.6


def qml(
    categories: Sequence[Symbol], shapes: Iterable[str], *, name: str, words: Translator
) -> str:
    """Return a QGIS style for kinds and statuses on shapes of these kinds.

    ``shapes`` are names without ``Multi``; ``name`` is the column that features are called by.
    """
    kinds = sorted(shapes, key=list(_SHAPES).index) or ["Polygon"]
    root = element(None, "qgis", version="3.22.0-Białowieża", styleCategories="AllStyleCategories")
    _temporal(root)
    number = _SHAPES[kinds[0]][0] if len(kinds) == 1 else _ANY_SHAPE
    if len(kinds) == 1:
        _categorised(root, categories, _SHAPES[kinds[0]][1], words)
    else:
        _ruled(root, categories, kinds, words)
    element(root, "previewExpression", f'"{name}"')
    element(root, "mapTip", _tip(name))
    element(root, "layerGeometryType", number)
    return to_text(root, _DOCTYPE)


def _temporal(root: Element) -> None:
    """Have the time control show a row from its first to its last day, both included.

    By expressions (mode 4): QGIS compares the columns themselves, days, with times as text and
    loses the last day. It leaves the control off until it is asked.
    """
    element(
        root, "temporal", enabled=1, mode=4, limitMode=1, startField="", endField="",
        accumulate=0, fixedDuration=0, durationField="", durationUnit="min",
        startExpression='to_datetime("valid_from")', endExpression='to_datetime("valid_to")',
    )  # fmt: skip


def _categorised(
    root: Element, categories: Sequence[Symbol], symbol: str, words: Translator
) -> None:
    several = len({one.kind.id for one in categories}) > 1
    attribute = '"zone_type" || \'.\' || "status"' if several else "status"
    renderer = element(
        root, "renderer-v2", type="categorizedSymbol", attr=attribute, symbollevels=0,
        enableorderby=0, forceraster=0,
    )  # fmt: skip
    listed = element(renderer, "categories")
    for number, one in enumerate(categories):
        value = one.id if several else one.state.id
        element(
            listed, "category", symbol=number, value=value, label=one.label(words),
            render="true", type="string",
        )  # fmt: skip
    symbols = element(renderer, "symbols")
    for number, one in enumerate(categories):
        _symbol(symbols, str(number), one, symbol)


def _ruled(
    root: Element, categories: Sequence[Symbol], kinds: Sequence[str], words: Translator
) -> None:
    renderer = element(
        root, "renderer-v2", type="RuleRenderer", symbollevels=0, enableorderby=0, forceraster=0
    )
    rules = element(renderer, "rules", key="all")
    symbols = element(renderer, "symbols")
    pairs = [(kind, one) for kind in kinds for one in categories]
    for number, (kind, one) in enumerate(pairs):
        asked = (
            f"\"zone_type\" = '{one.kind.id}' AND \"status\" = '{one.state.id}' "
            f"AND geometry_type($geometry) = '{_IN_EXPRESSIONS[kind]}'"
        )
        element(
            rules,
            "rule",
            key=f"{kind}.{one.id}",
            symbol=number,
            filter=asked,
            label=one.label(words),
        )
        _symbol(symbols, str(number), one, _SHAPES[kind][1])


def _symbol(symbols: Element, name: str, one: Symbol, kind: str) -> None:
    symbol = element(
        symbols, "symbol", name=name, type=kind, alpha=1, clip_to_extent=1, force_rhr=0
    )
    if kind == "marker":
        svg = b64encode(marker(one, xmlns="http://www.w3.org/2000/svg").encode()).decode()
        sized = {"size": MARKER_SIZE[0], "size_unit": "Pixel"}
        _layer(symbol, "SvgMarker", {"name": f"base64:{svg}", **sized})
        return
    if kind == "fill":
        _layer(symbol, "SimpleFill", _fill(one, one.state.flat, "solid"))
        if one.pattern:
            _layer(symbol, "SimpleFill", _fill(one, _PATTERN_STRENGTH, _BRUSHES[one.pattern]))
    _layer(symbol, "SimpleLine", _line(one))


def _layer(symbol: Element, kind: str, values: dict[str, Any]) -> None:
    layer = element(symbol, "layer", **{"class": kind, "enabled": 1, "locked": 0, "pass": 0})
    options = element(layer, "Option", type="Map")
    for name, value in values.items():
        element(options, "Option", name=name, value=value, type="QString")


def _colour(one: Symbol, strength: float = 1) -> str:
    red, green, blue = rgb(one.kind.line)
    return f"{red},{green},{blue},{round(255 * strength)}"


def _line(one: Symbol) -> dict[str, Any]:
    cap = {"round": "round", "butt": "flat"}[one.state.cap]
    dash = ";".join(f"{part:g}" for part in one.state.dash)
    return {
        "line_color": _colour(one), "line_style": "solid", "line_width": f"{one.state.width:g}",
        "line_width_unit": "Pixel", "capstyle": cap, "joinstyle": "round",
        "use_custom_dash": int(bool(dash)), "customdash": dash or "5;2",
        "customdash_unit": "Pixel",
    }  # fmt: skip


def _fill(one: Symbol, strength: float, brush: str) -> dict[str, Any]:
    return {"color": _colour(one, strength), "style": brush, "outline_style": "no"}


def _tip(name: str) -> str:
    return (
        f'<b>[% "{name}" %]</b><br>[% "track" %] · [% "status" %]<br>'
        '[% "valid_from" %] – [% "valid_to" %]<br>[% "asserted_by" %]'
    )


def sld(
    categories: Sequence[Symbol], shapes: Iterable[str], *, layer: str, words: Translator
) -> str:
    """Return an SLD 1.0 style: a rule for each kind and status, a place a disc, no patterns."""
    kinds = sorted(shapes, key=list(_SHAPES).index) or ["Polygon"]
    root = element(
        None, "StyledLayerDescriptor",
        **{"version": "1.0.0", "xmlns": "http://www.opengis.net/sld",
           "xmlns:ogc": "http://www.opengis.net/ogc"},
    )  # fmt: skip
    named = element(root, "NamedLayer")
    element(named, "Name", layer)
    style = element(element(named, "UserStyle"), "FeatureTypeStyle")
    for one in categories:
        rule = element(style, "Rule")
        element(rule, "Name", one.id)
        element(rule, "Title", one.label(words))
        both = element(element(rule, "ogc:Filter"), "ogc:And")
        for column, value in (("zone_type", one.kind.id), ("status", one.state.id)):
            equal = element(both, "ogc:PropertyIsEqualTo")
            element(equal, "ogc:PropertyName", column)
            element(equal, "ogc:Literal", value)
        for kind in kinds:
            _symbolizer(rule, one, kind)
    return to_text(root, '<?xml version="1.0" encoding="UTF-8"?>\n')


def _symbolizer(rule: Element, one: Symbol, kind: str) -> None:
    if kind == "Point":
        graphic = element(element(rule, "PointSymbolizer"), "Graphic")
        mark = element(graphic, "Mark")
        element(mark, "WellKnownName", "circle")
        _parameter(element(mark, "Fill"), "fill", PAPER if one.state.hollow else one.kind.line)
        _parameter(element(mark, "Stroke"), "stroke", one.kind.line)
        element(graphic, "Size", _MARKER_PX)
        return
    name = "LineSymbolizer" if kind == "LineString" else "PolygonSymbolizer"
    symbolizer = element(rule, name)
    if kind == "Polygon":
        fill = element(symbolizer, "Fill")
        _parameter(fill, "fill", one.kind.line)
        _parameter(fill, "fill-opacity", f"{one.state.flat:g}")
    stroke = element(symbolizer, "Stroke")
    _parameter(stroke, "stroke", one.kind.line)
    _parameter(stroke, "stroke-width", f"{one.state.width:g}")
    if one.state.dash:
        _parameter(stroke, "stroke-dasharray", " ".join(f"{part:g}" for part in one.state.dash))
        _parameter(stroke, "stroke-linecap", one.state.cap)


def _parameter(parent: Element, name: str, value: str) -> None:
    element(parent, "CssParameter", value, name=name)
