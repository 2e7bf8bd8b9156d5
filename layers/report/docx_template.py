"""The house's template of a report in Word's format: what docxtpl fills, and a desk starts from."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

_FONT = "Arial"
_SIGNS = ("\u25cf ", "\u25cb ", "\u25cc ", "", "")
"""How the map draws what its key names: a disc, a ring, a dashed ring."""
AFTER_SIZE = ("highlight", "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs",
              "lang")  # fmt: skip
"""What follows a size among the properties of letters, as the schema has it."""
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)


def house_template() -> bytes:
    """Return the template of the house, which a desk may edit in its word processor."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(16)
    for name, size in (("Normal", 9.5), ("Title", 20), ("Heading 1", 12), ("List Bullet", 9.5)):
        style = document.styles[name]
        _set_font(style, size)
        form = style.paragraph_format
        form.space_before, form.space_after = Pt(10 if name == "Heading 1" else 0), Pt(3)
        form.line_spacing = 1.0
        style.font.color.rgb = RGBColor(0x1B, 0x20, 0x26)
    add = document.add_paragraph
    add("{%p for page in pages %}")
    add("{{ page.mark }}")
    _block(add, "if logo", "{{ logo }}")
    _block(add, "if page.desk", "{{ page.desk }}")
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
    add("{{ page.picture }}").paragraph_format.keep_with_next = True
    add(" · ".join(f"{sign}{{{{ page.map.key[{at}] }}}}" for at, sign in enumerate(_SIGNS)))
    document.add_heading("{{ page.titles.changes }}", 1)
    _block(add, "if not page.changes", "{{ page.titles.no_changes }}")
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
    signature = add("{{ page.titles.signature }}: ______________________")
    signature.paragraph_format.space_before = Pt(30)
    _loop(add, "page.signature")
    document.add_heading("{{ page.titles.facts }}", 1)
    _block(add, "for name, value in page.facts", "{{ name }}: {{ value }}")
    _loop(add, "page.terms")
    add("{%p if not loop.last %}")
    add().add_run().add_break(WD_BREAK.PAGE)
    add("{%p endif %}")
    add("{%p endfor %}")
    _number_pages(section.footer.paragraphs[0])
    out = io.BytesIO()
    document.save(out)
    return without_clock(out.getvalue())


def _loop(add: Any, items: str, style: str | None = None) -> None:
    _block(add, f"for text in {items}", "{{ text }}", style)


def _block(add: Any, opening: str, text: str, style: str | None = None) -> None:
    add("{%p " + opening + " %}")
    add(text, style=style)
    add("{%p end" + opening.split()[0] + " %}")


def _table(document: Document) -> None:
    """Add the table: a row of headings, then for each zone its name and its rows."""
    columns, cells = "{%tc for column in page.table.columns %}", "{%tc for cell in row.cells %}"
    numbers = ("{{ row.label }}", cells, "{{ cell.n }}", "{%tc endfor %}")
    rows = (
        ("{{ page.table.groups }}", columns, "{{ column }}", "{%tc endfor %}"),
        ("{%tr for zone in page.table.zones %}",),
        ("{% colspan page.table.columns | length + 1 %}{{ zone.name }}",),
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
        for place, (cell, text) in enumerate(zip(row.cells, texts, strict=False)):
            _write_cell(cell, text, bold=at in (2, 5), number=place > 0)
        for cell in row.cells[len(texts) :]:
            row._tr.remove(cell._tc)
    head, _, zone, *_ = table.rows
    note = zone.cells[0].paragraphs[0]
    note.paragraph_format.space_before = Pt(6)
    note.add_run("  {{ zone.note }}").font.size = Pt(7.5)
    for row in table.rows:  # whole, and the head again on every page
        row._tr.get_or_add_trPr().append(element("cantSplit"))
    head._tr.trPr.append(element("tblHeader"))
    table.autofit = False
    _thin_lines(table._tbl)


def _write_cell(cell: Any, text: str, *, bold: bool, number: bool) -> None:
    paragraph = cell.paragraphs[0]
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(1.5)
    if number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(8), bold or None


def _thin_lines(table: Any) -> None:
    """Let thin lines part the rows of a table, and none its columns."""
    thin, none = {"val": "single", "sz": "4", "space": "0", "color": "BDB8AE"}, {"val": "nil"}
    sides = {"top": thin, "left": none, "bottom": thin, "right": none, "insideH": thin,
             "insideV": none}  # fmt: skip
    borders = element("tblBorders", *(element(side, **how) for side, how in sides.items()))
    margins = element("tblCellMar", *(element(side, w="60", type="dxa")
                                      for side in ("left", "right")))  # fmt: skip
    table.tblPr.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblLook")
    table.tblPr.insert_element_before(margins, "w:tblLook")


def _set_font(style: Any, size: float) -> None:
    """Set a font and its size, of letters that run from the right too, and no other finery."""
    style.font.name, style.font.size = _FONT, Pt(size)
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for name in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{name}"), _FONT)
    for name in ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    # Letters set apart are no word in the scripts that join them.
    for name in ("spacing", "kern"):
        for found in properties.findall(qn(f"w:{name}")):
            properties.remove(found)
    for rule in style.element.iter(qn("w:pBdr")):
        rule.getparent().remove(rule)
    flag(properties, "szCs", before=AFTER_SIZE, val=str(round(2 * size) + 1))


def _number_pages(footer: Any) -> None:
    """Write the number of the page, and how many they are."""
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer._p.append(element("fldSimple", instr="PAGE"))
    footer.add_run(" / ")
    footer._p.append(element("fldSimple", instr="NUMPAGES"))


def flag(properties: Any, name: str, *, before: tuple[str, ...], **values: str) -> None:
    """Set a property in the place that the schema gives it."""
    found = properties.find(qn(f"w:{name}"))
    if found is None:
        found = element(name)
        properties.insert_element_before(found, *(f"w:{following}" for following in before))
    for key, value in values.items():
        found.set(qn(f"w:{key}"), value)


def element(name: str, *inside: Any, **values: str) -> Any:
    """Return an element of Word's format with what is in it."""
    made = OxmlElement(f"w:{name}", {qn(f"w:{key}"): value for key, value in values.items()})
    made.extend(inside)
    return made


def without_clock(body: bytes) -> bytes:
    """Return a document with the clock taken out of its zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, _ZIP_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            new.writestr(info, old.read(entry.filename))
    return out.getvalue()
