"""A figure for a plot: text and axes placed in points from the top and from where reading starts.

In a language that runs from right to left the start is the right edge, and time runs leftwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from layers.monitor.plot_text import with_direction_mark
from layers.printing.figure import new_figure
from layers.printing.fonts import font
from layers.style.colors import INK, INK_2, RULE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TINY = 7.0
HorizontalAlign = Literal["left", "right"]


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

    def rule(self, top: float, margin: float) -> None:
        """Draw a line across the figure."""
        from matplotlib.lines import Line2D

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
        from matplotlib.patches import Patch

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
