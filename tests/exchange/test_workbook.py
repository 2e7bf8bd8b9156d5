"""A workbook of the record, edited as a desk edits one, and what comes back."""

from __future__ import annotations

import datetime
import difflib
import io
import json
import os
import sys
from pathlib import Path

import openpyxl
import pytest

from layers.cli import main
from layers.errors import ExportError, SeedFaults, TamasError
from layers.exchange.import_workbook import import_workbook
from layers.exchange.sheets import read_files, sheets_of
from layers.exchange.write_workbook import workbook_bytes
from layers.settings import BUNDLED_SEEDS
from tests.support.atlases import SECOND, add, faults_of, swap


@pytest.fixture(scope="module")
def second_book() -> bytes:
    return workbook_bytes(read_files(SECOND))


@pytest.fixture
def desk(seeds, tmp_path, second_book):
    """A copy of the second atlas, its workbook open, and what importing it brings."""
    return Desk(seeds, tmp_path / "desk.xlsx", second_book)


class Desk:
    def __init__(self, seeds: Path, path: Path, book: bytes) -> None:
        self.seeds, self.path = seeds, path
        self.book = openpyxl.load_workbook(io.BytesIO(book))

    def cell(self, sheet: str, key: str, header: str, nth: int = 1):
        """The cell of a column in the nth row that begins with a key."""
        page = self.book[sheet]
        column = next(cell.column for cell in page[1] if cell.value == header)
        key_column = 2 if sheet == "claims" else 1
        rows = [row for row in page.iter_rows(min_row=2) if row[key_column - 1].value == key]
        return page.cell(rows[nth - 1][0].row, column)

    def append(self, sheet: str, **cells: object) -> None:
        page = self.book[sheet]
        page.append([cells.get(cell.value.replace(".", "__")) for cell in page[1]])

    def imported(self):
        self.book.save(self.path)
        return import_workbook(self.seeds, self.path)

    def changes(self) -> dict[str, list[str]]:
        """The lines that an import takes away and brings, by file, once it is written."""
        made = self.imported()
        old = {name: read_or_none(self.seeds / name) for name in made.files}
        made.write(self.seeds)
        return {name: lines(old[name], text) for name, text in made.files.items()}


def read_or_none(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def lines(old: str, new: str) -> list[str]:
    found = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0)
    return [line for line in found if not line.startswith(("---", "+++", "@@"))]


def test_the_whole_record_comes_back_as_it_was(tmp_path):
    path = tmp_path / "real.xlsx"
    path.write_bytes(workbook_bytes(read_files(BUNDLED_SEEDS)))
    made = import_workbook(BUNDLED_SEEDS, path)
    assert (made.files, made.notes) == ({}, ())


def test_a_workbook_is_the_same_each_time(second_book):
    assert workbook_bytes(read_files(SECOND)) == second_book


def test_every_column_has_its_meaning_and_closed_words_a_list(desk):
    languages = ("en", "ar")
    for sheet in sheets_of(languages):
        page = desk.book[sheet.name]
        assert [cell.value for cell in page[1]] == [column.header for column in sheet.columns]
        offered = {
            str(rule.sqref).rstrip("0123456789").partition(":")[0]: rule.formula1
            for rule in page.data_validations.dataValidation
        }
        for cell, column in zip(page[1], sheet.columns, strict=True):
            assert len(cell.comment.text) > 12, column
            assert cell.comment.text[0].isupper() or cell.comment.text[0].isdigit(), column
            assert ". :" not in cell.comment.text
            assert not cell.comment.text.startswith(":")
            rule = offered.get(f"{cell.column_letter}2")
            if column.choices:
                assert rule == f'"{",".join(column.choices)}"'
                assert all(word in cell.comment.text for word in column.choices)
            elif column.named_in:
                assert rule.startswith(f"{column.named_in}!$")
            else:
                assert rule is None


def test_no_cell_is_a_formula_and_dates_are_text(seeds):
    add("places.csv", "=1+1,=A1,,,@x,+y,-20.5,-20.5,100,5,-2,x,,\n")(seeds)
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(read_files(seeds))))
    for page in book:
        for row in page.iter_rows(min_row=2):
            assert {cell.data_type for cell in row} <= {"s", "n"}
            assert not any(cell.is_date for cell in row)
            dates = [cell for cell in row if isinstance(cell.value, str)]
            assert all(cell.number_format == "@" for cell in dates)


def day(number: int) -> datetime.datetime:
    """A day as a spreadsheet keeps one."""
    return datetime.datetime(2003, 11, number)  # noqa: DTZ001  # it has no zone


