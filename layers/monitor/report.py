"""Make the table of counts: one row a zone, status and period, then all zones together.

Columns: ``zone_id, name_en, name_ar, layer, track, status, period``, then whole numbers that
add up in every row::

    inside_all + inside_some + too_imprecise + unknown_precision + not_placeable + no_shape
        + outside = events

``inside_all``     inside the inner shape: in every reading
``inside_some``    inside the outer shape alone: in some readings
``too_imprecise``  place or day not known well enough to tell
``unknown_precision``  the file does not say how precisely the place is known
``not_placeable``  the file rightly gives no place at all
``no_shape``       a period that held on that day has no outline, so nothing can be told
``outside``        certainly outside
``events``         all events of the period on days when the row's status held

With one reading the first two are one column, ``inside``. Rows are a zone's in the order of
the layers: ``any`` (track empty; each event once, whichever periods hold), each track and
status, ``not_in_force`` (days of the record when no period holds; the shape is any that the
zone ever has). The zone that is the empty text is all zones in force taken as one (``any``):
``outside`` there are the events in no zone, ``no_shape`` those of days on which a zone in force has
none. Its row ``beyond_record`` has only ``events``:
days for which the record does not speak, where nothing is classed. A period in which no
event was read has no row.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from layers.atomic import new_file
from layers.errors import ExportError
from layers.monitor.count import SEGMENT, SERIES, TOTAL, Counts, period_text
from layers.monitor.hits import (
    INSIDE_ALL,
    INSIDE_SOME,
    NOT_PLACEABLE,
    OUTSIDE,
    TOO_IMPRECISE,
    UNKNOWN_PRECISION,
    in_force,
)
from layers.monitor.index import ZoneIndex
from layers.monitor.periods import ANY, NOT_IN_FORCE

if TYPE_CHECKING:
    import pyarrow as pa

BEYOND_RECORD = "beyond_record"
TEXTS = ("zone_id", "name_en", "name_ar", "layer", "track", "status", "period")
UNTOLD = ("too_imprecise", "unknown_precision", "not_placeable", "no_shape")
"""What is neither inside nor outside, and why."""
_OF_ALL_ZONES = ("unknown_precision", "not_placeable")  # the same for all zones of a day
NO_SHAPE = NOT_PLACEABLE + 1
ENDINGS = (".csv", ".parquet", ".json")


def number_columns(index: ZoneIndex) -> tuple[str, ...]:
    """Return the names of the number columns: they depend on the reading."""
    inside = ("inside_all", "inside_some") if index.reading is None else ("inside",)
    return (*inside, *UNTOLD, "outside", "events")


def table(counts: Counts, index: ZoneIndex, *, by: str = "month") -> pa.Table:
    """Return counts as an Arrow table; the same counts give the same table."""
    import pyarrow as pa

    bins, found, events = _matrices(counts, index)
    series, column = np.nonzero(events)
    heads = [
        (one.zone_id, one.name_en, one.name_ar, one.layer, one.track, one.status)
        for one in index.series
    ]
    names = pa.array([period_text(number, by) for number in bins], pa.string())
    kept, places = pa.array(series), zip(*heads, strict=True) if heads else [()] * 6
    columns = [pa.array(place, pa.string()).take(kept) for place in places]
    columns.append(names.take(pa.array(column)))
    held = _number_columns(found[series, column], events[series, column], index)
    columns += [pa.array(numbers, pa.int64()) for numbers in held]
    rest = _overall_rows(counts, index, by)
    columns = [
        pa.concat_arrays([column, pa.array([row[place] for row in rest], column.type)])
        for place, column in enumerate(columns)
    ]
    return pa.table(columns, names=[*TEXTS, *number_columns(index)])


def _overall_rows(counts: Counts, index: ZoneIndex, by: str) -> list[list[str | int | None]]:
    """Return the rows of no zone: all zones in force as one, then days beyond the record."""
    overall = _overall(counts, index)
    rows: list[list[str | int | None]] = []
    for period, relations, _ in overall:
        if any(relations):
            numbers = _number_columns(np.array([relations]), np.array([sum(relations)]), index)
            held = [int(number[0]) for number in numbers]
            rows.append(["", "", "", "", "", ANY, period_text(period, by), *held])
    for period, _, beyond in overall:
        if beyond:
            none = [None] * (len(number_columns(index)) - 1)
            rows.append(["", "", "", "", "", BEYOND_RECORD, period_text(period, by), *none, beyond])
    return rows


def totals(counts: Counts, index: ZoneIndex, *, rejected: int = 0) -> dict[str, Any]:
    """Return what was read and where it went; every level adds up.

    read = rejected + accepted, accepted = beyond_record + counted, and for every zone the
    numbers of ``in_force`` and ``not_in_force`` together are ``counted``.
    """
    overall = _overall(counts, index)
    beyond = sum(days for _, _, days in overall)
    counted = sum(sum(relations) for _, relations, _ in overall)
    _, found, events = _matrices(counts, index)
    zones: dict[str, dict[str, dict[str, int]]] = {}
    names = number_columns(index)
    for number, series in enumerate(index.series):
        if series.status not in (ANY, NOT_IN_FORCE) or series.track:
            continue
        values = _number_columns(found[number].sum(axis=0)[None], events[number].sum()[None], index)
        part = "in_force" if series.status == ANY else NOT_IN_FORCE
        own = zones.setdefault(series.zone_id, {})
        own[part] = {name: int(value[0]) for name, value in zip(names, values, strict=True)}
    return {
        "read": beyond + counted + rejected,
        "rejected": rejected,
        "accepted": beyond + counted,
        "beyond_record": beyond,
        "counted": counted,
        "zones": zones,
    }


def provenance(index: ZoneIndex, *, by: str) -> dict[str, Any]:
    """Return what a table was made from: record, reading, days and radii."""
    return {
        "record": {
            "id": index.record_id,
            "edition": index.edition,
            "sha256": index.record_sha256,
            "from": index.span[0],
            "to": index.span[1],
        },
        "by": by,
        "reading": index.reading or "every and some",
        "positional_accuracy_m": list(index.positional_accuracy_m),
        "zones_without_shape": list(index.times.shapeless),
    }


def write(path: Path, rows: pa.Table, *, header: Mapping[str, Any] | None = None) -> None:
    """Write a table as CSV, Parquet or JSON by the ending of its name, whole or not at all."""
    if path.suffix.lower() not in ENDINGS:
        raise ExportError(f"{path}: name a file that ends in {', '.join(ENDINGS)}")
    with new_file(path) as fresh:
        if path.suffix.lower() == ".parquet":
            import pyarrow.parquet as pq

            kept = {b"tamas": json.dumps(header or {}, sort_keys=True).encode()}
            pq.write_table(rows.replace_schema_metadata(kept), fresh, compression="zstd")
        else:
            as_json = path.suffix.lower() == ".json"
            fresh.write_bytes(to_json(rows, header or {}) if as_json else to_csv(rows))


def to_csv(rows: pa.Table) -> bytes:
    """Return a table as CSV: UTF-8, a header, numbers that were not asked empty."""
    import pyarrow.csv as pc

    sink = io.BytesIO()
    pc.write_csv(rows, sink, pc.WriteOptions(quoting_style="needed", quoting_header="none"))
    return sink.getvalue()


def to_json(rows: pa.Table, header: Mapping[str, Any]) -> bytes:
    """Return a table as JSON: what it was made from, its totals and its rows."""
    import orjson

    data = {**header, "rows": rows.to_pylist()}
    return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def text_table(rows: pa.Table, index: ZoneIndex) -> list[str]:
    """Return a table for a terminal: zones with events in them, all periods together."""
    usual = [name for name in number_columns(index)[:-2] if name not in _OF_ALL_ZONES]
    rare = [name for name in _OF_ALL_ZONES if any(rows[name].to_pylist())]
    names = [*usual, *rare]
    summed: dict[tuple[str, str, str], list[int]] = {}
    periods: dict[tuple[str, str, str], list[str]] = {}
    for row in rows.to_pylist():
        values = [row[name] or 0 for name in names]
        if not row["zone_id"] or not any(values[: len(usual)]):
            continue
        key = (row["zone_id"], row["track"], row["status"])
        summed[key] = [a + b for a, b in zip(summed.get(key, [0] * 9), values, strict=False)]
        periods.setdefault(key, []).append(row["period"])
    table = [("zone", "track", "status", "first", "last", *names)]
    for key, values in summed.items():
        own = periods[key]
        table.append((*key, own[0], own[-1], *map(str, values)))
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            text.ljust(width) if place < 5 else text.rjust(width)
            for place, (text, width) in enumerate(zip(one, widths, strict=True))
        ).rstrip()
        for one in table
    ]


def _number_columns(
    relations: NDArray[np.int64], events: NDArray[np.int64], index: ZoneIndex
) -> list[NDArray[np.int64]]:
    """Return the number columns of rows from their counts by kind; outside is what remains."""
    every, some = relations[:, INSIDE_ALL], relations[:, INSIDE_SOME]
    inside = [every, some] if index.reading is None else [every + some]
    untold = (TOO_IMPRECISE, UNKNOWN_PRECISION, NOT_PLACEABLE, NO_SHAPE)
    outside = events - relations[:, OUTSIDE + 1 :].sum(axis=1)
    return [*inside, *(relations[:, one] for one in untold), outside, events]


def _matrices(
    counts: Counts, index: ZoneIndex
) -> tuple[list[int], NDArray[np.int64], NDArray[np.int64]]:
    """Return periods, counts[series, period, kind] and events[series, period]."""
    which, period, relation, number = counts.decoded(TOTAL)
    bins, column = np.unique(period, return_inverse=True)
    found = np.zeros((len(index.series), len(bins), NO_SHAPE + 1), np.int64)
    events = np.zeros((len(index.series), len(bins)), np.int64)
    pairs, place = np.unique(which, return_inverse=True)
    grouped = np.zeros((len(pairs), len(bins), NO_SHAPE), np.int64)
    np.add.at(grouped, (place, column, relation), number)
    for pair, row in zip(pairs.tolist(), grouped, strict=True):
        on, lacking = _series_on(pair, index), _lacking_on(pair, index)
        events[on] += row.sum(axis=1)
        found[on & ~lacking, :, UNKNOWN_PRECISION:NO_SHAPE] += row[:, UNKNOWN_PRECISION:]
        found[on & lacking, :, NO_SHAPE] += row.sum(axis=1)
    segment, own, sort, times = counts.decoded(SEGMENT)
    column = np.searchsorted(bins, own)
    again, each = _expanded(segment, index.times.series_of)
    np.add.at(found, (each, column[again], sort[again]), times[again])
    again, each = _expanded(segment, index.times.partly)
    np.subtract.at(found[:, :, NO_SHAPE], (each, column[again]), times[again])
    series, own, sort, times = counts.decoded(SERIES)
    np.add.at(found, (series, np.searchsorted(bins, own), sort), times)
    found[:, :, OUTSIDE] = events - found[:, :, 1:].sum(axis=2)
    return bins.tolist(), found, events


def _expanded(
    segment: NDArray[np.integer], lists: tuple[tuple[int, ...], ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return for every member of the list of each segment the segment's place, and the member."""
    again = np.repeat(
        np.arange(len(segment)), np.array([len(one) for one in lists], np.int64)[segment]
    )
    return again, np.array([one for at in segment.tolist() for one in lists[at]], np.int64)


