"""The page's Folium elements: a figure and a map of our own, and one element a part.

branca compiles text that is already rendered a second time, as an unsandboxed template.
No word of the record therefore comes near these elements: they hold the frame of the
page alone, and `layers.web.page.page` puts the record in after Folium has finished.
"""

from __future__ import annotations

from typing import Any, cast

import folium
from branca.element import Element, Figure, MacroElement
from folium.map import CustomPane
from folium.template import Template

from layers.i18n import language
from layers.web.literal import RawText, number_elements
from layers.web.page.assets import link, text_of

# Panes from the ground up; a pane that takes no pointer lets a click through to a zone.
_PANES = (
    ("base", 200, False),
    ("ground", 250, False),
    ("zones", 400, True),
    ("selection", 450, False),
    ("signs", 600, True),
    ("names", 640, True),
)


class AtlasFigure(Figure):
    """A document with a language, a title, one main part and its script inside the body."""

    _template = Template(text_of("components/figure.html"))

    def __init__(self, lang: str) -> None:
        super().__init__()
        self._name = "Atlas"
        self.lang = language(lang).spoken
        self.direction = language(lang).direction
        self.banner = Element()
        self.banner._parent = self
        self.header._children.clear()


class AtlasMap(folium.Map):
    """Folium's map with Leaflet alone: no jQuery, Bootstrap or icon font, no blocked zooming.

    The lists are overridden on the class and never appended to, because Folium's
    ``add_js_link`` would change them for every other map of the process.
    """

    # Folium declares both as they stand here; a ClassVar would contradict it.
    default_js = [("leaflet", link("leaflet.js")), ("page", link("page.js"))]  # noqa: RUF012
    default_css = [("leaflet_css", link("leaflet.css")), ("page_css", link("page.css"))]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__(
            location=[35.0, 38.5],
            zoom_start=7,
            min_zoom=5,
            max_zoom=13,
            tiles=None,
            zoom_control=False,
            control_scale=False,
            prefer_canvas=False,
            zoom_snap=0.25,
            # The page sees its own map change its size, whatever changes it.
            track_resize=False,
            attribution_control=False,
            max_bounds_viscosity=1.0,
        )
        for name, z_index, pointer in _PANES:
            CustomPane(name, z_index=z_index, pointer_events=pointer).add_to(self)

    def render(self, **kwargs: Any) -> Any:
        """Render as Folium does, then take out the header that forbids zooming a page."""
        super().render(**kwargs)  # type: ignore[no-untyped-call]
        del cast("Figure", self.get_root()).header._children[self.get_name()]


class Component(MacroElement):
    """One component of the page: its frame in ``components/``, its behaviour in ``js/``."""

    def __init__(self, name: str, *, slot: str = "html") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = name
        self._slot = slot

    def render(self, **kwargs: Any) -> Any:  # noqa: ARG002  # branca passes them to every element
        """Put the frame into the document and name the component to the page's script."""
        figure = cast("AtlasFigure", self.get_root())
        name = self.get_name()
        frame = text_of(f"components/{self._name}.html").replace("COMPONENT_ID", name)
        getattr(figure, self._slot).add_child(RawText(frame), name=name)
        script = f'Tamas.add("{self._name}", "{name}");\n'
        figure.script.add_child(RawText(script), name=name)


class StartScript(MacroElement):
    """Hand the finished map to the page's script; the last element of all."""

    _template = Template(
        "{% macro script(this, kwargs) %}Tamas.start({{ this.map.get_name() }});{% endmacro %}"
    )

    def __init__(self, atlas_map: AtlasMap) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "start"
        self.map = atlas_map


def document(lang: str) -> AtlasFigure:
    """Return the whole page as a tree of Folium elements, without a word of the record."""
    figure = AtlasFigure(lang)
    figure.add_child(Component("site_header", slot="banner"))
    figure.add_child(Component("panel"))
    atlas_map = AtlasMap()
    figure.add_child(atlas_map)
    for name in (
        "basemap",
        "tile_layers",
        "zones",
        "markers",
        "names",
        "map_controls",
        "locator",
        "legend",
    ):
        atlas_map.add_child(Component(name))
    for name in ("dates", "timeline", "print"):
        figure.add_child(Component(name))
    figure.add_child(StartScript(atlas_map))
    number_elements(figure)
    return figure
