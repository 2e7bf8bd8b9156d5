"""A report as DOCX: a template in Word's own format, filled by docxtpl in the sandbox.

The house's template is `layers.report.docx_template`; `layers.report.desk` reads the desk's own.
``{{ page.mark }}`` stands where the words of a language begin: from there on paragraphs and tables
run as that language does, whatever the template says.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from docxtpl import DocxTemplate, InlineImage

from layers.characters import change_texts
from layers.errors import ExportError
from layers.report.desk import DOCX, TEMPLATE_FAULTS, Desk, sandbox
from layers.report.docx_template import AFTER_SIZE, element, flag, house_template, without_clock
from layers.report.model import Report
from layers.report.printed_map import HEIGHT, WIDTH, printed_map

_MARK = "\ue000"
_ISOLATED = re.compile("[\u2066-\u2068]([^\u2066-\u2069]*)\u2069")
_NUMBERS = 6
"""The table of numbers has at least so many columns."""
_WIDTH = 9865
"""The width of the text on A4, in twentieths of a point."""


def to_docx(report: Report, pages: Sequence[dict[str, Any]], desk: Desk) -> bytes:
    """Return the report as a document: the same report, the same bytes.

    Raises
    ------
    ExportError
        For a desk's template that does not work.
    """
    template = DocxTemplate(io.BytesIO(desk.docx or house_template()))

    def picture(body: bytes, **size: Any) -> Any:
        return InlineImage(template, io.BytesIO(body), **size) if body else ""

    filled = [
        {
            **change_texts(page, _marked),
            "mark": f"{_MARK}{page['direction']}{_MARK}",
            "picture": picture(
                printed_map(report, page["lang"], "png"), width=Pt(WIDTH), height=Pt(HEIGHT)
            ),
        }
        for page in pages
    ]
    context = {"pages": filled, "logo": picture(desk.logo, height=Pt(34))}
    try:
        template.render(context, jinja_env=sandbox(escape=True))
    except TEMPLATE_FAULTS as error:
        raise ExportError(f"{DOCX}: {error}") from None
    document: Document = template.docx
    for table in document.tables:
        _lay_out(table._tbl)
    _direct(document, pages[0]["direction"])
    _describe(document, report, pages)
    out = io.BytesIO()
    document.save(out)
    return without_clock(out.getvalue())


def _marked(text: str) -> str:
    """Return a text with marks of direction in place of isolates, which word processors draw."""
    return _ISOLATED.sub(_between_marks, text)


def _between_marks(found: re.Match[str]) -> str:
    ways = (unicodedata.bidirectional(letter) for letter in found[1])
    strong = next((way for way in ways if way in ("L", "R", "AL")), "L")
    mark = "\u200e" if strong == "L" else "\u200f"
    return f"{mark}{found[1]}{mark}"


def _lay_out(table: Any) -> None:
    """Give a table the columns that it came to have: the first wide, the others alike."""
    rows = [row.findall(qn("w:tc")) for row in table.findall(qn("w:tr"))]
    many = max(map(len, rows), default=0)
    if many < _NUMBERS:  # a table of the desk's own
        return
    narrow = min(_WIDTH // 10, _WIDTH * 7 // (10 * (many - 1)))
    widths = [_WIDTH - narrow * (many - 1), *[narrow] * (many - 1)]
    for column in table.tblGrid.findall(qn("w:gridCol")):
        table.tblGrid.remove(column)
    for width in widths:
        table.tblGrid.append(element("gridCol", w=str(width)))
    for cells in rows:
        for cell, width in zip(cells, widths if len(cells) == many else [_WIDTH], strict=False):
            properties = cell.get_or_add_tcPr().get_or_add_tcW()
            properties.set(qn("w:w"), str(width))
            properties.set(qn("w:type"), "dxa")


def _direct(document: Document, direction: str) -> None:
    """Let paragraphs and tables run as the language of their part does; take the marks out."""
    for part in list(document.element.body):
        text = "".join(node.text or "" for node in part.iter(qn("w:t")))
        if _MARK in text:
            direction = text.split(_MARK)[1]
            document.element.body.remove(part)
            continue
        if direction == "rtl":
            for paragraph in part.iter(qn("w:p")):
                _turn(paragraph)
            for table in part.iter(qn("w:tbl")):
                flag(table.tblPr, "bidiVisual", before=("tblW", "jc", "tblLayout", "tblLook"))


def _turn(paragraph: Any) -> None:
    """Let a paragraph run from the right."""
    flag(paragraph.get_or_add_pPr(), "bidi", before=("spacing", "ind", "jc", "rPr", "sectPr"))
    for run in paragraph.r_lst:
        properties = run.get_or_add_rPr()
        # Letters of a script from the right have weight and size of their own.
        if properties.b is not None:
            flag(properties, "bCs", before=("i", "iCs", *AFTER_SIZE))
        if properties.sz is not None:
            size = properties.sz.get(qn("w:val"))
            flag(properties, "szCs", before=AFTER_SIZE, val=size)
        flag(properties, "rtl", before=("cs", "em", "lang", "eastAsianLayout"))


def _describe(document: Document, report: Report, pages: Sequence[dict[str, Any]]) -> None:
    """Write title, author and the record's day; give each map its text for who listens."""
    about, first = document.core_properties, pages[0]
    about.title, about.author = first["title"], first["desk"] or first["atlas"]
    about.comments, about.keywords, about.last_modified_by = "", "", ""
    about.language, about.revision = first["lang"], 1
    day = datetime.fromisoformat(str(report.built.record.atlas.edition))
    about.created = about.modified = day
    texts = iter([page["map"]["alt"] for page in pages])
    for drawn in document.element.body.iter(qn("wp:inline")):
        wide = drawn.extent.cx > drawn.extent.cy * 1.5
        for side in ("distT", "distB", "distL", "distR"):  # left out, some readers make room
            drawn.set(side, "0")
        drawn.docPr.set("descr", next(texts, "") if wide else first["desk"])
