"""Reading event files: every row is counted or listed with its line, whatever is in it."""

from __future__ import annotations

import bz2
import contextlib
import csv
import gzip
import io
import itertools
import lzma
import os
import re
import signal
import subprocess
import sys
import termios
import time
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.errors import QueryError
from layers.events.columns import ACLED, GDELT, UCDP, detect_columns, parse_columns
from layers.events.errors import EventsError
from layers.events.scalars import MISSING, day_of
from layers.events.sources import iter_chunks
from layers.monitor.count import Counts
from layers.monitor.index import ZoneIndex
from layers.monitor.run import ChunkResult, monitor, process_chunk
from tests.support.atlases import PATIENCE, SECOND, index_of, one_line, row_of, tamas

HEADER = "id,longitude,latitude,event_date,note"
GOOD = '{n},-19.5,-20.5,2004-07-{day:02d},"a note, with ""quotes"""'

BAD_NUMBERS = (
    "", "NA", "nan", "null", "abc", "inf", "-inf", "1e9", "1e999", "999", "-181", "181.5", "--3",
    "36°30", "0x10", "3 6", ".", "+", "-", "1.2.3", "12,5,1", "٣٦٠", "1_0", "e5", "\x00", "N/A",
    "true", "5;", "#REF!", "'19",
)  # fmt: skip
BAD_DAYS = (
    "", "NA", "2004", "2004-07", "2004-13-01", "2004-02-30", "0000-01-01", "01/07/2004",
    "2004/13/01", "07-01-2004", "yesterday", "32 July 2004", "5 Juli 2004", "20041301",
    "2004070", "2004-07-01x", "٢٠٠٤-٠٧-٣٢", "2004-07-01T", "1088640000", "July 32 2004",
    "-2004-07-01", "2004-7-32", "NaT", "10000-01-01", "2004-07-0", "2004 07 01", "Q3 2004",
    "\x00", "None", "2004-W27-1", "5 Jul, 04", "2004-07-01/2004-07-02", "2004~", "20040732",
)  # fmt: skip
BROKEN_LINES = (
    "{n}",
    "{n},-19.5",
    "{n},-19.5,-20.5",
    "{n},-19.5,-20.5,2004-07-01",
    "{n},-19.5,-20.5,2004-07-01,x,y",
    ",,,,",
    ",,,",
    '{n},-19.5,-20.5,2004-07-01,"never closed',
    '"{n},-19.5,-20.5,2004-07-01,never closed',
    '{n},"-19.5,-20.5,2004-07-01,never closed',
    '{n},-19.5,"-20.5,2004-07-01,x',
    '{n},-19.5,-20.5,"2004-07-01,x',
    "{n};-19.5;-20.5;2004-07-01;x",
    "{n}\t-19.5\t-20.5\t2004-07-01\tx",
    "<html><body>503</body></html>",
    "\x00\x00\x00",
)


def broken_rows() -> list[bytes]:
    """Return a thousand different rows that cannot be counted."""
    rows = [line.format(n=n).encode() for n, line in enumerate(BROKEN_LINES)]
    rows += [b"\xff\xfe,\xff,\xfe,\xff,\xff", b"7,-19.5,\xc3\x28,2004-07-01,x"]
    sound = ("-19.5", "-20.5", "2004-07-01")
    for places in ((0,), (1,), (2,), (0, 1), (1, 2)):
        choices = [BAD_DAYS if place == 2 else BAD_NUMBERS for place in places]
        for bad in itertools.product(*choices):
            if places == (0, 1) and MISSING.issuperset(text.casefold() for text in bad):
                continue  # an event of which no place was told
            row = list(sound)
            for place, text in zip(places, bad, strict=True):
                row[place] = text
            fields = [str(len(rows)), *row, "x"]
            out = io.StringIO()
            csv.writer(out, lineterminator="").writerow(fields)
            rows.append(out.getvalue().encode())
    assert len(set(rows)) == len(rows) >= 1000
    return rows[:1000]


def good_row(number: int) -> bytes:
    return GOOD.format(n=number, day=1 + number % 28).encode()


