"""The site as a whole: its record and languages, where its pages lie, and links between them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import TypeVar
from urllib.parse import quote, urlsplit

from layers.build.rows import BuiltAtlas
from layers.errors import QueryError
from layers.query.change_days import ChangeDay, iter_change_days
from layers.query.clauses import ClauseState, clause_states
from layers.query.explain import Explanation, explain
from layers.record.model import Dispute, Record, Unknown, Zone
from layers.web.site.maps import Maps

_Item = TypeVar("_Item")
ICON = "assets/mark.svg"
# What the site header leads to, by page and word.
NAVIGATION = (
    ("zones/index.html", "zones"),
    ("days/index.html", "days"),
    ("agreements.html", "agreements"),
    ("disputes.html", "disputes_page"),
    ("unknowns.html", "unknowns_page"),
    ("sources.html", "sources"),
    ("method.html", "method_page"),
    ("data.html", "data_page"),
    ("corrections.html", "corrections_page"),
)


@dataclass(frozen=True)  # without slots, which leave no room for what is computed once
class Site:
    """What every page needs: the atlas, and the address at which the site will stand."""

    built: BuiltAtlas
    base_url: str = ""

    @property
    def record(self) -> Record:
        """Return the record."""
        return self.built.record

    @cached_property
    def maps(self) -> Maps:
        """Return what draws the small maps."""
        return Maps(self.built)

    @cached_property
    def change_days(self) -> dict[date, ChangeDay]:
        """Return the days on which anything changed, in order of time."""
        return {change.day: change for change in iter_change_days(self.built)}

    @cached_property
    def explained(self) -> dict[str, Explanation]:
        """Return the explanation of each zone: the same for all languages, so measured once."""
        return {zone: explain(self.built, zone) for zone in self.built.by_zone}

    @cached_property
    def variants(self) -> dict[str, list[Zone]]:
        """Return the variants of each zone that has any."""
        return _grouped((one, [one.variant_of]) for one in self.record.zones.values())

    @cached_property
    def clauses(self) -> dict[str, list[ClauseState]]:
        """Return the clauses that make each zone or hold in it, on the last day of the record."""
        states = clause_states(self.record)
        return _grouped((one, (*one.clause.makes, *one.clause.zones)) for one in states)

    @cached_property
    def disputes(self) -> dict[str, list[Dispute]]:
        """Return the disputes about each zone."""
        return _grouped((one, one.zones) for one in self.record.disputes.values())

    @cached_property
    def unknowns(self) -> dict[str, list[Unknown]]:
        """Return what could not be established of each zone."""
        return _grouped((one, one.zones) for one in self.record.unknowns.values())

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the tags of the atlas's languages, the one at the top first."""
        return self.record.interface_languages

    def localized_path(self, path: str, lang: str) -> str:
        """Return where a page lies: the first language at the top, others in a folder each."""
        return path if lang == self.languages[0] else f"{lang}/{path}"

    def address(self, path: str, here: str) -> str:
        """Return the absolute address of a file where one is known, else the relative one."""
        return f"{self.base_url}/{quoted(path)}" if self.base_url else relative_link(path, here)


def _grouped(items: Iterable[tuple[_Item, Iterable[str | None]]]) -> dict[str, list[_Item]]:
    """Return items by each zone that they name, once each."""
    found: dict[str, list[_Item]] = {}
    for item, zones in items:
        for zone in dict.fromkeys(zones):
            if zone is not None:
                found.setdefault(zone, []).append(item)
    return found


def parse_base_url(text: str | None) -> str:
    """Return a site's address without a final slash; `QueryError` for what is none."""
    if not text:
        return ""
    parts = urlsplit(text)
    sound = parts.scheme in ("http", "https") and parts.netloc and not re.search(r"[\s\"<>]", text)
    if not sound or parts.query or parts.fragment:
        raise QueryError(
            "base-url", text, "is the address of a folder, as https://example.org/atlas"
        )
    return text.rstrip("/")


@lru_cache(maxsize=100_000)
def relative_link(path: str, here: str) -> str:
    """Return the link from the file ``here`` to ``path``, which may end in a fragment."""
    file, hash_, fragment = path.partition("#")
    if file == here and hash_:
        return f"#{quote(fragment, safe='=&,.-')}"
    found = posixpath.relpath(file or here, posixpath.dirname(here) or ".")
    return quoted(found) + (f"#{quote(fragment, safe='=&,.-')}" if hash_ else "")


def quoted(path: str) -> str:
    """Return a path safe in an address."""
    return quote(path, safe="/.-_")
