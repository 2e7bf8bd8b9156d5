"""What programs read to find pages: the Atom feed, the sitemap, and what robots may fetch."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from layers.record.dates import parse_day
from layers.web.site.about_pages import edition_line
from layers.web.site.renderer import PageRenderer
from layers.web.site.site import Site, quoted


def feed(renderer: PageRenderer) -> bytes:
    """Return the feed of editions and corrections in one language, from what the record states.

    The record knows one thing with a date here: the day on which its edition was closed. A
    feed needs a moment, so that day stands as its first second in UTC.
    """
    site, lang, edition = renderer.site, renderer.lang, renderer.record.atlas.edition
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


def sitemap(renderer: PageRenderer, paths: Iterable[str]) -> bytes:
    """Return the sitemap; its addresses must be whole, so it needs the address of the site."""
    site = renderer.site

    def whole(path: str, tag: str) -> str:
        return f"{site.base_url}/{quoted(site.localized_path(path, tag))}"

    return renderer.template("sitemap.xml.j2", paths=list(paths), whole=whole).encode()


def robots(site: Site) -> bytes:
    """Return what robots may fetch: all of it."""
    where = f"Sitemap: {site.base_url}/sitemap.xml"
    if not site.base_url:
        where = "# No sitemap: its addresses must be whole, and this site was built without\n"
        where += "# --base-url."
    return f"User-agent: *\nAllow: /\n{where}\n".encode()
