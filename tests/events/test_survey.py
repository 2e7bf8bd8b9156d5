"""What is said of event files before they are counted, and what is refused."""

from __future__ import annotations

import json
import os
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from layers.errors import ExportError, QueryError, TamasError
from layers.events import workbook
from layers.events.columns import UCDP, detect_columns, parse_columns
from layers.events.errors import EventsError
from layers.events.sources import ReadOptions, find_files, iter_chunks
from layers.events.survey import survey
from layers.monitor.run import monitor
from tests.monitor.test_monitor_read import ACLED_HEADER, ACLED_ROW, of_zone
from tests.support.atlases import SECOND, one_line, tamas

HEAD = "id,lon,lat,date\n"


def rows(first=0, last=30, day="2004-07-01", name="e{n}") -> str:
    body = (f"{name.format(n=n)},{-19.5 - n / 1000},-20.5,{day}\n" for n in range(first, last))
    return HEAD + "".join(body)


@pytest.fixture
def events(tmp_path):
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "e.csv"
    path.write_text(rows())
    return path


# --- outputs ---------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--out", "--events", "--rejects"])
@pytest.mark.parametrize("link", [None, os.symlink, os.link])
def test_an_output_that_is_an_input_is_refused_before_counting(events, option, link):
    target = events
    if link is not None:
        target = events.parent.parent / "other.csv"
        link(events, target)
    before = events.read_bytes()
    given = [events.parent] if link is None else [events]
    run = tamas("--seeds", SECOND, "monitor", *given, option, target)
    assert run.returncode == 1
    one_line(run.stderr, says=(target.name, "name another file"))
    assert events.read_bytes() == before


def test_two_outputs_are_two_files(events, second, tmp_path):
    out = {"rejects": tmp_path / "x.csv", "events_out": tmp_path / "in" / ".." / "x.csv"}
    with pytest.raises(ExportError, match="is written for something else"):
        monitor([events], second, **out)


def test_a_folder_that_is_not_there_is_said_before_counting(events, second, tmp_path):
    with pytest.raises(ExportError, match="there is no folder"):
        monitor([events], second, outputs=[tmp_path / "none" / "x.csv"])
    assert list((tmp_path / "in").iterdir()) == [events]


def test_what_a_run_wrote_is_never_read_as_events(events, second):
    folder = events.parent
    for _ in range(3):
        result = monitor(
            [folder], second, events_out=folder / "back.csv", rejects=folder / "rejects.csv",
            outputs=[folder / "counts.csv"],
        )  # fmt: skip
        result.write(folder / "counts.csv")
        result.write(folder / "counts.json")
        assert result.header["totals"]["read"] == 30
    told = " ".join(result.header["notices"])
    assert all(name in told for name in ("back.csv", "rejects.csv", "counts.csv", "counts.json"))
    for name in ("back.csv", "counts.csv", "counts.json"):
        with pytest.raises(EventsError, match=f"{name}: was written by tamas"):
            survey([folder / name], None)


# --- the same events twice -------------------------------------------------------------------


@pytest.mark.parametrize("empty", ["", "NA"])
def test_what_cannot_be_read_is_no_first_and_what_has_no_id_is_no_other(tmp_path, second, empty):
    lines = (",north,", ",-19.5,", ",-19.5,")
    text = "".join(f"{one}{at}-20.5,2004-07-01\n" for one in ("e1", empty) for at in lines)
    (tmp_path / "a.csv").write_text(HEAD + text)
    totals = monitor([tmp_path / "a.csv"], second).header["totals"]
    assert (totals["rejected"], totals["repeated"], totals["accepted"]) == (2, 1, 3)


@pytest.mark.parametrize("threads", [1, 3])
def test_events_of_one_id_are_counted_once_and_listed(tmp_path, second, threads):
    (tmp_path / "a-year.csv").write_text(rows(0, 30))
    (tmp_path / "b-month.csv").write_text(rows(20, 35))
    table = pa.table({"id": ["e3", None, None], "lon": [-19.5] * 3, "lat": [-20.5] * 3,
                      "date": ["2004-07-01"] * 3})  # fmt: skip
    pq.write_table(table, tmp_path / "c.parquet")
    result = monitor([tmp_path], second, rejects=tmp_path / "r.csv", threads=threads)
    totals = result.header["totals"]
    assert (totals["read"], totals["repeated"], totals["accepted"]) == (48, 11, 37)
    listed = (tmp_path / "r.csv").read_text().splitlines()[1:]
    assert len(listed) == 11
    assert listed[0].endswith("b-month.csv,2,an event of this id was counted before,e20")
    assert result.rejected_share == 0


