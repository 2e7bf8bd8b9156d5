"""Import a workbook into a record: checked as a whole first, written whole or not at all."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

from layers.build.assembly import build
from layers.errors import DanglingReference, ExportError, SeedError, SeedFaults
from layers.exchange.changes import Changes
from layers.exchange.merge import Merged, merge
from layers.exchange.read_workbook import GivenSheet, GivenWorkbook, read_workbook
from layers.exchange.sheets import RecordFiles, read_files, sheets_of
from layers.exchange.since import keep_newer
from layers.record.reader import read
from layers.record.skeletons import schema_head
from layers.record.strict_yaml import PlainError
from layers.record.table_edits import line_numbers
from layers.record.yaml_edits import changed, written


def import_workbook(root: Path, path: Path) -> Changes:
    """Return what a workbook changes in the record of a folder; nothing is written.

    Raises
    ------
    SeedFaults
        Where the record with the workbook in it has a fault that it has not now; each names sheet
        and cell where the workbook holds what is wrong.
    TamasError
        Where the file is no workbook, or a file of the record cannot be read.

    """
    files = read_files(root)
    given = read_workbook(path, sheets_of(files.languages))
    keep_newer(files, given)
    merged = merge(files, given)
    if merged.faults:
        raise SeedFaults(merged.faults)
    texts = dict(_texts(files, merged))
    if texts and (faults := _new_faults(root, texts)):
        raise SeedFaults(_in_cells(fault, merged, given) for fault in faults)
    return Changes(texts, tuple(given.notes))


def _texts(files: RecordFiles, merged: Merged) -> Iterator[tuple[str, str]]:
    """Yield each file that changes, with its new text."""
    for name, data in merged.data.items():
        if name not in files.texts:
            yield name, schema_head(files.root, "claims") + written(data)
        elif data != files.data[name]:
            try:
                yield name, changed(files.texts[name], data)
            except PlainError as error:
                raise ExportError(f"{files.root / name}: {error}") from None
    for name, table in merged.tables.items():
        if table is not files.tables.get(name):
            yield name, str(table)


def _strange(root: Path, folder: str, names: list[str]) -> list[str]:
    """Return what is not copied: pipes, devices, links of folders and links out of the record."""
    strange = []
    for path in (Path(folder) / name for name in names):
        file = path.is_file() and path.resolve().is_relative_to(root)
        if not file and (path.is_symlink() or not path.is_dir()):
            strange.append(path.name)
    return strange


def _new_faults(root: Path, texts: Mapping[str, str]) -> list[SeedError]:
    """Return what would be wrong with a record with other files in it, and is not now."""
    with tempfile.TemporaryDirectory() as folder:
        tried = Path(folder) / "seeds"
        try:
            shutil.copytree(root, tried, ignore=partial(_strange, root.resolve()))
        except OSError as error:  # as where there is no room
            raise ExportError(f"{root}: cannot be copied to be checked ({error})") from None
        for name, text in texts.items():
            (tried / name).parent.mkdir(exist_ok=True)
            (tried / name).write_bytes(text.encode())
        read_now, drawn_now = _faults(tried)
    if not read_now and not drawn_now:
        return []
    if read_now:
        known = {str(fault) for fault in _raised(partial(read, root))}
        return [fault for fault in read_now if str(fault) not in known]
    read_before, drawn_before = _faults(root)
    if read_before:  # it could not be drawn at all: it is nearer to it now
        return []
    known = {str(fault) for fault in drawn_before}
    return [fault for fault in drawn_now if str(fault) not in known]


def _faults(root: Path) -> tuple[tuple[SeedError, ...], tuple[SeedError, ...]]:
    """Return the faults that reading a record finds and, where it finds none, drawing it."""
    try:
        record = read(root)
    except SeedFaults as error:
        return error.faults, ()
    return (), _raised(partial(build, record))


def _raised(work: Callable[[], object]) -> tuple[SeedError, ...]:
    try:
        work()
    except SeedFaults as error:
        return error.faults
    return ()


# Where a fault of the record stands in a workbook


def _in_cells(fault: SeedError, merged: Merged, given: GivenWorkbook) -> SeedError:
    """Return a fault with the cell that it is about, as it is where no cell holds it."""
    if (found := _place(fault, merged, given)) is None:
        return fault
    sheet, number, header = found
    return SeedError(sheet.cell(number, header), fault.record, header, fault.message)


def _place(
    fault: SeedError, merged: Merged, given: GivenWorkbook
) -> tuple[GivenSheet, int, str] | None:
    folder, _, file = fault.path.rpartition("/")
    name = folder or Path(file).stem
    owner, nth, field = fault.record, 0, fault.field
    if name == "pairs":
        owner, nth = Path(file).stem, _pair(fault, merged)
    inner = re.fullmatch(r"([\w.]+?)(?:\[(\d+)\](?:\.(.*))?)?", field)
    if inner and f"{name}.{inner[1]}" in given.sheets:
        name, nth, field = f"{name}.{inner[1]}", int(inner[2] or 1) - 1, inner[3] or ""
    sheet, rows = given.sheets.get(name), merged.rows.get((name, owner), [])
    if sheet is None or not nth < len(rows):
        return None
    if isinstance(fault, DanglingReference):
        for row in sheet.rows:
            for header, cell in row.cells.items():
                if row.number in rows and fault.name in re.split(r"[,;\s]+", str(cell)):
                    return sheet, row.number, header
    return sheet, rows[nth], _header(sheet, field)


def _header(sheet: GivenSheet, field: str) -> str:
    """Return the column that a field stands in, the first of several."""
    plain = re.sub(r"\[\d+\].*", "", field).partition("/")[0]
    named = [c.header for c in sheet.sheet.fields if ".".join(c.path) == plain]
    within = [c.header for c in sheet.sheet.fields if plain and c.header.startswith(plain)]
    return next(iter([*named, *within]), plain)


def _pair(fault: SeedError, merged: Merged) -> int:
    """Return which pair of its file a fault is about, from 0, by its number or its line."""
    kind, _, number = fault.record.partition(" ")
    if kind == "line":
        return line_numbers(merged.tables[fault.path]).index(int(number))
    return int(number) - 1 if kind == "pair" else 0