CHANGED = (
    ("claims", "ostrel-accord-01", "summary_en", 'Signed, at "last": # 1.'),
    ("claims", "ostrel-accord-01", "summary_ar", "نص آخر"),
    ("claims", "ostrel-accord-01", "actors", "ridge-league; north-bank"),
    ("claims", "ostrel-accord-02", "hedged", True),
    ("claims", "ostrel-accord-02", "stated_on", day(21)),
    ("claims", "ostrel-accord-04", "stated_on", None),
    ("claims.places", "ostrel-accord-02", "role", "near"),
    ("sources", "lantern-letters", "published.date", 2007),
    ("actors", "ridge-league", "name_ar", "رابطة الحافة"),
    ("places", "quillet", "uncertainty_m", 650),
    ("pairs", "frost-2006", "confidence", "moderate"),
)


def test_a_changed_cell_changes_that_field_alone(desk):
    for sheet, key, header, value in CHANGED:
        desk.cell(sheet, key, header).value = value
    changes = desk.changes()
    assert {file: len(found) for file, found in changes.items()} == {
        "claims/ostrel-accord.yaml": 11, "sources.yaml": 2, "actors.yaml": 2, "places.csv": 2,
        "pairs/frost-2006.csv": 2,
    }  # fmt: skip
    assert [line for line in changes["claims/ostrel-accord.yaml"] if line[0] == "+"] == [
        "+    summary: {en: 'Signed, at \"last\": # 1.', ar: نص آخر}",
        "+    actors: [ridge-league, north-bank]",
        "+      - {place: quillet, role: near}",
        "+    stated_on: 2003-11-21",
        "+    hedged: true",
        "+    stated_on: null",
    ]
    assert "+  published: {date: '2007', basis: inferred}" in changes["sources.yaml"]
    assert desk.imported().files == {}  # and once more, nothing is left to change


def test_what_a_spreadsheet_does_on_its_own_changes_nothing(desk):
    page = desk.book["places"]
    page.move_range(f"A1:A{page.max_row}", cols=page.max_column)  # the first column comes last
    page.insert_rows(3, 2)
    desk.cell("claims", "ostrel-accord-01", "summary_en").value += "  "
    for row in desk.book["pairs"].iter_rows(min_row=2, min_col=2, max_col=2):
        row[0].value = f"{row[0].value}" if row[0].value is None else float(row[0].value)
    assert desk.imported().files == {}


def test_what_is_not_of_the_workbook_is_left_out_and_said(desk):
    page = desk.book["claims"]
    page.cell(1, page.max_column + 1).value = "my notes"
    page.cell(2, page.max_column).value = "ask Rana"
    desk.book.create_sheet("to do")["A1"] = "x"
    made = desk.imported()
    letter = page.cell(1, page.max_column).column_letter
    assert made.files == {}
    assert made.notes == (
        f"claims!{letter}1: 'my notes' is no column of this sheet; left out",
        "to do: is no sheet of a record; left out",
    )


def test_rows_sorted_otherwise_or_left_out_change_nothing(desk):
    for name in ("claims", "claims.places", "pairs", "places"):
        page = desk.book[name]
        rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
        page.delete_rows(2, len(rows))
        for row in reversed(rows):
            page.append(row)
    desk.book["places"].delete_rows(2, 3)
    del desk.book["claims.holds"]
    assert desk.imported().files == {}


def test_new_rows_become_records_in_the_form_of_their_files(desk):
    desk.append("sources", id="tide-log", kind="page", publisher_en="made up", publisher_ar="مختلق",
                published__basis="unknown", language="en", licence="CC0 1.0",
                reliability__source="F", reliability__information=6)  # fmt: skip
    desk.append("claims", source="tide-log", id="tide-log-01", kind="zone", locator="p. 1",
                summary_en="A line, moved.", summary_ar="خط نُقل.", date="2004-06",
                date_basis="text", asserted_by="ridge-league")  # fmt: skip
    desk.append("claims.places", claim="tide-log-01", place="quillet", role="near")
    made = desk.changes()
    assert made["sources.yaml"] == [
        "+- id: tide-log", "+  kind: page", "+  publisher:", "+    en: made up", "+    ar: مختلق",
        "+  published:", "+    date: null", "+    basis: unknown", "+  language: en",
        "+  url: null", "+  sha256: null", "+  licence: CC0 1.0", "+  reliability:",
        "+    source: F", "+    information: '6'",
    ]  # fmt: skip
    assert made["claims/tide-log.yaml"] == [
        "+# yaml-language-server: $schema=../../../seeds/schema/claims.schema.json",
        "+source: tide-log", "+claims:", "+  - id: tide-log-01", "+    kind: zone",
        "+    where: null", "+    locator: p. 1", "+    summary:", "+      en: A line, moved.",
        "+      ar: خط نُقل.", "+    places:", "+      - {place: quillet, role: near}",
        "+    date: 2004-06", "+    date_basis: text", "+    stated_on: null",
        "+    asserted_by: ridge-league",
    ]  # fmt: skip
    assert faults_of(desk.seeds) == ()