def test_files_alike_without_ids_are_told(tmp_path, second):
    for name, (first, last) in {"a": (0, 30), "b": (10, 30), "c": (40, 60)}.items():
        lines = rows(first, last).splitlines()
        (tmp_path / f"{name}.csv").write_text("\n".join(one.split(",", 1)[1] for one in lines))
    result = monitor([tmp_path], second)
    assert result.header["totals"]["read"] == 70
    (notice,) = result.header["notices"]
    assert "b.csv: 20 of its events have the place and day" in notice


# --- precision and presets -------------------------------------------------------------------


def acled(tmp_path, drop=(), **values):
    """Write an ACLED export of three events known to a point, a town and a province."""
    names = ACLED_HEADER.split(",")
    lines = []
    for n, place in enumerate((1, 2, 3), start=1):
        row = ACLED_ROW.format(n=n, time=1, place=place, lon=-19.9, lat=-20.3).split(",")
        row = [values.get(name, cell) for name, cell in zip(names, row, strict=True)]
        lines.append([cell for name, cell in zip(names, row, strict=True) if name not in drop])
    head = [name for name in names if name not in drop]
    path = tmp_path / "acled.csv"
    path.write_text("\n".join(map(",".join, [head, *lines])) + "\n")
    return path


def outcomes(result) -> dict[str, int]:
    rows_ = [
        row for row in result.table.to_pylist() if row["zone_id"] == "" and row["status"] == "any"
    ]
    (row,) = rows_
    names = ("inside_all", "inside_some", "too_imprecise", "unknown_precision", "outside")
    return {name: row[name] for name in names}


@pytest.mark.parametrize(
    "drop", [("event_id_cnty",), ("time_precision",), ("event_id_cnty", "tags")]
)
def test_a_preset_works_with_what_it_needs(tmp_path, second, drop):
    whole = outcomes(monitor([acled(tmp_path)], second))
    part = monitor([acled(tmp_path, drop)], second)
    assert outcomes(part) == whole
    assert part.header["files"][0]["columns"]["precision"] == "geo_precision"
    assert ("time_precision" in drop) == any("days are taken as exact" in one
                                             for one in part.header["notices"])  # fmt: skip


def test_precision_that_is_missing_or_words_is_unknown(tmp_path, second):
    gone = monitor([acled(tmp_path, ("geo_precision",))], second)
    assert outcomes(gone)["unknown_precision"] == 3
    assert "all events are of unknown precision" in gone.header["notices"][0]
    words = monitor([acled(tmp_path, geo_precision="Province")], second)
    assert outcomes(words)["unknown_precision"] == 3
    (tmp_path / "codes.yaml").write_text("Province: 250000\nExact: 0\nUnknown: null\n")
    named = "lat=latitude,lon=longitude,date=event_date,precision=geo_precision:"
    codes = parse_columns(named + str(tmp_path / "codes.yaml"))
    read = monitor([tmp_path / "acled.csv"], second, columns=codes)
    assert outcomes(read)["unknown_precision"] == 0
    # Codes whose owner is named are read as codes, bare numbers are not taken for metres.
    path = acled(tmp_path)
    as_codes = outcomes(monitor([path], second, columns=parse_columns(named + "acled")))
    assert as_codes == outcomes(monitor([path], second))
    assert outcomes(monitor([path], second, columns=parse_columns(named + "m")))[
        "unknown_precision"] == 0  # fmt: skip


UCDP_LEAST = "latitude", "longitude", "date_start", "date_end", "type_of_violence", "dyad_name"


@pytest.mark.parametrize("code", ["1", "2", "9", "about", None])
def test_codes_of_ucdp_are_never_an_exact_place(tmp_path, second, code):
    """Code 1 stands for quarters of a town at the town's point too; no code is known to nobody."""
    names = [*UCDP_LEAST, *(["where_prec"] if code else [])]
    row = ["-20.3", "-19.9", "2004-07-01", "2004-07-01", "1", "A - B", *([code] if code else [])]
    (tmp_path / "e.csv").write_text("\n".join(map(",".join, [names, row])) + "\n")
    result = monitor([tmp_path / "e.csv"], second)
    assert outcomes(result)["unknown_precision"] == (code not in ("1", "2"))
    assert UCDP.code_accuracy_m["1"] > 0
    said = any("all events are of unknown precision" in one for one in result.header["notices"])
    assert said is (code is None)


@pytest.mark.parametrize(
    ("name", "values", "unknown"),
    [("within_m", "1", 0), ("precision_m", "25000", 0), ("precision", "25000", 0),
     ("precision", "2", 1), ("accuracy_m", "", 1), ("Precision", "about", 1)],
)  # fmt: skip
def test_a_column_of_metres_is_known_by_its_name(tmp_path, second, name, values, unknown):
    (tmp_path / "e.csv").write_text(f"lon,lat,date,{name}\n-19.9,-20.3,2004-07-01,{values}\n")
    result = monitor([tmp_path / "e.csv"], second)
    assert outcomes(result)["unknown_precision"] == unknown
    assert result.header["files"][0]["columns"]["precision"] == name


