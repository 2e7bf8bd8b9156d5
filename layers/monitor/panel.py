"""Draw one zone's panel: its name, its two strips of status, its bars over the shared time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from layers.build.rows import TRACKS
from layers.i18n import Translator
from layers.monitor.multiples import Bar, Panel, SmallMultiples
from layers.printing.fonts import font, width
from layers.printing.plot_canvas import EPOCH, TINY, PlotCanvas, time_axis
from layers.printing.text import escape_invisible, wrap
from layers.style.colors import GROUND, INK_2, INK_3, PAPER, RULE, tint
from layers.style.symbology import State, Symbology

# In points: gutter of the numbers, a strip, a lane of a strip that has several, sizes of letters.
GUTTER, STRIP, LANE = 36.0, 7.0, 4.6
NAME, SUMS = 10.0, 7.5
_NAME_STEP, _SUMS_STEP, _FOOT = 13.5, 12.0, 12.0
PALE = 0.35
OUT_OF_FORCE = 0.6
COUNTS = ("full", "some", "imprecise", "out_of_force")
_HATCH = {
    "diagonals": "////",
    "bars": "|||",
    "crosses": "xxx",
    "dots": "...",
    "rules": "---",
    "grid": "+++",
}


@dataclass(frozen=True, slots=True)
class PanelLayout:
    """What all panels of a plot share; points."""

    series: SmallMultiples
    words: Translator
    symbology: Symbology
    width: float
    bars: float
    sums: str
    """Which words tell a panel's sums."""

    @property
    def length(self) -> float:
        """Return how long the time axis is."""
        return self.width - GUTTER

    @property
    def span(self) -> tuple[float, float]:
        """Return the shared time as matplotlib counts days."""
        return self.series.first - EPOCH, self.series.after - EPOCH

    def name(self, panel: Panel) -> list[str]:
        """Return a zone's name in lines."""
        return wrap(
            escape_invisible(panel.name), self.width, size=NAME, weight=600, lang=self.words.lang
        )

    def parts(self, panel: Panel) -> tuple[float, float, float]:
        """Return the heights of head, strips and bars."""
        head = _NAME_STEP * len(self.name(panel)) + max(2.0, _SUMS_STEP * len(self.sums_of(panel)))
        strips = sum(_track_height(panel, track) + 1 for track in TRACKS) + 2
        return head, strips, self.bars if panel.drawn else 0.0

    def sums_of(self, panel: Panel) -> list[str]:
        """Return in lines what a panel's bars add up to."""
        if not panel.bars:
            return []
        counts = {name: panel.sum(name) for name in COUNTS}
        sums = {name: self.words.number(number) for name, number in counts.items()}
        told = counts["full"] + counts["some"] + counts["imprecise"]
        said = self.words.gettext(self.sums, **sums)
        if panel.coarse:
            said = self.words.gettext("plot.coarse", total=self.words.number(told), **sums)
        elif not told:
            said = ""
        if counts["out_of_force"]:
            before = self.words.gettext("plot.sum.out_of_force", **sums)
            said = f"{said} · {before}" if said else before
        return wrap(said, self.width, size=SUMS, lang=self.words.lang)


def row_height(frame: PanelLayout, row: Sequence[Panel]) -> float:
    """Return the height of panels that stand side by side; their axes are level."""
    heads, strips, bars = zip(*map(frame.parts, row), strict=True)
    return float(max(heads) + max(strips) + max(bars) + _FOOT)


def draw_row(
    canvas: PlotCanvas,
    row: Sequence[Panel],
    frame: PanelLayout,
    *,
    start: float,
    top: float,
    gap: float,
) -> None:
    """Draw panels side by side, ``gap`` apart; names stand level above strips that are level."""
    base = top + row_height(frame, row) - _FOOT
    level = max(frame.parts(panel)[1] for panel in row)
    for panel in row:
        _panel(canvas, panel, frame, start, base, level)
        start += frame.width + gap


def _panel(
    canvas: PlotCanvas, panel: Panel, frame: PanelLayout, start: float, base: float, level: float
) -> None:
    """Draw a panel whose bars stand on ``base`` and whose name ends ``level`` above them."""
    head, strips, high = frame.parts(panel)
    top = base - high - level - head
    kind = frame.symbology.kind(panel.zone_type)
    for line in frame.name(panel):
        canvas.text(line, start, top + 10, size=NAME, weight=600, colour=kind.text)
        top += _NAME_STEP
    for line in frame.sums_of(panel):
        canvas.text(line, start, top + 7, size=SUMS, colour=INK_2)
        top += _SUMS_STEP
    axes = canvas.axes(start + GUTTER, base - high - strips, frame.length, strips, frame.span)
    _strips(axes, panel, frame, strips, kind.line)
    if panel.drawn:
        axes = canvas.axes(start + GUTTER, base - high, frame.length, high, frame.span)
        _background(axes, panel, frame, kind.line)
        _bars(axes, panel, frame, high, kind.line, rtl=canvas.rtl)
    time_axis(axes, frame.words, frame.length)


