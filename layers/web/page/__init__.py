"""The one page of the atlas: a Folium map with its date, its list and its evidence.

The same page serves three uses. As a file it holds its assets and its data and asks the
network for nothing; in the service its assets come from ``assets/`` and its data from
``map/data.json``, both relative to the page; in a static site its data are scripts, because a
page opened from a disk may not fetch. Folium is imported when a page is first
made, because most commands never make one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from layers.web.page.assets import Asset
    from layers.web.page.offline import FileScope

__all__ = ["page_assets", "page_csp", "render_page"]


def render_page(
    data: Mapping[str, Any],
    *,
    mode: Literal["service", "file", "site"],
    lang: str | None = None,
    on: str | None = None,
    scope: FileScope | None = None,
    site: Mapping[str, Any] | None = None,
) -> str:
    """Return the page as HTML, the same bytes for the same arguments.

    ``lang`` is the language the page opens in (the atlas's first for None), ``on`` the day it
    opens on (``YYYY-MM-DD``); without it the page chooses the last day on which most was in effect.
    The data are the mapping of `layers.web.page.data.page_data`. ``scope`` says what part of the
    atlas a file holds; without it the file says that it holds all of it. A page of a site
    (``site``) takes assets from below ``root`` and data from ``scripts``, and leads to ``pages``.
    """
    from layers.web.page.page import render

    return render(data, mode=mode, lang=lang, on=on, scope=scope, site=site)


def page_csp(html: str, *, frame_ancestors: str | None = "'none'") -> str:
    """Return the content security policy that allows what ``html`` holds and no more.

    ``frame_ancestors`` works in a header alone: pass None for a policy in a meta element.
    """
    from layers.web.page.policy import policy_of

    return policy_of(html, frame_ancestors=frame_ancestors)


def page_assets() -> dict[str, Asset]:
    """Return what the service serves under ``assets/``; each name carries its digest."""
    from layers.web.page.assets import served

    return served()
