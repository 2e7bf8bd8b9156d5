"""KML 2.2, alone or as KMZ: the atlas's colours, a folder a layer, a time span a row.

Names are in one language, the other stands in the description. Days become moments in UTC,
from the first second of the first day to the last of the last, because readers take a bare
day for its first moment and the last day would be lost.
"""

from __future__ import annotations

import html
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import Any

from shapely import Polygon, get_coordinates
from shapely.geometry.base import BaseGeometry, BaseMultipartGeometry

from layers.build.rows import ZonePeriod, iter_rows
from layers.formats.attribution import credit_lines
from layers.formats.columns import cell
from layers.formats.content import Content
from layers.formats.xml import Element, element, to_bytes
from layers.i18n import Translator, language, translator
from layers.style.colors import rgb
from layers.style.symbology import Symbol, symbology

_DISC = "files/disc.png"
# The first moment that a zip archive can name: no clock goes into the file.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_NO_FILL = "00ffffff"


def write_kml(content: Content, path: Path) -> None:
    """Write KMZ, or plain KML where the path ends so; plain KML has no sign of its own."""
    zipped = path.suffix.lower() != ".kml"
    document = to_bytes(_document(content, as_marker=zipped))
    if not zipped:
        path.write_bytes(document)
        return
    disc = files("layers.formats").joinpath("disc.png").read_bytes()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in (("doc.kml", document), (_DISC, disc)):
            archive.writestr(_entry(name), data)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    return entry


def _document(content: Content, *, as_marker: bool) -> Element:
    record = content.built.record
    root = element(None, "kml", xmlns="http://www.opengis.net/kml/2.2")
    document = element(root, "Document")
    element(document, "name", content.title[content.lang])
    element(document, "open", 1)
    element(document, "description", _about(content))
    pairs = zip(content.rows["zone_type"], content.rows["status"], strict=True)
    for symbol in symbology(record).symbols(pairs):
        _style(document, symbol, as_marker=as_marker)
    for name, part in content.by_layer.items():
        folder = element(document, "Folder", id=f"layer.{name}")
        element(folder, "name", record.layers[name].title[content.lang])
        element(folder, "description", html.escape(record.layers[name].summary[content.lang]))
        for row, values, shape in zip(
            iter_rows(part.rows), part.records(), part.shapes, strict=True
        ):
            _placemark(folder, content, row, values, shape)
    return root


def _placemark(
    folder: Element,
    content: Content,
    row: ZonePeriod,
    values: dict[str, Any],
    shape: BaseGeometry | None,
) -> None:
    mark = element(folder, "Placemark", id=row.id)
    record = content.built.record
    words = translator(content.lang, record)
    element(mark, "name", words.pick(record.zones[row.zone_id].names))
    symbol = symbology(record).symbol(row.zone_type, row.status)
    label = symbol.label(words)
    element(mark, "Snippet", label, maxLines=1)
    element(mark, "description", _description(content, row, words, label))
    span = element(mark, "TimeSpan")
    element(span, "begin", f"{row.valid_from}T00:00:00Z")
    if row.valid_to is not None:
        element(span, "end", f"{row.valid_to}T23:59:59Z")
    element(mark, "styleUrl", f"#{symbol.id}")
    data = element(mark, "ExtendedData")
    for column in content.row_columns:
        if (value := values[column.name]) not in (None, "", ()):
            one = element(data, "Data", name=column.name)
            element(one, "value", cell(value, column.separator))
    if shape is not None:
        _geometry(mark, shape)


def _description(content: Content, row: ZonePeriod, words: Translator, label: str) -> str:
    """Return what the balloon says as HTML, every text of the record escaped."""
    record = content.built.record
    zone = record.zones[row.zone_id]
    actors = (words.pick(record.actors[key].name) for key in row.asserted_by)
    who = words.gettext("semicolon").join(actors)
    others = [
        f'<p dir="{language(lang).direction}" lang="{lang}">{html.escape(name)}</p>'
        for lang, name in zone.names.as_dict().items()
        if lang != words.lang
    ]
    said = [
        f"<p>{html.escape(label)}<br>{html.escape(_days(words, row))}</p>",
        f"<p>{html.escape(words.gettext(f'says.{row.track}', who=who))}</p>",
        f"<p>{html.escape(words.pick(zone.summary))}</p>",
        f"<p>{html.escape(words.gettext(f'basis.{row.geom_basis}'))}</p>",
        f"<p>{html.escape(words.gettext('not_for'))}</p>",
    ]
    return f'<div dir="{words.direction}" lang="{words.lang}">{"".join([*others, *said])}</div>'


def _days(words: Translator, row: ZonePeriod) -> str:
    if row.valid_to is None:
        since = words.gettext("since", **{"from": row.valid_from})
        return f"{since} ({words.gettext('no_end')})"
    days = words.gettext("range", **{"from": row.valid_from, "to": row.valid_to})
    return f"{days} ({words.gettext('last_included')})"


def _about(content: Content) -> str:
    """Return scope, terms and makers of the whole file as HTML."""
    atlas = content.built.record.atlas
    words = translator(content.lang)
    said = [
        words.pick(atlas.scope),
        words.pick(atlas.borders),
        words.gettext("edition", date=atlas.edition),
        f"{words.gettext('digest')}: {content.built.record.sha256}",
        f"{words.gettext('attribution')}: {'; '.join(credit_lines(content.credits, content.lang))}",
    ]
    paragraphs = "".join(f"<p>{html.escape(text)}</p>" for text in said)
    return f'<div dir="{words.direction}" lang="{words.lang}">{paragraphs}</div>'


def _style(document: Element, symbol: Symbol, *, as_marker: bool) -> None:
    style = element(document, "Style", id=symbol.id)
    icon = element(style, "IconStyle")
    element(icon, "color", _colour(symbol.kind.line, 1))
    element(icon, "scale", "0.5" if as_marker else "0.8")
    if as_marker:
        element(element(icon, "Icon"), "href", _DISC)
    line = element(style, "LineStyle")
    element(line, "color", _colour(symbol.kind.line, 1))
    element(line, "width", f"{symbol.state.width:g}")
    fill = element(style, "PolyStyle")
    flat = symbol.state.flat
    element(fill, "color", _colour(symbol.kind.line, flat) if flat else _NO_FILL)
    element(fill, "fill", int(bool(flat)))


def _colour(color: str, strength: float) -> str:
    """Return a colour as KML has it: opacity, blue, green, red."""
    red, green, blue = rgb(color)
    return f"{round(255 * strength):02x}{blue:02x}{green:02x}{red:02x}"


def _geometry(parent: Element, shape: BaseGeometry) -> None:
    """Write a shape; what has many parts becomes a MultiGeometry."""
    if isinstance(shape, BaseMultipartGeometry):
        many = element(parent, "MultiGeometry")
        for part in shape.geoms:
            _geometry(many, part)
        return
    made = element(parent, shape.geom_type)
    if shape.geom_type != "Point":
        element(made, "tessellate", 1)  # lie on the ground, whatever its height
    if not isinstance(shape, Polygon):
        element(made, "coordinates", _coordinates(shape))
        return
    rings = [("outerBoundaryIs", shape.exterior)]
    rings += [("innerBoundaryIs", hole) for hole in shape.interiors]
    for side, ring in rings:
        element(element(element(made, side), "LinearRing"), "coordinates", _coordinates(ring))


def _coordinates(shape: BaseGeometry) -> str:
    return " ".join(f"{lon:.10g},{lat:.10g}" for lon, lat in get_coordinates(shape).tolist())
