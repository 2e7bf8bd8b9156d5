"""A text page of the site before it is rendered, and the paths of pages."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class SitePage:
    """A text page in one language; ``path`` is the same in all, below each language's folder.

    ``digest`` names what the page says; the citation, which names it too, is no part of that.
    """

    path: str
    title: str
    description: str
    body: Markup
    trail: Sequence[tuple[str, str]] = ()
    card: str = ""
    cited_on: date | None = None
    cited: bool = False
    before: str = ""
    after: str = ""

    @property
    def digest(self) -> str:
        """Return the first 12 hexadecimal digits of the SHA-256 of title and text."""
        return hashlib.sha256(f"{self.title}\n{self.body}".encode()).hexdigest()[:12]


def zone_path(zone_id: str) -> str:
    """Return the path of a zone's page."""
    return f"zones/{zone_id}.html"


def day_path(day: date) -> str:
    """Return the path of a day's page."""
    return f"days/{day}.html"
