"""Folium elements whose text is written as it is.

branca compiles what a `MacroElement` has rendered a second time, as an unsandboxed template: any
``{{`` in its data would be evaluated by the server. The elements here are rendered once.
"""

from __future__ import annotations

from html import escape
from typing import Any

from branca.element import Element, Figure, MacroElement

_SLOTS = ("header", "html", "script")


class RawText(Element):
    """Text that is written as it is, never compiled as a template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._name = "RawText"
        self._text = text

    def render(self, **kwargs: Any) -> str:  # noqa: ARG002  # branca passes them to every element
        """Return the text."""
        return self._text


class LiteralElement(MacroElement):
    """An element with macros ``header``, ``html`` and ``script``, each rendered once."""

    def render(self, **kwargs: Any) -> str:
        """Put what the macros make into the document, then render what hangs below."""
        figure = self.get_root()
        macros = self._template.module.__dict__
        for slot in _SLOTS:
            if slot in macros:
                text = RawText(macros[slot](self, kwargs))
                getattr(figure, slot).add_child(text, name=self.get_name())
        for child in self._children.values():
            child.render(**kwargs)
        return ""


def literal(text: str) -> str:
    """Return a text that shows as it is where Folium writes names: as HTML that it renders twice.

    `folium.LayerControl` puts the name of a layer into the page as HTML.
    """
    return escape(text).replace("{", "&#123;")


def number_elements(figure: Figure) -> None:
    """Give every element of a finished tree its place in the tree as its id.

    Folium draws ids at random, so two renderings of one page would differ. For a document that
    holds one tree alone: two numbered trees in one document would share their ids.
    """
    count = 0

    def visit(element: Element) -> None:
        nonlocal count
        element._id = f"{count:03d}"
        count += 1
        for child in element._children.values():
            visit(child)

    visit(figure)
