"""The words of a page as its template takes them, and what it says of itself: sources, terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from layers.characters import change_texts
from layers.printing.basemap import basemap_of
from layers.printing.entries import Entry, key_lines
from layers.printing.job import PrintJob
from layers.printing.panel import MapPanel
from layers.printing.projection import NORTH_FROM_DEGREES
from layers.printing.text import plain
from layers.style.colors import INK, INK_2, INK_3, RULE_2

# So few zones make a short list.
_FEW = 8
# No page holds more entries or sources: what lies beyond is counted and not measured.
_MOST_ENTRIES, _MOST_SOURCES = 200, 600
_SHEET_KEY_PX, _PICTURE_KEY_PX = 11.0, 10.5


def page_content(job: PrintJob, listed: Sequence[Entry], *, tilt: float) -> dict[str, Any]:
    """Return what the template is to set, before anything is cut.

    ``tilt`` is by how many degrees a meridian leans at most on the map.
    """
    size, words = job.size, job.words
    content: dict[str, Any] = {
        "lang": words.lang,
        "direction": words.direction,
        "layout": size.layout,
        "width": size.width,
        "height": size.height,
        "unit": size.unit,
        "few": len(job.shown) <= _FEW and not job.chosen,
        "inset-asked": bool(job.chosen),
        "inset-title": "",
        "share": 0,
        "km": words.gettext("scale_km"),
        "colors": [INK, INK_2, INK_3, RULE_2],
        "plan": None,
        **_head(job),
        **_list(job, listed),
        **_foot(job, tilt),
    }
    plainly: dict[str, Any] = change_texts(content, plain)
    return plainly


def _head(job: PrintJob) -> dict[str, Any]:
    words, day = job.words, job.words.date(job.on)
    publisher = job.built.record.atlas.publisher
    said = [words.gettext("print.subtitle"), words.ngettext("on_day", len(job.shown)) + "."]
    if job.selection.known_by is not None:
        said.append(words.gettext("known_only", date=words.date(job.selection.known_by)))
    return {
        "title": job.title,
        "day": day,
        "name": words.join([job.title, day]),
        "subtitle": " ".join(said),
        "atlas": words.pick(publisher) if publisher else "",
        "about": f"{job.subject()} {rights(job)}",
    }


def _list(job: PrintJob, listed: Sequence[Entry]) -> dict[str, Any]:
    words, is_sheet = job.words, job.size.layout == "sheet"
    unplaced = len(job.shown) - sum(len(one.zones) for one in listed)
    entries = [
        {
            "names": one.names,
            "state": one.state,
            "sources": one.sources,
            "color": one.lead.symbol.kind.text,
        }
        for one in listed[:_MOST_ENTRIES]
    ]
    key = key_lines(job, short=not is_sheet)
    return {
        "list-title": words.gettext("on_this_day"),
        "none": words.gettext("print.no_zone", date=words.date(job.on)),
        "entries": entries,
        "more": words.gettext("print.more", n=unplaced) if unplaced else "",
        "longest-more": words.gettext("print.more", n=len(job.shown)),
        "key": [{"kind": kind, "text": text} for kind, text in key.items()],
        "key-size": _SHEET_KEY_PX if is_sheet else _PICTURE_KEY_PX,
    }


def _foot(job: PrintJob, tilt: float) -> dict[str, Any]:
    words = job.words
    if job.size.layout == "picture":
        cite = {"head": citation(job, digest=not job.is_card), "text": picture_credits(job)}
        return {"sources": {"lines": [], "total": 0}, "credits": cite}
    return {
        "sources": {
            "head": words.gettext("sources"),
            "lines": [*islice(source_lines(job), _MOST_SOURCES)],
            "total": len(job.numbers),
            # The longest count there can be, until it is known how many fit.
            "more": words.gettext("print.more", n=len(job.numbers)),
        },
        "cautions": {"head": words.gettext("read_first"), "text": cautions(job, tilt)},
        "credits": {"head": words.gettext("print.cite") + ".", "text": page_credits(job)},
    }


def cut(
    content: dict[str, Any], job: PrintJob, *, zones: int, sources: int, tilt: float
) -> dict[str, Any]:
    """Return the words of a page that shows so many zones and sources, and counts the rest."""
    words, foot = job.words, _foot(job, tilt)
    left, more = len(job.shown) - zones, len(job.numbers) - sources
    foot["sources"] |= {
        "lines": foot["sources"]["lines"][:sources],
        "more": words.gettext("print.more", n=more),
    }
    said = {"more": words.gettext("print.more", n=left) if left else "", **foot}
    return {**content, **change_texts(said, plain)}


def alternative_text(job: PrintJob, panels: Sequence[MapPanel]) -> str:
    """Return what the maps of a page show: day, zones with their states, and towns."""
    words = job.words
    zones = [f"{job.name(one)} ({job.state(one)})" for one in job.shown if one.is_mapped]
    towns = dict.fromkeys(name for panel in panels for name in panel.labels.towns)
    semicolon, comma = words.gettext("semicolon"), words.gettext("comma")
    said = [words.gettext("print.map_of", title=job.title, date=words.date(job.on))]
    if zones:
        said.append(words.gettext("print.map_shows", names=semicolon.join(zones)))
    if towns:
        said.append(words.gettext("print.map_towns", names=comma.join(towns)))
    return plain(" ".join(said))


# Of itself -------------------------------------------------------------------------------------


def source_lines(job: PrintJob) -> Iterator[str]:
    """Yield the sources of the rows shown, in the order of their numbers, a line each.

    An agreement is cited by its title, all else by its publisher.
    """
    words = job.words
    for source in (job.built.record.sources[key] for key in job.numbers):
        name = source.title if source.kind == "agreement" and source.title else source.publisher
        published = source.published.date
        dated = words.format_edtf(published) if published else words.gettext("undated")
        yield f"{words.isolate(words.pick(name))}{words.gettext('comma')}{dated}."


def cautions(job: PrintJob, tilt: float) -> str:
    """Return the standing lines of the atlas, and what the projection does.

    ``tilt`` is by how many degrees a meridian leans at most on the map.
    """
    words, atlas = job.words, job.built.record.atlas
    north = "print.north_turns" if tilt >= NORTH_FROM_DEGREES else "print.north_up"
    lines = [
        words.gettext("interpretations"),
        words.pick(atlas.scope),
        words.pick(atlas.borders),
        words.gettext("print.projection"),
        words.gettext(north, degrees=max(1, round(tilt + 0.4))),
    ]
    if words.language.is_draft:
        lines.append(words.gettext("draft_words"))
    return " ".join(lines)


def citation(job: PrintJob, *, digest: bool = True) -> str:
    """Return how to cite the page: with the day, what was known, edition and digest.

    A picture that stays the same while what it shows does leaves the record's digest out.
    """
    record, words = job.built.record, job.words
    closed = words.date(date.fromisoformat(record.atlas.edition), short=True)
    edition = f"{words.gettext('edition', date=closed)}."
    if digest:
        named = record.sha256[:12]
        edition = words.gettext("cite_edition", edition=closed, digest=named)
    known = words.gettext("cite_all")
    if job.selection.known_by is not None:
        known = words.gettext("cite_known", date=words.date(job.selection.known_by))
    title = words.gettext("cite_atlas", title=words.pick(record.atlas.title))
    parts = [
        words.published(record.atlas.publisher, title),
        words.gettext("cite_on", date=words.date(job.on)),
        known,
    ]
    return f"{words.gettext('comma').join(parts)}. {edition}"


def attributions(job: PrintJob) -> tuple[list[str], list[str]]:
    """Return whose data the base map and the shapes shown are drawn from, with licences."""
    words = job.words
    sources = job.built.record.sources
    base = [
        words.isolate(f"{words.pick(sources[key].publisher)} ({licence})")
        for key, licence in basemap_of(job.built.record).credits
        if key in sources
    ]
    shapes = {
        part for one in job.shown if one.is_mapped
        for part in one.row.attribution.split("; ") if part
    }  # fmt: skip
    told = [words.isolate(_translated(part, job)) for part in sorted(shapes)]
    return list(dict.fromkeys(base)), told


def _translated(credit: str, job: PrintJob) -> str:
    """Return a credit with its publisher's name in the language of the page."""
    for source in job.built.record.sources.values():
        publisher = source.publisher.default
        if credit.startswith(f"{publisher} ("):
            return job.words.pick(source.publisher) + credit.removeprefix(publisher)
    return credit


