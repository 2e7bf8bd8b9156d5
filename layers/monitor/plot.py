"""Draw the counts of `tamas monitor` as small multiples: one panel a zone, one time for all.

Bars say how many events lie inside in every reading (full), in some (pale) and how many are
known too imprecisely to tell (hatched). Above them two strips say what the record reports of
the zone, on paper and in practice, with the map's own patterns. In Arabic time runs from
right to left. The same table and record give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from layers.build.rows import BuiltAtlas, Reading
from layers.i18n import choose_language, translator
from layers.monitor.multiples import Panel, SmallMultiples, small_multiples
from layers.monitor.panel import NAME, PanelLayout, count_style, draw_row, row_height, status_style
from layers.printing.figure import ImageFormat, saved, settings
from layers.printing.fonts import brought_by
from layers.printing.plot_canvas import PlotCanvas, PlotText, edition_line
from layers.printing.text import isolate
from layers.query.selection import Selection
from layers.record.model import STATUS_RANK
from layers.style.colors import GROUND, INK, INK_3, PAPER, RULE
from layers.style.symbology import symbology

# In points: margin, between columns and rows, letters, a swatch of the legend.
MARGIN, GAP, ROW_GAP = 30.0, 24.0, 14.0
SMALL = 8.0
# Panels side by side for so many panels at most, how wide they are and how high their bars.
COLUMNS = ((3, 1, 520.0, 84.0), (14, 2, 380.0, 62.0), (100_000, 3, 350.0, 50.0))


def plot(
    counts: Any,
    built: BuiltAtlas,
    *,
    events: str,
    selection: Selection | None = None,
    reading: Reading | None = None,
    file_format: ImageFormat = "svg",
    lang: str | None = None,
) -> bytes:
    """Return a picture of a table of counts as the bytes of an SVG, PNG or PDF file.

    ``counts`` is a table of `layers.monitor.report`, ``events`` the name of the file that was
    counted, which is written into the picture, ``selection`` and ``reading`` what it counts in.
    """
    lang = choose_language(lang, built.record.interface_languages)
    drawn = small_multiples(counts, built, selection=selection, lang=lang)
    known_by = selection.known_by if selection else None
    page = _PlotLayout(drawn, built, lang, Path(events).name, reading, known_by)
    with brought_by(built.record), settings():
        return saved(page.draw(), file_format, title=page.title, subject=" ".join(page.scope))


class _PlotLayout:
    """Lays out the whole sheet: head, legend, panels row by row, foot."""

    def __init__(
        self,
        series: SmallMultiples,
        built: BuiltAtlas,
        lang: str,
        events: str,
        reading: Reading | None,
        known_by: date | None = None,
    ) -> None:
        atlas, words = built.record.atlas, translator(lang, built.record)
        self.series, self.atlas, self.words, self.lang = series, atlas, words, lang
        self.edition, self.events, self.reading = edition_line(built.record, words), events, reading
        self.known_by = known_by
        self.rtl = words.direction == "rtl"
        self.title = words.gettext(f"plot.title.{series.by}")
        self.scope = [atlas.scope[lang], atlas.borders[lang]]
        count = len(series.panels)
        self.columns, column, bars = next(
            (min(columns, max(1, count)), width, high)
            for most, columns, width, high in COLUMNS
            if count <= most
        )
        self.symbology = symbology(built.record)
        sums = "plot.one" if reading else "plot.each"
        self.frame = PanelLayout(series, words, self.symbology, column, bars, sums)
        self.width = 2 * MARGIN + self.columns * column + (self.columns - 1) * GAP
        self.inside = self.width - 2 * MARGIN

    def draw(self) -> Figure:
        """Return the figure, as high as its content."""
        head, foot, body, handles = self._head(), self._foot(), self._body(), self._handles()
        trial = PlotCanvas(self.width, 1000, lang=self.lang, rtl=self.rtl)
        key = trial.legend(handles, MARGIN).get_window_extent().height * 72 / trial.figure.dpi
        notes = self._notes()
        above = MARGIN + sum(line.step for line in (*head, *notes)) + key + 28
        below = 10 + sum(line.step for line in foot) + MARGIN
        high = above + sum(tall for _, tall in body) + below
        canvas = PlotCanvas(self.width, high, lang=self.lang, rtl=self.rtl)
        base = canvas.write(head, MARGIN, MARGIN) + 8
        legend = canvas.legend(handles, MARGIN)
        start = 1 - MARGIN / self.width if self.rtl else MARGIN / self.width
        legend.set_bbox_to_anchor((start, 1 - base / high))
        canvas.write(notes, MARGIN, base + key + 4)
        top = above
        for row, tall in body:
            if isinstance(row, str):
                canvas.text(row, MARGIN, top + 16, size=NAME + 1, weight=600)
            else:
                draw_row(canvas, row, self.frame, start=MARGIN, top=top, gap=GAP)
            top += tall
        canvas.rule(top, MARGIN)
        canvas.write(foot, MARGIN, top + 8)
        return canvas.figure

    def _body(self) -> list[tuple[str | tuple[Panel, ...], float]]:
        """Return headings and rows of panels with their heights; zones with events come first."""
        counted = [panel for panel in self.series.panels if panel.bars]
        empty = [panel for panel in self.series.panels if not panel.bars]
        body: list[tuple[str | tuple[Panel, ...], float]] = []
        if not counted:
            body.append((self.words.gettext("plot.nothing"), 34.0))
        for group in (counted, empty):
            if group is empty and counted and empty:
                body.append((self.words.gettext("plot.none"), 30.0))
            for at in range(0, len(group), self.columns):
                row = tuple(group[at : at + self.columns])
                body.append((row, row_height(self.frame, row) + ROW_GAP))
        return body

    # Head and foot

    def _head(self) -> list[PlotText]:
        words, series = self.words, self.series
        days = {"from": self._day(series.first), "to": self._day(series.after - 1)}
        title = self.atlas.title[self.lang]
        told = [
            words.gettext("plot.counted", file=isolate(self.events), **days),
            words.gettext("plot.atlas", title=isolate(title)),
            words.gettext("plot.once", n=words.number(series.in_no_zone)),
        ]
        if self.known_by:
            told.append(words.gettext("known_only", date=self._day(self.known_by.toordinal())))
        if series.unknown_precision:
            n = words.number(series.unknown_precision)
            told.append(words.gettext("report.unknown_precision", n=n))
        if series.beyond:
            told.append(words.gettext("plot.unspoken", n=words.number(series.beyond)))
        head = PlotText(self.title, 17.0, 600, 24.0, INK)
        return self._lines([head, *(PlotText(text, 9.5, 400, 14.0) for text in told)])

    def _foot(self) -> list[PlotText]:
        words = self.words
        said = [words.gettext("plot.unverified"), " ".join(self.scope), self.edition]
        if words.language.is_draft:
            said.append(words.gettext("draft_words"))
        return self._lines([PlotText(text, SMALL, 400, 12.0) for text in said])

    def _lines(self, said: Sequence[PlotText]) -> list[PlotText]:
        return [line for text in said for line in text.lines(self.inside, self.lang)]

    def _day(self, ordinal: int) -> str:
        return self.words.date(date.fromordinal(ordinal), short=True)

    # Legend

    def _handles(self) -> list[Patch]:
        """Return an entry for each look that the plot shows, and no other."""
        series, words = self.series, self.words
        looks = {
            name: words.lowercase_initial(words.gettext(f"relation.{relation}"))
            for name, relation in (("full", "inside_all"), ("some", "inside_some"))
        }
        if self.reading:
            looks = {"full": words.gettext(f"plot.inside.{self.reading}")}
        looks["imprecise"] = words.gettext("plot.imprecise")
        looks["out_of_force"] = words.gettext("plot.out_of_force")
        handles = [
            Patch(**count_style(name, INK), label=said)
            for name, said in looks.items()
            if name != "out_of_force" or any(panel.sum("out_of_force") for panel in series.panels)
        ]
        if any(bar.total > panel.clip_height for panel in series.panels for bar in panel.drawn):
            cut = words.gettext("plot.cut")
            gap: dict[str, Any] = {"hatch": "/", "hatchcolor": PAPER, "hatch_linewidth": 2.4}
            handles.append(Patch(facecolor=INK_3, linewidth=0, label=cut, **gap))
        for status in STATUS_RANK:
            if status in self._shown():
                look = status_style(self.symbology.state(status), INK_3)
                handles.append(Patch(**look, label=words.status(status)))
        if series.first < series.record_first or series.after > series.record_after:
            first, last = self._day(series.record_first), self._day(series.record_after - 1)
            said = words.gettext("plot.beyond", **{"from": first, "to": last})
            handles.append(Patch(facecolor=GROUND, edgecolor=RULE, label=said))
        return handles

    def _notes(self) -> list[PlotText]:
        """Return what is to be said of the strips, where there are any."""
        said = self.words.gettext("plot.strips")
        return self._lines([PlotText(said, SMALL, 400, 12.0)] if self._shown() else [])

    def _shown(self) -> set[str]:
        return {s.status for panel in self.series.panels for s in panel.status_spans}
