"""The list of what a page shows, twin of its map, and the key to how sure it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from layers.printing import patterns
from layers.printing.held import Held
from layers.printing.words import Words

# So many places stand in one entry: a list that is cut is cut between entries.
_MOST_NAMES = 40
# Names that begin alike are written once, from so many names and words on.
_ALIKE_NAMES, _ALIKE_WORDS = 3, 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: a zone, or places of one kind and state."""

    held: tuple[Held, ...]
    names: str
    state: str
    sources: str

    @property
    def lead(self) -> Held:
        """Return the one that gives sign and pattern."""
        return self.held[0]


def entries(shown: Sequence[Held], words: Words, numbers: Mapping[str, int]) -> list[Entry]:
    """Return the list: areas one by one, places of a kind and state together.

    ``numbers`` are those of the sources. What has no place on the map comes last.
    """
    groups: dict[tuple[object, ...], list[Held]] = {}
    for one in shown:
        row = one.row
        key: tuple[object, ...] = (row.zone_id,)
        if patterns.is_place(row.zone_type) or not one.mapped:
            key = (row.zone_type, row.status, one.disputed, one.after, one.sure, one.mapped)
        if not one.mapped:
            key = ("without a place", row.status, one.after, row.zone_type)
        groups.setdefault(key, []).append(one)
    ordered = sorted(groups.values(), key=lambda group: (not group[0].mapped, group[0].is_point))
    return [
        _entry(part, words, numbers)
        for group in ordered
        for part in _parts(_in_order(group, words))
    ]


def brief(shown: Sequence[Held], words: Words, _: Mapping[str, int]) -> list[Entry]:
    """Return a short list of what the map draws: places as kinds, with how many there are.

    Another reading of a zone is left out, and what has no place on the map.
    """
    comma = words.own("comma")
    groups: dict[tuple[object, ...], list[Held]] = {}
    for one in shown:
        row = one.row
        if not one.mapped or row.variant_of is not None or one.shape is None:
            continue
        key: tuple[object, ...] = (row.zone_id,)
        if patterns.is_place(row.zone_type):
            key = (row.zone_type, row.status, one.after)
        groups.setdefault(key, []).append(one)
    found = []
    for group in sorted(groups.values(), key=lambda group: group[0].is_point):
        row = group[0].row
        name = _name(group[0], words)
        if patterns.is_place(row.zone_type):
            name = f"{words.kind(row.zone_type)} ({len(group)})"
        state = words.status(row.status, row.zone_type, after=group[0].after)
        parts = [state, words.own("disputed")] if group[0].disputed else [state]
        found.append(Entry(tuple(group), name, comma + comma.join(parts), ""))
    return found


def _in_order(group: list[Held], words: Words) -> list[Held]:
    return sorted(group, key=lambda one: _natural(_name(one, words)))


def _parts(group: list[Held]) -> list[list[Held]]:
    return [group[at : at + _MOST_NAMES] for at in range(0, len(group), _MOST_NAMES)]


def _entry(group: Sequence[Held], words: Words, numbers: Mapping[str, int]) -> Entry:
    lead = group[0]
    state = words.status(lead.row.status, lead.row.zone_type, after=lead.after)
    parts = [state]
    if lead.disputed:
        parts.append(words.own("disputed"))
    if not lead.sure:
        parts.append(words.of("possible"))
    if not lead.mapped:
        parts.append(words.of("listed_only"))
    elif sum(one.shape is None for one in group) == len(group):
        parts.append(words.own("name_only"))
    comma = words.own("comma")
    of = [numbers[key] for one in group for key in one.row.source_ids if key in numbers]
    return Entry(
        held=tuple(group),
        names=_joined([_name(one, words) for one in group], words),
        state=comma + comma.join(parts),
        sources=words.numbers(of),
    )


def _name(one: Held, words: Words) -> str:
    return one.row.name_ar if words.lang == "ar" else one.row.name_en


def _natural(text: str) -> list[tuple[int, str]]:
    return [
        (int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", text)
    ]


def _joined(names: list[str], words: Words) -> str:
    """Return names as one text; what they all begin with is written once."""
    rest = without_common_words(names)
    semicolon = words.own("semicolon")
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


def key_lines(shown: Sequence[Held], words: Words, *, short: bool) -> dict[str, str]:
    """Return the lines of the key by what they explain: only what the page shows."""
    mapped = [one for one in shown if one.mapped]
    areas = [one for one in mapped if one.shape is not None and not one.is_point]
    found = {}
    if areas:
        found["certainty"] = f"{words.of('full_faded')}. {words.own('line')}."
    if short:
        return found
    if any(one.row.variant_of is not None for one in areas):
        found["variant"] = f"{words.own('line_of_reading')}."
    if any(one.disputed and not patterns.is_place(one.row.zone_type) for one in areas):
        found["dispute"] = f"{words.of('chevrons')}."
    if any(one.is_point for one in mapped):
        found["place"] = f"{words.of('point_sign')}."
    return found
