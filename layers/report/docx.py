"""A report as DOCX: a template in Word's own format, filled by docxtpl in the sandbox.

The house's template is made here and is what a desk starts from; `layers.report.desk` reads the
desk's own. ``{{ page.mark }}`` stands where the words of a language begin: from there on
paragraphs and tables run as that language does, whatever the template says.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateError

from layers.errors import ExportError
from layers.report.desk import DOCX, Desk, sandbox
from layers.report.model import Report
from layers.report.printed_map import HEIGHT, WIDTH, printed_map

if TYPE_CHECKING:
    from docx.document import Document

_MARK = "\ue000"
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
_FONT = "Arial"


def to_docx(report: Report, pages: Sequence[dict[str, Any]], desk: Desk) -> bytes:
    """Return the report as a document: the same report, the same bytes.

    Raises
    ------
    ExportError
        For a desk's template that does not work.
    """
    from docx.shared import Pt
    from docxtpl import DocxTemplate, InlineImage

    template = DocxTemplate(io.BytesIO(desk.docx or house_template()))

    def picture(body: bytes, **size: Any) -> Any:
        return InlineImage(template, io.BytesIO(body), **size) if body else ""

    filled = [
        {
            **page,
            "mark": f"{_MARK}{page['direction']}{_MARK}",
            "picture": picture(
                printed_map(report, page["lang"]).png, width=Pt(WIDTH), height=Pt(HEIGHT)
            ),
        }
        for page in pages
    ]
    context = {"pages": filled, "logo": picture(desk.logo, height=Pt(34))}
    try:
        template.render(context, jinja_env=sandbox(escape=True))
    except TemplateError as error:
        raise ExportError(f"{DOCX}: {error}") from None
    document: Document = template.docx
    _direct(document, pages[0]["direction"])
    _describe(document, report, pages)
    out = io.BytesIO()
    document.save(out)
    return _fixed(out.getvalue())


def house_template() -> bytes:
    """Return the template of the house, which a desk may edit in its word processor."""
    from docx import Document as new_document
    from docx.shared import Mm, Pt, RGBColor

    document = new_document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(16)
    for name, size in (("Normal", 9.5), ("Title", 20), ("Heading 1", 12), ("List Bullet", 9.5)):
        style = document.styles[name]
        _set_font(style, size)
        style.paragraph_format.space_after = Pt(4)
        style.font.color.rgb = RGBColor(0x1B, 0x20, 0x26)
    add = document.add_paragraph
    add("{%p for page in pages %}")
    add("{{ page.mark }}")
    add("{%p if logo %}")
    add("{{ logo }}")
    add("{%p endif %}")
    add("{{ page.desk }}")
    add("{{ page.title }}", style="Title")
    add("{{ page.atlas }}")
    _loop(add, "page.opening")
    document.add_heading("{{ page.titles.numbers }}", 1)
    add().add_run("{{ page.lead }}").bold = True
    _loop(add, "page.headlines", style="List Bullet")
    document.add_heading("{{ page.titles.table }}", 1)
    _table(document)
    _loop(add, "page.notes")
    document.add_heading("{{ page.map.title }}", 1)
    add("{{ page.picture }}")
    add("{{ page.map.key | join(' · ') }}")
    document.add_heading("{{ page.titles.changes }}", 1)
    add("{%p if not page.changes %}")
    add("{{ page.titles.no_changes }}")
    add("{%p endif %}")
    add("{%p for one in page.changes %}")
    add().add_run("{{ one.date }} · {{ one.zone }} · {{ one.change }}").bold = True
    _loop(add, "one.lines")
    add("{%p for claim in one.claims %}")
    add("{{ claim.summary }} ({{ claim.by }} · {{ claim.id }})", style="List Bullet")
    add("{%p endfor %}")
    add("{%p endfor %}")
    for part in ("quiet", "unplaced", "limits"):
        add("{%p if page." + part + " %}")
        document.add_heading("{{ page.titles." + part + " }}", 1)
        if part == "quiet":
            add("{{ page.titles.quiet_lead }}")
        _loop(add, f"page.{part}", style="List Bullet")
        add("{%p endif %}")
    _loop(add, "page.closing")
    add("{{ page.titles.signature }}: ______________________")
    _loop(add, "page.signature")
    document.add_heading("{{ page.titles.facts }}", 1)
    add("{%p for name, value in page.facts %}")
    add("{{ name }}: {{ value }}")
    add("{%p endfor %}")
    _loop(add, "page.terms")
    add("{%p if not loop.last %}")
    add().add_run().add_break(_page_break())
    add("{%p endif %}")
    add("{%p endfor %}")
    out = io.BytesIO()
    document.save(out)
    return _fixed(out.getvalue())


def _loop(add: Any, items: str, style: str | None = None) -> None:
    add("{%p for text in " + items + " %}")
    add("{{ text }}", style=style)
    add("{%p endfor %}")


def _table(document: Document) -> None:
    """Add the table: a row of headings, then for each zone its name and its rows."""
    from docx.shared import Pt

    rows = (
        ("{{ page.table.groups }}", "{%tc for column in page.table.columns %}", "{{ column }}"),
        ("{%tr for zone in page.table.zones %}", "", ""),
        ("{{ zone.name }} {{ zone.note }}", "{%tc for column in page.table.columns %}", ""),
        ("{%tr for row in zone.rows %}", "", ""),
        ("{{ row.label }}", "{%tc for cell in row.cells %}", "{{ cell.n }}"),
        ("{%tr endfor %}", "", ""),
        ("{%tr endfor %}", "", ""),
    )
    table = document.add_table(rows=len(rows), cols=4, style="Table Grid")
    for cells, texts in zip(table.rows, rows, strict=True):
        whole = (*texts, "{%tc endfor %}" if texts[1] else "")
        for cell, text in zip(cells.cells, whole, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(text)
            run.font.size = Pt(8)
            run.bold = text.startswith("{{ zone.name")


def _set_font(style: Any, size: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    style.font.name, style.font.size = _FONT, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), _FONT)
    for name in ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)


def _page_break() -> Any:
    from docx.enum.text import WD_BREAK

    return WD_BREAK.PAGE


def _direct(document: Document, direction: str) -> None:
    """Let paragraphs and tables run as the language of their part does; take the marks out."""
    from docx.oxml.ns import qn

    for element in list(document.element.body):
        text = "".join(node.text or "" for node in element.iter(qn("w:t")))
        if _MARK in text:
            direction = text.split(_MARK)[1]
            document.element.body.remove(element)
        elif direction == "rtl":
            for paragraph in element.iter(qn("w:p")):
                _turn(paragraph)
            for table in element.iter(qn("w:tbl")):
                _flag(table.tblPr, "bidiVisual", before=("tblW", "jc", "tblLayout", "tblLook"))


def _turn(paragraph: Any) -> None:
    """Let a paragraph run from the right."""
    _flag(paragraph.get_or_add_pPr(), "bidi", before=("spacing", "ind", "jc", "rPr", "sectPr"))
    for run in paragraph.r_lst:
        _flag(run.get_or_add_rPr(), "rtl", before=("cs", "em", "lang", "eastAsianLayout"))


def _flag(properties: Any, name: str, *, before: tuple[str, ...]) -> None:
    """Set a property that is on or off, in the place that the schema gives it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    if properties.find(qn(f"w:{name}")) is None:
        properties.insert_element_before(
            OxmlElement(f"w:{name}"), *(f"w:{following}" for following in before)
        )


def _describe(document: Document, report: Report, pages: Sequence[dict[str, Any]]) -> None:
    """Write title, author and the record's day; give each map its text for who listens."""
    from docx.oxml.ns import qn

    about, first = document.core_properties, pages[0]
    about.title, about.author = first["title"], first["desk"] or first["atlas"]
    about.comments, about.keywords, about.last_modified_by = "", "", ""
    about.language, about.revision = first["lang"], 1
    day = datetime.fromisoformat(str(report.built.record.atlas.edition))
    about.created = about.modified = day
    texts = iter([page["map"]["alt"] for page in pages])
    for drawn in document.element.body.iter(qn("wp:inline")):
        wide = drawn.extent.cx > drawn.extent.cy * 1.5
        drawn.docPr.set("descr", next(texts, "") if wide else first["desk"])


def _fixed(body: bytes) -> bytes:
    """Return a document with the clock taken out of its zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, _ZIP_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            new.writestr(info, old.read(entry.filename))
    return out.getvalue()
