"""A page: what it says, its maps, and where everything stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from layers.printing import entries, legend, patterns, typesetting
from layers.printing.alternative import alternative_text
from layers.printing.boxes import Box
from layers.printing.canvas import Canvas, Letters, plain
from layers.printing.credits import (
    cautions,
    citation,
    page_credits,
    picture_credits,
    rights,
    source_lines,
)
from layers.printing.entries import Entry
from layers.printing.held import Held
from layers.printing.inset import InsetMap, fit_to, inset_title
from layers.printing.job import PrintJob, main_frame
from layers.printing.panel import MapPanel
from layers.printing.projection import MapFrame, ProjectedCache
from layers.printing.typesetting import PagePlan

# Letters of the inset, as a share of the main map's.
_INSET_UNIT = 0.88
# So few zones make a short list.
_FEW = 8
# No page holds more entries or sources: what lies beyond is counted and not measured.
_MOST_ENTRIES, _MOST_SOURCES = 200, 600
_SHEET_KEY_PX, _PICTURE_KEY_PX = 11.0, 10.5


@dataclass(frozen=True, slots=True)
class Inset:
    """The frame of an inset, its zones and its title."""

    frame: MapFrame
    zones: Sequence[Held]
    in_column: bool
    """Whether it stands over the list; else it covers a corner of the main map."""


@dataclass
class Page:
    """A page that is laid out and drawn.

    `data` is what the template sets, `canvas` what lies under its text.
    """

    job: PrintJob
    canvas: Canvas
    listed: list[Entry]
    data: dict[str, Any]
    not_listed: int = 0
    panels: list[MapPanel] = field(default_factory=list)


def make_page(job: PrintJob, *, letters: Letters) -> Page:
    """Lay a page out and draw its maps; call within `figure.settings`."""
    canvas = Canvas(job.size.width, job.size.height, lang=job.words.lang, letters=letters)
    is_sheet = job.size.layout == "sheet"
    listed = (entries.entries if is_sheet else entries.brief)(job.shown, job.words, job.numbers)
    page = Page(job, canvas, listed, _data(job, listed))
    plan = typesetting.plan_page(page.data)
    cache = ProjectedCache(_main(job, plan, canvas))
    inset = _inset(page, plan, cache) if is_sheet else None
    if inset is not None and inset.in_column:
        page.data |= {"share": plan.share, "inset-title": _title(page, inset)}
        plan = typesetting.plan_page(page.data)
    _draw_maps(page, cache, inset)
    _cut(page, plan, cache.frame)
    _draw_symbols(page, plan)
    page.data |= {"alt": alternative_text(job, page.panels), "names": _names(canvas)}
    return page


def _data(job: PrintJob, listed: Sequence[Entry]) -> dict[str, Any]:
    """Return what the template is to set, before anything is cut."""
    words, size = job.words, job.size
    is_sheet = size.layout == "sheet"
    key = entries.key_lines(job.shown, words, short=not is_sheet)
    unplaced = len(job.shown) - sum(len(one.held) for one in listed)
    said = [words.own("subtitle"), f"{words.count('on_day', len(job.shown))}."]
    if job.selection.known_by is not None:
        said.append(words.of("known_only", date=words.date(job.selection.known_by)))
    cite = {"head": f"{words.own('cite')}.", "text": page_credits(job)}
    if not is_sheet:
        text = picture_credits(job)
        cite = {"head": citation(job, digest=not job.is_card), "text": text}
    data = {
        "lang": words.lang,
        "direction": words.direction,
        "layout": size.layout,
        "width": size.width,
        "height": size.height,
        "unit": size.unit,
        "title": job.title,
        "day": words.date(job.on),
        "subtitle": " ".join(said),
        "atlas": words.of("atlas"),
        "author": words.of("atlas"),
        "about": f"{job.subject()} {rights(job)}",
        "few": len(job.shown) <= _FEW and not job.chosen,
        "inset-asked": bool(job.chosen),
        "inset-title": "",
        "share": 0,
        "list-title": words.of("on_this_day"),
        "none": words.own("no_zone", date=words.date(job.on)),
        "entries": [_entry(one) for one in listed[:_MOST_ENTRIES]],
        "more": words.own("more_zones", n=unplaced) if unplaced else "",
        "key": [{"kind": kind, "text": text} for kind, text in key.items()],
        "key-size": _SHEET_KEY_PX if is_sheet else _PICTURE_KEY_PX,
        "sources": {
            "head": words.own("sources"),
            "lines": source_lines(job)[:_MOST_SOURCES],
            # The longest count there can be, until it is known how many fit.
            "more": words.own("more_sources", n=len(job.numbers))
            if len(job.numbers) > _MOST_SOURCES
            else "",
        },
        "cautions": {"head": words.of("read_first"), "text": cautions(job, 0.0)},
        "credits": cite,
    }
    return _plain(data)


def _entry(entry: Entry) -> dict[str, str]:
    color = patterns.kind(entry.lead.row.zone_type)["text"]
    return {
        "names": entry.names,
        "state": entry.state,
        "sources": entry.sources,
        "color": color,
    }


def _plain(value: Any) -> Any:
    """Return data whose texts print as they read."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _side(page: Page | Canvas, box: Box) -> Box:
    """Return a box that was laid out from the left where it belongs in this language."""
    canvas = page if isinstance(page, Canvas) else page.canvas
    return box.mirrored(canvas.width) if canvas.rtl else box


