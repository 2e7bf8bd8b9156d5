"""The list of what a sheet shows, twin of its map, and the key to how sure it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely

from layers.printing import patterns as look
from layers.printing import wrapping as flow
from layers.printing.canvas import INK, INK_2, INK_3, Box, Page
from layers.printing.held import Held
from layers.printing.words import Words
from layers.printing.wrapping import Run

# So many places stand in one entry: a list that is cut is cut between entries.
_MOST_NAMES = 40
# Names that begin alike are written once, from so many names and words on.
_ALIKE_NAMES, _ALIKE_WORDS = 3, 2
_BADGE_PX, _GAP_PX = 60.0, 5.0
_SIZES_PX = (16.0, 15.2, 14.4, 13.6, 13.0, 12.4, 11.8, 11.2, 10.6, 10.0, 9.4)
LEAST_PX = _SIZES_PX[-1]


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

    def runs(self, size: float) -> list[Run]:
        """Return its words in a size."""
        row = self.lead.row
        color = look.kind(row.zone_type)["text"]
        runs = [Run(self.names, size, 600, color), Run(self.state, size, 400, INK)]
        return [*runs, Run(f" {self.sources}", size * 0.78, 400, INK_3)] if self.sources else runs


def entries(shown: Sequence[Held], words: Words, numbers: Mapping[str, int]) -> list[Entry]:
    """Return the list: areas one by one, places of a kind and state together.

    ``numbers`` are those of the sources. What has no place on the map comes last.
    """
    groups: dict[tuple[object, ...], list[Held]] = {}
    for one in shown:
        row = one.row
        key: tuple[object, ...] = (row.zone_id,)
        if look.is_place(row.zone_type) or not one.mapped:
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


def brief(shown: Sequence[Held], words: Words) -> list[Entry]:
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
        if look.is_place(row.zone_type):
            key = (row.zone_type, row.status, one.after)
        groups.setdefault(key, []).append(one)
    found = []
    for group in sorted(groups.values(), key=lambda group: group[0].is_point):
        row = group[0].row
        name = _name(group[0], words)
        if look.is_place(row.zone_type):
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


@dataclass
class DayList:
    """The list laid out for a column of ``width`` points."""

    entries: Sequence[Entry]
    words: Words
    unit: float
    width: float

    def height(self, px: float, count: int | None = None) -> float:
        """Return how high the first ``count`` entries stand in letters of ``px``, in points."""
        return sum(self._height(one, px) for one in list(self.entries)[:count])

    def _height(self, entry: Entry, px: float) -> float:
        lines = self._lines(entry, px)
        return max(flow.height(lines, self.words.lang), 18 * self.unit * px / 13) + (
            _GAP_PX * self.unit * px / 13
        )

    def _lines(self, entry: Entry, px: float) -> list[flow.Line]:
        badge = _BADGE_PX * self.unit * px / 13
        return flow.broken(entry.runs(px * self.unit), self.width - badge, lang=self.words.lang)

    def fitting(self, room: float, least: float = LEAST_PX) -> tuple[float, int]:
        """Return the largest letters in px with which all fits, else how many entries do."""
        sizes = [px for px in _SIZES_PX if px >= least]
        for px in sizes:
            if self._count(px, room) == len(self.entries):
                return px, len(self.entries)
        line = flow.LEADING[self.words.lang] * sizes[-1] * self.unit
        return sizes[-1], self._count(sizes[-1], room, line)

    def _count(self, px: float, room: float, below: float = 0.0) -> int:
        """Return how many entries fit over ``below``; what comes after them is not measured."""
        high = 0.0
        for count, entry in enumerate(self.entries):
            high += self._height(entry, px)
            if high + below > room:
                return count
        return len(self.entries)

    def draw(
        self, page: Page, x: float, top: float, px: float, count: int, *, more: int = 0
    ) -> float:
        """Draw entries from their start side at ``x``; say how many, and ``more``, are left out."""
        grow = self.unit * px / 13
        for entry in list(self.entries)[:count]:
            self._badge(page, entry.lead, x, top, grow)
            start = x + (-1 if page.rtl else 1) * _BADGE_PX * grow
            flow.write(page, self._lines(entry, px), start, top)
            top += self._height(entry, px)
        left = more + sum(len(entry.held) for entry in list(self.entries)[count:])
        if left:
            run = Run(self.words.own("more_zones", n=left), px * self.unit, 600, INK_2)
            top = flow.write(page, flow.broken([run], self.width, lang=page.lang), x, top)
        return top

    def _badge(self, page: Page, one: Held, x: float, top: float, grow: float) -> None:
        turn = -1 if page.rtl else 1
        row = one.row
        middle = top + 8.6 * grow * flow.LEADING[page.lang] / flow.LEADING["en"]
        look.sign(page, row.zone_type, x + turn * 11 * grow, middle, unit=grow, status=row.status)
        if look.is_place(row.zone_type) or one.shape is None:
            return
        near, far = x + turn * 26.5 * grow, x + turn * 53.5 * grow
        box = Box(min(near, far), middle - 7.5 * grow, max(near, far), middle + 7.5 * grow)
        look.swatch(page, box, row.zone_type, row.status, disputed=one.disputed, unit=grow)


@dataclass
class Key:
    """The key to certainty: only what the sheet shows is explained."""

    shown: Sequence[Held]
    words: Words
    unit: float
    width: float
    px: float = 11.0
    short: bool = False

    def _rows(self) -> list[tuple[str, str]]:
        mapped = [one for one in self.shown if one.mapped]
        areas = [one for one in mapped if one.shape is not None and not one.is_point]
        rows = []
        if areas:
            rows.append(("sure", f"{self.words.of('full_faded')}. {self.words.own('line')}."))
        if self.short:
            return rows
        if any(one.row.variant_of is not None for one in areas):
            rows.append(("variant", f"{self.words.own('line_of_reading')}."))
        if any(one.disputed and not look.is_place(one.row.zone_type) for one in areas):
            rows.append(("chevrons", f"{self.words.of('chevrons')}."))
        if any(one.is_point for one in mapped):
            rows.append(("point", f"{self.words.of('point_sign')}."))
        return rows

    def _lines(self, text: str) -> list[flow.Line]:
        run = Run(text, self.px * self.unit, 400, INK_2)
        return flow.broken([run], self.width - 40 * self.unit, lang=self.words.lang)

    def height(self) -> float:
        """Return how high the key stands, in points."""
        return sum(self._high(text) for _, text in self._rows())

    def _high(self, text: str) -> float:
        high = flow.height(self._lines(text), self.words.lang)
        return max(high, 17 * self.unit) + 4 * self.unit

    def draw(self, page: Page, x: float, top: float) -> float:
        """Draw the key from its start side at ``x`` down from ``top``."""
        turn, unit = (-1 if page.rtl else 1), self.unit
        kind = next((o.row.zone_type for o in self.shown if o.mapped and not o.is_point), "label")
        for what, text in self._rows():
            near, far = x + turn * 1 * unit, x + turn * 31 * unit
            middle = top + 9.5 * unit
            box = Box(min(near, far), middle - 8 * unit, max(near, far), middle + 8 * unit)
            _sample(page, what, kind, box, unit)
            flow.write(page, self._lines(text), x + turn * 40 * unit, top)
            top += self._high(text)
        return top


def _sample(page: Page, what: str, kind: str, box: Box, unit: float) -> None:
    color = look.kind(kind)["line"]
    if what == "sure":
        page.shape(box.shape(), fill=color, fill_alpha=0.12, line=color, width=0.7 * unit)
        page.shape(box.grown(-4 * unit).shape(), fill=color, fill_alpha=0.4)
        page.shape(box.grown(-2.4 * unit).shape(), line=color, width=1.6 * unit)
    elif what == "variant":
        middle = (box.top + box.bottom) / 2
        line = shapely.LineString([(box.left, middle), (box.right, middle)])
        page.shape(line, line=INK_2, width=1.6 * unit)
    elif what == "chevrons":
        look.swatch(page, box, "label", "announced", disputed=True, unit=unit)
    else:
        x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        look.sign(page, "foreign_base", x, y, unit=unit)
