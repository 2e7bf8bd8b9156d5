"""The made-up week of the public measure, counted once for all tests of the report."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path

import pytest

from layers.events.columns import parse_columns
from layers.monitor.mapping import Mapping
from layers.report.assemble import make_report
from layers.report.desk import Desk
from layers.report.model import Report
from layers.report.question import Question
from layers.report.write import render

HERE = Path(__file__).parent
MAPPING_FILES = {"kind": "kinds.yaml", "party": "parties.yaml"}
COLUMNS = "lat=latitude,lon=longitude,date=event_date,precision=within_m,id=event_id"
WEEK = Question(
    (HERE / "made_up_week.csv",),
    "2020-W11",
    since="2020-03-05",
    zones=("idlib-zone", "m4-security-corridor"),
    mappings={name: Mapping.read(HERE / file) for name, file in MAPPING_FILES.items()},
    columns=parse_columns(COLUMNS),
    cutoff="19:30+03:00",
    places="where",
)


@pytest.fixture(scope="session")
def week(real) -> Report:
    return make_report(real, WEEK)


@pytest.fixture(scope="session")
def hostile(real, tmp_path_factory) -> Report:
    """The same week with texts that attack a page, a document, a table and a template."""
    words = (HERE / "made_up_week.csv").read_text(encoding="utf-8")
    words = words.replace("object from the sky", PAYLOAD).replace("place 1,", f"{PAYLOAD},")
    file = tmp_path_factory.mktemp("hostile") / "<img src=x onerror=alert(1)>.csv"
    file.write_text(words.replace("forces of side B", f'"{FORMULA}"'), encoding="utf-8")
    mappings = {"kind": WEEK.mappings["kind"]}
    return make_report(
        real, replace(WEEK, events=(file,), groups=("kind", "who"), mappings=mappings)
    )


@pytest.fixture(scope="session")
def rendered(week):
    """Give the week as the bytes of a file, by its ending and language, each made once."""
    return functools.cache(lambda ending, lang: render(week, ending, lang, Desk()))


@pytest.fixture(scope="session")
def rendered_hostile(hostile):
    return functools.cache(lambda ending, lang: render(hostile, ending, lang, Desk()))


PAYLOAD = "<script>alert(1)</script>{{7*7}}{% for x in y %}#let"
FORMULA = "=HYPERLINK(0)"
