"""A report as the words of one language: what HTML, PDF and DOCX set, each in its way.

Plain data (texts, numbers as text, lists), so that a template is handed no object of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any

from layers.build.rows import TRACKS, iter_rows
from layers.characters import change_texts, printable
from layers.formats.attribution import credit_lines, credits_of
from layers.query.selection import Selection
from layers.record.dates import parse_day
from layers.report.desk import Desk
from layers.report.model import (
    MOST_LINES,
    OUTCOMES,
    UNION,
    FileLine,
    Labels,
    Numbers,
    Report,
    StatusChange,
    ZoneCounts,
)
from layers.report.words import SHARES_OVER, ReportWords

_MOST_WORDS, _MOST_QUESTIONS = 12, 8
_TITLES = ("numbers", "table", "changes", "no_changes", "limits", "no_limits", "unplaced", "quiet",
           "quiet_lead", "facts", "signature", "lines")  # fmt: skip


def page_of(report: Report, lang: str, desk: Desk) -> dict[str, Any]:
    """Return all that the report says in a language."""
    said = ReportWords(report, lang)
    words, t = said.words, said.t
    last_day = words.date(report.period.last)
    page: dict[str, Any] = {
        "lang": lang,
        "direction": words.direction,
        "language": words.language.native_name,
        "title": t("report.title", range=said.days(report.period)),
        "period": said.days(report.period),
        "desk": desk.name(lang),
        "atlas": words.pick(report.built.record.atlas.title),
        "lead": said.lead(),
        "headlines": list(said.headlines()),
        "table": _table(said),
        "notes": list(_notes(said)),
        "changes": [_change(said, one) for one in report.changes],
        "limits": list(_limits(said)),
        "unplaced": list(_unplaced(said)),
        "quiet": [said.zone(one.zone_id) for one in report.quiet],
        "map": {
            "title": t("report.map", date=last_day),
            "key": [t(f"event.{name}") for name in (*OUTCOMES, "circle", "cluster")],
            "alt": t("report.map_alt", zones=words.conjunction(said.scope_names()), date=last_day),
        },
        "facts": list(_facts(said)),
        "terms": _terms(said),
        "titles": {name: t(f"report.{name}") for name in _TITLES} | {"languages": t("languages")},
    }
    for block in ("opening", "closing", "signature"):
        page[block] = desk.paragraphs(block, lang, {"report": page})
    # No control character, and no direction mark left open.
    cleaned: dict[str, Any] = change_texts(page, printable)
    return cleaned


def _table(said: ReportWords) -> dict[str, Any]:
    report, t = said.report, said.t
    shares = any(one.total.surely > SHARES_OVER for one in report.listed)
    places = report.places is not None
    columns = [t(f"event.{name}") for name in OUTCOMES]
    columns += [t("report.places")] * places + [t("report.share")] * shares
    columns += [said.days(report.previous), t("report.change")]
    if report.since is not None:
        columns.append(t("report.since", date=said.words.date(report.since, short=True)))
    zones = [
        {
            "name": said.zone(one.zone_id),
            "union": one.zone_id == UNION,
            "note": " ".join(filter(None, (_days_note(said, one), _status_note(said, one)))),
            "rows": [
                _row(said, labels, numbers, one, shares=shares)
                for labels, numbers in [((), one.total), *one.groups.items()]
            ],
        }
        for one in report.listed
    ]
    groups = said.words.join(said.group(name) for name in report.groups)
    return {"groups": groups, "columns": columns, "zones": zones}


def _row(
    said: ReportWords, labels: Labels, numbers: Numbers, zone: ZoneCounts, *, shares: bool
) -> dict[str, Any]:
    report, number = said.report, said.words.number

    def counted(name: str, n: int, events: int) -> dict[str, str]:
        return _cell(said, number(n), numbers.lines.get(name, ()), events)

    cells = [counted(name, numbers.of(name), numbers.of(name)) for name in OUTCOMES]
    if report.places is not None:
        cells.append(counted("surely", numbers.places or 0, numbers.surely))
    if shares:
        whole = zone.total.surely
        share = f"{number(100 * numbers.surely / whole, 1)}\u00a0%" if whole > SHARES_OVER else ""
        cells.append(_cell(said, share or "\u2013"))
    cells.append(counted("previous", numbers.previous, numbers.previous))
    cells.append(_cell(said, said.signed(numbers.surely - numbers.previous)))
    if report.since is not None:
        cells.append(counted("since", numbers.since, numbers.since))
    label = said.labels(labels) if labels else said.t("report.all")
    return {"label": label, "total": not labels, "cells": cells}


def _cell(
    said: ReportWords, text: str, lines: Sequence[FileLine] = (), events: int = 0
) -> dict[str, str]:
    """Return a number, the first lines behind it, and how many more of its events there are."""
    shown = lines[:MOST_LINES]
    left = events - len(shown) if shown else 0
    return {
        "n": text,
        "lines": said.words.join(map(str, shown)),
        "more": said.t("report.more_lines", n=said.words.number(left)) if left > 0 else "",
    }


def _days_note(said: ReportWords, zone: ZoneCounts) -> str:
    """Return on how many days a zone was in force, where they are not all."""
    of, of_before = len(said.report.period), len(said.report.previous)
    if (zone.days, zone.days_before) == (of, of_before):
        return ""
    numbers = {"days": zone.days, "of": of, "before": zone.days_before, "of_before": of_before}
    told = {name: said.words.number(n) for name, n in numbers.items()}
    return said.t("report.in_force", **told)


def _status_note(said: ReportWords, zone: ZoneCounts) -> str:
    """Return what each status counts, and which the map draws, where they do not count the same."""
    if not zone.statuses:
        return ""
    t, number = said.t, said.words.number
    counts, drawn = [], []
    for one in zone.statuses:
        status, surely, possibly = (
            said.status(zone.zone_id, one.status), number(one.surely), number(one.possibly),
        )  # fmt: skip
        counts.append(t("report.of_status", status=status, surely=surely, possibly=possibly))
        if one.is_drawn:
            drawn.append(t("report.drawn", status=status))
    return " ".join([t("report.by_status", counts=t("semicolon").join(counts)), *drawn])


def _notes(said: ReportWords) -> Iterator[str]:
    yield said.t("report.note_counts")
    if said.report.begins is not None:
        yield said.t("report.note_first", date=said.words.date(said.report.begins))
    if any(one.total.surely > SHARES_OVER for one in said.report.listed):
        yield said.t("report.note_shares")


def _change(said: ReportWords, change: StatusChange) -> dict[str, Any]:
    words, t = said.words, said.t
    lines = []
    for track in TRACKS:
        before, after = (
            words.join(said.status(change.zone_id, one) for one in of.get(track, ()))
            for of in (change.before, change.after)
        )
        if before != after:
            status = after or t("was", status=before)
            if before and after:
                status = t("change_from_to", before=before, after=after)
            lines.append(t("report.on_track", track=t(f"track.{track}"), status=status))
    if change.shape_changed and not lines:
        lines.append(t("report.shape_changed"))
    return {
        "date": words.date(change.day),
        "zone": said.zone(change.zone_id),
        "change": t(f"change.{change.change}"),
        "lines": lines,
        "claims": [_claim(said, key) for key in change.claim_ids],
    }


def _claim(said: ReportWords, key: str) -> dict[str, str]:
    """Return a claim in our words, who makes it, and its id in the record."""
    words, record = said.words, said.report.built.record
    claim = record.claims[key]
    source = record.sources[record.source_of[key]]
    published = source.published.date
    dated = words.format_edtf(published) if published else said.t("undated")
    actor = record.actors.get(claim.asserted_by)
    makers = dict.fromkeys([words.pick(actor.name)] if actor else [])
    makers |= {words.pick(source.publisher): None}
    return {
        "id": key,
        "summary": words.pick(claim.summary),
        "by": words.join([*map(words.isolate, makers), dated]),
        "url": source.url or "",
    }


def _limits(said: ReportWords) -> Iterator[str]:
    """Yield what the record itself leaves open of the zones that have events."""
    words, t, report = said.words, said.t, said.report
    record, period = report.built.record, report.period
    chosen = {one.zone_id for one in report.listed}
    for zone in report.zones:
        if zone.without_shape:
            n = words.number(zone.without_shape)
            yield t("report.no_shape", zone=said.zone(zone.zone_id), n=n)
    frame = report.built.frame
    for row in iter_rows(frame[frame["zone_id"].isin(chosen) & (frame["status"] == "unknown")]):
        if period.meets(row):
            track = t(f"track.{row.track}")
            yield t("report.status_unknown", zone=said.zone(row.zone_id), track=track)
    questions = [
        *(one.question for one in record.unknowns.values() if chosen.intersection(one.zones)),
        *(one.title for one in record.disputes.values() if chosen.intersection(one.zones)),
    ]
    yield from (words.pick(one) for one in questions[:_MOST_QUESTIONS])
    if len(questions) > _MOST_QUESTIONS:
        yield t("report.more_questions", n=words.number(len(questions) - _MOST_QUESTIONS))


def _unplaced(said: ReportWords) -> Iterator[str]:
    """Yield what of the file is in no number, or in none for certain."""
    words, t, report = said.words, said.t, said.report
    if report.scope.total.not_placeable:
        yield t("report.coarse", n=words.number(report.scope.total.not_placeable))
    for name, number in (
        ("rejected", report.rows.rejected),
        ("duplicates", report.rows.repeated),
        ("beyond_record", report.rows.beyond_record),
        ("without_place", report.without_place),
        ("unknown_precision", report.unknown_precision),
        ("without_time", report.without_time),
    ):
        if number:
            yield t(f"report.{name}", n=words.number(number))
    yield from (t(f"report.no_{name}") for name in report.unsaid)
    for group, found in report.unmapped.items():
        items = [f"\u2068{word}\u2069 ({words.number(n)})" for word, n in found.items()]
        if len(items) > _MOST_WORDS:
            items[_MOST_WORDS:] = [t("and_more", n=words.number(len(items) - _MOST_WORDS))]
        if items:
            yield t("report.unmapped_words", group=said.group(group), words=words.join(items))


def _facts(said: ReportWords) -> Iterator[tuple[str, str]]:
    words, t, report = said.words, said.t, said.report
    record, atlas = report.built.record, report.built.record.atlas
    named, days = report.period.text, said.days(report.period)
    yield t("report.fact_period"), days if named == days else f"{words.isolate(named)} ({days})"
    time = report.cutoff and f"\u2066{report.cutoff}\u2069"
    cutoff = t("report.cutoff", time=time) if time else t("report.no_cutoff")
    yield t("report.fact_cutoff"), cutoff
    yield t("report.fact_atlas"), words.pick(atlas.title)
    yield t("report.fact_edition"), words.date(parse_day(atlas.edition))
    yield t("digest"), record.sha256
    for file in report.files:
        yield t("report.fact_file", name=file.name), file.sha256
    yield from _rows(said)
    yield t("report.fact_program"), f"tamas {version('tamas')}"


def _rows(said: ReportWords) -> Iterator[tuple[str, str]]:
    """Yield where the rows of the files went, so that they add up."""
    t, number, rows = said.t, said.words.number, said.report.rows
    every = {"of_period": rows.of_period, "earlier": rows.earlier, "later": rows.later}
    every |= {"beyond": rows.beyond_record, "repeated": rows.repeated, "unread": rows.rejected}
    for name, whole, parts in (
        ("fact_rows", rows.read, every),
        ("fact_period_rows", rows.of_period, rows.outcomes),
    ):
        told = [t(f"report.rows.{part}", n=number(n)) for part, n in parts.items() if n]
        yield t(f"report.{name}"), t("report.rows", n=number(whole), parts=said.words.join(told))


def _terms(said: ReportWords) -> list[str]:
    """Return the standing lines of the atlas, and whose data the shapes are."""
    words, built = said.words, said.report.built
    atlas = built.record.atlas
    zones = tuple(one.zone_id for one in said.report.zones if one.zone_id != UNION)
    rows = Selection(zones=zones).rows(built)
    data = words.join(map(words.isolate, credit_lines(credits_of(built, rows), said.words.lang)))
    return [
        said.t("interpretations"),
        words.pick(atlas.scope),
        words.pick(atlas.borders),
        f"{said.t('attribution')} {data}.",
    ]
