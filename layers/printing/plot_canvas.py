"""A figure for a plot: text and axes placed in points from the top and from where reading starts.

In a language that runs from right to left the start is the right edge, and time runs leftwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from typing import Any, Literal, NamedTuple

from matplotlib.axes import Axes
from matplotlib.dates import DAILY, MONTHLY, YEARLY, AutoDateLocator
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import Formatter

from layers.i18n import Translator
from layers.printing.figure import new_figure
from layers.printing.fonts import font
from layers.printing.text import isolate, with_direction_mark, wrap
from layers.record.dates import parse_day
from layers.record.model import Record
from layers.style.colors import INK, INK_2, INK_3, RULE

TINY = 7.0
# matplotlib counts days from 1970, `datetime.date` from the year 1.
EPOCH = date(1970, 1, 1).toordinal()
# Points that a name of a year, of a month with its year and of a day need on an axis.
_ROOM = {"year": 26.0, "month": 62.0, "day": 44.0}
HorizontalAlign = Literal["left", "right"]


class PlotText(NamedTuple):
    """A text with its look, and the points from a base line to the next."""

    words: str
    size: float
    weight: int
    step: float
    colour: str = INK_2

    def lines(self, width: float, lang: str) -> list[PlotText]:
        """Return it in lines of at most ``width`` points."""
        broken = wrap(self.words, width, size=self.size, weight=self.weight, lang=lang)
        return [self._replace(words=line) for line in broken]


class PlotCanvas:
    """A figure of ``width`` by ``height`` points."""

    def __init__(self, width: float, height: float, *, lang: str, rtl: bool) -> None:
        self.width, self.height, self.lang, self.rtl = width, height, lang, rtl
        self.figure = new_figure(width, height)
        self.start: HorizontalAlign = "right" if rtl else "left"
        self.end: HorizontalAlign = "left" if rtl else "right"

    def text(
        self, words: str, start: float, base: float, *, size: float, weight: int = 400,
        colour: str = INK,
    ) -> None:  # fmt: skip
        """Write one line whose base line lies ``base`` points below the top."""
        self.figure.text(
            (self.width - start if self.rtl else start) / self.width,
            1 - base / self.height,
            with_direction_mark(words, rtl=self.rtl),
            fontproperties=font(size, weight=weight, lang=self.lang),
            color=colour,
            ha=self.start,
            va="baseline",
            parse_math=False,
        )

    def write(self, lines: Sequence[PlotText], start: float, base: float) -> float:
        """Write lines below ``base`` and return the base line after the last."""
        for text, size, weight, step, colour in lines:
            base += step
            self.text(text, start, base - 0.25 * step, size=size, weight=weight, colour=colour)
        return base

    def rule(self, top: float, margin: float) -> None:
        """Draw a line across the figure."""
        across = [margin / self.width, 1 - margin / self.width]
        self.figure.add_artist(
            Line2D(across, [1 - top / self.height] * 2, color=RULE, linewidth=0.7)
        )

    def axes(
        self, start: float, top: float, width: float, height: float, span: tuple[float, float]
    ) -> Axes:
        """Return axes whose x runs over ``span`` from where reading starts; no spines, no ticks."""
        left = self.width - start - width if self.rtl else start
        axes = self.figure.add_axes(
            (
                left / self.width,
                1 - (top + height) / self.height,
                width / self.width,
                height / self.height,
            ),
            facecolor="none",
        )
        axes.set_xlim(*(reversed(span) if self.rtl else span))
        axes.spines[:].set_visible(False)
        axes.tick_params(
            length=0, labelsize=TINY, labelcolor=INK_2, labelbottom=False, bottom=False, left=False,
            labelfontfamily=font(TINY, lang=self.lang).get_family(),
            labelright=self.rtl, labelleft=not self.rtl, pad=4,
        )  # fmt: skip
        return axes

    def legend(self, handles: list[Any], margin: float) -> Any:
        """Return the figure's legend, in as many columns as fit between the margins."""
        corner: Any = f"upper {self.start}"
        for columns in range(len(handles), 0, -1):
            # matplotlib fills column by column; people read row by row, from the start.
            blank = [Patch(visible=False) for _ in range(-len(handles) % columns)]
            whole = [*handles, *blank]
            ordered = [
                handle
                for at in (range(columns - 1, -1, -1) if self.rtl else range(columns))
                for handle in whole[at::columns]
            ]
            legend = self.figure.legend(
                handles=ordered, ncols=columns, frameon=False, loc=corner,
                bbox_to_anchor=(1 - margin / self.width if self.rtl else margin / self.width, 1),
                markerfirst=not self.rtl, borderpad=0, borderaxespad=0, handlelength=2.5,
                handleheight=1.1, handletextpad=0.6, columnspacing=1.6, labelspacing=0.65,
                prop=font(8, lang=self.lang), labelcolor=INK_2,
            )  # fmt: skip
            scale = 72 / self.figure.dpi
            if columns == 1 or legend.get_window_extent().width * scale <= self.width - 2 * margin:
                return legend
            legend.remove()
        return None


def edition_line(record: Record, words: Translator) -> str:
    """Return which record a picture is of, and what drew it."""
    return words.gettext(
        "plot.edition",
        digest=isolate(record.sha256[:12]),
        date=words.date(parse_day(record.atlas.edition), short=True),
        version=isolate(version("tamas")),
    )


def time_axis(axes: Axes, words: Translator, length: float) -> None:
    """Mark days that people name below axes of a length in points, as many as have room."""
    units = {YEARLY: "year", MONTHLY: "month", DAILY: "day"}
    most = {unit: max(2, int(length / _ROOM[name])) for unit, name in units.items()}
    locator = AutoDateLocator(minticks=2, maxticks=most)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(_DayFormatter(words))
    axes.spines["bottom"].set(visible=True, color=INK_3, linewidth=0.8)
    axes.tick_params(axis="x", bottom=True, labelbottom=True, length=2.5, color=RULE, pad=2)


class _DayFormatter(Formatter):
    """Names years alone, months with their year, or days, whichever tells all marks apart."""

    def __init__(self, words: Translator) -> None:
        self.words = words

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        days = [date.fromordinal(int(value) + EPOCH) for value in values]
        if all((day.month, day.day) == (1, 1) for day in days):
            return [str(day.year) for day in days]
        if all(day.day == 1 for day in days):
            return [self.words.month(day) for day in days]
        return [self.words.day_of_year(day) for day in days]

    def __call__(self, value: float, pos: int | None = None) -> str:  # noqa: ARG002 - the name that matplotlib gives
        return self.format_ticks([value])[0]
