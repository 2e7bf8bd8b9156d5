"""The sheet for a newspaper page: title and day, maps, list of the day, sources, terms.

Laid out from the left and mirrored for Arabic; lengths are in points, and ``unit`` is what
stands for a pixel of the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import shapely

from layers import query
from layers.build import Layers
from layers.errors import QueryError
from layers.export.view import View
from layers.paper import detail, flow, fonts, lists, terms
from layers.paper.chart import NORTH_FROM_DEGREES, Chart
from layers.paper.flow import Run
from layers.paper.held import Held, held, sources_of
from layers.paper.page import INK, INK_2, PAPER, Box, Page, plain
from layers.paper.plane import Window, fitted, frame_of
from layers.paper.sizes import MM, Size
from layers.paper.words import Words

MOST_TITLE = 160
_FOOT_PX = (11.4, 10.9, 10.4, 9.9, 9.4, 9.0)
# Most of a page's height that its foot may take.
_FOOT_SHARE = 0.22
# Smallest letters of a list that leaves room to the detail map above it, in px.
_LIST_PX = 10.6
_INSET_UNIT = 0.88
# So few zones make a short list.
_FEW = 8


@dataclass
class Sheet:
    """What is asked for, and what came of it."""

    layers: Layers
    view: View
    words: Words
    size: Size
    on: date
    title: str
    chosen: tuple[str, ...] = ()
    shown: list[Held] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    charts: list[Chart] = field(default_factory=list)
    left_out: int = 0

    @property
    def unit(self) -> float:
        """Return what stands for a pixel of the screen, in points."""
        return self.size.unit

    def subject(self) -> str:
        """Return what the sheet is in one sentence, for the file itself."""
        return f"{self.words.date(self.on)}. {self.words.pick(self.layers.record.atlas.scope)}"

    def rights(self) -> str:
        """Return the terms of all that the sheet is made of, for the file itself."""
        base, shapes = terms.owed(self.layers, self.shown, self.words)
        licence = self.words.own("licence", licence=self.layers.record.atlas.licence)
        return " ".join([licence, *dict.fromkeys([*base, *shapes])])


def asked(
    layers: Layers,
    view: View,
    *,
    lang: str,
    size: Size,
    title: str | None = None,
    zones: tuple[str, ...] = (),
) -> Sheet:
    """Return a sheet to draw, with the rows that the view chooses.

    The view's zones choose what the detail shows, not what is left out. Raises `QueryError`
    for a title that cannot be printed or a day beyond the record.
    """
    record = layers.record
    words = Words(lang)
    on = view.on or query.day("on", record.atlas.opens_on) or _first_day(layers)
    whole = View(on=on, known_by=view.known_by, layers=view.layers, box=view.box)
    view.check(record)
    shown = held(layers, whole.rows(layers), on)
    return Sheet(
        layers=layers,
        view=whole,
        words=words,
        size=size,
        on=on,
        title=_title(title, words.pick(record.atlas.title)),
        chosen=zones or view.zones or (),
        shown=shown,
        numbers=terms.numbered(sources_of(shown)),
    )


def _first_day(layers: Layers) -> date:
    """Return the first day of an atlas that names none to open on, on which something holds."""
    first = date.fromisoformat(layers.record.atlas.record_from)
    return max(first, min((row.valid_from for row in layers.rows), default=first))


def _title(asked: str | None, usual: str) -> str:
    if asked is None:
        return usual
    if any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in asked):
        raise QueryError("title", asked, "has a line break or a control character; leave it out")
    if len(asked) > MOST_TITLE:
        raise QueryError("title", asked, f"is longer than {MOST_TITLE} characters")
    if not plain(asked):
        raise QueryError("title", asked, "says nothing; leave it out for the atlas's own")
    return asked


def home(sheet: Sheet, box: Box) -> Window:
    """Return the window of the main map: the box asked for, else all that the atlas draws."""
    if sheet.view.box is not None:
        return frame_of(box, *sheet.view.box)
    extent = shapely.Polygon(sheet.layers.record.atlas.extent)
    drawn = (sheet.layers.drawn[row.id] for row in sheet.layers.rows)
    shapes = [shape for one in drawn if (shape := one.nominal or one.outer) is not None]
    shapes = [shape for shape in shapes if shape.intersects(extent)] or [extent]
    return fitted(box, shapes, near=extent.centroid.x, margin=0.045)


def page_of(sheet: Sheet, *, outlined: bool) -> Page:
    """Return an empty page of the sheet's size; ``outlined`` letters are for pixels."""
    size = sheet.size
    return Page(size.width, size.height, lang=sheet.words.lang, dpi=size.dpi, outlined=outlined)