@pytest.fixture(scope="module")
def mixed(tmp_path_factory) -> tuple[Path, list[int]]:
    """A file of 1,000 kinds of broken row among 3,000 good ones, and the broken lines."""
    lines, broken = [HEADER.encode()], []
    for number, bad in enumerate(broken_rows()):
        lines += [good_row(3 * number + step) for step in range(3)]
        lines.append(bad)
        broken.append(len(lines))
        if number % 100 == 0:
            lines.append(b"")
    path = tmp_path_factory.mktemp("mixed") / "mixed.csv"
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path, broken


def test_a_thousand_kinds_of_broken_row_are_listed_each_with_its_line(mixed, second, tmp_path):
    path, broken = mixed
    result = monitor([path], second, rejects=tmp_path / "rejects.csv")
    with (tmp_path / "rejects.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    assert [int(row["line"]) for row in listed] == broken
    totals = result.header["totals"]
    assert (totals["read"], totals["rejected"], totals["counted"]) == (4000, 1000, 3000)
    assert all(row["reason"] for row in listed)


def all_of(files, index, columns=None, **cut) -> ChunkResult:
    total = ChunkResult(Counts.none(), 0)
    for work in iter_chunks(map(str, files), columns, **cut):
        total += process_chunk(work, index)
    return total


@pytest.fixture(scope="module")
def index(second) -> ZoneIndex:
    return ZoneIndex.of(second)


@pytest.fixture(scope="module")
def whole(mixed, index):
    return all_of([mixed[0]], index, block=1 << 23)


@pytest.mark.parametrize("block", [1000, 4096, 50_000])
def test_where_a_file_is_cut_changes_neither_counts_nor_rejects(mixed, index, whole, block):
    cut = all_of([mixed[0]], index, block=block)
    assert cut.counts == whole.counts
    assert [(one.line, one.row) for one in cut.rejects] == [
        (one.line, one.row) for one in whole.rejects
    ]


@given(
    st.lists(st.sampled_from([*broken_rows()[:40], b"", None, None, None]), max_size=12),
    st.sampled_from([b"\n", b"\r\n"]),
    st.booleans(),
)
@settings(max_examples=80)
def test_any_mixture_adds_up(tmp_path_factory, index, rows, end, closed):
    lines = [good_row(n) if row is None else row for n, row in enumerate(rows)]
    path = tmp_path_factory.mktemp("any") / "any.csv"
    path.write_bytes(end.join([HEADER.encode(), *lines]) + (end if closed else b""))
    total = all_of([path], index)
    assert total.counts.events == rows.count(None)
    assert total.rejected == sum(1 for row in rows if row)


def test_a_quoted_field_may_go_over_lines(index, tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text(f'{HEADER}\n1,-19.5,-20.5,2004-07-01,"one\ntwo\n\nthree"\n2,x,0,2004-07-01,n\n')
    total = all_of([path], index)
    assert (total.counts.events, [one.line for one in total.rejects]) == (1, [6])


def test_a_folder_of_every_kind_of_file_is_read_in_order(second, tmp_path):
    text = "\n".join([HEADER, *(good_row(n).decode() for n in range(50))]) + "\n"
    data = text.encode()
    folder = tmp_path / "events"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.csv").write_bytes(data)
    (folder / "b.csv.gz").write_bytes(gzip.compress(data))
    (folder / "c.csv.bz2").write_bytes(bz2.compress(data))
    (folder / "d.csv.xz").write_bytes(lzma.compress(data))
    with pa.CompressedOutputStream(str(folder / "e.csv.zst"), "zstd") as out:
        out.write(data)
    with zipfile.ZipFile(folder / "deep" / "f.csv.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("f.csv", data)
    rows = list(csv.reader(io.StringIO(text)))
    (folder / "g.tsv").write_text("\n".join("\t".join(row[:4]) for row in rows) + "\n")
    columns = dict(zip(rows[0], zip(*rows[1:], strict=True), strict=True))
    numbers = {name: list(map(float, columns[name])) for name in ("longitude", "latitude")}
    pq.write_table(pa.table({**columns, **numbers}), folder / "h.parquet", row_group_size=7)
    (folder / "notes.md").write_text("not events")
    without_id = parse_columns("lat=latitude,lon=longitude,date=event_date")
    one = monitor([folder / "a.csv"], second)
    every = monitor([folder], second, columns=without_id)
    assert every.rejected == 0
    assert every.counts == sum((one.counts for _ in range(8)), Counts.none())


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_any_number_of_threads_gives_the_same_table_and_list(mixed, second, tmp_path, threads):
    first = tmp_path / "first.csv", tmp_path / "first-rejects.csv"
    again = tmp_path / "again.csv", tmp_path / "again-rejects.csv"
    monitor([mixed[0]] * 3, second, threads=2, rejects=first[1]).write(first[0])
    monitor([mixed[0]] * 3, second, threads=threads, rejects=again[1]).write(again[0])
    for one, other in zip(first, again, strict=True):
        assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (pa.date32(), "2004-07-01"),
        (pa.timestamp("ms"), "2004-07-01T23:59:59"),
        (pa.string(), "2004-07-01 13:00:00.000"),
        (pa.int64(), 20040701),
        (pa.dictionary(pa.int32(), pa.string()), "1 July 2004"),
    ],
)
def test_parquet_dates_of_any_type_are_calendar_days(second, tmp_path, kind, value):
    plain = pa.array([value, None])
    days = plain.cast(kind) if not pa.types.is_dictionary(kind) else plain.dictionary_encode()
    path = tmp_path / "days.parquet"
    pq.write_table(pa.table({"lon": [-19.5, -19.5], "lat": [-20.5, -20.5], "date": days}), path)
    result = monitor([path], second, by="day", rejects=tmp_path / "rejects.csv")
    rows = result.table.to_pylist()
    assert {row["period"] for row in rows} == {"2004-07-01"}
    assert (tmp_path / "rejects.csv").read_text().splitlines()[1].split(",")[1:3] == [
        "2", "no date",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "2020-03-05",
        "2020-3-5",
        "05 March 2020",
        "5-Mar-2020",
        "20200305",
        "2020-03-05 00:00:00.000",
        "05-Mar-20",
        "2020/03/05",
        "2020-03-05 23:30:00+03",
        "2020-03-05 23:30 UTC",
    ],
)
def test_days_are_read_as_providers_write_them(text):
    assert day_of(text) == 18326


