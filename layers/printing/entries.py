"""The list of what a page shows, twin of its map, and the key to how sure it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from layers.i18n import Translator
from layers.printing.job import MappedZone, PrintJob

# So many places stand in one entry: a list that is cut is cut between entries.
_MOST_NAMES = 40
# Names that begin alike are written once, from so many names and words on.
_ALIKE_NAMES, _ALIKE_WORDS = 3, 2
# Shortest run of numbers that is written as "from - to".
_RUN = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: a zone, or places of one kind and state."""

    zones: tuple[MappedZone, ...]
    names: str
    state: str
    sources: str

    @property
    def lead(self) -> MappedZone:
        """Return the one that gives sign and pattern."""
        return self.zones[0]


def entries(job: PrintJob) -> list[Entry]:
    """Return the list: areas one by one, places of a kind and state together.

    What has no place on the map comes last.
    """
    found = []
    numbers = job.numbers
    groups = _grouped(job.shown, _of_the_list)
    for group in sorted(groups, key=lambda of: (not of[0].is_mapped, of[0].is_point)):
        group.sort(key=lambda one: _natural(job.name(one)))
        for at in range(0, len(group), _MOST_NAMES):
            part = group[at : at + _MOST_NAMES]
            names = _joined([job.name(one) for one in part], job.words)
            cited = (numbers[key] for one in part for key in one.row.source_ids)
            found.append(Entry(tuple(part), names, _state(part, job), ranges(cited, job.words)))
    return found


def brief(job: PrintJob) -> list[Entry]:
    """Return a short list of what the map draws: places as kinds, with how many there are.

    Another reading of a zone is left out, and what has no place on the map.
    """
    words = job.words
    drawn = [
        one for one in job.shown
        if one.is_mapped and one.row.variant_of is None and one.shape is not None
    ]  # fmt: skip
    found = []
    for group in sorted(_grouped(drawn, _of_a_picture), key=lambda of: of[0].is_point):
        lead = group[0]
        name = job.name(lead)
        if lead.is_place:
            name = f"{words.kind(lead.row.zone_type)} ({len(group)})"
        disputed = [words.gettext("print.disputed")] if lead.disputed else []
        state = words.join(["", job.state(lead), *disputed])
        found.append(Entry(tuple(group), name, state, ""))
    return found


def _grouped(
    zones: Iterable[MappedZone], key: Callable[[MappedZone], tuple[object, ...]]
) -> Iterable[list[MappedZone]]:
    groups: dict[tuple[object, ...], list[MappedZone]] = {}
    for one in zones:
        groups.setdefault(key(one), []).append(one)
    return groups.values()


def _of_the_list(one: MappedZone) -> tuple[object, ...]:
    """Return what zones of one entry of a sheet have in common."""
    row = one.row
    if not one.is_mapped:
        return ("without a place", row.status, one.is_after_last_report, row.zone_type)
    if one.is_place:
        state = (row.status, one.disputed, one.is_after_last_report, one.is_certain)
        return (row.zone_type, *state)
    return (row.zone_id,)


def _of_a_picture(one: MappedZone) -> tuple[object, ...]:
    """Return what zones of one entry of a picture have in common."""
    row = one.row
    return (row.zone_type, row.status, one.is_after_last_report) if one.is_place else (row.zone_id,)


def _state(group: Sequence[MappedZone], job: PrintJob) -> str:
    """Return what holds of a group, to stand after its names."""
    lead, words = group[0], job.words
    parts = ["", job.state(lead)]
    if lead.disputed:
        parts.append(words.gettext("print.disputed"))
    if not lead.is_certain:
        parts.append(words.gettext("possible"))
    if not lead.is_mapped:
        parts.append(words.gettext("listed_only"))
    elif all(one.shape is None for one in group):
        parts.append(words.gettext("print.name_only"))
    return words.join(parts)


def ranges(numbers: Iterable[int], words: Translator) -> str:
    """Return numbers in order, runs of them as one: 1, 4–7."""
    ordered = enumerate(sorted(set(numbers)))
    parts: list[str] = []
    # In a run, numbers grow as their places do.
    for _, pairs in groupby(ordered, key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in pairs]
        if len(run) >= _RUN:
            parts.append(words.gettext("print.numbers", **{"from": run[0], "to": run[-1]}))
        else:
            parts += map(str, run)
    return words.join(parts)


def _natural(text: str) -> list[tuple[int, str]]:
    return [
        (int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", text)
    ]


def _joined(names: list[str], words: Translator) -> str:
    """Return names as one text; what they all begin with is written once."""
    rest = without_common_words(names)
    semicolon = words.gettext("semicolon")
    if not rest:
        return semicolon.join(names)
    head = names[0].removesuffix(rest[names[0]])
    return head + semicolon.join(rest[name] for name in names)


def without_common_words(names: Sequence[str]) -> dict[str, str]:
    """Return for each name what is its own, where all begin with the same words; else nothing."""
    if len(set(names)) < _ALIKE_NAMES:
        return {}
    split = [name.split(" ") for name in names]
    alike = 0
    while all(len(one) > alike + 1 and one[alike] == split[0][alike] for one in split):
        alike += 1
    if alike < _ALIKE_WORDS:
        return {}
    return {name: " ".join(one[alike:]) for name, one in zip(names, split, strict=True)}


def key_lines(job: PrintJob, *, short: bool) -> dict[str, str]:
    """Return the lines of the key by what they explain: only what the page shows."""
    words = job.words
    mapped = [one for one in job.shown if one.is_mapped]
    areas = [one for one in mapped if one.shape is not None and not one.is_point]
    found: dict[str, list[str]] = {}
    if areas:
        found["certainty"] = ["full_faded", "print.line"]
    if not short and any(one.row.variant_of is not None for one in areas):
        found["variant"] = ["print.line_of_reading"]
    if not short and any(one.disputed and not one.is_place for one in areas):
        found["dispute"] = ["chevrons"]
    if not short and any(one.is_point for one in mapped):
        found["place"] = ["point_sign"]
    return {
        what: " ".join(f"{words.gettext(key)}." for key in keys) for what, keys in found.items()
    }
