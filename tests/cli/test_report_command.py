"""The command ``report``: what it refuses to write over, and what it says."""

from pathlib import Path

import pytest

from layers.atomic import refuse_inputs
from layers.errors import ExportError
from tests.support.atlases import one_line, tamas

HERE = Path(__file__).parent.parent / "report"


@pytest.mark.parametrize(
    ("out", "events"),
    [
        (["week.csv"], ["week.csv"]),
        (["link.csv"], ["week.csv"]),
        (["folder/report.csv"], ["folder"]),
        (["one.csv", "./one.csv"], ["week.csv"]),
    ],
)
def test_output_takes_the_place_of_no_input_and_no_other_output(tmp_path, monkeypatch, out, events):
    monkeypatch.chdir(tmp_path)
    Path("week.csv").touch()
    Path("link.csv").symlink_to("week.csv")
    Path("folder").mkdir()
    Path("folder/report.csv").touch()
    inputs = [Path(name) for name in events]
    with pytest.raises(ExportError, match="name another file"):
        refuse_inputs([Path(name) for name in out], inputs)


def test_a_period_beyond_the_record_ends_with_1_and_says_so(tmp_path):
    file = tmp_path / "report.csv"
    done = tamas("report", HERE / "made_up_week.csv", "--period", "2026-W01", "--out", file)
    assert done.returncode == 1
    assert "beyond the record" in done.stderr
    assert not file.exists()


def test_a_file_of_the_record_is_never_replaced(seeds):
    file = seeds / "places.csv"
    before = file.read_bytes()
    words = ("report", HERE / "made_up_week.csv", "--period", "2004-W11", "--out", file)
    done = tamas("--seeds", seeds, *words)
    assert done.returncode == 1
    one_line(done.stderr, says=["places.csv: is read for this"])
    assert file.read_bytes() == before


def test_too_many_rows_that_cannot_be_read_end_with_1_and_the_files_are_kept(tmp_path):
    events, out = tmp_path / "events.csv", tmp_path / "report.csv"
    events.write_text("date,lat,lon,kind,party\n05.03.2020,35.8,36.5,a,b\n2020-03-09,35.8,36.5,a,b")
    words = ("report", events, "--period", "2020-W11", "--zone", "idlib-zone", "--out", out)
    done = tamas(*words)
    assert done.returncode == 1
    assert "do not sign this" in done.stderr
    assert "idlib-zone,,,1,0,0" in out.read_text(encoding="utf-8")
    assert tamas(*words, "--max-rejects", "50").returncode == 0
