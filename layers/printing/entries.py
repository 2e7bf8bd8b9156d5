"""The list of what a page shows, twin of its map, and the key to how sure it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from layers.i18n import Translator
from layers.printing.job import PrintJob
from layers.printing.mapped_zones import MappedZone

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
    groups: dict[tuple[object, ...], list[MappedZone]] = {}
    for one in job.shown:
        row = one.row
        key: tuple[object, ...] = (row.zone_id,)
        if one.is_place or not one.is_mapped:
            key = (
                row.zone_type,
                row.status,
                one.disputed,
                one.is_after_last_report,
                one.is_certain,
                one.is_mapped,
            )
        if not one.is_mapped:
            key = ("without a place", row.status, one.is_after_last_report, row.zone_type)
        groups.setdefault(key, []).append(one)
    found = []
    numbers = job.numbers
    for group in sorted(groups.values(), key=lambda of: (not of[0].is_mapped, of[0].is_point)):
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
    groups: dict[tuple[object, ...], list[MappedZone]] = {}
    for one in job.shown:
        row = one.row
        if not one.is_mapped or row.variant_of is not None or one.shape is None:
            continue
        key: tuple[object, ...] = (row.zone_id,)
        if one.is_place:
            key = (row.zone_type, row.status, one.is_after_last_report)
        groups.setdefault(key, []).append(one)
    found = []
    for group in sorted(groups.values(), key=lambda of: of[0].is_point):
        lead, kind = group[0], group[0].row.zone_type
        name = job.name(lead)
        if lead.is_place:
            name = f"{words.kind(kind)} ({len(group)})"
        parts = [job.state(lead)]
        if lead.disputed:
            parts.append(words.gettext("print.disputed"))
        found.append(Entry(tuple(group), name, words.join(["", *parts]), ""))
    return found


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
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts: list[str] = []
    for run in runs:
        if len(run) >= _RUN:
            parts.append(words.gettext("print.numbers", **{"from": run[0], "to": run[-1]}))
        else:
            parts += [str(number) for number in run]
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
