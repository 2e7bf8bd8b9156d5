"""Draw one zone's panel: its name, its two strips of status, its bars over the shared time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from layers.build.rows import TRACKS
from layers.monitor.axes import count_steps, time_ticks
from layers.monitor.multiples import Bar, Multiples, Panel
from layers.monitor.sheet import (
    GROUND,
    INK_2,
    INK_3,
    PAPER,
    RULE,
    Align,
    Sheet,
    blend,
    shown,
    tokens,
    wrapped,
)
from layers.printing.fonts import width

# In points: gutter of the numbers, a strip, a lane of a strip that has several, sizes of letters.
GUTTER, STRIP, LANE = 36.0, 7.0, 4.6
NAME, SUMS, TINY = 10.0, 7.5, 7.0
_NAME_STEP, _SUMS_STEP, _FOOT = 13.5, 12.0, 12.0
# A zone without events needs no height for bars; its strips and its time are drawn.
_NO_BARS = 4.0
PALE = 0.35
COUNTS = ("full", "some", "imprecise")


@dataclass(frozen=True, slots=True)
class Frame:
    """What all panels of a plot share; points."""

    series: Multiples
    words: Mapping[str, Any]
    lang: str
    across: float
    bars: float
    sums: str
    """Which words tell a panel's sums."""

    @property
    def length(self) -> float:
        """Return how long the time axis is."""
        return self.across - GUTTER

    def name(self, panel: Panel) -> list[str]:
        """Return a zone's name in lines."""
        return wrapped(shown(panel.name), self.across, size=NAME, weight=600, lang=self.lang)

    def parts(self, panel: Panel) -> tuple[float, float, float]:
        """Return the heights of head, strips and bars."""
        head = _NAME_STEP * len(self.name(panel)) + (_SUMS_STEP if panel.bars else 2.0)
        strips = sum(_track_height(panel, track) + 1 for track in TRACKS) + 2
        return head, strips, self.bars if panel.bars else _NO_BARS


def row_height(frame: Frame, row: Sequence[Panel]) -> float:
    """Return the height of panels that stand side by side; their axes are level."""
    heads, strips, bars = zip(*map(frame.parts, row), strict=True)
    return float(max(heads) + max(strips) + max(bars) + _FOOT)


def draw_row(
    sheet: Sheet, row: Sequence[Panel], frame: Frame, *, start: float, top: float, gap: float
) -> None:
    """Draw panels side by side, ``gap`` apart; names stand level above strips that are level."""
    base = top + row_height(frame, row) - _FOOT
    strips = max(frame.parts(panel)[1] for panel in row)
    for panel in row:
        _panel(sheet, panel, frame, start, base, strips)
        start += frame.across + gap


def _panel(
    sheet: Sheet, panel: Panel, frame: Frame, start: float, base: float, level: float
) -> None:
    """Draw a panel whose bars stand on ``base`` and whose name ends ``level`` above them."""
    head, strips, bars = frame.parts(panel)
    top = base - bars - level - head
    kind = tokens()["kinds"].get(panel.zone_type, tokens()["kinds"]["label"])
    for line in frame.name(panel):
        sheet.text(line, start, top + 10, size=NAME, weight=600, colour=kind["text"])
        top += _NAME_STEP
    if panel.bars:
        sums = {name: number(getattr(panel, name)) for name in COUNTS}
        sheet.text(frame.words[frame.sums].format(**sums), start, top + 7, size=SUMS, colour=INK_2)
    axis = Axis(frame.series, start + GUTTER, frame.length)
    _strips(sheet, panel, frame, axis, base - bars - strips, kind["line"])
    _ground(sheet, panel, axis, base - bars, bars, kind["line"])
    ticks = time_ticks(axis.first, axis.after, axis.across, frame.words, frame.lang)
    grid = [[(axis.at(day), base - bars), (axis.at(day), base + 3)] for day, _ in ticks]
    sheet.lines(grid, colour=RULE, pen=0.5)
    if panel.bars:
        _counts(sheet, panel, axis, base, bars, kind["line"])
    sheet.lines([[(axis.start, base), (axis.end, base)]], colour=INK_3, pen=0.8)
    for day, text in ticks:
        if axis.at(day) + width(text, TINY, lang=frame.lang) <= axis.end:
            sheet.text(text, axis.at(day) + 2, base + 8.5, size=TINY, colour=INK_2)