def drawn(sheet: Sheet, *, outlined: bool = False) -> Page:
    """Draw a sheet; call within `figure.settings`."""
    page = page_of(sheet, outlined=outlined)
    margin = 10 * MM
    body = Box(margin, margin, sheet.size.width - margin, sheet.size.height - margin)
    top = _head(sheet, page, body)
    foot = _Foot(sheet, body)
    body = Box(body.left, top, body.right, body.bottom - foot.height - 9 * sheet.unit)
    main, side = _split(sheet, body)
    window = home(sheet, page.side(main))
    foot.tilt = window.tilt()
    _body(sheet, page, window, side)
    foot.draw(page)
    return page


def _start(page: Page, x: float) -> float:
    """Return where a line that begins at ``x`` from the start side begins on the page."""
    return page.width - x if page.rtl else x


def _head(sheet: Sheet, page: Page, body: Box) -> float:
    """Write title, day and what the sheet is; return where the head ends."""
    unit, words = sheet.unit, sheet.words
    day = words.date(sheet.on)
    px = 32.0
    end = _start(page, body.right)

    def widths(px: float) -> tuple[float, float]:
        return (
            Run("", px * unit, 600).width(sheet.title, words.lang),
            Run("", px * unit, 600).width(day, words.lang),
        )

    while px > 21 and sum(widths(px)) + 30 * unit > body.width:
        px -= 0.5
    room = body.width - widths(px)[1] - 30 * unit
    lines = flow.broken([Run(sheet.title, px * unit, 600, INK)], room, lang=words.lang)
    start = _start(page, body.left)
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
    for share in (1.0,) if beside else (0.42, 0.38, 0.34, 0.31):
        right = column.left - 18 * sheet.unit if beside else side.right
        box = Box(side.left, side.top + head, right, side.top + side.height * share)
        found = detail.detail_of(window, page.side(box), sheet.shown, sheet.chosen)
        if found is None:
            break
        top = side.top if beside else box.bottom + 12 * sheet.unit
        px, count = listed.fitting(column.bottom - top - head - below)
        plan = _Plan(found[0], _detail_title(sheet, *found), side.top, top, px, count)
        if beside or (count == len(listed.entries) and px >= _LIST_PX):
            return plan
        chosen = plan if sheet.chosen else None
    px, count = listed.fitting(column.bottom - side.top - head - below)
    corner = None if beside else detail.corner_for(window, sheet.shown, sheet.chosen)
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
    return detail.name_of(window, sheet.layers, sheet.words)


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
    chart.ground_drawn = True
    chart.draw()
    return chart.named


