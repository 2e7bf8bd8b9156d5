"""Files of a page: PDF and PNG by typst, SVG put together here."""

from __future__ import annotations

import re
import struct
import zlib
from typing import Any
from xml.sax.saxutils import escape

from layers.printing import figure, fonts, typesetting
from layers.printing.canvas import HALO_ALPHA
from layers.printing.content import rights
from layers.printing.figure import SOFTWARE, ImageFormat
from layers.printing.job import PrintJob
from layers.printing.page import PrintPage, make_page
from layers.printing.text import plain
from layers.style.colors import PAPER

_INKSCAPE = "http://www.inkscape.org/namespaces/inkscape"
_LABELLED = re.compile(r'data-typst-label="([^"]*)"')
_LAYER = re.compile(
    r'<g (?:[^<>]* )?id="((?:inset-)?(?:map|basemap|zones|places|towns|labels|furniture|frame)'
    r'|legend|legend-symbols|title|sources|cautions|credits)"'
)
_TEXT = re.compile(
    r'<text style="(?P<style>[^"]*font-size: (?P<size>[\d.]+)px[^"]*)"(?P<rest>.*?</text>)'
)
# Width of the white edge around letters, as a share of their size.
_HALO = 0.33
# Signature and header of a PNG.
_PNG_HEAD = 33
# Families have names of their own while matplotlib draws.
_FAMILIES = {fonts.ARABIC: "IBM Plex Sans Arabic", fonts.LATIN: "IBM Plex Sans"}


def write(
    job: PrintJob,
    format: ImageFormat,  # noqa: A002
    *,
    editable: bool = False,
) -> tuple[bytes, dict[str, Any]]:
    """Return a page as a file's bytes, and what it shows as plain values."""
    outlines = {"svg.fonttype": "none"} if editable else None
    with fonts.brought_by(job.built.record), figure.settings(outlines):
        if format == "svg":
            page = make_page(job, letters="text" if editable else "outlines")
            return _svg(page, editable=editable), _summary(page)
        page = make_page(job, letters="none")
        data = page.data | {"map": _map(page).decode("utf-8")}
        if format == "pdf":
            return typesetting.pdf(data), _summary(page)
        return _described(typesetting.png(data, dpi=job.size.dpi), job), _summary(page)


def _map(page: PrintPage) -> bytes:
    job = page.job
    return figure.saved(
        page.canvas.figure,
        "svg",
        title=plain(job.title),
        subject=plain(job.subject()),
        rights=plain(rights(job)),
    )


def _svg(page: PrintPage, *, editable: bool) -> bytes:
    """Return matplotlib's SVG, its groups named as layers, with the page's text beside them."""
    words = page.job.words
    text = typesetting.svg(page.data | {"paper": None})
    text = text[text.index(">") + 1 : text.rindex("</svg>")]
    text = _LABELLED.sub(r'id="\1"', text)
    drawn = _map(page).decode("utf-8")
    head, rest = drawn.split("<metadata>", 1)
    root = f'<svg xmlns:inkscape="{_INKSCAPE}" lang="{words.lang}"'
    desc = f"<desc>{escape(page.data['alt'])}</desc>\n <metadata>"
    body = f"{head.replace('<svg', root, 1)}{desc}{rest.rsplit('</svg>', 1)[0]}"
    body = body.replace('<g id="figure_1">', f'<g id="page" direction="{words.direction}">', 1)
    if editable:
        for own, family in _FAMILIES.items():
            body = body.replace(f"'{own}'", f"'{family}'")
        body = _TEXT.sub(_with_halo, body)
    layer = r'\g<0> inkscape:groupmode="layer" inkscape:label="\1"'
    return _LAYER.sub(layer, f"{body}{text}</svg>\n").encode("utf-8")


def _with_halo(text: re.Match[str]) -> str:
    """Return a name over its halo: the same letters with a white edge, as every program knows."""
    edge = f"fill: {PAPER}; stroke: {PAPER}; stroke-width: {float(text['size']) * _HALO:.2f}px"
    style = f"{text['style']}; {edge}; stroke-linejoin: round; opacity: {HALO_ALPHA}"
    return f'<text style="{style}"{text["rest"]}{text[0]}'


def _described(png: bytes, job: PrintJob) -> bytes:
    """Return a PNG that says what it shows and by whose leave, in chunks after its header."""
    said = {
        "Title": job.title,
        "Description": job.subject(),
        "Copyright": rights(job),
        "Software": SOFTWARE,
    }
    chunks = b"".join(
        _chunk(b"iTXt", f"{key}\0\0\0\0\0{text}".encode()) for key, text in said.items()
    )
    return png[:_PNG_HEAD] + chunks + png[_PNG_HEAD:]


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _summary(page: PrintPage) -> dict[str, Any]:
    job = page.job
    return {
        "on": job.on.isoformat(),
        "lang": job.words.lang,
        "size": job.size.name,
        "title": job.title,
        "zones": [one.row.zone_id for one in job.shown],
        "sources": list(job.numbers),
        "not_listed": page.not_listed,
        "maps": len(page.panels),
        "record": job.built.record.sha256,
    }
