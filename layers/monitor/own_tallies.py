"""A desk's own events beside what others counted: so many a month in each zone of an agreement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from layers.build.rows import BuiltAtlas
from layers.i18n import Translator
from layers.monitor.calendar import period_days
from layers.monitor.options import parse_tabulation
from layers.monitor.run import monitor
from layers.printing.tally_chart import Count, CountSeries
from layers.printing.text import isolate
from layers.query.selection import parse_selection
from layers.record.clauses import Agreement


def own_series(
    built: BuiltAtlas,
    events: Sequence[str],
    agreement: Agreement,
    found: Iterable[Mapping[str, Any]],
    zones: Iterable[str] | None,
    words: Translator,
) -> list[CountSeries]:
    """Return a series each zone: its events from the day of the signing, as `tamas monitor` counts.

    ``zones`` left out, they are those in which others counted, else those in which a clause holds.
    Zones overlap, so they stand apart as the counters do.
    """
    counted = [name for item in found for name in item["zones"]]
    in_clauses = [name for clause in agreement.clauses for name in clause.zones]
    names = tuple(dict.fromkeys(zones or counted or in_clauses))
    result = monitor(
        list(events),
        built,
        selection=parse_selection(zones=names),
        reading="nominal",
        by=parse_tabulation(built, by="month", first=agreement.signed),
    )
    rows = [row for row in result.table.to_pylist() if row["status"] == "any"]
    title = words.gettext(
        "tally_series",
        who=isolate(", ".join(Path(name).name for name in events)),
        unit=words.gettext("tally_unit.event"),
    )
    return [
        CountSeries(
            title,
            words.gettext("tally_events", zone=built.record.zones[name].names[words.lang]),
            counts,
        )
        for name in names
        if (counts := tuple(_count(row) for row in rows if row["zone_id"] == name))
    ]


def _count(row: Mapping[str, Any]) -> Count:
    after = period_days(row["period"])[1].toordinal() + 1
    # A month is counted from the day of the signing on.
    return Count(after - row["days"], after, row["inside"], row["inside"])