def _chart(sheet: Sheet, page: Page, window: Window) -> Chart:
    chart = Chart(
        page=page,
        window=window,
        layers=sheet.layers,
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
    a, b = sorted((_start(page, left), _start(page, right)))
    page.rule(a, b, top, width=1.2 * unit)
    lines = flow.broken([Run(text, 13.5 * unit, 600, INK)], right - left, lang=page.lang)
    flow.write(page, lines[:1], _start(page, left), top + 3.5 * unit)


def _column(
    sheet: Sheet, page: Page, column: Box, plan: _Plan, listed: lists.DayList, key: lists.Key
) -> None:
    unit = sheet.unit
    words = sheet.words
    _headline(page, sheet, column.left, column.right, plan.list_top, words.of("on_this_day"))
    start = _start(page, column.left)
    top = plan.list_top + (29 if page.rtl else 26) * unit
    if not sheet.shown:
        none = Run(words.own("no_zone", date=words.date(sheet.on)), 14 * unit, 400, INK_2)
        flow.write(page, flow.broken([none], column.width, lang=words.lang), start, top)
        return
    top = listed.draw(page, start, top, plan.px, plan.count)
    sheet.left_out = sum(len(one.held) for one in list(listed.entries)[plan.count :])
    spare = column.bottom - key.height()
    line = min(top + 8 * unit, spare - 6 * unit)
    a, b = sorted((start, _start(page, column.right)))
    page.rule(a, b, line, width=0.6 * unit, color="#BDB8AE")
    key.draw(page, start, line + 6 * unit)


class _Foot:
    """Sources, cautions, citation and terms, in three columns as high as they need."""

    def __init__(self, sheet: Sheet, body: Box) -> None:
        self.sheet, self.body = sheet, body
        self.tilt = 0.0
        self._gap = 18 * sheet.unit
        room = body.width - 2 * self._gap
        self._widths = [room / 3] * 3
        self._most: int | None = None
        limit = body.height * _FOOT_SHARE
        for px in _FOOT_PX:
            self._px = px
            self._share(room)
            self.height = self._measured()
            if self.height <= limit:
                return
        most = len(sheet.numbers)
        while most > 0 and self._measured() > limit:
            most -= 1
            self._most = most
        self.height = self._measured()

    def _share(self, room: float) -> None:
        """Give each column the width at which all three end at one height."""
        lang = self.sheet.words.lang
        long = [sum(r.width(plain(r.text), lang) for r in of) for of in self._runs()]
        least = [max(part / sum(long), 0.17) for part in long]
        self._widths = [room * part / sum(least) for part in least]

    def _columns(self) -> list[list[flow.Line]]:
        return [
            flow.broken(of, width, lang=self.sheet.words.lang)
            for of, width in zip(self._runs(), self._widths, strict=True)
        ]

    def _runs(self) -> list[list[Run]]:
        sheet, size = self.sheet, self._px * self.sheet.unit
        leans = self.tilt >= NORTH_FROM_DEGREES
        return [
            terms.source_runs(sheet.layers, sheet.numbers, sheet.words, size, self._most),
            terms.caution_runs(sheet.layers, sheet.words, size, tilt=self.tilt, leans=leans),
            terms.cite_runs(sheet.layers, sheet.view, sheet.shown, sheet.words, size, sheet.on),
        ]

    def _measured(self) -> float:
        lang = self.sheet.words.lang
        columns = self._columns()
        if self._most is not None:
            columns = columns[:1]
        return max(flow.height(lines, lang) for lines in columns) + 6 * self.sheet.unit

    def draw(self, page: Page) -> None:
        """Draw the foot at the bottom of the page."""
        top = self.body.bottom - self.height
        page.rule(self.body.left, self.body.right, top, width=1.2 * self.sheet.unit)
        left = self.body.left
        for lines, width in zip(self._columns(), self._widths, strict=True):
            flow.write(page, lines, _start(page, left), top + 6 * self.sheet.unit)
            left += width + self._gap


def summary(sheet: Sheet) -> dict[str, Any]:
    """Return what a sheet shows, as plain values."""
    return {
        "on": sheet.on.isoformat(),
        "lang": sheet.words.lang,
        "size": sheet.size.name,
        "title": sheet.title,
        "zones": [one.row.zone_id for one in sheet.shown],
        "sources": list(sheet.numbers),
        "not_listed": sheet.left_out,
        "maps": len(sheet.charts),
        "record": sheet.layers.record.sha256,
    }
