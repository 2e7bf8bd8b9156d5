"""What a workbook was made from, so that an old one undoes nothing that others have written since.

A hidden sheet holds a digest of each record. Where the record is another one by now and the row in
the workbook is not, the record stays; where both changed, the workbook goes in and that is said.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from layers.exchange.columns import Cell
from layers.exchange.read_workbook import GivenSheet, GivenWorkbook
from layers.exchange.sheets import RecordFiles, WorkbookSheet, rows_of

_SHOWN = 5


def digests(sheet: WorkbookSheet, rows: Iterable[Sequence[Cell]]) -> dict[str, str]:
    """Return a digest of each record of a sheet by its id, or of all rows by their owner's."""
    headers = [column.header for column in sheet.columns]
    owned = "row" in headers
    found: dict[str, list[tuple[float, list[Any]]]] = {}
    for row in rows:
        values = [c.value(cell) for c, cell in zip(sheet.columns, row, strict=True)]
        name = str(values[0] if owned else values[headers.index("id")])
        place = values.pop(1) if owned else 0
        listed = found.setdefault(name, [])
        last = listed[-1][0] if listed else 0.0
        listed.append((float(place) if isinstance(place, int | float) else last, values))
    return {
        name: _digest([values for _, values in sorted(listed, key=lambda one: one[0])])
        for name, listed in found.items()
    }


def keep_newer(files: RecordFiles, given: GivenWorkbook) -> None:
    """Mark what the record says by now and the workbook does not, and say so."""
    for sheet in given.sheets.values() if given.made_from else ():
        name, mine = sheet.sheet.name, digests(sheet.sheet, _cells(sheet))
        now = digests(sheet.sheet, rows_of(sheet.sheet, files))
        then = {key: text for (of, key), text in given.made_from.items() if of == name}
        whole = mine if not sheet.sheet.listed else then | now | mine
        moved = [key for key in whole if now.get(key) not in (then.get(key), mine.get(key))]
        kept = [key for key in moved if mine.get(key) == then.get(key)]
        given.kept |= {(name, key) for key in kept}
        taken = [key for key in moved if key not in kept]
        for keys, said in ((kept, "the record stays"), (taken, "the workbook goes in")):
            if keys:
                listed = ", ".join(keys[:_SHOWN]) + (", ..." if len(keys) > _SHOWN else "")
                since = "changed in the record since the workbook was made"
                given.notes.append(f"{name}: {since}, {said}: {listed}")


def _cells(given: GivenSheet) -> Iterable[list[Cell]]:
    for row in given.rows:
        yield [row.cells.get(column.header) for column in given.sheet.columns]


def _digest(rows: list[Any]) -> str:
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
