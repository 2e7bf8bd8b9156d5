"""What a drawing may cost, counted before it is paid.

A buffer's outline has a point for each vertex of its line and an arc for each turn; where many
lie over each other, every one may cross every other. So a line is counted by the points of its
outline, an overlay by the edges that meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.buffers import quad_segs
from geo.crs import LocalPlane
from geo.errors import GeometryError
from geo.lines import Line, segments

# So few edges meet too seldom to be worth a count; so many are looked at at a time.
_FEW, _CHUNK = 1000, 64


@dataclass(slots=True)
class Budget:
    """The most that drawing may take, and what it took so far.

    Attributes
    ----------
    line_points
        Most points in the outline of one line's buffer.
    crossings
        Most pairs of edges that meet in one overlay, or in one line.
    points
        Most points in all outlines and overlays together.
    depth
        Most recipes in each other, the zones that they name among them.

    """

    line_points: int = 250_000
    crossings: int = 500_000
    points: int = 10_000_000
    depth: int = 40
    spent: int = 0

    def spend(self, points: int) -> None:
        """Count points that are about to be drawn."""
        self.spent += points
        _refuse(self.spent, self.points, "points in all shapes so far", "TAMAS_MAX_POINTS_DRAWN")

    def line(self, line: Line, width_m: float) -> Line:
        """Return a line that can be drawn with a width, simplified where it is too rough."""
        count = outline_points(line, width_m)
        if count > self.line_points // 2:
            line = line.simplified()
            count = outline_points(line, width_m)
        what = f"points in the outline of a line of width {width_m / 1000:g} km"
        _refuse(count, self.line_points, what, "TAMAS_MAX_LINE_POINTS")
        self.overlay([shapely.LineString(line.coords)])
        self.spend(count)
        return line

    def overlay(self, shapes: Sequence[BaseGeometry]) -> None:
        """Count the edges of shapes that meet; stop where they are too many."""
        edges = np.concatenate([_edges(shape) for shape in shapes])
        self.spend(len(edges))
        if len(edges) <= _FEW:
            return
        tree, met = shapely.STRtree(edges), 0
        for start in range(0, len(edges), _CHUNK):
            found = tree.query(edges[start : start + _CHUNK], predicate="intersects").shape[1]
            # Itself and its two neighbours are no crossing.
            met += max(0, found - 3 * min(_CHUNK, len(edges) - start))
            _refuse(met, self.crossings, "pairs of edges that meet", "TAMAS_MAX_CROSSINGS")

    def nest(self, depth: int) -> None:
        """Count the recipes that one is drawn in."""
        _refuse(depth, self.depth, "recipes in each other", "TAMAS_MAX_RECIPE_DEPTH")


def outline_points(line: Line, width_m: float) -> int:
    """Return how many points the outline of a line's buffer has, before it is cleared of loops.

    The vertices, 1 km apart at the most, and the arcs: one around every turn, and a whole one
    wherever the uncertainty and with it the width changes.
    """
    dense = line.dense()
    steps = np.diff(LocalPlane.around(dense.coords).forward(dense.coords), axis=0)
    heading = np.arctan2(steps[:, 1], steps[:, 0])
    turns = np.abs((np.diff(heading) + np.pi) % (2 * np.pi) - np.pi).sum() / (2 * np.pi)
    turns += 1 + np.count_nonzero(np.diff(dense.uncertainty_m))
    return len(dense.coords) + int(4 * quad_segs(width_m) * turns)


def _edges(shape: BaseGeometry) -> np.ndarray:
    parts = shapely.get_parts(shape)
    dimensions = shapely.get_dimensions(parts)
    rings = shapely.get_rings(parts[dimensions == 2])
    ends = segments(np.concatenate([rings, parts[dimensions == 1]]))
    return np.asarray(shapely.linestrings(np.stack(ends, axis=1)))


def _refuse(count: int, most: int, what: str, variable: str) -> None:
    if count > most:
        raise GeometryError(
            f"{count:,} {what}; at most {most:,} are drawn: simplify the recipe or its traces, "
            f"or set {variable}"
        )
