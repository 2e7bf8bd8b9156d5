"""The words of a page, as its template takes them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from layers.characters import change_texts
from layers.printing.canvas import plain
from layers.printing.credits import (
    cautions,
    citation,
    page_credits,
    picture_credits,
    rights,
    source_lines,
)
from layers.printing.entries import Entry, key_lines
from layers.printing.job import PrintJob
from layers.printing.panel import MapPanel
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
