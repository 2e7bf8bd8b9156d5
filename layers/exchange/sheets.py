"""The sheets of a workbook: which records stand in each, row by row.

Sources, actors, claims and places are rows with an id. What a claim lists (places, sides, parts of
a tally) and the pairs of a contact line are rows that belong to one, in the order of ``row``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from layers.errors import ExportError
from layers.exchange.columns import Cell, WorkbookColumn, columns_of, lists_of
from layers.record.files import decoded
from layers.record.model import Actor, Claim, ContactPair, GazetteerPlace, Source
from layers.record.skeletons import bytes_in
from layers.record.strict_yaml import PlainError, load
from layers.record.table_edits import TableText, table_text
from layers.record.texts import languages_of

MADE_FROM = "made from"
"""The hidden sheet of digests; see `layers.exchange.since`."""
_LISTS: Mapping[str, type[BaseModel]] = {"sources": Source, "actors": Actor}
_ROW = WorkbookColumn(
    "row", ("row",), "number", "Its place in the order; empty: after the row above it."
)


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """A sheet: the columns that say where a row belongs, then those of its model.

    Attributes
    ----------
    listed
        The path of the list in its owner, for rows that belong to one.

    """

    name: str
    model: type[BaseModel]
    keys: tuple[WorkbookColumn, ...]
    fields: tuple[WorkbookColumn, ...]
    listed: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[WorkbookColumn, ...]:
        """Return all columns, in order."""
        return *self.keys, *self.fields


def sheets_of(languages: Sequence[str]) -> tuple[WorkbookSheet, ...]:
    """Return the sheets of a workbook of an atlas in these languages."""
    source = WorkbookColumn(
        "source", ("source",), "text", "Id of its source. Needed.", named_in="sources"
    )
    claim = WorkbookColumn(
        "claim", ("claim",), "text", "Id of the claim. Needed.", named_in="claims"
    )
    line = WorkbookColumn(
        "line", ("line",), "text", "Id of the line: the file's name in pairs/. Needed."
    )
    tables = {
        name: tuple(columns_of(model, languages, table=True))
        for name, model in (("places", GazetteerPlace), ("pairs", ContactPair))
    }
    return (
        *(WorkbookSheet(name, model, (), tuple(columns_of(model, languages)))
          for name, model in _LISTS.items()),
        WorkbookSheet("claims", Claim, (source,), tuple(columns_of(Claim, languages))),
        *(
            WorkbookSheet(f"claims.{'.'.join(path)}", model, (claim, _ROW),
                  tuple(columns_of(model, languages)), path)
            for path, model in lists_of(Claim)
        ),
        WorkbookSheet("places", GazetteerPlace, (), tables["places"]),
        WorkbookSheet("pairs", ContactPair, (line, _ROW), tables["pairs"]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordFiles:
    """The files of a record that a workbook holds, as they are, sound or not.

    Attributes
    ----------
    texts
        Of each YAML file, by its path in the folder.
    data
        What each YAML file says.
    tables
        Of each CSV file.

    """

    root: Path
    languages: tuple[str, ...]
    texts: Mapping[str, str]
    data: Mapping[str, Any]
    tables: Mapping[str, TableText]

    def records(self, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the file and the data of each claim, or of each record of a list."""
        file = f"{name}.yaml"
        lists = claim_lists(self.data) if name == "claims" else [(file, self.data[file] or ())]
        for file, listed in lists:
            yield from ((file, one) for one in listed if isinstance(one, dict))


def claim_lists(data: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[Any]]]:
    """Yield each file of claims, and what it lists."""
    for file, content in data.items():
        if file.startswith("claims/") and isinstance(content, dict):
            yield file, content.get("claims") or ()


def read_files(root: Path) -> RecordFiles:
    """Read what a workbook holds; `ExportError` names a file that has to be mended first."""
    languages = languages_of(_data(root, "atlas.yaml", _text(root, "atlas.yaml")))
    if not languages:
        raise ExportError(f"{root / 'atlas.yaml'}: names no languages; mend it first")
    names = [f"{name}.yaml" for name in _LISTS]
    names += [f"claims/{path.name}" for path in sorted((root / "claims").glob("[!.]*.yaml"))]
    texts = {name: _text(root, name) for name in names}
    columns = {"places.csv": GazetteerPlace.columns(languages)}
    for path in sorted((root / "pairs").glob("[!.]*.csv")):
        columns[f"pairs/{path.name}"] = list(ContactPair.model_fields)
    tables = {name: table_text(_text(root, name), listed) for name, listed in columns.items()}
    for name, table in tables.items():
        if sorted(table.header) != sorted(columns[name]):
            raise ExportError(f"{root / name}: has other columns than it must; mend it first")
    data = {name: _data(root, name, text) for name, text in texts.items()}
    return RecordFiles(root, languages, texts, data, tables)


def _text(root: Path, name: str) -> str:
    try:
        return decoded(bytes_in(root, name), mark=name.endswith(".csv"))
    except ValueError as error:
        raise ExportError(f"{root / name}: {error}") from None


def _data(root: Path, name: str, text: str) -> Any:
    try:
        return load(text)
    except PlainError as error:
        raise ExportError(f"{root / name}: {error}; mend it first") from None


def rows_of(sheet: WorkbookSheet, files: RecordFiles) -> Iterator[list[Cell]]:
    """Yield the rows of a sheet that a record has."""
    if sheet.name in ("places", "pairs"):
        yield from _table_rows(sheet, files)
        return
    for file, record in files.records("claims" if sheet.listed else sheet.name):
        if not sheet.listed:
            keys = [files.data[file].get("source")] if sheet.keys else []
            yield [*keys, *cells_of(sheet, record)]
            continue
        for number, entry in enumerate(entries_of(sheet, record), start=1):
            yield [record.get("id"), number, *cells_of(sheet, entry)]


def entries_of(sheet: WorkbookSheet, record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what a record lists in a sheet of its own."""
    found = value_at(record, sheet.listed)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def cells_of(sheet: WorkbookSheet, record: Mapping[str, Any]) -> list[Cell]:
    """Return the cells of a record, a column each."""
    return [column.cell(value_at(record, column.path)) for column in sheet.fields]


def value_at(data: Any, path: Sequence[str]) -> Any:
    """Return the value at a path, None where there is none."""
    for part in path:
        data = data.get(part) if isinstance(data, Mapping) else None
    return data


def _table_rows(sheet: WorkbookSheet, files: RecordFiles) -> Iterator[list[Cell]]:
    for name, table in files.tables.items():
        if name.startswith(sheet.name):
            line = name.removeprefix("pairs/").removesuffix(".csv")
            for number, (row, _) in enumerate(table.rows, start=1):
                keys: list[Cell] = [line, number] if sheet.keys else []
                yield [*keys, *(column.cell(row.get(column.header) or None)
                                for column in sheet.fields)]  # fmt: skip
