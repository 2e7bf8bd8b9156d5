"""From the options of a command or a call to a tabulation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from layers.build.rows import BuiltAtlas
from layers.errors import QueryError, UnknownId
from layers.monitor.mapping import Mapping as Headings
from layers.monitor.tabulation import Cutoff, Tabulation, check_timezone, day_number, groups_of
from layers.query.filters import Day, optional_day


def cutoff_of(text: str | None, timezone: str | None, built: BuiltAtlas) -> Cutoff | None:
    """Return the cut-off that an option says; its clock is the timezone's, else the atlas's."""
    if text is not None:
        return Cutoff.parse(text, timezone or built.record.atlas.timezone)
    if timezone is not None:
        check_timezone(timezone)
        raise QueryError("timezone", timezone, "counts with a cut-off alone: name one, as 19:30")
    return None


def since_of(text: Day | None, built: BuiltAtlas) -> date | None:
    """Return the day that ``since`` names: itself, or a zone's first day on paper.

    Raises
    ------
    UnknownId
        For what is neither a day nor a zone.
    QueryError
        For a zone that was never agreed on paper.
    """
    if not isinstance(text, str) or text[:1].isdigit():
        return optional_day("since", text)
    if text not in built.record.zones:
        raise UnknownId("zone", text, built.record.zones)
    days = [
        row.valid_from for row in built.rows
        if row.zone_id == text and row.track == "paper"
    ]  # fmt: skip
    if not days:
        raise QueryError("since", text, f"{text} has no day on paper; name a day")
    return min(days)


def parse_tabulation(
    built: BuiltAtlas,
    *,
    by: str = "month",
    week_starts: str = "monday",
    first: Day | None = None,
    last: Day | None = None,
    since: Day | None = None,
    cutoff: str | None = None,
    timezone: str | None = None,
    groups: Sequence[str] = (),
    mappings: Mapping[str, Headings] | None = None,
    sums: Sequence[str] = (),
    distinct: Sequence[str] = (),
    weight: str | None = None,
    union: bool = False,
) -> Tabulation:
    """Return a tabulation from options; `QueryError` names the one that cannot be understood."""
    days = (optional_day("from", first), optional_day("to", last), since_of(since, built))
    begin, end, running = (None if day is None else day_number(day) for day in days)
    return Tabulation(
        by=by,
        week_starts=week_starts,
        first=begin,
        last=end,
        since=running,
        cutoff=cutoff_of(cutoff, timezone, built),
        groups=groups_of(groups, mappings),
        sums=tuple(sums),
        distinct=tuple(distinct),
        weight=weight,
        union=union,
    )