def test_a_column_that_looks_like_precision_and_is_not_used_is_named():
    found = detect_columns(["lon", "lat", "date", "Location accuracy", "note"])
    assert "'Location accuracy' may say how precise places are" in found.notices[0]


@pytest.mark.parametrize("text", ["{}", "[1]", "a: -1", "a: b", "a: [", "a: true"])
def test_codes_that_say_nothing_are_refused(tmp_path, text):
    (tmp_path / "codes.yaml").write_text(text)
    with pytest.raises(QueryError, match=r"codes\.yaml: "):
        parse_columns(f"lat=a,lon=b,date=c,precision=d:{tmp_path / 'codes.yaml'}")


def test_rows_of_gdelt_without_a_place_are_not_placeable(tmp_path, second):
    lines = []
    for number, (kind, lat, lon) in enumerate(
        [("4", "-20.3", "-19.9"), ("0", "", ""), ("", "", "")]
    ):
        row = [""] * 61
        row[0], row[1], row[51], row[56], row[57] = str(number), "20040705", kind, lat, lon
        lines.append("\t".join(row))
    (tmp_path / "e.tsv").write_text("\n".join(lines) + "\n")
    result = monitor([tmp_path / "e.tsv"], second, columns=parse_columns("gdelt"),
                     events_out=tmp_path / "back.csv", distance=True)  # fmt: skip
    assert result.rejected == 0
    assert (
        sum(row["not_placeable"] for row in result.table.to_pylist() if row["zone_id"] == "") == 2
    )
    back = (tmp_path / "back.csv").read_text().splitlines()
    assert back[2].split(",")[3:5] == ["", ""]


# --- what files need said, and what is passed over -------------------------------------------


def test_swapped_columns_are_hinted_at(tmp_path, real):
    body = "lon,lat,date\n" + "34.0,39.0,2020-04-01\n" * 20
    (tmp_path / "e.csv").write_text(body)
    assert "look swapped" in monitor([tmp_path / "e.csv"], real).header["notices"][0]
    (tmp_path / "e.csv").write_text(body.replace("34.0,39.0", "39.0,34.0"))
    assert monitor([tmp_path / "e.csv"], real).header["notices"] == []


def test_what_is_no_table_of_events_is_passed_over_and_named(events, second):
    folder = events.parent
    (folder / "notes.txt").write_text("Call the office, please.\n")
    (folder / ".DS_Store").write_bytes(b"\0\1")
    (folder / ".e.csv").write_text("no")
    for hidden in (".versions", "__MACOSX"):
        (folder / hidden).mkdir()
        (folder / hidden / "x.csv").write_text("no")
    found = find_files([f"file://{folder}"], schemes=["file"])
    assert found == [f"file://{folder}/{name}" for name in ("e.csv", "notes.txt")]
    result = monitor([folder], second)
    assert result.header["totals"]["read"] == 30
    (notice,) = result.header["notices"]
    assert "notes.txt" in notice
    assert "passed over" in notice
    with pytest.raises(QueryError, match=r"notes\.txt: cannot tell lat"):
        monitor([folder / "notes.txt"], second)


def test_a_zip_may_hold_what_a_mac_leaves(tmp_path, second):
    with zipfile.ZipFile(tmp_path / "e.csv.zip", "w") as packed:
        for name in ("e.csv", "__MACOSX/._e.csv", ".DS_Store"):
            packed.writestr(name, rows())
    assert monitor([tmp_path / "e.csv.zip"], second).header["totals"]["read"] == 30


def test_a_pipe_is_refused_in_a_line(tmp_path, second):
    os.mkfifo(tmp_path / "e.csv")
    with pytest.raises(EventsError, match=r"e\.csv: is a pipe or a device"):
        monitor([tmp_path / "e.csv"], second)
    with pytest.raises(EventsError, match="holds no event file"):
        monitor([tmp_path], second)


def test_what_comes_through_a_pipe_is_refused_in_a_line(second):
    """As ``/dev/stdin`` is one: neither waited for nor called empty."""
    ends = os.pipe()
    os.write(ends[1], rows().encode())
    try:
        with pytest.raises(EventsError, match="is a pipe or a device; write what comes out of it"):
            monitor([f"/dev/fd/{ends[0]}"], second)
    finally:
        for end in ends:
            os.close(end)


def test_a_file_without_a_header_is_described_by_numbers(tmp_path, second):
    (tmp_path / "e.csv").write_text("".join(rows().splitlines(keepends=True)[1:]))
    columns = parse_columns("1=id,2=lon,3=lat,4=date")
    assert monitor([tmp_path / "e.csv"], second, columns=columns).header["totals"]["counted"] == 30


