"""A report as one table: a row for each group of a zone, and one for the zone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from layers.characters import cell
from layers.report.model import OUTCOMES, Labels, Numbers, Report

NUMBERS = (*OUTCOMES, "previous", "since")


def to_csv(report: Report, *, excel: bool = False) -> bytes:
    """Return the numbers with all lines behind them, as UTF-8.

    ``lines`` are those of events surely inside, possibly inside and not placeable, with ``|``
    between the three, ``2 5 | 9 |``: a spreadsheet would take ``2 / 5 / 9`` for a day.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["zone_id", *report.groups, *NUMBERS, "lines"])
    for zone_id, labels, numbers in _rows(report):
        texts = [cell(text) for text in (zone_id, *labels)]
        since = "" if report.since is None else numbers.since
        counted = (numbers.surely, numbers.possibly, numbers.not_placeable, numbers.previous, since)
        writer.writerow([*texts, *counted, _lines(numbers)])
    return out.getvalue().encode("utf-8-sig" if excel else "utf-8")


def _rows(report: Report) -> Iterator[tuple[str, Labels, Numbers]]:
    for zone in report.zones:
        yield zone.zone_id, ("",) * len(report.groups), zone.total
        for labels, numbers in zone.groups.items():
            yield zone.zone_id, labels, numbers


def _lines(numbers: Numbers) -> str:
    found = (" ".join(map(str, numbers.lines.get(name, ()))) for name in OUTCOMES)
    return cell(" ".join(" | ".join(found).split()))