class Axis:
    """Places days between two points of a sheet."""

    def __init__(self, series: Multiples, start: float, across: float) -> None:
        self.start, self.across, self.end = start, across, start + across
        self.first, self.after = series.first, series.after
        self.unspoken = (
            (series.first, min(series.after, series.record_first)),
            (max(series.first, series.record_after), series.after),
        )

    def at(self, day: int) -> float:
        """Return where a day begins."""
        return self.start + (day - self.first) / (self.after - self.first) * self.across

    def bar(self, bar: Bar) -> tuple[float, float]:
        """Return where a bar begins and its breadth: a gap beside it, but never a hair."""
        at, after = self.at(bar.first), self.at(bar.after)
        across = max(0.6, min(after - at, max(0.82 * (after - at), 0.9)))
        return (at + after - across) / 2, across


def _strips(sheet: Sheet, panel: Panel, frame: Frame, axis: Axis, top: float, colour: str) -> None:
    for track in TRACKS:
        own = [piece for piece in panel.stretches if piece.track == track]
        high = _track_height(panel, track)
        level, ink = top + high / 2 + 2.3, INK_3 if own else blend(INK_3, 0.5)
        side: Align = "end"
        sheet.text(frame.words[track], axis.start - 4, level, size=6.5, colour=ink, align=side)
        sheet.lines([[(axis.start, top + high), (axis.end, top + high)]], colour=RULE, pen=0.4)
        for piece in own:
            lane = high / piece.lanes
            at, after = axis.at(piece.first), axis.at(piece.after)
            box = (at, top + piece.lane * lane, max(0.8, after - at), lane - 0.6)
            sheet.status(
                *box, status=piece.status, colour=colour, track=track, certain=piece.certain
            )
        top += high + 1


def _ground(sheet: Sheet, panel: Panel, axis: Axis, top: float, high: float, colour: str) -> None:
    """Tint what stands behind the bars: days beyond the record, days with a status in force."""
    for first, after in axis.unspoken:
        if first < after:
            sheet.box(axis.at(first), top, axis.at(after) - axis.at(first), high, fill=GROUND)
    track = "practice" if any(s.track == "practice" for s in panel.stretches) else "paper"
    for piece in panel.stretches if panel.bars else ():
        flat = tokens()["states"].get(piece.status, {"flat": 0})["flat"]
        if piece.track == track and piece.lane == 0 and flat:
            start, end = axis.at(piece.first), axis.at(piece.after)
            share = 0.32 * flat * (1 if piece.certain else 0.45)
            sheet.box(start, top, end - start, high, fill=blend(colour, share))


def _counts(sheet: Sheet, panel: Panel, axis: Axis, foot: float, high: float, colour: str) -> None:
    steps = count_steps(panel.top)
    scale = (high - 6) / max(1, panel.top)
    for step in steps:
        level = foot - step * scale
        if step:
            sheet.lines([[(axis.start, level), (axis.end, level)]], colour=RULE, pen=0.5)
        place = axis.start - 4
        sheet.text(number(step), place, level + 2.4, size=TINY, colour=INK_2, align="end")
    boxes: dict[str, list[tuple[float, float, float, float]]] = {name: [] for name in COUNTS}
    for bar in panel.bars:
        at, across = axis.bar(bar)
        reached = 0.0
        for name, boxed in boxes.items():
            tall = min(getattr(bar, name) * scale, high - 1 - reached)
            if tall > 0:
                boxed.append((at, foot - reached - tall, across, tall))
                reached += tall
    for name, boxed in boxes.items():
        sheet.bars(boxed, **look(name, colour))
    for bar in panel.bars:
        if bar.total > panel.top:
            _outlier(sheet, bar, axis, foot, high)


def _outlier(sheet: Sheet, bar: Bar, axis: Axis, foot: float, high: float) -> None:
    at, across = axis.bar(bar)
    cut(sheet, at, foot - high + 9, across)
    text = number(bar.total)
    fits = axis.end - at - across > width(text, TINY, weight=600) + 3
    align: Align = "start" if fits else "end"
    place = at + across + 2 if fits else at - 2
    sheet.text(text, place, foot - high + 6.5, size=TINY, weight=600, align=align)


def look(name: str, colour: str) -> dict[str, Any]:
    """Return how a count is drawn: full, pale, or an outline with a hatch."""
    if name == "full":
        return {"fill": colour}
    if name == "some":
        return {"fill": blend(colour, PALE)}
    return {"fill": PAPER, "edge": colour, "hatch": "//////"}


def cut(sheet: Sheet, start: float, level: float, across: float) -> None:
    """Break a bar with a white slanted gap."""
    gap = [(start - 1.5, level + 2), (start + across + 1.5, level - 2)]
    sheet.lines([gap], colour=PAPER, pen=2.4)


def number(count: int) -> str:
    """Return a count as people write it in either language."""
    return f"{count:,}"


def _track_height(panel: Panel, track: str) -> float:
    lanes = max((s.lanes for s in panel.stretches if s.track == track), default=1)
    return STRIP if lanes == 1 else LANE * lanes
