"""The script, the style and the words that the elements bring into a document, each once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from branca.element import CssLink, Element, Figure, JavascriptLink
from folium import Icon, Map

from layers.errors import ExportError
from layers.style.colors import INK, css_variables
from layers.web.json_script import json_script
from layers.web.literal import RawText
from layers.web.page.assets import inlined, link, modules
from layers.web.page.bundle import bundle
from layers.web.page.phrases import facts, phrases_of

PACKAGE = "layers.web.folium_elements"
SCRIPT, STYLE = "tamas_elements", "tamas_elements_css"
_SCOPE = ":is(.tamas-popup, .tamas-tooltip, .tamas-slider, .tamas-legend, .tamas-names)"
# Leaflet's own picture on the button of a layer control is a file of its own.
LAYERS_BUTTON = (
    '.leaflet-control-layers-toggle{background-image:url("data:image/svg+xml,'
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 26 26' fill='none'"
    f" stroke='%23{INK[1:]}' stroke-width='1.6' stroke-linejoin='round'%3E"
    "%3Cpath d='M13 4 23 9.5 13 15 3 9.5ZM3 13.5l10 5.5 10-5.5M3 17.5l10 5.5 10-5.5'/%3E"
    '%3C/svg%3E")}'
)
# What Folium links by default beside Leaflet, for elements of its own that zones have no use for.
_UNUSED = frozenset(name for name, _ in (*Map.default_js, *Map.default_css)) - {
    "leaflet",
    "leaflet_css",
}


@cache
def script() -> str:
    """Return the script of the elements, which defines ``TamasElements``."""
    return bundle(modules(PACKAGE), entry="elements", name="TamasElements")


@cache
def style() -> str:
    """Return the style of the elements, for whatever stands on a map."""
    text = files(PACKAGE).joinpath("elements.css").read_text(encoding="utf-8")
    return css_variables().replace(":root", ".leaflet-container", 1) + text.replace("SCOPE", _SCOPE)


def add_assets(figure: Figure, lang: str) -> None:
    """Put script, style and the words of a language into the head, unless they are there."""
    told = {"lang": lang, "facts": facts([lang])[lang], "phrases": phrases_of(lang, script())}
    texts = {
        SCRIPT: f"<script>{script()}</script>",
        STYLE: f"<style>{style()}</style>",
        f"tamas_words_{lang}": f"<script>TamasElements.speak({json_script(told)});</script>",
    }
    for name, text in texts.items():
        if name not in figure.header._children:
            figure.header.add_child(RawText(text), name=name)


class _Head(Element):
    """The head of a document with texts in the place of its links."""

    def __init__(self, head: Element, texts: Mapping[str, str]) -> None:
        super().__init__()
        self._name = "Head"
        self._children = head._children
        self._parent = head._parent
        self._texts = texts

    def render(self, **kwargs: Any) -> str:
        """Render the head; `ExportError` for a link whose text nobody gave."""
        parts = []
        for name, child in self._children.items():
            if name in self._texts:
                parts.append(self._texts[name])
            elif not isinstance(child, JavascriptLink | CssLink):
                parts.append(child.render(**kwargs))
            elif name not in _UNUSED or _has_icon(self.get_root()):
                message = f"{child.url} is not inside: leave out its element, or offline=True"
                raise ExportError(f"map: would ask for what it does not hold: {message}")
        return "\n".join(parts)


def _has_icon(element: Element) -> bool:
    """Tell whether there is an icon, which needs most of what is left out."""
    return any(isinstance(one, Icon) or _has_icon(one) for one in element._children.values())


def replace_links(figure: Figure, texts: Mapping[str, str]) -> None:
    """Put texts in the place of the links of a document's head, by their names.

    What Folium links beside Leaflet and zones have no use for is left out.

    Raises
    ------
    ExportError
        When the document is rendered, for any other link.
    """
    figure.header = _Head(figure.header, texts)


def hold_assets(figure: Figure) -> None:
    """Put Leaflet itself into a document, so that it asks for no script and no style."""
    if not isinstance(figure.header, _Head):
        js, css = (inlined()[link(name)] for name in ("leaflet.js", "leaflet.css"))
        style = f"<style>{css}{LAYERS_BUTTON}</style>"
        replace_links(figure, {"leaflet": f"<script>{js}</script>", "leaflet_css": style})
