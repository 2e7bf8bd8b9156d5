"""Rows that stand twice: the first that can be read counts, whatever file it is in."""

import pytest

from layers.monitor.duplicates import repeated_lines
from layers.monitor.run import monitor

HEADER = "id,date,latitude,longitude\n"


def write(folder, name, *rows):
    (folder / name).write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return str(folder / name)


def test_ids_of_their_own_leave_nothing_out(tmp_path):
    file = write(tmp_path, "a.csv", "1,2020-03-05,35.8,36.5", "2,2020-03-05,35.8,36.5")
    assert repeated_lines([file], None) == {}


def test_the_first_of_several_files_counts(tmp_path, real):
    row = "1,2020-03-05,35.8,36.5"
    year = write(tmp_path, "2020.csv", row, "2,2020-04-05,35.8,36.5")
    month = write(tmp_path, "2020-03.csv", row, "3,2020-03-06,35.8,36.5", row)
    found = repeated_lines([month, year], None)
    assert {file: lines.tolist() for file, lines in found.items()} == {month: [4], year: [2]}
    result = monitor([month, year], real, left_out=found)
    assert result.header["totals"]["counted"] == 3


@pytest.mark.parametrize("empty", ["", "NA"])
def test_what_cannot_be_read_is_no_first_and_what_has_no_id_is_no_other(tmp_path, empty):
    file = write(
        tmp_path, "a.csv", "1,2020-03-05,north,36.5", "1,2020-03-05,35.8,36.5",
        f"{empty},2020-03-05,35.8,36.5", f"{empty},2020-03-05,35.8,36.5",
        "2,2020-03-05,35.8,36.5", "2,2020-03-05,35.8,36.5", "2,2020-03-06,35.8,36.5",
    )  # fmt: skip
    found = repeated_lines([file], None)
    assert {name: lines.tolist() for name, lines in found.items()} == {file: [7]}
