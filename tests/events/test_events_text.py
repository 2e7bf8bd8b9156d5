"""Rows of CSV are placed by pyarrow, an open quote costs its line: checked letter by letter."""

from __future__ import annotations

import os
import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from layers.events import text
from layers.events.columns import parse_columns
from layers.events.sources import iter_chunks
from tests.monitor.test_monitor_read import BAD_DAYS, BAD_NUMBERS, BROKEN_LINES

NAMES = ("id", "longitude", "latitude", "event_date", "note")
# `make soak` sets how many files are made up; here it is a short run.
EXAMPLES = int(os.environ.get("TAMAS_EXAMPLES", "60"))
COLUMNS = parse_columns("lat=latitude,lon=longitude,date=event_date,id=id")

PIECES = st.one_of(
    st.just('{n},-19.5,-20.5,2004-07-01,"a ""note"""'),
    st.just('{n},"-19.5","-20.5","2004-07-01","over\ntwo lines"'),
    st.sampled_from(BROKEN_LINES),
    st.sampled_from(["", "  ", '"', '{n},-19.5,-20.5,2004-07-01,"x"y']),
    st.tuples(st.sampled_from(BAD_NUMBERS), st.sampled_from(["-20.5", "", "NA"])).map(
        lambda two: f"{{n}},{two[0]},{two[1]},2004-07-01,x".replace("٣", "3")
    ),
    st.sampled_from(BAD_DAYS).map(lambda day: f"{{n}},-19.5,-20.5,{day},x"),
    st.sampled_from([" 2004-07-01", "20040701", "1 July 2004", "2004-07-01 10:00"]).map(
        lambda day: f"{{n}}, -19.5,+20.5,{day},x"
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="{}"), max_size=30),
)


def record(data: str, at: int) -> tuple[list[str] | None, int]:
    """Return the fields of the row that begins at a place, None where a quote is open; its end."""
    fields = [""]
    quoted = wholly = False
    begin = True
    over = False
    while at < len(data):
        letter = data[at]
        if quoted:
            if letter == '"' and data[at + 1 : at + 2] == '"':
                fields[-1] += '"'
                at += 1
            elif letter == '"':
                quoted = False
                wholly = data[at + 1 : at + 2] in ("", ",", "\n", "\r")
            else:
                over |= letter in "\n\r"
                fields[-1] += letter
        elif letter in "\n\r":
            break
        elif letter == ",":
            fields.append("")
            begin, at = True, at + 1
            continue
        elif letter == '"' and begin:
            quoted, wholly = True, False
        else:
            fields[-1] += letter
        if over and not quoted and not wholly:
            return None, at
        begin = False
        at += 1
    if quoted or (over and len(fields) != len(NAMES)):
        return None, at
    return fields, at


def read(data: str) -> tuple[list[tuple[int, list[str]]], list[tuple[int, str]]]:
    """Return rows and rejects of a table without a header, each with its line."""
    rows, rejects, at, line = [], [], 0, 1
    while at < len(data):
        end = re.compile(r"\r\n|\n|\r|\Z").search(data, at)
        fields, stop = record(data, at)
        if fields is None:
            rejects.append((line, text.OPEN_QUOTE))
            at, line = end.end(), line + 1
            continue
        after = re.compile(r"\r\n|\n|\r|\Z").match(data, stop).end()
        if data[at:stop].strip() and len(fields) != len(NAMES):
            rejects.append((line, f"{len(fields)} fields instead of {len(NAMES)}"))
        elif len(fields) == len(NAMES):
            rows.append((line, fields))
        line += len(re.findall(r"\r\n|\n|\r", data[at:after]))
        at = after
    return rows, rejects


@example(['{n},-19.5,-20.5,2004-07-01,"over\nlines"', "\r{n}"], "\n", False, 9)
@example(['{n},-19.5,-20.5,2004-07-01,"open', '{n},-19.5,-20.5,2004-07-01,"'], "\n", True, 40)
@given(
    st.lists(PIECES, max_size=10),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.integers(3, 400),
)
@settings(max_examples=EXAMPLES)
def test_rows_are_where_a_reader_letter_by_letter_finds_them(pieces, end, closed, block):
    lines = [piece.format(n=n) if "{n}" in piece else piece for n, piece in enumerate(pieces)]
    whole = end.join(lines) + (end if closed else "")
    expected_rows, expected_rejects = read(whole)
    layout = text.Layout(NAMES, COLUMNS, ",")
    rows, rejects, data, line = [], [], b"", 1
    blocks = [whole.encode()[at : at + block] for at in range(0, len(whole.encode()), block)]
    for more in [*blocks, b""]:
        data += more
        piece, used = text.cut(data, layout, final=not more)
        raw = text.raw_rows(piece, line, layout, "x.csv", typed=False)
        ids = raw.columns["id"].to_pylist()
        # A blank line may be a row of nothing; who reads values leaves it out.
        rows += [(at, one) for at, one in zip(raw.lines.tolist(), ids, strict=True)
                 if raw.text(at).strip()]  # fmt: skip
        rejects += [(one.line, one.reason) for one in raw.rejects]
        data, line = data[used:], line + piece.lines
    assert data == b""
    nulls = {None: b""} | dict.fromkeys((name.encode() for name in text.NULLS), b"")
    assert [(at, nulls.get(one, one)) for at, one in rows] == [
        (at, nulls.get(fields[0].encode(), fields[0].encode())) for at, fields in expected_rows
    ]
    assert sorted(rejects) == expected_rejects


@pytest.mark.parametrize("size", [70_000, 3_000_000])
def test_a_long_note_over_lines_is_one_row(tmp_path, size):
    note = "a line of it\n" * (size // 13)
    path = tmp_path / "e.csv"
    path.write_text(f'{",".join(NAMES)}\n1,-19.5,-20.5,2004-07-01,"{note}"\n2,-19.5,-20.5,x,n\n')
    read = [one for chunk in iter_chunks([str(path)], None, block=1 << 18) for one in chunk.rows()]
    assert sum(one.events.num_rows for one in read) == 1
    assert [reject.line for one in read for reject in one.rejects] == [3 + size // 13]


def test_no_good_row_is_lost_to_an_open_quote(tmp_path):
    """DuckDB loses all rows to the next quote; here the line alone is broken."""
    good = '{n},-19.5,-20.5,2004-07-01,"a ""note"" over\ntwo lines"'
    lines = [good.format(n=n) for n in range(200)]
    lines[50] = '50,-19.5,-20.5,2004-07-01,"open'
    lines[150] = '150,"-19.5,-20.5,2004-07-01,open'
    path = tmp_path / "e.csv"
    path.write_text("\n".join([",".join(NAMES), *lines]))
    for block in (1 << 20, 700):
        read = [one for work in iter_chunks([str(path)], None, block=block) for one in work.rows()]
        assert sum(one.events.num_rows for one in read) == 198
        rejects = [reject for one in read for reject in one.rejects]
        assert [(one.line, one.reason) for one in rejects] == [
            (102, text.OPEN_QUOTE), (301, text.OPEN_QUOTE),
        ]  # fmt: skip
        lines_of = np.concatenate([np.asarray(one.lines()) for one in read])
        assert lines_of[:3].tolist() == [2, 4, 6]
