"""The pictures that other sites show of a page (Open Graph): one a zone, one a day, one for all.

Drawn by `layers.printing`, half a second each, so on every processor at once where a process can
be forked. They are reduced to a palette, a quarter of the size; the one that covers the most
different colours, because a colour here says of what kind a zone is.
"""

from __future__ import annotations

import io
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date

from layers.build.rows import BuiltAtlas
from layers.i18n import translator
from layers.query.change_days import GROUPS
from layers.query.selection import Selection
from layers.query.states import strongest_day, zone_states_on
from layers.record.dates import parse_day
from layers.web.site.site import Site

_COLOURS = 256
# What a forked process takes over from the one that asked it: built layers are never sent.
_SHARED: dict[str, BuiltAtlas] = {}


@dataclass(frozen=True, slots=True)
class Card:
    """A picture to draw: its path, its title, the day it shows, the zones it is drawn around."""

    path: str
    lang: str
    title: str
    on: date
    zones: tuple[str, ...]


class Cards:
    """Which page has which picture; none at all where none are drawn."""

    def __init__(self, site: Site, *, wanted: bool) -> None:
        languages = site.record.atlas.languages if wanted else ()
        self._made = {card.path: card for lang in languages for card in _cards(site, lang)}

    def __len__(self) -> int:
        return len(self._made)

    def of(self, page: str, lang: str) -> str:
        """Return the path of a page's picture, that of the atlas where it has none of its own."""
        own = f"cards/{lang}/{page.removesuffix('.html')}.png"
        whole = f"cards/{lang}/atlas.png"
        return own if own in self._made else whole if whole in self._made else ""

    def drawn(self, built: BuiltAtlas) -> Iterator[tuple[str, bytes]]:
        """Yield path and PNG of each picture, in order."""
        cards = list(self._made.values())
        _SHARED["layers"] = built
        try:
            processes = min(os.cpu_count() or 1, len(cards))
            if processes < 2 or "fork" not in multiprocessing.get_all_start_methods():
                yield from ((card.path, _draw(card)) for card in cards)
                return
            context = multiprocessing.get_context("fork")
            with ProcessPoolExecutor(processes, mp_context=context) as pool:
                bodies = pool.map(_draw, cards, chunksize=4)
                yield from ((card.path, body) for card, body in zip(cards, bodies, strict=True))
        finally:
            _SHARED.clear()


def _cards(site: Site, lang: str) -> Iterator[Card]:
    """Yield the pictures in a language: of the atlas on the day it opens on, of zones, of days."""
    built, record, maps = site.built, site.record, site.maps
    words, atlas = translator(lang, record), record.atlas
    last = next(reversed(site.change_days), atlas.days[1])
    opens_on = parse_day(atlas.opens_on) if atlas.opens_on else last
    yield Card(f"cards/{lang}/atlas.png", lang, words.pick(atlas.title), opens_on, ())
    for name, rows in built.by_zone.items():
        day = strongest_day(built, rows)
        lead = zone_states_on(built, day, zones=[name]).get(name) if day else None
        if day and lead and maps.drawn(lead.lead):
            title = words.pick(record.zones[name].names)
            yield Card(f"cards/{lang}/zones/{name}.png", lang, title, day, (name,))
    for day, change in site.change_days.items():
        title = words.gettext("day_title", date=words.date(day))
        moved = [one["zone_id"] for name in GROUPS[:2] for one in change.changes[name]]
        drawn = tuple(zone for zone in moved if maps.drawn(change.now[zone].lead))
        yield Card(f"cards/{lang}/days/{day}.png", lang, title, day, drawn)


def _draw(card: Card) -> bytes:
    from layers.printing import card as draw

    built, selection = _SHARED["layers"], Selection(on=card.on)
    return _reduced(
        draw(built, lang=card.lang, title=card.title, selection=selection, zones=card.zones)
    )


def _reduced(png: bytes) -> bytes:
    """Return a PNG with a palette in place of full colours."""
    from PIL import Image

    out = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    few = picture.quantize(_COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    # Packing as tight as can be would be a quarter of a card's time, for a twentieth of its size.
    few.save(out, "png")
    return out.getvalue()
