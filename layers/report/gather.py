"""From the counts of a run to the report's numbers: totals, groups, subtotals."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import date

from layers.monitor.grouped import Counted, GroupedCounts
from layers.report.event_lines import EventLines
from layers.report.model import (
    MOST_LINES,
    OUTCOMES,
    UNMAPPED,
    Days,
    Highest,
    Labels,
    Numbers,
    Outcome,
    RowCounts,
    StatusCounts,
    ZoneCounts,
)
from layers.report.question import Question

MEASURES: dict[Outcome, str] = {
    "surely": "inside_all",
    "possibly": "inside_some",
    "not_placeable": "too_imprecise",
}
PERIOD, PREVIOUS, SINCE, LATER = "period", "previous", "since", "later"
_OTHERS = ("unknown_precision", "not_placeable", "no_shape", "outside")
Spans = Mapping[str, Mapping[str, float]]
"""The numbers of a cell by span and column."""


class GatheredCounts:
    """The counts of a run as the report's numbers."""

    def __init__(
        self,
        counts: GroupedCounts,
        question: Question,
        *,
        spans: Mapping[str, Days],
        before: Sequence[Days],
        drawn: Container[Counted],
    ) -> None:
        self.counts = counts
        self.events = EventLines(counts, name_files=len(counts.result.survey.files) > 1)
        self._drawn = drawn
        self._spans = spans
        self._before = before
        self._places = question.places
        self.headings = {name: _headings(counts, question, name) for name in question.groups}
        self._orders = [list(self.headings[name]) for name in question.groups]
        self._headed = [label for label in self._orders[0] if label != UNMAPPED]
        self._whole: Labels = ("",) * len(self._orders)
        self._of_zone: dict[str, dict[Labels, Spans]] = {}
        for (zone_id, labels), own in counts.cells.items():
            self._of_zone.setdefault(zone_id, {})[labels] = own
        self._anywhere = self._of_zone[""][self._whole]

    def zone(self, zone_id: str, *, headline: bool) -> ZoneCounts:
        """Return what was counted in a zone; that of the headline also since when it is highest."""
        cells, whole = self._of_zone[zone_id], self._whole
        spans = cells[whole]
        labels = sorted((one for one in cells if one != whole), key=self._order)
        rows = {one: self._numbers(zone_id, one) for one in labels}
        kept = {one: numbers for one, numbers in rows.items() if _shown(numbers)}
        subtotals = {
            label: numbers
            for label in dict.fromkeys([*self._headed, *(one[0] for one in labels)])
            if _shown(numbers := self._subtotal(zone_id, label, rows)) or label in self._headed
        }
        for label in subtotals.keys() - {one[0] for one in kept}:
            kept[(label, *whole[1:])] = Numbers()
        total = self._numbers(zone_id, whole)
        highest = {
            label: one
            for label, numbers in subtotals.items()
            if headline and (one := self._highest(numbers.surely, label, cells))
        }
        return ZoneCounts(
            zone_id,
            number_of(spans, PERIOD, "days"),
            number_of(spans, PREVIOUS, "days"),
            total,
            {one[::-1]: kept[one] for one in sorted(kept, key=self._row_order)},
            subtotals,
            highest,
            number_of(spans, PERIOD, "no_shape"),
            self._statuses(zone_id, total),
        )

    def rows(self) -> RowCounts:
        """Return where every row of the files went."""
        spans, totals = self._anywhere, self.counts.totals
        outcomes = {name: int(spans[PERIOD][name]) for name in (*MEASURES.values(), *_OTHERS)}
        later = number_of(spans, LATER, "events")
        elsewhere = (totals["rejected"], totals["beyond_record"], later, *outcomes.values())
        return RowCounts(
            read=totals["read"] + totals["repeated"],
            repeated=totals["repeated"],
            rejected=totals["rejected"],
            beyond_record=totals["beyond_record"],
            earlier=totals["read"] - sum(elsewhere),
            later=later,
            outcomes=outcomes,
        )

    def begins(self) -> date | None:
        """Return the day of the first event in the zones, where the file has none of days before.

        None where it stands at the beginning of all that is compared: then nothing lacks.
        """
        first = self.events.first_day
        if first is None or first <= min(span.first for span in self._spans.values()):
            return None
        earlier = (str(n) for n, days in enumerate(self._before) if days.last < first)
        return None if any(number_of(self._anywhere, n, "events") for n in earlier) else first

    def _statuses(self, zone_id: str, total: Numbers) -> tuple[StatusCounts, ...]:
        """Return what each status in force counts, where not all count what the zone does."""
        found = [
            StatusCounts(
                *one[1:],
                number_of(spans, PERIOD, MEASURES["surely"]),
                number_of(spans, PERIOD, MEASURES["possibly"]),
                one in self._drawn,
            )
            for one, spans in self.counts.by_status.items()
            if one[0] == zone_id and number_of(spans, PERIOD, "days")
        ]
        whole = (total.surely, total.possibly)
        return tuple(found) if any((one.surely, one.possibly) != whole for one in found) else ()

    def _numbers(self, zone_id: str, labels: Labels) -> Numbers:
        spans = self._of_zone[zone_id][labels]
        lines = {
            name: self.events.lines(zone_id, labels, column, self._spans[PERIOD])
            for name, column in MEASURES.items()
        } | {
            name: self.events.lines(zone_id, labels, MEASURES["surely"], days, MOST_LINES)
            for name, days in self._spans.items()
            if name != PERIOD
        }
        return Numbers(
            **{name: number_of(spans, PERIOD, column) for name, column in MEASURES.items()},
            previous=number_of(spans, PREVIOUS, "inside_all"),
            since=number_of(spans, SINCE, "inside_all"),
            places=None
            if self._places is None
            else number_of(spans, PERIOD, f"distinct_{self._places}_inside_all"),
            lines=lines,
        )

    def _subtotal(self, zone_id: str, label: str, rows: Mapping[Labels, Numbers]) -> Numbers:
        """Return a label of the leading group, whatever the others are."""
        own = {labels: numbers for labels, numbers in rows.items() if labels[0] == label}
        summed = {
            name: sum(getattr(numbers, name) for numbers in own.values())
            for name in (*OUTCOMES, "previous", "since")
        }
        places = None
        if self._places is not None:
            surely, period = MEASURES["surely"], self._spans[PERIOD]
            found = (self.events.events(zone_id, labels, surely, period) for labels in own)
            places = len(set().union(*(events["place"] for events in found)) - {""})
        return Numbers(**summed, places=places)

    def _highest(self, number: int, label: str, cells: Mapping[Labels, Spans]) -> Highest | None:
        """Return since when a number is the highest; None where it is not above the last one."""
        own = [spans for labels, spans in cells.items() if labels[0] == label]
        whole, seen = cells[self._whole], []
        for n, days in enumerate(self._before):
            if number_of(whole, str(n), "days") < len(days):
                break
            seen.append(sum(number_of(spans, str(n), "inside_all") for spans in own))
        # Periods before the first event of the file say nothing.
        while seen and seen[-1] == 0:
            seen.pop()
        if not seen or number <= seen[0]:
            return None
        for days, earlier_number in zip(self._before, seen, strict=False):
            if earlier_number >= number:
                return Highest(days, earlier_number, days.first)
        # The file may begin in the midst of the first period that has an event.
        return Highest(None, 0, self._before[len(seen) - 2].first) if len(seen) > 2 else None

    def _order(self, labels: Labels) -> tuple[tuple[int, str], ...]:
        return tuple(
            (order.index(label) if label in order else len(order), label)
            for order, label in zip(self._orders, labels, strict=True)
        )

    def _row_order(self, labels: Labels) -> tuple[tuple[int, str], ...]:
        """Order rows as they are shown, the leading group last; what no row has comes first."""
        return tuple((-1, "") if not key[1] else key for key in self._order(labels)[::-1])


def number_of(spans: Spans, span: str, column: str) -> int:
    """Return a number of a cell, 0 where it has none."""
    return int(spans.get(span, {}).get(column, 0))


def _shown(numbers: Numbers) -> bool:
    return bool(numbers.any or numbers.previous or numbers.since)


def _headings(
    counts: GroupedCounts, question: Question, group: str
) -> Mapping[str, Mapping[str, str]]:
    """Return the headings of a group: a desk's all, of ready-made ones those that occur."""
    own = question.mappings.get(group)
    found = counts.headings.get(group, {})
    if own is not None:
        return {**own.headings, **found}
    at = question.groups.index(group)
    words = {labels[at] for _, labels in counts.cells} - {""}
    return found if words <= set(found) else {}  # a column of that name says it in its own words