def _strips(axes: Axes, panel: Panel, frame: PanelLayout, high: float, colour: str) -> None:
    """Draw the status on each track over time; where sources disagree, each in its lane."""
    axes.set_ylim(high, 0)
    top, middles = 0.0, []
    for track in TRACKS:
        own = [piece for piece in panel.status_spans if piece.track == track]
        tall = _track_height(panel, track)
        middles.append(top + tall / 2)
        for piece in own:
            lane = tall / piece.lanes
            box = (top + piece.lane * lane, lane - 0.6)
            span = [(piece.first - EPOCH, piece.after - piece.first)]
            symbol = frame.symbology.symbol(panel.zone_type, piece.status)
            look = status_style(
                symbol.state, colour, pattern=symbol.pattern, track=track, certain=piece.certain
            )
            axes.broken_barh(span, box, **look)
        axes.axhline(top + tall, color=RULE, linewidth=0.4, zorder=0)
        top += tall + 1
    axes.set_yticks(
        middles, [frame.words.gettext(f"plot.track.{track}") for track in TRACKS], fontsize=6.5
    )
    for label, track in zip(axes.get_yticklabels(), TRACKS, strict=True):
        said = any(piece.track == track for piece in panel.status_spans)
        label.set_color(INK_3 if said else tint(INK_3, 0.5))


def status_style(
    state: State,
    colour: str,
    *,
    pattern: str | None = None,
    track: str = "practice",
    certain: bool = True,
) -> dict[str, Any]:
    """Return the line, fill and pattern that the map gives a status, for a patch.

    Paper is an outline with a pale tint, practice is filled; a stretch that only some
    readings of the dates hold is faint.
    """
    strength = 1.0 if certain else 0.45
    flat = state.flat * (1.0 if track == "practice" else 0.4)
    if track == "practice" and state.id == "in_effect":
        flat = 0.55  # as in the page's timeline: a thin bar needs more than an area
    line = tint(colour, strength)
    return {
        "facecolor": tint(colour, flat * strength),
        "edgecolor": "none" if state.id == "unknown" else line,
        "linewidth": 0.8,
        "linestyle": (0, (2.6, 1.8)) if state.dash else "solid",
        "hatch": _HATCH.get(pattern or state.pattern or ""),
        "hatchcolor": line,
    }


def _background(axes: Axes, panel: Panel, frame: PanelLayout, colour: str) -> None:
    """Tint what stands behind the bars: days beyond the record, days with a status in force."""
    series = frame.series
    for first, after in (
        (series.first, min(series.after, series.record_first)),
        (max(series.first, series.record_after), series.after),
    ):
        if first < after:
            axes.axvspan(first - EPOCH, after - EPOCH, color=GROUND, linewidth=0, zorder=0)
    track = "practice" if any(s.track == "practice" for s in panel.status_spans) else "paper"
    for piece in panel.status_spans:
        flat = frame.symbology.state(piece.status).flat
        if piece.track == track and piece.lane == 0 and flat:
            share = 0.32 * flat * (1 if piece.certain else 0.45)
            span = (piece.first - EPOCH, piece.after - EPOCH)
            axes.axvspan(*span, color=tint(colour, share), linewidth=0, zorder=0)


def _bars(
    axes: Axes, panel: Panel, frame: PanelLayout, high: float, colour: str, *, rtl: bool
) -> None:
    """Draw the counts of each stretch of time, one on the other."""
    top = max(1, panel.clip_height) * high / (high - 6)
    axes.set_ylim(0, top)
    reached = dict.fromkeys(panel.drawn, 0)
    for name in COUNTS:
        counts = {bar: count for bar in panel.drawn if (count := getattr(bar, name))}
        left = [bar.first - EPOCH + 0.09 * (bar.after - bar.first) for bar in counts]
        wide = [0.82 * (bar.after - bar.first) for bar in counts]
        base = [reached[bar] for bar in counts]
        axes.bar(left, list(counts.values()), wide, base, align="edge", zorder=2,
                 **count_style(name, colour))  # fmt: skip
        reached |= {bar: reached[bar] + count for bar, count in counts.items()}
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=True, min_n_ticks=2))
    axes.yaxis.set_major_formatter(lambda value, _: frame.words.number(round(value)))
    axes.grid(color=RULE, linewidth=0.5, zorder=1)
    for bar in panel.drawn:
        if bar.total > panel.clip_height:
            _cut(axes, bar, frame, top, rtl=rtl)


def _cut(axes: Axes, bar: Bar, frame: PanelLayout, top: float, *, rtl: bool) -> None:
    """Break a bar that leaves the axes with a white slanted gap, and write its number beside it."""
    wide = bar.after - bar.first
    gap = [bar.first - EPOCH - 0.1 * wide, bar.after - EPOCH + 0.1 * wide]
    axes.plot(gap, [0.8 * top, 0.88 * top], color=PAPER, linewidth=2.4, zorder=3)
    text = frame.words.number(bar.total)
    room = (frame.series.after - bar.after) / (frame.series.after - frame.series.first)
    follows = room * frame.length > width(text, TINY, weight=600, lang=frame.words.lang) + 4
    rightwards = follows is not rtl
    axes.annotate(
        text,
        ((bar.after if follows else bar.first) - EPOCH, 1.0),
        xycoords=axes.get_xaxis_transform(),
        xytext=(2 if rightwards else -2, -1),
        textcoords="offset points",
        ha="left" if rightwards else "right",
        va="top",
        fontproperties=font(TINY, weight=600, lang=frame.words.lang),
    )


def count_style(name: str, colour: str) -> dict[str, Any]:
    """Return how a count is drawn: full, pale, or an outline with a hatch."""
    if name == "full":
        return {"facecolor": colour, "linewidth": 0}
    if name == "some":
        return {"facecolor": tint(colour, PALE), "linewidth": 0}
    if name == "out_of_force":
        return {"facecolor": tint(INK_3, OUT_OF_FORCE), "linewidth": 0}
    return {"facecolor": PAPER, "edgecolor": colour, "linewidth": 0.5, "hatch": "//////"}


def _track_height(panel: Panel, track: str) -> float:
    lanes = max((s.lanes for s in panel.status_spans if s.track == track), default=1)
    return STRIP if lanes == 1 else LANE * lanes
