"""The sheet for a newspaper page: title and day, maps, list of the day, sources, terms.

Laid out from the left and mirrored for Arabic; lengths are in points, and ``unit`` is what
stands for a pixel of the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import shapely

from layers.printing import entries as lists
from layers.printing import fonts
from layers.printing import inset as detail
from layers.printing import wrapping as flow
from layers.printing.canvas import INK, INK_2, PAPER, Box, Page
from layers.printing.foot import Foot
from layers.printing.held import Held
from layers.printing.job import Sheet, home, page_of, start_of
from layers.printing.panel import Chart
from layers.printing.projection import Window
from layers.printing.sizes import MM
from layers.printing.wrapping import Run

# Smallest letters of a list that leaves room to the detail map above it, in px.
_LIST_PX = 10.6
# Letters of the detail map, as a share of the main map's.
_INSET_UNIT = 0.88
# So few zones make a short list.
_FEW = 8


def drawn(sheet: Sheet, *, outlined: bool = False) -> Page:
    """Draw a sheet; call within `figure.settings`."""
    page = page_of(sheet, outlined=outlined)
    margin = 10 * MM
    body = Box(margin, margin, sheet.size.width - margin, sheet.size.height - margin)
    top = _head(sheet, page, body)
    foot = Foot(sheet, body)
    body = Box(body.left, top, body.right, body.bottom - foot.height - 9 * sheet.unit)
    main, side = _split(sheet, body)
    window = home(sheet, page.side(main))
    foot.tilt = window.tilt()
    _body(sheet, page, window, side)
    foot.draw(page)
    return page


def _head(sheet: Sheet, page: Page, body: Box) -> float:
    """Write title, day and what the sheet is; return where the head ends."""
    unit, words = sheet.unit, sheet.words
    day = words.date(sheet.on)
    px = 32.0
    end = start_of(page, body.right)

    def widths(px: float) -> tuple[float, float]:
        return (
            Run("", px * unit, 600).width(sheet.title, words.lang),
            Run("", px * unit, 600).width(day, words.lang),
        )

    while px > 21 and sum(widths(px)) + 30 * unit > body.width:
        px -= 0.5
    room = body.width - widths(px)[1] - 30 * unit
    lines = flow.broken([Run(sheet.title, px * unit, 600, INK)], room, lang=words.lang)
    start = start_of(page, body.left)
    top = flow.write(page, lines, start, body.top - 6 * unit)
    base = body.top - 6 * unit + flow.leading(lines, words.lang) * 0.5
    base += px * unit * (fonts.ASCENT - 0.5)
    page.text(end, base, day, size=px * unit, weight=600, align="end")
    said = [words.own("subtitle"), f"{words.count('on_day', len(sheet.shown))}."]
    if sheet.view.known_by is not None:
        said.append(words.of("known_only", date=words.date(sheet.view.known_by)))
    mark = 92 * unit
    lines = flow.broken(
        [Run(" ".join(said), 15.5 * unit, 400, INK_2)], body.width - mark, lang=words.lang
    )
    below = flow.write(page, lines, start, top + 1 * unit)
    _mark(page, sheet, end, below - flow.leading(lines, words.lang) / 2)
    page.rule(body.left, body.right, below + 7 * unit, width=2.2 * unit)
    return below + 17 * unit


def _mark(page: Page, sheet: Sheet, end: float, middle: float) -> None:
    """Draw the atlas's sign and name at the end of the head."""
    unit, turn = sheet.unit, (1 if page.rtl else -1)
    name = sheet.words.of("atlas")
    size = 15.5 * unit
    page.text(end, middle + size * 0.34, name, size=size, weight=600, align="end")
    wide = fonts.width(name, size, weight=600, lang=page.lang)
    x = end + turn * (wide + 22 * unit)
    rings = [
        shapely.Point(x + dx * unit, middle).buffer(6.4 * unit, quad_segs=16).exterior
        for dx in (-4.6, 4.6)
    ]
    page.shape(shapely.multilinestrings(rings), line=INK, width=2.1 * unit)


def _split(sheet: Sheet, body: Box) -> tuple[Box, Box]:
    """Return the boxes of the main map and of the column, or of the band below it."""
    gap = 18 * sheet.unit
    if sheet.size.width > sheet.size.height:
        # A short list leaves its room to the map.
        px = 385 if len(sheet.shown) > _FEW or sheet.chosen else 310
        wide = min(max(px * sheet.unit, body.width * 0.27), body.width * 0.34)
        main = Box(body.left, body.top, body.right - wide - gap, body.bottom)
        return main, Box(main.right + gap, body.top, body.right, body.bottom)
    high = body.height * 0.44
    main = Box(body.left, body.top, body.right, body.top + high)
    return main, Box(body.left, main.bottom + gap, body.right, body.bottom)


