"""A page: what it says, its maps, and where everything stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from layers.printing import entries, patterns, typesetting
from layers.printing.boxes import Box
from layers.printing.canvas import Canvas, Letters
from layers.printing.content import alternative_text, cut, page_content
from layers.printing.entries import Entry
from layers.printing.inset import InsetMap, fit_to, inset_title
from layers.printing.job import MappedZone, PrintJob, main_frame
from layers.printing.panel import MapPanel
from layers.printing.projection import MapFrame
from layers.printing.typesetting import PagePlan
from layers.style.colors import PAPER

# Letters of the inset, as a share of the main map's.
_INSET_UNIT = 0.88


@dataclass(frozen=True, slots=True)
class Inset:
    """The frame of an inset, its zones and its title."""

    frame: MapFrame
    zones: Sequence[MappedZone]
    share: float | None = None
    """Part of the column that it takes over the list; None if it covers a corner of the map."""

    @property
    def in_column(self) -> bool:
        """Tell whether it stands over the list."""
        return self.share is not None


@dataclass
class PrintPage:
    """A page that is laid out and drawn.

    `data` is what the template sets, `canvas` what lies under its text.
    """

    job: PrintJob
    canvas: Canvas
    listed: list[Entry]
    data: dict[str, Any]
    not_listed: int = 0
    panels: list[MapPanel] = field(default_factory=list)


def make_page(job: PrintJob, *, letters: Letters) -> PrintPage:
    """Lay a page out and draw its maps; call within `figure.settings`."""
    canvas = Canvas(job.size.width, job.size.height, lang=job.words.lang, letters=letters)
    is_sheet = job.size.layout == "sheet"
    listed = entries.entries(job) if is_sheet else entries.brief(job)
    tilt = main_frame(job, Box(0, 0, canvas.width, canvas.height)).tilt()
    page = PrintPage(job, canvas, listed, page_content(job, listed, tilt=tilt))
    plan = typesetting.plan_page(page.data)
    frame = _main(job, plan, canvas)
    inset = _inset(page, plan, frame) if is_sheet else None
    if inset is not None and inset.in_column:
        page.data |= {"share": inset.share, "inset-title": _title(page, inset)}
        plan = typesetting.plan_page(page.data)
    _draw_maps(page, frame, inset)
    zones = sum(len(one.zones) for one in listed[: plan.entries])
    page.not_listed = len(job.shown) - zones
    page.data = cut(page.data, job, zones=zones, sources=plan.sources, tilt=frame.tilt())
    page.data["plan"] = plan.raw
    _draw_symbols(page, plan)
    page.data |= {
        "alt": alternative_text(job, page.panels),
        "names": [asdict(one) for one in canvas.texts],
    }
    return page


def _side(canvas: Canvas, box: Box) -> Box:
    """Return a box that was laid out from the left where it belongs in this language."""
    return box.mirrored(canvas.width) if canvas.rtl else box


def _main(job: PrintJob, plan: PagePlan, canvas: Canvas) -> MapFrame:
    """Return the frame of the main map; a picture is drawn around the zones chosen."""
    box = _side(canvas, plan.main)
    whole = main_frame(job, box)
    if job.size.layout == "picture" and job.chosen:
        zones = [one for one in job.shown if one.row.zone_id in job.chosen]
        return fit_to(whole, box, zones) or whole
    return whole


def _inset(page: PrintPage, plan: PagePlan, frame: MapFrame) -> Inset | None:
    """Return the inset: over the list if that stays whole, else in a free corner of the map.

    What was asked for may stand over a list in small letters too; where it would not be larger,
    the inset is one that nobody asked for.
    """
    job = page.job
    for chosen in (job.chosen, ()) if job.chosen else ((),):
        choice = InsetMap(frame, job.shown, chosen)
        found = _over_list(page, choice, plan.share)
        if found is None and page.canvas.height <= page.canvas.width:
            corner = choice.in_corner()
            found = None if corner is None else Inset(*corner)
        if found is None and chosen:
            found = _over_list(page, choice, plan.last_share)
        if found is not None:
            return found
    return None


def _over_list(page: PrintPage, choice: InsetMap, share: float | None) -> Inset | None:
    """Return the inset in a part of the list's column, None where it is not worth it."""
    if share is None:
        return None
    planned = typesetting.plan_page({**page.data, "share": share, "inset-title": "-"})
    found = choice.fit(_side(page.canvas, planned.inset))
    return None if found is None else Inset(*found, share)


def _title(page: PrintPage, inset: Inset) -> str:
    """Return the name of the one zone chosen, else the town that the inset lies about."""
    job = page.job
    if len(job.chosen) == 1 and {one.row.zone_id for one in inset.zones} == set(job.chosen):
        return job.name(inset.zones[0])
    return inset_title(inset.frame, job.built, job.words)


def _draw_maps(page: PrintPage, frame: MapFrame, inset: Inset | None) -> None:
    """Draw the inset, then the main map below it, which leaves its names to the inset."""
    canvas, job = page.canvas, page.job
    with canvas.group("map"):
        pass
    main = MapPanel(canvas, frame, job, job.size.unit)
    if inset is not None:
        panel = MapPanel(
            canvas, inset.frame, job, job.size.unit * _INSET_UNIT, is_inset=True,
            title="" if inset.in_column else _title(page, inset),
        )  # fmt: skip
        around = inset.frame.box.grown(3 * job.size.unit)
        if not inset.in_column:
            with canvas.group("inset-plate"):
                canvas.shape(around.polygon(), fill=PAPER)
        panel.draw()
        main = MapPanel(
            canvas, frame, job, job.size.unit, inset=inset.frame,
            covered=None if inset.in_column else around, named_on_inset=panel.labels.named,
        )  # fmt: skip
        page.panels = [panel]
    main.draw()
    page.panels = [main, *page.panels]


def _draw_symbols(page: PrintPage, plan: PagePlan) -> None:
    """Draw the symbols of list and key where the text leaves room for them."""
    canvas, unit, style = page.canvas, page.job.size.unit, page.job.style
    column = _side(page.canvas, plan.list)
    mapped = [one.row.zone_type for one in page.job.shown if one.is_mapped and not one.is_point]
    with canvas.group("legend-symbols"):
        for found in typesetting.symbols(page.data):
            if found.kind == "entry":
                grow, middle = unit * found.size / 13, found.top + found.size * unit / 2
                box = Box(column.left, middle - 8 * grow, column.right, middle + 8 * grow)
                patterns.entry_symbol(canvas, box, page.listed[found.at].lead, unit=grow)
                continue
            start = column.right - 31 * unit if canvas.rtl else column.left + unit
            box = Box(start, found.top, start + 30 * unit, found.top + 16 * unit)
            box = box.moved(0, 0.5 * unit)
            kind = mapped[0] if mapped else "label"
            what = page.data["key"][found.at]["kind"]
            patterns.key_symbol(canvas, style, box, what, kind, unit=unit)