def test_sheets_and_layers_are_named(tmp_path, second):
    book = openpyxl.Workbook()
    book.active.title = "notes"
    book.active.append(["nothing", "to", "count"])
    sheet = book.create_sheet("events")
    for row in rows().splitlines():
        sheet.append(row.split(","))
    book.save(tmp_path / "e.xlsx")
    result = monitor([tmp_path / "e.xlsx"], second, options=ReadOptions(sheet="events"))
    assert result.header["totals"]["counted"] == 30
    with pytest.raises(EventsError, match="has no sheet 'x'; there are notes, events"):
        monitor([tmp_path / "e.xlsx"], second, options=ReadOptions(sheet="x"))


def bomb(path, ref="XFD1048576", size=0) -> None:
    """Write a workbook of one cell far away, or of many zeros."""
    book = openpyxl.Workbook()
    book.active.append(["lon", "lat", "date"])
    book.save(path)
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    far = f'<row r="{ref.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{ref}"><v>1</v></c></row>'
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(
        b"</sheetData>", far.encode() + b"</sheetData>" + b" " * size
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)


def test_a_workbook_is_bounded_in_cells_and_bytes(tmp_path):
    bomb(tmp_path / "far.xlsx")
    with pytest.raises(EventsError, match="reaches to row 1,048,576 and column 16,384"):
        list(iter_chunks([str(tmp_path / "far.xlsx")], None))
    bomb(tmp_path / "big.xlsx", "A2", 5_000_000)
    assert (tmp_path / "big.xlsx").stat().st_size < 100_000
    with (
        (tmp_path / "big.xlsx").open("rb") as source,
        pytest.raises(EventsError, match="unpacks to"),
    ):
        workbook.sheet_rows("big.xlsx", source, None, workbook.Bounds(1_000_000, 1000))
    (tmp_path / "no.xlsx").write_bytes(b"PK no zip")
    with pytest.raises(EventsError, match="is no workbook"):
        list(iter_chunks([str(tmp_path / "no.xlsx")], None))


@pytest.mark.parametrize("name", ["e.gpkg", "e.shp", "e.dta", "e.json", "e.geojson", "e.xlsx"])
def test_a_file_that_is_not_what_it_is_called_is_one_line(tmp_path, second, name):
    (tmp_path / name).write_text("nothing of the kind")
    with pytest.raises(TamasError, match=name) as caught:
        monitor([tmp_path / name], second)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("given", [{"encoding": "klingon"}, {"dates": "ymd"}])
def test_options_that_are_none_are_refused(given):
    with pytest.raises(QueryError, match=next(iter(given))):
        ReadOptions(**given)


def test_the_command_says_what_it_took_and_fails_in_its_first_line(tmp_path):
    (tmp_path / "e.csv").write_text(rows() + "x,1,2,03/04/2004\n" * 5)
    run = tamas("--seeds", SECOND, "monitor", tmp_path / "e.csv")
    assert run.returncode == 1
    lines = run.stdout.splitlines()
    assert lines[0].startswith("failed: 5 rows could not be read")
    assert (
        f"{tmp_path / 'e.csv'}: lat=lat, lon=lon, date=date, id=id; places are taken as exact"
        in lines
    )
    run = tamas("--seeds", SECOND, "monitor", tmp_path / "e.csv", "--dates", "dmy", "--json")
    assert run.returncode == 0
    assert json.loads(run.stdout)["files"][0]["columns"]["id"] == "id"


def test_zones_of_known_points_stay(second, tmp_path):
    assert of_zone(monitor([acled(tmp_path)], second))


def test_csv_for_excel_has_its_mark_and_no_formulas(tmp_path, second):
    (tmp_path / "e.csv").write_text(rows(name="=e{n}"))
    for excel in (False, True):
        result = monitor(
            [tmp_path / "e.csv"], second, events_out=tmp_path / "back.csv",
            rejects=tmp_path / "rejects.csv", excel=excel,
        )  # fmt: skip
        result.write(tmp_path / "counts.csv", excel=excel)
        for name in ("back.csv", "rejects.csv", "counts.csv"):
            assert (tmp_path / name).read_bytes().startswith(b"\xef\xbb\xbf") is excel
    assert "'=e0" in (tmp_path / "back.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("name", "columns"), [("acled.csv", None), ("gdelt.tsv", "gdelt"), ("ucdp.csv", None)]
)
def test_a_point_that_stands_for_a_named_place_is_said_to_be_one(name, columns, second):
    path = SECOND.parent / "sample_events" / f"made_up_{name}"
    result = monitor([path], second, columns=columns and parse_columns(columns))
    said = [notice for notice in result.survey.notices if "middle of a named town" in notice]
    assert len(said) == (name != "ucdp.csv")
