"""What search engines and other robots read: the list of pages, and what they may fetch."""

from __future__ import annotations

from collections.abc import Iterable

from layers.web.site.frame import Site, located, quoted
from layers.web.site.markup import Html, el
from layers.web.site.speech import LANGUAGES

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


def sitemap(site: Site, paths: Iterable[str]) -> bytes:
    """Return the sitemap; its addresses must be whole, so it needs the address of the site."""
    urls = []
    for path in paths:
        twins = [
            Html(
                el(
                    "xhtml:link", rel="alternate", hreflang=one, href=_whole(site, path, one)
                ).replace("></xhtml:link>", "/>")
            )
            for one in LANGUAGES
        ]
        urls += [el("url", el("loc", _whole(site, path, lang)), twins) for lang in LANGUAGES]
    body = el("urlset", urls, xmlns=_SITEMAP).replace(
        "<urlset ", f'<urlset xmlns:xhtml="{_XHTML}" ', 1
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'.encode()


def robots(site: Site) -> bytes:
    """Return what robots may fetch: all of it."""
    lines = ["User-agent: *", "Allow: /"]
    if site.base_url:
        lines.append(f"Sitemap: {site.base_url}/sitemap.xml")
    else:
        lines.append("# No sitemap: its addresses must be whole, and this site was built without")
        lines.append("# --base-url.")
    return ("\n".join(lines) + "\n").encode()


def _whole(site: Site, path: str, lang: str) -> str:
    return f"{site.base_url}/{quoted(located(path, lang))}"