def _main(job: PrintJob, plan: PagePlan, canvas: Canvas) -> MapFrame:
    """Return the frame of the main map; a picture is drawn around the zones chosen."""
    box = _side(canvas, plan.main)
    whole = main_frame(job, box)
    if job.size.layout == "picture" and job.chosen:
        zones = [one for one in job.shown if one.row.zone_id in job.chosen]
        return fit_to(whole, box, zones) or whole
    return whole


def _inset(page: Page, plan: PagePlan, cache: ProjectedCache) -> Inset | None:
    """Return the inset: over the list if that stays whole, else in a free corner of the map."""
    choice = InsetMap(cache, page.job.shown, page.job.chosen)
    if plan.share:
        planned = typesetting.plan_page({**page.data, "share": plan.share, "inset-title": "-"})
        found = choice.fit(_side(page, planned.inset))
        if found is not None:
            return Inset(*found, in_column=True)
    upright = page.canvas.height > page.canvas.width
    corner = None if upright else choice.in_corner()
    return None if corner is None else Inset(*corner, in_column=False)


def _title(page: Page, inset: Inset) -> str:
    """Return the name of the one zone chosen, else the town that the inset lies about."""
    job = page.job
    if len(job.chosen) == 1 and inset.zones:
        row = inset.zones[0].row
        return row.name_ar if job.words.lang == "ar" else row.name_en
    return inset_title(inset.frame, job.built, job.words)


def _draw_maps(page: Page, cache: ProjectedCache, inset: Inset | None) -> None:
    """Draw the inset, then the main map below it, which leaves its names to the inset."""
    canvas, job = page.canvas, page.job
    with canvas.group("map"):
        pass
    main = MapPanel(canvas, cache, job, job.size.unit)
    if inset is not None:
        panel = MapPanel(
            canvas, ProjectedCache(inset.frame), job, job.size.unit * _INSET_UNIT, is_inset=True,
            title="" if inset.in_column else _title(page, inset),
        )  # fmt: skip
        around = inset.frame.box.grown(3 * job.size.unit)
        if not inset.in_column:
            with canvas.group("inset-plate"):
                canvas.shape(around.polygon(), fill="#FFFFFF")
        panel.draw()
        main = MapPanel(
            canvas, cache, job, job.size.unit, inset=inset.frame,
            covers=None if inset.in_column else around, named_on_inset=panel.labels.named,
        )  # fmt: skip
        page.panels = [panel]
    main.draw()
    page.panels = [main, *page.panels]


def _cut(page: Page, plan: PagePlan, frame: MapFrame) -> None:
    """Leave out what the page has no room for, and say how much."""
    job, data, words = page.job, page.data, page.job.words
    shown = sum(len(one.held) for one in page.listed[: plan.entries])
    page.not_listed = len(job.shown) - shown
    sources = len(job.numbers) - plan.sources
    data["more"] = words.own("more_zones", n=page.not_listed) if page.not_listed else ""
    data["sources"] = {
        **data["sources"],
        "lines": data["sources"]["lines"][: plan.sources],
        "more": words.own("more_sources", n=sources) if sources else "",
    }
    data["cautions"] = {**data["cautions"], "text": plain(cautions(job, frame.tilt()))}
    data["plan"] = plan.raw


def _draw_symbols(page: Page, plan: PagePlan) -> None:
    """Draw the symbols of list and key where the text leaves room for them."""
    canvas, unit = page.canvas, page.job.size.unit
    column = _side(page, plan.list)
    mapped = [one.row.zone_type for one in page.job.shown if one.mapped and not one.is_point]
    with canvas.group("legend-symbols"):
        for found in typesetting.symbols(page.data):
            middle = found.top + found.size * unit / 2
            if found.kind == "entry":
                grow = unit * found.size / 13
                box = Box(column.left, middle - 8 * grow, column.right, middle + 8 * grow)
                legend.entry_symbol(canvas, box, page.listed[found.at].lead, unit=grow)
                continue
            start = column.right - 31 * unit if canvas.rtl else column.left + unit
            middle = found.top + 8.5 * unit
            box = Box(start, middle - 8 * unit, start + 30 * unit, middle + 8 * unit)
            kind = page.data["key"][found.at]["kind"]
            legend.key_symbol(canvas, box, kind, mapped[0] if mapped else "label", unit=unit)


def _names(canvas: Canvas) -> list[dict[str, Any]]:
    return [
        {
            "x": round(one.x, 3),
            "y": round(one.y, 3),
            "text": one.text,
            "size": one.size,
            "weight": one.weight,
            "color": one.color,
            "italic": one.italic,
        }
        for one in canvas.texts
    ]