def _body(sheet: Sheet, page: Page, window: Window, side: Box) -> None:
    """Draw the main map, then the column: detail, list, key."""
    upright = side.width > side.height
    column = side
    if upright:
        column = Box(side.left + side.width * 0.4, side.top, side.right, side.bottom)
    listed = lists.DayList(
        lists.entries(sheet.shown, sheet.words, sheet.numbers),
        sheet.words,
        sheet.unit,
        column.width,
    )
    key = lists.Key(sheet.shown, sheet.words, sheet.unit, column.width)
    plan = _plan(sheet, window, page, side, column, listed, key)
    main = _chart(sheet, page, window)
    if plan.detail is not None:
        main.inset, main.named_larger = plan.detail, _names_in(sheet, plan)
        if plan.titled_at is None:
            main.reserved = [plan.detail.box.grown(3 * sheet.unit)]
    main.draw()
    if plan.detail is not None:
        if plan.titled_at is not None:
            box = page.side(plan.detail.box)
            _headline(page, sheet, box.left, box.right, plan.titled_at, plan.title)
        else:
            page.shape(plan.detail.box.grown(3 * sheet.unit).shape(), fill=PAPER)
        _inset(sheet, page, plan).draw()
    _column(sheet, page, column, plan, listed, key)


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a page is shared: the detail map, and the list's top, letters and length."""

    detail: Window | None
    title: str
    titled_at: float | None
    """Where the detail's title stands; None where the detail lies on the main map."""
    list_top: float
    px: float
    count: int


def _plan(
    sheet: Sheet,
    window: Window,
    page: Page,
    side: Box,
    column: Box,
    listed: lists.DayList,
    key: lists.Key,
) -> _Plan:
    """Share the room: the list is whole, the detail over it, else in a corner of the map."""
    head = 29 * sheet.unit
    below = key.height() + 14 * sheet.unit
    beside = side != column
    chosen: _Plan | None = None
    larger = detail.Detail(sheet.flat(window), sheet.shown, sheet.chosen)
    for share in (1.0,) if beside else (0.42, 0.38, 0.34, 0.31):
        right = column.left - 18 * sheet.unit if beside else side.right
        box = Box(side.left, side.top + head, right, side.top + side.height * share)
        found = larger.fitting(page.side(box))
        if found is None:
            break
        top = side.top if beside else box.bottom + 12 * sheet.unit
        px, count = listed.fitting(column.bottom - top - head - below)
        plan = _Plan(found[0], _detail_title(sheet, *found), side.top, top, px, count)
        if beside or (count == len(listed.entries) and px >= _LIST_PX):
            return plan
        chosen = plan if sheet.chosen else None
    px, count = listed.fitting(column.bottom - side.top - head - below)
    corner = None if beside else larger.in_corner()
    if corner is not None:
        return _Plan(corner[0], _detail_title(sheet, *corner), None, side.top, px, count)
    if chosen is not None:
        # What was asked for is shown larger, if need be over a list in small letters.
        return chosen
    return _Plan(None, "", None, side.top, px, count)


def _detail_title(sheet: Sheet, window: Window, cluster: Sequence[Held]) -> str:
    """Return the name of the one zone chosen, else the town that the detail lies about."""
    if len(sheet.chosen) == 1 and cluster:
        row = cluster[0].row
        return row.name_ar if sheet.words.lang == "ar" else row.name_en
    return detail.name_of(window, sheet.built, sheet.words)


def _inset(sheet: Sheet, page: Page, plan: _Plan) -> Chart:
    """Return the detail map; its letters are a little smaller than the main map's."""
    if plan.detail is None:
        raise ValueError("no detail was planned")
    chart = _chart(sheet, page, plan.detail)
    chart.unit = sheet.unit * _INSET_UNIT
    chart.larger = True
    chart.title = plan.title if plan.titled_at is None else ""
    return chart


def _names_in(sheet: Sheet, plan: _Plan) -> list[str]:
    """Return the zones that the detail names: drawn once on a page that nobody sees."""
    scratch = Page(sheet.size.width, sheet.size.height, lang=sheet.words.lang)
    chart = _inset(sheet, scratch, plan)
    sheet.charts.remove(chart)
    chart.unseen = True
    chart.draw()
    return chart.named


def _chart(sheet: Sheet, page: Page, window: Window) -> Chart:
    chart = Chart(
        page=page,
        flat=sheet.flat(window),
        built=sheet.built,
        words=sheet.words,
        unit=sheet.unit,
        shown=sheet.shown,
        chosen=sheet.chosen,
    )
    sheet.charts.append(chart)
    return chart


def _headline(page: Page, sheet: Sheet, left: float, right: float, top: float, text: str) -> None:
    """Write the title of a part under a rule."""
    unit = sheet.unit
    a, b = sorted((start_of(page, left), start_of(page, right)))
    page.rule(a, b, top, width=1.2 * unit)
    lines = flow.broken([Run(text, 13.5 * unit, 600, INK)], right - left, lang=page.lang)
    flow.write(page, lines[:1], start_of(page, left), top + 3.5 * unit)


def _column(
    sheet: Sheet, page: Page, column: Box, plan: _Plan, listed: lists.DayList, key: lists.Key
) -> None:
    unit = sheet.unit
    words = sheet.words
    _headline(page, sheet, column.left, column.right, plan.list_top, words.of("on_this_day"))
    start = start_of(page, column.left)
    top = plan.list_top + (29 if page.rtl else 26) * unit
    if not sheet.shown:
        none = Run(words.own("no_zone", date=words.date(sheet.on)), 14 * unit, 400, INK_2)
        flow.write(page, flow.broken([none], column.width, lang=words.lang), start, top)
        return
    top = listed.draw(page, start, top, plan.px, plan.count)
    sheet.left_out = sum(len(one.held) for one in list(listed.entries)[plan.count :])
    spare = column.bottom - key.height()
    line = min(top + 8 * unit, spare - 6 * unit)
    a, b = sorted((start, start_of(page, column.right)))
    page.rule(a, b, line, width=0.6 * unit, color="#BDB8AE")
    key.draw(page, start, line + 6 * unit)