def _lacking_on(pair: int, index: ZoneIndex) -> NDArray[np.bool_]:
    """Tell which series lack a shape in one of the epochs of a pair."""
    first, last = divmod(pair, index.times.epochs)
    lacking: NDArray[np.bool_] = np.any(index.times.lacking[:, first : last + 1], axis=1)
    return lacking


def _series_on(pair: int, index: ZoneIndex) -> NDArray[np.bool_]:
    """Tell which series hold on a day of a pair of epochs, those out of force if no other does."""
    first, last = divmod(pair, index.times.epochs)
    held: NDArray[np.bool_] = np.any(index.times.holds[:, first : last + 1], axis=1)
    if first == last:
        return held
    zones = np.array([one.zone for one in index.series])
    touching = np.isin(zones, zones[held & in_force(index)])
    held &= ~(index.out_of_force() & touching)
    return held


def _overall(counts: Counts, index: ZoneIndex) -> list[tuple[int, list[int], int]]:
    """Return for each period the counted events by kind, and those beyond the record."""
    last = index.times.epochs - 1
    result: dict[int, tuple[list[int], int]] = {}
    for pair, period, relation, number in zip(*map(_as_ints, counts.decoded(TOTAL)), strict=True):
        relations, beyond = result.setdefault(period, ([0] * (NO_SHAPE + 1), 0))
        ends = divmod(pair, index.times.epochs)
        if ends in ((0, 0), (last, last)):
            beyond += number
        elif relation == OUTSIDE and (_lacking_on(pair, index) & in_force(index)).any():
            relations[NO_SHAPE] += number
        else:
            relations[relation] += number
        result[period] = (relations, beyond)
    return [(period, *result[period]) for period in sorted(result)]


def _as_ints(column: NDArray[np.integer]) -> list[int]:
    numbers: list[int] = column.tolist()
    return numbers
