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

from layers.errors import ExportError
from layers.report.desk import DOCX, TEMPLATE_FAULTS, Desk, sandbox
from layers.report.model import Report
from layers.report.printed_map import HEIGHT, WIDTH, printed_map

if TYPE_CHECKING:
    from docx.document import Document

_MARK = "\ue000"
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
_FONT = "Arial"
_WIDTH = 9865
"""The width of the text on A4, in twentieths of a point."""
_AFTER_SIZE = (
    "highlight",
    "u",
    "effect",
    "bdr",
    "shd",
    "fitText",
    "vertAlign",
    "rtl",
    "cs",
    "lang",
)


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
    except TEMPLATE_FAULTS as error:
        raise ExportError(f"{DOCX}: {error}") from None
    document: Document = template.docx
    if desk.docx is None:
        for table in document.tables:
            _lay_out(table._tbl)
    _direct(document, pages[0]["direction"])
    _describe(document, report, pages)
    out = io.BytesIO()
    document.save(out)
    return _fixed(out.getvalue())


def house_template() -> bytes:
    """Return the template of the house, which a desk may edit in its word processor."""
    import docx
    from docx.shared import Mm, Pt, RGBColor

    document = docx.Document()
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
    columns, cells = "{%tc for column in page.table.columns %}", "{%tc for cell in row.cells %}"
    numbers = ("{{ row.label }}", cells, "{{ cell.n }}", "{%tc endfor %}")
    rows = (
        ("{{ page.table.groups }}", columns, "{{ column }}", "{%tc endfor %}"),
        ("{%tr for zone in page.table.zones %}",),
        ("{% colspan page.table.columns | length + 1 %}{{ zone.name }} {{ zone.note }}",),
        ("{%tr for row in zone.rows %}",),
        ("{%tr if row.total %}",),
        numbers,
        ("{%tr else %}",),
        numbers,
        ("{%tr endif %}",),
        ("{%tr endfor %}",),
        ("{%tr endfor %}",),
    )
    table = document.add_table(rows=len(rows), cols=4, style="Table Grid")
    for at, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        for cell, text in zip(row.cells, texts, strict=False):
            _write_cell(cell, text, bold=at in (2, 5))
        for cell in row.cells[len(texts) :]:
            row._tr.remove(cell._tc)


def _write_cell(cell: Any, text: str, *, bold: bool) -> None:
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(8), bold or None


def _lay_out(table: Any) -> None:
    """Give a table the columns that it came to have: the first wide, the others alike, all thin."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    rows = [row.findall(qn("w:tc")) for row in table.findall(qn("w:tr"))]
    many = max(map(len, rows), default=0)
    if many < 2:
        return
    narrow = min(_WIDTH // 10, _WIDTH * 2 // (3 * (many - 1)))
    widths = [_WIDTH - narrow * (many - 1), *[narrow] * (many - 1)]
    for column in table.tblGrid.findall(qn("w:gridCol")):
        table.tblGrid.remove(column)
    for width in widths:
        column = OxmlElement("w:gridCol")
        column.set(qn("w:w"), str(width))
        table.tblGrid.append(column)
    for cells in rows:
        for cell, width in zip(cells, widths if len(cells) == many else [_WIDTH], strict=False):
            properties = cell.get_or_add_tcPr().get_or_add_tcW()
            properties.set(qn("w:w"), str(width))
            properties.set(qn("w:type"), "dxa")
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "BDB8AE")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    for side in ("left", "right", "insideV"):
        line = OxmlElement(f"w:{side}")
        line.set(qn("w:val"), "nil")
        borders.append(line)
    table.tblPr.insert_element_before(
        _in_order(borders), "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook"
    )


def _in_order(borders: Any) -> Any:
    """Return borders in the order that the schema gives them."""
    from docx.oxml.ns import qn

    order = [qn(f"w:{side}") for side in ("top", "left", "bottom", "right", "insideH", "insideV")]
    borders[:] = sorted(borders, key=lambda line: order.index(line.tag))
    return borders


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
            continue
        if direction == "rtl":
            for paragraph in element.iter(qn("w:p")):
                _turn(paragraph)
            for table in element.iter(qn("w:tbl")):
                _flag(table.tblPr, "bidiVisual", before=("tblW", "jc", "tblLayout", "tblLook"))


def _turn(paragraph: Any) -> None:
    """Let a paragraph run from the right."""
    from docx.oxml.ns import qn

    _flag(paragraph.get_or_add_pPr(), "bidi", before=("spacing", "ind", "jc", "rPr", "sectPr"))
    for run in paragraph.r_lst:
        properties = run.get_or_add_rPr()
        # Letters of a script from the right have weight and size of their own.
        if properties.b is not None:
            _flag(properties, "bCs", before=("i", "iCs", *_AFTER_SIZE))
        if properties.sz is not None:
            size = _flag(properties, "szCs", before=_AFTER_SIZE)
            size.set(qn("w:val"), properties.sz.get(qn("w:val")))
        _flag(properties, "rtl", before=("cs", "em", "lang", "eastAsianLayout"))


def _flag(properties: Any, name: str, *, before: tuple[str, ...]) -> Any:
    """Set a property in the place that the schema gives it, and return it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    found = properties.find(qn(f"w:{name}"))
    if found is None:
        found = OxmlElement(f"w:{name}")
        properties.insert_element_before(found, *(f"w:{following}" for following in before))
    return found


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
