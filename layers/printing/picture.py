"""Pictures of so many pixels, for screens and shared links: large letters, few words.

A picture says the day, what is drawn and in what state, the scale, whose data it is, and the
atlas's standing line. It has no list of sources: it names the record where they stand.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from layers.build.rows import BuiltAtlas, ZonePeriod
from layers.printing import basemap as ground
from layers.printing import credits as terms
from layers.printing import entries as lists
from layers.printing import figure
from layers.printing import wrapping as flow
from layers.printing.canvas import INK, INK_2, Box, Page
from layers.printing.held import held, sources_of
from layers.printing.inset import fit_to
from layers.printing.job import Sheet, asked, home, page_of
from layers.printing.panel import Chart
from layers.printing.projection import Window
from layers.printing.sizes import Size, size_of
from layers.printing.wrapping import Run
from layers.query.selection import Selection

CARD = "1200x630"
_FOOT_PX, _LEGEND_PX = 10.4, 13.0


def drawn(of: Sheet, *, outlined: bool = False) -> Page:
    """Draw a picture; call within `figure.settings`."""
    page = page_of(of, outlined=outlined)
    window, legend = _laid_out(of, page)
    _chart(of, page, window).draw()
    _legend(of, page, legend)
    return page


def _laid_out(of: Sheet, page: Page) -> tuple[Window, Box]:
    """Write head and foot; return the window of the map and the box of the legend."""
    unit, words = of.unit, of.words
    margin = 22 * unit
    box = Box(margin, margin * 0.7, of.size.width - margin, of.size.height - margin * 0.5)
    start = page.width - box.left if page.rtl else box.left
    end = page.width - box.right if page.rtl else box.right
    day = Run(words.date(of.on), 27 * unit, 600, INK)
    room = box.width - day.width(day.text, words.lang) - 26 * unit
    title, px = Run(of.title, 27 * unit, 600, INK), 27.0
    lines = flow.broken([title], room, lang=words.lang)
    while len(lines) > 1 and px > 19:
        px -= 1
        lines = flow.broken([Run(of.title, px * unit, 600, INK)], room, lang=words.lang)
    below = flow.write(page, lines, start, box.top)
    base = box.top + 27 * unit * (flow.LEADING[words.lang] * 0.5 + 0.3)
    page.text(end, base, day.text, size=day.size, weight=600, align="end")
    below = max(below, box.top + 27 * unit * flow.LEADING[words.lang]) + 5 * unit
    foot = flow.broken(_foot(of), box.width, lang=words.lang)
    top = box.bottom - flow.height(foot, words.lang)
    flow.write(page, foot, start, top)
    wide = min(max(250 * unit, of.size.width * 0.26), of.size.width * 0.4)
    if of.size.width < of.size.height:
        listed = lists.DayList(lists.brief(of.shown, words), words, unit, box.width)
        needed = listed.height(_LEGEND_PX * 1.1) + 60 * unit
        split = max(top - needed, below + (top - below) * 0.6)
        body = Box(0, below, of.size.width, split)
        legend = Box(box.left, split + 8 * unit, box.right, top - 8 * unit)
    else:
        body = Box(0, below, of.size.width - wide - margin, top - 8 * unit)
        legend = Box(body.right + 14 * unit, below, box.right, top - 8 * unit)
    body = page.side(body)
    return _window(of, body), legend


def _window(of: Sheet, body: Box) -> Window:
    main = home(of, body)
    if of.chosen:
        return fit_to(main, body, [one for one in of.shown if one.row.zone_id in of.chosen]) or main
    return main


def _foot(of: Sheet) -> list[Run]:
    """Return the lines at the foot: record, terms, and what the map is not for."""
    words, atlas = of.words, of.built.record.atlas
    size = _FOOT_PX * of.unit
    base, _ = terms.owed(of.built, of.shown, words)
    said = [
        words.own("sources_in", n=len(of.numbers)),
        words.of("interpretations"),
        words.of("not_for") if of.size.name == CARD else words.pick(atlas.scope),
        words.pick(atlas.borders),
        words.own("licence", licence=words.among(atlas.licence)),
    ]
    if base:
        said.append(f"{words.own('base_map')}: {words.own('semicolon').join(base)}.")
    title, whole = words.pick(atlas.title), of.size.name != CARD
    cite = terms.citation(of.built, of.view, words, of.on, title, digest=whole)
    return [Run(cite, size, 600, INK), Run(" " + " ".join(said), size, 400, INK_2)]


def _chart(of: Sheet, page: Page, window: Window) -> Chart:
    chart = Chart(
        page=page, flat=of.flat(window), built=of.built, words=of.words, unit=of.unit,
        shown=of.shown, chosen=of.chosen, sparse=True,
    )  # fmt: skip
    of.charts.append(chart)
    return chart


def _legend(of: Sheet, page: Page, box: Box) -> None:
    """Draw the list of what holds in large letters; what finds no room is counted."""
    words, unit = of.words, of.unit
    start = page.width - box.left if page.rtl else box.left
    listed = lists.DayList(lists.brief(of.shown, words), words, unit, box.width)
    key = lists.Key(of.shown, words, unit, box.width, px=10.5, short=True)
    if not of.shown:
        none = Run(words.own("no_zone", date=words.date(of.on)), 16 * unit, 400, INK_2)
        flow.write(page, flow.broken([none], box.width, lang=words.lang), start, box.top)
        return
    room = box.height - key.height() - 6 * unit
    unplaced = len(of.shown) - sum(len(one.held) for one in listed.entries)
    if unplaced:
        room -= _LEGEND_PX * unit * flow.LEADING[words.lang] * 1.2
    px, count = listed.fitting(room, least=_LEGEND_PX * 0.8)
    listed.draw(page, start, box.top, px, count, more=unplaced)
    shown = sum(len(one.held) for one in list(listed.entries)[:count])
    of.left_out = len(of.shown) - shown
    key.draw(page, start, box.bottom - key.height())


def card(
    built: BuiltAtlas,
    rows: Sequence[ZonePeriod],
    *,
    lang: str,
    title: str,
    view: Selection | None = None,
    zones: Sequence[str] = (),
    size: str = CARD,
) -> bytes:
    """Return a PNG of 1200 by 630 pixels of rows, for shared links and search results.

    ``view`` tells the day (its ``on``; left out, the day the atlas opens on); ``zones`` are
    those that the map is drawn around, all of the atlas where there are none. The ground
    under a window is painted once and kept, so that hundreds of cards cost little each.
    """
    made = asked(
        built, view or Selection(), lang=lang, size=size_of(size), title=title, zones=tuple(zones)
    )
    made.shown = held(built, rows, made.on)
    made.numbers = terms.numbered(sources_of(made.shown))
    return _card(made)


def _card(of: Sheet) -> bytes:
    with figure.settings():
        page = page_of(of, outlined=True)
        window, legend = _laid_out(of, page)
        chart = _chart(of, page, window)
        earth = ground.ground_of(of.built.record)
        page.image(*_pixels(earth, window, of.size, of.unit))
        chart.ground_drawn = True
        chart.draw()
        _legend(of, page, legend)
        return figure.saved(
            page.figure, "png", title=of.title, subject=of.subject(), rights=of.rights()
        )


@functools.lru_cache(maxsize=32)
def _pixels(
    earth: ground.Ground, window: Window, size: Size, unit: float
) -> tuple[np.ndarray[Any, Any], int, int]:
    """Return the ground of a window as pixels, and where their top left corner lies."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    page = Page(size.width, size.height, dpi=size.dpi)
    ground.draw(page, window, earth, unit=unit)
    canvas: Any = FigureCanvasAgg(page.figure)
    canvas.draw()
    box = window.box
    x, y = max(0, math.floor(box.left)), max(0, math.floor(box.top))
    whole = np.asarray(canvas.buffer_rgba())
    return whole[y : math.ceil(box.bottom), x : math.ceil(box.right), :3].copy(), x, y