ACLED_ROW = (
    "AAA{n},2004-07-0{n},2004,{time},Political violence,Battles,Armed clash,A,,1,B,,2,12,,999,"
    "Nowhere,Nowhere,North,,,Ostrel,{lat},{lon},{place},Paper,National,A note,0,,1700000000"
)
ACLED_HEADER = (
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,"
    "assoc_actor_1,inter1,actor2,assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,"
    "country,admin1,admin2,admin3,location,latitude,longitude,geo_precision,source,source_scale,"
    "notes,fatalities,tags,timestamp"
)
UCDP_HEADER = (
    "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,"
    "conflict_name,dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,"
    "side_b_dset_id,side_b_new_id,side_b,number_of_sources,source_article,source_office,"
    "source_date,source_headline,source_original,where_prec,where_coordinates,where_description,"
    "adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,event_clarity,"
    "date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,"
    "low,gwnoa,gwnob"
)


@pytest.fixture(scope="module")
def spot(second) -> tuple[float, float]:
    """A point well inside a zone of the invented atlas that holds in July 2004."""
    point = row_of(second, "calm-area.paper.agreed.2003-11-20").inner.representative_point()
    return point.x, point.y


def of_zone(result, zone="calm-area") -> dict[str, int]:
    found = {"inside_all": 0, "inside_some": 0, "too_imprecise": 0, "unknown_precision": 0}
    for row in result.table.to_pylist():
        if row["zone_id"] == zone and row["status"] == "agreed":
            for name in found:
                found[name] += row[name]
    return {name: number for name, number in found.items() if number or name != "unknown_precision"}


def test_acled_exports_are_read_with_their_precision(second, spot, tmp_path):
    rows = [
        ACLED_ROW.format(n=n, time=time, place=place, lon=spot[0], lat=spot[1])
        for n, time, place in ((1, 1, 1), (2, 1, 3), (3, 2, 1), (4, 3, 1), (5, 1, 9))
    ]
    path = tmp_path / "acled.csv"
    path.write_text("\n".join([ACLED_HEADER, *rows]) + "\n")
    result = monitor([path], second)
    # Known to the day, week and month, the period holds on all days meant; a region is too wide.
    assert of_zone(result) == {
        "inside_all": 3, "inside_some": 0, "too_imprecise": 1, "unknown_precision": 1,
    }  # fmt: skip
    assert detect_columns(ACLED_HEADER.split(",")) == ACLED


