"""The foot of a sheet: sources, cautions, citation and terms, in three columns."""

from __future__ import annotations

import bisect

from layers.printing import credits as terms
from layers.printing import wrapping as flow
from layers.printing.canvas import Box, Page, plain
from layers.printing.job import Sheet, start_of
from layers.printing.panel import NORTH_FROM_DEGREES
from layers.printing.wrapping import Run

_FOOT_PX = (11.4, 10.9, 10.4, 9.9, 9.4, 9.0)
# Most of a page's height that its foot may take.
_FOOT_SHARE = 0.22


class Foot:
    """Sources, cautions, citation and terms, in three columns as high as they need."""

    def __init__(self, sheet: Sheet, body: Box) -> None:
        self.sheet, self.body = sheet, body
        self.tilt = 0.0
        self._gap = 18 * sheet.unit
        self._room = body.width - 2 * self._gap
        self._widths = [self._room / 3] * 3
        self._most: int | None = None
        self._limit = body.height * _FOOT_SHARE
        if not any(self._fits(px, None) for px in _FOOT_PX):
            counts = range(len(sheet.numbers))
            cut = bisect.bisect(counts, False, key=lambda most: not self._fits(_FOOT_PX[-1], most))
            self._fits(_FOOT_PX[-1], max(cut - 1, 0))
        self.height = self._measured()

    def _fits(self, px: float, most: int | None) -> bool:
        """Set letters and number of sources; tell whether the foot is as low as it should be."""
        self._px, self._most = px, most
        long = self._share()
        step = flow.LEADING[self.sheet.words.lang] * px * self.sheet.unit
        # So long a text need not be broken into lines to know; a line's end saves a space.
        if 0.9 * step * sum(long) / self._room > self._limit:
            return False
        return self._measured() <= self._limit

    def _share(self) -> list[float]:
        """Give each column the width at which all end at one height; return the texts' lengths."""
        lang = self.sheet.words.lang
        long = [sum(r.width(plain(r.text), lang) for r in of) for of in self._runs()]
        least = [max(part / sum(long), 0.17) for part in long]
        self._widths = [self._room * part / sum(least) for part in least]
        return long

    def _columns(self) -> list[list[flow.Line]]:
        return [
            flow.broken(of, width, lang=self.sheet.words.lang)
            for of, width in zip(self._runs(), self._widths, strict=True)
        ]

    def _runs(self) -> list[list[Run]]:
        sheet, size = self.sheet, self._px * self.sheet.unit
        leans = self.tilt >= NORTH_FROM_DEGREES
        return [
            terms.source_runs(sheet.built, sheet.numbers, sheet.words, size, self._most),
            terms.caution_runs(sheet.built, sheet.words, size, tilt=self.tilt, leans=leans),
            terms.cite_runs(sheet.built, sheet.view, sheet.shown, sheet.words, size, sheet.on),
        ]

    def _measured(self) -> float:
        lang = self.sheet.words.lang
        highest = max(flow.height(lines, lang) for lines in self._columns())
        return highest + 6 * self.sheet.unit

    def draw(self, page: Page) -> None:
        """Draw the foot at the bottom of the page."""
        top = self.body.bottom - self.height
        page.rule(self.body.left, self.body.right, top, width=1.2 * self.sheet.unit)
        left = self.body.left
        for lines, width in zip(self._columns(), self._widths, strict=True):
            flow.write(page, lines, start_of(page, left), top + 6 * self.sheet.unit)
            left += width + self._gap
