"""Event files and addresses: what would take too much, or leads elsewhere, is told in a line."""

from __future__ import annotations

import csv
import socket

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from layers.errors import QueryError, TamasError
from layers.events import columns, sources
from layers.events.errors import EventsError
from layers.events.sources import find_files
from layers.monitor.run import monitor
from tests.support.atlases import one_line, tamas

HEAD = "id,lon,lat,date\n"


@pytest.mark.parametrize("names", [["a"] * 80_000, [f"a{n}" for n in range(80_000)]], ids=len)
def test_a_header_of_many_names_is_refused_before_they_are_compared(tmp_path, monkeypatch, names):
    (tmp_path / "e.csv").write_text(",".join(names) + "\n1\n")
    monkeypatch.setattr(sources, "detect_columns", lambda _: 1 / 0)
    monkeypatch.setattr(sources.csv, "reader", lambda *a, **k: 1 / 0)
    with pytest.raises(EventsError, match=r"80,000 columns; 2,000 are read|has no end"):
        list(sources.iter_chunks([str(tmp_path / "e.csv")], None))


def test_a_name_of_a_column_is_short(tmp_path, second):
    (tmp_path / "e.csv").write_text(f"lon,lat,date,{'x' * 201}\n1,2,2005-01-01,\n")
    with pytest.raises(EventsError, match=r"a column with 201 characters; 200 are read"):
        monitor([tmp_path / "e.csv"], second)


def test_a_header_that_never_ends_is_read_only_so_far(tmp_path, monkeypatch):
    (tmp_path / "e.csv").write_bytes(b"x" * 3_000_000)
    read = []
    real = sources._read
    monkeypatch.setattr(
        sources, "_read", lambda *given: read.append(len(data := real(*given))) or data
    )
    with pytest.raises(EventsError, match="its first line has no end"):
        list(sources.iter_chunks([str(tmp_path / "e.csv")], None))
    assert sum(read) < 400_000


def test_a_quoted_name_without_an_end_is_one_line(tmp_path, second):
    (tmp_path / "e.csv").write_text('lon,lat,"' + "x" * 200_000 + "\n")
    with pytest.raises(TamasError, match=r"e\.csv: "):
        monitor([tmp_path / "e.csv"], second)


def parquet(path, dates, ids=None):
    rows = len(dates)
    table = {"lon": [-21.0] * rows, "lat": [-20.5] * rows, "date": dates}
    pq.write_table(pa.table(table | ({"id": ids} if ids else {})), path, compression="zstd")
    return path


@pytest.mark.parametrize("ids", [None, ["x" * 5000, "b", "c"]], ids=["plain", "ids"])
def test_a_value_longer_than_any_date_is_a_reject(tmp_path, second, ids):
    path = parquet(tmp_path / "e.parquet", ["2005-01-01" + " " * 300, "2005-01-01", None], ids)
    columns_of = columns.parse_columns("lat=lat,lon=lon,date=date" + (",id=id" if ids else ""))
    result = monitor([path], second, columns=columns_of, rejects=tmp_path / "rejects.csv")
    with (tmp_path / "rejects.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    assert [one["reason"] for one in listed] == ["a value is longer than 200 bytes", "no date"]
    assert all(len(one["row"]) < 1000 for one in listed)
    assert (result.counts.events, result.rejected) == (1, 2)


def test_one_long_text_is_not_written_out_once_a_row(tmp_path, second):
    """A million rows of one text of a megabyte: a terabyte, if each had its own."""
    long = pa.array(["x" * 1_000_000, "2005-01-01"])
    rows = 1_000_000
    dates = pa.DictionaryArray.from_arrays(pa.array([0] * (rows - 1) + [1], pa.int32()), long)
    place = pa.array([-21.0] * rows)
    path = tmp_path / "e.parquet"
    table = pa.table({"lon": place, "lat": place, "date": dates})
    pq.write_table(table, path, store_schema=False)
    chunk = next(sources.iter_chunks([str(path)], None))
    batches = pq.ParquetFile(path, read_dictionary=chunk.texts).iter_batches(1 << 20)
    assert sum(batch.nbytes for batch in batches) < 40_000_000
    assert chunk.texts == ("date",)


def test_what_unpacks_a_thousandfold_is_not_unpacked(tmp_path, second):
    path = parquet(tmp_path / "e.parquet", ["x" * 70_000_000])
    assert path.stat().st_size < 100_000
    with pytest.raises(EventsError, match=r"column 'date' unpacks [0-9,]+ bytes to 70,0"):
        monitor([path], second)


@pytest.mark.parametrize(
    "address",
    ["github://a:b@main/e.csv", "https://news.example/e.csv", "simplecache::github://a:b@main/e",
     "ftp://x/e.csv", "zip://e.csv::https://x/e.zip"],
)  # fmt: skip
def test_an_address_of_another_scheme_is_not_even_tried(monkeypatch, address):
    monkeypatch.setattr(sources, "_fsspec", lambda: 1 / 0)
    with pytest.raises(QueryError, match=r":// is not read .*name it with --scheme if meant"):
        find_files([address])


def test_a_scheme_that_is_named_is_tried(monkeypatch):
    monkeypatch.setattr(sources, "_remote", lambda address: [address])
    assert find_files(["https://x/e.csv"], schemes=["https"]) == ["https://x/e.csv"]


@pytest.mark.parametrize("name", ["e.csv", "e.parquet", ""])
def test_what_fails_elsewhere_is_one_line(second, name):
    with pytest.raises(EventsError, match=r"memory://nothing/?.*: ") as caught:
        monitor([f"memory://nothing/{name}"], second)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (KeyError("a\nb"), "a\\nb"),
        (FileNotFoundError("/x"), "there is no such file"),
        (PermissionError("no key\nwas given"), "no key was given"),
        (socket.gaierror(-2, "Name or service not known"), "Name or service not known"),
        (ImportError("Install s3fs to access S3"), "Install s3fs"),
        (TimeoutError(), "TimeoutError"),
    ],
)
def test_a_failure_of_any_kind_elsewhere_is_one_line(second, error, says):
    class Broken(fsspec.get_filesystem_class("memory")):
        protocol = "broken"

        def isdir(self, path):
            raise error

    fsspec.register_implementation("broken", Broken, clobber=True)
    with pytest.raises(EventsError, match=r"^broken://x: cannot be read \(") as caught:
        monitor(["broken://x"], second, schemes=["broken"])
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_scheme_that_nothing_reads_is_one_line(second):
    with pytest.raises(EventsError, match=r"^nope://x: cannot be read \(Protocol not known"):
        monitor(["nope://x"], second, schemes=["nope"])


def test_the_command_names_the_option():
    one_line(tamas("monitor", "github://a:b@main/e.csv").stderr, says=["github://", "--scheme"])


def test_the_texts_of_events_are_no_formulas(tmp_path, second):
    path = tmp_path / "e.csv"
    path.write_text(f"{HEAD}=cmd|' /C calc'!A0,-21,-20.5,2005-01-01\n-5,-21,-20.5,2005-01-01\n"
                    "@x,-21,-20.5,never\n")  # fmt: skip
    monitor([path], second, events_out=tmp_path / "b.csv", rejects=tmp_path / "r.csv")
    with (tmp_path / "b.csv").open(encoding="utf-8", newline="") as file:
        assert [one["id"] for one in csv.DictReader(file)] == ["'=cmd|' /C calc'!A0", "-5"]
    with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as file:
        assert [one["row"] for one in csv.DictReader(file)] == ["'@x,-21,-20.5,never"]