def test_ucdp_events_over_the_end_of_a_period_are_too_imprecise(second, spot, tmp_path):
    names = UCDP_HEADER.split(",")
    rows = []
    for number, (start, end, prec) in enumerate(
        [
            ("2004-07-01 00:00:00.000", "2004-07-01 00:00:00.000", 1),
            ("2008-05-30 00:00:00.000", "2008-06-02 00:00:00.000", 1),
            ("2004-07-01 00:00:00.000", "2004-07-03 00:00:00.000", 4),
            ("2004-07-03 00:00:00.000", "2004-07-01 00:00:00.000", 1),
        ]
    ):
        row = dict.fromkeys(names, "")
        row |= {
            "id": str(number), "where_prec": str(prec), "date_start": start, "date_end": end,
            "longitude": str(spot[0]), "latitude": str(spot[1]),
        }  # fmt: skip
        rows.append(",".join(row.values()))
    path = tmp_path / "ged.csv"
    path.write_text("\n".join([UCDP_HEADER, *rows]) + "\n")
    result = monitor([path], second)
    assert of_zone(result) == {"inside_all": 1, "inside_some": 0, "too_imprecise": 2}
    assert result.rejected == 1
    assert detect_columns(names) == UCDP


@pytest.mark.parametrize(("width", "kind", "lat"), [(57, 49, 53), (58, 49, 53), (61, 51, 56)])
def test_gdelt_files_have_no_header_and_three_widths(second, spot, tmp_path, width, kind, lat):
    rows = []
    for number, code in enumerate(("4", "3", "1", "5", "")):
        row = [""] * width
        row[0], row[1] = str(number), "20040705"
        row[kind], row[lat], row[lat + 1] = code, str(spot[1]), str(spot[0])
        rows.append("\t".join(row))
    path = tmp_path / "20040705.export.CSV"
    path.write_text("\n".join(rows) + "\n")
    result = monitor([path], second, columns=GDELT)
    assert of_zone(result) == {
        "inside_all": 2, "inside_some": 0, "too_imprecise": 2, "unknown_precision": 1,
    }  # fmt: skip
    assert result.rejected == 0


def test_columns_of_ones_own_with_a_precision_in_metres(second, spot, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        f"Breite;Laenge;Tag;Ungenau\n{spot[1]};{spot[0]};1 July 2004;0\n"
        f"{spot[1]};{spot[0]};1 July 2004;200000\n"
    )
    columns = parse_columns("lat=Breite,lon=Laenge,date=Tag,precision=Ungenau")
    result = monitor([path], second, columns=columns)
    assert of_zone(result) == {"inside_all": 1, "inside_some": 0, "too_imprecise": 1}


@pytest.mark.parametrize("text", ["lat=a", "lat=a,lon=b,date=", "nonsense", "lat=a,lon=b,day=c"])
def test_columns_that_cannot_be_understood_are_refused(text):
    with pytest.raises(QueryError, match="columns"):
        parse_columns(text)