def page_credits(job: PrintJob) -> str:
    """Return citation, terms, and whose data the page is drawn from."""
    words = job.words
    base, shapes = attributions(job)
    semicolon = words.gettext("semicolon")
    licence = job.built.record.atlas.licence
    parts = [citation(job), words.gettext("print.licence", licence=licence)]
    if base:
        parts.append(f"{words.gettext('print.base_map')}: {semicolon.join(base)}.")
    if shapes:
        parts.append(f"{words.gettext('print.shapes_from')}: {semicolon.join(shapes)}.")
    return " ".join([*parts, words.gettext("print.letters")])


def picture_credits(job: PrintJob) -> str:
    """Return the lines under a picture: record, terms, and what the map is not for."""
    words, atlas = job.words, job.built.record.atlas
    base, _ = attributions(job)
    said = [
        words.gettext("print.sources_in", n=len(job.numbers)),
        words.gettext("interpretations"),
        words.gettext("not_for") if job.is_card else words.pick(atlas.scope),
        words.pick(atlas.borders),
        words.gettext("print.licence", licence=atlas.licence),
    ]
    if base:
        said.append(f"{words.gettext('print.base_map')}: {words.gettext('semicolon').join(base)}.")
    return " ".join(said)


def rights(job: PrintJob) -> str:
    """Return the terms of all that the page is made of, for the file itself."""
    base, shapes = attributions(job)
    licence = job.words.gettext("print.licence", licence=job.built.record.atlas.licence)
    return f"{licence} {job.words.gettext('semicolon').join(dict.fromkeys([*base, *shapes]))}"
