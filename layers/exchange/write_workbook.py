"""A record's tables as a workbook: the same bytes each time, no cell a formula.

Each column has its meaning as a note on its first cell, closed words as a list to choose from, and
cells of text, so that a spreadsheet makes no date of ``2020-03`` and runs nothing.
"""

from __future__ import annotations

import datetime
import io
from typing import TYPE_CHECKING, Any

from layers.exchange.columns import Cell, WorkbookColumn
from layers.exchange.sheets import MADE_FROM, RecordFiles, WorkbookSheet, rows_of, sheets_of
from layers.exchange.since import digests

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_LAST_ROW = 1_048_575
_MADE = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)  # a file of a record has no day
_WIDTHS = {"text": 24, "date": 14, "number": 11, "flag": 9, "ids": 24, "range": 12}
_WIDE, _WIDE_AT = 60, 60


def workbook_bytes(files: RecordFiles) -> bytes:
    """Return the workbook of a record."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False,
                          "strings_to_urls": False, "strings_to_numbers": False})  # fmt: skip
    book.set_properties({"created": _MADE})
    formats = {
        "head": book.add_format({"bold": True, "num_format": "@", "bottom": 1}),
        "text": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
        "number": book.add_format({"valign": "top"}),
    }
    made_from: list[tuple[str, str, str]] = []
    for sheet in sheets_of(files.languages):
        rows = list(rows_of(sheet, files))
        _fill(book.add_worksheet(sheet.name), sheet, rows, formats)
        made_from += [(sheet.name, name, text) for name, text in digests(sheet, rows).items()]
    hidden = book.add_worksheet(MADE_FROM)
    hidden.very_hidden()
    for number, texts in enumerate(made_from):
        for at, text in enumerate(texts):
            hidden.write_string(number, at, text, formats["text"])
    book.close()
    return out.getvalue()


def _fill(
    page: Worksheet, sheet: WorkbookSheet, rows: list[list[Cell]], formats: dict[str, Any]
) -> None:
    page.freeze_panes(1, len(sheet.keys) + 1)
    page.autofilter(0, 0, max(1, len(rows)), len(sheet.columns) - 1)
    for at, column in enumerate(sheet.columns):
        cells = [row[at] for row in rows]
        form = formats["number" if column.kind == "number" else "text"]
        long = any(isinstance(cell, str) and len(cell) > _WIDE_AT for cell in cells)
        page.set_column(at, at, _WIDE if long else _WIDTHS[column.kind], form)
        page.write_string(0, at, column.header, formats["head"])
        page.write_comment(0, at, column.note, {"x_scale": 2, "author": "tamas"})
        _offer(page, at, column)
        for number, cell in enumerate(cells, start=1):
            if isinstance(cell, str):
                page.write_string(number, at, cell, form)
            elif cell is not None:
                page.write_number(number, at, cell, form)


def _offer(page: Worksheet, at: int, column: WorkbookColumn) -> None:
    """Give the cells of a column the words, or the ids, that may stand there."""
    if column.choices:
        options: dict[str, Any] = {
            "validate": "list", "source": list(column.choices),
            "error_title": column.header, "error_message": "Choose a word of the list.",
        }  # fmt: skip
    elif column.named_in:
        ids = "$B$2:$B" if column.named_in == "claims" else "$A$2:$A"
        options = {
            "validate": "list", "source": f"={column.named_in}!{ids}${_LAST_ROW + 1}",
            "error_type": "warning", "error_title": column.header,
            "error_message": f"No row of the sheet {column.named_in} has this id.",
        }  # fmt: skip
    else:
        return
    page.data_validation(1, at, _LAST_ROW, at, options)