def test_a_file_whose_columns_cannot_be_told_says_what_it_has(second, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(QueryError, match="cannot tell lat, lon, date among 'a', 'b'"):
        monitor([path], second)
    with pytest.raises(QueryError, match="no column 'c'; there are a, b"):
        monitor([path], second, columns=parse_columns("lat=a,lon=b,date=c"))


def test_damaged_files_are_named_and_give_no_result(second, tmp_path):
    text = "\n".join([HEADER, *(good_row(n).decode() for n in range(5000))])
    whole = gzip.compress(text.encode())
    rows = 3000
    days = pa.array([12600] * rows, pa.int32()).view(pa.date32())
    table = pa.table({"lon": [n / 1e5 for n in range(rows)], "lat": [1.0] * rows, "date": days})
    pq.write_table(table, tmp_path / "whole.parquet", compression="zstd")
    holed = bytearray((tmp_path / "whole.parquet").read_bytes())
    holed[4:300] = bytes(296)
    for name, data in (
        ("holed.parquet", bytes(holed)),
        ("cut.csv.gz", whole[: len(whole) // 2]),
        ("cut.parquet", b"PAR1nothing"),
        ("empty.csv", b""),
        ("odd.csv.zip", b"PK"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(EventsError, match=name):
            monitor([tmp_path / name], second, rejects=tmp_path / "rejects.csv")
        assert not (tmp_path / "rejects.csv").exists()


def test_events_are_written_back_with_zones_and_distance(second, mixed, tmp_path):
    for name in ("back.csv", "back.parquet"):
        monitor([mixed[0]], second, events_out=tmp_path / name, distance=True, rejects=None)
    with (tmp_path / "back.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3000
    assert pq.read_table(tmp_path / "back.parquet").num_rows == 3000
    from layers.query.points import query_point

    for row in rows[::500]:
        answers = query_point(
            index_of(second), float(row["lon"]), float(row["lat"]), on=row["date"], within_km=20_000
        )
        inside = {a.row.zone_id for a in answers if a.relation != "outside"}
        assert set(filter(None, row["zones"].split(";"))) == inside
        least = min(a.distance_to_edge_m for a in answers if a.distance_to_edge_m is not None)
        assert abs(float(row["distance_m"]) - least) <= max(1.0, 0.002 * least)


def test_the_command_writes_counts_and_says_what_it_read(mixed, tmp_path):
    out = tmp_path / "counts.csv"
    command = ("--seeds", SECOND, "monitor", mixed[0], "--out", out, "--max-rejects", 30)
    run = tamas(*command)
    assert run.returncode == 0, run.stderr
    assert (
        "4,000 rows: 3,000 counted, 0 on days beyond the record, 1,000 not readable" in run.stdout
    )
    head = "zone_id,name_en,name_ar,layer,track,status,period,days,inside_all,inside_some"
    rest = "too_imprecise,unknown_precision,not_placeable,no_shape,outside,events"
    assert out.read_text(encoding="utf-8").startswith(f"{head},{rest}\n")


def test_too_many_rejects_fail_the_run_with_its_result_kept(mixed, tmp_path):
    out = tmp_path / "counts.json"
    run = tamas("--seeds", SECOND, "monitor", mixed[0], "--out", out)
    assert run.returncode == 1
    one_line(run.stderr, says=("25 %", "--rejects FILE", "more than 1 %"))
    assert out.exists()


def test_a_terminal_is_shown_how_far_a_run_is(mixed):
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (24, 100))
    command = [
        Path(sys.executable).with_name("tamas"), "--seeds", SECOND, "monitor", mixed[0],
        "--max-rejects", "30",
    ]  # fmt: skip
    run = subprocess.Popen(list(map(str, command)), stderr=theirs, stdout=subprocess.DEVNULL)
    os.close(theirs)
    # A slow run shows more than a terminal holds unread.
    shown = b""
    with contextlib.suppress(OSError):  # what Linux says when the other side has closed
        while part := os.read(ours, 4096):
            shown += part
    os.close(ours)
    shown = shown.decode("utf-8", "replace")
    assert run.wait(PATIENCE) == 0
    # Bar, time left, rate and rows.
    assert re.search(r"\d+%\|.*\[.*<.*B/s, [0-9,]+ rows\]", shown), shown


def test_an_interrupted_run_leaves_no_half_file(tmp_path):
    events = tmp_path / "events.csv"
    events.write_bytes((HEADER + "\n").encode() + (good_row(1) + b"\n") * 100_000)
    out = tmp_path / "out"
    out.mkdir()
    command = [
        Path(sys.executable).with_name("tamas"), "--seeds", SECOND, "monitor",
        *[events] * 500,  # so that no machine is done before it is interrupted
        "--out", out / "counts.csv", "--rejects", out / "rejects.csv", "--events", out / "back.csv",
    ]  # fmt: skip
    run = subprocess.Popen(
        list(map(str, command)), stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        # Where tests run in the background this signal may be ignored, and that is inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    deadline = time.monotonic() + PATIENCE
    while not any(out.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert any(out.iterdir()), "the run did not begin to write"
    os.kill(run.pid, signal.SIGINT)
    _, said = run.communicate(timeout=PATIENCE)
    assert run.returncode != 0
    assert b"Traceback" not in said
    assert list(out.iterdir()) == []
