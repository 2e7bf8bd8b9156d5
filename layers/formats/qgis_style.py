"""Styles for QGIS: kinds by colour, statuses by line and pattern, days for the time control.

QML is QGIS's own style document, which `layer_styles` of a GeoPackage holds for each layer;
SLD 1.0 says the simpler part of it to other programs. A table with shapes of one kind gets a
categorised renderer, a mixed one a renderer by rules that ask for the kind of shape too,
because QGIS opens it as one layer for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from layers.formats.xml import Element, element, to_text
from layers.style.gis import Look

# What QGIS calls the kinds of shape: its number, its symbol, its name in expressions.
_SHAPES = {"Point": (0, "marker"), "LineString": (1, "line"), "Polygon": (2, "fill")}
_ANY_SHAPE = 3
_IN_EXPRESSIONS = {"Point": "Point", "LineString": "Line", "Polygon": "Polygon"}
_BRUSHES = {
    "diagonals": "b_diagonal",
    "bars": "vertical",
    "crosses": "diagonal_x",
    "dots": "dense7",
}
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_MARKER_PX = 9
_PATTERN_STRENGTH = 0.6


def qml(looks: Sequence[Look], shapes: Iterable[str], *, name: str) -> str:
    """Return a QGIS style for kinds and statuses on shapes of these kinds.

    ``shapes`` are names without ``Multi``; ``name`` is the column that features are called by.
    """
    kinds = sorted(shapes, key=list(_SHAPES).index) or ["Polygon"]
    root = element(None, "qgis", version="3.22.0-Białowieża", styleCategories="AllStyleCategories")
    _temporal(root)
    number = _SHAPES[kinds[0]][0] if len(kinds) == 1 else _ANY_SHAPE
    if len(kinds) == 1:
        _categorised(root, looks, _SHAPES[kinds[0]][1])
    else:
        _ruled(root, looks, kinds)
    element(root, "previewExpression", f'"{name}"')
    element(root, "mapTip", _tip(name))
    element(root, "layerGeometryType", number)
    return to_text(root, _DOCTYPE)


def _temporal(root: Element) -> None:
    """Have the time control show a row from its first to its last day, both included.

    QGIS takes the columns with the default style and leaves the control off until it is asked.
    """
    element(
        root, "temporal", enabled=1, mode=2, limitMode=1, startField="valid_from",
        endField="valid_to", accumulate=0, fixedDuration=0, durationField="", durationUnit="min",
        startExpression="", endExpression="",
    )  # fmt: skip


def _categorised(root: Element, looks: Sequence[Look], symbol: str) -> None:
    several = len({look.kind for look in looks}) > 1
    attribute = '"zone_type" || \'.\' || "status"' if several else "status"
    renderer = element(
        root, "renderer-v2", type="categorizedSymbol", attr=attribute, symbollevels=0,
        enableorderby=0, forceraster=0,
    )  # fmt: skip
    categories = element(renderer, "categories")
    for number, look in enumerate(looks):
        value = look.id if several else look.status
        element(
            categories, "category", symbol=number, value=value, label=look.words,
            render="true", type="string",
        )  # fmt: skip
    symbols = element(renderer, "symbols")
    for number, look in enumerate(looks):
        _symbol(symbols, str(number), look, symbol)


def _ruled(root: Element, looks: Sequence[Look], kinds: Sequence[str]) -> None:
    renderer = element(
        root, "renderer-v2", type="RuleRenderer", symbollevels=0, enableorderby=0, forceraster=0
    )
    rules = element(renderer, "rules", key="all")
    symbols = element(renderer, "symbols")
    pairs = [(kind, look) for kind in kinds for look in looks]
    for number, (kind, look) in enumerate(pairs):
        asked = (
            f"\"zone_type\" = '{look.kind}' AND \"status\" = '{look.status}' "
            f"AND geometry_type($geometry) = '{_IN_EXPRESSIONS[kind]}'"
        )
        element(
            rules, "rule", key=f"{kind}.{look.id}", symbol=number, filter=asked, label=look.words
        )
        _symbol(symbols, str(number), look, _SHAPES[kind][1])


def _symbol(symbols: Element, name: str, look: Look, kind: str) -> None:
    symbol = element(
        symbols, "symbol", name=name, type=kind, alpha=1, clip_to_extent=1, force_rhr=0
    )
    if kind == "marker":
        _layer(symbol, "SimpleMarker", _marker(look))
        return
    if kind == "fill":
        _layer(symbol, "SimpleFill", _fill(look, look.flat, "solid"))
        if look.pattern:
            _layer(symbol, "SimpleFill", _fill(look, _PATTERN_STRENGTH, _BRUSHES[look.pattern]))
    _layer(symbol, "SimpleLine", _line(look))


def _layer(symbol: Element, kind: str, values: dict[str, Any]) -> None:
    layer = element(symbol, "layer", **{"class": kind, "enabled": 1, "locked": 0, "pass": 0})
    options = element(layer, "Option", type="Map")
    for name, value in values.items():
        element(options, "Option", name=name, value=value, type="QString")


def _colour(look: Look, strength: float = 1) -> str:
    red, green, blue = look.rgb
    return f"{red},{green},{blue},{round(255 * strength)}"


def _line(look: Look) -> dict[str, Any]:
    cap = {"round": "round", "butt": "flat"}[look.cap]
    dash = ";".join(f"{part:g}" for part in look.dash)
    return {
        "line_color": _colour(look), "line_style": "solid", "line_width": f"{look.width:g}",
        "line_width_unit": "Pixel", "capstyle": cap, "joinstyle": "round",
        "use_custom_dash": int(bool(dash)), "customdash": dash or "5;2",
        "customdash_unit": "Pixel",
    }  # fmt: skip


def _fill(look: Look, strength: float, brush: str) -> dict[str, Any]:
    return {"color": _colour(look, strength), "style": brush, "outline_style": "no"}


def _marker(look: Look) -> dict[str, Any]:
    """Return a disc, hollow while nothing is in effect."""
    full = look.flat > 0.1 or look.status == "in_effect"
    return {
        "name": "circle", "color": _colour(look, 1 if full else 0), "size": _MARKER_PX,
        "size_unit": "Pixel", "outline_color": _colour(look), "outline_style": "solid",
        "outline_width": f"{look.width:g}", "outline_width_unit": "Pixel",
    }  # fmt: skip


def _tip(name: str) -> str:
    return (
        f'<b>[% "{name}" %]</b><br>[% "track" %] · [% "status" %]<br>'
        '[% "valid_from" %] – [% "valid_to" %]<br>[% "asserted_by" %]'
    )


def sld(looks: Sequence[Look], shapes: Iterable[str], *, layer: str) -> str:
    """Return an SLD 1.0 style: a rule for each kind and status, without the patterns."""
    kinds = sorted(shapes, key=list(_SHAPES).index) or ["Polygon"]
    root = element(
        None, "StyledLayerDescriptor",
        **{"version": "1.0.0", "xmlns": "http://www.opengis.net/sld",
           "xmlns:ogc": "http://www.opengis.net/ogc"},
    )  # fmt: skip
    named = element(root, "NamedLayer")
    element(named, "Name", layer)
    style = element(element(named, "UserStyle"), "FeatureTypeStyle")
    for look in looks:
        rule = element(style, "Rule")
        element(rule, "Name", look.id)
        element(rule, "Title", look.words)
        both = element(element(rule, "ogc:Filter"), "ogc:And")
        for column, value in (("zone_type", look.kind), ("status", look.status)):
            equal = element(both, "ogc:PropertyIsEqualTo")
            element(equal, "ogc:PropertyName", column)
            element(equal, "ogc:Literal", value)
        for kind in kinds:
            _symbolizer(rule, look, kind)
    return to_text(root, '<?xml version="1.0" encoding="UTF-8"?>\n')


def _symbolizer(rule: Element, look: Look, kind: str) -> None:
    if kind == "Point":
        graphic = element(element(rule, "PointSymbolizer"), "Graphic")
        mark = element(graphic, "Mark")
        element(mark, "WellKnownName", "circle")
        _parameter(element(mark, "Fill"), "fill", look.colour)
        element(graphic, "Size", _MARKER_PX)
        return
    name = "LineSymbolizer" if kind == "LineString" else "PolygonSymbolizer"
    symbolizer = element(rule, name)
    if kind == "Polygon":
        fill = element(symbolizer, "Fill")
        _parameter(fill, "fill", look.colour)
        _parameter(fill, "fill-opacity", f"{look.flat:g}")
    stroke = element(symbolizer, "Stroke")
    _parameter(stroke, "stroke", look.colour)
    _parameter(stroke, "stroke-width", f"{look.width:g}")
    if look.dash:
        _parameter(stroke, "stroke-dasharray", " ".join(f"{part:g}" for part in look.dash))
        _parameter(stroke, "stroke-linecap", look.cap)


def _parameter(parent: Element, name: str, value: str) -> None:
    element(parent, "CssParameter", value, name=name)
