"""The days on which anything changed, with what changed and what held, in order of time.

One walk over the record: between two such days nothing changes, so each day looks only at the
zones that a date of theirs falls on. What holds besides is kept as it goes along, listed for an
atlas of some dozens of zones and counted for a larger one: a page that listed all would make
a site grow as its days times its zones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from layers.build.rows import BuiltAtlas
from layers.query.changes import diff
from layers.query.states import ZoneState, change_dates, zone_states_on

GROUPS = ("appeared", "changed", "ended")
# A picture draws up to three shapes a zone, and 400 in all.
MOST = 120
"""Zones holding on a day up to which its page lists and draws them all."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ChangeDay:
    """A day on which something changed: what held before and on it, of the zones it touched.

    ``states`` is all that holds on the day, None where that is more than `MOST`; ``counts`` is
    its number by layer and kind.
    """

    day: date
    before: Mapping[str, ZoneState]
    now: Mapping[str, ZoneState]
    states: Sequence[ZoneState] | None
    counts: Mapping[tuple[str, str], int]
    changes: Mapping[str, Sequence[dict[str, Any]]] = field(
        default_factory=lambda: dict.fromkeys(GROUPS, ())
    )
    certainty_changes: Mapping[str, bool] = field(default_factory=dict)
    """Zones that only became certain (True) or no longer are (False)."""
    begins: bool = False
    """True on the record's first day: what held before it is not told."""

    @property
    def number(self) -> int:
        """Return how many zones hold on the day."""
        return sum(self.counts.values())


class _Holding:
    """What holds, as days go by."""

    def __init__(self, built: BuiltAtlas, day: date) -> None:
        self._record = built.record
        self._order = {name: at for at, name in enumerate(built.by_zone)}
        self._held = zone_states_on(built, day)
        self._counts = Counter(map(self._sort, self._held))

    def change(self, before: Mapping[str, ZoneState], now: Mapping[str, ZoneState]) -> None:
        """Put what holds now in the place of what held before."""
        for name in before:
            del self._held[name]
            self._counts[self._sort(name)] -= 1
        for name, held in now.items():
            self._held[name] = held
            self._counts[self._sort(name)] += 1

    def listed(self) -> tuple[ZoneState, ...] | None:
        """Return all that holds in the order of the record, None where it is too much."""
        if len(self._held) > MOST:
            return None
        return tuple(self._held[name] for name in sorted(self._held, key=self._order.__getitem__))

    def counts(self) -> dict[tuple[str, str], int]:
        """Return how many hold, by layer and kind, in the order of layers."""
        layers = list(self._record.layers)
        found = [(key, number) for key, number in self._counts.items() if number]
        return dict(sorted(found, key=lambda item: (layers.index(item[0][0]), item[0][1])))

    def _sort(self, name: str) -> tuple[str, str]:
        zone = self._record.zones[name]
        return zone.layer, zone.type


def iter_change_days(built: BuiltAtlas) -> Iterator[ChangeDay]:
    """Yield each day of the record on which something changed, against the day before it."""
    first, _ = built.record.atlas.days
    holding = _Holding(built, first)
    for day, zones in change_dates(built).items():
        if day == first:
            yield ChangeDay(day, {}, {}, holding.listed(), holding.counts(), begins=True)
            continue
        before, now = (zone_states_on(built, on, zones=zones) for on in (day - _DAY, day))
        holding.change(before, now)
        found = diff(built, day - _DAY, day, zones=zones)
        groups = {name: [one for one in found if one["change"] == name] for name in GROUPS}
        same = [one["zone_id"] for one in found if one["change"] == "unchanged"]
        certainty = {
            name: _certain(now[name], day)
            for name in same
            if _certain(now[name], day) != _certain(before[name], day - _DAY)
        }
        yield ChangeDay(day, before, now, holding.listed(), holding.counts(), groups, certainty)


def _certain(state: ZoneState, day: date) -> bool:
    return any(row.validity.holds(day) == "certain" for row in state.rows)
