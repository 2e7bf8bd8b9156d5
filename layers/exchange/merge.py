"""Put the rows of a workbook into a record: by id, and a field only where its cell differs."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from layers.errors import SeedError
from layers.events.workbook import as_text
from layers.exchange.columns import Cell, WorkbookColumn, in_order
from layers.exchange.read_workbook import GivenRow, GivenSheet, GivenWorkbook
from layers.exchange.sheets import RecordFiles, WorkbookSheet, claim_lists, entries_of, value_at
from layers.record.base import ID_PATTERN
from layers.record.model import Claim
from layers.record.table_edits import TableText, table_text, with_rows

Made = Callable[[WorkbookSheet, GivenRow, Any], dict[str, Any]]
"""Makes a record of a row, over the earlier one where there is one."""


@dataclass(slots=True)
class Merged:
    """A record with a workbook in it.

    Attributes
    ----------
    data
        Of each YAML file.
    tables
        Of each CSV file.
    kept
        What the workbook does not change, by sheet and id.
    rows
        The rows of the workbook that a record stands in, by sheet and by its id or its owner's.

    """

    data: dict[str, Any]
    tables: dict[str, TableText]
    kept: frozenset[tuple[str, str]] = frozenset()
    rows: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    faults: list[SeedError] = field(default_factory=list)


def merge(files: RecordFiles, given: GivenWorkbook) -> Merged:
    """Return a record with the rows of a workbook in it, and what is wrong with these."""
    merged = Merged(
        copy.deepcopy(dict(files.data)), dict(files.tables), frozenset(given.kept),
        faults=list(given.faults),
    )  # fmt: skip
    for name in ("sources", "actors"):
        if sheet := given.sheets.get(name):
            _merge_list(merged, f"{name}.yaml", sheet)
    if claims := given.sheets.get("claims"):
        _merge_claims(merged, claims)
    for sheet in given.sheets.values():
        if sheet.sheet.listed:
            _merge_entries(merged, sheet)
    if places := given.sheets.get("places"):
        _merge_places(merged, places)
    if pairs := given.sheets.get("pairs"):
        _merge_pairs(merged, pairs)
    return merged


# Records with an id


def _merge_list(merged: Merged, file: str, given: GivenSheet) -> None:
    records = merged.data[file] = merged.data[file] or []
    _put_rows(merged, given, records, _record)


def _put_rows(merged: Merged, given: GivenSheet, records: list[Any], made: Made) -> None:
    """Put the rows of a sheet into a list: over the record of their id, or after the last one."""
    known = {one.get("id"): at for at, one in enumerate(records) if isinstance(one, dict)}
    for name, row in _by_id(merged, given):
        if name in known:
            records[known[name]] = made(given.sheet, row, records[known[name]])
        else:
            records.append(made(given.sheet, row, None))


def _merge_claims(merged: Merged, given: GivenSheet) -> None:
    files = {
        one.get("id"): (file, at)
        for file, listed in claim_lists(merged.data)
        for at, one in enumerate(listed)
    }
    for name, row in _by_id(merged, given):
        source = row.cells.get("source")
        if not isinstance(source, str) or not re.fullmatch(ID_PATTERN, source):
            _fault(merged, given, row, "source", "must be the id of the claim's source")
            continue
        file, at = files.get(name, (f"claims/{source}.yaml", -1))
        if file != f"claims/{source}.yaml":
            stays = f"the claim stands in {file}; a claim keeps its source, so give it a new id"
            _fault(merged, given, row, "source", stays)
            continue
        content = merged.data.setdefault(file, {"source": source, "claims": []})
        if at < 0:
            content["claims"].append(_record(given.sheet, row, None))
        else:
            content["claims"][at] = _record(given.sheet, row, content["claims"][at])


def _by_id(merged: Merged, given: GivenSheet) -> Iterator[tuple[str, GivenRow]]:
    """Yield the rows of a sheet that have an id of their own."""
    for row in given.rows:
        name = as_text(row.cells.get("id"))
        if name is None or not re.fullmatch(ID_PATTERN, name):
            message = "each row needs an id: lower-case letters, digits and single hyphens"
            _fault(merged, given, row, "id", message)
        elif earlier := merged.rows.get((given.sheet.name, name)):
            _fault(merged, given, row, "id", f"{name} stands in row {earlier[0]} too; keep one")
        else:
            merged.rows[given.sheet.name, name] = [row.number]
            if (given.sheet.name, name) not in merged.kept:
                yield name, row


def _record(sheet: WorkbookSheet, row: GivenRow, old: dict[str, Any] | None) -> dict[str, Any]:
    """Return a record as a row says it; what the row does not hold or change stays."""
    made = copy.deepcopy(old or {})
    for column in sheet.fields:
        if column.header not in row.cells:
            continue
        given = row.cells[column.header]
        if old is None or not column.same(given, column.cell(value_at(old, column.path))):
            _put(made, column, column.value(given))
    for column in sheet.fields if old is None else ():
        _fill(made, column)
    return in_order(made, sheet.model)


def _fill(record: dict[str, Any], column: WorkbookColumn) -> None:
    """Write null where a new record has no value and the model asks for one or null."""
    at: Any = record
    for part, null in zip(column.path, column.nulls, strict=True):
        if null and isinstance(at, dict):
            at.setdefault(part, None)
        at = at.get(part) if isinstance(at, dict) else None


def _put(record: dict[str, Any], column: WorkbookColumn, value: Any) -> None:
    """Put a value where it belongs; nothing is null or left out, as the model asks."""
    *above, last = column.path
    holders, at = [record], record
    for part in above:
        if at.get(part) is None:
            if value in (None, []):  # all of it is left out
                return
            at[part] = {}
        at = at[part]
        holders.append(at)
    if value not in (None, []):
        at[last] = value
        return
    for depth in range(len(above), -1, -1):
        holder, part = holders[depth], column.path[depth]
        if isinstance(holder.get(part), dict) and holder[part]:
            return
        if column.nulls[depth]:
            holder[part] = None
            return
        holder.pop(part, None)


# Rows that belong to a record


def _merge_entries(merged: Merged, given: GivenSheet) -> None:
    """Give each claim of the workbook what its rows list, in their order."""
    every = (one for _, listed in claim_lists(merged.data) for one in listed)
    claims = {one.get("id"): one for one in every if isinstance(one, dict)}
    listed = _owned(merged, given, "claim")
    for name, rows in listed.items():
        if name not in claims:
            _fault(merged, given, rows[0], "claim", f"there is no claim {name!r}; add it to claims")
    named = {name for sheet, name in merged.rows if sheet == "claims"}
    for name in (one for one in claims if one in named or one in listed):
        claim, path = claims[name], given.sheet.listed
        old, rows = entries_of(given.sheet, claim), listed.get(name, [])
        merged.rows[given.sheet.name, str(name)] = [row.number for row in rows]
        if (given.sheet.name, name) in merged.kept:
            continue
        entries = _put_entries(given.sheet, rows, old, _record)
        if entries != old:
            _put(claim, WorkbookColumn("", path, "ids", "", (False,) * len(path)), entries)
            ordered = in_order(claim, Claim)
            claim.clear()
            claim.update(ordered)


def _owned(merged: Merged, given: GivenSheet, header: str) -> dict[str, list[GivenRow]]:
    """Return the rows of each owner, in the order that they ask for."""
    found: dict[str, list[tuple[float, GivenRow]]] = {}
    for row in given.rows:
        owner, at = as_text(row.cells.get(header)), row.cells.get("row")
        if owner is None or not re.fullmatch(ID_PATTERN, owner):
            message = "each row needs an id here: lower-case letters, digits and single hyphens"
            _fault(merged, given, row, header, message)
            continue
        rows = found.setdefault(owner, [])
        if at is not None and (isinstance(at, bool | str)):
            _fault(merged, given, row, "row", f"must be a number, or empty (found {at!r})")
            at = None
        place = rows[-1][0] if at is None and rows else at or 0.0
        rows.append((float(place), row))
    return {
        owner: [row for _, row in sorted(rows, key=lambda one: one[0])]
        for owner, rows in found.items()
    }


def _put_entries(
    sheet: WorkbookSheet, rows: Sequence[GivenRow], old: Sequence[Any], made: Made
) -> list[dict[str, Any]]:
    """Return what rows say, each over the earlier entry of its number; one of no number is new."""
    left: dict[Cell, Any] = dict(enumerate(old, start=1))
    return [made(sheet, row, left.pop(row.cells.get("row"), None)) for row in rows]


# Tables


def _merge_places(merged: Merged, given: GivenSheet) -> None:
    table = merged.tables["places.csv"]
    rows = [dict(row) for row, _ in table.rows]
    _put_rows(merged, given, rows, _table_row)
    merged.tables["places.csv"] = with_rows(table, rows)


def _merge_pairs(merged: Merged, given: GivenSheet) -> None:
    for line, listed in _owned(merged, given, "line").items():
        file = f"pairs/{line}.csv"
        columns = [column.header for column in given.sheet.fields]
        table = merged.tables.get(file) or table_text("", columns)
        old = [dict(row) for row, _ in table.rows]
        merged.rows["pairs", line] = [row.number for row in listed]
        if ("pairs", line) in merged.kept:
            continue
        rows = _put_entries(given.sheet, listed, old, _table_row)
        merged.tables[file] = with_rows(table, rows)


def _table_row(
    sheet: WorkbookSheet, row: GivenRow, old: Mapping[str, str] | None
) -> dict[str, str]:
    made = dict(old or {})
    for column in sheet.fields:
        if column.header in row.cells:
            given = row.cells[column.header]
            if old is None or not column.same(given, column.cell(old.get(column.header) or None)):
                made[column.header] = as_text(given) or ""
    return made


def _fault(merged: Merged, given: GivenSheet, row: GivenRow, header: str, message: str) -> None:
    merged.faults.append(SeedError(given.cell(row.number, header), "", header, message))
