"""The Atom feed of editions and corrections, from what the record itself states."""

from __future__ import annotations

import uuid

from layers.record.dates import parse_day
from layers.web.site.about_pages import edition_line
from layers.web.site.renderer import PageRenderer
from layers.web.site.site import Site


def feed(renderer: PageRenderer) -> bytes:
    """Return the feed in one language.

    The record knows one thing with a date here: the day on which its edition was closed. A
    feed needs a moment, so that day stands as its first second in UTC.
    """
    site, lang = renderer.site, renderer.lang
    edition = site.record.atlas.edition
    here = site.localized_path("corrections.atom", lang)
    text = renderer.template(
        "corrections.atom.j2",
        feed_id=_id(site, lang),
        entry_id=_id(site, f"{edition}/{lang}"),
        closed=f"{edition}T00:00:00Z",
        here=site.address(here, here),
        corrections=site.address(site.localized_path("corrections.html", lang), here),
        edition=renderer.words.date(parse_day(edition)),
        said=edition_line(renderer),
    )
    return text.encode()


def _id(site: Site, name: str) -> str:
    """Return a name that stays, wherever the site stands."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"tamas:{site.record.atlas.id}:{name}").urn