def test_a_pair_put_between_two_others_stays_there(desk):
    page = desk.book["pairs"]
    at = next(row[0].row for row in page.iter_rows(min_row=2) if row[1].value == 2)
    page.insert_rows(at)
    values = [page.cell(at - 1, column).value for column in range(1, page.max_column + 1)]
    for column, value in enumerate(values, start=1):
        page.cell(at, column).value = None if column == 2 else value
    (file,) = made = desk.imported().files
    old = (desk.seeds / file).read_text(encoding="utf-8").splitlines()
    assert made[file].splitlines() == [*old[:2], old[1], *old[2:]]


# What is wrong with the workbook itself, and what the record says of it once it is merged.
FAULTS = {
    "workbook": (
        ("claims", "ostrel-accord-02", "date", day(1), "first day?"),
        ("claims", "ostrel-accord-02", "locator", day(2), "made a date"),
        ("claims", "ostrel-accord-01", "source", "lantern-letters", "stands in claims/ostrel"),
        ("claims", "ostrel-accord-03", "source", "../../x", "must be the id"),
        ("claims", "ostrel-accord-04", "id", "ostrel-accord-02", "stands in row"),
        ("claims", "harbour-gazette-01", "id", None, "each row needs an id"),
        ("claims.places", "ostrel-accord-02", "claim", "no-claim", "there is no claim 'no-claim'"),
        ("places", "quillet", "lat", "#REF!", "error of the spreadsheet"),
        ("pairs", "frost-2006", "line", "Frost 2006", "needs an id"),
        ("pairs", "frost-2004", "row", "first", "must be a number, or empty"),
    ),
    "record": (
        ("claims", "ostrel-accord-01", "kind", "treaty", "must be 'agreement', 'zone'"),
        ("claims", "ostrel-accord-02", "asserted_by", "nobody", "there is no actor 'nobody'"),
        ("claims", "ostrel-accord-03", "summary_ar", None, "is missing"),
        ("claims", "ostrel-accord-03", "date", "20 Nov 2003", "20 Nov 2003"),
        ("claims.places", "ostrel-accord-02", "place", "atlantis", "there is no place 'atlantis'"),
        ("claims.places", "ostrel-accord-04", "role", "beside", "must be 'at'"),
        ("sources", "ostrel-accord", "language", "english", "two lower-case letters"),
        ("places", "quillet", "rank", 9, "less than or equal to 5"),
        ("places", "quillet", "name_en", "=cmd", "formula"),
        ("places", "quillet", "lat", "north", "must be a valid number"),
        ("pairs", "frost-2006", "second", "atlantis", "there is no place 'atlantis'"),
        ("pairs", "frost-2004", "confidence", "some", "must be 'high'"),
    ),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_each_fault_names_its_cell(desk, kind):
    cells = [desk.cell(sheet, key, header) for sheet, key, header, *_ in FAULTS[kind]]
    for cell, (*_, value, _) in zip(cells, FAULTS[kind], strict=True):
        cell.value = value
        cell.data_type = "s" if isinstance(value, str) else cell.data_type
    with pytest.raises(SeedFaults) as refused:
        desk.imported()
    found = [str(fault) for fault in refused.value.faults]
    for cell, (sheet, *_, says) in zip(cells, FAULTS[kind], strict=True):
        where = f"{sheet}!{cell.coordinate}: "
        assert any(line.startswith(where) and says in line for line in found), (where, says, found)


def run(monkeypatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["tamas", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


def test_the_command_writes_all_or_nothing(desk, monkeypatch, capsys):
    desk.cell("places", "quillet", "uncertainty_m").value = 700
    cell = desk.cell("claims", "ostrel-accord-01", "asserted_by")
    cell.value, right = "nobody", cell.value
    desk.book.save(desk.path)
    before = {path: path.read_bytes() for path in desk.seeds.rglob("*") if path.is_file()}
    assert run(monkeypatch, "--seeds", desk.seeds, "import", desk.path, "--json") == 1
    assert json.loads(capsys.readouterr().out)["faults"][0]["file"] == f"claims!{cell.coordinate}"
    assert {path: path.read_bytes() for path in desk.seeds.rglob("*") if path.is_file()} == before
    cell.value = right
    desk.book.save(desk.path)
    assert run(monkeypatch, "--seeds", desk.seeds, "import", desk.path, "--check") == 0
    assert capsys.readouterr().out == "would change: places.csv\n"
    assert run(monkeypatch, "--seeds", desk.seeds, "import", desk.path) == 0
    assert ",700," in (desk.seeds / "places.csv").read_text(encoding="utf-8")
    assert run(monkeypatch, "--seeds", desk.seeds, "new", "workbook", desk.path) == 1
    assert "is already there" in capsys.readouterr().err


def test_no_pipe_is_waited_for_and_no_link_written_through(desk, tmp_path):
    os.mkfifo(desk.seeds / "traces/pipe.geojson")
    (desk.seeds / "places.csv").rename(desk.seeds / "own.csv")
    (desk.seeds / "places.csv").symlink_to(desk.seeds / "own.csv")
    before = (desk.seeds / "own.csv").read_bytes()
    desk.cell("places", "quillet", "rank").value = 9
    with pytest.raises(SeedFaults, match="less than or equal to 5"):
        desk.imported()
    assert (desk.seeds / "own.csv").read_bytes() == before
    desk.cell("places", "quillet", "rank").value = 4
    assert list(desk.changes()) == ["places.csv"]
    assert (desk.seeds / "own.csv").read_bytes() != before


def test_faults_that_were_there_before_do_not_stand_in_the_way(desk):
    swap("zones/frost-line.yaml", "confidence: ", "confidence: TODO ")(desk.seeds)
    desk.cell("places", "quillet", "uncertainty_m").value = 700
    assert list(desk.changes()) == ["places.csv"]


def test_an_old_workbook_undoes_nothing(desk):
    """Others changed the record since; the desk changed one of the same claims and another one."""
    file = "claims/ostrel-accord.yaml"
    swap(file, "locator: paragraph 1", "locator: page 1")(desk.seeds)
    swap(file, "locator: paragraph 2", "locator: page 2")(desk.seeds)
    swap(file, "{place: quillet, role: from}", "{place: quillet, role: near}")(desk.seeds)
    swap("pairs/frost-2006.csv", ",low,", ",high,")(desk.seeds)
    desk.cell("claims", "ostrel-accord-02", "hedged").value = True
    desk.cell("claims", "ostrel-accord-03", "locator").value = "page 3"
    made = desk.imported()
    assert lines(read_or_none(desk.seeds / file), made.files[file]) == [
        "-    locator: page 2",
        "+    locator: paragraph 2",
        "+    hedged: true",
        "-    locator: paragraph 3",
        "+    locator: page 3",
    ]
    since = "changed in the record since the workbook was made"
    assert list(made.files) == [file]
    assert made.notes == (
        f"claims: {since}, the record stays: ostrel-accord-01",
        f"claims: {since}, the workbook goes in: ostrel-accord-02",
        f"claims.places: {since}, the record stays: ostrel-accord-02",
        f"pairs: {since}, the record stays: frost-2006",
    )


def test_comments_stay_or_the_change_is_refused(desk):
    swap("claims/ostrel-accord.yaml", "    actors:", "    # asked in May\n    actors:")(desk.seeds)
    desk.cell("claims", "ostrel-accord-01", "actors").value = "north-bank"
    desk.cell("claims", "ostrel-accord-01", "stated_on").value = None
    assert desk.changes()["claims/ostrel-accord.yaml"] == [
        "-    actors: [north-bank, ridge-league]",
        "+    actors: [north-bank]",
        "-    stated_on: 2003-11-20",
        "+    stated_on: null",
    ]
    swap("claims/ostrel-accord.yaml", "role: venue}", "role: venue}  # both")(desk.seeds)
    gone = desk.cell("claims.places", "ostrel-accord-01", "role").row
    desk.book["claims.places"].delete_rows(gone)
    with pytest.raises(ExportError, match="a comment stands in what changes"):
        desk.imported()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"id,name\n"])
def test_what_is_no_workbook_is_named(desk, content):
    desk.path.write_bytes(content)
    with pytest.raises(TamasError, match=r"desk\.xlsx"):
        import_workbook(desk.seeds, desk.path)
