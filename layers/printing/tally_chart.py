"""Draw who counted what: a panel a counter and unit, one time for all, no scale shared.

What one is differs from counter to counter, so each panel has a scale of its own and nothing is
added. A count of a day is a stem, of a span a bar as long as the span, a running total a line that
steps where the counter spoke. In languages that run from the right, time does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from layers.i18n import Translator, translator
from layers.printing.figure import ImageFormat, saved, settings
from layers.printing.fonts import brought_by, font
from layers.printing.plot_canvas import EPOCH, TINY, PlotCanvas, PlotText, edition_line, time_axis
from layers.printing.text import isolate
from layers.record.dates import parse_day
from layers.record.model import Record
from layers.style.colors import INK, RULE

# In points: the sheet, its margin, the gutter of the numbers, the axes, what follows a panel.
WIDTH, MARGIN, GUTTER, AXES, BELOW = 560.0, 28.0, 34.0, 46.0, 26.0
NAME, SMALL = 9.5, 8.0
# Numbers closer than this stand on two sides of their marks.
_CLOSE = 12.0


@dataclass(frozen=True, slots=True)
class Count:
    """How many from a day to before another, as ordinals; ``most`` is None for 'more than'."""

    first: int
    after: int
    least: int
    most: int | None
    running: bool = False


@dataclass(frozen=True, slots=True)
class CountSeries:
    """The counts of one counter in one unit: a panel."""

    title: str
    what: str
    counts: tuple[Count, ...]


def tally_series(
    found: Iterable[Mapping[str, Any]], record: Record, words: Translator
) -> list[CountSeries]:
    """Return what `layers.query.tallies.tallies` listed, a series each counter, unit and area."""
    grouped: dict[tuple[str, str], list[Count]] = {}
    for item in found:
        tally = record.claims[item["id"]].tally
        if tally is None:
            continue
        unit = words.gettext(f"tally_unit.{tally.unit}")
        who = record.actors[tally.counter].name[words.lang]
        area = [record.zones[name].names[words.lang] for name in tally.zones]
        area += [record.places[name].name(words.lang) for name in tally.places]
        title = words.gettext("tally_series", who=isolate(who), unit=unit)
        what = f"{tally.what[words.lang]} ({words.join(area)})"
        days = (parse_day(item["first_day"]), parse_day(item["last_day"]))
        count = Count(
            days[0].toordinal(), days[1].toordinal() + 1, item["least"], item["most"], tally.running
        )
        grouped.setdefault((title, what), []).append(count)
    return [CountSeries(*key, tuple(counts)) for key, counts in grouped.items()]


def tally_chart(
    series: Sequence[CountSeries],
    record: Record,
    *,
    title: str,
    file_format: ImageFormat = "svg",
    lang: str,
    alone: bool = True,
) -> bytes:
    """Return a picture of counts as the bytes of an SVG, PNG or PDF file.

    ``title`` says under which agreement they were counted; ``series`` is not empty. ``alone``: it
    goes about without its page, so it says which record it is of.
    """
    words = translator(lang, record)
    head = [
        PlotText(title, 14.0, 600, 20.0, INK),
        *(PlotText(words.gettext(key), SMALL, 400, 12.0) for key in ("tally_note", "tally_marks")),
    ]
    said = (record.atlas.scope[lang], *((edition_line(record, words),) if alone else ()))
    foot = [PlotText(text, TINY, 400, 10.0) for text in said]
    titles = [(PlotText(one.title, NAME, 600, 14.0, INK), PlotText(one.what, SMALL, 400, 11.0))
              for one in series]  # fmt: skip
    above, below, *heads = (
        [line for text in texts for line in text.lines(WIDTH - 2 * MARGIN, lang)]
        for texts in (head, foot, *titles)
    )
    panels = sum(sum(line.step for line in lines) + AXES + BELOW for lines in heads)
    height = 2 * MARGIN + sum(line.step for line in (*above, *below)) + panels + 8
    days = [day for one in series for count in one.counts for day in (count.first, count.after)]
    margin = max(2, (max(days) - min(days)) // 40)
    span = (min(days) - EPOCH - margin, max(days) - EPOCH + margin)
    with brought_by(record), settings():
        canvas = PlotCanvas(WIDTH, height, lang=lang, rtl=words.direction == "rtl")
        top = canvas.write(above, MARGIN, MARGIN)
        for one, lines in zip(series, heads, strict=True):
            top = canvas.write(lines, MARGIN, top + 6)
            axes = canvas.axes(MARGIN + GUTTER, top, WIDTH - 2 * MARGIN - GUTTER, AXES, span)
            _draw(axes, one, words, span, rtl=canvas.rtl)
            time_axis(axes, words, WIDTH - 2 * MARGIN - GUTTER)
            top += AXES + BELOW - 6
        canvas.rule(top, MARGIN)
        canvas.write(below, MARGIN, top + 4)
        return saved(canvas.figure, file_format, title=title, subject=words.gettext("tally_note"))


def _draw(
    axes: Axes, one: CountSeries, words: Translator, span: tuple[float, float], *, rtl: bool
) -> None:
    counts = sorted(one.counts, key=lambda count: (count.after, count.first))
    axes.set_ylim(0, max(1, *(count.most or count.least for count in counts)) * 1.35)
    axes.yaxis.set_major_locator(MaxNLocator(2, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: words.number(round(value)))
    axes.grid(color=RULE, linewidth=0.5, zorder=1)
    running = [count for count in counts if count.running]
    for first in sorted({count.first for count in running}):
        steps = [count for count in running if count.first == first]
        days = [first, *(count.after for count in steps)]
        axes.step([day - EPOCH for day in days], [0, *(count.least for count in steps)],
                  where="post", color=INK, linewidth=1, zorder=2)  # fmt: skip
    spots = [_mark(axes, count) for count in counts]
    points = (WIDTH - 2 * MARGIN - GUTTER) / (span[1] - span[0])
    for at, (count, (day, high)) in enumerate(zip(counts, spots, strict=True)):
        gaps = [points * abs(day - other) for other, _ in spots]
        before = min(gaps[at - 1 : at], default=_CLOSE)
        after = min(gaps[at + 1 : at + 2], default=_CLOSE)
        text = words.number(count.least)
        start, end = ("right", "left") if rtl else ("left", "right")
        axes.annotate(
            words.gettext("tally_more", n=text) if count.most is None else text,
            (day, high),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center" if min(before, after) >= _CLOSE else start if before <= after else end,
            fontproperties=font(TINY, weight=600, lang=words.lang),
            zorder=3,
        )


def _mark(axes: Axes, count: Count) -> tuple[float, float]:
    """Draw a count and return where its number stands."""
    first, after, high = count.first - EPOCH, count.after - EPOCH, count.most or count.least
    if count.running:
        axes.plot([after], [count.least], "o", color=INK, markersize=3.5, zorder=2)
        return after, high
    if after - first > 1:
        axes.bar([first], [count.least], after - first, align="edge", color=RULE, zorder=1.5)
        axes.plot([first, after], [high, high], color=INK, linewidth=1.6, zorder=2)
        return (first + after) / 2, high
    middle = first + 0.5
    axes.vlines([middle], [0], [high], color=INK, linewidth=1.2, zorder=2)
    axes.plot([middle], [high], "o", color=INK, markersize=3.5, zorder=2, clip_on=False)
    return middle, high
