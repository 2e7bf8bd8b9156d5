"""What search engines and other robots read: the list of pages, and what they may fetch."""

from __future__ import annotations

from collections.abc import Iterable

from layers.web.site.site import Site, quoted
from layers.web.templates import environment


def sitemap(site: Site, paths: Iterable[str]) -> bytes:
    """Return the sitemap; its addresses must be whole, so it needs the address of the site."""

    def whole(path: str, tag: str) -> str:
        return f"{site.base_url}/{quoted(site.localized_path(path, tag))}"

    template = environment("layers.web.site").get_template("sitemap.xml.j2")
    return template.render(paths=list(paths), tags=site.languages, whole=whole).encode()


def robots(site: Site) -> bytes:
    """Return what robots may fetch: all of it."""
    where = f"Sitemap: {site.base_url}/sitemap.xml"
    if not site.base_url:
        where = "# No sitemap: its addresses must be whole, and this site was built without\n"
        where += "# --base-url."
    return f"User-agent: *\nAllow: /\n{where}\n".encode()
