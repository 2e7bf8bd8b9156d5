"""A report in the format that a file's ending names."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from layers.atomic import refuse_inputs, refuse_unwritable, replace_file
from layers.build.rows import BuiltAtlas
from layers.errors import ExportError, QueryError
from layers.report.assemble import Progress, make_report
from layers.report.csv_ import to_csv
from layers.report.desk import Desk, read_desk
from layers.report.model import Report
from layers.report.page import page_of
from layers.report.question import Question

ENDINGS = (".html", ".pdf", ".docx", ".csv")
BOTH = "both"


def check_ending(path: Path) -> str:
    """Return the ending of a file's name; `ExportError` for one that no report has."""
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise ExportError(f"{path}: end it in {', '.join(ENDINGS)}")
    return ending


def write_report(
    built: BuiltAtlas,
    question: Question,
    out: Iterable[Path],
    *,
    lang: str = BOTH,
    desk: Path | None = None,
    rejects: Path | None = None,
    excel: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Make a report and write it as each file's ending says; what cannot be is said first."""
    endings = {path: check_ending(path) for path in out}
    languages_of(built, lang)
    refuse_inputs((*endings, rejects), question.events)
    refuse_unwritable((*endings, rejects))
    own = read_desk(desk)
    report = make_report(built, question, rejects=rejects, excel=excel, progress=progress)
    for path, ending in endings.items():
        replace_file(path, render(report, ending, lang, own, excel=excel))
    return report


def languages_of(built: BuiltAtlas, lang: str) -> tuple[str, ...]:
    """Return the languages that ``lang`` names: one of the record's, or all of them."""
    known = tuple(built.record.atlas.languages)
    if lang == BOTH:
        return known
    if lang not in known:
        raise QueryError("lang", lang, f"is none of {', '.join((*known, BOTH))}")
    return (lang,)


def render(report: Report, ending: str, lang: str, desk: Desk, *, excel: bool = False) -> bytes:
    """Return a report as the bytes of a file; ``lang`` is a language's tag, or ``both``.

    ``excel`` puts a mark before a CSV by which Excel knows that it is UTF-8.

    Raises
    ------
    QueryError
        For a language that the record does not have.
    ExportError
        For a desk's template that does not work.
    """
    languages = languages_of(report.built, lang)
    if ending == ".csv":
        return to_csv(report, excel=excel)
    pages = [page_of(report, one, desk) for one in languages]
    if ending == ".html":
        from layers.report.html import to_html as written
    elif ending == ".pdf":
        from layers.report.pdf import to_pdf as written
    else:
        from layers.report.docx import to_docx as written
    return written(report, pages, desk)
