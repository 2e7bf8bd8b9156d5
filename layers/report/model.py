"""All that a report says, in no language and no format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from layers.build.rows import BuiltAtlas, ZonePeriod

Outcome = Literal["surely", "possibly", "not_placeable"]
OUTCOMES: tuple[Outcome, ...] = ("surely", "possibly", "not_placeable")
UNION = "union"
MOST_LINES = 200
"""So many lines stand behind a number in a page; the CSV has all of the period."""
UNMAPPED, WITHOUT = "unmapped", "none"
Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """A span of days, both ends in, with the text that named it."""

    text: str
    first: date
    last: date

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def meets(self, row: ZonePeriod) -> bool:
        """Tell whether a row holds, at least possibly, on a day of the span."""
        return row.valid_from <= self.last and (row.valid_to or date.max) >= self.first


@dataclass(frozen=True, slots=True, order=True)
class FileLine:
    """Where an event stands: its file's name, empty where there is one file, and its line."""

    file: str
    number: int

    def __str__(self) -> str:
        return f"{self.file}:{self.number}" if self.file else str(self.number)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Events of a zone and group: certainly inside, inside in some readings, or unknown.

    ``previous`` and ``since`` count those that are surely inside.
    """

    surely: int = 0
    possibly: int = 0
    not_placeable: int = 0
    previous: int = 0
    since: int = 0
    places: int | None = None
    """Different places of those surely inside; None where no column names places."""
    lines: Mapping[str, tuple[FileLine, ...]] = field(default_factory=dict)
    """All behind each outcome of the period, the first behind ``previous`` and ``since``."""

    @property
    def any(self) -> bool:
        """Tell whether there is an event of the period in it."""
        return bool(self.surely or self.possibly or self.not_placeable)

    def of(self, outcome: Outcome) -> int:
        """Return one of the three numbers by its name."""
        number: int = getattr(self, outcome)
        return number


@dataclass(frozen=True, slots=True)
class Highest:
    """The last earlier period with as many events as this one, None where none had."""

    before: Days | None
    number: int
    since: date
    """The first day of those that were looked at."""


@dataclass(frozen=True, slots=True)
class StatusCounts:
    """What was counted in a zone while one status of it was in force, in the shape it has then."""

    track: str
    status: str
    surely: int
    possibly: int
    is_drawn: bool
    """Whether it is the status that the map draws, on the last day of the period."""


@dataclass(frozen=True, slots=True)
class ZoneCounts:
    """What was counted in a zone, or in all chosen zones taken as one (`UNION`)."""

    zone_id: str
    days: int
    """Days of the period on which it was in force."""
    days_before: int
    total: Numbers
    groups: Mapping[Labels, Numbers]
    subtotals: Mapping[str, Numbers]
    """By the label of the leading group, all other groups taken together."""
    highest: Mapping[str, Highest]
    """By the label of the leading group, and of the total under the empty text."""
    without_shape: int = 0
    """Events of days on which the record has no outline of the zone."""
    statuses: tuple[StatusCounts, ...] = ()
    """Each status in force in the period, where they do not count the same."""


@dataclass(frozen=True, slots=True)
class StatusChange:
    """What became of a zone on a day of the period, and the claims that say so."""

    day: date
    zone_id: str
    change: str
    before: Mapping[str, Sequence[str]]
    after: Mapping[str, Sequence[str]]
    shape_changed: bool
    claim_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MapEvent:
    """Events of one place and certainty, for the map; degrees (WGS84), radius in metres."""

    lon: float
    lat: float
    outcome: Outcome
    within_m: float
    count: int
    lines: tuple[FileLine, ...]


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Where every row of the files went: all but ``read`` add up to it."""

    read: int
    repeated: int
    rejected: int
    beyond_record: int
    earlier: int
    """Of days of the record before the period."""
    later: int
    outcomes: Mapping[str, int]
    """Of the period, by the columns of `tamas monitor`: what each is to all zones taken as one.

    ``outside`` are those in none of them on days when these were in force.
    """

    @property
    def of_period(self) -> int:
        """Return how many rows of the period were read."""
        return sum(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class EventFile:
    """A file that was counted: its name and the SHA-256 of its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Report:
    """A period in some zones: numbers, changes, doubts and where all of it comes from."""

    built: BuiltAtlas
    period: Days
    previous: Days
    since: date | None
    cutoff: str | None
    groups: tuple[str, ...]
    """Names of the groups as they are shown, the leading one last."""
    headings: Mapping[str, Mapping[str, Mapping[str, str]]]
    zones: tuple[ZoneCounts, ...]
    changes: tuple[StatusChange, ...]
    events: tuple[MapEvent, ...]
    unmapped: Mapping[str, Mapping[str, int]]
    rows: RowCounts
    exceeds_max_rejects: bool
    """Whether more rows could not be read than the desk allows: it is not to be signed."""
    without_place: int
    """Events of the scope that have a day and no place."""
    unknown_precision: int
    """Events of the scope whose file does not say how well their place is known."""
    without_time: int
    """Rows of the period that a cut-off cannot move, as they have no hour."""
    files: tuple[EventFile, ...]
    places: str | None
    """The column that names places."""
    begins: date | None = None
    """The day of the file's first event in the zones, where it lies within what is compared."""
    unsaid: tuple[str, ...] = ()
    """What a file of the desk's own has no column for: ``precision``, ``id``."""
    notices: tuple[str, ...] = ()
    """What looks odd about the files, in the source language, for who makes the report."""

    @property
    def scope(self) -> ZoneCounts:
        """Return the counts that the headline is about: all zones as one, or the only one."""
        return self.zones[-1]

    @property
    def listed(self) -> tuple[ZoneCounts, ...]:
        """Return the zones that have any number other than zero in the period."""
        return tuple(one for one in self.zones if one.total.any)

    @property
    def quiet(self) -> tuple[ZoneCounts, ...]:
        """Return the zones for which the file has no event of the period."""
        return tuple(one for one in self.zones if not one.total.any and one.zone_id != UNION)
