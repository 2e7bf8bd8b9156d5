"""Make the table of counts: one row a zone, status and period, then all zones together.

Columns: ``zone_id``, a ``name_`` for each language of the atlas, ``layer, track, status,
period``, then whole numbers that add up in every row::

    inside_all + inside_some + too_imprecise + unknown_precision + not_placeable + no_shape
        + outside = events

``inside_all``     inside the inner shape: in every reading
``inside_some``    inside the outer shape alone: in some readings
``too_imprecise``  place or day not known well enough to tell
``unknown_precision``  the file does not say how precisely the place is known
``not_placeable``  the row has a day and no coordinates
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

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from layers.atomic import new_file
from layers.errors import ExportError
from layers.i18n import translator
from layers.monitor.cells import ALL_ZONES, BEYOND, UNION, cells, days_in_force
from layers.monitor.count import Counts
from layers.monitor.grid import Ints
from layers.monitor.index import ZoneIndex
from layers.monitor.mapping import UNMAPPED
from layers.monitor.mapping import Mapping as Headings
from layers.monitor.periods import ANY, NOT_IN_FORCE
from layers.monitor.sheets import csv_bytes, plain_texts
from layers.monitor.table_rows import (
    OF_ALL_ZONES,
    TableRows,
    number_columns,
    outcome_columns,
    placed_columns,
    table_rows,
)
from layers.monitor.tabulation import Tabulation

BEYOND_RECORD = "beyond_record"
UNION_ID = "union"
ENDINGS = (".csv", ".parquet", ".json")


def group_columns(index: ZoneIndex, by: str | Tabulation) -> tuple[str, ...]:
    """Return the name of the column that has the labels of each group."""
    names = (f"name_{lang}" for lang in index.languages)
    taken = {"zone_id", *names, "layer", "track", "status", "period", "days"}
    taken |= set(number_columns(index))
    names_ = (group.name for group in Tabulation.of(by).groups)
    return tuple(f"group_{name}" if name in taken else name for name in names_)


def heading_name(mapping: Headings, label: str, lang: str) -> str:
    """Return what a heading is called in a language, `UNMAPPED` too."""
    if label == UNMAPPED:
        return translator(lang).gettext("monitor.unmapped")
    return mapping.name(label, lang)


def table(counts: Counts, index: ZoneIndex, *, by: str | Tabulation = "month") -> pa.Table:
    """Return counts as an Arrow table; the same counts give the same table.

    Texts are dictionaries; `layers.monitor.sheets.plain_texts` writes them out. A group has a
    column of its own name (``group_layer`` where that is taken), followed by its headings in each
    language of the atlas where words are mapped.
    """
    tabulation = Tabulation.of(by)
    found = table_rows(counts, index, tabulation)
    columns = _text_columns(found, index, tabulation)
    days = days_in_force(found.cells.series, found.cells.period, index, tabulation.span)
    columns.append(("days", pa.array(days, pa.int64())))
    # On days beyond the record nothing is classed.
    classed = pa.array(found.cells.series != len(index.series) + BEYOND).buffers()[1]
    for name, numbers in found.columns.items():
        known = None if name.endswith("events") else classed
        held = [known, pa.py_buffer(np.ascontiguousarray(numbers))]
        kind = pa.from_numpy_dtype(numbers.dtype)
        columns.append((name, pa.Array.from_buffers(kind, len(numbers), held)))
    return pa.table([array for _, array in columns], names=[name for name, _ in columns])


def _text_columns(
    found: TableRows, index: ZoneIndex, tabulation: Tabulation
) -> list[tuple[str, pa.Array]]:
    rows, none = found.cells, [""] * len(index.languages)
    heads = [
        (one.zone_id, *one.names.values(), one.layer, one.track, one.status) for one in index.series
    ]
    of_no_zone = {UNION: (UNION_ID, ANY), ALL_ZONES: ("", ANY), BEYOND: ("", BEYOND_RECORD)}
    for series in sorted(of_no_zone):
        zone_id, status = of_no_zone[series]
        heads.append((zone_id, *none, "", "", status))
    names = ("zone_id", *(f"name_{lang}" for lang in index.languages), "layer", "track", "status")
    texts = zip(names, zip(*heads, strict=True), strict=True)
    columns = [(name, _texts(own, rows.series)) for name, own in texts]
    periods, which = np.unique(rows.period, return_inverse=True)
    columns.append(("period", _texts(list(map(tabulation.text, periods.tolist())), which)))
    for place, own in enumerate(group_columns(index, tabulation)):
        labels = [label[place] for label in found.labels]
        columns.append((own, _texts(labels, rows.group)))
        if (mapping := tabulation.groups[place].headings) is None:
            continue
        for lang in index.languages:
            said = [heading_name(mapping, label, lang) if label else "" for label in labels]
            columns.append((f"{own}_{lang}", _texts(said, rows.group)))
    return columns


def _texts(texts: Sequence[str], which: Ints) -> pa.Array:
    """Return for each row one of some texts, as a dictionary: millions of rows have few."""
    encoded = pa.array(texts, pa.string()).dictionary_encode()
    indices = np.asarray(encoded.indices).take(which)
    return pa.DictionaryArray.from_arrays(pa.array(indices), encoded.dictionary)


def totals(
    counts: Counts, index: ZoneIndex, *, by: str | Tabulation = "month", rejected: int = 0
) -> dict[str, Any]:
    """Return what was read and where it went, in rows of the file; every level adds up.

    read = rejected + accepted, accepted = out_of_period + beyond_record + counted, and for every
    zone the numbers of ``in_force`` and ``not_in_force`` together are ``counted``.
    """
    tabulation, zones = Tabulation.of(by), len(index.series)
    whole = counts.regrouped(lambda _: ()).in_periods(np.zeros_like)
    found = cells(whole, index)
    columns = outcome_columns(found, index)
    none = dict.fromkeys(columns, 0)
    values = zip(*(numbers.tolist() for numbers in columns.values()), strict=True)
    rows = {
        series: dict(zip(columns, own, strict=True))
        for series, own in zip(found.series.tolist(), values, strict=True)
    }
    beyond, counted = (rows.get(zones + one, none)["events"] for one in (BEYOND, ALL_ZONES))
    parts: dict[str, dict[str, dict[str, int]]] = {}
    for number, series in enumerate(index.series):
        if series.status not in (ANY, NOT_IN_FORCE) or series.track:
            continue
        own = rows.get(number, none)
        part = "in_force" if series.status == ANY else NOT_IN_FORCE
        parts.setdefault(series.zone_id, {})[part] = own
    notes = counts.notes
    accepted = beyond + counted + notes.out_of_period
    said: dict[str, Any] = {
        "read": accepted + rejected,
        "rejected": rejected,
        "accepted": accepted,
        "beyond_record": beyond,
        "counted": counted,
        "out_of_period": notes.out_of_period,
    }
    if tabulation.cutoff is not None:
        said["without_time"] = notes.without_time
    if tabulation.measures:
        said["without_number"] = {
            name: notes.without_number.get(name, 0) for name in tabulation.measures
        }
    if notes.unmapped:
        said["unmapped"] = {
            name: dict(sorted(words.items(), key=lambda item: (-item[1], item[0])))
            for name, words in notes.unmapped.items()
        }
    return {**said, "zones": parts}


def provenance(index: ZoneIndex, *, by: str | Tabulation) -> dict[str, Any]:
    """Return what a table was made from: record, reading, days and radii."""
    return {
        "record": {
            "id": index.record_id,
            "edition": index.edition,
            "sha256": index.record_sha256,
            "from": index.span[0],
            "to": index.span[1],
        },
        **Tabulation.of(by).as_dict(),
        "reading": index.reading or "every and some",
        "positional_accuracy_m": list(index.positional_accuracy_m),
        "zones_without_shape": list(index.times.shapeless),
    }


def write(
    path: Path, rows: pa.Table, *, header: Mapping[str, Any] | None = None, excel: bool = False
) -> None:
    """Write a table as CSV, Parquet or JSON by the ending of its name, whole or not at all."""
    if path.suffix.lower() not in ENDINGS:
        raise ExportError(f"{path}: name a file that ends in {', '.join(ENDINGS)}")
    with new_file(path) as fresh:
        if path.suffix.lower() == ".parquet":
            kept = {b"tamas": json.dumps(header or {}, sort_keys=True).encode()}
            pq.write_table(
                plain_texts(rows).replace_schema_metadata(kept), fresh, compression="zstd"
            )
        else:
            as_json = path.suffix.lower() == ".json"
            fresh.write_bytes(
                to_json(rows, header or {}) if as_json else csv_bytes(rows, excel=excel)
            )


def to_json(rows: pa.Table, header: Mapping[str, Any]) -> bytes:
    """Return a table as JSON: what it was made from, its totals and its rows."""
    data = {**header, "rows": rows.to_pylist()}
    return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def text_table(rows: pa.Table, index: ZoneIndex, *, by: str | Tabulation = "month") -> list[str]:
    """Return a table for a terminal: zones with events in them, all periods together."""
    usual = [name for name in placed_columns(index) if name not in OF_ALL_ZONES]
    rare = [name for name in OF_ALL_ZONES if any(rows[name].to_pylist())]
    sums = [f"sum_{name}_{inside}" for name in Tabulation.of(by).sums for inside in usual[:2]]
    names = [*usual, *rare, *sums]
    heads = ("zone_id", "track", "status", *group_columns(index, by))
    summed: dict[tuple[str, ...], list[int]] = {}
    periods: dict[tuple[str, ...], list[str]] = {}
    for row in rows.select([*heads, "period", *names]).to_pylist():
        values = [row[name] or 0 for name in names]
        if not row["zone_id"] or not any(values[: len(usual)]):
            continue
        key = tuple(row[name] for name in heads)
        before = summed.get(key, [0] * len(names))
        summed[key] = [a + b for a, b in zip(before, values, strict=True)]
        periods.setdefault(key, []).append(row["period"])
    table = [("zone", *heads[1:], "first", "last", *names)]
    order = {key: place for place, key in enumerate(dict.fromkeys(key[:3] for key in summed))}
    for key in sorted(summed, key=lambda key: (order[key[:3]], key[3:])):
        own = periods[key]
        table.append((*key, own[0], own[-1], *map(str, summed[key])))
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            text.ljust(width) if place < len(heads) + 2 else text.rjust(width)
            for place, (text, width) in enumerate(zip(one, widths, strict=True))
        ).rstrip()
        for one in table
    ]
