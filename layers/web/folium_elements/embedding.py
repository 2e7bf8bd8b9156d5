"""A Folium map as a part of a page that is not Folium's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast

from branca.element import Figure
from folium import Map
from markupsafe import Markup

from layers.web.folium_elements.assets import LAYERS_BUTTON, SCRIPT, STYLE, replace_links
from layers.web.folium_elements.assets import script as elements_script
from layers.web.folium_elements.assets import style as elements_style
from layers.web.literal import number_elements
from layers.web.page.assets import Asset, inlined, link


@dataclass(frozen=True, slots=True)
class EmbeddedMap:
    """What a map puts into the head of a page, into its body, and what it runs after that."""

    head: Markup
    body: Markup
    script: Markup


@cache
def map_assets() -> Mapping[str, Asset]:
    """Return what the page of a map links to, by name; each name carries its digest."""
    css = inlined()[link("leaflet.css")] + LAYERS_BUTTON + elements_style()
    js = inlined()[link("leaflet.js")] + elements_script()
    made = {
        "css": Asset(css.encode(), "text/css; charset=utf-8"),
        "js": Asset(js.encode(), "text/javascript; charset=utf-8"),
    }
    return {f"folium-{asset.digest}.{ending}": asset for ending, asset in made.items()}


def embedded(made: Map, assets: str) -> EmbeddedMap:
    """Return a map as the parts of a page, the same bytes for the same map.

    Parameters
    ----------
    made : folium.Map
        A map that stands alone in its document; it is rendered, and is used up by it.
    assets : str
        Address of the folder of `map_assets`, with its slash. The page's own style gives
        ``.folium-map`` its size.
    """
    figure = cast("Figure", made.get_root())
    number_elements(figure)
    css, js = map_assets()
    replace_links(
        figure,
        {
            "leaflet": "",
            "leaflet_css": "",
            STYLE: f'<link rel="stylesheet" href="{assets}{css}">',
            SCRIPT: f'<script src="{assets}{js}"></script>',
        },
    )
    for child in figure._children.values():
        child.render()
    # Folium's own head forbids zooming the page and gives html and body a size.
    for name in ("meta_http", made.get_name()):
        del figure.header._children[name]
    parts = (part.render() for part in (figure.header, figure.html, figure.script))
    return EmbeddedMap(*map(Markup, parts))
