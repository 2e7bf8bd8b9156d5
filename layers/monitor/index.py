"""The zones of a view, indexed for counting: where they are and when they hold.

`ZoneIndex` is made once, can be pickled to another process or machine, and is read alone by
`layers.monitor.count`, so threads may share it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.crs import LocalPlane, split_antimeridian, unwrap
from layers.build.rows import BuiltAtlas, Reading
from layers.monitor.grid import Grid, ShapeGroup
from layers.monitor.periods import NOT_IN_FORCE, Series, Timetable, timetable
from layers.query.selection import Selection

EXACT: tuple[float, ...] = (0.0,)
_MAX_CELLS_WIDE = 200_000
# What simplifying, the plane's scale and the corners of round buffers can take away.
_SLACK = 1.02


@dataclass(frozen=True, slots=True)
class ZoneIndex:
    """Zones to count in.

    ``reading`` None counts what is inside in every reading (inner) and in some (outer);
    otherwise one shape alone. ``positional_accuracy_m`` are the distances in metres at which an
    event may have been from the point given for it: 0 first, then those of coarser precision
    codes. ``grids`` has one grid for each.
    """

    times: Timetable
    grids: tuple[Grid, ...]
    positional_accuracy_m: tuple[float, ...]
    reading: Reading | None
    record_sha256: str
    record_id: str
    edition: str
    languages: tuple[str, ...]
    span: tuple[str, str]

    @classmethod
    def of(
        cls,
        built: BuiltAtlas,
        selection: Selection | None = None,
        *,
        reading: Reading | None = None,
        positional_accuracy_m: Sequence[float] = EXACT,
    ) -> ZoneIndex:
        """Index the rows of a view (all rows by default)."""
        rows = (selection or Selection()).rows(built)
        times = timetable(built.record, rows, reading=reading)
        accuracies = (
            0.0,
            *sorted({float(accuracy) for accuracy in positional_accuracy_m if accuracy > 0}),
        )
        grids = [Grid(times.groups)]
        for accuracy in accuracies[1:]:
            wide = [_within_accuracy(group, accuracy) for group in times.groups]
            grids.append(Grid(wide, max_cells=_MAX_CELLS_WIDE))
        atlas = built.record.atlas
        return cls(
            times,
            tuple(grids),
            accuracies,
            reading,
            built.record.sha256,
            atlas.id,
            str(atlas.edition),
            built.record.languages,
            (atlas.record_from, atlas.record_to),
        )

    @property
    def series(self) -> tuple[Series, ...]:
        """Return what is counted, in the order of the report."""
        return self.times.series

    def out_of_force(self) -> NDArray[np.bool_]:
        """Tell for each series whether it is one of days on which its zone is not in force."""
        return np.array([one.status == NOT_IN_FORCE for one in self.series], bool)


def _within_accuracy(group: ShapeGroup, code_accuracy_m: float) -> ShapeGroup:
    """Return the points from which all within the accuracy is inside, and from which any may be."""
    inner = (_inner_and_outer_buffers(one, code_accuracy_m)[0] for one in group.inner)
    # With one reading there is no outer shape: what may be inside is what is near the inner.
    near = group.outer or group.inner
    outer = (_inner_and_outer_buffers(one, code_accuracy_m)[1] for one in near)
    return ShapeGroup(
        tuple(one for one in inner if one is not None),
        tuple(one for one in outer if one is not None),
    )


# Most of an index's time: a shape is asked for by many groups, and who counts again has it.
@lru_cache(maxsize=4096)
def _inner_and_outer_buffers(
    geometry: BaseGeometry, code_accuracy_m: float
) -> tuple[BaseGeometry | None, BaseGeometry | None]:
    """Return a shape less and plus what lies within a distance, each to the safe side.

    Buffers are drawn in the azimuthal equidistant plane of the shape and taken 2 % wider than
    the distance, more than the plane is wrong by up to 1,000 km: the shrunk shape is never too
    large and the grown one never too small.
    """
    if geometry.bounds[2] - geometry.bounds[0] > 180:
        geometry = shapely.transform(
            geometry, lambda xy: np.column_stack([unwrap(xy[:, 0], 180.0), xy[:, 1]])
        )
    plane = LocalPlane.around(shapely.get_coordinates(geometry))
    flat = shapely.simplify(plane.project(geometry), code_accuracy_m / 400)
    both = []
    for by in (-code_accuracy_m * _SLACK, code_accuracy_m * _SLACK):
        moved: BaseGeometry = shapely.buffer(flat, by, quad_segs=24)
        moved = shapely.segmentize(moved, max(code_accuracy_m / 10, 1000.0))
        moved = shapely.transform(moved, plane.inverse)
        moved = moved if moved.is_valid else shapely.make_valid(moved)
        both.append(None if moved.is_empty else split_antimeridian(moved))
    return both[0], both[1]
